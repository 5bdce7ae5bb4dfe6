"""What a power cut left open: commands that nobody knows to be done, and requests that ended half way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from galiot.agent.bindings.wire import agree
from galiot.agent.command import UNKNOWN, Command
from galiot.agent.journal import Journal
from galiot.agent.provenance import plain_text

if TYPE_CHECKING:
    from galiot.agent.executor import Executor


async def recover(executor: Executor) -> list[str]:
    """Find what was begun and not ended, ask the devices, write down what is true now, and return it in sentences.

    Nothing is sent again: what was not done is for the user to ask for anew.
    """
    begun, requests, ended = _open_ends(executor.journal)
    said = []
    for id, told in begun.items():
        command = Command(**told["command"])
        outcome, words = await _state_of(executor, command)
        executor.journal.add("done", {"run": told["run"], "id": id, "outcome": outcome, "why": "found after a restart"})
        said.append(words)
    for run, request in requests.items():
        if run not in ended:
            executor.journal.add("done", {"run": run, "all": True, "why": "found after a restart"})
            said.append(
                f'The program ended while it did this: "{plain_text(request, 200)}"; the rest of it was not done.'
            )
    return said


def _open_ends(journal: Journal) -> tuple[dict[str, Mapping[str, Any]], dict[str, str], set[str]]:
    """Return commands that were started and not ended, requests by run, and the runs that came to their end."""
    begun: dict[str, Mapping[str, Any]] = {}
    requests: dict[str, str] = {}
    ended: set[str] = set()
    for entry in journal.entries(("asked", "started", "done")):
        body = entry.body
        if entry.kind == "asked":
            requests[body["run"]] = body["request"]
        elif entry.kind == "started" and "command" in body:
            begun[body["id"]] = body
        elif entry.kind == "done":
            begun.pop(body.get("id", ""), None)
            if body.get("all"):
                ended.add(body["run"])
    return begun, requests, ended


async def _state_of(executor: Executor, command: Command) -> tuple[str, str]:
    """Return the outcome of a command by what its device shows now, and a sentence about it."""
    thing = executor.home.by_id.get(command.thing)
    if thing is None:
        return "unknown", f"It is not known whether {command.name} was done: {plain_text(command.thing, 60)} is gone."
    label = executor.home.label(thing)
    written = thing.properties.get(command.name) if command.kind == "property" else None
    raw = await executor.gate.read(thing, written) if written is not None else UNKNOWN
    if written is None or raw is UNKNOWN:
        return "unknown", f"It is not known whether {command.name} of the {label} was done when the program ended."
    if agree(command.input, raw, written.schema):
        return (
            "done",
            f"The {label} is as it was told before the program ended: {command.name} is {plain_text(str(raw))}.",
        )
    return "unknown", f"The {label} was told {command.name} {command.input} and shows {plain_text(str(raw))}."
