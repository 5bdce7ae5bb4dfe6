from __future__ import annotations

import numpy as np
import pytest

from galiot.learn.sense.meteor import aligned, meteor
from galiot.learn.sense.texts import bleu_4, nearest, rouge_l, text_scores, words
from galiot.senses.base import Label, Statement
from galiot.senses.seen import Seen
from galiot.signals import Reading, facts

stemmer = pytest.importorskip("nltk.stem.porter").PorterStemmer()
LABELS = (
    Label(code="NORM", name="normal ECG", group="NORM"),
    Label(code="MI", name="myocardial infarction", group="MI"),
    Label(code="IMI", name="inferior myocardial infarction", group="MI"),
)


def test_meteor_is_that_of_nltk_where_that_knows_no_synonyms_and_no_word_stands_twice():
    peer = pytest.importorskip("nltk.translate.meteor_score").single_meteor_score

    class Nothing:
        def synsets(self, _):
            return []

    pairs = [
        ("the rate is 70 , PR 160", "the rate is 70 and PR of 160"),
        ("likely infarctions of the heart", "a likely infarction of the heart"),
        ("one two three", "four five"),
        ("a b c d", "a b c d"),
    ]
    for text, wanted in pairs:
        found = meteor(text.lower().split(), wanted.lower().split(), stemmer.stem)
        theirs = peer(wanted.lower().split(), text.lower().split(), wordnet=Nothing())
        assert found == pytest.approx(theirs, abs=1e-6)


def test_a_word_is_paired_where_the_word_before_it_goes_on():
    assert aligned(["is", "b"], ["is", "a", "is", "b"], str) == [(0, 0), (1, 3)]
    assert aligned(["a", "is"], ["is", "a", "is"], str) == [(0, 1), (1, 2)]


def test_the_reference_that_suits_best_counts():
    assert nearest(["a b"], [["c d", "a b"]], rouge_l()) == 1.0
    assert bleu_4(["a b c d e"], [["x y", "a b c d e"]]) == pytest.approx(100)
    assert words("QTc 423 ms, PR 160.") == ["qtc", "423", "ms", ",", "pr", "160", "."]


def test_what_a_text_states_and_its_numbers_are_held_against_the_truth():
    reading = Reading.of(np.arange(100) / 50, np.zeros((1, 100)), ["I"])
    told = tuple(Statement(label=label, probability=0.9, said=False) for label in LABELS)
    seen = Seen(reading=reading, facts=facts(reading), statements=told, kind="ecg", required=())
    texts = ["The ECG shows inferior myocardial infarction.", "The ECG is normal. Heart rate 71/min."]
    wanted = [["The ECG shows inferior myocardial infarction."], ["The ECG shows inferior myocardial infarction."]]
    truth = np.array([[0, 1, 1], [0, 1, 1]], bool)
    found = text_scores(texts, wanted, truth, LABELS, [seen, seen], beyond=1)
    assert found["abnormal_f1_read_back"] == pytest.approx(2 / (1 + 2 + 1))
    assert found["abnormal_called_normal"] == 0.5
    assert found["numbers_that_are_no_fact"] == 1
    assert 40 < found["rouge_l"] < 90
