"""What cannot be done: absent devices and attributes, values out of range, what is no matter of the home, what is not wanted; and what is not clear."""

from __future__ import annotations

from collections.abc import Sequence

from galiot.agent.features import features_of
from galiot.agent.lessons import requests
from galiot.agent.lessons.commands import Clause, make_command, steps_of, which
from galiot.agent.lessons.devices import ADJECTIVES, KINDS, MACHINES, ROOMS
from galiot.agent.lessons.scene import Scene
from galiot.agent.lessons.timed import CHORES
from galiot.agent.names import clean
from galiot.agent.plan import Ask, Do, Refuse
from galiot.agent.thing import Thing

_ASKED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("light", ("turn on", "turn off")), ("plug", ("turn on", "turn off")), ("cover", ("open", "close")), ("garage door", ("open", "close")), ("gate", ("open", "close")), ("lock", ("lock", "unlock")), ("valve", ("open", "close")),
    ("thermostat", ("raise temperature", "lower temperature", "set temperature", "turn off")), ("climate", ("turn on", "set temperature")), ("fan", ("turn on", "turn off")), ("purifier", ("turn on",)), ("humidifier", ("turn on",)),
    ("tv", ("turn on", "turn off", "raise volume", "lower volume", "mute")), ("speaker", ("play", "pause", "raise volume")), ("vacuum", ("start", "dock")), ("mower", ("start", "dock")), ("sprinkler", ("turn on", "turn off")), ("alarm", ("arm", "disarm")),
    ("camera", ("turn on", "turn off")), ("washer", ("start", "stop")), ("dryer", ("start",)), ("dishwasher", ("start",)), ("oven", ("turn on", "turn off", "set temperature")), ("kettle", ("turn on",)), ("coffee", ("turn on",)), ("fridge", ("set temperature",)),
    ("charger", ("start",)), ("pump", ("turn on", "turn off")), ("aquarium", ("turn on",)), ("pool", ("turn on", "set temperature")), ("fireplace", ("turn on", "turn off")), ("feeder", ("turn on",)), ("boiler", ("turn on",)),
)  # fmt: skip
_OFF_TOPIC = (
    "(what is|what's) the capital of (france|peru|norway|japan|kenya|australia|mongolia)", "tell me a (joke|story|riddle|fairy tale|poem)", "who (wrote|painted|invented|discovered) (hamlet|the mona lisa|the telephone|penicillin|the light bulb|faust)", "how (tall|high) is (mount everest|the eiffel tower|a giraffe)",
    "what is (12|17|144|33) (times|plus|divided by|minus) (4|12|7|9)", "translate (good evening|thank you|where is the station) (in|)to (french|spanish|japanese)", "write (an email|a letter|a message) to (my boss|anna|the landlord)", "book (a flight to rome|a table for two|a hotel in oslo|a taxi)",
    "who won the (world cup|election|match yesterday|oscar)", "what's the (weather in paris|stock price of apple|exchange rate for dollars)", "order (a pizza|sushi|new shoes|a taxi) [for me]", "sing (me |)a song about (cats|the sea)", "what should i (cook|wear|read) (tonight|today)", "do you love me",
    "how do you spell (necessary|rhythm)", "what is the meaning of life", "recommend (a book|a good film|a restaurant nearby)", "play chess with me", "who is the (president of brazil|king of spain|pope)", "how many (people live in china|bones does a human have|planets are there)",
    "what year did (the war end|columbus sail|rome fall)", "send (20 dollars|money) to (tom|my sister)", "post (a photo|this) on (instagram|facebook)", "what's your (name|favourite colour|age)", "are you (human|alive|a robot)", "solve (x squared plus 2 equals 11|this equation)", "call (my mum|the police|a doctor|pizza place)",
    "when is (easter|the next full moon|my wife's birthday)", "how far is (the moon|berlin from here|the sun)", "define (photosynthesis|irony|entropy)", "summarise (the news|this article|war and peace)", "what does (ubiquitous|schadenfreude) mean", "give me (a recipe for pancakes|diet tips|lottery numbers)",
    "which team plays (tonight|on sunday)", "write (python code|an essay|a haiku) about (trees|the sea|sorting)", "what's the fastest way to the (airport|station)", "who are you", "convert (10 miles to kilometers|5 pounds to kilos)", "is there life on mars", "how old is (the universe|the queen|keanu)",
    "what's (5 percent of 80|the square root of 81)", "who sings (yesterday|bohemian rhapsody)", "how much does (gold|a house in london) cost", "why is the sky blue", "which language is spoken in brazil", "find me a (job|girlfriend|new flat)", "invest my savings", "what's a good name for a (dog|baby)", "tell me about (napoleon|black holes|the roman empire)", "read me the (newspaper|bible)", "(hello|hi there|good afternoon)", "(thank you|thanks a lot|cheers)", "how are you [today]", "what's the time in (tokyo|new york)", "i'm bored", "tell me something (funny|interesting)", "you're (great|stupid|useless)",
    "what (can|do) you (do|know)", "the (bus|train) is late again", "my (sister|uncle) lives in (rome|oslo)", "i had (eggs|fish) for lunch", "how do (planes|magnets|vaccines) work", "buy (me a car|bitcoin|concert tickets)", "who was (cleopatra|einstein|mozart)",
    "what's on at the (cinema|theatre|opera)", "how (much|many calories) is (a banana|a croissant)", "explain (quantum physics|inflation|football rules) to me", "make me a sandwich", "fix my (bike|marriage|roof)", "name three (rivers|composers|birds)",
    "which (phone|laptop) should i buy", "is (pluto a planet|tomato a fruit)", "print my boarding pass", "check my (email|bank account|horoscope)", "tweet something", "hack my neighbour's wifi", "drive me to work", "how long do (turtles|elephants) live", "rename my cat",
    "when did (the titanic sink|the wall fall)", "where is (timbuktu|the nearest pharmacy|my brother)", "do my homework", "roll a dice", "flip a coin", "pick a number between 1 and 10",
)  # fmt: skip
_NEGATED = ("don't {s}", "do not {s}", "please don't {s}", "never {s}", "no need to {s}", "you must not {s}", "i don't want you to {s}", "don't you dare {s}", "under no circumstances {s}", "you needn't {s}", "don't {s} please", "whatever you do, don't {s}", "by no means {s}",
            "there's no reason to {s}", "i'd rather you didn't {s}", "avoid it: do not {s}")  # fmt: skip
_LEAVE = (
    "leave {it} (as it is|alone|on|off|as is)",
    "keep your hands off {it}",
    "don't touch {it}",
    "{it} stays as it is",
    "nothing should happen to {it}",
    "do nothing with {it}",
    "let {it} be",
)
_UNCLEAR = ("do it", "do the thing", "you know what i mean", "make it so", "the usual", "that one", "do something", "hmm", "well then", "asdf", "change it", "not like that", "what i said before", "it should be different", "the other way round", "fix this", "do what's needed", "do that over there", "more", "less", "again",
            "blub", "go on", "that thing", "set it", "yes the", "ok so", "umm what", "it", "turn", "please")  # fmt: skip
_CONTRADICT = (
    "turn {it} on and off at the same time",
    "{it} on and off at once",
    "switch {it} on but keep it off",
    "{it} should be both on and off",
)
_ABSENT_ROLE: dict[str, tuple[str, ...]] = {
    "brightness": ("(set|dim) {it} to {v} percent brightness", "make {it} brighter", "dim {it}", "brightness of {it} to {v}"), "color": ("make {it} (red|blue|green|purple)", "(turn|set|change) {it} to (pink|orange|yellow)", "change the color of {it}"),
    "volume": ("set the volume of {it} to {v}", "turn up the volume of {it}", "make {it} louder", "{it} quieter"), "temperature": ("set the temperature of {it} to {v} degrees", "heat {it} to {v} degrees", "make {it} warmer"), "lock": ("lock {it}", "unlock {it}"),
    "position": ("open {it} halfway", "close {it} to {v} percent", "move {it} to position {v}"), "humidity": ("set the humidity of {it} to {v}", "what's the humidity at {it}"), "fan speed": ("set the fan speed of {it} to {v}", "run {it} at fan speed high"), "channel": ("channel {v} on {it}", "switch {it} to channel {v}"),
    "mode": ("set {it} to eco mode", "put {it} in night mode", "{it} in turbo mode"), "battery": ("how full is the battery of {it}", "battery level of {it}"), "alarm": ("arm {it}", "disarm {it}"), "cleaning": ("vacuum with {it}", "send {it} to its dock"), "playback": ("play music on {it}", "pause the song on {it}"),
}  # fmt: skip
_SAME = {
    "temperature": ("target temperature", "temperature"),
    "humidity": ("target humidity", "humidity"),
    "position": ("position", "tilt"),
    "mode": ("mode", "program", "preset"),
    "playback": ("playback", "track"),
    "brightness": ("brightness",),
    "fan speed": ("fan speed", "power"),
    "lock": ("lock", "position"),
}


def make_absent(scene: Scene) -> Clause | None:
    """Ask something of a device that is not there."""
    rng = scene.rng
    name, verbs = rng.choice(_ASKED)
    noun = rng.choice([word.strip() for word in KINDS[name].nouns.split(",")][:8])
    if rng.random() < 0.15:
        noun, verbs = rng.choice(MACHINES.split(",")), ("turn on", "turn off", "start")
    if rng.random() < 0.25:
        noun = f"{rng.choice(ADJECTIVES.split(','))} {noun}"
    known = scene._words
    head = noun.split()[-1]
    place = ""
    if _known(known, head) or (
        name in ("light", "cover", "lock", "plug", "thermostat", "fan", "contact sensor")
        and scene.of_kind(_KIND.get(name, name))
    ):
        place = _strange_room(scene)
        if not place:
            return None
    elif rng.random() < 0.3:
        areas = [clean(area) for area in scene.home.areas]
        place = rng.choice(areas) if areas and rng.random() < 0.6 else _strange_room(scene)
    called = noun if not place else rng.choice((f"{place} {noun}", f"{noun} in the {place}", f"{noun} in {place}"))
    verb = rng.choice(verbs)
    first, _, role = verb.partition(" ")
    key = (
        (first, role)
        if (first, role) in requests.COMMANDS
        else next(key for key in requests.COMMANDS if key[0] == verb)
    )
    article = rng.choice(("the ", "the ", "the ", "my ", "our ", ""))
    said = scene.speaker.say(
        requests.COMMANDS[key], {"it": article + called, "v": str(rng.choice((19, 20, 21, 22, 23)))}
    )
    return Clause(said, steps_of(Refuse("absent device", called)))


_KIND = {
    "cover": "cover,blind,curtain,shutter,shade",
    "thermostat": "thermostat,heater,climate,air conditioner",
    "plug": "plug,switch",
}


def _known(words: object, word: str) -> bool:
    from galiot.agent.lessons.scene import _plain

    return bool(words[_plain(word)])  # type: ignore[index]


def _strange_room(scene: Scene) -> str:
    """A room that the home has not."""
    rooms = [room for place in ("in", "wet", "yard", "garage") for room in ROOMS[place].split(",")]
    here = {word for area in scene.home.areas for word in clean(area).split()}
    free = [
        room
        for room in rooms
        if not set(room.split()) & here and not any(_known(scene._words, word) for word in room.split())
    ]
    return scene.rng.choice(free) if free else ""


def make_lacking(scene: Scene) -> Clause | None:
    """Ask something of a thing that it cannot do."""
    rng = scene.rng
    thing = rng.choice(list(scene.things))
    role = rng.choice(list(_ABSENT_ROLE))
    if any(same in features_of(thing) for same in _SAME.get(role, (role,))) or _might(thing, role):
        return None
    said = scene.speaker.say(
        _ABSENT_ROLE[role], {"it": scene.mention(thing), "v": str(rng.choice((10, 20, 22, 40, 50, 70)))}
    )
    return Clause(said, steps_of(Refuse("absent attribute", "")))


def _might(thing: Thing, role: str) -> bool:
    """Whether the thing has something that could be meant all the same."""
    verbs = {"brightness": "power"}
    return role in verbs and False


def make_excessive(scene: Scene) -> Clause | None:
    """Ask for a value that is out of range: the plan says it as it was said, the validator knows the range."""
    rng = scene.rng
    options = [(thing, role, feature) for thing in scene.things for (verb, role), feature in scene.able[thing.id].items()
               if verb == "set" and role and feature.shape in ("percent", "number") and feature.high is not None]  # fmt: skip
    if not options:
        return None
    thing, role, feature = rng.choice(options)
    percent = role in ("brightness", "position", "volume")
    top = 100 if percent else feature.high or 100
    value = (
        int(top * rng.choice((1.2, 1.5, 2, 3, 5)) + rng.randrange(1, 10))
        if rng.random() < 0.8 or (feature.low or 0) <= 0
        else int((feature.low or 0) - rng.randrange(1, 15))
    )
    called = {"target temperature": "temperature", "target humidity": "humidity"}.get(role, role)
    table = requests.COMMANDS.get(("set", called), requests.ANY_SET)
    said = scene.speaker.say(table, {"it": scene.mention(thing), "v": str(value), "role": role})
    return Clause(said, steps_of(Do("set", scene.target([thing]), role, value, "%" if feature.unit == "%" else None)))


def make_off_topic(scene: Scene) -> Clause:
    """Ask for what is no matter of the home."""
    return Clause(scene.speaker.say(_OFF_TOPIC), steps_of(Refuse("off-topic")), imperative=False)


def make_negated(scene: Scene) -> Clause | None:
    """Say what is not to be done."""
    if scene.rng.random() < 0.2:
        thing = scene.rng.choice(list(scene.things))
        return Clause(
            scene.speaker.say(_LEAVE, {"it": scene.mention(thing)}), steps_of(Refuse("negated")), imperative=False
        )
    command = make_command(scene, one=0.9)
    starts = (
        "turn",
        "switch",
        "open",
        "close",
        "lock",
        "unlock",
        "set",
        "put",
        "dim",
        "start",
        "play",
        "shut",
        "mute",
        "raise",
        "lower",
        "activate",
        "run",
        "stop",
        "pause",
        "send",
        "arm",
        "disarm",
        "make",
        "brighten",
        "deactivate",
    )
    if command is None or not command.said.startswith(starts):
        return None
    return Clause(scene.speaker.say(_NEGATED, {"s": command.said}), steps_of(Refuse("negated")), imperative=False)


def make_unclear(scene: Scene) -> Clause | None:
    """Say too little, or two things at once."""
    if scene.rng.random() < 0.25:
        things = scene.pick("turn on", None)
        if not things:
            return None
        return Clause(
            scene.speaker.say(_CONTRADICT, {"it": scene.mention(scene.rng.choice(things))}),
            steps_of(Refuse("contradiction")),
            imperative=False,
        )
    return Clause(scene.speaker.say(_UNCLEAR), steps_of(Refuse("unclear")), imperative=False)


_HOW_MUCH = (
    "set {it}",
    "(set|change|adjust) the {role} of {it}",
    "change {it}",
    "{role} of {it} please change it",
    "put {it} on another {role}",
    "set {it} to a different {role}",
    "{it} to",
    "i want another {role} on {it}",
)
_WHICH = (
    "turn it (on|off)",
    "open it",
    "close it",
    "(turn|switch) that (on|off)",
    "lock it",
    "put it (on|off)",
    "start it",
    "stop it",
    "turn them (on|off)",
    "make it brighter",
    "make it louder",
    "unlock it",
    "the other one please",
)
_WHEN = (
    "remind me to {x}",
    "don't let me forget to {x}",
    "wake me up",
    "set an alarm clock",
    "remind me of something to do: {x}",
    "i need a reminder to {x}",
)
_HOW_LONG = (
    "(set|start) a timer",
    "i need a timer",
    "count down",
    "timer please",
    "start the countdown",
    "put a timer on",
)


def make_incomplete(scene: Scene) -> Clause | None:
    """Leave out the value, the device, the time."""
    draw, rng = scene.rng.random(), scene.rng
    if draw < 0.4:
        roles = ("brightness", "target temperature", "volume", "color", "fan speed", "position")
        options = [
            (thing, role)
            for thing in scene.things
            for verb, role in scene.able[thing.id]
            if verb == "set" and role in roles
        ]
        if not options:
            return None
        thing, role = rng.choice(options)
        called = {"target temperature": "temperature"}.get(role or "", role or "")
        question = "what" if role == "color" else "how much"
        return Clause(
            scene.speaker.say(_HOW_MUCH, {"it": scene.mention(thing), "role": called}), steps_of(Ask(question))
        )
    if draw < 0.65:
        return Clause(scene.speaker.say(_WHICH), steps_of(Ask("which"))) if len(scene.things) > 1 else None
    if draw < 0.85:
        return Clause(scene.speaker.say(_WHEN, {"x": rng.choice(CHORES)}), steps_of(Ask("when")), imperative=False)
    return Clause(scene.speaker.say(_HOW_LONG), steps_of(Ask("how long")))


def make_ambiguous(scene: Scene) -> Clause | None:
    """Name a kind of which there are several."""
    rng = scene.rng
    verbs = rng.choice(
        (
            ("turn on", "turn off"),
            ("open", "close"),
            ("lock", "unlock"),
            ("start",),
            ("play", "pause"),
            ("turn on", "turn off"),
            ("set", "raise", "lower"),
        )
    )
    verb = rng.choice(verbs)
    role = (
        rng.choice(("brightness", "target temperature", "volume", "position"))
        if verb in ("set", "raise", "lower")
        else None
    )
    value, unit = (50, "%") if verb == "set" and role != "target temperature" else (21 if verb == "set" else None, None)
    things = [thing for thing in scene.pick(verb, role, value, unit) if scene.kinds[thing.id] in requests.KIND_WORDS]
    by_kind: dict[tuple[str, str | None], list[Thing]] = {}
    for thing in things:
        by_kind.setdefault((scene.kinds[thing.id], None), []).append(thing)
        by_kind.setdefault((scene.kinds[thing.id], thing.area), []).append(thing)
    options = [(key, found) for key, found in by_kind.items() if 1 < len(found) <= 5]
    if not options:
        return None
    (kind, area), found = rng.choice(options)
    word = requests.KIND_WORDS[kind][0][0]
    exact = [
        thing
        for thing in scene.things
        if clean(thing.title) in (word, f"{clean(area or '')} {word}") and (area is None or thing.area == area)
    ]
    wider = [thing for thing in scene.of_kind(kind) if area is None or thing.area == area]
    if (
        exact
        or len(wider) != len(found)
        or (
            area is None
            and any(
                set(word.split()) <= set(clean(thing.title).split()) for thing in scene.things if thing not in found
            )
        )
    ):
        return None
    said = (
        f"the {word}" if area is None else rng.choice((f"the {word} in the {clean(area)}", f"the {clean(area)} {word}"))
    )
    called = {"target temperature": "temperature"}.get(role or "", role)
    table: Sequence[str] = requests.COMMANDS.get((verb, called or ""), ()) or next(
        rows for (name, _), rows in requests.COMMANDS.items() if name == verb
    )
    sentence = scene.speaker.say(table, {"it": said, "v": str(value or "")})
    return Clause(sentence, steps_of(which(scene, found)))
