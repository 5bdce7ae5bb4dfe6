"""Measure Galiot and llama.cpp in turn; see README.md beside this file."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import venv
from dataclasses import asdict
from pathlib import Path

from galiot.bench.peer import LlamaCpp
from galiot.bench.speed import SpeedConfig, measure_speed
from galiot.errors import GaliotError
from galiot.model.convert import convert_file
from galiot.model.library import find
from galiot.model.model import open_model
from galiot.record import Record, median_and_spread

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build"
PEER = BUILD / "peer" / "bin" / "python"
PEER_PACKAGE = "llama-cpp-python==0.3.36"
TESTS = [
    SpeedConfig(prompt=512, tokens=0),
    SpeedConfig(prompt=0, tokens=128),
    SpeedConfig(prompt=0, tokens=128, depth=1024),
]
PROMPT_TOKENS, FILLED = 32, 2048


def main() -> None:
    """Run every test on every file, print a table and write a record each."""
    options = arguments()
    prepare_peer()
    options.out.mkdir(parents=True, exist_ok=True)
    for path in files(options.models):
        records = [speed(path, test, options) for test in TESTS]
        records += [start(path, options), memory(path, options)]
        for record in records:
            name = f"{record.task}-{path.stem}-{time.strftime('%Y%m%dT%H%M%S')}-{records.index(record)}.json"
            (options.out / name).write_text(json.dumps(record.to_json(), indent=2) + "\n", "utf-8")


def arguments() -> argparse.Namespace:
    """Return the settings of this run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", help="names or paths; else the built-in model and its Q4_0 form")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=BUILD / "records")
    return parser.parse_args()


def prepare_peer() -> None:
    """Build llama.cpp for this processor in an environment of its own, unless that has been done."""
    if PEER.is_file() and subprocess.run([PEER, "-c", "import llama_cpp"], capture_output=True).returncode == 0:
        return
    print(f"building {PEER_PACKAGE} for this processor in {PEER.parents[1]}, which takes minutes", file=sys.stderr)
    venv.create(PEER.parents[1], with_pip=True)
    environment = os.environ | {"CMAKE_ARGS": "-DGGML_NATIVE=ON -DCMAKE_BUILD_TYPE=Release"}
    install = [PEER, "-m", "pip", "install", "--quiet", "--no-binary", "llama-cpp-python", PEER_PACKAGE]
    subprocess.run(install, env=environment, check=True)


def files(models: list[str]) -> list[Path]:
    """Return the files to measure; the Q4_0 form of the built-in model is made if it is not there."""
    if models:
        return [find(model) for model in models]
    shipped, smaller = find("smollm2-135m"), BUILD / "smollm2-135m-q4_0.gguf"
    if not smaller.is_file():
        smaller.parent.mkdir(parents=True, exist_ok=True)
        convert_file(shipped, smaller, "q4_0")
    return [shipped, smaller]


def speed(path: Path, test: SpeedConfig, options: argparse.Namespace) -> Record:
    """Measure one prefill or decode, ours and the peer's in turn."""
    config = SpeedConfig(**asdict(test) | {"threads": options.threads, "repeats": options.repeats})
    with open_model(path) as model:
        try:
            record = measure_speed(model, config, peer=LlamaCpp(PEER))
        except GaliotError as error:
            record = Record(
                task="speed", model=path.name, model_sha256=model.sha256, settings=asdict(config), failed=str(error)
            )
    kind = "prefill" if config.prompt else "decode"
    count = config.prompt or config.tokens
    name = f"{kind} {count}" + (f" at {config.depth}" if config.depth else "")
    tell(path, name, record, f"{kind}_tokens_per_s", kind)
    return record


def start(path: Path, options: argparse.Namespace) -> Record:
    """Measure the time from starting the interpreter to the first token."""
    figures = in_turn(path, options, ["start.py", str(path), str(PROMPT_TOKENS), str(options.threads)])
    record = compared("start", path, figures, "first_token_s", options)
    tell(path, f"start, prompt {PROMPT_TOKENS}", record, "first_token_s", "first_token")
    return record


def memory(path: Path, options: argparse.Namespace) -> Record:
    """Measure the largest resident size of a process that fills its context; the peer's without its Python."""
    figures = in_turn(path, options, ["fill.py", str(path), str(FILLED), str(options.threads)])
    record = compared("memory", path, figures, "peak_bytes", options)
    tell(path, f"memory, context {FILLED}", record, "peak_bytes", "peak")
    return record


def in_turn(path: Path, options: argparse.Namespace, command: list[str]) -> dict[str, list[dict[str, float]]]:
    """Run a program of this folder once with each engine, as often as repeats say; the first turn does not count."""
    found: dict[str, list[dict[str, float]]] = {"galiot": [], "llama.cpp": []}
    for turn in range(options.repeats + 1):
        for engine, python in (("galiot", sys.executable), ("llama.cpp", str(PEER))):
            began = time.perf_counter()
            program = [python, str(HERE / command[0]), engine, *command[1:]]
            pipe = subprocess.PIPE
            with subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
                assert process.stdout is not None
                line = process.stdout.readline()  # the first token, or the bytes to take off
                seconds = time.perf_counter() - began
                peak = peak_bytes(process.pid) - (int(line) if line.strip().isdecimal() else 0)
                process.communicate()
            if process.returncode:
                raise SystemExit(f"{engine} ended with status {process.returncode}: {' '.join(program)}")
            if turn:
                found[engine].append({"first_token_s": seconds, "peak_bytes": peak})
    return found


def peak_bytes(process: int) -> float:
    """Return the largest resident size that another process has had."""
    for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM"):
            return float(line.split()[1]) * 1024
    return 0.0


def compared(
    task: str, path: Path, found: dict[str, list[dict[str, float]]], figure: str, options: argparse.Namespace
) -> Record:
    """Return a record of one figure, ours beside the peer's."""
    ours, theirs = ([one[figure] for one in found[engine]] for engine in ("galiot", "llama.cpp"))
    median, span = median_and_spread(ours)
    other, other_span = median_and_spread(theirs)
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    ratio, ratio_span = median_and_spread(ratios)
    key = figure.rpartition("_")[0]
    with open_model(path) as model:
        digest = model.sha256
    return Record(
        task=task,
        model=path.name,
        model_sha256=digest,
        settings={"threads": options.threads, "prompt": PROMPT_TOKENS if task == "start" else FILLED},
        figures={figure: median, "peer": {"name": PEER_PACKAGE, figure: other}, "ratio": {key: ratio}},
        spread={figure: span, f"peer.{figure}": other_span, f"ratio.{key}": ratio_span},
        repeats=options.repeats,
    )


def tell(path: Path, test: str, record: Record, figure: str, ratio: str) -> None:
    """Print one line of the table."""
    if record.failed:
        print(f"{path.stem:24} {test:22} failed: {record.failed}")
        return
    scale, unit = (2**20, "MiB") if "bytes" in figure else (1, "s" if figure.endswith("token_s") else "tokens/s")
    ours, theirs = record.figures[figure] / scale, record.figures["peer"][figure] / scale
    low, high = record.spread[f"ratio.{ratio}"]
    share = (
        f", {100 * record.figures['ceiling_share']:.0f} % of the ceiling" if "ceiling_share" in record.figures else ""
    )
    ratio_text = f"{record.figures['ratio'][ratio]:.2f} [{low:.2f}-{high:.2f}]"
    print(f"{path.stem:24} {test:22} {ours:8.2f} {theirs:8.2f} {unit:9} ratio {ratio_text}{share}", flush=True)


if __name__ == "__main__":
    main()
