"""A record holds what somebody needs to measure the same."""

from __future__ import annotations

import json
import subprocess

from galiot.record import Record, current_commit, median_and_spread


def test_a_record_is_one_flat_object_with_its_spread():
    figures, spread = {"decode_tokens_per_s": 2.0}, {"decode_tokens_per_s": (1.0, 3.0)}
    record = Record(
        task="speed", model="m", model_sha256="00", settings={"threads": 1}, figures=figures, spread=spread, repeats=3
    )
    told = json.loads(json.dumps(record.to_json()))
    assert told["decode_tokens_per_s"] == 2.0
    assert told["spread"] == {"decode_tokens_per_s": [1.0, 3.0]}
    assert {"device", "commit", "seed", "repeats", "versions", "date", "model_sha256", "settings"} <= told.keys()
    assert {"python", "galiot", "ggml-python"} <= told["versions"].keys()


def test_a_run_that_failed_keeps_its_row():
    told = Record(task="speed", model="m", model_sha256="00", settings={}, failed="no room").to_json()
    assert told["failed"] == "no room"


def test_the_commit_is_the_checkouts():
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=".")
    if head.returncode == 0:
        assert head.stdout.startswith(current_commit().rstrip("+"))


def test_the_median_stands_between_its_extremes():
    assert median_and_spread([5.0, 1.0, 2.0]) == (2.0, (1.0, 5.0))
