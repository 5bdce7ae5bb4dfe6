"""Lists and timers outlive the process, and say truthfully what was there."""

from __future__ import annotations

import pytest

from galiot.agent.memory.lists import Lists, Timers
from galiot.agent.memory.store import Store
from galiot.errors import RequestError


def test_an_item_stands_on_a_list_once_until_it_is_done():
    lists = Lists(Store())
    assert lists.add("Milk", to="shopping", now=1)
    assert not lists.add("milk", to="Shopping", now=2)
    assert lists.add("bread", to="shopping", now=3)
    assert lists.show("shopping") == ["Milk", "bread"]
    assert lists.complete("milk", of="shopping", now=4)
    assert not lists.remove("milk", of="shopping")
    assert lists.show("shopping") == ["bread"]
    assert lists.add("milk", to="shopping", now=5)


def test_a_timer_ends_after_a_restart(tmp_path):
    Timers(Store(tmp_path / "m.db")).start(60, name="pasta", now=100)
    again = Timers(Store(tmp_path / "m.db"))
    assert again.ended(now=159.9) == []
    assert [timer.name for timer in again.ended(now=160)] == ["pasta"]
    assert again.all() == []


def test_a_paused_timer_keeps_what_is_left():
    timers = Timers(Store())
    timers.start(60, name="", now=100)
    timers.pause("", now=110)
    assert timers.ended(now=1000) == []
    assert timers.resume("", now=1000).ends == 1050
    assert timers.change(30, name="", now=1000).remaining(1000) == 80


def test_timers_are_told_apart_by_name():
    timers = Timers(Store())
    with pytest.raises(RequestError, match="no timer is running"):
        timers.cancel()
    timers.start(60, name="pasta", now=0)
    timers.start(90, name="eggs", now=0)
    with pytest.raises(RequestError, match="several timers are running: pasta, eggs"):
        timers.cancel()
    with pytest.raises(RequestError, match="no timer 'rice', but: pasta, eggs"):
        timers.named("rice")
    assert [timer.name for timer in timers.cancel("Eggs")] == ["eggs"]
    assert [timer.name for timer in timers.cancel("all")] == ["pasta"]
