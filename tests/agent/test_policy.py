"""Who has to agree to what, and that a permit is for one command, once."""

from datetime import datetime

import pytest

from galiot.agent.command import Command
from galiot.agent.policy import Consent, Judgement, Permit, Policy
from galiot.agent.policy_settings import PolicySettings, hash_pin, is_pin, read_policy
from galiot.agent.thing import Affordance, Schema, Thing
from galiot.errors import ConfigError

PIN = hash_pin("4711")
DAY, NIGHT = datetime(2026, 5, 4, 12), datetime(2026, 5, 4, 23, 30)


def _thing(title, name, *, area=None, types=()):
    one = Affordance(name=name, kind="property", schema=Schema(type="boolean"), writable=True)
    return Thing(id=title, title=title, area=area, types=types, properties={name: one})


LIGHT, LOCK = _thing("Hall light", "on", area="Hall"), _thing("Front door", "locked", area="Hall", types=("Lock",))
ALARM = Thing(
    id="Alarm", title="Alarm", properties={}, actions={n: Affordance(name=n, kind="action") for n in ("arm", "disarm")}
)
ODD = Thing(id="Odd", title="Frobnicator", actions={"frob": Affordance(name="frob", kind="action")})
VACUUM = Thing(id="Robo", title="Vacuum", actions={n: Affordance(name=n, kind="action") for n in ("start", "dock")})
LIGHT_ON, LOCKING = Command(LIGHT.id, "on", "property", True), Command(LOCK.id, "locked", "property", True)
UNLOCKING, DISARMING = Command(LOCK.id, "locked", "property", False), Command(ALARM.id, "disarm", "action")


def _policy(at=DAY, **table):
    return Policy(read_policy(table), clock=lambda: at)


def test_a_household_would_expect_these_answers():
    policy = _policy(pin=PIN)
    assert policy.judge(LIGHT, LIGHT_ON).allowed
    assert policy.judge(LOCK, LOCKING).allowed
    assert policy.judge(LOCK, UNLOCKING).needs == "confirm"
    assert policy.judge(LOCK, UNLOCKING, Consent(yes=True)).allowed
    assert policy.judge(ALARM, Command(ALARM.id, "arm", "action")).allowed
    assert policy.judge(ALARM, DISARMING).needs == "pin"
    assert policy.judge(ODD, Command(ODD.id, "frob", "action"), Consent(yes=True)).verdict == "deny"


def test_yes_is_no_pin():
    policy = _policy(pin=PIN)
    assert not policy.judge(ALARM, DISARMING, Consent(yes=True)).allowed
    assert policy.judge(ALARM, DISARMING, Consent(pin="4711")).allowed
    wrong = policy.judge(ALARM, DISARMING, Consent(yes=True, pin="4712"))
    assert (wrong.allowed, wrong.needs, wrong.why) == (False, "pin", "the PIN is wrong")


def test_without_a_pin_that_is_set_confirmation_does():
    assert _policy().judge(ALARM, DISARMING).needs == "confirm"
    assert _policy().judge(ALARM, DISARMING, Consent(yes=True)).allowed


def test_guessing_a_pin_ends_after_five_tries_even_with_the_right_one():
    policy = _policy(pin=PIN)
    for guess in range(5):
        assert not policy.judge(ALARM, DISARMING, Consent(pin=f"000{guess}")).allowed
    judged = policy.judge(ALARM, DISARMING, Consent(pin="4711"))
    assert not judged.allowed
    assert "too many" in judged.why


def test_a_consent_for_one_effect_is_none_for_another():
    policy = _policy(pin=PIN)
    given = Consent(given=frozenset([policy.judge(LOCK, UNLOCKING).effect.key]))
    assert policy.judge(LOCK, UNLOCKING, given).allowed
    assert not policy.judge(ALARM, DISARMING, given).allowed


def test_the_strictest_rule_that_fits_counts_and_names_its_reason():
    rules = [
        {"verdict": "allow", "verbs": ["unlock"], "areas": "hall"},
        {"verdict": "deny", "things": ["front door"], "between": "22:00-06:00", "why": "nobody comes at night"},
    ]
    assert _policy(DAY, rules=rules).judge(LOCK, UNLOCKING).allowed
    denied = _policy(NIGHT, rules=rules).judge(LOCK, UNLOCKING, Consent(yes=True))
    assert (denied.verdict, denied.why, denied.needs) == ("deny", "nobody comes at night", "")


def test_rules_choose_by_role_kind_floor_and_risk():
    assert _policy(rules=[{"verdict": "deny", "kinds": "light"}]).judge(LIGHT, LIGHT_ON).verdict == "deny"
    assert _policy(rules=[{"verdict": "deny", "roles": ["power"]}]).judge(LIGHT, LIGHT_ON).verdict == "deny"
    assert _policy(rules=[{"verdict": "deny", "floors": ["attic"]}]).judge(LIGHT, LIGHT_ON).allowed
    assert _policy(rules=[{"verdict": "deny", "risks": ["low"]}]).judge(LIGHT, LIGHT_ON).verdict == "deny"


def test_an_allow_list_is_everything_denied_and_some_allowed():
    table = {"low": "deny", "medium": "deny", "high": "deny", "rules": [{"verdict": "allow", "things": ["Hall light"]}]}
    assert _policy(**table).judge(LIGHT, LIGHT_ON).allowed
    assert _policy(**table).judge(LOCK, LOCKING).verdict == "deny"


def test_noisy_things_ask_in_quiet_hours():
    start, dock = Command("Robo", "start", "action"), Command("Robo", "dock", "action")
    assert _policy(DAY, quiet_hours="22:00-07:00").judge(VACUUM, start).allowed
    assert _policy(NIGHT, quiet_hours="22:00-07:00").judge(VACUUM, start).needs == "confirm"
    assert _policy(NIGHT, quiet_hours="22:00-07:00").judge(VACUUM, dock).allowed


def test_a_permit_is_for_its_command_and_good_once():
    policy = _policy()
    permit = policy.permit(LIGHT, LIGHT_ON)
    assert isinstance(permit, Permit)
    assert not policy.redeem(permit, Command(LIGHT.id, "on", "property", False))
    assert policy.redeem(permit, LIGHT_ON)
    assert not policy.redeem(permit, LIGHT_ON)
    assert isinstance(policy.permit(LOCK, UNLOCKING), Judgement)


def test_nobody_else_makes_a_permit():
    policy = _policy()
    permit = policy.permit(LIGHT, LIGHT_ON)
    with pytest.raises(TypeError, match="Policy"):
        Permit(LIGHT_ON, permit.effect, permit.number, key=object())
    assert not _policy().redeem(permit, LIGHT_ON)


def test_a_pin_is_kept_as_a_salted_hash():
    assert hash_pin("4711") != hash_pin("4711")
    assert is_pin("4711", PIN)
    assert not is_pin("4712", PIN)
    assert "4711" not in repr(read_policy({"pin": "4711"}))
    assert "4711" not in repr(Consent(pin="4711"))


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"hihg": "allow"}, "did you mean 'high'"),
        ({"high": "alow"}, "did you mean 'allow'"),
        ({"rules": {"verdict": "deny"}}, r"\[\[policy.rules\]\]"),
        ({"rules": [{"verdict": "deny", "thing": "x"}]}, "did you mean 'things'"),
        ({"rules": [{"things": "x"}]}, "rules 1: say verdict"),
        ({"rules": [{"verdict": "deny", "kinds": 3}]}, "must be a text"),
        ({"rules": [{"verdict": "deny", "risks": "hgih"}]}, "did you mean 'high'"),
        ({"rules": [{"verdict": "deny", "between": "late"}]}, "expected such as"),
        ({"rules": [{"verdict": "pin"}]}, "none is set"),
        ({"quiet_hours": "22-7"}, "quiet_hours"),
        ({"pin": "12"}, "at least 4"),
        ({"pin": "scrypt:1:2"}, "no PIN hash"),
        ({"pin": "scrypt:1073741824:8:1:00:00"}, "no PIN hash"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_one_line(table, says):
    with pytest.raises(ConfigError, match=says) as error:
        read_policy(table)
    assert "\n" not in str(error.value)


def test_settings_have_their_defaults_in_one_place():
    assert read_policy({}) == PolicySettings()
