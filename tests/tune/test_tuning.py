"""The whole way from rows to an adapter, on a tiny model."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny import Tiny, write_tiny

from galiot.errors import ConfigError, DivergedError, FileError, FormatError, RequestError
from galiot.model.adapter import about_in, read_adapter
from galiot.model.model import open_model
from galiot.tune import order as ordering
from galiot.tune.checkpoint import checkpoint_path, read_checkpoint
from galiot.tune.gate import Gate
from galiot.tune.order import Order
from galiot.tune.settings import TuneSettings
from galiot.tune.tuning import Listener, prepare, tune

METHODS = ("lora", "mezo")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return open_model(write_tiny(tmp_path_factory.mktemp("tuning") / "tiny.gguf", Tiny()))


@pytest.fixture(params=METHODS)
def method(request) -> str:
    if request.param == "lora":
        pytest.importorskip("torch")
    return request.param


@pytest.fixture
def data(tmp_path) -> Path:
    things = ["sea", "land", "sun", "moon", "tree", "stone"]
    rows = [
        {"messages": [{"role": "user", "content": f"the {one} {i}"}, {"role": "assistant", "content": f"on {one}"}]}
        for i in range(4)
        for one in things
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def settings(method: str = "mezo", **more) -> TuneSettings:
    given = {"steps": 6, "batch": 4, "sequence": 64, "rank": 2, "threads": 1, "save_every": 2, "rate": 0.01}
    return TuneSettings(method=method, **(given | more))


def order(data: Path, **more) -> Order:
    return Order(data=data, out=data.parent / "out.gguf", **more)


def interrupt_at(step: int) -> Listener:
    def told(report):
        if report.step == step:
            os.kill(os.getpid(), signal.SIGINT)

    return Listener(step=told)


def test_an_adapter_is_written_with_what_is_known_of_it(model, data, method):
    made = tune(model, order(data), settings(method))
    adapter = read_adapter(made.out, model)
    assert made.accepted
    assert adapter.base_sha256 == model.sha256
    assert adapter.about["tune.method"] == method
    assert adapter.about["tune.steps"] == 6
    assert len(adapter.about["tune.data.sha256"]) == 64
    assert adapter.about["tune.held_out_before"] == pytest.approx(made.verdict.held_out_before)
    assert adapter.about["tune.held_out_after"] == pytest.approx(made.verdict.held_out_after)
    assert adapter.about["tune.forgetting"] == pytest.approx(made.verdict.forgetting)
    assert f"tune --method {method} --steps 6" in adapter.about["steps"][-1]
    assert adapter.about["parent.sha256"] == model.sha256
    assert sorted(path.name for path in data.parent.iterdir()) == ["out.gguf", "rows.jsonl"]


def test_exact_gradients_help_on_what_was_held_out(model, data):
    pytest.importorskip("torch")
    made = tune(model, order(data), settings("lora", steps=30, rate=0.02))
    assert made.verdict.held_out_after < made.verdict.held_out_before - 0.5
    assert made.verdict.forgetting > 0
    assert made.run.curve[-1] < made.run.curve[0]


@pytest.mark.parametrize("step", [3, 6])
def test_a_run_that_goes_on_makes_the_adapter_of_the_uninterrupted_one(model, data, method, tmp_path, step):
    whole = tune(model, replace(order(data), out=tmp_path / "whole.gguf"), settings(method))
    with pytest.raises(KeyboardInterrupt):
        tune(model, order(data), settings(method), interrupt_at(step))
    path = checkpoint_path(order(data).out)
    assert not order(data).out.exists()
    assert read_checkpoint(path).step == step
    resumed = tune(model, order(data, resume=True), settings(method))
    assert resumed.run.curve == whole.run.curve
    assert resumed.verdict == whole.verdict
    one, other = read_adapter(whole.out), read_adapter(resumed.out)
    for key, layer in one.layers.items():
        np.testing.assert_array_equal(layer.a, other.layers[key].a)
        np.testing.assert_array_equal(layer.b, other.layers[key].b)
    assert not path.exists()


@pytest.mark.parametrize(
    ("change", "named"),
    [({"rate": 0.02}, "settings"), ({"seed": 3}, "data and settings"), ({"batch": 3}, "settings")],
)
def test_a_run_does_not_go_on_with_other_settings(model, data, change, named):
    with pytest.raises(KeyboardInterrupt):
        tune(model, order(data), settings(), interrupt_at(3))
    with pytest.raises(RequestError, match=f"the checkpoint is of other {named}:"):
        tune(model, order(data, resume=True), settings(**change))
    assert checkpoint_path(order(data).out).exists()


def test_a_run_does_not_go_on_with_other_data_or_another_model(model, data, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        tune(model, order(data), settings(), interrupt_at(3))
    other = open_model(write_tiny(tmp_path / "other.gguf", Tiny(seed=9)))
    with pytest.raises(RequestError, match="of other model"):
        tune(other, order(data, resume=True), settings())
    data.write_text(data.read_text() + '{"text": "the sea"}\n' * 3)
    with pytest.raises(RequestError, match="of other data"):
        tune(model, order(data, resume=True), settings())


def test_without_a_checkpoint_a_run_starts_at_the_first_step(model, data, caplog):
    made = tune(model, order(data, resume=True), settings(steps=2))
    assert made.run.step == 2
    assert "starting at the first step" in caplog.text


def test_more_threads_or_another_interval_are_no_other_settings(model, data):
    with pytest.raises(KeyboardInterrupt):
        tune(model, order(data), settings(), interrupt_at(3))
    assert tune(model, order(data, resume=True), settings(save_every=1, tolerate=4)).run.step == 6


def test_an_adapter_that_does_not_help_leaves_the_old_one_as_it_was(model, data):
    tune(model, order(data), settings())
    before = order(data).out.read_bytes()
    made = tune(model, order(data, reject_worse=True), settings(steps=1, rate=1e-30))
    assert not made.accepted
    assert made.verdict.held_out_old is not None
    assert order(data).out.read_bytes() == before
    assert tune(model, order(data), settings(steps=1, rate=1e-30)).accepted
    assert order(data).out.read_bytes() != before


def test_what_the_engine_cannot_run_is_not_written(model, data):
    tune(model, order(data), settings())
    before = order(data).out.read_bytes()
    with pytest.raises(DivergedError, match=r"after step 1 the engine's loss is no number: .*--rate below"):
        tune(model, order(data), settings(steps=1, rate=1e30))
    assert order(data).out.read_bytes() == before
    assert sorted(path.name for path in data.parent.iterdir()) == ["out.gguf", "rows.jsonl"]


def test_the_old_adapter_is_there_until_the_new_one_is_complete(model, data):
    tune(model, order(data), settings())
    before = order(data).out.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        tune(model, order(data), settings(), interrupt_at(2))
    assert order(data).out.read_bytes() == before


def test_nothing_is_tuned_without_a_case(model, data):
    tune(model, order(data), settings())
    before = order(data).out.read_bytes()
    made = tune(model, order(data, if_drift=True), settings())
    assert made.accepted
    assert made.run.step == 0
    assert "no case" in made.why
    assert order(data).out.read_bytes() == before


def test_a_first_adapter_is_always_a_case(model, data):
    made = tune(model, order(data, if_drift=True), settings(steps=1))
    assert made.run.step == 1
    assert made.drift.case


def test_few_rows_are_kept_and_a_run_that_goes_on_keeps_the_same(model, data):
    with pytest.raises(KeyboardInterrupt):
        tune(model, order(data, keep="50%"), settings(), interrupt_at(3))
    kept = read_checkpoint(checkpoint_path(order(data).out)).about["kept"]
    made = tune(model, order(data, keep="50%", resume=True), settings())
    assert made.samples == len(kept) < 22
    assert made.run.step == 6


def test_rows_that_were_named_are_held_out(model, data, tmp_path):
    (tmp_path / "held.jsonl").write_text('{"text": "the sea and the land"}\n')
    made = tune(model, order(data, held_out=tmp_path / "held.jsonl"), settings(steps=1))
    assert made.samples == 24
    assert tune(model, order(data), settings(steps=1)).samples == 22


def test_three_passes_over_the_data_are_made_where_nothing_is_said(model, data):
    assert tune(model, order(data), settings(steps=None, batch=8)).run.step == 9  # 22 samples, 3 times, by 8


def test_the_time_ends_a_run_in_good_order_and_it_can_go_on(model, data):
    made = tune(model, order(data), settings(steps=10_000, seconds=0.5))
    assert made.run.stopped == "time"
    assert made.run.step < 10_000
    assert made.out.exists()
    assert read_checkpoint(checkpoint_path(made.out)).step == made.run.step


def test_cut_and_skipped_rows_are_counted(model, data):
    data.write_text(data.read_text() + '{"text": "' + "the sea " * 80 + '"}\n' * 1 + "{\n")
    with pytest.raises(FormatError, match="line 26"):
        tune(model, order(data), settings())
    told = tune(model, order(data), settings(steps=1, tolerate=1)).to_json()
    assert [row["line"] for row in told["skipped"]] == [26]
    assert told["samples"] + 2 in (24, 25)
    assert told["cut"] <= 1


def test_skipped_rows_of_a_file_of_held_out_rows_are_counted(model, data, tmp_path):
    data.write_text(data.read_text() + "{\n")
    held = tmp_path / "held.jsonl"
    held.write_text('{"text": "the sea and the land"}\n[]\n{"text": ""}\n')
    with pytest.raises(FormatError, match=r"held\.jsonl"):
        tune(model, order(data, held_out=held), settings(tolerate=1))
    told = tune(model, order(data, held_out=held), settings(steps=1, tolerate=2)).to_json()
    assert [(row["file"], row["line"]) for row in told["skipped"]] == [(str(held), 2), (str(held), 3), (str(data), 25)]


def test_what_later_data_are_compared_with_is_all_the_data(model, data):
    made = tune(model, order(data, keep="20%"), settings(steps=1))
    assert made.samples < 8
    assert len(read_adapter(made.out).about["drift.loss"]) == 22
    assert tune(model, order(data, if_drift=True), settings()).run.step == 0


def test_a_whole_model_says_what_it_was_worth_and_what_it_was_tuned_on(model, data):
    pytest.importorskip("torch")
    made = tune(model, order(data), settings("full", rate=0.001))
    with open_model(made.out) as tuned:
        about = about_in(tuned.file)
    assert about["tune.held_out_before"] == made.verdict.held_out_before
    assert about["tune.held_out_after"] == made.verdict.held_out_after < made.verdict.held_out_before
    assert about["tune.forgetting"] == made.verdict.forgetting
    assert len(about["drift.loss"]) == 22
    assert about["parent.sha256"] == model.sha256
    again = tune(model, order(data, if_drift=True), settings("full"))
    assert (again.run.step, again.drift.samples_before) == (0, 22)
    assert sorted(path.name for path in data.parent.iterdir()) == ["out.gguf", "rows.jsonl"]


def test_a_whole_model_that_does_not_help_leaves_the_old_one_or_an_adapter_as_it_was(model, data):
    pytest.importorskip("torch")
    for earlier, later in (("full", "full"), ("lora", "full"), ("full", "lora")):
        old = tune(model, order(data), settings(earlier, rate={"full": 0.001, "lora": 0.02}[earlier]))
        before = order(data).out.read_bytes()
        made = tune(model, order(data, reject_worse=True), settings(later, steps=1, rate=1e-30))
        assert not made.accepted
        assert made.verdict.held_out_old == pytest.approx(old.verdict.held_out_after, abs=1e-6)
        assert order(data).out.read_bytes() == before
        order(data).out.unlink()


def test_a_whole_model_is_judged_and_written_in_the_type_that_is_asked_for(model, data):
    pytest.importorskip("torch")
    made = tune(model, order(data, type="q8_0"), settings("full"))
    with open_model(made.out) as tuned:
        assert tuned.file.tensors["blk.0.ffn_up.weight"].type.name == "Q8_0"
        assert " --type q8_0" in tuned.file.strings("galiot.steps", ())[-1]
        gate = Gate(model, prepare(model, order(data), settings()).held_out.samples, threads=1)
        assert gate.loss_of(tuned) == pytest.approx(made.verdict.held_out_after, abs=1e-6)


def test_an_adapter_has_no_type(model, data):
    with pytest.raises(RequestError, match="--type q8_0 is for a whole model, mezo makes an adapter"):
        tune(model, order(data, type="q8_0"), settings())
    with pytest.raises(RequestError, match="no type to convert to"):
        tune(model, order(data, type="q3"), settings("full"))


def test_places_that_cannot_be_written_are_told_before_anything_is_done(model, data, tmp_path, monkeypatch):
    began = []
    listener = Listener(stage=began.append)
    for out, problem, kind in (
        (tmp_path / "missing" / "out.gguf", "there is no folder", RequestError),
        (tmp_path, "is a folder", RequestError),
        (Path("."), "is a folder", RequestError),
        (data, "is the data itself", RequestError),
        (model.path, "is the model itself", RequestError),
        (Path("/proc/out.gguf"), "cannot be written", FileError),
    ):
        with pytest.raises(kind, match=problem):
            tune(model, replace(order(data), out=out), settings(), listener)
    assert began == []


def test_what_a_killed_run_left_half_written_is_removed(model, data, tmp_path):
    halves = [tmp_path / ".out.gguf.0123abcd.part", tmp_path / ".out.gguf.resume.0123abcd.part"]
    others = [tmp_path / ".out.gguf.old.0123abcd.part", tmp_path / ".other.gguf.0123abcd.part"]
    for path in (*halves, *others):
        path.touch()
    tune(model, order(data), settings(steps=1))
    assert not any(path.exists() for path in halves)
    assert all(path.exists() for path in others)


def test_a_disk_that_is_too_full_is_told_before_anything_is_measured(model, data, monkeypatch):
    monkeypatch.setattr(ordering, "disk_bytes", lambda *_: 1 << 60)
    began = []
    with pytest.raises(FileError, match=r"the disk is too full: needs 1099511627776\.0 MiB"):
        tune(model, order(data), settings(), Listener(stage=began.append))
    assert began == ["reading the data"]


def test_a_sequence_beyond_the_model_is_refused(model, data):
    with pytest.raises(ConfigError, match="sequence is 1024, the model was made for at most 512"):
        tune(model, order(data), settings(sequence=1024))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, 0) for name in ("steps", "batch", "rank", "accumulate", "save_every", "threads", "epochs")],
        ("sequence", 7),
        ("tolerate", -1),
        ("seed", -1),
        ("warmup", -1),
        *[
            (name, bad)
            for name in ("rate", "alpha", "clip", "seconds")
            for bad in (0.0, -1.0, float("nan"), float("inf"))
        ],
        ("method", "sgd"),
        ("overlong", "drop"),
        ("schedule", "steps"),
        ("optimizer", "lion"),
        ("checkpoints", "cloud"),
        ("targets", ("attn_q", "head")),
        ("targets", ()),
        ("targets", ("attn_q", "attn_q")),
    ],
)
def test_settings_that_cannot_be_are_one_line(name, value):
    with pytest.raises(ConfigError) as error:
        TuneSettings(**{name: value})
    assert len(str(error.value).splitlines()) == 1
