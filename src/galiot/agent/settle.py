"""Whether a device came to be as it was commanded, by asking it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from galiot.agent.bindings.base import Limits, Reply
from galiot.agent.bindings.wire import agree
from galiot.agent.command import UNKNOWN, Command, Result
from galiot.agent.features import VERBS, Feature
from galiot.agent.risk import Effect
from galiot.agent.thing import Affordance, Thing

_PAUSE_S, _MOST_PAUSE_S = 0.03, 0.5
_SHAPES = ("switch", "percent", "choice")
_TROUBLE = ("jam", "error", "fail", "fault", "block", "stuck")


@dataclass(frozen=True)
class Witness:
    """A property that shows whether a command took effect.

    wanted: whether a raw value is as it was commanded
    strict: anything else means that it did not; else a value that changed is taken for the beginning of it
    """

    affordance: Affordance
    wanted: Callable[[Any], bool]
    strict: bool = True


def witness_of(thing: Thing, command: Command, effect: Effect, feature: Feature | None) -> Witness | None:
    """Return the property that tells whether a command took effect, None where none does."""
    if command.kind == "property":
        written = thing.properties[command.name]
        if written.readable:
            return Witness(written, lambda raw: agree(command.input, raw, written.schema))
        if feature is None or feature.read is None or feature.path:
            return None
        return Witness(feature.read, lambda raw: _alike(feature, raw, feature.meaning(command.input)))
    if feature is None or feature.read is None or feature.path or feature.shape not in _SHAPES:
        return None
    value = VERBS[effect.verb].value if effect.verb in VERBS else None
    wanted = value if value is not None else effect.value
    if wanted is None or effect.verb in ("next", "previous", "toggle", "run", "raise", "lower", "arm"):
        return None
    return Witness(feature.read, lambda raw: _alike(feature, raw, wanted), feature.shape != "choice")


async def settled(
    read: Callable[[], Awaitable[Any]], witness: Witness, before: Any, limits: Limits
) -> tuple[Literal["yes", "no", "moving", "silent"], Any]:
    """Ask until the witness agrees and stands, or time is over; returns what it came to, and the last raw value.

    moving: it changed, and not to what was commanded
    """
    clock, pause, last = asyncio.get_running_loop().time, _PAUSE_S, before
    end, deadline = clock() + limits.moving_s, clock() + limits.confirm_s
    while True:
        raw = await read()
        if raw is UNKNOWN:
            return "silent", raw
        if witness.wanted(raw):
            await asyncio.sleep(limits.settle_s)
            raw = await read()
            if raw is not UNKNOWN and witness.wanted(raw):
                return "yes", raw
        if raw != last and last is not UNKNOWN:
            deadline = clock() + limits.confirm_s
        last = raw
        if clock() >= min(end, deadline):
            return ("no" if raw == before or before is UNKNOWN else "moving"), raw
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _MOST_PAUSE_S)


def conclude(command: Command, reply: Reply, seen: str, raw: Any, witness: Witness) -> Result:
    """Return what is true of a command, by what was answered and what was seen."""
    if seen == "yes":
        return Result(command, "done", "", raw)
    if seen == "silent":
        return Result(command, reply.outcome, reply.why)
    trouble = isinstance(raw, str) and any(word in raw.lower() for word in _TROUBLE)
    if seen == "moving" and not witness.strict and not trouble and reply.outcome == "done":
        return Result(command, "done", "", raw)
    said = "it says that it is done, but" if reply.outcome == "done" else "it"
    return Result(command, "unknown", f"{said} still reports {plain_value(raw)}", raw)


def plain_value(raw: Any) -> str:
    """Spell a raw value for a message, short and on one line."""
    if isinstance(raw, bool):
        return "on" if raw else "off"
    text = f"{raw:g}" if isinstance(raw, int | float) else str(raw)
    return "".join(c if c.isprintable() else " " for c in text)[:40]


def _alike(feature: Feature, raw: Any, wanted: Any) -> bool:
    try:
        present = feature.meaning(raw)
    except (TypeError, ValueError, ArithmeticError):
        return False
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (present, wanted))
    return abs(present - wanted) <= 1.0 if numbers else type(present) is type(wanted) and bool(present == wanted)
