"""More of what people say when they name no device: situations of everyday life, and what would help in them."""

from __future__ import annotations

from galiot.agent.lessons.wishes import Effect, Wish

_COVERS = "blind,curtain,shutter,shade"
_WARMTH = "thermostat,heater,climate,air conditioner"
_MUSIC = "speaker,radio,media"
_SOUND = "tv,speaker,radio,media"
_LIGHT_ON = ((Effect("light", "turn on"),),)
_LIGHT_OFF = ((Effect("light", "turn off"),),)
_SOFTER = ((Effect("light", "lower", "brightness"), Effect("light", "turn off")),)
_WARMER = ((Effect(_WARMTH, "raise", "target temperature"), Effect("heater,fireplace", "turn on")),)
_COOLER = ((Effect(_WARMTH, "lower", "target temperature"), Effect("heater,fireplace", "turn off")),)
_BREEZE = (
    (
        Effect("fan", "turn on"),
        Effect("air conditioner", "turn on"),
        Effect(_WARMTH, "lower", "target temperature"),
    ),
)
_SHADE = ((Effect(_COVERS, "close"), Effect("awning", "open")),)
_DAY = ((Effect(_COVERS, "open"),),)
_FRESH = ((Effect("air purifier", "turn on"), Effect("fan", "turn on"), Effect("window", "open")),)
_HUSH = ((Effect(_SOUND, "lower", "volume"), Effect(_SOUND, "mute")),)
_LOUDER = ((Effect(_SOUND, "raise", "volume"), Effect(_SOUND, "unmute")),)
_STILL = ((Effect(_SOUND, "pause"), Effect(_SOUND, "mute"), Effect(_SOUND, "turn off")),)
_TUNES = ((Effect(_MUSIC, "play"), Effect(_MUSIC, "turn on")),)
_SWEEP = ((Effect("vacuum", "start"),),)
_WATER = (
    (
        Effect("sprinkler", "start"),
        Effect("sprinkler", "turn on"),
        Effect("valve", "open"),
        Effect("pump", "turn on"),
    ),
)
_DRY_OUT = ((Effect("dehumidifier", "turn on"), Effect("fan", "turn on")),)
_COFFEE = (
    (
        Effect("coffee maker", "run", "coffee"),
        Effect("coffee maker", "run", "brew"),
        Effect("coffee maker", "turn on"),
    ),
)
_KETTLE = (
    (
        Effect("kettle", "turn on"),
        Effect("", "turn on", called="kettle,teapot,samovar"),
    ),
)


SITUATIONS: dict[str, Wish] = {
    "see to work": Wish(
        (
            "i can't read the (recipe|label|letter|score|map) {in}",
            "i'm (cooking|ironing|sewing|repairing a watch|wrapping presents|packing) {in} and hardly see my hands",
            "(dinner|supper|breakfast) guests are sitting in the dark {in}",
            "i'm (shaving|putting on make-up|brushing my teeth) {in} and it is dim",
            "who turned off the sun {in}",
            "i stubbed my toe {in}",
            "night has fallen and we are still (working|playing cards|eating) {in}",
            "i need to find my (glasses|earring|shoes|phone) {in}",
            "i'm starting on my (essay|homework|taxes|model ship) {in}, it's dim",
            "the stairs are dangerous like this {in}",
            "there was a power cut, it's still dark {in}",
            "i'm walking in {in} and see nothing",
        ),
        _LIGHT_ON,
    ),
    "nobody there": Wish(
        (
            "we've all left {in}",
            "(the guests|the kids|my parents) went to their rooms, it's lit for nobody {in}",
            "it is broad daylight and lamps are burning {in}",
            "what a waste, it's lit {in} and no one's around",
            "the electricity bill is awful and it's lit {in}",
            "i've locked up {in}, it can be dark",
            "why is it still lit {in}",
            "our work {in} is done, make it dark",
            "the moon is bright enough {in}",
            "we want to look at the stars {in}",
            "moths are coming to the light {in}",
            "i'd rather have it dark {in}",
        ),
        _LIGHT_OFF,
    ),
    "harsh light": Wish(
        (
            "i feel like in a dentist's chair {in}",
            "it's glaring {in}, we are (having wine|listening to music|talking)",
            "the baby squints {in}",
            "half as bright would do {in}",
            "my eyes are watering in this light {in}",
            "the light is a bit much {in}",
            "we only need a glimmer {in}",
            "it is bright as a supermarket {in}",
            "softer please {in}",
        ),
        _SOFTER,
    ),
    "chilled": Wish(
        (
            "i'm wearing (two jumpers|my coat|a hat and gloves) {in}",
            "the heating isn't doing enough {in}",
            "my (nose|tea|soup) is getting cold {in}",
            "i've got goosebumps {in}",
            "(grandpa|the baby|my wife|the guest) is shivering {in}",
            "i'm wrapped in three blankets {in}",
            "a few degrees more would be (nice|great) {in}",
            "it's only (15|16|17|18) degrees {in}",
            "it feels arctic {in}",
            "i'm turning blue {in}",
            "there's ice on the inside of the window {in}",
            "getting out of bed is torture, it's so cold {in}",
            "my hands are too stiff to type {in}",
            "it's a bit fresh {in}",
            "could do with more warmth {in}",
            "it's parky {in}",
            "the cat sleeps on the radiator, it's that cold {in}",
        ),
        _WARMER,
    ),
    "too heated": Wish(
        (
            "we are heating for the birds {in}",
            "it's tropical {in}",
            "the heating is on full blast {in}",
            "someone overdid the heating {in}",
            "i'm sitting in a t-shirt in january {in}",
            "the radiators are glowing {in}",
            "our gas bill is enormous, less heat {in}",
            "a few degrees less would be healthier {in}",
            "it's toasty enough {in}",
            "the heat dries out the wood {in}",
        ),
        _COOLER,
    ),
    "sweaty": Wish(
        (
            "(i'm|we're) (sticking to the chair|dripping with sweat|steaming) {in}",
            "there isn't a breath of air {in}",
            "it's a greenhouse {in}",
            "the dog is panting {in}",
            "the chocolate melts {in}",
            "(30|31|32|33) degrees {in}, nobody can work like this",
            "i need to cool off {in}",
            "what a heatwave {in}",
            "my laptop is overheating {in}",
            "i'd love a cool breeze {in}",
            "i'm having a hot flush {in}",
            "nobody can sleep in this heat {in}",
            "it's like the sahara {in}",
        ),
        _BREEZE,
    ),
    "low sun": Wish(
        (
            "the sun is low and blinds (me|us|the driver) {in}",
            "i can't make out anything on the (laptop|monitor|whiteboard|television) for all the sun {in}",
            "the sun bleaches the (sofa|carpet|pictures|piano) {in}",
            "passers-by can look in {in}",
            "the woman across the street is watching us {in}",
            "i'm in my underwear {in}",
            "the full moon shines on my pillow {in}",
            "street lamps keep me awake {in}",
            "it's midday and the sun roasts us {in}",
            "the sun turns this room into a furnace {in}",
            "i need to see the slides better, it's too light {in}",
            "keep the daylight away {in}",
            "no more sun {in} please",
        ),
        _SHADE,
    ),
    "let the day in": Wish(
        (
            "it's a lovely morning and i'm sitting behind closed curtains {in}",
            "the plants want some sun {in}",
            "what's the weather like outside, let me look {in}",
            "i'd like to see the (snow|garden|sunset|sea) {in}",
            "we live like vampires {in}",
            "some sunlight would do us good {in}",
            "why are we shut in {in}, it's noon",
            "the sun may come in {in}",
            "the night is over, daylight please {in}",
        ),
        _DAY,
    ),
    "smells": Wish(
        (
            "it reeks of (garlic|wet dog|cigarettes|cabbage|nail polish) {in}",
            "i burnt the (milk|rice|pancakes|steak) {in}",
            "you could cut the air with a knife {in}",
            "there's smoke from the (toaster|oven|candle) {in}",
            "everyone is yawning {in}, no oxygen",
            "my eyes itch from the pollen {in}",
            "the paint smells {in}",
            "i'm about to fry (bacon|sausages|schnitzel) {in}",
            "hay fever is killing me {in}",
            "it smells like a locker room {in}",
            "i need oxygen {in}",
            "steam everywhere from the pasta {in}",
        ),
        _FRESH,
    ),
    "steam": Wish(
        (
            "water drops are running down the walls {in}",
            "i've just had a (bath|hot shower), it's steamy {in}",
            "towels never dry {in}",
            "there are black spots on the wall {in}",
            "it's wet as a cave {in}",
            "the paper curls from the damp {in}",
            "i'm afraid of mould {in}",
        ),
        _DRY_OUT,
    ),
    "parched air": Wish(
        (
            "the air makes me cough {in}",
            "my contact lenses hurt, the air is dry {in}",
            "the violin needs more humidity {in}",
            "my hair stands on end {in}",
            "the parquet is cracking from dry air {in}",
            "my lips are chapped {in}",
            "the orchid needs moister air {in}",
        ),
        ((Effect("humidifier", "turn on"),),),
    ),
    "noise": Wish(
        (
            "grandma is covering her ears {in}",
            "the walls are shaking {in}",
            "i'd like to (talk|read|think|sleep), that's booming {in}",
            "half the street can hear it {in}",
            "the little one just fell asleep {in}",
            "do we have to listen at this volume {in}",
            "my head is bursting from the racket {in}",
            "it's after ten, the neighbours will ring {in}",
            "not so loud {in}",
            "it's blaring {in}",
        ),
        _HUSH,
    ),
    "whisper": Wish(
        (
            "they are whispering, i don't get a word {in}",
            "grandad has forgotten his hearing aid {in}",
            "what are they saying {in}",
            "the dialogue is far too soft {in}",
            "the vacuum drowns it out, i can't hear the song {in}",
            "everyone wants to sing along, louder {in}",
            "this is my favourite song {in}, let the neighbours hear it",
            "i hardly hear it {in}",
        ),
        _LOUDER,
    ),
    "talk now": Wish(
        (
            "my (boss|mum|doctor|bank) is on the line {in}",
            "hang on, the phone {in}",
            "there's somebody talking to me {in}, stop that for a moment",
            "(a minute of silence|silence) please {in}",
            "the teacher wants to say something {in}",
            "we're about to (pray|begin the meeting|start the lesson) {in}",
            "i've got to concentrate for a bit {in}",
            "the priest has come, no noise {in}",
            "we have a call with the office now {in}",
        ),
        _STILL,
    ),
    "songs": Wish(
        (
            "it's dead quiet {in}, entertain us",
            "(washing up|cooking|cleaning|painting) is boring without music {in}",
            "the guests want (music|to dance) {in}",
            "i want to sing along to something {in}",
            "some background music {in}",
            "dinner needs music {in}",
            "get the party going {in}",
            "let me hear something nice {in}",
            "a melody would cheer me up {in}",
            "we want to dance {in}",
            "what about some (jazz|rock|folk|techno) {in}",
        ),
        _TUNES,
    ),
    "not this one": Wish(
        (
            "(ugh|oh no), i've heard this a hundred times {in}",
            "who likes this song anyway {in}",
            "my ears, a different tune {in}",
            "this track is dreadful {in}",
            "the following song please {in}",
            "anything else but that song {in}",
        ),
        ((Effect("speaker,radio,media,tv", "next"),),),
    ),
    "telly": Wish(
        (
            "the (final|race|olympics|derby) is starting {in}",
            "kick-off is in a minute {in}",
            "my favourite show comes now {in}",
            "the children may watch their cartoon {in}",
            "let's see what the news says {in}",
            "i'm bored, i want to watch something {in}",
            "we want to watch the documentary {in}",
        ),
        ((Effect("tv", "turn on"), Effect("tv", "play")),),
    ),
    "enough telly": Wish(
        (
            "the children have watched enough {in}",
            "that's enough cartoons {in}",
            "the match is over {in}",
            "nobody's looking at the screen {in}",
            "screen time is over {in}",
            "the news is depressing, enough of it {in}",
        ),
        ((Effect("tv", "turn off"),),),
    ),
    "mess": Wish(
        (
            "i (spilled|dropped) the (sugar|flour|rice|muesli|coffee beans) {in}",
            "the (cat|dog|hamster) left (hair|fur|litter) all over {in}",
            "there's sand from the beach everywhere {in}",
            "biscuit crumbs wherever you look {in}",
            "the children were crafting, bits of paper everywhere {in}",
            "you could write your name in the dust {in}",
            "the floor is sticky {in}",
            "the carpet has seen better days {in}",
            "the christmas tree is losing its needles {in}",
            "mother-in-law is visiting and it's filthy {in}",
            "our cleaner is ill and the floor shows it {in}",
            "i walk on crumbs {in}",
            "dust bunnies under the sofa {in}",
        ),
        _SWEEP,
    ),
    "lawn": Wish(
        (
            "the (lawn|grass|meadow) is (sprouting|shooting up|a foot high) {in}",
            "the hedgehogs get lost in the grass {in}",
            "our lawn is a disgrace {in}",
            "the neighbours complain about our grass {in}",
            "you can't play football on that grass {in}",
            "it's been three weeks since the last cut of the lawn {in}",
            "dandelions are taking over the lawn {in}",
        ),
        ((Effect("mower", "start"),),),
    ),
    "mower in": Wish(
        (
            "the children want to play on the lawn, no machines there",
            "a thunderstorm is coming, the mower shouldn't be out",
            "enough mowing for today",
            "the hedgehog is on the lawn, bring the mower in",
        ),
        ((Effect("mower", "dock"),),),
    ),
    "thirst": Wish(
        (
            "the (orchid|palm|monstera|lemon tree|basil) (looks sad|droops|hasn't been watered for days) {in}",
            "the (cactus|rubber plant|bonsai) (shrivels|is dropping its leaves) {in}",
            "the (beans|peas|pumpkins|lettuces|raspberries) are wilting {in}",
            "the (hydrangeas|dahlias|geraniums) let their leaves hang {in}",
            "no rain for two weeks, the (beds|shrubs|pots) suffer {in}",
            "the earth is cracking {in}",
            "my (petunias|herbs) are dying of thirst {in}",
            "we should give the (greens|seedlings|trees) something to drink {in}",
            "the turf is scorched {in}",
        ),
        _WATER,
    ),
    "espresso time": Wish(
        (
            "i can hardly keep my eyes open, something with caffeine",
            "i need (something strong|my morning cup|a wake-up drink)",
            "nothing works without coffee",
            "(two|three|four) coffees for our guests",
            "what would i give for a (latte|flat white|macchiato|mocha)",
            "the team is falling asleep, coffee",
            "monday morning, i need my brew",
            "a fresh pot of coffee would be great",
        ),
        _COFFEE,
    ),
    "hot water": Wish(
        (
            "i'd like a (herbal|peppermint|green|camomile) tea",
            "my hot-water bottle is cold, i need boiling water",
            "earl grey time",
            "i want to make instant (soup|noodles)",
            "a hot drink would help my cold",
            "get the water boiling",
            "we need boiling water for the (pasta|couscous|tea)",
        ),
        _KETTLE,
    ),
    "plates": Wish(
        (
            "the sink is full of plates",
            "not a single clean (spoon|glass|mug|plate)",
            "we've run out of clean dishes",
            "dinner's over, the dirty dishes are all loaded",
            "the machine is full of dirty plates",
        ),
        ((Effect("dishwasher", "start"),),),
    ),
    "dirty clothes": Wish(
        (
            "i've (put|loaded) the dirty (shirts|towels|sheets) in",
            "the football shirts stink",
            "no clean underwear left",
            "the bed linen wants washing",
            "the dirty laundry is piling up",
            "baby's rompers are all soiled",
        ),
        ((Effect("washer", "start"),),),
    ),
    "damp clothes": Wish(
        (
            "the washing came out dripping wet and has to be dry by tonight",
            "my (coat|jumper|jeans) got soaked in the rain",
            "i need dry (towels|socks|sheets)",
            "the wash is done and still wet",
            "it rains, i can't hang the laundry outside",
        ),
        ((Effect("dryer", "start"), Effect("dryer", "turn on")),),
    ),
    "bake": Wish(
        (
            "the (dough|lasagne|pie|quiche|gratin) is ready to go in",
            "i'm making (muffins|a casserole|roast potatoes)",
            "the chicken has to go in soon",
            "sunday roast time",
        ),
        ((Effect("oven", "turn on"),),),
    ),
    "bath": Wish(
        (
            "i'd like to have a bath and the water's lukewarm",
            "the shower turned cold on me",
            "there is only cold water from the tap",
            "the (kids|guests) want to bathe and the water isn't hot",
        ),
        ((Effect("water heater", "raise", "target temperature"), Effect("water heater", "turn on")),),
    ),
    "soak": Wish(
        (
            "we want a dip in (warmer|hotter) water",
            "the water in the whirlpool is chilly",
            "the jacuzzi could be hotter",
            "the pool is freezing",
            "let's sit in the hot tub tonight, it must be warm",
        ),
        (
            (
                Effect("", "raise", "target temperature", called="tub,jacuzzi,whirlpool,pool,spa,sauna"),
                Effect("", "turn on", called="tub,jacuzzi,whirlpool,pool,spa,sauna"),
            ),
        ),
    ),
    "range": Wish(
        (
            "my (range|battery) is down to (ten|twenty|thirty) percent and i've plugged the car in",
            "the car won't make it to (berlin|the lake|grandma's) like this",
            "i'm driving to the coast tomorrow, the car must be full",
            "electricity is cheap now, feed the car",
            "the electric car is thirsty",
            "my wagon needs juice",
        ),
        (
            (
                Effect("car charger", "start"),
                Effect("car charger", "set", "charging", True),
                Effect("car charger", "turn on"),
            ),
        ),
    ),
    "drive in": Wish(
        (
            "i'm sitting in the car in front of the house",
            "the (delivery van|taxi|tractor|removal van) is waiting to come in",
            "a friend is at the gate in his car",
            "the ambulance has to get onto the yard",
            "i'll be driving off in a second",
            "grandpa is coming up the drive",
            "i'm outside with the trailer",
        ),
        ((Effect("gate", "open"), Effect("garage door", "open")),),
    ),
    "driven out": Wish(
        (
            "the van has left, the yard can be shut again",
            "the car is parked for the night",
            "everybody's cars are in",
            "i'm on the motorway and didn't shut the garage",
            "cats get into the garage",
            "the goats could get out of the yard",
        ),
        ((Effect("garage door", "close"), Effect("gate", "close")),),
    ),
    "visitors": Wish(
        (
            "the (babysitter|piano teacher|electrician|pizza man|cleaning lady) is standing outside",
            "i can see aunt (mary|rose|clara) at the door, let her come in",
            "i've got both hands full, i can't get in",
            "the postman has a parcel for us, let him in",
            "the children are back from school and can't get in",
        ),
        ((Effect("lock", "unlock"), Effect("door,gate", "open")),),
    ),
    "safe": Wish(
        (
            "there are strangers around the house",
            "i don't trust the neighbourhood tonight",
            "did anyone lock the doors",
            "i forgot to turn the key",
            "anyone could walk in",
            "make sure nobody can walk in",
            "somebody is rattling at the door",
        ),
        ((Effect("lock", "lock"),),),
        whole=True,
    ),
    "off we go": Wish(
        (
            "the taxi is here, we're gone",
            "we're all off to the (beach|cinema|restaurant|mountains)",
            "school run, back in an hour",
            "no one is staying at home",
            "right, that's us gone",
            "i'm shutting the door behind me",
            "everyone has left for the weekend",
            "we fly to spain tonight",
        ),
        ((Effect("light", "turn off"),), (Effect("lock", "lock"),), (Effect("alarm", "arm"),)),
        whole=True,
    ),
    "night": Wish(
        (
            "we're all turning in now",
            "that's enough for one day, off to dreamland",
            "the house goes to sleep",
            "lights down and sleep, everyone",
            "off to bed, all of us",
            "the last one is going to bed",
            "sleep well, house",
        ),
        ((Effect("light", "turn off"),), (Effect("lock", "lock"),)),
        whole=True,
    ),
    "storm": Wish(
        (
            "dark clouds are coming up",
            "the rain blows in {in}",
            "the curtains are flapping {in}",
            "it is hailing",
            "the storm warning has just come in",
            "the first drops are falling",
            "it's bucketing down",
            "my books are getting wet by the window {in}",
        ),
        ((Effect("window", "close"), Effect("awning", "close")),),
        whole=True,
    ),
    "sun outside": Wish(
        (
            "we want to sit outside in the shade",
            "the sun is burning on the (terrace|patio|balcony)",
            "lunch is on the terrace and the sun is merciless",
            "the baby sits in the full sun outside",
        ),
        ((Effect("awning", "open"),),),
    ),
    "animals": Wish(
        (
            "the (dog|cat|rabbit|guinea pig|parrot|hamster) hasn't eaten yet",
            "(puss|kitty|rex|the goldfish) wants dinner",
            "the hens want their grain",
            "someone is meowing in front of the empty bowl",
        ),
        ((Effect("feeder", "run", "feed"), Effect("feeder", "run", "dispense"), Effect("feeder", "turn on")),),
    ),
    "drinking water": Wish(
        (
            "the (horses|sheep|goats|ponies|calves) are thirsty",
            "the animals' water has run out",
            "there's nothing left in the drinking basin",
        ),
        (
            (
                Effect("", "open", called="trough,basin,drinker"),
                Effect("", "turn on", called="trough,basin,drinker"),
                Effect("valve", "open"),
            ),
        ),
    ),
    "hearth": Wish(
        (
            "we want to sit by the fire {in}",
            "a crackling fire would be cosy {in}",
            "some flames for the mood {in}",
            "let's toast chestnuts by the fire {in}",
        ),
        ((Effect("fireplace", "turn on"), Effect("heater", "turn on")),),
    ),
    "embers": Wish(
        ("let the fire go out {in}", "we don't need the fire any longer {in}", "the flames can die down {in}"),
        ((Effect("fireplace", "turn off"), Effect("heater", "turn off")),),
    ),
    "water noise": Wish(
        (
            "the splashing makes me nervous",
            "i need the loo whenever i hear that trickling",
            "that bubbling water gets on my nerves",
            "the water feature is too noisy tonight",
        ),
        (
            (
                Effect("", "turn off", called="fountain,pond,waterfall,cascade,brook"),
                Effect("pump", "turn off"),
            ),
        ),
    ),
    "water show": Wish(
        (
            "i'd like to hear some splashing outside",
            "the pond looks lifeless",
            "the fish need fresh water moving",
            "the water's standing still and going green",
        ),
        (
            (
                Effect("", "turn on", called="fountain,pond,waterfall,cascade,brook"),
                Effect("pump", "turn on"),
            ),
        ),
    ),
    "festive": Wish(
        (
            "christmas is coming, make it sparkle",
            "the children want to see the christmas lights",
            "a bit of festive glitter",
        ),
        (
            (
                Effect("", "turn on", called="christmas,fairy,star,garland,reindeer"),
                Effect("light", "turn on"),
            ),
        ),
    ),
    "cold bed": Wish(
        (
            "my bed is like ice",
            "i'd like to slip into a warm bed",
            "cold sheets are awful",
            "my feet are cold in bed",
        ),
        (
            (
                Effect("", "turn on", called="blanket,bed warmer,mattress,bed"),
                Effect("", "set", "heat", 1, called="blanket,bed warmer,mattress"),
            ),
        ),
    ),
    "print": Wish(
        ("the filament has run out", "something's gone wrong with the print", "the model is coming off the plate"),
        ((Effect("printer", "pause"), Effect("printer", "stop")),),
    ),
    "dry off": Wish(
        (
            "i want a warm towel after my bath",
            "i freeze every time i get out of the bath",
            "it's icy when you step out of the tub",
        ),
        (
            (
                Effect("", "turn on", called="towel,bathroom heater"),
                Effect("heater,thermostat", "raise", "target temperature"),
                Effect("heater", "turn on"),
            ),
        ),
    ),
    "fan noise": Wish(
        (
            "that fan roars like a plane {in}",
            "the ventilation drones {in}",
            "the blower is making a racket {in}",
            "the air con is deafening {in}",
        ),
        (
            (
                Effect("fan,air conditioner,air purifier", "lower", "fan speed"),
                Effect("fan,air conditioner,air purifier", "turn off"),
            ),
        ),
    ),
    "more air": Wish(
        (
            "the fan is barely moving {in}",
            "a stronger breeze would help {in}",
            "the air is used up {in}, a higher gear for the ventilation",
            "the fan could blow harder {in}",
        ),
        (
            (
                Effect("fan,air conditioner,air purifier", "raise", "fan speed"),
                Effect("fan,air conditioner", "turn on"),
            ),
        ),
    ),
}
