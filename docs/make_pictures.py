"""Draw pictures of the terminal from real runs.

python docs/make_pictures.py
"""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

IMAGES = Path(__file__).with_name("images")
RUNS = {
    "run": ('galiot run smollm2-135m "Why is the sea salty?" --temperature 0 --max-tokens 90', 100),
    "report": ('galiot run smollm2-135m "What happened in the night?" --reading examples/boiler.csv --seed 1', 150),
    "bench": ("galiot bench speed smollm2-135m --vs llama.cpp", 100),
}


def main() -> None:
    """Run every command, or those that are named, and draw what it prints."""
    for name in sys.argv[1:] or RUNS:
        command, width = RUNS[name]
        console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")), soft_wrap=False)
        console.print(Text.from_ansi(output_of(command, width)))
        (IMAGES / f"{name}.svg").write_text(tidied(console.export_svg(title="galiot")), "utf-8")


def tidied(svg: str) -> str:
    """Return the picture without fonts from elsewhere, and with its columns kept by every viewer."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    return svg.replace("<text ", '<text xml:space="preserve" ')


def output_of(command: str, width: int) -> str:
    """Return what stays on a terminal of this width: the answer, then what was said beside it, without progress."""
    words = [sys.executable, "-m", "galiot", *shlex.split(command)[1:]]
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        inner = f"stty cols {width} rows 50; {shlex.join(words)} 2>{said.name}"
        run = subprocess.run(["script", "-qec", inner, "/dev/null"], capture_output=True, encoding="utf-8", check=True)
        beside = [line for line in said.read().splitlines() if not line.endswith(" ...")]
    return "\n".join([run.stdout.replace("\r\n", "\n").rstrip(), *beside])


if __name__ == "__main__":
    main()
