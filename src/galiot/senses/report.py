"""The text about a reading: a language model puts it together out of sentences that are all true to what was found.

The model sees facts, statements and, where the sense makes them, soft tokens; then it chooses the order and, for each
sentence, among wordings that say the same. So no number stands in the text that is not a fact, rightly named, and no
statement that the head did not make.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy.typing as npt

from galiot.errors import ContextError
from galiot.model.model import Model
from galiot.runtime.choose import Constraint
from galiot.runtime.constrain import as_vocabulary
from galiot.runtime.generate import GenerateConfig, Generation
from galiot.runtime.mixed import Part, joined
from galiot.runtime.relevance import likelihoods
from galiot.runtime.report import clause
from galiot.runtime.session import Session
from galiot.senses import answers, wording
from galiot.senses.fusion.prompt import chat_parts
from galiot.senses.fusion.text import COMMON, text_of
from galiot.senses.one_of import OneOf
from galiot.senses.seen import Seen
from galiot.senses.wording import Wordings, thing_of

_SYSTEM = "You report what sensors measured, in short plain sentences."
_NO_QUESTION = "Write the report."
_REMARKABLE, _MOST_REMARKABLE = 0.75, 2
_MOST_TEXTS = 512


class SenseReport(Generation):
    """A report as it is made: iterate over its pieces, then read `text` and `spent`."""

    def __init__(
        self,
        session: Session,
        prompt: Sequence[int] | npt.NDArray[Any],
        settings: GenerateConfig,
        constraint: Constraint | None,
        fixed: str = "",
    ) -> None:
        super().__init__(session, prompt, settings, constraint)
        self._fixed = fixed

    def _decoded(self) -> Iterator[str]:
        if self._fixed:
            yield self._fixed
        else:
            yield from super()._decoded()


def report(
    session: Session, seen: Seen, question: str | None = None, *, settings: GenerateConfig | None = None
) -> SenseReport:
    """Tell what a sense found in a reading, or what answers a question; iterate for the text as it is made.

    The session starts anew. Of a reading that is not usable, a fixed sentence says why, and the model is not asked.
    raises: ContextError when the context does not hold the prompt; RequestError when max_tokens is too small
    """
    settings = settings or GenerateConfig(temperature=0.3)
    if not seen.usable:
        return _fixed(session, settings, wording.not_usable(seen.limits, thing_of(seen.kind)))
    orders = _orders(session, seen, question)
    return _made(session, [seen], orders, question, settings)


def compare(
    session: Session, before: Seen, after: Seen, question: str | None = None, *, settings: GenerateConfig | None = None
) -> SenseReport:
    """Tell what changed from one reading to another.

    raises: as `report`
    """
    settings = settings or GenerateConfig(temperature=0.3)
    for name, seen in (("first", before), ("second", after)):
        if not seen.usable:
            said = wording.not_usable(seen.limits, thing_of(seen.kind))
            return _fixed(session, settings, f"Of the {name}: {said} So nothing is said of changes.")
    slots = answers.changes(before, after) + wording.limits_of((*before.limits, *after.limits))
    return _made(session, [before, after], [slots], question or "What changed?", settings)


def overview(seen: Seen) -> list[list[Wordings]]:
    """Return the orders in which the sentences of a report may stand."""
    thing = thing_of(seen.kind)
    by_class = [one for one in seen.statements if one.label.kind == "class"]
    if not seen.complete:
        found = wording.nothing_stated(thing)
    else:
        found = wording.classes(by_class) if by_class else wording.findings(seen.statements, thing)
    whole = [fact for fact in seen.facts.of("") if fact.name not in (*seen.required, *COMMON)]
    measured = wording.measurements(seen.facts, seen.required)
    others = whole if measured else [fact for fact in seen.facts if fact.name not in COMMON]
    more = wording.remarkable(others, _REMARKABLE if measured else 0.0, _MOST_REMARKABLE)
    limits = wording.limits_of(seen.limits)
    if not measured:
        return [found + more + limits]
    return [measured + more + found + limits, found + measured + more + limits]


def numbers_outside(text: str, *seen: Seen) -> list[str]:
    """Return the numbers of a text that are no fact under its right name, no limit and no part of a label; best: none.

    A number is right only beside the words that say what it is: "PR 160 ms", not "160 ms".
    """
    known = {clause(limit) for one in seen for limit in one.limits}
    known |= {clause(each.name) for one in seen for each in one.statements}
    for fact in (fact for one in seen for fact in one.facts):
        name = wording.SHORT.get(fact.name, fact.name)
        known |= {clause(fact.text), f"{name} {fact.display}", f"{name} is {fact.display}"}
    if len(seen) == 2:
        known |= {sentence.rstrip(".") for slot in answers.changes(*seen) for sentence in slot}
    for words in sorted(filter(None, known), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return re.findall(r"[\w.,:/-]*\d[\w.,:/-]*", text)


def _orders(session: Session, seen: Seen, question: str | None) -> list[list[Wordings]]:
    if not question:
        return overview(seen)

    def rank(clauses: Sequence[str]) -> Sequence[float]:
        return list(likelihoods(session, clauses, question))

    found = answers.answer(seen, question, rank)
    return [found + wording.limits_of(seen.limits)] if found else overview(seen)


def _made(
    session: Session, seen: Sequence[Seen], orders: list[list[Wordings]], question: str | None, settings: GenerateConfig
) -> SenseReport:
    session.rewind(0)
    for one in seen:
        if one.prefix:
            session.insert(one.prefix)
    prompt = joined(session, prompt_parts(session.model, _content(seen), question))
    room = session.room - len(prompt)
    if room < 1:
        advice = "give a longer context or a shorter question"
        raise ContextError("tokens", needed=len(prompt) + 1, allowed=session.room, advice=advice)
    vocabulary = as_vocabulary(session.model.tokenizer)
    constraint = OneOf(vocabulary, texts_of(orders), max_tokens=min(settings.max_tokens, room))
    return SenseReport(session, prompt, settings, constraint)


def texts_of(orders: Sequence[Sequence[Wordings]]) -> list[str]:
    """Return every text that some orders of sentences allow, each sentence in one of its wordings."""
    made: list[str] = []
    for order in orders:
        count, slots = 1, list[Wordings]()
        for slot in order:
            if count * len(slot) * len(orders) > _MOST_TEXTS:
                slot = slot[:1]
            slots.append(slot)
            count *= len(slot)
        made += [" ".join(filter(None, sentences)) for sentences in product(*slots)]
    return list(dict.fromkeys(made))


def prompt_parts(model: Model, content: Sequence[Part], question: str | None) -> list[Part]:
    """Return the conversation that a report is the answer to: what the model reads of readings, then what is asked."""
    return chat_parts(model, _SYSTEM, [*content, question.strip() if question else _NO_QUESTION])


def _content(seen: Sequence[Seen]) -> list[Part]:
    """What the model reads of each reading: its soft tokens, facts and statements."""
    parts: list[Part] = []
    for number, one in enumerate(seen, 1):
        if len(seen) > 1:
            parts.append(f"Reading {number}:\n")
        if one.encoded is not None and len(one.encoded.values):
            parts += [one.encoded.values, "\n"]
        parts.append(f"{text_of(one)}\n\n")
    return parts


def _fixed(session: Session, settings: GenerateConfig, text: str) -> SenseReport:
    return SenseReport(session, [], settings, None, text)
