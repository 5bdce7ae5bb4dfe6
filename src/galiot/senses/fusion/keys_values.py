"""Keys and values in front of every layer, projected from the hidden states of an encoder.

Source: Wan et al., "MEIT: Multi-Modal Electrocardiogram Instruction Tuning", arXiv 2403.04945. Ours stores them in
cells of the cache, so nothing of the model changes; the keys are learned as they are compared, without rotation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.senses.base import Encoder, Floats, Prepared
from galiot.senses.fusion.soft_tokens import MOST_TOKENS, joined
from galiot.senses.sense import Sense

_MOST_LAYERS = 512


@dataclass(frozen=True, kw_only=True, eq=False)
class KeysValues:
    """The way from hidden states to keys and values.

    layers: for each layer of the language model weight (keys + values, width) and bias (keys + values,)
    tokens: how many cells a window becomes
    """

    encoder: Encoder
    layers: tuple[tuple[Floats, Floats], ...]
    tokens: int

    @classmethod
    def is_in(cls, sense: Sense) -> bool:
        """Whether a sense has what this takes."""
        return sense.encoder is not None and sense.file.part("kv").has("0.weight")

    @classmethod
    def of(cls, sense: Sense) -> KeysValues:
        """Return the projections of a sense.

        raises: RequestError where it has none, FormatError where shapes do not fit
        """
        encoder, part = sense.encoder, sense.file.part("kv")
        if encoder is None or not cls.is_in(sense):
            raise RequestError(f"the sense {sense.file.name} makes no keys and values")
        layers: list[tuple[Floats, Floats]] = []
        while part.has(f"{len(layers)}.weight"):
            weight = part.array(f"{len(layers)}.weight", None, encoder.width)
            layers.append((weight, part.array(f"{len(layers)}.bias", len(weight))))
            if len(layers) > _MOST_LAYERS:
                raise FormatError(sense.file.path, f"has keys and values for more than {_MOST_LAYERS} layers")
        return cls(
            encoder=encoder, layers=tuple(layers), tokens=part.integer("tokens", low=1, high=MOST_TOKENS, default=16)
        )

    def encode(self, prepared: Prepared) -> tuple[Floats, ...]:
        """Return keys and values (cells, keys + values) for each layer, as `Session.insert` takes them."""
        hidden, spans = self.encoder.hidden(prepared)
        hidden, _ = joined(hidden, spans, self.tokens * len(prepared.windows))
        return tuple(np.asarray(hidden @ weight.T + bias, np.float32) for weight, bias in self.layers)
