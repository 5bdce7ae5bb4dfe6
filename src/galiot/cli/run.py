"""galiot run"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output, Size, read_text
from galiot.errors import GaliotError, RequestError

if TYPE_CHECKING:
    from galiot.model.model import Model
    from galiot.runtime.config import RuntimeConfig
    from galiot.runtime.constrain import Constraint
    from galiot.runtime.generate import GenerateConfig, Generation
    from galiot.runtime.session import Session
    from galiot.signals import Facts


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class RunOptions(Output):
    """Settings of `galiot run`."""

    reading: tuple[str, ...] = ()
    """A file of sensor data, or host:10s for this device's own sensors; may be given several times."""
    schema: Path | None = None
    """A JSON schema that the answer keeps to."""
    regex: str | None = None
    """A regular expression that the whole answer matches."""
    grammar: Path | None = None
    """A grammar (Lark) that the answer keeps to."""
    memory: Size | None = None
    """What the whole process may use, such as 160MiB; more is refused before the model is loaded."""
    context: int = 2048
    """Tokens of prompt and answer together."""
    cache_type: Literal["f16", "q8_0"] | None = None
    """How keys and values are stored; else f16, or q8_0 where only that fits into --memory."""
    threads: int | None = None
    """Processors to use; else all that this process may."""
    max_tokens: int = 512
    """Longest answer."""
    temperature: float = 0.7
    """How freely tokens are drawn; 0: always the likeliest."""
    top_k: int = 40
    """Draw from so many of the likeliest tokens; 0: all."""
    top_p: float = 0.95
    """Draw from the likeliest tokens that together have this probability."""
    min_p: float = 0.05
    """Draw from tokens at least this likely in proportion to the likeliest."""
    repetition_penalty: float = 1.0
    """Makes the last 64 tokens less likely; 1: off."""
    seed: int | None = None
    """The same seed gives the same text."""
    stop: tuple[str, ...] = ()
    """The answer ends before this text; may be given several times."""
    system: str | None = None
    """What the model is told before the conversation."""
    raw: bool = False
    """Take the prompt as it is, without the model's chat template."""

    def __post_init__(self) -> None:
        if sum(given is not None for given in (self.schema, self.regex, self.grammar)) > 1:
            raise RequestError("give one of --schema, --regex and --grammar, an answer cannot keep to several")
        if self.raw and self.system:
            raise RequestError("--raw takes the prompt as it is, so there is no place for --system")
        if self.raw and self.reading:
            raise RequestError("--raw takes the prompt as it is, so there is no place for --reading")


def main(model: str, prompt: str | None = None, /, *, options: RunOptions = RunOptions()) -> int:
    """Answer a prompt, hold a conversation, or report on a reading.

    Parameters
    ----------
    model
        A name in the local library (smollm2-135m is built in), or the path of a GGUF file.
    prompt
        What to answer; else it is read from standard input, and on a terminal a conversation begins.
    """
    from galiot.runtime.session import Session

    settings = _settings(options)
    talk = prompt is None and not options.reading and sys.stdin.isatty()
    if talk and options.json:
        raise RequestError("a conversation has no --json: give a prompt")
    if prompt is None and not options.reading and not talk:
        prompt = _from_standard_input()
    facts = [_facts(source) for source in options.reading]
    with _open(model) as opened:
        config, needed = _admitted(opened, options)
        with Session(opened, config) as session:
            if talk:
                from galiot.cli.conversation import converse

                return converse(session, settings, system=options.system)
            return _answer(session, prompt, facts, settings, options, forecast_bytes=needed)


def _settings(options: RunOptions) -> GenerateConfig:
    from galiot.runtime.generate import GenerateConfig

    return GenerateConfig(
        max_tokens=options.max_tokens,
        temperature=options.temperature,
        top_k=options.top_k,
        top_p=options.top_p,
        min_p=options.min_p,
        repetition_penalty=options.repetition_penalty,
        seed=options.seed,
        stop=options.stop,
    )


def _from_standard_input() -> str:
    text = sys.stdin.read().strip()
    if not text:
        raise RequestError("nothing is asked: give a prompt, a --reading, or text on standard input")
    return text


def _facts(source: str) -> Facts:
    """Read a reading and compute its facts."""
    from galiot.signals import facts, read

    if source.startswith("host"):
        terminal.say(f"reading this device's sensors ({source}) ...")
    return facts(read(source))


def _open(model: str) -> Model:
    from galiot.model.model import open_model

    with terminal.progress(f"getting {model}") as progress:
        return open_model(model, progress)


def _admitted(model: Model, options: RunOptions) -> tuple[RuntimeConfig, int]:
    """Return the settings of the session, and the bytes that it is expected to need.

    raises: BudgetError when that is more than --memory
    """
    from galiot.runtime.budget import admit, forecast
    from galiot.runtime.config import RuntimeConfig

    config = RuntimeConfig(
        context=options.context,
        threads=options.threads,
        cache_type=options.cache_type,
        memory_bytes=options.memory,
    )
    config = admit(model, config)
    return config, forecast(model, config).total


def _answer(
    session: Session,
    prompt: str | None,
    facts: Sequence[Facts],
    settings: GenerateConfig,
    options: RunOptions,
    *,
    forecast_bytes: int,
) -> int:
    generation = _begin(session, prompt, facts, settings, options)
    if not options.json:
        for one in facts:
            _show_facts(one)
        for piece in generation:
            print(piece, end="", flush=True)
        print(flush=True)
    generation.finished()
    spent = {**generation.spent.to_json(), "forecast_bytes": forecast_bytes}
    if options.schema:
        _check_whole(generation)
    if options.json:
        told: dict[str, Any] = {"text": generation.text, "finish": generation.finish, "spent": spent}
        if facts:
            told["facts"] = [one.to_json() for one in facts]
        terminal.print_json(told)
    else:
        terminal.say(terminal.spent_line(spent))
    return 0


def _begin(
    session: Session, prompt: str | None, facts: Sequence[Facts], settings: GenerateConfig, options: RunOptions
) -> Generation:
    """Start the answer; nothing is made until somebody asks for its first piece."""
    from galiot.runtime.chat import chat_tokens
    from galiot.runtime.generate import generate

    if facts and not (options.schema or options.regex or options.grammar):
        from galiot.runtime.report import report

        return report(session, facts, prompt, settings)
    assert prompt is not None or facts
    text = "\n\n".join([*(one.prompt() for one in facts), prompt or "What is remarkable?"])
    if options.raw:
        tokens = session.model.tokenizer.encode(text, special=True, start=True)
    else:
        system = [{"role": "system", "content": options.system}] if options.system else []
        tokens = chat_tokens(session, [*system, {"role": "user", "content": text}])
    room = max(1, session.room - len(tokens))
    return generate(
        session, tokens, settings=settings, constraint=_constraint(session, min(settings.max_tokens, room), options)
    )


def _constraint(session: Session, max_tokens: int, options: RunOptions) -> Constraint | None:
    from galiot.runtime import constrain

    tokenizer = session.model.tokenizer
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
    rows = facts.rows()
    if rows:
        terminal.print_table(rows)
    for limit in facts.limits:
        terminal.say(f"{facts.source}: {limit}")
    print()
