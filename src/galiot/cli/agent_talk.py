"""The agent on a terminal: answers as a person reads them, and the process that stays."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from galiot.cli import terminal
from galiot.errors import GaliotError

if TYPE_CHECKING:
    from galiot.agent.agent import Agent
    from galiot.agent.answer import Answer
    from galiot.cli.agent import AgentOptions

_HELP = """/things   what there is
/waiting  what waits
/log      what was done last
/help     this
/bye      leave; so does Ctrl-D"""
_MARKS = {"done": "✓", "refused": "✗", "unreachable": "✗", "unknown": "?"}


def show(answer: Answer) -> None:
    """Print an answer, and under it what was sent to which device."""
    print(answer.text)
    for command in answer.commands:
        value = "" if command["input"] is None else f" {command['input']}"
        terminal.say(
            f"  {_MARKS[command['outcome']]} {command['thing']} {command['name']}{value}: {command['outcome']}"
        )
    if answer.plan_only:
        for line in answer.plan_text.splitlines():
            terminal.say(f"  {line}")
    spent = answer.spent
    terminal.say(f"{answer.source or 'no plan'}, {1000 * spent['plan_seconds']:.0f} ms to the plan")


async def stay(agent: Agent, options: AgentOptions) -> int:
    """Answer sentence after sentence, and carry out what waits, until the person leaves or the process is told to end.

    Where nobody types: at the end of the input it stays while something waits, or for good when nothing was said.
    """
    leave = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, leave.set)
    talking = sys.stdin.isatty()
    if talking:
        terminal.say(
            f"{len(agent.home.things)} things, {len(agent.waiting())} plans wait; /help says what else there is"
        )
    agent.tell = lambda text: _tell(text, options)
    working = asyncio.create_task(agent.stay())
    leaving = asyncio.create_task(leave.wait())
    said = 0
    try:
        while not leave.is_set():
            line = asyncio.create_task(_line("> " if talking else ""))
            await asyncio.wait({line, working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
            if not line.done() or line.result() is None:
                break
            if text := (line.result() or "").strip():
                if text == "/bye":
                    return 0
                said += 1
                await _one(agent, text, options)
        while not talking and not leave.is_set() and (not said or agent.waiting()):
            await asyncio.wait({working, leaving}, timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
    finally:
        working.cancel()
        leaving.cancel()
    return 0


async def _one(agent: Agent, text: str, options: AgentOptions) -> None:
    if text.startswith("/"):
        _obey(agent, text)
        return
    try:
        answer = await agent.ask(text, yes=options.yes, pin=options.pin)
    except GaliotError as error:
        terminal.say(f"galiot: {error}")
        return
    if options.json:
        terminal.print_json(answer.to_json())
    else:
        show(answer)
    sys.stdout.flush()


def _obey(agent: Agent, command: str) -> None:
    if command == "/things":
        terminal.print_table([agent.row(thing) for thing in agent.home.things])
    elif command == "/waiting":
        for one in agent.waiting():
            print(f"{one.request}")
    elif command == "/log":
        for entry in agent.journal_tail():
            print(entry)
    else:
        print(_HELP)


def _tell(text: str, options: AgentOptions) -> None:
    if options.json:
        terminal.print_json({"told": text})
    else:
        print(f"\n{text}" if sys.stdin.isatty() else text)
    sys.stdout.flush()


async def _line(prompt: str) -> str | None:
    """Read one line without holding up what waits; None at the end of the input."""

    def read() -> str | None:
        try:
            return input(prompt)
        except EOFError:
            return None

    import threading

    loop, done = asyncio.get_running_loop(), asyncio.Event()
    found: list[str | None] = []

    def work() -> None:
        found.append(read())
        loop.call_soon_threadsafe(done.set)

    threading.Thread(target=work, daemon=True).start()  # a thread of a pool would keep the process from ending
    await done.wait()
    return found[0]
