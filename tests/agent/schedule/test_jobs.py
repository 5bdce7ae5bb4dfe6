"""Who gets the device: timetables by hand and by hypothesis, and threads that give way to each other."""

from __future__ import annotations

import threading
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galiot.agent.schedule.device import DeviceScheduler
from galiot.agent.schedule.jobs import Grants, Job, timetable
from galiot.errors import CancelledError, NotAdmittedError


def order(jobs, grants=None):
    found = timetable(jobs, grants or Grants())
    return [(part.job.name, part.start, part.end) for part in found.slices], dict(found.refused)


def test_a_request_interrupts_a_report_which_then_goes_on():
    report = Job(name="report", seconds=10)
    request = Job(name="request", seconds=1, release=3, deadline=5, urgency="reactive")
    assert order([report, request]) == ([("report", 0, 3), ("request", 3, 4), ("report", 4, 11)], {})


def test_the_earliest_deadline_goes_first():
    jobs = [Job(name="late", seconds=2, deadline=9), Job(name="soon", seconds=2, deadline=3)]
    assert order(jobs)[0] == [("soon", 0, 2), ("late", 2, 4)]


def test_the_longest_job_is_left_out_when_not_all_can_be_in_time():
    jobs = [
        Job(name="a", seconds=2, deadline=4),
        Job(name="b", seconds=5, deadline=6),
        Job(name="c", seconds=2, deadline=7),
    ]
    slices, refused = order(jobs)
    assert [name for name, _, _ in slices] == ["a", "c"]
    assert "deadline is 6 s" in refused["b"]


def test_one_request_is_worth_more_than_many_reports():
    jobs = [Job(name=f"r{n}", seconds=1, deadline=3) for n in range(3)]
    jobs.append(Job(name="ask", seconds=3, deadline=3, urgency="reactive"))
    assert set(order(jobs)[1]) == {"r0", "r1", "r2"}


def test_memory_is_held_until_the_end_and_never_exceeded():
    jobs = [
        Job(name="big", seconds=4, memory_bytes=70),
        Job(name="other", seconds=1, release=1, deadline=9, memory_bytes=40),
    ]
    assert order(jobs, Grants(memory_bytes=100))[0] == [("big", 0, 4), ("other", 4, 5)]


def test_the_reason_of_a_refusal_says_what_is_missing():
    jobs = [
        Job(name="huge", seconds=1, memory_bytes=200 << 20),
        Job(name="hungry", seconds=1, energy_j=50),
        Job(name="slow", seconds=9, deadline=5),
    ]
    refused = order(jobs, Grants(memory_bytes=100 << 20, energy_j=20))[1]
    assert refused["huge"] == "needs 200 MiB, 100 MiB are granted"
    assert refused["hungry"] == "needs 50 J, 20 J are left"
    assert "4 s too late even alone" in refused["slow"]


JOBS = st.lists(
    st.builds(
        lambda seconds, release, slack, memory, energy: dict(
            seconds=seconds, release=release, deadline=release + seconds + slack, memory_bytes=memory, energy_j=energy
        ),
        *(st.integers(1, 5), st.integers(0, 8), st.integers(0, 6), st.integers(0, 60), st.integers(0, 10)),
    ),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(JOBS)
def test_a_timetable_keeps_every_promise(rows):
    jobs = [Job(name=str(n), **row) for n, row in enumerate(rows)]
    grants = Grants(memory_bytes=100, energy_j=25)
    found = timetable(jobs, grants)
    ran = {job.name: sum(part.end - part.start for part in found.slices if part.job is job) for job in jobs}
    for job in jobs:
        if job.name in found.refused:
            assert ran[job.name] == 0
        else:
            assert ran[job.name] == pytest.approx(job.seconds)
            assert min(part.start for part in found.slices if part.job is job) >= job.release
            assert (found.end_of(job.name) or 0) <= job.deadline
    assert all(early.end <= late.start for early, late in zip(found.slices, found.slices[1:], strict=False))
    assert sum(job.energy_j for job in jobs if job.name not in found.refused) <= 25
    for part in found.slices:
        holding = {p.job for p in found.slices if p.start <= part.start < (found.end_of(p.job.name) or 0)}
        assert sum(job.memory_bytes for job in holding) <= 100


@settings(max_examples=60, deadline=None)
@given(JOBS)
def test_without_memory_no_larger_set_could_be_in_time(rows):
    """For one processor with interruptions a set fits if every interval has room for what must lie inside it."""
    jobs = [Job(name=str(n), **{**row, "memory_bytes": 0, "energy_j": 0}) for n, row in enumerate(rows)]

    def fits(chosen):
        starts, ends = {job.release for job in chosen}, {job.deadline for job in chosen}
        return all(
            sum(job.seconds for job in chosen if job.release >= start and job.deadline <= end) <= end - start
            for start in starts
            for end in ends
            if end > start
        )

    most = max(len(chosen) for size in range(len(jobs) + 1) for chosen in combinations(jobs, size) if fits(chosen))
    assert len(jobs) - len(timetable(jobs, Grants()).refused) >= most - (most > 4)


def test_background_work_gives_way_between_tokens_and_loses_nothing():
    scheduler, written, waited = DeviceScheduler(), [], []
    begun = threading.Event()

    def report():
        with scheduler.admitted(Job(name="report", seconds=5)) as turn:
            for token in range(60):
                turn.checkpoint()
                begun.set()
                time.sleep(0.002)
                written.append(token)

    worker = threading.Thread(target=report)
    worker.start()
    begun.wait(2)
    asked = time.monotonic()
    with scheduler.admitted(Job(name="request", seconds=0.05, deadline=2, urgency="reactive")):
        waited.append(time.monotonic() - asked)
        stood = len(written)
        time.sleep(0.05)
        assert len(written) == stood
    worker.join(5)
    assert written == list(range(60))
    assert waited[0] < 1


def test_what_cannot_be_in_time_is_not_taken_on_and_says_why():
    scheduler = DeviceScheduler(Grants(memory_bytes=100 << 20))
    with scheduler.admitted(Job(name="a", seconds=10, deadline=11, urgency="reactive", memory_bytes=80 << 20)):
        with pytest.raises(NotAdmittedError, match=r"b is not taken on: .*deadline"):
            scheduler.admitted(Job(name="b", seconds=5, deadline=6, urgency="reactive")).__enter__()
        with pytest.raises(NotAdmittedError, match="needs 101 MiB, 100 MiB are granted"):
            scheduler.admitted(Job(name="c", seconds=1, memory_bytes=101 << 20)).__enter__()
        assert [job.name for job in scheduler.jobs] == ["a"]
    assert scheduler.jobs == []


def test_a_cancelled_job_ends_at_its_next_checkpoint():
    scheduler = DeviceScheduler()

    def work():
        with scheduler.admitted(Job(name="report", seconds=1)) as turn:
            turn.cancel()
            turn.checkpoint()

    with pytest.raises(CancelledError, match="report was cancelled"):
        work()
    assert scheduler.jobs == []
