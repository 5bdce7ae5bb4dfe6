"""Loose ways to say a command, as the plain one: "get the washer going", "stick the lamp on"."""

from __future__ import annotations

import re

_COVERS = r"(?:blinds?|shutters?|curtains?|shades?|awnings?|screens?|rollers?|drapes)"
_HOUSE = r"(?:building|house|apartment|flat|place|home|property|premises)"
_EVERYWHERE = (
    rf"(?:everywhere|in (?:every room|all (?:the )?rooms)|(?:all over|throughout|in) the (?:whole |entire )?{_HOUSE})"
)
_MEDIA = r"(?:music|song|podcast|film|movie|show|album|audiobook|playlist|radio|series|episode|video)"
_FULLY = r"(?:all the way|fully|completely|right|entirely)"
_MOMENT = r"(?: for (?:a|one) (?:moment|second|sec|minute|bit|while))?"
_DEGREES = r"((?:[\d.]+|one|half a) degrees?)"
_STATE = r"(?:locked|unlocked|closed|open|on|off|shut)"
_DOING = {
    "locking": "lock", "unlocking": "unlock", "closing": "close", "opening": "open", "starting": "start",
    "stopping": "stop", "pausing": "pause", "mowing": "mow", "watering": "water", "vacuuming": "vacuum",
    "shutting": "close",
}  # fmt: skip

_ROWS: tuple[tuple[str, str], ...] = (
    (r"(.+?) would be (?:really |so |very )?(?:lovely|nice|great|good|perfect|wonderful)", r"\1"),
    (r"(?:get|have|set) (.+?) (?:going|running|started|working)", r"start \1"),
    (r"(?:stick|pop|whack|bung|chuck|flick|throw|snap|knock|click|hit) (.+?) (on|off)", r"turn \1 \2"),
    (r"(?:stick|pop|whack|bung|chuck|flick|throw|snap|knock|click) (on|off) (.+)", r"turn \1 \2"),
    (
        r"(?:take|cut|kill|remove) the (?:power|current|electricity|juice) (?:off|to|of|from|on|for) (.+)",
        r"turn off \1",
    ),
    (
        r"(?:call|order|fetch|bring|send|get) (.+?) (?:back )?(?:home|in|back to base|to its base)(?<! bring in)",
        r"dock \1",
    ),
    (r"(?!i |we |you |he |she )([\w' ]+?) back (?:home|to (?:its |the )?(?:base|dock))", r"dock \1"),
    (r"((?:the |my |our )?[\w']+(?: [\w']+)?) home", r"dock \1"),
    (
        r"send (.+?) (?:out )?(?:for|on) (?:a|an|another|its|one more) (?:extra |quick )?(?:round|run|spin|lap|tour|"
        r"clean|"
        r"job|go)",
        r"start \1",
    ),
    (r"(.+?) ?,? (?:off to work|off you go|get to work|go to work|do your (?:thing|job))", r"start \1"),
    (r"(.+?) (?:should|must|needs to|has to|ought to) (?:be running|run|start|go)", r"start \1"),
    (r"(.+?) (?:should|must|needs to|has to|ought to) (?:stop|be quiet|go quiet)", r"stop \1"),
    (rf"(?:make|be) sure (?:that )?(?!.* (?:is|are) )(.+?) ({_STATE})", r"\1 should be \2"),
    (r"half (?:open|close|shut|raise|lower) (.+)", r"set \1 to 50 percent"),
    (
        r"(?:open|close|shut|roll|lower|raise|pull|put|wind|bring|draw|crank) (.+?)(?: up| down| out| in)? half ?way"
        r"(?: up| down| out| open| closed)?",
        r"set \1 to 50 percent",
    ),
    (r"(.+?)(?: up| down| out| in| open)? half ?way(?: up| down| out| open| closed)?", r"set \1 to 50 percent"),
    (rf"(?:roll|wind|crank|pull|bring|put|draw|let|take) (.+?) {_FULLY} (?:up|out|open)", r"open \1"),
    (rf"(?:roll|wind|crank|pull|bring|put|draw|let|take) (.+?) {_FULLY} (?:down|in|closed|shut)", r"close \1"),
    (rf"(.+?) {_FULLY} (up|down|open|closed)( in .+)", r"\1 \2\3"),
    (rf"(?:bring|put|let|take|draw) (.+? {_COVERS}) (?:up|open)", r"open \1"),
    (rf"(?:bring|put|let|take|draw) (.+? {_COVERS}) (?:down|closed|shut)", r"close \1"),
    (rf"(.+? {_COVERS}|{_COVERS}) {_FULLY} (up|down|open|closed)", r"\1 \2"),
    (rf"(.+?) (out|in|up|down) {_FULLY}", r"\1 \2"),
    (
        r"(?!(?:leave|keep|let|hold|have|if) )([\w' ]+?) (?:shut|closed)( in .+)?",
        r"close \1\2",
    ),
    (rf"(?!raise|lower|turn|set)([\w' ]+?) {_DEGREES} (?:more|up|higher)", r"raise \1 by \2"),
    (rf"(?!raise|lower|turn|set)([\w' ]+?) {_DEGREES} (?:less|down|lower|fewer)", r"lower \1 by \2"),
    (rf"{_DEGREES} (?:more|up|higher)(?: (?:in|on|for|at))? (.+)", r"raise \2 by \1"),
    (rf"{_DEGREES} (?:in|on|for|at) (.+?) (?:more|up|higher)", r"raise \2 by \1"),
    (rf"{_DEGREES} (?:in|on|for|at) (.+?) (?:less|down|lower)", r"lower \2 by \1"),
    (rf"{_DEGREES} (?:less|down|lower|fewer)(?: (?:in|on|for|at))? (.+)", r"lower \2 by \1"),
    (r"(?:start|begin) charging(?: .+)?|charge (?:the|my|our) (?:car|ev|van|bike|tesla)", "charging on"),
    (r"(?:stop|end|quit) charging(?: .+)?", "charging off"),
    (r"(.+?) as (?:bright|loud|high|fast) as (?:it|they) (?:goes|go|gets|get|can|can go)", r"set \1 to 100 percent"),
    (rf"hold (.+?){_MOMENT}", r"pause \1"),
    (rf"(?:carry on|go on|continue|keep going) with (?:the |my |our )?{_MEDIA}( (?:in|on) .+)?", r"resume\1"),
    (r"(?:carry on|go on|continue|keep going) with (.+)", r"resume \1"),
    (r"(pause|stop|mute|resume) whatever (?:is )?(?:on|playing|running|going)( (?:in|on) .+)?", r"\1\2"),
    (r"no (?:more )?(lights?|lamps?)( .+)?", r"turn off all lights\2"),
    (rf"(lights?|lamps?|all (?:the )?\w+) (?:out|off) {_EVERYWHERE}", r"turn off all \1"),
    (
        rf"((?:turn|switch) (?:on|off) (?:all|every) .+?|(?:open|close|lock|unlock) (?:all|every) .+?) {_EVERYWHERE}",
        r"\1",
    ),
    (rf"(?:set |put |turn )?(heating|\w+s) (?:up |down )?to (.+?) {_EVERYWHERE}", r"set all \1 to \2"),
    (
        r"(.+?) (?:on |at )(?:full|maximum) ?(?:whack|blast|power|brightness|tilt|speed|steam|throttle)?",
        r"set \1 to 100 percent",
    ),
    (r"(?:the )?heat(?:ing)? (?:should be |at |on )?(?:to )?([\d.]+)(?: degrees)?", r"set the heating to \1"),
    (r"(?:water|irrigate|sprinkle) (?:the |my )?(?:whole|entire) (?:garden|yard|lawn|place)", r"start all sprinklers"),
)
_OTHER = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|what|which|how|who|when|where|why|tell|read|check) |"
    r".*\b(?:if|when|whenever|once|unless|until|while|whether|as soon as)\b"
)
"""Questions, and commands with a condition, which are cut off first."""
_RULES = tuple((re.compile(pattern), instead) for pattern, instead in _ROWS)
_NEEDS = re.compile(rf"(.+?) needs? ({'|'.join(_DOING)})")


_SHARED = re.compile(
    r"(?P<verb>(?:set|dim|turn|put|bring|lower|raise|brighten) )(?P<first>[^,]+?),? and (?P<second>[^,]+?) to "
    r"(?P<one>[\d.]+(?: percent| degrees)?),? and (?P<two>[\d.]+)(?P<unit> percent| degrees)?(?: respectively)?"
)


def shared(text: str) -> str:
    """Return a command for two things with a value for each as two: "dim the lamp and the strip to 20 and 40"."""
    if (found := _SHARED.fullmatch(text)) is None:
        return text
    unit = found["unit"] or ""
    one = found["one"] if unit.strip() in found["one"] else found["one"] + unit
    return f"set {found['first']} to {one} , set {found['second']} to {found['two']}{unit}"


def plainly(text: str) -> str:
    """Return a clause as the plain command that it is a loose way to say; most stay as they are."""
    if _OTHER.match(text) and not text.startswith("have "):
        return text
    if found := _NEEDS.fullmatch(text):
        return f"{_DOING[found[2]]} {found[1]}"
    for pattern, instead in _RULES:
        if found := pattern.fullmatch(text):
            text = found.expand(instead)
    return text.replace("all all ", "all ")
