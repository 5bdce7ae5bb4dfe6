"""Commands to what plays music and films."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from galiot.agent.features.verbs import VERBS
from galiot.agent.plan import Act, Do
from galiot.agent.rules.targets import Answer, Found

if TYPE_CHECKING:
    from galiot.agent.rules.commands import Commands
    from galiot.agent.rules.frames import Maker


def media(verb: str) -> Maker:
    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        phrase = m.groupdict().get("np") or ""

        roles = tuple(r for r in VERBS[verb].roles if r in ("playback", "track", "mute", "channel"))
        if phrase and verb in ("pause", "resume"):
            roles = VERBS[verb].roles
        fits = c.with_role(*roles, *(("volume",) if verb == "mute" else ()))
        if phrase and phrase not in ("it", "this", "that"):
            answer = c.targets.find(phrase, fits, area_only=True)
        else:
            said = m.group(0)
            prefer = (
                ("tv", "media")
                if re.search(r"movie|film|show|video", said)
                else ("speaker", "radio", "media")
                if re.search("music|song|track|album|playlist", said)
                else ()
            )
            answer = c.only(fits, said, prefer)
        if not isinstance(answer, Found):
            yield answer
            return
        yield [Do(verb, c.target(answer))]

    return make


def play(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    query = m["query"].strip()
    if re.fullmatch(r"(?:it|that|this|something|anything|a game)", query):
        return
    fits = c.with_role("playback")
    phrase = m.groupdict().get("np") or ""
    answer = c.targets.find(phrase, fits, area_only=True) if phrase else c.only(fits, "play")
    if isinstance(answer, Found):
        yield [Do("play", c.target(answer), None, query)]
    else:
        yield answer
