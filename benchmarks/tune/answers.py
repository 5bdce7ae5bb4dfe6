"""What a model answers to commands, and how often it is the action that was asked for."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from galiot.model.adapter import read_adapter
from galiot.model.model import open_model
from galiot.runtime.chat import Chat
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.generate import GenerateConfig
from galiot.runtime.session import Session

LONGEST = 80  # tokens of an answer; the longest that is wanted has 60


def answer(
    model: Path, rows: Sequence[Mapping[str, Any]], out: Path, *, adapter: Path | None = None, threads: int = 2
) -> list[dict[str, str]]:
    """Ask for every row's action, greedily; write the raw answers to `out` first, and return them."""
    found = []
    with open_model(model) as opened, Session(opened, RuntimeConfig(context=512, threads=threads)) as session:
        if adapter is not None:
            session.adapt([(read_adapter(adapter, opened), 1.0)])
        for row in rows:
            system, user, wanted = (turn["content"] for turn in row["messages"])
            said = Chat(session, system=system).send(user, settings=GenerateConfig(temperature=0.0, max_tokens=LONGEST))
            found.append({"user": user, "wanted": wanted, "said": said.finished().text})
    out.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found), "utf-8")
    return found


def score(answers: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return how many answers are the wanted action, as JSON objects compare, and how many have its intent."""
    exact = sum(_parsed(one["said"]) == json.loads(one["wanted"]) for one in answers)
    intents = [(_parsed(one["said"]).get("intent"), json.loads(one["wanted"])["intent"]) for one in answers]
    low, high = wilson(exact, len(answers))
    return {
        "n": len(answers),
        "exact": exact / len(answers),
        "exact_ci95": [low, high],
        "intent": sum(said == wanted for said, wanted in intents) / len(answers),
        "json": sum(bool(_parsed(one["said"])) for one in answers) / len(answers),
    }


def nearest(train: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Answer with the action of the training sentence that shares the most words: what any model has to beat."""
    known = [(_words(row), row["messages"][2]["content"]) for row in train]
    found = []
    for row in rows:
        asked = _words(row)
        said = max(known, key=lambda one: len(asked & one[0]) / len(asked | one[0]))[1]
        found.append({"user": row["messages"][1]["content"], "wanted": row["messages"][2]["content"], "said": said})
    return found


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    Source: Wilson, JASA 22(158), 1927.
    """
    z, p = 1.959964, hits / n
    middle, width = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - width) / (1 + z * z / n), (middle + width) / (1 + z * z / n)


def _parsed(said: str) -> dict[str, Any]:
    """Return an answer as an object; an empty one for what is none."""
    try:
        found = json.loads(said.strip())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _words(row: Mapping[str, Any]) -> set[str]:
    return set(re.findall(r"\w+", row["messages"][1]["content"].lower()))
