"""From a sentence to a plan, by rules alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from galiot.agent.home import Home
from galiot.agent.plan import Act, Plan, Step
from galiot.agent.rules.english import English, asks
from galiot.agent.rules.targets import Targets
from galiot.agent.rules.words import Words, split

_LONGEST = 600
"""Characters of a sentence that rules look at."""


def read(sentence: str, home: Home, *, language: str | None = None, now: datetime | None = None, context: Mapping[str, object] | None = None) -> Plan | None:
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
        if steps is not None and (not asks(steps) or language is not None or (home.language or "en").startswith("en")):
            return Plan(steps, "rules", sentence)
    acts = _templates(sentence, words, Targets(home, context), language)
    if acts is not None and (steps is None or not asks(tuple(map(Step, acts)))):
        steps = tuple(map(Step, acts))
    return Plan(steps, "rules", sentence) if steps is not None else None


def _templates(sentence: str, words: Words, targets: Targets, language: str | None) -> list[Act] | None:
    from galiot.agent.rules.templates import guess, recognize

    if language is not None:
        return recognize(sentence, targets, language)
    tried = dict.fromkeys([targets.home.language or "en", "en"])
    for code in (*tried, *(code for code in guess(words, targets.index.by_word) if code not in tried)):
        acts = recognize(sentence, targets, code)
        if acts is not None:
            return acts
    return None
