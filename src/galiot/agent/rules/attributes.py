"""What can be changed about things, and what people call it."""

from __future__ import annotations

import re
from collections.abc import Iterator

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "brightness": (
        "brightness",
        "brightness level",
        "light level",
        "dim level",
        "dimmer",
        "intensity",
        "light intensity",
    ),
    "target temperature": (
        "temperature",
        "temp",
        "target temperature",
        "thermostat temperature",
        "set temperature",
        "setpoint",
        "heat",
        "heating temperature",
    ),
    "volume": ("volume", "volume level", "sound", "sound level", "loudness", "audio"),
    "color": ("color", "light color"),
    "color temperature": ("color temperature", "white temperature", "color temp", "warmth"),
    "fan speed": ("fan speed", "speed", "fan level", "speed level"),
    "position": ("position", "opening", "openness"),
    "tilt": ("tilt", "tilt position", "slats", "slat angle", "angle"),
    "target humidity": ("humidity", "target humidity", "humidity level"),
    "mode": ("mode", "hvac mode", "operating mode"),
    "preset": ("preset", "preset mode"),
    "channel": ("channel", "tv channel"),
    "source": ("source", "input", "input source"),
    "effect": ("effect", "light effect"),
    "oscillation": ("oscillation", "swing"),
    "program": ("program", "cycle"),
    "fan mode": ("fan mode",),
    "heat level": ("heat level", "heat setting"),
}
"""Feature -> what people call it."""


ROLE_OF = {name: role for role, names in ATTRIBUTES.items() for name in names}


_ATTRIBUTE = "|".join(sorted(map(re.escape, ROLE_OF), key=len, reverse=True))


BY_SORT: dict[str, tuple[str, ...]] = {
    "percent": ("brightness", "position", "volume", "fan speed", "target humidity", "heat level"),
    "level": ("brightness", "position", "volume", "fan speed", "heat level"),
    "temperature": ("target temperature",),
    "kelvin": ("color temperature",),
    "number": ("brightness", "target temperature", "volume", "position", "fan speed", "target humidity", "heat level"),
    "color": ("color",),
    "white": ("color temperature", "color"),
}


FIRST_OF_KIND = {
    "tv": "volume",
    "speaker": "volume",
    "radio": "volume",
    "media": "volume",
    "fan": "fan speed",
    "thermostat": "target temperature",
    "climate": "target temperature",
    "air conditioner": "target temperature",
    "heater": "target temperature",
}


CLIMATE = ("thermostat", "climate", "air conditioner", "heater")


USUAL = {
    "target temperature": CLIMATE,
    "volume": ("speaker", "radio", "tv", "media"),
    "brightness": ("light",),
    "fan speed": ("fan",),
    "position": ("blind", "shutter", "curtain", "shade", "cover"),
}
"""What a quantity is of where no thing is named."""


OF_LIGHTS = ("brightness", "color", "color temperature")


UP_DOWN = ("volume", "target temperature", "brightness", "fan speed", "position", "target humidity")


def attribute(text: str) -> Iterator[tuple[str | None, str]]:
    """Yield ways to cut "the brightness of the lamp" into a feature and what it is of; (None, text) last."""
    plain = re.sub(r"^(?:the|my|our) ", "", text)
    if found := re.fullmatch(rf"({_ATTRIBUTE})(?: (?:of|in|on|for|at|from) (.+))?", plain):
        yield ROLE_OF[found.group(1)], found.group(2) or ""
    if found := re.fullmatch(rf"(.+?) ({_ATTRIBUTE})(?: (?:in|on|at) (.+))?", plain):
        yield ROLE_OF[found.group(2)], found.group(1) + (f" in {found.group(3)}" if found.group(3) else "")
    yield None, text


STATES = {
    "fully open": "open",
    "fully closed": "close",
    "completely open": "open",
    "completely closed": "close",
    "wide open": "open",
    "fully shut": "close",
    "on": "turn on",
    "off": "turn off",
    "open": "open",
    "closed": "close",
    "shut": "close",
    "locked": "lock",
    "unlocked": "unlock",
    "mute": "mute",
}
