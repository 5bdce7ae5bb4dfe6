"""Protocols of devices: one file each, one interface."""

from __future__ import annotations

from galiot.agent.bindings.base import Binding, DeviceError, Limits, Reply
from galiot.agent.bindings.credentials import Credential, Credentials
from galiot.agent.bindings.pool import Bindings

__all__ = ["Binding", "Bindings", "Credential", "Credentials", "DeviceError", "Limits", "Reply"]
