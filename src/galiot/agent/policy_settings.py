"""What home.toml says about the policy: defaults for each risk, rules, quiet hours, a PIN.

[policy]
high = "confirm"                       # what becomes of a risk that no rule speaks of: allow, confirm, pin or deny
pin = "scrypt:16384:8:1:...:..."       # made by `hash_pin`
quiet_hours = "22:00-07:00"            # noisy things ask first

[[policy.rules]]
verdict = "deny"                       # of all rules that fit, the strictest counts
things = ["garage door"]               # ids or names; also areas, floors, kinds, roles, verbs, risks
between = "23:00-06:00"
why = "nobody opens it at night"
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from galiot.agent.risk import RISKS, Effect
from galiot.errors import ConfigError

Verdict = Literal["allow", "confirm", "pin", "deny"]
VERDICTS: tuple[Verdict, ...] = ("allow", "confirm", "pin", "deny")
"""From the mildest to the strictest."""
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A verdict for the effects that fit every selector that is given; an empty selector fits all."""

    verdict: Verdict
    things: tuple[str, ...] = ()
    """Ids, titles or labels."""
    areas: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    between: tuple[int, int] | None = None
    """Minutes of the day; a span may go over midnight."""
    why: str = ""

    def fits(self, effect: Effect, at: datetime, names: Iterable[str] = ()) -> bool:
        """Whether the rule speaks of an effect at a time; names: what else the thing is called."""
        called = (effect.thing, effect.title, *names)
        return (
            _among(self.things, *called)
            and _among(self.areas, effect.area)
            and _among(self.floors, effect.floor)
            and _among(self.kinds, effect.kind)
            and _among(self.roles, effect.role)
            and _among(self.verbs, effect.verb)
            and _among(self.risks, effect.risk)
            and (self.between is None or inside(self.between, at))
        )


@dataclass(frozen=True, kw_only=True)
class PolicySettings:
    """The [policy] of home.toml."""

    low: Verdict = "allow"
    medium: Verdict = "allow"
    high: Verdict = "confirm"
    critical: Verdict = "pin"
    """Without a PIN that is set, "pin" here asks for confirmation."""
    unknown: Verdict = "deny"
    pin: str = field(default="", repr=False)
    """As `hash_pin` gives it."""
    quiet_hours: tuple[int, int] | None = None
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        if not self.pin and any(rule.verdict == "pin" for rule in self.rules):
            raise ConfigError("policy: a rule asks for a PIN and none is set; add pin = ... or use verdict = 'confirm'")


def hash_pin(pin: str) -> str:
    """Return what home.toml keeps instead of a PIN: its scrypt hash with a random salt.

    raises: ConfigError for fewer than 4 characters
    """
    if len(pin) < 4:
        raise ConfigError("policy: a PIN has at least 4 characters")
    salt = secrets.token_bytes(16)
    return ":".join(
        ["scrypt", *(str(_SCRYPT[name]) for name in "nrp"), salt.hex(), _scrypt(pin, salt, **_SCRYPT).hex()]
    )


def is_pin(pin: str, hashed: str) -> bool:
    """Whether a PIN is the one of a hash; takes the same time either way. raises: ConfigError for what is no hash"""
    numbers, salt, digest = _parse_hash(hashed)
    return hmac.compare_digest(_scrypt(pin[:128], salt, **numbers), digest)


def read_policy(table: Mapping[str, Any]) -> PolicySettings:
    """Return the settings that the [policy] table of home.toml holds.

    raises: ConfigError for a key that there is not, with the nearest one, or a value that cannot be
    """
    known = [one.name for one in fields(PolicySettings)]
    _check_keys(table, known, "policy")
    values = dict(table)
    for risk in RISKS:
        if risk in values:
            values[risk] = _choice(values[risk], f"policy.{risk}")
    if "pin" in values:
        values["pin"] = _pin(values["pin"])
    if "quiet_hours" in values:
        values["quiet_hours"] = _span(values["quiet_hours"], "policy.quiet_hours")
    rules = values.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise ConfigError("policy.rules must be tables: [[policy.rules]]")
    values["rules"] = tuple(_rule(rule, f"policy.rules {number}") for number, rule in enumerate(rules, 1))
    return PolicySettings(**values)


def _rule(table: Mapping[str, Any], where: str) -> Rule:
    _check_keys(table, [one.name for one in fields(Rule)], where)
    if "verdict" not in table:
        raise ConfigError(f"{where}: say verdict = " + ", ".join(map(repr, VERDICTS)))
    values: dict[str, Any] = {"verdict": _choice(table["verdict"], f"{where}: verdict")}
    for key, value in table.items():
        if key == "between":
            values[key] = _span(value, f"{where}: between")
        elif key == "why":
            values[key] = str(value)[:200]
        elif key != "verdict":
            values[key] = _texts(value, f"{where}: {key}")
    for risk in values.get("risks", ()):
        if risk not in RISKS:
            raise ConfigError(f"{where}: risks has {risk!r}; {_nearest(risk, RISKS)}")
    return Rule(**values)


def _check_keys(table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise ConfigError(f"{where}: there is no {key!r}; {_nearest(key, known)}")


def _choice(value: Any, where: str) -> Verdict:
    if value not in VERDICTS:
        raise ConfigError(f"{where} is {str(value)[:40]!r}; {_nearest(str(value), VERDICTS)}")
    return VERDICTS[VERDICTS.index(value)]


def _texts(value: Any, where: str) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values or not all(isinstance(one, str) and one.strip() for one in values):
        raise ConfigError(f"{where} must be a text or a list of texts")
    return tuple(one.strip() for one in values)


def _span(value: Any, where: str) -> tuple[int, int]:
    try:
        start, end = (datetime.strptime(part.strip(), "%H:%M") for part in str(value).split("-"))
    except ValueError:
        raise ConfigError(f"{where} is {str(value)[:40]!r}, expected such as '22:00-07:00'") from None
    return start.hour * 60 + start.minute, end.hour * 60 + end.minute


def _pin(value: Any) -> str:
    text = str(value)
    if not text.startswith("scrypt:"):
        return hash_pin(text)
    _parse_hash(text)
    return text


def _parse_hash(hashed: str) -> tuple[dict[str, int], bytes, bytes]:
    try:
        name, n, r, p, salt, digest = hashed.split(":")
        numbers = {"n": int(n), "r": int(r), "p": int(p)}
        if name != "scrypt" or not (2 <= numbers["n"] <= 2**18 and 1 <= numbers["r"] <= 16 and 1 <= numbers["p"] <= 4):
            raise ValueError(hashed)
        return numbers, bytes.fromhex(salt), bytes.fromhex(digest)
    except ValueError:
        raise ConfigError("policy.pin is no PIN hash; write the PIN itself, or its hash as made by hash_pin") from None


def _scrypt(pin: str, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=2**28, dklen=32)


def _among(wanted: tuple[str, ...], *names: str | None) -> bool:
    return not wanted or bool({one.casefold() for one in wanted} & {name.casefold() for name in names if name})


def inside(span: tuple[int, int], at: datetime) -> bool:
    """Whether a time lies in a span of minutes of the day, which may go over midnight."""
    start, end = span
    minute = at.hour * 60 + at.minute
    return start <= minute < end if start <= end else minute >= start or minute < end


def _nearest(word: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else "there is " + ", ".join(known)
