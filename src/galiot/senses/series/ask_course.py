"""Questions about the course of channels: values, moments, steps, trend, period, what stands out."""

from __future__ import annotations

from galiot.senses.series import cues
from galiot.senses.series.asked import Asked, is_sum, statistic_of, way_of
from galiot.senses.series.channels import comparable
from galiot.senses.series.query import Query, Statistic, Stretch, Wanted


def read_steps(asked: Asked) -> Query | None:
    if asked.has(cues.JUMP) and not asked.has(cues.LEVELS):
        down, up = asked.has(r"\b(?:decrease|drop|fall)\b"), asked.has(r"\b(?:increase|rise)\b")
        claim = "down" if down else "up" if up else ""
        return Query(task="jump", channels=asked.about, wanted=asked.way, claim=claim)
    at_s = asked.times.at_s
    moved = asked.has(cues.UP_WORDS, cues.DOWN_WORDS) and statistic_of(asked) in (None, ("change", True))
    moved = moved and not asked.says(cues.TOOK)
    then = at_s is not None and asked.says(cues.BY_HOW_MUCH)
    if not asked.has(cues.SUDDEN) and not (moved and asked.about and (asked.when or then)):
        return None
    return Query(
        task="steps",
        channels=asked.about_any,
        wanted=asked.way,
        at_s=at_s,
        stretch=None if at_s is None else Stretch(*asked.ends),
        claim=way_of(asked.text),
        statistic="first" if asked.has(cues.FIRST_ONE) else "mean",
    )


def read_outliers(asked: Asked) -> Query | None:
    return Query(task="outliers", channels=asked.about_any, wanted=asked.way) if asked.has(cues.OUTLIERS) else None


def read_period(asked: Asked) -> Query | None:
    wanted: Wanted = "yes" if asked.yes else "value"
    return Query(task="period", channels=asked.about, wanted=wanted) if asked.has(cues.PERIOD) else None


def read_trend(asked: Asked) -> Query | None:
    up, down, trend = asked.has(cues.UP_WORDS), asked.has(cues.DOWN_WORDS), asked.has(cues.TREND)
    found = statistic_of(asked)
    if asked.says(cues.CHANGED) or asked.when or asked.has(cues.PACE) or (found and found[0] == "slope"):
        return None
    if not (up or down or trend or (asked.yes and asked.has(cues.STEADY, cues.CHANGES))):
        return None
    if not asked.says(cues.CHANGED) and asked.has(cues.GETS_MOST, cues.GETS_LEAST):
        return None
    if asked.has(cues.MOST_WORDS, cues.LEAST_WORDS) and not trend:
        return None
    claim = "" if up and down else "rising" if up else "falling" if down else ""
    if not (up or down):
        claim = "steady" if asked.has(cues.FLAT) else "changing" if asked.has(cues.CHANGES, cues.DRIFT) else ""
    return Query(task="trend", channels=asked.about, wanted="yes" if asked.yes else "value", claim=claim)


def read_when(asked: Asked) -> Query | None:
    found = statistic_of(asked)
    if not asked.when or found is None or found[0] not in ("maximum", "minimum"):
        return None
    return Query(task="when", channels=asked.about, statistic=found[0], most=found[0] == "maximum")


def read_at(asked: Asked) -> Query | None:
    at_s = asked.times.at_s
    return None if at_s is None else Query(task="at", channels=asked.about_any, at_s=at_s)


def read_value(asked: Asked) -> Query | None:
    found, channels = statistic_of(asked), asked.about
    if found is None and (
        not (channels and asked.has(cues.PLAIN)) or asked.says(cues.SHARE) or asked.says(cues.LONGEST)
    ):
        return None
    statistic: Statistic = found[0] if found else "sum" if is_sum(asked) and not asked.yes else "mean"
    if not channels and (comparable(asked.channels) or asked.has(cues.EVERY)):
        channels = tuple(range(len(asked.channels)))
    named = cues.QUANTILE.search(asked.whole)
    quantile = float(named[1]) / 100 if named else 0.5
    per = cues.PER.search(asked.whole)
    return Query(task="value", channels=channels, statistic=statistic, quantile=quantile, per=per[1] if per else "")
