"""llama.cpp as somebody to be measured beside: a process of its own, in whatever environment it is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from galiot.errors import GaliotError, RequestError

_PROGRAM = Path(__file__).with_name("peer_program.py")
_BINDINGS = ("llama_cpp", "xllamacpp")
_PLACES = ("build/peer/bin/python",)  # where benchmarks/speed/ builds one, seen from the checkout


class LlamaCpp:
    """A process that answers 'prefill' or 'decode' with the seconds that it took."""

    def __init__(self, python: str | os.PathLike[str] | None = None) -> None:
        """Find an interpreter that has a binding of llama.cpp.

        python: that interpreter; None: the one that `benchmarks/speed/` built, else this one
        raises: RequestError where none is installed
        """
        places = [os.fspath(python)] if python else [*(p for p in _PLACES if Path(p).is_file()), sys.executable]
        for place in places:
            if binding := _binding_of(place):
                self.python, self.binding = place, binding
                break
        else:
            raise RequestError(
                f"no llama.cpp for {', '.join(places)}: pip install llama-cpp-python there, or run make bench"
            )
        self.name = f"llama.cpp ({binding})"
        self._process: subprocess.Popen[str] | None = None

    def start(self, model: Path, settings: Mapping[str, Any], tokens: Sequence[int]) -> None:
        """Load the model in the other process and tell it what will be asked.

        raises: GaliotError where that fails
        """
        command = [self.python, str(_PROGRAM), self.binding]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        answer = self._ask({"model": str(model), "settings": dict(settings), "tokens": list(tokens)})
        self.name = f"llama.cpp ({self.binding} {answer['version']})"

    def seconds(self, kind: str) -> float:
        """Return the time that one prefill or one decode took there."""
        return float(self._ask({"kind": kind})["seconds"])

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        line = self._process.stdout.readline()
        if not line:
            raise GaliotError(f"{self.name} ended with status {self._process.wait()} and gave no answer")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise GaliotError(f"{self.name}: {answer['error']}")
        return answer


def _binding_of(python: str) -> str | None:
    """Return the binding of llama.cpp that an interpreter has."""
    code = f"import importlib.util as u; print(next((n for n in {_BINDINGS!r} if u.find_spec(n)), ''))"
    try:
        found = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise RequestError(f"{python} cannot be asked for llama.cpp: {error}") from error
    return found.stdout.strip() or None
