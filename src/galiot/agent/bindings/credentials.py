"""Who we are to a device: from the settings, the environment or the address; never in a log or a message."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit


@dataclass(frozen=True)
class Credential:
    """A name with a password, or a token (bearer or API key)."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Credentials:
    """What is known by host or "host:port"; never by what a description says of itself.

    The environment is asked last: GALIOT_USER_CAMERA_LOCAL, GALIOT_PASSWORD_CAMERA_LOCAL and
    GALIOT_TOKEN_CAMERA_LOCAL are those of the host camera.local.
    """

    known: Mapping[str, Credential] = field(default_factory=dict, repr=False)

    def find(self, address: str) -> Credential | None:
        """Return those for an address, None where there are none."""
        parts = urlsplit(address)
        host = parts.hostname or ""
        for key in (f"{host}:{parts.port}" if parts.port else "", host):
            if key and key in self.known:
                return self.known[key]
        if parts.username:
            return Credential(unquote(parts.username), unquote(parts.password or ""))
        return _from_environment(host)

    def told_by(self, address: str) -> Credentials:
        """Return these and what an address holds, so that it can be used without them in it."""
        parts = urlsplit(address)
        if not parts.username or not parts.hostname:
            return self
        key = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        own = Credential(unquote(parts.username), unquote(parts.password or ""))
        return Credentials({key: own, **self.known})


def without_credentials(address: str) -> str:
    """Return an address as it may be shown."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _from_environment(host: str) -> Credential | None:
    name = re.sub(r"[^A-Z0-9]", "_", host.upper())
    user, password, token = (os.environ.get(f"GALIOT_{part}_{name}") for part in ("USER", "PASSWORD", "TOKEN"))
    return Credential(user, password, token) if name and (user or password or token) else None
