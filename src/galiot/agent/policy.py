"""Who has to agree before something is done to the home: one permit for one command, and no command without one."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from galiot.agent.command import Command
from galiot.agent.policy_settings import VERDICTS, PolicySettings, Verdict, inside, is_pin
from galiot.agent.risk import Effect, Risk, effect_of
from galiot.agent.thing import Thing

NOISY = ("vacuum", "mower", "speaker", "tv", "radio", "media", "washer", "dryer", "siren", "doorbell")
"""Kinds that ask before they are started in quiet hours."""
_QUIET_VERBS = ("turn on", "start", "play", "raise", "unmute", "set", "run", "resume")
_MOST_TRIES, _TRIES_FORGOTTEN_S = 5, 300.0
_KEY = object()


@dataclass(frozen=True)
class Consent:
    """What the user agreed to.

    yes: to everything that only needs confirmation
    pin: as it was typed
    given: keys of effects that were agreed to one by one or when the plan was installed, by PIN where one was needed
    """

    yes: bool = False
    pin: str | None = field(default=None, repr=False)
    given: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Judgement:
    """What the policy says to one command. needs: confirm or pin where the user can still make it allowed."""

    command: Command
    effect: Effect
    verdict: Verdict
    why: str = ""
    needs: Literal["", "confirm", "pin"] = ""

    @property
    def allowed(self) -> bool:
        """Whether it may be done now."""
        return self.verdict == "allow"


class Permit:
    """Leave to do one command once; made by `Policy.permit` and by nothing else."""

    __slots__ = ("command", "effect", "number")

    def __init__(self, command: Command, effect: Effect, number: str, *, key: object) -> None:
        if key is not _KEY:
            raise TypeError("permits are made by Policy.permit")
        self.command, self.effect, self.number = command, effect, number


class Policy:
    """Judges commands; keeps nothing but the permits that it has given out and not got back.

    clock: the local time now
    names: further names of a thing, by its id
    """

    def __init__(
        self,
        settings: PolicySettings | None = None,
        *,
        clock: Callable[[], datetime] = datetime.now,
        names: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Allow nothing yet."""
        self.settings, self.clock, self.names = settings or PolicySettings(), clock, names or {}
        self._open: dict[str, Permit] = {}
        self._wrong: dict[str, float] = {}
        self._pin_known = ""

    def judge(self, thing: Thing, command: Command, consent: Consent | None = None) -> Judgement:
        """Return whether a command may be done, and else why not and what would change that."""
        consent = consent or Consent()
        effect = effect_of(thing, command)
        verdict, why = self._verdict(effect)
        if verdict == "deny":
            return Judgement(command, effect, "deny", why)
        if verdict == "allow" or effect.key in consent.given or (verdict == "confirm" and consent.yes):
            return Judgement(command, effect, "allow")
        if self.settings.pin and consent.pin is not None:
            if self._is_pin(consent.pin):
                return Judgement(command, effect, "allow")
            return Judgement(command, effect, verdict, self._wrong_pin(), verdict)
        return Judgement(command, effect, verdict, why, verdict)

    def permit(self, thing: Thing, command: Command, consent: Consent | None = None) -> Permit | Judgement:
        """Return a permit for one command, or the judgement that says why there is none."""
        judgement = self.judge(thing, command, consent)
        if not judgement.allowed:
            return judgement
        permit = Permit(command, judgement.effect, secrets.token_hex(8), key=_KEY)
        self._open[permit.number] = permit
        return permit

    def redeem(self, permit: Permit, command: Command) -> bool:
        """Take a permit back; True if it was given out here for this very command and not used yet."""
        return (
            self._open.get(permit.number) is permit
            and permit.command == command
            and bool(self._open.pop(permit.number))
        )

    def _verdict(self, effect: Effect) -> tuple[Verdict, str]:
        at, names = self.clock(), self.names.get(effect.thing, ())
        fitting = [rule for rule in self.settings.rules if rule.fits(effect, at, names)]
        if fitting:
            rule = max(fitting, key=lambda rule: VERDICTS.index(rule.verdict))
            verdict, why = rule.verdict, rule.why or "a rule of the home says so"
        else:
            verdict, why = self._default(effect.risk), effect.why
        if verdict == "allow" and self._is_loud(effect, at):
            return "confirm", "these are quiet hours"
        return verdict, why

    def _default(self, risk: Risk) -> Verdict:
        verdict: Verdict = getattr(self.settings, risk)
        return "confirm" if verdict == "pin" and not self.settings.pin else verdict

    def _is_loud(self, effect: Effect, at: datetime) -> bool:
        hours = self.settings.quiet_hours
        return hours is not None and effect.kind in NOISY and effect.verb in _QUIET_VERBS and inside(hours, at)

    def _is_pin(self, pin: str) -> bool:
        now = time.monotonic()
        self._wrong = {wrong: at for wrong, at in self._wrong.items() if now - at < _TRIES_FORGOTTEN_S}
        if len(self._wrong) >= _MOST_TRIES or pin in self._wrong:
            return False
        if self._pin_known and hmac.compare_digest(self._pin_known.encode(), pin.encode()):
            return True
        if is_pin(pin, self.settings.pin):
            self._pin_known = pin  # the costly hash is not made again for every command of a plan
            return True
        self._wrong[pin] = now
        return False

    def _wrong_pin(self) -> str:
        return "too many wrong PINs, wait some minutes" if len(self._wrong) >= _MOST_TRIES else "the PIN is wrong"
