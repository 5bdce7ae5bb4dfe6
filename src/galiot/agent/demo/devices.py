"""What the simulated devices are and do; how they speak is in `speech`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from galiot.agent.demo.world import World

Way = Literal["zigbee2mqtt", "homie", "home assistant"]


@dataclass(frozen=True, kw_only=True)
class Quality:
    """One quantity of a device: its name, what it may be, whether it can be set."""

    name: str
    kind: Literal["binary", "whole", "decimal", "choice"]
    settable: bool = False
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    on: Any = "ON"
    off: Any = "OFF"
    told: bool = True
    """False: it is only a command, or happens and is over."""

    def read(self, value: Any) -> Any:
        """Return a wanted value as it is kept.

        raises: ValueError with the words of the device
        """
        if not self.settable:
            raise ValueError(f"{self.name} cannot be set")
        if self.kind == "binary":
            if value not in (self.on, self.off, True, False):
                raise ValueError(f"{self.name} is {self.on} or {self.off}")
            return value in (self.on, True)
        if self.kind == "choice":
            if value not in self.choices:
                raise ValueError(f"{self.name} is one of {', '.join(self.choices)}")
            return value
        number = float(value)
        if not (self.low or 0) <= number <= (number if self.high is None else self.high):
            raise ValueError(f"{self.name} is {self.low:g} to {self.high:g}")
        return round(number) if self.kind == "whole" else number


@dataclass
class Device:
    """A device that keeps what it is told."""

    name: str
    area: str
    kind: str
    way: Way
    qualities: tuple[Quality, ...]
    state: dict[str, Any]
    happened: list[tuple[str, str]] = field(default_factory=list)
    """Events that were not told yet: quality and value."""
    online: bool = True

    @property
    def id(self) -> str:
        """As it stands in topics."""
        return self.name.replace(" ", "-")

    @property
    def path(self) -> str:
        """Area and name, the way in which people name devices of Zigbee2MQTT: "kitchen/kitchen light"."""
        return f"{self.area}/{self.name}"

    def quality(self, name: str) -> Quality:
        """Return one by its name.

        raises: ValueError when it has no such
        """
        for each in self.qualities:
            if each.name == name:
                return each
        raise ValueError(f"no {name}")

    def command(self, name: str, value: Any) -> None:
        """Take a command.

        raises: ValueError: refused, in the device's words
        """
        if value == "TOGGLE" and self.quality(name).kind == "binary":
            value = not self.state[name]
        self.carry_out(name, self.quality(name).read(value))

    def carry_out(self, name: str, value: Any) -> None:
        """Do what is allowed."""
        self.state[name] = value
        if name == "brightness" and "state" in self.state:
            self.state["state"] = value > 0

    def step(self, seconds: float, simulated_s: float, world: World) -> None:
        """Let time pass, real and simulated; mechanics go by the real one, so that people can watch them."""
        if "battery" in self.state:
            self.state["battery"] = max(0.0, self.state["battery"] - simulated_s / (300 * 864))


@dataclass
class Plug(Device):
    """Takes power while it is on."""

    watts: float = 900.0

    def step(self, seconds: float, simulated_s: float, world: World) -> None:
        """Count energy."""
        self.state["power"] = self.watts if self.state["state"] else 0.0
        self.state["energy"] += self.state["power"] * simulated_s / 3.6e6


@dataclass
class Cover(Device):
    """A blind or a door that takes its time; `state` says where it goes, `position` 100 is open."""

    speed: float = 25.0
    """Percent a second."""
    goal: float | None = None

    def carry_out(self, name: str, value: Any) -> None:
        """Begin to move, or stop."""
        self.goal = {"OPEN": 100.0, "CLOSE": 0.0, "STOP": None}[value] if name == "state" else float(value)

    def step(self, seconds: float, simulated_s: float, world: World) -> None:
        """Move on."""
        at = self.state["position"]
        if self.goal is not None and at != self.goal:
            way = self.goal - at
            at = self.goal if abs(way) <= self.speed * seconds else at + self.speed * seconds * (1 if way > 0 else -1)
            self.state["position"] = at
        moving = self.goal is not None and at != self.goal
        self.goal = self.goal if moving else None
        self.state["motion"] = ("opening" if (self.goal or 0) > at else "closing") if moving else "stopped"
        self.state["state"] = "OPEN" if at > 0 else "CLOSE"


@dataclass
class Lock(Device):
    """A lock whose bolt can jam."""

    jammed: bool = False
    turn_s: float = 0.3
    left_s: float = 0.0
    goal: bool = True

    def carry_out(self, name: str, value: Any) -> None:
        """Turn, unless it is stuck; then it stays where it is, and says so."""
        if self.jammed:
            self.state["lock_state"] = "not_fully_locked"
            raise ValueError("the bolt is jammed")
        self.goal, self.left_s = value, self.turn_s

    def step(self, seconds: float, simulated_s: float, world: World) -> None:
        """Finish turning."""
        super().step(seconds, simulated_s, world)
        if self.left_s > 0:
            self.left_s -= seconds
            if self.left_s <= 0:
                self.state |= {"state": self.goal, "lock_state": "locked" if self.goal else "unlocked"}


@dataclass
class Heater(Device):
    """Warms its room towards the temperature that is set; `mode` names what switches it, `heats` the words for on."""

    wanted: str = "occupied_heating_setpoint"
    felt: str = "local_temperature"
    mode: str = "system_mode"
    heats: tuple[str, ...] = ("heat", "auto")

    def step(self, seconds: float, simulated_s: float, world: World) -> None:
        """Open the valve in proportion to what is missing."""
        super().step(seconds, simulated_s, world)
        room = world.room(self.area)
        missing = self.state[self.wanted] - room.temperature_c
        room.heating = min(1.0, max(0.0, missing + 0.3)) if self.state[self.mode] in self.heats else 0.0
        self.state[self.felt] = round(room.temperature_c, 1)
        if "running_state" in self.state:
            self.state["running_state"] = "heat" if room.heating > 0 else "idle"


@dataclass
class Sensor(Device):
    """Says what it feels: `feel` makes the new values of its state out of the world."""

    feel: Callable[[World, Device], dict[str, Any]] = lambda world, device: {}

    def step(self, seconds: float, simulated_s: float, world: World) -> None:
        """Feel."""
        super().step(seconds, simulated_s, world)
        self.state |= self.feel(world, self)


@dataclass
class Washer(Device):
    """Runs a program; when that is over, it says so once."""

    stages: tuple[tuple[str, float], ...] = (("washing", 2_400.0), ("rinsing", 1_200.0), ("spinning", 600.0))
    ran_s: float = 0.0

    def carry_out(self, name: str, value: Any) -> None:
        """Start or stop; a program is chosen before."""
        if name == "program" and self.state["run"]:
            raise ValueError("a program is running")
        super().carry_out(name, value)
        if name == "run":
            self.ran_s = 0.0
            self.state["stage"] = "washing" if value else "idle"

    def step(self, seconds: float, simulated_s: float, world: World) -> None:
        """Wash on."""
        if not self.state["run"]:
            return
        self.ran_s += simulated_s
        total, stage = 0.0, ""
        for name, length in self.stages:
            total += length
            stage = stage or (name if self.ran_s < total else "")
        self.state |= {"stage": stage or "done", "remaining": max(0, round((total - self.ran_s) / 60))}
        if not stage:
            self.state["run"] = False
            self.happened.append(("event", "finished"))


@dataclass
class Vacuum(Device):
    """Cleans until its battery is low, and finds home."""

    def carry_out(self, name: str, value: Any) -> None:
        """Go where it is told."""
        self.state["stage"] = {"start": "cleaning", "pause": "paused", "dock": "returning"}[value]

    def step(self, seconds: float, simulated_s: float, world: World) -> None:
        """Spend, or load, the battery."""
        if self.state["stage"] == "returning":
            self.state["stage"] = "docked" if world.random.random() < simulated_s / 120 else "returning"
        rate = {"cleaning": -1 / 90, "docked": 1 / 60}.get(self.state["stage"], 0.0)
        self.state["battery"] = min(100.0, max(0.0, self.state["battery"] + rate * simulated_s))
        if self.state["battery"] < 15 and self.state["stage"] == "cleaning":
            self.state["stage"] = "returning"
