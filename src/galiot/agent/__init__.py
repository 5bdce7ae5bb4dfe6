"""Agents that act on devices: things, rules, planner, validator, policy, scheduler, executor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from galiot.agent.agent import Agent
    from galiot.agent.config import AgentConfig

__all__ = ["Agent", "AgentConfig"]


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for."""
    if name == "Agent":
        from galiot.agent.agent import Agent

        return Agent
    if name == "AgentConfig":
        from galiot.agent.config import AgentConfig

        return AgentConfig
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
