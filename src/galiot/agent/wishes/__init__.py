"""Wishes that name no command: what is felt or complained of, what would help, and which things of a home can."""

from __future__ import annotations

from galiot.agent.wishes.wish import Wish, hear

__all__ = ["Wish", "hear"]
