"""Thing Descriptions over HTTP: of one device, or a directory of many (W3C WoT Discovery, sections 6 and 7)."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from galiot.agent.bindings.base import Call, DeviceError, Limits
from galiot.agent.bindings.credentials import Credentials, without_credentials
from galiot.agent.bindings.http_client import limited_body, new_client
from galiot.agent.bindings.security import sign
from galiot.agent.bindings.wire import clip
from galiot.agent.discover import Found
from galiot.agent.thing import Affordance, Form, Thing
from galiot.agent.things import td
from galiot.errors import FormatError, GaliotError

log = logging.getLogger(__name__)

LARGEST_BYTES = 8 * 2**20
"""Of one answer."""
_MOST_PAGES, _MOST_THINGS = 200, 10_000
_LISTING = re.compile(r"^\s*<([^>]*)>\s*;.*rel\s*=\s*\"?next\"?", re.IGNORECASE)


async def discover_web(address: str, limits: Limits, credentials: Credentials, *, language: str = "en") -> Found:
    """Return the thing that an address describes, the things of a list, or all pages of a directory.

    An address without a path is asked for /.well-known/wot.
    raises: DeviceError
    """
    parts = urlsplit(address)
    if parts.path in ("", "/"):
        address = parts._replace(path="/.well-known/wot").geturl()
    crawl = _Crawl(limits, credentials, language)
    try:
        await crawl.visit(address)
    finally:
        await crawl.client.aclose()
    return Found(tuple(crawl.things), tuple(crawl.refused))


@dataclass
class _Crawl:
    limits: Limits
    credentials: Credentials
    language: str
    things: list[Thing] = field(default_factory=list)
    refused: list[GaliotError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = new_client(self.limits)

    async def visit(self, address: str) -> None:
        """Take what one address shows, and go on from a directory to its list."""
        data, after = await self.get(address)
        directory = _directory(data)
        if directory is not None:
            return await self.pages(_same_place(address, directory), None)
        await self.pages(address, (data, after))

    async def pages(self, address: str, first: tuple[Any, str | None] | None) -> None:
        """Take a list page by page; a page that fails leaves what came before."""
        data, after = first or await self.get(address)
        seen = {address}
        while True:
            self.take(data, address)
            if after is None or len(self.things) >= _MOST_THINGS:
                break
            try:
                address = _same_place(address, after)
                if address in seen or len(seen) >= _MOST_PAGES:
                    raise FormatError(
                        without_credentials(address), f"the list goes on after {len(seen)} pages; the rest is left"
                    )
                seen.add(address)
                data, after = await self.get(address)
            except (DeviceError, FormatError) as error:
                self.refused.append(error)
                return
        if len(self.things) > _MOST_THINGS:
            del self.things[_MOST_THINGS:]
            self.refused.append(
                FormatError(without_credentials(address), f"more than {_MOST_THINGS} things; the rest is left")
            )

    def take(self, data: Any, address: str) -> None:
        """Read the descriptions of one answer."""
        if isinstance(data, Mapping) and isinstance(data.get("members"), list):
            data = data["members"]
        things, refused = td.read_things(data, without_credentials(address), language=self.language)
        single = not isinstance(data, list)
        self.things += [
            replace(thing, base=without_credentials(address)) if single and not thing.base else thing
            for thing in things
        ]
        self.refused += refused

    async def get(self, address: str) -> tuple[Any, str | None]:
        """Return the JSON at an address, and where its list goes on.

        raises: DeviceError
        """
        import httpx

        shown = without_credentials(address)
        try:
            request = self.client.build_request(
                "GET", shown, headers={"accept": "application/td+json, application/json"}
            )
            sign(request, _call(address), self.credentials)
            async with asyncio.timeout(self.limits.timeout_s):
                answer = await self.client.send(request, stream=True, follow_redirects=True)
                try:
                    body = await limited_body(answer, LARGEST_BYTES)
                finally:
                    await answer.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            reason = clip(str(error)) or f"not within {self.limits.timeout_s:g} s"
            raise DeviceError("unreachable", f"nothing answers at {shown} ({reason})") from None
        if answer.status_code != 200:
            raise DeviceError("refused", f"{shown}: it answered {answer.status_code} {answer.reason_phrase}")
        try:
            data = td.parse_json(body)
        except (ValueError, RecursionError) as error:
            raise DeviceError("refused", f"{shown}: no Thing Description: {clip(str(error))}") from None
        return data, _next(data, answer.headers.get_list("link"))


def _call(address: str) -> Call:
    return Call(Thing(id="", title=""), Affordance(name="", kind="property"), Form(href=address), "readproperty")


def _directory(data: Any) -> str | None:
    """Return where a directory that introduces itself lists its things, None where it is something else."""
    types = data.get("@type", ()) if isinstance(data, Mapping) else ()
    if "ThingDirectory" not in str(types) or not isinstance(data.get("properties"), Mapping):
        return None
    listing = data["properties"].get("things") or data["properties"].get("retrieveTDs")
    try:
        href = listing["forms"][0]["href"]
    except (TypeError, KeyError, IndexError):
        href = "/things"
    return urljoin(str(data.get("base") or ""), str(href).partition("{")[0])


def _next(data: Any, links: list[str]) -> str | None:
    """Where a list goes on: by its Link header, or in a collection by its own word."""
    for link in ",".join(links).split(","):
        if found := _LISTING.match(link):
            return found[1]
    own = data.get("next", data.get("nextLink")) if isinstance(data, Mapping) and "members" in data else None
    return own if isinstance(own, str) else None


def _same_place(address: str, href: str) -> str:
    """Resolve an address that a server names; only its own host is followed."""
    there = urljoin(address, href)
    if urlsplit(there)[:2] != urlsplit(address)[:2]:
        raise FormatError(
            without_credentials(address), f"it points to another host, which is not followed: {clip(there)}"
        )
    return there
