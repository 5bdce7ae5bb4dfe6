"""How good a sense is on records that it was not trained on: scores, blind controls, baselines, noise, cost."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from galiot.errors import RequestError
from galiot.learn.sense.baselines import Judgement, baselines, main_scores
from galiot.learn.sense.controls import SWEEPS, shuffled, zeroed
from galiot.learn.sense.examples import Examples, read_examples
from galiot.learn.sense.labels import truth_of
from galiot.learn.sense.records import Record, divide, hash_of, parts_of, read_records
from galiot.learn.sense.scores import Truth, Wide, scores_of
from galiot.model.model import open_model
from galiot.senses.base import Prepared
from galiot.senses.recipe import Recipe, parse_recipe, read_recipe
from galiot.senses.sense import Sense

Said = Callable[[str, int, int], None]
Change = Callable[[Prepared, np.random.Generator], Prepared]


def evaluate(
    sense: str | Path,
    data: str | Path | None,
    *,
    blind: bool = False,
    recipe: str | Path | None = None,
    cheaper: bool = True,
    noise: bool = True,
    model: str | Path | None = None,
    most: int | None = None,
    report: str | Path | None = None,
    said: Said | None = None,
) -> dict[str, Any]:
    """Score a sense file on a data set; everything is ready for JSON.

    recipe: describes the data; by default the one that the sense was made by
    blind: with the controls that change the signal itself, each of which judges all records again
    cheaper: also baselines, learned from the training records where they are at hand
    noise: also how ranking falls with noise, hum, wander, gain and lost channels
    model: a language model that writes a report on each record; then the texts are scored too
    most: at most so many records, evenly spread; report: an HTML page to write
    raises: RequestError, FileError, FormatError
    """
    heard = said or (lambda *_: None)
    with Sense.open(sense) as opened:
        plan = read_recipe(recipe)[0] if recipe else parse_recipe(opened.file.recipe, str(sense))
        if plan.kind != opened.file.kind:
            raise RequestError(f"the sense is for {opened.file.kind}, the data of the recipe is {plan.kind}")
        training, test = divide(plan, read_records(plan, data))
        chosen = _spread(test or training, most)
        examples = _examples(plan, opened, chosen, Path(data or ""))
        judge = _Judge(opened, examples, heard)
        probability, decided, seconds = judge("judge", None)
        made = scores_of(probability, decided, examples, opened.labels)
        made |= {
            "sense": str(sense),
            "sense_sha256": opened.file.sha256,
            "records": len(chosen),
            "examples": len(examples.prepared),
            "not_usable": list(examples.failed),
            "data_sha256": hash_of(chosen),
            "seen_in_training": not test and opened.file.manifest.get("data_sha256") == hash_of(training),
            "seconds_a_window": round(seconds / len(examples.prepared), 5),
            "notice": opened.file.notice,
        }
        others: dict[str, Judgement] = {}
        key = "macro_f1" if opened.labels[0].kind == "class" else "macro_auc"
        if blind:
            controls: dict[str, Change] = {"shuffled in time": shuffled, "zeroed": zeroed}
            for name, change in controls.items():
                p, s, _ = judge(name, change)
                made["blind"][name] = {key: _value(scores_of(p, s, examples, opened.labels)[key])}
                others[name] = p, s
        if noise:
            made["noise"] = {}
            for name, change in SWEEPS[opened.file.kind].items():
                p, s, _ = judge(name, change)
                made["noise"][name] = _value(scores_of(p, s, examples, opened.labels)[key])
        if cheaper and test:
            before = _examples(plan, opened, training, Path(data or ""))
            found = baselines(plan, before, examples)
            made["baselines"] = {name: main_scores(each, examples, opened.labels) for name, each in found.items()}
            others |= found
        if model is not None:
            made["texts"] = _texts(opened, model, examples, others, heard)
    made["peak_bytes"] = _peak_bytes()
    if report:
        from galiot.learn.sense.page import write_page

        write_page(Path(report), made, probability, examples, opened.labels)
    return made


def _texts(
    sense: Sense, model: str | Path, examples: Examples, others: dict[str, Judgement], said: Said
) -> dict[str, Any]:
    from galiot.learn.sense.reports import score_reports

    with open_model(model) as opened:
        return score_reports(sense, opened, examples, others, lambda done, total: said("reports", done, total))


class _Judge:
    """Lets a sense judge all examples, as they are or changed."""

    def __init__(self, sense: Sense, examples: Examples, said: Said) -> None:
        self.sense, self.examples, self.said = sense, examples, said

    def __call__(self, name: str, change: Change | None) -> tuple[Wide, Truth, float]:
        """Return probabilities, decisions (examples, labels) and the seconds that judging took."""
        rng = np.random.default_rng(0)
        shape = self.examples.truth.shape
        probability, decided, seconds = np.zeros(shape), np.zeros(shape, bool), 0.0
        for place, each in enumerate(self.examples.prepared):
            given = change(each, rng) if change else each
            begin = time.perf_counter()
            found = self.sense.statements(given)
            seconds += time.perf_counter() - begin
            probability[place] = [one.probability for one in found]
            decided[place] = [one.said for one in found]
            self.said(name, place + 1, shape[0])
        return probability, decided, seconds


def _examples(recipe: Recipe, sense: Sense, records: Sequence[Record], data: Path) -> Examples:
    truth = truth_of(sense.labels, records, recipe, data)
    plan = _apart_in_time(recipe)
    return read_examples(plan, records, truth, parts_of(plan, records), sense.file)


def _apart_in_time(recipe: Recipe) -> Recipe:
    """The recipe with windows that do not overlap: each sample counts once."""
    return msgspec.structs.replace(recipe, step_s=0.0)


def _spread(records: Sequence[Record], most: int | None) -> list[Record]:
    if most is None or len(records) <= most:
        return list(records)
    return [records[place] for place in np.linspace(0, len(records) - 1, most).round().astype(int)]


def _value(score: Any) -> Any:
    return score["value"] if isinstance(score, dict) else score


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
