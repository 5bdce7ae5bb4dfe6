"""The agent as its user meets it: sentences in, a home that changes, and answers that are true."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from galiot.agent import Agent, AgentConfig
from galiot.agent.agent import _key
from galiot.agent.command import UNKNOWN
from galiot.agent.schedule.clock import SimulatedClock
from galiot.errors import RequestError

HOME = str(Path(__file__).parents[2] / "examples" / "home.toml")
CONFIG = AgentConfig(simulate=True, model=None)


@contextlib.asynccontextmanager
async def agent(**changes: Any):
    """Return an agent of the example home with rules alone."""
    made = await Agent.open(HOME, AgentConfig(**{"simulate": True, "model": None, **changes}))
    try:
        yield made
    finally:
        await made.close()


def value(one: Agent, thing: str, name: str) -> Any:
    return one.executor.state.get(f"urn:home:{thing}", name)


async def test_a_sentence_is_done_and_said(anyio_backend):
    async with agent() as one:
        answer = await one.ask("turn on the reading lamp")
        assert answer.text == "The reading lamp is on."
        assert answer.commands == (
            {"thing": "urn:home:reading-lamp", "name": "on", "input": True, "outcome": "done", "why": ""},
        )
        assert (answer.source, answer.exit_status) == ("rules", 0)
        assert value(one, "reading-lamp", "on") is True


async def test_what_is_planned_only_changes_nothing(anyio_backend):
    async with agent() as one:
        answer = await one.ask("turn on the reading lamp and lock the front door", plan_only=True)
        assert answer.plan_text == "turn on: reading lamp\nlock: front door"
        assert answer.commands == ()
        assert value(one, "reading-lamp", "on") is UNKNOWN


async def test_a_question_is_settled_by_the_next_sentence(anyio_backend):
    async with agent() as one:
        asked = await one.ask("close the blind")
        assert asked.options == ("left blind", "right blind")
        assert (asked.commands, asked.exit_status) == ((), 0)
        done = await one.ask("the left one")
        assert [command["thing"] for command in done.commands] == ["urn:home:left-blind"]
        await one.ask("open the blind")
        both = await one.ask("both")
        assert {command["thing"] for command in both.commands} == {"urn:home:left-blind", "urn:home:right-blind"}


async def test_a_state_that_leaves_one_choice_is_no_question(anyio_backend):
    async with agent() as one:
        assert (await one.ask("close the blind")).question is not None
        await one.ask("close the left blind")
        answer = await one.ask("close the blind")
        assert [command["thing"] for command in answer.commands] == ["urn:home:right-blind"]
        assert (await one.ask("open the blind")).question is not None


async def test_another_sentence_leaves_the_question_behind(anyio_backend):
    async with agent() as one:
        await one.ask("close the blind")
        answer = await one.ask("turn on the kitchen light")
        assert [command["thing"] for command in answer.commands] == ["urn:home:kitchen-light"]


async def test_planning_tells_what_the_policy_would_hold_back(anyio_backend, unruled):
    one = await Agent.open(unruled, CONFIG)
    answer = await one.ask("unlock the front door", plan_only=True)
    assert [refused["needs"] for refused in answer.refused] == ["confirm"]
    assert (await one.ask("unlock the front door", plan_only=True, yes=True)).refused == ()
    await one.close()


@pytest.fixture
def unruled(tmp_path):
    """A home whose policy is the one that comes with Galiot."""
    things = json.loads((Path(HOME).parent / "home.json").read_text())
    (tmp_path / "home.json").write_text(json.dumps(things))
    return str(tmp_path / "home.json")


async def test_yes_does_what_was_held_back_and_not_the_rest_again(anyio_backend, unruled):
    one = await Agent.open(unruled, CONFIG)
    answer = await one.ask("turn on the kitchen light and unlock the front door")
    assert [command["name"] for command in answer.commands] == ["on"]
    assert (answer.refused[0]["reason"], answer.refused[0]["needs"]) == ("not permitted", "confirm")
    assert answer.question is not None
    done = await one.ask("yes")
    assert [command["name"] for command in done.commands] == ["unlock"]
    again = await one.ask("yes")
    assert again.commands == ()
    await one.close()


async def test_no_leaves_it_and_the_flag_confirms_at_once(anyio_backend, unruled):
    one = await Agent.open(unruled, CONFIG)
    await one.ask("unlock the front door")
    assert (await one.ask("no")).commands == ()
    assert [command["name"] for command in (await one.ask("unlock the front door", yes=True)).commands] == ["unlock"]
    await one.close()


async def test_a_correction_puts_back_does_what_was_meant_and_is_kept(anyio_backend, tmp_path):
    async with agent(state=tmp_path) as one:
        await one.ask("turn off the ceiling light")
        await one.ask("turn off the reading lamp")
        await one.ask("turn on the ceiling light")
        answer = await one.ask("no, the reading lamp")
        assert [command["thing"] for command in answer.commands] == ["urn:home:reading-lamp"]
        assert value(one, "ceiling-light", "on") is False
        assert value(one, "reading-lamp", "on") is True
    row = json.loads((tmp_path / "corrections.jsonl").read_text())
    assert row["completion"] == "turn on: reading lamp"
    assert "turn on the ceiling light" in row["prompt"]


async def test_correcting_what_waits_drops_it(anyio_backend):
    async with agent() as one:
        await one.ask("at 22:00 turn on the ceiling light")
        await one.ask("no, the reading lamp")
        assert [waiting.step.act.target.things for waiting in one.waiting()] == [("urn:home:reading-lamp",)]
        assert "I no longer wait" in (await one.ask("cancel all plans")).text
        assert one.waiting() == []


async def test_one_part_that_cannot_be_done_leaves_the_other(anyio_backend):
    async with agent() as one:
        answer = await one.ask("turn on the kitchen light and set the heating to 90 degrees")
        assert [command["thing"] for command in answer.commands] == ["urn:home:kitchen-light"]
        assert [refused["reason"] for refused in answer.refused] == ["out of range"]
        assert answer.exit_status == 1


async def test_a_timed_wish_is_stored_and_taken_over_by_the_process_that_stays(anyio_backend, tmp_path):
    async with agent(state=tmp_path) as asker:
        answer = await asker.ask("in 1 second turn on the kitchen light")
        assert answer.waiting == ("in 1 s, turn on: kitchen light",)
        assert "process that stays" in answer.text
    told: list[str] = []
    async with agent(state=tmp_path) as stayer:
        stayer.tell = told.append
        task = asyncio.create_task(stayer.stay())
        async with asyncio.timeout(5):
            while not told:
                await asyncio.sleep(0.02)
        assert told == ["The kitchen light is on."]
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_what_waits_is_moved_and_taken_back_part_by_part(anyio_backend):
    async with agent() as one:
        await one.ask("at 22:00 turn off the reading lamp and at 23:00 lock the front door")
        moved = await one.ask("make that half past eleven")
        assert moved.waiting == ("at 23:30, lock: front door",)
        await one.ask("leave the reading lamp alone")
        assert [waiting.step.act.verb for waiting in one.waiting()] == ["lock"]


async def test_a_condition_is_decided_before_what_hangs_on_it_is_done(anyio_backend):
    async with agent() as one:
        await one.ask("turn on the reading lamp")
        answer = await one.ask("if the reading lamp is on turn it off, otherwise turn on the kitchen light")
        assert [command["thing"] for command in answer.commands] == ["urn:home:reading-lamp"]


async def test_only_one_process_stays(anyio_backend, tmp_path):
    async with agent(state=tmp_path) as one, agent(state=tmp_path) as other:
        task = asyncio.create_task(one.stay())
        await asyncio.sleep(0.05)
        with pytest.raises(RequestError, match="stays for this home already"):
            await other.stay()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_rehearsal_shows_what_then_happens(anyio_backend):
    async with agent() as one:
        sentence = "at 22:00 turn on the kitchen light for 10 minutes"
        rows = await one.rehearse(sentence, 86400)
        assert one.waiting() == []
        assert [row["command"] for row in rows] == ["on True", "on False"]
        clock = SimulatedClock(one._now())
        one.clock = one.plans.clock = one.services.clock = clock
        one.plans._last = (clock.now(), clock.steady())
        await one.ask(sentence)
        when = []
        while (due := one.plans.next_due()) is not None:
            clock.move_to(due)
            await one.plans.tick()
            when.append(f"{clock.local(due):%a %d %b %H:%M:%S}")
        assert when == [row["when"] for row in rows]
        assert value(one, "kitchen-light", "on") is False


async def test_a_rehearsal_leaves_home_and_plans_as_they_are(anyio_backend):
    async with agent() as one:
        await one.ask("turn on the reading lamp")
        await one.ask("at 22:00 turn off the reading lamp")
        rows = await one.rehearse("turn off the reading lamp", 86400)
        assert [row["command"] for row in rows][:1] == ["on False"]
        assert value(one, "reading-lamp", "on") is True
        assert len(one.waiting()) == 1


@pytest.mark.parametrize("sentence", ["", "   \n\t "])
async def test_saying_nothing_is_an_error_of_one_line(anyio_backend, sentence):
    async with agent() as one:
        with pytest.raises(RequestError, match="nothing is said"):
            await one.ask(sentence)


async def test_a_sentence_of_a_hundred_kilobytes_is_refused_at_once(anyio_backend):
    async with agent() as one:
        with pytest.raises(RequestError, match="100000 characters, at most 2000"):
            await one.ask("x" * 100_000)


async def test_what_rules_do_not_understand_is_refused_where_there_is_no_model(anyio_backend):
    async with agent() as one:
        answer = await one.ask("the begonias have a certain melancholy today")
        assert [refused["reason"] for refused in answer.refused] == ["unclear"]
        assert answer.commands == ()


def test_a_home_has_the_same_folder_from_everywhere(tmp_path, monkeypatch):
    (tmp_path / "home.toml").touch()
    monkeypatch.chdir(tmp_path)
    assert _key("home.toml") == _key(str(tmp_path / "home.toml")) != _key("mqtt://home.toml")
