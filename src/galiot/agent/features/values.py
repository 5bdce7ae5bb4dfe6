"""Between what people mean and what a schema takes: 50 percent is 127 of 0..254, locked is "LOCKED"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from galiot.agent.command import Problem
from galiot.agent.features.colors import KELVINS, from_hue, from_xy, hue_saturation, name_of, rgb_of, xy_of
from galiot.agent.features.roles import CHOICES, LEVELS, STATES, SWITCH_MORE
from galiot.agent.features.units import convert, unit_of
from galiot.agent.features.words import fold, plain
from galiot.agent.thing import Schema

_WORD_PERCENT = {"half": 50.0, "halfway": 50.0, "max": 100.0, "maximum": 100.0, "full": 100.0, "fully": 100.0,
                 "min": 1.0, "minimum": 1.0,
                 "quarter": 25.0, "a quarter": 25.0, "a third": 33.0, "third": 33.0, "two thirds": 67.0,
                 "three quarters": 75.0,
                 "low": 25.0, "medium": 50.0, "high": 75.0, "on": 100.0, "off": 0.0, "open": 100.0, "opened": 100.0,
                 "closed": 0.0, "close": 0.0,
                 "up": 100.0, "down": 0.0, "lowest": 1.0, "highest": 100.0, "dim": 25.0, "bright": 100.0}  # fmt: skip


_IN_PERCENT = ("brightness", "position", "tilt")


def flat(schema: Schema | None) -> Schema:
    """Return the schema with alternatives of single constants put together as one enumeration."""
    if schema is None:
        return Schema()
    if schema.one_of and not schema.enum and all(_constant(part) for part in schema.one_of):
        return Schema(
            type=schema.type,
            enum=tuple(value for part in schema.one_of for value in (part.enum or (part.const,))),
            unit=schema.unit,
        )
    return schema


def _constant(part: Schema) -> bool:
    return part.const is not None or bool(part.enum)


def in_hundredths(schema: Schema, role: str) -> bool:
    """Whether a temperature counts in hundredths of a degree Celsius: by its unit, or by a range such as 700..3000."""
    if unit_of(schema.unit) == "cC":
        return True
    low, high = schema.minimum, schema.maximum
    wide = low is not None and high is not None and low >= 400 and 1000 <= high <= 20000
    return wide and role in ("target temperature", "temperature") and unit_of(schema.unit) in (None, "C", "deg")


def span_of(schema: Schema, role: str) -> tuple[float, float]:
    """Return the raw values that stand for 0 and 100 percent, as far as the schema says; else a guess by role and
    unit."""
    low, high = schema.minimum, schema.maximum
    unit = unit_of(schema.unit)
    if high is None:
        high = (
            1.0
            if unit == "1" or (schema.multiple_of or 1) <= 0.05
            else 100.0
            if low is None or low < 100
            else low + 100
        )
    if low is None:
        low = 0.0 if high > 0 else high - 100
    return (0.0 if 0 < low <= high * 0.12 else low), high


def states_of(role: str) -> Mapping[object, tuple[str, ...]]:
    """Return canonical value -> words of a role."""
    return STATES.get(role) or STATES["power"]


def same_word(one: Any, other: Any) -> bool:
    """Whether two words mean the same choice: "heat" and "HEATING"."""
    one, other = fold(plain(str(one))), fold(plain(str(other)))
    return (
        one == other
        or one.replace(" ", "") == other.replace(" ", "")
        or any(one in words and other in words for words in CHOICES.values())
    )


def pick(choices: tuple[Any, ...], role: str, wanted: Any) -> Any:
    """Return the element of an enumeration that stands for a canonical value or a word, or a Problem."""
    if isinstance(wanted, (bool, int, float)):
        for choice in choices:
            if type(choice) is type(wanted) and choice == wanted:
                return choice
    states = states_of(role)
    if wanted in states if isinstance(wanted, (bool, int, float, str)) else False:
        folded = {fold(plain(str(choice))): choice for choice in reversed(choices)}
        for word in states[wanted]:
            if word in folded:
                return folded[word]
    if isinstance(wanted, str):
        exact = [choice for choice in choices if fold(plain(str(choice))) == fold(plain(wanted))]
        near = exact or [choice for choice in choices if same_word(choice, wanted)]
        if not near:
            words = set(fold(plain(wanted)).split())
            near = [choice for choice in choices if words and words <= set(fold(plain(str(choice))).split())]
        if near:
            return near[0]
    if (
        isinstance(wanted, (int, float))
        and not isinstance(wanted, bool)
        and role in ("fan speed", "brightness", "volume", "humidity", "target humidity")
    ):
        return _by_order(choices, wanted)
    return Problem("out of range", f"{_said(wanted)} is none of {_some(choices)}")


def _by_order(choices: tuple[Any, ...], percent: float) -> Any:
    if not 0 <= percent <= 100:
        return Problem("out of range", f"{percent:g} is not between 0 and 100 %")
    off = [choice for choice in choices if same_word(choice, "off")]
    if percent == 0:
        return off[0] if off else Problem("out of range", f"none of {_some(choices)} is off")
    ordered = [choice for choice in choices if choice not in off and not same_word(choice, "auto")]
    if ordered and all(any(same_word(choice, level) for level in LEVELS) for choice in ordered):
        ordered.sort(key=lambda choice: next(i for i, level in enumerate(LEVELS) if same_word(choice, level)))
    return (
        ordered[min(len(ordered) - 1, max(0, math.ceil(percent / 100 * len(ordered)) - 1))]
        if ordered
        else Problem("out of range", f"no level for {percent:g} %")
    )


def percent_of(value: Any) -> float | None:
    """Return the percentage of a word ("half"), None where it is none."""
    return _WORD_PERCENT.get(fold(value.strip())) if isinstance(value, str) else None


def encode_number(
    schema: Schema, value: float, *, low: float | None = None, high: float | None = None, clip: bool = False
) -> Any:
    """Return a number as the schema wants it (whole, or a multiple), or a Problem when it is out of the range."""
    low = schema.minimum if low is None else low
    high = schema.maximum if high is None else high
    if not math.isfinite(value):
        return Problem("out of range", "not a number")
    if clip:
        value = max(value, low) if low is not None else value
        value = min(value, high) if high is not None else value
    if (low is not None and value < low - 1e-9) or (high is not None and value > high + 1e-9):
        return Problem("out of range", f"{value:g} is not {_between(low, high)}")
    step = schema.multiple_of or (1 if schema.type == "integer" else None)
    if step:
        base = low if low is not None and schema.multiple_of is None else 0
        value = base + round((value - base) / step + 1e-9) * step
        if high is not None and value > high:
            value -= step
        if low is not None and value < low:
            value += step
        value = round(value, 6)
    whole = schema.type == "integer" or (isinstance(value, float) and value.is_integer() and abs(value) < 2**53)
    return int(value) if whole else round(value, 6)


def encode_percent(
    schema: Schema, role: str, value: Any, unit: str | None, *, inverted: bool = False, clip: bool = False
) -> Any:
    """Return the raw value for a percentage of the range; a number without unit that only the range explains is taken
    as it is."""
    low, high = span_of(schema, role)
    said = percent_of(value)
    if said is not None:
        value, unit = said, "%"
    if isinstance(value, bool):
        value, unit = (100.0 if value else 0.0), "%"
    if not isinstance(value, (int, float)):
        return Problem("out of range", f"{_said(value)} is not a number")
    if unit_of(unit) == "1":
        value, unit = value * 100, "%"
    if unit is None and not _means_percent(role, value, low, high):
        return encode_number(
            schema, float(value), low=schema.minimum if schema.minimum is not None else low, high=high, clip=clip
        )
    if unit is not None and unit_of(unit) != "%":
        raw = convert(float(value), unit, schema.unit)
        if raw is None or unit_of(schema.unit) == "%" or schema.unit is None:
            return Problem("out of range", f"{value:g} {unit} is not a percentage")
        return encode_number(schema, raw, clip=clip)
    if not 0 <= value <= 100 and not clip:
        return Problem("out of range", f"{value:g} % is not between 0 and 100 %")
    share = min(1.0, max(0.0, value / 100))
    share = 1 - share if inverted else share
    raw = low + share * (high - low)
    if schema.minimum is not None and raw < schema.minimum:
        raw = schema.minimum
    elif share > 0 and schema.type == "integer" and low < raw < low + 1:
        raw = low + 1
    return encode_number(schema, raw, low=schema.minimum if schema.minimum is not None else low, high=high, clip=True)


def _means_percent(role: str, value: float, low: float, high: float) -> bool:
    """0..100 and wider ranges are spoken of in percent, narrower ones by their own numbers: 12 of 0..4 is too much.
    Half light or a half open blind is 50 whatever the range."""
    if high - low >= 100:
        return value <= 100
    return (role in _IN_PERCENT or high <= 1) and not low <= value <= high


def decode_percent(schema: Schema, role: str, raw: float, *, inverted: bool = False) -> float:
    """Return the percentage that a raw value stands for."""
    low, high = span_of(schema, role)
    share = (raw - low) / (high - low) if high > low else 0.0
    return round(100 * (1 - share if inverted else share), 1)


def encode_color(schema: Schema, value: Any) -> Any:
    """Return a colour in the form of the schema: name, "#rrggbb", {r, g, b}, {x, y}, {hue, saturation}, a list or a
    number."""
    schema = flat(schema)
    if schema.enum:
        return pick(schema.enum, "color", str(value))
    rgb = rgb_of(value)
    if rgb is None:
        return Problem("out of range", f"{_said(value)} is not a colour that is known")
    if schema.type == "object" or schema.properties:
        return _color_object(schema, rgb)
    if schema.type == "array":
        return list(hue_saturation(rgb)) if (schema.max_length == 2) else list(rgb)
    if schema.type in ("integer", "number"):
        if schema.maximum is not None and schema.maximum <= 360:
            return encode_number(
                schema,
                hue_saturation(rgb)[0] if schema.maximum >= 359 else hue_saturation(rgb)[0] / 360 * schema.maximum,
            )
        return rgb[0] << 16 | rgb[1] << 8 | rgb[2]
    if schema.unit and "," in schema.unit:
        return _color_text(schema.unit, rgb)
    for part in schema.one_of:
        encoded = encode_color(part, value)
        if not isinstance(encoded, Problem):
            return encoded
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _color_text(form: str, rgb: tuple[int, int, int]) -> str:
    """Return a colour as a text of parts, as the form names them: "rgb,r,g,b", "h,s", "xyz,x,y"."""
    (hue, saturation), (x, y) = hue_saturation(rgb), xy_of(rgb)
    parts = {"r": rgb[0], "g": rgb[1], "b": rgb[2], "h": hue, "s": saturation, "v": 100, "x": x, "y": y}
    return ",".join(f"{parts[name]:g}" if name in parts else name for name in form.split(","))


def _color_object(schema: Schema, rgb: tuple[int, int, int]) -> Any:
    hue, saturation = hue_saturation(rgb)
    x, y = xy_of(rgb)
    parts = {"r": rgb[0], "g": rgb[1], "b": rgb[2], "red": rgb[0], "green": rgb[1], "blue": rgb[2], "x": x, "y": y,
             "h": hue, "s": saturation, "hue": hue,
             "saturation": saturation, "sat": saturation, "v": 100, "value": 100,
             "hex": "#{:02x}{:02x}{:02x}".format(*rgb)}  # fmt: skip
    found: dict[str, Any] = {}
    for name, part in schema.properties.items():
        if plain(name) in parts:
            found[name] = _scaled(part, plain(name), parts[plain(name)])
    if any(name not in found for name in schema.required):
        return Problem("absent attribute", "the colour has parts that are not known: " + _some(schema.required))
    for group in (("x", "y"), ("h", "s"), ("hue", "saturation"), ("r", "g", "b"), ("red", "green", "blue")):
        chosen = {name: value for name, value in found.items() if plain(name) in group}
        if len(chosen) == len(group) and set(schema.required) <= set(chosen):
            return chosen
    return found or Problem(
        "absent attribute", "the parts of the colour are not known: " + _some(tuple(schema.properties))
    )


def _scaled(schema: Schema, name: str, value: Any) -> Any:
    top = {"h": 360.0, "hue": 360.0, "s": 100.0, "saturation": 100.0, "sat": 100.0, "x": 1.0, "y": 1.0}.get(name, 255.0)
    if isinstance(value, str) or schema.maximum is None or schema.maximum == top:
        return round(value) if schema.type == "integer" and not isinstance(value, str) else value
    return encode_number(schema, value / top * schema.maximum, clip=True)


def decode_color(raw: Any) -> Any:
    """Return the nearest name of a raw colour, or the raw value where it is none."""
    if isinstance(raw, Mapping):
        parts = {plain(str(name))[:3]: value for name, value in raw.items() if isinstance(value, (int, float))}
        try:
            if {"x", "y"} <= set(parts):
                return name_of(from_xy(parts["x"], parts["y"]))
            if hue := parts.get("hue", parts.get("h")):
                return name_of(from_hue(hue, parts.get("sat", parts.get("s", 100))))
            rgb = rgb_of([parts.get(n, parts.get(n[0], 0)) for n in ("red", "gre", "blu")])
            return name_of(rgb) if rgb else raw
        except (ValueError, OverflowError):
            return raw
    rgb = rgb_of(raw)
    return name_of(rgb) if rgb else raw


def encode_white(schema: Schema, value: Any, unit: str | None, *, clip: bool = False) -> Any:
    """Return a colour temperature as kelvin, mired or percent of the range, whatever the schema is in."""
    schema = flat(schema)
    if schema.enum:
        return pick(schema.enum, "color temperature", value)
    mired = is_mired(schema)
    own = "mired" if mired else "K"
    if isinstance(value, str):
        if value.strip().lower() not in KELVINS:
            return Problem("out of range", f"{_said(value)} is not a colour temperature that is known")
        value, unit, clip = KELVINS[value.strip().lower()], "K", True
    if unit_of(unit) == "%":
        low, high = span_of(schema, "color temperature")
        return encode_number(schema, low + value / 100 * (high - low))
    raw = convert(float(value), unit or ("K" if value >= 1000 else "mired" if value > 100 else own), own)
    return (
        Problem("out of range", f"{value:g} {unit} is not a colour temperature")
        if raw is None
        else encode_number(schema, raw, clip=clip)
    )


def is_mired(schema: Schema) -> bool:
    """Whether a colour temperature counts in mired: by its unit, or by a range below 1000."""
    if unit_of(schema.unit) in ("mired", "K"):
        return unit_of(schema.unit) == "mired"
    return schema.maximum is not None and 100 < schema.maximum < 1000


def decode_switch(role: str, raw: Any, *, inverted: bool = False) -> bool | None:
    """Return the truth of a raw value, None where it says neither."""
    value: bool | None = None
    if isinstance(raw, bool):
        value = raw
    elif isinstance(raw, (int, float)):
        return bool(raw) ^ inverted
    elif isinstance(raw, str):
        word = fold(plain(raw))
        for table in (states_of(role), SWITCH_MORE):
            if word in table.get(True, ()) or word in table.get(False, ()):
                return word in table.get(True, ())
    return value if value is None else value ^ inverted


def _between(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at least {low:g}" if low is not None else f"at most {high:g}"
    return f"between {low:g} and {high:g}"


def _said(value: Any) -> str:
    return repr(value) if not isinstance(value, str) else f'"{value[:60]}"'


def _some(choices: tuple[Any, ...]) -> str:
    return ", ".join(str(choice)[:40] for choice in choices[:8]) + (", ..." if len(choices) > 8 else "")
