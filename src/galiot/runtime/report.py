"""A short text about a reading in which every number is a computed fact.

The model decides what is told: it weighs the facts against the question, then writes sentences out of their clauses
under a grammar that lets a number stand nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import ConfigError, ContextError, RequestError
from galiot.runtime.chat import chat_tokens
from galiot.runtime.constrain import Constraint, Vocabulary, as_vocabulary, from_grammar
from galiot.runtime.generate import GenerateConfig, Generation
from galiot.runtime.relevance import asks_for_events, likelihoods, matches, part_of_day
from galiot.runtime.session import Session
from galiot.signals.fact import Fact, Facts

_SYSTEM = "You report what sensors measured, in short plain sentences."
_NO_QUESTION = "Tell what is most important."
_NOTHING = "The reading holds no usable values, so there is nothing to report."
_LEADS = ("", "Also, ", "In addition, ")
_LATER = ("", "Then ")  # where the fact is known to have happened after the one before
_MOMENTS = frozenset({"step", "stuck", "minimum", "maximum"})
_OFFERED = 3  # facts that the model chooses from for each sentence: the next ones that are left
_WEIGHED = 12  # facts that the model weighs against a question
_TRIFLE = 0.05  # score of what the facts of the whole reading say as well, such as the samples of one channel
_MARGIN = 3.0  # facts so much less relevant than the best one are no answer
_SAME_STATE = frozenset({"level", "mean", "constant", "last", "states", "spread", "trend"})
_NUMBER_WORD = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|once|twice|thrice|"
    r"double|triple|percent|per cent)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class ReportConfig(GenerateConfig):
    """How long a report is, and how freely its sentences are chosen; the model ends it between the two numbers."""

    temperature: float = 0.3
    max_tokens: int = 320
    least_sentences: int = 4
    """Of an overview; a question about something particular may need only one."""
    most_sentences: int = 5
    fact_lines: int = 24
    """Facts that the model reads."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.least_sentences <= self.most_sentences:
            raise ConfigError(
                f"least_sentences is {self.least_sentences} and most_sentences {self.most_sentences}, "
                "expected 1 or more and not less than that"
            )


class Report(Generation):
    """A report as it is made: iterate over its pieces, then read `text`, `statements` and `spent`."""

    def __init__(
        self, session: Session, prompt: Sequence[int], settings: GenerateConfig, facts: Facts, plan: Statements | None
    ) -> None:
        super().__init__(session, list(prompt), settings, plan)
        self.facts, self._plan = facts, plan

    @property
    def statements(self) -> list[Fact]:
        """The facts that were told, in order."""
        return list(self._plan.said) if self._plan else []

    def to_json(self) -> dict[str, Any]:
        """The report as plain values: text, facts, and for each statement the number of its fact in that list."""
        numbers = {id(fact): number for number, fact in enumerate(self.facts)}
        return {
            "text": self.text,
            "facts": self.facts.to_json(),
            "statements": [
                {"fact": numbers[id(fact)], "channel": fact.channel, "name": fact.name, "text": clause(fact.text)}
                for fact in self.statements
            ],
        }

    def _decoded(self) -> Iterator[str]:
        if self._plan:
            yield from super()._decoded()
        else:
            yield nothing_to_report(self.facts)


def report(
    session: Session, facts: Facts, question: str | None = None, *, settings: ReportConfig | None = None
) -> Report:
    """Tell what the facts of a reading say, or what they say about a question; iterate for the text as it is made.

    Every number in the text stands in the words of a fact, so with its channel and unit. No fact is told twice. The
    session starts anew. Without a usable fact a fixed sentence says so and the model is not asked.
    raises: ContextError when the context does not even hold a few facts; RequestError when max_tokens is too small for
        a single statement
    """
    settings = settings or ReportConfig()
    if not any(clause(fact.text) for fact in facts):
        return Report(session, [], settings, facts, None)
    session.rewind(0)
    ranked = _chosen(session, facts, question, settings)
    session.rewind(0)
    prompt = _prompt(session, facts, ranked, question, settings)
    if len(prompt) >= session.room:
        advice = "give a longer context or a shorter question"
        raise ContextError("tokens", needed=len(prompt) + 1, allowed=session.room, advice=advice)
    room = min(settings.max_tokens, session.room - len(prompt))
    plan = Statements(as_vocabulary(session.model.tokenizer), ranked, question, settings, max_tokens=room)
    return Report(session, prompt, replace(settings, max_tokens=room), facts, plan)


def numbers_outside(text: str, facts: Facts) -> list[str]:
    """Return the numbers of a text, also spelled out, that do not stand in the words of a fact or limit; best: none."""
    known = sorted({clause(fact.text) for fact in facts} | set(map(clause, facts.limits)), key=len, reverse=True)
    for words in filter(None, known):  # the longest first: one fact's words may stand in another's
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", text, flags=re.IGNORECASE)
    numeric = "".join("0" if character.isnumeric() else character for character in text)  # also ½, Ⅳ and 七
    found = [text[match.start() : match.end()] for match in re.finditer(r"[\w.,:/-]*0[\w.,:/-]*", numeric)]
    return found + _NUMBER_WORD.findall(text)


def nothing_to_report(facts: Facts) -> str:
    """The sentence for a reading without facts, and why."""
    return " ".join([_NOTHING, *(_sentence(clause(limit)) for limit in facts.limits)])


class Statements:
    """A constraint: sentences out of the clauses of facts, each fact once; the model chooses among the next few."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        facts: Sequence[Fact],
        question: str | None,
        settings: ReportConfig,
        *,
        max_tokens: int,
    ) -> None:
        self._vocabulary, self._left, self._settings = vocabulary, list(facts), settings
        self._question, self._tokens, self._sentences = question, max_tokens, 0
        self._in_time, self._lead = asks_for_events(question), ""
        self.said: list[Fact] = []
        self.must_stop = False
        self._offers: dict[str, tuple[Fact, ...]] = {}
        self._current = self._next()

    @property
    def done(self) -> bool:
        """Whether the text is complete as it stands."""
        return self.must_stop or self._current.done

    def mask_into(self, logits: npt.NDArray[np.float32]) -> None:
        """Forbid every token that leads out of the offered sentences; logits: (vocabulary,) float32."""
        self._current.mask_into(logits)

    def few(self) -> npt.NDArray[np.intp] | None:
        """Return the tokens that may come next, None where they are many."""
        return self._current.few()

    def accept(self, token: int) -> bool:
        """Take a token, or refuse it and return False."""
        accepted = self._current.accept(token)
        self._turn()
        return accepted

    def forced(self) -> list[int]:
        """Take and return the tokens that are the only possibility."""
        tokens = self._current.forced()
        self._turn()
        return tokens

    def _turn(self) -> None:
        """Where a sentence has ended, go on to the next."""
        if not self._current.must_stop:
            return
        text = self._current.text.decode()
        self._tokens -= self._current.tokens
        told = self._offers.get(text, ())
        self._lead = next((lead for lead in _LEADS + _LATER if lead and text.lstrip().startswith(lead)), "")
        self.said += told
        if self._in_time and told:
            # What was passed over is not told later: the order of time is worth more.
            self._left = self._left[self._left.index(told[0]) :]
        self._left = [fact for fact in self._left if fact not in told]
        self._sentences += 1
        if not told or not self._left or self._sentences >= self._settings.most_sentences:
            self.must_stop = True
            return
        try:
            self._current = self._next()
        except RequestError:
            self.must_stop = True

    def _next(self) -> Constraint:
        """Offer the next sentences: one fact each, or two that belong together."""
        first = self._sentences == 0
        texts: dict[str, tuple[Fact, ...]] = {}
        offered = self._left[:1] if first else self._left[:2] if self._in_time else self._left[:_OFFERED]
        for fact in offered:
            when = part_of_day(fact, self._question) if first else ""
            for lead in (when,) if first else self._leads(fact):
                texts[_sentence(lead + clause(fact.text))] = (fact,)
            for other in offered:
                if other is not fact and _belong_together(fact, other):
                    texts[_sentence(f"{when}{clause(fact.text)}, and {clause(other.text)}")] = (fact, other)
        self._offers = {text if first else " " + text: told for text, told in texts.items()}
        may_end = self._sentences >= (self._settings.least_sentences if self._in_time else 1)
        rule = " | ".join(
            json.dumps(text, ensure_ascii=False) for text in [*self._offers, ""][: None if may_end else -1]
        )
        return from_grammar(f"start: {rule}", self._vocabulary, max_tokens=self._tokens, what="the report")

    def _leads(self, fact: Fact) -> list[str]:
        before, now = self.said[-1].at, fact.at
        leads: tuple[str, ...] = _LEADS
        if self._in_time and now is not None:
            leads = _LATER if before is not None and now > before and fact.name in _MOMENTS else ("",)
        elif self.said[-1].name == "span":
            leads = ("",)
        return [lead for lead in leads if not lead or lead != self._lead]


def clause(text: str) -> str:
    """Return the words of a fact as they stand in a report: one line, printable, without the end of a sentence."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split()).rstrip(".")


def _sentence(words: str) -> str:
    """Words with a capital and a full stop; a name such as burner_power or pH keeps its letters."""
    start = words.split(" ", 1)[0]
    capital = words[:1].upper() if start.isalpha() and start == start.lower() else words[:1]
    return f"{capital}{words[1:]}."


def _belong_together(fact: Fact, other: Fact) -> bool:
    plain = not any(mark in fact.text + other.text for mark in ",;")
    return plain and fact.name == other.name and fact.channel != other.channel and len(fact.text + other.text) < 140


def _chosen(session: Session, facts: Facts, question: str | None, settings: ReportConfig) -> list[Fact]:
    """The facts that may be told, in the order in which they are offered, no two of which say much the same."""
    known = [fact for fact in facts.notable() if clause(fact.text)]
    known = [fact for fact in known if fact.score > _TRIFLE or not fact.channel] or known
    scores = np.array([2 * fact.score - (fact.name == "constant") * 0.2 for fact in known])
    if question:
        scores += matches(known, question)
        order = np.argsort(-scores, kind="stable")[:_WEIGHED]
        known, scores = [known[i] for i in order], scores[order]
        scores += likelihoods(session, [clause(fact.text) for fact in known], question)
    chosen: list[Fact] = []
    best = float(scores.max())
    while len(chosen) < settings.most_sentences + 1 and np.isfinite(scores).any():
        i = int(scores.argmax())
        if question and scores[i] < best - _MARGIN:
            break
        chosen.append(known[i])
        scores[i] = -np.inf
        scores -= [_overlap(known[i], fact) for fact in known]
    if asks_for_events(question):
        chosen.sort(key=lambda fact: np.inf if fact.at is None else fact.at)
    if not question:
        opening = next((fact for fact in facts.of("", "span") if clause(fact.text)), None)
        chosen = [fact for fact in ([opening] if opening else []) + chosen if fact.name != "span" or fact is opening]
    return chosen


def _overlap(told: Fact, fact: Fact) -> float:
    """How much less there is to say with `fact` after `told`."""
    if told.channel != fact.channel:
        return 0.0
    same = told.name == fact.name or {told.name, fact.name} <= _SAME_STATE
    return 1.0 if same else 0.3


def _prompt(
    session: Session, facts: Facts, ranked: Sequence[Fact], question: str | None, settings: ReportConfig
) -> list[int]:
    """Tokens of the chat in which the model is given the facts; as many of them as leave room for the answer."""
    lines = settings.fact_lines
    while True:
        said = f"{facts.prompt(lines)}\n\n{question.strip() if question else _NO_QUESTION}"
        messages = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": said}]
        tokens = chat_tokens(session.model, messages)
        if len(tokens) + settings.max_tokens <= session.room or lines <= len(ranked):
            return tokens
        lines //= 2
