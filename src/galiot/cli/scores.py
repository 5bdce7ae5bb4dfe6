"""Scores of senses as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from galiot.cli import terminal

_LEFT_OUT = frozenset({"by_label"})  # too many for a terminal; the JSON has them


def numbers_in(scores: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield every single number of some scores with the way to it; an interval stands behind its value."""
    for name, value in scores.items():
        label = f"{prefix}{name.replace('_', ' ')}"
        if isinstance(value, Mapping) and isinstance(value.get("value"), int | float):
            bounds = value.get("interval_95")
            shown = f" [{bounds[0]:.3f}, {bounds[1]:.3f}]" if isinstance(bounds, list) and None not in bounds else ""
            yield label, f"{value['value']:.3f}{shown}"
        elif isinstance(value, Mapping) and name not in _LEFT_OUT:
            yield from numbers_in(value, f"{label}, ")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield label, f"{value:.3f}" if isinstance(value, float) else str(value)


def say_done(stage: str, done: int, total: int) -> None:
    """Say a tenth of a stage at a time how far it is."""
    if done == total or done % max(1, total // 10) == 0:
        terminal.say(f"{stage}: {done} of {total}")
