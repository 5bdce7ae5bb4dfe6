"""Home Assistant's MQTT discovery: the devices behind `homeassistant/COMPONENT/.../config`.

One thing for each device, with what its components show and take. Forms hold `mqv:topic`, `galiot:stateTopic`,
`galiot:path` from value templates, `galiot:payload` from command templates, `galiot:values` for words such as ON,
`galiot:confirm` for actions, and `galiot:availability`. A template that cannot be reduced to a place or a text leaves
out what depends on it.

Source: Home Assistant documentation, "MQTT", "MQTT discovery", and the pages of its components.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from galiot.agent.thing import Affordance, Kind, Thing
from galiot.agent.things import td
from galiot.agent.things.abbreviations import expanded
from galiot.agent.things.home_assistant_components import READERS, TYPES
from galiot.agent.things.home_assistant_entity import Entity, slug
from galiot.agent.things.schemas import Malformed, a_mapping, a_text, texts
from galiot.errors import FormatError

_SILENT = ("camera", "device_automation", "device_tracker", "image", "notify", "tag", "update")
"""Components that show or take nothing of a device's own state."""
_MOST_COMPONENTS = 200


def read_configs(messages: Mapping[str, str | bytes], *, broker: str) -> tuple[list[Thing], list[FormatError]]:
    """Return the things of discovery messages, and what was refused, one by one.

    messages: topic -> payload of the `config` topics
    broker: "mqtt://HOST:PORT"
    """
    devices: dict[str, _Device] = {}
    refused: list[FormatError] = []
    for topic, payload in sorted(messages.items()):
        try:
            for component, config in _components(topic, payload):
                if component not in _SILENT:
                    _device_of(devices, topic, config, broker).take(component, config)
        except Malformed as error:
            refused.append(FormatError(topic[:200], str(error)[:300]))
        except (ValueError, RecursionError) as error:
            refused.append(FormatError(topic[:200], f"is no JSON: {str(error)[:100]}"))
    return [device.thing() for device in devices.values() if device.affordances], refused


def _components(topic: str, payload: str | bytes) -> list[tuple[str, dict[str, Any]]]:
    """Return the components of one message: one, or those of a whole device."""
    config = expanded(a_mapping(td.parse_json(payload), "the configuration"))
    component = _component_in(topic)
    if component != "device":
        return [(component, config)]
    listed = a_mapping(config.pop("components", None), "components")
    if len(listed) > _MOST_COMPONENTS:
        raise Malformed("components", f"are {len(listed)}, at most {_MOST_COMPONENTS} are allowed")
    found = []
    for name, part in listed.items():
        own = expanded({"~": config.get("~"), **a_mapping(part, f"components.{name[:40]}")})
        platform = a_text(own.pop("platform", None), f"components.{name[:40]}.platform")
        if platform:
            found.append((platform, {"object_id": name, **config, **own}))
    return found


def _component_in(topic: str) -> str:
    """The part of "PREFIX/COMPONENT/[NODE/]OBJECT/config" that no base topic can hide: known names only."""
    for part in topic.split("/")[-4:-1]:
        if part in READERS or part in _SILENT or part == "device":
            return part
    raise Malformed("", f"its component is none of {', '.join(sorted(READERS))}")


@dataclass
class _Device:
    """What has been read of one device."""

    id: str
    title: str
    area: str | None
    broker: str
    types: list[str] = field(default_factory=list)
    affordances: dict[tuple[Kind, str], Affordance] = field(default_factory=dict)
    source: list[dict[str, Any]] = field(default_factory=list)

    def take(self, component: str, config: dict[str, Any]) -> None:
        """Read one component."""
        found = READERS[component](Entity(component, config, self.broker)) if component in READERS else []
        called = a_text(config.get("name"), "name") or a_text(config.get("object_id"), "object_id") or component
        for one in found:
            name = one.name
            if (one.kind, name) in self.affordances:
                name = f"{slug(called)}_{name}"
            title = one.title or name
            self.affordances[one.kind, name] = Affordance(**{**vars(one), "name": name, "title": title})
        if component in TYPES:
            self.types.append(TYPES[component])
        self.source.append({"component": component, **config})

    def thing(self) -> Thing:
        """Return the thing."""

        def of(kind: Kind) -> dict[str, Affordance]:
            return {name: one for (each, name), one in self.affordances.items() if each == kind}

        return Thing(
            id=self.id,
            title=self.title,
            types=tuple(dict.fromkeys(self.types)),
            area=self.area,
            properties=of("property"),
            actions=of("action"),
            events=of("event"),
            base=self.broker,
            source={"homeassistant": self.source},
        )


def _device_of(devices: dict[str, _Device], topic: str, config: dict[str, Any], broker: str) -> _Device:
    own = config.get("device") or {}
    own = a_mapping(own, "device")
    names = (
        texts(own.get("identifiers"), "device.identifiers") or [str(each) for each in own.get("connections") or ()][:1]
    )
    key = names[0] if names else a_text(config.get("unique_id"), "unique_id") or topic
    if key not in devices:
        title = a_text(own.get("name"), "device.name") or a_text(config.get("name"), "name") or topic.split("/")[-2]
        area = a_text(own.get("suggested_area"), "device.suggested_area")
        devices[key] = _Device(f"urn:homeassistant:{key[:200]}", title.strip()[:200], area, broker)
    return devices[key]


__all__ = ["read_configs"]
