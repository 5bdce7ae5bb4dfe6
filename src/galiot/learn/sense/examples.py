"""Training windows: what a data set gives, cut, brought to the sense's rate, and measured, also in varied copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from galiot.errors import GaliotError, RequestError
from galiot.files import Progress
from galiot.learn.sense.augment import vary
from galiot.learn.sense.labels import Truth, beyond
from galiot.learn.sense.records import Record
from galiot.senses.base import Floats, Label, Prepared
from galiot.senses.features import KINDS, measured
from galiot.senses.file import SenseFile
from galiot.senses.prepare import prepare
from galiot.senses.recipe import Recipe
from galiot.signals.reading import Reading


@dataclass(frozen=True, kw_only=True, eq=False)
class Examples:
    """Windows of all records, in order.

    prepared: one window each
    record: (examples,) which record it is of
    truth: (examples, labels)
    part: (examples,) which part its person is in
    site: (examples,) where it was recorded, "" where nobody said it
    failed: names of records that could not be read, and why
    beyond: (examples,) how many codes of its record are no label
    """

    prepared: tuple[Prepared, ...]
    record: npt.NDArray[np.int64]
    truth: Truth
    part: npt.NDArray[np.int64]
    site: tuple[str, ...]
    failed: tuple[str, ...] = ()
    beyond: npt.NDArray[np.int64] | None = None

    @property
    def windows(self) -> Floats:
        """All windows (examples, channels, samples)."""
        return np.stack([each.windows[0] for each in self.prepared])


def bare_file(recipe: Recipe, labels: Sequence[Label]) -> SenseFile:
    """Return a sense without members: enough to prepare readings."""
    return SenseFile(
        kind=recipe.kind,
        rate_hz=recipe.rate_hz,
        window_s=recipe.window_s,
        labels=tuple(labels),
        members=(),
        tensors={},
        channels=recipe.channels,
        units=recipe.units,
        scaling=recipe.scaling,
        samples=recipe.patches.samples if recipe.patches and not recipe.window_s else 0,
        facts=recipe.text.facts,
        prompts=recipe.text.prompts,
        notice=recipe.notice,
        name=recipe.name,
        licence=recipe.licence,
    )


def read_examples(
    recipe: Recipe,
    records: Sequence[Record],
    truth: Truth,
    parts: Sequence[int],
    file: SenseFile,
    progress: Progress | None = None,
) -> Examples:
    """Read and cut all records.

    raises: RequestError where no record is usable
    """
    prepared: list[Prepared] = []
    rows: list[int] = []
    failed: list[str] = []
    for place, record in enumerate(records):
        try:
            found = [each for each in windows_of(record.load(), recipe, file) if each.usable]
        except GaliotError as error:
            failed.append(f"{record.name}: {error}")
            found = []
        prepared += found
        rows += [place] * len(found)
        if progress:
            progress(place + 1, len(records))
    if not prepared:
        raise RequestError(f"none of {len(records)} records is usable" + (f"; {failed[0]}" if failed else ""))
    return Examples(
        prepared=tuple(prepared),
        record=np.array(rows),
        truth=truth[rows],
        part=np.array(parts)[rows],
        site=tuple(records[row].site for row in rows),
        failed=tuple(failed),
        beyond=beyond(file.labels, records)[rows],
    )


def windows_of(reading: Reading, recipe: Recipe, file: SenseFile) -> list[Prepared]:
    """Cut a reading into windows, `step_s` apart; one that is hardly longer than a window is taken as it is."""
    times, values = reading.times, reading.values
    length = float(times[-1] - times[0]) if len(times) else 0.0
    if not recipe.window_s or length < 1.5 * recipe.window_s:
        whole = prepare(reading, file)
        return [whole.window(0)]
    made = []
    for begin in np.arange(0, length - recipe.window_s + 1.01 / recipe.rate_hz, recipe.step_s or recipe.window_s):
        first, stop = np.searchsorted(times, times[0] + np.array([begin - 1e-6, begin + recipe.window_s - 1e-6]))
        part = Reading.of(
            times[first:stop], values[:, first:stop], reading.channels, axis=reading.axis, kind=reading.kind
        )
        made.append(prepare(part, file).window(0))
    return made


def feature_names(recipe: Recipe, examples: Examples) -> tuple[str, ...]:
    """Names of all features that one of the first examples gives, in the order of the fullest."""
    found = [KINDS[recipe.kind](each, 0) for each in examples.prepared[:8]]
    found.sort(key=len, reverse=True)
    names = list(found[0])
    return tuple(names + sorted({name for each in found for name in each} - set(names)))


def measure_examples(
    recipe: Recipe,
    examples: Examples,
    names: Sequence[str],
    *,
    copies: int,
    seed: int,
    progress: Progress | None = None,
) -> Floats:
    """Return features (1 + copies, examples, names): of the windows as they are, then of varied copies."""
    rng = np.random.default_rng(seed)
    made = np.full((1 + copies, len(examples.prepared), len(names)), np.nan, np.float32)
    for place, each in enumerate(examples.prepared):
        made[0, place] = measured(recipe.kind, each, names)[0]
        for copy in range(copies):
            made[1 + copy, place] = measured(recipe.kind, varied(each, recipe, rng), names)[0]
        if progress:
            progress(place + 1, len(examples.prepared))
    return made


def varied(prepared: Prepared, recipe: Recipe, rng: np.random.Generator) -> Prepared:
    """Another version of a prepared window."""
    values, present = vary(
        prepared.windows[0].astype(np.float64),
        prepared.present,
        recipe.augment,
        channels=prepared.channels,
        rate_hz=prepared.rate_hz,
        rng=rng,
    )
    return replace(prepared, windows=values[None].astype(np.float32), present=present)
