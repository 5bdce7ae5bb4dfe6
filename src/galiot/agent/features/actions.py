"""What actions do, by their names: "moveUp" of a blind opens it, "set_hvac_mode" sets the mode."""

from __future__ import annotations

from collections.abc import Mapping

from galiot.agent.features import kinds, values
from galiot.agent.features.kinds_table import KINDS
from galiot.agent.features.roles import ROLES, STATES
from galiot.agent.features.words import fold, plain
from galiot.agent.thing import Affordance, Schema

Meant = tuple[str, str]
"""A verb and the role that it is about."""

EXACT: Mapping[str, Meant] = {
    **dict.fromkeys(("turn on", "switch on", "power on", "on", "enable", "activate", "turn it on", "set on", "wake up",
                     "wake", "illuminate", "light up", "einschalten", "anschalten", "allumer", "encender", "accendi",
                     "accendere", "inschakelen", "aanzetten", "ligar",
                     "wlacz"), ("turn on", "power")),
    **dict.fromkeys(("turn off", "switch off", "power off", "off", "disable", "deactivate", "turn it off", "set off",
                     "standby", "shutdown", "shut down", "shut off", "shutoff", "extinguish", "ausschalten",
                     "abschalten", "eteindre", "apagar", "spegni", "spegnere", "uitschakelen", "uitzetten", "desligar",
                     "wylacz"), ("turn off", "power")),
    **dict.fromkeys(("toggle", "toggle power", "power toggle", "switch toggle", "toggle state", "toggle switch",
                     "toggle light", "power button"), ("toggle", "power")),
    **dict.fromkeys(("open", "open cover", "open valve", "open door", "open gate", "open blind", "open blinds",
                     "open curtain", "open curtains", "draw open", "open shutter", "move up", "up", "roll up", "raise",
                     "open garage", "open garage door", "cover open", "lift", "go up", "unroll", "retract", "extend",
                     "ausfahren", "einfahren", "up or open", "open or up", "offnen", "oeffnen", "hoch", "hochfahren",
                     "auf", "auffahren", "ouvrir", "monter", "abrir", "subir", "apri", "aprire", "openen", "otworz",
                     "open command",
                     "rise"), ("open", "position")),
    **dict.fromkeys(("close", "close cover", "close valve", "close door", "close gate", "close blind", "close blinds",
                     "close curtain", "close curtains", "draw closed", "close shutter", "move down", "down",
                     "roll down", "lower", "close garage", "close garage door", "cover close", "go down", "shut",
                     "down or close", "close or down", "schliessen", "runter", "herunterfahren", "runterfahren", "zu",
                     "zufahren", "fermer", "descendre", "cerrar", "bajar", "chiudi", "chiudere", "sluiten", "fechar",
                     "zamknij",
                     "close command"), ("close", "position")),
    **dict.fromkeys(("stop cover", "stop moving", "stop movement", "stop motion", "halt", "stop valve", "stopp",
                     "anhalten", "arreter", "detener", "ferma"),
                    ("stop", "position")),
    **dict.fromkeys(("open tilt", "open cover tilt", "tilt open"), ("open", "tilt")),
    **dict.fromkeys(("close tilt", "close cover tilt", "tilt close"), ("close", "tilt")),
    **dict.fromkeys(("lock", "lock door", "lock the door", "engage", "secure", "bolt", "lock now", "engage lock",
                     "verriegeln", "abschliessen", "zusperren", "absperren", "sperren", "verrouiller", "bloquear",
                     "blocca", "vergrendelen",
                     "trancar"), ("lock", "lock")),
    **dict.fromkeys(("unlock", "unlock door", "unlock the door", "disengage", "unbolt", "release lock",
                     "disengage lock", "entriegeln", "aufschliessen", "aufsperren", "entsperren",
                     "deverrouiller", "desbloquear", "sblocca", "ontgrendelen",
                     "destrancar"), ("unlock", "lock")),
    **dict.fromkeys(("unlatch", "open latch"), ("open", "lock")),
    **dict.fromkeys(("play", "media play", "start playback", "play media", "start playing", "play music", "abspielen",
                     "wiedergeben", "wiedergabe starten", "lire", "lecture", "reproducir", "afspelen", "riproduci"),
                    ("play", "playback")),
    **dict.fromkeys(("resume", "unpause", "continue", "resume playback", "media resume"), ("resume", "playback")),
    **dict.fromkeys(("pause", "media pause", "pause playback", "pause music", "hold", "pausieren", "anhalten",
                     "mettre en pause", "pausar", "pauzeren"), ("pause", "playback")),
    **dict.fromkeys(("stop", "media stop", "stop playback", "stop playing", "stop music"), ("stop", "playback")),
    **dict.fromkeys(("play pause", "toggle play", "toggle playback", "media play pause", "toggle play pause",
                     "pause resume"), ("toggle", "playback")),
    **dict.fromkeys(("next", "next track", "skip", "media next track", "skip track", "next song", "forward",
                     "skip forward", "skip next", "track next", "media next", "skip to next", "skip to next track",
                     "nachster titel", "naechster titel", "nachstes lied", "weiter", "suivant", "piste suivante",
                     "siguiente"), ("next", "track")),
    **dict.fromkeys(("previous", "previous track", "prev", "media previous track", "previous song", "back", "skip back",
                     "prev track", "skip previous", "rewind", "track previous", "last track", "media previous",
                     "skip to previous", "skip to previous track", "vorheriger titel", "voriger titel", "zuruck",
                     "precedent", "piste precedente", "anterior"), ("previous", "track")),
    **{f"{way} {what}": (verb, "track") for verb, ways in (("next", ("next", "skip", "skip to next", "forward")),
       ("previous", ("previous", "prev", "last", "skip to previous", "back", "backward")))
       for way in ways for what in ("track", "song", "title", "item", "media", "audio")},
    **{f"{what} {way}": (verb, "track") for verb, ways in (("next", ("next", "forward", "skip")),
       ("previous", ("previous", "prev", "back", "backward"))) for way in ways for what in ("track", "song", "title")},
    **{f"{way} {place}": ("dock", "cleaning") for way in ("go", "go to", "return", "return to", "send to", "back to",
       "move to", "drive to", "go back to") for place in ("dock", "base", "charger", "charge", "charging", "station",
       "charging station", "charge station", "docking station", "base station", "home", "charging dock")},
    **dict.fromkeys(("next channel", "channel up", "channel next"), ("next", "channel")),
    **dict.fromkeys(("previous channel", "channel down", "channel previous"), ("previous", "channel")),
    **dict.fromkeys(("mute", "mute volume", "mute audio", "mute sound", "stumm", "stummschalten"), ("mute", "mute")),
    **dict.fromkeys(("unmute", "unmute volume", "unmute audio"), ("unmute", "mute")),
    **dict.fromkeys(("toggle mute", "mute toggle"), ("toggle", "mute")),
    **dict.fromkeys(("volume up", "louder", "turn up", "volume increase", "volup", "vol up", "volume plus",
                     "lauter"), ("raise", "volume")),
    **dict.fromkeys(("volume down", "quieter", "turn down", "volume decrease", "voldown", "vol down", "volume minus",
                     "leiser"), ("lower", "volume")),
    **dict.fromkeys(("brighten", "brighter", "dim up", "brightness up"), ("raise", "brightness")),
    **dict.fromkeys(("dimmer", "darker", "dim down", "brightness down", "darken"), ("lower", "brightness")),
    **dict.fromkeys(("warmer", "temperature up", "heat up"), ("raise", "target temperature")),
    **dict.fromkeys(("colder", "cooler", "temperature down", "cool down"), ("lower", "target temperature")),
    **dict.fromkeys(("start cleaning", "clean", "vacuum", "start vacuum", "clean house", "start vacuuming", "clean all",
                     "begin cleaning", "reinigen", "reinigung starten", "saugen", "nettoyer"), ("start", "cleaning")),
    **dict.fromkeys(("pause cleaning", "pause vacuum"), ("pause", "cleaning")),
    **dict.fromkeys(("stop cleaning", "stop vacuum"), ("stop", "cleaning")),
    **dict.fromkeys(("start mowing", "mow", "mow lawn", "begin mowing", "start mower"), ("start", "mowing")),
    **dict.fromkeys(("pause mowing", "pause mower"), ("pause", "mowing")),
    **dict.fromkeys(("stop mowing", "stop mower"), ("stop", "mowing")),
    **dict.fromkeys(("dock", "return to base", "return home", "go home", "return to dock", "return to charge", "charge",
                     "return", "go to dock", "home", "go to base", "park", "return to charging station",
                     "return to station", "send home", "return to docking station", "go charge", "return dock",
                     "zur ladestation", "zur basis", "zuruck zur basis", "zuruck zur station", "andocken", "nach hause",
                     "retour base", "retour a la base", "volver a la base", "return to charger", "send to dock",
                     "send to base", "send to station",
                     "send dock"), ("dock", "cleaning")),
    **dict.fromkeys(("start watering", "water", "start irrigation", "irrigate", "start sprinkler", "water now",
                     "start zone"), ("start", "watering")),
    **dict.fromkeys(("stop watering", "stop irrigation", "stop sprinkler", "stop zone"), ("stop", "watering")),
    **dict.fromkeys(("start", "run", "starten", "demarrer", "iniciar", "start cycle", "start wash", "begin",
                     "start program", "start machine",
                     "start washing"), ("start", "running")),
    **dict.fromkeys(("cancel", "abort", "stop cycle", "stop program", "stop machine", "end", "cancel cycle"),
                    ("stop", "running")),
    **dict.fromkeys(("pause cycle", "pause program", "pause machine"), ("pause", "running")),
    **dict.fromkeys(("resume cycle", "resume program"), ("resume", "running")),
    **dict.fromkeys(("arm", "arm alarm", "arm system", "alarm arm", "set alarm"), ("arm", "alarm")),
    **{f"{said} {mode}": (f"arm {mode}", "alarm") for said in ("arm", "alarm arm", "set") for mode in ("home", "away",
                                                                                                       "night",
                                                                                                       "vacation")},
    **{f"{said} {mode}": (f"arm {way}", "alarm") for said in ("arm", "alarm arm", "set") for mode, way in
       {"stay": "home", "partial": "home", "perimeter": "home", "full": "away", "total": "away", "all": "away",
        "sleep": "night", "holiday": "vacation"}.items()},
    **dict.fromkeys(("disarm", "disarm alarm", "disarm system", "alarm disarm"), ("disarm", "alarm")),
}  # fmt: skip
"""Action name -> its verb and role, before the thing's kind is looked at."""

_SET = (
    "set",
    "setze",
    "stelle",
    "fahre auf",
    "fahre zu",
    "fahre",
    "regler",
    "definir",
    "change",
    "adjust",
    "update",
    "select",
    "choose",
    "write",
    "configure",
    "put",
    "fade to",
    "move to",
    "go to",
    "fade",
    "dim to",
    "use",
    "switch to",
    "to",
)
_SET_ALL = ("set state", "set value", "set status", "control", "apply", "set light", "set all", "set scene")
_RAISE = ("increase", "raise", "turn up", "increment", "step up", "inc")
_SET_LAST = (" set", " adjust", " change", " control", " setzen", " einstellen", " andern", " regler", " instellen")
_LOWER = ("decrease", "lower", "reduce", "turn down", "decrement", "step down", "dec")
_UP = ("up", "increase", "plus", "increment", "raise")
_DOWN = ("down", "decrease", "minus", "decrement", "lower")
_WORK_VERBS = {"start": "start", "begin": "start", "run": "start", "pause": "pause", "hold": "pause",
               "resume": "resume", "continue": "resume", "stop": "stop", "cancel": "stop", "abort": "stop",
               "end": "stop", "finish": "stop"}  # fmt: skip
_TASKS = {"print", "printing", "job", "print job", "task", "cycle", "program", "wash", "washing", "dry", "drying",
          "cook", "cooking", "bake", "baking", "brew", "brewing", "cleaning", "clean", "vacuuming", "mowing",
          "watering", "irrigation", "operation", "zone", "water", "work", "machine", "playback", "playing", "process",
          "run",
          "heating"}  # fmt: skip
_VAGUE = {"level", "value", "percent", "percentage", "strength", "intensity", "power level", "speed", "state", "status",
          "stage", "mode", "setting", "amount", "target", "position", "power"}  # fmt: skip
"""Names of inputs that say nothing without the kind of the thing."""
_OF_KIND: Mapping[tuple[str, str], Meant] = {
    ("awning", "retract"): ("close", "position"), ("awning", "einfahren"): ("close", "position"),
    ("valve", "shut off"): ("close", "position"), ("valve", "turn off"): ("close", "position"),
    ("valve", "turn on"): ("open", "position"),
}  # fmt: skip
"""(kind, words) -> what an action means there and not elsewhere."""
_WORDED = ("position", "cleaning", "mowing", "watering", "running", "playback", "lock", "alarm", "power")
_WORK = ("cleaning", "mowing", "watering", "running", "playback", "position", "alarm")


def meanings_of(action: Affordance, kind: str | None, titled: set[str], roles: frozenset[str]) -> list[Meant]:
    """Return what an action does; an empty list where it is known by its title alone."""
    for name in (action.name, action.title, *(_typed(name) for name in action.types)):
        words = fold(plain(name))
        trimmed = " ".join(word for word in words.split() if word not in titled)
        for tried in dict.fromkeys((words, _bare(words), trimmed)):
            if meant := _meaning(tried, action, kind, roles):
                return meant
    return []


def work_of(action: Affordance, kind: str | None) -> list[Meant]:
    """Return what an action sets whose choices speak of work: "start", "pause", "dock"; of ways: "up", "down"."""
    part = _value_schema(action.schema)
    if part is None or len(part.enum) < 2:
        return []
    words = {fold(plain(str(choice))) for choice in part.enum}
    own = KINDS[kind].roles if kind in KINDS and kind is not None else ()
    for role in (role for role in _WORDED if role in own or kind is None):
        spoken = {word for said in STATES.get(role, {}).values() for word in said}
        if len(words & spoken) * 3 >= 2 * len(words):
            return [("set", role)]
    return []


def also_set(action: Affordance, kind: str | None, roles: frozenset[str], *, vague: bool) -> list[str]:
    """Return the features that parts of an action's input would set too: `turn_on({brightness})`.

    vague: whether a part may be called "level" or "status"; not where the action is known to set something else
    """
    schema = action.schema
    if schema is None or not schema.properties:
        return []
    named = [(fold(plain(name)), part) for name, part in list(schema.properties.items())[:20]]
    found = [_role_of(name, Affordance(name=name, kind="action", schema=part), kind, roles) for name, part in named]
    needed = {fold(plain(name)) for name in schema.required}
    own = KINDS[kind].roles if kind is not None and kind in KINDS else ()
    told = [(name, role) for (name, _), role in zip(named, found, strict=True) if role and not needed - {name}]
    return [role for name, role in told if name not in _VAGUE or (vague and role in own)]


def _typed(name: str) -> str:
    """Return "Lock" of an action's type "iot:LockAction"."""
    return name.rsplit(":", 1)[-1].rsplit("/", 1)[-1].rsplit("#", 1)[-1].removesuffix("Action")


def _bare(words: str) -> str:
    """Drop what people put around: "cover.open_cover", "do lock", "lock action", "smart lock lock"."""
    parts = words.split()
    while parts and parts[0] in (
        "do",
        "action",
        "invoke",
        "cmd",
        "command",
        "perform",
        "request",
        "execute",
        "trigger",
        "media",
        "climate",
        "cover",
        "vacuum",
        "fan",
        "the",
        "key",
        "btn",
        "button",
        "remote",
    ):
        parts = parts[1:]
    while parts and parts[-1] in ("action", "command", "cmd", "now", "device", "the"):
        parts = parts[:-1]
    return " ".join(parts)


def _meaning(words: str, action: Affordance, kind: str | None, roles: frozenset[str]) -> list[Meant]:
    if not words:
        return []
    if words in EXACT or words in _JOINED:
        known = EXACT.get(words) or _JOINED[words]
        return _exact(*known, words, action, kind, roles)
    if task := _task(words):
        return _exact(task, "running", task, action, kind, roles)
    for starts, verb in ((_SET, "set"), (_RAISE, "raise"), (_LOWER, "lower")):
        for start in starts:
            if words.startswith(start + " ") and (named := _role_of(words[len(start) + 1 :], action, kind, roles)):
                return [(verb, named)]
    for end in _SET_LAST:
        if words.endswith(end) and (named := _role_of(words.removesuffix(end), action, kind, roles)):
            return [("set", named)]
    for ends, verb in ((_UP, "raise"), (_DOWN, "lower")):
        for end in ends:
            if words.endswith(" " + end) and (named := _role_of(words[: -len(end) - 1], action, kind, roles)):
                return [(verb, named)]
    if action.schema is not None and (words in _SET or words in _SET_ALL) and (found := _by_input(action, kind, roles)):
        return found
    if words in ("dim", "fade", "dim light"):
        return [
            ("set", "brightness")
            if action.schema is not None and action.schema.type != "null"
            else ("lower", "brightness")
        ]
    if action.schema is not None and (named := _role_of(words, action, kind, roles)):
        return [("set", named)]
    return [("toggle", "power")] if words == "power" else []


def _task(words: str) -> str | None:
    """Return the verb of "pause print", "wash start"; the work itself is that of the thing's kind."""
    first, _, rest = words.partition(" ")
    first, rest = (first, rest) if first in _WORK_VERBS else (rest, first)
    return _WORK_VERBS.get(first) if rest in _TASKS else None


def _exact(
    verb: str, role: str, words: str, action: Affordance, kind: str | None, roles: frozenset[str]
) -> list[Meant]:
    if kind is not None and (kind, words) in _OF_KIND:
        return [_OF_KIND[kind, words]]
    work = _work_of(kind, roles)
    if words in ("raise", "lower", "up", "down") and not (
        kinds.is_a(kind, "cover") or "position" in roles or kind is None
    ):
        return []
    if (
        role == "power"
        and words in ("on", "off", "power on", "power off")
        and action.schema is not None
        and action.schema.type == "boolean"
    ):
        return [("set", "power")]
    if words in ("start", "run", "begin", "stop", "pause", "resume", "hold", "continue", "cancel", "abort", "end",
                 "starten", "demarrer", "iniciar", "pausieren", "pausar", "stopp", "anhalten", "halt", "dock", "return",
                 "return home", "home", "charge", "park", "return to base", "go home",
                 "return to dock") and work is not None:  # fmt: skip
        return [(verb, work)]
    if words == "clean" and kind is not None and not kinds.is_a(kind, "vacuum"):
        return []
    if verb == "dock" and kind is not None and not any(kinds.is_a(kind, wide) for wide in ("vacuum", "mower")):
        return []
    if role == "cleaning" and verb == "dock" and kinds.is_a(kind, "mower"):
        return [(verb, "mowing")]
    if words in ("vacuum", "clean", "water", "mow") and action.schema is not None:
        return [(verb, role)]
    if kinds.is_a(kind, "lock") and role == "position" and verb in ("open", "close"):
        return [("open", "lock")] if verb == "open" else [("lock", "lock")]
    if kinds.is_a(kind, "media") and verb == "next" and role == "channel":
        return [("next", "channel"), ("raise", "channel")]
    return [(verb, role)]


def _work_of(kind: str | None, roles: frozenset[str]) -> str | None:
    """Return which of the features that start, pause and stop a bare "start" of such a thing is about."""
    for wide, role in (("vacuum", "cleaning"), ("mower", "mowing"), ("sprinkler", "watering"), ("media", "playback"),
                       ("appliance", "running"), ("cover", "position"), ("valve", "position"),
                       ("alarm", "alarm")):  # fmt: skip
        if kinds.is_a(kind, wide):
            return role
    return next((role for role in _WORK if role in roles), "running" if kind is None else None)


def _role_of(words: str, action: Affordance, kind: str | None, roles: frozenset[str]) -> str | None:
    """Return the role that words name; those that the thing has first."""
    words = (
        words.removeprefix("the ").removesuffix(" level").removesuffix(" value").removesuffix(" to").strip()
        if words not in _NAMED
        else words
    )
    found = _NAMED.get(words, [])
    schema = _value_schema(action.schema)
    found = [role for role in found if not ROLES[role].sensed and _shape_fits(role, schema)]
    if words in _VAGUE and kind is not None and kind in KINDS:
        found = [role for role in found if role in KINDS[kind].roles or role in roles]
    if kinds.is_a(kind, "cover") and "position" in found:
        return "position"
    if "temperature" in words and "target temperature" in found:
        return "target temperature"
    if kind is not None and kind in KINDS:
        found = sorted(found, key=lambda role: role not in KINDS[kind].roles)
    held = [role for role in found if role in roles]
    if held or found:
        return (held or found)[0]
    return next((role for role in roles if role == words), None)


def _shape_fits(role: str, schema: Schema | None) -> bool:
    if schema is None or schema.type is None:
        return True
    shape = ROLES[role].shape
    if schema.type == "boolean":
        return shape in ("switch",) or role == "position"
    if schema.type in ("integer", "number"):
        return shape in ("percent", "number", "color") or (shape == "switch" and schema.maximum == 1)
    return True


def _value_schema(schema: Schema | None) -> Schema | None:
    if schema is not None and len(schema.properties) == 1:
        return values.flat(next(iter(schema.properties.values())))
    return values.flat(schema) if schema is not None and schema.type != "object" else None


def _by_input(action: Affordance, kind: str | None, roles: frozenset[str]) -> list[Meant]:
    """An action that takes an object sets every feature that a part of it names."""
    assert action.schema is not None
    bare = _value_schema(action.schema)
    if bare is not None and (not action.schema.properties or plain(next(iter(action.schema.properties))) in _SLOTS):
        likely = [role for wide, role in _SET_OF_KIND if kinds.is_a(kind, wide)]
        likely += [role for role in ("power", "target temperature", "position", "mode") if role in roles]
        fitting = [role for role in likely if _shape_fits(role, bare)]
        return [("set", fitting[0])] if fitting else []
    found = [
        _role_of(fold(plain(name)), Affordance(name=name, kind="action", schema=part), kind, roles)
        for name, part in list(action.schema.properties.items())[:20]
    ]
    return [("set", role) for role in dict.fromkeys(found) if role]


_SLOTS = ("value", "level", "percent", "percentage", "target", "to", "pct", "amount", "position")
_SET_OF_KIND = (("cover", "position"), ("valve", "position"), ("light", "brightness"), ("fan", "fan speed"),
                ("media", "volume"), ("climate", "target temperature"), ("oven", "target temperature"),
                ("humidifier", "target humidity"), ("lock", "lock"), ("switch", "power"),
                ("light", "power"))  # fmt: skip
"""What "set" with nothing but a value is about."""
_JOINED = {words.replace(" ", ""): meant for words, meant in EXACT.items() if " " in words}
_NAMED: dict[str, list[str]] = {}
for _role, _row in ROLES.items():
    for _name in _row.names:
        for _form in dict.fromkeys((fold(_name), fold(_name).replace(" ", ""))):
            _NAMED.setdefault(_form, []).append(_role)
