"""What holds for every verb: exit status, one line of error, one JSON object."""

from __future__ import annotations

import subprocess
import sys

import pytest

import galiot as package
from galiot.cli import settings
from galiot.cli.app import VERBS
from galiot.errors import RequestError

WRONG_REQUESTS = {
    ("rnu", "model"): "did you mean run?",
    ("bench", "sped", "model"): "did you mean speed?",
    ("run", "model", "hi", "--max-token", "5"): "did you mean --max-tokens?",
    ("run", "model", "hi", "--max-tokens", "five"): "--max-tokens",
    ("run", "model", "hi", "--memory", "lots"): "160MiB",
    ("run", "model", "hi", "--cache-type", "q3"): "q8_0",
    ("run", "model", "hi", "--schema", "a.json", "--regex", "a"): "--schema, --regex and --grammar",
    ("run", "model", "hi", "--max-tokens", "0"): "max_tokens is 0",
    ("run", "model", "hi", "--context", "0"): "context is 0",
    ("run", "model", "hi", "--seed", "-1"): "seed is -1",
    ("run", "model", "hi", "--regex", "a+", "--stop", "a"): "--stop would cut",
    ("run",): "MODEL",
    ("run", "model", ""): "nothing is asked",
    ("run", "model", "hi", "--reading", "missing.csv"): "missing.csv: no such file",
    ("run", "no-such-model", "hi"): "no-such-model",
    ("run", "./missing.gguf", "hi"): "missing.gguf",
    ("get",): "SOURCE",
    ("get", "./missing.gguf"): "missing.gguf",
    ("rm", "nothing"): "nothing",
    ("rm", "../etc"): "../etc",
    ("list", "more"): "more",
    ("convert", "model"): "--out",
    ("convert", "model", "--out", "f", "--type", "q3"): "q4_0",
    ("eval", "model"): "--text",
    ("eval", "model", "--text", "missing.txt"): "missing.txt",
    ("eval", "model", "--text", __file__, "--windows", "0"): "windows is 0",
    ("bench", "speed", "model", "--vs", "other"): "llama.cpp",
    ("bench", "speed", "model", "--repeats", "0"): "repeats",
}


@pytest.mark.parametrize("arguments", WRONG_REQUESTS, ids=" ".join)
def test_a_wrong_request_is_one_line_that_says_what_to_change(galiot, tiny, arguments):
    given = [str(tiny) if word == "model" else word for word in arguments]
    result = galiot(*given)
    assert WRONG_REQUESTS[arguments] in result.error
    assert result.status == 2


def test_an_unexpected_error_is_one_line_and_its_traceback_comes_when_asked_for(galiot, monkeypatch):
    def fail() -> None:
        raise ZeroDivisionError("planted\nover two lines")

    monkeypatch.setattr("galiot.model.library.list_models", fail)
    result = galiot("list")
    assert result.status == 1
    assert "internal error, ZeroDivisionError: planted over two lines" in result.error
    assert "Traceback" in galiot("list", "--verbose").err


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(galiot, verb):
    result = galiot(verb, "--help")
    assert result.status == 0
    assert "Usage: galiot" in result.out


def test_every_flag_has_words_that_explain_it(galiot):
    single = [[verb] for verb in VERBS if verb not in ("bench", "sense")]
    for verb in [
        *single,
        ["bench", "speed"],
        ["sense", "list"],
        ["sense", "info"],
        ["sense", "train"],
        ["sense", "eval"],
    ]:
        lines = galiot(*verb, "--help").out.splitlines()
        flags = [line for line in lines if line.strip("│ *").startswith("--")]
        assert flags
        assert not [line for line in flags if len(line.strip("│ *").split("  ", 1)) < 2], verb


def test_version_is_the_packages(galiot):
    assert galiot("--version").out == package.__version__ + "\n"


def test_settings_come_from_the_file_and_flags_win(galiot, tiny, tmp_path):
    (tmp_path / "galiot.toml").write_text("[info]\ncontext = 77\n[bench.speed]\nthreads = 1\n")
    assert galiot("info", tiny, "--json").json["memory"]["context"] == 77
    assert galiot("info", tiny, "--context", 78, "--json").json["memory"]["context"] == 78


@pytest.mark.parametrize(
    ("content", "problem", "status"),
    [
        ("[info]\ncontxt = 7\n", "no setting 'contxt'; did you mean context?", 2),
        ("[inf]\ncontext = 7\n", "did you mean info?", 2),
        ("info = 7\n", "must be a table", 2),
        ("[info\n", "line 1", 1),
        ("[info]\ncontext = 'many'\n", "many", 2),
    ],
)
def test_a_settings_file_that_makes_no_sense_is_refused(galiot, tiny, tmp_path, content, problem, status):
    (tmp_path / "galiot.toml").write_text(content)
    result = galiot("info", tiny)
    assert problem in result.error
    assert result.status == status


@pytest.mark.parametrize(
    ("text", "size"),
    [("160MiB", 160 * 2**20), ("1GB", 10**9), ("1.5 kib", 1536), ("4096", 4096), (".5GiB", 2**29), ("7b", 7)],
)
def test_sizes_mean_what_they_say(text, size):
    assert settings.parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MiB", "-1MiB", "0", "12 parsecs", "1e9", "9999999999999GiB", "inf", "1" * 5000])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(RequestError):
        settings.parse_size(text)


def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -m galiot --help | true; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert result.stderr == ""
    assert result.stdout.strip() in ("0", "1", "141")


@pytest.mark.parametrize(
    ("words", "redirected", "status", "said"),
    [
        ("--version", ">/dev/full", 1, "galiot: the output cannot be written: No space left on device"),
        ("--help", ">/dev/full", 1, "galiot: the output cannot be written: No space left on device"),
        ("--version", ">&-", 0, ""),
        ("run no-such-model", "<&-", 2, "galiot: nothing is asked"),
    ],
)
def test_streams_that_are_full_or_closed_are_no_internal_error(words, redirected, status, said):
    command = f"{sys.executable} -m galiot {words} {redirected}"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert result.returncode == status
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == bool(said)


def test_signs_that_the_terminal_cannot_show_are_no_error():
    program = "import galiot.cli, sys; galiot.cli.main(['--version']); print('20 °C')"
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)}
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, timeout=60)
    assert result.stdout.endswith(b"20 ?C\n")
