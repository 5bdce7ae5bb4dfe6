"""What the training of one kind of member takes, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from galiot.learn.sense.examples import Examples
from galiot.learn.sense.stages import Arrays, Stages
from galiot.senses.base import Floats, Label
from galiot.senses.recipe import Recipe

Said = Callable[[str, int, int], None]
"""Called with a stage, what is done of it and how much there is."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """What there is to learn from.

    rows: measured features (1 + copies, examples, features), the first of the examples as they are; names: theirs
    stages: where results are kept; said: hears how far it is
    until: of the monotonic clock, None for no limit
    """

    recipe: Recipe
    examples: Examples
    labels: Sequence[Label]
    rows: Floats
    names: Sequence[str]
    stages: Stages
    said: Said
    until: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """A trained member: its kind, its tensors and settings, and its logits (examples, labels) out of fold.

    base_sha256: of the language model whose names of channels it knows
    """

    kind: str
    tensors: Arrays
    settings: dict[str, object]
    out_of_fold: Floats
    base_sha256: str | None = None
