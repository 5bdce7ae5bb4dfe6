"""Conditions in a question: "above 25 °C", "while the door was open", "when the light was brightest"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from galiot.senses.series import cues
from galiot.senses.series.asked import Asked
from galiot.senses.series.channels import alike, find_channels, is_switch, of_unit
from galiot.senses.series.prefixes import scaled
from galiot.senses.series.query import Condition, Query, Relation
from galiot.signals.reading import Channel
from galiot.signals.units import tidy_unit


def condition_in(text: str, channels: Sequence[Channel]) -> tuple[Condition | None, str]:
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


def given_by(clause: str, channels: Sequence[Channel]) -> tuple[int, Condition] | None:
    """Return the channel of a clause and what it says of it: "the door was open", "speed was over 10 km/h"."""
    text = clause.lower()
    condition, rest = condition_in(text, channels)
    named = find_channels(rest if len(text) == len(clause) else text, channels)
    units = of_unit(channels, condition.unit) if condition and condition.unit else ()
    if not named and not units:
        return None
    place = units[0] if units and not any(one.channel in units for one in named) else named[0].channel
    if units:
        place = next((one.channel for one in named if one.channel in units), place)
    condition = condition or switched(text, channels[place])
    return (place, condition) if condition else None


def of_another(asked: Asked) -> tuple[int, Condition] | None:
    """Return a condition that is another channel's than the one asked about: "the current above 2900 rpm"."""
    condition = asked.condition
    if condition is None or not condition.unit or asked.yes or asked.when or asked.how_long or asked.how_often:
        return None
    holders = of_unit(asked.channels, condition.unit)
    left = [mention for mention in asked.mentions if not set(mention) & set(holders)]
    return (holders[0], condition) if len(holders) == 1 and left and not asked.says(cues.SHARE) else None


def at_extreme(plain: str, channels: Sequence[Channel]) -> Query | None:
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


def switched(text: str, channel: Channel) -> Condition | None:
    """Return what it means that something is open or closed, on or off."""
    if not is_switch(channel):
        return None
    if re.search(cues.SWITCHED_OFF, text):
        return Condition("below", 0.5)
    return Condition("above", 0.5) if re.search(cues.SWITCHED_ON, text) else None


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
