"""What a language model learns to say of readings: prompts as a report has them, and texts that are true to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from galiot.learn.batch import Sample
from galiot.learn.sense.examples import Examples
from galiot.model.model import Model
from galiot.runtime.mixed import Part
from galiot.senses.base import Encoder, Floats, Label, Statement
from galiot.senses.file import SenseFile
from galiot.senses.fusion.soft_tokens import joined
from galiot.senses.fusion.text import facts_of, text_of
from galiot.senses.report import overview, prompt_parts, texts_of
from galiot.senses.seen import Seen
from galiot.senses.wording import NORMAL
from galiot.signals import facts

Shown = Literal["text", "signal", "both"]
"""What stands in a prompt beside the facts: the statements, rows for the signal, or both."""
_SURE = 0.95
_TRUTH = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Telling:
    """One reading that a text is to be written about.

    seen: its facts, and the statements that the text makes
    row: place of its hidden states
    """

    seen: Seen
    row: int


def with_truth(seen: Seen, labels: Sequence[Label], truth: _TRUTH, sure: Sequence[float] | None = None) -> Seen:
    """Return a reading with the statements that are true of it (labels,).

    sure: their probabilities, from 0.5 on; None: none is hedged
    """
    chances = np.full(len(labels), _SURE) if sure is None else np.asarray(sure)
    statements = tuple(
        Statement(label=label, probability=float(chance if holds else 0.02), said=bool(holds))
        for label, holds, chance in zip(labels, truth, chances, strict=True)
    )
    return replace(seen, statements=statements)


def drawn(truth: _TRUTH, labels: Sequence[Label], rng: np.random.Generator) -> _TRUTH:
    """Return another set of statements that might be true together: of a record, with some left out and some added.

    A label brings the wide one of its group, and what is abnormal is not normal.
    """
    codes = [label.code for label in labels]
    made = truth[rng.integers(len(truth))] & (rng.random(len(labels)) > 0.2)
    for _ in range(int(rng.integers(0, 3))):
        made[rng.integers(len(labels))] = True
    for place in np.flatnonzero(made).tolist():
        if (group := labels[place].group) in codes:
            made[codes.index(group)] = True
    if NORMAL in codes:
        wide = [i for i, label in enumerate(labels) if label.code == label.group != NORMAL]
        made[codes.index(NORMAL)] = not made[wide].any()
    return np.asarray(made, bool)


def text_for(seen: Seen, rng: np.random.Generator) -> str:
    """Return one of the texts that a report on a reading may be."""
    texts = texts_of(overview(seen))
    return texts[rng.integers(len(texts))]


def prompt_of(
    model: Model,
    seen: Seen,
    *,
    shown: Shown,
    question: str | None,
    signal: Part = (),
    front: bool = False,
    facts: bool = True,
) -> list[Part]:
    """Return what stands before a text.

    signal: what the sense makes of the signal; front: it stands before all text, as keys and values do
    facts: whether they stand in the prompt
    """
    lines = facts_of(seen) if facts else []
    if shown != "signal":
        lines.append(text_of(seen).splitlines()[-1])
    heard: list[Part] = [signal] if shown != "text" and len(signal) else []  # type: ignore[arg-type]
    inside: list[Part] = [] if front or not heard else [*heard, "\n"]
    parts = prompt_parts(model, [*inside, *(["\n".join(lines) + "\n\n"] if lines else [])], question)
    return [*heard, *parts] if front else parts


def sample_of(model: Model, prompt: Sequence[Part], text: str) -> Sample:
    """Return a prompt, whose signal is token numbers below 0, with the text that it is to be followed by."""
    encode = model.tokenizer.encode
    before = [token for part in prompt for token in (encode(part) if isinstance(part, str) else part)]  # type: ignore[union-attr]
    tokens = np.array([*before, *encode(text), model.tokenizer.eos], np.int32)
    return Sample(tokens, np.arange(len(tokens)) >= len(before))


def readings_told(
    examples: Examples, labels: Sequence[Label], statements: Sequence[Sequence[Statement]], file: SenseFile
) -> list[Seen]:
    """Return the examples as a report takes them, with what is stated of each."""
    return [
        Seen(
            reading=each.reading,
            facts=facts(each.reading),
            statements=tuple(said),
            kind=file.kind,
            required=file.facts,
            limits=each.limits,
            notice=file.notice,
        )
        for each, said in zip(examples.prepared, statements, strict=True)
    ]


def hidden_rows(examples: Examples, encoder: Encoder, rows: int) -> Floats:
    """Return the hidden states of all examples (examples, rows, width), neighbours averaged."""
    return np.stack([joined(*encoder.hidden(each), rows)[0] for each in examples.prepared])
