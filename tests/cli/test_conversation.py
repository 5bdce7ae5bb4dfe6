"""A conversation on a real terminal: a pseudo-terminal that this test types into."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest


class Terminal:
    """`galiot run MODEL` on a terminal."""

    def __init__(self, *arguments: object) -> None:
        self.master, slave = pty.openpty()
        command = [sys.executable, "-m", "galiot", *map(str, arguments)]
        environment = os.environ | {"TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self.seen = ""

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self.master, text.encode() + b"\n")

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Read until a text has come since the last one that was waited for."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            assert time.monotonic() < end, f"{text!r} did not come: {self.seen!r}"
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += os.read(self.master, 4096).decode("utf-8", "replace")
        self.seen = self.seen.partition(text)[2]

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)


@pytest.fixture
def talk(tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    terminals = []

    def begin(*options: object) -> Terminal:
        terminals.append(Terminal("run", tiny, *options))
        terminals[-1].wait_for("> ")
        return terminals[-1]

    yield begin
    for terminal in terminals:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.master)


def test_a_turn_is_answered_and_bye_leaves(talk):
    terminal = talk("--max-tokens", 5, "--seed", 1)
    terminal.type("hello")
    terminal.wait_for("tokens in")
    terminal.wait_for("> ")
    terminal.type("/what")
    terminal.wait_for("there is no /what")
    terminal.type("/bye")
    assert terminal.process.wait(30) == 0


def test_a_conversation_has_no_form_to_keep_to(tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    terminal = Terminal("run", tiny, "--regex", "a+")
    terminal.wait_for("give a prompt")
    assert terminal.process.wait(30) == 2
    os.close(terminal.master)


def test_ctrl_c_stops_an_answer_and_twice_leaves(talk):
    terminal = talk("--context", 100000, "--max-tokens", 90000, "--temperature", 0)
    terminal.type("hello")
    time.sleep(0.5)
    terminal.interrupt()
    terminal.wait_for("stopped")
    terminal.wait_for("> ")
    time.sleep(0.5)  # a signal between the prompt and the wait for a key would be seen with the next key only
    terminal.interrupt()
    assert terminal.process.wait(30) == 0
