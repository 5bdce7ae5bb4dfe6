"""galiot info"""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output
from galiot.errors import ConfigError

if TYPE_CHECKING:
    from galiot.model.model import Model

KINDS: tuple[Literal["f16", "q8_0"], ...] = ("f16", "q8_0")
"""How keys and values may be stored."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class InfoOptions(Output):
    """Settings of `galiot info`."""

    context: int = 2048
    """Tokens of context that the memory is told for."""


def main(model: str, /, *, options: InfoOptions = InfoOptions()) -> None:
    """Tell what a model is and the memory that it needs.

    Parameters
    ----------
    model
        A name in the local library, or the path of a GGUF file.
    """
    from galiot.model.model import open_model

    with terminal.progress(f"getting {model}") as progress:
        opened = open_model(model, progress)
    with opened:
        facts = _facts(opened)
        facts["memory"] = _memory(opened, options.context)
    if options.json:
        terminal.print_json(facts)
    else:
        _show(facts)


def _facts(model: Model) -> dict[str, Any]:
    tensors = model.file.tensors
    return {
        "name": model.name,
        "path": str(model.path),
        "bytes": model.path.stat().st_size,
        "parameters": sum(_elements(tensor.shape) for tensor in tensors.values()),
        "types": dict(Counter(tensor.type.name for tensor in tensors.values())),
        "title": model.file.metadata.get("general.name"),
        "licence": model.file.metadata.get("general.license"),
        "spec": asdict(model.spec),
    }


def _elements(shape: tuple[int, ...]) -> int:
    product = 1
    for width in shape:
        product *= width
    return product


def _memory(model: Model, context: int) -> dict[str, Any]:
    """Return the bytes that a run at this context is expected to need, by part, for each type of cache."""
    from galiot.runtime.budget import forecast
    from galiot.runtime.config import RuntimeConfig

    told: dict[str, Any] = {"context": context}
    for kind in KINDS:
        with contextlib.suppress(ConfigError):  # heads that are too narrow for q8_0
            needed = forecast(model, RuntimeConfig(context=context, cache_type=kind))
            told[kind] = {"bytes": needed.total, "parts": needed.parts}
    return told


def _show(facts: dict[str, Any]) -> None:
    spec = facts["spec"]
    kinds = ", ".join(f"{count} {kind}" for kind, count in facts["types"].items())
    pairs = {
        "model": f"{facts['title'] or facts['name']}, {facts['licence'] or 'licence not stated'}",
        "file": facts["path"],
        "size": f"{terminal.size(facts['bytes'])}, {facts['parameters'] / 1e6:.1f} M parameters ({kinds})",
        "shape": f"{spec['family']}, {spec['layers']} layers, {spec['width']} wide, "
        f"{_several(spec['heads'])} heads on {_several(spec['kv_heads'])} of keys and values",
        "vocabulary": f"{spec['vocab']} tokens",
        "trained for": f"{spec['context']} tokens of context",
    }
    memory = facts["memory"]
    for kind in [kind for kind in KINDS if kind in memory]:
        parts = ", ".join(f"{name} {terminal.size(size)}" for name, size in memory[kind]["parts"].items())
        pairs[f"memory, {kind}"] = f"{terminal.size(memory[kind]['bytes'])} at {memory['context']} tokens: {parts}"
    terminal.print_pairs(pairs)


def _several(numbers: tuple[int, ...]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"
