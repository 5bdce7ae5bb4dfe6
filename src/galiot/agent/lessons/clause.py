"""A part of a sentence and what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from galiot.agent.lessons.scene import Scene
from galiot.agent.plan import Act, Ask, Step
from galiot.agent.thing import Thing


@dataclass(frozen=True)
class Clause:
    """A part of a sentence and the steps that it asks for."""

    said: str
    """In lower case, without a stop."""
    steps: tuple[Step, ...]
    imperative: bool = True
    """Whether "please" fits."""


def steps_of(*acts: Act) -> tuple[Step, ...]:
    """Return acts as steps without guards."""
    return tuple(map(Step, acts))


def which(scene: Scene, things: Sequence[Thing]) -> Ask:
    """Return the question which of some things is meant; too many to list are not listed."""
    ids = scene.target(things).things
    return Ask("which", ids if len(ids) <= 5 else ())
