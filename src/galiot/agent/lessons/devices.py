"""What devices there are in the homes of the lessons: kinds, what they are called, where they stand, what they can do.

A trait is one ability, written as the descriptions of real devices have it, in several ways: `"brightness:0..254:w"` is
a writable property, `"open()"` an action, `"!done"` an event. `name:TYPE[:unit][:w]`, TYPE a range, `bool`, `text` or
words parted by `/`.
"""

from __future__ import annotations

from dataclasses import dataclass

TRAITS: dict[str, tuple[str, ...]] = {
    "power": (
        "on:bool:w",
        "state:ON/OFF:w",
        "power:bool:w",
        "isOn:bool:w",
        "status:on/off:w",
        "switch:bool:w",
        "on:bool turn_on() turn_off()",
        "power:bool turnOn() turnOff()",
        "onoff:bool:w",
    ),
    "brightness": (
        "brightness:0..254:w",
        "brightness:0..100:percent:w",
        "level:0..100:percent:w",
        "dimmer:0..100:w",
        "brightness:0..255:w",
    ),
    "color": ("color:red/green/blue/white/yellow/purple/orange/pink/warm white:w", "color:text:w"),
    "color temperature": ("colorTemperature:2200..6500:kelvin:w", "color_temp:2700..6500:K:w"),
    "effect": ("effect:none/rainbow/candle/party/breathe:w", "effect:none/fireplace/aurora/sunrise:w"),
    "position": (
        "position:0..100:percent:w",
        "position:0..100:percent:w open() close() stop()",
        "openness:0..100:percent:w",
        "position:0..100:percent:w open() close()",
    ),
    "door": (
        "open() close() state:open/closed",
        "position:0..100:percent:w open() close()",
        "isOpen:bool open() close()",
    ),
    "lock": (
        "locked:bool:w",
        "lockState:LOCKED/UNLOCKED lock() unlock()",
        "locked:bool lock() unlock()",
        "state:LOCK/UNLOCK:w",
    ),
    "valve": ("open() close() state:open/closed", "position:0..100:percent:w", "isOpen:bool open() close()"),
    "volume": ("volume:0..100:percent:w", "volume:0..100:w", "volume_level:0..1:w"),
    "mute": ("muted:bool:w", "mute:bool:w"),
    "playback": (
        "play() pause() stop()",
        "playback:playing/paused/stopped:w",
        "play() pause() stop() next() previous()",
        "state:playing/paused/idle play() pause() stop() next() previous()",
    ),
    "source": (
        "source:tv/hdmi 1/hdmi 2/aux:w",
        "source:radio/bluetooth/line in/optical:w",
        "source:antenna/console/chromecast:w",
        "app:netflix/youtube/disney_plus/prime_video/mediathek:w",
        "input:live_tv/hdmi_1/hdmi_2/hdmi_3:w",
        "input:laptop/console/blu_ray/camera:w",
    ),
    "tune": (
        "source:bluetooth/radio/vinyl/tv/aux:w",
        "station:jazz_fm/news_talk/classic_radio/rock_one:w",
        "station:radio_one/city_fm/opera_channel/kids_radio:w",
        "playlist:lounge/party/focus/morning:w",
        "playlist:summer_hits/chill_out/workout/dinner:w",
    ),
    "channel": ("channel:1..999:w",),
    "target temperature": (
        "targetTemperature:5..30:celsius:w temperature:-20..60:celsius",
        "setpoint:7..28:celsius:w current_temperature:-20..60:celsius",
        "target_temperature:10..32:celsius:w",
        "targetTemperature:45..90:fahrenheit:w temperature:-20..140:fahrenheit",
    ),
    "hot": ("targetTemperature:30..250:celsius:w", "target_temperature:40..230:celsius:w temperature:0..300:celsius"),
    "water heat": (
        "targetTemperature:30..65:celsius:w temperature:0..90:celsius",
        "target_temperature:35..70:celsius:w",
    ),
    "cold": ("targetTemperature:2..8:celsius:w temperature:-10..30:celsius",),
    "target humidity": ("targetHumidity:30..80:percent:w humidity:0..100:percent", "target_humidity:35..70:percent:w"),
    "hvac mode": ("mode:off/heat/cool/auto:w", "hvacMode:off/heat/eco:w", "mode:heat/cool/dry/fan only/auto:w"),
    "fan speed": ("fanSpeed:0..100:percent:w", "fan_speed:low/medium/high:w", "speed:1..5:w", "fan_speed:0..100:w"),
    "oscillation": ("oscillating:bool:w", "oscillation:bool:w"),
    "cleaning": (
        "start() pause() stop() return_to_base() status:cleaning/docked/paused/returning",
        "start() pause() dock() state:cleaning/docked/error battery:0..100:percent",
        "start() stop() return_to_base() battery:0..100:percent",
    ),
    "mowing": (
        "start() pause() dock() status:mowing/docked/paused",
        "start_mowing() pause() dock() battery:0..100:percent",
    ),
    "alarm": (
        "arm_away() arm_home() disarm() state:disarmed/armed home/armed away/triggered",
        "mode:disarmed/home/away/night:w",
        "armed:bool:w triggered:bool",
    ),
    "program": (
        "program:cotton/wool/quick/rinse:w start() stop() status:idle/running/done !done",
        "program:eco/intensive/quick/glass:w start() pause() status:idle/running/done remaining_time:0..240:min "
        "!finished",
        "start() stop() status:idle/running/done !done",
    ),
    "bake": ("mode:bake/grill/fan/defrost:w", "program:pizza/bread/roast/keep warm:w"),
    "brew": (
        "brew_espresso() brew_coffee() brew_tea() water_level:0..100:percent",
        "make_coffee() make_espresso() rinse()",
        "brew(small/medium/large) descale() bean_level:0..100:percent",
    ),
    "temperature": (
        "temperature:-40..60:celsius",
        "temperature:-20..50:celsius !too_hot",
        "temperature:-40..140:fahrenheit",
    ),
    "humidity": ("humidity:0..100:percent", "relativeHumidity:0..100:percent"),
    "motion": ("motion:bool !motion_detected", "motion:bool", "occupancy:bool"),
    "presence": ("presence:bool", "occupancy:bool"),
    "contact": ("contact:bool", "open:bool", "state:open/closed"),
    "smoke": ("smoke:bool battery:0..100:percent", "smoke:bool !smoke_detected"),
    "leak": ("leak:bool", "water_leak:bool battery:0..100:percent", "leak:bool !leak_detected"),
    "battery": ("battery:0..100:percent", "batteryLevel:0..100:percent"),
    "illuminance": ("illuminance:0..100000:lux",),
    "co2": ("co2:400..5000:ppm", "carbonDioxide:400..5000:ppm"),
    "particles": ("pm25:0..500:ug/m3", "pm10:0..500:ug/m3 pm25:0..500:ug/m3"),
    "power use": (
        "power_usage:0..4000:watt energy:0..100000:kwh",
        "powerConsumption:0..4000:watt",
        "energy:0..100000:kwh",
    ),
    "pressure": ("pressure:900..1100:hpa",),
    "noise": ("noise:20..120:db",),
    "wind": ("wind_speed:0..60:m/s", "wind_speed:0..200:km/h rain:0..100:mm"),
    "rain": ("rain:bool", "rainfall:0..200:mm"),
    "moisture": ("soil_moisture:0..100:percent",),
    "level": ("water_level:0..100:percent", "fill_level:0..100:percent"),
    "charging": (
        "charging:bool:w charge_level:0..100:percent",
        "start_charging() stop_charging() state:idle/charging/full !full",
        "charge_limit:50..100:percent:w start_charging() stop_charging()",
        "charging_current:6..32:ampere:w charging:bool:w",
    ),
    "recording": (
        "recording:bool:w !person_detected",
        "recording:bool:w take_snapshot()",
        "take_snapshot() motion:bool",
    ),
    "ring": ("!pressed", "chime_volume:0..100:percent:w !ring"),
    "feed": ("feed(1..10)", "dispense() food_level:0..100:percent"),
    "watering": ("watering:bool:w", "start() stop() state:idle/watering", "on:bool:w duration:1..120:min:w"),
    "ventilation": ("ventilation:0..100:percent:w", "vent_open:bool:w"),
    "misting": ("start_misting() stop_misting()", "misting:bool:w"),
    "growth": ("light_hours:0..24:w ph:0..14", "ph:0..14 water_temperature:0..40:celsius"),
    "pump": ("pump_speed:0..100:percent:w", "flow:0..50:l/min", "pump_speed:1..5:w flow_rate:0..200:l/min"),
    "siren": ("tone:burglar/fire/chime:w", "sound() silence()"),
}


@dataclass(frozen=True)
class Kind:
    """One kind of device."""

    nouns: str
    """What it is called, parted by commas; the first ones are the usual ones."""
    traits: str
    """Abilities, parted by commas; with `?` at the end only some have it."""
    places: str = "in"
    """in, wet, out, yard, garage, office, plant, any"""
    weight: int = 3
    """How common it is."""
    indoor: bool = True


KINDS: dict[str, Kind] = {
    "light": Kind(
        "light,lamp,ceiling light,floor lamp,wall light,spotlights,chandelier,reading lamp,night light,light strip,"
        "desk lamp,"
        "pendant,table lamp,bulb,uplighter,sconce,mirror light,cabinet lights,stair lights,string lights,salt lamp",
        "power,brightness?,color?,color temperature?,effect?",
        "any",
        26,
    ),
    "plug": Kind("plug,socket,outlet,smart plug,power strip,extension lead", "power,power use?", "any", 3),
    "switch": Kind(
        "switch,wall switch,relay,christmas tree,fairy lights switch,terrarium heater,electric blanket,towel heater,"
        "fountain,kettle plug,coffee plug,garden waterfall,bed warmer,neon letters,iron,sewing machine,horse drinker,"
        "star garland,heat mat,water feature,ice maker,treadmill,model railway,incubator,sheep basin",
        "power",
        "any",
        4,
    ),
    "cover": Kind(
        "blind,blinds,curtain,curtains,shutter,roller shutter,shade,roller blind,drapes,venetian blind,awning,"
        "skylight blind",
        "position",
        "in",
        11,
    ),
    "garage door": Kind("garage door,carport door,roll-up door", "door", "garage", 2),
    "gate": Kind("gate,driveway gate,sliding gate,side gate", "door", "yard", 2),
    "window": Kind("roof window,skylight,window opener,tilt window", "position", "in", 2),
    "lock": Kind(
        "lock,door lock,smart lock,deadbolt,front door,back door,side door,cellar door,patio door,gun cabinet",
        "lock,battery?",
        "any",
        5,
    ),
    "valve": Kind("valve,water valve,main valve,gas valve,garden valve,radiator shut-off", "valve", "wet", 2),
    "thermostat": Kind(
        "thermostat,heating,radiator,heater,underfloor heating,room thermostat,radiator valve,convector",
        "target temperature,hvac mode?",
        "in",
        10,
    ),
    "climate": Kind(
        "air conditioner,ac,heat pump,split unit,air con,climate unit",
        "target temperature,hvac mode,fan speed?",
        "in",
        4,
    ),
    "boiler": Kind("boiler,water heater,hot water tank,immersion heater", "water heat,power?", "wet", 2),
    "fan": Kind(
        "fan,ceiling fan,tower fan,extractor fan,standing fan,bathroom fan,cooker hood,ventilator,desk fan",
        "power,fan speed,oscillation?",
        "in",
        5,
    ),
    "purifier": Kind("air purifier,purifier,air cleaner", "power,fan speed?,particles?", "in", 3),
    "humidifier": Kind("humidifier,mist maker", "power,target humidity", "in", 3),
    "dehumidifier": Kind("dehumidifier,dryer unit", "power,target humidity", "wet", 2),
    "tv": Kind("tv,television,telly,projector", "power,volume,mute?,source?,playback?,channel?", "in", 5),
    "speaker": Kind(
        "speaker,soundbar,stereo,radio,music player,hi-fi,bluetooth speaker,record player,home cinema,multiroom "
        "speaker",
        "power?,volume,playback?,mute?,tune?",
        "in",
        5,
    ),
    "vacuum": Kind("vacuum,robot vacuum,hoover,robot cleaner,mopping robot,dust bot", "cleaning", "in", 3),
    "mower": Kind("mower,lawn mower,robot mower,grass cutter", "mowing", "yard", 2),
    "sprinkler": Kind(
        "sprinkler,sprinklers,irrigation,drip line,hose,lawn sprinkler,flower bed watering,watering system",
        "watering",
        "yard",
        4,
    ),
    "alarm": Kind("alarm,burglar alarm,security system,house alarm,alarm panel", "alarm", "any", 3),
    "siren": Kind("siren,alarm horn", "power,siren?", "any", 1),
    "camera": Kind(
        "camera,door camera,security camera,baby monitor,nanny cam,driveway camera", "recording,power?", "any", 4
    ),
    "doorbell": Kind("doorbell,door chime", "ring", "yard", 1),
    "washer": Kind("washer,washing machine,laundry machine", "program", "wet", 3),
    "dryer": Kind("dryer,tumble dryer,clothes dryer", "program", "wet", 2),
    "dishwasher": Kind("dishwasher", "program", "wet", 3),
    "oven": Kind("oven,stove,cooker,pizza oven,air fryer,slow cooker,rice cooker", "power,hot,bake?", "wet", 3),
    "kettle": Kind("kettle,electric kettle,teapot", "power,temperature?", "wet", 2),
    "coffee": Kind("coffee machine,coffee maker,espresso machine", "brew,power?", "wet", 3),
    "fridge": Kind("fridge,refrigerator,wine cooler,beer fridge", "cold,contact?", "wet", 2),
    "freezer": Kind("freezer,chest freezer", "temperature,contact?,power use?", "wet", 1),
    "climate sensor": Kind(
        "sensor,temperature sensor,climate sensor,thermometer,weather station,room sensor,hygrometer",
        "temperature,humidity?,battery?,pressure?",
        "any",
        7,
    ),
    "motion sensor": Kind(
        "motion sensor,motion detector,presence sensor,movement sensor", "motion,illuminance?,battery?", "any", 4
    ),
    "contact sensor": Kind(
        "window,door,window sensor,door sensor,window contact,mailbox,letterbox,cabinet door,front window,balcony door",
        "contact,battery?",
        "any",
        6,
    ),
    "smoke detector": Kind("smoke detector,smoke alarm,fire detector", "smoke", "any", 2),
    "leak sensor": Kind("leak sensor,water sensor,flood sensor,leak detector", "leak", "wet", 2),
    "air sensor": Kind(
        "air quality sensor,co2 sensor,air monitor,co2 meter", "co2,particles?,temperature?,humidity?", "in", 3
    ),
    "light sensor": Kind("light sensor,lux meter,brightness sensor,twilight sensor", "illuminance", "any", 1),
    "noise sensor": Kind("noise sensor,sound meter", "noise", "any", 1),
    "rain sensor": Kind("rain sensor,rain gauge,weather mast,wind sensor,anemometer", "wind,rain?", "yard", 2),
    "soil sensor": Kind(
        "soil sensor,plant sensor,moisture sensor,flower pot sensor", "moisture,temperature?,battery?", "yard", 3
    ),
    "meter": Kind("power meter,energy meter,electricity meter,solar inverter,heat meter", "power use", "any", 2),
    "tank": Kind("rain barrel,water tank,oil tank,cistern,sump", "level", "yard", 1),
    "charger": Kind("charger,wallbox,car charger,ev charger,charging station,e-bike charger", "charging", "garage", 3),
    "battery": Kind("home battery,power bank,backup battery", "battery,power use?", "garage", 1),
    "pump": Kind("pump,pool pump,pond pump,circulation pump,well pump,drain pump", "power,pump?", "yard", 3),
    "aquarium": Kind("aquarium,fish tank,terrarium,reptile tank", "power,growth?,temperature?", "in", 2),
    "greenhouse": Kind(
        "greenhouse,grow tent,hydroponic shelf,orangery", "temperature,humidity?,ventilation,misting?", "yard", 2
    ),
    "feeder": Kind("pet feeder,cat feeder,dog feeder,fish feeder,bird feeder,chicken feeder", "feed", "any", 2),
    "pool": Kind("pool heater,hot tub,jacuzzi,sauna,whirlpool", "power,water heat", "yard", 2),
    "fireplace": Kind("fireplace,pellet stove,patio heater,infrared heater", "power", "in", 1),
}

USUAL: dict[str, int] = {
    "light": 30,
    "cover": 12,
    "thermostat": 8,
    "climate": 3,
    "fan": 5,
    "tv": 6,
    "speaker": 6,
    "lock": 6,
    "plug": 4,
    "vacuum": 4,
    "climate sensor": 4,
    "contact sensor": 4,
    "motion sensor": 2,
    "garage door": 3,
    "kettle": 2,
    "coffee": 3,
    "washer": 3,
    "dryer": 1,
    "dishwasher": 3,
    "oven": 2,
    "fridge": 1,
    "sprinkler": 3,
    "charger": 2,
    "alarm": 2,
    "camera": 2,
    "fireplace": 1,
    "humidifier": 1,
    "purifier": 1,
    "mower": 1,
    "gate": 1,
}
"""What most homes have, and how often."""

# Devices of other places: a noun, then what some of them have; anything may be joined with anything.
MACHINES = (
    "milling machine,lathe,3d printer,laser cutter,drill press,band saw,table saw,cnc router,air compressor,welding "
    "station,paint booth,"
    "dust collector,conveyor,robot arm,packing line,forklift charger,kiln,plotter,label printer,shredder,copier,"
    "projector screen,"
    "meeting display,whiteboard,standing desk,badge reader,turnstile,elevator,escalator,server rack,ups,patient "
    "monitor,infusion pump,"
    "autoclave,centrifuge,incubator,hospital bed,dental chair,x-ray light box,syringe driver,nurse call,sample "
    "fridge,fume hood,"
    "bilge pump,anchor winch,autopilot,navigation lights,shore power,fresh water pump,bow thruster,chart plotter,"
    "deck light,stove top,"
    "ballast pump,gyro,milk tank,feeding robot,barn fan,egg incubator,silo,grain dryer,milking robot,manure scraper,"
    "tractor charger,"
    "telescope,dome,mixing desk,stage lights,fog machine,led wall,ticket printer,till,vending machine,ice maker,soda "
    "fountain,"
    "bread slicer,dough mixer,proofing cabinet,fryer,exercise bike,treadmill,massage chair,sun bed,steam bath,cat "
    "flap,chicken coop door,"
    "easel lamp,jukebox,pinball machine,slot car track,model railway,weather balloon,drone dock,bee hive,compost "
    "heater,sewing machine"
)
NUMBERS = (
    "spindle speed:100..24000:rpm,feed rate:1..500:mm/min,bed temperature:0..120:celsius,nozzle "
    "temperature:0..300:celsius,"
    "laser power:0..100:percent,belt speed:0..60:m/min,height:60..130:cm,infusion rate:1..999:ml/h,drum "
    "speed:200..6000:rpm,"
    "tilt angle:0..90:degree,zoom:1..40,focus:0..100:percent,gain:0..60:db,exposure:1..600:s,pressure limit:1..16:bar,"
    "resistance:1..20,incline:0..15:percent,intensity:1..10,head height:0..40:degree,rudder angle:-35..35:degree,"
    "heading:0..359:degree,"
    "chain length:0..100:m,fog density:0..100:percent,copies:1..99,contrast:0..100:percent,turning rate:1..20,egg "
    "count:0..200,"
    "mixing speed:1..10,dose:1..50:ml,paper level:0..100:percent,ink level:0..100:percent,queue length:0..50,torque "
    "limit:1..80:nm,"
    "co2 setpoint:0..20:percent,suction:0..100:percent,spin speed:400..1600:rpm,delay:0..60:min,massage "
    "strength:1..5,track speed:0..100:percent"
)
CHOICES = (
    "mode:manual/automatic/service,coolant:off/mist/flood,material:pla/abs/petg,tool:drill/mill/probe,"
    "scene:blackout/spots/wash,"
    "paper size:a4/a3/letter,print quality:draft/normal/best,direction:forward/reverse,gear:low/high/neutral,rinse "
    "cycle:short/long,"
    "sterilization program:standard/fast/prion,display input:laptop/camera/wireless,tracking:sidereal/lunar/solar,"
    "grind size:fine/medium/coarse,roast level:light/medium/dark,alarm tone:soft/loud/silent,"
    "language:english/german/french,"
    "steering mode:compass/wind/standby,lamp color:red/white/green,workout:interval/hill/free,bed "
    "position:flat/sitting/recovery,"
    "spray pattern:fan/cone/jet,flow direction:in/out,priority:low/normal/high,night mode:bool,child lock:bool,"
    "turbo:bool,eco mode:bool,"
    "ionizer:bool,keep warm:bool,defrost:bool,quiet mode:bool,door heating:bool,work light:bool,vacuum clamp:bool,"
    "chuck closed:bool"
)
ACTIONS = (
    "home axes,start cycle,emergency stop,calibrate,level bed,load filament,unload filament,eject,self test,print "
    "status page,"
    "raise anchor,lower anchor,clean nozzle,reset filter,empty tray,scan document,park,unpark,take sample,start "
    "rinse,purge,prime,"
    "open tray,close tray,lift,lower,call nurse,silence alarm,tare,zero,refill,flush,sharpen,lubricate,back wash,"
    "descale,"
    "run diagnostics,restart,sound horn,release clamp,start scrape,harvest,turn eggs,rewind,shuffle,mark position,"
    "return home,dim house lights,"
    "start warm up,cool down,dispense,fold,unfold,slew to moon,open dome,close dome,start milking,feed cows,check "
    "paper,open flap"
)
SENSES = (
    "coolant temperature:0..90:celsius,oil level:0..100:percent,vibration:0..50:mm/s,filament left:0..1000:g,"
    "toner:0..100:percent,"
    "bilge level:0..100:cm,depth:0..500:m,wind angle:0..359:degree,shore voltage:0..250:volt,heart rate:30..220:bpm,"
    "oxygen:50..100:percent,"
    "milk temperature:0..40:celsius,grain humidity:0..40:percent,hive weight:0..100:kg,queue:0..99,visitors:0..5000,"
    "cycles:0..99999,"
    "running hours:0..99999:h,job progress:0..100:percent,door open:bool,error:bool,filter dirty:bool,jam:bool,"
    "load:0..100:percent,"
    "bed occupied:bool,battery voltage:0..60:volt,paper jam:bool,tank pressure:0..16:bar,chamber pressure:0..10:bar,"
    "rpm:0..24000:rpm"
)
HAPPENINGS = (
    "job done,jam,door opened,out of paper,cycle finished,error,low oil,obstacle,target reached,"
    "button pressed,full,empty"
)

ROOMS = {
    "in": (
        "living room,kitchen,bedroom,master bedroom,kids room,nursery,office,study,hallway,hall,dining room,guest "
        "room,attic,den,library,"
        "playroom,landing,loft,conservatory,music room,gym,craft room,game room,sunroom,corridor,walk-in closet,"
        "lounge,parlour,snug,"
        "home cinema,tv room,north room,south room,upstairs hall,entrance,foyer,teen room,hobby room"
    ),
    "wet": (
        "kitchen,bathroom,laundry room,utility room,guest bathroom,scullery,en suite,basement,cellar,shower room,"
        "wash house,pantry,"
        "powder room,boiler room,wet room,kitchenette,mud room"
    ),
    "yard": (
        "garden,backyard,patio,terrace,front yard,lawn,orchard,driveway,pool,balcony,greenhouse,veranda,courtyard,"
        "deck,roof terrace,"
        "vegetable patch,rose bed,chicken run,pond,allotment"
    ),
    "garage": "garage,carport,workshop,shed,barn,driveway,bike shed,stable",
    "office": (
        "reception,meeting room,open space,server room,lobby,cafeteria,lab,print room,board room,break room,storage "
        "room,ward 3,"
        "treatment room,waiting room,operating room,pharmacy,galley,salon,bridge,engine room,foredeck,cockpit,cabin,"
        "aft cabin,"
        "machine hall,paint shop,warehouse,loading dock,stage,foyer,milking parlour,barn,studio,darkroom,classroom,"
        "control room"
    ),
    "foreign": (
        "küche,wohnzimmer,schlafzimmer,bad,flur,keller,arbeitszimmer,kinderzimmer,diele,wintergarten,cuisine,salon,"
        "chambre,"
        "salle de bain,bureau,grenier,cave,entrée,cocina,sala,dormitorio,baño,comedor,pasillo,cucina,soggiorno,bagno,"
        "camera,"
        "ingresso,keuken,woonkamer,slaapkamer,badkamer,zolder,kök,vardagsrum,sovrum,hall,kuchnia,salon,sypialnia,"
        "łazienka,"
        "kuchyně,ložnice,stue,kjøkken,soverom,cozinha,quarto,banheiro,garten,terrasse,jardin,jardín,giardino,tuin,"
        "ogród,trädgård"
    ),
}
FLOORS = (
    "ground floor,first floor,second floor,upstairs,downstairs,basement,attic,upper floor,lower floor,main floor,top "
    "floor,"
    "erdgeschoss,obergeschoss,upper deck,lower deck,third floor,mezzanine,east wing,west wing"
)
ADJECTIVES = (
    "left,right,big,small,old,new,corner,main,second,back,front,tall,white,black,red,green,round,upper,lower,guest,"
    "north,"
    "south,east,west,blue,spare,cosy,mini,wall,inner,outer,wooden,dad's,mum's,grandma's,ben's,lena's,oskar's,mia's,"
    "tom's,"
    "yuki's,amir's,zoe's,piano,sofa,fireside,bookshelf,window,bay,bunk,aisle,artist's,copper,brass"
)
NICKNAMES = (
    "buddy,dusty,rosie,sunshine,moonbeam,the beast,big bertha,sparky,wally,alfred,hedwig,otto,frosty,blinky,the "
    "colonel,pablo,"
    "goldie,mr fluff,gizmo,turtle,rusty,hal,marvin,lady gray,bubbles,pinky,zephyr,nimbus,shadow,popeye,socrates,luna "
    "lamp"
)
