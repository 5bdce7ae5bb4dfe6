"""Which things are meant: "the lamp in bedroom 1", "all lights upstairs except the desk lamp", "the kitchen one"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from galiot.agent.home import Home
from galiot.agent.rules.index import Entry, content, index_of
from galiot.agent.rules.lexicon import GLUE, NOUNS, PHRASES, ROOMS, SOFT, SYNONYMS
from galiot.agent.rules.words import Words, slipped, stem

_DANGLING = re.compile(
    r"\b(?:in|on|at|of|to|for|from|by|inside|within|over|around|throughout|across)(?: (?:the|a|"
    r"an|my|our|your))?(?:$| ?,| and\b)|^(?:to|for|from|by|and|or)\b"
)
"""Words that stand before a place and have none behind them: the phrase is cut in the wrong spot."""


Fits = Callable[[str], bool]
"""Whether a thing (by its id) can do what is asked."""


_COMMANDED = re.compile(r"(?<! at) (?:home|back|off|on|shut)$")
"""How a part of a list ends that is a command of its own: "mower home, sprinkler on"."""


_ALL = (
    "each and every one of the",
    "each and every",
    "all of the",
    "all of my",
    "all of our",
    "all the",
    "all my",
    "all our",
    "all of",
    "each of the",
    "every one of the",
    "both of the",
    "both the",
    "every single",
    "all",
    "every",
    "each",
    "both",
)


_EXCEPT = ("except for", "except", "but not", "apart from", "other than", "excluding", "besides", "but")


_GENERIC = frozenset(
    "light lighting blind door window sensor speaker thermostat heating lock fan plug cover tv heater music "
    "conditioning conditioner ac".split()
)
"""Nouns that mean a kind whatever its things are called; others mean things of that very name first."""


_EMPTY = frozenset(
    "smart intelligent intelligente inteligente connectee connecte conectado floor device whole home house".split()
)
"""Words that tell no thing from another."""
_ROOM_HEAT = ("heating", "heat", "thermostat", "temperature")
_WATERY = frozenset("tub pool spa jacuzzi whirlpool water boiler oven fridge freezer sauna aquarium grill".split())
_LONG_WORD = 7
"""Letters from which on a word that is one letter off is a slip and not another word."""
_MOST_EFFORT = 1500
"""Attempts; a plain sentence takes about a hundred."""
_EVERYTHING = {"everything", "all", "all devices", "every device", "all the devices", "all appliances"}


@dataclass(frozen=True)
class Found:
    """Things that a phrase names. group: named by kind, area or floor and not one by one"""

    things: tuple[str, ...]
    said: str = ""
    group: bool = False
    area: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Unclear:
    """Several things that the phrase fits equally well."""

    options: tuple[str, ...]
    said: str = ""


@dataclass(frozen=True)
class Absent:
    """A phrase that is understood and fits no thing. near: things that it names and that cannot do what is asked"""

    said: str
    near: tuple[str, ...] = ()


Answer = Found | Unclear | Absent | None


class TooLong(Exception):
    """A sentence that can be cut in too many ways; the model may read it."""


class Targets:
    """Finds what phrases mean in one home."""

    def __init__(self, home: Home, context: Mapping[str, object] | None = None) -> None:
        self.index = index_of(home)
        self.home = home
        self.context = context or {}
        self.last: tuple[str, ...] = ()
        """Things of the clause before, for "it" and "them"."""
        self.spoken: tuple[str, ...] = ()
        """Things of the condition before."""
        self.heard: tuple[str, ...] = ()
        """All things of the sentence so far, the latest first."""
        self.asking = False
        """Whether a condition is read, in which "it" is first what another condition was about."""
        self.last_kind: str | None = None
        self._group = False
        self.effort = 0
        area = self.context.get("area")
        self.area = str(area) if area else None
        """Where the user is."""
        things = self.context.get("things")
        if isinstance(things, list | tuple):
            self.last = tuple(str(t) for t in things if str(t) in self.index.entries)

    def spend(self, effort: int = 1) -> None:
        """Count an attempt to read part of the sentence; raises TooLong after as many as no plain sentence needs."""
        self.effort += effort
        if self.effort > _MOST_EFFORT:
            raise TooLong

    def find(self, phrase: str, fits: Fits | None = None, *, area_only: bool = False, group: bool = False) -> Answer:
        """Return the things of a phrase.

        fits: which things can do what is asked; the others count only where nothing else is meant
        area_only: a phrase that names a place and nothing else means what fits in it
        group: and all that fits there, not just one thing
        """
        self._group = group
        phrase = phrase.strip(" ,")
        if phrase in (
            "it",
            "them",
            "that",
            "this",
            "that one",
            "this one",
            "those",
            "these",
            "both of them",
            "all of them",
            "both",
        ):
            return self._pronoun(fits)
        answer = self._list(phrase, fits, area_only)
        if isinstance(answer, Found) and answer.kind:
            self.last_kind = answer.kind
        return answer

    def _pronoun(self, fits: Fits | None) -> Answer:
        near = (self.spoken, self.last) if self.asking else (self.last, self.spoken)
        for spoken in (*near, *((thing,) for thing in self.heard)):
            things = tuple(t for t in spoken if fits is None or fits(t))
            if things:
                return Found(things)
        return None

    def _list(self, phrase: str, fits: Fits | None, area_only: bool) -> Answer:
        if _DANGLING.search(phrase):
            return None
        for word in _EXCEPT:
            head, found, tail = phrase.partition(f" {word} ")
            if found:
                return self._except(head, tail, fits, area_only)
        whole = self._one(phrase, fits, area_only)
        if isinstance(whole, Found) or not re.search(r" and |,", phrase):
            return whole
        return self._several(phrase, fits, area_only) or whole

    def _except(self, head: str, tail: str, fits: Fits | None, area_only: bool) -> Answer:
        most = self._list(head, fits, area_only)
        if not isinstance(most, Found):
            return most
        self.last_kind = most.kind or self.last_kind
        place = re.sub(r"^(?:in|on|at|those in|the ones? in) ", "", tail)
        rest = self._list(place, lambda t: t in most.things, True)
        if isinstance(rest, Unclear) and self.is_place(place):
            rest = Found(rest.options)
        if not isinstance(rest, Found):
            return rest if isinstance(rest, Unclear) else None
        left = tuple(t for t in most.things if t not in rest.things)
        return Found(left, group=True, kind=most.kind) if left and len(left) < len(most.things) else None

    def _several(self, phrase: str, fits: Fits | None, area_only: bool) -> Answer:
        """a, b and c; a place at the end holds for those before it that are not clear without it."""
        for parts in _partitions(phrase):
            if any(_COMMANDED.search(part) for part in parts[:-1]):
                continue
            answers: list[Answer] = []
            place = _place_of(parts[-1])
            lead = self._leading_area(parts[0])
            bare_all = any(parts[0].startswith(f"{a} ") for a in _ALL)
            for number, part in enumerate(parts):
                answer = self._one(part, fits, area_only)
                if not isinstance(answer, Found) and place and number < len(parts) - 1:
                    answer = _better(answer, self._one(f"{part} {place}", fits, area_only))
                if not isinstance(answer, Found) and lead and number:
                    answer = _better(answer, self._one(f"{lead} {part}", fits, area_only))
                if not isinstance(answer, Found) and bare_all and number:
                    answer = _better(answer, self._one(f"all {part}", fits, area_only))
                if answer is None and number and self._is_place(part):
                    answer = self._same_kind(parts[number - 1], part, fits)
                if not isinstance(answer, Found) and number < len(parts) - 1 and self.is_place(part):
                    answer = _better(answer, self._one(f"{part} {_tail_noun(parts[-1])}", fits, False))
                if isinstance(answer, Found) and answer.kind:
                    self.last_kind = answer.kind
                answers.append(answer)
            if all(isinstance(a, Found) for a in answers):
                things = dict.fromkeys(t for a in answers if isinstance(a, Found) for t in a.things)
                return Found(tuple(t for t in self.index.entries if t in things), phrase)
            if not any(a is None for a in answers):
                return next(a for a in answers if not isinstance(a, Found))
        return None

    def is_place(self, phrase: str) -> bool:
        """Whether a phrase says where and nothing else, also where the home has no such place."""
        words = content(tuple(phrase.split()))
        return bool(words) and (
            words in self.index.areas
            or all(w in self.index.place_words or w in ROOMS or w.isdigit() or w == "floor" for w in words)
        )

    def _is_place(self, part: str) -> bool:
        words = content(tuple(part.split()))
        return bool(words) and words in self.index.areas

    def _same_kind(self, before: str, part: str, fits: Fits | None) -> Answer:
        """ "the lights in the kitchen and the hall": the second place holds for the same noun."""
        found = re.match(r"(.+? (?:in|on|at) )", before)
        return self._one(found.group(1) + part, fits, False) if found else None

    def _leading_area(self, part: str) -> str:
        words = content(tuple(part.split()))
        for length in range(len(words) - 1, 0, -1):
            if words[:length] in self.index.areas:
                return " ".join(words[:length])
        return ""

    def _one(self, phrase: str, fits: Fits | None, area_only: bool) -> Answer:
        phrase = phrase.strip(" ,")
        every = False
        pair = bool(re.match(r"(?:the |my |our )?both\b", phrase))
        bare = re.sub(r"^(the|my|our) ", "", phrase)
        for lead in _ALL:
            if bare.startswith(f"{lead} ") or bare == lead:
                rest = bare[len(lead) :].strip()
                if rest:
                    every, bare = True, rest
                break
        words = tuple(bare.split())
        if not words:
            return None
        if (
            words[0] in ("everything", "anything")
            or bare in _EVERYTHING
            or (words[0] in ("devices", "appliances") and every)
        ):
            return self._everything(words[1:] if words[0] != "all" else (), fits)
        if words[-1] in ("one", "ones") or words[0] in ("one", "ones"):
            if self.last_kind is None:
                return None
            plural = "ones" in words
            words = (*tuple(w for w in words if w not in ("one", "ones")), self.last_kind)
            every = every or plural
        return self._match(words, fits, every, area_only, pair=pair)

    def _everything(self, words: Words, fits: Fits | None) -> Answer:
        place = content(words) if any(w not in GLUE for w in words) else ()
        if place in ((), ("home",), ("house",), ("apartment",), ("flat",), ("whole", "house"), ("here",)):
            things = set(self.index.entries)
        else:
            things = self._in_place(place)
            if not things:
                return None
        chosen = self._order(t for t in things if fits is None or fits(t))
        return Found(chosen, "everything", group=True) if chosen else None

    def _in_place(self, place: Words) -> set[str]:
        best = [e.id for e in self.index.entries.values() if place in e.areas or place in e.floors]
        if not best and place[-1:] == ("floor",):
            best = [e.id for e in self.index.entries.values() if place[:-1] in e.floors]
        return set(best)

    def _order(self, things: Iterable[str]) -> tuple[str, ...]:
        chosen = set(things)
        return tuple(t for t in self.index.entries if t in chosen)

    def _match(self, words: Words, fits: Fits | None, every: bool, area_only: bool, *, pair: bool = False) -> Answer:
        said = " ".join(words)
        wanted = content(words)
        plural = every or _is_plural(words)
        scored = self._candidates(wanted, words)
        if not scored:
            scored = self._with_synonyms(wanted, words)
        if not scored and (respelled := self._respelled(wanted)) != wanted:
            wanted = respelled
            scored = self._candidates(wanted, words) or self._with_synonyms(wanted, words)
        if not scored:
            return self._absent(wanted, said)
        able = [(cost, t) for cost, t in scored if fits is None or fits(t)]
        if not able:
            others = self._with_synonyms(wanted, words)
            able = [(cost, t) for cost, t in others if fits is None or fits(t)]
            scored = others if able else scored
        place_only = all(not self._names(t, wanted) for _, t in scored)
        if place_only and (not area_only or every):
            return None
        lowest = min(cost for cost, _ in scored)
        if not able:
            return Absent(said, near=tuple(t for cost, t in scored if cost == lowest))
        if fits is not None and lowest < 0 and min(cost for cost, _ in able) >= 1 and not plural:
            return Absent(said, near=tuple(t for cost, t in scored if cost == lowest))
        if plural and (every or not any(cost < 0 for cost, _ in able)):
            noun = self._noun(wanted)
            literal = [t for _, t in able if noun in self.index.entries[t].own()]
            loose = noun == "lamp" if every else noun in _GENERIC and noun != "speaker"
            loose = loose or (every and noun in _GENERIC)
            chosen = self._order(literal if literal and not loose else (t for _, t in able))
            if pair and len(chosen) != 2:
                return Unclear(chosen, said)
            if self.area and not any(w in self.index.place_words for w in wanted):
                chosen = tuple(t for t in chosen if self.home.by_id[t].area == self.area) or chosen
            return Found(chosen, said, group=True, kind=self._noun(wanted))
        lowest = min(cost for cost, _ in able)
        best = self._order(t for cost, t in able if cost == lowest)
        if len(best) > 1 and plural:
            return Found(best, said, group=True, kind=self._noun(wanted))
        if len(best) > 1:
            best = self._in_said_place(best, wanted)
        if len(best) > 1 and not plural:
            best = self._usual(best, wanted)
        if len(best) > 1 and self.area:
            here = tuple(t for t in best if self.home.by_id[t].area == self.area)
            best = here or best
        if len(best) > 1:
            return Found(best, said, group=True) if place_only and self._group else Unclear(best, said)
        return Found(best, said, kind=self._noun(wanted) or self.index.kind(best[0]))

    def _in_said_place(self, best: tuple[str, ...], wanted: Words) -> tuple[str, ...]:
        """Of things with the same name, those in the place that the words name as a whole."""
        inside = tuple(t for t in best if any(set(area) <= set(wanted) for area in self.index.entries[t].areas))
        return inside or best

    def _usual(self, best: tuple[str, ...], wanted: Words) -> tuple[str, ...]:
        """Of things that a noun may mean, those of its usual kind: heating is a thermostat before a heater."""
        noun = self._noun(wanted)
        if noun in _ROOM_HEAT:
            best = self.dry(best)
        for kind in NOUNS.get(noun or "", ()):
            chosen = tuple(
                t for t in best if kind in self.index.entries[t].kinds or noun in self.index.entries[t].own()
            )
            if chosen:
                return chosen
        return best

    def dry(self, things: tuple[str, ...]) -> tuple[str, ...]:
        """Of things that have a temperature, those that warm rooms and no water, food or beer, if there are any."""
        return tuple(t for t in things if not self.index.entries[t].own() & _WATERY) or things

    def _noun(self, wanted: Words) -> str | None:
        return next((w for w in reversed(wanted) if w in NOUNS), None)

    def _names(self, thing: str, wanted: Words) -> bool:
        """Whether the words say more about a thing than where it is."""
        entry = self.index.entries[thing]
        places = {w for group in (entry.areas, entry.floors) for v in group for w in v}
        return (
            wanted in entry.names
            or any(w not in places for w in wanted)
            or any(set(name) <= places for name in entry.names[:1])
        )

    def _candidates(self, wanted: Words, words: Words) -> list[tuple[float, str]]:
        """Things that every word fits, with a cost: below 0 for the exact name, else by what was left unsaid."""
        pool: set[str] | None = None
        for word in wanted:
            if word in _EMPTY:
                continue
            fitting = self.index.by_word.get(word, set()) | self.index.of_noun(word)
            pool = set(fitting) if pool is None else pool & fitting
            if not pool:
                return []
        if pool is None:
            pool = set(self.index.by_word.get(wanted[0], set())) if wanted else set()
        exact = [t for t in self.index.exact.get(wanted, []) if t in pool]
        scored = []
        for thing in pool:
            cost = self._cost(self.index.entries[thing], wanted)
            if cost is not None:
                near = any(set(wanted) == set(name) for name in self.index.entries[thing].names)
                scored.append((cost - 10.0 if thing in exact else cost - 8.0 if near else cost, thing))
        return scored

    def _cost(self, entry: Entry, wanted: Words) -> float | None:
        options = []
        for name in entry.names:
            for area in entry.areas or [()]:
                cost = self._cost_of(entry, name, area, wanted)
                if cost is not None:
                    options.append(cost)
        return min(options, default=None)

    def _cost_of(self, entry: Entry, name: Words, area: Words, wanted: Words) -> float | None:
        floors = {w for v in entry.floors for w in v}
        own, place = set(name), set(area)
        nouns = {w for w in wanted if entry.kinds & set(self.index.kinds_of(w))}
        left = [w for w in wanted if w not in own and w not in nouns]
        if any(w not in place and w not in floors and w not in _EMPTY for w in left):
            return None
        numbers = [w for w in wanted if w.isdigit()]
        if any(w not in own and w not in place and w not in floors for w in numbers):
            return None
        cost = 0.0
        unsaid = own - set(wanted)
        if any(
            w in own and w not in place and w not in nouns for w in wanted
        ):  # something of its own name was said, so all of it counts
            cost += sum(1.0 for w in unsaid - place if w not in SOFT and w not in nouns and w not in _own_nouns(entry))
            cost += sum(0.1 for w in unsaid if w in _own_nouns(entry) or w in SOFT)
        cost += sum(0.3 for w in nouns if w not in own)
        said_place = [w for w in left if w in place] or [w for w in wanted if w in place and w not in own]
        if said_place and area:
            missing = [w for w in area if w not in wanted and w not in own]
            cost += 0.5 * len(missing)
        elif area and (own & place & set(wanted)):
            missing = [w for w in area if w not in wanted]
            cost += 0.3 * len(missing)
        return round(cost, 3)

    def _with_synonyms(self, wanted: Words, words: Words) -> list[tuple[float, str]]:
        text = " ".join(wanted)
        for phrase, instead in PHRASES.items():
            if " ".join(phrase) in text:
                replaced = tuple(text.replace(" ".join(phrase), instead).split())
                if scored := self._candidates(replaced, words):
                    return scored
        for at, word in enumerate(wanted):
            if word == "living" and word in self.index.place_words:
                continue
            for instead in SYNONYMS.get(word, ()):
                replaced = wanted[:at] + tuple(instead.split()) + wanted[at + 1 :]
                if scored := self._candidates(replaced, words):
                    return [(cost + 0.7 if cost >= 0 else cost, t) for cost, t in scored]
        joined = "".join(wanted)
        for cut in (wanted[:-1], wanted[:-2]):
            if len(cut) == 2 and "".join(cut) in self.index.by_word:
                return self._candidates(("".join(cut), *wanted[2:]), words)
        if len(wanted) > 1 and joined in self.index.by_word:
            return self._candidates((joined,), words)
        return []

    def _respelled(self, wanted: Words) -> Words:
        """Words of the home instead of those that are one slip of the finger away from one of them."""
        return tuple(w if w in self.index.by_word else self._nearest(w) or w for w in wanted)

    def _nearest(self, word: str) -> str | None:
        """A word of the home that is a slip away; two that both stand in the lexicon are two words."""
        if len(word) < _LONG_WORD - 1:
            return None
        own, lexicon = word.removesuffix("s"), NOUNS.keys() | ROOMS
        near = [
            known
            for known in self.index.by_word
            if len(known) >= _LONG_WORD - 1
            and max(len(known), len(word)) >= _LONG_WORD
            and slipped(own, known.removesuffix("s"))
            and not (word in lexicon and known in lexicon)
        ]
        return near[0] if len(near) == 1 else None

    def _absent(self, wanted: Words, said: str) -> Answer:
        """A known kind, in a known place: it is understood, and not there."""
        head = any(w in NOUNS for w in wanted)
        known = (
            self.index.place_words
            | ROOMS
            | set(NOUNS)
            | {"front", "back", "left", "right", "smart", "main", "ceiling", "floor"}
        )
        known |= {"upstairs", "downstairs", "guest", "master", "outdoor", "indoor"}
        if head and all(w in known or w.isdigit() for w in wanted):
            return Absent(said)
        return None


def _own_nouns(entry: Entry) -> set[str]:
    return {w for name in entry.names for w in name if entry.kinds & set(NOUNS.get(w, ()))}


def _better(first: Answer, second: Answer) -> Answer:
    return second if isinstance(second, Found) else first


def _tail_noun(part: str) -> str:
    words = part.split()
    return next((w for w in reversed(words) if stem(w) in NOUNS), "")


def _is_plural(words: Words) -> bool:
    heads = [w for w in words if w not in GLUE]
    return any((w != stem(w) and stem(w) in NOUNS and w.endswith("s")) or w == "lighting" for w in heads)


def _place_of(part: str) -> str:
    found = re.search(r" ((?:in|on|at) (?:the )?.+)$", part)
    if found:
        return found.group(1)
    return part.split()[-1] if part.split()[-1:] and part.split()[-1] in ("upstairs", "downstairs", "outside") else ""


def _partitions(phrase: str) -> Iterable[list[str]]:
    """Yield ways to cut a list into its members: at every joint, then with one "and" kept inside a name."""
    parts = [p.strip() for p in re.split(r"\s*,\s*(?:and )?|\s+and\s+(?:also )?", phrase) if p.strip()]
    if len(parts) > 1:
        yield parts
    if len(parts) > 2:
        for at in range(len(parts) - 1):
            yield [*parts[:at], f"{parts[at]} and {parts[at + 1]}", *parts[at + 2 :]]
