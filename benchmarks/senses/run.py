"""Train shipped recipes on data at hand with several seeds, score them out of fold, and print one table.

python benchmarks/senses/run.py --ecg PTBXL_FOLDER --motion WATCH_FOLDER [--seeds 3] [--out build/senses]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from galiot.learn.sense.train import train
from galiot.senses.recipe import read_recipe

ROWS = {
    "ecg": ("macro_auc", "macro_f1", "abnormal_statement_f1", "abnormal_called_normal", "calibration_error"),
    "motion": ("macro_f1", "recordings_right", "calibration_error"),
}


def main() -> None:
    """Train, keep every raw result, print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for kind in ROWS:
        asked.add_argument(f"--{kind}", type=Path, help="folder with its data")
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--out", type=Path, default=Path("build/senses"))
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    print("| sense | figure | " + " | ".join(f"seed {seed}" for seed in range(given.seeds)) + " |")
    print("|---" * (given.seeds + 2) + "|")
    for kind, names in ROWS.items():
        if (data := getattr(given, kind)) is not None:
            runs = [trained(kind, data, given.out, seed) for seed in range(given.seeds)]
            for name in names:
                print(f"| {kind} | {name} | " + " | ".join(shown(run[name]) for run in runs) + " |", flush=True)


def trained(kind: str, data: Path, out: Path, seed: int) -> dict[str, Any]:
    """Scores out of fold of one training; kept beside the sense."""
    _, text = read_recipe(kind)
    with tempfile.TemporaryDirectory() as folder:
        recipe = Path(folder) / f"{kind}.toml"
        recipe.write_text(f"seed = {1000 * seed}\n{text}")
        made = train(recipe, data, out / f"{kind}-{seed}.gguf")
    (out / f"{kind}-{seed}.json").write_text(json.dumps(made.scores, indent=1))
    print(f"{kind}, seed {seed}: {made.seconds:.0f} s, {made.bytes / 2**20:.1f} MiB", file=sys.stderr)
    return made.scores


def shown(score: Any) -> str:
    """A score, with its interval where it has one."""
    if isinstance(score, dict):
        low, high = score["interval_95"]
        return f"{score['value']:.3f} [{low:.3f}, {high:.3f}]"
    return "-" if score is None else f"{score:.3f}"


if __name__ == "__main__":
    main()
