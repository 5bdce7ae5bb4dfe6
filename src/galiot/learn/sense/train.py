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
from galiot.learn.sense.made import Job, Made, Said
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
    run = Training.of(recipe, data, Path(out), resume=resume, said=said or (lambda *_: None))
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
        self._examples: Examples | None = None

    @classmethod
    def of(cls, name: str | Path, data: str | Path | None, out: Path, *, resume: bool, said: Said) -> Training:
        recipe, text = read_recipe(name)
        check_out(out)
        for base in {part.base for part in (recipe.language, recipe.patches) if part is not None}:
            open_model(base).close()  # before anything is spent
        records, _ = divide(recipe, read_records(recipe, data))
        data = Path(data or "")
        labels = label_set(recipe, records, data)
        stages = Stages(out, {"data": hash_of(records), "recipe": hash_of_text(text)}, resume=resume)
        return cls(recipe, text, records, labels, data=data, out=out, stages=stages, said=said)

    def judging(self, until: float | None) -> tuple[SenseFile, Stated]:
        """Make what judges; return it, and what it states of each example out of fold."""
        members = self.members(self.job(self.measure(), until))
        examples, labels = self.examples(), self.labels
        logits = np.stack([member.out_of_fold for member in members]).astype(np.float64)
        kinds = [member.kind for member in members]
        head = join(logits, examples.truth, labels, self.recipe.head, kinds)
        scores = out_of_fold_scores(logits, examples, labels, self.recipe, kinds)
        file = self.file(members, head, scores, sum(self.stages.seconds.values()))
        each = np.moveaxis(logits, 1, 0).astype(np.float32)
        return file, [head.statements(head.probabilities(one)) for one in each]

    def job(self, rows: Floats, until: float | None = None) -> Job:
        """Return what there is to learn from; `rows` as `measure` gives them."""
        return Job(
            recipe=self.recipe,
            examples=self.examples(),
            labels=self.labels,
            rows=rows,
            names=self.names,
            stages=self.stages,
            said=self.said,
            until=until,
        )

    def members(self, job: Job) -> list[Made]:
        """Train all that judges, kind by kind."""
        recipe, found = self.recipe, list[Made]()
        if recipe.forest:
            from galiot.learn.sense.forest import train_forest

            found.append(train_forest(job))
        if recipe.linear:
            from galiot.learn.sense.discriminant import train_lines

            found.append(train_lines(job))
        if recipe.convolution:
            from galiot.learn.sense.network import train_convolutions

            found += train_convolutions(job)
        if recipe.patches:
            from galiot.learn.sense.patching import train_transformer

            found.append(train_transformer(job))
        return found

    def started(self, path: Path) -> tuple[SenseFile, Stated]:
        """Return a sense that is there, and what it states of each example.

        raises: RequestError where it has other labels or the recipe teaches no language model
        """
        if self.recipe.language is None:
            raise RequestError(f"the recipe {self.recipe.name} has no [language]: there is nothing to go on with")
        file = replace(without_language(read_sense(path)), recipe=self.text)
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

    def file(self, members: list[Made], head: Head, scores: dict[str, Any], seconds: float) -> SenseFile:
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
            base_sha256=next((one.base_sha256 for one in members if one.base_sha256), None),
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
