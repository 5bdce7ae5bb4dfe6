"""What a model is: a GGUF file with its spec, tensors, tokenizer and chat template."""

from __future__ import annotations
