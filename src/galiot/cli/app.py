"""The table of verbs, and the way from words on the command line to a call of one of them."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cyclopts import App, Parameter
from cyclopts.exceptions import CycloptsError, UnknownCommandError, UnknownOptionError

import galiot
from galiot.errors import ConfigError, RequestError

SETTINGS = Path("galiot.toml")

VERBS = {
    "run": "Answer a prompt, hold a conversation, or report on a reading.",
    "show": "Draw a reading and its facts.",
    "get": "Fetch a model into the local library.",
    "list": "List the models of the local library.",
    "rm": "Remove a model from the local library.",
    "info": "Tell what a model is and the memory that it needs.",
    "probe": "Measure this device: cores, memory, bandwidth, storage.",
    "convert": "Make a GGUF file of a Hugging Face folder, or one of another type of a GGUF file.",
    "tune": "Tune a model on data of your own, into an adapter.",
    "merge": "Write adapters into a model's weights, or export them for llama.cpp or PEFT.",
    "select": "Choose the rows of a data set that are worth tuning on.",
    "sense": "List, train and measure what reads sensors for a model.",
    "agent": "Do what a sentence asks of the devices of a home.",
    "eval": "Measure perplexity, and divergence from a reference model.",
    "bench": "Measure speed, beside llama.cpp where it is installed, and what the agent gets right.",
}
_GROUPS = {
    "bench": {
        "speed": "Measure how fast a model reads a prompt and writes an answer.",
        "agent": "Measure what the agent gets right in homes in memory.",
    },
    "sense": {
        "list": "List the senses that are installed.",
        "info": "Tell what a sense can say, how it was made and how good it is.",
        "train": "Train a sense on data of your own, by a recipe.",
        "eval": "Measure how good a sense is, beside blind controls and baselines.",
    },
}


def build_app() -> App:
    """Return the command with every verb; the file of a verb is loaded when that verb is called."""
    app = _app("galiot", help="Generative models on small devices.", version=galiot.__version__)
    for verb, purpose in VERBS.items():
        if verb in _GROUPS:
            app.command(group := _app(verb, help=purpose))
            for word, inner in _GROUPS[verb].items():
                group.command(f"galiot.cli.{verb}_{word}:main", name=word, help=inner)
        else:
            app.command(f"galiot.cli.{verb}:main", name=verb, help=purpose)
    return app


def call(arguments: Sequence[str]) -> int:
    """Parse the arguments, call the verb and return its exit status.

    raises: RequestError for words that make no sense, and whatever the verb raises
    """
    app = build_app()
    if not arguments:
        app.help_print([])
        return 0
    words = _without_verbose(arguments)
    verbose = len(words) < len(arguments)
    if SETTINGS.is_file():
        from galiot.cli.settings import file_settings

        app.config = file_settings(SETTINGS, app, words)
    try:
        verb, bound, _ = app.parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        raise _request_error(error, words) from error
    _start_logging(verbose)
    status: Any = verb(*bound.args, **bound.kwargs)
    return status if isinstance(status, int) else 0


def nearest(word: str, known: Sequence[str]) -> str:
    """Return '; did you mean ...?' for a word that nobody knows, or what there is instead."""
    import difflib

    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else "there is " + ", ".join(known)


def _app(name: str, **settings: Any) -> App:
    return App(
        name=name,
        help_format="plaintext",
        suppress_keyboard_interrupt=False,
        default_parameter=Parameter(negative="", show_default=lambda value: value if value else None),
        **settings,
    )


def _without_verbose(arguments: Sequence[str]) -> list[str]:
    """Take --verbose out, wherever it stands before a lone `--`: it belongs to every verb."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return [word for place, word in enumerate(arguments) if word != "--verbose" or place >= end]


def _start_logging(verbose: bool) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(name)s: %(message)s" if verbose else "galiot: %(message)s",
        stream=sys.stderr,
        force=True,
    )


def _request_error(error: CycloptsError, words: Sequence[str]) -> RequestError:
    """Return what the parser found wrong as one line that names the nearest word it knows."""
    if isinstance(error, UnknownCommandError):
        known = list(_GROUPS.get(words[0], VERBS))
        word = words[1] if words[0] in _GROUPS and len(words) > 1 else words[0]
        return RequestError(f"there is no verb {word!r}; {nearest(word, known)}")
    if isinstance(error, UnknownOptionError) and error.argument_collection is not None:
        known = sorted({name for argument in error.argument_collection for name in argument.names if name[:2] == "--"})
        word = error.token.keyword or error.token.value
        if error.token.source not in ("", "cli"):
            short = [name.removeprefix("--") for name in known]
            word = word.removeprefix("--").strip("[]")  # the parser writes [name] for a key that it does not know
            raise ConfigError(f"{SETTINGS}: there is no setting {word!r}; {nearest(word, short)}")
        return RequestError(f"there is no flag {word}; {nearest(word, known)}")
    message = " ".join(str(error).split())
    return RequestError(message[:1].lower() + message[1:])
