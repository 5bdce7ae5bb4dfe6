"""Words that commands are varied with."""

from __future__ import annotations

COLORS = (
    "red,green,blue,white,yellow,purple,orange,pink,warm white,cyan,magenta,turquoise,violet,lime,gold,teal,lavender,"
    "crimson,"
    "amber,coral,indigo,cool white,salmon,navy"
).split(",")
BY_VERBS = ("power", "lock", "mute", "playback", "cleaning", "mowing", "watering", "running", "alarm", "track")
REACHING = (
    "thermostat",
    "air conditioner",
    "vacuum",
    "humidifier",
    "dehumidifier",
    "air purifier",
    "sprinkler",
    "mower",
    "speaker",
)
BOTH: dict[str, tuple[str, ...]] = {
    "brightness": (
        "turn on {it} and (set|dim) it to {v} percent",
        "{it} on at {v} percent",
        "switch {it} on, {v}%",
        "put {it} on and make it {v} percent bright",
        "turn {it} on with {v} percent brightness",
    ),
    "color": (
        "turn on {it} and make it {v}",
        "switch {it} on in {v}",
        "{it} on and {v}",
        "put {it} on, colour {v}",
        "turn {it} on and set it to {v}",
    ),
    "target temperature": (
        "turn on {it} and set it to {v} [degrees]",
        "switch {it} on at {v} degrees",
        "{it} on, {v} degrees",
        "start {it} and bring it to {v} degrees",
    ),
    "volume": ("turn on {it} and set the volume to {v}", "switch {it} on at volume {v}", "{it} on, volume {v}"),
    "mode": ("turn on {it} in {v} mode", "switch {it} on and put it in {v} mode", "{it} on, mode {v}"),
    "source": ("turn on {it} and switch to {v}", "switch {it} on, source {v}", "put {it} on with {v}"),
    "fan speed": ("turn on {it} at speed {v}", "switch {it} on and set the speed to {v}", "{it} on, speed {v}"),
}
CORRECTIONS = (
    "{a}, no wait, {b}",
    "{a}, no, {b}",
    "{a}, sorry, i meant {b}",
    "{a}, oh no, {b}",
    "{a}... i mean {b}",
    "{a}, or rather {b}",
    "{a}, actually {b}",
    "{a}, no make that {b}",
)
AGAIN: dict[str, tuple[str, tuple[str, ...]]] = {
    "turn on": (
        "turn off",
        ("turn it off", "switch it off", "turn it back off", "switch it off again", "turn that off"),
    ),
    "open": ("close", ("close it", "shut it", "close it again")),
    "close": ("open", ("open it", "open it again")),
    "turn off": ("turn on", ("turn it on", "switch it back on", "turn it on again")),
    "unlock": ("lock", ("lock it", "lock it again")),
    "lock": ("unlock", ("unlock it", "unlock it again")),
    "start": ("stop", ("stop it", "stop it again")),
    "play": ("pause", ("pause it",)),
    "pause": ("resume", ("resume it", "let it go on")),
}
EACH: dict[str, tuple[str, ...]] = {
    "brightness": (
        "(set|dim|put) {a} to {v} percent and {b} to {w}",
        "{a} to {v}% and {b} to {w}%",
        "{a} at {v} percent, {b} at {w}",
    ),
    "target temperature": (
        "(set|put|heat) {a} to {v} degrees and {b} to {w}",
        "{v} degrees for {a} and {w} for {b}",
        "{a} at {v}, {b} at {w} degrees",
        "{a} to {v} and {b} to {w}",
    ),
    "volume": ("(set|put) {a} to volume {v} and {b} to {w}", "volume {v} on {a} and {w} on {b}"),
    "position": ("(set|move) {a} to {v} percent and {b} to {w}", "{a} {v} percent open and {b} {w} percent"),
}
OPPOSITE: dict[tuple[str, str], tuple[str, ...]] = {
    ("turn on", "turn off"): (
        "(turn|switch) on {a} and off {b}",
        "(turn|switch) {a} on and {b} off",
        "{a} on, {b} off",
        "(turn|switch) on {a} but {b} off",
        "{b} off and {a} on",
        "swap {b} for {a}, so {a} on and {b} off",
    ),
    ("open", "close"): (
        "open {a} and close {b}",
        "open {a} but shut {b}",
        "{a} open, {b} closed",
        "{a} up and {b} down",
        "close {b} and open {a}",
    ),
    ("lock", "unlock"): ("lock {a} and unlock {b}", "{a} locked, {b} unlocked", "lock {a} but leave {b} unlocked"),
}
