"""Several readings as one answer."""

from __future__ import annotations

import pytest

from galiot.agent.memory.summing import Verdict, summed


def state(name: str, shown: str, fits: bool) -> Verdict:
    return Verdict(f"the {name}", shown, value=shown == "on", fits=fits, asked="on")


def degrees(name: str, value: float) -> Verdict:
    return Verdict(f"the {name}", f"{value:g} °C", value, unit="°C")


ON, OFF, OUT = state("lamp", "on", True), state("fan", "off", False), state("heater", "off", False)
NOOK, LOFT = degrees("nook", 19.5), degrees("loft", 23)


@pytest.mark.parametrize(
    ("asks", "verdicts", "text"),
    [
        ("any", [ON, OFF], "Yes, the lamp is on."),
        ("any", [OFF, OUT], "No, the fan and the heater are off."),
        ("any", [state(f"lamp {n}", "off", False) for n in range(6)], "No, none of the 6 is on."),
        ("all", [ON, OFF, OUT], "No, the fan and the heater are off."),
        ("all", [ON, state("bulb", "on", True)], "Yes, the lamp and the bulb are on."),
        ("which", [ON, OFF], "The lamp is on."),
        ("which", [OFF, OUT], "None: the fan and the heater are off."),
        ("count", [ON, OFF, OUT], "1 of 3: the lamp is on."),
        ("count", [OFF, OUT], "0 of 2: the fan and the heater are off."),
        ("", [ON, OFF], "Not all: the lamp is on, the fan is off."),
        ("most", [NOOK, LOFT], "The loft is highest with 23 °C, before the nook with 19.5 °C."),
        ("least", [NOOK, LOFT], "The nook is lowest with 19.5 °C, before the loft with 23 °C."),
        ("more", [NOOK, LOFT], "No, the nook is 19.5 °C and the loft is 23 °C."),
        ("less", [NOOK, LOFT], "Yes, the nook is 19.5 °C and the loft is 23 °C."),
        ("difference", [NOOK, LOFT], "The difference is 3.5 °C: the nook is 19.5 °C and the loft is 23 °C."),
    ],
)
def test_sums_read_like_this(asks, verdicts, text):
    assert summed(asks, verdicts) == text


def test_what_is_not_known_is_said_and_not_counted():
    lost = Verdict("the porch light", "")
    assert summed("count", [ON, OFF, lost]) == "1 of 2: the lamp is on. I have no reading of the porch light."
    assert summed("all", [lost, lost]) is None


def test_what_cannot_be_compared_is_told_one_by_one():
    damp = Verdict("the cellar", "60%", 60, unit="%")
    assert summed("most", [NOOK, damp]) is None
    assert summed("which", [NOOK, LOFT]) is None
