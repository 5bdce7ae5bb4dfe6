"""Write commands.md from what the command says of itself.

python docs/make_commands.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

VERBS = (
    "",
    "run",
    "show",
    "get",
    "list",
    "rm",
    "info",
    "probe",
    "convert",
    "tune",
    "select",
    "merge",
    "sense list",
    "sense info",
    "sense train",
    "sense eval",
    "agent",
    "eval",
    "bench speed",
    "bench agent",
)


def render() -> str:
    """Return the page."""
    page = "# Every command\n\nMade by `python docs/make_commands.py` from the commands themselves.\n"
    for verb in VERBS:
        page += f"\n## galiot {verb}".rstrip() + f"\n\n```\n{help_of(verb)}\n```\n"
    return page


def help_of(verb: str) -> str:
    """Return what `galiot VERB --help` prints, 100 characters wide."""
    command = [sys.executable, "-m", "galiot", *verb.split(), "--help"]
    plain = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    environment = plain | {"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    return "\n".join(line.rstrip() for line in run.stdout.strip().splitlines())


if __name__ == "__main__":
    Path(__file__).with_name("commands.md").write_text(render(), "utf-8")
