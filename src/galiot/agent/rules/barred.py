"""Shapes and words of what a home cannot do: negations, commands and questions for what it does not have."""

from __future__ import annotations

import re

from galiot.agent.rules.attributes import ROLE_OF
from galiot.agent.rules.states import HOW, QUANTITIES, QUANTITY, STATE

THE = r"(?:the |my |our |this |that |those |these |a |an |some )*"
STOPS = r"^(?:no|nope|oh no|stop|wait|hold on|hey|please)(?: ,| ;| \.)? (?=(?:do not|never|leave|keep|you|no)\b)"
NEGATED = tuple(
    re.compile(shape)
    for shape in (
        r"(?:please )?(?:do not|never)(?: you dare(?: to)?| ever| please)? (?P<what>\w.+)",
        r"(?:you|we) (?:do not|must not|should not|need not|shall not|may not|are not)(?: (?:have|need|want|"
        r"allowed))?"
        r"(?: to)? (?P<what>.+)",
        r"(?:there is )?no need (?:to|for) (?P<what>.+)",
        r"i (?:do not|did not|would not) (?:want|need|wish|like|say|ask|mean)(?: you)?(?: to| for| that)? "
        r"(?P<what>.+)",
        r"(?:i would|i'd) (?:rather|prefer) (?:you |that you |if you )?(?:did not|do not|not) (?P<what>.+)",
        r"(?:refrain from|avoid|stay away from|keep away from|hands off|ignore|never mind|nevermind) (?P<what>.+)",
        r"(?:leave|keep|let)(?: (?P<what>.+?))?(?: just)?(?: stay| remain| be)? (?:alone|in peace|untouched|be|"
        r"as (?:it is"
        r"|they are|is|it was|they were)|(?:exactly |just )?(?:the way|how|like|where) (?:it is|they are|"
        r"that))(?: now)?",
        r"(?:leave|keep) (?P<what>.+?) (?:on|off|open|closed|shut|locked|unlocked|running|up|down)",
        r"(?P<what>.+?) (?:can|should|may|must|shall|has to|have to|is to|are to|is allowed to) (?:stay|remain|"
        r"be left)"
        r"(?: .+)?",
        r"(?P<what>(?!i |we |you |it |there )[^,;]+?) (?:shall|should|must|may|is to|are to|is going to) not "
        r"(?:to )?\w+(?: .+)?",
        r"(?P<what>.+?) (?:is|are) (?:fine|good|ok|okay|perfect|alright)(?: (?:as|like|the way|where) .+)?",
        r"not (?P<what>.+)",
    )
)
WANTED = re.compile(
    r"do not (?:forget|worry|mind|hesitate|let .* (?:drop|fall|rise|get|go|run) )|you do not (?:have|"
    r"mind)\b.*\bdo you"
)
NAMED = re.compile(r"(?:the|my|our|all|every|both|also the) (?!rest\b)\w")
"""How a clause begins that goes on with the verb of the one before."""
LOOSE = re.compile(
    r"(?:to|in|at|on|for|with|up|down|off|me|us|going|a bit|stick|bring|pop|whack|crank|fire|get|give|make|do)\b"
)
"""How a phrase begins that names nothing: the clause was cut in the wrong place."""
COMMAND = re.compile(
    r" but |\band (?:then )?(?:turn|switch|open|close|lock|unlock|set|start|stop|dim|raise|lower|make|put)\b"
)
VERB = (
    r"(?:turn|switch|power|put|flip|shut)(?: (?:on|off|up|down))?|activate|deactivate|enable|disable|toggle|"
    r"start|stop|run|"
    r"open|close|lock|unlock|pause|resume|mute|unmute|dim|brighten|raise|lower|increase|decrease|empty|fill|"
    r"vacuum|mow|"
    r"heat|cool|arm|disarm|charge|set|change|adjust|launch|boot|roll (?:up|down|in|out)|draw|extend|retract|brew|"
    r"light|"
    r"warm|preheat|ring|kill|water"
)
COMMANDED = re.compile(
    rf"(?P<verb>{VERB}) {THE}(?P<np>[\w' ]+?)(?: (?P<tail>on|off|up|down|out|in|open|closed))?"
    r"(?: (?:to|at|on|by) (?P<value>.+))?"
)
SWITCHED = re.compile(
    rf"{THE}(?P<np>[\w' ]+?) (?P<tail>on|off|up|down|open|closed)(?: (?:in|at) {THE}(?P<place>[\w' ]+))?(?: please)?"
)
PLACED = re.compile(r"(?P<lead>.+) (?:in|on|at) (?:the |my |our )?[\w' ]+")
COLORED_TAIL = re.compile(r"(?P<rest>.+) in (?:a |an )?(?P<value>[\w ]+)")
SPECIAL = re.compile(
    r"(?:record|rewind|fast forward|shuffle|download|cast|zoom|focus|rotate|swivel|print|scan|copy|fax|photograph|film|"
    r"defrost|froth|grind|mop|polish|steam|weigh|sharpen|vibrate|flash|blink|strobe) (?P<rest>.+)"
)
"""What only a device with an action of that name can do."""
VALUED = re.compile(
    rf"(?:(?:set|put|turn|bring|move|change|adjust|switch|get|take|make|have) )?{THE}(?P<np>[\w' ]+?)"
    r"(?: (?:up|down|over|back))?(?: (?:to|on|at|by))? (?P<value>(?:step |level |stage |setting |position |"
    r"number |a level of )?"
    r"(?:-|minus )?\d[\w. /]*|half(?: ?way)?|a quarter)"
)
ATTRIBUTES = "|".join(sorted(map(re.escape, ROLE_OF), key=len, reverse=True))
ATTRIBUTE_OF = re.compile(
    rf"(?:(?:set|change|adjust|raise|lower|increase|decrease|turn up|turn down|reduce|make|show|select|choose|"
    rf"pick|read|"
    rf"tell me|what is|what are|check) )?{THE}(?P<own>[\w ]+?) (?:of|on|for|in|at) {THE}(?P<np>[\w' ]+?)"
    r"(?: (?:to|at) (?P<value>.+))?"
)
ASKED_OF = re.compile(
    rf"(?:how (?P<how>{'|'.join(map(re.escape, HOW))}) (?:is|are|was)(?: it)?(?: (?:in|on|at))?|how much "
    rf"(?P<much>[\w ]+?) "
    rf"(?:does|do|has|is left in)|what (?P<what>{QUANTITY}) (?:is|does|has)) {THE}(?P<np>[\w' ]+?)"
    r"(?: have| has| use| left| got)?"
)
SUFFIXED = re.compile(
    rf"(?:set|change|adjust|what is|tell me|raise|lower|increase|decrease|check) {THE}(?P<np>[\w' ]+?) "
    rf"(?P<own>{'|'.join(sorted(map(re.escape, {*ROLE_OF, *QUANTITIES}), key=len, reverse=True))})(?: (?:to|at) "
    rf"(?P<value>.+))?"
)
CHORE = re.compile(
    rf"(?:feed|milk|walk|groom|iron|wash|launder|mop|sweep|scrub|shovel|clear|plow|shear|bathe|clip|trim|rake|"
    rf"sharpen|"
    rf"inflate|fry|toast|fold) {THE}(?P<np>[\w' ]+)"
)
PART = re.compile(
    rf"(?:set|change|adjust|select|choose|raise|lower|increase|decrease|turn up|turn down) {THE}(?P<own>[\w ]+?) "
    rf"(?:of|on) {THE}(?P<np>[\w' ]+?)(?: (?:to|at|by) (?P<value>.+))?"
)
SETTING = re.compile(
    rf"(?:set|put|turn|switch|change|get|run|have) {THE}(?P<np>[\w' ]+?) (?:to|on|at|in|into|show|play) (?:the |a )?"
    r"(?P<value>(?:[\w ]+ )?(?P<own>suction|pressure|mode|setting|program|programme|effect|scene|cycle|channel|"
    r"station|"
    r"playlist|input|source|spin|steam|swing|oscillation|power level)(?: \w+)?)"
)
GERUND = re.compile(rf"(?P<verb>start|begin|resume|stop|end|pause) (?P<own>\w+ing)(?: {THE}[\w' ]+)?(?: now)?")
WAY = re.compile(
    r"^(?:is there (?:any |a )?(?:way|chance)(?: (?:to|for you to|you can|you could|of))?|any chance (?:to|you "
    r"can|you could)|"
    r"are you able to|do you know how to|would it be possible to|is it possible to|"
    r"remind me (?=how |what |who |why |where |when )) "
)
NUMBERED = re.compile(
    r"(?P<scale>(?:step|level|stage|setting|position|number|a level of) )?(?P<sign>-|minus "
    r")?(?P<number>\d+(?:\.\d+)?)"
    r"(?: (?P<unit>percent|degrees?|celsius|c|f|fahrenheit|kelvin|k|amps?|amperes?|a|watts?|w|volts?|bar|"
    r"decibels?|db|lux|rpm|"
    r"km/h|points?|out of \d+)){0,2}"
)
NO_UNIT = ("amp", "amps", "ampere", "amperes", "a", "bar", "decibel", "decibels", "db", "point", "points")
VAGUE = frozenset(
    "it them now nothing nobody everyone everybody wait that this those these everything anything something "
    "things stuff all one ones other others thing music sound "
    "song tune party mood vibe atmosphere scene heat power electricity show movie film video bit little more "
    "less some place "
    "house home building flat apartment property place room here there up down on off me us you day night "
    "morning evening way rest air fire timer alarm reminder "
    "list note plan job work volume brightness temperature mode speed world lot same back half full max".split()
)
"""What may stand for anything; the model may find out what for."""
ADJECTIVES = frozenset(
    "big always already just small little large old new tall short long main other first second third last left "
    "right upper "
    "lower top bottom "
    "middle front back rear now red green blue white black yellow orange brown gray warm cold bright dark nice "
    "good bad own whole "
    "entire extra smart damn bloody stupid beautiful poor favorite usual real actual nearest closest only single "
    "two three "
    "four five both outer inner outdoor indoor electric electrical automatic ceiling wall floor table desk "
    "corner".split()
)
TIMED = re.compile(
    r"\b(?:if|when|whenever|once|unless|until|otherwise|while|before|after|every|then|as soon as|at \d|in \d|for "
    r"\d|tomorrow|"
    r"tonight|later|o'clock|am|pm)\b"
)
JOINT = re.compile(r"\s*(?:,\s*)?\b(?:and also|and|but|plus|as well as)\b\s+|\s*[,;.]\s+")
QUESTION = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|am|does|do|did|has|have|will|may|must|"
    r"should|shall|"
    r"tell me (?:what|who|when|where|why|how|which|if|whether|about)|look up|find out|do you know|any idea|explain|"
    r"(?:at|on|in|for|from|by|with|until|to|under|above|below) (?:what|which|how|whom|whose))\b"
)
REQUEST = re.compile(
    r"(?:how about|what about|why (?:do|are) (?:not )?(?:you|we)|will you|do (?:not|turn|the|it|that|some|me)|"
    r"have (?:the|some|a|it)"
    r"|is it (?:possible|ok|okay)|shall we|should we|may i have)\b"
)
POLAR = re.compile(rf"(?:is|are|was|were) .+ (?:{STATE})(?: now| yet| still)?")
NOW = re.compile(
    rf"(?:how (?:{'|'.join(map(re.escape, HOW))}) (?:is|are)|what (?:is|are) the (?:{QUANTITY})|(?:is|are)) "
)
MEASURED = re.compile(rf"\b(?:{QUANTITY}|{'|'.join(map(re.escape, HOW))}|{STATE})\b")
