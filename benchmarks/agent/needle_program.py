"""Needle 3 as a process of its own: one JSON line with tools and a sentence in, one with its calls out.

It is run by the interpreter of the environment that it is installed in, and knows nothing of Galiot.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import needle


def main() -> None:
    """Answer until there is no more input."""
    agents: dict[str, Any] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        key = json.dumps([asked["system"], asked["tools"]])
        if key not in agents:
            agents.clear()
            agents[key] = needle.Needle(tools=asked["tools"], system=asked["system"])
            agents[key].complete("hello")  # the tools are read once, as a warm prefix
        agent = agents[key]
        agent.reset()
        began = time.perf_counter()
        told: dict[str, Any] = {}
        try:
            answer = agent.complete(asked["query"])
            validation = answer.get("validation") or {}
            told = {
                "calls": answer.get("function_calls") or [],
                "confidence": answer.get("confidence"),
                "refused": bool(validation.get("ungrounded") or validation.get("negation")),
                "text": answer.get("text") or answer.get("response") or "",
            }
        except (RuntimeError, ValueError) as error:
            told = {"calls": [], "failed": str(error)[:200]}
        told["seconds"] = time.perf_counter() - began
        told["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
