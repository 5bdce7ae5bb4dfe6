from __future__ import annotations

import numpy as np
import pytest
from senses.made import changed, ecg_file, heart, write_csv

from galiot.cli.sensing import adapters_of
from galiot.model.adapter import Adapter, LowRank
from galiot.senses.file import write_sense
from galiot.senses.installed import open_sense


@pytest.fixture
def sense(tmp_path):
    (tmp_path / "home" / "senses").mkdir(parents=True)
    path = tmp_path / "home" / "senses" / "toy.gguf"
    write_sense(path, ecg_file(name="toy", notice="not certified for diagnosis", scores={"auc": 0.5}))
    return path


@pytest.fixture
def ecg(tmp_path):
    return write_csv(tmp_path / "ecg.csv", heart())


def test_senses_are_listed_and_explained(galiot, sense):
    assert "toy" in {one["name"] for one in galiot("sense", "list", "--json").json["senses"]}
    assert "toy" in galiot("sense", "list").out
    told = galiot("sense", "info", "toy", "--json").json
    assert told["notice"] == "not certified for diagnosis"
    assert told["scores"] == {"auc": 0.5}
    assert len(told["labels"]) == 5
    shown = galiot("sense", "info", sense).out
    assert "not certified for diagnosis" in shown
    assert "score, auc" in shown


def test_a_reading_is_judged_by_the_sense_that_fits(galiot, tiny, sense, ecg):
    told = galiot("run", tiny, "--reading", ecg, "--seed", 1, "--json").json
    assert [set(one) for one in told["statements"]] == [{"code", "name", "probability", "said"}] * 5
    assert told["notice"] == "not certified for diagnosis"
    assert told["limits"] == []
    assert told["spent"]["tokens"] > 0
    by_name = {fact["name"]: fact["display"] for fact in told["facts"][0]["facts"] if not fact["channel"]}
    for name, said in (("pr", "PR"), ("qrs", "QRS"), ("qtc", "QTc")):
        assert f"{said} {by_name[name]}" in told["text"]
    for one in told["statements"]:
        if one["code"] in ("IMI", "LAFB"):
            assert (one["name"] in told["text"]) == one["said"]


def test_without_a_sense_facts_serve(galiot, tiny, sense, ecg):
    told = galiot("run", tiny, "--reading", ecg, "--sense", "none", "--seed", 1, "--json").json
    assert "notice" not in told
    assert {"fact", "text"} <= set(told["statements"][0])


def test_two_readings_are_compared_or_told_one_after_the_other(galiot, tiny, sense, ecg, tmp_path):
    other = write_csv(tmp_path / "later.csv", heart(3, rate_bpm=100.0))
    told = galiot("run", tiny, "What changed?", "--reading", ecg, "--reading", other, "--json").json
    assert "The heart rate rose from" in told["text"]
    assert {one["reading"] for one in told["statements"]} == {0, 1}
    both = galiot("run", tiny, "--reading", ecg, "--reading", other, "--json").json
    assert both["text"].count("QTc") == 2


def test_labels_share_one_probability(galiot, tiny, sense, ecg):
    told = galiot("run", tiny, "--reading", ecg, "--labels", "infarct, LAFB", "--json").json
    assert set(told["labels"]) == {"infarct", "LAFB"}
    assert sum(told["labels"].values()) == pytest.approx(1, abs=1e-3)
    shown = galiot("run", tiny, "--reading", ecg, "--labels", "MI,CD").out
    assert "probability" in shown


def test_a_signal_that_is_not_usable_is_said_to_be_so(galiot, tiny, sense, tmp_path):
    noise = np.random.default_rng(0).normal(size=(12, 1000))
    path = write_csv(tmp_path / "noise.csv", changed(heart(), noise))
    told = galiot("run", tiny, "--reading", path, "--json").json
    assert told["text"].startswith("The ECG cannot be judged")
    assert told["limits"]
    assert not any(one["said"] for one in told["statements"])


def test_a_question_about_a_series_is_answered_from_its_samples(galiot, tiny, tmp_path):
    (tmp_path / "t.csv").write_text("time [s],room [°C]\n" + "".join(f"{n},{20 + n % 7}\n" for n in range(60)))
    told = galiot("run", tiny, "What is the highest room temperature?", "--reading", "t.csv", "--json").json
    assert "26" in told["text"]


def test_wrong_requests_are_one_line(galiot, tiny, sense, ecg, tmp_path):
    (tmp_path / "t.csv").write_text("time [s],room [°C]\n" + "".join(f"{n},{20 + n % 7}\n" for n in range(60)))
    (tmp_path / "cut.gguf").write_bytes(sense.read_bytes()[:900])
    for words, problem in (
        (("--reading", ecg, "--labels", "MI,gout"), "knows no label 'gout'"),
        (("--reading", ecg, "--labels", "MI"), "two or more"),
        (("--reading", "t.csv", "--sense", "toy"), "is no reading for toy"),
        (("--reading", ecg, "--sense", "ear"), "there is no sense 'ear'"),
        (("--reading", ecg, "--sense", tmp_path / "cut.gguf"), "cut.gguf"),
        (("hello", "--labels", "a,b"), "give one"),
    ):
        result = galiot("run", tiny, *words)
        assert problem in result.error
        assert result.status in (1, 2)


def test_the_adapter_of_a_sense_changes_the_model_while_it_reports(galiot, tiny, sense, ecg):
    rng = np.random.default_rng(0)
    layer = LowRank(5 * rng.normal(size=(2, 64)).astype(np.float32), 5 * rng.normal(size=(64, 2)).astype(np.float32))
    adapter = Adapter(architecture="llama", alpha=2.0, layers={"blk.1.attn_q": layer})
    write_sense(sense, ecg_file(adapter=adapter))
    with open_sense(str(sense)) as opened:
        ((given, weight),) = adapters_of([opened, None])
    assert weight == 1.0
    assert np.allclose(given.layers["blk.1.attn_q"].a, layer.a, rtol=2e-3)
    assert galiot("run", tiny, "--reading", ecg, "--json").json["text"]
    wide = LowRank(np.zeros((2, 63), np.float32), np.zeros((64, 2), np.float32))
    write_sense(sense, ecg_file(adapter=Adapter(architecture="llama", alpha=2.0, layers={"blk.1.attn_q": wide})))
    assert "64 x 63" in galiot("run", tiny, "--reading", ecg).error
