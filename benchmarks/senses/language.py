"""What a language model makes of a signal: fusion kinds, stages and rows held against each other and against nothing.

`python benchmarks/senses/language.py --ecg PTBXL [--steps 100] [--records 60] [--only NAME ...] [--out DIR]`

Everything learns from folds 1 to 6 and is judged on folds 7 and 8, the network of the hidden states too. The model
writes freely (greedy, no constraint), so that the text shows what it took in: the text is read back for its statements,
and these are held against the record's own codes. Beside each: the same with the signal of another person of the same
site (and that person's facts and statements, where they are shown), and with hidden states of zero.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import galiot
from galiot.cli.terminal import print_table
from galiot.files import atomic_write
from galiot.learn.sense.examples import bare_file
from galiot.learn.sense.forest import train_forest
from galiot.learn.sense.joining import join
from galiot.learn.sense.language import LanguageTraining, Lessons
from galiot.learn.sense.network import Task, directions, spec_of, train_network
from galiot.learn.sense.readback import read_back
from galiot.learn.sense.scores import abnormal_f1, called_normal, swapped
from galiot.learn.sense.told import Shown, hidden_rows, prompt_of, readings_told
from galiot.learn.sense.train import Training
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.generate import GenerateConfig, generate
from galiot.runtime.mixed import joined
from galiot.senses.convolution import Convolution
from galiot.senses.recipe import LanguageRecipe
from galiot.senses.report import numbers_outside

LATE = (7, 8)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One row of the table."""

    name: str
    shown: Shown
    way: str = "soft-tokens"
    rows: int = 8
    stages: tuple[str, ...] = ("text", "align", "joint")
    facts: bool = True


VARIANTS = (
    Variant(name="text: facts and statements", shown="text", stages=("text",)),
    Variant(name="neither signal nor statements", shown="signal", rows=0, stages=("text", "joint"), facts=False),
    Variant(name="facts alone", shown="signal", rows=0, stages=("text", "joint")),
    Variant(name="soft tokens", shown="signal", facts=False),
    Variant(name="soft tokens and facts", shown="signal"),
    Variant(name="soft tokens, facts and statements", shown="both"),
    Variant(name="keys and values", shown="signal", way="keys-values", facts=False),
    Variant(name="soft tokens, 4 rows", shown="signal", rows=4, facts=False),
    Variant(name="soft tokens, 16 rows", shown="signal", rows=16, facts=False),
    Variant(name="soft tokens, not aligned first", shown="signal", stages=("text", "joint"), facts=False),
    Variant(name="soft tokens, language not first", shown="signal", stages=("align", "joint"), facts=False),
)


class Bench:
    """Records, their statements out of fold, and hidden states of a network that saw the early folds alone."""

    def __init__(self, data: Path, work: Path) -> None:
        kept = work.with_name(work.name + ".resume").is_dir()
        self.training = training = Training.of("ecg", data, work, resume=kept, said=lambda *_: None)
        rows = training.measure()
        self.examples, self.labels = training.examples(), training.labels
        logits = np.stack([member.out_of_fold for member in [train_forest(training.job(rows))]]).astype(np.float64)
        head = join(logits, self.examples.truth, self.labels, training.recipe.head, ["forest"])
        states = np.moveaxis(logits, 1, 0).astype(np.float32)
        stated = [head.statements(head.probabilities(each)) for each in states]
        self.early = np.flatnonzero(~np.isin(self.examples.part, LATE))
        self.late = np.flatnonzero(np.isin(self.examples.part, LATE))
        file = bare_file(training.recipe, self.labels)
        self.seen = readings_told(self.examples, self.labels, stated, file)
        self.encoder = self._encoder(rows)

    def _encoder(self, rows: np.ndarray) -> Convolution:
        recipe, examples = self.training.recipe, self.examples
        assert recipe.convolution is not None
        task = Task(
            windows=examples.windows,
            present=np.stack([each.present for each in examples.prepared]),
            truth=examples.truth,
            wide=np.array([label.group == label.code for label in self.labels]),
            aside=directions(rows[0]),
            classes=False,
        )
        net = train_network(task, self.early, recipe, seed=1)
        spec = spec_of(recipe.convolution, task.windows.shape[1])
        settings, tensors = spec.settings("conv.0"), net.tensors("conv.0")
        file = replace(bare_file(recipe, self.labels), members=("convolution",), tensors=tensors, settings=settings)
        return Convolution(file.part("conv.0"))

    def lessons(self, variant: Variant, places: np.ndarray) -> Lessons:
        """Return what is learned from, or judged on."""
        width = self.encoder.width
        count = len(self.examples.prepared)
        rows = variant.rows if variant.shown != "text" else 0
        hidden = hidden_rows(self.examples, self.encoder, rows) if rows else np.zeros((count, 0, width), np.float32)
        return Lessons(
            seen=[self.seen[place] for place in places],
            labels=self.labels,
            truth=self.examples.truth[places],
            hidden=hidden[places],
            questions=self.training.recipe.text.prompts,
        )


def trained(bench: Bench, model: galiot.Model, variant: Variant, steps: int) -> LanguageTraining:
    """Teach one variant."""
    settings = LanguageRecipe(way=variant.way, rows=variant.rows, batch=6)  # type: ignore[arg-type]
    made = LanguageTraining(model, settings, bench.lessons(variant, bench.early), facts=variant.facts)
    for stage in variant.stages:
        made.run(stage, steps)  # type: ignore[arg-type]
    return made


def written(
    bench: Bench, model: galiot.Model, variant: Variant, made: LanguageTraining, places: np.ndarray, heard: np.ndarray
) -> list[str]:
    """Return free texts about the readings at `places`, with the signal, facts and statements of those at `heard`."""
    lessons = bench.lessons(variant, heard)
    config = RuntimeConfig(context=512, threads=1)
    texts = []
    with galiot.Session(model, config, adapters=[(made.adapter(), 1.0)]) as session:
        for place in range(len(places)):
            session.rewind(0)
            signal: Any = ()
            if lessons.hidden.shape[1]:
                made.bridge.lead(np.ascontiguousarray(lessons.hidden[place]))
                if variant.way == "keys-values":
                    cells = [made.bridge.cells(i) for i in range(model.spec.layers)]
                    session.insert([each.detach().numpy() for each in cells if each is not None])
                elif made.bridge.given is not None:
                    signal = made.bridge.given.detach().numpy()
            asked = lessons.questions[place % len(lessons.questions)]
            seen = lessons.seen[place]
            parts = prompt_of(model, seen, shown=variant.shown, question=asked, signal=signal, facts=variant.facts)
            settings = GenerateConfig(temperature=0.0, max_tokens=90)
            texts.append(generate(session, joined(session, parts), settings=settings).finished().text)
    return texts


def judged(bench: Bench, texts: list[str], places: np.ndarray) -> dict[str, float]:
    """Read texts back, and hold them against what is true of the readings at `places`."""
    said = np.stack([read_back(text, bench.labels) for text in texts])
    truth = bench.examples.truth[places]
    return {
        "abnormal_f1": abnormal_f1(truth, said, bench.labels),
        "called_normal": called_normal(truth, said, bench.labels),
    }


def row_of(bench: Bench, model: galiot.Model, variant: Variant, steps: int, places: np.ndarray) -> dict[str, Any]:
    """Teach and judge one variant."""
    begin = time.monotonic()
    made = trained(bench, model, variant, steps)
    seconds = time.monotonic() - begin
    own = written(bench, model, variant, made, places, places)
    found = judged(bench, own, places)
    other = swapped(bench.examples, np.random.default_rng(0))[places]
    apart = judged(bench, written(bench, model, variant, made, places, other), places)
    seen = [bench.seen[place] for place in places]
    wrong = sum(bool(numbers_outside(text, one)) for text, one in zip(own, seen, strict=True))
    made.close()
    return {
        "variant": variant.name,
        "abnormal F1": round(found["abnormal_f1"], 3),
        "another's signal": round(apart["abnormal_f1"], 3),
        "own - other": round(found["abnormal_f1"] - apart["abnormal_f1"], 3),
        "abnormal called normal": round(found["called_normal"], 3),
        "texts with a number that is no fact": round(wrong / len(own), 3),
        "loss": "; ".join(f"{stage} {loss:.3f}" for stage, loss in made.losses.items()),
        "s": round(seconds),
        "example": own[0],
    }


def main() -> None:
    """See the top of the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ecg", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--records", type=int, default=60)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--out", type=Path, default=Path("build/records"))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    bench, model = Bench(given.ecg, given.out / "language.gguf"), galiot.open_model(given.model)
    places = bench.late[:: max(1, len(bench.late) // given.records)][: given.records]
    truth = bench.examples.truth[places]
    said = np.array([[one.said for one in bench.seen[place].statements] for place in places])
    rows = [{"variant": "the head itself", "abnormal F1": round(abnormal_f1(truth, said, bench.labels), 3)}]
    for variant in VARIANTS:
        if given.only and not any(word in variant.name for word in given.only):
            continue
        rows.append(row_of(bench, model, variant, given.steps, places))
        print(json.dumps(rows[-1]), flush=True)
        with atomic_write(given.out / "language.json") as file:
            file.write(json.dumps(rows, indent=1).encode())
    names = [name for name in rows[-1] if name != "example"]
    print_table([{name: str(row.get(name, "")) for name in names} for row in rows])


if __name__ == "__main__":
    main()
