"""home.toml: which things, brokers, documents and policy make up a home.

    [home]
    name = "Lake house"
    language = "de"                      # of the sentences; "en"
    units = "metric"                     # or "imperial": what a temperature without a unit is in
    things = ["lamps.json", "things/"]   # files, folders; http://... and mqtt://... are asked when the agent starts
    timezone = "Europe/Zurich"           # the machine's own

    [[broker]]                           # as many as there are
    url = "mqtt://192.168.1.4:1883"
    user = "agent"                       # the password: in the environment, or in password_file
    password_file = "broker.password"
    discover = ["zigbee2mqtt", "homie", "homeassistant"]
    zigbee2mqtt = "zigbee2mqtt"          # the base topics, where they are others
    homie = "homie"
    homeassistant = "homeassistant"

    [[note]]                             # documents that may be quoted
    folder = "manuals"

    [policy]                             # read by the policy
    [thing."urn:dev:12"]                 # what a description lacks, by the thing's id or title
    title = "Reading lamp"
    area = "Study"
    floor = "Upstairs"
    aliases = ["the small one"]
    hidden = false

Paths count from the file's folder.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from galiot.agent.thing import Thing
from galiot.errors import ConfigError, FileError, FormatError

_LARGEST_FILE = 4 * 2**20  # bytes
SYSTEMS = ("zigbee2mqtt", "homie", "homeassistant")


@dataclass(frozen=True, kw_only=True)
class BrokerSettings:
    """One broker, what is looked for on it, and under which base topics."""

    url: str
    user: str | None = None
    password_file: Path | None = None
    discover: tuple[str, ...] = SYSTEMS
    zigbee2mqtt: str = "zigbee2mqtt"
    homie: str = "homie"
    homeassistant: str = "homeassistant"

    def __post_init__(self) -> None:
        if not self.url.startswith(("mqtt://", "mqtts://")):
            raise ConfigError(f'broker: url is "{self.url[:80]}", expected mqtt://HOST:PORT')
        for system in self.discover:
            if system not in SYSTEMS:
                raise ConfigError(f'broker: discover names "{system[:40]}", expected some of {", ".join(SYSTEMS)}')


@dataclass(frozen=True, kw_only=True)
class NoteSettings:
    """A folder of documents (text, Markdown)."""

    folder: Path


@dataclass(frozen=True, kw_only=True)
class ThingSettings:
    """What the owner says about a thing instead of its description; None leaves it as it is."""

    title: str | None = None
    area: str | None = None
    floor: str | None = None
    aliases: tuple[str, ...] | None = None
    hidden: bool = False

    def applied(self, thing: Thing) -> Thing:
        """Return the thing with what is said here."""
        said = {
            name: value for name in ("title", "area", "floor", "aliases") if (value := getattr(self, name)) is not None
        }
        return dataclasses.replace(thing, **said) if said else thing


@dataclass(frozen=True, kw_only=True)
class HomeFile:
    """What a home.toml says; `policy` is kept as it stands."""

    path: Path
    name: str = ""
    language: str = "en"
    units: Literal["metric", "imperial"] = "metric"
    timezone: str | None = None
    things: tuple[str, ...] = ()
    """Paths, made absolute, and addresses."""
    brokers: tuple[BrokerSettings, ...] = ()
    notes: tuple[NoteSettings, ...] = ()
    policy: Mapping[str, Any] = field(default_factory=dict)
    overrides: Mapping[str, ThingSettings] = field(default_factory=dict)


def read_home_file(path: str | os.PathLike[str]) -> HomeFile:
    """Return what a home.toml says.

    raises: FileError, FormatError (no TOML), ConfigError (an unknown key names the nearest known one)
    """
    try:
        with open(path, "rb") as file:
            text = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from error
    if len(text) > _LARGEST_FILE:
        raise FormatError(path, f"is larger than {_LARGEST_FILE >> 20} MiB")
    try:
        data = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise FormatError(path, f"is no TOML: {str(error).splitlines()[0][:200]}") from None
    try:
        return _read(data, Path(path).absolute())
    except ConfigError as error:
        raise ConfigError(f"{os.fspath(path)}: {error}") from None


def check_keys(table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    """Raise ConfigError for a key that is not known, naming the nearest one that is."""
    for name in table:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise ConfigError(f'{where}: there is no key "{name[:60]}"; the nearest is "{near}"')


def _read(data: Mapping[str, Any], path: Path) -> HomeFile:
    check_keys(data, ("home", "broker", "note", "policy", "thing"), "the file")
    home = _table(data.get("home"), "[home]")
    check_keys(home, ("name", "language", "units", "things", "timezone"), "[home]")
    units = _text(home.get("units"), "home.units") or "metric"
    if units not in ("metric", "imperial"):
        raise ConfigError(f'home.units is "{units[:40]}", expected metric or imperial')
    return HomeFile(
        path=path,
        name=_text(home.get("name"), "home.name") or "",
        language=_text(home.get("language"), "home.language") or "en",
        units="imperial" if units == "imperial" else "metric",
        timezone=_text(home.get("timezone"), "home.timezone"),
        things=tuple(_located(source, path.parent) for source in _texts(home.get("things"), "home.things")),
        brokers=tuple(_broker(table, path.parent) for table in _tables(data.get("broker"), "broker")),
        notes=tuple(_note(table, path.parent) for table in _tables(data.get("note"), "note")),
        policy=_table(data.get("policy"), "[policy]"),
        overrides={
            name: _override(_table(table, f'[thing."{name[:60]}"]'), name)
            for name, table in _table(data.get("thing"), "[thing]").items()
        },
    )


def _broker(table: Mapping[str, Any], folder: Path) -> BrokerSettings:
    known = [field_.name for field_ in dataclasses.fields(BrokerSettings)]
    check_keys(table, known, "[[broker]]")
    said: dict[str, Any] = {
        name: _text(value, f"broker.{name}")
        for name, value in table.items()
        if name not in ("discover", "password_file")
    }
    if not said.get("url"):
        raise ConfigError('[[broker]]: the key "url" is missing')
    if "discover" in table:
        said["discover"] = tuple(_texts(table["discover"], "broker.discover"))
    if "password_file" in table:
        said["password_file"] = folder / (_text(table["password_file"], "broker.password_file") or "")
    return BrokerSettings(**said)


def _note(table: Mapping[str, Any], folder: Path) -> NoteSettings:
    check_keys(table, ("folder",), "[[note]]")
    named = _text(table.get("folder"), "note.folder")
    if not named:
        raise ConfigError('[[note]]: the key "folder" is missing')
    return NoteSettings(folder=folder / named)


def _override(table: Mapping[str, Any], name: str) -> ThingSettings:
    where = f'[thing."{name[:60]}"]'
    check_keys(table, [field_.name for field_ in dataclasses.fields(ThingSettings)], where)
    hidden = table.get("hidden", False)
    if not isinstance(hidden, bool):
        raise ConfigError(f"{where}: hidden is neither true nor false")
    aliases = tuple(_texts(table["aliases"], f"{where}.aliases")) if "aliases" in table else None
    said = {key: _text(table.get(key), f"{where}.{key}") for key in ("title", "area", "floor")}
    return ThingSettings(aliases=aliases, hidden=hidden, **said)


def _located(source: str, folder: Path) -> str:
    return source if "://" in source else os.fspath(folder / Path(source).expanduser())


def _table(data: Any, where: str) -> Mapping[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise ConfigError(f"{where} is no table")
    return data


def _tables(data: Any, where: str) -> Sequence[Mapping[str, Any]]:
    if isinstance(data, Mapping):
        raise ConfigError(f"[{where}] is one table; write [[{where}]], there may be several")
    if data is not None and not (isinstance(data, list) and all(isinstance(table, Mapping) for table in data)):
        raise ConfigError(f"{where} is no list of tables; write [[{where}]]")
    return data or ()


def _text(data: Any, where: str) -> str | None:
    if data is not None and not isinstance(data, str):
        raise ConfigError(f"{where} is {str(data)[:40]}, expected a text")
    return data


def _texts(data: Any, where: str) -> Sequence[str]:
    if data is None:
        return ()
    if isinstance(data, str):
        return (data,)
    if not isinstance(data, list) or not all(isinstance(part, str) for part in data):
        raise ConfigError(f"{where} is {str(data)[:40]}, expected a list of texts")
    return data
