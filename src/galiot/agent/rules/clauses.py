"""A sentence cut into commands, with what one leaves out taken from the one before."""

from __future__ import annotations

import re
from collections.abc import Callable

from galiot.agent.plan import Act, Do, Refuse
from galiot.agent.rules.words import Words

_JOINTS = ("and then", "and also", "and after that", "after that", "and", "then", ",", ";", ".", "as well as", "plus", "afterwards", "but", "also", "&", "!")
_MOST = 12
"""Commands in one sentence."""
_CARRIED = re.compile(r"(?:turn|switch|put|flip|power|shut)(?: (?:on|off|out))?|(?:set|make|change|adjust|open|close|shut|lock|unlock|dim|brighten|start|stop|pause|mute|raise|lower|increase|decrease|play|lock|run|activate|deactivate|kill|cut)")

Reader = Callable[[str], "list[Act] | None"]


def sequence(text: str, read: Reader) -> list[list[Act]] | None:
    """Return the acts of each command of a sentence, None where one of them is not understood.

    read: reads one command; it sees the words of one clause
    """
    return _from(text.strip(), read, "", _MOST)


def _from(text: str, read: Reader, verb: str, left: int) -> list[list[Act]] | None:
    if left == 0 or not text:
        return None
    whole = _single(text, read, verb)
    if whole is not None and not _failed(whole):
        return [whole]
    soft: list[list[Act]] | None = [whole] if whole is not None else None
    for cut in _cuts(text):
        head, tail = cut
        first = _single(head, read, verb)
        if first is None:
            continue
        rest = _from(tail, read, _verb_of(head) or verb, left - 1)
        if rest is None:
            continue
        both = [first, *rest]
        if not any(_failed(acts) for acts in both):
            return both
        if soft is None or _failures(both) < _failures(soft):
            soft = both
    return soft


def _single(text: str, read: Reader, verb: str) -> list[Act] | None:
    acts = read(text)
    if (acts is None or _failed(acts)) and verb:
        for carried in _carry(text, verb):
            again = read(carried)
            if again is not None and not _failed(again):
                return again
    return acts


def _carry(text: str, verb: str) -> list[str]:
    """The clause with the verb of the one before: "off the lamp", "the hall light to 20 percent"."""
    stem = verb.split()[0]
    if re.match(r"(?:on|off|up|down) ", text):
        return [f"{stem} {text}"]
    if re.search(r" (?:on|off)$", text):
        return [f"{stem} {text}"]
    return [f"{verb} {text}"]


def _verb_of(text: str) -> str:
    found = _CARRIED.match(text)
    if found is None:
        return ""
    verb = found.group()
    tail = re.search(r" (on|off|out|up|down)$", text)
    if tail and " " not in verb:
        return f"{verb} {tail.group(1)}"
    return verb


def _failed(acts: list[Act]) -> bool:
    return any(not isinstance(act, Do) and type(act).__name__ in ("Ask", "Refuse") for act in acts)


def _failures(parts: list[list[Act]]) -> int:
    return sum(_failed(acts) for acts in parts)


def _cuts(text: str) -> list[tuple[str, str]]:
    """Return (before, after) of every joint, from left to right."""
    cuts: dict[tuple[str, str], int] = {}
    for found in re.finditer(r"(?:\s*,)?\s+(?:and then|and also|and after that|after that|and afterwards|and|then|afterwards|as well as|plus|but|also)\s+(?:please |also |then )?|\s*[,;.!]\s+", text):
        head, tail = text[: found.start()].strip(" ,;.!"), text[found.end() :].strip(" ,;.!")
        if head and tail:
            cuts.setdefault((head, tail), found.start())
    return list(cuts)


def joined(words: Words) -> str:
    """Return words as one text for the patterns: separated by single spaces, commas as words attached to none."""
    return " ".join(words)


def refusals(acts: list[Act]) -> bool:
    """Whether something of it cannot be done."""
    return any(isinstance(act, Refuse) for act in acts)
