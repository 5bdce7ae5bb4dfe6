"""Questions that hold things against each other: channels, stretches, moments, days."""

from __future__ import annotations

import re

from galiot.senses.series import cues
from galiot.senses.series.asked import OF_WHOLE, Asked, is_sum, statistic_of, way_of
from galiot.senses.series.channels import alike
from galiot.senses.series.query import Query, Statistic, Wanted

_VAGUE = ("maximum", "minimum", "change")


def read_together(asked: Asked) -> Query | None:
    if asked.yes and asked.pairs and (parts := cues.AS_ANOTHER.match(asked.text)):
        ways = [way_of(part) for part in parts.groups()]
        if ways[0]:
            claim = "same way" if ways[0] == (ways[1] or "up") else "opposite"
            return Query(task="together", channels=asked.pairs, wanted="yes", claim=claim)
    if not asked.pairs or not asked.has(cues.TOGETHER):
        return None
    claim = "opposite" if asked.has(cues.OPPOSITE) else "together"
    return Query(task="together", channels=asked.pairs, wanted="yes" if asked.yes else "value", claim=claim)


def read_stretches(asked: Asked) -> Query | None:
    stretches = asked.times.stretches
    up, down = asked.has(cues.MORE_WORDS, cues.UP_WORDS), asked.has(cues.LESS_WORDS, cues.DOWN_WORDS)
    if len(stretches) < 2 or not asked.about or not (up or down or asked.has(cues.HELD, cues.CHANGES)):
        return None
    found = statistic_of(asked)
    usual: Statistic = "sum" if is_sum(asked) else "mean"
    statistic = found[0] if found and found[0] in ("maximum", "minimum", *OF_WHOLE) else usual
    return Query(
        task="stretches",
        channels=asked.about[:1],
        statistic=statistic,
        stretch=stretches[0],
        other=stretches[1],
        wanted="yes" if asked.yes else "value",
        claim=_claim(asked, up=up, down=down, statistic=statistic),
    )


def read_which(asked: Asked) -> Query | None:
    """Which channel has the most of something."""
    if asked.has(cues.OF_TIME) or not asked.has(cues.WHICH, cues.WHICH_CHANNEL):
        return None
    found = statistic_of(asked)
    channels = asked.places if len(asked.places) >= 2 else alike(asked.channels, asked.text)
    if asked.has(cues.GAPS):
        return Query(task="which", channels=channels, statistic="count", most=False)
    if not found or found[0] in _VAGUE:
        least = asked.has(cues.LEAST_WORDS, cues.LESS_WORDS)
        for pattern, claim in ((cues.UP_WORDS, "up"), (cues.DOWN_WORDS, "down"), (cues.CHANGES, "size")):
            if asked.has(pattern):
                most = claim != "down" and not (claim == "size" and least)
                return Query(task="which", channels=channels, statistic="change", most=most, claim=claim)
    more = asked.has(cues.MORE_WORDS)
    if found is None and not (more or asked.has(cues.LESS_WORDS)):
        return None
    statistic, most = _of_channels(asked, *found) if found else ("mean", more)
    task = "rank" if re.match(cues.RANK, asked.whole) else "which"
    return Query(task=task, channels=channels, statistic=statistic, most=most)  # type: ignore[arg-type]


def read_compare(asked: Asked) -> Query | None:
    """Two named channels held against each other."""
    up, down = asked.has(cues.MORE_WORDS), asked.has(cues.LESS_WORDS)
    if not asked.pairs or asked.when or not (up or down or asked.has(cues.HELD, cues.STEADY)):
        return None
    units = {asked.channels[place].unit for place in asked.pairs}
    if len(units) > 1 and not asked.has(cues.STEADY):
        return None  # 12 A are not less than 1884 rpm
    found = statistic_of(asked)
    statistic: Statistic = "mean" if found is None or found[0] == "slope" else found[0]
    if statistic == "range" and asked.has(cues.DIFFERENCE) and not asked.has(cues.MOST_WORDS, cues.LEAST_WORDS):
        statistic = "mean"
    return Query(
        task="compare",
        channels=asked.pairs,
        statistic=statistic,
        wanted="yes" if asked.yes else "value",
        claim=_claim(asked, up=up, down=down, statistic=statistic),
    )


def read_moments(asked: Asked) -> Query | None:
    """One channel at two moments, or at the start and the end."""
    up, down = asked.has(cues.MORE_WORDS, cues.UP_WORDS, r"\bexceed"), asked.has(cues.LESS_WORDS, cues.DOWN_WORDS)
    both = asked.says(cues.FIRST) and asked.says(cues.LAST)
    if not asked.about or not (up or down or both or asked.has(cues.HELD, cues.FACTOR)):
        return None
    moments = (asked.times.at_s, asked.times.then_s)
    if len(asked.times.stretches) == 1 and asked.says(cues.DIFFERENCE_BETWEEN) and statistic_of(asked) is None:
        ends = asked.times.stretches[0]
        return Query(task="moments", channels=asked.about, at_s=ends.start_s, then_s=ends.stop_s)
    if None in moments:
        if not (asked.says(cues.FIRST) and asked.says(cues.LAST)) or asked.times.stretches:
            return None
        begin_first = re.search(cues.FIRST, asked.whole).start() < re.search(cues.LAST, asked.whole).start()  # type: ignore[union-attr]
        moments = (asked.ends[0], asked.ends[1]) if begin_first else (asked.ends[1], asked.ends[0])
    claim = "factor" if asked.says(cues.FACTOR) else "above" if up else "below" if down else ""
    wanted: Wanted = "yes" if asked.yes else "value"
    return Query(task="moments", channels=asked.about, at_s=moments[0], then_s=moments[1], wanted=wanted, claim=claim)


def read_which_day(asked: Asked) -> Query | None:
    found = statistic_of(asked)
    if not asked.has(cues.WHICH_DAY) or found is None or found[0] not in ("maximum", "minimum", *OF_WHOLE):
        return None
    statistic, most = _of_channels(asked, *found)
    return Query(task="which day", channels=asked.about, statistic=statistic, most=most)


def _claim(asked: Asked, *, up: bool, down: bool, statistic: Statistic) -> str:
    """What is supposed of the first; whoever calls it steadier supposes that it varies less."""
    if statistic == "deviation" and asked.has(cues.STEADY):
        up, down = down and not up, up
    return "above" if up else "below" if down else ""


def _of_channels(asked: Asked, statistic: Statistic, most: bool) -> tuple[Statistic, bool]:
    """By what channels are put in order: the warmest room is so on the whole, the highest value is one sample."""
    if statistic in ("maximum", "minimum") and not asked.has(cues.EXTREME_VALUE):
        return "mean", statistic == "maximum"
    if statistic == "deviation" and asked.has(cues.STEADY):
        return statistic, asked.has(cues.LEAST_WORDS, r"\bless\b")
    if statistic in OF_WHOLE:
        return statistic, not asked.has(cues.LEAST_WORDS, cues.LESS_WORDS)
    return statistic, most
