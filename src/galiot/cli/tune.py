"""galiot tune"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Duration, Output, Size
from galiot.errors import BudgetError, RequestError

if TYPE_CHECKING:
    from galiot.model.model import Model
    from galiot.tune.order import Order
    from galiot.tune.outcome import Tuned
    from galiot.tune.settings import TuneSettings


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TuneOptions(Output):
    """Settings of `galiot tune`."""

    data: Path
    """JSON lines to learn from: messages, prompt and completion, or text."""
    out: Path | None = None
    """The file of the adapter (of the model, for full); what is there stays until the new one is complete."""
    forecast: bool = False
    """Tell what each method would need and which one would be taken, and do nothing."""
    method: Literal["auto", "lora", "rslora", "dora", "full", "mezo"] = "auto"
    """How to learn; auto takes the best one that fits into the memory."""
    memory: Size | None = None
    """What the whole process may use, such as 600MiB; more is refused before it begins."""
    time: Duration | None = None
    """When to stop, in good order, such as 30min."""
    keep: str | None = None
    """Learn from so many rows only, chosen by the model: a share such as 5%, or a number."""
    held_out: Path | None = None
    """Rows to judge by; else a tenth of the data, which is not learned from."""
    reject_worse: bool = False
    """Keep what is at --out when the new adapter does not predict the held-out rows better."""
    if_drift: bool = False
    """Do nothing unless the data have moved away from what the adapter at --out was tuned on."""
    type: Literal["f32", "f16", "bf16", "q8_0", "q4_0", "q4_1"] | None = None
    """How the model that full writes stores its weights; else changed ones as F16; 4 bits lose most of it."""
    resume: bool = False
    """Go on from where an interrupted run with the same data and settings was."""
    steps: int | None = None
    """Updates; else as many as three passes over the data take."""
    batch: int = 4
    """Samples of an update."""
    sequence: int = 256
    """Longest sample, in tokens."""
    overlong: Literal["cut", "refuse"] = "cut"
    """Longer samples lose their end, or are left out."""
    tolerate: int = 0
    """Malformed rows that are skipped; one more is an error."""
    raw: bool = False
    """Take prompt and completion as they are, without the model's chat template."""
    rank: int = 8
    """Rank of the adapter."""
    alpha: float | None = None
    """The adapter counts alpha / rank; else twice the rank."""
    targets: str | None = None
    """Linear layers that get an adapter, such as attn_q,attn_v; else all seven."""
    start: Path | None = None
    """An adapter of the same model, rank and layers to go on from."""
    rate: float | None = None
    """Largest step size; else the method's own."""
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    """How the rate falls after the warm-up."""
    warmup: int | None = None
    """Updates until the rate is reached; else a twentieth of them."""
    clip: float = 1.0
    """Longest gradient."""
    accumulate: int = 1
    """Batches of one update."""
    optimizer: Literal["adamw", "adamw8", "adafactor"] = "adamw"
    """What it keeps: two numbers for each that is learned, two of 8 bits, or sums over rows and columns."""
    checkpoints: Literal["memory", "disk"] = "memory"
    """Where the inputs of layers wait for the way back."""
    save_every: int = 50
    """Updates between two checkpoints."""
    seed: int = 0
    """The same seed, data and settings give the same adapter."""
    threads: int | None = None
    """Processors to use; else all that this process may."""

    def __post_init__(self) -> None:
        if self.out is None and not self.forecast:
            raise RequestError("say where the adapter goes with --out, or ask for a --forecast only")


_SAME = (
    *("method", "steps", "batch", "sequence", "overlong", "tolerate", "raw", "rank", "alpha", "rate", "schedule"),
    *("warmup", "clip", "accumulate", "optimizer", "checkpoints", "save_every", "seed", "threads"),
)


def main(model: str, /, *, options: TuneOptions) -> int:
    """Tune a model on data of your own, into an adapter.

    Parameters
    ----------
    model
        A name in the local library, or the path of a GGUF file.
    """
    from galiot.model.model import open_model

    settings, order = _settings(options), _order(options)
    with terminal.progress(f"getting {model}") as progress:
        opened = open_model(model, progress)
    with opened:
        if options.forecast:
            return _show_forecast(opened, order, settings, options)
        made = _tune(opened, order, settings)
    if options.json:
        terminal.print_json({"model": opened.name, **made.to_json()})
    else:
        _show(made)
    if not made.accepted:
        terminal.say(f"galiot: the new adapter does not help, {made.out} is as it was: {made.why}")
    return 0 if made.accepted else 1


def _settings(options: TuneOptions) -> TuneSettings:
    from galiot.tune.settings import TuneSettings

    given: dict[str, Any] = {name: getattr(options, name) for name in _SAME}
    if options.targets is not None:
        given["targets"] = tuple(name.strip() for name in options.targets.split(","))
    if options.start is not None:
        given["start"] = str(options.start)
    return TuneSettings(memory_bytes=options.memory, seconds=options.time, **given)


def _order(options: TuneOptions) -> Order:
    from galiot.tune.order import Order

    return Order(
        data=options.data,
        out=options.out or Path("forecast.gguf"),
        held_out=options.held_out,
        keep=options.keep,
        resume=options.resume,
        reject_worse=options.reject_worse,
        if_drift=options.if_drift,
        type=options.type,
    )


def _tune(model: Model, order: Order, settings: TuneSettings) -> Tuned:
    from galiot.cli.training import training_view
    from galiot.tune.checkpoint import checkpoint_path
    from galiot.tune.tuning import Listener, tune

    try:
        with training_view() as view:
            return tune(model, order, settings, Listener(view.step, view.stage, view.forecast))
    except KeyboardInterrupt:
        path = checkpoint_path(order.out)
        terminal.say(f"stopped; --resume goes on from {path}" if path.exists() else "stopped; nothing was kept")
        raise


def _show(made: Tuned) -> None:
    from galiot.cli.training import span

    if made.verdict is None:
        terminal.say(made.why)
        return
    run = made.run
    samples = f"{made.samples} samples" + (f", {made.cut} of them cut" if made.cut else "")
    samples += f", {made.refused} left out" if made.refused else ""
    samples += f", {len(made.skipped)} rows skipped" if made.skipped else ""
    spent = made.to_json()["spent"]
    terminal.say(
        f"{made.method}, {run.step} steps on {samples}: loss {run.curve[0]:.4f} to {run.curve[-1]:.4f}; "
        f"{spent['tokens']} tokens at {spent['tokens_per_s']:.0f}/s, {span(made.seconds)} in all; "
        f"memory {terminal.size(spent['peak_bytes'])}"
    )
    if run.stopped == "time":
        terminal.say("the time was up before the last step: --resume goes on from here")
    if made.accepted:
        terminal.say(made.why)
        print(made.out)


def _show_forecast(model: Model, order: Order, settings: TuneSettings, options: TuneOptions) -> int:
    """Show every method, and return 1 when the memory that is granted is enough for none that may be taken."""
    from galiot.tune.forecast import choose, forecasts
    from galiot.tune.tuning import prepare

    samples = prepare(model, order, settings).samples.samples
    found, refused = forecasts(model, samples, settings), ""
    try:
        taken = choose(model, samples, settings).method
    except BudgetError as error:
        taken, refused = "", str(error)
    if options.json:
        told = [forecast.to_json() for forecast in found]
        terminal.print_json({"model": model.name, "forecasts": told, "taken": taken or None})
    else:
        rows = [
            {
                "method": forecast.method,
                "memory": terminal.size(forecast.total),
                "at": forecast.moment,
                "decides": f"{forecast.decides} {terminal.size(forecast.parts[forecast.decides])}",
                "taken": "yes" if forecast.method == taken else "",
            }
            for forecast in found
        ]
        terminal.print_table(rows, right=("memory",))
    if refused:
        terminal.say(f"galiot: {refused}")
    return 1 if refused else 0
