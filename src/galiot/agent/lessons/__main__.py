"""`python -m galiot.agent.lessons --out DIR [--rows N] [--seed S]`: write rows for `galiot tune --raw`."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator
from pathlib import Path

from galiot.agent.constraint import PlanConstraint
from galiot.agent.grammar import grammar_of
from galiot.agent.lessons.rows import Lesson, make_lessons
from galiot.agent.plan import Ask, Refuse
from galiot.agent.prompt import answer
from galiot.agent.validator import check
from galiot.files import atomic_write
from galiot.model.model import Model, open_model

log = logging.getLogger(__name__)
PER_HOME = 16
"""Lessons of one home: they meet in a batch, where what they begin with is fed once."""
_HELD_OUT_HOMES = 30


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(
        prog="python -m galiot.agent.lessons", description="Make the planner's training data."
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for train.jsonl and held-out.jsonl")
    parser.add_argument("--rows", type=int, default=24000, help="rows to learn from")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", default="smollm2-135m", help="whose tokens the grammar is checked in")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model = open_model(given.model)
    given.out.mkdir(parents=True, exist_ok=True)
    train = make_lessons(given.seed, homes=-(-given.rows // PER_HOME), of_each=PER_HOME)
    held_out = make_lessons(given.seed, homes=_HELD_OUT_HOMES, of_each=10, held_out=True)
    for name, lessons in (("train", train), ("held-out", held_out)):
        rows = [json.dumps(lesson.row(), ensure_ascii=False) for lesson in allowed(lessons, model)]
        with atomic_write(given.out / f"{name}.jsonl") as file:
            file.write(("\n".join(rows) + "\n").encode())
        log.info("%s: %d rows", given.out / f"{name}.jsonl", len(rows))


def allowed(lessons: Iterator[Lesson], model: Model) -> Iterator[Lesson]:
    """Pass on the lessons whose plan the planner's grammar allows."""
    for lesson in lessons:
        constraint = PlanConstraint(grammar_of(lesson.prompt, lesson.sentence, lesson.waiting), model.tokenizer)
        if not _is_accepted(lesson):
            log.debug("not accepted: %s", lesson.text)
        elif constraint._matcher.consume_tokens(model.tokenizer.encode(answer(lesson.text))) and constraint.done:
            yield lesson
        else:
            log.debug("not allowed: %s", lesson.text)


def _is_accepted(lesson: Lesson) -> bool:
    """Whether the validator takes the plan as it is meant: it asks and refuses only where the plan itself does."""
    found = check(lesson.plan, lesson.home)
    acts = [step.act for step in lesson.plan.steps]
    if found.question is not None and not any(isinstance(act, Ask) for act in acts):
        return False
    return all(
        (refusal.step is not None and isinstance(acts[refusal.step], Refuse))
        or refusal.reason in ("out of range", "unknown state")
        for refusal in found.refused
    )


if __name__ == "__main__":
    main()
