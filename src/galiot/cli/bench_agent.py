"""galiot bench agent"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from galiot.bench.agent.play import Played
    from galiot.record import Record

Suite = Literal["plain", "homes", "phrased", "steps", "ask", "invalid", "timed", "hostile", "scale"]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class AgentBenchOptions(Output):
    """Settings of `galiot bench agent`."""

    suite: Suite | None = None
    """One suite; else all, homes only with --data."""
    model: str = "smollm2-135m"
    """The model that reads what rules do not: a name in the local library, or a GGUF file."""
    adapter: Path | None = None
    """What tunes the model to planning; else the one that comes with the package, where it fits the model."""
    no_model: bool = False
    """Rules alone."""
    no_rules: bool = False
    """The model alone."""
    threads: int | None = None
    """Processors that the model uses; else all that this process may."""
    data: Path | None = None
    """Folder of the public small homes, for the suite homes."""
    limit: int = 0
    """Cases of a suite at most, spread over it; 0 is all."""
    seed: int = 0
    """Of the sentences of plain."""
    out: Path | None = None
    """Folder for the records and the raw answers of each suite."""
    peer_python: Path | None = None
    """An interpreter that has Needle 3: measure it in place of Galiot, in the suites that it can take part in."""
    peer_program: Path = Path("benchmarks/agent/needle_program.py")
    """The program that asks it."""
    peer_threshold: float = 0.0
    """A call of which the peer is less sure counts as a refusal."""


def main(*, options: AgentBenchOptions = AgentBenchOptions()) -> None:
    """Measure what the agent gets right: end states of homes in memory, answers, refusals, and how long it takes."""
    from galiot.bench.agent.measure import SUITES, Asked, measure
    from galiot.bench.agent.peer import SUITES as PEER_SUITES

    suites = [options.suite] if options.suite else [name for name in SUITES if name != "homes" or options.data]
    if options.peer_python and not options.suite:
        suites = [name for name in suites if name in PEER_SUITES]
    tested, records = _tested(options), []
    try:
        for suite in suites:
            asked = Asked(suite=suite, data=options.data, limit=options.limit, seed=options.seed)
            with terminal.progress(suite, unit="cases") as progress:
                record, played = asyncio.run(measure(asked, tested, progress=progress))
            records.append(record)
            if options.out:
                _keep(record, played, options.out)
    finally:
        tested.close()
    if options.json:
        terminal.print_json({"suites": {record.settings["suite"]: record.to_json() for record in records}})
    else:
        _show(records)


def _tested(options: AgentBenchOptions) -> Any:
    from galiot.agent.config import AgentConfig
    from galiot.bench.agent.ours import Ours
    from galiot.bench.agent.peer import ToolCaller

    if options.peer_python:
        return ToolCaller(options.peer_python, options.peer_program, options.peer_threshold)
    return Ours(
        AgentConfig(
            simulate=True,
            model=None if options.no_model else options.model,
            adapter=options.adapter,
            rules=not options.no_rules,
            threads=options.threads,
        )
    )


def _keep(record: Record, played: Sequence[Played], folder: Path) -> None:
    """Write the raw answers, then the record."""
    from galiot.files import atomic_write

    folder.mkdir(parents=True, exist_ok=True)
    name = f"{record.task}-{record.date.replace(':', '')}"
    rows = "".join(json.dumps(one.to_json(), default=str) + "\n" for one in played)
    for ending, text in ((".answers.jsonl", rows), (".json", json.dumps(record.to_json(), indent=2) + "\n")):
        with atomic_write(folder / f"{name}{ending}") as file:
            file.write(text.encode())


def _show(records: Sequence[Record]) -> None:
    rows = []
    for record in records:
        figures, suite = record.figures, record.settings["suite"]
        parts = {f"{suite} at {size}": part for size, part in figures["sizes"].items()} if "sizes" in figures else {}
        for name, part in (parts or {suite: figures}).items():
            rows.append({"suite": name} | _row(part))
            if not parts:
                rows += [{"suite": f"  {kind}"} | _row(one) for kind, one in part["kinds"].items() if suite != "homes"]
    terminal.print_table(rows)
    for record in records:
        for line in _lines(record):
            terminal.say(line)


def _row(part: Mapping[str, Any]) -> dict[str, Any]:
    low, high = (100 * bound for bound in part["ci95"])
    row = {"n": part["n"], "right, %": f"{100 * part['score']:.1f}", "95 %": f"{low:.1f}-{high:.1f}"}
    for source in ("rules", "model"):
        one = part.get("sources", {}).get(source)
        row[f"by {source}"] = f"{one['right']}/{one['n']}" if one else ""
        seconds = part.get("seconds", {}).get(source)
        row[f"{source}, ms"] = f"{1000 * seconds['median_s']:.0f} / {1000 * seconds['p95_s']:.0f}" if seconds else ""
    return row


def _lines(record: Record) -> list[str]:
    figures, suite = record.figures, record.settings["suite"]
    told = []
    if suite == "hostile":
        clean, injected = figures["utility_clean"]["score"], figures["utility_injected"]["score"]
        told.append(
            f"hostile: {figures['executed']} of {figures['injections']} injections executed; right without them "
            f"{100 * clean:.1f} %, with them {100 * injected:.1f} %"
        )
    if suite == "homes":
        asked, clear = figures["with_one_reply"]["score"], figures["clear"]["score"]
        told.append(
            f"homes: {100 * clear:.1f} % of what is clear; {100 * asked:.1f} % where a question gets one answer"
        )
    if suite in ("timed", "steps") and (dry := figures["dry_run_equal"])["n"]:
        told.append(f"{suite}: {dry['right']} of {dry['n']} dry runs equal the real run")
    if suite == "ask":
        told.append(f"ask: {figures['unfounded_numbers']} numbers that no reading gives")
    if suite == "invalid":
        done, reason = figures["nothing_wrong_done"]["score"], figures["right_reason"]["score"]
        told.append(f"invalid: {100 * done:.1f} % did nothing wrong, {100 * reason:.1f} % gave the right reason")
    if suite == "scale" and figures["latency_ratio"]:
        told.append(f"scale: median latency of the model at 1000 is {figures['latency_ratio']:.2f} of that at 20")
    return told
