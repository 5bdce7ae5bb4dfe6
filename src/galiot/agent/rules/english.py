"""A sentence in English as steps: clauses with their guards, each a command, a question or something else."""

from __future__ import annotations

import re
from datetime import datetime

from galiot.agent.plan import Act, After, Ask, Guard, If, Refuse, Say, Step
from galiot.agent.rules import polite
from galiot.agent.rules.commands import Commands
from galiot.agent.rules.conditions import Conditions
from galiot.agent.rules.extras import extras
from galiot.agent.rules.guards import OPENER, Guards, waits
from galiot.agent.rules.questions import Questions
from galiot.agent.rules.targets import Targets, TooLong
from galiot.agent.rules.words import Words, spell, split

_JOINT = re.compile(
    r"(?:\s*,)?\s+(?:and then|and also|and after that|after that|and afterwards|and|then|"
    r"afterwards|as well as|plus|but|also)\s+(?:please |also |then |just )*|\s*[,;.!?]\s+"
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
_OTHERWISE = re.compile(r"(?: ,| \.| ;)? (?:otherwise|or else|else|if not)(?: ,)? ")
_WAITS = (
    (
        re.compile(
            (
                r"^(?:check|see|look|find out) (?:if|whether) (.+?)(?: ,| and| \.| ;)+ (?:and )?if (?:so|it "
                r"is|yes|they are)(?: ,)? "
            )
        ),
        r"if \1 , ",
    ),
    (
        re.compile(
            r"^(?:check|see|look|find out) (?:if|whether) (.+?)(?: ,| and| \.| ;)+ (?:and )?if (?:not|"
            r"it is not|no)(?: ,)? "
        ),
        r"unless \1 , ",
    ),
    (re.compile(r"^wait (?:for )?(?:about )?(?=\d|an? |half |another )"), "in "),
    (re.compile(r"^wait (?:until|till) (?=\d|noon\b|midnight\b)"), "at "),
    (re.compile(r"^wait (?:until|till|for) "), "when "),
    (
        re.compile(r" but (?:leave|keep) (.+?) (?:on|off|open|closed|alone|as it is|as they are|running)$"),
        r" except \1",
    ),
)
"""Other words for guards and exceptions."""
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
        self.holes = False

    def read(self, words: Words, *, holes: bool = False) -> tuple[Step, ...] | None:
        """Return the steps of a sentence, None where part of it is not understood.

        holes: a clause that is not understood becomes `Refuse("unclear", clause)`, as long as another one is
        """
        self.words, self.holes = words, holes
        text = " ".join(polite.digits(polite.strip(words)))
        text = _HERE.sub(f" in {' '.join(split(self.targets.area))}" if self.targets.area else "", f" {text}").strip()
        if not text:
            return None
        if len(text.split()) > _MOST_WORDS:
            return None
        try:
            return self._read(text)
        except TooLong:
            return None

    def _read(self, text: str) -> tuple[Step, ...] | None:
        steps = self._sequence(text, "", _MOST)
        if (steps is None or asks(steps)) and (found := _REASON.match(text)):
            steps = self._sequence(text[found.end() :], "", _MOST) or steps
        return steps

    def _sequence(self, text: str, verb: str, left: int) -> tuple[Step, ...] | None:
        text = self._plain(text)
        if left == 0 or not text:
            return None
        best: tuple[Step, ...] | None = None
        for guards, rest in self.guards.leading(text):
            if (both := self._otherwise(guards, rest, left)) is not None:
                return both
            remembered = self.targets.last
            steps = self._sequence(rest, verb, left - 1) or self._hole(rest)
            if steps is not None:
                best = best or tuple(_under(guards, step) for step in steps)
                if not asks(steps):
                    return tuple(_under(guards, step) for step in steps)
            self.targets.last = remembered
        whole = self._clause(text, verb)
        if whole is not None and not asks(whole):
            return whole
        best = best or whole
        for found in _JOINT.finditer(text):
            head, tail = text[: found.start()].strip(" ,;.!?"), text[found.end() :].strip(" ,;.!?")
            remembered = self.targets.last
            both = self._two(head, tail, found.group(), verb, left) if head and tail else None
            if both is not None and not asks(both):
                return both
            if both is not None and (best is None or self._is_better(both, best)):
                best = both
            self.targets.last = remembered
        return best

    def _otherwise(self, guards: tuple[Guard, ...], rest: str, left: int) -> tuple[Step, ...] | None:
        """Read "if A do B, otherwise C"."""
        found = _OTHERWISE.search(rest)
        if found is None or len(guards) != 1 or not isinstance(guards[0], If):
            return None
        here = self._sequence(rest[: found.start()].strip(" ,"), "", left - 1)
        there = self._sequence(rest[found.end() :].strip(" ,"), _verb_of(rest), left - 1)
        if not here or not there or asks(here) or asks(there):
            return None
        opposite = If(guards[0].conditions, not guards[0].negated)
        return (*(_under(guards, step) for step in here), *(_under((opposite,), step) for step in there))

    def _two(self, head: str, tail: str, joint: str, verb: str, left: int) -> tuple[Step, ...] | None:
        first = self._clause(self._plain(head), verb) or self._hole(head)
        if first is None:
            return None
        rest = self._sequence(tail, _verb_of(self._plain(head)) or verb, left - 1) or self._hole(tail)
        if rest is None:
            return None
        if tail.startswith("wait ") or (_THEN.search(joint) and any(step.guards for step in first)):
            rest = (_after(rest[0]), *rest[1:])
        return (*first, *rest)

    def _hole(self, text: str) -> tuple[Step, ...] | None:
        return (Step(Refuse("unclear", self._spell(text))),) if self.holes and text else None

    def _is_better(self, steps: tuple[Step, ...], than: tuple[Step, ...]) -> bool:
        if self.holes and _unread(steps) != _unread(than):
            return _unread(steps) < _unread(than)
        return _problems(steps) < _problems(than) or len(steps) > len(than)

    def _clause(self, text: str, verb: str) -> tuple[Step, ...] | None:
        """Read one command with what stands behind it; with the verb of the command before where it has none."""
        steps = self._guarded(text)
        if (steps is None or asks(steps)) and verb:
            for carried in _carry(text, verb):
                again = self._guarded(carried)
                if again is not None and not asks(again):
                    return again
        return steps

    def _guarded(self, text: str) -> tuple[Step, ...] | None:
        acts = self._acts(text)
        wild = acts is not None and all(isinstance(act, Say) and act.text for act in acts)
        if acts is not None and not _asking(acts) and not wild:
            return tuple(map(Step, acts))
        if OPENER.search(text) or text.endswith(("from now", "later", "long")):
            for head, guards in self.guards.trailing(text):
                steps = self._guarded(self._plain(head))
                if steps is not None and not asks(steps):
                    return tuple(_under(guards, step) for step in steps)
                if steps is not None and (acts is None or all(isinstance(act, Refuse) for act in acts)):
                    return tuple(_under(guards, step) for step in steps)
        return tuple(map(Step, acts)) if acts is not None else None

    def _acts(self, text: str) -> list[Act] | None:
        self.targets.spend(10)
        other = extras(text, self._spell) or self.questions.read(text)
        return other if other is not None else self.commands.read(text)

    def _plain(self, text: str) -> str:
        text = " ".join(polite.strip(tuple(text.split())))
        for pattern, instead in _WAITS:
            text = pattern.sub(instead, text, count=1)
        return text

    def _spell(self, text: str) -> str:
        """Return words of the sentence as the user wrote them."""
        wanted = text.split()
        said = [w for w in self.words if w[0].isalnum()]
        for at in range(len(said) - len(wanted) + 1):
            if said[at : at + len(wanted)] == wanted:
                return spell(said[at : at + len(wanted)])
        return text


def _under(guards: tuple[Guard, ...], step: Step) -> Step:
    """Put guards in front of a step that does not wait for something of its own."""
    if waits(step.guards) and waits(guards):
        return step
    return Step(step.act, (*guards, *step.guards))


def _after(step: Step) -> Step:
    """Let a step wait for the end of the one before."""
    if any(isinstance(guard, After) for guard in step.guards):
        return Step(step.act, tuple(After(g.seconds, True) if isinstance(g, After) else g for g in step.guards))
    return step if waits(step.guards) else Step(step.act, (After(0, True), *step.guards))


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
