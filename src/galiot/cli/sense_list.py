"""galiot sense list"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from galiot.cli import terminal
from galiot.cli.settings import Output

if TYPE_CHECKING:
    from galiot.senses.installed import Installed


def main(*, options: Output = Output()) -> None:
    """List the senses that are installed: those of the package, and those in the user's own folder."""
    from galiot.senses.installed import installed, user_dir

    found = installed()
    if options.json:
        terminal.print_json({"folder": str(user_dir()), "senses": [_plain(one) for one in found]})
    elif not found:
        print(f"there is no sense; one that is put into {user_dir()} is found")
    else:
        terminal.print_table([_row(one) for one in found], right=("size",))


def _plain(one: Installed) -> dict[str, Any]:
    return {**asdict(one), "path": str(one.path), "channels": list(one.channels)}


def _row(one: Installed) -> dict[str, str]:
    return {
        "name": one.name,
        "kind": one.kind,
        "size": terminal.size(one.bytes),
        "channels": str(len(one.channels)) if one.channels else "any",
        "note": one.notice or "-",
    }
