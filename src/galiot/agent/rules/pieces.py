"""Commands for a piece of a device that has a switch of its own, and for what water comes through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from galiot.agent.plan import Act, Do, Target
from galiot.agent.rules.setting import cuts
from galiot.agent.rules.targets import Answer, Found, Unclear
from galiot.agent.rules.words import stem

if TYPE_CHECKING:
    from galiot.agent.rules.commands import Commands

_WHOLE = ("power", "lock", "mute")
"""Switches that are the device itself, or have verbs of their own."""


def part(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """ "the jets on", "turn off the ice maker of the fridge": a switch that is called so."""
    plain = re.sub(r"^(?:the|its|a|my) ", "", m["np"])
    for name, phrase in cuts(plain):
        found = c.index.called.get(" ".join(map(stem, name.split())), {})
        roles = {thing: role for thing, names in found.items() if (role := _switch(c, thing, names)) is not None}
        if not roles:
            continue
        answer = (
            c.targets.find(phrase, roles.__contains__, area_only=True) if phrase else c.only(roles.__contains__, name)
        )
        if isinstance(answer, Found):
            c.targets.last = answer.things
            yield [Do("set", Target((thing,)), roles[thing], m["state"] == "on") for thing in answer.things]
            return
        if isinstance(answer, Unclear):
            yield answer


def let_water(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """ "water the beds", "fill the trough": a valve that is called so opens; "stop filling the trough" closes it."""
    verb = "close" if m.group().startswith("stop") else "open"
    answer = c.targets.find(m["np"], lambda thing: "valve" in c.index.entries[thing].kinds and c.can(thing, verb))
    if isinstance(answer, Found):
        yield [Do(verb, c.target(answer))]


def _switch(c: Commands, thing: str, roles: Sequence[str]) -> str | None:
    features = c.index.features(thing)
    return next((r for r in roles if r not in _WHOLE and features[r].shape == "switch" and features[r].write), None)
