"""From a question in English to what it asks for; None where it is not understood, so that a model may try."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from galiot.senses.series import cues
from galiot.senses.series.channels import (
    alike,
    comparable,
    find_channels,
    is_amount,
    is_speed,
    is_switch,
    judged,
    known_words,
    of_unit,
)
from galiot.senses.series.prefixes import scaled
from galiot.senses.series.query import Condition, Query, Relation, Statistic, Stretch, Wanted
from galiot.senses.series.spoken import plainly, spelled
from galiot.senses.series.stretches import Found, Times
from galiot.signals.reading import Channel
from galiot.signals.units import tidy_unit

_NO_CHANNEL = ("samples", "rate", "span", "gaps", "channels")
_VAGUE = ("maximum", "minimum", "change")
_OF_WHOLE: tuple[Statistic, ...] = ("mean", "median", "range", "deviation", "sum")


@dataclass(frozen=True)
class _Asked:
    """A question in pieces.

    text: lower case, without the times and the condition; whole: with them
    mentions: the channels that it names, in order, all that fit where a name fits several
    """

    text: str
    whole: str
    mentions: tuple[tuple[int, ...], ...]
    channels: Sequence[Channel]
    times: Found
    condition: Condition | None
    ends: tuple[float, float]

    def has(self, *patterns: str) -> bool:
        """Whether the text has one of some cues."""
        return any(re.search(pattern, self.text) for pattern in patterns)

    def says(self, pattern: str) -> bool:
        """Whether the whole question has a cue."""
        return re.search(pattern, self.whole) is not None

    @property
    def places(self) -> tuple[int, ...]:
        """All channels that are named."""
        return tuple(dict.fromkeys(place for mention in self.mentions for place in mention))

    @property
    def pairs(self) -> tuple[int, ...]:
        """The first two names, as pairs of channels one behind the other; () where fewer are named."""
        if len(self.mentions) >= 2:
            first, second = self.mentions[:2]
            return tuple(place for a in first for b in second if a != b for place in (a, b))
        return self.places if len(self.places) == 2 else ()

    @property
    def yes(self) -> bool:
        """Whether it wants a yes or a no."""
        return re.match(cues.YES_NO, self.whole) is not None and not self.has(cues.OR)

    @property
    def when(self) -> bool:
        """Whether it wants a moment."""
        return self.says(cues.WHEN)

    @property
    def how_long(self) -> bool:
        """Whether it wants a length of time."""
        return self.says(cues.HOW_LONG) and not self.says(cues.UNTIL)

    @property
    def how_often(self) -> bool:
        """Whether it wants a number of times."""
        return self.says(cues.HOW_OFTEN)

    @property
    def about(self) -> tuple[int, ...]:
        """The channels that are named; else the only one, or those of the quantity; else none."""
        if self.places or len(self.channels) == 1:
            return self.places or (0,)
        kin = alike(self.channels, self.text)
        return kin if len(kin) < len(self.channels) else ()

    @property
    def about_any(self) -> tuple[int, ...]:
        """The same, all channels where nothing is named."""
        return self.about or tuple(range(len(self.channels)))

    @property
    def way(self) -> Wanted:
        """What of something that happens is wanted."""
        return "when" if self.when else "count" if self.how_often else "yes" if self.yes else "value"


def understand(question: str, channels: Sequence[Channel], times: Times) -> Query | None:
    """Return what a question asks of a reading with these channels; None where it is not understood."""
    plain = plainly(judged(question.replace("’", "'").replace("−", "-"), channels), times)
    plain = spelled(plain, (*cues.OFTEN_MISSPELLED, *known_words(channels)))
    whole = plain.lower()
    if len(whole) != len(plain):  # a letter whose lower case is longer
        plain = whole
    if (query := _at_extreme(plain, channels)) is not None:
        return query
    if clause := cues.CLAUSE.search(plain):
        given = _given(clause[1], channels)
        main = understand(plain[: clause.start()] + plain[clause.end() :], channels, times) if given else None
        unclear = given is None and find_channels(clause[1], channels) and not re.match(cues.YES_NO, plain.lower())
        timed = times.find(clause[1].lower()).stretches  # then the times say what is meant
        if unclear and not timed and re.match(cues.MEANWHILE, clause[0].lower()):
            return None  # an answer for the whole time would be a wrong one
        if main and given and main.task in ("value", "when"):
            channels_left = tuple(place for place in main.channels if place != given[0]) or main.channels
            return replace(main, given=given, channels=channels_left)
    condition, text = _condition(whole, channels)
    found = times.find(text)
    timeless = "".join(
        letter if kept == low else " " for letter, kept, low in zip(plain, found.rest, whole, strict=True)
    )
    mentions: dict[int, list[int]] = {}
    for named in find_channels(timeless, channels):
        mentions.setdefault(named.start, []).append(named.channel)
    asked = _Asked(
        found.rest,
        whole,
        tuple(map(tuple, mentions.values())),
        channels,
        found,
        condition,
        (times.first_s, times.last_s),
    )
    given = _of_another(asked)
    if given is not None:
        rest = tuple(mention for mention in asked.mentions if given[0] not in mention)
        asked = replace(asked, condition=None, mentions=rest)
    for read in _READERS:
        query = read(asked)
        if query is not None and given is not None:
            query = replace(query, given=given) if query.task in ("value", "when") else None
        if query is not None:
            return _placed(query, asked)
    return None


def _of_another(asked: _Asked) -> tuple[int, Condition] | None:
    """Return a condition that is another channel's than the one asked about: "the current above 2900 rpm"."""
    condition = asked.condition
    if condition is None or not condition.unit or asked.yes or asked.when or asked.how_long or asked.how_often:
        return None
    holders = of_unit(asked.channels, condition.unit)
    left = [mention for mention in asked.mentions if not set(mention) & set(holders)]
    return (holders[0], condition) if len(holders) == 1 and left and not asked.says(cues.SHARE) else None


def _at_extreme(plain: str, channels: Sequence[Channel]) -> Query | None:
    """Read "how humid was it when the light was brightest": a value at the time of another's extreme."""
    found = cues.AT_EXTREME.search(plain)
    if found is None or found.start() == 0 or re.match(rf"{cues.WHEN}|{cues.YES_NO}", plain.lower()):
        return None
    clause, before = found[1], plain[: found.start()]
    most, least = re.search(cues.MOST_WORDS, clause.lower()), re.search(cues.LEAST_WORDS, clause.lower())
    others = [one.channel for one in find_channels(clause, channels)] or list(alike(channels, clause))
    asked = [one.channel for one in find_channels(before, channels)] or list(alike(channels, before))
    if bool(most) == bool(least) or len(others) != 1 or len(asked) == len(channels) or others[0] in asked:
        return None
    return Query(task="at", channels=tuple(asked), at_extreme=(others[0], bool(most)))


def _given(clause: str, channels: Sequence[Channel]) -> tuple[int, Condition] | None:
    """Return the channel of a clause and what it says of it: "the door was open", "speed was over 10 km/h"."""
    text = clause.lower()
    condition, rest = _condition(text, channels)
    named = find_channels(rest if len(text) == len(clause) else text, channels)
    units = of_unit(channels, condition.unit) if condition and condition.unit else ()
    if not named and not units:
        return None
    place = units[0] if units and not any(one.channel in units for one in named) else named[0].channel
    if units:
        place = next((one.channel for one in named if one.channel in units), place)
    condition = condition or _switched(text, channels[place])
    return (place, condition) if condition else None


def _switched(text: str, channel: Channel) -> Condition | None:
    """Return what it means that something is open or closed, on or off."""
    if not is_switch(channel):
        return None
    if re.search(cues.SWITCHED_OFF, text):
        return Condition("below", 0.5)
    return Condition("above", 0.5) if re.search(cues.SWITCHED_ON, text) else None


def _placed(query: Query, asked: _Asked) -> Query | None:
    """Add the stretch; refuse a query without a channel where one is needed."""
    stretches = asked.times.stretches
    if stretches and query.stretch is None:
        query = replace(query, stretch=stretches[0])
    return query if query.channels or query.task in _NO_CHANNEL else None


def _condition(text: str, channels: Sequence[Channel]) -> tuple[Condition | None, str]:
    """Take "above 25 °C" out of a text, whose other letters keep their places."""
    units = {tidy_unit(channel.unit).lower(): tidy_unit(channel.unit) for channel in channels if channel.unit}
    if re.search(r"\b(?:freezing|frost|freeze)\b", text) and not re.search(r"\b(?:above|over|below|under)\b", text):
        text, unit = text, next((channel.unit for channel in channels if channel.unit in cues.FREEZING), "")
        return (Condition("at most", cues.FREEZING[unit], unit) if unit else None), text
    for relation, pattern in cues.LIMITS:
        for match in pattern.finditer(text):
            taken = _limit(match, text, relation, units)
            if taken is not None:
                condition, end = taken
                return condition, text[: match.start()] + " " * (end - match.start()) + text[end:]
    return _freezing(text, channels)


def _freezing(text: str, channels: Sequence[Channel]) -> tuple[Condition | None, str]:
    found = re.search(r"\b(above|below|under|over) (?:freezing|the freezing point)\b", text)
    unit = next((channel.unit for channel in channels if channel.unit in cues.FREEZING), "")
    if not found or not unit:
        return None, text
    relation: Relation = "below" if found[1] in ("below", "under") else "above"
    blank = text[: found.start()] + " " * len(found[0]) + text[found.end() :]
    return Condition(relation, cues.FREEZING[unit], unit), blank


def _limit(match: re.Match[str], text: str, relation: Relation, units: dict[str, str]) -> tuple[Condition, int] | None:
    """Return the condition of a match and where it ends; None where the number is a time."""
    group = 1 if match[1] is not None else 3
    number, unit, end = match[group], match[group + 1] or "", match.end(group)
    if re.match(r"\s*:\d|-\d\d-", text[end:]) or cues.TIME_UNITS.fullmatch(unit):
        return None
    spoken = cues.SPOKEN_UNITS.get(unit, unit).replace(" ", "")
    factor, spoken = scaled(spoken, units)
    if spoken in units or unit in cues.SPOKEN_UNITS:
        end = match.end(group + 1)
    return Condition(relation, factor * float(number.replace(",", "")), units.get(spoken, "")), end


def _statistic(asked: _Asked) -> tuple[Statistic, bool] | None:
    """Return the statistic that is asked for, and whether it is about the most of it."""
    if cues.QUANTILE.search(asked.whole):
        return "quantile", True
    if asked.has(cues.MOST_THAN_LEAST, cues.BOTH_ENDS):
        return "range", True
    if asked.says(cues.LIMITS_OF_DATA):
        return "range", True
    for name, pattern in cues.STATISTICS:
        if name == "slope" and _asks_speed(asked):
            continue
        if asked.says(pattern):
            return name, not asked.has(cues.LEAST_WORDS, cues.LESS_WORDS, cues.STEADY)
    if not asked.times.stretches or not asked.says(cues.CHANGED):
        if asked.has(cues.GETS_MOST):
            return "maximum", True
        if asked.has(cues.GETS_LEAST):
            return "minimum", False
    if asked.says(cues.CHANGED):
        return "sum" if _is_amount(asked) else "change", True
    if asked.has(cues.MOST_WORDS):
        return "maximum", True
    if asked.has(cues.LEAST_WORDS):
        return "minimum", False
    if not asked.times.stretches and asked.says(cues.FIRST):
        return "first", True
    if not asked.times.stretches and re.search(cues.LAST, _without_current(asked)):
        return "last", True
    return None


def _without_current(asked: _Asked) -> str:
    """The question without the word "current" where that is a quantity of the reading."""
    measured = any("current" in channel.name.lower() for channel in asked.channels)
    return re.sub(r"\bcurrent\b", "", asked.whole) if measured else asked.whole


def _asks_speed(asked: _Asked) -> bool:
    """Whether "how fast" asks for a speed that is measured, not for the pace of a change."""
    fast = re.search(r"\bhow (?:fast|quick|slow)\b", asked.whole) and not re.search(r"\bper\b", asked.whole)
    moving = bool(asked.places) and all(is_speed(asked.channels[place]) for place in asked.places)
    return bool(fast) and moving and not asked.has(cues.UP_WORDS, cues.DOWN_WORDS, r"\bramp")


def _is_amount(asked: _Asked) -> bool:
    return bool(asked.places) and all(is_amount(asked.channels[place]) for place in asked.places)


def _read_samples(asked: _Asked) -> Query | None:
    if not asked.has(cues.COUNTED):
        return None
    if asked.condition:
        return Query(task="reached", channels=asked.about, condition=asked.condition, statistic="count")
    if asked.has(cues.ABSENT):
        return Query(task="gaps", channels=asked.places, wanted="count")
    return Query(task="samples", channels=asked.places)


def _read_record(asked: _Asked) -> Query | None:
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


def _read_together(asked: _Asked) -> Query | None:
    if asked.yes and asked.pairs and (parts := cues.AS_ANOTHER.match(asked.text)):
        ways = [_way(part) for part in parts.groups()]
        if ways[0]:
            claim = "same way" if ways[0] == (ways[1] or "up") else "opposite"
            return Query(task="together", channels=asked.pairs, wanted="yes", claim=claim)
    if not asked.pairs or not asked.has(cues.TOGETHER):
        return None
    claim = "opposite" if asked.has(cues.OPPOSITE) else "together"
    return Query(task="together", channels=asked.pairs, wanted="yes" if asked.yes else "value", claim=claim)


def _way(text: str) -> str:
    up = re.search(f"{cues.UP_WORDS}|{cues.MORE_WORDS}", text)
    down = re.search(f"{cues.DOWN_WORDS}|{cues.LESS_WORDS}", text)
    return "" if bool(up) == bool(down) else "up" if up else "down"


def _read_condition(asked: _Asked) -> Query | None:
    condition = asked.condition
    if (
        condition is None
        and len(asked.about) == 1
        and asked.times.at_s is None
        and (asked.how_long or asked.how_often or asked.when or asked.yes)
    ):
        condition = _switched(asked.text, asked.channels[asked.about[0]])
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
    statistic = ("range", True) if asked.says(cues.VARIED) else _statistic(asked)
    if asked.yes and statistic and statistic[0] not in ("change", "slope", "sum", "count"):
        return Query(**held, channels=asked.about, wanted="yes", statistic=statistic[0])  # type: ignore[arg-type]
    claim = "always" if asked.says(cues.ALWAYS) else "never" if asked.says(cues.NEVER) else ""
    wanted = _of_condition(asked)
    return Query(**held, channels=asked.about, wanted=wanted, statistic="count", claim=claim)  # type: ignore[arg-type]


def _of_condition(asked: _Asked) -> Wanted:
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


def _read_stretches(asked: _Asked) -> Query | None:
    stretches = asked.times.stretches
    up, down = asked.has(cues.MORE_WORDS, cues.UP_WORDS), asked.has(cues.LESS_WORDS, cues.DOWN_WORDS)
    if len(stretches) < 2 or not asked.about or not (up or down or asked.has(cues.HELD, cues.CHANGES)):
        return None
    found = _statistic(asked)
    usual: Statistic = "sum" if _is_amount(asked) else "mean"
    statistic = found[0] if found and found[0] in ("maximum", "minimum", *_OF_WHOLE) else usual
    return Query(
        task="stretches",
        channels=asked.about[:1],
        statistic=statistic,
        stretch=stretches[0],
        other=stretches[1],
        wanted="yes" if asked.yes else "value",
        claim=_claim(asked, up=up, down=down, statistic=statistic),
    )


def _claim(asked: _Asked, *, up: bool, down: bool, statistic: Statistic) -> str:
    """What is supposed of the first; whoever calls it steadier supposes that it varies less."""
    if statistic == "deviation" and asked.has(cues.STEADY):
        up, down = down and not up, up
    return "above" if up else "below" if down else ""


def _read_which(asked: _Asked) -> Query | None:
    """Which channel has the most of something."""
    if asked.has(cues.OF_TIME) or not asked.has(cues.WHICH, cues.WHICH_CHANNEL):
        return None
    found = _statistic(asked)
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


def _of_channels(asked: _Asked, statistic: Statistic, most: bool) -> tuple[Statistic, bool]:
    """By what channels are put in order: the warmest room is so on the whole, the highest value is one sample."""
    if statistic in ("maximum", "minimum") and not asked.has(cues.EXTREME_VALUE):
        return "mean", statistic == "maximum"
    if statistic == "deviation" and asked.has(cues.STEADY):
        return statistic, asked.has(cues.LEAST_WORDS, r"\bless\b")
    if statistic in _OF_WHOLE:
        return statistic, not asked.has(cues.LEAST_WORDS, cues.LESS_WORDS)
    return statistic, most


def _read_compare(asked: _Asked) -> Query | None:
    """Two named channels held against each other."""
    up, down = asked.has(cues.MORE_WORDS), asked.has(cues.LESS_WORDS)
    if not asked.pairs or asked.when or not (up or down or asked.has(cues.HELD, cues.STEADY)):
        return None
    units = {asked.channels[place].unit for place in asked.pairs}
    if len(units) > 1 and not asked.has(cues.STEADY):
        return None  # 12 A are not less than 1884 rpm
    found = _statistic(asked)
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


def _read_moments(asked: _Asked) -> Query | None:
    """One channel at two moments, or at the start and the end."""
    up, down = asked.has(cues.MORE_WORDS, cues.UP_WORDS, r"\bexceed"), asked.has(cues.LESS_WORDS, cues.DOWN_WORDS)
    both = asked.says(cues.FIRST) and asked.says(cues.LAST)
    if not asked.about or not (up or down or both or asked.has(cues.HELD, cues.FACTOR)):
        return None
    moments = (asked.times.at_s, asked.times.then_s)
    if len(asked.times.stretches) == 1 and asked.says(cues.DIFFERENCE_BETWEEN) and _statistic(asked) is None:
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


def _read_which_day(asked: _Asked) -> Query | None:
    found = _statistic(asked)
    if not asked.has(cues.WHICH_DAY) or found is None or found[0] not in ("maximum", "minimum", *_OF_WHOLE):
        return None
    statistic, most = _of_channels(asked, *found)
    return Query(task="which day", channels=asked.about, statistic=statistic, most=most)


def _read_steps(asked: _Asked) -> Query | None:
    if asked.has(cues.JUMP) and not asked.has(cues.LEVELS):
        down, up = asked.has(r"\b(?:decrease|drop|fall)\b"), asked.has(r"\b(?:increase|rise)\b")
        claim = "down" if down else "up" if up else ""
        return Query(task="jump", channels=asked.about, wanted=asked.way, claim=claim)
    at_s = asked.times.at_s
    moved = asked.has(cues.UP_WORDS, cues.DOWN_WORDS) and _statistic(asked) in (None, ("change", True))
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
        claim=_way(asked.text),
        statistic="first" if asked.has(cues.FIRST_ONE) else "mean",
    )


def _read_outliers(asked: _Asked) -> Query | None:
    return Query(task="outliers", channels=asked.about_any, wanted=asked.way) if asked.has(cues.OUTLIERS) else None


def _read_period(asked: _Asked) -> Query | None:
    wanted: Wanted = "yes" if asked.yes else "value"
    return Query(task="period", channels=asked.about, wanted=wanted) if asked.has(cues.PERIOD) else None


def _read_trend(asked: _Asked) -> Query | None:
    up, down, trend = asked.has(cues.UP_WORDS), asked.has(cues.DOWN_WORDS), asked.has(cues.TREND)
    found = _statistic(asked)
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


def _read_when(asked: _Asked) -> Query | None:
    found = _statistic(asked)
    if not asked.when or found is None or found[0] not in ("maximum", "minimum"):
        return None
    return Query(task="when", channels=asked.about, statistic=found[0], most=found[0] == "maximum")


def _read_at(asked: _Asked) -> Query | None:
    at_s = asked.times.at_s
    return None if at_s is None else Query(task="at", channels=asked.about_any, at_s=at_s)


def _read_value(asked: _Asked) -> Query | None:
    found, channels = _statistic(asked), asked.about
    if found is None and (
        not (channels and asked.has(cues.PLAIN)) or asked.says(cues.SHARE) or asked.says(cues.LONGEST)
    ):
        return None
    statistic: Statistic = found[0] if found else "sum" if _is_amount(asked) and not asked.yes else "mean"
    if not channels and (comparable(asked.channels) or asked.has(cues.EVERY)):
        channels = tuple(range(len(asked.channels)))
    named = cues.QUANTILE.search(asked.whole)
    quantile = float(named[1]) / 100 if named else 0.5
    per = cues.PER.search(asked.whole)
    return Query(task="value", channels=channels, statistic=statistic, quantile=quantile, per=per[1] if per else "")


_READERS = (
    _read_samples,
    _read_record,
    _read_together,
    _read_moments,
    _read_which_day,
    _read_stretches,
    _read_condition,
    _read_steps,
    _read_outliers,
    _read_period,
    _read_which,
    _read_compare,
    _read_when,
    _read_trend,
    _read_at,
    _read_value,
)
"""In this order, the first that understands wins: what is particular comes before what is general."""
