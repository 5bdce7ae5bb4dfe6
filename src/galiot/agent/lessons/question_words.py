"""Words for questions, timers, lists and changes of plans."""

from __future__ import annotations

NOW: dict[str, tuple[str, ...]] = {
    "temperature": (
        "(what's|what is|tell me) the temperature (of|at|on) {it}",
        "how (warm|cold|hot) is it (at|by) {it}",
        "what does {it} (say|show|read)",
        "how many degrees at {it}",
        "temperature {it}",
        "what temperature does {it} show",
        "is it warm at {it}, what does it say",
        "how warm is {it}",
    ),
    "humidity": (
        "(what's|what is|tell me) the humidity (of|at|on) {it}",
        "how (humid|damp|moist) is it (at|by) {it}",
        "humidity {it}",
        "how damp is the air at {it}",
    ),
    "battery": (
        "(what's|how is) the battery of {it}",
        "how full is the battery of {it}",
        "battery level of {it}",
        "how much (battery|charge|juice) does {it} have [left]",
        "does {it} need charging, how full is it",
    ),
    "power use": (
        "how much (power|electricity) (does|is) {it} (use|using|drawing) [right now]",
        "what is {it} consuming",
        "power use of {it}",
        "how many watts does {it} take",
    ),
    "energy": ("how much energy has {it} used", "energy of {it}", "how many kilowatt hours on {it}"),
    "illuminance": ("how bright is it at {it}", "how many lux at {it}", "how much light does {it} see"),
    "carbon dioxide": (
        "how is the air at {it}",
        "what's the co2 at {it}",
        "how much co2 does {it} measure",
        "co2 level of {it}",
    ),
    "soil moisture": (
        "how (wet|dry|moist) is the soil at {it}",
        "soil moisture of {it}",
        "does {it} need water, how moist is it",
    ),
    "contact": (
        "is {it} open",
        "did (i|anyone|somebody) leave {it} open",
        "is {it} closed",
        "is {it} shut",
        "what's the state of {it}",
        "have i closed {it}",
        "check {it} for me, is it open",
    ),
    "position": (
        "is {it} open",
        "is {it} closed",
        "how far open is {it}",
        "what position is {it} in",
        "did i close {it}",
        "is {it} up or down",
        "did i leave {it} open",
    ),
    "lock": (
        "is {it} locked",
        "did i lock {it}",
        "is {it} unlocked",
        "have i forgotten to lock {it}",
        "is {it} secure",
        "did anyone lock {it}",
        "check the lock state of {it}",
    ),
    "power": (
        "is {it} on",
        "is {it} off",
        "did i (leave|forget) {it} on",
        "is {it} still (on|running)",
        "have i switched off {it}",
        "is {it} turned on",
        "check if {it} is on",
        "is anything running on {it}",
        "status of {it}",
    ),
    "brightness": ("how bright is {it}", "what's the brightness of {it}", "what level is {it} at"),
    "volume": ("how loud is {it}", "what's the volume of {it}", "volume of {it}?"),
    "target temperature": (
        "what is {it} set to",
        "what's the set temperature of {it}",
        "to how many degrees is {it} set",
        "what's the target of {it}",
        "what temperature did we set on {it}",
    ),
    "motion": (
        "is there (motion|movement) at {it}",
        "does {it} see anyone",
        "is (someone|anybody) at {it}",
        "is anything moving at {it}",
    ),
    "occupancy": ("is anyone there according to {it}", "does {it} see anybody", "is {it} reporting someone"),
    "running": (
        "is {it} (done|finished|ready)",
        "is {it} still running",
        "what is {it} doing",
        "how far is {it}",
        "has {it} finished",
    ),
    "playback": ("what is {it} doing", "is {it} playing", "is there music on {it}"),
    "cleaning": ("what is {it} doing", "is {it} cleaning", "where is {it} with its work", "is {it} back in its dock"),
    "mowing": ("what is {it} doing", "is {it} mowing", "is {it} still out"),
    "alarm": ("is {it} armed", "what state is {it} in", "did i arm {it}", "is {it} on"),
    "smoke": ("does {it} smell smoke", "is there smoke at {it}", "is {it} alright"),
    "leak": ("is there water at {it}", "does {it} report a leak", "is it dry at {it}"),
    "mode": ("what mode is {it} in", "which mode is on at {it}", "mode of {it}"),
    "fan speed": ("how fast is {it} (running|spinning)", "what speed is {it} on"),
    "color": ("what color is {it}", "which colour does {it} have"),
}
ANY_NOW = (
    "(what's|what is|tell me) the {role} of {it}",
    "{role} of {it}",
    "how is the {role} on {it}",
    "{it}: {role}?",
    "what {role} does {it} have",
    "check the {role} of {it}",
    "give me the {role} of {it}",
    "what does {it} say about its {role}",
    "i'd like to know the {role} of {it}",
    "read the {role} of {it}",
    "show me the {role} on {it}",
    "read out the {role} at {it}",
)
HOW: dict[str, tuple[str, ...]] = {
    "average": (
        "(what was|what's) the average {role} (of|at|on) {it} {span}",
        "how {adj} was it on average at {it} {span}",
        "average {role} of {it} {span}",
        "{role} at {it} {span} on average",
        "mean {role} of {it} {span}",
        "what {role} did {it} have on average {span}",
        "how {adj} was {it} {span} on average",
        "what did {it} average {span}",
    ),
    "lowest": (
        "(what was|tell me) the (lowest|minimum) {role} (of|at|on) {it} {span}",
        "how low did the {role} (of|at) {it} (go|get|fall) {span}",
        "lowest {role} at {it} {span}",
        "what was the least {it} showed for {role} {span}",
        "minimum {role} {it} {span}",
    ),
    "highest": (
        "(what was|tell me) the (highest|maximum|peak) {role} (of|at|on) {it} {span}",
        "how high did the {role} (of|at) {it} (go|get|climb) {span}",
        "highest {role} at {it} {span}",
        "what was the most {it} showed for {role} {span}",
        "peak {role} {it} {span}",
    ),
    "change": (
        "how much did the {role} (of|at) {it} change {span}",
        "by how much has the {role} of {it} (risen|fallen|changed) {span}",
        "change of {role} at {it} {span}",
        "how has the {role} of {it} moved {span}",
    ),
}
STATE_HOW: dict[str, dict[str, tuple[str, ...]]] = {
    "ever": {
        "*": (
            "was {it} {w} {span}",
            "has {it} been {w} {span}",
            "did anyone leave {it} {w} {span}",
            "was {it} ever {w} {span}",
            "{span}, was {it} {w}",
            "did it happen that {it} was {w} {span}",
        )
    },
    "count": {
        "*": (
            "how often was {it} {w} {span}",
            "how many times was {it} {w} {span}",
            "count how often {it} was {w} {span}",
            "how many times did {it} get {w} {span}",
        )
    },
    "duration": {
        "*": (
            "how long was {it} {w} {span}",
            "for how long has {it} been {w} {span}",
            "how much time was {it} {w} {span}",
            "how many hours was {it} {w} {span}",
        )
    },
    "last": {
        "*": (
            "when was {it} last {w}",
            "when was the last time {it} was {w}",
            "when did {it} last get {w}",
            "how long ago was {it} {w}",
            "at what time was {it} last {w}",
        )
    },
}
STATE_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "contact": (("open", "open"), ("opened", "open"), ("closed", "closed"), ("shut", "closed")),
    "position": (("open", "open"), ("closed", "closed"), ("opened", "open")),
    "lock": (("locked", "locked"), ("unlocked", "unlocked")),
    "power": (("on", "on"), ("off", "off"), ("switched on", "on"), ("running", "on")),
    "motion": (("triggered", "detected"), ("set off", "detected")),
    "smoke": (("set off", "detected"),),
    "leak": (("wet", "detected"),),
    "occupancy": (("occupied", "detected"),),
}
ADJECTIVE = {
    "temperature": ("warm", "hot", "cold"),
    "humidity": ("humid", "damp"),
    "illuminance": ("bright",),
    "noise": ("loud",),
    "carbon dioxide": ("stuffy",),
    "soil moisture": ("wet",),
}
SPANS = (
    ("last night", "last night"),
    ("during the night", "last night"),
    ("at night", "last night"),
    ("overnight", "last night"),
    ("today", "today"),
    ("so far today", "today"),
    ("yesterday", "yesterday"),
    ("this morning", "this morning"),
    ("in the morning", "this morning"),
    ("this week", "this week"),
    ("in the last hour", "last hour"),
    ("over the past hour", "last hour"),
    ("in the last 24 hours", "last 24 hours"),
    ("in the last two hours", "last 2 hours"),
    ("over the last 3 hours", "last 3 hours"),
    ("in the past 6 hours", "last 6 hours"),
    ("in the last 12 hours", "last 12 hours"),
    ("in the last week", "last week"),
    ("over the last 7 days", "last 7 days"),
    ("in the past two days", "last 2 days"),
    ("in the last 30 minutes", "last 30 minutes"),
    ("in the past 10 minutes", "last 10 minutes"),
    ("over the last 3 days", "last 3 days"),
    ("in the last 5 hours", "last 5 hours"),
    ("last week", "last week"),
    ("in the last 15 minutes", "last 15 minutes"),
    ("over the last month", "last month"),
    ("in the past day", "last day"),
)
COMPARE = (
    "is (the {role}|it) (of|at|on) {it} {rel} {v}",
    "is the {role} of {it} {rel} {v}",
    "does {it} show {rel2} {v}",
    "is {it} {rel} {v} [right now]",
    "would you say the {role} of {it} is {rel} {v}",
)
MANUALS = (
    "descale the (kettle|coffee machine)",
    "change the filter of the (vacuum|purifier|extractor hood)",
    "reset the (thermostat|router|alarm)",
    "pair a new (lamp|sensor|remote)",
    "clean the (oven|drum|filter|drain pump)",
    "replace the (batteries|bulb|brush)",
    "set the clock of the (oven|heating)",
    "read the error code e(3|7|12)",
    "bleed the radiators",
    "defrost the freezer",
    "winterize the (pool|sprinklers|boat)",
    "use the child lock",
    "calibrate the (scale|sensor|printer)",
    "open the door after a power cut",
    "remove limescale",
    "unblock the (drain|mower blades)",
    "load the (paper|filament|detergent)",
)
FACTS = (
    "warranty of the (washer|fridge|drill)",
    "the wifi password",
    "maximum load of the (washer|dryer|shelf)",
    "what the blinking red light means",
    "the meaning of error (e4|f21|h20)",
    "which detergent to use",
    "the recommended water hardness",
    "filter size of the (purifier|vacuum)",
    "serial number of the boiler",
    "bulb type of the (oven|fridge)",
    "the safety distance of the heater",
    "noise level of the dishwasher",
    "the plumber's number",
    "operating temperature of the (inverter|battery)",
)
FIND_HOW = (
    "how do i {x}",
    "how can i {x}",
    "how to {x}",
    "what does the manual say about how to {x}",
    "explain how to {x}",
    "look up how to {x}",
    "find out how to {x}",
    "show me how to {x}",
    "where does it say how to {x}",
    "i need instructions to {x}",
    "what do i do to {x}",
)
FIND_WHAT = (
    "what is {x}",
    "look up {x}",
    "find {x} in the (manual|notes|documents)",
    "search my notes for {x}",
    "check the manual for {x}",
    "what do my (notes|documents) say about {x}",
    "where did i write down {x}",
    "is there anything on {x} in the papers",
    "tell me {x} from the handbook",
)
TIMER_START = (
    "(set|start) a timer for {d}",
    "(set|start) a {d} timer",
    "timer {d}",
    "{d} timer",
    "count down {d}",
    "give me {d} on the clock",
    "wake me in {d} with the timer",
    "start counting {d}",
)
TIMER_NAMED = (
    "(set|start) a {x} timer for {d}",
    "timer for the {x}, {d}",
    "(set|start) a timer of {d} for the {x}",
    "{d} for the {x} timer",
    "the {x} needs {d}, set a timer",
)
TIMER_OTHER = {
    "cancel": ("(cancel|stop|delete|kill) the {x}timer", "no more {x}timer", "forget the {x}timer"),
    "status": (
        "how (long|much time) (is left|remains) on the {x}timer",
        "how is the {x}timer doing",
        "when is the {x}timer done",
        "{x}timer status",
        "how much longer for the {x}timer",
    ),
    "pause": ("(pause|hold|halt) the {x}timer",),
    "resume": ("(resume|continue|unpause) the {x}timer", "let the {x}timer go on"),
    "add": ("add {d} to the {x}timer", "{d} more on the {x}timer", "extend the {x}timer by {d}"),
    "remove": ("take {d} off the {x}timer", "shorten the {x}timer by {d}", "{d} less on the {x}timer"),
}
DISHES = (
    "pasta,eggs,pizza,tea,cake,rice,roast,bread,laundry,potatoes,nap,lasagna,cookies,steak,noodles,soup,study,workout"
).split(",")
GOODS = (
    "milk,eggs,bread,butter,toilet paper,coffee beans,apples,oat milk,cheese,dish soap,batteries,cat food,tomatoes,"
    "olive oil,salt,rice,chocolate,light bulbs,shampoo,trash bags,flour,orange juice,two lemons,potting soil,printer "
    "paper,"
    "a birthday card,sponges,yoghurt,bananas,green tea,noodles,dog biscuits,basil,washing powder"
).split(",")
LIST_NAMES = ("shopping", "shopping", "shopping", "todo", "packing", "gift", "grocery", "hardware", "party")
ADD = (
    "(add|put) {x} (to|on) [the|my] {l} list",
    "{x} (to|on|onto) the {l} list",
    "write {x} on my {l} list",
    "note {x} on the {l} list",
)
ADD_SHOPPING = (
    "we (need|are out of|ran out of) {x}",
    "i have to buy {x}",
    "we're running low on {x}",
    "buy {x}",
    "don't forget {x} at the store",
    "get {x} next time we shop",
    "there's no {x} left",
    "remember to buy {x}",
)
LIST_OTHER = {
    "remove": (
        "(remove|delete|take) {x} (from|off) the {l} list",
        "i don't need {x} on the {l} list anymore",
        "scratch {x} from the {l} list",
    ),
    "complete": (
        "(check|tick|cross) off {x} on the {l} list",
        "i've got {x}, tick it off the {l} list",
        "{x} is done on the {l} list",
    ),
    "show": (
        "(show|read|tell) [me] the {l} list",
        "what's on [the|my] {l} list",
        "read out the {l} list",
        "what do we have on the {l} list",
    ),
}
FORGET = (
    "never mind",
    "forget it",
    "forget that",
    "cancel that",
    "cancel what i just said",
    "scrap that",
    "don't do it after all",
    "undo my last request",
    "i changed my mind",
    "call that off",
    "leave it, cancel the plan",
)
FORGET_ALL = (
    "cancel everything that is planned",
    "forget all the plans",
    "delete all scheduled (things|tasks|actions)",
    "clear the schedule",
    "cancel all plans",
    "drop everything that waits",
    "no more scheduled stuff, cancel it all",
    "call off everything",
)
FORGET_ONE = (
    "(cancel|forget|drop|delete) the (plan|thing|rule|schedule) (for|about|with) {x}",
    "don't do the thing with {x}",
    "{x} plan is off, cancel it",
    "forget about {x} later",
    "cancel what i asked for {x}",
    "no need for {x} later, cancel it",
    "call off {x}",
)
CHANGE = (
    "make (it|that) {t} instead",
    "{t} instead",
    "change (it|that) to {t}",
    "move (it|that) to {t}",
    "no, {t}",
    "actually, {t}",
    "do (it|that) {t} instead",
    "change the plan for {x} to {t}",
    "move {x} to {t}",
    "let {x} happen {t} instead",
    "postpone {x} to {t}",
    "better {t} for {x}",
)
ROOM: dict[str, tuple[str, ...]] = {
    "temperature": (
        "how (warm|cold|hot) is it {in}",
        "(what's|what is|tell me) the temperature {in}",
        "temperature {in}",
        "how many degrees [is it] {in}",
        "is it warm {in}, how much",
        "what's it like {in}, temperature-wise",
        "what does the thermometer say {in}",
    ),
    "humidity": (
        "how (humid|damp) is it {in}",
        "(what's|what is) the humidity {in}",
        "humidity {in}",
        "how damp is the air {in}",
    ),
    "carbon dioxide": ("how is the air {in}", "how much co2 is there {in}", "is the air good {in}"),
    "illuminance": ("how bright is it {in}", "how much light is there {in}"),
    "motion": ("is (anyone|somebody) {in}", "is there any movement {in}", "does anything move {in}"),
    "occupancy": ("is (anyone|somebody) {in}", "is somebody there {in}"),
    "soil moisture": ("how wet is the soil {in}", "how moist is the ground {in}"),
    "noise": ("how loud is it {in}", "how noisy is it {in}"),
}
ROOM_PAST = {
    "average": (
        "how (warm|cold) was it on average {in} {span}",
        "(what was|what's) the average {role} {in} {span}",
        "average {role} {in} {span}",
    ),
    "lowest": (
        "how cold did it get {in} {span}",
        "what was the lowest {role} {in} {span}",
        "minimum {role} {in} {span}",
    ),
    "highest": (
        "how (hot|warm) did it get {in} {span}",
        "what was the highest {role} {in} {span}",
        "peak {role} {in} {span}",
    ),
}
OF_ALL: dict[str, tuple[str, tuple[str, ...]]] = {
    "light": (
        "power",
        (
            "which {kinds} are on",
            "are (any|all the) {kinds} on",
            "is any {kind} [still] on",
            "did i leave a {kind} on",
            "how many {kinds} are (on|burning)",
            "are the {kinds} off",
            "what {kinds} are burning",
        ),
    ),
    "lock": (
        "lock",
        (
            "are all the {kinds} locked",
            "is every {kind} locked",
            "which {kinds} are unlocked",
            "did i lock everything",
            "are the {kinds} secure",
            "is any {kind} open",
        ),
    ),
    "window sensor": (
        "contact",
        (
            "is any window open",
            "are all the windows closed",
            "which windows are open",
            "did i leave a window open",
            "are the windows shut",
        ),
    ),
    "door sensor": (
        "contact",
        ("is any door open", "are all the doors closed", "which doors are open", "did anyone leave a door open"),
    ),
    "blind": (
        "position",
        ("which {kinds} are open", "are the {kinds} closed", "are all the {kinds} down", "is any {kind} up"),
    ),
    "plug": ("power", ("which {kinds} are on", "is any {kind} on", "are the {kinds} off")),
    "thermometer": (
        "temperature",
        ("what do all the thermometers say", "give me all the temperatures of the thermometers"),
    ),
    "fan": ("power", ("are the {kinds} running", "is any {kind} on", "which {kinds} are on")),
    "shutter": ("position", ("are the {kinds} closed", "which {kinds} are up")),
    "curtain": ("position", ("are the {kinds} closed", "are all {kinds} open")),
    "smoke detector": ("smoke", ("is there smoke anywhere", "do any smoke detectors smell something")),
}
