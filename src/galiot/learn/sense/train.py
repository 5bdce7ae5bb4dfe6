"""Training a sense by its recipe: measure, grow trees, train networks, join them out of fold, write one file."""

from __future__ import annotations

import logging
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import BudgetError, ConfigError, RequestError
from galiot.files import check_out
from galiot.learn.sense.examples import Examples, bare_file, feature_names, measure_examples, read_examples
from galiot.learn.sense.joining import join
from galiot.learn.sense.labels import label_set, truth_of
from galiot.learn.sense.records import Record, divide, hash_of, parts_of, read_records
from galiot.learn.sense.scores import out_of_fold_scores
from galiot.learn.sense.stages import Arrays, Stages, hash_of_text
from galiot.model.model import open_model
from galiot.runtime.config import RuntimeConfig
from galiot.senses.base import Floats, Label, Statement
from galiot.senses.file import SenseFile, read_sense, without_language, write_sense
from galiot.senses.head import Head
from galiot.senses.recipe import LanguageRecipe, Recipe, read_recipe
from galiot.senses.sense import Sense

log = logging.getLogger(__name__)

Said = Callable[[str, int, int], None]
"""Called with a stage, what is done of it and how much there is."""
Stated = Sequence[Sequence[Statement]]
"""Of each example, what is stated of it."""
_PROCESS_BYTES = 450 << 20
_FOREST_BYTES = 40  # a node while trees grow


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A sense that was made, and what it cost."""

    path: Path
    scores: dict[str, Any]
    seconds: float
    bytes: int
    labels: int
    examples: int
    failed: tuple[str, ...]


def train(
    recipe: str | Path,
    data: str | Path | None,
    out: str | Path,
    *,
    memory_bytes: int | None = None,
    time_s: float | None = None,
    resume: bool = False,
    start: str | Path | None = None,
    said: Said | None = None,
) -> Trained:
    """Make a sense.

    recipe: name of a shipped recipe, or a TOML file; data: folder that the recipe describes, None for one that makes
        its data; out: file to write
    time_s: networks that would take longer than what is left are not trained, a language model learns until then
    start: a sense file of the same labels that is kept as it judges; only the language model is taught anew
    raises: RequestError, ConfigError, FileError, BudgetError (before anything is spent), MissingExtraError
    """
    begin = time.monotonic()
    run = Training.of(recipe, Path(data or ""), Path(out), resume=resume, said=said or (lambda *_: None))
    if memory_bytes is not None and (needed := run.forecast()) > memory_bytes:
        raise BudgetError("bytes", needed=needed, allowed=memory_bytes, advice="take fewer augment.copies or records")
    until = begin + time_s if time_s else None
    file, stated = run.judging(until) if start is None else run.started(Path(start))
    if run.recipe.language is not None:
        file = run.language(file, run.recipe.language, stated, until)
    write_sense(run.out, file)
    run.stages.remove()
    examples = run.examples()
    return Trained(
        path=run.out,
        scores=dict(file.scores),
        seconds=time.monotonic() - begin,
        bytes=run.out.stat().st_size,
        labels=len(run.labels),
        examples=len(examples.prepared),
        failed=examples.failed,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Made:
    """A trained member: its kind, its tensors and settings, and its logits (examples, labels) out of fold."""

    kind: str
    tensors: Arrays
    settings: dict[str, object]
    out_of_fold: Floats


class Training:
    """One training; every stage is kept as soon as it is done."""

    def __init__(
        self,
        recipe: Recipe,
        text: str,
        records: list[Record],
        labels: tuple[Label, ...],
        *,
        data: Path,
        out: Path,
        stages: Stages,
        said: Said,
    ) -> None:
        self.recipe, self.text, self.records, self.labels = recipe, text, records, labels
        self.data, self.out, self.stages, self.said = data, out, stages, said
        self.truth = truth_of(labels, records, recipe, data)
        self.names: tuple[str, ...] = ()
        self.base_sha256: str | None = None
        """Of the language model whose names of channels a network knows."""
        self._examples: Examples | None = None

    @classmethod
    def of(cls, name: str | Path, data: Path, out: Path, *, resume: bool, said: Said) -> Training:
        recipe, text = read_recipe(name)
        check_out(out)
        records, _ = divide(recipe, read_records(recipe, data))
        labels = label_set(recipe, records, data)
        stages = Stages(out, {"data": hash_of(records), "recipe": hash_of_text(text)}, resume=resume)
        return cls(recipe, text, records, labels, data=data, out=out, stages=stages, said=said)

    def judging(self, until: float | None) -> tuple[SenseFile, Stated]:
        """Make what judges; return it, and what it states of each example out of fold."""
        rows = self.measure()
        members = [*self.forest(rows), *self.linear(rows), *self.networks(rows, until), *self.patches()]
        examples, labels = self.examples(), self.labels
        logits = np.stack([member.out_of_fold for member in members]).astype(np.float64)
        kinds = [member.kind for member in members]
        head = join(logits, examples.truth, labels, self.recipe.head, kinds)
        scores = out_of_fold_scores(logits, examples, labels, self.recipe, kinds)
        file = self.file(members, head, scores, sum(self.stages.seconds.values()))
        each = np.moveaxis(logits, 1, 0).astype(np.float32)
        return file, [head.statements(head.probabilities(one)) for one in each]

    def started(self, path: Path) -> tuple[SenseFile, Stated]:
        """Return a sense that is there, and what it states of each example.

        raises: RequestError where it has other labels or the recipe teaches no language model
        """
        if self.recipe.language is None:
            raise RequestError(f"the recipe {self.recipe.name} has no [language]: there is nothing to go on with")
        file = without_language(read_sense(path))
        if [label.code for label in file.labels] != [label.code for label in self.labels]:
            raise RequestError(f"{path}: has other labels than the recipe {self.recipe.name} finds in the data")
        with Sense(file) as sense:
            return file, [sense.statements(each) for each in self.examples().prepared]

    def forecast(self) -> int:
        """Return bytes that training will need at most, before anything is read."""
        recipe = self.recipe
        samples = round(recipe.rate_hz * recipe.window_s) or (recipe.patches.samples if recipe.patches else 0)
        count = len(self.records) * self._windows_a_record()
        windows = 12 * count * max(1, len(recipe.channels)) * samples
        features = 6 * 4 * count * (1 + recipe.augment.copies) * 600
        trees = recipe.forest.trees * (len(self.labels) + 1) if recipe.forest else 0
        grown = _FOREST_BYTES * trees * min(count * (1 + recipe.augment.copies), 4000) // 2
        torch = (700 << 20) if recipe.convolution or recipe.language or recipe.patches else 0
        return _PROCESS_BYTES + windows + max(features + grown, torch)

    def examples(self) -> Examples:
        """Read the records; done once."""
        if self._examples is None:
            file = bare_file(self.recipe, self.labels)
            parts = parts_of(self.recipe, self.records)
            self._examples = read_examples(self.recipe, self.records, self.truth, parts, file, self._heard("read"))
        return self._examples

    def measure(self) -> Floats:
        """Return features (1 + copies, examples, features), NaN where nothing was measured."""
        examples, recipe = self.examples(), self.recipe
        copies = recipe.augment.copies if recipe.forest or recipe.linear else 0

        def work() -> Arrays:
            names = feature_names(recipe, examples)
            rows = measure_examples(
                recipe, examples, names, copies=copies, seed=recipe.seed, progress=self._heard("measure")
            )
            return {"rows": rows, "names": np.array(names)}

        found = self.stages.run("measure", work)
        self.names = tuple(str(name) for name in found["names"])
        return np.asarray(found["rows"])

    def forest(self, rows: Floats) -> list[_Made]:
        """Grow trees: without each part for its logits, then on all."""
        recipe, examples = self.recipe, self.examples()
        if recipe.forest is None:
            return []
        from galiot.learn.sense.forest import filled, grow, judged, usual_values, views_of
        from galiot.senses.forest import forest_tensors

        settings, own = recipe.forest, len(recipe.labels.groups)
        parts = np.unique(examples.part)
        views = views_of(settings, self.labels, self.names)

        def fit(chosen: npt.NDArray[np.bool_]) -> tuple[Any, Floats]:
            usual = usual_values(rows[0, chosen])
            stacked = filled(rows[:, chosen].reshape(-1, rows.shape[2]), usual)
            truth = np.tile(examples.truth[chosen], (len(rows), 1))
            return grow(stacked, truth, settings, own=own, seed=recipe.seed, views=views), usual

        def work() -> Arrays:
            made = np.zeros(examples.truth.shape, np.float32)
            for number, part in enumerate(parts):
                apart = examples.part == part
                trees, usual = fit(~apart)
                made[apart] = judged(trees, filled(rows[0, apart], usual))
                self.said("trees", number + 1, len(parts) + 1)
            trees, usual = fit(np.ones(len(examples.part), bool))
            self.said("trees", len(parts) + 1, len(parts) + 1)
            return {"out_of_fold": made, **forest_tensors(trees, usual, "forest.0")}

        found = self.stages.run("forest", work)
        return [_Made(kind="forest", out_of_fold=found.pop("out_of_fold"), tensors=found, settings={})]

    def linear(self, rows: Floats) -> list[_Made]:
        """Tell classes apart by lines: without each part for its logits, then on all."""
        settings, examples = self.recipe.linear, self.examples()
        if settings is None:
            return []
        from galiot.learn.sense.discriminant import Discriminant, discriminate
        from galiot.senses.linear import linear_tensors

        def fit(chosen: npt.NDArray[np.bool_]) -> Discriminant:
            truth = np.tile(examples.truth[chosen], (len(rows), 1))
            return discriminate(rows[:, chosen].reshape(-1, rows.shape[2]), truth, settings.shrinkage)

        def work() -> Arrays:
            made = np.zeros(examples.truth.shape, np.float32)
            for part in np.unique(examples.part):
                apart = examples.part == part
                made[apart] = fit(~apart).judged(rows[0, apart])
            last = fit(np.ones(len(examples.part), bool))
            tensors = linear_tensors(last.middle, last.spread, last.weight, last.bias, "linear.0")
            return {"out_of_fold": made, **tensors}

        found = self.stages.run("linear", work)
        return [_Made(kind="linear", out_of_fold=found.pop("out_of_fold"), tensors=found, settings={})]

    def patches(self) -> list[_Made]:
        """Train a patch transformer: without each part for its logits, then on all."""
        settings, examples = self.recipe.patches, self.examples()
        if settings is None:
            return []
        from galiot.learn.sense.patching import Windows, judge_patches, train_patches
        from galiot.senses.names import namer_of
        from galiot.senses.patches import PatchSpec

        wanted = ("patch", "width", "heads", "layers", "inner")
        with open_model(settings.base) as model:
            spec = PatchSpec(**{name: getattr(settings, name) for name in wanted}, name_width=model.spec.width)
            windows, self.base_sha256 = Windows.of(examples, namer_of(model), spec.patch), model.sha256
        single = np.unique(examples.part)
        parts = np.array_split(single, min(len(single), settings.folds))
        total = (len(parts) + 1) * settings.passes

        def one(chosen: npt.NDArray[np.bool_], turn: int) -> Any:
            def heard(passes: int, _: float) -> None:
                self.said("patches", turn * settings.passes + passes, total)

            classes, places = self.recipe.labels.kind == "class", np.flatnonzero(chosen)
            return train_patches(
                windows, examples.truth, places, settings, spec, classes=classes, seed=self.recipe.seed, passed=heard
            )

        def work() -> Arrays:
            made = np.zeros(examples.truth.shape, np.float32)
            for turn, part in enumerate(parts):
                apart = np.isin(examples.part, part)
                made[apart] = judge_patches(one(~apart, turn), windows, np.flatnonzero(apart))
            net = one(np.ones(len(examples.part), bool), len(parts))
            return {"out_of_fold": made, **net.tensors("patch.0", half=True)}

        found = self.stages.run("patches", work)
        return [
            _Made(
                kind="patches",
                out_of_fold=found.pop("out_of_fold"),
                tensors=found,
                settings=spec.settings("patch.0"),
            )
        ]

    def networks(self, rows: Floats, until: float | None) -> list[_Made]:
        """Train networks, as many as the recipe asks for and the time allows."""
        settings = self.recipe.convolution
        if settings is None:
            return []
        found = []
        for number in range(settings.seeds):
            if until is not None and not self.stages.done(f"network{number}"):
                took = self.stages.seconds.get(f"network{number - 1}", 0.0)
                if time.monotonic() + took > until:
                    log.warning("%d of %d networks are trained: the time is up", number, settings.seeds)
                    break
            found.append(self._network(number, rows))
        return found

    def _network(self, number: int, rows: Floats) -> _Made:
        from galiot.learn.sense.network import Task, directions, judge, spec_of, train_network

        examples, recipe = self.examples(), self.recipe
        assert recipe.convolution is not None
        aside = directions(rows[0]) if recipe.convolution.features else None
        wide = np.array([label.group == label.code for label in self.labels])
        task = Task(
            windows=examples.windows,
            present=np.stack([each.present for each in examples.prepared]),
            truth=examples.truth,
            wide=wide if wide.any() else np.ones(len(wide), bool),
            aside=aside,
            classes=recipe.labels.kind == "class",
        )
        single = np.unique(examples.part)
        parts = np.array_split(single, min(len(single), recipe.convolution.folds))
        prefix, seed = f"conv.{number}", recipe.seed + 1000 * (number + 1)
        total = (len(parts) + 1) * recipe.convolution.passes

        def one(chosen: npt.NDArray[np.bool_], turn: int) -> Any:
            def heard(passes: int, _: float) -> None:
                assert recipe.convolution is not None
                self.said(f"network {number + 1}", turn * recipe.convolution.passes + passes, total)

            return train_network(task, np.flatnonzero(chosen), recipe, seed=seed, passed=heard)

        def work() -> Arrays:
            made = np.zeros(task.truth.shape, np.float32)
            for turn, part in enumerate(parts):
                apart = np.isin(examples.part, part)
                made[apart] = judge(one(~apart, turn), task.windows[apart])
            net = one(np.ones(len(examples.part), bool), len(parts))
            return {"out_of_fold": made, **net.tensors(prefix, half=True)}

        found = self.stages.run(f"network{number}", work)
        spec = spec_of(recipe.convolution, task.windows.shape[1])
        return _Made(
            kind="convolution",
            out_of_fold=found.pop("out_of_fold"),
            tensors=found,
            settings=spec.settings(prefix),
        )

    def language(self, file: SenseFile, settings: LanguageRecipe, stated: Stated, until: float | None) -> SenseFile:
        """Teach a language model to hear the sense; return the file with what it learned.

        stated: what the head states of each example, out of fold
        """
        from galiot.learn.sense.language import STAGES, LanguageTraining, Lessons, Stage
        from galiot.learn.sense.told import hidden_rows, readings_told

        examples = self.examples()
        with open_model(settings.base) as model, Sense(file) as sense:
            if sense.encoder is None:
                raise ConfigError("[language] needs a network whose hidden states it can hear: give [convolution]")
            lessons = Lessons(
                seen=readings_told(examples, self.labels, stated, file),
                labels=self.labels,
                truth=examples.truth,
                hidden=hidden_rows(examples, sense.encoder, settings.rows),
                questions=self.recipe.text.prompts,
            )
            threads = RuntimeConfig().thread_count
            learning = LanguageTraining(model, settings, lessons, seed=self.recipe.seed, threads=threads)
            for stage, steps in zip(STAGES, (settings.text, settings.align, settings.joint), strict=True):

                def work(stage: Stage = stage, steps: int = steps) -> Arrays:
                    learning.run(stage, steps, self._heard(f"language, {stage}"), until)
                    return learning.state()

                learning.restore(self.stages.run(f"language-{stage}", work))
            learning.close()
            return replace(
                file,
                tensors={**file.tensors, **learning.bridge.tensors()},
                settings={**file.settings, **learning.bridge.settings(settings.rows)},
                adapter=learning.adapter(),
                base_sha256=model.sha256,
                manifest={**file.manifest, "language": {"base": model.name, "losses": learning.losses}},
            )

    def file(self, members: list[_Made], head: Head, scores: dict[str, Any], seconds: float) -> SenseFile:
        """Put everything into one file."""
        settings: dict[str, object] = {}
        tensors: dict[str, npt.NDArray[Any]] = {}
        for member in members:
            settings |= member.settings
            tensors |= member.tensors
        return replace(
            bare_file(self.recipe, self.labels),
            members=tuple(member.kind for member in members),
            tensors=tensors | head.tensors(),
            settings=settings,
            features=self.names if any(member.kind in ("forest", "linear") for member in members) else (),
            base_sha256=self.base_sha256,
            recipe=self.text,
            manifest=self._manifest(seconds),
            scores=scores,
        )

    def _manifest(self, seconds: float) -> dict[str, Any]:
        packages = ("galiot", "numpy", "scikit-learn", "torch")
        parts = parts_of(self.recipe, self.records)
        split = sorted(f"{record.name} {part}" for record, part in zip(self.records, parts, strict=True))
        return {
            "attribution": self.recipe.attribution,
            "data_sha256": hash_of(self.records),
            "split_sha256": hash_of_text("\n".join(split)),
            "recipe_sha256": hash_of_text(self.text),
            "records": len(self.records),
            "persons": len({record.person for record in self.records}),
            "examples": len(self.examples().prepared),
            "parts": len(set(parts)),
            "seed": self.recipe.seed,
            "seconds": round(seconds, 1),
            "seconds_by_stage": {name: round(value, 1) for name, value in self.stages.seconds.items()},
            "machine": platform.machine(),
            "versions": {name: version(name) for name in packages if _has(name)},
        }

    def _windows_a_record(self) -> int:
        """How many windows the first record gives, by its length."""
        if not self.recipe.window_s:
            return 1
        times = self.records[0].load().times
        length = float(times[-1] - times[0]) if len(times) else 0.0
        return max(1, int((length - self.recipe.window_s) / (self.recipe.step_s or self.recipe.window_s)) + 1)

    def _heard(self, stage: str) -> Callable[[int, int], None]:
        return lambda done, total: self.said(stage, done, total)


def _has(package: str) -> bool:
    try:
        return bool(version(package))
    except ImportError:
        return False
