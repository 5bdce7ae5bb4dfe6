"""Small senses made in memory from a seed, and readings for them."""

from __future__ import annotations

import numpy as np

from galiot.senses.base import Label, Member
from galiot.senses.convolution import ConvolutionSpec
from galiot.senses.file import SenseFile
from galiot.senses.head import Head
from galiot.signals import Channel, Reading
from galiot.signals.ecg.leads import STANDARD
from galiot.signals.ecg.simulate import Heart, simulate

LABELS = (
    Label(code="NORM", name="normal ECG", group="NORM", synonyms=("normal",)),
    Label(code="MI", name="myocardial infarction", group="MI", synonyms=("infarct", "heart attack")),
    Label(code="IMI", name="inferior myocardial infarction", group="MI"),
    Label(code="CD", name="conduction disturbance", group="CD", synonyms=("block",)),
    Label(code="LAFB", name="left anterior fascicular block", group="CD"),
)
SPEC = ConvolutionSpec(channels=12, widths=(8, 12), blocks=(1, 2), strides=(1, 2), kernel=5, stem_kernel=7)


def ecg_file(**more: object) -> SenseFile:
    """A sense for electrocardiograms with a random network."""
    tensors = network(SPEC, len(LABELS)) | Head.of(LABELS, 1).tensors()
    settings = {
        "kind": "ecg",
        "rate_hz": 100.0,
        "window_s": 10.0,
        "channels": STANDARD,
        "units": ("mV",) * 12,
        "labels": LABELS,
        "members": ("convolution",),
        "tensors": tensors,
        "settings": SPEC.settings("conv.0"),
    }
    return SenseFile(**(settings | more))


def network(spec: ConvolutionSpec, labels: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Tensors of a convolution."""
    rng = np.random.default_rng(seed)
    made = {}
    for name, out, inside, kernel, _ in spec.layers():
        made[f"conv.0.{name}.weight"] = rng.normal(size=(out, inside, kernel)) * (inside * kernel / 2) ** -0.5
        made[f"conv.0.{name}.bias"] = 0.1 * rng.normal(size=out)
    made["conv.0.out.weight"] = rng.normal(size=(labels, 2 * spec.widths[-1])) * 0.3
    made["conv.0.out.bias"] = np.zeros(labels)
    return {name: array.astype(np.float32) for name, array in made.items()}


class Sure(Member):
    """A member that says the same of every reading."""

    name = "sure"

    def __init__(self, **logits: float) -> None:
        self._logits = np.array([logits.get(label.code, -3.0) for label in LABELS], np.float32)

    def logits(self, prepared):
        return self._logits


def heart(seed: int = 0, *, rate_hz: float = 100.0, seconds: float = 10.0, noise_mv: float = 0.01, **settings: float):
    """A simulated electrocardiogram."""
    return simulate(Heart(**settings), seconds=seconds, rate_hz=rate_hz, seed=seed, noise_mv=noise_mv).reading


def only(reading: Reading, *leads: str) -> Reading:
    """Some leads of a reading."""
    places = [[channel.name for channel in reading.channels].index(lead) for lead in leads]
    return Reading.of(reading.times, reading.values[places], [reading.channels[place] for place in places])


def changed(reading: Reading, values: np.ndarray, *, unit: str | None = None) -> Reading:
    """A reading with other values, or another unit."""
    units = [channel.unit if unit is None else unit for channel in reading.channels]
    channels = [Channel(channel.name, one) for channel, one in zip(reading.channels, units, strict=True)]
    return Reading.of(reading.times, values, channels)


def write_csv(path, reading: Reading):
    """Write a reading as a table and return its path."""
    names = ",".join(["time [s]", *(f"{channel.name} [{channel.unit}]" for channel in reading.channels)])
    rows = np.column_stack([reading.times, reading.values.T])
    np.savetxt(path, rows, "%.4f", delimiter=",", header=names, comments="")
    return path
