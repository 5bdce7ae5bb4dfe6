"""What is told beside a command, taken off: "the gate up, a courier is here", "..., so that the kids can sleep".

A clause is an aside where it has a subject and a verb of its own and asks for nothing. What is left is read like any
sentence; nothing is taken off a sentence that is understood with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SUBJECT = (
    r"(?:i|we|they|he|she|it|you|that|there|someone|somebody|everyone|everybody|nobody|no one|people|"
    r"(?:the|a|an|my|our|his|her|their|those|these|this|some) [\w' ]{2,30}?|\w+)"
)
_VERB = (
    r"(?:is|are|am|was|were|has|have|had|will|would|can|could|do not|does not|did not|need|needs|want|wants|like|likes|"
    r"love|loves|hate|hates|hear|hears|sit|sits|come|comes|sleep|sleeps|wait|waits|look|looks|feel|feels|keep|keeps|"
    r"get|gets|go|goes|work|works|play|plays|leave|leaves|think|thinks)"
)
_STATEMENT = re.compile(rf"(?:as |because |since |for |{_SUBJECT}? ?(?:just|only) )?{_SUBJECT}(?:'s|'re| {_VERB})\b.*")
_TIME_OFF = re.compile(r".* (?:time|o'clock)|time (?:for|to) .+|thanks|cheers|please")
_TAIL = re.compile(
    r",? (?:so that \w+|so (?:i|we|you|he|she|it|they|the|my|our|nobody|no one|everyone|people)\b|because\b|'cause\b|"
    r"cause\b|"
    r"since (?:i|we|it|he|she|they|the|there)\b|as (?:i|we|it is|he|she|they|there)\b|in order to\b|to save\b|or "
    r"else\b|"
    r"otherwise (?:i|we|it|he|she|they|the)\b)(?P<why>.+)$"
)
_CUT = re.compile(r"\s*(?:[,;.!?]|\.\.\.| - | – )\s+(?:so |and |but )?")
_ASKS = re.compile(
    r"^(?:if|when|whenever|unless|until|while|once|after|before|then|otherwise|not|except|but)\b|\d|\b(?:has|have|"
    r"needs?|ought) "
    r"to\b|\b(?:should|must|instead|not|no|never|mean|meant|please|want|wants|only|except|rather)\b"
)
_CONDITIONAL = re.compile(r"\b(?:if|when|whenever|unless|until|once|as soon as)\b")


def without(text: str) -> Iterator[str]:
    """Yield a sentence without what is only told in it: reasons at its end, statements before or behind a command."""
    lowered = text.lower()
    if _CONDITIONAL.search(lowered):
        return
    if (found := _TAIL.search(lowered)) is not None and found.start() > 3:
        yield text[: found.start()]
    parts = [part for part in _CUT.split(text) if part and part.strip(" ,.;!?")]
    if not 2 <= len(parts) <= 5:
        return
    kept = [part for part in parts if not is_told(part)]
    if kept and len(kept) < len(parts):
        yield ", ".join(kept)


def is_told(text: str) -> bool:
    """Whether a clause only tells something."""
    lowered = text.lower().strip(" ,.;!?")
    if _ASKS.search(lowered):
        return False
    return bool(_STATEMENT.fullmatch(lowered) or _TIME_OFF.fullmatch(lowered))
