"""How good the text of reports is: against the words that the truth asks for, and in what they state."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import MissingExtraError
from galiot.learn.sense.meteor import meteor
from galiot.learn.sense.readback import read_back
from galiot.learn.sense.scores import abnormal_f1, called_normal
from galiot.senses.base import Label
from galiot.senses.report import numbers_outside
from galiot.senses.seen import Seen

Truth = npt.NDArray[np.bool_]
_WORDS = re.compile(r"[\w.]*\w|[^\w\s]")


def text_scores(
    texts: Sequence[str],
    wanted: Sequence[Sequence[str]],
    truth: Truth,
    labels: Sequence[Label],
    seen: Sequence[Seen] | None = None,
    beyond: int = 0,
) -> dict[str, Any]:
    """Score reports.

    wanted: of each record the texts that would be right; the nearest counts, for BLEU all
    truth: (records, labels); beyond: codes of the records that are no label
    seen: what each text was made from, so that its numbers can be looked up
    raises: MissingExtraError without sacrebleu and rouge-score
    """
    said = np.stack([read_back(text, labels) for text in texts])
    made: dict[str, Any] = {
        "reports": len(texts),
        "bleu_4": round(bleu_4(texts, wanted), 2),
        "rouge_l": round(100 * nearest(texts, wanted, rouge_l()), 2),
        "meteor_without_synonyms": round(100 * nearest(texts, wanted, meteor_of()), 2),
        "abnormal_f1_read_back": round(abnormal_f1(truth, said, labels, beyond), 4),
        "abnormal_called_normal": round(called_normal(truth, said, labels), 4),
        "words": round(float(np.mean([len(words(text)) for text in texts])), 1),
    }
    if seen is not None:
        strange = [numbers_outside(text, one) for text, one in zip(texts, seen, strict=True)]
        made["numbers_that_are_no_fact"] = sum(map(len, strange))
    return made


def bleu_4(texts: Sequence[str], wanted: Sequence[Sequence[str]]) -> float:
    """BLEU-4 of a corpus, 0 to 100 (Papineni et al., ACL 2002, as sacrebleu counts it, in lower case)."""
    try:
        import sacrebleu
    except ImportError:
        raise MissingExtraError("measure", "sacrebleu") from None
    most = max(map(len, wanted))
    columns = [[each[min(place, len(each) - 1)] for each in wanted] for place in range(most)]
    return float(sacrebleu.corpus_bleu(list(texts), columns, lowercase=True).score)


def rouge_l() -> Callable[[str, str], float]:
    """F of the longest common subsequence (Lin, ACL workshop 2004, as rouge-score counts it)."""
    try:
        from rouge_score import rouge_scorer
    except ImportError:
        raise MissingExtraError("measure", "rouge-score") from None
    scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
    return lambda text, wanted: float(scorer.score(wanted, text)["rougeL"].fmeasure)


def meteor_of() -> Callable[[str, str], float]:
    """METEOR without synonyms, with Porter's stems."""
    try:
        from nltk.stem.porter import PorterStemmer
    except ImportError:
        raise MissingExtraError("measure", "rouge-score") from None
    stem = PorterStemmer().stem
    return lambda text, wanted: meteor(words(text), words(wanted), stem)


def nearest(texts: Sequence[str], wanted: Sequence[Sequence[str]], score: Callable[[str, str], float]) -> float:
    """Mean over the texts of the score against the reference that suits best."""
    return float(np.mean([max(score(text, one) for one in each) for text, each in zip(texts, wanted, strict=True)]))


def words(text: str) -> list[str]:
    """Words, numbers and marks of a text in lower case."""
    return _WORDS.findall(text.lower())
