"""Words for times, conditions, reports and reminders."""

from __future__ import annotations

NUMBERS = {
    1: "one",
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    10: "ten",
    15: "fifteen",
    20: "twenty",
    30: "thirty",
    45: "forty-five",
    90: "ninety",
}
# (feature, value) -> what people say of it; "*" is the thing's name
STATES: dict[tuple[str, str], tuple[str, ...]] = {
    ("contact", "open"): (
        "{it} isn't closed",
        "{it} is open",
        "{it} opens",
        "{it} gets opened",
        "someone opens {it}",
        "{it} stands open",
        "{it} is ajar",
    ),
    ("contact", "closed"): (
        "{it} isn't open",
        "{it} is not open",
        "{it} is closed",
        "{it} closes",
        "{it} gets shut",
        "someone closes {it}",
        "{it} is shut",
    ),
    ("position", "open"): ("{it} is open", "{it} is up", "{it} opens", "{it} has been opened"),
    ("position", "closed"): ("{it} is closed", "{it} is down", "{it} is shut", "{it} closes"),
    ("lock", "locked"): ("{it} is locked", "{it} gets locked", "someone locks {it}"),
    ("lock", "unlocked"): (
        "{it} isn't locked",
        "{it} is unlocked",
        "{it} gets unlocked",
        "{it} is not locked",
        "someone unlocks {it}",
    ),
    ("power", "on"): (
        "{it} is on",
        "{it} is running",
        "{it} gets switched on",
        "someone turns on {it}",
        "{it} comes on",
        "{it} goes on",
    ),
    ("power", "off"): (
        "{it} is not on",
        "{it} is not running",
        "{it} is off",
        "{it} goes off",
        "{it} gets switched off",
        "someone turns off {it}",
        "{it} isn't on",
    ),
    ("motion", "detected"): (
        "{it} (detects|sees|notices|registers|picks up) (motion|movement|something|somebody)",
        "there is (motion|movement) at {it}",
        "something moves at {it}",
        "{it} is triggered",
        "motion is detected by {it}",
    ),
    ("motion", "clear"): ("{it} sees nobody", "there is no (motion|movement) at {it}", "{it} detects no motion"),
    ("occupancy", "detected"): (
        "{it} (sees|detects) (someone|somebody)",
        "someone is there according to {it}",
        "{it} reports presence",
    ),
    ("occupancy", "clear"): ("{it} sees nobody", "nobody is there according to {it}", "{it} reports no one"),
    ("smoke", "detected"): ("{it} (detects|smells) smoke", "{it} goes off", "there is smoke at {it}"),
    ("leak", "detected"): (
        "{it} (detects|reports|finds) (a leak|water)",
        "{it} gets wet",
        "there is water at {it}",
        "{it} goes off",
    ),
    ("running", "done"): (
        "{it} is (done|finished|ready|through)",
        "{it} has finished",
        "{it} finishes",
        "{it} is done with its program",
        "{it} stops running",
        "{it} completes its cycle",
    ),
    ("running", "running"): ("{it} is running", "{it} starts", "{it} is in use", "{it} is at work"),
    ("playback", "playing"): ("{it} is playing", "{it} plays something", "something plays on {it}"),
    ("playback", "paused"): ("{it} is paused", "{it} gets paused"),
    ("cleaning", "docked"): ("{it} is (docked|back|home|back in its dock)", "{it} returns to its dock"),
    ("cleaning", "running"): ("{it} is cleaning", "{it} starts cleaning", "{it} is at it"),
    ("alarm", "armed"): ("{it} is armed", "{it} is set", "someone arms {it}"),
    ("alarm", "disarmed"): ("{it} is disarmed", "{it} is not armed", "someone disarms {it}"),
    ("alarm", "triggered"): ("{it} goes off", "{it} is triggered", "{it} rings"),
    ("charging", "on"): ("{it} is charging", "{it} starts charging"),
    ("recording", "on"): ("{it} is recording", "{it} starts recording"),
    ("rain", "on"): ("it rains", "it is raining according to {it}", "{it} reports rain", "it starts raining"),
    ("watering", "on"): ("{it} is watering", "{it} is running"),
}
MEASURES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "temperature": (
        (
            "(it is|it's|it gets) (warmer|hotter) than {v} [degrees] (at|on|by) {it}",
            "the temperature (of|at|on) {it} (is|rises|goes|climbs|gets) above {v} [degrees]",
            "{it} (shows|reads|reports|measures|is at) more than {v} [degrees]",
            "{it} (is|gets) over {v} degrees",
            "{it} goes past {v}",
        ),
        (
            "(it is|it's|it gets) (colder|cooler) than {v} [degrees] (at|on|by) {it}",
            "the temperature (of|at|on) {it} (is|drops|falls|goes|gets) below {v} [degrees]",
            "{it} (shows|reads|reports|measures) less than {v} [degrees]",
            "{it} (is|gets) under {v} degrees",
            "{it} sinks under {v}",
        ),
    ),
    "humidity": (
        (
            "the humidity (of|at|on) {it} (is|rises|goes|climbs) (above|over) {v} [percent|%]",
            "{it} (shows|reads|reports) more than {v} percent humidity",
            "it is more humid than {v}% at {it}",
        ),
        (
            "the humidity (of|at|on) {it} (is|drops|falls|goes) (below|under) {v} [percent|%]",
            "{it} (shows|reads|reports) less than {v} percent humidity",
        ),
    ),
    "soil moisture": (
        (
            "the soil (of|at) {it} is wetter than {v} [percent|%]",
            "the (soil moisture|moisture) of {it} (is|goes) above {v} [percent|%]",
        ),
        (
            "the soil (of|at) {it} is drier than {v} [percent|%]",
            "the (soil moisture|moisture) of {it} (is|drops|falls) (below|under) {v} [percent|%]",
            "{it} dries out below {v}",
        ),
    ),
    "illuminance": (
        ("it is brighter than {v} [lux] at {it}", "{it} (shows|reads|reports) more than {v} [lux]"),
        (
            "it is darker than {v} [lux] at {it}",
            "{it} (shows|reads|reports) less than {v} [lux]",
            "{it} drops below {v} lux",
        ),
    ),
    "carbon dioxide": (
        (
            "the co2 (of|at) {it} (is|rises|goes) above {v} [ppm]",
            "{it} (shows|reads|reports) more than {v} [ppm]",
            "the air at {it} is worse than {v} ppm",
        ),
        ("the co2 (of|at) {it} is below {v} [ppm]", "{it} reads less than {v} ppm"),
    ),
    "battery": (
        ("the battery of {it} is (above|over) {v} [percent|%]", "{it} is charged to more than {v} percent"),
        (
            "the battery of {it} (is|drops|falls) (below|under) {v} [percent|%]",
            "{it} has less than {v} percent battery",
        ),
    ),
    "power use": (
        ("{it} (uses|draws|consumes|takes) more than {v} [watts]", "the power use of {it} is above {v}"),
        ("{it} (uses|draws|consumes|takes) less than {v} [watts]", "the power use of {it} is below {v}"),
    ),
}
ANY_MEASURE = (
    (
        "the {role} of {it} (is|rises|goes|gets) (above|over) {v}",
        "{it} has a {role} of more than {v}",
        "{role} on {it} exceeds {v}",
        "{it} shows more than {v} {role}",
    ),
    (
        "the {role} of {it} (is|drops|falls|goes) (below|under) {v}",
        "{it} has a {role} of less than {v}",
        "{role} on {it} is less than {v}",
        "{it} shows less than {v} {role}",
    ),
)
ANY_STATE = ("the {role} of {it} is {v}", "{role} on {it} is {v}", "{it} has {role} {v}", "{it} is in {role} {v}")
AT_LEAST = (
    "the {role} of {it} (is at least|reaches|has reached|gets to) {v}",
    "{it} (reaches|shows at least|gets to|is up to) {v}",
    "{it} is at {v} or more",
)
AT_MOST = (
    "the {role} of {it} (is at most|drops to|has fallen to|is down to) {v}",
    "{it} (shows at most|drops to|falls to|is down to) {v}",
    "{it} is at {v} or less",
)
EVENTS = (
    "{it} (reports|signals|says|tells) {e}",
    "{it} {e}",
    "there is {e} at {it}",
    "{e} (happens|comes) (at|on|from) {it}",
    "{it} sends {e}",
)
NUMERIC = {
    "temperature": (15, 30, 1),
    "humidity": (30, 80, 5),
    "soil moisture": (15, 60, 5),
    "illuminance": (10, 500, 10),
    "carbon dioxide": (600, 1800, 100),
    "battery": (10, 90, 5),
    "power use": (50, 2500, 50),
}
WARMER = (
    "it's warmer than {v} {in}",
    "it is over {v} degrees {in}",
    "it gets hotter than {v} {in}",
    "the temperature {in} is above {v}",
    "it's more than {v} degrees {in}",
    "the temperature {in} goes above {v}",
)
COLDER = (
    "it's colder than {v} {in}",
    "it is under {v} degrees {in}",
    "it gets cooler than {v} {in}",
    "the temperature {in} is below {v}",
    "it's less than {v} degrees {in}",
    "the temperature {in} falls below {v}",
)
AFTER = (
    "{s} (when|as soon as|once|the moment) {c}",
    "(when|as soon as|once|the moment|after) {c}, {s}",
    "(when|once) {c} {s}",
    "wait until {c}, then {s}",
    "wait (until|till) {c} and {s}",
    "{s}, but only (when|once) {c}",
    "if {c} at some point, {s}",
    "{s} the moment {c}",
    "hold on until {c} and then {s}",
)
ALWAYS = (
    "whenever {c}, {s}",
    "every time {c}, {s}",
    "{s} (whenever|every time|each time) {c}",
    "always {s} when {c}",
    "each time {c}, {s}",
    "any time {c}, {s}",
    "from now on, when {c}, {s}",
)
IF = (
    "if {c}, {s}",
    "{s} if {c}",
    "{s}, if {c}",
    "in case {c}, {s}",
    "should it be that {c}, {s}",
    "check if {c}, and if so, {s}",
    "{s} but only if {c}",
    "only if {c}, {s}",
    "provided that {c}, {s}",
    "see whether {c} and then {s}",
    "{s} in case {c}",
)
UNLESS = (
    "unless {c}, {s}",
    "{s} unless {c}",
    "{s}, unless {c}",
    "{s} except when {c}",
    "{s} but not if {c}",
    "{s}, but not when {c}",
)
FOR = (
    "{s} for {d}",
    "for {d}, {s}",
    "{s} for the next {d}",
    "{s}, but only for {d}",
    "{s} for {d} only",
    "{s} for just {d}",
)
UNTIL = ("{s} until {t}", "until {t} {s}", "{s} till {t}", "{s}, but only until {t}", "keep it so until {t}: {s}")
EVERY_DAY = ("every day {t}", "daily {t}", "each day {t}", "{t} every day", "{t} daily", "{t} each day")
READ = (
    "(check|read|look at|measure|tell me) the {role} of {it}",
    "(find out|tell me) what the {role} of {it} is",
    "what's the {role} of {it}",
    "have a look at the {role} of {it}",
)
REPORT = (
    "(tell|inform) me when (you're done|it's done|everything is done)",
    "(report|let me know) (back|when finished|when that's done)",
    "say when you are finished",
    "give me a report",
    "let me know afterwards",
    "then report",
    "tell me what you did",
    "(tell me|say) once [all of] (it|that) is done",
    "let me know how it went",
    "give me the result",
    "(drop me|send me) a word (afterwards|then)",
    "and keep me informed",
    "confirm it to me",
    "then let me know",
)
NOTICES = (
    "(tell|inform|notify|warn|alert) me (when|as soon as|once|if) {c}",
    "let me know (when|as soon as|once) {c}",
    "give me a (shout|heads-up|note) when {c}",
    "say something when {c}",
    "i want to know when {c}",
    "drop me a word once {c}",
)
REMIND = (
    "remind me to {x} {t}",
    "{t} remind me to {x}",
    "reminder {t} to {x}",
    "don't let me forget to {x} {t}",
    "{t} tell me to {x}",
    "remind me {t} to {x}",
    "set a reminder to {x} {t}",
)
CHORES = (
    "take out the trash,call mum,feed the cat,water the orchids,take my pills,check the roast,move the car,pay the "
    "rent,pick up the kids,start dinner,stretch,drink some water,send the report,get the parcel,"
    "turn the steaks,hang up the washing,walk the dog,book the dentist,empty the mailbox,charge my phone,leave for "
    "the airport,bring in the cushions,write to anna,lock the shed,buy stamps"
).split(",")
