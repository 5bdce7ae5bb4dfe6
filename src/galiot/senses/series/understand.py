"""From a question in English to what it asks for; None where it is not understood, so that a model may try."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from galiot.senses.series import cues
from galiot.senses.series.ask_course import (
    read_at,
    read_outliers,
    read_period,
    read_steps,
    read_trend,
    read_value,
    read_when,
)
from galiot.senses.series.ask_limits import read_condition, read_record, read_samples
from galiot.senses.series.ask_more import (
    read_compare,
    read_moments,
    read_stretches,
    read_together,
    read_which,
    read_which_day,
)
from galiot.senses.series.asked import Asked
from galiot.senses.series.channels import find_channels, judged, known_words
from galiot.senses.series.limits import at_extreme, condition_in, given_by, of_another
from galiot.senses.series.query import Query
from galiot.senses.series.spoken import plainly, spelled
from galiot.senses.series.stretches import Times
from galiot.signals.reading import Channel

_NO_CHANNEL = ("samples", "rate", "span", "gaps", "channels")


def understand(question: str, channels: Sequence[Channel], times: Times) -> Query | None:
    """Return what a question asks of a reading with these channels; None where it is not understood."""
    plain = plainly(judged(question.replace("’", "'").replace("−", "-"), channels), times)
    plain = spelled(plain, (*cues.OFTEN_MISSPELLED, *known_words(channels)))
    whole = plain.lower()
    if len(whole) != len(plain):  # a letter whose lower case is longer
        plain = whole
    if (query := at_extreme(plain, channels)) is not None:
        return query
    if clause := cues.CLAUSE.search(plain):
        given = given_by(clause[1], channels)
        main = understand(plain[: clause.start()] + plain[clause.end() :], channels, times) if given else None
        unclear = given is None and find_channels(clause[1], channels) and not re.match(cues.YES_NO, plain.lower())
        timed = times.find(clause[1].lower()).stretches  # then the times say what is meant
        if unclear and not timed and re.match(cues.MEANWHILE, clause[0].lower()):
            return None  # an answer for the whole time would be a wrong one
        if main and given and main.task in ("value", "when"):
            channels_left = tuple(place for place in main.channels if place != given[0]) or main.channels
            return replace(main, given=given, channels=channels_left)
    condition, text = condition_in(whole, channels)
    found = times.find(text)
    timeless = "".join(
        letter if kept == low else " " for letter, kept, low in zip(plain, found.rest, whole, strict=True)
    )
    mentions: dict[int, list[int]] = {}
    for named in find_channels(timeless, channels):
        mentions.setdefault(named.start, []).append(named.channel)
    asked = Asked(
        found.rest,
        whole,
        tuple(map(tuple, mentions.values())),
        channels,
        found,
        condition,
        (times.first_s, times.last_s),
    )
    given = of_another(asked)
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


def _placed(query: Query, asked: Asked) -> Query | None:
    """Add the stretch; refuse a query without a channel where one is needed."""
    stretches = asked.times.stretches
    if stretches and query.stretch is None:
        query = replace(query, stretch=stretches[0])
    return query if query.channels or query.task in _NO_CHANNEL else None


_READERS = (
    read_samples,
    read_record,
    read_together,
    read_moments,
    read_which_day,
    read_stretches,
    read_condition,
    read_steps,
    read_outliers,
    read_period,
    read_which,
    read_compare,
    read_when,
    read_trend,
    read_at,
    read_value,
)
"""In this order, the first that understands wins: what is particular comes before what is general."""
