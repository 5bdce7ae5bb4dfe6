"""From what the user names to a home: a file, a folder, or a home.toml."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path

from galiot.agent.home import Home
from galiot.agent.thing import Thing
from galiot.agent.things import td
from galiot.agent.things.homefile import HomeFile, read_home_file
from galiot.errors import FileError, FormatError, GaliotError

log = logging.getLogger(__name__)

_DESCRIPTIONS = (".json", ".jsonld")


def load(source: str | os.PathLike[str]) -> Home:
    """Return the home that a path names.

    source: a JSON file with one Thing Description or a list of them, a folder of such files, or a home.toml (or the
        folder of one)
    returns: a home; what was refused is in `Home.refused`, one by one with the reason; addresses that a home.toml
        names are not asked
    raises: FileError, FormatError when nothing of it can be used, ConfigError for a wrong key of home.toml
    """
    path = Path(source)
    if path.is_dir() and (path / "home.toml").is_file():
        path = path / "home.toml"
    if path.suffix.lower() == ".toml":
        return _of_home_file(read_home_file(path))
    things, refused = read_path(path)
    if not things and refused:
        more = f" ({len(refused) - 1} more were refused)" if len(refused) > 1 else ""
        raise type(refused[0])(refused[0].path, refused[0].problem + more)
    return join(things, refused=refused)


def read_path(path: str | os.PathLike[str], *, language: str = "en") -> tuple[list[Thing], list[FileError]]:
    """Return the things of a JSON file or of a folder of such files, in the order of their names, and what was refused.

    raises: FileError when there is no such path; FormatError when one file is no JSON
    """
    path = Path(path)
    if not path.is_dir():
        things, malformed = td.read_file(path, language=language)
        return things, [*malformed]
    found: list[Thing] = []
    refused: list[FileError] = []
    files = sorted(
        file for file in path.rglob("*") if file.suffix.lower() in _DESCRIPTIONS and not file.name.startswith(".")
    )
    if not files:
        raise FileError(path, "holds no .json or .jsonld file with a Thing Description")
    for file in files:
        try:
            things, malformed = td.read_file(file, language=language)
        except FileError as error:
            refused.append(error)
        else:
            found += things
            refused += malformed
    return found, refused


def join(things: Iterable[Thing], *, refused: Iterable[GaliotError] = (), settings: HomeFile | None = None) -> Home:
    """Return the home of things from several sources; of two with one id the first counts and the other is refused."""
    taken: dict[str, Thing] = {}
    said = [str(error) for error in refused]
    for thing in things:
        if settings is not None:
            own = settings.overrides.get(thing.id) or settings.overrides.get(thing.title)
            if own is not None and own.hidden:
                continue
            thing = own.applied(thing) if own is not None else thing
        if thing.id in taken:
            other = f'the id "{thing.id[:80]}" is taken by "{taken[thing.id].title[:60]}"'
            said.append(f'"{thing.title[:60]}": {other}; give each thing its own')
        else:
            taken[thing.id] = thing
    for line in said:
        log.warning("refused: %s", line)
    if settings is None:
        return Home(taken.values(), refused=said)
    return Home(
        taken.values(),
        name=settings.name,
        language=settings.language,
        units=settings.units,
        refused=said,
        settings=settings,
    )


def _of_home_file(settings: HomeFile) -> Home:
    things: list[Thing] = []
    refused: list[FileError] = []
    for source in settings.things:
        if "://" in source:
            continue
        try:
            found, malformed = read_path(source, language=settings.language)
        except FormatError as error:
            refused.append(error)
        else:
            things += found
            refused += malformed
    return join(things, refused=refused, settings=settings)
