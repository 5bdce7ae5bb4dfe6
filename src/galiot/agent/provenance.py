"""Where the words of a command come from: from the user, or only from what a device or a document says.

A model reads names, descriptions and states beside the user's sentence, and may follow what is written there. Text that
comes from devices is data: it says what a thing is called, never what is to be done.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from galiot.agent.command import Command
from galiot.agent.features import kind_of
from galiot.agent.features.words import fold, words_of
from galiot.agent.home import Home
from galiot.agent.plan import Do
from galiot.agent.thing import Thing

_VERBS: Mapping[str, tuple[str, ...]] = {
    verb: tuple(stems.split())
    for verb, stems in {
        "turn on": "on activat enabl start switch einschalt anschalt allum encend accend aan wlacz",
        "turn off": "off deactivat disabl kill stop ausschalt eteind apag spegn uit wylacz",
        "open": "open unlock offne ouvr abr apri otworz",
        "unlock": "unlock open unlatch entsperr entriegel aufschliess deverrouill desbloque sblocc ontgrendel odblok",
        "close": "clos shut schliess ferm cierr chiud sluit zamkn",
        "lock": "lock verriegel abschliess verrouill bloque blocc vergrendel zablok",
        "disarm": "disarm off deactivat disabl unscharf entscharf desarm disinser rozbroj",
        "arm": "arm scharf",
        "raise": "rais increas up max louder warmer brighter higher more",
        "lower": "lower decreas reduc down min quieter colder darker less",
        "set": "set chang mak put adjust stell regl",
    }.items()
}
_ACTS = (*dict.fromkeys(stem for stems in _VERBS.values() for stem in stems if len(stem) > 2), "turn", "run", "play")
_ORDERS = re.compile(
    r"\b(ignor\w*|disregard\w*|instead|previous|prior|instruction\w*|system|assistant|prompt|override|must|always|now"
    r"|please|immediately|urgent\w*|admin\w*|user|agent|execute|command\w*|confirm\w*|authori[sz]\w*|also|as well"
    r"|whenever|first|before|then|ai|tool|ignorier\w*|anweisung\w*|bitte|sofort|instrucci\w*)\b",
    re.IGNORECASE,
)
_ALL = frozenset(
    ("all", "every", "everything", "everywhere", "house", "home", "alle", "alles", "tout", "todo", "tutto")
)
_SMALL = frozenset(
    "a an and at by for from in is it me my of off on or our out please set that the this to turn up we you".split()
)
_LONG_NAME = 5  # words; a name that has more and speaks of an act is taken for a sentence
_MARK = 120  # characters


@dataclass(frozen=True)
class _Told:
    """A text of a device: whose it is ("" for other sources), and its words."""

    thing: str
    words: frozenset[str]
    name: bool
    orders: bool
    numbers: frozenset[float]


class Provenance:
    """The texts of one home that could be taken for orders, found once."""

    def __init__(self, home: Home) -> None:
        """Look through all names and descriptions."""
        self.home = home
        self._told = [told for thing in home.things for told in _texts_of(thing) if _speaks(told)]

    def doubt(self, act: Do, command: Command, request: str, texts: Sequence[str] = ()) -> str:
        """Return why a command is not the user's wish, "" where nothing speaks against it.

        texts: states, payloads and documents that whoever made the plan had read
        """
        thing, said = self.home.by_id[command.thing], _stems(request)
        value = None if isinstance(act.value, bool) or not isinstance(act.value, int | float) else float(act.value)
        wished_value = value is None or value in _numbers(request)
        if self._is_named(thing, said) and _begins(said, _VERBS.get(act.verb, (act.verb,))) and wished_value:
            return ""
        others = [_told("", text, name=False) for text in texts]
        for told in (*self._told, *others):
            if self._asks(told, act, thing, said, None if wished_value else value):
                whose = f"the description of {self._label(told.thing)}" if told.thing else "a text that is not yours"
                return f"only {whose} asks for it"
        return ""

    def _asks(self, told: _Told, act: Do, thing: Thing, said: frozenset[str], value: float | None) -> bool:
        """Whether a text speaks of this act on this thing, and the user's sentence does not."""
        own = told.thing == thing.id
        if own and not told.orders:
            return False
        if value is not None and value in told.numbers and (told.orders or not told.thing):
            return True
        if not _begins(told.words, _VERBS.get(act.verb, (act.verb.split()[0],))):
            return False
        names = _stems(f"{self.home.label(thing)} {thing.title}") - _SMALL
        kind = _stems(kind_of(thing) or "")
        foreign = (names | kind) - (
            said if self._is_named(thing, said) and _begins(said, _VERBS.get(act.verb, ())) else frozenset()
        )
        meant = (
            bool(told.words & _ALL)
            or own
            or len(told.words & foreign) >= min(2, len(names))
            or (kind and kind <= told.words)
        )
        return bool(meant) and (
            told.orders or told.name or not told.thing or len(told.words & names) >= min(2, len(names))
        )

    def _is_named(self, thing: Thing, said: frozenset[str]) -> bool:
        """Whether the sentence speaks of a thing, its place, its kind, or of everything."""
        names = [
            self.home.label(thing),
            thing.title,
            thing.area or "",
            thing.floor or "",
            kind_of(thing) or "",
            *thing.aliases,
        ]
        short = [_stems(name) - _SMALL for name in names if len(words_of(name)) <= _LONG_NAME]
        return bool(said & _ALL) or any(name & said for name in short)

    def _label(self, thing: str) -> str:
        return mark(self.home.by_id[thing].title)


def mark(text: str, most: int = _MARK) -> str:
    """Return a text of a device as it may stand in a prompt or an answer: one line, short, in quotation marks.

    Marks that could end the quotation, controls and characters that are not seen are left out.
    """
    return f"“{plain_text(text, most)}”"


def plain_text(text: str, most: int = _MARK) -> str:
    """Return a text of a device on one line, short, without controls, hidden characters or marks of quotation."""
    shown = "".join(
        c if unicodedata.category(c)[0] not in "CZ" else " " if c.isspace() else "" for c in text[: 8 * most]
    )
    shown = " ".join(re.sub(r"[\"“”„«»`<>{}|\\]|```", " ", shown).split())
    return shown if len(shown) <= most else shown[: most - 3].rstrip() + "..."


def _texts_of(thing: Thing) -> Iterator[_Told]:
    for name in (thing.title, *thing.aliases, thing.area or "", thing.floor or ""):
        yield _told(thing.id, name, name=True)
    yield _told(thing.id, thing.description, name=False)
    for one in thing.affordances():
        yield _told(thing.id, one.title, name=True)
        yield _told(thing.id, one.description, name=False)
        for choice in one.schema.enum if one.schema else ():
            if isinstance(choice, str):
                yield _told(thing.id, choice, name=True)


def _told(thing: str, text: str, *, name: bool) -> _Told:
    text = text[:4000]
    return _Told(thing, _stems(text), name, bool(_ORDERS.search(text)), frozenset(_numbers(text)))


def _speaks(told: _Told) -> bool:
    """Whether a text could be an order: it names an act, and it is longer than a name or sounds like one."""
    if not _begins(told.words, _ACTS):
        return False
    return len(told.words) > (_LONG_NAME if told.name else 2) or (told.orders and len(told.words) > 2)


def _begins(words: Iterable[str], stems: tuple[str, ...]) -> bool:
    return any(word.startswith(stem) if len(stem) > 3 else word == stem for word in words for stem in stems)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in _words(text))


def _words(text: str) -> list[str]:
    return [fold(word) for start in range(0, len(text), 390) for word in words_of(text[start : start + 390])]


def _numbers(text: str) -> set[float]:
    return {float(found) for found in re.findall(r"\d+(?:\.\d+)?", text[:4000])}
