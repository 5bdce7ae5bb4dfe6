"""Computes and writes for one question, and keeps every number that is said as a fact."""

from __future__ import annotations

from galiot.senses.series.query import Query, Statistic, Stretch
from galiot.senses.series.samples import Samples, samples_given, samples_of, statistic
from galiot.senses.series.stretches import Times
from galiot.signals.fact import Fact
from galiot.signals.reading import Reading
from galiot.signals.units import show_unit
from galiot.signals.wording import show_number

NAMES: dict[Statistic, str] = {
    "mean": "mean",
    "median": "median",
    "quantile": "quantile",
    "minimum": "minimum",
    "maximum": "maximum",
    "range": "range",
    "deviation": "standard deviation",
    "first": "first value",
    "last": "last value",
    "change": "change",
    "slope": "slope",
    "sum": "sum",
    "count": "number of samples",
}


class Voice:
    """What an answer is made with: the reading, its times, the query, and the facts so far."""

    def __init__(self, reading: Reading, times: Times, query: Query) -> None:
        self.reading, self.times, self.query = reading, times, query
        self.facts: list[Fact] = []

    @property
    def where(self) -> str:
        """The stretch in words, with a space before; nothing for the whole reading."""
        said = self.query.stretch.said if self.query.stretch else ""
        return (f" {said}" if said else "") + self._given()

    def _given(self) -> str:
        if self.query.given is None:
            return ""
        place, condition = self.query.given
        channel = self.reading.channels[place]
        return (
            f" while {channel.name} was {condition.relation} {show_number(condition.value, 6)}{show_unit(channel.unit)}"
        )

    def samples(self, place: int, stretch: Stretch | None = None) -> Samples:
        """Return the samples of a channel in a stretch, else in that of the query."""
        found = samples_of(self.reading, place, stretch or self.query.stretch or self.times.whole())
        if self.query.given is None:
            return found
        other, condition = self.query.given
        return samples_given(found, samples_of(self.reading, other, self.times.whole()), condition)

    def all(self) -> list[Samples]:
        """Return the samples of every channel that is asked about."""
        return [self.samples(place) for place in self.query.channels]

    def yes(self, holds: bool) -> str:
        """ "Yes, " or "No, " where the question wants that, else nothing."""
        return ("Yes, " if holds else "No, ") if self.query.wanted == "yes" else ""

    def when(self, samples: Samples, at: int) -> str:
        """Write the moment of one of the samples."""
        return self.times.show(float(samples.times[at]))

    def value(self, samples: Samples, at: int) -> str:
        """Write one of the samples with its unit, and keep it."""
        value = float(samples.values[at])
        written = with_unit(samples, value)
        text = f"{samples.channel.name} is {written} at {self.when(samples, at)}"
        return self.keep("value", value, written, text, samples, at=at)

    def name(self, name: Statistic) -> str:
        """Name a statistic."""
        return f"{show_number(100 * self.query.quantile, 2)} % quantile" if name == "quantile" else NAMES[name]

    def number(self, name: Statistic, samples: Samples, value: float | None = None, *, at: int | None = None) -> str:
        """Compute a statistic, unless it is given, write it with its unit, and keep it."""
        value = statistic(name, samples, self.query.quantile) if value is None else value
        unit = samples.channel.unit + ("/h" if name == "slope" else "")
        written = samples.write(value) + show_unit(unit)
        text = f"the {self.name(name)} of {samples.channel.name}{self.where} is {written}"
        return self.keep(name, value, written, text, samples, at=at, unit=unit)

    def keep(
        self,
        name: str,
        value: float,
        display: str,
        text: str,
        samples: Samples | None = None,
        *,
        at: int | None = None,
        unit: str | None = None,
    ) -> str:
        """Keep a number as a fact, and return how it is written.

        samples: those that it was computed from; None: the whole reading
        at: of which of them it is, where it is of one
        unit: None: that of the channel
        """
        start, stop, moment = 0, len(self.reading.times), None
        if samples is not None:
            start, stop = samples.start, samples.stop
        if samples is not None and at is not None:
            start, stop, moment = int(samples.places[at]), int(samples.places[at]) + 1, float(samples.times[at])
        self.facts.append(
            Fact(
                channel=samples.channel.name if samples else "",
                name=name,
                value=value,
                unit=(samples.channel.unit if samples else "") if unit is None else unit,
                display=display,
                text=text,
                start=start,
                stop=stop,
                at=moment,
                at_display="" if moment is None else self.times.show(moment),
                score=1.0,
            )
        )
        return display


def with_unit(samples: Samples, value: float) -> str:
    """Write a number in the unit of the channel."""
    return samples.write(value) + show_unit(samples.channel.unit)


def empty(voice: Voice, samples: Samples) -> str:
    """Say that a channel has nothing in the stretch."""
    return f"{samples.channel.name} has no values{voice.where}."
