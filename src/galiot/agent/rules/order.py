"""What comes when: steps under the guards in front of them, and steps after the ones before.

A step that follows another one carries `After(seconds, then=True)`. Under a guard that waits or comes again it carries
that guard too, with the seconds since: "at seven open the blind, ten minutes later close it" is `at 07:00, in 10 min`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from galiot.agent.guards import WAITING, conditions_of
from galiot.agent.plan import After, At, Do, Every, For, Guard, Read, Step, Until, When

Steps = tuple[Step, ...]


def waits(guards: Iterable[Guard]) -> bool:
    """Whether any of the guards puts the step off."""
    return any(isinstance(guard, WAITING) for guard in guards)


def under(guards: tuple[Guard, ...], steps: Steps) -> Steps:
    """Put guards in front of steps; those that have a time of their own keep it."""
    if not waits(guards):
        return tuple(Step(step.act, (*guards, *step.guards)) for step in steps)
    if _follows(guards):
        return _delayed(guards, steps)
    made: list[Step] = []
    prefix, touched = guards, set(_things(conditions_of(guards)))
    for step in steps:
        own = _first_wait(step.guards)
        if own is None:
            made.append(Step(step.act, (*prefix, *step.guards)))
        elif isinstance(own, After):
            rest = tuple(guard for guard in step.guards if guard is not own)
            prefix = _later(prefix if own.then else guards, own.seconds)
            made.append(Step(step.act, (*prefix, *rest)))
            prefix = (*prefix, *_lead(rest))
        elif isinstance(own, When) and touched & set(_things(own.conditions)):
            made.append(Step(step.act, (*prefix, *step.guards)))
            prefix = (*prefix, *_lead(step.guards))
        else:
            made.append(Step(step.act, tuple(_as_often(guard, guards) for guard in step.guards)))
            prefix = _lead(made[-1].guards)
        touched |= set(_about(step))
    return tuple(made)


def follow(first: Steps, rest: Steps, *, then: bool) -> Steps:
    """Let steps come after others: when those are over, if `then` was said or a span "later" is.

    returns: rest
    """
    if not first or not rest:
        return rest
    last = next((step for step in reversed(first) if isinstance(step.act, Do)), first[-1])
    own = _first_wait(rest[0].guards)
    later = isinstance(own, After) and own.then
    if not (then or later) or isinstance(own, At | Every) or (isinstance(own, After) and not later):
        return rest
    lead, end = _lead(last.guards), _end(last.guards)
    if not (lead or end or later):
        return rest
    if any(map(_repeats, lead)):
        return under(lead, (_after(rest[0], end), *rest[1:]))
    if not lead and end and not isinstance(end[0], After):
        return under(end, rest)
    return _delayed((After(0, True),), (_after(rest[0], end), *rest[1:]))


def begun(steps: Steps) -> Steps:
    """Return the steps of a whole sentence, in which the first follows nothing."""
    if not steps or not (steps[0].guards and _follows(steps[0].guards)):
        return steps
    first, *others = steps[0].guards
    assert isinstance(first, After)
    start = (After(first.seconds),) if first.seconds else ()
    return (Step(steps[0].act, (*start, *others)), *steps[1:])


def extended(steps: Steps, guards: tuple[Guard, ...], things: Sequence[str]) -> Steps:
    """Put For or Until on the last step that is about some things: "leave it on for an hour"."""
    for at in range(len(steps) - 1, -1, -1):
        act = steps[at].act
        if isinstance(act, Do) and set(act.target.things) & set(things):
            return (*steps[:at], replace(steps[at], guards=(*steps[at].guards, *guards)), *steps[at + 1 :])
    return steps


def _delayed(guards: tuple[Guard, ...], steps: Steps) -> Steps:
    """Put the first step off, and let those without a time of their own come with it."""
    head, others = guards[0], guards[1:]
    assert isinstance(head, After)
    made = []
    for number, step in enumerate(steps):
        own = _first_wait(step.guards)
        seconds = 0.0 if number else head.seconds
        if isinstance(own, After) and own.then:
            rest = tuple(guard for guard in step.guards if guard is not own)
            made.append(Step(step.act, (After(seconds + own.seconds, True), *others, *rest)))
        elif own is None or (number == 0 and isinstance(own, When)):
            made.append(Step(step.act, (After(seconds, True), *others, *step.guards)))
        else:
            return (*made, *steps[number:])
    return tuple(made)


def _after(step: Step, end: tuple[Guard, ...]) -> Step:
    """Put a step off by what it takes until the one before is over."""
    own = _first_wait(step.guards)
    rest = tuple(guard for guard in step.guards if guard is not own) if isinstance(own, After) else step.guards
    seconds = own.seconds if isinstance(own, After) else 0.0
    if end and isinstance(end[0], After):
        return Step(step.act, (After(seconds + end[0].seconds, True), *rest))
    later = (After(seconds),) if seconds and end else ()
    start = After(0 if end else seconds, True)
    return Step(step.act, (start, *end, *later, *rest))


def _lead(guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
    """The guards up to the last that waits."""
    last = max((at for at, guard in enumerate(guards) if isinstance(guard, WAITING)), default=-1)
    return guards[: last + 1]


def _end(guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
    """What is waited for until something that is done for a while is over."""
    for guard in guards:
        if isinstance(guard, For):
            return (After(guard.seconds, True),)
        if isinstance(guard, Until):
            return (At(guard.time),) if guard.time else (When(guard.conditions),)
    return ()


def _later(prefix: tuple[Guard, ...], seconds: float) -> tuple[Guard, ...]:
    if prefix and isinstance(prefix[-1], After):
        return (*prefix[:-1], After(prefix[-1].seconds + seconds, prefix[-1].then))
    return (*prefix, After(seconds)) if seconds else prefix


def _follows(guards: tuple[Guard, ...]) -> bool:
    return isinstance(guards[0], After) and guards[0].then


def _first_wait(guards: tuple[Guard, ...]) -> Guard | None:
    return next((guard for guard in guards if isinstance(guard, WAITING)), None)


def _repeats(guard: Guard) -> bool:
    return isinstance(guard, Every) or getattr(guard, "repeat", False) or getattr(guard, "every_time", False)


def _as_often(guard: Guard, before: tuple[Guard, ...]) -> Guard:
    """ "every day at seven ... and at nine ..." is every day both times."""
    daily = next((one for one in before if isinstance(one, At) and one.repeat), None)
    if daily and isinstance(guard, At) and not guard.days and not guard.repeat:
        return replace(guard, days=daily.days, repeat=True)
    return guard


def _about(step: Step) -> tuple[str, ...]:
    act = step.act
    return act.target.things if isinstance(act, Do | Read) else ()


def _things(conditions: Iterable[object]) -> Iterable[str]:
    return (part.thing for condition in conditions for part in condition.operands)  # type: ignore[attr-defined]
