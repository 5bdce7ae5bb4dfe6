from __future__ import annotations

import faulthandler
import os
import time

import fuzzing
import pytest
from model import fuzz

from galiot.model.model import open_model


def open_only(path):
    with open_model(path):
        pass


def test_five_hundred_broken_files_open_or_are_refused_in_one_line():
    result = fuzz.run_cases(500, seed=1)
    assert result.failures == []
    assert result.opened + result.refused.total() == 500
    assert result.opened > 50
    assert len(result.refused) > 40  # reasons, so the mutations reach every check


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", [1])
def test_five_thousand_broken_files_open_or_are_refused_in_one_line(seed):
    result = fuzz.run_cases(5000, seed)
    assert result.failures == []


def test_a_case_is_the_same_every_time(tmp_path):
    bases = fuzz._bases(tmp_path)
    assert fuzz.case(17, 1, bases) == fuzz.case(17, 1, bases) != fuzz.case(17, 2, bases)


def test_a_file_taken_apart_and_joined_is_the_same_file(tmp_path):
    raw = fuzz.tiny.write_tiny(tmp_path / "m.gguf", fuzz.BASES["llama"]).read_bytes()
    assert fuzz.take_apart(raw).joined() == raw


def die(path):
    if os.path.getsize(path) % 3 == 0:
        faulthandler.disable()  # pytest's; its report of this abort would be taken for a real one
        os.abort()
    open_only(path)


def fail(path):
    raise ValueError("not one of ours")


def fill_memory(path):
    bytearray(fuzzing.MOST_BYTES * 2)


def burn(path):
    end = time.process_time() + fuzzing.MOST_SECONDS + 0.05
    while time.process_time() < end:
        pass


@pytest.mark.parametrize(
    ("probe", "words", "count"),
    [
        (die, "died with SIGABRT", 20),
        (fail, "not one of ours", 3),
        (fill_memory, "MemoryError", 2),
        (burn, "took 1.", 1),
    ],
)
def test_the_fuzzer_sees_an_abort_another_exception_a_large_allocation_and_a_slow_case(probe, words, count):
    result = fuzz.run_cases(count, seed=1, probe=probe)
    assert result.failures
    assert all(words in failure for failure in result.failures)


def test_every_case_on_which_the_process_dies_is_named(tmp_path):
    result = fuzz.run_cases(20, seed=1, probe=die)
    bases = fuzz._bases(tmp_path)
    deadly = [index for index in range(20) if len(fuzz.case(index, 1, bases)) % 3 == 0]
    assert [int(failure.split()[1].rstrip(":")) for failure in result.failures] == deadly
    assert result.opened + result.refused.total() == 20 - len(deadly)
