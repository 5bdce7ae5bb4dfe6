"""Soft tokens: hidden states of an encoder, projected to the width of a language model, at the reading's place.

Source: Liu et al., "Visual Instruction Tuning", NeurIPS 2023 (the projection); Girdhar et al., "ImageBind", CVPR 2023
(for any sensor). Ours joins neighbouring hidden states to a fixed number of tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.senses.base import Encoded, Encoder, Floats, Prepared, Span
from galiot.senses.sense import Sense

MOST_TOKENS = 1024


@dataclass(frozen=True, kw_only=True, eq=False)
class SoftTokens:
    """The way from an encoder's hidden states to embeddings.

    up, up_bias: (inner, width), (inner,): first layer, with a GELU behind it; None: there is only one layer
    weight, bias: (model_width, inner), (model_width,)
    tokens: how many embeddings a window becomes; 0: one for each hidden state
    """

    encoder: Encoder
    weight: Floats
    bias: Floats
    up: Floats | None = None
    up_bias: Floats | None = None
    tokens: int = 0

    @classmethod
    def of(cls, sense: Sense) -> SoftTokens:
        """Return the projection of a sense.

        raises: RequestError where it has no encoder or projection, FormatError where shapes do not fit
        """
        encoder, part = sense.encoder, sense.file.part("proj")
        if encoder is None or not part.has("weight"):
            raise RequestError(
                f"the sense {sense.file.name} makes no embeddings: its statements and facts serve as text"
            )
        weight = part.array("weight", None, None)
        up = part.array("up.weight", weight.shape[1], encoder.width) if part.has("up.weight") else None
        if up is None and weight.shape[1] != encoder.width:
            raise FormatError(sense.file.path, f"proj.weight takes {weight.shape[1]} numbers, not {encoder.width}")
        return cls(
            encoder=encoder,
            weight=weight,
            bias=part.array("bias", len(weight)),
            up=up,
            up_bias=part.array("up.bias", len(up)) if up is not None else None,
            tokens=part.integer("tokens", low=0, high=MOST_TOKENS, default=0),
        )

    @property
    def model_width(self) -> int:
        """Width of the language model that the embeddings are for."""
        return len(self.weight)

    def encode(self, prepared: Prepared) -> Encoded:
        """Return the embeddings of a reading; one that is not usable has none."""
        if not prepared.usable:
            return Encoded(values=np.zeros((0, self.model_width), np.float32), spans=(), text=taken_out(prepared))
        hidden, spans = self.encoder.hidden(prepared)
        if self.tokens:
            hidden, spans = joined(hidden, spans, self.tokens * len(prepared.windows))
        return Encoded(values=self.project(hidden), spans=spans, text=taken_out(prepared))

    def project(self, hidden: Floats) -> Floats:
        """Return embeddings (tokens, model_width) of hidden states (tokens, width)."""
        inner = hidden
        if self.up is not None and self.up_bias is not None:
            inner = gelu(hidden @ self.up.T + self.up_bias)
        return np.asarray(inner @ self.weight.T + self.bias, np.float32)


def joined(hidden: Floats, spans: tuple[Span, ...], tokens: int) -> tuple[Floats, tuple[Span, ...]]:
    """Average neighbours so that (states, width) becomes (tokens, width), and join their spans."""
    if len(hidden) <= tokens:
        return hidden, spans
    edges = np.linspace(0, len(hidden), tokens + 1).round().astype(int)
    pairs = list(pairwise(edges))
    means = np.stack([hidden[low:high].mean(axis=0) for low, high in pairs])
    return means, tuple((spans[low][0], spans[high - 1][1]) for low, high in pairs)


def gelu(x: Floats) -> Floats:
    """Hendrycks and Gimpel's activation, in its tanh form."""
    return np.asarray(0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3))), np.float32)


def taken_out(prepared: Prepared) -> str:
    """Say level and scale in words, where they were taken out, so that values can still be told."""
    said = []
    for name, unit, level, scale, present in zip(
        prepared.channels, prepared.units, prepared.level, prepared.scale, prepared.present, strict=True
    ):
        if present and (level != 0 or scale != 1):
            tail = f" {unit}" if unit else ""
            varies = f", varies by {scale:.3g}{tail}" if scale != 1 else ""
            said.append(f"{name} is around {level:.4g}{tail}{varies}")
    return "; ".join(said)
