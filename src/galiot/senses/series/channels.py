"""Which channels of a reading a question is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from galiot.signals.reading import Channel

_SAME = (
    "temperature temp warm warmed warming warmer warmest hot hotter hottest "
    "cold colder coldest cool cooler coolest heat degree",
    "humidity humid rh moist damp moisture dry drying drier driest wet wetter wettest",
    "pressure barometric barometer",
    "co2 carbon dioxide",
    "power consumption load watt draw drew drawn",
    "light sun sunny sunnier sunniest sunshine illuminance lux brightness bright brighter brightest"
    " luminosity dark darker darkest",
    "voltage volt",
    "current ampere amp amperage",
    "speed velocity fast faster fastest slow slower slowest drive drove driving moving moved rpm pace",
    "wind windy windier windiest",
    "sound noise loud louder loudest loudness",
    "acceleration accelerometer acc accel",
    "gyroscope gyro rotation",
    "heart pulse hr bpm beat beating",
    "oxygen spo2 saturation",
    "altitude elevation hill summit",
    "latency ping delay lag rtt",
    "throughput thruput bandwidth bitrate download",
    "loss lost",
    "vibration vibrate shake",
    "battery charge",
    "rain rainfall precipitation",
    "level height fill",
    "flow",
    "weight mass heavy heavier heaviest",
)
_PLACES = {"inside": "indoor", "outside": "outdoor", "indoors": "indoor", "outdoors": "outdoor"}
_PLACES |= {"ambient": "outdoor", "exterior": "outdoor", "external": "outdoor", "indoors": "indoor"}
_PLACES |= {"load": "cargo", "freight": "cargo", "goods": "cargo"}
_SWITCHES = frozenset("open closed on off door window switch state status alarm relay contact".split())
_KIN_ALONE = 0.25
_AMOUNTS = frozenset("rain rainfall precipitation".split())
_KIN = {word: number for number, words in enumerate(_SAME) for word in words.split()}
_UNITS_OF = {
    "temperature": "°C °F K",
    "pressure": "hPa bar kPa",
    "light": "lx",
    "co2": "ppm",
    "power": "W kW",
    "voltage": "V mV",
    "current": "A mA",
    "speed": "km/h m/s",
    "sound": "dB dBA",
}
_OF_UNIT = {unit: kind for kind, units in _UNITS_OF.items() for unit in units.split()}
_PIECES = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+|\d+")
_GOOD = frozenset("throughput signal battery oxygen quality efficiency yield charge coverage strength".split())
_BAD = frozenset("latency loss error noise vibration delay queue jitter packet co2 leak drift wear fault".split())
"""Words of quantities of which more is better, and of which more is worse."""
_EMPTY = frozenset("the of in at a an sensor signal channel value reading series data and or is was".split())


@dataclass(frozen=True)
class Named:
    """A channel that a question names, from one place of its text to another."""

    channel: int
    start: int
    stop: int
    rest: float
    """How much of the channel's name is not said, from 0."""


def find_channels(text: str, channels: Sequence[Channel]) -> list[Named]:
    """Return the channels named in a text, in its order; those that fit best where words fit several."""
    words = [(_stem(match[0].lower()), match.start(), match.end()) for match in re.finditer(r"[^\W_]+", text)]
    words = [(_PLACES.get(word, word), start, stop) for word, start, stop in words]
    found: list[Named] = []
    for place, channel in enumerate(channels):
        found += _mentions(place, channel, words)
    return _best(_narrowed(found, {word for word, _, _ in words}, channels))


def _narrowed(found: list[Named], words: set[str], channels: Sequence[Channel]) -> list[Named]:
    """Leave out what another word decides: "how warm outside" is about no other temperature."""
    named = {one.channel: _kinds_of(channels[one.channel]) for one in found if one.rest % 1 != _KIN_ALONE}
    both_sides = {"indoor", "outdoor"} <= words
    kept = [
        one
        for one in found
        if one.channel in named
        or both_sides
        or not any(_kinds_of(channels[one.channel]) & kinds for kinds in named.values())
    ]
    outdoor = {place for place, channel in enumerate(channels) if "outdoor" in _own(channel)}
    if "indoor" in words and "outdoor" not in words:
        kept = [one for one in kept if one.channel not in outdoor]
    asked = {_KIN[word] for word in words if word in _KIN}
    asked &= {kind for channel in channels for kind in _kinds_of(channel)}
    meant = [one for one in kept if not (kinds := _kinds_of(channels[one.channel])) or kinds & asked]
    return meant or kept


_STANDS_FOR = {"speed": "throughput", "high": "altitude", "higher": "altitude"}
"""Word -> what it is about where the reading has nothing of its own kind: a fast link has much throughput."""


def alike(channels: Sequence[Channel], text: str) -> tuple[int, ...]:
    """Return the channels of the quantity that a word is about, all where none is about any.

    "which room is the warmest" is about every temperature.
    """
    kinds = [kin for word in re.findall(r"[^\W_]+", text.lower()) if (kin := _KIN.get(_stem(word))) is not None]
    words = [_stem(word) for word in re.findall(r"[^\W_]+", text.lower())]
    kinds += [_KIN[other] for word in words if (other := _STANDS_FOR.get(_root(word))) is not None]
    for kind in kinds:
        fitting = tuple(place for place, channel in enumerate(channels) if kind in _kinds_of(channel))
        if fitting:
            return fitting
    return tuple(range(len(channels)))


def _root(word: str) -> str:
    """Return the first word of the kind that a word is of: "slow" is about speed."""
    return _SAME[_KIN[word]].split()[0] if word in _KIN else word


def judged(text: str, channels: Sequence[Channel]) -> str:
    """Rewrite worse and worst, better and best as more or less, by what is good of the channel that is named."""
    found = re.search(r"\b(worse|worst|better|best)\b", text, re.IGNORECASE)
    named = find_channels(text, channels) if found else []
    if found is None or not named:
        return text
    channel = channels[named[0].channel]
    words = set(_own(channel)) | {_SAME[kind].split()[0] for kind in _kinds_of(channel)}
    good = bool(words & _GOOD)
    if not good and not words & _BAD:
        return text
    more = (found[1].lower() in ("better", "best")) == good
    most = found[1].lower() in ("worst", "best")
    instead = ("highest" if more else "lowest") if most else ("higher" if more else "lower")
    return f"{text[: found.start()]}{instead}{text[found.end() :]}"


def known_words(channels: Sequence[Channel]) -> set[str]:
    """Return the words that mean something for these channels."""
    return {piece.lower() for channel in channels for piece in _PIECES.findall(channel.name)} | set(_KIN)


def is_switch(channel: Channel) -> bool:
    """Whether a channel is 1 while something is open or on, else 0, by its name."""
    return not channel.unit and not _SWITCHES.isdisjoint(piece.lower() for piece in _PIECES.findall(channel.name))


def of_unit(channels: Sequence[Channel], unit: str) -> tuple[int, ...]:
    """Return the channels that have a unit."""
    return tuple(place for place, channel in enumerate(channels) if channel.unit == unit)


def is_speed(channel: Channel) -> bool:
    """Whether a channel says how fast something is."""
    return _KIN["speed"] in _kinds_of(channel)


def is_amount(channel: Channel) -> bool:
    """Whether each sample is what came since the one before, so that samples add up."""
    return not _AMOUNTS.isdisjoint(piece.lower() for piece in _PIECES.findall(channel.name))


def comparable(channels: Sequence[Channel]) -> bool:
    """Whether all channels have one unit."""
    return len({channel.unit for channel in channels}) <= 1


def _mentions(place: int, channel: Channel, words: list[tuple[str, int, int]]) -> list[Named]:
    """Runs of words of a text that say a channel's name, or its quantity."""
    own = _own(channel)
    kinds = _kinds_of(channel)
    runs: list[Named] = []
    at = 0
    while at < len(words):
        said: set[int] = set()
        kin = False
        stop = at
        while stop < len(words):
            word = words[stop][0]
            fits = {number for number, mine in enumerate(own) if mine == word or _compound(mine, word)}
            related = _KIN.get(word) in kinds if word in _KIN else False
            if not fits and not related and not (said and word in _EMPTY and stop + 1 < len(words)):
                break
            said |= fits
            kin = kin or related
            stop += 1
        while stop > at and words[stop - 1][0] in _EMPTY and words[stop - 1][0] not in own:
            stop -= 1
        if stop > at and (said or kin):
            related_own = sum(1 for mine in own if _KIN.get(mine) in kinds and mine in _KIN) if kin else 0
            covered = len(said) + (related_own if not any(_KIN.get(own[n]) in kinds for n in said) else 0)
            missing = max(0.0, len(own) - covered) + (0.25 if not said else 0.0)
            runs.append(Named(place, words[at][1], words[stop - 1][2], missing))
            at = stop
        else:
            at += 1
    return runs


def _own(channel: Channel) -> list[str]:
    own = [_stem(piece.lower()) for piece in _PIECES.findall(channel.name)]
    own = [_PLACES.get(word, word) for word in own]
    return [word for word in own if word not in _EMPTY] or own


def _best(found: list[Named]) -> list[Named]:
    """Of mentions that overlap, the longest; of equal ones, those of which the least is unsaid."""
    kept: list[Named] = []
    for one in found:
        rivals = [other for other in found if other is not one and other.start < one.stop and one.start < other.stop]
        width = one.stop - one.start
        if any((other.stop - other.start, -other.rest) > (width, -one.rest) for other in rivals):
            continue
        kept.append(one)
    kept.sort(key=lambda named: (named.start, named.channel))
    seen: dict[int, Named] = {}
    for named in kept:
        seen.setdefault(named.channel, named)
    return list(seen.values())


def _kinds_of(channel: Channel) -> set[int]:
    pieces = [_stem(piece.lower()) for piece in _PIECES.findall(channel.name)]
    kinds = {_KIN[piece] for piece in pieces if piece in _KIN}
    if not kinds and channel.unit in _OF_UNIT:
        kinds = {_KIN[_OF_UNIT[channel.unit]]}
    return kinds


def _compound(mine: str, word: str) -> bool:
    """Whether a short form such as temp stands for temperature."""
    return (
        len(mine) >= 3
        and len(word) >= 3
        and (word.startswith(mine) or mine.startswith(word))
        and min(len(mine), len(word)) >= 4
    )


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 3 and not word.endswith("ss") else word
