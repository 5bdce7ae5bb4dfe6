"""Facts and statements of a reading as text that a language model reads."""

from __future__ import annotations

from galiot.senses import wording
from galiot.senses.seen import Seen

COMMON = frozenset({"count", "span", "rate"})
"""Facts of every reading, which tell nothing about it."""
_LINES = 6


def text_of(seen: Seen) -> str:
    """Return the most notable facts, what was taken out before encoding, and what is stated, a line each."""
    found = [f"{wording.hedge(one.probability)} {one.name}".strip() for one in seen.statements if one.said]
    return "\n".join([*facts_of(seen), f"Findings: {', '.join(found) or 'none'}"])


def facts_of(seen: Seen) -> list[str]:
    """Return the most notable facts, and what was taken out before encoding."""
    lines = [fact.text for fact in seen.facts.notable() if fact.name not in COMMON][:_LINES]
    if seen.encoded is not None and seen.encoded.text and not seen.required:  # else the facts say what counts
        lines.append(seen.encoded.text)
    return lines
