"""All protocols behind one `Binding`: the form's scheme says which."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from galiot.agent.bindings.base import Binding, DeviceError, Limits, Operation, Reply, calls_of
from galiot.agent.bindings.credentials import Credentials
from galiot.agent.thing import Affordance, Thing

_MODULES = {
    "mqtt": ("mqtt", "Mqtt"),
    "mqtts": ("mqtt", "Mqtt"),
    "http": ("http", "Http"),
    "https": ("http", "Http"),
    "coap": ("coap", "Coap"),
    "coaps": ("coap", "Coap"),
    "coap+tcp": ("coap", "Coap"),
}


class Bindings(Binding):
    """Every protocol that a description may name; one is loaded when a form first asks for it."""

    schemes = tuple(_MODULES)

    def __init__(self, limits: Limits | None = None, credentials: Credentials | None = None) -> None:
        """Open nothing yet."""
        self.limits, self.credentials = limits or Limits(), credentials or Credentials()
        self._open: dict[str, Binding] = {}

    async def __aenter__(self) -> Bindings:
        """Return itself; leaving closes."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close."""
        await self.close()

    async def read(self, thing: Thing, affordance: Affordance) -> Any:
        """See `Binding`."""
        return await self._pick(thing, affordance, "readproperty").read(thing, affordance)

    async def write(self, thing: Thing, affordance: Affordance, value: Any) -> Reply:
        """See `Binding`."""
        try:
            binding = self._pick(thing, affordance, "writeproperty")
        except DeviceError as error:
            return Reply(error.outcome, error.why)
        return await binding.write(thing, affordance, value)

    async def invoke(self, thing: Thing, affordance: Affordance, value: Any = None) -> Reply:
        """See `Binding`."""
        try:
            binding = self._pick(thing, affordance, "invokeaction")
        except DeviceError as error:
            return Reply(error.outcome, error.why)
        return await binding.invoke(thing, affordance, value)

    async def observe(self, thing: Thing, affordance: Affordance) -> AsyncIterator[Any]:
        """See `Binding`."""
        operation: Operation = "subscribeevent" if affordance.kind == "event" else "observeproperty"
        async for value in self._pick(thing, affordance, operation).observe(thing, affordance):
            yield value

    async def close(self) -> None:
        """See `Binding`."""
        while self._open:
            _, binding = self._open.popitem()
            await binding.close()

    def _pick(self, thing: Thing, affordance: Affordance, operation: Operation) -> Binding:
        calls = calls_of(thing, affordance, operation)
        if operation == "observeproperty" and not calls:
            calls = calls_of(thing, affordance, "readproperty")
        for call in calls:
            scheme = urlsplit(call.form.href).scheme.lower()
            if scheme in _MODULES:
                return self._binding(*_MODULES[scheme])
        named = ", ".join(sorted({urlsplit(call.form.href).scheme or call.form.href for call in calls}))
        why = f"no binding for {named}" if named else f"its description has no form for {operation}"
        raise DeviceError("unreachable", f"{thing.title or thing.id}: {affordance.name}: {why}")

    def _binding(self, module: str, name: str) -> Binding:
        if name not in self._open:
            maker = getattr(import_module(f"galiot.agent.bindings.{module}"), name)
            self._open[name] = maker(self.limits, self.credentials)
        return self._open[name]
