"""From a file of data to an adapter that was judged: the whole way, in order."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from galiot.errors import ConfigError, DivergedError, GaliotError, RequestError
from galiot.files import check_out
from galiot.model.adapter import Adapter, write_adapter
from galiot.model.model import Model, open_model
from galiot.runtime import heap
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session
from galiot.tune.checkpoint import Checkpoint, Identity, checkpoint_path, read_checkpoint
from galiot.tune.data import Batches, Rows, Samples, encode, read_rows
from galiot.tune.gate import Gate, Verdict
from galiot.tune.loop import Saving, StepProgress, train
from galiot.tune.methods import make_method
from galiot.tune.order import Order, check_disk, check_type_wanted, remove_parts
from galiot.tune.outcome import Tuned
from galiot.tune.settings import TuneSettings
from galiot.tune.tuned import TunedModel, add_facts, read_tuned

if TYPE_CHECKING:
    from galiot.tune.forecast import Forecast
    from galiot.tune.select import Selection

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listener:
    """Who is told what while a run goes on."""

    step: StepProgress | None = None
    """After each step."""
    stage: Callable[[str], None] = lambda _: None
    """What is being done between the steps."""
    forecast: Callable[[Forecast], None] = lambda _: None
    """What the method is expected to need, before it starts."""


@dataclass(kw_only=True)
class Prepared:
    """The data in the model's tokens."""

    rows: Rows
    others: Rows
    """Those held out."""
    samples: Samples
    """Of all rows but those held out."""
    held_out: Samples

    @property
    def skipped(self) -> list[tuple[str, int, str]]:
        """(file, line, why) of each malformed row."""
        return sorted({(rows.path, line, why) for rows in (self.rows, self.others) for line, why in rows.skipped})


def tune(model: Model, order: Order, settings: TuneSettings, listener: Listener | None = None) -> Tuned:
    """Tune a model and write what was learned to `order.out`, which is there whole or as it was.

    raises: RequestError, FileError, FormatError for what was asked or given; BudgetError for more memory than is
        granted; DivergedError for a loss that is no number; KeyboardInterrupt, with a checkpoint, after Ctrl-C
    """
    return _Tuning(model, order, settings, listener or Listener()).run()


def prepare(model: Model, order: Order, settings: TuneSettings) -> Prepared:
    """Read the data, hold some out, and put it into the model's tokens.

    raises: as `read_rows` and `encode`
    """
    if settings.sequence > model.spec.context:
        raise ConfigError(
            f"sequence is {settings.sequence}, the model was made for at most {model.spec.context} tokens"
        )
    rows = read_rows(order.data, settings.tolerate)
    if order.held_out is None:
        rows, others = rows.split(settings.seed)
    else:
        others = read_rows(order.held_out, settings.tolerate)
    found = Prepared(
        rows=rows, others=others, samples=_encoded(rows, model, settings), held_out=_encoded(others, model, settings)
    )
    for path, line, why in found.skipped:
        log.warning("%s: line %d is skipped: %s", path, line, why)
    return found


def decide(
    model: Model, samples: Samples, settings: TuneSettings, method: str | None = None
) -> tuple[TuneSettings, Forecast]:
    """Return the settings with the method, its rate and the steps decided, and what it is expected to need.

    method: the one that a run began with
    raises: BudgetError when nothing fits into `settings.memory_bytes`
    """
    from galiot.tune.forecast import choose

    if method is not None and settings.method == "auto":
        settings = settings.with_method(method)
    found = choose(model, samples.samples, settings)
    return settings.with_method(found.method).decided(samples=len(samples)), found


class _Tuning:
    """One run, step by step; each step leaves in `told` what it found."""

    def __init__(self, model: Model, order: Order, settings: TuneSettings, listener: Listener) -> None:
        self.started = time.monotonic()
        self.model, self.order, self.settings, self.listener = model, order, settings, listener

    def run(self) -> Tuned:
        out, order = self.order.out, self.order
        read = {"the model": self.model.path, "the data": order.data, "the held-out data": order.held_out}
        check_out(out, read)
        remove_parts(out)
        self.fresh = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")  # a whole model that is not judged yet
        check_type_wanted(self.order, self.settings.method)
        self.earlier = _earlier(self.order)
        self.about: dict[str, Any] = dict(self.earlier.about or {}) if self.earlier else {}
        self.listener.stage("reading the data")
        self.prepared = prepare(self.model, self.order, self.settings)
        self.told = Tuned(out=self.order.out, skipped=self.prepared.skipped)
        self.old = self._old()
        if self.order.if_drift and not self.earlier and not self._is_case():
            return self._ended()
        self._choose()
        self._decide()
        self._measure_before()
        try:
            adapter = self._train()
            self._judge(adapter)
            if self.told.accepted:
                self._write(adapter)
        finally:
            self.fresh.unlink(missing_ok=True)
        if self.told.run.stopped == "steps":
            self.saving.path.unlink(missing_ok=True)
        return self._ended()

    def _ended(self) -> Tuned:
        self.told.seconds = time.monotonic() - self.started
        return self.told

    def _old(self) -> Adapter | TunedModel | None:
        """Return what the new adapter or model takes the place of, where that has a say."""
        if not self.order.out.exists() or not (self.order.reject_worse or self.order.if_drift):
            return None
        try:
            return read_tuned(self.order.out, self.model)
        except GaliotError as error:
            log.warning("what is there now is not looked at: %s", error)
            return None

    def _is_case(self) -> bool:
        """Tell whether the data have moved away from what was learned before; if not, say so."""
        from galiot.tune.drift import drift

        self.listener.stage("comparing the data with what was learned from")
        self.told.drift = drift(self.model, self.prepared.samples.samples, self.old, threads=self.settings.threads)
        if not self.told.drift.case:
            self.told.accepted, self.told.why = True, self.told.drift.why
        return self.told.drift.case

    def _choose(self) -> None:
        """Choose what to learn from; a run that goes on learns from what it chose before."""
        self.samples = self.prepared.samples
        if self.order.keep is not None:
            if self.earlier is None:
                self.listener.stage("choosing rows")
                self.told.selection = _select(self.prepared.rows, self.model, self.order.keep, self.settings)
                self.about["kept"] = [row.line for row in self.told.selection.rows.rows]
            lines = set(self.about.get("kept") or ())
            rows = self.prepared.rows.rows
            self.samples = self.samples.of_rows({place for place, row in enumerate(rows) if row.line in lines})
            if not self.samples.samples:
                raise RequestError(f"{self.order.data}: other rows were kept before: start anew without --resume")
        self.told.samples, self.told.cut, self.told.refused = (
            len(self.samples),
            self.samples.cut,
            self.samples.refused,
        )

    def _decide(self) -> None:
        began_with = self.earlier.identity.method if self.earlier else None
        self.settings, self.told.forecast = decide(self.model, self.samples, self.settings, began_with)
        self.told.method = self.settings.method
        self.listener.forecast(self.told.forecast)
        check_disk(self.model, self.order.out, self.settings)

    def _measure_before(self) -> None:
        """Measure the model as it is, unless an earlier part of this run did."""
        self.gate = Gate(self.model, self.prepared.held_out.samples, threads=self.settings.threads)
        if "held_out_before" not in self.about:
            self.listener.stage("measuring the model as it is")
            begin = time.monotonic()
            self.about["held_out_before"] = self.gate.before()
            self.about["gate_seconds"] = time.monotonic() - begin
        identity = Identity(
            method=self.settings.method,
            model=self.model.sha256,
            data=f"{self.samples.digest()} {self.prepared.held_out.digest()}",
            settings=self.settings.digest(),
        )
        self.saving = Saving(path=checkpoint_path(self.order.out), identity=identity, about=self.about)

    def _train(self) -> Adapter | None:
        """Return what was learned; None where it is a whole model, which then lies in `fresh`."""
        settings = self.settings
        self.listener.stage(f"getting {settings.method} ready")
        batches = Batches(self.samples.samples, batch=settings.batch, seed=settings.seed)
        with make_method(settings.method, self.model, settings) as method:
            self.told.run = train(
                method,
                batches,
                settings,
                saving=self.saving,
                resume=self.earlier is not None,
                deadline=self._deadline(),
                progress=self.listener.step,
            )
            if not method.whole:
                return method.adapter()
            method.save(self.fresh, self._about(), self.order.type)
            return None

    def _deadline(self) -> float | None:
        """Return when the last step has to be done, so that there is time for the gate."""
        if self.settings.seconds is None:
            return None
        judging = float(self.about["gate_seconds"]) * self.gate.share(old=self.old is not None)
        return self.started + self.settings.seconds - judging

    def _judge(self, adapter: Adapter | None) -> None:
        self.listener.stage("measuring what was learned")
        heap.trim()  # what training left there would lie beside the engine's weights
        before = float(self.about["held_out_before"])
        self.told.verdict = self._verdict(adapter, before)
        if not self.told.verdict.finite:
            self.saving.path.unlink(missing_ok=True)  # to go on from there would end here again
            raise DivergedError(
                f"after step {self.told.run.step} the engine's loss is no number: {self.told.verdict.why}; nothing is "
                f"written, give a --rate below {self.settings.rate:.2g}",
                step=self.told.run.step,
            )
        self.told.accepted = self.told.verdict.better or not self.order.reject_worse
        self.told.why = self.told.verdict.why

    def _verdict(self, adapter: Adapter | None, before: float) -> Verdict:
        """Judge what was learned beside the model as it is, and beside what is there where that may stay."""
        old = self.old if self.order.reject_worse else None
        if adapter is not None and not isinstance(old, TunedModel):
            return self.gate.after(adapter, before, old)
        if adapter is not None:
            found = self.gate.after(adapter, before)
        else:
            with open_model(self.fresh) as tuned:
                found = self.gate.after_whole(tuned, before)
        if old is None:
            return found
        if isinstance(old, Adapter):
            return replace(found, held_out_old=self.gate.loss_of(self.model, old))
        with open_model(old.path) as model:
            return replace(found, held_out_old=self.gate.loss_of(model))

    def _write(self, adapter: Adapter | None) -> None:
        about = {**_judged(self.told.verdict), **self._statistics()}
        if adapter is None:
            add_facts(self.fresh, self.order.out, about)
        else:
            write_adapter(self.order.out, replace(adapter, about=self._about() | about, name=self.order.out.stem))

    def _about(self) -> dict[str, object]:
        """Return what the file says of its making, so that it can be made again."""
        from galiot.model.convert.provenance import made_from

        settings, run = self.settings, self.told.run
        step = (
            f"tune --method {settings.method} --steps {run.step} --batch {settings.batch} "
            f"--sequence {settings.sequence} --rank {settings.rank} --rate {settings.rate:g} --seed {settings.seed}"
        )
        step += f" --type {self.order.type}" if self.order.type else ""
        known = made_from(self.model.sha256, [*self.model.file.strings("galiot.steps", ()), step])
        return {
            **{key.removeprefix("galiot."): value for key, value in known.items()},
            "tune.method": settings.method,
            "tune.steps": run.step,
            "tune.seed": settings.seed,
            "tune.samples": len(self.samples),
            "tune.data.sha256": self.prepared.rows.sha256,
            "tune.loss.first": run.curve[0],
            "tune.loss.last": run.curve[-1],
        }

    def _statistics(self) -> dict[str, object]:
        """Return what later data are compared with, to find out whether they have moved away."""
        from galiot.tune.drift import statistics
        from galiot.tune.scan import PAGE

        self.listener.stage("noting what the data are like")
        samples = self.prepared.samples.samples
        longest = max(map(len, samples))
        config = RuntimeConfig(context=longest + max(longest, PAGE), threads=self.settings.threads)
        with Session(self.model, config) as session:
            return statistics(session, samples)


def _earlier(order: Order) -> Checkpoint | None:
    """Return the checkpoint to go on from, without its numbers."""
    path = checkpoint_path(order.out)
    if not order.resume:
        if path.exists():
            log.warning("%s is of an earlier run, which --resume would go on with: this one starts anew", path)
        return None
    if not path.exists():
        log.warning("there is no checkpoint %s: starting at the first step", path)
        return None
    return read_checkpoint(path, state=False)


def _encoded(rows: Rows, model: Model, settings: TuneSettings) -> Samples:
    return encode(rows, model, sequence=settings.sequence, overlong=settings.overlong, raw=settings.raw)


def _select(rows: Rows, model: Model, keep: str, settings: TuneSettings) -> Selection:
    from galiot.tune.select import select

    return select(
        rows,
        model,
        keep=keep,
        seed=settings.seed,
        sequence=settings.sequence,
        raw=settings.raw,
        threads=settings.threads,
        memory_bytes=settings.memory_bytes,
    )


def _judged(verdict: Verdict | None) -> dict[str, object]:
    assert verdict is not None
    return {f"tune.{name}": value for name, value in asdict(verdict).items() if value is not None}
