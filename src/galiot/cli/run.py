"""galiot run"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output, Size
from galiot.errors import RequestError

if TYPE_CHECKING:
    from galiot.model.adapter import Adapter
    from galiot.model.model import Model
    from galiot.runtime.config import RuntimeConfig
    from galiot.runtime.generate import GenerateConfig
    from galiot.signals import Reading


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class RunOptions(Output):
    """Settings of `galiot run`."""

    reading: tuple[str, ...] = ()
    """A file of sensor data, or host:10s for this device's own sensors; may be given several times."""
    labels: str | None = None
    """What the reading may show, such as walking,running: the answer tells how probable each is."""
    sense: str | None = None
    """The sense that judges the reading: a name of `galiot sense list`, a file, or none; else the one that fits."""
    schema: Path | None = None
    """A JSON schema that the answer keeps to."""
    regex: str | None = None
    """A regular expression that the whole answer matches."""
    grammar: Path | None = None
    """A grammar (Lark) that the answer keeps to."""
    adapter: tuple[str, ...] = ()
    """A file that changes the model, as `galiot tune` writes it; FILE:0.5 lets it count half. Several are added up."""
    memory: Size | None = None
    """What the whole process may use, such as 256MiB; more is refused before the model is loaded."""
    context: int = 2048
    """Tokens of prompt and answer together."""
    cache_type: Literal["f16", "q8_0"] | None = None
    """How keys and values are stored; else f16, or q8_0 where only that fits into --memory."""
    threads: int | None = None
    """Processors to use; else all that this process may."""
    max_tokens: int | None = None
    """Longest answer; else 512 tokens, 320 for a report."""
    temperature: float | None = None
    """How freely tokens are drawn; 0: always the likeliest; else 0.7, 0.3 for a report."""
    top_k: int | None = None
    """Draw from so many of the likeliest tokens; 0: all; else 40."""
    top_p: float | None = None
    """Draw from the likeliest tokens that together have this probability; else 0.95."""
    min_p: float | None = None
    """Draw from tokens at least this likely in proportion to the likeliest; else 0.05."""
    repetition_penalty: float | None = None
    """Makes the last 64 tokens less likely; 1, as where nothing is said: off."""
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
        if self.constrained and self.stop:
            raise RequestError("--stop would cut an answer that has to keep to a form: leave one of them out")
        if self.raw and self.system:
            raise RequestError("--raw takes the prompt as it is, so there is no place for --system")
        if (self.labels or self.sense) and not self.reading:
            raise RequestError("--labels and --sense are about a --reading: give one")
        if self.raw and self.reading:
            raise RequestError("--raw takes the prompt as it is, so there is no place for --reading")

    @property
    def constrained(self) -> bool:
        """Whether the answer has to keep to a form that was asked for."""
        return bool(self.schema or self.regex or self.grammar)


SAMPLING = ("max_tokens", "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "seed", "stop")
"""Options that are passed on where they are given; the defaults are the library's."""


def main(model: str, prompt: str | None = None, /, *, options: RunOptions = RunOptions()) -> int:
    """Answer a prompt, hold a conversation, or report on a reading.

    Parameters
    ----------
    model
        A name in the local library (smollm2-135m is built in), or the path of a GGUF file.
    prompt
        What to answer; else it is read from standard input, and on a terminal a conversation begins.
    """
    from galiot.cli.adapters import read_adapters
    from galiot.cli.answering import answer, prepare, report_on
    from galiot.cli.sensing import adapters_of, judge, senses_for
    from galiot.runtime.session import Session
    from galiot.signals import facts as facts_of

    settings = _settings(options)
    talk = prompt is None and not options.reading and sys.stdin.isatty()
    if talk and (options.json or options.raw or options.constrained):
        raise RequestError("--json, --raw, --schema, --regex and --grammar are for one answer: give a prompt")
    if prompt is None and not options.reading and not talk:
        prompt = sys.stdin.read().strip()
    if not (prompt or options.reading or talk):
        raise RequestError("nothing is asked: give a prompt, a --reading, or text on standard input")
    readings = [_read(source) for source in options.reading]
    facts = [facts_of(reading) for reading in readings]
    _check_reading(options)
    reporting = bool(facts) and not options.constrained
    with _open(model) as opened, ExitStack() as stack:
        adapters = read_adapters(options.adapter, opened)
        senses = senses_for(readings, opened, options, stack) if reporting else []
        judged = judge(readings, facts, senses, opened, options.labels) if reporting else []
        adapters += adapters_of(senses)
        asked = None if talk or reporting else prepare(opened, prompt, facts, settings, options)
        if reporting:
            from galiot.runtime.constrain import as_vocabulary

            as_vocabulary(opened.tokenizer)  # kept, so that the forecast sees its memory
        config, needed = _admitted(opened, options, adapters)
        with Session(opened, config, adapters=adapters) as session:
            if talk:
                from galiot.cli.conversation import converse

                return converse(session, settings, system=options.system)
            if asked is None:
                told = report_on(session, prompt, judged, settings, options)
            else:
                told = answer(session, asked, facts, settings, options)
    told["spent"]["forecast_bytes"] = needed
    if options.json:
        terminal.print_json(told)
    else:
        terminal.say(terminal.spent_line(told["spent"]))
    return 0


def _settings(options: RunOptions) -> GenerateConfig:
    """Return what was said about the answer; a report has defaults of its own."""
    from galiot.runtime.generate import GenerateConfig

    given: dict[str, Any] = {name: value for name in SAMPLING if (value := getattr(options, name)) not in (None, ())}
    if options.reading and not options.constrained:
        from galiot.runtime.report import ReportConfig

        return ReportConfig(**given)
    return GenerateConfig(**given)


def _read(source: str) -> Reading:
    from galiot.signals import read

    if source == "host" or source.startswith("host:"):
        terminal.say(f"reading this device's sensors ({source}) ...")
    return read(source)


def _open(model: str) -> Model:
    from galiot.model.model import open_model

    with terminal.progress(f"getting {model}") as progress:
        return open_model(model, progress)


def _check_reading(options: RunOptions) -> None:
    """Hold what the readings took against --memory; the model's share is forecast later.

    raises: BudgetError
    """
    from galiot.errors import BudgetError
    from galiot.runtime.peak import peak_bytes

    if options.reading and options.memory and peak_bytes() > options.memory:
        advice = "give fewer channels or a shorter reading"
        raise BudgetError("bytes", needed=peak_bytes(), allowed=options.memory, advice=advice)


def _admitted(model: Model, options: RunOptions, adapters: list[tuple[Adapter, float]]) -> tuple[RuntimeConfig, int]:
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
    config = admit(model, config, adapters)
    return config, forecast(model, config, adapters).total
