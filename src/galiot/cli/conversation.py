"""A conversation on a terminal: type, read, Ctrl-C stops an answer."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from galiot.cli import terminal
from galiot.errors import ContextError

if TYPE_CHECKING:
    from galiot.runtime.chat import Chat
    from galiot.runtime.generate import GenerateConfig, Generation
    from galiot.runtime.session import Session

_HELP = """/clear  forget the conversation
/help   this
/bye    leave; so does Ctrl-D
Ctrl-C  stop the answer; twice: leave"""


def converse(session: Session, settings: GenerateConfig, *, system: str | None = None) -> int:
    """Talk until the person leaves; return the exit status."""
    from galiot.runtime.chat import Chat

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  (gives input() its line editing)
    chat = Chat(session, system=system)
    terminal.say(f"{session.model.name}, context {session.config.context} tokens; /help says what else there is")
    interrupted = False
    while True:
        try:
            text = input("> ").strip()
        except EOFError:
            print()
            return 0
        except KeyboardInterrupt:
            print()
            if interrupted:
                return 0
            terminal.say("once more leaves")
            interrupted = True
            continue
        if text.startswith("/"):
            if not _obey(text, chat):
                return 0
        elif text:
            interrupted = _reply(chat, text, settings)


def _obey(command: str, chat: Chat) -> bool:
    """Do what a command says; return whether the conversation goes on."""
    if command in ("/bye", "/exit", "/quit"):
        return False
    if command == "/clear":
        chat.clear()
        terminal.say("forgotten")
    elif command == "/help":
        terminal.say(_HELP)
    else:
        terminal.say(f"there is no {command}; /help says what there is")
    return True


def _reply(chat: Chat, text: str, settings: GenerateConfig) -> bool:
    """Stream one answer; return whether it was interrupted."""
    dropped = chat.dropped_turns
    try:
        generation = chat.send(text, settings=settings)
    except ContextError as error:
        terminal.say(f"galiot: {error}")
        return False
    if chat.dropped_turns > dropped:
        terminal.say(f"the context is full: the model no longer sees the oldest {chat.dropped_turns} messages")
    with _stopping(generation):
        for piece in generation:
            sys.stdout.write(piece)
            sys.stdout.flush()
    print()
    note = {"cancelled": "stopped; ", "context": "the context is full; ", "length": "--max-tokens is reached; "}
    terminal.say(note.get(generation.finish or "", "") + terminal.spent_line(generation.spent.to_json()))
    return generation.finish == "cancelled"


@contextlib.contextmanager
def _stopping(generation: Generation) -> Iterator[None]:
    """Let the first Ctrl-C end the answer at its next token, and the second one the program."""

    def stop(_number: int, _frame: Any) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        generation.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
