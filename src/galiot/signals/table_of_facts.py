"""Facts as a table for people and as a short text for a model."""

from __future__ import annotations

from galiot.signals.fact import Fact, Facts

_WIDTH = 200
_ABOUT = ("count", "span", "rate", "gaps")
_ORDINARY = ("count", "span", "rate", "level", "mean", "minimum", "maximum", "last", "missing", "spread")


def tables(facts: Facts) -> list[list[dict[str, str]]]:
    """Everything as tables: what was measured on the whole, on leads, and one row for each other channel."""
    measured = [fact for fact in facts.of("") if fact.name not in _ABOUT]
    whole = [{"measured": fact.name, "value": fact.display, "±": _doubt(fact)} for fact in measured]
    leads = [_lead(facts, channel) for channel in facts.channels() if facts.of(channel, "quality")]
    return [table for table in (whole, leads, rows(facts)) if table]


def rows(facts: Facts) -> list[dict[str, str]]:
    """One row a channel, every cell as text; empty where there is nothing to say. Measured leads are left out."""
    made = []
    for channel in facts.channels():
        by_name = {fact.name: fact for fact in reversed(facts.of(channel))}
        if "quality" in by_name:
            continue
        row = {"channel": channel, "unit": by_name["level"].unit if "level" in by_name else ""}
        row["level"] = _bare(by_name.get("level"))
        row["spread"] = _bare(by_name.get("spread"))
        row["min"], row["max"] = _at(by_name.get("minimum")), _at(by_name.get("maximum"))
        row["trend"] = by_name["trend"].display if by_name.get("trend") and by_name["trend"].score > 0.1 else ""
        row["last"] = _bare(by_name.get("last"))
        row["notable"] = "; ".join(_short(fact) for fact in _events(facts, channel)[:3])
        made.append(row)
    return made


def _lead(facts: Facts, channel: str) -> dict[str, str]:
    by_name = {fact.name: fact for fact in facts.of(channel)}
    heights = {name.upper(): _bare(by_name.get(name)) for name in ("q", "r", "s", "st", "t")}
    return {"lead": channel, "unit": "mV", **heights, "signal": by_name["quality"].display}


def _doubt(fact: Fact) -> str:
    """How uncertain a fact is, in its own unit."""
    doubt = fact.details.get("uncertainty")
    return "" if doubt is None else f"{doubt:.0f}"


def prompt(facts: Facts, budget: int = 40) -> str:
    """The facts in at most `budget` lines of at most 200 characters: the reading, what is notable, every channel."""
    whole = facts.of("")
    lines = ["Reading: " + "; ".join(fact.text for fact in whole if fact.name in ("span", "rate"))] if whole else []
    channels = _ranked(facts)
    for_channels = min(len(channels), max(1, (budget - 2) // 2))
    notable = [fact for fact in facts.notable() if fact.score >= 0.3 and fact.name not in (*_ORDINARY, "constant")]
    notable += [fact for fact in facts.notable() if fact.name == "level" and fact.score >= 0.5]
    notable.sort(key=lambda fact: -fact.score)
    room = max(0, budget - len(lines) - for_channels - 2)
    if notable and room:
        lines += ["Notable:"] + [f"- {fact.text}" for fact in notable[:room]]
    if channels:
        lines += ["Channels:"] + [_line(facts, channel) for channel in channels[:for_channels]]
    left = budget - len(lines)
    lines += [f"Limit: {limit}" for limit in facts.limits[: min(3, left)]]
    return "\n".join(line[:_WIDTH] for line in lines[:budget])


def _ranked(facts: Facts) -> list[str]:
    """The channels, in their own order while there are few, else those with the most notable facts first."""
    names = facts.channels()
    if len(names) <= 12:
        return names
    best = {name: max((fact.score for fact in facts.of(name)), default=0.0) for name in names}
    return sorted(names, key=lambda name: -best[name])


def _line(facts: Facts, channel: str) -> str:
    by_name = {fact.name: fact for fact in reversed(facts.of(channel))}
    if "level" not in by_name:
        return f"- {channel}: no values"
    if "constant" in by_name:
        return f"- {channel}: {by_name['constant'].display} throughout"
    parts = [f"typically {by_name['level'].display}"]
    for name, word in (("minimum", "lowest"), ("maximum", "highest")):
        if fact := by_name.get(name):
            parts.append(f"{word} {fact.display} at {fact.at_display}")
    if fact := by_name.get("last"):
        parts.append(f"last {fact.display}")
    if (fact := by_name.get("trend")) and not fact.details.get("clear"):
        parts.append("no clear trend")
    return f"- {channel}: " + ", ".join(parts)


def _events(facts: Facts, channel: str) -> list[Fact]:
    """What happened in a channel, most notable first; the sum of its steps stands for many of them."""
    found = [fact for fact in facts.of(channel) if fact.name not in (*_ORDINARY, "trend")]
    return sorted((fact for fact in found if fact.score >= 0.2), key=lambda fact: -fact.score)


def _short(fact: Fact) -> str:
    if fact.name == "constant":
        return "constant"
    if fact.name == "period":
        return f"every {fact.display}"
    if fact.name == "stuck":
        return f"stuck {fact.display} from {fact.at_display}"
    return f"{fact.display} at {fact.at_display}" if fact.at_display and fact.name != "gaps" else fact.display


def _bare(fact: Fact | None) -> str:
    """The number without its unit, which has a column of its own."""
    if fact is None:
        return ""
    return fact.display.removesuffix(fact.unit).rstrip() if fact.unit else fact.display


def _at(fact: Fact | None) -> str:
    return f"{_bare(fact)} @ {fact.at_display}" if fact else ""
