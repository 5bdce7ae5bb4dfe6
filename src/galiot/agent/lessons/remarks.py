"""What people remark about a device without saying what is to be done: "the lamp by the bed needn't burn all day"."""

from __future__ import annotations

from dataclasses import dataclass

from galiot.agent.plan import Value


@dataclass(frozen=True)
class Remark:
    """Wordings with `{it}`, and the command that would help.

    kinds: parted by commas; verb, role, value, unit as in `plan.Do`
    """

    kinds: str
    verb: str
    wordings: tuple[str, ...]
    role: str | None = None
    value: Value = None
    unit: str | None = None


_SWITCHED = "light,plug,switch,fan,heater,tv,radio,pump,air purifier,humidifier,dehumidifier"
_SOUND = "tv,speaker,radio,media"

REMARKS: tuple[Remark, ...] = (
    Remark(
        "light",
        "turn off",
        (
            "{it} is still burning",
            "{it} shines right into my face and i'm trying to sleep",
            "nobody needs {it} at this hour",
            "{it} keeps the baby up",
            "{it} has been lit since noon",
            "why does {it} burn in broad daylight",
            "who forgot {it} again",
            "{it} attracts every moth in the county",
            "nobody sits near {it}, it needn't burn",
            "someone left {it} burning",
            "there is no need for {it} any more",
            "{it} doesn't help, the sun is out",
            "{it} bothers me",
            "i'm done reading, {it} can rest",
            "my brother sleeps, he doesn't want {it}",
        ),
    ),
    Remark(
        "light",
        "turn on",
        (
            "i could do with {it}",
            "i'd like to sit under {it} with a book",
            "{it} would make it nicer",
            "why is {it} dark",
            "it's gloomy without {it}",
            "i can't see a thing near {it}",
            "let {it} shine",
            "let's have {it} for a start",
            "we need {it} for the homework",
            "{it} isn't lit and i need to see",
            "{it} would be nice now",
            "a little {it} never hurt anyone",
            "i want {it} to glow",
        ),
    ),
    Remark(
        "light",
        "lower",
        (
            "{it} is blinding me",
            "{it} is too strong",
            "{it} is much too bright to relax",
            "{it} a bit less glaring",
            "i need sunglasses next to {it}",
            "{it} hurts my eyes",
            "{it} could be gentler",
            "{it} needn't be that bright",
            "{it} is far too glary",
        ),
        "brightness",
    ),
    Remark(
        "light",
        "raise",
        (
            "{it} is too weak",
            "{it} gives hardly any light",
            "{it} could be stronger, i'm knitting",
            "i need more from {it}",
            "{it} is a mere glimmer",
            "{it} is not bright enough to read by",
            "{it} looks tired",
            "{it} a touch stronger",
        ),
        "brightness",
    ),
    Remark(
        _SWITCHED,
        "turn off",
        (
            "{it} has run long enough",
            "{it} is wasting power",
            "we don't need {it} now",
            "i'm finished with {it}",
            "{it} doesn't have to run",
            "{it} can have a break",
            "that's enough of {it}",
            "nobody's using {it}",
            "{it} gets on my nerves",
            "{it} needn't be running",
            "{it} is humming for nothing",
            "i think {it} is still going, it shouldn't be",
            "{it} eats up electricity",
            "we can do without {it}",
        ),
    ),
    Remark(
        _SWITCHED,
        "turn on",
        (
            "i'll need {it} in a moment",
            "it would be good if {it} ran",
            "{it} should be running",
            "can {it} run please",
            "{it} would help now",
            "why isn't {it} running",
            "let {it} run",
            "i want to use {it}",
            "we'd like {it} to work",
            "{it} has to do something",
        ),
    ),
    Remark(
        "blind,curtain,shutter,shade",
        "close",
        (
            "everyone can look in past {it}",
            "{it} lets in too much sun",
            "the sun blazes in through {it}",
            "i want no light from {it}",
            "why is {it} still up, it's night",
            "{it} shouldn't be open at night",
            "there's glare from {it}",
            "{it} all the way",
        ),
    ),
    Remark(
        "blind,curtain,shutter,shade",
        "open",
        (
            "{it} keeps the sun out, i'd like some",
            "it's morning and {it} is still shut",
            "{it} shouldn't block the view",
            "i want to look out, {it} is in the way",
            "why is {it} closed in the daytime",
            "let some light past {it}",
        ),
    ),
    Remark(
        "window,door,gate,garage door",
        "close",
        (
            "{it} stands open",
            "{it} is wide open and it's freezing",
            "someone forgot {it}, it's open",
            "the cat will get out through {it}",
            "the rain comes in through {it}",
            "{it} shouldn't be open now",
            "did i leave {it} open, then shut it",
            "{it} has been open for hours",
            "i drove off and {it} is gaping",
        ),
    ),
    Remark(
        "window,door,gate,garage door",
        "open",
        (
            "{it} is in my way, i want to get through",
            "i need to get in through {it}",
            "let me through {it}",
            "they're waiting outside {it}",
            "{it} blocks the van",
            "some air through {it} would be good",
        ),
    ),
    Remark(
        "lock",
        "lock",
        (
            "{it} shouldn't be open at night",
            "{it} isn't locked, is it, better safe than sorry",
            "anyone can get in at {it}",
            "somebody left {it} unlocked",
            "i didn't lock {it}",
            "{it} must be secure",
            "nobody may come in by {it}",
            "i want {it} locked",
            "{it} has to be locked up",
            "{it} wants locking up",
        ),
    ),
    Remark(
        "lock",
        "unlock",
        (
            "i'm standing in front of {it} without a key",
            "she can't get in at {it}",
            "the cleaner has to get in by {it}",
            "let him in at {it}",
            "i want to go out by {it}",
            "{it} needn't be locked while we're here",
        ),
    ),
    Remark(
        _SOUND,
        "lower",
        (
            "{it} is too loud",
            "{it} is deafening us",
            "{it} wakes the whole house",
            "{it} drowns us out",
            "i can't hear myself over {it}",
            "{it} is shouting at me",
            "{it} could be a bit quieter",
            "{it} not so loud",
            "less noise from {it}",
        ),
        "volume",
    ),
    Remark(
        _SOUND,
        "raise",
        (
            "{it} is too soft",
            "i can hardly hear {it}",
            "{it} is whispering",
            "i don't understand a word from {it}",
            "{it} needs to be louder",
            "{it} is much too quiet",
            "more sound from {it}",
            "let me hear {it} better",
        ),
        "volume",
    ),
    Remark(
        _SOUND,
        "pause",
        (
            "somebody's at the door, {it} has to wait",
            "{it} has to stop for a minute",
            "freeze what {it} is showing",
            "stop {it} where it is, i'll be back",
            "a little break for {it}",
        ),
    ),
    Remark(
        _SOUND,
        "next",
        (
            "i don't like what {it} plays",
            "not that one on {it}, the one after",
            "{it} plays rubbish, go on to another",
            "something else on {it}",
        ),
    ),
    Remark(
        "thermostat,heater,climate,air conditioner",
        "raise",
        (
            "{it} is set too low",
            "{it} should give more warmth",
            "{it} is hardly warm",
            "i'm cold next to {it}",
            "{it} could be a notch warmer",
            "{it} needs to be hotter",
            "a bit more from {it}",
        ),
        "target temperature",
    ),
    Remark(
        "thermostat,heater,climate,air conditioner",
        "lower",
        (
            "{it} is set too high",
            "{it} is roasting us",
            "{it} heats like mad",
            "{it} costs us a fortune",
            "{it} could be a notch cooler",
            "a bit less from {it}",
        ),
        "target temperature",
    ),
    Remark(
        "fan,air conditioner,air purifier",
        "lower",
        ("{it} blows too hard", "{it} is too noisy, a lower gear will do", "{it} is a hurricane", "{it} a gear down"),
        "fan speed",
    ),
    Remark(
        "fan,air conditioner,air purifier",
        "raise",
        ("{it} hardly moves the air", "{it} a gear up", "{it} could spin faster", "i feel nothing of {it}"),
        "fan speed",
    ),
    Remark(
        "vacuum",
        "start",
        (
            "{it} has work to do",
            "{it} should do its round",
            "out you go, {it}",
            "{it} can go and clean",
            "time for {it} to do some work",
            "{it}, the floor is yours",
            "let {it} loose",
        ),
    ),
    Remark(
        "vacuum",
        "dock",
        (
            "{it} can go to rest",
            "{it} is under my feet",
            "{it} has done enough",
            "back home, {it}",
            "i keep tripping over {it}",
            "{it}, off to your corner",
        ),
    ),
    Remark(
        "mower",
        "start",
        (
            "{it} should cut the grass",
            "{it}, the grass is waiting",
            "out on the lawn, {it}",
            "let {it} have a go at it",
        ),
    ),
    Remark(
        "mower",
        "dock",
        (
            "{it} should come in",
            "{it}, that's enough grass for today",
            "{it} can go home",
            "rain's coming, {it} should rest",
        ),
    ),
    Remark(
        "washer,dryer,dishwasher",
        "start",
        (
            "{it} is full",
            "i've loaded {it}",
            "{it} is packed and ready",
            "{it} can get going",
            "everything is in {it} now",
        ),
    ),
    Remark(
        "sprinkler,valve",
        "open",
        ("let the water through {it}", "{it} should be running water", "we need water from {it}"),
    ),
    Remark(
        "sprinkler",
        "start",
        (
            "{it} hasn't run for days",
            "{it} could do with a turn, it's so dry",
            "{it} should give some water",
            "let {it} sprinkle",
        ),
    ),
    Remark(
        "sprinkler",
        "stop",
        ("{it} is flooding the path", "{it} has watered enough", "{it} is wasting water", "i got soaked by {it}"),
    ),
)
