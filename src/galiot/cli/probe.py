"""galiot probe"""

from __future__ import annotations

from galiot.cli import terminal
from galiot.cli.settings import Output


def main(*, options: Output = Output()) -> None:
    """Measure this device: cores, instruction sets, memory, its bandwidth, storage."""
    from galiot.bench.probe import probe

    found = probe()
    if options.json:
        terminal.print_json(found.to_json())
    else:
        terminal.print_pairs(dict(found.rows()))
