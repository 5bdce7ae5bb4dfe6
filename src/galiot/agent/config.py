"""How an agent is set up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from galiot.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class AgentConfig:
    """What one agent works with."""

    simulate: bool = False
    """Things are kept in memory; nothing is sent, and nothing is kept unless `state` is given."""
    model: str | None = "smollm2-135m"
    """A name in the local library or a path; None: rules alone."""
    adapter: Path | None = None
    """What tunes the model to planning; None: what comes with the package, where it fits the model."""
    rules: bool = True
    """Whether rules read a sentence before the model does."""
    language: str | None = None
    """Of the sentences, such as "de"; None: the home's."""
    state: Path | None = None
    """Folder of what is kept; None: one for each home, in Galiot's own folder."""
    threads: int | None = None
    """Processors for the model; None: all that this process may use."""
    longest: int = 2000
    """Characters of a sentence."""

    def __post_init__(self) -> None:
        if self.model is None and not self.rules:
            raise ConfigError("neither rules nor a model: nothing would read a sentence")
        if self.threads is not None and self.threads < 1:
            raise ConfigError(f"threads is {self.threads}, expected at least 1")
