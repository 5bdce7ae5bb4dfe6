"""What a home cannot do, told from the words alone: what it does not have, what is forbidden, what is none of its."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from galiot.agent.features import features_of
from galiot.agent.home import Home
from galiot.agent.plan import Act, Do, Plan, Refuse, Say, Step, Target
from galiot.agent.rules import polite, rephrase
from galiot.agent.rules.amounts import amount
from galiot.agent.rules.attributes import ROLE_OF
from galiot.agent.rules.barred import (
    ADJECTIVES,
    ASKED_OF,
    ATTRIBUTE_OF,
    ATTRIBUTES,
    CHORE,
    COLORED_TAIL,
    COMMAND,
    COMMANDED,
    GERUND,
    JOINT,
    LOOSE,
    MEASURED,
    NAMED,
    NEGATED,
    NO_UNIT,
    NOW,
    NUMBERED,
    PART,
    PLACED,
    POLAR,
    QUESTION,
    REQUEST,
    SETTING,
    SPECIAL,
    STOPS,
    SUFFIXED,
    SWITCHED,
    THE,
    TIMED,
    VAGUE,
    VALUED,
    VERB,
    WANTED,
    WAY,
)
from galiot.agent.rules.foreign import language_of
from galiot.agent.rules.index import content
from galiot.agent.rules.lexicon import NOUNS, ROOMS, SYNONYMS
from galiot.agent.rules.reader import read
from galiot.agent.rules.states import HOW, QUANTITIES, QUANTITY, measures
from galiot.agent.rules.targets import Absent, Found, Targets, TooLong, Unclear
from galiot.agent.rules.topics import is_elsewhere
from galiot.agent.rules.words import Words, split, stem

_MOST_CLAUSES = 6
_CARRIED = re.compile(rf"(?:{VERB}) ")
_QUANTITY_ASKED = re.compile(
    rf"(?:what is|what are|how is|tell me|give me|read|check|show me) (?:the )?(?:current "
    rf")?(?P<what>{QUANTITY})(?: level)?"
    r"(?: like)?(?: (?:in|on|at|inside) (?:the |my |our )?(?P<np>[\w' ]+?))?(?: now| here| right now)?"
)
_COLORED = re.compile(rf"(?:turn|make|set|paint|color|switch|change) {THE}(?P<np>[\w' ]+?) (?:to )?(?P<value>[\w ]+)")


def asks_of_state(sentence: str) -> bool:
    """Whether a question is whether something is in a state that devices have: "is the shed locked"."""
    return bool(POLAR.fullmatch(_plain(sentence)))


def asks_of_now(sentence: str) -> bool:
    """Whether a question may be about what is measured now: "how warm is the pool"."""
    return bool(NOW.match(_plain(sentence)))


def only_asks(sentence: str) -> bool:
    """Whether a sentence is one question and no more."""
    text = _plain(sentence)
    return is_question(sentence) and not JOINT.search(text) and not TIMED.search(text)


def is_question(sentence: str) -> bool:
    """Whether a sentence only asks for something that can be told, and wants nothing done."""
    text = _plain(sentence)
    return bool(QUESTION.match(text)) and not REQUEST.match(text) and not text.startswith(("do not", "have you"))


def beyond(
    sentence: str, home: Home, *, now: datetime | None = None, context: Mapping[str, object] | None = None
) -> Plan | None:
    """Return a plan that refuses what cannot be done and does the rest, None where that cannot be told by rules."""
    if language_of(split(sentence)) is not None:
        return None
    text = re.sub(STOPS, "", _plain(sentence))
    try:
        steps = _piecewise(text, home, now, context) or _colored(text, home, now, context)
        if steps is None and (acts := _Beyond(Targets(home, context)).read(text)) is not None:
            steps = tuple(map(Step, acts))
    except TooLong:
        return None
    return Plan(steps, "rules", sentence) if steps is not None else None


def _piecewise(
    text: str, home: Home, now: datetime | None, context: Mapping[str, object] | None
) -> tuple[Step, ...] | None:
    """Read a list of plain clauses one by one, each as something to do or to refuse."""
    parts = [part.strip(" ,.;") for part in JOINT.split(text) if part and part.strip(" ,.;")]
    if not 2 <= len(parts) <= _MOST_CLAUSES or TIMED.search(text):
        return None
    steps: list[Step] = []
    verb = before = ""
    for part in parts:
        if re.match(r"(?:in|on|at) ", part) and (placed := PLACED.fullmatch(before)) is not None:
            part = f"{placed['lead']} {part}"
        before = part
        for said in (part, f"{verb} {part}") if verb and NAMED.match(part) else (part,):
            made = _part(said, home, now, context)
            if made is not None:
                break
        if made is None:
            return None
        steps += made
        verb = _verb_of(part) or verb
        things = tuple(dict.fromkeys(t for one in made if isinstance(one.act, Do) for t in one.act.target.things))
        context = {**(context or {}), "things": things} if things else context
    return tuple(steps) if any(isinstance(step.act, Refuse) for step in steps) else None


def _part(text: str, home: Home, now: datetime | None, context: Mapping[str, object] | None) -> tuple[Step, ...] | None:
    plan = read(text, home, now=now, context=context)
    done = plan is not None and not all(isinstance(step.act, Refuse | Say) for step in plan.steps)
    if plan is not None and done and not any(isinstance(step.act, Say) for step in plan.steps):
        return plan.steps
    acts = _Beyond(Targets(home, context)).read(text)
    if acts is None or (
        len(text.split()) < 3 and any(isinstance(act, Refuse) and act.reason == "off-topic" for act in acts)
    ):
        return plan.steps if plan is not None else None
    return tuple(map(Step, acts))


def _colored(
    text: str, home: Home, now: datetime | None, context: Mapping[str, object] | None
) -> tuple[Step, ...] | None:
    """ "the lamp on in green": what can be done of it, and a refusal of a color that no light of it has."""
    found = COLORED_TAIL.fullmatch(text)
    value = amount(found["value"]) if found else None
    if found is None or value is None or value.sort != "color":
        return None
    plan = read(found["rest"], home, now=now, context=context)
    acts = [step.act for step in plan.steps] if plan is not None else []
    features = [features_of(home.by_id[id]) for act in acts if isinstance(act, Do) for id in act.target.things]
    if plan is None or not features or any("color" in one for one in features):
        return None
    return (*plan.steps, Step(Refuse("absent attribute", f"color {found['value']}")))


def _verb_of(text: str) -> str:
    found = _CARRIED.match(text)
    return found.group().strip() if found else ""


class _Beyond:
    """Reads one clause for one home."""

    def __init__(self, targets: Targets) -> None:
        self.targets, self.index = targets, targets.index

    def read(self, text: str) -> list[Act] | None:
        """Return the refusal of a clause, None where nothing speaks against it."""
        for way in (
            self._negated,
            self._own_switch,
            self._special,
            self._chore,
            self._attribute,
            self._asked,
            self._elsewhere,
            self._valued,
            self._absent,
        ):
            acts = way(text)
            if acts is not None:
                return acts
        return None

    def _negated(self, text: str) -> list[Act] | None:
        plain = re.sub(STOPS, "", text)
        if WANTED.match(plain):
            return None
        if COMMAND.search(plain) or (QUESTION.match(plain) and not plain.startswith("do not ")):
            return None
        for shape in NEGATED:
            found = shape.fullmatch(plain)
            if found is not None:
                sure = shape is NEGATED[0] or self._of_home(plain)
                return [Refuse("negated", (found["what"] or plain).strip(" ,"))] if sure else None
        return None

    def _of_home(self, text: str) -> bool:
        """Whether any word is one of the home's."""
        return any(self._known(word) for word in content(tuple(text.split())))

    def _known(self, word: str) -> bool:
        index = self.index
        return (
            word in index.by_word
            or bool(index.of_noun(word))
            or any(other in index.by_word for instead in SYNONYMS.get(word, ()) for other in instead.split())
        )

    def _elsewhere(self, text: str) -> list[Act] | None:
        """What is about no home at all, or a question in which none of the home's words stands."""
        if is_elsewhere(text, self._of_home(text), bool(MEASURED.search(text))):
            return [Refuse("off-topic", text)]
        return None

    def _chore(self, text: str) -> list[Act] | None:
        """Work about the house that a device could do, and none here does: "feed the fish"."""
        found = CHORE.fullmatch(text)
        if found is None or self._of_home(found["np"]):
            return None
        return [Refuse("absent device", text)]

    def _own_switch(self, text: str) -> list[Act] | None:
        """ "start charging the car": a switch of one device that is called so."""
        found = GERUND.fullmatch(text)
        if found is None:
            return None
        name = stem(found["own"])
        things = [
            (thing, name)
            for thing, entry in self.index.entries.items()
            if (one := entry.features.get(name)) is not None and one.commandable and one.shape == "switch"
        ]
        if len(things) != 1:
            return None
        return [Do("set", Target((things[0][0],)), name, found["verb"] in ("start", "begin", "resume"))]

    def _special(self, text: str) -> list[Act] | None:
        """ "zoom the camera in": what takes an action of its own, for a thing that has none of that name."""
        found = SPECIAL.fullmatch(text)
        verb = text.partition(" ")[0]
        if found is None or verb in self.index.parts:
            return None
        rest = found["rest"]
        ways = (rest, re.sub(r" (?:in|out|up|down|on|off)$", "", rest), re.sub(r"^.+ (?:on|of|with|at|in) ", "", rest))
        named = any(isinstance(self.targets.find(way), Found) for way in ways)
        return [Refuse("absent attribute", text)] if named else None

    def _attribute(self, text: str) -> list[Act] | None:
        """ "set the colour of the lamp", "the battery of the door": a thing that has no such feature."""
        for shape in (ATTRIBUTE_OF, SUFFIXED, PART, SETTING):
            found = shape.fullmatch(text)
            if found is None or not (shape in (PART, SETTING) or self._is_attribute(found["own"])):
                continue
            if shape is SETTING and self._has_choice(found["np"], found["value"]):
                return None
            if shape is PART and isinstance(self.targets.find(found["own"]), Found | Unclear):
                continue
            answer = self.targets.find(found["np"])
            if isinstance(answer, Found) and not any(self._has(thing, found["own"]) for thing in answer.things):
                return [Refuse("absent attribute", f"{found['own']} of {found['np']}")]
        return None

    def _has_choice(self, phrase: str, value: str) -> bool:
        """Whether words of a setting are among the choices of what a phrase names."""
        answer, said = self.targets.find(phrase), set(content(tuple(value.split())))
        things = answer.things if isinstance(answer, Found) else ()
        choices = (c for thing in things for one in self.index.features(thing).values() for c in one.choices)
        return any(set(content(split(choice))) <= said for choice in choices if isinstance(choice, str) and choice)

    def _is_attribute(self, name: str) -> bool:
        called = " ".join(map(stem, name.split()))
        known = any(called in names for told in self.index.told_by.values() for names, _ in told)
        return (
            known
            or name in ROLE_OF
            or name in QUANTITIES
            or stem(name.split()[-1]) in ("level", "mode", "setting", "color")
        )

    def _has(self, thing: str, name: str) -> bool:
        features = self.index.features(thing)
        roles = {*QUANTITIES.get(name, ()), ROLE_OF.get(name, ""), name, name.removesuffix(" level")}
        names = {other for called, _ in self.index.told_by[thing] for other in called} | set(features)
        return bool(roles & names) or " ".join(map(stem, name.split())) in names

    def _asked(self, text: str) -> list[Act] | None:
        if (bare := _QUANTITY_ASKED.fullmatch(text)) is not None:
            return self._unmeasured(bare["what"], bare["np"] or "")
        found = ASKED_OF.fullmatch(text)
        if found is None:
            return None
        name = found["how"] or found["much"] or found["what"]
        roles = HOW.get(name) or QUANTITIES.get(name) or (name,)
        answer = self.targets.find(found["np"])
        if roles and isinstance(answer, Found) and not any(measures(t, roles, self.index) for t in answer.things):
            return [Refuse("absent attribute", f"{name} of {found['np']}")]
        if roles and self.targets.is_place(found["np"]):
            return [Refuse("absent device", f"{roles[0]} sensor in {found['np']}")]
        return None

    def _unmeasured(self, name: str, place: str) -> list[Act] | None:
        """A quantity that nothing measures, here or at all."""
        roles = QUANTITIES[name]
        if place and not self.targets.is_place(place):
            return None
        if place or not any(role in self.index.readers for role in roles):
            return [Refuse("absent device", f"{name} sensor{f' in {place}' if place else ''}")]
        return None

    def _valued(self, text: str) -> list[Act] | None:
        """ "the pump on level 5": the one feature that takes a number, or none that does."""
        if (colored := _COLORED.fullmatch(text)) is not None and (refused := self._uncolored(colored)) is not None:
            return refused
        found = VALUED.fullmatch(text)
        number = NUMBERED.fullmatch(found["value"]) if found else None
        if found is None or (number is None and found["value"][0].isdigit()):
            return None
        phrase = re.sub(rf" (?:{ATTRIBUTES}|target)$", "", found["np"])
        answer = self.targets.find(phrase)
        if not isinstance(answer, Found) or len(answer.things) != 1:
            return None
        features = self.index.features(answer.things[0])
        takes = [role for role, one in features.items() if one.commandable and one.shape in ("number", "percent")]
        if len(takes) != 1:
            return [Refuse("absent attribute", phrase)] if not takes else None
        return self._numbered(answer.things[0], takes[0], number) if number else None

    def _numbered(self, thing: str, role: str, number: re.Match[str]) -> list[Act]:
        """Set a feature; a step or level counts on the scale of the device, which a percentage does not."""
        value, one = float(number["number"]) * (-1 if number["sign"] else 1), self.index.features(thing)[role]
        unit = amount(f"{number['number']} {number['unit']}") if number["unit"] else None
        if number["scale"] and one.shape == "percent" and one.high:
            if not (one.low or 0) <= value <= one.high:
                return [Refuse("out of range", self.targets.home.label(self.targets.home.by_id[thing]))]
            return [Do("set", Target((thing,)), role, round(100 * value / one.high), "%")]
        plain = int(value) if value.is_integer() else value
        return [Do("set", Target((thing,)), role, plain, unit.unit if unit and number["unit"] not in NO_UNIT else None)]

    def _uncolored(self, found: re.Match[str]) -> list[Act] | None:
        value, answer = amount(found["value"]), self.targets.find(found["np"])
        if value is None or value.sort not in ("color", "white") or not isinstance(answer, Found):
            return None
        if any(
            role in self.index.features(thing) for thing in answer.things for role in ("color", "color temperature")
        ):
            return None
        return [Refuse("absent attribute", f"color of {found['np']}")]

    def _absent(self, text: str) -> list[Act] | None:
        """A plain command for something that the home's words do not name."""
        if self._names_one(text):
            return None
        for shape in (COMMANDED, SWITCHED):
            found = shape.fullmatch(text)
            if found is None or (shape is SWITCHED and _CARRIED.match(f"{text} ")) or LOOSE.match(found["np"]):
                continue
            phrase = re.sub(r"^(?:every|all|each|both)(?: of)?(?: the| my| our)? ", "", found["np"])
            phrase += f" in {found['place']}" if found.groupdict().get("place") else ""
            answer = self.targets.find(phrase)
            if isinstance(answer, Absent):
                return [Refuse("absent device", phrase)]
            if isinstance(answer, Found | Unclear) or re.search(r" (?:and|of) ", phrase):
                return None
            if self.targets.is_place(phrase):
                here = any(word in self.index.place_words for word in content(tuple(phrase.split())))
                return None if here else [Refuse("absent device", phrase)]
            if self._is_strange(phrase):
                return [Refuse("absent device", phrase)]
        return None

    def _names_one(self, text: str) -> bool:
        """Whether the name of a thing, of more than a noun, stands in a text."""
        words = content(tuple(text.split()))
        spans = (
            words[start:end] for start in range(len(words)) for end in range(start + 1, min(len(words), start + 5) + 1)
        )
        return any(span in self.index.exact and (len(span) > 1 or span[0] not in NOUNS) for span in spans)

    def _is_strange(self, phrase: str) -> bool:
        """Whether a phrase names something by words that the home does not have, and not vaguely."""
        if re.search(r"\b(?:ones?|those|them|that|which|who)\b", phrase):
            return False
        before, _, place = phrase.partition(" in ")
        words = [word for word in content(tuple(before.split())) if not word.isdigit()]
        if (
            not words
            or re.match(r"\d", phrase)
            or any(word in VAGUE or (word in self.index.parts and word not in NOUNS) for word in words)
        ):
            return False
        head = words[-1]
        if not self._known(head):
            return head not in ADJECTIVES and head not in ROLE_OF and head not in QUANTITIES and len(head) > 2
        strange = [word for word in words[:-1] if not self._known(word) and word not in ADJECTIVES]
        elsewhere = [word for word in content(tuple(place.split())) if not self._known(word)] if place else []
        return (head in NOUNS and bool(strange) and all(len(word) > 3 for word in strange)) or bool(
            elsewhere and head in NOUNS and any(word in ROOMS or word not in VAGUE for word in elsewhere)
        )


def _plain(sentence: str) -> str:
    words: Words = split(sentence)
    text = " ".join(word for word in polite.digits(polite.strip(words)) if word not in ("!", "?", '"', "(", ")"))
    text = WAY.sub("", text.strip(" ,.;"))
    return rephrase.sentence(re.sub(r" (?:\. |, )?(?:do it|do that|go ahead|do so)$", "", text).strip(" ,.;"))
