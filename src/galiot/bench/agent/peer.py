"""A peer that calls tools, in a process of its own, at the same homes: Needle 3."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from galiot.agent.things.load import join
from galiot.agent.things.td import read_thing
from galiot.bench.agent.grade import Answered
from galiot.bench.agent.suite import Case
from galiot.bench.agent.tools import SYSTEM, Tools
from galiot.bench.agent.world import World
from galiot.errors import GaliotError

SUITES = ("phrased", "invalid", "steps", "hostile", "plain", "homes")
"""Where it can take part; it does not plan in time, keeps no readings, and has no documents."""


@dataclass
class ToolCaller:
    """Asks the program that stands in front of the peer.

    python: the interpreter of the environment that the peer is in; program: `benchmarks/agent/needle_program.py`
    threshold: a call of which the peer is less sure counts as a refusal; its own examples take 0, its manual names 0.4
    """

    python: Path
    program: Path
    threshold: float = 0.0
    name: str = "needle3"
    told: list[str] = field(default_factory=list)
    peak_mib: float = 0.0

    def __post_init__(self) -> None:
        environment = {**os.environ, "NEEDLE_TELEMETRY": "0", "OMP_NUM_THREADS": "2"}
        self._process = subprocess.Popen(
            [self.python, self.program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self._kept: dict[str, Mapping[str, Any]] = {}

    async def begin(self, case: Case, world: World, *, injected: bool = False) -> None:
        """Enter a home: its tools are made anew."""
        self.enter(Tools(join([read_thing(one) for one in world.descriptions])))
        self._world, self._now = world, case.turns[0][0]

    def enter(self, tools: Tools) -> None:
        """Take the tools of a home."""
        self.tools, self._schemas = tools, tools.schemas()

    async def ask(self, sentence: str) -> Answered:
        """Let the peer call tools, and do in the world what the calls mean."""
        told = self.call(sentence)
        for call in self.calls_of(told):
            for command in self.tools.commands(call["name"], call.get("arguments") or {}, self._world):
                send = self._world.write if command.kind == "property" else self._world.invoke
                send(command.thing, command.name, command.input, self._now)
        calls = json.dumps(told.get("calls", []))
        return Answered(
            text=str(told.get("text", "")), source="model", seconds=told["seconds"], plan=calls, spent=told,
            failed=told.get("failed", ""),
        )  # fmt: skip

    def call(self, sentence: str) -> Mapping[str, Any]:
        """Return what the peer says to a sentence: calls, confidence, seconds."""
        asked = json.dumps({"system": SYSTEM, "tools": self._schemas, "query": sentence})
        if asked not in self._kept:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(asked + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
            if not line:
                raise GaliotError(f"{self.name} ended with status {self._process.wait()}")
            self._kept = {asked: json.loads(line)}
        told = self._kept[asked]
        self.peak_mib = max(self.peak_mib, told.get("peak_mib", 0.0))
        return told

    def calls_of(self, told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the calls that count: not those that the peer itself holds for ungrounded, negated or unsure."""
        sure = told.get("confidence") is None or told["confidence"] >= self.threshold
        return list(told["calls"]) if sure and not told.get("refused") else []

    async def wait(self, until: datetime) -> None:
        """Nothing waits here."""
        self._now = until

    async def report(self, path: str) -> None:
        """It does not listen."""

    async def end(self) -> None:
        """Leave the home."""

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=10)
