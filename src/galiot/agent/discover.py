"""From an address to the things behind it: brokers, devices with a web server, directories of descriptions."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from galiot.agent.bindings.base import DeviceError, Limits
from galiot.agent.bindings.credentials import Credential, Credentials
from galiot.agent.home import Home
from galiot.agent.thing import Thing
from galiot.agent.things.homefile import BrokerSettings, HomeFile, read_home_file
from galiot.agent.things.load import join, load, read_path
from galiot.errors import FileError, GaliotError, RequestError

log = logging.getLogger(__name__)

MQTT, HTTP = ("mqtt", "mqtts"), ("http", "https")


@dataclass(frozen=True)
class Found:
    """What was found at one address."""

    things: tuple[Thing, ...] = ()
    refused: tuple[GaliotError, ...] = ()
    """Descriptions that make no sense, and parts that did not answer; one line each."""


async def discover(
    address: str | BrokerSettings,
    *,
    limits: Limits | None = None,
    credentials: Credentials | None = None,
    language: str = "en",
    quiet_s: float = 0.4,
) -> Found:
    """Return the things behind an address.

    address: mqtt://HOST[:PORT][/BASE], where BASE stands for the base topic of all three conventions; http(s)://...
    quiet_s: how long a broker must have nothing more to say
    raises: DeviceError when nothing answers or we are not let in, RequestError for another scheme
    """
    limits, credentials = limits or Limits(), credentials or Credentials()
    scheme = urlsplit(address.url if isinstance(address, BrokerSettings) else address).scheme
    if isinstance(address, BrokerSettings) or scheme in MQTT:
        from galiot.agent.discover_mqtt import discover_broker

        settings = address if isinstance(address, BrokerSettings) else _settings(address)
        return await discover_broker(settings, limits, credentials, language=language, quiet_s=quiet_s)
    if scheme in HTTP:
        from galiot.agent.discover_http import discover_web

        return await discover_web(address, limits, credentials, language=language)
    raise RequestError(f"nothing is known about {scheme or 'no scheme'}://; things are files, mqtt:// or http://")


async def open_home(
    source: str, *, limits: Limits | None = None, credentials: Credentials | None = None
) -> tuple[Home, Credentials]:
    """Return the home that a path or an address names, with all that its home.toml names, and who we are there.

    A source of several that does not answer is one line in `Home.refused`; the others work.
    raises: as `discover` and `things.load` do when there is nothing else
    """
    credentials = credentials or Credentials()
    if "://" in source:
        credentials = credentials.told_by(source)
        found = await discover(source, limits=limits, credentials=credentials)
        return join(found.things, refused=found.refused), credentials
    settings = _home_file(Path(source))
    if settings is None:
        return load(source), credentials
    credentials = credentials_of(settings, credentials)
    things: list[Thing] = []
    refused: list[GaliotError] = []
    sources: list[str | BrokerSettings] = [*settings.things, *settings.brokers]
    for each in sources:
        try:
            found = await _found(each, limits, credentials, settings.language)
        except (FileError, DeviceError) as error:
            refused.append(error)
        else:
            things += found.things
            refused += found.refused
    return join(things, refused=refused, settings=settings), credentials


def credentials_of(settings: HomeFile, credentials: Credentials) -> Credentials:
    """Return the credentials with those that a home.toml says for its brokers; what is given goes before it.

    raises: FileError for a password file that cannot be read
    """
    known: dict[str, Credential] = {}
    for address in (*settings.things, *(broker.url for broker in settings.brokers)):
        credentials = credentials.told_by(address) if "://" in address else credentials
    for broker in settings.brokers:
        parts = urlsplit(broker.url)
        key = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        if broker.user is not None:
            around = Credentials().find(broker.url)
            password = _password(broker.password_file) or (around.password if around else None)
            known[key] = Credential(broker.user, password)
    return replace(credentials, known=known | dict(credentials.known))


async def _found(source: str | BrokerSettings, limits: Limits | None, credentials: Credentials, language: str) -> Found:
    if isinstance(source, str) and "://" not in source:
        things, malformed = read_path(source, language=language)
        return Found(tuple(things), tuple(malformed))
    return await discover(source, limits=limits, credentials=credentials, language=language)


def _settings(address: str) -> BrokerSettings:
    parts = urlsplit(address)
    base = parts.path.strip("/")
    url = f"{parts.scheme}://{parts.netloc}"
    return (
        BrokerSettings(url=url, zigbee2mqtt=base, homie=base, homeassistant=base) if base else BrokerSettings(url=url)
    )


def _home_file(path: Path) -> HomeFile | None:
    if path.is_dir() and (path / "home.toml").is_file():
        path = path / "home.toml"
    return read_home_file(path) if path.suffix.lower() == ".toml" else None


def _password(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
