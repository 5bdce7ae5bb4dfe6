"""Sentence templates of Home Assistant in its many languages, mapped to the acts of a plan.

The data of a language are read when it is first asked for, and its timers only when nothing else fits: half of all
templates are about them. Names, areas and floors of a home become lists once for each home.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from galiot.agent.features.kinds_table import KINDS
from galiot.agent.home import Home
from galiot.agent.plan import Act
from galiot.agent.rules.index import index_of
from galiot.agent.rules.intents import Match, acts_of
from galiot.agent.rules.lexicon import NOUNS, ROOMS, SYNONYMS
from galiot.agent.rules.slots import Slots
from galiot.agent.rules.targets import Targets
from galiot.agent.rules.words import Word, fold, stem
from galiot.errors import MissingExtraError

_NOWHERE = "*"
"""The area that templates are told the user is in: where the user really is counts when things are chosen."""
_ALL = frozenset(
    "all every each todas todos toutes tous tout alle alles samtliche tutte tutti alla allt wszystkie wszystko"
    " toate tots totes vse vsechny minden kaikki hepsi все всі усі όλα".split()
)
"""Words for all, in lower case and without accents."""
_LEFT_OUT = {"HassRespond", "HassGetWeather"}
_TIMERS = {
    "HassStartTimer",
    "HassIncreaseTimer",
    "HassDecreaseTimer",
    "HassCancelTimer",
    "HassPauseTimer",
    "HassUnpauseTimer",
    "HassTimerStatus",
    "HassCancelAllTimers",
}
_DOMAINS: dict[str, tuple[str, ...]] = {
    "light": ("light",),
    "lock": ("lock",),
    "valve": ("valve",),
    "thermostat": ("climate",),
    "climate": ("climate",),
    "air conditioner": ("climate",),
    "heater": ("climate", "switch"),
    "water heater": ("climate", "switch"),
    "fan": ("fan",),
    "vacuum": ("vacuum",),
    "mower": ("lawn_mower",),
    "speaker": ("media_player",),
    "radio": ("media_player",),
    "tv": ("media_player",),
    "media": ("media_player",),
    "scene": ("scene",),
    "button": ("button",),
    "humidifier": ("humidifier", "switch"),
    "alarm": ("alarm_control_panel",),
    "camera": ("camera",),
}
_CLASSES = {
    "blind": "blind",
    "curtain": "curtain",
    "shutter": "shutter",
    "shade": "shade",
    "awning": "awning",
    "garage door": "garage",
    "gate": "gate",
    "door": "door",
    "window": "window",
}


_COMMON = frozenset(
    (
        "i you he she it we they me him her them my your his its our their a an the this that "
        "these those is are was were be been am do does did have has had can could"
        " will would should may might must not no yes and or but if when while after before until "
        "than then so because with without about from for of to in on at by up"
        " down out off over under again more less very too just only please there here what which "
        "who how why where want need like know think make get go come see look"
        " time day night morning evening today tomorrow yesterday hour minute one two three four "
        "five ten hot cold warm bright dark loud quiet good bad new old"
    ).split()
)


def domains_of(kind: str) -> tuple[str, ...]:
    """Return the domains of Home Assistant under which a kind of thing is found."""
    if kind in _DOMAINS:
        return _DOMAINS[kind]
    row = KINDS.get(kind)
    if kind == "cover" or (row is not None and row.parent == "cover"):
        return ("cover",)
    if kind == "sensor" or (row is not None and row.parent == "sensor"):
        return ("sensor", "binary_sensor")
    return ("switch",)


def languages() -> tuple[str, ...]:
    """Return the codes of all languages that have templates."""
    return tuple(_intents().get_languages())


@lru_cache(maxsize=8)
def _templates(language: str, timers: bool) -> Any:
    """Return the compiled templates of a language, those about timers or the others; None where it has none."""
    data = _data(language)
    if data is None:
        return None
    hassil = _hassil()
    chosen = {
        name: intent
        for name, intent in data["intents"].items()
        if (name in _TIMERS) is timers and name not in _LEFT_OUT
    }
    return hassil.Intents.from_dict({**data, "intents": chosen})


@lru_cache(maxsize=8)
def _data(language: str) -> dict[str, Any] | None:
    for code in (language, language.partition("-")[0].partition("_")[0]):
        found: dict[str, Any] | None = _intents().get_intents(code, json_load=json.load)
        if found is not None:
            return found
    return None


def _hassil() -> Any:
    try:
        import hassil
        import hassil.intents
    except ImportError:
        raise MissingExtraError("agent", "hassil") from None
    return hassil


def _intents() -> Any:
    try:
        import home_assistant_intents
    except ImportError:
        raise MissingExtraError("agent", "home-assistant-intents") from None
    return home_assistant_intents


class Lists:
    """A home's names, areas and floors for templates; made once for each home by `Home.once`."""

    def __init__(self, home: Home) -> None:
        self._slots = {
            "name": Slots(_names(home)),
            "area": Slots(_places(home.areas)),
            "floor": Slots(_places(home.floors)),
        }
        self._last: tuple[str, dict[str, Any]] = "", {}

    def within(self, sentence: str) -> dict[str, Any]:
        """Return the lists of what a sentence may hold."""
        if sentence != self._last[0]:
            make = _hassil().intents.TextSlotList.from_tuples
            lists = {name: make(slots.within(sentence), allow_template=False) for name, slots in self._slots.items()}
            self._last = sentence, lists
        return self._last[1]


def _names(home: Home) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Return (name, ids, context) of every name in every domain."""
    index = index_of(home)
    found: dict[tuple[str, str], dict[str, None]] = {}
    for thing in home.things:
        domains = {d for kind in index.entries[thing.id].kinds if kind for d in domains_of(kind)} or {"switch"}
        spoken = {_spoken(n) for n in (thing.title, *thing.aliases, home.label(thing))} - {""}
        for name in sorted(spoken | {fold(name) for name in spoken}):
            for domain in domains:
                found.setdefault((name, domain), {})[thing.id] = None
    return [(name, tuple(ids), {"domain": domain}) for (name, domain), ids in found.items()]


def _places(places: Iterable[str]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for place in places:
        for name in (place, place.partition("(")[0], *place.replace("(", "/").replace(")", "").split("/")):
            for spoken in (_spoken(name), fold(_spoken(name))):
                if spoken:
                    found.setdefault(spoken, place)
    return list(found.items())


def _spoken(name: str) -> str:
    """A name without what is not spoken; hassil takes brackets for its own."""
    return " ".join("".join(c if c.isalnum() or c in "'’-&." else " " for c in name).split()).lower()


def recognize(sentence: str, targets: Targets, language: str) -> list[Act] | None:
    """Return the acts of a sentence in one language, None where no template fits it in full.

    raises: MissingExtraError without the packages
    """
    for timers in (False, True):
        templates = _templates(language, timers)
        if templates is None:
            return None
        best = _best(sentence, targets, templates, language)
        if best is not None:
            return best
    return None


def _best(sentence: str, targets: Targets, templates: Any, language: str) -> list[Act] | None:
    ranked: list[tuple[tuple[int, int, int], list[Act]]] = []
    try:
        results = list(
            _hassil().recognize_all(
                sentence,
                templates,
                slot_lists=targets.home.once(Lists).within(sentence),
                language=language,
                intent_context={"area": _NOWHERE},
            )
        )
    except (
        ValueError,
        RecursionError,
    ):  # a number that the language has no words for; a sentence that is nested too deep
        return None
    for result in results:
        match = Match(
            result.intent.name,
            {name: entity.value for name, entity in result.entities.items() if entity.value != _NOWHERE},
            dict(result.intent_data.slots),
            frozenset(_required(result.intent_data.requires_context)),
            {name: entity.text.strip() for name, entity in result.entities.items() if entity.value != _NOWHERE},
            not _ALL.isdisjoint(fold(sentence).split()),
        )
        acts = acts_of(match, targets)
        if acts is not None:
            wild = sum(len(entity.text) for entity in result.entities.values() if entity.is_wildcard)
            asked = sum(type(act).__name__ in ("Ask", "Refuse") for act in acts)
            ranked.append(((asked, wild, -result.text_chunks_matched), acts))
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _required(context: Mapping[str, Any]) -> Iterable[str]:
    """Return what the user's surroundings have to give: "area" where the sentence does not say it."""
    return (name for name, value in context.items() if isinstance(value, dict) and value.get("slot"))


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    """Return the words of the English templates and of the words that rules know."""
    data = _data("en") or {"intents": {}}
    spoken = [s for intent in data["intents"].values() for block in intent["data"] for s in block["sentences"]]
    raw = " ".join([*spoken, *data.get("expansion_rules", {}).values()]).lower()
    return frozenset(re.findall(r"[a-z]+", raw)) | set(NOUNS) | set(SYNONYMS) | ROOMS | _COMMON


@lru_cache(maxsize=256)
def _guess(said: tuple[str, ...]) -> tuple[str, ...]:
    scores: dict[str, int] = {}
    for code in languages():
        path = Path(str(_intents().__file__)).parent / "data" / f"{code}.json"
        if code == "en" or not path.exists():
            continue
        text = path.read_text(encoding="utf-8").lower()
        scores[code] = sum(_stands(word, text) for word in said)
    most = max(scores.values(), default=0)
    if most * 3 < max(1, len(said)):  # with fewer no template fits, and to read a language takes 50 ms
        return ()
    likeliest = (code for code, score in scores.items() if score == most)
    return tuple(sorted(likeliest, key=lambda code: (len(code), code))[:3])


def _stands(word: str, text: str) -> bool:
    """Whether a word stands in a text by itself; ten times as fast as a pattern."""
    at = text.find(word)
    while at >= 0:
        around = text[max(0, at - 1) : at] + text[at + len(word) : at + len(word) + 1]
        if not any(c.isalnum() or c == "_" for c in around):
            return True
        at = text.find(word, at + 1)
    return False


def guess(words: Iterable[str], known: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the languages that have the most of the words, the likeliest first, at most three; none where they look
    English.

    known: words of the home's names, which say nothing about the language
    """
    said = {w: (w.raw if isinstance(w, Word) and w.raw else w).lower().strip("-") for w in words if w[0].isalpha()}
    telling = [w for w in said if stem(w) not in known]
    if not telling or sum(w in _english() for w in telling) * 5 >= 2 * len(telling):
        return ()
    return _guess(tuple(dict.fromkeys(said[w] for w in telling)))
