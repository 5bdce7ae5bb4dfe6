"""What is said to a question about one reading, or about two."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from galiot.runtime.report import clause
from galiot.senses import wording
from galiot.senses.asking import asks_whether_normal, facts_asked, labels_asked
from galiot.senses.base import Statement
from galiot.senses.seen import Seen
from galiot.senses.wording import NORMAL, Wordings, hedge, listed, thing_of
from galiot.signals.fact import Fact

Rank = Callable[[Sequence[str]], Sequence[float]]
"""Scores clauses by how well they go with the question; asked where words alone do not decide."""

_YES_NO = re.compile(r"^\W*(?:is|are|was|were|do|does|did|has|have|can|could|any)\b", re.IGNORECASE)
_OPEN = re.compile(r"^\W*(?:what|how|which|when|where)\b", re.IGNORECASE)
_SURE = 0.9  # match of a label from which on it is what was asked for
_MOST = 3
_UNKNOWN = "The sense has no statement about that."
_USUAL = 0.02  # of a value: what counts as no change where the uncertainty is not known


def answer(seen: Seen, question: str, rank: Rank) -> list[Wordings] | None:
    """Return the sentences that answer a question; None where it is about nothing in particular."""
    thing, yes_no = thing_of(seen.kind), bool(_YES_NO.search(question))
    labels = labels_asked([one.label for one in seen.statements], question)
    named = facts_asked([fact for fact in seen.facts if clause(fact.text)], question)
    sure = bool(labels) and labels[0][1] >= _SURE
    asked = [seen.statements[place] for place, _ in labels]
    normal = next((one for one in seen.statements if one.code == NORMAL), None)
    well = asks_whether_normal(question)
    if normal is not None and well and seen.complete and not named and (not sure or asked[0] is normal):
        return _about_normal(seen, normal, thing, yes=normal.said == (well == "normal"))
    if named and (_OPEN.search(question) or not sure):
        return [_as_sentences(fact) for fact in named[:_MOST]]
    if not seen.complete:
        return wording.nothing_stated(thing)
    if labels:
        return _about_labels(seen, asked, thing, rank, yes_no=yes_no) + [_as_sentences(fact) for fact in named[:1]]
    return [(_UNKNOWN,), *wording.findings(seen.statements, thing)] if yes_no and seen.statements else None


def changes(before: Seen, after: Seen) -> list[Wordings]:
    """Return the sentences that tell how a second reading differs from a first one."""
    made = [*_moved_facts(before, after)]
    if not (before.complete and after.complete):
        return made + wording.nothing_stated(thing_of(after.kind))
    first, second = ({one.code: one for one in wording.told(seen.statements)} for seen in (before, after))
    new = [one for code, one in second.items() if code not in first]
    gone = [one for code, one in first.items() if code not in second]
    both = [one for code, one in second.items() if code in first]
    if new:
        names = listed([f"{hedge(one.probability)} {clause(one.name)}".strip() for one in new])
        made.append((f"New in the second: {names}.", f"Only the second shows {names}."))
    if gone:
        names = listed([clause(one.name) for one in gone])
        made.append((f"No longer stated in the second: {names}.", f"Only the first shows {names}."))
    if both:
        names = listed([clause(one.name) for one in both])
        made.append((f"Both show {names}.", f"In both there is {names}."))
    return made + _normal_before_and_after(before, after, thing_of(after.kind), changed=bool(new or gone))


def _about_labels(seen: Seen, asked: Sequence[Statement], thing: str, rank: Rank, *, yes_no: bool) -> list[Wordings]:
    """Answer what is said of the labels that a question is about, and of what belongs to them."""
    codes = {one.code for one in asked}
    belonging = [one for one in wording.told(seen.statements) if one.code in codes or one.label.group in codes]
    if belonging:
        sentences = wording.finding_sentences(belonging[:_MOST], thing)[:2]
        start = "Yes, " if yes_no else ""
        return [tuple(start + (text[:1].lower() + text[1:] if start else text) for text in sentences)]
    if len(asked) > _MOST:
        scores = rank([clause(one.name) for one in asked])
        ranked = sorted(zip(scores, asked, strict=True), key=lambda pair: -pair[0])
        asked = [one for _, one in ranked[:_MOST]]
    names, words_for = listed([clause(one.name) for one in asked]), wording.unlikely(max(p.probability for p in asked))
    sentence = f"{names} {'is' if len(asked) == 1 else 'are'} {words_for}."
    return [(f"No, {sentence}" if yes_no else wording.capital(sentence),)]


def _about_normal(seen: Seen, normal: Statement, thing: str, *, yes: bool) -> list[Wordings]:
    start = "Yes" if yes else "No"
    if normal.said:
        word = f"{hedge(normal.probability)} normal".strip()
        return [(f"{start}, the {thing} is {word}.",)]
    found = [one for one in seen.statements if one.code != NORMAL]
    return [(f"{start}, the {thing} is not taken for normal.",), *wording.findings(found, thing)]


def _as_sentences(fact: Fact) -> Wordings:
    return (f"{wording.capital(clause(fact.text))}.",)


def _moved_facts(before: Seen, after: Seen) -> list[Wordings]:
    """Say which measurements moved beyond their uncertainty, and which did not."""
    made, same = list[Wordings](), []
    for channel, name in _shared(before, after):
        one, two = before.facts.of(channel, name)[0], after.facts.of(channel, name)[0]
        what = wording.SHORT.get(name, name) if not channel else f"{name} of {channel}"
        if abs(float(two.value or 0) - float(one.value or 0)) <= _doubt(one, two):
            same.append(what)
            continue
        went = "rose" if float(two.value or 0) > float(one.value or 0) else "fell"
        made.append((f"The {what} {went} from {one.display} to {two.display}.",))
    if same:
        shown = wording.capital(listed(same[:6]))
        made.append((f"{shown} stayed within their uncertainty.", f"{shown} did not change beyond what is uncertain."))
    return made


def _shared(before: Seen, after: Seen) -> list[tuple[str, str]]:
    """Channel and name of the facts that are compared: the required ones, else levels of channels."""
    wanted = [("", name) for name in after.required] or [(channel, "level") for channel in after.facts.channels()]

    def measured(seen: Seen, channel: str, name: str) -> bool:
        found = seen.facts.of(channel, name)
        return bool(found) and isinstance(found[0].value, int | float) and found[0].display[:1] in "+-0123456789"

    return [pair for pair in wanted if measured(before, *pair) and measured(after, *pair)]


def _doubt(one: Fact, two: Fact) -> float:
    doubts = [fact.details.get("uncertainty") for fact in (one, two)]
    if any(doubt is None for doubt in doubts):
        return _USUAL * max(abs(float(one.value or 0)), abs(float(two.value or 0)))
    return math.hypot(*(float(doubt or 0) for doubt in doubts))


def _normal_before_and_after(before: Seen, after: Seen, thing: str, *, changed: bool) -> list[Wordings]:
    normal = [next((one for one in seen.statements if one.code == NORMAL), None) for seen in (before, after)]
    if normal[0] is None or normal[1] is None:
        return [] if changed else [("The statements are the same.",)]
    first, second = (one.said for one in normal if one is not None)
    if first == second:
        both = f"Both {thing}s are taken for normal." if first else f"Neither {thing} is taken for normal."
        return [(both,)]
    order = ("first", "second") if first else ("second", "first")
    return [(f"The {order[0]} {thing} is taken for normal, the {order[1]} is not.",)]
