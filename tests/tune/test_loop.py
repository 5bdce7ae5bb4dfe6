"""The loop: rate, clock, interruption, and runs that go on as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from bigram import Bigram, decided, walks

from galiot.errors import DivergedError, FileError, FormatError, RequestError
from galiot.tune.checkpoint import Identity, read_checkpoint
from galiot.tune.data import Batches
from galiot.tune.loop import Saving, rate_at, train

IDENTITY = Identity(method="bigram", model="m", data="d", settings="s")


def batches() -> Batches:
    return Batches(walks(), batch=3, seed=1)


@pytest.fixture
def saving(tmp_path):
    return Saving(path=tmp_path / "out.gguf.resume", identity=IDENTITY, about={"held_out_before": 1.5})


@pytest.fixture(scope="module")
def whole():
    """A run that nobody interrupts, and the method after it."""
    method = Bigram()
    return train(method, batches(), decided()), method


def interrupt_at(step):
    def progress(report):
        if report.step == step:
            os.kill(os.getpid(), signal.SIGINT)

    return progress


def test_the_rate_goes_up_in_a_line_and_down_in_a_cosine():
    settings = decided(steps=10, rate=1.0, warmup=4)
    assert [rate_at(step, settings) for step in range(4)] == [0.25, 0.5, 0.75, 1.0]
    assert rate_at(4, settings) == 1.0
    assert rate_at(7, settings) == pytest.approx(0.5)
    assert rate_at(10, settings) == pytest.approx(0.0)
    assert rate_at(7, replace(settings, schedule="linear")) == 0.5
    assert rate_at(9, replace(settings, schedule="constant")) == 1.0


def test_a_run_learns_and_tells_of_every_step(whole):
    run, _ = whole
    assert run.step == 12
    assert run.curve[-1] < 0.7 * run.curve[0]
    reports = []
    train(Bigram(), batches(), decided(steps=3), progress=reports.append)
    assert [(r.step, r.steps) for r in reports] == [(1, 3), (2, 3), (3, 3)]
    assert all(r.tokens_per_s > 0 and r.memory_bytes > 0 and r.seconds_left >= 0 for r in reports)


@pytest.mark.parametrize("step", range(1, 12))
def test_a_run_that_was_interrupted_goes_on_as_the_uninterrupted_one(whole, saving, step):
    with pytest.raises(KeyboardInterrupt):
        train(Bigram(), batches(), decided(), saving=saving, progress=interrupt_at(step))
    assert read_checkpoint(saving.path).step == step
    method = Bigram()
    run = train(method, batches(), decided(), saving=saving, resume=True)
    assert run.curve == whole[0].curve
    assert run.tokens == whole[0].tokens
    np.testing.assert_array_equal(method.table, whole[1].table)
    assert len(method.seen) == 12 - step


def test_a_killed_process_goes_on_from_its_last_checkpoint(whole, saving, tmp_path):
    program = f"""
import os, signal
from pathlib import Path
from bigram import Bigram, decided, walks
from galiot.tune.checkpoint import Identity
from galiot.tune.data import Batches
from galiot.tune.loop import Saving, train
def die(report):
    if report.step == 7:
        os.kill(os.getpid(), signal.SIGKILL)
saving = Saving(path=Path({str(saving.path)!r}), identity=Identity(method="bigram", model="m", data="d", settings="s"))
train(Bigram(), Batches(walks(), batch=3, seed=1), decided(), saving=saving, progress=die)
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([sys.executable, "-c", program], env=environment, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert read_checkpoint(saving.path).step == 4
    run = train(Bigram(), batches(), decided(), saving=saving, resume=True)
    assert run.curve == whole[0].curve
    assert [path.name for path in tmp_path.iterdir()] == [saving.path.name]


def test_the_end_of_the_time_is_an_end_in_good_order(whole, saving):
    run = train(Bigram(), batches(), decided(), saving=saving, deadline=time.monotonic())
    assert (run.stopped, run.step) == ("time", 1)
    assert train(Bigram(), batches(), decided(), saving=saving, resume=True).curve == whole[0].curve


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_step(whole, saving):
    with pytest.raises(
        DivergedError, match=r"the loss is nan at step 6; .*resume has the last good state.*--rate"
    ) as e:
        train(Bigram(fails_at=6), batches(), decided(), saving=saving)
    assert e.value.step == 6
    kept = read_checkpoint(saving.path)
    assert kept.step == 5
    assert list(kept.curve) == whole[0].curve[:5]
    assert all(np.isfinite(array).all() for array in kept.state.values())


def test_the_checkpoint_before_is_kept_where_the_state_is_no_number_either(saving):
    class Spoiled(Bigram):
        def step(self, batches, rate):
            if self.steps == 5:
                self.table[0, 0] = np.inf
            return super().step(batches, rate)

    with pytest.raises(DivergedError), np.errstate(all="ignore"):
        train(Spoiled(fails_at=6), batches(), decided(), saving=saving)
    assert read_checkpoint(saving.path).step == 4


@pytest.mark.parametrize("part", ["method", "model", "data", "settings"])
def test_a_checkpoint_of_another_run_is_refused(saving, part):
    train(Bigram(), batches(), decided(), saving=saving, deadline=time.monotonic())
    other = replace(saving, identity=replace(IDENTITY, **{part: "other"}))
    with pytest.raises(RequestError, match=f"of other {part}.*without --resume"):
        train(Bigram(), batches(), decided(), saving=other, resume=True)


@pytest.mark.parametrize("content", [b"", b"PK", b"hello" * 100])
def test_what_is_no_checkpoint_is_refused(saving, content):
    saving.path.write_bytes(content)
    with pytest.raises(FormatError, match="is no checkpoint"):
        train(Bigram(), batches(), decided(), saving=saving, resume=True)


def test_a_checkpoint_that_was_cut_off_is_refused(saving):
    train(Bigram(), batches(), decided(), saving=saving, deadline=time.monotonic())
    content = saving.path.read_bytes()
    for stop in range(0, len(content), len(content) // 40):
        saving.path.write_bytes(content[:stop])
        with pytest.raises(FormatError, match="is no checkpoint"):
            read_checkpoint(saving.path)


def test_a_checkpoint_that_cannot_be_written_is_one_line_and_the_last_one_stays(saving, tmp_path):
    lost = replace(saving, path=tmp_path / "gone" / "out.resume")
    with pytest.raises(FileError, match="cannot be written"):
        train(Bigram(), batches(), decided(), saving=lost)


def test_an_update_takes_as_many_batches_as_are_gathered():
    method = Bigram()
    train(method, batches(), decided(steps=2, accumulate=3))
    assert method.seen == [3, 3]
    assert [batches().for_step(1, 3)[i].tokens.tolist() for i in range(3)] == [
        batches().at(number).tokens.tolist() for number in (3, 4, 5)
    ]


def test_ctrl_c_means_what_it_did_before_once_the_run_is_over():
    before = signal.getsignal(signal.SIGINT)
    train(Bigram(), batches(), decided(steps=1))
    assert signal.getsignal(signal.SIGINT) is before
