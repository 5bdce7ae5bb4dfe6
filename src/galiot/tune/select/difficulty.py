"""The rows whose instructions help the model least with the answer."""

from __future__ import annotations

import numpy as np

from galiot.tune.scan import Scan
from galiot.tune.select.base import Candidates, Floats, Ints, Selector


class Difficulty(Selector):
    """The highest scores below 1 first.

    Source: Li et al., "Superfiltering: Weak-to-Strong Data Filtering for Fast Instruction-Tuning" (arXiv 2402.00530).
    """

    name = "difficulty"
    needs_difficulty = True

    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Ints:
        """See `Selector.choose`; plain text, which has no instruction, counts as the middle."""
        score = filled(candidates.difficulty)
        return np.lexsort((np.arange(len(score)), -score))[:count]


def instruction_difficulty(scan: Scan) -> Floats:
    """Return perplexity of the answer after its instruction over that of the answer alone, (samples,).

    1 or more says that the instruction makes the answer less likely: such a pair does not belong together. NaN where
    there is no instruction.

    The answer alone stands after what all samples share (the template's beginning, the mark of the assistant's turn),
    where the paper has it without any context: so its first token is counted, and the form of a chat, which the data
    have in common, is no difficulty of a row.
    """
    return np.exp(scan.given - scan.alone)


def filled(difficulty: Floats) -> Floats:
    """Return the scores with their median, or 1, where there is none."""
    known = difficulty[~np.isnan(difficulty)]
    return np.where(np.isnan(difficulty), np.median(known) if len(known) else 1.0, difficulty)
