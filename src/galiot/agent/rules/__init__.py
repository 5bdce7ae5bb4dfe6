"""Sentences that rules can read: answered in milliseconds, with no model.

`read` gives a plan, or None where the rules are not sure; they never guess: a word that they do not understand makes
it None. `beyond` then tells what the home cannot do, and why.
"""

from __future__ import annotations

from galiot.agent.rules.asked import summing
from galiot.agent.rules.beyond import asks_of_now, asks_of_state, beyond, is_question, only_asks
from galiot.agent.rules.reader import read, read_parts

__all__ = ["asks_of_now", "asks_of_state", "beyond", "is_question", "only_asks", "read", "read_parts", "summing"]
