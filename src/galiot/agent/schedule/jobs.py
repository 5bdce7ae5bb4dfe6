"""Which work gets the device: what is admitted, in which order it runs, and why something is refused.

One processor is shared; work can be interrupted between tokens, but keeps its memory until it ends. The order is by
deadline: earliest first is optimal for one processor with interruptions (Dertouzos, 1974); with memory held it is a
heuristic. Which jobs are let in when not all can be in time: as many as possible, the reactive ones before the others,
found by adding by deadline and dropping the longest (Moore, 1968) and then by exchanging.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

Urgency = Literal["reactive", "background"]
_WEIGHTS: Mapping[Urgency, int] = {"reactive": 1000, "background": 1}
_INFINITE = float("inf")


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work that asks for the device.

    release, deadline: seconds on one clock; before the first it cannot begin, at the second it must be over
    seconds: of the processor that it still needs
    memory_bytes: held from its first moment to its last
    energy_j: taken in proportion to its seconds; None: not known, and then not limited
    """

    name: str
    seconds: float
    urgency: Urgency = "background"
    release: float = 0.0
    deadline: float = _INFINITE
    memory_bytes: int = 0
    energy_j: float = 0.0
    begun: bool = False
    """It holds its memory already."""

    @property
    def rank(self) -> tuple[int, float, float]:
        """Return the order in which ready jobs run: reactive first, then by deadline, then by release."""
        return (-_WEIGHTS[self.urgency], self.deadline, self.release)


@dataclass(frozen=True, kw_only=True)
class Grants:
    """What the device gives to all jobs together; None: no limit."""

    memory_bytes: int | None = None
    energy_j: float | None = None


@dataclass(frozen=True)
class Slice:
    """The processor belongs to a job from `start` to `end`."""

    job: Job
    start: float
    end: float


@dataclass(frozen=True)
class Timetable:
    """Who runs when; `refused` says why for each job that is not in it."""

    slices: tuple[Slice, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    def end_of(self, name: str) -> float | None:
        """Return when a job is over, or None where it is not in the table."""
        return max((part.end for part in self.slices if part.job.name == name), default=None)


def timetable(jobs: Sequence[Job], grants: Grants, *, now: float = 0.0) -> Timetable:
    """Choose and order jobs so that as many as possible are in time and no grant is exceeded.

    jobs: names are unique; those that have begun are in it already
    """
    refused = {job.name: why for job in jobs if (why := _impossible(job, grants, now))}
    candidates = sorted((job for job in jobs if job.name not in refused), key=lambda job: (job.deadline, job.release))
    chosen = _improved(_added_by_deadline(candidates, grants, now), candidates, grants, now)
    names = {job.name for job in chosen}
    for job in candidates:
        if job.name not in names:
            refused[job.name] = _why_not(job, chosen, grants, now)
    return Timetable(tuple(_run(chosen, grants, now)[0]), refused)


def _impossible(job: Job, grants: Grants, now: float) -> str:
    """Return why a job could not be done even alone, or nothing."""
    if grants.memory_bytes is not None and job.memory_bytes > grants.memory_bytes:
        return f"needs {job.memory_bytes >> 20} MiB, {grants.memory_bytes >> 20} MiB are granted"
    if grants.energy_j is not None and job.energy_j > grants.energy_j:
        return f"needs {job.energy_j:.3g} J, {grants.energy_j:.3g} J are left"
    late = max(now, job.release) + job.seconds - job.deadline
    return f"takes {job.seconds:.3g} s and would be over {late:.3g} s too late even alone" if late > 1e-9 else ""


def _why_not(job: Job, chosen: Sequence[Job], grants: Grants, now: float) -> str:
    """Return what stands in the way of a job that would fit alone."""
    if grants.energy_j is not None and sum(other.energy_j for other in chosen) + job.energy_j > grants.energy_j:
        return f"needs {job.energy_j:.3g} J, and the work before it leaves less of the {grants.energy_j:.3g} J granted"
    end = max((part.end for part in _run([*chosen, job], grants, now)[0] if part.job is job), default=_INFINITE)
    if end == _INFINITE:
        return "its memory would not become free in time"
    return f"would be over at {end:.3g} s, its deadline is {job.deadline:.3g} s, or it would make others late"


def _weight(jobs: Iterable[Job]) -> int:
    return sum(_WEIGHTS[job.urgency] for job in jobs)


def _fits(jobs: Sequence[Job], grants: Grants, now: float) -> bool:
    if grants.energy_j is not None and sum(job.energy_j for job in jobs) > grants.energy_j + 1e-9:
        return False
    return _run(jobs, grants, now)[1]


def _added_by_deadline(candidates: Sequence[Job], grants: Grants, now: float) -> list[Job]:
    chosen: list[Job] = []
    for job in candidates:
        chosen.append(job)
        while not _fits(chosen, grants, now):
            lightest = min(_WEIGHTS[other.urgency] for other in chosen)
            loose = [other for other in chosen if _WEIGHTS[other.urgency] == lightest]
            chosen.remove(max(loose, key=lambda other: (not other.begun, other.seconds)))
    return chosen


def _improved(chosen: list[Job], candidates: Sequence[Job], grants: Grants, now: float) -> list[Job]:
    """Let in what was left out, alone or in place of one or two others, as long as that makes more of them."""
    better: list[Job] | None = chosen
    while better is not None:
        chosen = better
        better = next(
            (
                trial
                for trial in _exchanges(chosen, candidates)
                if _weight(trial) > _weight(chosen) and _fits(trial, grants, now)
            ),
            None,
        )
    return chosen


def _exchanges(chosen: Sequence[Job], candidates: Sequence[Job]) -> Iterable[list[Job]]:
    left = [job for job in candidates if job not in chosen]
    for out_count in range(3):
        for outs in combinations(chosen, out_count):
            kept = [job for job in chosen if job not in outs]
            for into in combinations(left, out_count + 1):
                yield [*kept, *into]


def _run(jobs: Sequence[Job], grants: Grants, now: float) -> tuple[list[Slice], bool]:
    """Let jobs run by rank, each until the next release or its end; return the slices and whether all were in time."""
    left = {job: job.seconds for job in jobs}
    holding = {job for job in jobs if job.begun}
    slices: list[Slice] = []
    in_time = True
    while left:
        held = sum(job.memory_bytes for job in holding if job in left)
        room = _INFINITE if grants.memory_bytes is None else grants.memory_bytes - held
        ready = [job for job in left if job.release <= now and (job in holding or job.memory_bytes <= room)]
        coming = min((job.release for job in left if job.release > now), default=_INFINITE)
        if not ready:
            if coming == _INFINITE:
                return slices, False
            now = coming
            continue
        job = min(ready, key=lambda one: one.rank)
        end = min(now + left[job], coming)
        if slices and slices[-1].job is job and slices[-1].end == now:
            slices[-1] = Slice(job, slices[-1].start, end)
        else:
            slices.append(Slice(job, now, end))
        holding.add(job)
        left[job] -= end - now
        now = end
        if left[job] <= 1e-9:
            del left[job]
            in_time = in_time and now <= job.deadline + 1e-9
    return slices, in_time
