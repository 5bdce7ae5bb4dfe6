"""Ask questions about made series and count the right answers; see README.md beside this file."""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from make import OUT, make_all
from score import is_right
from truth import evaluate, load

from galiot.bench.agent.grade import wilson
from galiot.record import Record
from galiot.senses.series import answer
from galiot.signals import read

HERE = Path(__file__).parent
SETS = {"first": HERE / "questions.jsonl", "second": HERE / "second.jsonl"}
Ask = Callable[[str, str], str]
"""(name of a reading, question) -> answer, '' where there is none."""


def main() -> None:
    """Ask every question, print a table by kind and write a record."""
    options = arguments()
    paths = make_all(options.readings)
    asked = [json.loads(line) for line in SETS[options.set].read_text("utf-8").splitlines()]
    known = {name: load(path, name) for name, path in paths.items()}
    ask = by_command(paths, options.model) if options.model else by_function(paths)
    right: dict[str, list[bool]] = defaultdict(list)
    unanswered, began = 0, time.perf_counter()
    for question in asked:
        formula = next(iter(question["expect"].values()))
        channels, start = known[question["reading"]]
        truth = evaluate(formula, channels, start) if isinstance(formula, str) else formula
        said = ask(question["reading"], question["question"])
        holds = is_right(question, truth, said, start)
        right[question["kind"]].append(holds)
        unanswered += not said
        if options.failures and not holds:
            print(f"{question['id']} {question['question']}\n  true: {truth}\n  said: {said or '-'}")
    record = recorded(right, unanswered, time.perf_counter() - began, options)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / f"{record.task}-{time.strftime('%Y%m%dT%H%M%S')}.json"
    path.write_text(json.dumps(record.to_json(), indent=2) + "\n", "utf-8")


def arguments() -> argparse.Namespace:
    """Return the settings of this run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=SETS, default="first", help="the first 300 questions, or the second set")
    parser.add_argument("--model", default="", help="ask galiot run with this model; else the answering itself")
    parser.add_argument("--failures", action="store_true", help="print the questions that are not answered right")
    parser.add_argument("--readings", type=Path, default=OUT, help="where the readings are made")
    parser.add_argument("--out", type=Path, default=HERE.parents[2] / "build" / "records")
    return parser.parse_args()


def by_function(paths: dict[str, Path]) -> Ask:
    """Return what asks the answering itself."""
    readings = {name: read(str(path)) for name, path in paths.items()}

    def ask(name: str, question: str) -> str:
        said = answer(readings[name], question)
        return said.text if said else ""

    return ask


def by_command(paths: dict[str, Path], model: str) -> Ask:
    """Return what asks the command line, where a model reports what the answering does not understand."""

    def ask(name: str, question: str) -> str:
        command = [sys.executable, "-m", "galiot", "run", model, question, "--reading", str(paths[name]), "--json"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            print(f"{question}: {done.stderr.strip()}", file=sys.stderr)
            return ""
        return str(json.loads(done.stdout)["text"])

    return ask


def recorded(right: dict[str, list[bool]], unanswered: int, seconds: float, options: argparse.Namespace) -> Record:
    """Print the table and return its record."""
    rows: dict[str, Any] = {}
    every = [one for kind in right.values() for one in kind]
    for kind, marks in [*sorted(right.items()), ("all", every)]:
        low, high = wilson(sum(marks), len(marks))
        rows[kind] = {"right": sum(marks), "asked": len(marks), "wilson_95": [low, high]}
        share = sum(marks) / len(marks)
        print(f"{kind:14} {sum(marks):3} of {len(marks):3}  {100 * share:5.1f} % [{100 * low:.1f}-{100 * high:.1f}]")
    print(f"not understood: {unanswered}; {1000 * seconds / len(every):.0f} ms a question")
    digest, model = hashlib.sha256(SETS[options.set].read_bytes()).hexdigest(), options.model
    return Record(
        task="series-questions",
        model=model,
        model_sha256="",
        settings={"questions_sha256": digest, "path": "galiot run" if model else "galiot.senses.series.answer"},
        figures={"kinds": rows, "not_understood": unanswered, "seconds_a_question": seconds / len(every)},
    )


if __name__ == "__main__":
    main()
