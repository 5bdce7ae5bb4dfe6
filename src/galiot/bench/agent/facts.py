"""Where the numbers of an answer come from: readings, what was asked, names, and times."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from galiot.bench.agent.grade import Answered, says
from galiot.bench.agent.suite import FOLDER, Case, frozen
from galiot.bench.agent.world import World, history_of

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def numbers_of(text: str) -> list[str]:
    """Return the numbers of a text as they are written."""
    return [number.replace(",", ".") for number in _NUMBER.findall(text)]


class MaySay:
    """Numbers that an answer may have."""

    def __init__(self, exact: Iterable[str], right: Sequence[Any]) -> None:
        self._exact, self._right = set(exact), right

    def __contains__(self, number: str) -> bool:
        return _plain(number) in self._exact or any(says(number, one) for one in self._right)


def numbers_that_may_be_said(case: Case, world: World, answers: Sequence[Answered]) -> MaySay:
    """Return what can be said truthfully: readings and their times, the facts of the answer, the documents."""
    texts = [case.said, json.dumps(world.descriptions), json.dumps(world.state)]
    texts += [json.dumps([value for _, value in readings]) for _, _, readings in history_of(case.home)]
    folder = FOLDER / "homes" / "documents" / case.home
    texts += [frozen(f"homes/documents/{case.home}/{path.name}") for path in folder.glob("*")]
    texts += [f"{at:%H %M %d}" for _, _, readings in history_of(case.home) for at, _ in readings]
    texts += [str(fact.get("samples", "")) for answer in answers for fact in answer.facts]
    right = [one for any_of in case.tells for one in any_of if not isinstance(one, str)]
    written = " ".join(one for any_of in case.tells for one in any_of if isinstance(one, str))
    exact = [_plain(number) for text in [*texts, written] for number in numbers_of(text)]
    return MaySay(exact, right)


def _plain(number: str) -> str:
    return f"{float(number):g}"
