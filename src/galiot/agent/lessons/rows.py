"""Lessons: a home, a sentence, the plan for it; and as the prompt and completion that a model is tuned on."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from galiot.agent import rules
from galiot.agent.home import Home
from galiot.agent.lessons import questions, refusals, tasks, timed
from galiot.agent.lessons.clause import Clause
from galiot.agent.lessons.commands import make_command, make_compound, make_corrected, make_double, make_wish
from galiot.agent.lessons.homes import make_home
from galiot.agent.lessons.scene import Scene
from galiot.agent.lessons.wording import Speaker, be_polite, finish, give_reason, spoil
from galiot.agent.plan import Ask, Do, Plan, Read, Refuse, Step
from galiot.agent.prompt import Prompt, answer, compose
from galiot.agent.text import parse, render
from galiot.errors import RequestError

_MIX: dict[str, float] = {
    "command": 30,
    "wish": 42,
    "two": 10,
    "three": 2,
    "same thing": 1.5,
    "corrected": 0.7,
    "timed": 9,
    "task": 4,
    "notice": 1.5,
    "report": 1,
    "question": 7,
    "room": 3,
    "lookup": 1,
    "timer": 0.7,
    "item": 0.7,
    "change": 1.5,
    "absent": 5,
    "lacking": 4,
    "excessive": 2,
    "off-topic": 2.5,
    "negated": 2,
    "unclear": 2,
    "ambiguous": 6,
    "mixed": 2,
    "asked": 1,
    "incomplete": 2,
}
_RULED = 0.15
"""Share of what rules read as well, wholly or in part, that is learned from: the model is rarely asked for it."""
_TRIES = 6
"""Draws of one sort before another sort is drawn: what is often impossible would be rare otherwise."""
_LEAD = (
    "i'd like to (know|hear): {s}",
    "(hey|hi|hello), {s}",
    "{s}",
    "tell me, {s}",
    "quick question, {s}",
    "{s}, do you know",
    "sorry, {s}",
)


@dataclass(frozen=True)
class Lesson:
    """What is to be learned from one sentence."""

    home: Home
    sentence: str
    plan: Plan
    sort: str
    waiting: tuple[str, ...] = ()
    now: datetime | None = None

    @property
    def prompt(self) -> Prompt:
        """What the model is shown."""
        return compose(self.sentence, self.home, self.waiting, self.now)

    @property
    def text(self) -> str:
        """The plan as lines."""
        return render(self.plan, self.home)

    def row(self) -> dict[str, str]:
        """Return what a model is tuned on."""
        prompt = self.prompt
        return {"prompt": prompt.prefix + prompt.question, "completion": answer(self.text)}


def make_lessons(seed: int, *, homes: int, of_each: int, held_out: bool = False) -> Iterator[Lesson]:
    """Yield lessons, those of a home one after the other.

    held_out: for judging: of wordings that no other lessons have, as far as there are such
    """
    for number in range(homes):
        rng = random.Random(f"{seed} {number} {held_out}")
        home = make_home(rng)
        scene = Scene(home, Speaker(rng, held_out=held_out))
        made = 0
        for _ in range(of_each * 12):
            lesson = make_lesson(scene)
            if lesson is not None and (held_out or rng.random() < _RULED or not _is_ruled(lesson)):
                yield lesson
                made += 1
            if made == of_each:
                break


def make_lesson(scene: Scene) -> Lesson | None:
    """Return one lesson, or None where this draw came to nothing."""
    rng = scene.rng
    now = datetime(2026, 1, 1) + timedelta(minutes=rng.randrange(365 * 24 * 60))
    sort = rng.choices(list(_MIX), list(_MIX.values()))[0]
    waiting: tuple[str, ...] = ()
    if sort == "change":
        changed = questions.make_change(scene, now)
        if changed is None:
            return None
        clause, waiting = changed
    else:
        found = next((one for _ in range(_TRIES) if (one := _MAKERS[sort](scene, now)) is not None), None)
        if found is None:
            return None
        clause = found
    sentence = _dressed(clause, sort, rng)
    lesson = Lesson(scene.home, sentence, Plan(clause.steps, source="model", request=sentence), sort, waiting, now)
    return lesson if _is_sound(lesson) else None


def _dressed(clause: Clause, sort: str, rng: random.Random) -> str:
    said = clause.said
    draw = rng.random()
    if clause.imperative and draw < 0.22 and sort not in ("change",):
        said = be_polite(said, rng)
    elif clause.imperative and draw < 0.30:
        said = give_reason(said, rng)
    elif not clause.imperative and sort in ("question", "room", "lookup") and draw < 0.12:
        said = Speaker(rng).say(rng.choice(_LEAD), {"s": said})
    if sort in ("question", "room", "lookup", "off-topic") and rng.random() < 0.4 and not said.endswith("?"):
        said += "?"
    said = finish(said, rng)
    return spoil(said, rng) if rng.random() < 0.04 and sort not in ("unclear",) else said


def _is_sound(lesson: Lesson) -> bool:
    """Whether the plan can be read back, is not too long, and speaks only of what is shown."""
    if any(not _targeted(step) for step in lesson.plan.steps) or len(lesson.sentence) > 300:
        return False
    try:
        text = lesson.text
        again = parse(text, lesson.home)
    except RequestError:
        return False
    if render(again, lesson.home) != text or len(text) > 420:
        return False
    prompt = lesson.prompt
    return prompt.whole or _shown(lesson.plan, {thing.id for thing in prompt.things})


def _is_ruled(lesson: Lesson) -> bool:
    """Whether rules read a sentence, or some of its clauses: of those the model sees the rest at most."""
    return (
        rules.read(lesson.sentence, lesson.home, now=lesson.now) is not None
        or rules.read_parts(lesson.sentence, lesson.home, now=lesson.now) is not None
    )


def _targeted(step: Step) -> bool:
    return not isinstance(step.act, Do | Read) or bool(step.act.target.things)


def _shown(plan: Plan, things: set[str]) -> bool:
    for step in plan.steps:
        act = step.act
        if (
            isinstance(act, Do | Read)
            and not act.target.said.startswith("every")
            and not set(act.target.things) <= things
        ):
            return False
        if isinstance(act, Do | Read) and act.target.said.startswith("every") and not set(act.target.things) & things:
            return False
        if isinstance(act, Ask) and not set(act.options) <= things:
            return False
        for guard in step.guards:
            if any(condition.operand.thing not in things for condition in getattr(guard, "conditions", ())):
                return False
    return True


def _mixed(scene: Scene, now: datetime) -> Clause | None:
    """Something that can be done together with something that cannot."""
    rng = scene.rng
    good = make_command(scene, one=0.85)
    bad = rng.choice(
        (
            refusals.make_absent,
            refusals.make_absent,
            refusals.make_lacking,
            refusals.make_negated,
            refusals.make_off_topic,
        )
    )(scene)
    if good is None or bad is None:
        return None
    pair = [good, bad]
    if rng.random() < 0.5:
        pair.reverse()
    joint = (
        " but "
        if isinstance(pair[1].steps[0].act, Refuse) and pair[1].steps[0].act.reason == "negated"
        else rng.choice((" and ", ", ", " and then ", " and also ", ". "))
    )
    return Clause(pair[0].said + joint + pair[1].said, (*pair[0].steps, *pair[1].steps), imperative=pair[0].imperative)


def _asked(scene: Scene, now: datetime) -> Clause | None:
    """A question together with a command."""
    first, second = questions.make_question(scene), make_command(scene)
    if first is None or second is None:
        return None
    if scene.rng.random() < 0.5:
        return Clause(f"{first.said} and {second.said}", (*first.steps, *second.steps), imperative=False)
    return Clause(f"{second.said}, and {first.said}", (*second.steps, *first.steps))


_MAKERS: dict[str, Callable[[Scene, datetime], Clause | None]] = {
    "command": lambda scene, now: make_command(scene),
    "wish": lambda scene, now: make_wish(scene),
    "two": lambda scene, now: make_compound(scene, parts=2),
    "same thing": lambda scene, now: make_double(scene),
    "corrected": lambda scene, now: make_corrected(scene),
    "incomplete": lambda scene, now: refusals.make_incomplete(scene),
    "three": lambda scene, now: make_compound(scene, parts=scene.rng.choice((3, 3, 4))),
    "timed": timed.make_timed,
    "task": tasks.make_task,
    "notice": tasks.make_notice,
    "report": lambda scene, now: tasks.make_report(scene),
    "question": lambda scene, now: questions.make_question(scene),
    "lookup": lambda scene, now: questions.make_lookup(scene),
    "timer": lambda scene, now: questions.make_timer(scene),
    "room": lambda scene, now: questions.make_room_question(scene),
    "item": lambda scene, now: questions.make_item(scene),
    "absent": lambda scene, now: refusals.make_absent(scene),
    "lacking": lambda scene, now: refusals.make_lacking(scene),
    "excessive": lambda scene, now: refusals.make_excessive(scene),
    "off-topic": lambda scene, now: refusals.make_off_topic(scene),
    "negated": lambda scene, now: refusals.make_negated(scene),
    "unclear": lambda scene, now: refusals.make_unclear(scene),
    "ambiguous": lambda scene, now: refusals.make_ambiguous(scene),
    "mixed": _mixed,
    "asked": _asked,
}
