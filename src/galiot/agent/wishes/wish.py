"""What a wish comes to in a home: the first remedy that can be done where it is needed, by how things are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from galiot.agent.command import State
from galiot.agent.home import Home
from galiot.agent.plan import Act, Ask, Do, Plan, Step, Target
from galiot.agent.prepare import prepare
from galiot.agent.rules import rephrase
from galiot.agent.rules.index import Entry, content, index_of
from galiot.agent.rules.words import split, stem
from galiot.agent.wishes.remarks import Remark, remark
from galiot.agent.wishes.remedies import REMEDIES, Remedy, hints
from galiot.agent.wishes.signs import needs_of

_LONGEST = 300
"""Characters of a sentence that may be a wish."""
_PLAIN = (("'re", " are"), ("'ve", " have"), ("'s", " is"), ("'m", " am"), ("'ll", " will"))
_SHORTENED = "i|you|we|they|he|she|it|there|that|who|what|someone|somebody|nobody"
_WEAK = frozenset("light lamp room home house thing one window sensor smart main night big".split())
_NONE = frozenset("left right on up down out in".split())
"""Words of names that mostly mean something else in a sentence."""
_MAIN = frozenset("main ceiling big overhead".split())
_VERB = (
    r"(?:turn|switch|set|record|preheat|put|change|dim|brighten|raise|lower|increase|decrease|open|close|shut|lock|"
    r"unlock|"
    r"start|stop|run|pause|play|mute|unmute|skip|get|send|write|tell|show|read|find|remind|order|buy|call|activate|"
    r"deactivate|do not(?! (?:want|like|need|feel|have))|never|"
    r"push|move|flip|book|search|translate|add|remove|cancel|arm|disarm|resume|adjust|reduce|drop)"
)
_VAGUE = r"(?! (?:on |in |us |me )*(?:some|something|a bit|a little|more|the (?:sun|daylight|light|morning|day) in))"
_ASKED = r"(?:please |just |also |now |then |can you |could you |would you |will you |can we |could we )*"
_COMMANDED = re.compile(rf"(?:^|[,.;:!?] (?:and |then )?|\band ){_ASKED}{_VERB}\b{_VAGUE}")
_EXACT = re.compile(
    r"\d|\b(?:one|two|three|four|five|half|a|another|ten|twenty) (?:and a half )?(?:a )?(?:degrees?|percent|"
    r"notch(?:es)?|steps?|up|"
    r"down)\b|^(?!.*\b(?:is|are|with|left|still|has|have|was|asleep)\b).*\b(?:on|off)$"
)
_MEASURED = re.compile(
    r"\b(?:only|just|already|it is|over|under|below|above|co|almost|nearly) ?\d+(?: (?:degrees|"
    r"percent))?"
)
_OR_SO = re.compile(r"\bor (?:something|so|whatever|anything)\b")
_QUESTION = re.compile(r"(?!why (?:is|are) )(?:is|are|was|were|what|which|how|who|where|when|why|did|does|has|have) ")
_WAITS = re.compile(
    r"\b(?:if|when|whenever|unless|until|yesterday|tomorrow|last (?:night|week|month|year)|average|strongest|highest|"
    r"lowest|warmest|coldest|hottest)\b"
)
"""Of another time, or a question about what was measured."""
_PLACED = re.compile(
    r"\b(?:in|on|at|by|like|near|beside|behind|under|from|through|around|round|next to|of) (?:the |my |"
    r"our )?\w+(?: \w+)?"
)
_STILL = ("paused", "stopped", "off")
_QUIET_ROLES = ("volume", "brightness")


def hear(sentence: str, home: Home, *, area: str | None = None) -> Wish | None:
    """Return the wish that a sentence tells of, None where it tells of none, or of one that waits or is denied.

    area: where the user is
    """
    if len(sentence) > _LONGEST:
        return None
    text = sentence.lower().replace("’", "'")
    for short, long in _PLAIN:
        text = re.sub(rf"\b({_SHORTENED}){short}\b", rf"\1{long}", text)
    words = [word for word in split(text) if word not in ('"', "(", ")")]
    text = re.sub(r" ([,.;:!?])", r"\1", " ".join(words)).strip(" .!?")
    if _WAITS.search(text):
        return None
    said = remark(rephrase.sentence(text), home)
    vague = _OR_SO.search(text) is not None
    plain = vague or not (_QUESTION.match(text) or _COMMANDED.search(text) or _EXACT.search(_MEASURED.sub("", text)))
    needs = tuple(needs_of(_unnamed(text, home))) if plain else ()
    return Wish(sentence, text, home, needs, said, area) if needs or said else None


def _unnamed(text: str, home: Home) -> str:
    """Return a sentence without the names of two and more words in it: a bed warmer does not make it warm."""
    for entry in index_of(home).entries.values():
        for name in entry.names:
            if len(name) > 1 and all(word in text for word in name) and any(needs_of(" ".join(name))):
                text = re.sub(rf"\b{'s? '.join(map(re.escape, name))}s?\b", "thing", text)
    return text


@dataclass(frozen=True)
class Wish:
    """A wish that is heard in one home.

    text: the sentence in plain lower case; needs: what it tells of; said: what it remarks about a thing
    """

    sentence: str
    text: str
    home: Home
    needs: tuple[str, ...]
    said: Remark | None
    area: str | None = None

    @property
    def things(self) -> tuple[str, ...]:
        """What may help; their states decide."""
        found = dict.fromkeys(self.said.things if self.said else ())
        for need in self.needs:
            for remedy in REMEDIES[need]:
                found |= dict.fromkeys(self._of_kind(remedy))
        return tuple(found)

    def plan(self, state: State) -> Plan | None:
        """Return what helps as things are now, or a question; None where nothing in the home does.

        What is there where it is needed comes before what helps from elsewhere.
        """
        if self.said is not None and (act := self.said.act(self.home, state, self._best)) is not None:
            return Plan((Step(act),), "rules", self.sentence)
        for need in self.needs:
            for where, anywhere in self._wheres():
                for placed in self._named_first(where, anywhere):
                    for remedy in REMEDIES[need]:
                        if (act := self._act(remedy, state, placed(remedy))) is not None:
                            return Plan((Step(act),), "rules", self.sentence) if self._is_meant(act) else None
        return self._so_already(state)

    def _named_first(self, where: frozenset[str], anywhere: bool) -> Iterable[Callable[[Remedy], Sequence[str]]]:
        """Yield ways to look for help: first what is called like a floor that is said, as "upstairs heating"."""
        floors = {word for floor in self._index.floors for word in floor} & set(self._words)

        def called(remedy: Remedy) -> Sequence[str]:
            return [t for t in self._placed(remedy, where, anywhere) if self._index.entries[t].own() & floors]

        if floors:
            yield called
        yield lambda remedy: self._placed(remedy, where, anywhere)

    def _so_already(self, state: State) -> Plan | None:
        """Return what would help and is so: the answer says it."""
        where, anywhere = next(iter(self._wheres()))
        for need in self.needs[:1]:
            for remedy in REMEDIES[need]:
                placed = self._placed(remedy, where, anywhere)
                same = [t for t in placed if prepare(self._do(remedy, t), self.home, state).same]
                do = replace(self._do(remedy, ""), target=Target(self._best(same)))
                if same and self._is_meant(do):
                    return Plan((Step(do),), "rules", self.sentence)
        return None

    def _wheres(self) -> Iterable[tuple[frozenset[str], bool]]:
        """Yield where help is looked for: where it is said, or where people are who say so; then elsewhere."""
        if self._areas:
            return ((self._areas, False), (self._areas, True))
        return ((self._likely, False), (frozenset(), True)) if self._likely else ((frozenset(), True),)

    def _act(self, remedy: Remedy, state: State, placed: Sequence[str]) -> Act | None:
        able = {thing: do for thing in placed if (do := self._doable(remedy, thing, state)) is not None}
        options = self._best(tuple(able))
        if not options or max(map(self._score, placed)) >= self._score(options[0]) + 1:
            return None  # what the sentence is about cannot do it, or is so: others are not meant
        if len(options) > 1 and not remedy.every:
            options = self._settled(options, remedy)
        if len(options) > 1 and not remedy.every:
            return Ask("which", options)
        first = able[options[0]]
        return Do(first.verb, Target(options), first.role, first.value, first.unit)

    def _is_meant(self, act: Act) -> bool:
        """Whether a thing that the sentence names, other than by where it is, is among those that would help."""
        chosen = act.target.things if isinstance(act, Do) else act.options if isinstance(act, Ask) else ()
        named = _PLACED.sub(" ", self.text)
        words = content(split(named))
        spans = set(_spans(words))
        things = {thing for span in spans for thing in self._index.exact.get(span, ())}
        return not things or bool(things & set(chosen))

    def _doable(self, remedy: Remedy, thing: str, state: State) -> Do | None:
        """Return the command for one thing, None where it cannot do it, or is so already."""
        role = remedy.role
        if role == "?":
            return self._chosen(thing, state)
        features = self._index.features(thing)
        power = features.get("power")
        if remedy.verb in ("lower", "pause", "mute") and power is not None and power.value(state) is False:
            return None
        if remedy.verb in ("lower", "raise") and role in _QUIET_ROLES and power and power.value(state) is False:
            return None
        playing = features.get("playback")
        if remedy.verb in ("lower", "mute") and playing and playing.value(state) in _STILL:
            return None
        return self._possible(self._do(remedy, thing), state)

    @staticmethod
    def _do(remedy: Remedy, thing: str) -> Do:
        return Do(remedy.verb, Target((thing,)), remedy.role, remedy.value, remedy.unit)

    def _chosen(self, thing: str, state: State) -> Do | None:
        """Return the action or choice that the sentence names: an espresso, a lungo."""
        words = set(self._words)
        for role, feature in self._index.features(thing).items():
            named = [c for c in feature.choices if isinstance(c, str) and set(content(split(c))) <= words]
            if named and feature.commandable:
                verb = "set" if feature.write is not None else "run"
                return self._possible(Do(verb, Target((thing,)), role, named[0]), state)
            titles = (role, *(action.title for action in feature.actions.values()))
            called = words & {word for title in titles for word in content(split(title))}
            if called and feature.actions and feature.write is None and not feature.choices:
                return self._possible(Do("run", Target((thing,)), role), state)
        return None

    def _possible(self, do: Do, state: State) -> Do | None:
        made = prepare(do, self.home, state)
        return do if made.commands or made.unknown else None

    # which of them

    @cached_property
    def _index(self):  # type: ignore[no-untyped-def]
        return index_of(self.home)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return content(split(self.text))

    @cached_property
    def _hints(self) -> frozenset[str]:
        return frozenset(stem(word) for word in hints(self.text))

    @cached_property
    def _areas(self) -> frozenset[str]:
        """The areas that the sentence names, and those of the floors that it names; else where the user is."""
        spans = set(_spans(self._words))
        areas = {area for span in spans for area in self._index.areas.get(span, ())}
        if not areas:
            entries = (entry for entry in self._index.entries.values() if spans & set(entry.floors))
            areas = {area for entry in entries if (area := self.home.by_id[entry.id].area)}
        if not areas and self.area:
            areas = {self.area}
        return frozenset(areas)

    @cached_property
    def _likely(self) -> frozenset[str]:
        """The areas where somebody is who says so: who cooks is in the kitchen."""
        named = ((words, areas) for words, areas in self._index.areas.items() if set(words) & self._hints)
        return frozenset(area for _, areas in named for area in areas)

    def _of_kind(self, remedy: Remedy) -> tuple[str, ...]:
        kinds = set(filter(None, remedy.kinds.split(",")))
        called = [content(split(name)) for name in remedy.called.split(",") if name]
        found = []
        for thing, entry in self._index.entries.items():
            kind = bool(entry.kinds & kinds)
            name = any(_holds(own, word) for own in entry.names for word in called)
            said = {word for place in entry.areas for word in place} & set(self._words)
            barred = remedy.but and not said and set(remedy.but.split(",")) & entry.own()
            if not barred and ((kind and name) if remedy.only and kinds else (kind or name)):
                found.append(thing)
        return tuple(found)

    def _placed(self, remedy: Remedy, where: frozenset[str], anywhere: bool) -> Sequence[str]:
        """Return the things of a remedy where it is needed; else those of the floor or the house where that helps."""
        things = self._of_kind(remedy)
        if not where:
            return things
        here = [thing for thing in things if self.home.by_id[thing].area in where]
        here = here or [thing for thing in things if self._overlap(thing, self._words) >= 1]
        if here or not (anywhere and remedy.anywhere):
            return here
        floors = {one.floor for one in self.home.things if one.area in where}
        near = [thing for thing in things if self.home.by_id[thing].floor in floors]
        return near or things

    def _score(self, thing: str) -> float:
        own = self._overlap(thing, self._words)
        likely = self._overlap(thing, self._hints) and 0.5
        return own + likely

    def _overlap(self, thing: str, words: Iterable[str]) -> float:
        entry: Entry = self._index.entries[thing]
        own = {word for name in (*entry.names, *entry.areas) for word in name}
        return sum(0.25 if word in _WEAK else 1.0 for word in (own & set(words)) - _NONE)

    def _best(self, things: Sequence[str]) -> tuple[str, ...]:
        """Return the things of which the sentence says most."""
        scores = {thing: self._score(thing) for thing in things}
        most = max(scores.values(), default=0.0)
        return tuple(thing for thing in things if scores[thing] == most)

    def _settled(self, things: tuple[str, ...], remedy: Remedy) -> tuple[str, ...]:
        """Of several that fit equally, those of the likelier kind, or the room's main one."""
        for kind in remedy.kinds.split(","):
            chosen = tuple(thing for thing in things if kind in self._index.entries[thing].kinds)
            if chosen and len(chosen) < len(things):
                things = chosen
                break
        if len({self.home.by_id[thing].area for thing in things}) == 1:
            main = tuple(thing for thing in things if self._index.entries[thing].own() & _MAIN)
            things = main if len(main) == 1 else things
        return things


def _spans(words: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    return (words[at : at + length] for length in range(1, 5) for at in range(len(words) - length + 1))


def _holds(name: Sequence[str], part: Sequence[str]) -> bool:
    size = len(part)
    return any(tuple(name[at : at + size]) == tuple(part) for at in range(len(name) - size + 1))
