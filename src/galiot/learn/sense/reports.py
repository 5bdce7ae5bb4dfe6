"""The reports that a sense and a language model write on all examples, scored beside what cheaper ways would write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from galiot.files import Progress
from galiot.learn.sense.examples import Examples
from galiot.learn.sense.scores import Truth, Wide, swapped
from galiot.learn.sense.texts import text_scores
from galiot.learn.sense.told import with_truth
from galiot.model.model import Model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.generate import GenerateConfig
from galiot.runtime.session import Session
from galiot.senses.report import overview, report, texts_of
from galiot.senses.seen import Seen, look
from galiot.senses.sense import Sense
from galiot.signals import facts

_REFERENCES = 24
_TOKENS = 160


def score_reports(
    sense: Sense,
    model: Model,
    examples: Examples,
    others: Mapping[str, tuple[Wide, Truth]],
    progress: Progress | None = None,
    *,
    most_tokens: int = _TOKENS,
) -> dict[str, dict[str, Any]]:
    """Return the scores of the reports, of those of another person of the same site, and of those of others.

    others: name -> probabilities and decisions (examples, labels), from which a template writes with the record's facts
    raises: MissingExtraError without what counts BLEU and ROUGE
    """
    labels, truth = sense.labels, examples.truth
    beyond = int(examples.beyond.sum()) if examples.beyond is not None else 0
    seen, texts = written(sense, model, examples, progress, most_tokens=most_tokens)
    wanted = [references(with_truth(one, labels, holds)) for one, holds in zip(seen, truth, strict=True)]
    places = swapped(examples, np.random.default_rng(0))
    made = {
        "sense and model": text_scores(texts, wanted, truth, labels, seen, beyond),
        "sense and template": text_scores([template(one) for one in seen], wanted, truth, labels, seen, beyond),
        "another person of the same site": text_scores(
            [texts[place] for place in places], wanted, truth, labels, beyond=beyond
        ),
    }
    for name, (probability, said) in others.items():
        told = [
            with_truth(one, labels, holds, sure=chance)
            for one, holds, chance in zip(seen, said, probability, strict=True)
        ]
        made[name] = text_scores([template(one) for one in told], wanted, truth, labels, beyond=beyond)
    return made


def written(
    sense: Sense, model: Model, examples: Examples, progress: Progress | None = None, *, most_tokens: int = _TOKENS
) -> tuple[list[Seen], list[str]]:
    """Return each example as a report takes it, and the likeliest report on it."""
    adapters = [(sense.file.adapter, 1.0)] if sense.file.adapter else []
    seen: list[Seen] = []
    texts: list[str] = []
    settings = GenerateConfig(temperature=0.0, max_tokens=most_tokens)
    with Session(model, RuntimeConfig(context=2048), adapters=adapters) as session:
        for place, each in enumerate(examples.prepared):
            one = look(sense, each.reading, facts(each.reading), width=model.spec.width)
            seen.append(one)
            texts.append(report(session, one, settings=settings).finished().text)
            if progress:
                progress(place + 1, len(examples.prepared))
    return seen, texts


def references(seen: Seen) -> list[str]:
    """Return the texts that say what is said of a reading, some of them where they are many."""
    texts = texts_of(overview(seen))
    places = np.linspace(0, len(texts) - 1, min(_REFERENCES, len(texts))).round().astype(int)
    return [texts[place] for place in places]


def template(seen: Seen) -> str:
    """Return the text that needs no language model: all sentences in their first wording."""
    return texts_of(overview(seen))[0]
