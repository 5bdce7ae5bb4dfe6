"""The process that stays: it observes the things, keeps what they report, carries out what waits, and tells timers."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from galiot.agent.bindings.base import DeviceError
from galiot.agent.features.words import plain
from galiot.agent.recovery import recover
from galiot.agent.schedule.jobs import Job
from galiot.agent.thing import Affordance, Thing
from galiot.errors import CancelledError, GaliotError, RequestError

if TYPE_CHECKING:
    from galiot.agent.agent import Agent

log = logging.getLogger(__name__)

_AGAIN_S, _AGAIN_MOST_S = 1.0, 60.0
_FORGET_S = 3600.0


async def stay(agent: Agent, folder: Path | None) -> None:
    """Do all of it until cancelled.

    folder: of what is kept; one process at a time stays for it
    raises: RequestError when another one stays
    """
    with _only_one(folder):
        agent.staying = True
        for line in await recover(agent.executor):
            agent.tell(line)
        for interrupted in agent.plans.recover():
            agent.tell(f'"{interrupted.waiting.request}": {interrupted.what}, {interrupted.why}.')
        try:
            async with asyncio.TaskGroup() as group:
                for thing in agent.home.things:
                    for affordance in (*thing.properties.values(), *thing.events.values()):
                        if affordance.kind == "event" or affordance.readable:
                            group.create_task(_observe(agent, thing, affordance))
                group.create_task(agent.plans.run())
                group.create_task(_timers(agent))
                group.create_task(asyncio.to_thread(_index, agent))
                group.create_task(_forget(agent))
        finally:
            agent.staying = False


async def _observe(agent: Agent, thing: Thing, affordance: Affordance) -> None:
    """Follow one property or event for as long as the device can be reached, and again when it is back."""
    pause = _AGAIN_S
    while True:
        try:
            async for value in agent.executor.gate.observe(thing, affordance):
                pause = _AGAIN_S
                await _reported(agent, thing, affordance, value)
        except DeviceError as error:
            log.debug("%s of %s: %s", affordance.name, thing.id, error)
            if error.outcome == "refused":
                return
        await asyncio.sleep(pause)
        pause = min(2 * pause, _AGAIN_MOST_S)


async def _reported(agent: Agent, thing: Thing, affordance: Affordance, value: object) -> None:
    """Keep a report and look at what waits for it; what goes wrong with one must not end the others."""
    try:
        if affordance.kind == "property":
            agent.services.keep(thing.id, affordance.name, value)
            await agent.plans.changed()
        else:
            for name in dict.fromkeys((plain(affordance.title), plain(affordance.name))):
                await agent.plans.event(thing.id, name)
    except GaliotError as error:
        log.warning("%s of %s: %s", affordance.name, thing.id, error)


async def _timers(agent: Agent) -> None:
    while True:
        for timer in agent.services.timers.ended(agent.clock.now()):
            agent.tell(f"The {timer.name} timer is over." if timer.name else "The timer is over.")
        await agent.clock.sleep(0.5)


def _index(agent: Agent) -> None:
    """Take in the documents, as work that gives way to sentences."""
    notes = agent.home.settings.notes if agent.home.settings else ()
    if not notes:
        return
    try:
        with agent.scheduler.admitted(Job(name="documents", seconds=60)) as turn:
            for note in notes:
                turn.checkpoint()
                for line in agent.services.documents.read(note.folder, pause=turn.checkpoint):
                    log.warning("%s", line)
    except (GaliotError, CancelledError) as error:
        log.warning("documents: %s", error)


async def _forget(agent: Agent) -> None:
    while True:
        agent.services.history.forget(agent.clock.now())
        await agent.clock.sleep(_FORGET_S)


@contextlib.contextmanager
def _only_one(folder: Path | None) -> Iterator[None]:
    if folder is None:
        yield
        return
    handle = os.open(folder / "stays.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RequestError(f"another process stays for this home already ({folder}): end it first") from None
        yield
    finally:
        os.close(handle)
