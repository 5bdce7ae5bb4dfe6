"""The decoder in PyTorch beside the reference, and its gradients beside autograd and finite differences."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install galiot[learn]")

from dequantize import weights_in  # noqa: E402
from reference import Reference  # noqa: E402
from tiny import BEYOND, FAMILIES, Tiny, write_tiny  # noqa: E402

from galiot.learn.batch import Batch  # noqa: E402
from galiot.learn.decoder import Decoder  # noqa: E402
from galiot.model.model import open_model  # noqa: E402

TOKENS = np.random.default_rng(5).integers(5, 280, 40).astype(np.int32)


def decoder_of(path, **settings):
    return Decoder(open_model(path), device="cpu", **({"dtype": torch.float32} | settings))


def batch_of(*lengths):
    """Packed sequences of these lengths; every token but each one's last predicts the next."""
    n = sum(lengths)
    labels = np.append(TOKENS[1:n], -1).astype(np.int32)
    ends = tuple(np.cumsum(lengths).tolist())
    labels[[end - 1 for end in ends]] = -1
    return Batch(tokens=TOKENS[:n].copy(), labels=labels, ends=ends)


@pytest.mark.parametrize("key", [*FAMILIES, *BEYOND])
def test_logits_are_the_references(key, tmp_path):
    path = write_tiny(tmp_path / "m.gguf", (FAMILIES | BEYOND)[key])
    decoder = decoder_of(path)
    reference = Reference(decoder.spec, weights_in(open_model(path).file), half_gelu=False)
    found = decoder.logits(batch_of(40))
    np.testing.assert_allclose(found, reference.run(TOKENS.tolist()).logits, atol=2e-4)


def test_packed_sequences_do_not_see_each_other(tmp_path):
    decoder = decoder_of(write_tiny(tmp_path / "m.gguf", Tiny()))
    alone = decoder.logits(Batch(TOKENS[10:25].copy(), np.full(15, -1, np.int32), (15,)))
    packed = decoder.logits(batch_of(10, 15, 5))
    np.testing.assert_allclose(packed[10:25], alone, atol=1e-5)
