"""What a sense is made of: a prepared reading, members that judge it, and what they say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from galiot.signals.reading import Reading

Floats = npt.NDArray[np.float32]
Namer = Callable[[Sequence[str]], Floats]
"""Texts to embeddings (texts, model_width), as a language model knows them."""
Span = tuple[int, int]
"""Samples [first, stop) of a reading."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A reading as encoders and features take it.

    windows: (windows, channels, samples) float32, in the order, rate and scale of the sense; 0 where nothing is known
    present: (channels,) bool; an absent channel is 0 everywhere
    channels: names, in that order
    units: of the values before `scale` was taken out, in that order
    spans: for each window, the samples of the reading that it holds
    starts_s: for each window, the time on the axis of the reading at which it begins
    level, scale: (channels,) what was taken out: reading = windows * scale + level
    limits: short sentences on what is not usable
    usable: False where nothing sure can be said of the reading
    complete: False where so many channels are missing that only measurements count, and no statement is made
    """

    reading: Reading
    windows: Floats
    present: npt.NDArray[np.bool_]
    channels: tuple[str, ...]
    units: tuple[str, ...]
    rate_hz: float
    window_s: float
    spans: tuple[Span, ...]
    level: Floats
    scale: Floats
    starts_s: tuple[float, ...] = (0.0,)
    limits: tuple[str, ...] = ()
    usable: bool = True
    complete: bool = True

    def window(self, place: int) -> Prepared:
        """The same with one window only."""
        starts_s = (self.starts_s[place],)
        return replace(self, windows=self.windows[place : place + 1], spans=(self.spans[place],), starts_s=starts_s)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """What a language model attends to in the place of text."""

    values: Floats
    """(tokens, model_width)"""
    spans: tuple[Span, ...]
    """The samples of the reading that each token stands for."""
    text: str = ""
    """What was taken out before encoding (level and scale), in words; empty where there is nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Something that a sense can say of a reading.

    code: short and unique in its sense, such as IMI
    name: in words, as it stands in a text: "inferior myocardial infarction"
    group: code of the wider label that it belongs to, its own for such a one; "" for none
    kind: a statement is true or not by itself; of the classes exactly one is
    synonyms: what else people call it
    """

    code: str
    name: str
    group: str = ""
    kind: Literal["statement", "class"] = "statement"
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a sense makes of one label: its probability, and whether it is said."""

    label: Label
    probability: float
    said: bool

    @property
    def code(self) -> str:
        """Code of the label."""
        return self.label.code

    @property
    def name(self) -> str:
        """Name of the label."""
        return self.label.name

    def to_json(self) -> dict[str, Any]:
        """Code, name, probability and whether it is said."""
        return {
            "code": self.code,
            "name": self.name,
            "probability": round(self.probability, 4),
            "said": self.said,
        }


class Member(ABC):
    """Something that judges a reading: a neural network, trees on measured features."""

    name: str
    """Its kind, as `galiot.sense.members` lists it."""

    @abstractmethod
    def logits(self, prepared: Prepared) -> Floats:
        """Return a logit for each label of the sense (labels,), over all windows; NaN where it has no opinion."""

    def use_names(self, namer: Namer) -> None:  # noqa: B027  # most members know their channels
        """Take note of what embeds the names of channels."""

    def close(self) -> None:  # noqa: B027  # most members hold nothing
        """Give memory back."""


class Encoder(Member):
    """A member that also gives hidden states, from which embeddings for a language model are made."""

    width: int
    """Of a hidden state."""

    @abstractmethod
    def hidden(self, prepared: Prepared) -> tuple[Floats, tuple[Span, ...]]:
        """Return hidden states (tokens, width), and the samples of the reading that each stands for."""
