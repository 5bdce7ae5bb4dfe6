"""Homie 5: a device from its `$description`, and back.

One thing for each device; a property keeps its id where it is the only one of that id, else its node's id is put in
front. What is not retained is an event, or an action where it can be set. Values are plain text: a form holds
`mqv:topic` DEVICE/NODE/PROPERTY/set, or the topic itself of what is only told, and `galiot:stateTopic`;
`galiot:availability` is the device's `$state`.

Colours are texts such as "rgb,255,0,0"; the schema's unit says so ("rgb,r,g,b").
Source: The Homie Convention 5.0, "Devices", "Nodes", "Properties" and "Payload".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from galiot.agent.thing import Affordance, Form, Kind, Schema, Thing
from galiot.agent.things import td
from galiot.agent.things.schemas import Malformed, a_mapping, a_text, flag
from galiot.errors import FormatError

_DATATYPES = {"integer": "integer", "float": "number", "boolean": "boolean", "string": "string", "enum": "string",
              "color": "string", "datetime": "string",
              "duration": "string", "json": None}  # fmt: skip
_COLORS = {"rgb": "rgb,r,g,b", "hsv": "hsv,h,s,v", "xyz": "xyz,x,y"}
_MOST_PROPERTIES = 2000


def read_device(payload: Any, *, device: str, broker: str, base: str = "homie", area: str | None = None) -> Thing:
    """Return the thing of a `$description`.

    payload: the message, as text or parsed; device: the id in its topic, BASE/5/DEVICE/$description; broker:
        "mqtt://HOST:PORT"
    raises: FormatError
    """
    where = f"{base}/5/{device}/$description"
    try:
        data = td.parse_json(payload) if isinstance(payload, (str, bytes)) else payload
        return _device(a_mapping(data, "the description"), _Places(broker, base, device), area)
    except Malformed as error:
        raise FormatError(where, str(error)[:300]) from None
    except (ValueError, RecursionError) as error:
        raise FormatError(where, f"is no JSON: {str(error)[:100]}") from None


def write_device(thing: Thing) -> dict[str, Any]:
    """Return the `$description` of a thing: the one it was read from, or one made of its affordances as one node."""
    if "homie" in thing.source:
        return dict(thing.source["homie"])
    properties = {name: _written(one) for name, one in thing.properties.items()}
    properties |= {name: _written(one) | {"settable": True, "retained": False} for name, one in thing.actions.items()}
    properties |= {name: _written(one) | {"retained": False} for name, one in thing.events.items()}
    node = {
        "name": thing.title,
        "type": thing.types[0] if thing.types else "device",
        "properties": {_id(name): one for name, one in properties.items()},
    }
    return {"homie": "5.0", "version": 1, "name": thing.title, "nodes": {"device": node}}


class _Places:
    """The topics of one device."""

    def __init__(self, broker: str, base: str, device: str) -> None:
        self.broker, self.device, self.root = broker, device, f"{base}/5/{device}"
        self.shared = {"galiot:availability": [{"topic": f"{self.root}/$state", "offline": ["lost", "disconnected"]}]}

    def form(self, node: str, name: str, operations: tuple[str, ...], *, settable: bool, told: bool) -> Form:
        """Return where a property is told and set."""
        topic = f"{self.root}/{node}/{name}"
        terms: dict[str, Any] = {"mqv:topic": f"{topic}/set" if settable else topic}
        terms |= {"galiot:stateTopic": topic} if told else {}
        terms |= {"galiot:errors": {"topic": f"{self.root}/$log/error", "contains": name}} if settable else {}
        return Form(
            href=f"{self.broker}/{topic}",
            operations=operations,
            content_type="text/plain",
            terms={**terms, **self.shared},
        )


def _device(data: Mapping[str, Any], places: _Places, area: str | None) -> Thing:
    version = a_text(data.get("homie"), "homie")
    if version is None or not version.startswith("5"):
        raise Malformed("homie", f"is {version or 'missing'}, expected 5.0")
    nodes = a_mapping(data.get("nodes") or {}, "nodes")
    listed = [
        (node, name, a_mapping(one, f"{node[:40]}.{name[:40]}"))
        for node, named in nodes.items()
        for name, one in _properties(node, named).items()
    ]
    if len(listed) > _MOST_PROPERTIES:
        raise Malformed("nodes", f"have {len(listed)} properties, at most {_MOST_PROPERTIES} are allowed")
    counts = Counter(name for _, name, _ in listed)
    found: dict[Kind, dict[str, Affordance]] = {"property": {}, "action": {}, "event": {}}
    for node, name, one in listed:
        own = name if counts[name] == 1 else f"{node}_{name}"
        called = a_text(nodes[node].get("name"), f"{node[:40]}.name") or node
        affordance = _affordance(one, places, node, name, own, f"{called} " if counts[name] > 1 else "")
        found[affordance.kind][own] = affordance
    title = a_text(data.get("name"), "name") or places.device
    types = [a_text(node.get("type"), "type") for node in nodes.values()]
    return Thing(
        id=f"urn:homie:{places.device}",
        title=title.strip() or places.device,
        types=tuple(dict.fromkeys(name for name in [a_text(data.get("type"), "type"), *types] if name)),
        area=area,
        properties=found["property"],
        actions=found["action"],
        events=found["event"],
        base=places.broker,
        source={"homie": data},
    )


def _properties(node: str, data: Any) -> Mapping[str, Any]:
    return a_mapping(a_mapping(data, f"nodes.{node[:40]}").get("properties") or {}, f"nodes.{node[:40]}.properties")


def _affordance(data: Mapping[str, Any], places: _Places, node: str, name: str, own: str, called: str) -> Affordance:
    where = f"{node[:40]}.{name[:40]}"
    settable = flag(data.get("settable"), f"{where}.settable")
    told = data.get("retained") is None or flag(data.get("retained"), f"{where}.retained")
    kind: Kind = "property" if told else "action" if settable else "event"
    operations = {
        "property": ("readproperty", "observeproperty") + (("writeproperty",) if settable else ()),
        "action": ("invokeaction",),
        "event": ("subscribeevent",),
    }
    return Affordance(
        name=own,
        kind=kind,
        title=called + (a_text(data.get("name"), f"{where}.name") or name),
        schema=_schema(data, where),
        readable=kind == "property",
        writable=settable and kind == "property",
        observable=kind != "action",
        forms=(places.form(node, name, operations[kind], settable=settable, told=told),),
    )


def _schema(data: Mapping[str, Any], where: str) -> Schema:
    datatype = a_text(data.get("datatype"), f"{where}.datatype")
    if datatype not in _DATATYPES:
        raise Malformed(where, f"datatype is {str(datatype)[:30]}, expected one of {', '.join(_DATATYPES)}")
    said, unit = a_text(data.get("format"), f"{where}.format") or "", a_text(data.get("unit"), f"{where}.unit")
    if datatype == "enum":
        if not said:
            raise Malformed(where, "an enum without a format has no values")
        return Schema(type="string", enum=tuple(said.split(",")))
    if datatype == "color":
        return Schema(type="string", unit=_COLORS.get(said.split(",")[0].strip(), _COLORS["rgb"]))
    if datatype in ("integer", "float"):
        low, high, step = _range(said, where)
        return Schema(type=_DATATYPES[datatype], minimum=low, maximum=high, multiple_of=step, unit=unit)
    return Schema(type=_DATATYPES[datatype], unit=unit)


def _range(said: str, where: str) -> tuple[float | None, float | None, float | None]:
    """Return "0:100:5" as its three numbers, any of which may be left out."""
    parts = [part.strip() for part in said.split(":")]
    try:
        numbers = [float(part) if part else None for part in parts]
    except ValueError:
        raise Malformed(where, f'format is "{said[:40]}", expected MIN:MAX:STEP') from None
    low, high, step = (*numbers, None, None, None)[:3]
    if (
        len(parts) > 3
        or (low is not None and high is not None and low > high)
        or any(part is not None and not abs(part) < 1e300 for part in numbers)
        or (step is not None and step <= 0)
    ):
        raise Malformed(where, f'format is "{said[:40]}", expected MIN:MAX:STEP')
    return _whole(low), _whole(high), _whole(step) if step and step > 0 else None


def _whole(number: float | None) -> float | None:
    return int(number) if number is not None and number.is_integer() else number


def _written(affordance: Affordance) -> dict[str, Any]:
    schema = affordance.schema or Schema(type="boolean")
    written: dict[str, Any] = {
        "name": affordance.title or affordance.name,
        "settable": affordance.writable,
        "retained": True,
    }
    if schema.enum:
        return written | {"datatype": "enum", "format": ",".join(str(choice) for choice in schema.enum)}
    if schema.unit in _COLORS.values():
        return written | {"datatype": "color", "format": str(schema.unit)[:3]}
    named = {"integer": "integer", "number": "float", "boolean": "boolean", "string": "string"}.get(
        schema.type or "", "json"
    )
    parts = ["" if part is None else f"{part:g}" for part in (schema.minimum, schema.maximum, schema.multiple_of)]
    form = (
        {"format": ":".join(parts).rstrip(":") if any(parts[2:]) else ":".join(parts[:2])}
        if any(parts) and named in ("integer", "float")
        else {}
    )
    return written | {"datatype": named} | form | ({"unit": schema.unit} if schema.unit else {})


def _id(name: str) -> str:
    """Homie's ids are of small letters, digits and hyphens."""
    return "".join(letter if letter.isascii() and (letter.isalnum()) else "-" for letter in name.lower()) or "value"
