"""What is no command to a device: timers, lists, announcements, reminders, and taking back what was planned."""

from __future__ import annotations

import re
from collections.abc import Callable

from galiot.agent.plan import Act, Cancel, Item, Refuse, Say, Timer
from galiot.agent.rules.numbers import duration

Spell = Callable[[str], str]
"""Gives words back as the user wrote them."""

_LIST = r"(?:my |the |our )?(?:(?P<list>[\w ]+?) )?list"
_D = r"(?P<d>.+?)"
_TIMER = r"(?:timer|alarm timer|countdown)"
_WHICH = (
    r"(?:(?P<name>(?:(?!(?:from|off|to|by|all|minutes?|hours?|seconds?|left|of)\b)[\w'-]+ "
    r"){1,4}?|[\d.]+ (?:hours?|minutes?|seconds?) ))?"
)
"""Which of several timers: by its name or by how long it was set for."""
_FOR = r"(?: (?:for|named|called|in|of) (?:the )?(?P<that>.+))?"
_NAME = r"(?: (?:named|called|for|labeled|labelled) (?:the |my )?(?P<name>.+))?"


def extras(text: str, spell: Spell) -> list[Act] | None:
    """Return the act of a clause, None where it is none of these."""
    for pattern, make in _FRAMES:
        found = pattern.fullmatch(text)
        if found is not None:
            act = make(found, spell)
            if act is not None:
                return [act]
    return None


def _seconds(text: str) -> float | None:
    words = tuple(re.sub(r"-", " ", text.strip()).split())
    for form in (words, (*words[:-1], words[-1] + "s") if words else ()):
        found = duration(form, 0)
        if found is not None and found[1] == len(form):
            return found[0]
    return None


def _start(found: re.Match[str], spell: Spell) -> Act | None:
    seconds = _seconds(found["d"])
    if seconds is None:
        return None
    name = found.groupdict().get("name") or found.groupdict().get("before") or ""
    return Timer("start", seconds, spell(name))


def _change(do: str) -> Callable[[re.Match[str], Spell], Act | None]:
    def make(found: re.Match[str], spell: Spell) -> Act | None:
        seconds = _seconds(found["d"])
        return Timer(do, seconds, spell(_which(found))) if seconds is not None else None

    return make


def _which(found: re.Match[str]) -> str:
    return (found.groupdict().get("name") or found.groupdict().get("that") or "").strip()


def _timer(do: str) -> Callable[[re.Match[str], Spell], Act | None]:
    def make(found: re.Match[str], spell: Spell) -> Act | None:
        name = _which(found)
        if found.groupdict().get("all"):
            name = "all"
        return Timer(do, 0, spell(name))

    return make


def _item(do: str) -> Callable[[re.Match[str], Spell], Act | None]:
    def make(found: re.Match[str], spell: Spell) -> Act | None:
        name = (found.groupdict().get("list") or "shopping").strip()
        item = re.sub(r"^(?:some|a few|the) ", "", found["item"]).strip()
        return Item(do, spell(item), name) if item else None

    return make


def _say(found: re.Match[str], spell: Spell) -> Act | None:
    text = found["text"].strip(" ,:\"'")
    return Say(spell(text)) if text else None


def _cancel(found: re.Match[str], spell: Spell) -> Act | None:
    what = re.sub(r"^(?:the |my |that |our )+", "", (found.groupdict().get("what") or "").strip())
    if _COMMAND.search(what):
        return None  # more than what is taken back
    if what in (
        "everything",
        "all",
        "all of it",
        "all of them",
        "all plans",
        "all my plans",
        "all automations",
        "everything planned",
        "all scheduled",
        "all waiting",
    ):
        what = "all"
    if what in ("it", "this", "last", "last one", "last thing", "last request", "last command", "plan", "that", "one"):
        what = ""
    return Cancel(spell(what))


_COMMAND = re.compile(
    r" , | but |\band (?:then )?(?:turn|switch|open|close|lock|unlock|set|start|stop|dim|raise|lower|make|put|just)\b"
)


def _never(found: re.Match[str], spell: Spell) -> Act | None:
    if _COMMAND.search(found["what"]):
        return None  # more than what is not to be done
    return Refuse("negated", spell(found["what"]))


_SHAPES: tuple[tuple[str, Callable[[re.Match[str], Spell], Act | None]], ...] = (
    (
        (
            r"(?:set|start|create|make|give me|put on|begin|i need|run)(?: me)? (?:a |an |the |my |"
            rf"another )?(?:new )?{_TIMER} (?:for|of|to) {_D}{_NAME}"
        ),
        _start,
    ),
    (
        (
            r"(?:set|start|create|make|give me|put on|begin|run)(?: me)? (?:a |an |the |my |another "
            rf")?{_D} (?:long )?{_TIMER}{_NAME}"
        ),
        _start,
    ),
    (
        (
            r"(?:set|start|create|make|give me|begin|run)(?: me)? (?:a |an |the |my |another "
            rf")?(?P<before>[\w ]+?) {_TIMER} (?:for|of|to|with|on) {_D}"
        ),
        _start,
    ),
    (rf"{_TIMER} (?:for )?{_D}{_NAME}", _start),
    (rf"(?:a |an )?{_D} {_TIMER}{_NAME}", _start),
    (
        (
            r"(?:set|start|create|make|give me|begin|run)(?: me)? (?:a |an |the |my )?(?P<d>[\w.]+ "
            rf"(?:seconds?|minutes?|hours?|min|mins)) (?P<before>[\w ]+?) {_TIMER}"
        ),
        _start,
    ),
    (rf"time {_D}", _start),
    (
        (
            r"(?:cancel|stop|delete|clear|end|turn off|remove|dismiss) (?P<all>all)(?: of)?(?: the| "
            rf"my)* {_WHICH}timers{_FOR}"
        ),
        _timer("cancel"),
    ),
    (
        rf"(?:cancel|stop|delete|clear|end|turn off|remove|dismiss) (?:the |my )?{_WHICH}{_TIMER}{_FOR}",
        _timer("cancel"),
    ),
    (rf"(?:pause|hold) (?:the |my )?{_WHICH}{_TIMER}{_FOR}", _timer("pause")),
    (rf"(?:resume|continue|unpause) (?:the |my )?{_WHICH}{_TIMER}{_FOR}", _timer("resume")),
    (
        r"(?:how (?:much time|long|much longer|much)(?: is| does)?(?: there)?(?: left| remaining| "
        r"have)?(?: is)?(?: left| remaining)?(?: on| for| of| in)?|what is left on|check|show|"
        r"status of|what is the status of)"
        rf" (?:the |my )?{_WHICH}timers?(?: have)?(?: left)?{_FOR}",
        _timer("status"),
    ),
    (rf"(?:add|put|give) {_D} (?:more )?(?:to|on|onto) (?:the |my )?{_WHICH}{_TIMER}{_FOR}", _change("add")),
    (rf"(?:extend|increase|lengthen|prolong) (?:the |my )?{_WHICH}{_TIMER}{_FOR} by {_D}", _change("add")),
    (rf"(?:take|remove|subtract) {_D} (?:from|off|away from) (?:the |my )?{_WHICH}{_TIMER}{_FOR}", _change("remove")),
    (rf"(?:shorten|decrease|reduce) (?:the |my )?{_WHICH}{_TIMER}{_FOR} by {_D}", _change("remove")),
    (rf"(?:add|put|write|note|include) (?P<item>.+?) (?:to|on|onto|in|into|down on) {_LIST}", _item("add")),
    (rf"(?:remove|delete|take|drop|erase|strike) (?P<item>.+?) (?:from|off|off of|out of) {_LIST}", _item("remove")),
    (
        (
            r"(?:check off|tick off|cross off|complete|mark|check|tick|cross) (?P<item>.+?)(?: off| as "
            rf"done| as bought| as complete| as completed)? (?:on|from|in|off) {_LIST}"
        ),
        _item("complete"),
    ),
    (
        rf"(?:i|we) (?:bought|got|have) (?P<item>.+?) ?,? (?:take|cross|strike|check) (?:it|that|them) off {_LIST}",
        _item("complete"),
    ),
    (
        (
            r"(?:say|announce|broadcast|shout|call out|tell (?:everyone|everybody|the family|the kids|"
            r"the house|us all))(?: everywhere)?(?: that)? ?:? (?P<text>.+)"
        ),
        _say,
    ),
    (r"remind (?:me|us)(?: to| that| about| of)? (?P<text>.+)", _say),
    (r"(?:tell|let|notify|alert|warn|inform|ping|message)(?: me| us)(?: know)?", lambda found, spell: Say("")),
    (r"(?:notify|alert) me", lambda found, spell: Say("")),
    (
        (
            r"(?:never ?mind|forget (?:it|that|about it|what i said)|scratch that|cancel|cancel (?:it|"
            r"that)|undo that plan|drop (?:it|that)|call it off|leave it)"
        ),
        lambda found, spell: Cancel(""),
    ),
    (
        (
            r"(?:cancel|call off|drop|abort|forget about|delete|scrap|revoke|unschedule) (?:the |my |"
            r"that |our )?(?P<what>(?:automation|plan|schedule|reminder|routine|timed|scheduled|planned|"
            r"rule|everything|all)(?: .+)?)"
        ),
        _cancel,
    ),
    (
        (
            r"(?:cancel|call off|abort|forget about|revoke|unschedule) (?P<what>(?!mowing|watering|"
            r"(?:the )?(?:printer|washer|dryer|dishwasher)$|cleaning)(?!.*\btimers?\b).+)"
        ),
        _cancel,
    ),
    (
        r"(?:do not|never|please do not|you must not|you should not|must not) (?P<what>(?:ever "
        r")?(?:turn|switch|open|close|lock|unlock|set|start|stop|run|play|dim|raise|lower|shut|put|"
        r"make|change|activate|deactivate|water|"
        r"heat|cool|mow|vacuum|clean|pause|mute|touch|increase|decrease|enable|disable|light|arm|disarm) .+)",
        _never,
    ),
)
_FRAMES = tuple((re.compile(shape), make) for shape, make in _SHAPES)
