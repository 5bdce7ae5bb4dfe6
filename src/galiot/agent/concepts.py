"""What people say when they do not name a device: words -> kinds and features that they may be about.

A row holds kinds and roles as `features` has them, or words of names, the likeliest first, and beginnings of words,
most of them English, folded to plain letters. It only says what is worth showing to the model; what is meant, the
model decides.
"""

from __future__ import annotations

_TABLE = {
    "light blind curtain shade brightness illuminance": (
        "dark dim bright gloom glar shadow lumin see seeing reading read eyes eye letters night dusk lit "
        "glimmer moth illuminat scared afraid spooky stumbl trip hell dunkel sombre oscur ciemn donker"
    ),
    "blind curtain shade shutter awning cover position": (
        "shin sun sunny sunlight dazzl blind glare privacy neighbo peek staring nosy sonne soleil sol zon"
    ),
    "thermostat heater air_conditioner climate fan window temperature target_temperature": (
        "cold freez chill chilly shiver warm hot heat cozy cosy sweat boiling burning melting stuffy frost toast "
        "degree fahrenheit celsius goosebump blanket nippy icy icebox heating heatwave arctic numb panting "
        "kalt warm froid chaud frio caldo freddo koud zimno cieplo"
    ),
    "fan window air_purifier hood carbon_dioxide air_quality": (
        "musty stuffy air fresh stale smell stink smok odor odour ventilat breez draft draught breath sneez allerg "
        "pollen itch oxygen paint fry frying steak luft"
    ),
    "humidifier dehumidifier fan humidity target_humidity": (
        "humid damp dry static moist mold mould clammy muggy steam fog lips skin nose feucht trocken"
    ),
    "sprinkler valve watering soil_moisture pump": (
        "thirst water drink dry plant "
        "leaves shrub orchid trickl splash pond fountain tomato rose lawn grass "
        "garden flower wilt droop pflanz rasen jardin riego garten"
    ),
    "speaker tv radio media volume mute playback": (
        "noise noisy loud quiet silen hear ears deaf sound music song jazz rock listen tune volume call phone headache "
        "album playlist podcast party dance dancing whisper leise laut bruit ruido musik musique musica"
    ),
    "tv media speaker light radio playback source": (
        "watch movie film show screen weather forecast match news game series bored party netflix channel programme "
        "episode cinema football popcorn kick"
    ),
    "vacuum cleaning": (
        "dirty dust crumb clean mess spill hoover sweep fur litter needles sand carpet rug mop vacuum hair schmutz"
    ),
    "mower mowing": "overgrown mow lawn grass cut jungle",
    "light lock alarm door garage_door thermostat camera window": (
        "leav leaving away out gone vacation holiday trip work shop office nobody weekend goodbye secure safe security "
        "burglar intruder protect arm bye"
    ),
    "light lock door gate garage_door thermostat alarm": (
        "home arriv back welcome guest visitor friend parents knock key keys groceries hands let"
    ),
    "light lock blind curtain thermostat alarm speaker": (
        "bed sleep night asleep nap tired goodnight bedtime schlaf nuit noche"
    ),
    "blind curtain light coffee_maker thermostat speaker": "wake morning breakfast sunrise awake",
    "garage_door car_charger gate": "car van tractor range drive driving park garage tesla",
    "oven light microwave hood": "dinner cook meal kitchen pizza roast bake cake food burned toast hungry supper lunch",
    "coffee_maker kettle": "coffee caffeine sleepy espresso latte cappuccino tea kaffee cafe",
    "washer dryer": "laundry clothes wash shirt towel shirts socks wasche",
    "dishwasher": "dishes plates cups pots",
    "light speaker color brightness effect": (
        "romantic mood relax cozy cosy ambien atmosphere color colour party date candle"
    ),
    "motion_sensor camera occupancy motion": (
        "anyone somebody someone person people moving motion movement presence occupied empty filming film spy"
    ),
    "doorbell camera lock": "ring bell visitor package parcel",
    "leak_sensor valve leak": "leak flood drip burst wet",
    "smoke_detector smoke oven": "fire burn smoke",
    "meter plug power_use energy": "electric power energy consum watt kilowatt strom bill usage juice",
    "battery": "battery batteries charge charging",
    "door window blind garage_door gate lock contact valve cover door_sensor window_sensor": "open shut closed ajar",
    "lock door": "lock locked unlock bolt",
    "window awning sensor blind": "rain storm wind weather hail",
    "fridge": "ice food fridge milk spoil groceries beer",
    "water_heater heater fan": "shower bath tub hot",
    "tub pool jacuzzi water_heater thermostat": "soak swim bathe whirlpool",
    "heater fireplace": "fire flame hearth crackl chestnut",
    "feeder": "cat dog pet hungry fish",
}
_STEM = 4  # letters from which on a beginning is enough


def _rows() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Whole words, and beginnings of words, each with what they may be about."""
    whole: dict[str, list[str]] = {}
    for about, said in _TABLE.items():
        for word in said.split():
            whole.setdefault(word, []).extend(topic.replace("_", " ") for topic in about.split())
    found = {word: tuple(dict.fromkeys(topics)) for word, topics in whole.items()}
    return found, {word: topics for word, topics in found.items() if len(word) >= _STEM}


_WHOLE, _STEMS = _rows()


def topics_of(word: str) -> tuple[str, ...]:
    """Return kinds and roles that a folded word may be about, the nearest meaning first; often none."""
    if word in _WHOLE:
        return _WHOLE[word]
    return next((_STEMS[word[:n]] for n in range(len(word), _STEM - 1, -1) if word[:n] in _STEMS), ())
