"""How many kernels PyTorch keeps, and how many there will be."""

from __future__ import annotations

import os

import numpy as np

from galiot.learn import kernels
from galiot.learn.batch import Batch


def laid(*lengths: int) -> Batch:
    ends = np.cumsum(lengths)
    return Batch(np.zeros(ends[-1], np.int32), np.zeros(ends[-1], np.int32), tuple(ends.tolist()))


def test_a_size_that_was_met_before_needs_no_further_kernel():
    once = kernels.count([laid(64, 64)], "lora")
    assert kernels.count([laid(64, 64), laid(64, 64)], "lora") == once
    assert kernels.count([laid(64, 64), laid(96, 64)], "lora") > once


def test_an_adapter_needs_more_kernels_than_the_weights_alone():
    assert kernels.count([laid(64)], "lora") > kernels.count([laid(64)], "full")


def test_no_more_are_counted_than_are_kept():
    assert kernels.count([laid(32 * n) for n in range(1, 33)], "lora") == kernels.KEPT


def test_what_the_user_says_of_the_caches_stays(monkeypatch):
    monkeypatch.setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "7")
    monkeypatch.setenv("LRU_CACHE_CAPACITY", "")  # so that it is put back
    monkeypatch.delenv("LRU_CACHE_CAPACITY")
    kernels.bound()
    assert os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"] == "7"
    assert os.environ["LRU_CACHE_CAPACITY"] == "1"
