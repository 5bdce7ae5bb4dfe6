"""galiot bench speed"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output

if TYPE_CHECKING:
    from galiot.record import Record


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SpeedOptions(Output):
    """Settings of `galiot bench speed`."""

    vs: Literal["llama.cpp"] | None = None
    """Measure this peer too, in turn with ours."""
    threads: int = 2
    """Processors to use."""
    prompt: int = 512
    """Tokens that are read at once."""
    tokens: int = 128
    """Tokens that are written one by one."""
    depth: int = 0
    """Tokens that are in the cache before either begins."""
    repeats: int = 5
    """Measurements of each, of which the median is told."""
    seed: int = 0
    """Of the random tokens that are read."""
    peer_python: Path | None = None
    """An interpreter that has a binding of llama.cpp; else build/peer, else this one."""


def main(model: str, /, *, options: SpeedOptions = SpeedOptions()) -> None:
    """Measure how fast a model reads a prompt and writes an answer.

    Parameters
    ----------
    model
        A name in the local library, or the path of a GGUF file.
    """
    from galiot.bench.peer import LlamaCpp
    from galiot.bench.speed import SpeedConfig, measure_speed
    from galiot.model.model import open_model

    config = SpeedConfig(
        threads=options.threads,
        prompt=options.prompt,
        tokens=options.tokens,
        depth=options.depth,
        repeats=options.repeats,
        seed=options.seed,
    )
    peer = LlamaCpp(options.peer_python) if options.vs else None
    with terminal.progress(f"getting {model}") as progress:
        opened = open_model(model, progress)
    with terminal.progress("measuring", unit="repeats") as progress:
        record = measure_speed(opened, config, peer=peer, progress=progress)
    if options.json:
        told = record.to_json()
        figures = {name: told[name] for name in record.figures}
        terminal.print_json({**figures, "spread": told["spread"], "record": told})
    else:
        _show(record)


def _show(record: Record) -> None:
    figures, counts = record.figures, record.settings
    rows = []
    for kind, count in (("prefill", counts["prompt"]), ("decode", counts["tokens"])):
        key = f"{kind}_tokens_per_s"
        if key not in figures:
            continue
        row = {"test": f"{kind} {count}" + (f" at {counts['depth']}" if counts["depth"] else "")}
        row["tokens/s"] = _with_span(figures[key], record.spread[key])
        if "peer" in figures:
            row[figures["peer"]["name"]] = _with_span(figures["peer"][key], record.spread[f"peer.{key}"])
            row["ratio"] = _with_span(figures["ratio"][kind], record.spread[f"ratio.{kind}"], digits=2)
        rows.append(row)
    terminal.print_table(rows)
    if "ceiling_share" in figures:
        ceiling = f"{figures['ceiling_tokens_per_s']:.0f} tokens/s that memory bandwidth allows"
        terminal.say(f"decode reaches {100 * figures['ceiling_share']:.0f} % of the {ceiling}")
    terminal.say(f"{record.model}, {counts['threads']} threads, medians of {record.repeats}, {record.device}")


def _with_span(median: float, span: tuple[float, float], digits: int = 0) -> str:
    return f"{median:.{digits}f} [{span[0]:.{digits}f}-{span[1]:.{digits}f}]"
