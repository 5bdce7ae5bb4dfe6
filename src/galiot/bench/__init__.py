"""Measuring: devices, tasks, records."""

from __future__ import annotations
