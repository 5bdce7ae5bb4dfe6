from __future__ import annotations

import contextlib
from dataclasses import replace

import numpy as np
import pytest
from senses.made import ecg_file

from galiot.errors import FormatError, GaliotError
from galiot.model.adapter import Adapter, LowRank
from galiot.senses.file import read_sense, write_sense
from galiot.senses.sense import Sense


def test_everything_written_is_read_again(tmp_path):
    rng = np.random.default_rng(3)
    layer = LowRank(rng.normal(size=(2, 8)).astype(np.float32), rng.normal(size=(6, 2)).astype(np.float32))
    adapter = Adapter(architecture="llama", alpha=4.0, layers={"blk.0.attn_q": layer}, base_sha256="ab" * 32)
    file = ecg_file(
        adapter=adapter,
        base_sha256="ab" * 32,
        recipe="[data]\n",
        manifest={"seeds": [1, 2], "data": "xyz"},
        scores={"auc": 0.5, "blind": {"auc": 0.4}},
        notice="not certified for diagnosis",
        licence="CC-BY-4.0",
        features=("rate", "pr"),
        facts=("heart rate",),
    )
    write_sense(tmp_path / "a.gguf", file)
    again = read_sense(tmp_path / "a.gguf")
    for name in (
        "kind",
        "labels",
        "channels",
        "units",
        "members",
        "manifest",
        "scores",
        "recipe",
        "notice",
        "features",
    ):
        assert getattr(again, name) == getattr(file, name), name
    assert again.settings == file.settings
    assert again.facts == file.facts
    assert again.base_sha256 == "ab" * 32
    for name, array in file.tensors.items():
        assert np.array_equal(again.tensors[name], array)
        assert again.tensors[name].dtype == array.dtype
    assert np.allclose(again.adapter.layers["blk.0.attn_q"].a, layer.a, atol=2e-3)
    assert again.adapter.alpha == 4.0


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"scaling": "sideways"}, "scaling"),
        ({"rate_hz": 0.0}, "samples"),
        ({"window_s": 1e5}, "samples"),
        ({"members": ("oracle",)}, "oracle"),
        ({"members": ()}, "no members"),
        ({"members": ("convolution", "convolution")}, "conv.1"),
        ({"channels": (), "units": ()}, "names no channels"),
        ({"units": ("mV",)}, "1 units for 12 channels"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_what_is_wrong(tmp_path, change, problem):
    write_sense(tmp_path / "a.gguf", ecg_file(**change))
    with pytest.raises(FormatError, match=problem) as error:
        Sense.open(tmp_path / "a.gguf")
    assert "a.gguf" in str(error.value)


def test_tensors_of_another_shape_or_without_a_number_are_refused(tmp_path):
    file = ecg_file()
    for name, array, problem in (
        ("conv.0.stem.weight", file.tensors["conv.0.stem.weight"][:, :3], r"shape \[8, 3, 7\], expected 8 x 12 x 7"),
        ("head.bias", np.full(5, np.nan, np.float32), "not finite"),
        ("head.thresholds", np.full(5, 1.5, np.float32), "expected 0 to 1"),
        ("conv.0.1.1.first.weight", None, "missing"),
    ):
        tensors = {key: value for key, value in (dict(file.tensors) | {name: array}).items() if value is not None}
        write_sense(tmp_path / "a.gguf", replace(file, tensors=tensors))
        with pytest.raises(FormatError, match=problem):
            Sense.open(tmp_path / "a.gguf")


@pytest.mark.parametrize("key", ["widths", "kernel", "blocks", "strides"])
@pytest.mark.parametrize("lie", [-1, 0, 1 << 30, "many", [], [1] * 99, [1.5, 2.0]])
def test_settings_that_cannot_be_are_refused(tmp_path, key, lie):
    settings = dict(ecg_file().settings) | {f"conv.0.{key}": lie}
    if lie == []:
        del settings[f"conv.0.{key}"]
    write_sense(tmp_path / "a.gguf", ecg_file(settings=settings))
    with pytest.raises(FormatError, match=f"conv.0.{key}"):
        Sense.open(tmp_path / "a.gguf")


def test_a_file_cut_or_mutated_anywhere_opens_or_says_what_is_wrong(tmp_path):
    path = tmp_path / "a.gguf"
    write_sense(path, ecg_file(manifest={"a": 1}))
    whole = path.read_bytes()
    rng = np.random.default_rng(5)
    header = whole.index(b"conv.0.out.bias")
    for number in range(150):
        raw = bytearray(whole[: rng.integers(4, len(whole))] if number % 3 == 0 else whole)
        for _ in range(rng.integers(1, 6)):
            raw[rng.integers(min(header, len(raw)))] = rng.integers(256)
        path.write_bytes(raw)
        with contextlib.suppress(GaliotError):
            Sense.open(path).close()


def test_a_model_is_no_sense(tmp_path):
    from tiny import FAMILIES, write_tiny

    with pytest.raises(FormatError, match="is no sense"):
        read_sense(write_tiny(tmp_path / "m.gguf", FAMILIES["llama"]))
