"""Whether a command was carried out, from what the device reports after it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from galiot.agent.bindings.base import Limits, Reply
from galiot.agent.bindings.wire import agree, clip
from galiot.agent.command import UNKNOWN
from galiot.agent.thing import Schema

_ON_ITS_WAY = frozenset(
    "opening closing moving locking unlocking arming disarming starting stopping pausing returning".split()
)


async def confirm(
    report: Callable[[], Awaitable[Any]],
    wanted: Any,
    schema: Schema | None,
    limits: Limits,
    *,
    said: str = "sent",
    moving: Callable[[], bool] = lambda: False,
) -> Reply:
    """Wait for reports until one agrees with what was wanted and stands, or time is over.

    report: waits for the next one; DeviceErrors of it go through
    said: what the device has answered so far, for the message
    moving: whether something else in the last report shows that the device is at work
    Reports that come nearer (a blind on its way) or are new give it more time; a word such as "closing" gives it all.
    """
    clock = asyncio.get_running_loop().time
    end, deadline = clock() + limits.moving_s, clock() + limits.confirm_s
    last: Any = UNKNOWN
    seen: list[Any] = []
    stands_until: float | None = None
    while True:
        try:
            async with asyncio.timeout_at(min(end, deadline) if stands_until is None else stands_until):
                value = await report()
        except TimeoutError:
            return _reply(last, stands_until is not None, said, limits)
        if agree(wanted, value, schema):
            stands_until = stands_until or clock() + limits.settle_s
        else:
            stands_until = None
            if isinstance(value, str) and value.casefold() in _ON_ITS_WAY:
                deadline = end
            elif _progress(last, value, wanted, seen) or moving() or deadline == end:
                deadline = clock() + limits.confirm_s
        last = value


def polled(read: Callable[[], Awaitable[Any]], pause_s: float = 0.05) -> Callable[[], Awaitable[Any]]:
    """Return reports of a device that tells nothing by itself: it is asked, at once and then ever more seldom."""
    pauses = iter([0.0, *(pause_s * 1.5**i for i in range(6))])

    async def report() -> Any:
        await asyncio.sleep(next(pauses, 0.5))
        return await read()

    return report


def _progress(last: Any, value: Any, wanted: Any, seen: list[Any]) -> bool:
    if all(isinstance(each, (int, float)) for each in (value, wanted)):
        return isinstance(last, (int, float)) and abs(value - wanted) < abs(last - wanted)
    new = value not in seen
    seen.append(value)
    return new and last is not UNKNOWN


def _reply(last: Any, stands: bool, said: str, limits: Limits) -> Reply:
    if stands:
        return Reply("done", value=last)
    if last is UNKNOWN:
        return Reply("unknown", f"{said}, but its state was not reported within {limits.confirm_s:g} s")
    return Reply("unknown", f"{said}, but it reports {clip(repr(last))}", last)
