"""The command, called in this process on a tiny model and an empty library."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from tiny import Tiny, write_tiny

from galiot.cli import main


@dataclass
class Result:
    """What one command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        """The one object on standard output."""
        assert self.out.count("\n") == 1
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line that says what was wrong; nothing is on standard output."""
        assert self.out == ""
        lines = [line for line in self.err.splitlines() if line.startswith("galiot: ")]
        assert len(lines) == 1
        assert "Traceback" not in self.err
        return lines[0]


@pytest.fixture
def galiot(capsys, monkeypatch, tmp_path):
    """Return the command; it works in an empty folder with an empty library."""
    monkeypatch.setenv("GALIOT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def call(*arguments: object) -> Result:
        status = main([str(argument) for argument in arguments])
        return Result(status, *capsys.readouterr())

    return call


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    """A tiny model of the family llama."""
    return write_tiny(tmp_path_factory.mktemp("models") / "tiny.gguf", Tiny())


@pytest.fixture
def two_models(tmp_path) -> tuple[Path, Path]:
    """Two tiny models with one vocabulary and different weights."""
    return write_tiny(tmp_path / "a.gguf", Tiny(seed=1)), write_tiny(tmp_path / "b.gguf", Tiny(seed=2))
