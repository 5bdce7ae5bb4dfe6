"""Every form in which a weight is multiplied: the numbers it stands for, and models made of it."""

from __future__ import annotations

import numpy as np
import pytest
from dequantize import dequantize
from llama_peer import log_softmax
from tiny import Tiny, quantize

from galiot import ggml
from galiot.model.types import TensorType
from galiot.runtime.backend import Backend, Storage
from galiot.runtime.weights import Weights
from galiot.runtime.weights.augmented import Augmented, BlockSums, round_to_q4_0
from galiot.runtime.weights.halved import Halved
from galiot.runtime.weights.plain import Plain

ROUNDING = {"F32": 1e-5, "F16": 0.003, "BF16": 0.02}
"""Error of logits over their deviation when a model's inputs are rounded to the form that a type is multiplied with."""
EIGHT_BITS = 0.06
TYPES = ("F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q6_K")
BIG = dict(width=256, heads=8, kv_heads=4, head_dim=32, ff=512, tied=False)


class Build:
    """The little of a graph that a matrix needs."""

    def __init__(self):
        self.context = ggml.context(1 << 27, allocate=True)
        self.graph = ggml.new_graph_custom(self.context, 64, False)

    def scratch(self, user, width, rows):
        return ggml.new_tensor_2d(self.context, ggml.F32, width, rows)


def product(matrix, x):
    """What the matrix makes of x (tokens, width): (tokens, rows)."""
    build, backend = Build(), Backend(1)
    inputs = ggml.new_tensor_2d(build.context, ggml.F32, x.shape[1], len(x))
    ggml.array(inputs, np.float32).reshape(x.shape)[:] = x
    y = matrix.multiply(build, inputs)
    ggml.build_forward_expand(build.graph, y)
    backend.compute(build.graph)
    result = ggml.array(y, np.float32).reshape(len(x), -1).copy()
    backend.close()
    ggml.free(build.context)
    return result


def weight(kind, rows=16, width=256, seed=0):
    """A random matrix in a type: its bytes (rows, row bytes), and what they stand for (rows, width)."""
    values = np.random.default_rng(seed).standard_normal((rows, width)).astype(np.float32)
    raw = quantize(values, TensorType[kind])
    return raw, dequantize(raw.reshape(-1), TensorType[kind]).reshape(rows, width)


@pytest.fixture
def storage():
    made = Storage()
    if not made.repacks(ggml.Q4_0, 256, 8):
        pytest.skip("ggml has no interleaved Q4_0 on this processor")
    yield made
    made.close()


def rows_of(matrix, width, tokens):
    """The matrix (rows, width), column by column: each input has a single 1, which no type rounds."""
    x = np.eye(width, dtype=np.float32)
    parts = [x] if tokens is None else [x[i : i + tokens] for i in range(0, width, tokens)]
    return np.concatenate([product(matrix, part) for part in parts]).T


@pytest.mark.parametrize("tokens", [1, None])
@pytest.mark.parametrize("kind", ["Q4_0"])
def test_interleaving_changes_no_number(storage, kind, tokens):
    raw, values = weight(kind, rows=1032)  # more than are interleaved at a time
    matrix = Plain(storage.repacked(TensorType[kind], 256, 1032, lambda a, b: raw[a:b]))
    np.testing.assert_allclose(rows_of(matrix, 256, tokens), values, rtol=1e-3)


@pytest.mark.parametrize("tokens", [1, None])
@pytest.mark.parametrize("width", [64, 576, 1536])
def test_an_augmented_q4_1_matrix_is_the_q4_1_matrix(storage, width, tokens):
    raw, values = weight("Q4_1", width=width)
    matrix = Augmented(storage, 16, lambda a, b: raw[a:b], BlockSums(storage, width))
    # What is added to each block, m + 8 d, is rounded to four bits twice; each time at most an eighth of it stays.
    halves = np.ascontiguousarray(raw.reshape(16, -1, 20)[..., :4]).view(np.float16).astype(np.float32)
    most = np.abs(halves[..., 1] + 8 * halves[..., 0]).max() / 64
    error = np.abs(rows_of(matrix, width, tokens) - values)
    assert error.max() < most + 0.001
    assert error.mean() < most / 4


@pytest.mark.parametrize("tokens", [1, None])
@pytest.mark.parametrize("width", [32, 64, 576])
def test_two_halves_of_q8_0_are_the_q8_0_matrix(storage, width, tokens):
    raw, values = weight("Q8_0", width=width)
    matrix = Halved(storage, width, 16, lambda a, b: raw[a:b])
    largest = np.abs(values).reshape(16, -1, 32).max(-1).repeat(32, axis=1)
    error = np.abs(rows_of(matrix, width, tokens) - values) / largest
    assert (
        error.max() < 0.006
    )  # half a step of 127 where a block reaches beyond 119 on both sides, else a half's rounding
    assert np.median(error) < 0.001


def test_blocks_of_q8_0_with_the_largest_and_smallest_numbers_survive_halving(storage):
    q = np.zeros((8, 32), np.int8)
    q[0], q[1], q[2, ::2], q[2, 1::2], q[3], q[4, 0] = 127, -127, 127, -127, -128, 127
    q[5], q[6], q[7] = np.arange(-16, 16), np.arange(96, 128), -np.arange(96, 128)
    scale = np.full((8, 1), 0.5, np.float16)
    raw = np.concatenate([scale.view(np.uint8), q.view(np.uint8)], axis=1)
    matrix = Halved(storage, 32, 8, lambda a, b: raw[a:b])
    np.testing.assert_allclose(rows_of(matrix, 32, None), 0.5 * q.astype(np.float32), atol=0.3)


def test_rounding_to_q4_0_returns_what_its_bytes_stand_for():
    columns = np.random.default_rng(1).standard_normal((64, 8)).astype(np.float32)
    columns[:, 3] = 0
    raw, values = round_to_q4_0(columns)
    np.testing.assert_array_equal(dequantize(raw.reshape(-1), TensorType.Q4_0).reshape(8, 64), values.T)
    assert np.abs(values - columns).max() < 0.3
    assert (values[:, 3] == 0).all()


def logits_of(case, weights, size):
    with case.session(weights) as session:
        parts = [case.tokens[i : i + size] for i in range(0, 80, size)]
        return np.concatenate([session.evaluate(part, logits="all").logits for part in parts])


def relative_error(logits, expected):
    return np.sqrt(np.mean((logits - expected) ** 2)) / expected.std()


@pytest.mark.parametrize("size", [1, 5, 80])
@pytest.mark.parametrize("kind", TYPES)
def test_a_model_of_any_type_is_near_the_reference_on_the_same_numbers(case, kind, size):
    case = case(Tiny(**BIG, type=kind))
    logits = logits_of(case, case.weights, size)
    assert relative_error(logits, case.trace.logits) < ROUNDING.get(kind, EIGHT_BITS)


MIXED = {
    "shipped": Tiny(type="Q4_1", types=(("token_embd", "Q8_0"),)),
    "k-quants": Tiny(**BIG, type="Q4_K", types=(("attn_v", "Q6_K"), ("ffn_down", "Q6_K"), ("output.weight", "Q6_K"))),
    "unlike-projections": Tiny(type="Q4_0", types=(("attn_v", "Q8_0"), ("ffn_up", "F16"))),
    "q-and-k-alike": Tiny(family="qwen2", type="Q4_0", types=(("attn_v", "Q4_1"),)),
    "qwen3": Tiny(family="qwen3", type="Q4_0", head_dim=32, types=(("token_embd", "Q8_0"),)),
    "gemma3": Tiny(family="gemma3", layers=3, window=6, tokenizer="spm", type="Q4_0", types=(("token_embd", "Q8_0"),)),
    "gemma3-q8": Tiny(family="gemma3", layers=3, window=6, tokenizer="spm", type="Q8_0"),
    "widths-that-do-not-fit": Tiny(width=96, ff=160, heads=3, kv_heads=1, head_dim=32, type="Q4_1"),
    "rows-not-of-eight": Tiny(family="qwen3", head_dim=12, heads=8, kv_heads=1, type="Q4_0"),
    "bfloat-embedding": Tiny(type="Q5_0", types=(("token_embd", "BF16"),)),
}


@pytest.mark.parametrize("size", [1, 4, 80])
@pytest.mark.parametrize("name", MIXED)
def test_mixtures_of_types_are_near_the_reference(case, name, size):
    case = case(MIXED[name])
    assert relative_error(logits_of(case, case.weights, size), case.trace.logits) < EIGHT_BITS


@pytest.mark.parametrize("name", MIXED)
def test_joined_and_rearranged_forms_say_what_the_plain_ones_say(case, name, monkeypatch):
    case = case(MIXED[name])
    fast = logits_of(case, case.weights, 80)
    monkeypatch.setattr(Storage, "repacks", lambda *_: False)
    weights = Weights(case.model)
    plain = logits_of(case, weights, 80)
    weights.close()
    expected = case.trace.logits
    assert relative_error(fast, plain) < 0.05
    # rearranging costs next to nothing beside what rounding the inputs costs
    assert relative_error(fast, expected) < 1.3 * relative_error(plain, expected) + 0.002


def test_a_model_keeps_its_divergence_small_in_the_shipped_types(case):
    case = case(Tiny(**BIG, type="Q4_1", types=(("token_embd", "Q8_0"),), seed=5))
    p, q = log_softmax(case.trace.logits), log_softmax(logits_of(case, case.weights, 80))
    assert (np.exp(p) * (p - q)).sum(axis=1).mean() < 0.0045
