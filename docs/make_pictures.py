"""Draw pictures of the terminal from real runs, and of readings.

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

from galiot.signals import Reading, facts, read
from galiot.signals.draw.picture import save_picture
from galiot.signals.ecg.simulate import Heart, simulate

IMAGES = Path(__file__).with_name("images")
RUNS = {
    "run": ('galiot run smollm2-135m "Why is the sea salty?" --temperature 0 --max-tokens 90', 100),
    "report": ('galiot run smollm2-135m "What happened in the night?" --reading examples/boiler.csv --seed 1', 150),
    "bench": ("galiot bench speed smollm2-135m --vs llama.cpp", 100),
}


def main() -> None:
    """Run every command, or those that are named, and draw what it prints."""
    for name in sys.argv[1:] or [*RUNS, *READINGS]:
        if name in READINGS:
            draw_reading(READINGS[name](), IMAGES / f"{name}.png")
            continue
        command, width = RUNS[name]
        console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")), soft_wrap=False)
        console.print(Text.from_ansi(output_of(command, width)))
        (IMAGES / f"{name}.svg").write_text(tidied(console.export_svg(title="galiot")), "utf-8")


def simulated_heart() -> Reading:
    """An electrocardiogram of twelve leads with one early beat or so, noise and baseline wander."""
    heart = Heart(rate_bpm=64, axis_deg=35, premature=(0.0, 0.08))
    reading = simulate(heart, noise_mv=0.015, wander_mv=0.08, seed=4).reading
    reading.source = "a simulated heart"
    return reading


READINGS = {"ecg": simulated_heart, "boiler": lambda: read("examples/boiler.csv")}


def draw_reading(reading: Reading, path: Path) -> None:
    """Draw as `galiot show --png` does, with few colours, so that the file is small."""
    from PIL import Image

    save_picture(reading, facts(reading), path)
    with Image.open(path) as picture:
        small = picture.convert("RGB")
    small.thumbnail((1000, 1000))
    small.quantize(48, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)


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
