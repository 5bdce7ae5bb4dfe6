"""Train the recipe `ecg` without two folds at a time, judge these with the whole of `galiot sense eval`, print means.

python benchmarks/senses/apart.py PTBXL_FOLDER [--model smollm2-135m] [--pairs 4] [--out build/senses/apart]

Nothing of a judged record has been seen: not by trees, not by the head, not by the baselines. The network, which does
not judge, and the language part are left out; a language model, where one is named, writes from facts and statements.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from galiot.learn.sense.evaluate import evaluate
from galiot.learn.sense.train import train
from galiot.senses.recipe import read_recipe

PAIRS = (("1", "2"), ("3", "4"), ("5", "6"), ("7", "8"))
LEFT_OUT = ("convolution", "language")


def main() -> None:
    """Train and judge, keep every raw result, print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("data", type=Path)
    asked.add_argument("--model", help="writes reports, whose text is scored")
    asked.add_argument("--pairs", type=int, default=len(PAIRS))
    asked.add_argument("--out", type=Path, default=Path("build/senses/apart"))
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for pair in PAIRS[: given.pairs]:
        scores = judged(given.data, given.out, pair, given.model)
        for name, value in numbers(scores):
            found[name].append((value, scores["records"]))
    for name, values in found.items():
        numbers_, weights = np.array(values).T
        each = ", ".join(f"{value:.3f}" for value in numbers_)
        print(f"| {name} | {np.average(numbers_, weights=weights):.4f} | {each} |")


def judged(data: Path, out: Path, pair: tuple[str, ...], model: str | None) -> dict[str, Any]:
    """Scores of a sense on two folds that it has not seen; kept beside it, and taken from there the second time."""
    path = out / f"{'-'.join(pair)}.json"
    if not path.is_file():
        recipe = path.with_suffix(".toml")
        recipe.write_text(recipe_without(pair))
        sense = path.with_suffix(".gguf")
        if not sense.is_file():
            train(recipe, data, sense)
        scores = evaluate(sense, data, blind=True, model=model, report=path.with_suffix(".html"))
        path.write_text(json.dumps(scores, indent=1))
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def recipe_without(pair: tuple[str, ...]) -> str:
    """The shipped recipe with other folds kept apart, and no network."""
    _, text = read_recipe("ecg")
    for section in LEFT_OUT:
        text = re.sub(rf"^\[{section}\].*?(?=^\[|\Z)", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^test = .*$", f"test = {json.dumps(pair)}", text, count=1, flags=re.MULTILINE)


def numbers(scores: dict[str, Any], before: str = "") -> Iterator[tuple[str, float]]:
    """All single numbers of some scores, with the way to each."""
    for name, value in scores.items():
        if name == "by_label":
            continue
        if isinstance(value, dict):
            yield from ([(before + name, value["value"])] if "value" in value else numbers(value, f"{before}{name}: "))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield before + name, float(value)


if __name__ == "__main__":
    main()
