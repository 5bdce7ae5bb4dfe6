"""What a language model knows of a channel's name and unit: its own token embeddings of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galiot.model.model import Model
from galiot.runtime.weights.store import dequantize
from galiot.senses.base import Floats, Namer, Prepared


def namer_of(model: Model) -> Namer:
    """Return what embeds texts as the mean of a model's token embeddings, scaled to length 1."""
    info = model.file.tensors["token_embd.weight"]

    def embed(texts: Sequence[str]) -> Floats:
        rows = model.file.data("token_embd.weight")
        made = np.zeros((len(texts), info.shape[0]), np.float32)
        for place, text in enumerate(texts):
            if tokens := model.tokenizer.encode(text):
                mean = dequantize(info.type, np.ascontiguousarray(rows[tokens]), info.shape[0]).mean(axis=0)
                made[place] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return made

    return embed


def names_in(prepared: Prepared) -> list[str]:
    """Return name and unit of each channel as a text."""
    return [f"{name} {unit}".strip() for name, unit in zip(prepared.channels, prepared.units, strict=True)]
