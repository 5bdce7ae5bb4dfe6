"""Questions about series, answered from the samples: what is asked is understood first, then computed."""

from __future__ import annotations

from galiot.senses.series.answer import Answer, answer
from galiot.senses.series.query import Condition, Query, Stretch

__all__ = ["Answer", "Condition", "Query", "Stretch", "answer"]
