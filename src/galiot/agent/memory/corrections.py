"""What the owner corrected, kept as data to tune the planner on: "no, the other lamp".

Each correction is one line of JSON as `galiot tune --data` takes it: the prompt that the planner saw for the first
sentence, and the plan that it should have written.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

from galiot.agent.features import kind_of
from galiot.agent.home import Home
from galiot.agent.plan import Do, Plan, Target
from galiot.errors import FileError

_OPENING = re.compile(
    r"^\s*(?:no|nope|not that one|wrong(?: one)?|i (?:meant|mean)|actually)\b[\s,.:;!-]*"
    r"(?:(?:not that one|wrong one|i (?:meant|mean)|actually)\b[\s,.:;!-]*)?",
    re.IGNORECASE,
)
_OTHER = re.compile(r"^(?:the\s+)?other(?:\s+(?:one|\w+))?$", re.IGNORECASE)


def corrected(sentence: str, before: Plan, home: Home) -> Plan | None:
    """Return what was meant, where a sentence corrects the one before; None where it does not, or not clearly.

    before: the plan of the sentence before; its first act is the one that is corrected
    """
    found = _OPENING.match(sentence)
    act = next((step.act for step in before.steps if isinstance(step.act, Do)), None)
    if not found or act is None or not (rest := sentence[found.end() :].strip(" .!?")):
        return None
    thing = _other(act, home) if _OTHER.match(rest) else _named(rest, act, home)
    if thing is None:
        return None
    meant = replace(act, target=Target((thing,), home.label(home.by_id[thing])))
    steps = tuple(replace(step, act=meant) if step.act is act else step for step in before.steps)
    return replace(before, steps=steps)


def keep(path: Path, prompt: str, completion: str) -> None:
    """Add a correction to the file; the line is whole or not there.

    raises: FileError when it cannot be written
    """
    line = json.dumps({"prompt": prompt, "completion": completion}, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise FileError(path, f"cannot be written: {error.strerror or error}") from error


def _other(act: Do, home: Home) -> str | None:
    """Return the only other thing of the kind of the one that was taken: of its area, else of the home."""
    taken = [home.by_id[id] for id in act.target.things if id in home.by_id]
    if len(taken) != 1:
        return None
    kind = kind_of(taken[0])
    alike = [thing for thing in home.things if thing.id != taken[0].id and kind_of(thing) == kind]
    near = [thing for thing in alike if thing.area == taken[0].area] or alike
    return near[0].id if len(near) == 1 else None


def _named(words: str, act: Do, home: Home) -> str | None:
    """Return the thing that words name best and alone; not one that was taken."""
    words = re.sub(r"^(?:the|my)\s+", "", words, flags=re.IGNORECASE)
    words = re.sub(r"\s+one$", "", words)
    found = [(thing, score) for thing, score in home.named(words) if thing.id not in act.target.things]
    kinds = {kind_of(home.by_id[id]) for id in act.target.things if id in home.by_id}
    best = [(thing, score + 0.1 * (kind_of(thing) in kinds)) for thing, score in found]
    best.sort(key=lambda one: -one[1])
    if not best or (len(best) > 1 and best[0][1] == best[1][1]):
        return None
    return best[0][0].id
