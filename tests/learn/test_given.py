"""Rows and cells that stand for something that is no text, in the decoder that learns and in the engine that runs."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install galiot[learn]")

from tiny import FAMILIES, Tiny, write_tiny  # noqa: E402

import galiot  # noqa: E402
from galiot.learn.batch import Sample, pack  # noqa: E402
from galiot.learn.decoder import Decoder  # noqa: E402
from galiot.learn.sense.bridge import KeysValuesBridge, SoftBridge  # noqa: E402
from galiot.model.model import open_model  # noqa: E402
from galiot.runtime.config import RuntimeConfig  # noqa: E402

WIDTH, ROWS = 5, 3
SETTINGS = {"rank": 2, "scale": 1.0}
TEXT = np.random.default_rng(5).integers(5, 280, 12).astype(np.int32)


def batch(signal, *, front=False):
    """Two samples with rows of a signal in the middle, or in front."""
    made = []
    for number in range(2):
        rows = np.arange(ROWS) + number * ROWS
        at = 0 if front else 4
        tokens = np.concatenate([TEXT[:at], -rows - 1 if signal is None else signal[rows], TEXT[at:]]).astype(np.int32)
        made.append(Sample(tokens, np.arange(len(tokens)) > 8))
    return pack(made)


@pytest.fixture(params=["llama", "qwen3"])
def decoder(request, tmp_path):
    tiny = FAMILIES.get(request.param, Tiny())
    return Decoder(open_model(write_tiny(tmp_path / "m.gguf", tiny)), device="cpu", dtype=torch.float32)


def test_rows_that_are_embeddings_of_tokens_are_those_tokens(decoder):
    bridge, stand_for = SoftBridge(decoder, WIDTH, **SETTINGS), np.arange(40, 40 + 2 * ROWS)
    bridge.given = decoder.blocks.embed(stand_for.tolist())
    assert decoder.loss(batch(None), bridge)[0] == pytest.approx(decoder.loss(batch(stand_for), bridge)[0], rel=1e-5)


@pytest.mark.parametrize("kind", [SoftBridge, KeysValuesBridge])
def test_gradients_of_a_bridge_are_the_slopes_of_the_loss(decoder, kind):
    rng, bridge = np.random.default_rng(1), kind(decoder, WIDTH, seed=3, **SETTINGS)
    hidden, front = rng.standard_normal((2 * ROWS, WIDTH)).astype(np.float32), kind is KeysValuesBridge
    given = batch(None, front=front)

    def loss():
        bridge.lead(hidden)
        return decoder.loss(given, bridge)[0]

    bridge.lead(hidden)
    decoder.gradients(given, bridge, 1.0)
    bridge.follow()
    for name, weight in bridge.weights.items():
        away = torch.from_numpy(rng.standard_normal(weight.shape).astype(np.float32))
        size = 3e-3 * float(weight.detach().std() + 0.03)
        slopes = []
        for sign in (1, -1):
            with torch.no_grad():
                weight.add_(away, alpha=sign * size)
                slopes.append(sign * loss() / (2 * size))
                weight.add_(away, alpha=-sign * size)
        length = float((weight.grad * away).sum())
        assert length == pytest.approx(sum(slopes), rel=0.05, abs=0.02 * float(weight.grad.norm()) + 1e-3), name


def test_cells_do_in_the_decoder_what_they_do_in_the_engine(decoder, tmp_path):
    bridge = KeysValuesBridge(decoder, WIDTH, seed=3, **SETTINGS)
    bridge.lead(np.random.default_rng(1).standard_normal((ROWS, WIDTH)).astype(np.float32))
    tokens = np.concatenate([-np.arange(ROWS) - 1, TEXT]).astype(np.int32)
    found = decoder.logits(pack([Sample(np.append(tokens, 9), np.arange(len(tokens) + 1) > ROWS)]), bridge)
    config = RuntimeConfig(context=64, threads=1, cache_type="f32")
    with galiot.Session(open_model(tmp_path / "m.gguf"), config) as session:
        session.insert([bridge.cells(i).detach().numpy() for i in range(session.spec.layers)])
        wanted = session.evaluate(TEXT.tolist(), logits="all").logits
    np.testing.assert_allclose(found[-len(TEXT) :], wanted, atol=0.02 * np.ptp(wanted))
