"""Times of day and durations as people say them."""

from __future__ import annotations

import random
from datetime import datetime

from galiot.agent.lessons import timed_words

_HOURS = "midnight one two three four five six seven eight nine ten eleven twelve".split()


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


DAY_NAMES = dict(zip(DAYS, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True))


def time_said(rng: random.Random, now: datetime | None = None) -> tuple[str, str]:
    """Return a time of day as people say it (with "at" where it needs one) and as plans spell it."""
    kind = rng.random()
    hour, minute = rng.randrange(24), rng.choice((0, 0, 0, 15, 30, 45, 5, 10, 20, 40, 50))
    if kind < 0.08:
        return rng.choice(
            (
                ("at dusk", "sunset"),
                ("at dawn", "sunrise"),
                ("when it gets dark outside", "sunset"),
                ("when the sun goes down", "sunset"),
                ("when the sun comes up", "sunrise"),
                ("at noon", "12:00"),
                ("at midnight", "0:00"),
                ("at sunset", "sunset"),
                ("at sunrise", "sunrise"),
                ("at midday", "12:00"),
            )
        )
    if kind < 0.36:
        return f"at {hour}:{minute:02}" if rng.random() < 0.8 else f"at {hour:02}:{minute:02}", f"{hour}:{minute:02}"
    if kind < 0.5:
        plain = rng.randrange(1, 13)
        hour = plain + 12 if plain < 6 else plain
        return rng.choice(
            (f"at {plain}", f"at {_HOURS[plain]}", f"at {plain} o'clock", f"at {_HOURS[plain]} o'clock")
        ), f"{hour}:00"
    twelve, half = (hour % 12 or 12), "am" if hour < 12 else "pm"
    if kind < 0.75:
        half = rng.choice((half, f"{half[0]}.m."))
        clock = f"{twelve}" if minute == 0 else f"{twelve}:{minute:02}"
        return f"at {clock}{rng.choice((' ', '', ' '))}{half}", f"{hour}:{minute:02}"
    part = (
        "in the morning"
        if hour < 12
        else "in the afternoon"
        if hour < 18
        else "in the evening"
        if hour < 22
        else "at night"
    )
    if part in ("in the evening", "at night") and hour >= 18 and rng.random() < 0.4:
        part = "tonight"
    word = rng.choice((_HOURS[twelve], str(twelve)))
    clocks = {
        0: f"{word}",
        15: f"quarter past {word}",
        30: f"half past {word}",
        45: f"quarter to {_HOURS[twelve % 12 + 1]}",
    }
    clock = clocks.get(minute, f"{twelve}:{minute:02}")
    if minute == 0 and rng.random() < 0.5:
        clock += " o'clock"
    return (f"{part} at {clock}" if part == "tonight" else f"at {clock} {part}"), f"{hour}:{minute:02}"


def duration_said(rng: random.Random, *, longest: int = 7200) -> tuple[str, float]:
    """Return a duration as people say it and its seconds."""
    special = (
        ("half an hour", 1800),
        ("an hour", 3600),
        ("a minute", 60),
        ("a quarter of an hour", 900),
        ("an hour and a half", 5400),
        ("two hours", 7200),
        ("a couple of minutes", 120),
        ("half a minute", 30),
        ("three quarters of an hour", 2700),
        ("ninety seconds", 90),
    )
    if rng.random() < 0.25:
        said, seconds = rng.choice(special)
        if seconds <= longest:
            return said, seconds
    kind = rng.random()
    if kind < 0.7:
        minutes = rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 10, 10, 12, 15, 20, 25, 30, 40, 45, 50, 60, 90))
        word = timed_words.NUMBERS.get(minutes, str(minutes)) if rng.random() < 0.4 else str(minutes)
        return (
            f"{word} {rng.choice(('minutes', 'minutes', 'min', 'mins'))}" if minutes != 1 else f"{word} minute",
            minutes * 60,
        )
    if kind < 0.85:
        seconds = rng.choice((5, 10, 15, 20, 30, 40, 45, 90))
        word = timed_words.NUMBERS.get(seconds, str(seconds)) if rng.random() < 0.3 else str(seconds)
        return f"{word} {rng.choice(('seconds', 'seconds', 'secs'))}", seconds
    hours = rng.choice((1, 2, 3, 4, 5, 6, 8))
    word = timed_words.NUMBERS.get(hours, str(hours)) if rng.random() < 0.4 else str(hours)
    return f"{word} {'hours' if hours > 1 else 'hour'}", hours * 3600
