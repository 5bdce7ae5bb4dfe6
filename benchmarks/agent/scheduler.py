"""The device's scheduler beside an exact solver: how many jobs miss their deadline that need not.

`python benchmarks/agent/scheduler.py [--sets 500] [--out DIR]`; needs `pip install ortools`.

Small random sets of jobs (3 to 8, whole seconds, releases within 12 s, tight deadlines, memory and energy that do not
suffice for all). The solver (CP-SAT of OR-tools) knows everything and gives every second of the processor to one job or
none; it lets as many jobs as possible be in time. Ours is `galiot.agent.schedule.jobs.timetable`. Beside it: earliest
deadline first without any admission, which has no grants to keep.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from galiot.agent.schedule.jobs import Grants, Job, timetable
from galiot.files import atomic_write
from galiot.record import Record

GRANTS = Grants(memory_bytes=100, energy_j=40)


def task_set(random_source: random.Random) -> list[Job]:
    """Return 3 to 8 jobs that ask for somewhat more than there is."""
    jobs = []
    for number in range(random_source.randint(3, 8)):
        seconds, release = random_source.randint(1, 6), random_source.randint(0, 12)
        jobs.append(
            Job(
                name=str(number),
                seconds=seconds,
                release=release,
                deadline=release + seconds + random_source.randint(0, 8),
                memory_bytes=random_source.choice((10, 30, 50, 80)),
                energy_j=random_source.randint(1, 12),
            )
        )
    return jobs


def most_in_time(jobs: Sequence[Job], grants: Grants) -> int:
    """Return how many jobs can be in time at best, found by the exact solver."""
    from ortools.sat.python import cp_model

    model, horizon = cp_model.CpModel(), int(max(job.deadline for job in jobs))
    done = [model.new_bool_var(f"done{n}") for n in range(len(jobs))]
    runs = [[model.new_bool_var(f"run{n},{t}") for t in range(horizon)] for n in range(len(jobs))]
    holds = [[model.new_bool_var(f"hold{n},{t}") for t in range(horizon)] for n in range(len(jobs))]
    for n, job in enumerate(jobs):
        window = range(int(job.release), int(job.deadline))
        model.add(sum(runs[n]) == int(job.seconds) * done[n])
        model.add(sum(runs[n][t] for t in range(horizon) if t not in window) == 0)
        for t in range(horizon):  # memory is held from the first second to the last
            begun, unfinished = model.new_bool_var(""), model.new_bool_var("")
            model.add_max_equality(begun, runs[n][: t + 1])
            model.add_max_equality(unfinished, runs[n][t:])
            model.add(holds[n][t] >= begun + unfinished - 1)
    for t in range(horizon):
        model.add(sum(runs[n][t] for n in range(len(jobs))) <= 1)
        model.add(sum(job.memory_bytes * holds[n][t] for n, job in enumerate(jobs)) <= (grants.memory_bytes or 0))
    model.add(sum(int(job.energy_j) * done[n] for n, job in enumerate(jobs)) <= int(grants.energy_j or 0))
    model.maximize(sum(done))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.OPTIMAL:
        raise RuntimeError("the solver found no optimum")
    return round(solver.objective_value)


def all_let_in(jobs: Sequence[Job]) -> int:
    """Return how many jobs are in time when all are let in, by earliest deadline, without grants."""
    now, left, in_time = 0.0, {job: job.seconds for job in jobs}, 0
    while left:
        ready = [job for job in left if job.release <= now]
        coming = min((job.release for job in left if job.release > now), default=float("inf"))
        if not ready:
            now = coming
            continue
        job = min(ready, key=lambda one: one.deadline)
        step = min(left[job], coming - now)
        now, left[job] = now + step, left[job] - step
        if not left[job]:
            del left[job]
            in_time += now <= job.deadline
    return in_time


def kept(jobs: Sequence[Job], grants: Grants) -> bool:
    """Whether a timetable of ours keeps the grants, looked at slice by slice."""
    found = timetable(jobs, grants)
    ends = {job.name: found.end_of(job.name) for job in jobs}
    for part in found.slices:
        held = {other.job for other in found.slices if other.start <= part.start < (ends[other.job.name] or 0)}
        if sum(job.memory_bytes for job in held) > (grants.memory_bytes or 0):
            return False
    return sum(job.energy_j for job in jobs if ends[job.name] is not None) <= (grants.energy_j or 0)


def measure(sets: int, seed: int) -> dict[str, Any]:
    """Return misses of the optimum, of ours and of the plain rule over random sets, and the time that ours takes."""
    random_source = random.Random(seed)
    misses = {"optimum": 0, "ours": 0, "all_let_in": 0}
    jobs_in_all, broken, milliseconds = 0, 0, []
    for _ in range(sets):
        jobs = task_set(random_source)
        began = time.perf_counter()
        found = timetable(jobs, GRANTS)
        milliseconds.append(1000 * (time.perf_counter() - began))
        jobs_in_all += len(jobs)
        misses["ours"] += len(found.refused)
        misses["optimum"] += len(jobs) - most_in_time(jobs, GRANTS)
        misses["all_let_in"] += len(jobs) - all_let_in(jobs)
        broken += not kept(jobs, GRANTS)
    ratio = {"misses": misses["ours"] / misses["optimum"]}
    return {
        **{"sets": sets, "jobs": jobs_in_all, "misses": misses, "grants_broken": broken},
        **{"ms_median": statistics.median(milliseconds), "ms_most": max(milliseconds), "ratio": ratio},
    }


def main() -> None:
    """Measure and write a record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("build/records"))
    options = parser.parse_args()
    figures = measure(options.sets, options.seed)
    settings = {"sets": options.sets, "memory_bytes": GRANTS.memory_bytes, "energy_j": GRANTS.energy_j}
    record = Record(
        task="agent-scheduler", model="", model_sha256="", settings=settings, figures=figures, seed=options.seed
    )
    options.out.mkdir(parents=True, exist_ok=True)
    with atomic_write(options.out / "agent-scheduler.json") as file:
        file.write(json.dumps(record.to_json(), indent=1).encode())
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
