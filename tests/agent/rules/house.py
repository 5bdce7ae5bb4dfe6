"""A home with what rules have to tell apart: two floors, two blinds in one room, lamps and lights, a washer."""

from __future__ import annotations

from typing import Any

from galiot.agent.home import Home
from galiot.agent.things.td import read_thing

_PERCENT = {"type": "integer", "minimum": 0, "maximum": 100, "unit": "percent"}
_KNOWN: dict[str, dict[str, Any]] = {
    "on": {"type": "boolean"},
    "brightness": _PERCENT,
    "color": {"type": "string"},
    "volume": _PERCENT,
    "muted": {"type": "boolean"},
    "position": _PERCENT,
    "locked": {"type": "boolean"},
    "fanSpeed": _PERCENT,
    "targetTemperature": {"type": "number", "minimum": 5, "maximum": 30, "unit": "degree celsius"},
    "mode": {"type": "string", "enum": ["off", "heat", "cool", "auto", "eco"]},
    "program": {"type": "string", "enum": ["cotton", "wool", "quick"]},
    "temperature": {"type": "number", "unit": "degree celsius", "readOnly": True},
    "humidity": {"type": "number", "unit": "percent", "readOnly": True},
    "battery": {"type": "number", "unit": "percent", "readOnly": True},
    "energy": {"type": "number", "unit": "kWh", "readOnly": True},
    "open": {"type": "boolean", "readOnly": True},
    "motion": {"type": "boolean", "readOnly": True},
    "playback": {"type": "string", "enum": ["playing", "paused", "stopped"], "readOnly": True},
    "state": {"type": "string", "enum": ["idle", "running", "paused", "done"], "readOnly": True},
    "status": {"type": "string", "enum": ["docked", "cleaning", "paused"], "readOnly": True},
}
_GROUND, _UP = "Ground floor", "Upstairs"
_PLAYER = ("play", "pause", "next", "previous")
_ROWS: tuple[tuple[str, str, str, str | None, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Kitchen Light", "Light", "Kitchen", _GROUND, ("on", "brightness"), ()),
    ("Ceiling Light", "Light", "Living Room", _GROUND, ("on", "brightness", "color"), ()),
    ("Reading Lamp", "Light", "Living Room", _GROUND, ("on", "brightness"), ()),
    ("Hall Light", "Light", "Hallway", _GROUND, ("on", "brightness"), ()),
    ("Bedroom Light", "Light", "Bedroom", _UP, ("on",), ()),
    ("Desk Lamp", "Light", "Office", _UP, ("on", "brightness"), ()),
    ("Thermostat", "Thermostat", "Living Room", _GROUND, ("targetTemperature", "temperature", "mode"), ()),
    ("Left Blind", "Blind", "Living Room", _GROUND, ("position",), ()),
    ("Right Blind", "Blind", "Living Room", _GROUND, ("position",), ()),
    ("Bedroom Blind", "Blind", "Bedroom", _UP, ("position",), ()),
    ("Front Door", "Lock", "Hallway", _GROUND, ("locked",), ()),
    ("Garage Door", "GarageDoor", "Garage", _GROUND, ("position",), ()),
    ("TV", "TV", "Living Room", _GROUND, ("on", "volume", "muted", "playback"), _PLAYER),
    ("Kitchen Speaker", "Speaker", "Kitchen", _GROUND, ("volume", "playback"), _PLAYER),
    ("Office Fan", "Fan", "Office", _UP, ("on", "fanSpeed"), ()),
    ("Washer", "WashingMachine", "Laundry Room", _GROUND, ("on", "state", "program"), ("start", "pause", "rinse")),
    ("Coffee Maker", "SmartPlug", "Kitchen", _GROUND, ("on", "energy"), ()),
    ("Robbie", "VacuumCleaner", "Hallway", _GROUND, ("status", "battery"), ("start", "pause", "dock")),
    ("Sprinkler", "Sprinkler", "Garden", None, ("on",), ()),
    ("Fireplace", "SmartPlug", "Living Room", _GROUND, ("on",), ()),
    ("Oven", "Oven", "Kitchen", _GROUND, ("on",), ()),
    ("Bedroom Window", "WindowSensor", "Bedroom", _UP, ("open",), ()),
    ("Hall Motion", "MotionSensor", "Hallway", _GROUND, ("motion",), ()),
    ("Bedroom Sensor", "Sensor", "Bedroom", _UP, ("temperature", "humidity"), ()),
)


def describe(title: str, kind: str, area: str, floor: str | None, properties: Any, actions: Any) -> dict[str, Any]:
    """Return a Thing Description."""
    return {
        "@context": "https://www.w3.org/2022/wot/td/v1.1",
        "id": f"urn:house:{title.lower().replace(' ', '-')}",
        "title": title,
        "@type": kind,
        "galiot:area": area,
        "galiot:floor": floor,
        "properties": {name: dict(_KNOWN[name]) for name in properties},
        "actions": {name: {"title": name.capitalize()} for name in actions},
    }


def house() -> Home:
    """Return the home."""
    return Home([read_thing(describe(*row)) for row in _ROWS])
