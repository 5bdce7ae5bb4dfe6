"""What each component of Home Assistant's discovery shows and takes; the defaults are those of its documentation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from galiot.agent.thing import Affordance, Schema
from galiot.agent.things.home_assistant_entity import Entity, slug
from galiot.agent.things.schemas import a_number, texts
from galiot.agent.things.templates import PLACE, payload_of


def _switched(
    entity: Entity,
    name: str = "state",
    *,
    command: str = "command_topic",
    state: str = "state_topic",
    template: str = "value_template",
    out: str = "",
    words: tuple[str, str] = ("payload_on", "payload_off"),
    default: tuple[str, str] = ("ON", "OFF"),
) -> list[Affordance]:
    """Return a property that is on or off."""
    on, off = entity.text(words[0], default[0]), entity.text(words[1], default[1])
    values = {on: True, off: False}
    values |= {entity.text("state_on", on): True, entity.text("state_off", off): False} if name == "state" else {}
    return entity.one(
        name,
        Schema(type="boolean"),
        command=command,
        state=state,
        value_template=template,
        command_template=out,
        values=values,
    )


def _number(
    entity: Entity,
    name: str,
    stem: str,
    low: float | None,
    high: float | None,
    *,
    unit: str | None = None,
    step: float | None = None,
    whole: bool = False,
) -> list[Affordance]:
    schema = Schema(type="integer" if whole else "number", minimum=low, maximum=high, unit=unit, multiple_of=step)
    return entity.one(
        name,
        schema,
        command=f"{stem}_command_topic",
        state=f"{stem}_state_topic",
        command_template=f"{stem}_command_template",
        value_template=_template(entity, stem),
    )


def _choice(entity: Entity, name: str, stem: str, choices: Sequence[str]) -> list[Affordance]:
    schema = Schema(type="string", enum=tuple(choices))
    return entity.one(
        name,
        schema,
        command=f"{stem}_command_topic",
        state=f"{stem}_state_topic",
        command_template=f"{stem}_command_template",
        value_template=_template(entity, stem),
    )


def _template(entity: Entity, stem: str) -> str:
    """Components name the template of a value in two ways."""
    return f"{stem}_value_template" if f"{stem}_value_template" in entity.config else f"{stem}_state_template"


def _light(entity: Entity) -> list[Affordance]:
    scale = entity.number("brightness_scale", 255)
    if entity.text("schema", "basic") == "basic":
        effects = texts(entity.config.get("effect_list"), "effect_list")
        return [
            *_switched(entity, template="state_value_template"),
            *_number(entity, "brightness", "brightness", 0, scale, whole=True),
            *_number(
                entity,
                "color_temp",
                "color_temp",
                entity.number("min_mireds", 153),
                entity.number("max_mireds", 500),
                unit="mired",
                whole=True,
            ),
            *(_choice(entity, "effect", "effect", effects) if effects else []),
        ]
    if entity.text("schema") != "json":
        return []

    def part(name: str, schema: Schema, **values: Any) -> list[Affordance]:
        return entity.one(
            name, schema, command="command_topic", state="state_topic", payload={name: PLACE}, path=[name], **values
        )

    found = part("state", Schema(type="boolean"), values={"ON": True, "OFF": False})
    modes = texts(entity.config.get("supported_color_modes"), "supported_color_modes")
    if entity.config.get("brightness") is True or set(modes) - {"onoff"}:
        found += part("brightness", Schema(type="integer", minimum=0, maximum=scale))
    if "color_temp" in modes or entity.config.get("color_temp") is True:
        found += part(
            "color_temp",
            Schema(
                type="integer",
                minimum=entity.number("min_mireds", 153),
                maximum=entity.number("max_mireds", 500),
                unit="mired",
            ),
        )
    if effects := texts(entity.config.get("effect_list"), "effect_list"):
        found += part("effect", Schema(type="string", enum=tuple(effects)))
    return found


def _sensor(entity: Entity) -> list[Affordance]:
    unit, choices = entity.text("unit_of_measurement") or None, texts(entity.config.get("options"), "options")
    kind = "number" if unit or "state_class" in entity.config else "string" if choices else None
    name = entity.text("device_class") or slug(entity.text("name")) or "value"
    return entity.one(
        name, Schema(type=kind, unit=unit, enum=tuple(choices)), state="state_topic", value_template="value_template"
    )


def _binary_sensor(entity: Entity) -> list[Affordance]:
    name = entity.text("device_class") or slug(entity.text("name")) or "value"
    return _switched(entity, name, command="")


def _cover(entity: Entity) -> list[Affordance]:
    low, high = entity.number("position_closed", 0), entity.number("position_open", 100)
    valve = entity.component == "valve"
    reports = valve and entity.config.get("reports_position") is True
    words = {key: entity.text(f"state_{key}", key) for key in ("open", "opening", "closed", "closing", "stopped")}
    known = {said: meant for meant, said in words.items() if not (valve and meant == "stopped")}
    position = Schema(type="integer", minimum=min(low, high), maximum=max(low, high), unit="%")
    if reports:
        return entity.one(
            "position", position, command="command_topic", state="state_topic", value_template="value_template"
        )
    topics: dict[str, Any] = {"command": "set_position_topic", "state": "position_topic"}
    found = entity.one(
        "position", position, **topics, command_template="set_position_template", value_template="position_template"
    )
    found += entity.one(
        "state",
        Schema(type="string", enum=tuple(known.values())),
        state="state_topic",
        value_template="value_template",
        values=known,
    )
    found += entity.action("open", entity.text("payload_open", "OPEN"), confirm=words["open"])
    found += entity.action("close", entity.text("payload_close", "CLOSE"), confirm=words["closed"])
    stops = entity.config.get("payload_stop", None if valve else "STOP")
    return found + (entity.action("stop", str(stops)) if stops is not None else [])


def _lock(entity: Entity) -> list[Affordance]:
    values = {
        entity.text("payload_lock", "LOCK"): True,
        entity.text("payload_unlock", "UNLOCK"): False,
        entity.text("state_locked", "LOCKED"): True,
        entity.text("state_unlocked", "UNLOCKED"): False,
    }
    topics: dict[str, Any] = {
        "command": "command_topic",
        "state": "state_topic",
        "command_template": "command_template",
    }
    return entity.one("locked", Schema(type="boolean"), **topics, value_template="value_template", values=values)


def _climate(entity: Entity) -> list[Affordance]:
    unit = {"F": "°F"}.get(entity.text("temperature_unit", "C"), "°C")
    low, high = (
        entity.number("min_temp", 7 if unit == "°C" else 44),
        entity.number("max_temp", 35 if unit == "°C" else 95),
    )
    step = a_number(entity.config.get("temp_step"), "temp_step")
    modes = texts(entity.config.get("modes"), "modes") or ["auto", "off", "cool", "heat", "dry", "fan_only"]
    number: dict[str, Any] = {"unit": unit, "step": step}
    found = _choice(entity, "mode", "mode", modes) + _number(
        entity, "target_temperature", "temperature", low, high, **number
    )
    found += _number(entity, "target_temperature_low", "temperature_low", low, high, **number)
    found += _number(entity, "target_temperature_high", "temperature_high", low, high, **number)
    for name, key in (("temperature", "current_temperature"), ("humidity", "current_humidity")):
        schema = Schema(type="number", unit=unit if name == "temperature" else "%")
        found += entity.one(name, schema, state=f"{key}_topic", value_template=f"{key}_template")
    found += _choice(
        entity,
        "fan_mode",
        "fan_mode",
        texts(entity.config.get("fan_modes"), "fan_modes") or ["auto", "low", "medium", "high"],
    )
    found += _choice(entity, "preset_mode", "preset_mode", texts(entity.config.get("preset_modes"), "preset_modes"))
    return found + _choice(
        entity, "swing_mode", "swing_mode", texts(entity.config.get("swing_modes"), "swing_modes") or ["on", "off"]
    )


def _fan(entity: Entity) -> list[Affordance]:
    low, high = entity.number("speed_range_min", 1), entity.number("speed_range_max", 100)
    found = _switched(entity, template="state_value_template", out="command_template")
    found += _number(
        entity,
        "percentage" if high == 100 else "speed",
        "percentage",
        min(0, low),
        high,
        unit="%" if high == 100 else None,
        whole=True,
    )
    found += _choice(entity, "preset_mode", "preset_mode", texts(entity.config.get("preset_modes"), "preset_modes"))
    found += _choice(entity, "direction", "direction", ["forward", "reverse"])
    words = ("payload_oscillation_on", "payload_oscillation_off")
    topics: dict[str, Any] = {"command": "oscillation_command_topic", "state": "oscillation_state_topic"}
    return found + _switched(
        entity,
        "oscillation",
        **topics,
        template="oscillation_value_template",
        words=words,
        default=("oscillate_on", "oscillate_off"),
    )


def _humidifier(entity: Entity) -> list[Affordance]:
    found = _switched(entity, template="state_value_template", out="command_template")
    low, high = entity.number("min_humidity", 0), entity.number("max_humidity", 100)
    found += _number(entity, "target_humidity", "target_humidity", low, high, unit="%")
    found += _choice(entity, "mode", "mode", texts(entity.config.get("modes"), "modes"))
    return found + entity.one(
        "humidity",
        Schema(type="number", unit="%"),
        state="current_humidity_topic",
        value_template="current_humidity_template",
    )


_BOTH: dict[str, Any] = {
    "command": "command_topic",
    "state": "state_topic",
    "command_template": "command_template",
    "value_template": "value_template",
}


def _set_number(entity: Entity) -> list[Affordance]:
    step, unit = entity.number("step", 1), entity.text("unit_of_measurement") or None
    schema = Schema(
        type="number", minimum=entity.number("min", 1), maximum=entity.number("max", 100), unit=unit, multiple_of=step
    )
    return entity.one(slug(entity.text("name")) or "value", schema, **_BOTH)


def _select(entity: Entity) -> list[Affordance]:
    choices = tuple(texts(entity.config.get("options"), "options"))
    return entity.one(slug(entity.text("name")) or "value", Schema(type="string", enum=choices), **_BOTH)


def _vacuum(entity: Entity) -> list[Affordance]:
    found = entity.one("state", Schema(type="string"), state="state_topic", path=["state"])
    offered = texts(entity.config.get("supported_features"), "supported_features") or ["start", "stop", "return_home"]
    for feature, confirm in _VACUUM.items():
        if feature in offered:
            name = "return_to_base" if feature == "return_home" else feature
            found += entity.action(name, entity.text(f"payload_{name}", name), confirm=confirm, path=["state"])
    speeds = tuple(texts(entity.config.get("fan_speed_list"), "fan_speed_list"))
    topics: dict[str, Any] = {"command": "set_fan_speed_topic", "state": "state_topic"}
    schema = Schema(type="string", enum=speeds)
    return found + (entity.one("fan_speed", schema, **topics, path=["fan_speed"]) if speeds else [])


_VACUUM = {
    "start": "cleaning",
    "pause": "paused",
    "stop": "",
    "return_home": "returning",
    "locate": "",
    "clean_spot": "cleaning",
}
"""Feature -> the state that shows that it is done; of the way home, that it has begun."""


def _mower(entity: Entity) -> list[Affordance]:
    found = entity.one(
        "activity", Schema(type="string"), state="activity_state_topic", value_template="activity_value_template"
    )
    for name in ("start_mowing", "pause", "dock"):
        payload = payload_of(entity.config.get(f"{name}_command_template"), value=name)
        found += entity.action(name, name if payload in (None, PLACE) else payload, command=f"{name}_command_topic")
    return found


def _alarm(entity: Entity) -> list[Affordance]:
    states = ("disarmed", "armed_home", "armed_away", "armed_night", "armed_vacation", "arming", "pending", "triggered")
    found = entity.one(
        "state", Schema(type="string", enum=states), state="state_topic", value_template="value_template"
    )
    if not entity.config.get("code"):
        for mode in ("home", "away", "night", "vacation"):
            found += entity.action(
                f"arm_{mode}", entity.text(f"payload_arm_{mode}", f"ARM_{mode.upper()}"), confirm=f"armed_{mode}"
            )
        found += entity.action("disarm", entity.text("payload_disarm", "DISARM"), confirm="disarmed")
    return found


READERS: dict[str, Callable[[Entity], list[Affordance]]] = {
    "alarm_control_panel": _alarm,
    "binary_sensor": _binary_sensor,
    "button": lambda entity: entity.action(slug(entity.text("name")) or "press", entity.text("payload_press", "PRESS")),
    "climate": _climate,
    "cover": _cover,
    "event": lambda entity: entity.event(
        "event", Schema(type="string", enum=tuple(texts(entity.config.get("event_types"), "event_types")))
    ),
    "fan": _fan,
    "humidifier": _humidifier,
    "lawn_mower": _mower,
    "light": _light,
    "lock": _lock,
    "number": _set_number,
    "scene": lambda entity: entity.action("activate", entity.text("payload_on", "ON")),
    "select": _select,
    "sensor": _sensor,
    "siren": _switched,
    "switch": _switched,
    "text": lambda entity: entity.one(slug(entity.text("name")) or "text", Schema(type="string"), **_BOTH),
    "vacuum": _vacuum,
    "valve": _cover,
    "water_heater": _climate,
}
TYPES = {
    "alarm_control_panel": "Alarm",
    "climate": "Thermostat",
    "cover": "Cover",
    "fan": "Fan",
    "light": "Light",
    "lock": "Lock",
    "switch": "OnOffSwitch",
    "lawn_mower": "Mower",
    "siren": "Siren",
    "vacuum": "Vacuum",
    "valve": "Valve",
    "humidifier": "Humidifier",
    "water_heater": "WaterHeater",
}
