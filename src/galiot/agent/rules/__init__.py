"""Sentences that rules can read: answered in milliseconds, with no model.

`read` gives a plan, or None where the rules are not sure; they never guess: a word that they do not understand makes
it None.
"""

from __future__ import annotations

from galiot.agent.rules.reader import read, read_parts

__all__ = ["read", "read_parts"]
