"""What people say when they name no device, and what would help: wish -> effects on kinds of things."""

from __future__ import annotations

from dataclasses import dataclass

from galiot.agent.plan import Value


@dataclass(frozen=True)
class Effect:
    """One thing that would help; of several alternatives the first that a home can do is meant.

    kinds: parted by commas; verb, role, value as in `plan.Do`
    called: words of names, parted by commas: things of any kind that are called so are meant as well
    """

    kinds: str
    verb: str
    role: str | None = None
    value: Value = None
    unit: str | None = None
    called: str = ""


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
_COVERS = "blind,curtain,shutter,shade"
_DIM = (Effect("light", "set", "brightness", 20, "%"), Effect("light", "turn off"))

WISHES: dict[str, Wish] = {
    "dark": Wish(
        (
            "i can't see the end of my nose {in}",
            "it's (so|too|pretty|awfully) dark {in}",
            "it's pitch black {in}",
            "i (can|could) hardly see anything {in}",
            "it's getting dark {in}",
            "so gloomy {in}",
            "i keep bumping into things {in}",
            "we need (some|more) light {in}",
            "could use some light {in}",
            "i can't find my keys {in}, it's too dark",
            "let there be light {in}",
            "it's like a cave {in}",
            "i want to read {in} but it's dark",
            "my eyes hurt, there is no light {in}",
            "where is everything, i'm in the dark {in}",
            "i'm sitting in the dark {in}",
            "light please {in}",
            "it's dim as a cellar {in}",
            "i'd like to see what i'm doing {in}",
            "someone left me in the dark {in}",
        ),
        ((Effect("light", "turn on"),),),
    ),
    "bright": Wish(
        (
            "it's (too|way too|so) bright {in}",
            "the light hurts my eyes {in}",
            "i have a headache from the light {in}",
            "can we have it less bright {in}",
            "the light is too harsh {in}",
            "my eyes are burning from all that light {in}",
            "it's like an operating room {in}",
            "a softer light would be nice {in}",
            "tone the light down {in}",
            "something cosier for the light {in}",
        ),
        ((Effect("light", "lower", "brightness"), Effect("light", "turn off")),),
    ),
    "glare": Wish(
        (
            "the sun is blinding me {in}",
            "the sun is in my eyes {in}",
            "there's glare on the screen {in}",
            "the sunlight is too much {in}",
            "i can't see the screen because of the sun {in}",
            "too much sun {in}",
            "keep the sun out {in}",
            "the neighbours can look in {in}",
            "i'd like some privacy {in}",
            "people are staring in from the street {in}",
            "i'm changing clothes {in}, nobody should see me",
            "the afternoon sun heats everything up {in}",
            "everyone outside can see me {in}",
        ),
        ((Effect(_COVERS, "close"), Effect("awning", "open")),),
    ),
    "daylight": Wish(
        (
            "let the sun in {in}",
            "let some daylight in {in}",
            "i want to look outside {in}",
            "it's a beautiful day, let me see it {in}",
            "i'd love some sunshine {in}",
            "i want to enjoy the view {in}",
            "let the morning in {in}",
            "i'd like natural light {in}",
            "show me the sky {in}",
            "the sun is out and i can't see it {in}",
        ),
        ((Effect(_COVERS, "open"),),),
    ),
    "cold": Wish(
        (
            "it's (freezing|cold|chilly|icy|frosty|nippy) {in}",
            "i'm (freezing|cold|shivering) {in}",
            "my (fingers|toes|feet|hands) are (numb|like ice|frozen) {in}",
            "brr {in}",
            "it's like a fridge {in}",
            "i can see my breath {in}",
            "i need another sweater {in}",
            "could it be a bit warmer {in}",
            "my teeth are chattering {in}",
            "we are freezing to death {in}",
            "it feels like winter {in}",
            "the baby has cold hands {in}",
            "why is it so cold {in}",
            "grandma says she's cold {in}",
            "i want it cosier and warmer {in}",
            "warm it up {in}",
            "it's an icebox {in}",
        ),
        ((Effect(_CLIMATE, "raise", "target temperature"), Effect("heater,fireplace", "turn on")),),
    ),
    "hot": Wish(
        (
            "it's (boiling|roasting|sweltering|hot|like an oven|far too warm) {in}",
            "i'm (sweating|melting|boiling|burning up) {in}",
            "it's a sauna {in}",
            "i can't sleep, it's so hot {in}",
            "the heat is killing me {in}",
            "it's unbearably warm {in}",
            "could it be a bit cooler {in}",
            "cool it down {in}",
            "my shirt is soaked {in}",
            "why is it so warm {in}",
            "i'm about to faint from the heat {in}",
            "i'm dying of heat {in}",
        ),
        (
            (
                Effect("air conditioner", "turn on"),
                Effect("fan", "turn on"),
                Effect(_CLIMATE, "lower", "target temperature"),
            ),
        ),
    ),
    "stuffy": Wish(
        (
            "it's (stuffy|musty) {in}",
            "the air is (stale|bad|thick) {in}",
            "it smells {in}",
            "we need fresh air {in}",
            "i can't breathe {in}",
            "something stinks {in}",
            "it smells of (fish|onions|burnt toast|paint|smoke) {in}",
            "the air could be better {in}",
            "someone burned the toast {in}",
            "my allergies are acting up {in}",
            "there is dust and pollen in the air {in}",
            "air this place out {in}",
        ),
        ((Effect("air purifier", "turn on"), Effect("fan", "turn on"), Effect("window", "open")),),
    ),
    "dry air": Wish(
        (
            "the air is (so|too) dry {in}",
            "my skin is dry from the air {in}",
            "my throat is dry from the air {in}",
            "my nose is dry {in}",
            "it's dry as a desert {in}",
            "the air needs some moisture {in}",
            "static shocks everywhere {in}, the air is dry",
            "my lips are cracking from the dry air {in}",
        ),
        ((Effect("humidifier", "turn on"),),),
    ),
    "humid": Wish(
        (
            "it's (so|too) (humid|damp|muggy) {in}",
            "there's mould growing {in}",
            "the windows are fogged up {in}",
            "everything feels clammy {in}",
            "the mirror is all steamed up {in}",
            "it's damp as a swamp {in}",
            "the walls are wet {in}",
            "i feel like in a jungle {in}",
        ),
        ((Effect("dehumidifier", "turn on"), Effect("fan", "turn on")),),
    ),
    "thirsty plants": Wish(
        (
            "the (plants|flowers|roses|tomatoes|herbs) (look|are|seem) (dry|thirsty|wilted) {in}",
            "the (lawn|grass) is (turning brown|yellow|dry|parched) {in}",
            "the soil is bone dry {in}",
            "it hasn't rained for days and everything is dry {in}",
            "the garden needs water {in}",
            "the flower beds need a drink {in}",
            "the vegetables need water {in}",
            "my tomatoes are hanging their heads {in}",
            "give the plants some water {in}",
            "the hedge is drying out {in}",
            "the seedlings are thirsty {in}",
        ),
        (
            (
                Effect("sprinkler", "start"),
                Effect("sprinkler", "turn on"),
                Effect("valve", "open"),
                Effect("pump", "turn on"),
            ),
        ),
    ),
    "soaked plants": Wish(
        (
            "the (plants|flowers|lawn) (have|has) had enough water {in}",
            "the (garden|lawn) is (soaked|flooded|a swamp) {in}",
            "it's raining, no need to water {in}",
            "the flower beds are drowning {in}",
            "the grass is wet enough {in}",
        ),
        (
            (
                Effect("sprinkler", "stop"),
                Effect("sprinkler", "turn off"),
                Effect("valve", "close"),
                Effect("pump", "turn off"),
            ),
        ),
    ),
    "long grass": Wish(
        (
            "the (grass|lawn) is (too long|knee high|overgrown|getting long) {in}",
            "the lawn looks like a jungle {in}",
            "the grass needs a cut {in}",
            "the lawn needs a haircut {in}",
            "i can't find the ball in the grass {in}",
            "time for a trim of the lawn {in}",
            "give the lawn its cut {in}",
        ),
        ((Effect("mower", "start"),),),
    ),
    "dirty floor": Wish(
        (
            "the floor is (dirty|filthy|a mess|full of crumbs|dusty) {in}",
            "there are crumbs (everywhere|under the table) {in}",
            "the dog has shed hair everywhere {in}",
            "i spilled cereal on the floor {in}",
            "the carpet needs cleaning {in}",
            "there's dust on the floor {in}",
            "cat litter all over the place {in}",
            "guests are coming and the floor looks awful {in}",
            "clean up {in}",
            "somebody walked in with muddy shoes {in}",
            "hoover the place {in}",
            "the kids dropped popcorn everywhere {in}",
            "i broke a flower pot, there's soil on the floor {in}",
        ),
        ((Effect("vacuum", "start"),),),
    ),
    "vacuum in the way": Wish(
        (
            "the robot is in the way {in}",
            "that cleaning thing is too noisy, send it home",
            "i've nearly tripped over the robot {in}",
            "the floor is clean enough {in}",
            "enough cleaning for today {in}",
        ),
        ((Effect("vacuum", "dock"),),),
    ),
    "quiet": Wish(
        (
            "i can't hear (anything|what they are saying|the show) {in}",
            "what did he say, it's too quiet {in}",
            "the sound is too low {in}",
            "speak up {in}",
            "a little louder {in}",
            "it's so quiet i can't follow the film {in}",
            "could we have it louder {in}",
            "my ears are not what they were, more sound {in}",
        ),
        ((Effect("tv,speaker,radio,media", "raise", "volume"),),),
    ),
    "loud": Wish(
        (
            "it's (too|way too|so) loud {in}",
            "my ears hurt {in}",
            "the neighbours are complaining about the noise {in}",
            "the baby is (asleep|sleeping), keep it down {in}",
            "i can't concentrate with that noise {in}",
            "keep the noise down {in}",
            "a little quieter {in}",
            "i can't hear myself think {in}",
            "that's deafening {in}",
            "the sound is too high {in}",
        ),
        ((Effect("tv,speaker,radio,media", "lower", "volume"),),),
    ),
    "call": Wish(
        (
            "i'm (on|getting) a (phone) call {in}",
            "the phone is ringing {in}",
            "i have to take this call {in}",
            "hold on, my boss is calling {in}",
            "someone wants to talk to me {in}, no music now",
            "quiet, i'm on the phone {in}",
            "i need to answer the phone {in}",
            "my mother is calling {in}",
        ),
        ((Effect("tv,speaker,radio,media", "pause"), Effect("tv,speaker,radio,media", "mute")),),
    ),
    "music": Wish(
        (
            "i (feel like|want|need|fancy) (some|a bit of) music {in}",
            "i'm in the mood for (music|a song|dancing) {in}",
            "it's too silent {in}",
            "let's dance {in}",
            "a bit of music would be nice {in}",
            "play me something {in}",
            "some tunes {in}",
            "let's have a song {in}",
            "i want to listen to something {in}",
        ),
        ((Effect("speaker,radio,media", "play"), Effect("speaker,radio,media", "turn on")),),
    ),
    "bad song": Wish(
        (
            "i (hate|don't like|can't stand) this song {in}",
            "not this song again {in}",
            "next song {in}",
            "what a terrible song {in}",
            "anything but this tune {in}",
            "skip this {in}",
        ),
        ((Effect("speaker,radio,media,tv", "next"),),),
    ),
    "news": Wish(
        (
            "i want to watch (the news|something|the match|a show) {in}",
            "the (match|game|news) is about to start {in}",
            "is there anything good on tonight, let me see {in}",
            "i'd like to watch a film {in}",
            "my series is on now {in}",
            "let's see the weather forecast on the screen {in}",
        ),
        ((Effect("tv", "turn on"),),),
    ),
    "done watching": Wish(
        (
            "nobody is watching {in}",
            "i'm done watching {in}",
            "the film is over {in}",
            "i've seen enough {in}",
            "there's nothing good on {in}",
            "the show has ended {in}",
        ),
        ((Effect("tv", "turn off"),),),
    ),
    "movie": Wish(
        (
            "the (movie|film) is (starting|about to begin|on)",
            "it's movie (night|time) {in}",
            "let's watch a movie {in}",
            "make it like a cinema {in}",
            "popcorn is ready, let's start the film {in}",
            "cinema mood {in}",
            "set the room up for a film {in}",
            "we are about to watch a film {in}",
        ),
        (_DIM,),
    ),
    "romantic": Wish(
        (
            "make it (romantic|cosy|cozy) {in}",
            "set a cosy mood {in}",
            "we are having a romantic dinner {in}",
            "a little atmosphere {in}",
            "date night {in}",
            "candlelight mood {in}",
            "something moody for the light {in}",
            "make it snug {in}",
        ),
        (_DIM,),
    ),
    "leaving": Wish(
        (
            "i'm (off to work|leaving|heading out|going out|out of here|off)",
            "we are (leaving|going on holiday|heading out|off)",
            "goodbye house",
            "bye, see you tonight",
            "nobody will be home",
            "i'm going shopping",
            "see you later",
            "everyone is out for the day",
            "we're off to grandma's",
            "i'm leaving the house",
            "time to go to the office",
            "we are away for the weekend",
            "off to school everybody",
            "i've got a train to catch",
            "the house is empty now",
            "we won't be back till late",
        ),
        ((Effect("light", "turn off"),), (Effect("lock", "lock"),), (Effect("alarm", "arm"),)),
        whole=True,
    ),
    "bedtime": Wish(
        (
            "(good night|night night)",
            "i'm (going to bed|off to bed|hitting the sack|turning in)",
            "time (for bed|to sleep)",
            "bedtime",
            "we are going to sleep",
            "sleep time everyone",
            "i'm calling it a night",
            "everyone is in bed",
            "let's go to sleep",
            "i'm exhausted, off to sleep",
            "sweet dreams",
            "that's it for today, i'm going upstairs to sleep",
        ),
        ((Effect("light", "turn off"),), (Effect("lock", "lock"),)),
        whole=True,
    ),
    "light waste": Wish(
        (
            "nobody is {in}, don't waste electricity",
            "there is no one {in} anymore",
            "the lights are burning for nobody {in}",
            "i'm done {in}",
            "i've finished working {in}",
            "we don't need any light {in}",
            "i want to sleep {in}",
            "lights out {in}",
            "save some power {in}",
            "the kids left the lights on {in}",
            "it's bright enough without lamps {in}",
        ),
        ((Effect("light", "turn off"),),),
    ),
    "wake": Wish(
        (
            "good morning",
            "i'm (awake|up)",
            "rise and shine",
            "time to get up {in}",
            "wake up everybody {in}",
            "a new day begins {in}",
            "i just woke up {in}",
        ),
        ((Effect(_COVERS, "open"), Effect("light", "turn on")),),
        whole=True,
    ),
    "home again": Wish(
        (
            "i'm (home|back)",
            "we're (home|back)",
            "honey i'm home",
            "back from work",
            "i just got in",
            "here i am again",
        ),
        ((Effect("alarm", "disarm"),),),
        whole=True,
    ),
    "intruder": Wish(
        (
            "i heard (something|someone) outside",
            "i don't feel safe",
            "there are burglars around",
            "make the house secure",
            "make sure nobody gets in",
            "protect the house",
            "there was a break-in next door",
            "keep intruders out",
            "i'm scared alone at home",
        ),
        ((Effect("lock", "lock"),), (Effect("alarm", "arm"),)),
        whole=True,
    ),
    "coffee": Wish(
        (
            "i need (a coffee|caffeine|my coffee)",
            "i'd (love|kill for) a coffee",
            "make me a coffee",
            "i can't wake up without coffee",
            "coffee time",
            "a cup of coffee would be great",
            "brew a mug of coffee",
            "i'm so sleepy, caffeine please",
        ),
        ((Effect("coffee maker", "run", "coffee"),),),
    ),
    "tea": Wish(
        (
            "i (want|need|could do with) (a mug of|some) tea",
            "let's have tea",
            "boil some water {in}",
            "tea time",
            "i need hot water for noodles",
            "i'd love a cuppa",
            "water for tea please",
        ),
        ((Effect("kettle", "turn on"),),),
    ),
    "dishes": Wish(
        (
            "the dishes are (dirty|piling up|waiting)",
            "wash the dishes",
            "do the dishes",
            "we are out of clean plates",
            "no clean cups left",
            "the plates need washing",
            "clean the dishes",
            "there's not one clean fork left",
        ),
        ((Effect("dishwasher", "start"),),),
    ),
    "laundry": Wish(
        (
            "(do|wash) the laundry",
            "i have nothing clean to wear",
            "my shirts are dirty",
            "the laundry basket is overflowing",
            "wash my clothes",
            "i'm out of clean socks",
            "the kids' football kit is muddy",
            "time to wash the clothes",
        ),
        ((Effect("washer", "start"),),),
    ),
    "wet clothes": Wish(
        (
            "dry (the|my) (clothes|towels|laundry)",
            "the clothes are still wet",
            "the wet laundry is in, get it dry",
            "my towels are damp",
            "my jeans are soaking wet",
        ),
        ((Effect("dryer", "start"),),),
    ),
    "oven": Wish(
        (
            "preheat for (pizza|cookies|dinner)",
            "i want to bake (a cake|bread|cookies)",
            "let's bake",
            "i'm going to roast a chicken",
            "warm up for the pizza",
        ),
        ((Effect("oven", "turn on"),),),
    ),
    "shower": Wish(
        (
            "i want a hot (shower|bath)",
            "the water is cold in the shower",
            "we are out of hot water",
            "there is no hot water",
            "the shower is ice cold",
        ),
        ((Effect("water heater", "raise", "target temperature"), Effect("water heater", "turn on")),),
    ),
    "car empty": Wish(
        (
            "my car is (empty|low on battery|out of juice)",
            "the (car|ev) needs charging",
            "i need a full battery tomorrow",
            "the car battery is low",
            "i have a long drive tomorrow, charge the car",
            "fill up the car",
        ),
        ((Effect("car charger", "start"), Effect("car charger", "set", "charging", True)),),
    ),
    "car arriving": Wish(
        (
            "i'm (in the driveway|pulling in|almost home with the car)",
            "i want to (park|drive in)",
            "let the car in",
            "i'm backing the car out",
            "i need to get the car out",
            "let me drive in",
        ),
        ((Effect("garage door", "open"), Effect("gate", "open")),),
    ),
    "guests": Wish(
        (
            "let the (guests|visitors|plumber|kids|courier) in",
            "someone is at the door, let them in",
            "my sister is outside, let her in",
            "our friends are here, let them in",
        ),
        ((Effect("lock", "unlock"), Effect("gate", "open")),),
    ),
    "leak": Wish(
        (
            "there's water (everywhere|all over the floor) {in}",
            "the pipe (gave way|drips) {in}",
            "we have a leak {in}",
            "the tap is dripping like mad {in}",
            "the water won't stop running {in}",
        ),
        ((Effect("valve", "close"),),),
    ),
    "rain": Wish(
        (
            "it's (raining|starting to rain|pouring)",
            "there's a storm coming",
            "it's going to rain any minute",
            "i felt a drop",
            "the rain is coming in {in}",
            "there's hail on the way",
        ),
        ((Effect("window", "close"), Effect("awning", "close")),),
        whole=True,
    ),
    "pets": Wish(
        (
            "the (cat|dog|fish|rabbit) is hungry",
            "the (cat|dog) is begging for food",
            "give the (cat|dog|fish|birds|pets) some food",
            "my (cat|dog) has an empty bowl",
            "time for the pets' dinner",
        ),
        ((Effect("feeder", "run", "feed"), Effect("feeder", "run", "dispense")),),
    ),
    "fire": Wish(
        ("light a fire {in}", "a fire would be nice {in}", "let's get the fire going {in}"),
        ((Effect("fireplace,heater", "turn on"),),),
    ),
    "pool": Wish(
        (
            "the (pool|hot tub) is too cold",
            "i want to soak in the hot tub",
            "we'd like to take a sauna",
            "the water in the tub is cold",
        ),
        ((Effect("pool,water heater,heater", "turn on"),),),
    ),
    "fumes": Wish(
        (
            "there's (smoke|steam) from the (pan|stove) {in}",
            "the frying smells all through the house {in}",
            "i'm frying fish {in}",
        ),
        ((Effect("fan", "turn on"), Effect("window", "open")),),
    ),
    "reading": Wish(
        (
            "i want to read [a book|the paper] {in}",
            "i'm going to do some (reading|knitting|sewing) {in}",
            "the letters swim before my eyes {in}",
            "i need to see the small print {in}",
            "i'm about to study {in}",
            "homework time {in}",
            "i dropped a contact lens {in}",
            "i'm looking for a needle {in}",
            "time to do the crossword {in}",
            "i'd like to draw {in}",
            "where did i put my glasses, i can't see {in}",
            "the kids want to do a puzzle {in}",
            "i can't tell blue from black {in}",
        ),
        ((Effect("light", "turn on"),),),
    ),
    "scared child": Wish(
        (
            "the little one is afraid of the dark {in}",
            "there's a monster under the bed {in}",
            "the child had a nightmare {in} and wants some light",
            "i heard a noise {in} and can't see",
            "i'm scared of the dark {in}",
        ),
        ((Effect("light", "turn on"),),),
    ),
    "more light": Wish(
        (
            "it's a bit dim {in}",
            "i could use a bit more light {in}",
            "my eyes are straining {in}",
            "this light is too weak to work {in}",
            "a brighter room would be nice {in}",
            "the light is not enough for make-up {in}",
            "it could be a little brighter {in}",
        ),
        ((Effect("light", "raise", "brightness"), Effect("light", "turn on")),),
    ),
    "migraine": Wish(
        (
            "i have a (migraine|hangover) {in}",
            "my eyes are so tired {in}",
            "the lamp dazzles me {in}",
            "everything is glaring {in}",
            "turn this stadium lighting down {in}",
        ),
        ((Effect("light", "lower", "brightness"), Effect("light", "turn off")),),
    ),
    "nap": Wish(
        (
            "the baby is taking a nap {in}",
            "i want to take a nap {in}",
            "i need it dark to sleep {in}",
            "i'm going to lie down {in}",
            "grandpa is dozing {in}, make it dark",
            "make it dark {in}",
            "i can't sleep with that light {in}",
            "time for a siesta {in}",
        ),
        ((Effect("light", "turn off"), Effect(_COVERS, "close")),),
    ),
    "draught": Wish(
        (
            "there's a draught {in}",
            "cold air is coming in {in}",
            "the wind blows in {in}",
            "mosquitoes are coming in {in}",
            "pollen keeps flying in {in}",
            "it's loud outside {in}",
            "the traffic noise is unbearable {in}",
            "a wasp came in {in}",
        ),
        ((Effect("window", "close"), Effect("door", "close")),),
    ),
    "workout": Wish(
        (
            "i'm going to work out {in}",
            "i'm sweating from yoga {in}",
            "i need a breeze {in}",
            "there's no air moving {in}",
            "a bit of wind would be nice {in}",
            "i'm ironing and it's getting sticky {in}",
            "the paint has to dry {in}",
            "my hair needs a breeze {in}",
        ),
        ((Effect("fan", "turn on"), Effect("air conditioner", "turn on")),),
    ),
    "windy": Wish(
        (
            "it's too windy under the fan {in}",
            "the fan is messing up my hair {in}",
            "my papers are flying around {in}",
            "that breeze is too cold {in}",
            "i'm getting a stiff neck from the fan {in}",
        ),
        ((Effect("fan", "turn off"), Effect("air conditioner", "turn off")),),
    ),
    "fresh enough": Wish(
        (
            "the air is fine now {in}",
            "the smell is gone {in}",
            "the steam has cleared {in}",
            "it smells fresh again {in}",
        ),
        ((Effect("air purifier", "turn off"), Effect("fan", "turn off"), Effect("window", "close")),),
    ),
    "bit chilly": Wish(
        (
            "it's a little fresh {in}",
            "i'm putting on a blanket {in}",
            "i should have worn socks {in}",
            "the kids are cold {in}",
            "my tea gets cold at once {in}",
            "it's only me or is it cool {in}",
            "get rid of this cold {in}",
            "it could be cosier {in}",
            "the guests are shivering {in}",
            "grandpa wears his coat {in}",
            "i feel a chill {in}",
        ),
        ((Effect(_CLIMATE, "raise", "target temperature"), Effect("heater,fireplace", "turn on")),),
    ),
    "overheated": Wish(
        (
            "it's overheated {in}",
            "it's a bit warm {in}",
            "i'm opening my collar {in}",
            "the chocolate is melting {in}",
            "too much heating {in}",
            "the radiators are glowing {in}",
            "we're wasting heat {in}",
            "it's tropical {in}",
            "i could walk around in a swimsuit {in}",
            "the butter is liquid {in}",
        ),
        (
            (
                Effect(_CLIMATE, "lower", "target temperature"),
                Effect("air conditioner", "turn on"),
                Effect("fan", "turn on"),
            ),
        ),
    ),
    "sleeping baby": Wish(
        (
            "the baby is finally asleep {in}",
            "everyone else is sleeping {in}",
            "shh, the kids are sleeping {in}",
            "grandma is having a nap {in}",
            "it's past midnight, think of the neighbours {in}",
            "my head is pounding from the noise {in}",
            "we can't talk with that noise {in}",
            "i'm trying to work with that racket {in}",
        ),
        ((Effect("tv,speaker,radio,media", "lower", "volume"),),),
    ),
    "hard of hearing": Wish(
        (
            "grandpa can't hear the news {in}",
            "what are they saying {in}",
            "i love this song, louder {in}",
            "the dialogue is a whisper {in}",
            "i missed what she said, it's too soft {in}",
            "pump it up {in}",
            "i can't hear it over the rain {in}",
            "let me hear it {in}",
        ),
        ((Effect("tv,speaker,radio,media", "raise", "volume"),),),
    ),
    "enough music": Wish(
        (
            "enough music for today {in}",
            "i want silence {in}",
            "the party is over {in}",
            "everyone went home, no more music {in}",
            "i'd like some peace and quiet {in}",
            "time for silence {in}",
        ),
        ((Effect("speaker,radio,media", "pause"), Effect("speaker,radio,media", "turn off")),),
    ),
    "interrupted": Wish(
        (
            "hold the film, someone is at the door {in}",
            "i'll be right back, don't go on without me {in}",
            "i need the bathroom, wait with the film {in}",
            "let me get some popcorn first {in}",
            "bathroom break {in}",
        ),
        ((Effect("tv,media,speaker", "pause"), Effect("tv,media,speaker", "mute")),),
    ),
    "back again": Wish(
        (
            "i'm back, go on with the film {in}",
            "ok, where were we {in}",
            "the popcorn is here, continue {in}",
            "break is over, let it play {in}",
        ),
        ((Effect("tv,media,speaker", "play"), Effect("tv,media,speaker", "unmute")),),
    ),
    "boring channel": Wish(
        (
            "this programme is boring {in}",
            "something else on the telly {in}",
            "i've seen this episode {in}",
            "what else is on {in}",
        ),
        ((Effect("tv", "next"), Effect("tv", "turn off")),),
    ),
    "garage open": Wish(
        (
            "i've parked the car",
            "i'm out of the garage",
            "the car is in for the night",
            "i drove off already",
            "the garage shouldn't stay open",
            "i'm already on the road and forgot the garage",
            "the bikes are back in the garage",
        ),
        ((Effect("garage door", "close"), Effect("gate", "close")),),
    ),
    "forgot lock": Wish(
        (
            "i think i forgot to lock up",
            "did i lock up, better make sure",
            "lock up",
            "lock up the house",
            "secure all the doors",
            "i'm in bed and the doors may be open",
        ),
        ((Effect("lock", "lock"),),),
        whole=True,
    ),
    "key forgotten": Wish(
        (
            "i forgot my key",
            "i'm standing outside without a key",
            "i'm locked out",
            "my arms are full of groceries, let me in",
            "the cleaner is here",
            "i'm at the door",
        ),
        ((Effect("lock", "unlock"),),),
    ),
    "water bill": Wish(
        (
            "the water bill is too high",
            "we've watered enough {in}",
            "it's going to rain, stop watering {in}",
            "puddles are forming {in}",
            "my shoes are wet from the watering {in}",
            "the snails love how wet it is {in}",
        ),
        ((Effect("sprinkler", "stop"), Effect("sprinkler", "turn off"), Effect("valve", "close")),),
    ),
    "droughts": Wish(
        (
            "it's been hot for days, the (beds|roses|beans) need help {in}",
            "the (basil|fern|hydrangea|strawberries) (droops|is drooping|needs water|looks sad) {in}",
            "there's dust between the cucumbers {in}",
            "the leaves are curling {in}",
            "nothing grows without water {in}",
            "the pots are dry as dust {in}",
            "quench the thirst of the plants {in}",
        ),
        (
            (
                Effect("sprinkler", "start"),
                Effect("sprinkler", "turn on"),
                Effect("valve", "open"),
                Effect("pump", "turn on"),
            ),
        ),
    ),
    "car full": Wish(
        (
            "the car is full enough",
            "stop feeding the car",
            "power is expensive now, the car can wait",
            "i have to leave, unplug the car",
        ),
        (
            (
                Effect("car charger", "stop"),
                Effect("car charger", "run", "stop charging"),
                Effect("car charger", "set", "charging", False),
            ),
        ),
    ),
    "warm drinks": Wish(
        (
            "the (beer|milk|wine) is too warm",
            "the ice cream is melting",
            "the vegetables are going bad",
            "i want my drinks colder",
        ),
        ((Effect("fridge", "lower", "target temperature"),),),
    ),
    "frozen drinks": Wish(
        ("the lettuce freezes in the fridge", "the (beer|milk) is nearly frozen", "the wine is too cold"),
        ((Effect("fridge", "raise", "target temperature"),),),
    ),
    "no guests": Wish(
        (
            "the (laundry|wash) isn't needed anymore",
            "there's still a red sock in the wash, stop it",
            "stop the laundry",
        ),
        ((Effect("washer", "stop"), Effect("washer", "pause")),),
    ),
    "cooking done": Wish(
        ("the roast is done", "the cake is ready", "dinner is out of the oven", "i smell burning, the food is done"),
        ((Effect("oven", "turn off"),),),
    ),
    "tea done": Wish(
        ("the water has boiled", "no tea for me after all", "the water is hot enough"),
        ((Effect("kettle", "turn off"),),),
    ),
    "espresso": Wish(
        ("i'd like an espresso", "something short and strong", "an espresso for me", "a double shot please"),
        ((Effect("coffee maker", "run", "espresso"),),),
    ),
    "work": Wish(
        (
            "i need to (focus|concentrate) {in}",
            "i'm in a meeting {in}",
            "i'm recording a podcast {in}",
            "exam tomorrow, i have to study, no distraction {in}",
            "i've got a video conference {in}",
        ),
        (
            (
                Effect("tv,speaker,radio,media", "pause"),
                Effect("tv,speaker,radio,media", "turn off"),
                Effect("tv,speaker,radio,media", "mute"),
            ),
        ),
    ),
    "dinner party": Wish(
        (
            "dinner is served, some background music {in}",
            "the guests want to dance {in}",
            "it's my birthday, let's party {in}",
            "this party needs music {in}",
            "let's get the party started {in}",
            "cheer me up with a song {in}",
            "i'm lonely, play something {in}",
        ),
        ((Effect("speaker,radio,media", "play"), Effect("speaker,radio,media", "turn on")),),
    ),
    "suspicious": Wish(
        (
            "i want to know who is sneaking around {in}",
            "watch the place while i'm gone {in}",
            "somebody stole a parcel {in}, keep an eye on it",
            "film what happens {in}",
        ),
        ((Effect("camera", "set", "recording", True), Effect("camera", "turn on")),),
    ),
    "private": Wish(
        (
            "don't film me {in}",
            "i don't want to be watched {in}",
            "privacy please, no recording {in}",
            "i'm undressing, no cameras {in}",
        ),
        ((Effect("camera", "set", "recording", False), Effect("camera", "turn off")),),
    ),
    "vacation": Wish(
        (
            "we're on holiday for two weeks",
            "nobody is here until sunday",
            "we are leaving for the airport",
            "the flat will be empty for a while",
            "i'm going on a business trip",
        ),
        ((Effect("light", "turn off"),), (Effect("lock", "lock"),), (Effect("alarm", "arm"),)),
        whole=True,
    ),
    "nobody downstairs": Wish(
        (
            "nobody needs light {in}",
            "i left the room {in}",
            "the meeting {in} is over",
            "school is out {in}",
            "we've finished eating {in}",
            "the workshop is closed for today {in}",
            "everyone left {in}",
            "last one out {in}",
        ),
        ((Effect("light", "turn off"),),),
    ),
}
