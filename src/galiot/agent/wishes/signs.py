"""How needs are spoken of: words and turns of phrase -> what is lacking or too much.

Patterns are held against a sentence in lower case with its contractions spelled out ("i am", "can not"). A need that is
told by several signs comes once; the order is that in which needs are tried, the narrower ones first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ONE = r"(?:i|we|they|you|he|she|it|nobody|somebody|someone|everybody|everyone|people)"
_OUTDOORS = (
    r"(?:plants?|flowers?|ros\w+|tulips?|herbs?|basil|ferns?|ficus|orchids?|cact\w+|palms?|shrubs?|bush\w*|hedges?|"
    r"trees?|lawn|grass|turf|garden|yard|vegetables?|veggies?|tomato\w*|lettuces?|salad|beans|peas|cucumbers?|"
    r"strawberr\w+|crops?|seedlings?|flower ?beds?|raised beds?|beds|soil|leaves|leafs?|greenhouse|geraniums?|"
    r"lavender|petunias?|hydrangeas?|dahlias?|pots?|planters?|vines?|potatoes|carrots|peppers|zucchinis?|pumpkins?)"
)
_ANIMALS = (
    r"(?:cows?|cattle|calves|calf|horses?|ponies|pony|sheep|lambs?|goats?|pigs?|piglets?|hens?|chickens?|chicks?|"
    r"ducks?|"
    r"ducklings?|geese|rabbits?|animals?|livestock|dogs?|pupp(?:y|ies)|cats?|kittens?|kitty|pets?|fish(?:es)?|birds?|"
    r"hamsters?|donkeys?)"
)
_SUN = r"(?:sun|sunlight|sunshine|daylight|evening sun|morning sun)"
_SLEEP = r"(?:sleep\w*|asleep|nap\w*|doz\w+|snooz\w+|bed(?:time)?|dream\w*)"
_MUCH = r"(?:(?:so|too|very|really|rather|pretty|quite|awfully|terribly|way too|far too|a bit|a little|much too) )?"
_SHINE = r"(?:bright\w*|light|glaring|harsh|dazzling|blinding)"
_OBSTACLE = r"(?:trip\w*|stumbl\w+|bump\w*|slip\w*|fall\w*|stub\w*|break (?:my|his|her|their|a) (?:neck|leg))"

_ROWS: tuple[tuple[str, str], ...] = (
    (
        "leak",
        r"\bpipes? (?:has |have |just |is |are )*(?:burst|broke\w*|leak\w*)|\bburst pipe|\bwater (?:is )?(?:everywhere|"
        r"all over|pour\w+|gush\w+|shoot\w+|spray\w+|spurt\w+|running down|coming (?:out|through|down))|\bflood(?:ed|"
        r"ing|s)?\b|"
        r"\bleak(?:s|ing|age|y)?\b|\bdrip(?:s|ping) (?:through|from|down|all)|\b(?:tap|faucet|hose|sink|toilet|boiler) "
        r"(?:is |has |keeps )?(?:overflow\w*|burst\w*|broken|drip\w*|running)",
    ),
    (
        "rain",
        r"\b(?:rain(?:s|ing|y)?|storm\w*|thunder\w*|hail\w*|drizzl\w+|downpour|pouring|snow(?:s|ing)?|shower coming|"
        r"dark clouds|clouds are)\b(?!.*\b(?:sensor|gauge|yesterday|how much)\b)",
    ),
    ("wind", r"\b(?:wind(?:y)?|gusts?|gale|blowing hard|breeze is getting)\b(?! (?:up|down|speed))"),
    (
        "draught",
        r"\bdr(?:aught|aft)y?s?\b|\b(?:cold|icy) air (?:is )?(?:coming|blowing|streaming)|\b(?:flies|mosquito\w*|"
        r"wasps?|"
        r"bugs|insects|bees) (?:are |is |keep |keeps )?(?:com\w+|fly\w+|get\w*|every\w+)",
    ),
    (
        "privacy",
        r"\bpriva\w+|\b(?:watch|observ|photograph)ing (?:us|me)\b|\b(?:can|could|might|may) (?:all )?(?:see|look|"
        r"peek|peer|watch|stare) (?:straight |right |directly )?"
        r"(?:in\b|inside|into|through|us|me|everything)|\b(?:star|peek|peer|look|gawp|gap|spy)ing (?:straight |right )?"
        r"(?:in\b|inside|into|through|at (?:us|me))|\bnosy\b|\b(?:getting|get) (?:changed|undressed|dressed)|"
        r"\bundress\w*|"
        r"\bchanging (?:my |our )?clothes",
    ),
    (
        "glare",
        rf"\b(?:too much|so much) {_SUN}|\b{_SUN} (?:is |are )?(?:still |now |right |directly |straight |"
        r"really |shining |coming |beating |blazing |falling )*(?:in (?:my|our|his|her|their) (?:eyes|face)|on (?:my|"
        r"our|the) "
        r"(?:screen|tv|monitor|laptop|desk)|blind\w*|dazzl\w*|bak\w+|burn\w*|heat\w+|glar\w*|beat\w*|bother\w*|"
        rf"too (?:strong|bright|much)|on me|wakes?|waking|fad\w+|bleach\w*|through|in (?!set)\b(?=.*\b(?:hot|bak|"
        rf"heat|warm))"
        r")|\b(?:is|are|'s) (?:blinding|dazzling) (?:me|us)|\bglar(?:e|ing)\b|\bsquint\w*|\breflect\w* (?:on|in) "
        r"(?:the|my|"
        rf"our)|\bkeep (?:out )?the (?:{_SUN}|heat) out|\b(?:block|shut|keep) out the {_SUN}|"
        rf"\b(?:some|a bit of|a little|more) shade\b|\bsun ?burn\w*|\bsun ?bath\w*|\bget(?:ting)? (?:burnt|burned)\b|"
        rf"\bin the blazing {_SUN}|"
        r"\b(?:too|so|very) sunny\b|\bsunny for\b",
    ),
    (
        "daylight",
        r"\b(?:some|more|a bit of|let in|let) (?:the |some )?(?:daylight|sunlight|sunshine|natural light|morning light|"
        rf"sun)\b|\blet (?:the |some )?(?:light|{_SUN}|day|morning) in\b|\b(?:see|enjoy|admire) (?:the )?(?:view|"
        rf"outside|"
        r"sky|sea|lake|snow|sunset|sunrise|garden|mountains?|stars?)\b|\blook out(?:side)?(?: of the window)?\b",
    ),
    (
        "intruder",
        r"\b(?:fox(?:es)?|martens?|weasel|racoons?|raccoons?|wol(?:f|ves)|coyotes?|hawk|predators?|burglars?|"
        r"thie(?:f|ves)|"
        r"intruders?|prowlers?|stranger|strangers|robbers?|break[- ]?ins?|broke in|creep(?:y|ing)|sneak\w*|prowl\w*|"
        r"suspicious)\b|\b(?:anybody|anyone|everybody|someone|somebody|strangers?|nobody|no one|"
        r"people)\b.{0,15}\b(?:could|can|"
        r"might|may|must|should be able to|should|shall)\b(?: just| not| simply)* (?:get|walk|come|break|wander|"
        r"stroll) "
        r"(?:straight |right )?in\b|\bsafe(?:ty)? (?:tonight|for the night)|\bfeel (?:un)?safe\b|\bsecure (?:the )?"
        r"(?:house|home|place|flat|apartment)\b|\bscared of burglars|"
        r"\b(?:should|must) be locked\b",
    ),
    (
        "lit for nobody",
        r"\b(?:nobody|no one|no-one|noone) (?:is |are |was |will be |has been )?(?:in|at|down|up|on|around|there|"
        r"home|using|"
        r"needs?|here|left|sits|working)\b|\b(?:there is|there are) (?:nobody|no one|noone)\b|\bwhy (?:is|are) .{2,40}?"
        r"(?:still |all )?(?:lit|burning|shining|lights? on|on)\b|\blit (?:up )?for (?:nobody|no one|nothing)|\bis "
        r"empty\b|"
        r"\b(?:we|they|everybody|everyone|the (?:kids|guests|others)) (?:have |has |are |is )?(?:all )?(?:left|gone) "
        r"(?!to "
        r"bed)|\bwast\w+ (?:of )?(?:light|electricity|energy|power)|\bsave (?:some )?(?:electricity|energy|power)|"
        r"\b(?:done|finished|through) (?:\w+ing )?(?:in|at|up in|down in) (?:the|my|our)\b|\b(?:meeting|party|dinner|"
        r"class|lesson|workshop)\b.{0,30}\bis (?:over|done|finished)\b",
    ),
    (
        "smoke",
        r"\bsmok(?:e|y|ing)\b|\bburn(?:t|ed|ing) (?:the |my |some |our )?(?:onions?|toast|food|dinner|meat|steak|"
        r"milk|pan|"
        r"garlic|sauce|cake|pizza|bacon|fish|rice|pancakes?)|\b(?:fry|fri|grill|sear)(?:ing|ed)\b|\b(?:cooking|fish|"
        r"garlic|"
        r"onion|frying|burnt) (?:smell|odou?r|fumes|steam)|\bsteam\w* (?:everywhere|all over|from the)|\bsmells? "
        r"(?:of|like) "
        r"(?:fish|garlic|onions?|fried|frying|burnt|food|cooking|fat|curry)",
    ),
    (
        "musty",
        r"\bmust(?:y|iness)\b|\bdamp\w*|\bmou?ld\w*|\bclammy\b|\bmuggy\b|\bsticky air|\bmildew\w*|\bcondens\w+|"
        r"\btoo humid|\bhumid(?:ity)?(?: in here)? is (?:too|so|very|way)|\bso humid|\b(?:windows?|mirrors?|glass) "
        r"(?:is |are |"
        r"has |have )?(?:all )?(?:fogg\w+|steam\w+|mist\w+)|\bair is (?:so |too |really |very )?(?:wet|moist|heavy "
        r"and wet)",
    ),
    (
        "dry air",
        r"\bair\b.{0,40}\b(?:is |gets |feels |so |too |very |really )*dry\b|\bdry air\b|\b(?:lips|skin|throat|nose|"
        r"eyes|"
        r"sinus\w*) (?:is |are |feels? |gets? |keeps? )?(?:so |too |really |all |very )?(?:dry|crack\w*|chapp\w*|"
        r"itch\w*|"
        r"scratch\w*|sore|bleed\w*)|\bnose ?bleeds?\b|\bstatic\b|\belectric shocks?\b|\bcough\w* .*dry|\bdry "
        r".*cough\w*",
    ),
    (
        "stuffy",
        r"\bstuff(?:y|iness)\b|\bstale\b|\b(?:no|some|more|need|fresh|bad|thick|poor) (?:fresh |more )?air\b(?! (?:con|"
        r"purifier|fryer|monitor|sensor|quality sensor))|\bair (?:\w+ ){0,4}?(?:is |feels |gets )(?:so |too |really |"
        r"very |"
        r"getting )?(?:thick|bad|heavy|used up|stale|awful|terrible|foul)|\bco ?2\b|\bcarbon dioxide\b|\byawn\w*|"
        r"\bcan (?:not|hardly|barely) breathe|\b(?:hard|difficult) to breathe|\bsuffocat\w*|\boxygen\b|\bpaint fumes|"
        r"\bfumes\b|"
        r"\bstinks?\b|\breek\w*|\bstink(?:y|ing)\b|\bsmells?\b(?! (?:so |very )?(?:good|nice|great|delicious|"
        r"lovely))|\bsmelly\b|"
        r"\bpollen\b|\ballerg\w+|\bsneez\w+|\bdust in the air|\bair(?:ing)? (?:it |the place |this place |the room "
        r")?out\b",
    ),
    (
        "thirsty animals",
        rf"\b{_ANIMALS}\b.{{0,40}}\b(?:drink\w*|thirst\w*|water\b|parched|trough is (?:empty|dry))",
    ),
    ("hungry animals", rf"\b{_ANIMALS}\b.{{0,40}}\b(?:hungry|starv\w+|meow\w*|begging|food|feed|eat\w*|fed|bowl is "
    rf"empty)"),
    (
        "animals in",
        rf"\b{_ANIMALS}\b.{{0,20}}\b(?:have|are|went|has|is)\b.{{0,20}}\b(?:in|inside|home|asleep|roosting|back "
        rf"in)\b(?: for the "
        r"night| now| already| again| tonight)*$",
    ),
    ("cold animals", rf"\b{_ANIMALS}\b.{{0,30}}\b(?:shiver\w*|cold|freez\w+|chilly|huddl\w+|warm\w*)"),
    (
        "soaked plants",
        rf"\b{_OUTDOORS}\b.{{0,30}}\b(?:soak\w*|drown\w*|swamp\w*|soggy|had enough|wet enough|waterlogged|enough "
        rf"water)",
    ),
    (
        "thirsty plants",
        rf"\b{_OUTDOORS}\b(?!.*\benough\b).{{0,45}}\b(?:dry|dried|drying|thirst\w*|wilt\w*|withe?r\w*|parch\w*|"
        rf"droop\w*|hang\w* "
        rf"(?:their|its) "
        r"(?:heads?|leaves)|brown|yellow(?:ing)?|dying|dies|die|shrivel\w*|water\w*|drink|crisp\w*|limp|dust|"
        rf"sad|crack\w*)\b|\b(?:dry|thirsty|wilt\w+|parched|droopy|withered) {_OUTDOORS}\b|\bdrought\b|"
        r"\bnot rained (?:for|in)\b|\bno rain (?:for|in|since)\b",
    ),
    (
        "long grass",
        r"\b(?:grass|lawn|turf|meadow|yard)\b.{0,45}\b(?:long|high|tall\w*|overgrown|jungle|cut\b|trim\w*|shaggy|"
        r"knee\w*|"
        r"ankle\w*|wild|growing|grown|up to|needs? doing|haircut|savanna\w*)|\b(?:overgrown|shaggy|long) (?:grass|"
        r"lawn)",
    ),
    (
        "dirt",
        r"\b(?:crumbs?|dust(?:y)?|dirt(?:y)?|filthy|mud(?:dy)?|sand|fluff|lint|fur|(?:dog|cat|pet) hairs?|hairs?|"
        r"shed(?:s|ding)?|"
        r"litter|needles|confetti|glitter|cereal|cornflakes|flour|sugar|rice|breadcrumbs|popcorn|chips|pigsty|"
        r"mess(?:y)?|sticky|footprints?|spill(?:ed|t)?|dropped)\b.{0,60}\b(?:floors?|carpets?|rugs?|tiles|everywhere|"
        r"all over|"
        r"under|on the ground|parquet|mat)\b|\b(?:floors?|carpets?|rugs?|parquet|tiles)\b.{0,40}\b(?:dirty|filthy|"
        r"dusty|gritty|"
        r"muddy|sandy|mess|messy|disgusting|crunch\w*|sticky|clean\w*|crumbs?|disgrace|awful|hairy|look\w* (?:bad|"
        r"terrible|"
        r"grubby))|\bdust (?:bunnies|balls)|\bcrumbs\b|\bdog hair\b|\bcat hair\b|\b(?:place|room|house|apartment|"
        r"flat) is (?:so |"
        r"too |really |a |such a )?(?:dirty|filthy|dusty|pigsty)|"
        r"\ball over the (?:\w+ )?(?:floor|carpet|rug|tiles)\b",
    ),
    (
        "coffee",
        r"\b(?:coffee|espresso|cappuccino|latte|macchiato|caffeine|americano|flat white|lungo|mocha|ristretto|"
        r"cup of joe|pick me up)\b(?! (?:table|corner|lamp|light|machine is|maker is))",
    ),
    ("tea", r"\b(?:tea|cuppa|hot water bottle|hot chocolate|boil(?:ing)? (?:some |the )?water|instant noodles)\b"),
    (
        "baking",
        r"\b(?:bak\w+|roast\w*|oven|put\w*|go(?:es)? in|make|making)\b.{0,25}\b(?:cakes?|pizzas?|bread|turkey|"
        r"lasagn\w+|casserole|pies?|"
        r"cookies|muffins|buns|rolls|gratin|quiche|brownies|biscuits)\b|\b(?:cakes?|pizzas?|bread|turkey|lasagn\w+|"
        r"casserole|pies?|"
        r"cookies|muffins|buns|rolls|gratin|quiche|brownies|dough)\b.{0,25}\b(?:bak\w+|roast\w*|oven|go(?:es)? in)\b",
    ),
    (
        "wet laundry",
        r"\b(?:wet|damp|soaking|washed|dripping)\b.{0,20}\b(?:laundry|clothes|washing|towels?|shirts?|sheets|socks|"
        r"load)\b|"
        r"\b(?:laundry|clothes|washing|towels?|shirts?|sheets|socks|jeans|uniform|load)\b.{0,30}\b(?:wet|damp|soaking|"
        r"need\w* (?:to )?(?:dry\w*|be dried)|dripping|not dry)\b|"
        r"\b(?:laundry|clothes|washing|towels?|sheets)\b.{0,30}\b(?:to be dried|to dry|dry)\b",
    ),
    (
        "dirty laundry",
        r"\b(?:dirty|smelly|no clean|no more clean|no fresh|out of clean|run out of|nothing (?:clean )?to wear|pile of|"
        r"mountain of)\b.{0,20}\b(?:laundry|clothes|shirts?|socks|underwear|towels?|sheets|wear|washing|trousers|"
        r"jeans)\b|"
        r"\b(?:laundry|clothes|shirts?|socks|underwear|towels?|sheets|jeans|jersey|uniform|hamper|laundry "
        r"basket)\b.{0,30}\b"
        r"(?:dirty|piling|piles?|stain\w*|smell\w*|overflow\w*|full|wash\w*)\b",
    ),
    (
        "dirty dishes",
        r"\b(?:dirty|no clean|no more clean|greasy|pile of|out of clean)\b.{0,20}\b(?:dishes|plates|cups|glasses|mugs|"
        r"cutlery|forks|spoons|pots|pans|bowls)\b|\b(?:dishes|plates|cups|mugs|cutlery|pots and "
        r"pans)\b.{0,30}\b(?:dirty|"
        r"pil\w+|done|clean\w*|washed|sink)\b|\bwash(?:ing)?[ -]up\b",
    ),
    (
        "car charge",
        r"\b(?:car|vehicle|tesla|ev|battery|van)\b.{0,50}\b(?:empty|flat|dead|low|charg\w+|juice|range|run down|"
        r"nearly out|almost out|top(?:ped)? up|fill(?:ed)? up|percent left|plugged)\b",
    ),
    (
        "let in",
        r"\b(?:visitors?|guests?|friends?|deliver\w*|courier|postman|mailman|parcel|package|truck|van|lorry|car|"
        r"plumber|"
        r"cleaner|parents|grandma|grandpa|somebody|someone|he|she|they|taxi|driver)\b.{0,30}\b(?:(?:is|are|is here|"
        r"standing|waiting|stands|waits|just|out|sitting|stuck|arrived|has|have|here|parked|outside) ?)+(?:\w+ "
        r"){0,4}?(?:in "
        r"front of|outside|at|by|behind) (?:the |my |our )?(?:\w+ ){0,3}?(?:gate|drive(?:way)?|barrier|garage|door|"
        r"entrance|"
        r"street|road|doorstep)\b|\bhands (?:are )?full\b|\blet (?:him|her|them|us|me|the \w+|my \w+) in\b|"
        r"\block(?:ed)? "
        r"(?:my|our)sel(?:f|ves) out|\bforgot my keys?\b|\bforgot (?:the|our) keys?\b|"
        r"\b(?:waiting|waits|standing|stands|stuck|parked|arrived|honk\w*) (?:\w+ ){0,3}?(?:in front of|outside|at|"
        r"by|behind) (?:the |"
        r"my |our )?(?:\w+ )?(?:gate|drive(?:way)?|barrier|boom|entrance)\b",
    ),
    (
        "car coming",
        r"\b(?:car|van|bikes?|motorbike|tractor|truck|boat|caravan)\b.{0,25}\b(?:in|into|out of|inside|outside|from) "
        r"the "
        r"(?:garage|carport|boathouse|drive(?:way)?)\b|\b(?:driv(?:e|ing)|park(?:ing)?|back(?:ing)?|pull(?:ing)?|"
        r"get(?:ting)?|take|taking|bring(?:ing)?|put(?:ting)?) "
        r"(?:the |my |our )?(?:car|van|bikes?|motorbike|tractor|truck|boat|caravan) (?:in|out|into|up|off|away|"
        r"inside)\b|"
        r"\b(?:almost|nearly|just) (?:home|there) (?:with|in) the car|"
        r"\bdriv(?:e|ing) (?:off|out|away|in|home) (?:with|in) (?:the|my|our) \w+",
    ),
    (
        "bath",
        r"\b(?:soak|bath(?:e|ing)?|hot tub|jacuzzi|whirlpool|dip|swim\w*|pool)\b.{0,30}\b(?:warm\w*|hot(?:ter)?|cold|"
        r"freezing|"
        r"chilly|tonight|later|evening|nice)\b|\b(?:warm\w*|hot(?:ter)?)\b.{0,15}\b(?:bath|soak|tub|swim)\b|\bwater "
        r"(?:is |in "
        r"the (?:tub|pool|shower) is )(?:too |so |really |only |ice )?(?:cold|lukewarm|freezing|chilly)|\bhot "
        r"water\b.{0,20}\b"
        r"(?:out|gone|no|need|enough)|\bno (?:more )?hot water|\b(?:shower|bath) (?:is |was |gets |runs )?(?:\w+ "
        r")?cold\b|"
        r"\b(?:tub|pool|jacuzzi|bath|whirlpool|bathwater)\b.{0,20}\b(?:lukewarm|tepid|cool)\b",
    ),
    (
        "fireside",
        r"\b(?:marshmallows?|chestnuts|fire(?:side|place)?|flames?|log fire|crackl\w+)\b(?!.*\b(?:alarm|smoke|"
        r"department|"
        r"brigade|out|sweat\w*|hot|too)\b)",
    ),
    (
        "slides",
        r"\b(?:slides?|slide ?show|presentation|powerpoint|keynote|holiday (?:photos|pictures)|screening|webinar)\b",
    ),
    (
        "dark wanted",
        r"\b(?:should|shall|must|make|want|like|prefer|need|have) (?:it |this place |the room |to )*(?:be )?(?:\w+ "
        r")?(?:dark|"
        r"pitch black|darkness)\b(?! (?:mode|chocolate|in here))|\b(?:everything|all|completely|totally|properly) "
        r"dark\b|\bdevelop(?:ing)? (?:photos|film)|\b(?:look|gaze|looking) at "
        r"(?:the )?stars|\bmoths?\b",
    ),
    (
        "film",
        r"\b(?:watch|film|movie|series|show|episode|match|game|football|news|cartoons?|netflix|"
        r"documentary)\b.{0,25}\b(?:now|"
        r"tonight|time|about to|on (?:the )?tv|start\w*|night|on)\b|\b(?:watch|see) (?:a |the |some |an )?(?:\w+ "
        r")?(?:film|movie|"
        r"series|show|episode|match|game|football|news|tv|cartoons?|telly|documentary)\b|\bmovie (?:night|time)\b|"
        r"\bnothing on tv|\bbored\b|"
        r"\b(?:fancy|feel like|up for|mood for|how about|time for) (?:watching |seeing )?(?:an? |some |the |another "
        r")?(?:\w+ )?(?:movie|film|series|show|episode|tv)\b",
    ),
    (
        "to see by",
        r"\b(?:wants?|like|needs?|tr(?:y|ies|ying)|have|has|going|about) to (?:read|sew|knit|draw|paint|write|study|do "
        r"(?:my|some|the|her|his) (?:homework|puzzle|crossword|make-?up))\b(?! (?:out|the (?:temperature|humidity|"
        r"value|"
        r"sensor|state)))",
    ),
    (
        "can not hear",
        r"\b(?:can|could) (?:not|hardly|barely|scarcely) (?:\w+ )?(?:hear|understand|(?:make out|follow|catch)(?= "
        r"(?:a word|the words?|the dialog\w*|what (?:he|she|they|it)|what is being|anything they)))\b(?! (?:myself|"
        r"my own|"
        r"each other|you|one another|ourselves|him|her|the (?:doorbell|baby|phone)))|\bhard of hearing\b|\bspeak up\b|"
        r"\b(?:is|are) (?:only )?(?:whispering|mumbling|too quiet|too soft|so quiet|so faint)\b|\bbarely audible\b|"
        r"\bnot loud enough\b|\bmissed what (?:he|she|they) said|\bturn it up\b|\bpump it up\b|\blouder\b|"
        r"\bstrain\w* (?:my|our) ears",
    ),
    (
        "loud",
        r"\b(?:too|so|very|awfully|terribly|pretty|really) (?:loud|noisy)\b|\bloud(?:ly)?\b|\bblar\w+|\bdeafen\w*|"
        r"\bnois(?:e|y)\b|"
        r"\bracket\b|\bdin\b|\bears? (?:hurt|are ringing|are bleeding|ache)|\bhear (?:myself|my own|each other|you|"
        r"one another|"
        r"ourselves|a pin)|\bquiet(?:er)?(?: please)?\b|\bpiece? and quiet\b|\bpeace\b|\bkeep it down\b|\bnot so "
        r"loud\b|"
        r"\bhush\b|\bwak\w+ (?:up )?(?:the |our |my )?(?:baby|kids?|children|neighbou?rs|toddler|little one|whole "
        r"\w+|everyone|everybody)\b|\bneighbou?rs (?:are |will |"
        r"have )?(?:complain\w*|knock\w*|angry)",
    ),
    (
        "call",
        r"\b(?:phone|telephone|doorbell|mobile) (?:is |just )?(?:ring\w*|rang)|\bon the phone\b|\b(?:take|taking|"
        r"have|having|on|"
        r"in|join\w*) (?:a |an |this |the |my )?(?:\w+ )?(?:call|meeting|conference|zoom)\b|"
        r"\b(?:i|we) need silence\b|\b(?:concentrat\w*|think|focus) (?:with|over|because|next to)\b|\bsilence\b|"
        r"\bconcentrat\w+ "
        r"(?:without|with all)",
    ),
    (
        "bad song",
        r"\b(?:hate|dislike|not like|sick of|tired of|fed up with|can not stand|bored of|awful|terrible|horrible|"
        r"annoying|enough "
        r"of|heard)\b.{0,25}\b(?:song|track|tune|piece|one)\b|\b(?:song|track|tune)\b.{0,20}\b(?:awful|terrible|"
        r"horrible|annoying|"
        r"boring|again|sucks?|rubbish|not again)\b|\bsomething else(?: please| now)?$|\bnot this (?:song|one|track)\b",
    ),
    (
        "music",
        r"\b(?:some|a bit of|little|play|fancy|background|more|need|want|have|feel like|mood for|dinner|without|hear) "
        r"(?:\w+ )?(?:music|tunes?|songs?|jazz|rock|blues|classical|pop|beats|soundtrack)\b|\b(?:dance|dancing|"
        r"party(?!.*light))"
        r"\b|\b(?:so|too|awfully|eerily|dead) (?:quiet|silent)\b|\bmusic (?:please|would be|to)\b|\bsing along\b|"
        r"\bboogie\b|"
        r"\bsomething (?:relaxing|cheerful|upbeat|soothing|calming|nice|jazzy) (?:to listen|on|please|in the "
        r"background)?",
    ),
    (
        "light for sleep",
        rf"\b(?:light\w*|lamps?|lit|bright|shin\w+|glow\w*)\b.{{0,60}}\b(?:{_SLEEP}|awake)\b|\b(?:{_SLEEP}|"
        rf"awake)\b.{{0,60}}\b"
        r"(?:light\w*|lamps?|lit|bright|shin\w+|burn\w*|glow\w*)\b",
    ),
    (
        "bright",
        rf"\b(?:too|so|way too|far too|awfully|terribly|unbearably|a bit too|blindingly|dazzlingly|painfully|very) "
        rf"{_SHINE}\b|\bbright as (?:day|a)\b|\b(?:light\w*|"
        r"lamps?)\b.{0,30}\b(?:hurts?|blind\w*|harsh|stings?|glar\w*|dazzl\w*|in my (?:eyes|face)|headache)|\b(?:less "
        r"bright|dimmer|softer|gentler|mood(?:y|ier)|romantic|candlelight|subdued|cosy|cozy|cosier|cozier|intimate)\b|"
        r"\bmigraine\b|\bmood light\w*|\bheadache\b|\beyes (?:hurt|ache|are burning|are sore)|\blike (?:an operating "
        r"(?:room|theatre)|a (?:stadium|supermarket|hospital))\b|\bhalf (?:the|as much) light\b|"
        r"\btoo much (?:\w+ )?light\b",
    ),
    (
        "dark",
        r"\b(?:dark|gloomy|dim|dusky|murky|shadowy|pitch[ -]black|unlit|ill-lit|dingy|lightless|black as)\b(?! "
        r"(?:mode|chocolate|"
        r"roast|red|blue|green|to|the|down))|\b(?:can|could) (?:not|hardly|barely|scarcely) (?:\w+ )?(?:see|read|"
        r"find|make out|"
        r"tell|recogni[sz]e)\b(?! (?:why|how|the point|that|if|whether|what you|the tv|the screen))|\bsee (?:nothing|"
        r"a thing|"
        rf"my hand|what (?:i am|we are) doing)\b|\b(?:need|want|some|more|bit of|give me|give us|like) (?:\w+ "
        rf")?light\b|"
        rf"\b(?:{_OBSTACLE})\b.{{0,30}}\b(?:over|on|against|in|down|stairs?|steps?|toe|something|things|up|here)\b|"
        r"\bstubbed\b|\bnot (?:bright|light) enough\b|\bnight (?:has fallen|is falling|falls)|\bsun (?:has |is "
        r")?(?:set|gone down|"
        r"going down|setting)|\bafraid of the dark|\bscared of the dark|\bnightmare\b|\b(?:drop\w*|lost|look\w* for|"
        r"search\w* "
        r"for) (?:my|the|a|an) (?:\w+ )?(?:keys?|earrings?|glasses|contact lens|ring|coin|screw|needle|phone)\b|"
        r"\bhear(?:d|ing)? "
        r"(?:something|a noise|noises|someone|somebody|footsteps)\b|\b(?:wants?|like|needs?|tr(?:y|ies|ying)|have|"
        r"has|love|going) "
        r"to (?:read|sew|knit|draw|paint|write|study|"
        r"do (?:my|some|the) (?:homework|puzzle|crossword|make-?up))\b(?! (?:out|the (?:temperature|humidity|value|"
        r"sensor|state)))",
    ),
    (
        "too warm",
        r"\b(?:hot|warm|boiling|roasting|sweltering|baking|scorching|tropical|overheat\w*|sauna|oven|furnace|"
        r"heatwave|steaming)\b"
        r"(?! (?:water|tub|chocolate|dog|milk|drink|meal|food|plate|enough|bath|shower|white|soak|light|and cosy|"
        r"glow))|"
        r"\bsweat\w*|\bmelt\w*(?! (?:cheese|butter|ice))|\bcool (?:(?:it|us|me|things) )?(?:down|off|air)\b|"
        r"\bcooler\b|\bcooling\b(?! (?:mode|system))|"
        r"\bpant(?:s|ing)\b|\bheat is (?:kill\w*|unbearable|too much)|\bice cube|\bneed a breeze|\bsome breeze|"
        r"\bdying (?:of|from|in) (?:the |this )?heat|\bwork(?:ing)? ?out\b|\bexercis\w+|\btreadmill\b|\bfann?(?:ing) "
        r"(?:my|our)|"
        r"\bthe heat\b",
    ),
    (
        "cold",
        r"\b(?:(?<!have a )(?<!has a )(?<!had a )(?<!caught a )(?<!bad )(?<!nasty )cold|freez\w+|chilly|chill|icy|"
        r"nippy|frosty|arctic|ice-?box|fridge in here|shiver\w*|frozen|numb|"
        r"goose ?bumps|"
        r"goose ?pimples|brr+|blankets?|sweaters?|jumpers?|igloo|siberia|polar|blue with|ice cold|chatter\w*|"
        r"frost)\b(?! "
        r"(?:water|drink|beer|air is|brew|coffee|white|meal|cuts|enough))|\b(?:warm(?:er)?|cosier|cozier|toasty|"
        r"warmth)\b"
        r"(?! (?:white|light|glow|colou?r))|\bnot (?:warm|hot) enough\b|\bsee (?:my|our) breath\b|\bmy (?:feet|hands|"
        r"toes|fingers) "
        r"(?:are|feel) (?:like )?(?:ice|cold)|\bonly (?:1\d|5\d|6[0-7])\b(?: degrees)?",
    ),
    (
        "arriving",
        r"\b(?:i am|we are|i will be|we will be) (?:back|home)\b(?! (?:in|at|by|late|tomorrow))|\bhome sweet home\b|"
        r"\bjust (?:got|"
        r"came) (?:home|in|back)\b|\bhoney i am home\b",
    ),
    (
        "waking",
        r"\bgood morning\b|\b(?:time to|must|have to|should|need to) (?:get|wake) up\b|\bwak(?:e|ing) up\b(?! (?:the|"
        r"my|our|everyone|everybody))|\brise and shine\b|"
        r"\bcan not get (?:up|out of bed)\b",
    ),
    (
        "leaving",
        r"\b(?:i am|we are|i have to|we have to|i will be|we will be|everybody is|everyone is|off we) (?:all |now |"
        r"just |about "
        r"to |finally )*(?:go(?:ing)?|leav(?:e|ing)|head(?:ing)?|off|out|away|driv\w+ off|gone|travel\w+)\b(?! to "
        r"(?:bed|"
        r"sleep|cook|bake|eat|watch|read|the (?:kitchen|bathroom|living|bedroom)))(?! (?:crazy|mad))|\b(?:goodbye|"
        r"good bye|bye"
        r"|see you (?:later|tonight)|closing time|closing (?:up|for the (?:day|night))|clos(?:e|ing) the (?:shop|"
        r"office|store)|last one out|lock(?:ing)? up)\b|\b(?:on|going on) (?:holidays?|"
        r"vacation|a trip)\b|\bhouse (?:is |will be )empty\b",
    ),
    (
        "bedtime",
        r"\b(?:off|going|go|time|get(?:ting)?|ready|head(?:ing)?|am|are|put\w*|went) (?:\w+ ){0,3}?(?:to |for |in |"
        r"into )?(?:bed|"
        r"sleep|nap)\b|\bgood ?night\b|\bbedtime\b|\b(?:want|need|like|trying|try|tries|wants|ready) to (?:sleep|nap|"
        r"rest|"
        r"doze)\b|\b(?:is|are|fell|just) (?:fast |sound )?asleep\b|\bsweet dreams\b|\bcalling it a (?:day|night)\b|"
        r"\bhit the "
        r"(?:hay|sack)\b|\bturn(?:ing)? in for the night\b|\b(?:so|dead|very) tired\b|\bexhausted\b",
    ),
)  # fmt: skip
_SIGNS = tuple((need, re.compile(pattern)) for need, pattern in _ROWS)
_DENIED = re.compile(
    r"\b(?:(?<!can )(?<!could )not|never|no longer|hardly|stopped|nor|far from|nothing)"
    r"(?: (?:needs?|has|have|at all|that|so|too|very|really|being|any|a|the|to|be))* $|"
    r"\b(?:nice and|nicely|pleasantly|comfortably|perfectly|lovely and|wonderfully|weather|summer|winter) $|"
    r"\b(?:i|we|they) (?:really |all )?(?:love|enjoy|adore|like|miss)(?: the| being| it)? $|"
    r"\b(?:pizza|soup|coffee|tea|food|dinner|lunch|breakfast|beer|wine|drinks?|milk|meal|boss|war|market|topic|stocks?|"
    r"weather|forecast|plate|stove|engine|season|curry|sauce|salsa|chil[il]i) (?:is|are|was|were|gets?|got|tastes?)"
    r"(?: \w+)? $"
)
"""What stands before a sign that tells of no need: a denial, praise, a liking, or what no device changes."""


def needs_of(text: str) -> Iterator[str]:
    """Yield the needs that a sentence tells of, the narrower ones first; what is denied is none."""
    for need, pattern in _SIGNS:
        if any(not _DENIED.search(text[: found.start()]) for found in pattern.finditer(text)):
            yield need
