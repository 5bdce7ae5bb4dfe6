"""Whether an answer says what is true: numbers, durations, times, yes or no, channels and words read from its text."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable
from typing import Any

from truth import SHORT

UNIT_S = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "days": 86400.0}
LENGTH = re.compile(r"(?<![\w.:-])(\d+(?:\.\d+)?)\s*(days|min|s|h|d)\b")
STAMP = re.compile(r"(?:(\d{4}-\d\d-\d\d)[ T])?\b(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?")
NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d+)?(?![\d:])")
CHANNELS = {
    "greenhouse": ("air temperature", "outdoor temperature", "relative humidity", "CO2", "soil moisture", "light"),
    "stand": ("motor speed", "torque", "motor current", "bearing temperature", "oil pressure", "vibration"),
    "house": (
        "house power",
        "solar power",
        "battery charge",
        "room temperature",
        "mains voltage",
        "window open",
    ),
    "run": ("speed", "heart rate", "cadence", "altitude", "skin temperature", "SpO2"),
    "link": ("latency", "throughput", "packet loss", "signal", "queue length", "connected users"),
    "truck": (
        "cargo temperature",
        "ambient temperature",
        "door open",
        "compressor current",
        "battery voltage",
        "vehicle speed",
    ),
}
MOST_NUMBERS = 8  # an answer with more is a table that holds the truth by chance
assert SHORT.keys() == CHANNELS.keys()


def is_right(asked: dict[str, Any], truth: Any, answer: str, start: datetime.datetime | None) -> bool:
    """Return whether an answer holds the truth of its question.

    asked: one line of questions.jsonl
    truth: what its formula says: number, several as a list (one suffices) or a tuple (all needed), words
    start: the time of second 0, None where the reading counts seconds
    """
    expect = asked["expect"]
    if "value" in expect:
        signless = expect["value"].startswith(("size", "rise"))
        return has_value(answer, asked["question"], truth, expect.get("tolerance", 0.01), signless)
    if "duration" in expect:
        within = max(expect.get("within", 0), 0.01 * truth)
        return any(abs(length - truth) <= within for length in lengths(answer))
    if "time" in expect:
        return any(abs(gap) <= max(expect["within"], 1) for gap in gaps(answer, truth, start))
    if "yes" in expect:
        return answer.lower().startswith("yes" if truth else "no")
    if "channel" in expect:
        named = {answer.lower().find(name.lower()): name for name in CHANNELS[asked["reading"]] if name in answer}
        return bool(named) and named[min(named)] == truth
    return any(re.search(r"\b" + re.escape(word), answer, re.IGNORECASE) for word in expect["words"])


def has_value(answer: str, question: str, truth: Any, tolerance: float, signless: bool) -> bool:
    """Return whether a true number stands in an answer; those of the question and of times are not looked at."""
    said = numbers(STAMP.sub(" ", re.sub(r"\d{4}-\d\d-\d\d", " ", answer)))
    if len(said) > MOST_NUMBERS:
        return False
    for number in numbers(question):  # an answer may repeat each of them once
        if number in said:
            said.remove(number)
    said = [abs(number) if signless else number for number in said]

    def holds(wanted: Any) -> bool:
        if isinstance(wanted, tuple):
            return all(holds(one) for one in wanted)
        if isinstance(wanted, list):
            return any(holds(one) for one in wanted)
        return any(math.isclose(number, wanted, rel_tol=0, abs_tol=tolerance * abs(wanted)) for number in said)

    return holds(truth)


def numbers(text: str) -> list[float]:
    """Return the numbers of a text."""
    return [float(found.replace("−", "-")) for found in NUMBER.findall(text)]


def lengths(text: str) -> list[float]:
    """Return the durations of a text in seconds: '1 h 5 min' is one of 3900."""
    found: list[float] = []
    end, smallest = -9, 0.0
    for match in LENGTH.finditer(text):
        unit = UNIT_S[match[2]]
        joined = not text[end : match.start()].strip() and match.start() - end <= 1 and unit < smallest
        seconds = float(match[1]) * unit
        found = [*found[:-1], found[-1] + seconds] if joined else [*found, seconds]
        end, smallest = match.end(), unit
    return found


def gaps(text: str, truth: float, start: datetime.datetime | None) -> Iterable[float]:
    """Return how far the times of a text lie from the true one, in seconds; a clock without a day may be of any."""
    if start is None:
        return [length - truth for length in lengths(text)]
    found = []
    for day, hours, minutes, seconds in STAMP.findall(text):
        clock = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
        if day:
            found.append((datetime.datetime.fromisoformat(day) - start).total_seconds() + clock - truth)
        else:
            of_day = clock - (start.hour * 3600 + start.minute * 60)
            found.append((of_day - truth + 43200) % 86400 - 43200)
    return found
