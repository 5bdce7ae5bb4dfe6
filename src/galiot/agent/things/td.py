"""W3C Thing Descriptions 1.1, read and written.

What is understood: `@type` (one or more), `title` and `titles`, `base`, affordances with their schemas and forms,
`safe`, `idempotent`; `galiot:area`, `galiot:floor`, `galiot:aliases`, any of which may be absent, empty or null.
Whatever else a description holds is kept and written back. Left out of a description by people, and tolerated:
`@context`, `security`, `id`, `forms`.

Source: W3C Recommendation "Web of Things (WoT) Thing Description 1.1", December 2023, sections 5.3 and 6.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from galiot.agent.features.words import plain
from galiot.agent.thing import Affordance, Kind, Thing
from galiot.agent.things import schemas
from galiot.agent.things.schemas import Malformed, a_list, a_mapping, a_name, a_text, flag, texts
from galiot.errors import FileError, FormatError
from galiot.files import atomic_write

CONTEXT = ["https://www.w3.org/2022/wot/td/v1.1", {"galiot": "https://galiot.org/td#"}]
LARGEST_FILE = 64 * 2**20  # bytes
_MOST_AFFORDANCES = 2000
_GROUPS: tuple[tuple[str, Kind], ...] = (("properties", "property"), ("actions", "action"), ("events", "event"))
_OWN_KEYS = {
    "id",
    "title",
    "description",
    "@type",
    "base",
    "galiot:area",
    "galiot:floor",
    "galiot:aliases",
    "properties",
    "actions",
    "events",
}
_SCHEMA_KEYS = {"type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "unit", "enum",
                "const", "default", "maxLength", "properties",
                "required", "items", "oneOf"}  # fmt: skip
_AFFORDANCE_KEYS = {
    "title",
    "description",
    "@type",
    "readOnly",
    "writeOnly",
    "observable",
    "safe",
    "idempotent",
    "input",
    "output",
    "data",
    "forms",
    "links",
}


def read_thing(description: Any, where: str = "", *, language: str = "en") -> Thing:
    """Return the thing that one description is about.

    where: put in front of what is wrong
    language: of the title, where the description has several; the others become aliases
    raises: FormatError with the first thing that is wrong
    """
    try:
        return _read(description, language)
    except Malformed as error:
        raise FormatError(where or "thing description", str(error)) from None
    except RecursionError:
        raise FormatError(where or "thing description", "its parts lie too deep in each other") from None


def read_things(data: Any, where: str, *, language: str = "en") -> tuple[list[Thing], list[FormatError]]:
    """Return the things of one description, a list of them, or an object with a list under "things", and what was
    refused."""
    if (
        isinstance(data, Mapping)
        and isinstance(data.get("things", data.get("@graph")), list)
        and "properties" not in data
    ):
        data = data.get("things", data.get("@graph"))
    things: list[Thing] = []
    refused: list[FormatError] = []
    for number, description in enumerate(data if isinstance(data, list) else [data]):
        place = f"{where}[{number}]" if isinstance(data, list) else where
        try:
            things.append(read_thing(description, place, language=language))
        except FormatError as error:
            refused.append(error)
    return things, refused


def read_file(path: str | os.PathLike[str], *, language: str = "en") -> tuple[list[Thing], list[FormatError]]:
    """Return the things of a JSON file, and what was refused of it.

    raises: FileError when there is no such file, FormatError when it is no JSON or larger than 64 MiB
    """
    return read_things(read_json(path), os.fspath(path), language=language)


def read_json(path: str | os.PathLike[str]) -> Any:
    """Return what a JSON file holds; numbers that are none (NaN, Infinity) are refused."""
    try:
        size = os.stat(path).st_size
        if size > LARGEST_FILE:
            raise FormatError(path, f"has {size >> 20} MiB, at most {LARGEST_FILE >> 20} are read")
        with open(path, "rb") as file:
            return parse_json(file.read(LARGEST_FILE + 1))
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise FormatError(path, f"is no JSON: {_first_line(error)}") from None


def parse_json(text: bytes | str) -> Any:
    """Return what a JSON text says; raises ValueError, also for NaN and Infinity."""
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    return json.loads(text, parse_constant=_no_number)


def write_thing(thing: Thing) -> dict[str, Any]:
    """Return the description of a thing; what was read and not changed since is as it was, terms that are not ours
    included."""
    source = thing.source if "title" in thing.source or "titles" in thing.source else {}
    if source:
        try:
            if _read(source, "en") == thing:
                return copy.deepcopy(dict(source))
        except Malformed:
            source = {}
    kept = {name: copy.deepcopy(value) for name, value in source.items() if name not in _OWN_KEYS}
    written: dict[str, Any] = {"@context": CONTEXT, "id": thing.id, "title": thing.title, **kept}
    optional = {
        "@type": _one_or_more(thing.types),
        "description": thing.description,
        "base": thing.base,
        "galiot:area": thing.area,
        "galiot:floor": thing.floor,
        "galiot:aliases": list(thing.aliases),
    }
    written |= {name: value for name, value in optional.items() if value}
    for group, _ in _GROUPS:
        affordances: Mapping[str, Affordance] = getattr(thing, group)
        if affordances:
            held = source.get(group) or {}
            written[group] = {name: write_affordance(one, held.get(name) or {}) for name, one in affordances.items()}
    if "security" not in written:
        written |= {"securityDefinitions": {"nosec_sc": {"scheme": "nosec"}}, "security": "nosec_sc"}
    return written


def write_affordance(affordance: Affordance, source: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return an affordance as an object; source: as it was read, of which unknown terms are kept."""
    kept = {
        name: copy.deepcopy(value)
        for name, value in (source or {}).items()
        if name not in _AFFORDANCE_KEYS | _SCHEMA_KEYS
    }
    written: dict[str, Any] = {
        "title": affordance.title,
        "description": affordance.description,
        "@type": _one_or_more(affordance.types),
    }
    written = {name: value for name, value in written.items() if value} | kept
    if affordance.kind == "property":
        written |= schemas.write_schema(affordance.schema) if affordance.schema else {}
        switches = {
            "readOnly": not affordance.writable,
            "writeOnly": not affordance.readable,
            "observable": affordance.observable,
        }
    else:
        named = "input" if affordance.kind == "action" else "data"
        written |= {named: schemas.write_schema(affordance.schema)} if affordance.schema else {}
        written |= {"output": schemas.write_schema(affordance.output)} if affordance.output else {}
        switches = {"safe": affordance.safe, "idempotent": affordance.idempotent}
    written |= {name: True for name, value in switches.items() if value}
    if affordance.forms:
        written["forms"] = [schemas.write_form(form) for form in affordance.forms]
    return written


def write_file(things: Iterable[Thing], path: str | os.PathLike[str]) -> None:
    """Write the descriptions of things as a JSON list, whole or not at all."""
    text = json.dumps([write_thing(thing) for thing in things], ensure_ascii=False, indent=2)
    with atomic_write(path) as file:
        file.write(text.encode() + b"\n")


def _read(description: Any, language: str) -> Thing:
    data = a_mapping(description, "the description")
    titles = {
        name: text
        for name, text in a_mapping(data.get("titles") or {}, "titles").items()
        if a_text(text, f"titles.{name[:20]}")
    }
    title = a_text(data.get("title"), "title") or titles.get(language) or next(iter(titles.values()), None)
    if title is None or not title.strip():
        raise Malformed("title", "is missing; every thing needs a name")
    id_ = a_text(data.get("id"), "id") or a_text(data.get("@id"), "@id")
    aliases = [*texts(data.get("galiot:aliases"), "galiot:aliases"), *titles.values()]
    read: dict[str, dict[str, Affordance]] = {}
    for group, kind in _GROUPS:
        listed = a_mapping(data.get(group) or {}, group)
        if len(listed) > _MOST_AFFORDANCES:
            raise Malformed(group, f"has {len(listed)} entries, at most {_MOST_AFFORDANCES} are allowed")
        reader = _READERS[kind]
        read[group] = {
            a_name(name, group): reader(name, a_mapping(one, f"{group}.{name[:40]}"), f"{group}.{name[:40]}")
            for name, one in listed.items()
        }
    return Thing(
        id=id_.strip() if id_ and id_.strip() else "-".join(plain(title).split())[:100] or "thing",
        title=title.strip(),
        description=_described(data),
        types=tuple(texts(data.get("@type"), "@type")),
        area=_place(data, "galiot:area"),
        floor=_place(data, "galiot:floor"),
        aliases=tuple(alias for alias in dict.fromkeys(alias.strip() for alias in aliases) if alias != title.strip()),
        properties=read["properties"],
        actions=read["actions"],
        events=read["events"],
        base=a_text(data.get("base"), "base"),
        source=data,
    )


def _property(name: str, data: Mapping[str, Any], where: str) -> Affordance:
    forms = schemas.read_forms(data, where)
    read_only, write_only = (
        flag(data.get("readOnly"), f"{where}.readOnly"),
        flag(data.get("writeOnly"), f"{where}.writeOnly"),
    )
    operations = {operation for form in forms for operation in form.operations}
    complete = bool(forms) and all(form.operations for form in forms)
    return Affordance(
        name=name,
        kind="property",
        schema=schemas.read_schema(data, where),
        readable=not write_only and (not complete or bool(operations & {"readproperty", "observeproperty"})),
        writable=not read_only and (not complete or "writeproperty" in operations),
        observable=flag(data.get("observable"), f"{where}.observable") or "observeproperty" in operations,
        forms=forms,
        **_named(data, where),
    )


def _action(name: str, data: Mapping[str, Any], where: str) -> Affordance:
    return Affordance(
        name=name,
        kind="action",
        schema=_part(data, "input", where),
        output=_part(data, "output", where),
        safe=flag(data.get("safe"), f"{where}.safe"),
        idempotent=flag(data.get("idempotent"), f"{where}.idempotent"),
        forms=schemas.read_forms(data, where),
        **_named(data, where),
    )


def _event(name: str, data: Mapping[str, Any], where: str) -> Affordance:
    described = "data" if "data" in data or not (set(data) & {"type", "enum"}) else None
    schema = _part(data, "data", where) if described else schemas.read_schema(data, where)
    return Affordance(
        name=name,
        kind="event",
        schema=schema,
        observable=True,
        forms=schemas.read_forms(data, where),
        **_named(data, where),
    )


_READERS: Mapping[Kind, Callable[[str, Mapping[str, Any], str], Affordance]] = {
    "property": _property,
    "action": _action,
    "event": _event,
}


def _named(data: Mapping[str, Any], where: str) -> dict[str, Any]:
    titles = a_mapping(data.get("titles") or {}, f"{where}.titles")
    title = data.get("title") or titles.get("en") or next(iter(titles.values()), "")
    return {
        "title": a_text(title, f"{where}.title") or "",
        "description": _described(data),
        "types": tuple(texts(data.get("@type"), f"{where}.@type")),
    }


def _part(data: Mapping[str, Any], name: str, where: str) -> Any:
    part = data.get(name)
    return None if part is None or part == {} else schemas.read_schema(part, f"{where}.{name}")


def _described(data: Mapping[str, Any]) -> str:
    """Descriptions may be long; what is beyond some pages is left in the source."""
    described = (
        data.get("description") or next(iter((data.get("descriptions") or {}).values()), "")
        if isinstance(data.get("descriptions", {}), Mapping)
        else ""
    )
    return described[: schemas.LONGEST_TEXT] if isinstance(described, str) else ""


def _place(data: Mapping[str, Any], name: str) -> str | None:
    text = a_text(data.get(name), name)
    return text.strip() or None if text else None


def _one_or_more(names: tuple[str, ...]) -> str | list[str] | None:
    return (names[0] if len(names) == 1 else list(names)) if names else None


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]


__all__ = [
    "CONTEXT",
    "a_list",
    "parse_json",
    "read_file",
    "read_json",
    "read_thing",
    "read_things",
    "write_affordance",
    "write_file",
    "write_thing",
]
