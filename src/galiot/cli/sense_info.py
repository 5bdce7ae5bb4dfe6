"""galiot sense info"""

from __future__ import annotations

from typing import Any

from galiot.cli import terminal
from galiot.cli.scores import numbers_in
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
    pairs |= {f"score, {name}": value for name, value in numbers_in(facts["scores"])}
    if facts["manifest"].get("attribution"):
        pairs["data"] = str(facts["manifest"]["attribution"])
    if facts["notice"]:
        pairs["notice"] = facts["notice"]
    terminal.print_pairs(pairs)
