"""What people say when they name no device, and what would help: wish -> effects on kinds of things."""

from __future__ import annotations

from dataclasses import dataclass

from galiot.agent.plan import Value


@dataclass(frozen=True)
class Effect:
    """One thing that would help; of several alternatives the first that a home can do is meant.

    kinds: parted by commas; verb, role, value as in `plan.Do`
    """

    kinds: str
    verb: str
    role: str | None = None
    value: Value = None
    unit: str | None = None


@dataclass(frozen=True)
class Wish:
    """A wish.

    wordings: patterns; `{in}` is where, such as "in the kitchen", or nothing
    effects: all of them are meant (each a choice of alternatives), where `all_of` the home has them
    whole: it is about the whole home where no room is said, else about the one thing that fits
    """

    wordings: tuple[str, ...]
    effects: tuple[tuple[Effect, ...], ...]
    whole: bool = False


_CLIMATE = "thermostat,heater,climate,air conditioner"
_COVERS = "blind,curtain,shutter,shade,cover"
_DIM = (Effect("light", "set", "brightness", 20, "%"), Effect("light", "turn off"))

WISHES: dict[str, Wish] = {
    "dark": Wish((
        "i can't see a thing {in}", "it's (so|too|pretty|awfully) dark {in}", "it's pitch black {in}", "i (can|could) hardly see anything {in}", "it's getting dark {in}", "so gloomy {in}",
        "i keep bumping into things {in}", "we need (some|more) light {in}", "could use some light {in}", "i can't find my keys {in}, it's too dark", "let there be light {in}", "it's like a cave {in}",
        "i want to read {in} but it's dark", "my eyes hurt, there is no light {in}", "where is everything, i'm in the dark {in}", "i'm sitting in the dark {in}", "light please {in}", "it's dim as a cellar {in}",
        "i'd like to see what i'm doing {in}", "someone left me in the dark {in}"), ((Effect("light", "turn on"),),)),
    "bright": Wish((
        "it's (too|way too|so) bright {in}", "the light hurts my eyes {in}", "i have a headache from the light {in}", "can we have it less bright {in}", "the light is too harsh {in}", "my eyes are burning from all that light {in}",
        "it's like an operating room {in}", "a softer light would be nice {in}", "tone the light down {in}", "something cosier for the light {in}"), ((Effect("light", "lower", "brightness"), Effect("light", "turn off")),)),
    "glare": Wish((
        "the sun is blinding me {in}", "the sun is in my eyes {in}", "there's glare on the screen {in}", "the sunlight is too much {in}", "i can't see the screen because of the sun {in}", "too much sun {in}", "keep the sun out {in}",
        "the neighbours can look in {in}", "i'd like some privacy {in}", "people are staring in from the street {in}", "i'm changing clothes {in}, nobody should see me", "the afternoon sun heats everything up {in}",
        "everyone outside can see me {in}"), ((Effect(_COVERS, "close"), Effect("awning", "open")),)),
    "daylight": Wish((
        "let the sun in {in}", "let some daylight in {in}", "i want to look outside {in}", "it's a beautiful day, let me see it {in}", "i'd love some sunshine {in}", "i want to enjoy the view {in}", "let the morning in {in}",
        "i'd like natural light {in}", "show me the sky {in}", "the sun is out and i can't see it {in}"), ((Effect(_COVERS, "open"),),)),
    "cold": Wish((
        "it's (freezing|cold|chilly|icy|frosty|nippy) {in}", "i'm (freezing|cold|shivering) {in}", "my (fingers|toes|feet|hands) are (numb|like ice|frozen) {in}", "brr {in}", "it's like a fridge {in}", "i can see my breath {in}",
        "i need another sweater {in}", "could it be a bit warmer {in}", "my teeth are chattering {in}", "we are freezing to death {in}", "it feels like winter {in}", "the baby has cold hands {in}",
        "why is it so cold {in}", "grandma says she's cold {in}", "i want it cosier and warmer {in}", "warm it up {in}", "it's an icebox {in}"),
        ((Effect(_CLIMATE, "raise", "target temperature"), Effect("heater,fireplace", "turn on")),)),
    "hot": Wish((
        "it's (boiling|roasting|sweltering|hot|like an oven|far too warm) {in}", "i'm (sweating|melting|boiling|burning up) {in}", "it's a sauna {in}", "i can't sleep, it's so hot {in}", "the heat is killing me {in}",
        "it's unbearably warm {in}", "could it be a bit cooler {in}", "cool it down {in}", "my shirt is soaked {in}", "why is it so warm {in}", "i'm about to faint from the heat {in}", "i'm dying of heat {in}"),
        ((Effect("air conditioner", "turn on"), Effect("fan", "turn on"), Effect(_CLIMATE, "lower", "target temperature")),)),
    "stuffy": Wish((
        "it's (stuffy|musty) {in}", "the air is (stale|bad|thick) {in}", "it smells {in}", "we need fresh air {in}", "i can't breathe {in}", "something stinks {in}", "it smells of (fish|onions|burnt toast|paint|smoke) {in}", "the air could be better {in}",
        "someone burned the toast {in}", "my allergies are acting up {in}", "there is dust and pollen in the air {in}", "air this place out {in}"),
        ((Effect("air purifier", "turn on"), Effect("fan", "turn on"), Effect("window", "open")),)),
    "dry air": Wish(("the air is (so|too) dry {in}", "my skin is dry from the air {in}", "my throat is dry from the air {in}", "my nose is dry {in}", "it's dry as a desert {in}", "the air needs some moisture {in}", "static shocks everywhere {in}, the air is dry",
                     "my lips are cracking from the dry air {in}"), ((Effect("humidifier", "turn on"),),)),
    "humid": Wish(("it's (so|too) (humid|damp|muggy) {in}", "there's mould growing {in}", "the windows are fogged up {in}", "everything feels clammy {in}", "the mirror is all steamed up {in}", "it's damp as a swamp {in}", "the walls are wet {in}",
                   "i feel like in a jungle {in}"), ((Effect("dehumidifier", "turn on"), Effect("fan", "turn on")),)),
    "thirsty plants": Wish((
        "the (plants|flowers|roses|tomatoes|herbs) (look|are|seem) (dry|thirsty|wilted) {in}", "the (lawn|grass) is (turning brown|yellow|dry|parched) {in}", "the soil is bone dry {in}", "it hasn't rained for days and everything is dry {in}", "the garden needs water {in}",
        "the flower beds need a drink {in}", "the vegetables need water {in}", "my tomatoes are hanging their heads {in}", "give the plants some water {in}", "the hedge is drying out {in}", "the seedlings are thirsty {in}"),
        ((Effect("sprinkler", "start"), Effect("sprinkler", "turn on"), Effect("valve", "open"), Effect("pump", "turn on")),)),
    "soaked plants": Wish(("the (plants|flowers|lawn) (have|has) had enough water {in}", "the (garden|lawn) is (soaked|flooded|a swamp) {in}", "it's raining, no need to water {in}", "the flower beds are drowning {in}", "the grass is wet enough {in}"),
                          ((Effect("sprinkler", "stop"), Effect("sprinkler", "turn off"), Effect("valve", "close"), Effect("pump", "turn off")),)),
    "long grass": Wish(("the (grass|lawn) is (too long|knee high|overgrown|getting long) {in}", "the lawn looks like a jungle {in}", "the grass needs a cut {in}", "the lawn needs a haircut {in}", "i can't find the ball in the grass {in}",
                        "time for a trim of the lawn {in}", "mow the lawn {in}"), ((Effect("mower", "start"),),)),
    "dirty floor": Wish((
        "the floor is (dirty|filthy|a mess|full of crumbs|dusty) {in}", "there are crumbs (everywhere|all over the floor) {in}", "the dog has shed hair everywhere {in}", "i spilled cereal on the floor {in}", "the carpet needs cleaning {in}", "there's dust on the floor {in}",
        "cat litter all over the place {in}", "guests are coming and the floor looks awful {in}", "clean up {in}", "somebody walked in with muddy shoes {in}", "hoover the place {in}", "the kids dropped popcorn everywhere {in}",
        "i broke a flower pot, there's soil on the floor {in}"), ((Effect("vacuum", "start"),),)),
    "vacuum in the way": Wish(("the robot is in the way {in}", "that cleaning thing is too noisy, send it home", "i've nearly tripped over the robot {in}", "the floor is clean enough {in}", "enough cleaning for today {in}"), ((Effect("vacuum", "dock"),),)),
    "quiet": Wish((
        "i can't hear (anything|what they are saying|the show) {in}", "what did he say, it's too quiet {in}", "the sound is too low {in}", "speak up {in}", "a little louder {in}", "it's so quiet i can't follow the film {in}", "could we have it louder {in}",
        "my ears are not what they were, more sound {in}"), ((Effect("tv,speaker,radio,media", "raise", "volume"),),)),
    "loud": Wish((
        "it's (too|way too|so) loud {in}", "my ears hurt {in}", "the neighbours are complaining about the noise {in}", "the baby is (asleep|sleeping), keep it down {in}", "i can't concentrate with that noise {in}", "keep the noise down {in}", "a little quieter {in}",
        "i can't hear myself think {in}", "that's deafening {in}", "the sound is too high {in}"), ((Effect("tv,speaker,radio,media", "lower", "volume"),),)),
    "call": Wish(("i'm (on|getting) a (phone) call {in}", "the phone is ringing {in}", "i have to take this call {in}", "hold on, my boss is calling {in}", "someone wants to talk to me {in}, no music now", "quiet, i'm on the phone {in}", "i need to answer the phone {in}",
                  "my mother is calling {in}"), ((Effect("tv,speaker,radio,media", "pause"), Effect("tv,speaker,radio,media", "mute")),)),
    "music": Wish(("i (feel like|want|need|fancy) (some|a bit of) music {in}", "i'm in the mood for (music|a song|dancing) {in}", "it's too silent {in}", "let's dance {in}", "a bit of music would be nice {in}", "play me something {in}", "some tunes {in}",
                   "let's have a song {in}", "i want to listen to something {in}"), ((Effect("speaker,radio,media", "play"), Effect("speaker,radio,media", "turn on")),)),
    "bad song": Wish(("i (hate|don't like|can't stand) this song {in}", "not this song again {in}", "next song {in}", "what a terrible song {in}", "anything but this tune {in}", "skip this {in}"), ((Effect("speaker,radio,media,tv", "next"),),)),
    "news": Wish(("i want to watch (the news|something|the match|a show) {in}", "the (match|game|news) is about to start {in}", "is there anything good on tonight, let me see {in}", "i'd like to watch a film {in}", "my series is on now {in}",
                  "let's see the weather forecast on the screen {in}"), ((Effect("tv", "turn on"),),)),
    "done watching": Wish(("nobody is watching {in}", "i'm done watching {in}", "the film is over {in}", "i've seen enough {in}", "there's nothing good on {in}", "the show has ended {in}"), ((Effect("tv", "turn off"),),)),
    "movie": Wish((
        "the (movie|film) is (starting|about to begin|on)", "it's movie (night|time) {in}", "let's watch a movie {in}", "make it like a cinema {in}", "popcorn is ready, let's start the film {in}", "cinema mood {in}", "set the room up for a film {in}",
        "we are about to watch a film {in}"), (_DIM,)),
    "romantic": Wish(("make it (romantic|cosy|cozy) {in}", "set a cosy mood {in}", "we are having a romantic dinner {in}", "a little atmosphere {in}", "date night {in}", "candlelight mood {in}", "something moody for the light {in}", "make it snug {in}"), (_DIM,)),
    "leaving": Wish((
        "i'm (off to work|leaving|heading out|going out|out of here|off)", "we are (leaving|going on holiday|heading out|off)", "goodbye house", "bye, see you tonight", "nobody will be home", "i'm going shopping", "see you later", "everyone is out for the day", "we're off to grandma's",
        "i'm leaving the house", "time to go to the office", "we are away for the weekend", "off to school everybody", "i've got a train to catch", "the house is empty now", "we won't be back till late"),
        ((Effect("light", "turn off"),), (Effect("lock", "lock"),), (Effect("alarm", "arm"),)), whole=True),
    "bedtime": Wish((
        "(good night|night night)", "i'm (going to bed|off to bed|hitting the sack|turning in)", "time (for bed|to sleep)", "bedtime", "we are going to sleep", "sleep time everyone", "i'm calling it a night", "everyone is in bed", "let's go to sleep", "i'm exhausted, off to sleep",
        "sweet dreams", "that's it for today, i'm going upstairs to sleep"), ((Effect("light", "turn off"),), (Effect("lock", "lock"),)), whole=True),
    "light waste": Wish((
        "nobody is {in}, don't waste electricity", "there is no one {in} anymore", "the lights are burning for nobody {in}", "i'm done {in}", "i've finished working {in}", "we don't need any light {in}", "i want to sleep {in}", "lights out {in}",
        "save some power {in}", "the kids left the lights on {in}", "it's bright enough without lamps {in}"), ((Effect("light", "turn off"),),)),
    "wake": Wish(("good morning", "i'm (awake|up)", "rise and shine", "time to get up {in}", "wake up everybody {in}", "a new day begins {in}", "i just woke up {in}"), ((Effect(_COVERS, "open"), Effect("light", "turn on")),), whole=True),
    "home again": Wish(("i'm (home|back)", "we're (home|back)", "honey i'm home", "back from work", "i just got in", "here i am again"), ((Effect("alarm", "disarm"),),), whole=True),
    "intruder": Wish(("i heard (something|someone) outside", "i don't feel safe", "there are burglars around", "make the house secure", "make sure nobody gets in", "protect the house", "there was a break-in next door", "keep intruders out", "i'm scared alone at home"),
                     ((Effect("lock", "lock"),), (Effect("alarm", "arm"),)), whole=True),
    "coffee": Wish(("i need (a coffee|caffeine|my coffee)", "i'd (love|kill for) a coffee", "make me a coffee", "i can't wake up without coffee", "coffee time", "a cup of coffee would be great", "brew some coffee", "i'm so sleepy, caffeine please"), ((Effect("coffee maker", "run", "coffee"),),)),
    "tea": Wish(("i (want|fancy|need) (a cup of|some) tea", "let's have tea", "boil some water {in}", "tea time", "i need hot water for noodles", "i'd love a cuppa", "water for tea please"), ((Effect("kettle", "turn on"),),)),
    "dishes": Wish(("the dishes are (dirty|piling up|waiting)", "wash the dishes", "do the dishes", "we are out of clean plates", "no clean cups left", "the plates need washing", "clean the dishes", "there's not one clean fork left"), ((Effect("dishwasher", "start"),),)),
    "laundry": Wish(("(do|wash) the laundry", "i have nothing clean to wear", "my shirts are dirty", "the laundry basket is overflowing", "wash my clothes", "i'm out of clean socks", "the kids' football kit is muddy", "time to wash the clothes"), ((Effect("washer", "start"),),)),
    "wet clothes": Wish(("dry (the|my) (clothes|towels|laundry)", "the clothes are still wet", "the wet laundry is in, get it dry", "my towels are damp", "my jeans are soaking wet"), ((Effect("dryer", "start"),),)),
    "oven": Wish(("preheat for (pizza|cookies|dinner)", "i want to bake (a cake|bread|cookies)", "let's bake", "i'm going to roast a chicken", "warm up for the pizza"), ((Effect("oven", "turn on"),),)),
    "shower": Wish(("i want a hot (shower|bath)", "the water is cold in the shower", "we are out of hot water", "there is no hot water", "the shower is ice cold"), ((Effect("water heater", "raise", "target temperature"), Effect("water heater", "turn on")),)),
    "car empty": Wish(("my car is (empty|low on battery|out of juice)", "the (car|ev) needs charging", "i need a full battery tomorrow", "the car battery is low", "i have a long drive tomorrow, charge the car", "fill up the car"), ((Effect("car charger", "start"), Effect("car charger", "set", "charging", True)),)),
    "car arriving": Wish(("i'm (in the driveway|pulling in|almost home with the car)", "i want to (park|drive in)", "let the car in", "i'm backing the car out", "i need to get the car out", "let me drive in"), ((Effect("garage door", "open"), Effect("gate", "open")),)),
    "guests": Wish(("let the (guests|visitors|plumber|kids|courier) in", "someone is at the door, let them in", "my sister is outside, let her in", "our friends are here, let them in"), ((Effect("lock", "unlock"), Effect("gate", "open")),)),
    "leak": Wish(("there's water (everywhere|all over the floor) {in}", "a pipe (burst|is leaking) {in}", "we have a leak {in}", "the tap is dripping like mad {in}", "the water won't stop running {in}"), ((Effect("valve", "close"),),)),
    "rain": Wish(("it's (raining|starting to rain|pouring)", "there's a storm coming", "it's going to rain any minute", "i felt a drop", "the rain is coming in {in}", "there's hail on the way"), ((Effect("window", "close"), Effect("awning", "close")),), whole=True),
    "pets": Wish(("the (cat|dog|fish|rabbit) is hungry", "the (cat|dog) is begging for food", "feed the (cat|dog|fish|birds|pets)", "my (cat|dog) has an empty bowl", "time for the pets' dinner"), ((Effect("feeder", "run", "feed"), Effect("feeder", "run", "dispense")),)),
    "fire": Wish(("light a fire {in}", "a fire would be nice {in}", "let's get the fire going {in}"), ((Effect("fireplace,heater", "turn on"),),)),
    "pool": Wish(("the (pool|hot tub) is too cold", "i want to soak in the hot tub", "we'd like to take a sauna", "the water in the tub is cold"), ((Effect("pool,water heater,heater", "turn on"),),)),
    "fumes": Wish(("there's (smoke|steam) from the (pan|stove) {in}", "the frying smells all through the house {in}", "i'm frying fish {in}"), ((Effect("fan", "turn on"), Effect("window", "open")),)),
}  # fmt: skip
