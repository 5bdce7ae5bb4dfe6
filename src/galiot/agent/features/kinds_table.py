"""What devices are called, at home and in descriptions, and what they are a kind of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class KindRow:
    """One kind of device.

    parent: the wider kind: a blind is a cover
    head_last: words of languages whose compounds end in what the thing is (English, German, Dutch, Swedish)
    head_first: words of languages that begin with it (French, Spanish, Italian, Portuguese, Polish)
    types: @type in lower case without its prefix
    roles: a thing of this kind has one of these; empty: any
    """

    parent: str | None = None
    head_last: tuple[str, ...] = ()
    head_first: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


_ON = ("power", "brightness", "color", "effect", "color temperature")
_COVER = ("position", "tilt", "power")
_MEDIA = ("playback", "volume", "mute", "track", "channel", "source", "power")
_CLIMATE = ("target temperature", "mode", "fan speed", "power", "temperature", "target humidity", "humidity")

KINDS: Mapping[str, KindRow] = {
    "light": KindRow(None, ("light", "lights", "lamp", "lamps", "bulb", "lighting", "chandelier", "spotlight", "spotlights", "led strip", "led", "lantern",
                            "lightstrip", "light strip", "downlight", "uplight", "sconce", "nightlight", "floodlight", "torch", "leds", "pendant", "fairy lights", "light switch",
                            "licht", "lampe", "leuchte", "beleuchtung", "strahler", "spots", "lichter", "verlichting", "lampa", "belysning", "dimmer"),
                     ("lumiere", "luz", "lampara", "luce", "lampada", "luci", "luces", "eclairage", "plafonnier", "lampadaire", "applique", "candeeiro",
                      "swiatlo", "lampka", "oswietlenie", "guirlande", "lustre", "lustro", "foco", "iluminacion", "faretto", "illuminazione", "kinkiet"),
                     ("light", "lamp", "bulb", "smartlight", "lightdevice", "lightingdevice", "dimmablelight", "colorlight", "lightbulb", "ledlight",
                      "lightingfixture"), _ON),
    "lock": KindRow(None, ("lock", "deadbolt", "smart lock", "door lock", "turschloss", "schloss", "slot", "las", "latch", "padlock"),
                    ("serrure", "cerradura", "serratura", "verrou", "zamek", "fechadura"), ("lock", "doorlock", "smartlock"), ("lock",)),
    "garage door": KindRow("cover", ("garage door", "garage door opener", "garage", "garagentor", "garagedeur", "garage opener"), ("porte de garage", "puerta del garaje", "porta del garage", "brama garazowa"),
                           ("garagedoor", "garagedooropener", "garage"), ("position", "power")),
    "gate": KindRow("cover", ("gate", "driveway gate", "tor", "hek", "poort", "gates", "barrier", "garden gate"), ("portail", "cancello", "porton", "brama", "portao"), ("gate",), ("position", "power", "lock")),
    "blind": KindRow("cover", ("blind", "blinds", "venetian blinds", "roller blind", "jalousie", "rollo", "jaloezie", "plissee", "persienn", "roller blinds"),
                     ("store", "stores", "persiana", "persianas", "zaluzje", "roleta", "veneziana", "estor", "estores"), ("blind", "blinds"), _COVER),
    "shutter": KindRow("cover", ("shutter", "shutters", "rollladen", "rolladen", "fensterladen", "rolluik", "roller shutter"),
                       ("volet", "volets", "tapparella", "tapparelle", "rolety", "contraventana", "estore", "volet roulant"), ("shutter", "rollershutter"), _COVER),
    "curtain": KindRow("cover", ("curtain", "curtains", "drapes", "drape", "vorhang", "vorhange", "gordijn", "gordijnen", "gardine"),
                       ("rideau", "rideaux", "cortina", "cortinas", "tenda", "tende", "zaslona", "zaslony"), ("curtain", "drape"), _COVER),
    "shade": KindRow("cover", ("shade", "shades", "screen", "sunscreen", "roller shade", "sonnenschutz"), (), ("shade", "windowcovering"), _COVER),
    "awning": KindRow("cover", ("awning", "markise", "zonnescherm", "canopy"), ("auvent", "toldo", "markiza"), ("awning",), _COVER),
    "window": KindRow("cover", ("window", "skylight", "fenster", "raam", "roof window"), ("fenetre", "ventana", "finestra", "okno", "velux"), ("window",), ("position",)),
    "door": KindRow("cover", ("door", "tur", "deur", "dorr"), ("porte", "puerta", "porta", "drzwi"), ("door",), ("position",)),
    "cover": KindRow(None, ("cover", "pool cover"), (), ("cover", "windowcover", "covering"), _COVER),
    "valve": KindRow(None, ("valve", "tap", "faucet", "ventil", "kraan", "water valve", "hahn", "shutoff"), ("vanne", "valvula", "valvola", "robinet", "zawor", "llave"), ("valve", "watervalve"), ("position", "power", "watering")),
    "thermostat": KindRow("climate", ("thermostat", "trv", "radiator valve", "radiator thermostat", "nest", "ecobee", "heating", "heizung", "heizkorper", "verwarming", "radiator", "heizungsregler"),
                          ("thermostat", "termostato", "termostat", "chauffage", "calefaccion", "riscaldamento", "ogrzewanie", "radiateur", "grzejnik"),
                          ("thermostat", "hvac", "thermostatdevice", "radiatorvalve", "smartthermostat"), _CLIMATE),
    "air conditioner": KindRow("climate", ("air conditioner", "air conditioning", "ac", "aircon", "klimaanlage", "airco", "a c", "split unit", "klima", "heat pump", "mini split"), ("climatiseur", "climatisation", "aire acondicionado", "condizionatore", "klimatyzacja", "clim"),
                               ("airconditioner", "airconditioning", "ac"), _CLIMATE),
    "heater": KindRow("climate", ("heater", "space heater", "heizlufter", "kachel", "underfloor heating", "fireplace", "infrared heater"), ("calefactor", "stufa", "poele"), ("heater",), _CLIMATE),
    "climate": KindRow(None, ("climate", "hvac", "climate control"), (), ("climate", "climatecontrol"), _CLIMATE),
    "water heater": KindRow(None, ("water heater", "boiler", "geyser", "warmwasser", "hot water", "warmwasserboiler"), ("chauffe eau", "calentador", "scaldabagno", "bojler"), ("waterheater", "boiler"), ()),
    "fan": KindRow(None, ("fan", "ventilator", "ceiling fan", "exhaust fan", "extractor", "luftung", "lufter", "ventilation", "flakt", "deckenventilator", "cooker hood", "hood", "range hood"), ("ventilateur", "ventilador", "ventilatore", "wentylator", "hotte"),
                   ("fan", "ceilingfan", "ventilator"), ("power", "fan speed", "mode", "oscillation")),
    "air purifier": KindRow(None, ("air purifier", "purifier", "luftreiniger", "air cleaner"), ("purificateur", "purificador", "purificatore", "oczyszczacz"), ("airpurifier",), ()),
    "humidifier": KindRow(None, ("humidifier", "luftbefeuchter", "diffuser"), ("humidificateur", "humidificador", "umidificatore", "nawilzacz"), ("humidifier",), ()),
    "dehumidifier": KindRow("humidifier", ("dehumidifier", "luftentfeuchter"), ("deshumidificateur", "deshumidificador", "deumidificatore", "osuszacz"), ("dehumidifier",), ()),
    "tv": KindRow("media", ("tv", "television", "fernseher", "telly", "televisie", "home theater tv", "smart tv", "projector", "beamer"), ("tele", "televiseur", "televisor", "televisione", "telewizor", "projecteur"),
                  ("tv", "television", "smarttv"), _MEDIA),
    "speaker": KindRow("media", ("speaker", "speakers", "soundbar", "sonos", "lautsprecher", "luidspreker", "hifi", "smart speaker", "subwoofer", "echo", "homepod"), ("enceinte", "altavoz", "cassa", "altoparlante", "glosnik", "haut parleur"),
                       ("speaker", "smartspeaker", "audiodevice"), _MEDIA),
    "radio": KindRow("media", ("radio", "stereo", "receiver", "amplifier", "amp", "jukebox", "record player", "av receiver"), (), ("radio",), _MEDIA),
    "media": KindRow(None, ("media player", "media", "player", "chromecast", "roku", "apple tv", "home theater", "home cinema", "sound system", "musikanlage", "streamer", "game console"), (),
                     ("mediaplayer", "media", "mediarenderer", "multimedia"), _MEDIA),
    "vacuum": KindRow(None, ("vacuum", "vacuum cleaner", "robot vacuum", "roomba", "hoover", "staubsauger", "saugroboter", "stofzuiger", "robovac", "mop", "robot cleaner", "mopping robot"),
                      ("aspirateur", "aspirador", "aspiradora", "aspirapolvere", "odkurzacz", "robot aspirateur"), ("vacuum", "vacuumcleaner", "robotvacuum", "robotcleaner", "cleaningrobot"), ("cleaning", "power", "running")),
    "mower": KindRow(None, ("mower", "lawn mower", "lawnmower", "robot mower", "mahroboter", "rasenmaher", "grasmaaier"), ("tondeuse", "cortacesped", "tagliaerba", "kosiarka"), ("mower", "lawnmower", "robotmower"), ("mowing", "power", "running", "cleaning")),
    "sprinkler": KindRow(None, ("sprinkler", "sprinklers", "irrigation", "sprinkler system", "bewasserung", "rasensprenger", "sproeier", "hose", "drip irrigation", "watering"), ("arrosage", "arroseur", "riego", "irrigazione", "aspersor", "zraszacz", "nawadnianie"),
                         ("sprinkler", "irrigation", "irrigationcontroller", "irrigationsystem"), ("watering", "power", "position", "running")),
    "pump": KindRow("switch", ("pump", "pumpe", "pomp"), ("pompe", "bomba", "pompa"), ("pump",), ()),
    "alarm": KindRow(None, ("alarm", "alarm system", "security system", "burglar alarm", "alarmanlage", "alarm panel", "security panel", "alarm control panel"), ("alarme", "alarma", "allarme"), ("alarm", "alarmpanel", "securitysystem", "alarmcontrolpanel"), ("alarm", "power")),
    "siren": KindRow(None, ("siren", "sirene"), ("sirena", "syrena"), ("siren",), ("power", "volume", "alarm")),
    "camera": KindRow(None, ("camera", "webcam", "cam", "kamera", "video doorbell", "nvr"), ("camara", "telecamera"), ("camera", "videocamera", "ipcamera"), ()),
    "doorbell": KindRow(None, ("doorbell", "turklingel", "deurbel", "klingel", "chime", "intercom"), ("sonnette", "timbre", "campanello", "dzwonek"), ("doorbell",), ()),
    "smoke detector": KindRow("sensor", ("smoke detector", "smoke alarm", "rauchmelder", "smoke sensor", "rookmelder", "co alarm", "gas detector"), ("detecteur de fumee", "detector de humo"), ("smokedetector", "smokesensor", "smokealarm"), ("smoke", "carbon monoxide", "gas")),
    "leak sensor": KindRow("sensor", ("leak sensor", "leak detector", "water sensor", "flood sensor", "wassermelder"), (), ("leaksensor", "waterleaksensor"), ("leak",)),
    "motion sensor": KindRow("sensor", ("motion sensor", "motion detector", "motion", "bewegungsmelder", "pir", "presence sensor", "occupancy sensor", "bewegingssensor", "movement sensor"), ("detecteur de mouvement", "sensor de movimiento", "czujnik ruchu", "capteur de mouvement"),
                             ("motionsensor", "occupancysensor", "presencesensor"), ("motion", "occupancy")),
    "door sensor": KindRow("sensor", ("door sensor", "contact sensor", "door contact", "turkontakt", "entry sensor", "deursensor"), (), ("doorsensor", "contactsensor"), ("contact",)),
    "window sensor": KindRow("sensor", ("window sensor", "window contact", "fensterkontakt", "raamsensor"), (), ("windowsensor",), ("contact",)),
    "thermometer": KindRow("sensor", ("thermometer", "temperature sensor", "temperatursensor", "temperature"), ("thermometre", "termometro", "termometr"), ("thermometer", "temperaturesensor"), ("temperature",)),
    "meter": KindRow("sensor", ("meter", "energy monitor", "power meter", "smart meter", "energy meter", "stromzahler", "zahler"), ("compteur", "contador"), ("meter", "energymonitor", "smartmeter", "energymeter"), ()),
    "sensor": KindRow(None, ("sensor", "detector", "monitor", "weather station", "hygrometer", "multisensor", "fuhler", "melder", "wetterstation", "weather"), ("capteur", "detecteur", "sonda", "czujnik", "sensore"),
                      ("sensor", "multilevelsensor", "binarysensor", "weatherstation", "airqualitysensor"), ()),
    "washer": KindRow("appliance", ("washer", "washing machine", "waschmaschine", "wasmachine", "laundry"), ("lave linge", "machine a laver", "lavadora", "lavatrice", "pralka"), ("washer", "washingmachine", "clotheswasher"), ()),
    "dryer": KindRow("appliance", ("dryer", "tumble dryer", "trockner", "droger", "clothes dryer"), ("seche linge", "secadora", "asciugatrice", "suszarka"), ("dryer", "clothesdryer"), ()),
    "dishwasher": KindRow("appliance", ("dishwasher", "geschirrspuler", "spulmaschine", "vaatwasser"), ("lave vaisselle", "lavavajillas", "lavastoviglie", "zmywarka"), ("dishwasher",), ()),
    "oven": KindRow("appliance", ("oven", "stove", "cooker", "range", "backofen", "herd", "hob", "cooktop", "grill", "bbq", "barbecue", "sous vide", "toaster", "air fryer", "pizza oven"), ("four", "horno", "forno", "piekarnik", "cuisiniere"), ("oven", "stove", "cooktop"), ()),
    "microwave": KindRow("appliance", ("microwave", "microwave oven", "mikrowelle", "magnetron"), ("micro ondes", "microondas", "microonde", "mikrofala"), ("microwave",), ()),
    "fridge": KindRow("appliance", ("fridge", "refrigerator", "freezer", "kuhlschrank", "koelkast", "gefrierschrank", "wine cooler", "mini fridge"), ("frigo", "refrigerateur", "nevera", "frigorifero", "lodowka", "frigorifico", "congelateur"), ("refrigerator", "fridge", "freezer"), ()),
    "coffee maker": KindRow("appliance", ("coffee maker", "coffee machine", "espresso machine", "kaffeemaschine", "koffiezetapparaat", "coffeemaker", "espresso"), ("cafetiere", "cafetera", "macchina del caffe", "ekspres", "machine a cafe"), ("coffeemaker", "coffeemachine"), ()),
    "kettle": KindRow("appliance", ("kettle", "wasserkocher", "waterkoker", "tea kettle"), ("bouilloire", "hervidor", "bollitore", "czajnik"), ("kettle",), ()),
    "feeder": KindRow("appliance", ("feeder", "pet feeder"), (), ("petfeeder", "feeder"), ()),
    "appliance": KindRow(None, ("appliance",), (), ("appliance", "homeappliance"), ()),
    "car charger": KindRow(None, ("car charger", "ev charger", "wallbox", "charging station", "charger"), (), ("evcharger", "chargingstation"), ()),
    "plug": KindRow("switch", ("plug", "outlet", "socket", "smart plug", "steckdose", "stopcontact", "power strip", "stekker", "extension cord"), ("prise", "enchufe", "presa", "gniazdko", "toma", "tomada"), ("smartplug", "plug", "outlet", "socket", "plugin"), ("power",)),
    "scene": KindRow(None, ("scene", "szene", "mood"), (), ("scene",), ()),
    "button": KindRow(None, ("button", "remote", "remote control", "taster", "fernbedienung", "keypad"), ("bouton",), ("button", "remote", "pushbutton"), ()),
    "switch": KindRow(None, ("switch", "relay", "schalter", "schakelaar", "wall switch"), ("interrupteur", "interruptor", "interruttore", "wlacznik", "przelacznik"), ("onoffswitch", "switch", "multilevelswitch", "relay"), ("power",)),
    "clock": KindRow(None, ("clock", "alarm clock", "wecker", "uhr"), (), ("clock",), ()),
    "printer": KindRow(None, ("printer", "drucker"), ("imprimante", "impresora"), ("printer",), ()),
    "router": KindRow(None, ("router", "wifi", "access point", "hub", "bridge", "gateway", "modem", "nas", "server"), (), ("router", "gateway"), ()),
}  # fmt: skip
"""Kind -> how it is recognized; the first that fits wins among equals."""

BY_ROLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("light", ("brightness",)),
    ("light", ("color",)),
    ("light", ("color temperature",)),
    ("lock", ("lock",)),
    ("vacuum", ("cleaning",)),
    ("mower", ("mowing",)),
    ("thermostat", ("target temperature",)),
    ("cover", ("tilt",)),
    ("cover", ("position",)),
    ("media", ("playback",)),
    ("media", ("volume",)),
    ("alarm", ("alarm",)),
    ("sprinkler", ("watering",)),
    ("fan", ("oscillation",)),
    ("fan", ("fan speed",)),
    ("appliance", ("running",)),
    ("humidifier", ("target humidity",)),
    ("switch", ("power",)),
)
"""What a thing is whose names say nothing, by the first feature that it has and that can be changed."""

SENSOR_BY_ROLE: tuple[tuple[str, str], ...] = (
    ("contact", "door sensor"),
    ("motion", "motion sensor"),
    ("occupancy", "motion sensor"),
    ("smoke", "smoke detector"),
    ("leak", "leak sensor"),
    ("temperature", "thermometer"),
    ("energy", "meter"),
    ("power use", "meter"),
)
