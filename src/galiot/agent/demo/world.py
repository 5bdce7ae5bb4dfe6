"""The rooms of the simulated home: how they warm up and cool down."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

DAY_S = 86_400.0


@dataclass
class Room:
    """One room, by the simplest balance of heat that behaves: losses to the outside, an open window, a heater."""

    name: str
    temperature_c: float = 19.0
    humidity_percent: float = 48.0
    heating: float = 0.0
    """0..1: how far the heater is open."""
    window_open: bool = False
    occupied: bool = False
    loss_s: float = 20_000.0
    """Time constant towards the outside with the window shut."""

    def step(self, seconds: float, outside_c: float) -> None:
        """Let time pass."""
        leak_s = 1_500.0 if self.window_open else self.loss_s
        rest = outside_c + self.heating * 0.0015 * leak_s
        self.temperature_c += (rest - self.temperature_c) * -math.expm1(-seconds / leak_s)
        damp = 65.0 if self.window_open else 48.0
        self.humidity_percent += (damp - self.humidity_percent) * -math.expm1(-seconds / 3_600)


@dataclass
class World:
    """Everything that is no device: the time, the weather, the rooms, and what people do."""

    rooms: dict[str, Room]
    seconds: float = 7 * 3_600.0
    """Simulated time of day and days, since midnight of the first."""
    random: random.Random = field(default_factory=lambda: random.Random(0))
    lively: bool = True
    """Whether people come and go and open windows."""
    windows: tuple[str, ...] = ("kitchen", "bedroom")
    """Rooms with one."""

    @property
    def outside_c(self) -> float:
        """Coldest at 5, warmest at 17 o'clock."""
        return 8.0 - 5.0 * math.cos(2 * math.pi * (self.seconds / DAY_S - 5 / 24))

    @property
    def daylight(self) -> float:
        """0..1, from 6 to 18 o'clock."""
        return max(0.0, math.sin(2 * math.pi * (self.seconds / DAY_S - 0.25)))

    def room(self, name: str) -> Room:
        """Return a room, made when it is first named."""
        return self.rooms.setdefault(name, Room(name))

    def step(self, seconds: float) -> None:
        """Let time pass everywhere."""
        self.seconds += seconds
        for room in self.rooms.values():
            room.step(seconds, self.outside_c)
            if self.lively and self.random.random() < seconds / 1_800:
                room.occupied = not room.occupied
                room.humidity_percent += 5 * room.occupied
            if (
                self.lively
                and room.name in self.windows
                and self.random.random() < seconds / (7_200, 600)[room.window_open]
            ):
                room.window_open = not room.window_open
