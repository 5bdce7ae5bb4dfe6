"""What `galiot run` does with a prompt or a reading: stream the answer, and return what was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from galiot.cli import terminal
from galiot.cli.settings import read_text
from galiot.errors import GaliotError

if TYPE_CHECKING:
    from galiot.cli.run import RunOptions
    from galiot.cli.sensing import Judged
    from galiot.model.model import Model
    from galiot.runtime.budget import Spent
    from galiot.runtime.constrain import Constraint
    from galiot.runtime.generate import GenerateConfig, Generation
    from galiot.runtime.session import Session
    from galiot.signals import Facts


@dataclass(frozen=True)
class Asked:
    """What goes into the model, and the form that its answer has to keep to."""

    tokens: list[int]
    constraint: Constraint | None


def prepare(
    model: Model, prompt: str | None, facts: Sequence[Facts], settings: GenerateConfig, options: RunOptions
) -> Asked:
    """Make the prompt and the constraint, whose memory the forecast then sees; facts stand before the prompt."""
    from galiot.runtime.chat import chat_tokens

    form = [_outline(options)] if options.schema and not options.raw else []
    text = "\n\n".join([*form, *(one.prompt() for one in facts), prompt or "What is remarkable?"])
    if options.raw:
        tokens = model.tokenizer.encode(text, special=True, start=True)
    else:
        system = [{"role": "system", "content": options.system}] if options.system else []
        tokens = chat_tokens(model, [*system, {"role": "user", "content": text}])
    room = options.context - len(tokens)
    return Asked(tokens, _constraint(model, min(settings.max_tokens, room), options) if room > 0 else None)


def answer(
    session: Session, asked: Asked, facts: Sequence[Facts], settings: GenerateConfig, options: RunOptions
) -> dict[str, Any]:
    """Answer what was prepared.

    raises: ContextError when the prompt leaves no room
    """
    from galiot.runtime.generate import generate

    generation = generate(session, asked.tokens, settings=settings, constraint=asked.constraint)
    _stream(generation, options)
    if options.schema:
        _check_whole(generation)
    told: dict[str, Any] = {"text": generation.text, "finish": generation.finish, "spent": generation.spent.to_json()}
    return told | ({"facts": [one.to_json() for one in facts]} if facts else {})


def report_on(
    session: Session, question: str | None, judged: Sequence[Judged], settings: GenerateConfig, options: RunOptions
) -> dict[str, Any]:
    """Report on one reading after the other, or on what changed between two: the tables, then the text."""
    from galiot.cli.sensing import change_told, found_by, show_seen
    from galiot.runtime.report import Report

    texts: list[str] = []
    spent: list[Spent] = []
    statements: list[dict[str, Any]] = []
    change = change_told(session, question, judged, settings)
    for number, one in enumerate(judged):
        if not options.json:
            _show_facts(one.facts)
            show_seen(one.seen)
        if change is not None and one is not judged[-1]:
            continue
        made = change or _begun(session, question, one, settings)
        _stream(made, options)
        texts.append(made.text)
        spent.append(made.spent)
        own = made.to_json()["statements"] if isinstance(made, Report) else []
        statements += [{"reading": number, **said} for said in own if said["fact"] < len(one.facts)]
    found = found_by(judged, texts)
    return {
        "text": "\n\n".join(texts),
        "facts": [one.facts.to_json() for one in judged],
        **found,
        "statements": [*found.get("statements", ()), *statements],
        "spent": _together(spent),
    }


def _begun(session: Session, question: str | None, one: Judged, settings: GenerateConfig) -> Generation:
    """Begin a report on one reading: from what its sense found, else from its samples or its facts."""
    from galiot.cli.sensing import answered
    from galiot.runtime.report import ReportConfig, report
    from galiot.senses.report import report as report_seen
    from galiot.senses.sense import GENERAL

    if one.seen is not None and one.seen.kind != GENERAL:
        return report_seen(session, one.seen, question, settings=settings)
    if question and (found := answered(session, one.reading, question, settings)):
        return found
    assert isinstance(settings, ReportConfig)
    facts = one.seen.with_findings() if one.seen is not None else one.facts
    return report(session, facts, question, settings=settings)


def _stream(generation: Generation, options: RunOptions) -> None:
    """Print the pieces of an answer as they come, or wait for it where it becomes part of an object."""
    if options.json:
        generation.finished()
        return
    for piece in generation:
        print(piece, end="", flush=True)
    print(flush=True)


def _together(spent: Sequence[Spent]) -> dict[str, Any]:
    """Return what several answers took; the first token is that of the first one."""
    total = spent[0]
    for one in spent[1:]:
        total = replace(
            total,
            seconds=total.seconds + one.seconds,
            prompt_tokens=total.prompt_tokens + one.prompt_tokens,
            prompt_seconds=total.prompt_seconds + one.prompt_seconds,
            tokens=total.tokens + one.tokens,
            decode_seconds=total.decode_seconds + one.decode_seconds,
            peak_bytes=max(total.peak_bytes, one.peak_bytes),
        )
    return total.to_json()


def _outline(options: RunOptions) -> str:
    """The schema in a few words: a model that knows the fields fills them better."""
    from galiot.runtime.constrain import outline, parse_schema

    assert options.schema
    return outline(parse_schema(read_text(options.schema)))


def _constraint(model: Model, max_tokens: int, options: RunOptions) -> Constraint | None:
    from galiot.runtime import constrain

    tokenizer = model.tokenizer
    if options.schema:
        schema = constrain.parse_schema(read_text(options.schema))
        return constrain.from_schema(schema, tokenizer, max_tokens=max_tokens)
    if options.regex:
        return constrain.from_regex(options.regex, tokenizer, max_tokens=max_tokens)
    if options.grammar:
        return constrain.from_grammar(read_text(options.grammar), tokenizer, max_tokens=max_tokens)
    return None


def _check_whole(generation: Generation) -> None:
    import msgspec

    try:
        msgspec.json.decode(generation.text)
    except msgspec.DecodeError as error:
        raise GaliotError(
            f"the answer ended before it was complete ({generation.finish}); raise --max-tokens"
        ) from error


def _show_facts(facts: Facts) -> None:
    for table in facts.tables():
        terminal.print_table(table)
    for limit in facts.limits:
        terminal.say(f"{facts.source}: {limit}")
    print()
