"""The methods by name; the file of one is loaded when it is made."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from galiot.errors import RequestError
from galiot.learn import kernels

if TYPE_CHECKING:
    from galiot.model.model import Model
    from galiot.tune.base import Method
    from galiot.tune.settings import TuneSettings


@dataclass(frozen=True)
class Entry:
    """Where a method lives, and how fast it learns where nothing else is said."""

    place: str
    """Module and class, which is called with (model, settings)."""
    rate: float
    """Step size."""
    exact: bool = True
    """Whether its gradients are exact, which needs PyTorch."""


METHODS: Mapping[str, Entry] = MappingProxyType(
    {
        "lora": Entry("galiot.tune.methods.lora:Lora", rate=5e-4),
        "rslora": Entry("galiot.tune.methods.rslora:RsLora", rate=5e-4),
        "dora": Entry("galiot.tune.methods.dora:Dora", rate=5e-4),
        "full": Entry("galiot.tune.methods.full:Full", rate=1e-3),
        "mezo": Entry("galiot.tune.methods.mezo:Mezo", rate=0.1, exact=False),
    }
)


def make_method(name: str, model: Model, settings: TuneSettings) -> Method:
    """Return a method that is ready for its first step.

    raises: RequestError for a name that nobody knows, MissingExtraError where PyTorch is needed and not installed,
        BudgetError when it does not fit into `settings.memory_bytes`
    """
    if name not in METHODS:
        raise RequestError(f"there is no method {name[:40]!r}; there is {', '.join(METHODS)}")
    if METHODS[name].exact:
        kernels.bound()
    module, _, kind = METHODS[name].place.partition(":")
    made: Method = getattr(importlib.import_module(module), kind)(model, settings)
    return made
