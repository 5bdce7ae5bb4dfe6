from __future__ import annotations

import numpy as np
import pytest
from senses.made import LABELS, Sure, ecg_file, heart
from tiny import FAMILIES, write_tiny

from galiot.learn.sense.examples import Examples
from galiot.learn.sense.reports import references, score_reports, template
from galiot.learn.sense.told import with_truth
from galiot.model.model import open_model
from galiot.senses.prepare import prepare
from galiot.senses.seen import look
from galiot.senses.sense import Sense
from galiot.signals import facts

pytest.importorskip("sacrebleu")
pytest.importorskip("rouge_score")
CODES = [label.code for label in LABELS]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    with open_model(write_tiny(tmp_path_factory.mktemp("tiny") / "m.gguf", FAMILIES["llama"])) as opened:
        yield opened


def examples(file, *said):
    """Two hearts of two persons of one site, of which some codes are true."""
    truth = np.array([[code in codes for code in CODES] for codes in said])
    prepared = tuple(prepare(heart(seed=seed, rate_bpm=60.0 + 20 * seed), file) for seed in range(len(said)))
    count = np.arange(len(said))
    return Examples(prepared=prepared, record=count, truth=truth, part=count, site=("a",) * len(said), beyond=0 * count)


def test_reports_that_state_the_truth_score_best_and_those_of_others_lose_what_differs(model):
    file = ecg_file()
    both = examples(file, {"MI", "IMI"}, {"NORM"})
    with Sense(file, [Sure(MI=3, IMI=3, NORM=-3, LAFB=-3)]) as sense:
        nothing = np.zeros(both.truth.shape)
        others = {"truth": (nothing + 0.95, both.truth), "nothing": (nothing, both.truth & False)}
        found = score_reports(sense, model, both, others, most_tokens=600)
        seen = look(sense, both.prepared[0].reading, facts(both.prepared[0].reading))
    assert found["truth"]["bleu_4"] == pytest.approx(100)
    assert found["truth"]["abnormal_f1_read_back"] == 1.0
    assert found["nothing"]["abnormal_f1_read_back"] == 0.0
    assert found["sense and model"]["numbers_that_are_no_fact"] == 0
    assert found["sense and model"]["abnormal_f1_read_back"] == pytest.approx(2 / 3, abs=1e-3)  # both are told of IMI
    assert found["another person of the same site"]["rouge_l"] < found["sense and model"]["rouge_l"]
    right = with_truth(seen, LABELS, both.truth[0])
    assert template(right) in references(right)
