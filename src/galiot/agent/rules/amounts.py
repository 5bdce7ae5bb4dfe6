"""What a thing is set to: percentages, degrees, colours, levels; and which features such a value can be for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from galiot.agent.features import Feature
from galiot.agent.features.colors import COLORS, KELVINS
from galiot.agent.features.values import flat, same_word
from galiot.agent.plan import Value
from galiot.agent.rules.numbers import fraction, number
from galiot.agent.rules.words import Words

Sort = Literal["percent", "temperature", "kelvin", "number", "color", "white", "level", "word", "other"]
_LEVELS = {
    "max": 100,
    "maximum": 100,
    "full": 100,
    "highest": 100,
    "min": 1,
    "minimum": 1,
    "lowest": 1,
    "bright": 100,
    "very bright": 100,
    "brightest": 100,
    "very dim": 10,
    "very dark": 10,
    "dimmest": 1,
    "halfway": 50,
    "half way": 50,
    "half": 50,
}
_UNITS: dict[str, tuple[Sort, str | None]] = {
    "percent": ("percent", "%"),
    "per cent": ("percent", "%"),
    "degrees": ("temperature", None),
    "degree": ("temperature", None),
    "deg": ("temperature", None),
    "degrees celsius": ("temperature", "C"),
    "degrees c": ("temperature", "C"),
    "celsius": ("temperature", "C"),
    "c": ("temperature", "C"),
    "degree celsius": ("temperature", "C"),
    "degrees fahrenheit": ("temperature", "F"),
    "degrees f": ("temperature", "F"),
    "degree fahrenheit": ("temperature", "F"),
    "fahrenheit": ("temperature", "F"),
    "f": ("temperature", "F"),
    "kelvin": ("kelvin", "K"),
    "k": ("kelvin", "K"),
    "degrees kelvin": ("kelvin", "K"),
    "rpm": ("other", "rpm"),
    "lux": ("other", "lx"),
    "watts": ("other", "W"),
    "watt": ("other", "W"),
    "minutes": ("other", "min"),
    "minute": ("other", "min"),
    "hours": ("other", "h"),
    "seconds": ("other", "s"),
    "ppm": ("other", "ppm"),
    "w": ("other", "W"),
    "kwh": ("other", "kWh"),
    "volts": ("other", "V"),
    "kw": ("other", "kW"),
}
_DROPPED = re.compile(
    r"^(?:a |an |the |its |about |around |exactly |roughly )+|(?: level| brightness| bright| "
    r"volume| open| speed| light| mode| setting| please)+$"
)


@dataclass(frozen=True)
class Amount:
    """A value as it was said. sort: what kind of value it is"""

    value: Value
    unit: str | None
    sort: Sort
    word: str = ""


def amount(text: str) -> Amount | None:
    """Return the value that a phrase says as a whole: "50 percent", "22 degrees", "warm white", "half", "eco"."""
    text = text.strip(" ,")
    found = _exact(text)
    if found is not None:
        return found
    shorter = _DROPPED.sub("", text).strip()
    return _exact(shorter) if shorter and shorter != text else None


def _exact(text: str) -> Amount | None:
    words: Words = tuple(text.split())
    if not words:
        return None
    if (count := number(words, 0)) is not None:
        rest = " ".join(words[count[1] :])
        if not rest:
            return Amount(count[0], None, "number")
        rest = (
            re.sub(r"^percent (?:of )?.*", "percent", rest)
            if rest in ("percent of its range", "percent of maximum")
            else rest
        )
        if rest in _UNITS:
            sort, unit = _UNITS[rest]
            return Amount(count[0], unit, sort)
    if (share := fraction(words, 0)) is not None and share[1] == len(words):
        return Amount(share[0], "%", "percent")
    if text in _LEVELS:
        return Amount(_LEVELS[text], "%", "level", text)
    if text in KELVINS and text not in (
        "white",
        "day",
        "soft",
        "warm",
        "cool",
        "cold",
        "natural",
        "neutral",
        "warmer",
        "very warm",
        "coldest",
        "warmest",
    ):
        return Amount(text, None, "white", text)
    if text in COLORS:
        return Amount(text, None, "color", text)
    return None


def choices(feature: Feature) -> tuple[str, ...]:
    """Return the words that a feature can be set to."""
    schema = flat(feature.write.schema) if feature.write is not None and feature.write.schema is not None else None
    return tuple(str(choice) for choice in schema.enum) if schema is not None else ()


def worded(features: Mapping[str, Feature], word: str) -> list[str]:
    """Return the features that have a word among their choices."""
    return [role for role, feature in features.items() if any(same_word(choice, word) for choice in choices(feature))]
