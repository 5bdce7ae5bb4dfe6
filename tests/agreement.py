"""How near two float32 computations of one model must be."""

from __future__ import annotations

import numpy as np


def close(actual: np.ndarray, expected: np.ndarray) -> None:
    """Logits, hidden states and taps of tiny models, which are numbers of about one to five.

    Most agree to 1e-5. Where GELU is looked up in a table of halves, an input midway between two halves falls
    to one side here and to the other there, which moves single numbers by 2e-3; a mistake would move all of them.
    """
    np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=3e-3)
    assert np.sqrt(np.mean((actual - expected) ** 2)) < 5e-4
