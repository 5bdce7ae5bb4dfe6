"""llama.cpp, from the ready-made wheel `xllamacpp`, as somebody to agree with.

Tests skip where the wheel is not installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest


class Peer:
    """One model in llama.cpp, greedy.

    letter: a token that is a whole character
    adapters: files of adapters, each with its scale
    cache: "f32" or "f16", the type of keys and values. With f32 its attention is explicit, without the fused
        kernel that rounds to halves
    """

    def __init__(
        self,
        path: Path,
        *,
        vocab: int,
        letter: int,
        adapters: Sequence[tuple[Path, float]] = (),
        cache: str = "f16",
        context: int = 512,
        threads: int = 2,
    ) -> None:
        xllamacpp = pytest.importorskip("xllamacpp")
        p = xllamacpp.CommonParams()
        p.model.path = str(path)
        p.n_ctx, p.n_parallel, p.warmup, p.fit_params, p.verbosity, p.port = context, 1, False, False, -1, 0
        p.cpuparams.n_threads = p.cpuparams_batch.n_threads = threads
        p.cache_ram_mib, p.n_ctx_checkpoints = 0, 0
        p.lora_adapters = [_lora(xllamacpp, file, scale) for file, scale in adapters]
        if cache == "f32":
            p.cache_type_k = p.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
            p.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        self.vocab, self._letter, self._server = vocab, letter, xllamacpp.Server(p)

    def log_probabilities(self, prompt: list[int]) -> np.ndarray:
        """(vocab,) natural logarithms of the probabilities of the token after `prompt`."""
        # A token that ends within a character is left out of the answer, so one that does not is made to win.
        answer = self._complete(prompt, n_predict=1, n_probs=self.vocab, logit_bias=[[self._letter, 1000.0]])
        values = np.full(self.vocab, -np.inf)
        for candidate in answer["logprobs"]["content"][0]["top_logprobs"]:
            values[candidate["id"]] = candidate["logprob"]
        return values

    def greedy(self, prompt: list[int], tokens: int) -> list[int]:
        """The likeliest continuation of `prompt` by at most `tokens`, up to and with an end token.

        It is cut before a character that takes several tokens, which the answer does not list.
        """
        answer = self._complete(prompt, n_predict=tokens, n_probs=1)
        text, listed = answer["text"].encode(), answer["logprobs"]["content"]
        found, length = [], 0
        for entry in listed:
            piece = bytes(entry["bytes"])
            if text[length : length + len(piece)] != piece:
                return found
            found.append(entry["id"])
            length += len(piece)
        return found

    def _complete(self, prompt: list[int], **settings: object) -> dict:
        settings = {"prompt": list(prompt), "temperature": 0.0, "cache_prompt": False} | settings
        answer = self._server.handle_completions(settings)
        if "choices" not in answer:
            raise RuntimeError(f"llama.cpp refused: {answer}")
        return answer["choices"][0]


def _lora(xllamacpp: Any, file: Path, scale: float) -> Any:
    info = xllamacpp.CommonAdapterLoraInfo()
    info.path, info.scale = str(file), scale
    return info


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Natural logarithms of the probabilities, over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
