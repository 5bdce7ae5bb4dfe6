"""Units with another prefix than a channel's: 5 kW of a channel in W."""

from __future__ import annotations

from collections.abc import Container

_PREFIXES = {"k": 1e3, "c": 1e-2, "m": 1e-3, "µ": 1e-6, "μ": 1e-6, "": 1.0}
_BARE = frozenset("w wh v a va hz pa g m j n bit/s b/s l".split())
"""Units, in lower case, that take prefixes."""


def scaled(unit: str, known: Container[str]) -> tuple[float, str]:
    """Return by what a number is multiplied, and the known unit that it is then in; (1, unit) where it is none.

    unit, known: in lower case, so that mega and milli look alike; of these, milli is taken to be meant
    """
    if unit in known:
        return 1.0, unit
    for prefix, factor in _PREFIXES.items():
        bare = unit.removeprefix(prefix)
        if (prefix and not unit.startswith(prefix)) or bare not in _BARE:
            continue
        for other, share in _PREFIXES.items():
            if other + bare in known:
                return factor / share, other + bare
    return 1.0, unit
