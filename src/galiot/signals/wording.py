"""Numbers as they may be written: no more digits than the data carries."""

from __future__ import annotations

import math
from dataclasses import dataclass

from galiot.signals.clock import TimeAxis, show_duration
from galiot.signals.units import show_unit


@dataclass(frozen=True, slots=True)
class Voice:
    """Writes the numbers of one channel.

    decimals: places in the data; spread: how much it varies; axis, first_s and last_s: of the whole reading
    """

    name: str
    unit: str
    decimals: int
    spread: float
    axis: TimeAxis
    first_s: float
    last_s: float

    def number(self, value: float) -> str:
        """A number as precise as the spread asks for, without its unit."""
        return show_number(value, self._places(30))

    def exact(self, value: float) -> str:
        """A number that stands in the data, without its unit."""
        return show_number(value, min(self.decimals, self._places(1000)))

    def with_unit(self, number: str) -> str:
        """A written number with the unit of the channel."""
        return number + show_unit(self.unit)

    def level(self, value: float) -> str:
        """A computed level with its unit."""
        return self.with_unit(self.number(value))

    def change(self, value: float) -> str:
        """The size of a change, with its unit and without its sign."""
        return self.with_unit(show_number(abs(value), min(significant_places(value, 3), self._places(30))))

    def points(self, value: float) -> str:
        """The size of a change for a sentence, where a change of a percentage must not be taken for a share of it."""
        text = self.change(value)
        return text.removesuffix("%") + "percentage points" if self.unit == "%" else text

    def time(self, time_s: float) -> str:
        """A moment."""
        return self.axis.show(time_s, first_s=self.first_s, last_s=self.last_s)

    def _places(self, parts: float) -> int:
        if not self.spread > 0:
            return self.decimals
        return min(max(0, -math.floor(math.log10(self.spread / parts))), self.decimals + 1, 12)


def show_number(value: float, places: int) -> str:
    """A number with at most `places` decimals, without trailing zeros; very large and small ones with an exponent."""
    size = abs(value)
    if size >= 1e15 or (0 < size < 1e-9 and places > 9):
        return f"{value:.4g}"
    text = f"{value:.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def significant_places(value: float, digits: int) -> int:
    """Decimal places that show so many significant digits."""
    return max(0, min(12, digits - 1 - math.floor(math.log10(abs(value))))) if value else 0


def show_percent(share: float) -> str:
    """A share of 0 to 1 as a percentage; never 0 % or 100 % where it is not exactly that."""
    percent = 100 * share
    if 0 < percent < 0.1:
        return "less than 0.1 %"
    if 99.9 < percent < 100:
        return "more than 99.9 %"
    return show_number(percent, 1 if percent < 10 or percent > 90 else 0) + " %"


def show_rate(rate_hz: float) -> str:
    """A sampling rate: 50 samples a second, one sample every 60 s."""
    for seconds, word in ((1, "a second"), (60, "a minute"), (3600, "an hour"), (86400, "a day")):
        if abs(rate_hz * seconds - 1) < 1e-3:
            return f"one sample {word}"
    if rate_hz > 1:
        return f"{show_number(rate_hz, significant_places(rate_hz, 3))} samples a second"
    return f"one sample every {show_duration(1 / rate_hz)}"
