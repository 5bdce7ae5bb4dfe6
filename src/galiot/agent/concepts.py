"""What people say when they do not name a device: words -> kinds and features that they may be about.

Each row holds beginnings of words, most of them English, folded to plain letters, then kinds and roles as `features`
has them. A row only says what is worth showing to the model; what is meant, the model decides.
"""

from __future__ import annotations

_TABLE = """
dark dim bright gloom glar shadow lumin see seeing reading night | light blind curtain shade brightness illuminance
dusk lit illuminat hell dunkel sombre oscur ciemn donker | light blind curtain shade brightness illuminance
shin sun sunny sunlight dazzl blind privacy neighbo peek sonne | blind curtain shade shutter awning cover position
soleil sol zon | blind curtain shade shutter awning cover position
cold freez chill shiver warm | thermostat heater air_conditioner climate temperature target_temperature fan window
hot heat cozy cosy sweat | thermostat heater air_conditioner climate temperature target_temperature fan window
boiling stuffy frost toast | thermostat heater air_conditioner climate temperature target_temperature fan window
degree kalt warm froid chaud | thermostat heater air_conditioner climate temperature target_temperature fan window
frio caldo freddo koud zimno | thermostat heater air_conditioner climate temperature target_temperature fan window
cieplo | thermostat heater air_conditioner climate temperature target_temperature fan window
stuffy air fresh stale smell stink smok odor odour ventilat | fan window air_purifier carbon_dioxide air_quality
breez draft draught breath luft | fan window air_purifier carbon_dioxide air_quality
humid damp dry moist mold mould clammy muggy steam fog feucht | humidifier dehumidifier humidity fan target_humidity
trocken | humidifier dehumidifier humidity fan target_humidity
thirst water dry plant lawn grass garden flower wilt pflanz rasen | sprinkler valve watering soil_moisture pump
jardin riego garten | sprinkler valve watering soil_moisture pump
noise noisy loud quiet silen hear deaf sound music song listen tune | speaker tv radio media volume mute playback
volume call phone leise laut bruit ruido musik musique musica | speaker tv radio media volume mute playback
watch movie film show match news game series bored party netflix | tv media speaker radio light playback source
channel programme episode | tv media speaker radio light playback source
dirty dust crumb clean mess spill hoover sweep carpet mop vacuum hair schmutz | vacuum cleaning
overgrown mow lawn grass cut | mower mowing
leav leaving away out gone vacation holiday trip work | lock alarm door garage_door light thermostat camera window
goodbye secure safe security burglar intruder protect | lock alarm door garage_door light thermostat camera window
arm bye | lock alarm door garage_door light thermostat camera window
home arriv back welcome guest visitor | light lock thermostat garage_door alarm door
bed sleep night asleep nap tired goodnight bedtime schlaf nuit | light lock blind curtain thermostat alarm speaker
noche | light lock blind curtain thermostat alarm speaker
wake morning breakfast sunrise awake | blind curtain light coffee_maker thermostat speaker
car drive park garage | garage_door car_charger gate
dinner cook meal kitchen pizza roast bake food hungry supper lunch | oven light microwave hood
coffee espresso tea kaffee cafe | coffee_maker kettle
laundry clothes wash shirt towel wasche | washer dryer
dishes plates cups | dishwasher
romantic mood relax cozy cosy ambien atmosphere color colour party | light speaker color brightness effect
anyone somebody someone person people moving motion movement presence | motion_sensor camera occupancy motion
occupied empty | motion_sensor camera occupancy motion
ring bell visitor package parcel | doorbell camera lock
leak flood drip burst wet | leak_sensor valve leak
fire burn smoke | smoke_detector smoke oven
electric power energy consum watt kilowatt strom bill usage | meter plug power_use energy
battery batteries charge charging | battery
open shut closed ajar | door window blind garage_door gate lock contact valve cover door_sensor window_sensor
lock locked unlock bolt | lock door
rain storm wind weather hail | window awning sensor blind
ice food fridge milk spoil groceries | fridge
shower bath tub hot | water_heater heater fan
""".strip()

_STEM = 4  # letters from which on a beginning is enough


def _rows() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Whole words, and beginnings of words, each with what they may be about."""
    whole: dict[str, list[str]] = {}
    for row in _TABLE.splitlines():
        said, about = (part.split() for part in row.split("|"))
        for word in said:
            whole.setdefault(word, []).extend(topic.replace("_", " ") for topic in about)
    found = {word: tuple(dict.fromkeys(topics)) for word, topics in whole.items()}
    return found, {word: topics for word, topics in found.items() if len(word) >= _STEM}


_WHOLE, _STEMS = _rows()


def topics_of(word: str) -> tuple[str, ...]:
    """Return kinds and roles that a folded word may be about, the nearest meaning first; often none."""
    if word in _WHOLE:
        return _WHOLE[word]
    return next((_STEMS[word[:n]] for n in range(len(word), _STEM - 1, -1) if word[:n] in _STEMS), ())
