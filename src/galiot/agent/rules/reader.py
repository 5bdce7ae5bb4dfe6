"""From a sentence to a plan, by rules alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from galiot.agent.home import Home
from galiot.agent.plan import Act, Plan, Refuse, Step
from galiot.agent.rules.commands import Commands
from galiot.agent.rules.english import English, asks, is_hole
from galiot.agent.rules.foreign import language_of, to_english
from galiot.agent.rules.targets import Targets
from galiot.agent.rules.words import Words, split

_MOST_WORDS = 40
"""Words of a sentence that is held against templates; none of them has more."""
_LONGEST = 600
"""Characters of a sentence that rules look at."""


def read(
    sentence: str,
    home: Home,
    *,
    language: str | None = None,
    now: datetime | None = None,
    context: Mapping[str, object] | None = None,
) -> Plan | None:
    """Return the plan of a sentence, None where it is not sure what is meant.

    language: code such as "de"; None: English, then whatever language the words look like
    now: local time, for "at ten"; None: this moment
    context: "area": where the user is; "things": ids that the sentence before was about
    """
    if not sentence.strip() or len(sentence) > _LONGEST:
        return None
    words = split(sentence)
    if not words:
        return None
    steps: tuple[Step, ...] | None = None
    if language is None or language.startswith("en"):
        steps = English(Targets(home, context), now or datetime.now()).read(words)
        if (
            steps is not None
            and not _only_refused(steps)
            and (not asks(steps) or (home.language or "en").startswith("en"))
        ):
            return Plan(steps, "rules", sentence)
    acts = _templates(sentence, words, Targets(home, context), language)
    if acts is not None and (steps is None or not asks(tuple(map(Step, acts)))):
        steps = tuple(map(Step, acts))
    return Plan(steps, "rules", sentence) if steps is not None else None


def _templates(sentence: str, words: Words, targets: Targets, language: str | None) -> list[Act] | None:
    from galiot.agent.rules.templates import guess, recognize

    if len(words) > _MOST_WORDS:
        return None
    turned = _turned(words, targets, language)
    if turned is not None and not asks(turned):
        return [step.act for step in turned]
    if language is not None:
        return recognize(sentence, targets, language)
    tried = dict.fromkeys([targets.home.language or "en", "en"])
    if found := language_of(words):
        tried = dict.fromkeys([found, *tried])
    for code in tried:
        if (acts := recognize(sentence, targets, code)) is not None:
            return acts
    for code in guess(words, targets.index.by_word):
        if code not in tried and (acts := recognize(sentence, targets, code)) is not None:
            return acts
    return [step.act for step in turned] if turned is not None else None


def _turned(words: Words, targets: Targets, language: str | None) -> tuple[Step, ...] | None:
    """Read a plain command in one of the languages that can be turned into English shapes."""
    plain = tuple(w for w in words if w not in (".", "!", "?", ";"))
    code = (language or "").partition("-")[0] or language_of(plain)
    english = to_english(" ".join(plain).replace(" , ", ", "), code) if code else None
    if english is None:
        return None
    targets.index.foreign = True
    try:
        acts = Commands(targets).read(english)
    finally:
        targets.index.foreign = False
    return tuple(map(Step, acts)) if acts is not None else None


def _only_refused(steps: tuple[Step, ...]) -> bool:
    """Whether nothing was found of what was asked for; another way to read it may find it."""
    return all(isinstance(step.act, Refuse) and step.act.reason == "absent device" for step in steps)


def read_parts(
    sentence: str, home: Home, *, now: datetime | None = None, context: Mapping[str, object] | None = None
) -> Plan | None:
    """Return the plan of a sentence of which rules understand some clauses; the others are `Refuse("unclear", clause)`.

    returns: None where no clause is understood, or questions and refusals come of those that are
    """
    words = split(sentence) if len(sentence) <= _LONGEST else ()
    if not words:
        return None
    steps = English(Targets(home, context), now or datetime.now()).read(words, holes=True)
    if (
        steps is None
        or asks(tuple(step for step in steps if not is_hole(step)))
        or all(is_hole(step) and not step.guards for step in steps)
    ):
        return None
    return Plan(steps, "rules", sentence)
