"""What helps against what: need -> remedies, the likeliest first; and where people are by what they do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from galiot.agent.plan import Value


@dataclass(frozen=True)
class Remedy:
    """One thing that would help; the first that a home can do is meant.

    kinds: parted by commas; called: words of names, parted by commas: things of any kind that are called so help too
    verb, role, value, unit: as in `plan.Do`; role "?" is the choice or action that the sentence names
    every: all of them in the place, not just one
    anywhere: it also helps from elsewhere: one thermostat for the house
    but: words of names, parted by commas: things that are called so do not help
    only: of the things of these kinds only those that are called so
    """

    kinds: str
    verb: str
    role: str | None = None
    value: Value = None
    unit: str | None = None
    called: str = ""
    every: bool = False
    anywhere: bool = False
    only: bool = False
    but: str = ""


_COVERS = "blind,curtain,shutter,shade"
_CLIMATE = "thermostat,heater,climate,air conditioner"
_SOUND = "speaker,radio,media,tv"
_MUSIC = "speaker,radio,media"
_LIGHT_ON = (Remedy("light", "turn on"), Remedy("light", "raise", "brightness"))
_LIGHT_OFF = (Remedy("light", "turn off", every=True),)
_SOFTER = (Remedy("light", "lower", "brightness", every=True), Remedy("light", "turn off", every=True))
_SCREENS = "projection,projector,display,monitor,tv,canvas,welcome"
_SHADE = (
    Remedy(_COVERS, "close", every=True, but=_SCREENS),
    Remedy("awning", "open"),
)
_AIR = (
    Remedy("", "turn on", called="ventilation,extractor,fresh air,vent,ventilator", only=True),
    Remedy("", "raise", "fan speed", called="ventilation,extractor,fresh air,vent,ventilator", only=True),
    Remedy("air purifier", "turn on"),
    Remedy("window", "open"),
    Remedy("fan", "turn on"),
    Remedy("air purifier,fan", "raise", "fan speed"),
)
_WET = "tub,pool,spa,jacuzzi,whirlpool,water,boiler,oven,fridge,freezer,sauna,server,aquarium"
_WARMER = (
    Remedy("thermostat,climate", "raise", "target temperature", anywhere=True, but=_WET),
    Remedy("heater", "turn on", but=_WET),
    Remedy("heater,air conditioner", "raise", "target temperature", anywhere=True, but=_WET),
    Remedy("heater", "raise", "heat level"),
    Remedy("air conditioner", "turn off"),
    Remedy("heater", "turn on", anywhere=True),
)
_VENTS = "extractor,hood,exhaust"
_COOLER = (
    Remedy("air conditioner", "turn on", called="ac,air conditioning,cooling", but=_WET),
    Remedy("air conditioner", "lower", "target temperature", called="ac,air conditioning,cooling", but=_WET),
    Remedy("fan", "turn on", but=_VENTS),
    Remedy("fan", "raise", "fan speed", but=_VENTS),
    Remedy("thermostat,climate,heater", "lower", "target temperature", anywhere=True, but=_WET),
    Remedy("heater", "turn off"),
    Remedy("window", "open"),
)
_WATERING = (
    Remedy("sprinkler", "start", anywhere=True),
    Remedy("sprinkler", "turn on", anywhere=True),
    Remedy("", "open", called="irrigation,watering,hose,patch,bed,lawn,garden", only=True),
    Remedy("valve,pump", "turn on", called="irrigation,watering,hose,patch,bed,lawn,garden,plant", only=True),
    Remedy("valve,pump,plug", "open", called="irrigation,watering,hose,patch,bed,lawn,garden,plant", only=True),
)
_BREW = (
    Remedy("coffee maker", "run", "?", anywhere=True),
    Remedy("coffee maker", "turn on", called="coffee,espresso", anywhere=True),
    Remedy("coffee maker", "start", called="coffee,espresso", anywhere=True),
)

REMEDIES: Mapping[str, tuple[Remedy, ...]] = {
    "leak": (
        Remedy("valve", "close", called="main,shutoff,stopcock", only=True, anywhere=True),
        Remedy("valve", "close", anywhere=True),
        Remedy("valve", "turn off", called="water", anywhere=True, only=True),
    ),
    "rain": (Remedy("window", "close", every=True), Remedy("awning", "close", every=True)),
    "wind": (Remedy("awning", "close", every=True), Remedy("window", "close", every=True)),
    "draught": (Remedy("window", "close", every=True), Remedy("door", "close")),
    "privacy": (Remedy(_COVERS, "close", every=True, but=_SCREENS),),
    "glare": _SHADE,
    "daylight": (Remedy(_COVERS, "open", every=True, but=_SCREENS),),
    "lit for nobody": (Remedy("light", "turn off", every=True), Remedy("tv,radio", "turn off")),
    "smoke": (Remedy("", "turn on", called="extractor,hood,range hood,exhaust", only=True, anywhere=True), *_AIR),
    "musty": (
        Remedy("dehumidifier", "turn on", called="dehumidifier"),
        Remedy("air conditioner", "set", "mode", "dry"),
        *_AIR,
    ),
    "dry air": (Remedy("humidifier", "turn on"), Remedy("humidifier", "raise", "target humidity")),
    "stuffy": _AIR,
    "thirsty animals": (
        Remedy("valve,pump,switch,plug", "open", called="trough,drinker,drinking,water,fountain,bowl", only=True),
        Remedy("valve,pump,switch,plug", "turn on", called="trough,drinker,drinking,water,fountain,bowl", only=True),
    ),
    "hungry animals": (
        Remedy("feeder", "run", "feed", anywhere=True),
        Remedy("feeder", "run", "dispense", anywhere=True),
        Remedy("feeder", "start", anywhere=True),
        Remedy("feeder", "turn on", anywhere=True),
    ),
    "animals in": (
        Remedy("door", "close", called="coop,stable,barn,hutch,kennel,chicken,hen", only=True),
        Remedy("lock", "lock", called="coop,stable,barn,hutch,kennel,chicken,hen", only=True),
    ),
    "cold animals": (
        Remedy("light,heater,plug", "turn on", called="heat lamp,brooder,heat mat,heat,warming", only=True),
        Remedy(
            "heater,thermostat",
            "raise",
            "target temperature",
            called="coop,stable,barn,terrarium,aquarium,tank",
            only=True,
        ),
    ),
    "soaked plants": (
        Remedy("sprinkler", "stop", anywhere=True),
        Remedy("sprinkler", "turn off", anywhere=True),
        Remedy("valve,pump", "close", called="irrigation,watering,hose,patch,bed,lawn,garden", only=True),
    ),
    "thirsty plants": _WATERING,
    "long grass": (Remedy("mower", "start", anywhere=True),),
    "dirt": (Remedy("vacuum", "start", anywhere=True),),
    "coffee": _BREW,
    "tea": (
        Remedy("kettle", "turn on", called="kettle,teapot,samovar", anywhere=True),
        Remedy("kettle", "start", anywhere=True),
    ),
    "baking": (Remedy("oven", "turn on", anywhere=True), Remedy("oven", "start", anywhere=True)),
    "wet laundry": (Remedy("dryer", "start", anywhere=True), Remedy("dryer", "turn on", anywhere=True)),
    "dirty laundry": (Remedy("washer", "start", anywhere=True), Remedy("washer", "turn on", anywhere=True)),
    "dirty dishes": (Remedy("dishwasher", "start", anywhere=True), Remedy("dishwasher", "turn on", anywhere=True)),
    "car charge": (
        Remedy("car charger", "start", anywhere=True),
        Remedy("car charger", "set", "charging", True, anywhere=True),
        Remedy("car charger", "turn on", called="wallbox,charger", anywhere=True),
    ),
    "let in": (
        Remedy("gate", "open", called="gate,barrier"),
        Remedy("lock", "unlock"),
        Remedy("door", "open"),
    ),
    "car coming": (Remedy("garage door", "open"), Remedy("gate", "open", called="gate,barrier")),
    "intruder": (
        Remedy("lock", "lock", every=True),
        Remedy("door,garage door,gate", "close", every=True),
        Remedy("alarm", "arm", anywhere=True),
        Remedy("light", "turn on", called="yard,porch,outside,outdoor,garden,flood,floodlight", only=True),
    ),
    "bath": (
        Remedy("water heater", "raise", "target temperature", called="tub,pool,jacuzzi,spa,boiler,whirlpool"),
        Remedy("water heater", "turn on", called="tub,pool,jacuzzi,spa,boiler,whirlpool"),
        Remedy("water heater", "raise", "target temperature", anywhere=True),
    ),
    "fireside": (Remedy("heater,plug,switch", "turn on", called="fire,fireplace,hearth", only=True, anywhere=True),),
    "slides": (
        Remedy("tv", "turn on", called="projector,beamer,display,screen", only=True, anywhere=True),
        Remedy("tv", "turn on", anywhere=True),
    ),
    "film": (Remedy("tv", "turn on", anywhere=True),),
    "can not hear": (Remedy("tv", "unmute"), Remedy(_SOUND, "unmute"), Remedy(_SOUND, "raise", "volume")),
    "loud": (Remedy(_SOUND, "lower", "volume"), Remedy(_SOUND, "pause"), Remedy(_SOUND, "turn off")),
    "call": (Remedy(_SOUND, "pause"), Remedy(_SOUND, "mute"), Remedy(_SOUND, "lower", "volume")),
    "bad song": (Remedy(_MUSIC, "next"), Remedy("tv", "next")),
    "music": (
        Remedy(_MUSIC, "play"),
        Remedy(_MUSIC, "turn on", called="music"),
        Remedy("tv", "play"),
    ),
    "bright": (*_SOFTER, Remedy("awning", "open"), *_SHADE[:1]),
    "to see by": _LIGHT_ON,
    "light for sleep": (*_LIGHT_OFF, Remedy("light", "lower", "brightness", every=True)),
    "dark wanted": (*_LIGHT_OFF, Remedy(_COVERS, "close", every=True, but=_SCREENS)),
    "dark": (*_LIGHT_ON, Remedy(_COVERS, "open", every=True, but=_SCREENS)),
    "too warm": _COOLER,
    "cold": _WARMER,
    "arriving": (
        Remedy("scene", "run", called="home,arrive,arrival,welcome", only=True, anywhere=True),
        Remedy("alarm", "disarm", anywhere=True),
        Remedy("light", "turn on", called="hall,hallway,entrance,entry,entryway", only=True, anywhere=True),
    ),
    "waking": (
        Remedy("scene", "run", called="morning,wake,wakeup", only=True, anywhere=True),
        Remedy(_COVERS, "open", called="bedroom", only=True),
    ),
    "leaving": (
        Remedy("scene", "run", called="leave,leaving,away,goodbye,bye", only=True, anywhere=True),
        Remedy("light", "turn off", every=True),
        Remedy("lock", "lock", every=True),
    ),
    "bedtime": (
        Remedy("scene", "run", called="night,bedtime,sleep,goodnight", only=True, anywhere=True),
        Remedy("light", "turn off", every=True),
    ),
}
"""Need -> what helps."""

_AT = (
    (r"shower\w*|bath\w*|brush\w* (?:my|her|his) teeth|shav\w+|towel", "bathroom bath shower"),
    (
        r"chop\w*|cook\w*|bak(?:e|ing)|recipe|vegetables|onions?|dishes|fry\w*|knead\w*|stove|pan|pot|soup|cutting "
        r"board",
        "kitchen worktop counter kitchenette stove cooker",
    ),
    (
        r"desk|homework|essay|typing|keyboard|spreadsheet|paperwork|emails?|laptop|study\w*",
        "desk study office "
        r"workspace",
    ),
    (r"sofa|couch|armchair|film|movie|tv|series|lounge", "living lounge sofa tv family great den"),
    (r"soak\w*|bath(?:e|ing)|swim\w*|dip", "tub pool jacuzzi spa whirlpool"),
    (r"asleep|sleep\w*|bed|nap|pillow|pyjamas|pajamas|mattress|duvet", "bedroom bed sleeping bedside master"),
    (r"dinner|supper|eat\w*|meal|lunch|table", "dining table"),
    (r"dishes are served|is served|plates", "dining"),
    (r"read\w*|book|novel|magazine", "reading"),
    (r"record\w*|video|camera|stream\w*|selfie|filming", "recording key video studio"),
    (r"baby|toddler|little one|infant|newborn|cot|crib", "nursery baby"),
    (r"kids?|children|child|daughter|son|boys?|girls?|teddy|toys?", "kid child children playroom"),
    (r"guests?|visitors?|in-laws", "guest"),
    (r"car|van|driveway|drive|parked|tesla", "driveway drive garage carport parking"),
    (r"hens?|chickens?|chicks?|rooster|eggs?|ducks?", "coop chick chicken hen"),
    (r"cows?|horses?|sheep|goats?|cattle|pony|calves|trough", "barn stable trough pasture paddock field"),
    (r"lawn|grass", "lawn grass"),
    (r"flowers?|roses?|tulips?|dahlias?|petunias?|geraniums?", "flower bed"),
    (
        r"vegetables?|veggies?|tomato\w*|lettuces?|beans|cucumbers?|carrots|zucchinis?|peppers|pumpkins?|potatoes|peas",
        "vegetable veggie patch greenhouse",
    ),
    (r"ficus|orchids?|ferns?|palm|house ?plants?|pot(?:ted)?|indoors?", "plant indoor pot"),
    (r"roof|skylight|ceiling", "roof skylight"),
    (r"trees?|orchard|apples?", "orchard tree"),
    (r"wine|barrels?|cellar", "cellar basement"),
    (r"laundry|ironing|iron", "laundry utility"),
    (r"bike|workbench|tools?|saw|drill\w*|repair\w*", "garage workshop workbench shed"),
    (r"barbecue|bbq|grill\w*|sunbath\w*|terrace|patio|deck|balcony", "terrace patio deck balcony outdoor garden"),
    (r"stairs?|steps?|staircase", "stair stairs staircase landing"),
    (
        r"front door|at the door|doorbell|doormat|key ?hole|arriv\w+|shoes|coats?",
        "entrance hall hallway entry porch "
        r"front",
    ),
    (r"visitor|courier|parcel|postman|mailman|deliver\w*", "front driveway gate"),
    (r"yard|outside|outdoors|out there|fence", "yard outdoor outside garden porch"),
)
_HINTS = tuple((re.compile(rf"\b(?:{said})\b"), frozenset(about.split())) for said, about in _AT)


def hints(text: str) -> frozenset[str]:
    """Return words of places and things that a sentence makes likely: who showers is in the bathroom."""
    return frozenset(word for pattern, about in _HINTS if pattern.search(text) for word in about)
