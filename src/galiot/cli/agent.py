"""galiot agent"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Duration, Output
from galiot.errors import RequestError

if TYPE_CHECKING:
    from galiot.agent.agent import Agent


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class AgentOptions(Output):
    """Settings of `galiot agent`."""

    things: str | None = None
    """The home: home.toml, a file or folder of Thing Descriptions, mqtt://HOST:PORT, or http://HOST/.well-known/wot."""
    simulate: bool = False
    """Keep the things in memory: every valid command is accepted and recorded."""
    plan_only: bool = False
    """Plan and check; send nothing to any device."""
    yes: bool = False
    """Confirm what needs confirmation; what needs a PIN still does."""
    pin: str | None = None
    """The PIN, for what needs one."""
    rehearse: Duration | None = None
    """Show what would be done within this time, such as 24h, by the plans that wait and the sentence; send nothing."""
    model: str = "smollm2-135m"
    """The model that reads what rules do not: a name in the local library, or a GGUF file."""
    adapter: Path | None = None
    """What tunes the model to planning; else the one that comes with the package, where it fits the model."""
    no_model: bool = False
    """Rules alone; what they do not understand is refused."""
    no_rules: bool = False
    """The model alone."""
    language: str | None = None
    """Of the sentences, such as de; else the home's."""
    state: Path | None = None
    """Folder of what the agent keeps: the journal, waiting plans, readings, lists; else one for each home."""
    threads: int | None = None
    """Processors that the model uses; else all that this process may."""


def main(sentence: str | None = None, /, *, options: AgentOptions = AgentOptions()) -> int:
    """Do what a sentence asks of the devices; stay to talk and to carry out what waits where there is none.

    Parameters
    ----------
    sentence
        What is wished or asked; the word demo alone, without --things, runs a simulated home on a broker of its own.
    """
    if options.things is None:
        if sentence == "demo":
            from galiot.agent.demo import main as demo

            return demo()
        raise RequestError("which devices? --things home.toml, or mqtt://HOST:PORT; galiot agent demo simulates a home")
    if options.no_model and options.no_rules:
        raise RequestError("--no-model and --no-rules together leave nothing that reads a sentence")
    if sentence is None and (options.plan_only or options.rehearse):
        raise RequestError("--plan-only and --rehearse are for one sentence: give it")
    try:
        return asyncio.run(_work(sentence, options))
    except KeyboardInterrupt:
        return 130 if sentence is not None else 0


async def _work(sentence: str | None, options: AgentOptions) -> int:
    agent = await _opened(options)
    try:
        if sentence is None:
            from galiot.cli.agent_talk import stay

            return await stay(agent, options)
        if options.rehearse:
            return _rehearsed(await agent.rehearse(sentence, options.rehearse), options)
        answer = await agent.ask(sentence, yes=options.yes, pin=options.pin, plan_only=options.plan_only)
        if options.json:
            terminal.print_json(answer.to_json())
        else:
            from galiot.cli.agent_talk import show

            show(answer)
        return answer.exit_status
    finally:
        await agent.close()


async def _opened(options: AgentOptions) -> Agent:
    from galiot.agent.agent import Agent
    from galiot.agent.config import AgentConfig

    config = AgentConfig(
        simulate=options.simulate,
        model=None if options.no_model else options.model,
        adapter=options.adapter,
        rules=not options.no_rules,
        language=options.language,
        state=options.state,
        threads=options.threads,
    )
    agent = await Agent.open(str(options.things), config)
    for line in agent.home.refused:
        terminal.say(f"galiot: {line}")
    if not agent.home.things:
        await agent.close()
        raise RequestError(f"{options.things}: there is no device")
    return agent


def _rehearsed(rows: list[dict[str, str]], options: AgentOptions) -> int:
    if options.json:
        terminal.print_json({"rehearsal": rows})
    elif rows:
        terminal.print_table(rows)
    else:
        print("nothing would be done in that time")
    return 0
