"""Reports in the records' own words: what retrieval among the training reports reaches, in the language of each report.

python benchmarks/senses/own_words.py PTBXL_FOLDER [--folds 7 8] [--trees 300]

The language follows the recording site, not the heart, so it is given (`given`) or not (`any`). Texts are compared in
lower case without marks and without the recorder's stamps; a word is what stands between blanks, umlauts stay.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from galiot.learn.sense.examples import bare_file, feature_names, measure_examples, read_examples
from galiot.learn.sense.forest import filled, usual_values
from galiot.learn.sense.labels import label_set, truth_of
from galiot.learn.sense.records import parts_of, read_records
from galiot.senses.recipe import read_recipe

STAMPS = re.compile(
    r"edit:.*|ergo:.*|(?:unbestätigter|unbestaetigter) (?:bericht|befund)|unconfirmed (?:report|ecg)|4\.46"
)
MARKS = re.compile(r"[^\w\s]|_")
WORDS = {
    "german": "sinusrhythmus lagetyp normales sonst linkstyp ekg nicht ableitungen verdacht und",
    "english": "sinus rhythm normal with no the pathology wave ecg axis changes possible old left",
    "swedish": "sinusrytm för och ospecifik vänster ej normalt förändring avvikande fynd",
}
NEAREST = 7
Places = npt.NDArray[np.int64]


def main() -> None:
    """Measure, retrieve, print one row a way."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("data", type=Path)
    asked.add_argument("--folds", nargs="+", default=["7", "8"])
    asked.add_argument("--trees", type=int, default=300)
    given = asked.parse_args()
    texts, rows, truth, apart = gathered(given.data, given.folds)
    tongues = np.array([language(text) for text in texts])
    alike = likeness(rows, truth, apart, given.trees)
    train, test = np.flatnonzero(~apart), np.flatnonzero(apart)
    print(f"{len(train)} reports to choose from, {len(test)} wanted; {dict(Counter(tongues.tolist()))}")
    print("| way | language | BLEU-4 | ROUGE-L |\n|---|---|---|---|")
    for known in (True, False):
        kept = [train[tongues[train] == tongues[at]] if known else train for at in test]
        ways: dict[str, Callable[[int, Places], str]] = {
            "commonest report": lambda _, places: Counter(texts[place] for place in places).most_common(1)[0][0],
            "nearest by leaves": lambda at, places: texts[places[alike[at, places].argmax()]],
            "medoid of the nearest by leaves": lambda at, places: medoid(
                [texts[place] for place in places[np.argsort(-alike[at, places])[:NEAREST]]]
            ),
        }
        for name, way in ways.items():
            made = [way(at, places) if len(places) else "" for at, places in zip(test, kept, strict=True)]
            wanted = [texts[at] for at in test]
            print(
                f"| {name} | {'given' if known else 'any'} | {bleu_4(made, wanted):.1f} | {rouge_l(made, wanted):.1f} |"
            )


def gathered(folder: Path, folds: Sequence[str]) -> tuple[list[str], npt.NDArray, npt.NDArray, npt.NDArray]:
    """Texts, features, true statements and which records are judged."""
    recipe, _ = read_recipe("ecg")
    records = read_records(recipe, folder)
    labels = label_set(recipe, records, folder)
    file = bare_file(recipe, labels)
    examples = read_examples(
        recipe, records, truth_of(labels, records, recipe, folder), parts_of(recipe, records), file
    )
    with (folder / recipe.data.files).open(encoding="utf-8", newline="") as table:
        known = {row[recipe.data.file_column]: row for row in csv.DictReader(table)}
    index = [next(row for path, row in known.items() if path in records[place].name) for place in examples.record]
    rows = measure_examples(recipe, examples, feature_names(recipe, examples), copies=0, seed=0)[0]
    apart = np.array([row[recipe.data.fold] in folds for row in index])
    return [bare(row["report"]) for row in index], rows, examples.truth, apart


def likeness(rows: npt.NDArray, truth: npt.NDArray, apart: npt.NDArray, trees: int) -> npt.NDArray:
    """Share of trees in which two records fall into one leaf (records, records); no judged one is learned from."""
    from sklearn.ensemble import ExtraTreesClassifier

    whole = filled(rows, usual_values(rows[~apart]))
    forest = ExtraTreesClassifier(trees, min_samples_leaf=4, max_features=0.2, random_state=0)
    leaves = forest.fit(whole[~apart], truth[~apart]).apply(whole)
    return np.stack([(leaves == one).mean(axis=1) for one in leaves])


def bare(text: str) -> str:
    """A report as it is compared."""
    return " ".join(MARKS.sub(" ", STAMPS.sub(" ", text.lower())).split())


def language(text: str) -> str:
    """The language of most of a report's known words; English where none is known."""
    words = set(text.split())
    return max(("english", "german", "swedish"), key=lambda name: len(words & set(WORDS[name].split())))


def medoid(texts: Sequence[str]) -> str:
    """The text that is most like the others."""
    return max(texts, key=lambda one: sum(common(one.split(), other.split()) for other in texts))


def common(one: Sequence[str], other: Sequence[str]) -> float:
    """F of the longest common subsequence of words."""
    if not one or not other:
        return float(list(one) == list(other))
    lengths = np.zeros(len(other) + 1, int)
    for word in one:
        before = lengths.copy()
        for place, wanted in enumerate(other):
            lengths[place + 1] = before[place] + 1 if word == wanted else max(before[place + 1], lengths[place])
    return 2 * float(lengths[-1]) / (len(one) + len(other))


def rouge_l(made: Sequence[str], wanted: Sequence[str]) -> float:
    """Mean of `common`, in percent."""
    return 100 * float(np.mean([common(one.split(), other.split()) for one, other in zip(made, wanted, strict=True)]))


def bleu_4(made: Sequence[str], wanted: Sequence[str]) -> float:
    """BLEU-4 of the corpus, words as they stand."""
    import sacrebleu

    return float(sacrebleu.corpus_bleu(list(made), [list(wanted)], tokenize="none").score)


if __name__ == "__main__":
    main()
