"""What the user is told, out of what was really done: nothing that was not confirmed is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from galiot.agent.checked import Question, Refusal
from galiot.agent.command import UNKNOWN, Result
from galiot.agent.features.words import plain
from galiot.agent.home import Home
from galiot.agent.plan import Do, Plan, Read
from galiot.agent.provenance import plain_text
from galiot.agent.report import Reading, Report, StepReport
from galiot.agent.risk import effect_of, feature_behind
from galiot.agent.text import render
from galiot.agent.thing import Thing

_BECAME = {
    **{"turn on": "on", "turn off": "off", "open": "open", "close": "closed", "lock": "locked", "unlock": "unlocked"},
    **{"mute": "muted", "unmute": "no longer muted", "pause": "paused", "resume": "going on", "play": "playing"},
    **{"start": "running", "stop": "stopped", "dock": "on its way home", "arm": "armed", "disarm": "disarmed"},
}
"""Verb -> what is true once it is done."""
_AT = {"brightness": "at", "volume": "at", "position": "at", "target temperature": "set to", "fan speed": "at speed"}
_TRUTHS: Mapping[str, tuple[str, str]] = {
    **{"lock": ("locked", "unlocked"), "contact": ("open", "closed"), "position": ("open", "closed")},
    **{"motion": ("seeing motion", "seeing no motion"), "occupancy": ("occupied", "empty"), "leak": ("wet", "dry")},
    **{"smoke": ("detecting smoke", "free of smoke"), "mute": ("muted", "not muted")},
}
_UNITS = {"C": " °C", "F": " °F", "%": " %", "percent": " %", "celsius": " °C", None: ""}
_REASONS = {
    "absent device": "there is no such device",
    "absent attribute": "it cannot do that",
    "out of range": "that is out of its range",
    "off-topic": "that is not about the devices here",
    "negated": "you said that it should not be done",
    "nothing to change": "it is so already",
    "contradiction": "that contradicts the rest",
    "unclear": "I did not understand that",
    "untraceable": "you did not ask for it",
}
_MOST_NAMED = 3


def answer(report: Report, home: Home) -> str:
    """Return what to tell about a plan: what is done, what is not and why, what waits, and a question.

    Only results and readings are spoken of as facts.
    """
    if report.question is not None:
        return question_words(report.question)
    told = [sentence for step in report.steps for sentence in _step(step, home)]
    told += [_refusal(one) for one in report.refused]
    return " ".join(dict.fromkeys(told)) or "There was nothing to do."


def question_words(question: Question) -> str:
    """Spell a question with its options: "Which blind do you mean: left blind or right blind?"."""
    text = plain_text(question.text, 200).strip("?.: ")
    text = "Which one do you mean" if text.lower() in ("", "which") else f"{text[:1].upper()}{text[1:]}"
    options = [plain_text(option, 60) for option in question.options]
    return f"{text}: {listed(options, 'or', most=12)}?" if options else f"{text}?"


def listed(words: Sequence[str], joint: str = "and", *, most: int = _MOST_NAMED) -> str:
    """Join words: "a, b and c"; of more than `most` the rest is counted."""
    words = list(words)
    if len(words) > most + 1:
        words = [*words[:most], f"{len(words) - most} more"]
    return f"{', '.join(words[:-1])} {joint} {words[-1]}" if len(words) > 1 else "".join(words)


def reading_words(reading: Reading) -> str:
    """Spell what was read: "21.5 °C", "open", "not known"."""
    value = reading.value
    if value is UNKNOWN or value is None:
        return "not known"
    if isinstance(value, bool):
        return _TRUTHS.get(reading.role, ("on", "off"))[0 if value else 1]
    if isinstance(value, int | float):
        if reading.role == "position" and round(value) in (0, 100):
            return "open" if value > 50 else "closed"
        return f"{round(value, 1):g}{_UNITS.get(reading.unit, f' {reading.unit}')}"
    return plain_text(str(value), 60)


def _step(step: StepReport, home: Home) -> list[str]:
    act = step.step.act
    if step.status == "waits":
        return [step.text or f"I wait to do this: {render(Plan((step.step,)), home)}."]
    if step.status == "skipped":
        return [f"I did not {_asked(step, home)}: {step.text}."]
    if isinstance(act, Read) and step.readings:
        return [_read(reading, home) for reading in step.readings]
    if not isinstance(act, Do):
        return [step.text] if step.text else []
    return _done(step, home)


def _done(step: StepReport, home: Home) -> list[str]:
    """Say what became of each thing, those of which the same is true together."""
    became: dict[str, list[Thing]] = {}
    failed: dict[str, list[Thing]] = {}
    for thing, results in _by_thing(step.results, home):
        bad = next((one for one in results if one.outcome != "done"), None)
        if bad is None:
            became.setdefault(_became(thing, results[-1]), []).append(thing)
        else:
            failed.setdefault(_failure(thing, bad), []).append(thing)
    same = [home.by_id[id] for id in step.same]
    said = [f"{_capital(_subject(things, home))} {_be(things)} {words}." for words, things in became.items()]
    said += [f"{_capital(_subject(things, home))} {words}." for words, things in failed.items()]
    if same:
        said.append(f"{_capital(_subject(same, home))} {_be(same)} as you wish already.")
    return [*said, *(f"{_capital(note)}." for note in step.notes)]


def _became(thing: Thing, result: Result) -> str:
    """What is true now: "on", "at 50 %"; by what was read back where that says it."""
    effect, command = effect_of(thing, result.command), result.command
    feature = feature_behind(thing, command)
    if command.kind == "property" and feature is not None and feature.shape != "switch" and not feature.path:
        raw = result.read_back if result.read_back is not UNKNOWN else command.input
        unit = feature.unit or ("%" if feature.shape == "percent" else None)
        value = reading_words(Reading(thing.id, effect.role, feature.meaning(raw), unit))
        return value if value in ("open", "closed") else f"{_AT.get(effect.role, f'at {effect.role}')} {value}"
    if effect.verb in _BECAME:
        return _BECAME[effect.verb]
    if command.kind == "property" and feature is not None and isinstance(command.input, bool):
        return f"set, {feature.role} is {'on' if command.input else 'off'}"
    return f"told to {plain_text(plain(command.name), 40)}"


def _failure(thing: Thing, result: Result) -> str:
    why = f": {plain_text(result.why, 120)}" if result.why else ""
    if result.outcome == "unreachable":
        return f"could not be reached{why}"
    if result.outcome == "refused":
        return f"refused{why}"
    return f"was told, but did not confirm it{why}"


def _refusal(one: Refusal) -> str:
    what = plain_text(one.what, 80)
    why = plain_text(one.why, 200) or _REASONS.get(one.reason, one.reason)
    if one.reason == "nothing to change":
        return f"{_capital(what)}: {why}."
    return (
        f"I did not {what}: {why}."
        if one.reason == "not permitted"
        else f"{_capital(what)}: {why}."
        if what
        else f"{_capital(why)}."
    )


def _read(reading: Reading, home: Home) -> str:
    label = home.label(home.by_id[reading.thing])
    words = reading_words(reading)
    if isinstance(reading.value, bool) or words in ("open", "closed"):
        return f"The {label} is {words}."
    return f"The {reading.role} of the {label} is {words}."


def _asked(step: StepReport, home: Home) -> str:
    act = step.step.act
    if not isinstance(act, Do):
        return "do that"
    things = [home.by_id[id] for id in act.target.things if id in home.by_id]
    role = f" {act.role}" if act.role else ""
    return f"{act.verb}{role} {_subject(things, home)}" if things else "do that"


def _by_thing(results: Iterable[Result], home: Home) -> list[tuple[Thing, list[Result]]]:
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.command.thing, []).append(result)
    return [(home.by_id[id], some) for id, some in found.items()]


def _subject(things: Sequence[Thing], home: Home) -> str:
    labels = [f"the {plain_text(home.label(thing), 60)}" for thing in things]
    if len(things) > _MOST_NAMED + 1:
        kinds = {home.kind(thing) for thing in things}
        kind = kinds.pop() if len(kinds) == 1 else None
        if kind:
            return f"{len(things)} {kind}s"
    return listed(labels)


def _be(things: Sequence[Thing]) -> str:
    return "is" if len(things) == 1 else "are"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
