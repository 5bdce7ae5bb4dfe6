"""From a sentence to a plan, by rules alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from galiot.agent.home import Home
from galiot.agent.plan import Act, Plan, Step
from galiot.agent.rules import polite
from galiot.agent.rules.clauses import sequence
from galiot.agent.rules.commands import Commands
from galiot.agent.rules.targets import Targets
from galiot.agent.rules.words import split

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
    words = polite.digits(polite.strip(split(sentence)))
    if not words:
        return None
    commands = Commands(Targets(home, context))

    def one(text: str) -> list[Act] | None:
        inner = polite.strip(tuple(text.split()))
        return commands.read(" ".join(inner)) if inner else None

    parts = sequence(" ".join(words), one)
    if parts is None:
        return None
    return Plan(tuple(Step(act) for acts in parts for act in acts), "rules", sentence)
