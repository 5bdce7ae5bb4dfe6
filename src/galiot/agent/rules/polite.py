"""What people say around a request: taken off, so that what is left is the request."""

from __future__ import annotations

from collections.abc import Sequence

from galiot.agent.rules.lexicon import NOUNS, ROOMS
from galiot.agent.rules.numbers import number
from galiot.agent.rules.words import Word, Words, stem

_FRONT = tuple(
    tuple(phrase.split())
    for phrase in sorted(
        """hey|hi|hello|ok|okay|yo|well|so|right|alright|please|kindly|just|now|oh|um|uh|hmm|hey there|hi there
        good morning|good evening|good night|listen|computer|assistant|galiot|dear assistant|hey galiot
        ok galiot|be so kind and|be a dear and|be so good as to|be kind and|can you|could you|would you
        will you|can we|could we|may you|can i get you to|can you help me|would you be able to
        are you able to|could i ask you to|can i ask you to|would you mind|do you mind|i want you to
        i want to|i would like you to|i would like to|i would like|i wish to|i need you to|i need to|i want
        i need|i wish you would|you should|you can|you could|you may|let us|go ahead and|go and|try to
        make sure to|make sure that you|remember to|do not forget to|help me|help me to
        it would be nice if you could|it would be great if you could|i would appreciate it if you could
        i would love it if you could|i would be grateful if you could|if you could|if you would|if possible
        would it be possible to|is it possible to|i was wondering if you could|i wonder if you could
        could you possibly|can you possibly|do me a favor and|do me a favour and|quickly|quick|thanks
        thank you|sorry|excuse me|also|and|then|i think you should|we need to|we have to|i have to
        we must|we should|it is time to
        time to|i think|maybe|perhaps|actually|simply|immediately|the command is to|your task is to""".replace(
            "\n", "|"
        ).split("|"),
        key=lambda p: -len(p.split()),
    )
    if phrase.strip()
)
_BACK = tuple(
    tuple(phrase.split())
    for phrase in sorted(
        """please|for me|thanks|thank you|thanks a lot|thank you very much|thx|now|right now|right away
        immediately|at once|straight away|asap|as soon as possible|if you can|if you could|if you would
        if you do not mind|would you|will you|could you|can you|ok|okay|already|for us|quickly
        would you please|will you please|could you please|can you please|if possible|at the moment|for now
        instead|too|as well|if you please|kindly|pretty please|my friend|dear|mate|buddy|galiot|computer
        today please""".replace("\n", "|").split("|"),
        key=lambda p: -len(p.split()),
    )
    if phrase.strip()
)
_PUNCTUATION = (",", ".", "!", ";", ":", "?")
_GERUNDS = {
    "turning": "turn",
    "switching": "switch",
    "setting": "set",
    "closing": "close",
    "opening": "open",
    "dimming": "dim",
    "making": "make",
    "putting": "put",
    "locking": "lock",
    "unlocking": "unlock",
    "lowering": "lower",
    "raising": "raise",
    "starting": "start",
    "stopping": "stop",
    "playing": "play",
    "pausing": "pause",
    "shutting": "shut",
    "changing": "change",
    "telling": "tell",
    "activating": "activate",
}


def strip(words: Words) -> Words:
    """Return the words without greetings, pleading and thanks at either end, and without punctuation there."""
    front, mind = _strip_front(words)
    back = front
    while back:
        if back[-1] in _PUNCTUATION:
            back = back[:-1]
            continue
        tail = next((p for p in _BACK if len(p) < len(back) and back[-len(p) :] == p), None)
        if tail is None:
            break
        back = back[: -len(tail)]
    if mind and back and back[0] in _GERUNDS:
        back = (Word(_GERUNDS[back[0]]), *back[1:])
    return tuple(w for i, w in enumerate(back) if not (w == "please" and i))


def _strip_front(words: Words) -> tuple[Words, bool]:
    mind = False
    while words:
        if words[0] in _PUNCTUATION:
            words = words[1:]
            continue
        lead = next((p for p in _FRONT if words[: len(p)] == p and len(words) > len(p)), None)
        if lead is None or (lead in (("now",), ("right",)) and len(words) < 2):
            break
        if lead == ("right",) and stem(words[1]) in NOUNS.keys() | ROOMS:  # the right blind, not "right, the blind"
            break
        mind = mind or lead[-1] == "mind"
        words = words[len(lead) :]
    return words, mind


def digits(words: Sequence[str]) -> Words:
    """Return the words with spelled numbers as digits, all but a lone "one" (it mostly stands for a thing)."""
    out: list[str] = []
    at = 0
    words = tuple(words)
    while at < len(words):
        found = number(words, at)
        if found is None or (words[at] == "one" and found[1] == 1 and not _counts(words, at)):
            out.append(words[at])
            at += 1
            continue
        value, used = found
        if used == 1 and words[at][0].isdigit():
            out.append(words[at] if "." not in words[at] else f"{value:g}")
        else:
            out.append(f"{value:g}")
        at += used
    return tuple(out)


def _counts(words: Words, at: int) -> bool:
    return words[at + 1 : at + 2] and words[at + 1] in (
        "percent",
        "degree",
        "degrees",
        "minute",
        "hour",
        "second",
        "notch",
        "point",
    )  # type: ignore[return-value]
