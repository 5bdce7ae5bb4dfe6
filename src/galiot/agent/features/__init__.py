"""Between words and affordances: what a thing is, what can be said about it, and the commands that this stands for."""

from __future__ import annotations

from galiot.agent.features.commands import commands_for, verbs_of
from galiot.agent.features.feature import Feature
from galiot.agent.features.kinds import is_a, kinds_of_words
from galiot.agent.features.kinds_table import KINDS
from galiot.agent.features.match import feature_for, features_of, kind_of
from galiot.agent.features.roles import ROLES
from galiot.agent.features.verbs import VERBS, Verb

__all__ = [
    "KINDS",
    "ROLES",
    "VERBS",
    "Feature",
    "Verb",
    "commands_for",
    "feature_for",
    "features_of",
    "is_a",
    "kind_of",
    "kinds_of_words",
    "verbs_of",
]
