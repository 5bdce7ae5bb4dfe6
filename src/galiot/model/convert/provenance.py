"""What a file that we make says of its making: parent, steps, tools."""

from __future__ import annotations

from collections.abc import Sequence


def made_from(parent_sha256: str, steps: Sequence[str]) -> dict[str, object]:
    """Return the metadata of a file made from another one.

    steps: everything that was done since the first original, oldest first
    """
    from galiot import __version__, ggml

    tools = [f"galiot {__version__}", f"ggml {ggml.version().decode()}"]
    return {"galiot.parent.sha256": parent_sha256, "galiot.steps": list(steps), "galiot.tools": tools}
