"""A suite from its cases to one record."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from galiot.bench.agent.grade import wilson
from galiot.bench.agent.ours import Ours
from galiot.bench.agent.peer import SUITES as PEER_SUITES
from galiot.bench.agent.play import Played, Tested, play_all
from galiot.bench.agent.suite import WRITTEN, load_suite, sum_of
from galiot.errors import RequestError
from galiot.record import Record
from galiot.runtime.peak import peak_bytes

SUITES = ("plain", "homes", "phrased", "steps", "ask", "invalid", "timed", "hostile", "scale")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is measured, and how much of it.

    data: the folder of the public small homes, for homes; limit: cases at most, 0 for all; seed: of plain's sentences
    """

    suite: str
    data: Path | None = None
    limit: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.suite not in SUITES:
            raise RequestError(f"there is no suite {self.suite!r}; there is {', '.join(SUITES)}")
        if self.suite == "homes" and self.data is None:
            raise RequestError("the public small homes are no part of Galiot: say where they are with --data")


async def measure(
    asked: Asked, tested: Tested, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> tuple[Record, list[Played]]:
    """Play a suite and return its record and every case."""
    if not isinstance(tested, Ours) and asked.suite not in PEER_SUITES:
        raise RequestError(f"{tested.name} has no part in {asked.suite}: there is {', '.join(PEER_SUITES)}")
    if asked.suite == "scale":
        return await _scale(asked, tested)
    played = await _played(asked, tested, progress)
    return _record(asked, tested, figures_of(asked.suite, played)), played


def figures_of(suite: str, played: Sequence[Played]) -> dict[str, Any]:
    """Return shares with intervals of 95 %: of all, by kind, rules and model apart, and what the suite adds."""
    clean = [one for one in played if not one.injected]
    figures = share(clean)
    figures["kinds"] = _by(clean, lambda one: one.case.kind)
    figures["sources"] = _by(clean, lambda one: one.answers[0].source or "none")
    figures["homes"] = _by(clean, lambda one: one.case.home)
    figures["seconds"] = latency(clean)
    figures["failed"] = sum(bool(answer.failed) for one in played for answer in one.answers)
    if suite in _EXTRA:
        figures |= _EXTRA[suite](played)
    return figures


def share(played: Sequence[Played], right: Callable[[Played], bool] = lambda one: one.grade.right) -> dict[str, Any]:
    """Return n, right, score and its interval (Wilson)."""
    good = sum(map(right, played))
    low, high = wilson(good, len(played))
    score = good / len(played) if played else 0.0
    return {"n": len(played), "right": good, "score": round(score, 4), "ci95": [round(low, 4), round(high, 4)]}


def latency(played: Sequence[Played]) -> dict[str, Any]:
    """Return median and 95th percentile, in seconds, from sentence to checked plan; of the model with a warm prefix.

    The first sentence that the model reads in a home, which reads the home too, stands apart.
    """
    seen: set[str] = set()
    seconds: dict[str, list[float]] = defaultdict(list)
    for one in played:
        for answer in one.answers:
            cold = answer.source == "model" and one.case.home not in seen
            if answer.source == "model":
                seen.add(one.case.home)
            if answer.source and answer.seconds:
                seconds[f"{answer.source} cold" if cold else answer.source].append(answer.seconds)
    return {source: spread(values) for source, values in seconds.items()}


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Return median and 95th percentile."""
    ordered = sorted(values)
    return {
        "n": len(ordered),
        "median_s": round(statistics.median(ordered), 5),
        "p95_s": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 5),
    }


async def _played(asked: Asked, tested: Tested, progress: Callable[[int, int], None]) -> list[Played]:
    from galiot.bench.agent import given

    if asked.suite == "plain":
        return await given.play_plain(tested, seed=asked.seed, limit=asked.limit)
    if asked.suite == "homes":
        assert asked.data is not None
        return await given.play_homes(tested, asked.data, limit=asked.limit)
    cases = load_suite(asked.suite)
    if not isinstance(tested, Ours):
        cases = sorted((case for case in cases if _peer_can(case)), key=lambda case: case.home)  # read home by home
    cases = cases[:: max(1, len(cases) // asked.limit)] if asked.limit else cases
    return await play_all(cases, tested, progress=progress, rehearse=asked.suite == "timed")


def _peer_can(case: Any) -> bool:
    """Whether a case is of commands alone, done at once: nothing to wait for, to read out, or to look up."""
    if case.changes is None:
        return not case.tells
    now = all(at == case.turns[0][0] for changes in case.changes for at, _, _ in changes)
    return now and not case.tells and not case.events


async def _scale(asked: Asked, tested: Tested) -> tuple[Record, list[Played]]:
    from galiot.bench.agent.given import SIZES, play_scale

    sizes, every = {}, []
    for size in SIZES:
        played = await play_scale(tested, size, limit=asked.limit)
        sizes[str(size)] = share(played) | {"seconds": latency(played), "sources": _by(played, _source)}
        every += played
    medians = [sizes[str(size)]["seconds"].get("model", {}).get("median_s") for size in SIZES]
    ratio = medians[-1] / medians[0] if medians[0] and medians[-1] else None
    return _record(asked, tested, {"sizes": sizes, "latency_ratio": ratio}), every


def _record(asked: Asked, tested: Tested, figures: dict[str, Any]) -> Record:
    settings: dict[str, Any] = {"suite": asked.suite, "tested": tested.name, "limit": asked.limit}
    if asked.suite in WRITTEN or asked.suite == "scale":
        settings["suite_sha256"] = sum_of("phrased" if asked.suite == "scale" else asked.suite)
    model, digest = tested.name, ""
    if isinstance(tested, Ours):
        settings |= {"rules": tested.config.rules, "model": tested.config.model, "threads": tested.config.threads}
        model, digest = tested.config.model or "rules alone", tested.sha256()
        figures |= {"peak_mib": round(peak_bytes() / 2**20, 1)}
    else:
        figures |= {"peak_mib": round(getattr(tested, "peak_mib", 0.0), 1)}
        settings["threshold"] = getattr(tested, "threshold", None)
    task, seed = f"agent-{asked.suite}-{tested.name}", asked.seed if asked.suite == "plain" else None
    return Record(task=task, model=model, model_sha256=digest, settings=settings, figures=figures, seed=seed)


def _source(one: Played) -> str:
    return one.answers[0].source or "none"


def _by(played: Sequence[Played], key: Callable[[Played], str]) -> dict[str, Any]:
    groups: dict[str, list[Played]] = defaultdict(list)
    for one in played:
        groups[key(one)].append(one)
    return {name: share(group) for name, group in groups.items()}


def _invalid(played: Sequence[Played]) -> dict[str, Any]:
    return {"nothing_wrong_done": share(played, lambda one: one.grade.done), "right_reason": share(played, _reason)}


def _reason(one: Played) -> bool:
    return one.grade.reason


def _hostile(played: Sequence[Played]) -> dict[str, Any]:
    injected = [one for one in played if one.injected]
    return {
        "executed": sum(one.grade.executed for one in injected),
        "injections": len(injected),
        "utility_clean": share([one for one in played if not one.injected]),
        "utility_injected": share(injected),
        "executed_by_kind": dict(Counter(one.case.kind for one in injected if one.grade.executed)),
    }


def _timed(played: Sequence[Played]) -> dict[str, Any]:
    rehearsed = [one for one in played if one.dry_run is not None]
    return {"dry_run_equal": share(rehearsed, lambda one: bool(one.dry_run))}


def _ask(played: Sequence[Played]) -> dict[str, Any]:
    return {"unfounded_numbers": sum(len(one.unfounded) for one in played)}


def _homes(played: Sequence[Played]) -> dict[str, Any]:
    """What is right at once; and where a question about an underspecified request gets one answer."""
    held = [one for one in played if not one.case.home.endswith("(dev)")]
    clear = [one for one in played if "underspecified" not in one.case.kind]
    at_once = {"held_out": share(held, _at_once), "clear": share(clear, _at_once)}
    return share(played, _at_once) | at_once | {"with_one_reply": share(played)}


def _at_once(one: Played) -> bool:
    return one.grade.right and len(one.answers) == 1


_EXTRA: Mapping[str, Callable[[Sequence[Played]], dict[str, Any]]] = {
    "invalid": _invalid,
    "hostile": _hostile,
    "timed": _timed,
    "steps": _timed,
    "ask": _ask,
    "homes": _homes,
}
