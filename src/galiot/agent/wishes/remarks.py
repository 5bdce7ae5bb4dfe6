"""What is remarked about a thing by its name: "the fan is howling", "nobody needs the lamp"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from galiot.agent.command import State
from galiot.agent.home import Home
from galiot.agent.plan import Act, Ask, Do, Target, Value
from galiot.agent.prepare import prepare
from galiot.agent.rules.targets import Found, Targets, TooLong, Unclear

_NP = r"(?P<np>[\w' ]+?)"
_BE = r"(?:is|are|was|were|has been|have been)"
_WHO = r"(?:someone|somebody|who|i|we|the kids|he|she|they|the \w+|my \w+|\w+)"
_VERY = (
    r"(?:(?:still|again|way|far|so|too|very|really|just|all|making|causing|such|a|an|terribl[ey]|awful(?:ly)?|rather|"
    r"pretty) )*"
)
_NOISE = (
    r"(?:racket|noise|noisy|din|howl\w*|humm\w*|buzz\w*|rattl\w*|roar\w*|dron\w*|whirr\w*|beep\w*|blar\w*|blast\w*|"
    r"scream\w*|"
    r"squeal\w*|whin\w*|loud|loudly|splash\w*|screech\w*|clatter\w*|whistl\w*|hiss\w*|shak\w+ the|drown\w*|thump\w*|"
    r"boom\w*)"
)
_ON = r"(?:on|burning|running|lit|going|shining|blazing|playing|glowing|heating|turned on|switched on)"
_NO_ONE = r"(?:nobody|no one|noone|none of us)"

_SHAPES: tuple[tuple[str, str], ...] = (
    ("quieter", rf"{_NP} (?:{_BE}|makes?|keeps?|sounds?)(?: like)? {_VERY}{_NOISE}\b.*"),
    (
        "quieter",
        rf"{_NP} (?:annoys?|wakes?(?: up)?|bothers?|disturbs?|scares?|frightens?|distracts?|upsets?|{_BE} (?:getting "
        rf"on|waking(?: up)?|driving|"
        rf"annoying|bothering|disturbing|scaring|frightening|distracting|upsetting)|gets? on|drives?) "
        r"(?:me|us|my|our|the|everyone|everybody)\b.*",
    ),
    (
        "off",
        rf"{_NP} (?:{_BE} keeping|keeps?) (?:me|us|him|her|them|the [\w ]+|my [\w ]+|everyone|everybody) (?:awake|up|"
        rf"from "
        r"(?:sleep\w*|work\w*|concentrat\w*))\b.*",
    ),
    (
        "off",
        rf"{_NP} (?:does not|do not|need not|should not|must not|did not)(?: have to| need to)? (?:be on|burn|run|"
        rf"shine|stay "
        r"on|be running|be burning|be lit|glow|be playing)\b.*",
    ),
    (
        "off",
        rf"{_NP} (?:{_BE}) (?:still )?{_ON} (?:all|since|in broad|in the (?:middle|sun)|at this|even|although|"
        rf"while|and (?:no|we|it)|with no|for (?:hours|days|ages|nobody|nothing|no)|the whole|day and)\b.*",
    ),
    ("off", rf"{_NP} {_BE} still {_ON}"),
    (
        "off",
        rf"(?:there is )?no need (?:for|to (?:keep|have|leave)) {_NP}(?: (?:warm|hot|on|running|open|lit|heated|"
        rf"going|on any "
        r"more|any more|anymore))?",
    ),
    (
        "off",
        rf"{_NO_ONE} (?:needs?|{_BE} (?:using|watching|listening to|sitting under)|uses?|watch(?:es)?|listens? "
        rf"to) {_NP}"
        r"(?: (?:any more|anymore|right now|now|at the moment|today|tonight))?",
    ),
    ("off", rf"(?:i|we) (?:am |are |have )?(?:done|finished|through) (?:with|reading by|using|watching) {_NP}"),
    ("off", rf"why {_BE} {_NP} (?:still )?{_ON}\b.*"),
    ("off", rf"{_WHO} (?:has |have )?(?:left|forgot) {_NP} (?:on|running|burning)(?: again)?"),
    ("off", rf"{_WHO} (?:forgot|has forgotten|have forgotten) to (?:turn|switch) (?:off {_NP})"),
    ("close", rf"{_WHO} (?:left|forgot) {_NP} (?:wide |standing )?open(?: again)?"),
    ("close", rf"{_WHO} (?:forgot|has forgotten|have forgotten) to (?:close|shut) {_NP}"),
    ("close", rf"{_NP} {_BE} (?:still |standing |left )?(?:wide |left |standing )open(?: again)?"),
    ("close", rf"{_NP} {_BE} still open"),
    (
        "shut",
        rf"{_NP} (?:{_BE} (?:overflowing|running over|leaking|dripping|flooding [\w ]+)|leaks|drips|"
        rf"overflows)\b.*",
    ),
    (
        "fill",
        rf"{_NP} (?:(?:has|have|is|are|was|had) )?(?:all )?(?:run |ran |gone |nearly |almost |completely "
        rf")?(?:empty|dry|used up|"
        r"(?:run |ran )?out of (?:water|food|feed))(?: again)?",
    ),
    ("lock", rf"{_WHO} (?:forgot|has forgotten|have forgotten) to lock {_NP}"),
    ("lock", rf"{_NP} {_BE} (?:still |left )?(?:unlocked|not locked)(?: again)?"),
    ("lock", rf"{_WHO} (?:left|forgot) {_NP} unlocked"),
    (
        "halt",
        rf"{_NP} (?:{_BE} (?:going wrong|failing|jammed|stuck|a mess|ruined|spaghetti|broken|going crazy|tangled|"
        rf"eating [\w ]+|"
        r"in (?:my|the|our) way|under (?:my|our|your) feet)|keeps (?:bumping|running|driving|crashing) into|went "
        r"wrong|(?:has |have )?(?:failed|jammed)|got stuck|gets? in (?:my|"
        r"the|our) way)\b.*",
    ),
    (
        "off",
        rf"(?:.* )?(?:have to|need to|want to|am going to|going (?:out |off |outside )?to|off to|must|about to|will) "
        rf"(?:fix|repair|rewire|touch|"
        rf"mend|work on|replace|"
        rf"take apart|climb over|unscrew) {_NP}(?: (?:with|in|now|soon|myself|wire|bulb)\b.*)?",
    ),
)
_COMPILED = tuple((what, re.compile(pattern)) for what, pattern in _SHAPES)
_CLAUSE = re.compile(r"\s*[,.;:!?]\s*(?:and |but |so )?|\s+(?:and|but|so|because) ")
_ROLES = {"close": ("position", "lock"), "lock": ("lock",)}
"""Remark -> roles of what it may be about; a bare place means what has one of them there."""
_SPEEDS: tuple[tuple[str, str, Value], ...] = (("lower", "fan speed", None), ("set", "fan mode", "low"))


@dataclass(frozen=True)
class Remark:
    """What is remarked about things, the likeliest first where the words fit several.

    what: quieter, off, close, shut, fill, lock or halt
    """

    what: str
    things: tuple[str, ...]
    group: bool = False

    def act(self, home: Home, state: State, best: Callable[[Sequence[str]], Sequence[str]]) -> Act | None:
        """Return what is to be done about it as things are now.

        best: the things of which the sentence says most
        """
        able, same = dict[str, Do](), dict[str, Do]()
        for thing in self.things:
            for verb, role, value in _WAYS[self.what](home, thing):
                do = Do(verb, Target((thing,)), role, value)
                made = prepare(do, home, state)
                if made.commands or made.unknown:
                    able[thing] = do
                    break
                if made.same:
                    same.setdefault(thing, do)
        able = able or same
        if not able:
            return None
        chosen = tuple(able) if self.group else tuple(best(tuple(able)))
        if len(chosen) > 1 and not self.group:
            return Ask("which", chosen)
        first = able[chosen[0]]
        return Do(first.verb, Target(chosen), first.role, first.value)


def remark(text: str, home: Home) -> Remark | None:
    """Return what a sentence, or a clause of it, remarks about something that the home has."""
    for clause in dict.fromkeys((text, *_CLAUSE.split(text))):
        for what, pattern in _COMPILED:
            found = pattern.fullmatch(clause.strip(" ,.;!?"))
            things = _named(found["np"], home, _ROLES.get(what, ())) if found and found["np"] else None
            if things:
                return Remark(what, *things)
    return None


def _named(phrase: str, home: Home, roles: Sequence[str]) -> tuple[tuple[str, ...], bool] | None:
    """Return the things that the end of a phrase names, and whether as a group."""
    words = phrase.split()
    targets = Targets(home)

    def fits(thing: str) -> bool:
        return any(role in targets.index.features(thing) for role in roles)

    for start in range(min(len(words), 6)):
        said = " ".join(words[start:])
        try:
            said = re.sub(r"^(?:that|this|those|these|his|her|its|their) ", "", said)
            answer = targets.find(said, fits if roles else None, area_only=bool(roles))
        except TooLong:
            return None
        if isinstance(answer, Found):
            return answer.things, answer.group
        if isinstance(answer, Unclear):
            return answer.options, False
    return None


_Way = tuple[str, str | None, Value]


def _quieter(home: Home, thing: str) -> Sequence[_Way]:
    kind, features = home.kind(home.by_id[thing]), home.features(home.by_id[thing])
    if kind in ("vacuum", "mower"):
        return (("dock", None, None), ("stop", None, None), ("pause", None, None))
    if "volume" in features:
        return (("lower", "volume", None), ("mute", None, None), ("turn off", None, None))
    speeds = tuple(way for way in _SPEEDS if way[1] in features)
    return (*speeds, ("turn off", None, None), ("stop", None, None))


def _off(home: Home, thing: str) -> Sequence[_Way]:
    return (("turn off", None, None), ("stop", None, None), ("set", "mode", "off"))


def _close(home: Home, thing: str) -> Sequence[_Way]:
    return (("close", None, None), ("lock", None, None))


def _shut(home: Home, thing: str) -> Sequence[_Way]:
    return (("close", None, None), ("turn off", None, None), ("stop", None, None))


def _fill(home: Home, thing: str) -> Sequence[_Way]:
    if home.kind(home.by_id[thing]) not in ("valve", "pump", "sprinkler", "feeder"):
        return ()
    return (("open", None, None), ("start", None, None), ("turn on", None, None))


def _lock(home: Home, thing: str) -> Sequence[_Way]:
    return (("lock", None, None), ("close", None, None))


def _halt(home: Home, thing: str) -> Sequence[_Way]:
    kind = home.kind(home.by_id[thing])
    if kind in ("vacuum", "mower"):
        return (("dock", None, None), ("stop", None, None), ("pause", None, None))
    return (("pause", None, None), ("stop", None, None), ("turn off", None, None))


_WAYS: dict[str, Callable[[Home, str], Sequence[_Way]]] = {
    "quieter": _quieter,
    "off": _off,
    "close": _close,
    "shut": _shut,
    "fill": _fill,
    "lock": _lock,
    "halt": _halt,
}
"""Remark -> verb, role and value of the commands that would help, the likeliest first."""
