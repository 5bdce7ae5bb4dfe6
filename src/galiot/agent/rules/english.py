"""A sentence in English as steps: clauses with their guards, each a command, a question or something else."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import combinations

from galiot.agent.guards import conditions_of
from galiot.agent.plan import (
    Act,
    After,
    Ask,
    At,
    Comparison,
    Do,
    For,
    Guard,
    If,
    Operand,
    Read,
    Refuse,
    Say,
    Step,
    Until,
    When,
)
from galiot.agent.rules import polite, rephrase
from galiot.agent.rules.amounts import amount
from galiot.agent.rules.commands import Commands
from galiot.agent.rules.comparing import both, compared, whichever, winner
from galiot.agent.rules.conditions import Conditions
from galiot.agent.rules.extras import extras
from galiot.agent.rules.guards import OPENER, Guards
from galiot.agent.rules.index import content
from galiot.agent.rules.looking import again, looked_at
from galiot.agent.rules.order import Steps, begun, extended, follow, under
from galiot.agent.rules.questions import Questions
from galiot.agent.rules.references import named, spelled_out
from galiot.agent.rules.targets import Found, Targets, TooLong
from galiot.agent.rules.together import opposite
from galiot.agent.rules.words import Words, spell, split

_JOINT = re.compile(
    r"(?:\s*,)?\s+(?:and then|and also|and after that|after that|and afterwards|and|then|"
    r"afterwards|as well as|plus|but|also|with(?= (?:the|its) ))\s+(?:please |also |then |just )*|\s*[,;.!?]\s+"
)
_THEN = re.compile(r"\b(?:then|after that|afterwards)\b")
_CARRIED = re.compile(
    r"(?:turn|switch|put|flip|power|shut)(?: (?:on|off|out))?|(?:set|make|change|adjust|open|"
    r"close|lock|unlock|dim|brighten|start|stop|pause|mute|raise|lower|increase|decrease|run|"
    r"activate|deactivate|kill|cut)"
)
_REASON = re.compile(
    r"(?:i am|we are|it is|the [\w ]+ is|my [\w ]+ (?:is|are))(?: (?:getting|so|too|very|really|"
    r"a bit|far|going|all|now|[\w]+ing))* [\w ]+? ?, (?:so |so please |please )?"
)
_HERE = re.compile(
    r" (?:(?:in|of) )?(?:here|(?:this|the|our|my) (?:room|space|area))(?= |$)(?! (?:light|lamp|"
    r"fan|temperature|is|are)\b)"
)
_OTHERWISE = re.compile(r"(?: ,| \.| ;)? (?:otherwise|or else|else|if not)(?: just)?(?: ,)? ")
_BACKWARD = re.compile(r"\b(?:if|unless|when|once|until) .*\b(?:it|its|they|that|them)\b")
_SWITCHED = re.compile(r"(?:on|off)(?: |$)")
_HOUR = re.compile(r"^(?!set|dim|bring|put).*\b(?:on|off|open|close|start|stop)\b.* at (?:[1-9]|1[0-2])$")
_STOP = re.compile(r" ?[.;!?](?: ?[.;!?])* ")
_GUARDED = re.compile(
    r"(?:if|when|whenever|once|unless|until|otherwise|else|or else|while|as soon as|wait|before|after|compare|"
    r"which|whichever)\b"
)
"""How a clause begins that others hang on: left open, what comes after it would be done without it."""
_MOST_WORDS = 90
_MOST = 12
"""Commands in one sentence."""


class English:
    """Reads one sentence for one home at one moment."""

    def __init__(self, targets: Targets, now: datetime) -> None:
        self.targets = targets
        self.commands = Commands(targets)
        self.conditions = Conditions(targets)
        self.guards = Guards(self.conditions, now)
        self.questions = Questions(self.conditions, now)
        self.words: Words = ()
        self.holes = self._paused = False
        self._known: dict[tuple[object, ...], tuple[Steps | None, tuple[object, ...]]] = {}
        self._acted: dict[tuple[object, ...], tuple[list[Act] | None, tuple[object, ...]]] = {}

    def read(self, words: Words, *, holes: bool = False) -> Steps | None:
        """Return the steps of a sentence, None where part of it is not understood.

        holes: a clause that is not understood becomes `Refuse("unclear", clause)`, as long as another one is
        """
        self.words, self.holes = words, holes
        self._paused = "pause" in words
        text = " ".join(polite.digits(polite.strip(words)))
        text = rephrase.sentence(text)
        text = _HERE.sub(f" in {' '.join(split(self.targets.area))}" if self.targets.area else "", f" {text}").strip()
        if not text:
            return None
        if len(text.split()) > _MOST_WORDS:
            return None
        try:
            steps = self._read(text)
        except TooLong:
            return None
        return begun(steps) if steps is not None else None

    def _read(self, text: str) -> Steps | None:
        steps = self._sentences(text)
        if (steps is None or self._asks(steps)) and (found := _REASON.match(text)):
            steps = self._sequence(text[found.end() :], "", _MOST) or steps
        if (steps is None or self._asks(steps)) and (found := rephrase.PREAMBLE.match(text)):
            steps = self._after_colon(found.group(), text[found.end() :]) or steps
        return steps or None

    def _after_colon(self, before: str, text: str) -> Steps | None:
        """ "check the humidity: above 60 ...", "blink the lamp: turn it on ...", "bedroom: lights off ..."."""
        start = self.conditions.mark()
        looked = self._clause(self._plain(before.rstrip(" :")), "")
        if looked and all(isinstance(step.act, Read) for step in looked):
            rest = self._sentences(text)
            return (*looked, *rest) if rest is not None else None
        self.conditions.back_to(start)
        self._about(before)
        return self._sentences(text)

    def _about(self, preamble: str) -> None:
        """Let "it" be what the words before a colon name: "blink the lamp: turn it on ..."."""
        words = preamble.rstrip(" :").split()
        for start, end in combinations(range(len(words) + 1), 2):
            said = " ".join(words[start:end])
            answer = self.targets.find(said)
            if isinstance(answer, Found):
                self.targets.last = answer.things
                return
            place = content(tuple(words[start:end]))
            areas = {self.targets.home.by_id[t].area for t, e in self.targets.index.entries.items() if place in e.areas}
            if len(areas) == 1:
                self.targets.area = areas.pop()
                return

    def _sentences(self, text: str) -> Steps | None:
        """Read sentence by sentence, each with what those before it spoke of; else all as one."""
        parts = [part for part in _STOP.split(f"{text} ") if part.strip(" ,")]
        start = self.conditions.mark()
        if len(parts) > 1 and (steps := self._one_by_one(parts)) is not None:
            return steps
        self.conditions.back_to(start)
        return self._sequence(text, "", _MOST)

    def _one_by_one(self, parts: list[str]) -> Steps | None:
        made: Steps = ()
        for part in parts:
            steps = self._sequence(part, "", _MOST)
            if steps is None or self._asks(steps):
                if self._is_beside(part):
                    continue
                return None
            made = (*made, *follow(made, steps, then=bool(_THEN.match(part))))
        return made

    def _is_beside(self, text: str) -> bool:
        """Whether a sentence only tells something, about nothing in the home."""
        if rephrase.LEAVING.fullmatch(text):
            return True
        known = self.targets.index.by_word
        return bool(rephrase.STATEMENT.fullmatch(text)) and not any(w in known for w in content(tuple(text.split())))

    def _asks(self, steps: Steps) -> bool:
        """Whether something is asked or refused, beside what is left to the model."""
        return asks(tuple(step for step in steps if not (self.holes and is_hole(step))))

    def _sequence(self, text: str, verb: str, left: int) -> Steps | None:
        text = rephrase.awaited(_stripped(text))
        if left == 0 or not text:
            return None
        key = (text, verb, self.targets.area, self.guards.now, self.guards.unit, *self.conditions.mark())
        if key not in self._known:
            steps = self._joined(text, verb, left)
            self._known[key] = steps, (self.guards.unit, *self.conditions.mark())
        steps, (unit, *mark) = self._known[key]
        self.guards.unit = unit  # type: ignore[assignment]
        self.conditions.back_to(tuple(mark))
        return steps

    def _joined(self, text: str, verb: str, left: int) -> Steps | None:
        if (winners := self._winners(text, left)) is not None:
            return winners
        if (held := self._held(text)) is not None:
            return held
        if rephrase.STAYS.fullmatch(text):
            return ()
        if (later := rephrase.NOT_YET.fullmatch(text)) is not None:
            self._about(later["act"])
            return self._sequence(later["rest"], "", left - 1)
        best: Steps | None = None
        start = self.conditions.mark()
        for guards, rest in self.guards.leading(text):
            self._note(guards)
            now = self.guards.come_to(guards)
            both = self._otherwise(guards, rest, left)
            steps = self._about_either(guards, rest, verb, left) if both is None else None
            self.guards.now = now
            if both is not None:
                return both
            if steps is None:
                steps = self._hole(rest)
            if steps is not None:
                best = under(guards, steps) if best is None else best
                if not asks(steps):
                    return under(guards, steps)
            self.conditions.back_to(start)
        whole = self._clause(self._plain(text), verb)
        if whole is not None and not asks(whole) and not _swallows(whole):
            return whole
        best = best or whole
        after = self.conditions.mark()
        for found in _JOINT.finditer(text):
            self.conditions.back_to(start)
            head, tail = text[: found.start()].strip(" ,;.!?"), text[found.end() :].strip(" ,;.!?")
            both = self._two(head, tail, found.group(), verb, left) if head and tail else None
            if both is not None and not asks(both):
                return both
            if both is not None and (best is None or self._is_better(both, best)):
                best, after = both, self.conditions.mark()
        self.conditions.back_to(after)
        return best

    def _held(self, text: str) -> Steps | None:
        """ "keep the lamp on until ten": on now, off at ten."""
        found = rephrase.HELD.fullmatch(text)
        guards = self.guards.read(found["span"]) if found else None
        if found is None or not guards or len(guards) != 1:
            return None
        steps = self._guarded(f"{found['np']} should be {found['state']}")
        end = self._end_of(guards[0])
        back = tuple(Step(undo) for step in steps or () if (undo := opposite(step.act)) is not None)
        return (*steps, *under((end,), back)) if steps and end and len(back) == len(steps) else None

    @staticmethod
    def _end_of(guard: Guard) -> Guard | None:
        if isinstance(guard, For):
            return After(guard.seconds, True)
        if isinstance(guard, Until):
            return At(guard.time) if guard.time else When(guard.conditions)
        return None

    def _note(self, guards: tuple[Guard, ...]) -> None:
        """Remember a condition for "if not" and "otherwise"."""
        for guard in guards:
            if isinstance(guard, If):
                self.conditions.polar = guard

    def _about_either(self, guards: tuple[Guard, ...], rest: str, verb: str, left: int) -> Steps | None:
        """Read what is done on a condition, with "it" as what that was about, else as what was spoken of before."""
        before = self.conditions.mark()
        self._turn_to(guards)
        steps = self._sequence(rest, verb, left - 1)
        if steps is not None and not asks(steps):
            return steps
        self.conditions.back_to(before)
        other = self._sequence(rest, verb, left - 1)
        return steps if other is None else other

    def _turn_to(self, guards: tuple[Guard, ...]) -> None:
        """Let "it" be what a condition was about, if that is something that can be changed."""
        things = self.targets.spoken if conditions_of(guards) else ()
        features = self.targets.index.features
        if any(feature.commandable for thing in things for feature in features(thing).values()):
            self.targets.heard = tuple(dict.fromkeys((*self.targets.last, *self.targets.heard)))
            self.targets.last = things

    def _winners(self, text: str, left: int) -> Steps | None:
        """Read a clause about the winner of a comparison, once for each that may be it."""
        if (some := whichever(self.conditions, text)) is not None:
            each = [(condition, self._alone([way], left)) for condition, way in some]
            return tuple(s for condition, steps in each if steps for s in under((condition,), steps)) or None
        found = winner(self.conditions, text)
        if found is None:
            return None
        read = {number: steps for number, ways in enumerate(found.ways) if (steps := self._alone(ways, left))}
        if len(read) < 2 or (found.every and len(read) < len(found.ways)):
            return None
        conditions = zip(read.values(), found.conditions(list(read)), strict=True)
        return tuple(step for steps, condition in conditions for step in under((condition,), steps))

    def _alone(self, ways: list[str], left: int) -> Steps | None:
        """Read the first of several ways to say a clause that can be done, outside of any comparison."""
        start = self.conditions.mark()
        found = None
        for way in ways:
            self.conditions.compared = None
            steps = self._sequence(way, "", left - 1)
            self.conditions.back_to(start)
            if steps is not None and not asks(steps):
                found = steps
                break
        return found

    def _otherwise(self, guards: tuple[Guard, ...], rest: str, left: int) -> Steps | None:
        """Read "if A do B, otherwise C"."""
        found = _OTHERWISE.search(rest)
        if found is None:
            return None
        *before, last = guards
        if not isinstance(last, If | When) or (isinstance(last, When) and (last.every_time or before)):
            return None
        start = self.conditions.mark()
        here = self._branch(rest[: found.start()], "", left)
        there = self._branch(rest[found.end() :], _verb_of(rest), left)
        if here is None or there is None:
            self.conditions.back_to(start)
            return None
        negated = isinstance(last, If) and last.negated
        one, other = If(last.conditions, negated), If(last.conditions, not negated)
        return (*under((*before, one), here), *under((*before, other), there))

    def _branch(self, text: str, verb: str, left: int) -> Steps | None:
        steps = self._sequence(text.strip(" ,"), verb, left - 1)
        if steps is None or self._asks(steps):
            return self._hole(text.strip(" ,"))
        return steps

    def _two(self, head: str, tail: str, joint: str, verb: str, left: int) -> Steps | None:
        plain = self._plain(head)
        first = () if rephrase.STAYS.fullmatch(plain) else self._held(plain) or self._clause(plain, verb)
        if first is None:
            first = self._hole(head)
        if first is None:
            return None
        lasts = rephrase.LASTS.fullmatch(_stripped(tail))
        if lasts and first and (guards := self.guards.read(lasts["span"])):
            return extended(first, guards, self.targets.last)
        now = self.guards.come_to(first[-1].guards if first else ())
        rest = self._sequence(tail, _verb_of(plain) or verb, left - 1)
        self.guards.now = now
        if rest is None and self._is_beside(tail):
            rest = ()
        if rest is None:
            rest = self._hole(tail)
        if rest is None:
            return None
        return (*first, *follow(first, rest, then=bool(_THEN.search(joint))))

    def _hole(self, text: str) -> Steps | None:
        if not (self.holes and text) or _GUARDED.match(text):
            return None
        said = named(text, self.targets)
        return (Step(Refuse("unclear", said if said != text else self._spell(text))),)

    def _is_better(self, steps: Steps, than: Steps) -> bool:
        if self.holes and _unread(steps) != _unread(than):
            return _unread(steps) < _unread(than)
        return _problems(steps) < _problems(than) or len(steps) > len(than)

    def _clause(self, text: str, verb: str) -> Steps | None:
        """Read one command with what stands behind it; with the verb of the command before where it has none."""
        start = self.conditions.mark()
        steps = self._guarded(text)
        if (steps is None or asks(steps)) and (verb or _SWITCHED.match(text)):
            for carried in _carry(text, verb or "turn"):
                self.conditions.back_to(start)
                again = self._guarded(carried)
                if again is not None and not asks(again):
                    return again
        if steps is not None and any(isinstance(step.act, Ask) for step in steps):
            self.conditions.back_to(start)
            if (nearer := self._where_spoken_of(text)) is not None:
                return nearer
        if steps is None and self.targets.last and amount(text) is not None:
            steps = self._guarded(f"set it to {text}")
        if steps is None or asks(steps):
            self.conditions.back_to(start)
            spelled = spelled_out(text, self.targets, self.targets.heard)
            if spelled != text and (again := self._guarded(self._plain(spelled))) is not None and not asks(again):
                return again
        return steps

    def _where_spoken_of(self, text: str) -> Steps | None:
        """Read a clause that fits several things for the place that the sentence is about, if that leaves one."""
        if self.targets.area:
            return None
        home, start = self.targets.home, self.conditions.mark()
        for things in (self.targets.spoken, self.targets.last):
            areas = {home.by_id[thing].area for thing in things}
            self.targets.area = areas.pop() if len(areas) == 1 else None
            try:
                steps = self._guarded(text) if self.targets.area else None
            finally:
                self.targets.area = None
            if steps is not None and not asks(steps):
                return steps
            self.conditions.back_to(start)
        return None

    def _guarded(self, text: str) -> Steps | None:
        start = self.conditions.mark()
        acts = self._acts(text)
        wild = acts is not None and all((isinstance(act, Say) and act.text) or _at_an_hour(act, text) for act in acts)
        if acts is not None and not _asking(acts) and not wild:
            return tuple(map(Step, acts))
        if OPENER.search(text) or text.endswith(("from now", "later", "long", "that", "afterwards")):
            for head, guards in self.guards.trailing(text):
                self.conditions.back_to(start)
                steps = self._guarded(self._plain(head))
                if steps is not None and not asks(steps):
                    return under(guards, steps)
                if steps is not None and (acts is None or all(isinstance(act, Refuse) for act in acts)):
                    return under(guards, steps)
        self.conditions.back_to(start)
        if acts is None and _BACKWARD.search(text) and (steps := self._condition_last(text)) is not None:
            return steps
        self.conditions.back_to(start)
        return tuple(map(Step, acts)) if acts is not None else None

    def _condition_last(self, text: str) -> Steps | None:
        """ "lock the door unless it is locked": what "it" is the command says."""
        start = self.conditions.mark()
        for found in OPENER.finditer(text):
            head, tail = text[: found.start()].strip(" ,"), text[found.start() :].strip(" ,")
            steps = self._guarded(self._plain(head)) if head else None
            if steps is not None and not asks(steps) and (guards := self.guards.read(tail)):
                self._note(guards)
                return under(guards, steps)
            self.conditions.back_to(start)
        return None

    def _acts(self, text: str) -> list[Act] | None:
        key = (text, self.targets.area, *self.conditions.mark())
        if key not in self._acted:
            self.targets.spend(10)
            acts = extras(text, self._spell)
            for read in (both, compared, again):
                acts = acts if acts is not None else read(self.conditions, text)
            acts = acts if acts is not None else self.questions.read(text)
            if acts is None or _asking(acts):
                acts = looked_at(self.conditions, text) or acts
            heard = self._heard(acts) if acts is not None else None
            acts = acts if acts is not None else self.commands.read(text)
            self._acted[key] = acts, heard or self._heard(None)
        acts, mark = self._acted[key]
        self.conditions.back_to(mark)
        return acts

    def _heard(self, acts: list[Act] | None) -> tuple[object, ...]:
        """Remember what a question was about, for "if it is above ten" and "if so"."""
        self.conditions.remember()
        reads = [act for act in acts or () if isinstance(act, Read)]
        operands = tuple(Operand(thing, act.role) for act in reads for thing in act.target.things)
        if operands and self.conditions.subject != operands:
            self.conditions.subject = operands
            self.targets.spoken = tuple(dict.fromkeys(one.thing for one in operands))
        asked = [act for act in reads if act.relation and act.how == "now"]
        if asked:
            self.conditions.polar = If(
                tuple(
                    Comparison(Operand(thing, act.role), act.relation, act.value, act.unit)  # type: ignore[arg-type]
                    for act in asked
                    for thing in act.target.things
                )
            )
        return self.conditions.mark()

    def _plain(self, text: str) -> str:
        text = rephrase.clause(_stripped(text))
        return "resume" if self._paused and rephrase.PLAY_ON.fullmatch(text) else text

    def _spell(self, text: str) -> str:
        """Return words of the sentence as the user wrote them."""
        wanted = text.split()
        said = [w for w in self.words if w[0].isalnum()]
        for at in range(len(said) - len(wanted) + 1):
            if said[at : at + len(wanted)] == wanted:
                return spell(said[at : at + len(wanted)])
        return text


def _stripped(text: str) -> str:
    return " ".join(polite.strip(tuple(text.split())))


def _carry(text: str, verb: str) -> list[str]:
    """Return the clause with the verb of the one before: "off the lamp", "off at 9", "the hall light to 20 percent"."""
    first = verb.split()[0]
    if re.match(r"(?:on|off|up|down)(?: |$)", text):
        return [f"{first} {text}", f"{first} it {text}"]
    if re.search(r" (?:on|off)$", text):
        return [f"{first} {text}"]
    return [f"{verb} {text}", f"{verb} it {text}"] if re.match(r"(?:to|back) ", text) else [f"{verb} {text}"]


def _verb_of(text: str) -> str:
    found = _CARRIED.match(text)
    if found is None:
        return ""
    verb = found.group()
    tail = re.search(r" (on|off|out|up|down)$", text)
    return f"{verb} {tail.group(1)}" if tail and " " not in verb else verb


def _swallows(steps: Steps) -> bool:
    """Whether what is to be played may hold another command."""
    acts = [step.act for step in steps]
    return any(isinstance(act, Do) and act.verb == "play" and _JOINT.search(f" {act.value}") for act in acts)


def _at_an_hour(act: Act, text: str) -> bool:
    """Whether "turn on the lamp at ten" was taken for ten percent."""
    level = isinstance(act, Do) and act.verb == "set" and act.role in ("brightness", "volume", "position", "fan speed")
    return level and _HOUR.search(text) is not None


def _asking(acts: list[Act]) -> bool:
    return any(isinstance(act, Ask) or (isinstance(act, Refuse) and act.reason != "negated") for act in acts)


def asks(steps: tuple[Step, ...]) -> bool:
    """Whether a step is a question or a refusal (other than of what was negated)."""
    return _asking([step.act for step in steps])


def is_hole(step: Step) -> bool:
    """Whether a step stands for a clause that was not understood."""
    return isinstance(step.act, Refuse) and step.act.reason == "unclear" and bool(step.act.what)


def _unread(steps: tuple[Step, ...]) -> int:
    """Words of the clauses that were not understood."""
    return sum(len(step.act.what.split()) for step in steps if isinstance(step.act, Refuse) and is_hole(step))


def _problems(steps: tuple[Step, ...]) -> int:
    return sum(_asking([step.act]) for step in steps)
