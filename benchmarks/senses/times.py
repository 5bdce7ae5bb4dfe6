"""What a report costs: time from the file to the first word and to the whole text, memory above a run without reading.

`python benchmarks/senses/times.py DIR [--records 20] [--model smollm2-135m] [--out DIR]`

DIR holds recordings (`.hea`, searched through). Each is reported on by the command itself, in a process of its own,
from its start to its end, so that imports and loading count. Beside it, the same command answers a prompt of as many
tokens without a reading: the floor of its memory. The encoder alone is timed in this process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import galiot
from galiot.cli.terminal import print_table
from galiot.files import atomic_write
from galiot.record import Record, median_and_spread
from galiot.senses.installed import find_sense

COMMAND = (sys.executable, "-m", "galiot", "run")
PLAIN = os.environ | {"COLUMNS": "200", "NO_COLOR": "1"}
FILLER = "The recording was made at rest. "


def one_run(arguments: Sequence[str]) -> tuple[float, float, float, dict[str, Any]]:
    """Return seconds to the text's first words, seconds in all, peak memory in MiB, and what `--json` tells."""
    arguments = [*COMMAND, *arguments, "--seed", "1"]
    told = json.loads(subprocess.run([*arguments, "--json"], capture_output=True, check=True).stdout)
    start = told["text"].split(maxsplit=1)[0]
    begin = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=PLAIN)
    assert process.stdout is not None
    first, read = None, ""
    while piece := os.read(process.stdout.fileno(), 65536):
        read += piece.decode(errors="ignore")
        if first is None and any(line.startswith(start) for line in read.splitlines()):
            first = time.perf_counter() - begin
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    whole = time.perf_counter() - begin
    if process.returncode or first is None:
        raise SystemExit(f"{' '.join(arguments)} failed with {process.returncode}")
    return first, whole, usage.ru_maxrss / 1024, told


def encoder_ms(files: Sequence[Path]) -> list[float]:
    """Return how long the encoder takes with each recording, once it has been used."""
    found, sense = [], None
    for path in [files[0], *files]:
        reading = galiot.read(path)
        sense = sense or find_sense(reading)
        if sense is None or sense.encoder is None:
            raise SystemExit(f"no installed sense with an encoder reads {path}")
        prepared = sense.prepare(reading)
        begin = time.perf_counter()
        sense.encoder.hidden(prepared)
        found.append(1000 * (time.perf_counter() - begin))
    return found[1:]


def main() -> None:
    """See the top of the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=20)
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--out", type=Path, default=Path("build/records"))
    given = parser.parse_args()
    files = sorted(given.folder.rglob("*.hea"))
    files = files[:: max(1, len(files) // given.records)][: given.records]
    if not files:
        raise SystemExit(f"{given.folder}: there is no .hea file")
    runs = [one_run([given.model, "--reading", str(path)]) for path in files]
    spent = [told["spent"] for *_, told in runs]
    prompt = FILLER * (max(each["prompt_tokens"] for each in spent) // 7)
    bare = [one_run([given.model, prompt, "--max-tokens", "60"]) for _ in range(5)]
    memory = statistics.median(each[2] for each in bare)
    values = {
        "first_word_s": [each[0] for each in runs],
        "report_s": [each[1] for each in runs],
        "tokens": [each["tokens"] for each in spent],
        "memory_mib": [each[2] for each in runs],
        "memory_above_text_mib": [each[2] - memory for each in runs],
        "encoder_ms": encoder_ms(files),
    }
    measured = {name: median_and_spread(each) for name, each in values.items()}
    model = galiot.open_model(given.model)
    record = Record(
        task="report-times",
        model=given.model,
        model_sha256=model.sha256,
        settings={"folder": str(given.folder), "text_only_memory_mib": memory},
        figures={name: round(median, 3) for name, (median, _) in measured.items()},
        spread={name: (round(low, 3), round(high, 3)) for name, (_, (low, high)) in measured.items()},
        repeats=len(files),
    )
    rows = [
        {"figure": name, "median": f"{m:.3g}", "least": f"{low:.3g}", "most": f"{high:.3g}"}
        for name, (m, (low, high)) in measured.items()
    ]
    print_table(rows, right=["median", "least", "most"])
    given.out.mkdir(parents=True, exist_ok=True)
    with atomic_write(given.out / "report-times.json") as part:
        part.write(json.dumps(record.to_json(), indent=1).encode())


if __name__ == "__main__":
    main()
