"""Zigbee2MQTT: the devices of `bridge/devices`, from their `exposes`, and back.

One thing for each device, one property for each exposed feature. A light's `state` and `brightness` are told as one
JSON message on `BASE/NAME` and set by one on `BASE/NAME/set`, so a form holds: `mqv:topic` BASE/NAME/set,
`galiot:stateTopic` BASE/NAME, `galiot:path` the feature's place in the message, `galiot:payload` {"brightness":
"{value}"}, `galiot:getTopic` and `galiot:getPayload` where it may be asked, `galiot:availability` where the bridge
tells it, and `galiot:errors` on `bridge/logging`. A property that is only read has the state topic for its
`mqv:topic`.

Access bits: 1 told, 2 can be set, 4 can be asked for.
Source: Zigbee2MQTT documentation, "Exposes" and "MQTT topics and messages".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from galiot.agent.thing import Affordance, Form, Schema, Thing
from galiot.agent.things.schemas import Malformed, a_list, a_mapping, a_number, a_text
from galiot.errors import FormatError

_TOLD, _SET, _ASKED = 1, 2, 4
_SPECIFIC = ("light", "switch", "lock", "cover", "climate", "fan")
_TYPES = {
    "light": "Light",
    "switch": "OnOffSwitch",
    "lock": "Lock",
    "cover": "Cover",
    "climate": "Thermostat",
    "fan": "Fan",
}
_FULL = Schema(type="string")


def read_devices(
    data: Any, *, broker: str, base: str = "zigbee2mqtt", availability: bool = False
) -> tuple[list[Thing], list[FormatError]]:
    """Return the things of a `bridge/devices` message, and what was refused, one by one.

    data: the parsed message, a list of devices; the coordinator and devices that are not supported or disabled are
        left out
    broker: "mqtt://HOST:PORT"
    availability: whether the bridge tells which devices can be reached, on BASE/NAME/availability
    """
    things: list[Thing] = []
    refused: list[FormatError] = []
    if not isinstance(data, list):
        return [], [FormatError(f"{base}/bridge/devices", "is no list of devices")]
    for number, device in enumerate(data):
        try:
            if thing := _device(device, broker, base, availability):
                things.append(thing)
        except (Malformed, RecursionError) as error:
            refused.append(FormatError(f"{base}/bridge/devices[{number}]", str(error)[:300]))
    return things, refused


def write_devices(things: list[Thing]) -> list[dict[str, Any]]:
    """Return the entries of `bridge/devices` that the things were read from; a thing that did not come from there is
    left out."""
    return [dict(thing.source["zigbee2mqtt"]) for thing in things if "zigbee2mqtt" in thing.source]


def _device(data: Any, broker: str, base: str, availability: bool) -> Thing | None:
    device = a_mapping(data, "the device")
    if device.get("type") == "Coordinator" or device.get("disabled") is True or not device.get("definition"):
        return None
    address, name = (
        a_text(device.get("ieee_address"), "ieee_address"),
        a_text(device.get("friendly_name"), "friendly_name"),
    )
    if not address or not name:
        raise Malformed("", "has no ieee_address" if not address else "has no friendly_name")
    definition = a_mapping(device["definition"], f"{name[:40]}: definition")
    places = _Places(broker, base, name, availability)
    properties: dict[str, Affordance] = {}
    types: list[str] = []
    for expose in a_list(definition.get("exposes"), f"{name[:40]}: exposes"):
        kind = a_mapping(expose, f"{name[:40]}: exposes").get("type")
        types += [_TYPES[kind]] if kind in _TYPES else []
        for affordance in _affordances(expose, places, ()):
            properties.setdefault(affordance.name, affordance)
    events = (
        {"action": _action_event(properties["action"])}
        if "action" in properties and not properties["action"].writable
        else {}
    )
    described = a_text(definition.get("description"), f"{name[:40]}: definition.description") or ""
    return Thing(
        id=f"urn:zigbee:{address}",
        title=_title(name),
        description=(a_text(device.get("description"), f"{name[:40]}: description") or described)[:2000],
        types=tuple(dict.fromkeys(types)),
        area=_area(name),
        aliases=(name,) if _title(name) != name else (),
        properties={name: one for name, one in properties.items() if name not in events},
        events=events,
        base=broker,
        source={"zigbee2mqtt": device},
    )


class _Places:
    """The topics of one device."""

    def __init__(self, broker: str, base: str, name: str, availability: bool) -> None:
        self.href = f"{broker}/{base}/{name}"
        self.state = f"{base}/{name}"
        self.shared: dict[str, Any] = {
            "galiot:errors": {"topic": f"{base}/bridge/logging", "path": "message", "contains": f"to '{name}' failed"}
        }
        if availability:
            self.shared["galiot:availability"] = [
                {"topic": f"{base}/{name}/availability", "path": "state", "offline": ["offline"]}
            ]

    def forms(self, path: list[str], access: int) -> tuple[Form, ...]:
        """Return the one form of a feature at `path` of the state message."""
        operations = (("readproperty", "observeproperty") if access & _TOLD else ()) + (
            ("writeproperty",) if access & _SET else ()
        )
        terms: dict[str, Any] = {"mqv:topic": self.state, "galiot:path": path, "galiot:stateTopic": self.state}
        if access & _SET:
            terms |= {"mqv:topic": f"{self.state}/set", "galiot:payload": _nested(path, "{value}")}
        if access & _ASKED:
            terms |= {"galiot:getTopic": f"{self.state}/get", "galiot:getPayload": _nested(path, "")}
        return (Form(href=self.href, operations=operations, terms={**terms, **self.shared}),)


def _affordances(expose: Any, places: _Places, path: tuple[str, ...]) -> Iterator[Affordance]:
    expose = a_mapping(expose, "an expose")
    kind, named = (
        expose.get("type"),
        a_text(expose.get("property"), "expose.property") or a_text(expose.get("name"), "expose.name"),
    )
    if kind in _SPECIFIC and "features" in expose:
        for feature in a_list(expose["features"], "expose.features")[:200]:
            yield from _affordances(feature, places, path)
        return
    if not named:
        raise Malformed("", f"a feature of type {str(kind)[:20]} has no property")
    access = int(a_number(expose.get("access"), f"{named[:40]}.access") or _any_access(expose))
    place = [*path, named]
    yield Affordance(
        name=_free_name(expose, named),
        kind="property",
        title=_titled(expose, named)[:200],
        description=(a_text(expose.get("description"), "description") or "")[:2000],
        schema=_schema(expose),
        readable=bool(access & (_TOLD | _ASKED)),
        writable=bool(access & _SET),
        observable=bool(access & _TOLD),
        forms=places.forms(place, access),
    )


def _titled(expose: Mapping[str, Any], named: str) -> str:
    """Return a feature's label, with the endpoint where a device has several of one label."""
    title = a_text(expose.get("label"), "label") or a_text(expose.get("name"), "name") or named
    endpoint = a_text(expose.get("endpoint"), "endpoint")
    return f"{title} {endpoint}" if endpoint and not title.endswith(endpoint) else title


def _free_name(expose: Mapping[str, Any], named: str) -> str:
    """Colours share one property of the message: `color` as x and y, and as hue and saturation."""
    name = expose.get("name")
    return (
        str(name)[:200]
        if expose.get("type") == "composite" and isinstance(name, str) and name != named and name.startswith("color")
        else named
    )


def _schema(expose: Mapping[str, Any]) -> Schema:
    kind, unit = expose.get("type"), a_text(expose.get("unit"), "unit")
    if kind == "binary":
        values = [expose.get("value_on", True), expose.get("value_off", False)]
        values += [expose["value_toggle"]] if isinstance(expose.get("value_toggle"), str) else []
        return (
            Schema(type="boolean") if values[:2] == [True, False] else Schema(type=_type_of(values), enum=tuple(values))
        )
    if kind == "numeric":
        step = a_number(expose.get("value_step"), "value_step")
        low, high = a_number(expose.get("value_min"), "value_min"), a_number(expose.get("value_max"), "value_max")
        if low is not None and high is not None and low > high:
            raise Malformed(str(expose.get("property"))[:40], f"value_min {low:g} is above value_max {high:g}")
        whole = all(part is None or float(part).is_integer() for part in (low, high, step)) and (
            step is not None or high is not None
        )
        return Schema(
            type="integer" if whole else "number",
            minimum=low,
            maximum=high,
            multiple_of=step if step and step > 0 and step != 1 else None,
            unit=unit,
        )
    if kind == "enum":
        choices = tuple(
            value for value in a_list(expose.get("values"), "values") if isinstance(value, (str, int, float))
        )
        return Schema(type=_type_of(choices), enum=choices)
    if kind == "composite":
        parts = {
            str(part.get("property") or part.get("name"))[:200]: _schema(part)
            for part in a_list(expose.get("features"), "features")[:200]
            if isinstance(part, Mapping)
        }
        colored = "color" in str(expose.get("name"))
        return Schema(type="object", properties=parts, required=tuple(parts) if colored else ())
    if kind == "list":
        item = expose.get("item_type")
        return Schema(type="array", items=_schema(item) if isinstance(item, Mapping) else None)
    return _FULL if kind == "text" else Schema(unit=unit)


def _type_of(values: Any) -> str | None:
    names = {
        "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "number" for value in values
    }
    return names.pop() if len(names) == 1 else None


def _any_access(expose: Mapping[str, Any]) -> int:
    parts = [part.get("access", 0) for part in expose.get("features") or () if isinstance(part, Mapping)]
    return max((part for part in parts if isinstance(part, int)), default=_TOLD)


def _action_event(action: Affordance) -> Affordance:
    """What a button or remote control tells is an event: it happens, it is no state."""
    forms = tuple(Form(href=form.href, operations=("subscribeevent",), terms=form.terms) for form in action.forms)
    return Affordance(
        name="action",
        kind="event",
        title=action.title,
        description=action.description,
        schema=action.schema,
        observable=True,
        forms=forms,
    )


def _nested(path: list[str], value: Any) -> Any:
    for name in reversed(path):
        value = {name: value}
    return value


def _title(name: str) -> str:
    """People name devices "kitchen/ceiling_light": the last part, with blanks."""
    last = name.rsplit("/", 1)[-1].replace("_", " ").strip()
    return last or name


def _area(name: str) -> str | None:
    parts = name.split("/")
    return parts[-2].replace("_", " ").strip() or None if len(parts) > 1 else None


__all__ = ["read_devices", "write_devices"]
