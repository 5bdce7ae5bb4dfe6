from __future__ import annotations

import resource
from dataclasses import replace

import numpy as np
import pytest
from adapters import random_adapter
from dequantize import weights_in
from tiny import FAMILIES, Tiny, quantize, write_tiny

from galiot.errors import FileError, FormatError, RequestError
from galiot.model.adapter import LowRank, read_adapter
from galiot.model.model import open_model
from galiot.model.types import TensorType
from galiot.tune.merge import Change, export, join, merge

Q4 = Tiny(type="Q4_0", types=(("token_embd", "Q8_0"),))


@pytest.fixture
def model(tmp_path):
    with open_model(write_tiny(tmp_path / "base.gguf", Tiny())) as opened:
        yield opened


@pytest.fixture
def small(tmp_path):
    """Return a model whose weights are quantized."""
    with open_model(write_tiny(tmp_path / "q4.gguf", Q4)) as opened:
        yield opened


def merged(model, adapters, path, **settings):
    """Merge, and return the weights of the new file by name."""
    merge(model, adapters, path, **settings)
    with open_model(path) as opened:
        return weights_in(opened.file)


def test_a_merged_weight_is_the_base_plus_the_scaled_product(model, tmp_path):
    adapter = random_adapter(model, rank=3, alpha=6.0)
    base, found = weights_in(model.file), merged(model, [(adapter, 0.5)], tmp_path / "out.gguf")
    assert len(adapter.layers) == 14
    for key, layer in adapter.layers.items():
        expected = base[f"{key}.weight"] + 0.5 * 6.0 / 3 * layer.b @ layer.a
        np.testing.assert_allclose(found[f"{key}.weight"], expected, rtol=1e-5, atol=1e-6)


def test_what_no_adapter_changes_is_copied_byte_for_byte(small, tmp_path):
    adapter = random_adapter(small, parts=("attn_q", "ffn_down"))
    made = merge(small, [(adapter, 1.0)], tmp_path / "out.gguf")
    with open_model(tmp_path / "out.gguf") as new:
        for name, info in small.file.tensors.items():
            if name.removesuffix(".weight") in adapter.layers:
                assert new.file.tensors[name].type == TensorType.F16
            else:
                assert new.file.tensors[name].type == info.type
                np.testing.assert_array_equal(new.file.data(name), small.file.data(name))
    assert made.changed == 4
    assert made.tensors["F16"] == 4


def test_rows_of_a_merged_dora_have_the_lengths_that_it_learned(model, tmp_path):
    adapter = random_adapter(model, magnitudes=True)
    found = merged(model, [(adapter, 1.0)], tmp_path / "out.gguf")
    for key, layer in adapter.layers.items():
        lengths = np.linalg.norm(found[f"{key}.weight"], axis=1)
        np.testing.assert_allclose(lengths, layer.magnitude, rtol=1e-5)


@pytest.mark.parametrize("magnitudes", [False, True])
def test_an_adapter_of_weight_nothing_changes_nothing(model, tmp_path, magnitudes):
    found = merged(model, [(random_adapter(model, magnitudes=magnitudes), 0.0)], tmp_path / "out.gguf")
    for name, weights in weights_in(model.file).items():
        np.testing.assert_array_equal(found[name], weights)


def test_two_adapters_add_up_whatever_their_order(model, tmp_path):
    one, two = random_adapter(model, seed=1), random_adapter(model, seed=2, magnitudes=True, parts=("attn_v",))
    base = weights_in(model.file)
    both = merged(model, [(one, 0.7), (two, 0.4)], tmp_path / "both.gguf")
    turned = merged(model, [(two, 0.4), (one, 0.7)], tmp_path / "turned.gguf")
    first, second = (
        merged(model, [(one, 0.7)], tmp_path / "1.gguf"),
        merged(model, [(two, 0.4)], tmp_path / "2.gguf"),
    )
    for name in base:
        np.testing.assert_allclose(both[name], first[name] + second[name] - base[name], atol=2e-6)
        np.testing.assert_allclose(both[name], turned[name], atol=2e-6)


def test_rows_are_changed_alike_in_one_piece_and_in_many():
    rng = np.random.default_rng(0)
    a, b, w = (rng.standard_normal(shape).astype(np.float32) for shape in ((2, 8), (9, 2), (9, 8)))
    change = Change(((LowRank(a, b, np.ones(9, np.float32)), 2.0, 0.5), (LowRank(a, b), 1.0, 1.0)))
    pieces = [change((i, min(i + 4, 9)), w[i : i + 4]) for i in range(0, 9, 4)]
    np.testing.assert_allclose(np.concatenate(pieces), change((0, 9), w), rtol=1e-6)


def test_with_a_type_all_weights_are_quantized_as_ggml_does(model, tmp_path):
    adapter = random_adapter(model)
    exact = merged(model, [(adapter, 1.0)], tmp_path / "exact.gguf")
    merge(model, [(adapter, 1.0)], tmp_path / "q4.gguf", type="q4_0")
    with open_model(tmp_path / "q4.gguf") as new:
        name = "blk.1.ffn_up.weight"
        assert new.file.tensors[name].type == TensorType.Q4_0
        np.testing.assert_array_equal(new.file.data(name), quantize(exact[name], TensorType.Q4_0))
        assert new.file.tensors["token_embd.weight"].type == TensorType.Q8_0


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_merged_and_opened(tmp_path, family):
    with open_model(write_tiny(tmp_path / "m.gguf", FAMILIES[family])) as model:
        merge(model, [(random_adapter(model), 1.0)], tmp_path / "out.gguf", type="q8_0")
        with open_model(tmp_path / "out.gguf") as new:
            assert new.spec == model.spec


def test_the_new_file_says_what_it_was_made_of(small, tmp_path):
    adapter = random_adapter(small, name="kitchen", about={"steps": ["tune --method lora"]})
    made = merge(small, [(adapter, 0.5)], tmp_path / "out.gguf")
    again = random_adapter(small, seed=9, name="garden")
    with open_model(tmp_path / "out.gguf") as new:
        assert new.file.text("galiot.parent.sha256") == small.sha256
        assert list(new.file.strings("galiot.adapters.sha256")) == [adapter.sha256] == list(made.adapters)
        assert new.file.integer("general.file_type") == 1
        merge(new, [(again, 1.0)], tmp_path / "next.gguf", type="q4_0")
    with open_model(tmp_path / "next.gguf") as last:
        steps = list(last.file.strings("galiot.steps"))
    assert steps[0] == "tune --method lora"
    assert steps[1].endswith(" weight 0.5")
    done = [step.split()[:2] for step in steps[1:]]
    assert done == [
        ["merge", "kitchen"],
        ["merge", "garden"],
        ["convert", "--type"],
    ]


def test_a_joined_adapter_does_what_its_parts_do(model, tmp_path):
    one, two = random_adapter(model, rank=2, seed=1), random_adapter(model, rank=5, alpha=1.0, parts=("ffn_up",))
    made = export(model, [(one, 0.7), (two, -0.4)], tmp_path / "joined.gguf", "adapter")
    joined = read_adapter(tmp_path / "joined.gguf", model)
    assert made.rank == 7
    assert joined.layers["blk.0.attn_q"].rank == 2
    parts = merged(model, [(one, 0.7), (two, -0.4)], tmp_path / "1.gguf")
    whole = merged(model, [(joined, 1.0)], tmp_path / "2.gguf")
    for name, weights in parts.items():
        np.testing.assert_allclose(whole[name], weights, atol=2e-6)


def test_one_adapter_alone_is_exported_as_it_is_and_magnitudes_join_nothing(model):
    dora = random_adapter(model, magnitudes=True)
    assert join([(dora, 1.0)]) is dora
    with pytest.raises(RequestError, match="cannot be joined"):
        join([(dora, 0.5)])
    with pytest.raises(RequestError, match="cannot be joined"):
        join([(random_adapter(model), 1.0), (dora, 1.0)])


def test_wrong_requests_are_one_line(model, tmp_path):
    adapter = random_adapter(model)
    with pytest.raises(RequestError, match="give another --out"):
        merge(model, [(adapter, 1.0)], model.path)
    with pytest.raises(RequestError, match="'q5' is no type"):
        merge(model, [(adapter, 1.0)], tmp_path / "out.gguf", type="q5")
    with pytest.raises(RequestError, match="at least one adapter"):
        merge(model, [], tmp_path / "out.gguf")
    with pytest.raises(RequestError, match="weight of adapter is nan"):
        merge(model, [(adapter, float("nan"))], tmp_path / "out.gguf")
    with pytest.raises(FormatError, match="architecture qwen2, the model is llama"):
        merge(model, [(replace(adapter, architecture="qwen2"), 1.0)], tmp_path / "out.gguf")
    assert [path.name for path in tmp_path.iterdir()] == ["base.gguf"]


def test_numbers_beyond_a_half_are_refused_by_name(small, tmp_path):
    with pytest.raises(FormatError, match=r"tensor blk\.0\.attn_q\.weight reaches .* which F16 cannot hold"):
        merge(small, [(random_adapter(small, parts=("attn_q",)), 1e7)], tmp_path / "out.gguf")


def test_a_full_disk_leaves_the_old_file(small, tmp_path):
    (tmp_path / "out.gguf").write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(FileError, match="cannot be written"):
            merge(small, [(random_adapter(small), 1.0)], tmp_path / "out.gguf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "out.gguf").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.gguf", "q4.gguf"]
