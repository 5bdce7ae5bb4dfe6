"""`galiot tune` on a tiny model: what it prints where, and what it refuses."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from galiot.model.adapter import read_adapter

FEW = ("--method", "mezo", "--steps", 3, "--batch", 2, "--sequence", 64, "--rank", 2, "--threads", 1)


@pytest.fixture
def rows(tmp_path):
    lines = [{"prompt": f"the {one} {i}", "completion": f"on {one}"} for i in range(5) for one in ("sea", "sun")]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return "rows.jsonl"


def test_an_adapter_is_made_and_told_of(galiot, tiny, rows, tmp_path):
    told = galiot("tune", tiny, "--data", rows, "--out", "a.gguf", *FEW, "--json").json
    assert read_adapter(tmp_path / "a.gguf").about["tune.steps"] == 3
    assert {"method", "steps", "samples", "skipped", "cut", "loss", "forgetting", "forecast", "spent"} <= told.keys()
    assert told["loss"].keys() == {"first", "last", "held_out_before", "held_out_after"}
    assert {"seconds", "tokens", "tokens_per_s", "peak_bytes"} <= told["spent"].keys()
    assert (told["method"], told["steps"], told["samples"], len(told["curve"])) == ("mezo", 3, 9, 3)
    assert (told["out"], told["accepted"]) == ("a.gguf", True)


def test_the_path_is_on_standard_output_and_the_progress_is_not(galiot, tiny, rows):
    result = galiot("tune", tiny, "--data", rows, "--out", "a.gguf", *FEW)
    assert result.status == 0
    assert result.out == "a.gguf\n"
    assert "step 3/3: loss " in result.err
    assert "tokens/s, memory " in result.err
    assert "held-out loss" in result.err


def test_an_adapter_changes_what_run_says(galiot, tiny, rows):
    galiot("tune", tiny, "--data", rows, "--out", "a.gguf", *FEW, "--rate", 0.5)
    plain, tuned = (
        galiot("run", tiny, "the sea 1", "--max-tokens", 20, "--seed", 1, *more).out
        for more in ((), ("--adapter", "a.gguf"))
    )
    assert plain != tuned


def test_malformed_rows_are_one_line_or_tolerated(galiot, tiny, rows, tmp_path):
    with open(tmp_path / rows, "a") as file:
        file.write('{"text": 3}\n{\n')
    refused = galiot("tune", tiny, "--data", rows, "--out", "a.gguf", *FEW)
    assert 'line 11: "text" is a number, expected text; line 12: is no JSON' in refused.error
    assert refused.status == 1
    told = galiot("tune", tiny, "--data", rows, "--out", "a.gguf", *FEW, "--tolerate", 2, "--json").json
    assert [row["line"] for row in told["skipped"]] == [11, 12]


def test_a_worse_adapter_is_not_written_and_the_exit_says_so(galiot, tiny, rows, tmp_path):
    result = galiot("tune", tiny, "--data", rows, "--out", "a.gguf", *FEW, "--rate", "1e-30", "--reject-worse")
    assert result.status == 1
    assert "the new adapter does not help" in result.error
    assert not (tmp_path / "a.gguf").exists()
    told = galiot("tune", tiny, "--data", rows, "--out", "a.gguf", *FEW, "--rate", "1e-30", "--reject-worse", "--json")
    assert told.json["accepted"] is False
    assert told.status == 1


def test_data_that_have_not_moved_are_not_tuned_on(galiot, tiny, rows):
    galiot("tune", tiny, "--data", rows, "--out", "a.gguf", *FEW)
    result = galiot("tune", tiny, "--data", rows, "--out", "a.gguf", *FEW, "--if-drift")
    assert result.status == 0
    assert "no case" in result.err
    told = galiot("tune", tiny, "--data", rows, "--out", "a.gguf", *FEW, "--if-drift", "--json").json
    assert told["steps"] == 0
    assert told["drift"]["case"] is False


WRONG = {
    ("--data", "missing.jsonl", "--out", "a.gguf"): "missing.jsonl: no such file",
    ("--data", "rows.jsonl"): "--out",
    ("--out", "a.gguf"): "--data",
    ("--data", "rows.jsonl", "--out", "none/a.gguf"): "there is no folder none",
    ("--data", "rows.jsonl", "--out", "rows.jsonl"): "is the data itself",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--steps", "0"): "steps is 0",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--batch", "0"): "batch is 0",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--sequence", "4"): "sequence is 4",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--sequence", "4096"): "the model was made for at most 512",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--rank", "0"): "rank is 0",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--rate", "0"): "rate is 0",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--rate", "nan"): "rate is nan",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--keep", "0%"): "keep is '0%'",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--keep", "101%"): "keep is 101%",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--time", "0min"): "'0min' is no duration",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--time", "soon"): "'soon' is no duration",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--method", "sgd"): "mezo",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--targets", "attn_q,head"): "no linear layer 'head'",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--overlong", "drop"): "refuse",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--tolerate", "-1"): "tolerate is -1",
    ("--data", "rows.jsonl", "--out", "a.gguf", "--memory", "much"): "160MiB",
}


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_a_wrong_request_is_one_line_and_nothing_is_begun(galiot, tiny, rows, arguments, tmp_path):
    result = galiot("tune", tiny, *arguments)
    assert WRONG[arguments] in result.error
    assert result.status == 2
    assert "measuring" not in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


@pytest.mark.parametrize(
    ("text", "seconds"), [("30min", 1800), ("90", 90), ("1.5h", 5400), ("10 s", 10), ("1d", 86400)]
)
def test_durations_mean_what_they_say(text, seconds):
    from galiot.cli.settings import parse_duration

    assert parse_duration(text) == seconds


def test_ctrl_c_keeps_a_checkpoint_and_resume_ends_what_was_begun(galiot, tiny, rows, tmp_path):
    many = [word if word != 3 else 4000 for word in FEW]
    words = ["tune", str(tiny), "--data", rows, "--out", "a.gguf", *map(str, many)]
    running = subprocess.Popen([sys.executable, "-m", "galiot", *words], stderr=subprocess.PIPE, text=True)
    for line in running.stderr:
        if line.startswith("step "):
            break
    time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "--resume goes on from a.gguf.resume" in told
    assert not (tmp_path / "a.gguf").exists()
    resumed = galiot(*words, "--resume", "--time", "0.1s", "--json").json
    assert resumed["steps"] > 1
    assert (tmp_path / "a.gguf").exists()
