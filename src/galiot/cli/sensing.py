"""What `galiot run` does with readings that a sense judges, or that answer a question by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from galiot.cli import terminal
from galiot.errors import RequestError

if TYPE_CHECKING:
    from galiot.cli.run import RunOptions
    from galiot.model.adapter import Adapter
    from galiot.model.model import Model
    from galiot.runtime.generate import GenerateConfig, Generation
    from galiot.runtime.session import Session
    from galiot.senses import Sense
    from galiot.senses.seen import Seen
    from galiot.signals import Facts, Reading

NONE = "none"


@dataclass(frozen=True)
class Judged:
    """A reading, its facts, and what a sense made of it; None where no sense judged it."""

    reading: Reading
    facts: Facts
    seen: Seen | None = None


def senses_for(readings: Sequence[Reading], model: Model, options: RunOptions, stack: ExitStack) -> list[Sense | None]:
    """Open the sense of each reading: the one that was named, else the installed one that fits.

    raises: RequestError for a name that nobody knows and labels that no sense knows, FormatError
    """
    from galiot.senses.installed import find_sense, kind_fits, open_sense

    found: list[Sense | None] = []
    for reading in readings:
        if options.sense == NONE:
            sense = None
        elif options.sense:
            sense = open_sense(options.sense, model)
            if not kind_fits(sense.file.kind, sense.file.channels, reading):
                raise RequestError(f"{reading.source} is no reading for {options.sense}, a sense of {sense.file.kind}")
        else:
            sense = find_sense(reading, model)
        if sense is not None:
            stack.callback(sense.close)
        found.append(sense)
    if options.labels and not all(found):
        lost = next(reading.source for reading, sense in zip(readings, found, strict=True) if sense is None)
        raise RequestError(f"--labels: no installed sense judges {lost}; `galiot sense list` shows what there is")
    return found


def adapters_of(senses: Sequence[Sense | None]) -> list[tuple[Adapter, float]]:
    """Return the adapter of the sense, where all readings have the same one with an adapter."""
    files = {sense.file.path: sense.file for sense in senses if sense is not None}
    (file,) = files.values() if len(files) == 1 else (None,)
    return [(file.adapter, 1.0)] if file is not None and file.adapter is not None else []


def judge(
    readings: Sequence[Reading],
    facts: Sequence[Facts],
    senses: Sequence[Sense | None],
    model: Model,
    labels: str | None,
) -> list[Judged]:
    """Let each sense judge its reading.

    raises: RequestError for a label that a sense does not know
    """
    from galiot.senses.seen import look

    names = [name.strip() for name in (labels or "").split(",") if name.strip()]
    if labels is not None and len(set(names)) < 2:
        raise RequestError("--labels needs two or more to choose from: say --labels walking,running")
    width = model.spec.width
    return [
        Judged(reading, one, look(sense, reading, one, labels=names, width=width) if sense is not None else None)
        for reading, one, sense in zip(readings, facts, senses, strict=True)
    ]


def show_seen(seen: Seen | None) -> None:
    """Print what a sense makes of a reading: the labels that were asked for, else what is likely enough to be said."""
    if seen is None or not seen.usable:
        return
    shares = seen.labels or {one.name: one.probability for one in seen.statements if one.said}
    if shares:
        terminal.print_table([{"finding": name, "probability": f"{share:.0%}"} for name, share in shares.items()])
    if seen.notice:
        terminal.say(seen.notice)


def change_told(
    session: Session, question: str | None, judged: Sequence[Judged], settings: GenerateConfig
) -> Generation | None:
    """Begin to tell what changed between two readings; None where that is not asked, or they cannot be compared."""
    from galiot.senses.asking import asks_for_change
    from galiot.senses.report import compare
    from galiot.senses.sense import GENERAL

    seen = [one.seen for one in judged if one.seen is not None]
    if len(judged) != 2 or len(seen) != 2 or seen[0].kind != seen[1].kind or not asks_for_change(question):
        return None
    if seen[0].kind == GENERAL:
        return None
    return compare(session, seen[0], seen[1], question, settings=settings)


def answered(session: Session, reading: Reading, question: str, settings: GenerateConfig) -> Generation | None:
    """Answer a question from the samples of a reading; None where it is not understood."""
    from galiot.senses.report import SenseReport
    from galiot.senses.series import answer

    found = answer(reading, question)
    return SenseReport(session, [], settings, None, found.text) if found is not None else None


def found_by(judged: Sequence[Judged], texts: Sequence[str]) -> dict[str, Any]:
    """Return what senses found, for the JSON object: statements, labels, limits, notice; nothing without a sense.

    texts: what was written; of any series, which a text need not tell all of, only what it tells is said
    """
    from galiot.senses.sense import GENERAL

    whole = "\n".join(texts)
    seen = [(number, one.seen) for number, one in enumerate(judged) if one.seen is not None]
    told = [(number, (one.told_in(whole) if one.kind == GENERAL else one).to_json()) for number, one in seen]
    if not told:
        return {}
    several = len(judged) > 1
    made: dict[str, Any] = {
        "statements": [
            {"reading": number, **one} if several else one for number, each in told for one in each["statements"]
        ],
        "limits": list(dict.fromkeys(limit for _, each in told for limit in each["limits"])),
    }
    if labels := [each["labels"] for _, each in told if "labels" in each]:
        made["labels"] = labels if several else labels[0]
    if notices := [each["notice"] for _, each in told if "notice" in each]:
        made["notice"] = notices[0]
    return made
