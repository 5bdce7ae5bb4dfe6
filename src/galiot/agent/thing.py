"""What a device is: properties, actions and events, as the W3C Thing Description 1.1 has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["property", "action", "event"]


@dataclass(frozen=True, kw_only=True)
class Schema:
    """What a value may be; the part of JSON Schema that a Thing Description uses (TD 1.1, section 5.3.2)."""

    type: str | None = None
    """boolean, integer, number, string, object, array, null; None: not said."""
    minimum: float | None = None
    maximum: float | None = None
    multiple_of: float | None = None
    unit: str | None = None
    enum: tuple[Any, ...] = ()
    const: Any = None
    default: Any = None
    max_length: int | None = None
    properties: Mapping[str, Schema] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    items: Schema | None = None
    one_of: tuple[Schema, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Form:
    """Where an affordance is reached (TD 1.1, section 5.3.4.2), and whatever else the protocol needs."""

    href: str
    operations: tuple[str, ...] = ()
    """readproperty, writeproperty, observeproperty, invokeaction, subscribeevent; empty: all that there are."""
    content_type: str = "application/json"
    terms: Mapping[str, Any] = field(default_factory=dict)
    """Protocol vocabulary such as mqv:topic, htv:methodName, cov:method; payload templates of discovered things."""


@dataclass(frozen=True, kw_only=True)
class Affordance:
    """One thing that a device shows, takes or tells."""

    name: str
    kind: Kind
    title: str = ""
    description: str = ""
    types: tuple[str, ...] = ()
    schema: Schema | None = None
    """Of a property's value, an action's input, an event's data; None: an action without input."""
    output: Schema | None = None
    """Of what an action returns."""
    readable: bool = True
    writable: bool = False
    observable: bool = False
    safe: bool = False
    """An action that changes nothing (TD 1.1, section 5.3.1.4)."""
    idempotent: bool = False
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One device, by its description."""

    id: str
    title: str
    description: str = ""
    types: tuple[str, ...] = ()
    area: str | None = None
    floor: str | None = None
    aliases: tuple[str, ...] = ()
    properties: Mapping[str, Affordance] = field(default_factory=dict)
    actions: Mapping[str, Affordance] = field(default_factory=dict)
    events: Mapping[str, Affordance] = field(default_factory=dict)
    base: str | None = None
    source: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The description as it was read, so that writing it back loses nothing."""

    def affordances(self) -> Iterator[Affordance]:
        """Yield all properties, actions and events."""
        yield from self.properties.values()
        yield from self.actions.values()
        yield from self.events.values()
