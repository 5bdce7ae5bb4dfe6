"""How people ask for one thing: (verb, feature) -> wordings, with `{it}` for the device and `{v}` for the value."""

from __future__ import annotations

COMMANDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("turn on", "power"): (
        "(turn|switch|put|flip|flick|power|get|bring|click) on {it}", "(turn|switch|put|flip|flick|power|get) {it} on", "{it} on",
        "(activate|enable|start|energize|engage|power up|fire up|boot up|wake up) {it}", "i (want|need|would like) {it} (on|running|switched on)",
        "make sure {it} is (on|running)", "let {it} run", "could we have {it} on", "{it} should be on", "get {it} going",
        "start up {it}", "run {it}", "give {it} some power", "set {it} to on", "have {it} turned on", "bring {it} to life",
        "let's have {it} on", "i'll be needing {it}", "{it} needs to be on", "why isn't {it} on, turn it on", "stick {it} on", "pop {it} on",
        "whack {it} on", "put some juice into {it}"),
    ("turn off", "power"): (
        "(turn|switch|put|flip|flick|power|shut|click) off {it}", "(turn|switch|flip|flick|power|shut) {it} off", "{it} off",
        "(deactivate|disable|kill|cut|stop|shut down|power down|disengage) {it}", "i (don't need|am done with|no longer need) {it} [anymore]",
        "make sure {it} is off", "{it} should be off", "no more {it}", "enough of {it}", "i want {it} off", "have {it} turned off", "set {it} to off",
        "lose {it}", "{it} can go off", "get {it} off", "cut the power to {it}", "{it} is still on, turn it off", "we are finished with {it}",
        "let {it} rest", "don't leave {it} on", "put {it} out", "quit {it}", "knock {it} off"),
    ("open", "position"): (
        "open {it}", "open [up] {it}", "(raise|roll up|pull up|draw back|pull open|part|lift) {it}", "{it} (up|open)", "get {it} open",
        "i want {it} open", "fully open {it}", "open {it} all the way", "{it} should be open", "put {it} up", "let {it} open",
        "{it} wide open", "swing {it} open", "crank {it} open"),
    ("close", "position"): (
        "close {it}", "(shut|close up|lower|roll down|draw|pull down|pull shut) {it}", "{it} (down|shut|closed)", "get {it} closed",
        "i want {it} (closed|shut|down)", "close {it} (all the way|completely|fully)", "{it} should be closed", "put {it} down",
        "make sure {it} is (closed|shut)", "don't leave {it} open", "let {it} down", "seal {it}"),
    ("stop", "position"): ("stop {it}", "halt {it}", "hold {it} (there|where it is)", "freeze {it} (there|in place)", "{it} stop", "that's far enough for {it}"),
    ("lock", "lock"): (
        "lock {it}", "lock [up] {it}", "(bolt|secure|latch|bar) {it}", "make sure {it} is (locked|secure)", "{it} should be locked",
        "i want {it} locked", "get {it} locked", "put the bolt on {it}", "see that {it} is locked", "turn the key on {it}"),
    ("unlock", "lock"): (
        "unlock {it}", "(unbolt|release|unlatch|unbar) {it}", "{it} should be unlocked", "i want {it} unlocked", "take the lock off {it}",
        "get {it} unlocked", "let them in through {it}", "undo {it}", "free {it}"),
    ("mute", "mute"): ("mute {it}", "(silence|hush) {it}", "{it} on mute", "no sound from {it}", "turn the sound of {it} off", "make {it} silent",
                       "shut {it} up", "put {it} on mute"),
    ("unmute", "mute"): ("unmute {it}", "take {it} off mute", "sound back on for {it}", "let me hear {it} again", "give {it} its sound back"),
    ("play", "playback"): ("play {it}", "(start|hit) (play|playback) on {it}", "get {it} playing", "start {it} playing", "let {it} play", "press play on {it}",
                           "play something on {it}", "music on {it}", "put some music on {it}", "start the music on {it}"),
    ("pause", "playback"): ("pause {it}", "(hit|press) pause on {it}", "hold {it} for a (moment|second)", "pause what's on {it}", "put {it} on pause",
                            "pause the (music|film|show|playback) on {it}", "freeze the picture on {it}"),
    ("stop", "playback"): ("stop {it}", "stop (playback|the music|playing) on {it}", "end what's playing on {it}", "no more music on {it}"),
    ("resume", "playback"): ("resume {it}", "(continue|carry on) playing on {it}", "unpause {it}", "pick up where we left off on {it}", "go on playing on {it}"),
    ("next", "track"): ("next (song|track|one) on {it}", "skip (this song|this track|the song|this one) on {it}", "skip ahead on {it}", "play the next (song|track) on {it}",
                        "{it} next song", "i don't like this song, skip it on {it}", "jump to the following track on {it}"),
    ("previous", "track"): ("previous (song|track) on {it}", "go back (one|a) (song|track) on {it}", "play the last song again on {it}", "back one track on {it}",
                            "that song before this one once more on {it}"),
    ("start", "cleaning"): ("start {it}", "(vacuum|hoover|clean) with {it}", "send {it} (out|off to clean|to work)", "let {it} (clean|run|do its round)",
                            "get {it} (going|cleaning)", "have {it} clean [up]", "{it} should clean now", "set {it} loose"),
    ("pause", "cleaning"): ("pause {it}", "hold {it} for now", "let {it} wait", "make {it} take a break", "stop {it} for a moment"),
    ("stop", "cleaning"): ("stop {it}", "{it} should stop [cleaning]", "end the cleaning with {it}", "halt {it}"),
    ("dock", "cleaning"): ("(send|call|bring) {it} (home|back|to its dock|back to base)", "dock {it}", "{it} go home", "return {it} to (its base|the dock|the charger)",
                           "park {it}", "{it} should go back to its station"),
    ("start", "mowing"): ("start {it}", "(cut|mow) the (grass|lawn) with {it}", "send {it} out", "let {it} mow", "get {it} mowing", "start mowing with {it}"),
    ("pause", "mowing"): ("pause {it}", "let {it} wait", "hold {it}", "stop {it} for a moment"),
    ("dock", "mowing"): ("(send|call|bring) {it} (home|back|to its dock)", "dock {it}", "park {it}", "{it} should go home"),
    ("start", "watering"): ("start {it}", "(water|irrigate) with {it}", "get {it} (going|running)", "run {it}", "let {it} water"),
    ("stop", "watering"): ("stop {it}", "no more water from {it}", "shut {it} off", "that's enough water from {it}"),
    ("start", "running"): ("start {it}", "get {it} (going|running|started)", "run {it}", "set {it} going", "kick off {it}", "begin with {it}", "launch {it}"),
    ("stop", "running"): ("stop {it}", "abort {it}", "halt {it}", "end {it}", "{it} should stop", "cut {it} short"),
    ("pause", "running"): ("pause {it}", "hold {it}", "let {it} wait", "put {it} on hold"),
    ("arm", "alarm"): ("arm {it}", "(set|activate|switch on|engage) {it}", "put {it} on", "{it} should be armed", "get {it} armed"),
    ("disarm", "alarm"): ("disarm {it}", "(deactivate|switch off|disengage|unset) {it}", "take {it} off", "{it} should be disarmed"),
    ("set", "brightness"): (
        "(set|put|turn|change) {it} to {v} [percent|%]", "{it} (to|at) {v} (percent|%)", "(dim|bring) {it} (down|up|) to {v} (percent|%)", "set [the] brightness of {it} to {v} [percent|%]",
        "make {it} {v} percent bright", "brightness {v} (percent|%) on {it}", "i want {it} at {v} (percent|%)", "{v} percent on {it}", "adjust {it} to {v} percent",
        "run {it} at {v}%", "{it} brightness {v}", "fade {it} to {v} percent"),
    ("raise", "brightness"): ("(brighten|turn up) {it} [a bit|a little|some more]", "make {it} [a bit|a little] brighter", "more light from {it}", "{it} [a bit|a little|slightly] brighter",
                              "{it} is too (dim|dark|weak)", "i need {it} brighter", "bump up {it}", "increase {it}", "boost the brightness of {it}", "{it} could be brighter"),
    ("lower", "brightness"): ("(dim|turn down|soften) {it} [a bit|a little]", "make {it} [a bit|a little] (dimmer|darker|less bright)", "less light from {it}", "{it} is too (bright|harsh|strong)",
                              "{it} [a bit|a little] (dimmer|darker)", "tone {it} down", "reduce {it}", "take {it} down a notch", "{it} is blinding me", "{it} needn't be so bright"),
    ("set", "color"): ("(make|turn|set|change|colour) {it} [to] {v}", "{it} (in|to) {v}", "i want {it} [in] {v}", "set the color of {it} to {v}", "switch {it} to {v}", "give {it} a {v} glow",
                       "{v} light from {it}", "let {it} shine {v}"),
    ("set", "position"): ("(set|put|move|bring) {it} to {v} [percent|%]", "open {it} to {v} (percent|%)", "{it} {v} (percent|%) open", "{it} at {v} percent", "(open|close) {it} so that it is {v} percent open",
                          "leave {it} {v} percent open", "move {it} to position {v}"),
    ("set", "volume"): ("(set|turn|put) [the] volume of {it} to {v} [percent|%]", "{it} volume {v}", "(set|turn|put) {it} to volume {v}", "volume {v} on {it}", "{it} at {v} percent volume",
                        "turn {it} (up|down) to {v} [percent]", "play {it} at {v} percent"),
    ("raise", "volume"): ("turn up {it}", "turn {it} up [a bit|a little]", "make {it} [a bit|a little] louder", "{it} louder", "i can't hear {it}", "{it} is too quiet", "more volume on {it}",
                          "raise the volume of {it}", "crank up {it}", "speak up {it}", "i can barely hear {it}", "increase the sound of {it}"),
    ("lower", "volume"): ("turn down {it}", "turn {it} down [a bit|a little]", "make {it} [a bit|a little] quieter", "{it} quieter", "{it} is too loud", "less volume on {it}", "lower the volume of {it}",
                          "{it} softer", "keep {it} down", "{it} is hurting my ears", "reduce the sound of {it}", "{it} is blaring"),
    ("set", "temperature"): ("(set|put|turn|change) {it} to {v}[ degrees|°]", "{it} (to|at) {v} [degrees]", "set the temperature of {it} to {v} [degrees]", "(heat|bring|get) {it} (up |)to {v} degrees",
                             "i want {v} degrees on {it}", "{v} degrees for {it}", "make it {v} degrees with {it}", "{it} should be (at|on) {v}", "run {it} at {v} degrees", "adjust {it} to {v}"),
    ("raise", "temperature"): ("turn up {it} [a bit|a little]", "turn {it} up", "make {it} [a bit|a little] (warmer|hotter)", "raise {it}", "{it} [a bit|a little] (warmer|higher)", "{it} is too (cold|low)",
                               "increase the temperature of {it}", "bump {it} up", "more heat from {it}", "notch {it} up", "a touch warmer on {it}"),
    ("lower", "temperature"): ("turn down {it} [a bit|a little]", "turn {it} down", "make {it} [a bit|a little] (cooler|colder)", "lower {it}", "{it} [a bit|a little] (cooler|lower)", "{it} is too (hot|high|warm)",
                               "reduce the temperature of {it}", "less heat from {it}", "notch {it} down", "a touch cooler on {it}", "ease off {it}"),
    ("set", "humidity"): ("(set|put) {it} to {v} (percent|%) [humidity]", "{it} at {v} percent", "keep the humidity at {v} percent with {it}", "target humidity {v} on {it}", "set the humidity of {it} to {v}"),
    ("set", "fan speed"): ("(set|put|turn) {it} (to|on) {v}", "{it} (on|to|at) {v}", "fan speed {v} on {it}", "run {it} (at|on) {v}", "set the speed of {it} to {v}", "let {it} blow at {v}", "speed {v} for {it}"),
    ("raise", "fan speed"): ("(turn up|speed up) {it}", "{it} faster", "make {it} (blow harder|stronger|faster)", "more air from {it}", "increase the speed of {it}"),
    ("lower", "fan speed"): ("(turn down|slow down) {it}", "{it} slower", "make {it} (gentler|slower|weaker)", "less wind from {it}", "reduce the speed of {it}"),
    ("set", "mode"): ("(set|put|switch|change) {it} (to|into) {v} [mode]", "{it} (to|on|in) {v} [mode]", "use {v} mode on {it}", "{v} mode for {it}", "set the mode of {it} to {v}", "run {it} in {v} mode"),
    ("set", "source"): ("(set|switch|change|turn) {it} to {v}", "{v} on {it}", "use {v} on {it}", "put {v} on {it}", "change the (source|input) of {it} to {v}", "select {v} on {it}", "show me {v} on {it}"),
    ("set", "channel"): ("(switch|change|turn) {it} to channel {v}", "channel {v} on {it}", "put channel {v} on {it}", "show channel {v} on {it}", "{it} to channel {v}", "go to {v} on {it}"),
    ("set", "color temperature"): ("set {it} to {v} kelvin", "{it} at {v} kelvin", "color temperature {v} on {it}", "make {it} {v} kelvin", "white at {v} k on {it}"),
    ("set", "effect"): ("(start|set|use|play) the {v} effect on {it}", "{it} in {v} effect", "{v} effect on {it}", "let {it} do {v}", "set the effect of {it} to {v}"),
    ("set", "program"): ("(set|put|select|choose) {it} (to|on) [the] {v} [program]", "{v} program on {it}", "use the {v} program for {it}", "pick {v} on {it}"),
}  # fmt: skip

PLAIN: dict[str, tuple[str, ...]] = {
    "open": COMMANDS["open", "position"], "close": COMMANDS["close", "position"], "lock": COMMANDS["lock", "lock"], "unlock": COMMANDS["unlock", "lock"],
    "start": ("start {it}", "get {it} (going|running|started)", "let {it} begin", "set {it} going", "{it} should start", "have {it} start"), "stop": ("stop {it}", "{it} should stop", "bring {it} to a stop", "halt {it}"),
    "pause": ("pause {it}", "hold {it} for now", "let {it} wait"), "resume": ("resume {it}", "let {it} go on", "continue {it}", "{it} may continue"), "play": ("play {it}",), "next": ("next on {it}", "go to the next one on {it}"),
    "previous": ("previous on {it}", "go back one on {it}"), "mute": COMMANDS["mute", "mute"], "unmute": COMMANDS["unmute", "mute"], "dock": COMMANDS["dock", "cleaning"], "arm": COMMANDS["arm", "alarm"], "disarm": COMMANDS["disarm", "alarm"],
    "toggle": ("toggle {it}",),
}  # fmt: skip

# Features that only some devices have, called by their own name.
ANY_SET = ("(set|put|change|turn) [the] {role} of {it} to {v}", "{role} {v} on {it}", "{it} {role} to {v}", "make the {role} of {it} {v}", "on {it} set [the] {role} to {v}",
           "i need a {role} of {v} on {it}", "adjust the {role} on {it} to {v}", "{it}: {role} {v}", "use {v} as {role} for {it}", "{role} of {it} should be {v}", "give {it} a {role} of {v}",
           "have {it} at {role} {v}", "bring the {role} of {it} to {v}")  # fmt: skip
ANY_RAISE = (
    "(raise|increase|turn up|bump up) the {role} of {it}",
    "more {role} on {it}",
    "{role} of {it} up",
    "higher {role} on {it}",
    "{it} needs a higher {role}",
)
ANY_LOWER = (
    "(lower|decrease|reduce|turn down) the {role} of {it}",
    "less {role} on {it}",
    "{role} of {it} down",
    "lower {role} on {it}",
    "{it} needs a lower {role}",
)
ANY_ON = (
    "(turn|switch) on [the] {role} of {it}",
    "{role} on {it} on",
    "enable {role} on {it}",
    "activate [the] {role} (of|on) {it}",
    "set {it} to {role}",
    "{it} with {role} on",
    "i want {role} on {it}",
)
ANY_OFF = (
    "(turn|switch) off [the] {role} of {it}",
    "{role} on {it} off",
    "disable {role} on {it}",
    "deactivate [the] {role} (of|on) {it}",
    "no {role} on {it}",
    "{it} without {role}",
)
ANY_RUN = ("{run} on {it}", "{run} {it}", "do a {run} on {it}", "start [the] {run} on {it}", "make {it} {run}", "let {it} {run}", "have {it} {run}", "{it} should {run}", "tell {it} to {run}",
           "trigger {run} on {it}", "run {run} on {it}", "execute {run} at {it}", "{it}: {run}", "i want {it} to {run}")  # fmt: skip
BY = ("by {v} (percent|%)", "{v} percent")
AMOUNTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("raise", "brightness"): ("brighten {it} by {v} percent", "{it} {v} percent brighter", "raise {it} by {v}%", "turn {it} up by {v} percent", "add {v} percent to {it}"),
    ("lower", "brightness"): ("dim {it} by {v} percent", "{it} {v} percent darker", "lower {it} by {v}%", "turn {it} down by {v} percent", "take {v} percent off {it}"),
    ("raise", "volume"): ("turn {it} up by {v} [percent]", "{it} {v} percent louder", "raise the volume of {it} by {v} [percent]", "{v} percent more volume on {it}"),
    ("lower", "volume"): ("turn {it} down by {v} [percent]", "{it} {v} percent quieter", "lower the volume of {it} by {v} [percent]", "{v} percent less volume on {it}"),
    ("raise", "temperature"): ("turn {it} up by {v} [degrees]", "{it} {v} degrees warmer", "raise {it} by {v} degrees", "make {it} {v} degrees warmer", "{v} more degrees on {it}"),
    ("lower", "temperature"): ("turn {it} down by {v} [degrees]", "{it} {v} degrees cooler", "lower {it} by {v} degrees", "make {it} {v} degrees colder", "{v} degrees less on {it}"),
}  # fmt: skip
PERCENT_WORDS = {
    "half": 50,
    "a half": 50,
    "full": 100,
    "a quarter": 25,
    "three quarters": 75,
    "minimum": 1,
    "maximum": 100,
    "a third": 33,
}
HALF: dict[str, tuple[str, ...]] = {
    "brightness": (
        "{it} (at|to|on) {w} [brightness]",
        "set {it} to {w}",
        "put {it} on {w} brightness",
        "(dim|turn) {it} to {w}",
    ),
    "position": ("(set|put|move) {it} to {w}", "{it} (at|to) {w}", "leave {it} at {w}"),
    "volume": ("{it} at {w} volume", "(set|turn) {it} to {w} volume", "{w} volume on {it}"),
}
HALF_OPEN = (
    "open {it} (halfway|half way)",
    "half open {it}",
    "(raise|lower|close) {it} halfway",
    "{it} half open",
    "{it} halfway (up|down)",
    "close {it} half way",
)
MAXIMAL: dict[str, tuple[str, ...]] = {
    "brightness": ("{it} as bright as (possible|it gets)", "(full|maximum) brightness on {it}", "turn {it} all the way up", "{it} to the max", "max out {it}"),
    "volume": ("{it} as loud as (possible|it goes)", "{it} at full blast", "(full|maximum) volume on {it}", "turn {it} all the way up"),
    "fan speed": ("{it} at full (speed|blast|power)", "{it} as fast as it goes", "{it} to the max"),
}  # fmt: skip
SUBJECTS = (
    "all the {kinds}",
    "all {kinds}",
    "every {kind}",
    "the {kinds}",
    "each {kind}",
    "every single {kind}",
    "all of the {kinds}",
    "any {kind} there is",
    "each and every {kind}",
)
IN_AREA = (
    "{subject} in the {area}",
    "{subject} in {area}",
    "{subject} of the {area}",
    "the {area} {kinds}",
    "all the {area} {kinds}",
    "{area} {kinds}",
    "every {kind} in the {area}",
)
ON_FLOOR = ("{subject} (on|of) the {floor}", "all the {floor} {kinds}", "the {floor} {kinds}", "{subject} on {floor}")
EXCEPT = (
    "{subject} (except|but not|apart from|besides|other than|save for|except for) {it}",
    "{subject} but {it}",
    "{subject}, not {it} though",
    "{subject} with the exception of {it}",
)
EVERYTHING = ("everything", "all devices", "the whole lot", "all of it", "everything there is", "each device")
KIND_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # kind -> singular, plural
    "light": (("light", "lamp"), ("lights", "lamps", "lighting")), "cover": (("cover", "blind", "shade"), ("covers", "window coverings")),
    "blind": (("blind",), ("blinds",)), "curtain": (("curtain",), ("curtains",)), "shutter": (("shutter",), ("shutters",)), "shade": (("shade",), ("shades",)),
    "lock": (("lock", "door lock"), ("locks", "door locks")), "fan": (("fan",), ("fans",)), "plug": (("plug", "socket", "outlet"), ("plugs", "sockets", "outlets")),
    "switch": (("switch",), ("switches",)), "thermostat": (("thermostat", "heating", "heat"), ("thermostats", "heatings")), "heater": (("heater",), ("heaters",)),
    "air conditioner": (("air conditioner", "ac", "air con"), ("air conditioners", "acs")), "tv": (("tv", "television", "telly"), ("tvs", "televisions")),
    "speaker": (("speaker",), ("speakers",)), "radio": (("radio", "stereo", "music"), ("radios",)), "vacuum": (("vacuum", "hoover", "robot vacuum", "vacuum cleaner"), ("vacuums",)),
    "mower": (("mower", "lawn mower"), ("mowers",)), "sprinkler": (("sprinkler", "irrigation"), ("sprinklers",)), "camera": (("camera",), ("cameras",)),
    "alarm": (("alarm", "burglar alarm"), ("alarms",)), "valve": (("valve",), ("valves",)), "gate": (("gate",), ("gates",)), "garage door": (("garage door", "garage"), ("garage doors",)),
    "air purifier": (("air purifier", "purifier"), ("air purifiers",)), "humidifier": (("humidifier",), ("humidifiers",)), "dehumidifier": (("dehumidifier",), ("dehumidifiers",)),
    "pump": (("pump",), ("pumps",)), "washer": (("washing machine", "washer"), ("washing machines",)), "dryer": (("dryer", "tumble dryer"), ("dryers",)), "dishwasher": (("dishwasher",), ("dishwashers",)),
    "oven": (("oven",), ("ovens",)), "coffee maker": (("coffee machine", "coffee maker"), ("coffee machines",)), "kettle": (("kettle",), ("kettles",)), "water heater": (("water heater", "boiler"), ("boilers",)),
    "car charger": (("charger", "car charger", "wallbox"), ("chargers",)), "window": (("window",), ("windows",)), "awning": (("awning",), ("awnings",)), "fridge": (("fridge",), ("fridges",)),
    "siren": (("siren",), ("sirens",)), "door": (("door",), ("doors",)), "feeder": (("feeder",), ("feeders",)),
}  # fmt: skip
PAIRS = (
    "{a} and {b}",
    "{a} and {b}",
    "both {a} and {b}",
    "{a} as well as {b}",
    "{a} and also {b}",
    "{a} plus {b}",
    "{a} and {b}",
)
TRIPLES = ("{a}, {b} and {c}", "{a} and {b} and {c}", "{a}, {b}, and {c}")
JOINS = (
    " and ",
    ", ",
    " and then ",
    ", then ",
    " and also ",
    ", and ",
    ". ",
    "; ",
    ". also ",
    " plus ",
    ", after that ",
    " and after that ",
    " as well as ",
    ", oh and ",
    ". then ",
    " but also ",
)
