"""What waits, as it is kept on disk: a step, the guards that are still before it, and when it is due."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from galiot.agent.command import Command
from galiot.agent.encoding import from_json, to_json
from galiot.agent.memory.store import Store
from galiot.agent.plan import Comparison, Step


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One step that waits; it goes on when `due` has come or all `conditions` hold, whichever is first.

    step: the act, and the guards that come after this one
    made: Unix time of the asking
    due: Unix time; None: not by time
    relative: `due` was counted from something, so a clock that is set moves it along
    held: whether the conditions held when they were looked at last, for `whenever`
    again: the guard by which it waits anew afterwards, as JSON; None: once
    after: the id of the waiting step that has to be over before the time counts
    undo: commands that put back what was, in place of a step
    expires: Unix time after which it is dropped
    consents: keys of the effects that the user agreed to when it was asked for
    started: Unix time at which it was begun; found on disk after a restart, it was interrupted
    """

    id: str
    made: float
    step: Step | None = None
    request: str = ""
    plan: str = ""
    due: float | None = None
    relative: bool = False
    conditions: tuple[Comparison, ...] = ()
    held: bool = False
    again: Any = None
    left: int = 0
    after: str | None = None
    undo: tuple[Command, ...] = ()
    expires: float | None = None
    started: float | None = None
    source: str = "rules"
    consents: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what `from_stored` reads."""
        plain = {key: value for key, value in vars(self).items() if key not in ("step", "conditions", "undo")}
        plain["step"] = to_json(self.step) if self.step else None
        plain["conditions"] = to_json(self.conditions)
        plain["undo"] = [vars(command) for command in self.undo]
        return plain


def from_stored(content: dict[str, Any]) -> Waiting:
    """Return what `Waiting.to_json` gave."""
    step = from_json(content["step"], Step) if content["step"] else None
    conditions = tuple(from_json(condition, Comparison) for condition in content["conditions"])
    undo = tuple(Command(**command) for command in content["undo"])
    made = {"step": step, "conditions": conditions, "undo": undo, "consents": tuple(content["consents"])}
    return Waiting(**{**content, **made})


def new_id() -> str:
    """Return a short name that no other waiting step has."""
    return secrets.token_hex(4)


class WaitingStore:
    """The steps that wait, on disk; every change is there when the call returns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Waiting]:
        """Return everything that waits, in the order of the asking."""
        rows = self._store.rows("select body from waiting order by made, rowid")
        return [from_stored(json.loads(body)) for (body,) in rows]

    def change(self, *, remove: Sequence[str] = (), put: Sequence[Waiting] = ()) -> None:
        """Remove and put steps, all or nothing; one of the same id is replaced."""
        with self._store.transaction():
            for gone in (*remove, *(waiting.id for waiting in put)):
                self._store.execute("delete from waiting where id = ?", (gone,))
            for waiting in put:
                body = json.dumps(waiting.to_json())
                self._store.execute("insert into waiting values (?, ?, ?)", (waiting.id, waiting.made, body))

    def shift(self, seconds: float) -> None:
        """Move what was counted from a moment along with a clock that was set."""
        moved = [one for one in self.all() if one.relative and one.due is not None]
        self.change(put=[replace(one, due=(one.due or 0) + seconds, made=one.made + seconds) for one in moved])
