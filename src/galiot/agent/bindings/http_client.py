"""The HTTP library, as the binding and the discovery want it."""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

from galiot.agent.bindings.base import DeviceError, Limits
from galiot.errors import MissingExtraError


def new_client(limits: Limits) -> Any:
    """Return a client that asks devices directly: no proxy, no .netrc.

    raises: MissingExtraError
    """
    try:
        import httpx
    except ImportError:
        raise MissingExtraError("agent", "httpx") from None
    return httpx.AsyncClient(
        timeout=limits.timeout_s, trust_env=False, verify=ssl.create_default_context(), headers={"user-agent": "galiot"}
    )


async def limited_body(answer: Any, most: int) -> bytes:
    """Return the body of a response that is being streamed.

    raises: DeviceError when it is longer than `most` bytes
    """
    body = bytearray()
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > most:
            raise DeviceError("refused", f"{answer.url.host}: an answer of more than the {most} bytes allowed")
    return bytes(body)


async def events_of(answer: Any, most: int) -> AsyncIterator[bytes]:
    """Yield the data of server-sent events (HTML standard, section 9.2)."""
    data: list[str] = []
    async for line in answer.aiter_lines():
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield "\n".join(data).encode()
            data = []
        if sum(map(len, data)) > most:
            raise DeviceError("refused", f"{answer.url.host}: an event of more than the {most} bytes allowed")


def expanded(href: str, value: Any) -> tuple[str, Any]:
    """Fill URI variables from an object's keys, as far as it has them; return what is left of it."""
    if "{" not in href:
        return href, value
    rest = dict(value) if isinstance(value, Mapping) else {}

    def fill(match: re.Match[str]) -> str:
        names = [name for name in match[2].split(",") if name in rest]
        if match[1]:
            parts = [f"{name}={quote(str(rest.pop(name)), safe='')}" for name in names]
            return (match[1] if parts else "") + "&".join(parts)
        return ",".join(quote(str(rest.pop(name)), safe="") for name in names)

    href = re.sub(r"\{([?&]?)([^}]*)\}", fill, href)
    return href, (rest or None) if isinstance(value, Mapping) else value
