"""What a run of tuning came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from galiot.runtime.peak import peak_bytes
from galiot.tune.gate import Verdict
from galiot.tune.loop import Run

if TYPE_CHECKING:
    from galiot.tune.drift import Drift
    from galiot.tune.forecast import Forecast
    from galiot.tune.select import Selection


@dataclass(kw_only=True)
class Tuned:
    """What came of it."""

    out: Path
    skipped: list[tuple[str, int, str]] = field(default_factory=list)
    """(file, line, why) of each malformed row of the data and of a file of held-out rows."""
    samples: int = 0
    accepted: bool = False
    """Whether what lies at `out` is as it should be: the new adapter, or the old one where nothing had to be done."""
    why: str = ""
    """The gate's words; or why nothing was done."""
    method: str = ""
    cut: int = 0
    refused: int = 0
    run: Run = field(default_factory=Run)
    verdict: Verdict | None = None
    forecast: Forecast | None = None
    selection: Selection | None = None
    drift: Drift | None = None
    seconds: float = 0.0
    """All of it, from reading the data to the last word of the gate."""

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON object."""
        verdict, run = self.verdict, self.run
        return {
            "method": self.method,
            "steps": run.step,
            "stopped": run.stopped if run.step else "",
            "samples": self.samples,
            "skipped": [{"file": path, "line": line, "why": why} for path, line, why in self.skipped],
            "cut": self.cut,
            "refused": self.refused,
            "loss": {
                "first": run.curve[0] if run.curve else None,
                "last": run.curve[-1] if run.curve else None,
                "held_out_before": verdict and verdict.held_out_before,
                "held_out_after": verdict and verdict.held_out_after,
                **({"held_out_old": verdict.held_out_old} if verdict and verdict.held_out_old is not None else {}),
            },
            "forgetting": verdict and verdict.forgetting,
            "curve": run.curve,
            "forecast": self.forecast and self.forecast.to_json(),
            **({"selection": self.selection.to_json()} if self.selection else {}),
            **({"drift": self.drift.to_json()} if self.drift else {}),
            "spent": {
                "seconds": round(self.seconds, 3),
                "training_seconds": round(run.seconds, 3),
                "tokens": run.tokens,
                "tokens_per_s": round(run.tokens / run.seconds, 1) if run.seconds else 0.0,
                "peak_bytes": peak_bytes(),
            },
            "out": str(self.out),
            "accepted": self.accepted,
            "why": self.why,
        }
