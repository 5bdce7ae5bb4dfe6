"""galiot rm"""

from __future__ import annotations

from galiot.cli import terminal
from galiot.cli.settings import Output


def main(name: str, /, *, options: Output = Output()) -> None:
    """Remove a model from the local library.

    Parameters
    ----------
    name
        A name that `galiot list` shows.
    """
    from galiot.model import library

    freed = library.remove(name)
    if options.json:
        terminal.print_json({"name": name, "freed_bytes": freed})
    else:
        terminal.say(f"removed {name}, {terminal.size(freed)} are free again")
