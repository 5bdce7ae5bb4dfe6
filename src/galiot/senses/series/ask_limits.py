"""Questions about what is there, and about a condition: whether, when, how often, how long."""

from __future__ import annotations

import re
from dataclasses import replace

from galiot.senses.series import cues
from galiot.senses.series.asked import Asked, statistic_of
from galiot.senses.series.channels import alike, of_unit
from galiot.senses.series.limits import switched
from galiot.senses.series.query import Query, Wanted


def read_samples(asked: Asked) -> Query | None:
    if not asked.has(cues.COUNTED):
        return None
    if asked.condition:
        return Query(task="reached", channels=asked.about, condition=asked.condition, statistic="count")
    if asked.has(cues.ABSENT):
        return Query(task="gaps", channels=asked.places, wanted="count")
    return Query(task="samples", channels=asked.places)


def read_record(asked: Asked) -> Query | None:
    if asked.has(cues.RATE):
        return Query(task="rate", channels=asked.places)
    if asked.has(cues.CHANNELS):
        return Query(task="channels", channels=())
    if asked.has(cues.GAPS) and not re.match(cues.WHICH, asked.whole):
        claim = "complete" if asked.has(cues.COMPLETE) else ""
        return Query(task="gaps", channels=asked.places, wanted=asked.way, claim=claim)
    if not asked.condition and asked.says(cues.SPAN):
        return Query(task="span", channels=asked.places)
    return None


def read_condition(asked: Asked) -> Query | None:
    condition = asked.condition
    if (
        condition is None
        and len(asked.about) == 1
        and asked.times.at_s is None
        and (asked.how_long or asked.how_often or asked.when or asked.yes)
    ):
        condition = switched(asked.text, asked.channels[asked.about[0]])
        asked = replace(asked, condition=condition)
    if condition is None:
        return None
    if not asked.about and condition.unit:
        mentions = (of_unit(asked.channels, condition.unit),)
        asked = replace(asked, mentions=mentions if mentions[0] else ())
    held = {"task": "reached", "condition": asked.condition}
    if not asked.places and asked.has(cues.WHICH_CHANNEL):
        candidates = alike(asked.channels, asked.text)
        return Query(**held, channels=candidates, wanted="yes", statistic="count")  # type: ignore[arg-type]
    statistic = ("range", True) if asked.says(cues.VARIED) else statistic_of(asked)
    if asked.yes and statistic and statistic[0] not in ("change", "slope", "sum", "count"):
        return Query(**held, channels=asked.about, wanted="yes", statistic=statistic[0])  # type: ignore[arg-type]
    claim = "always" if asked.says(cues.ALWAYS) else "never" if asked.says(cues.NEVER) else ""
    wanted = _of_condition(asked)
    return Query(**held, channels=asked.about, wanted=wanted, statistic="count", claim=claim)  # type: ignore[arg-type]


def _of_condition(asked: Asked) -> Wanted:
    if asked.says(cues.HOW_MANY_DAYS):
        return "days"
    if asked.says(cues.SHARE) or asked.says(cues.MOSTLY):
        return "share"
    if asked.says(cues.CROSSES) and asked.how_often:
        return "crossings"
    if asked.says(cues.SPELLS):
        return "spells"
    if asked.says(cues.LONGEST):
        return "longest"
    if asked.how_long:
        return "duration"
    if asked.how_often:
        return "entries" if asked.says(cues.MOVES_PAST) else "count"
    if asked.when:
        if asked.says(cues.LAST_TIME):
            return "last"
        return "entered" if asked.says(cues.MOVES_PAST) else "first"
    return "yes" if asked.yes else "value"
