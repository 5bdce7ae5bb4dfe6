"""galiot sense info"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from galiot.cli import terminal
from galiot.cli.settings import Output

_SHOWN = 12


def main(sense: str, /, *, options: Output = Output()) -> None:
    """Tell what a sense can say, how it was made and how good it is.

    Parameters
    ----------
    sense
        A name of `galiot sense list`, or the path of a sense file.
    """
    from galiot.senses.installed import open_sense

    with open_sense(sense) as opened:
        facts = opened.info()
    if options.json:
        terminal.print_json(facts)
    else:
        _show(facts)


def _show(facts: dict[str, Any]) -> None:
    labels, channels = facts["labels"], facts["channels"]
    codes = ", ".join(label["code"] for label in labels[:_SHOWN])
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    window = f"{facts['window_s']:g} s at {facts['rate_hz']:g} Hz" if facts["window_s"] else "the whole reading"
    pairs = {
        "sense": f"{facts['name']}, {facts['licence'] or 'licence not stated'}",
        "file": facts["path"],
        "reads": f"{facts['kind']}: {', '.join(channels) or 'any channels'}; {window}",
        "members": f"{', '.join(facts['members'])}; {facts['parameters'] / 1e6:.2f} M parameters",
        "says": f"{len(labels)} labels: {codes}{more}",
        "model": f"made for the model {facts['base_sha256'][:12]}..." if facts["base_sha256"] else "any",
    }
    pairs |= {f"score, {name}": value for name, value in _numbers(facts["scores"])}
    if facts["manifest"].get("attribution"):
        pairs["data"] = str(facts["manifest"]["attribution"])
    if facts["notice"]:
        pairs["notice"] = facts["notice"]
    terminal.print_pairs(pairs)


def _numbers(scores: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield every single number of the scores with the way to it; an interval stands behind its value."""
    for name, value in scores.items():
        label = f"{prefix}{name.replace('_', ' ')}"
        if isinstance(value, Mapping) and isinstance(value.get("value"), int | float):
            low_high = value.get("ci95")
            interval = f" [{low_high[0]:.3f}, {low_high[1]:.3f}]" if isinstance(low_high, list) else ""
            yield label, f"{value['value']:.3f}{interval}"
        elif isinstance(value, Mapping):
            yield from _numbers(value, f"{label} ")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield label, f"{value:.3f}" if isinstance(value, float) else str(value)
