"""A plan held against the home: what can be done, what cannot and why, and what the user has to say first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from galiot.agent.checked import Checked, CheckedStep, Question, Refusal
from galiot.agent.command import UNKNOWN, Command, NoState, State
from galiot.agent.features import kind_of
from galiot.agent.features.words import fold, words_of
from galiot.agent.guards import WAITING, check_guard
from galiot.agent.home import Home
from galiot.agent.plan import Ask, Do, For, Guard, Plan, Read, Refuse, Step, Target, Until
from galiot.agent.prepare import Prepared, is_group, prepare
from galiot.agent.readable import readable
from galiot.agent.risk import Effect, effect_of
from galiot.agent.thing import Thing

_NO_STATE = NoState()
_LIT = ("brightness", "color", "color temperature", "effect")


def check(plan: Plan, home: Home, state: State = _NO_STATE) -> Checked:
    """Hold a plan against the home.

    Each part that can be done stays, whatever becomes of the others. What is not known never counts as nothing to
    change. Two steps that want opposite things of one thing at one time are both refused for it, unless one speaks
    of a group and the other of the thing: then the group's goes without it.
    """
    checker = _Checker(plan, home, state)
    question = checker.question()
    if question is not None:
        return Checked(plan, (), (), question)
    checker.resolve_contradictions()
    for number in range(len(plan.steps)):
        checker.step(number)
    return Checked(plan, tuple(checker.steps), tuple(checker.refused), None)


class Foreseen:
    """A state after commands that are going to be sent."""

    def __init__(self, state: State) -> None:
        """Begin with what is known now."""
        self._state, self._changed = state, dict[tuple[str, str], Any]()

    def get(self, thing_id: str, name: str) -> Any:
        """See `command.State`."""
        key = (thing_id, name)
        return self._changed[key] if key in self._changed else self._state.get(thing_id, name)

    def take(self, command: Command, thing: Thing) -> None:
        """Let a command have happened; what an action changes is not known afterwards."""
        if command.kind == "property":
            self._changed[thing.id, command.name] = command.input
        else:
            self._changed.update({(thing.id, name): UNKNOWN for name in thing.properties})


class _Checker:
    def __init__(self, plan: Plan, home: Home, state: State) -> None:
        self.plan, self.home, self.state = plan, home, Foreseen(state)
        self.acts = [step.act for step in plan.steps]
        self.left_out: dict[int, list[str]] = defaultdict(list)
        self.steps: list[CheckedStep] = []
        self.refused: list[Refusal] = []

    def question(self) -> Question | None:
        """The first thing that the user has to say, if any."""
        for act in self.acts:
            if isinstance(act, Ask):
                return Question(act.question, tuple(map(self._option, act.options)))
        if self.plan.source == "model":
            for act in self.acts:
                if isinstance(act, Do | Read) and (options := rivals(act.target, self.home, self.plan.request)):
                    kind = kind_of(options[0]) or "device"
                    return Question(f"Which {kind} do you mean?", tuple(map(self.home.label, options)))
        return None

    def step(self, number: int) -> None:
        step = replace(self.plan.steps[number], act=self.acts[number])
        problem = next((found for guard in step.guards if (found := check_guard(guard, self.home, number))), None)
        if problem:
            self.refused.append(problem)
        elif isinstance(step.act, Do) and (ignored := self._ignored(step.act)) is not None:
            label = self.home.label(ignored)
            self.refused.append(Refusal("absent attribute", label, f"{label} cannot do that", number, ignored.id))
        elif isinstance(step.act, Do):
            self._do(step, step.act, number)
        elif isinstance(step.act, Read):
            self._read(step, step.act, number)
        elif isinstance(step.act, Refuse):
            self.refused.append(self._refusal(step.act, number))
        else:
            self.steps.append(CheckedStep(step, number))

    def _refusal(self, act: Refuse, number: int) -> Refusal:
        """Return a refusal; a device that the model takes for absent and that is there only lacks what was asked."""
        there = named_in(act.what, self.home) if self.plan.source == "model" and act.reason == "absent device" else ()
        if there:
            label = self.home.label(there[0])
            return Refusal("absent attribute", label, f"{label} cannot do that", number, there[0].id)
        return Refusal(act.reason, act.what, "", number)

    def _ignored(self, act: Do) -> Thing | None:
        """Return the thing that the sentence names where the model turns to one that it has no word of."""
        if self.plan.source != "model" or not act.target.things:
            return None
        named, said = named_in(self.plan.request, self.home), _stems(self.plan.request)
        meant = [self.home.by_id[id] for id in act.target.things if id in self.home.by_id]
        if any((_names(thing, self.home) | _stems(kind_of(thing) or "")) & said for thing in meant):
            return None
        return named[0] if named and not set(act.target.things) & {thing.id for thing in named} else None

    def resolve_contradictions(self) -> None:
        """Take out of the acts what two steps want differently of one thing at one time."""
        wanted: dict[tuple[Any, ...], list[tuple[int, Effect]]] = defaultdict(list)
        for number, (step, act) in enumerate(zip(self.plan.steps, self.acts, strict=True)):
            if isinstance(act, Do):
                when = _timing(step.guards, number)
                for command in prepare(act, self.home, _NO_STATE, skip_same=False).commands:
                    effect = effect_of(self.home.by_id[command.thing], command)
                    wanted[when, command.thing, "power" if _is_lit(effect) else effect.role].append((number, effect))
        for (_, thing, role), found in wanted.items():
            if _contradict(found):
                self._part(sorted({number for number, _ in found}), thing, str(role))

    def _part(self, numbers: list[int], thing: str, role: str) -> None:
        acts = [act for number in numbers if isinstance(act := self.acts[number], Do)]
        sizes = [len(act.target.things) for act in acts]
        groups = [
            number
            for number, act, size in zip(numbers, acts, sizes, strict=True)
            if is_group(act) and size > min(sizes)
        ]
        label = self.home.label(self.home.by_id[thing])
        if groups and len(groups) == len(numbers) - 1:
            out = groups
        else:
            out = numbers
            why = " and ".join(dict.fromkeys(_verb(act) for act in acts))
            self.refused.append(Refusal("contradiction", label, f"you ask to {why} at once", numbers[0], thing))
        for number in out:
            act = self.acts[number]
            if isinstance(act, Do):
                rest = tuple(one for one in act.target.things if one != thing)
                self.acts[number] = replace(act, target=replace(act.target, things=rest))
                self.left_out[number].append(thing)

    def _do(self, step: Step, act: Do, number: int) -> None:
        if not act.target.things and self.left_out[number]:
            return
        waits = any(isinstance(guard, WAITING) for guard in step.guards)
        made = prepare(act, self.home, self.state, step=number, skip_same=not waits)
        self.refused += made.refused
        if made.commands or made.unknown:
            left = (*made.left_out, *self.left_out[number])
            notes = (*made.notes, *(one.why for one in made.unknown))
            self.steps.append(CheckedStep(step, number, tuple(made.commands), notes, tuple(made.same), left))
        elif made.same:
            self._nothing(made, act, number)
        if not waits:
            for command in made.commands:
                self.state.take(command, self.home.by_id[command.thing])

    def _nothing(self, made: Prepared, act: Do, number: int) -> None:
        for id in made.same:
            label = self.home.label(self.home.by_id[id])
            self.refused.append(Refusal("nothing to change", label, state_words(act), number, id))

    def _read(self, step: Step, act: Read, number: int) -> None:
        able, lacking = [], []
        for id in act.target.things:
            thing = self.home.by_id.get(id)
            if thing is None:
                self.refused.append(Refusal("absent device", id[:80], "there is no such device", number, id))
            elif act.how == "now" and readable(thing, act.role) is None:
                why = f"{self.home.label(thing)} does not tell {act.role or 'anything'}"
                lacking.append(Refusal("absent attribute", self.home.label(thing), why, number, id))
            else:
                able.append(id)
        if not act.target.things:
            self.refused.append(
                Refusal("absent device", act.target.said or "nothing", "there is no such device", number)
            )
        if not able or len(act.target.things) == len(lacking):
            self.refused += lacking
        if able:
            act = replace(act, target=Target(tuple(able), act.target.said))
            out = tuple(one.thing for one in lacking if one.thing)
            self.steps.append(CheckedStep(replace(step, act=act), number, left_out=out))

    def _option(self, option: str) -> str:
        thing = self.home.by_id.get(option)
        return self.home.label(thing) if thing else option


def rivals(target: Target, home: Home, request: str) -> tuple[Thing, ...]:
    """Return the things that a sentence names no less than the one that was chosen; () where it is clear.

    "Close the blind" with two blinds: the kind is named, and no word tells the chosen one from the other.
    """
    if len(target.things) != 1 or target.things[0] not in home.by_id:
        return ()
    chosen, said = home.by_id[target.things[0]], _stems(request)
    kind = kind_of(chosen)
    if kind is None or not _stems(kind) <= said:
        return ()
    own = _names(chosen, home)
    others = [thing for thing in home.things if thing is not chosen and kind_of(thing) == kind]
    near = [
        thing
        for thing in others
        if not ((own - _names(thing, home)) & said) and _names(thing, home) & said >= own & said
    ]
    return tuple(thing for thing in home.things if thing is chosen or thing in near) if near else ()


def named_in(text: str, home: Home) -> tuple[Thing, ...]:
    """Return the things of which the whole name stands in a text."""
    said = _spaced(text[:390])
    return tuple(thing for thing, names in home.once(_spaced_names) if any(name in said for name in names))


def _spaced_names(home: Home) -> list[tuple[Thing, set[str]]]:
    """Return how each thing is called, as `_spaced` has it."""
    called = ((thing, (home.label(thing), thing.title, *thing.aliases)) for thing in home.things)
    return [(thing, set(map(_spaced, names))) for thing, names in called]


def _spaced(text: str) -> str:
    """Folded words with a space before and behind each."""
    return f" {' '.join(map(fold, words_of(text)))} "


def state_words(act: Do) -> str:
    """What "nothing to change" means for an act: "it is already on"."""
    words = {
        "turn on": "on",
        "turn off": "off",
        "open": "open",
        "close": "closed",
        "lock": "locked",
        "unlock": "unlocked",
    }
    words |= {"mute": "muted", "unmute": "not muted", "play": "playing", "pause": "paused", "stop": "stopped"}
    if act.verb in words:
        return f"it is already {words[act.verb]}"
    if act.verb == "set" and act.value is not None:
        return f"{act.role} is already {value_words(act.value, act.unit)}"
    return (
        "it is already at its " + ("highest" if act.verb == "raise" else "lowest")
        if act.verb in ("raise", "lower")
        else "it is so already"
    )


def value_words(value: object, unit: str | None = None) -> str:
    """Spell a value for a person: 22 C, 50 %, on."""
    word = {True: "on", False: "off"}.get(value) if isinstance(value, bool) else None
    if isinstance(value, int | float) and word is None:
        word = f"{value:.10g}"
    return f"{word or value}" + (f" {unit}" if unit else "")


def _timing(guards: tuple[Guard, ...], number: int) -> tuple[Any, ...]:
    """The same for steps that come at the same time; after `then` each has a time of its own."""
    when = tuple(guard for guard in guards if not isinstance(guard, For | Until))
    return (*when, number) if any(getattr(guard, "then", False) for guard in when) else when


def _contradict(found: list[tuple[int, Effect]]) -> bool:
    if len({number for number, _ in found}) < 2:
        return False
    if any(_is_lit(effect) for _, effect in found):
        return any(effect.role == "power" and effect.verb == "turn off" for _, effect in found)
    relative = all(effect.verb in ("next", "previous", "toggle") for _, effect in found)
    seen = {(effect.verb, repr(effect.value)) for _, effect in found}
    return len(seen) > 1 and not relative


def _is_lit(effect: Effect) -> bool:
    return effect.role in _LIT and effect.kind == "light"


def _verb(act: Do) -> str:
    value = f" to {value_words(act.value, act.unit)}" if act.value is not None else ""
    return f"{act.verb}{f' {act.role}' if act.role else ''}{value}"


def _names(thing: Thing, home: Home) -> frozenset[str]:
    return _stems(" ".join([home.label(thing), thing.area or "", thing.floor or "", *thing.aliases]))


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in map(fold, words_of(text)))
