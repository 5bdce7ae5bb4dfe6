"""Text to tokens and back, from what a GGUF file says; token for token as llama.cpp does."""

from __future__ import annotations

from galiot.model.tokenizer.base import StreamDecoder, Tokenizer

__all__ = ["StreamDecoder", "Tokenizer"]
