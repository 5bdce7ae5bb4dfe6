"""What the README, the manual and the examples say is run."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PLACEHOLDERS = ("hf:", "./downloaded", "FOLDER", " mine", "--version")
QUICKER = {"host:10s": "host:1s", "512": "16", "128": "4"}
SHORTER = {
    "bench": ["--repeats", "1"],
    "run": ["--max-tokens", "80", "--seed", "1"],
    "eval": ["--context", "64", "--windows", "2"],
    "tune": ["--steps", "2"],
}


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    every = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [content for said, content in every if said == language]


def commands() -> list[str]:
    """Return every command of the manual once, in order, but those with a placeholder."""
    lines = [
        line.split("  #")[0].strip() for page in PAGES for block in blocks(page, "") for line in block.splitlines()
    ]
    wanted = [line for line in lines if line.startswith("galiot ") and not any(word in line for word in PLACEHOLDERS)]
    return list(dict.fromkeys(wanted))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder in which the commands find what they name."""
    made = tmp_path_factory.mktemp("manual")
    for name in ("README.md", "examples"):
        (made / name).symlink_to(ROOT / name)
    return made


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_manual_works(command, folder):
    if "llama.cpp" in command:
        pytest.importorskip("xllamacpp")
    if " tune " in command and "--forecast" not in command:
        pytest.importorskip("torch")
    words = [QUICKER.get(word, word) for word in shlex.split(command)[1:]]
    words += SHORTER.get(words[0], [])
    if words[0] == "bench" and "--prompt" not in words:
        words += ["--prompt", "16", "--tokens", "4"]
    run = subprocess.run(
        [sys.executable, "-m", "galiot", *words],
        cwd=folder,
        input="Name three seas.",
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert run.returncode <= ("--reject-worse" in words), run.stderr  # the same two steps again are no better
    assert run.stdout or run.returncode or "--if-drift" in words


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.stem)
def test_the_python_of_the_manual_works(page, capsys):
    if page.stem == "tuning":
        pytest.importorskip("torch")
    for block in blocks(page, "python"):
        exec(compile(block, page.name, "exec"), {})
    assert capsys.readouterr().out


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_an_example_works(example, capsys, monkeypatch, tmp_path):
    if example.stem.startswith("make_"):
        monkeypatch.setattr("sys.argv", [example.name, str(tmp_path / "made.csv")])
        runpy.run_path(str(example), run_name="__main__")
        assert (tmp_path / "made.csv").read_bytes() == (ROOT / "examples" / "boiler.csv").read_bytes()
        return
    if example.stem == "kitchen":
        pytest.importorskip("torch")
    runpy.run_path(str(example), run_name="__main__")
    assert capsys.readouterr().out


def test_the_page_of_commands_is_what_the_commands_say():
    render = runpy.run_path(str(ROOT / "docs" / "make_commands.py"))["render"]
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == render(), "run python docs/make_commands.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_of_the_manual_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
