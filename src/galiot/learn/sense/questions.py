"""Questions on recordings with their answers, as ECG-QA has them (Oh et al., arXiv 2306.15681): JSON lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from galiot.errors import FormatError
from galiot.learn.sense.records import Record
from galiot.senses.recipe import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question on one recording, or on two that are compared; `kind` is what the data set calls its type."""

    text: str
    answers: tuple[str, ...]
    records: tuple[Record, ...]
    kind: str = ""


class _Line(msgspec.Struct):
    question: str
    answer: list[str]
    ecg_id: list[int]
    question_type: str = ""


def read_questions(recipe: Recipe, folder: str | Path, records: Sequence[Record]) -> list[Question]:
    """Return the questions whose recordings are all among the records; none where the recipe names no file of them.

    raises: FormatError naming the line that makes no sense
    """
    path = Path(folder) / recipe.data.questions
    if not recipe.data.questions or not path.is_file():
        return []
    by_number = {number: record for record in records if (number := _number(record.name)) is not None}
    decoder, made = msgspec.json.Decoder(_Line), []
    with path.open("rb") as file:
        for place, raw in enumerate(file, start=1):
            if not raw.strip():
                continue
            try:
                line = decoder.decode(raw)
            except msgspec.DecodeError as error:
                raise FormatError(path, f"line {place}: {error}") from error
            found = tuple(by_number[number] for number in line.ecg_id if number in by_number)
            if found and len(found) == len(line.ecg_id):
                made.append(
                    Question(text=line.question, answers=tuple(line.answer), records=found, kind=line.question_type)
                )
    return made


def _number(name: str) -> int | None:
    """Number of a recording: the digits that its file's name begins with."""
    found = re.match(r"\d+", Path(name).name)
    return int(found[0]) if found else None
