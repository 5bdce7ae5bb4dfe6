"""Training data of the planner's adapter: homes, sentences and plans, all made up, the same for the same seed."""

from __future__ import annotations

from galiot.agent.lessons.homes import make_home
from galiot.agent.lessons.rows import Lesson, make_lessons

__all__ = ["Lesson", "make_home", "make_lessons"]
