"""The thirty devices of the simulated home."""

from __future__ import annotations

from typing import Any

from galiot.agent.demo.devices import Cover, Device, Heater, Lock, Plug, Quality, Sensor, Vacuum, Washer, Way
from galiot.agent.demo.world import World

_PERCENT: dict[str, Any] = {"low": 0, "high": 100, "unit": "%"}
_CELSIUS: dict[str, Any] = {"unit": "°C"}
_SWITCH = Quality(name="state", kind="binary", settable=True)
_BATTERY = Quality(name="battery", kind="whole", **_PERCENT)


def _number(name: str, **more: Any) -> Quality:
    return Quality(name=name, kind="decimal", **more)


def _light(name: str, area: str, *, white: bool = False, way: Way = "zigbee2mqtt") -> Device:
    qualities = [_SWITCH, Quality(name="brightness", kind="whole", settable=True, low=0, high=254)]
    state: dict[str, Any] = {"state": False, "brightness": 200}
    if white:
        qualities.append(Quality(name="color_temp", kind="whole", settable=True, low=153, high=500, unit="mired"))
        state["color_temp"] = 370
    return Device(name, area, "light", way, tuple(qualities), state)


def _thermostat(area: str, wanted_c: float) -> Device:
    return Heater(
        f"{area} thermostat",
        area,
        "climate",
        "zigbee2mqtt",
        (
            _number("occupied_heating_setpoint", settable=True, low=5, high=30, step=0.5, **_CELSIUS),
            _number("local_temperature", **_CELSIUS),
            Quality(name="system_mode", kind="choice", settable=True, choices=("off", "auto", "heat")),
            Quality(name="running_state", kind="choice", choices=("idle", "heat")),
        ),
        {
            "occupied_heating_setpoint": wanted_c,
            "system_mode": "heat",
            "local_temperature": 19,
            "running_state": "idle",
        },
    )


def _cover(name: str, area: str, kind: str, way: Way, at: float) -> Device:
    qualities = (
        Quality(name="state", kind="choice", settable=True, choices=("OPEN", "CLOSE", "STOP")),
        Quality(name="position", kind="whole", settable=True, **_PERCENT),
    )
    state = {"state": "OPEN" if at else "CLOSE", "position": at, "motion": "stopped"}
    return Cover(name, area, kind, way, qualities, state)


def _sensor(name: str, area: str, way: Way, qualities: tuple[Quality, ...], feel: Any, **state: Any) -> Device:
    return Sensor(name, area, "sensor", way, qualities, state, feel=feel)


def _binary(name: str) -> Quality:
    return Quality(name=name, kind="binary", on=True, off=False)


def _window(area: str) -> Device:
    # As Zigbee2MQTT has it: contact is true while the window is shut.
    return _sensor(
        f"{area} window",
        area,
        "zigbee2mqtt",
        (_binary("contact"), _BATTERY),
        lambda world, device: {"contact": not world.room(area).window_open},
        contact=True,
        battery=87,
    )


def new_devices() -> list[Device]:
    """Return all thirty: twenty as Zigbee2MQTT tells them, five as Homie, five as Home Assistant's discovery."""
    return [*_lights(), *_climate(), *_openings(), *_alarms(), *_homie(), *_home_assistant()]


def _lights() -> list[Device]:
    power = (_number("power", low=0, unit="W"), _number("energy", low=0, unit="kWh"))
    return [
        _light("living room ceiling light", "living room", white=True),
        _light("living room floor lamp", "living room", white=True),
        _light("kitchen light", "kitchen"),
        _light("bedroom lamp", "bedroom"),
        _light("bathroom light", "bathroom"),
        _light("office desk lamp", "office"),
        Device("hall light", "hall", "switch", "zigbee2mqtt", (_SWITCH,), {"state": False}),
        Plug(
            "coffee machine",
            "kitchen",
            "switch",
            "zigbee2mqtt",
            (_SWITCH, *power),
            {"state": False, "power": 0.0, "energy": 12.5},
        ),
    ]


def _climate() -> list[Device]:
    return [
        *(_thermostat(area, wanted_c) for area, wanted_c in (("living room", 21), ("bedroom", 18), ("bathroom", 22))),
        _sensor(
            "bathroom climate sensor",
            "bathroom",
            "zigbee2mqtt",
            (_number("temperature", **_CELSIUS), _number("humidity", **_PERCENT), _BATTERY),
            lambda world, device: {
                "temperature": round(world.room("bathroom").temperature_c, 1),
                "humidity": round(world.room("bathroom").humidity_percent),
            },
            temperature=19.0,
            humidity=48.0,
            battery=64,
        ),
    ]


def _openings() -> list[Device]:
    bolt = Quality(name="state", kind="binary", settable=True, on="LOCK", off="UNLOCK")
    found = Quality(name="lock_state", kind="choice", choices=("not_fully_locked", "locked", "unlocked"))
    return [
        _cover("living room blind", "living room", "cover", "zigbee2mqtt", 100),
        _cover("bedroom blind", "bedroom", "cover", "zigbee2mqtt", 0),
        _window("kitchen"),
        _window("bedroom"),
        Lock(
            "front door lock",
            "hall",
            "lock",
            "zigbee2mqtt",
            (bolt, found, _BATTERY),
            {"state": True, "lock_state": "locked", "battery": 71},
        ),
    ]


def _alarms() -> list[Device]:
    return [
        _sensor(
            "hall motion sensor",
            "hall",
            "zigbee2mqtt",
            (_binary("occupancy"), Quality(name="illuminance", kind="whole", unit="lx"), _BATTERY),
            lambda world, device: {
                "occupancy": world.room("hall").occupied,
                "illuminance": 10 * round(40 * world.daylight),
            },
            occupancy=False,
            illuminance=0,
            battery=93,
        ),
        _sensor(
            "kitchen leak sensor",
            "kitchen",
            "zigbee2mqtt",
            (_binary("water_leak"), _BATTERY),
            _same,
            water_leak=False,
            battery=58,
        ),
        _sensor(
            "kitchen smoke detector",
            "kitchen",
            "zigbee2mqtt",
            (_binary("smoke"), _BATTERY),
            _same,
            smoke=False,
            battery=99,
        ),
    ]


def _homie() -> list[Device]:
    yes: dict[str, Any] = {"kind": "binary", "settable": True, "on": "true", "off": "false"}
    washer = (
        Quality(name="program", kind="choice", settable=True, choices=("cotton", "wool", "rinse", "spin")),
        Quality(name="run", **yes),
        Quality(name="stage", kind="choice", choices=("idle", "washing", "rinsing", "spinning", "done")),
        Quality(name="remaining", kind="whole", unit="min"),
        Quality(name="event", kind="choice", choices=("finished",), told=False),
    )
    speaker = (
        Quality(name="power", **yes),
        Quality(name="volume", kind="whole", settable=True, **_PERCENT),
        Quality(name="mute", **yes),
        Quality(name="playback", kind="choice", settable=True, choices=("play", "pause", "stop")),
    )
    vacuum = (
        Quality(name="command", kind="choice", settable=True, choices=("start", "pause", "dock"), told=False),
        Quality(name="stage", kind="choice", choices=("docked", "cleaning", "paused", "returning")),
        _BATTERY,
    )
    weather = tuple(
        _number(name, unit=unit) for name, unit in (("temperature", "°C"), ("humidity", "%"), ("wind", "m/s"))
    )
    return [
        Washer(
            "washer",
            "utility room",
            "washer",
            "homie",
            washer,
            {"program": "cotton", "run": False, "stage": "idle", "remaining": 0},
        ),
        Device(
            "speaker",
            "living room",
            "speaker",
            "homie",
            speaker,
            {"power": False, "volume": 30, "mute": False, "playback": "stop"},
        ),
        Device("sprinkler", "garden", "sprinkler", "homie", (Quality(name="valve", **yes),), {"valve": False}),
        Vacuum("vacuum", "living room", "vacuum", "homie", vacuum, {"stage": "docked", "battery": 100.0}),
        _sensor("weather station", "garden", "homie", weather, _weather, temperature=8.0, humidity=70.0, wind=2.0),
    ]


def _home_assistant() -> list[Device]:
    way: Way = "home assistant"
    pump = (
        Quality(name="mode", kind="choice", settable=True, choices=("off", "heat", "cool")),
        _number("temperature", settable=True, low=16, high=30, **_CELSIUS),
        _number("current_temperature", **_CELSIUS),
    )
    return [
        _cover("garage door", "garage", "garage", way, 0),
        _light("porch light", "garden", way=way),
        Device(
            "office fan",
            "office",
            "fan",
            way,
            (_SWITCH, Quality(name="percentage", kind="whole", settable=True, **_PERCENT)),
            {"state": False, "percentage": 40},
        ),
        Heater(
            "office heat pump",
            "office",
            "climate",
            way,
            pump,
            {"mode": "off", "temperature": 20.0, "current_temperature": 19.0},
            wanted="temperature",
            felt="current_temperature",
            mode="mode",
            heats=("heat",),
        ),
        _sensor(
            "office air sensor",
            "office",
            way,
            (Quality(name="carbon_dioxide", kind="whole", unit="ppm"),),
            _air,
            carbon_dioxide=450,
        ),
    ]


def _same(world: World, device: Device) -> dict[str, Any]:
    return {}


def _weather(world: World, device: Device) -> dict[str, Any]:
    return {"temperature": round(world.outside_c, 1), "humidity": round(80 - 25 * world.daylight)}


def _air(world: World, device: Device) -> dict[str, Any]:
    room = world.room("office")
    return {"carbon_dioxide": 10 * round((900 if room.occupied else 450) / 10)}
