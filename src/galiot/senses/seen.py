"""What a sense makes of one reading: its facts, statements, limits and embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from galiot.errors import RequestError
from galiot.senses.base import Encoded, Floats, Prepared, Statement
from galiot.senses.sense import GENERAL, Sense
from galiot.senses.wording import hedge
from galiot.signals.fact import Fact, Facts
from galiot.signals.reading import Reading

_MOST_CHANNELS = 24
_LEAST_SAMPLES = 48
_NOTABLE = 0.7
"""How remarkable a sure finding is beside facts."""
_REQUIRED = {"ecg": ("heart rate", "pr", "qrs", "qtc")}
"""Facts that a report never leaves out, by kind, where the file does not say."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """One reading as a report takes it.

    required: names of the facts that a report never leaves out
    limits: what stands against the signal, of sense and facts together
    usable: False where nothing sure can be said
    complete: False where so many channels are missing that only measurements are told
    labels: probabilities of the labels that were asked for, by name
    encoded: embeddings for the language model; None where the sense makes none
    prefix: keys and values by layer that stand before all text; empty where the sense makes none
    """

    reading: Reading
    facts: Facts
    statements: tuple[Statement, ...]
    kind: str
    required: tuple[str, ...]
    limits: tuple[str, ...] = ()
    usable: bool = True
    complete: bool = True
    labels: dict[str, float] | None = None
    encoded: Encoded | None = None
    prefix: tuple[Floats, ...] = ()
    notice: str = ""

    def with_findings(self) -> Facts:
        """Return the facts, and behind them what is stated as facts that a report may tell."""
        made = [
            Fact(
                channel=one.code.partition(": ")[0],
                name="finding",
                value=None,
                unit="",
                display=f"{one.probability:.0%}",
                text=" ".join(["there is", *hedge(one.probability).split(), one.name]),
                start=0,
                stop=0,
                score=_NOTABLE * one.probability,
            )
            for one in self.statements
            if one.said
        ]
        return replace(self.facts, facts=(*self.facts, *made))

    def told_in(self, text: str) -> Seen:
        """Return the same where only what a text says is said."""
        low = text.lower()
        said = tuple(replace(one, said=one.said and one.name.lower() in low) for one in self.statements)
        return replace(self, statements=said)

    def to_json(self) -> dict[str, Any]:
        """Facts, statements, limits, and what else there is, as plain values."""
        made: dict[str, Any] = {
            "facts": self.facts.to_json(),
            "statements": [one.to_json() for one in self.statements],
            "limits": list(self.limits),
        }
        if self.labels is not None:
            made["labels"] = {name: round(share, 4) for name, share in self.labels.items()}
        return made | ({"notice": self.notice} if self.notice else {})


def look(sense: Sense, reading: Reading, facts: Facts, *, labels: Sequence[str] = (), width: int = 0) -> Seen:
    """Let a sense judge a reading.

    labels: of which exactly one holds; then nothing but these is said of classes
    width: that of the language model, where embeddings are wanted; one of another width gets none
    raises: RequestError for a label that the sense does not know
    """
    if sense.file.kind == GENERAL:
        return _look_by_channel(sense, reading, facts, labels)
    prepared = sense.prepare(reading)
    if sense.file.kind == "ecg" and prepared.usable and not facts.of("", "heart rate"):
        prepared = replace(prepared, usable=False)  # where no beats can be measured, networks see what is not there
    statements = sense.statements(prepared)
    shares = sense.labelled(prepared, labels) if labels else None
    if shares is not None:
        statements = _among(sense, statements, shares)
    file = sense.file
    wanted = width and sense.makes_embeddings and prepared.usable
    encoded = sense.encode(prepared) if wanted else None
    return Seen(
        reading=reading,
        facts=facts,
        statements=tuple(statements),
        kind=file.kind,
        required=file.facts or _REQUIRED.get(file.kind, ()),
        limits=tuple(dict.fromkeys((*prepared.limits, *facts.limits))),
        usable=prepared.usable,
        complete=prepared.complete,
        labels=shares,
        prefix=_prefix(sense, prepared) if width and prepared.usable else (),
        encoded=encoded if encoded is not None and encoded.values.shape[1] == width else None,
        notice=file.notice,
    )


def _look_by_channel(sense: Sense, reading: Reading, facts: Facts, labels: Sequence[str]) -> Seen:
    """Let a sense for any series judge each channel by itself; a statement names the channel that it is about."""
    prepared = sense.prepare(reading)
    if labels and len(prepared.channels) > 1:
        raise RequestError(f"--labels judges one channel, {reading.source} has {len(prepared.channels)}: give one")
    long_enough = any(
        isinstance(fact.value, float | int) and fact.value >= _LEAST_SAMPLES for fact in facts.of("", "count")
    )
    moves = np.abs(prepared.windows).max(axis=(0, 2)) > 1e-6
    there = np.flatnonzero(prepared.present & moves)[:_MOST_CHANNELS] if long_enough else ()
    said = [one for place in there for one in _of_channel(sense, _only(prepared, int(place)))]
    return Seen(
        reading=reading,
        facts=facts,
        statements=tuple(said),
        kind=sense.file.kind,
        required=(),
        limits=tuple(dict.fromkeys((*prepared.limits, *facts.limits))),
        usable=prepared.usable,
        labels=sense.labelled(prepared, labels) if labels else None,
        notice=sense.file.notice,
    )


def _only(prepared: Prepared, place: int) -> Prepared:
    one = slice(place, place + 1)
    return replace(
        prepared,
        windows=prepared.windows[:, one],
        present=prepared.present[one],
        channels=prepared.channels[one],
        units=prepared.units[one],
        level=prepared.level[one],
        scale=prepared.scale[one],
    )


def _of_channel(sense: Sense, prepared: Prepared) -> list[Statement]:
    (channel,) = prepared.channels
    return [
        replace(one, label=replace(one.label, code=f"{channel}: {one.code}", name=f"{one.name} in {channel}"))
        for one in sense.statements(prepared)
    ]


def _prefix(sense: Sense, prepared: Prepared) -> tuple[Floats, ...]:
    from galiot.senses.fusion.keys_values import KeysValues

    return KeysValues.of(sense).encode(prepared) if KeysValues.is_in(sense) else ()


def _among(sense: Sense, statements: list[Statement], shares: dict[str, float]) -> list[Statement]:
    """Keep the statements that were asked for, with their shares; where they are classes, the likeliest is said."""
    kept = [replace(statements[sense.place(name)], probability=share) for name, share in shares.items()]
    if any(one.label.kind == "statement" for one in kept):
        return [replace(one, said=statements[sense.place(name)].said) for one, name in zip(kept, shares, strict=True)]
    best = max(kept, key=lambda one: one.probability)
    said = best.probability > 0.5 or any(one.said for one in kept)
    return [replace(one, said=one is best and said) for one in kept]
