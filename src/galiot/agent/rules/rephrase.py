"""Other words for the same: what people say, in the shapes in which commands, questions and guards are read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from galiot.agent.rules.colloquial import plainly, shared
from galiot.agent.rules.states import HOW, STATE

Rules = tuple[tuple[re.Pattern[str], str], ...]
_HOW = "|".join(sorted(map(re.escape, HOW), key=len, reverse=True))
_WH = (
    r"(?:tell me|let me know|say|report|tell us|show me|check|find out|see|look|read out|read)(?: again| then| me)?,? "
)
_THAT = r"(?:confirm|verify|check|make certain|tell me|tell us)"
_BE = r"(?:is|are|was|were)"
_AMOUNT = r"(?P<by>[\d.]+ (?:degrees?|percent|points?))"
_TIME = r"(?:\d|an? |half |another )[\w .]*?(?:seconds?|minutes?|hours?)"
_DID = r"(?:you (?:did|did so|did it|have done it|are done)|it is done|that is done)"
_OVER = r"(?:it|that|this|everything|all) is (?:done|over|finished|ready)"


def _rules(rows: Iterable[tuple[str, str]]) -> Rules:
    return tuple((re.compile(pattern), instead) for pattern, instead in rows)


_SENTENCE = _rules(
    (
        (r"\b(?:everything|all|anything) that (?:is |are )?(?:lit|shin\w+|burning|glow\w*)\b", "all lights"),
        (r"\b(?:he|she) (?=is|was|has|gets|comes|goes|finishes|stops|starts)", "it "),
        (r"\b(?:he|she) (?=done|finished|ready|back|in |home|still)", "it is "),
        (r"\bhim\b", "it"),
        (r"\bthe (?:room|place|one) and its (?=\w)", "its "),
        (r"\bher\b(?= (?:out|off|on|back|home|up|down|to|and|then|when|until|after|at|for|clean|mow|[,.;!?])|$)", "it"),
        (r"\b(?:his|her)\b(?= \w)", "its"),
        (r"\bup and downstairs\b", "upstairs and downstairs"),
        (r"\bfirst (?:of all )?,? ?(?=turn|switch|set|open|close|shut|lock|start|put|dim|read|check|make)", ""),
        (r"\b(?:till|til)\b", "until"),
        (r"\ba degree\b(?! and)", "1 degree"),
        (r"\b(?:an? )?quarter of an hour\b", "15 minutes"),
        (r"\bthe print(?:ing|out| job)?\b(?= |$)", "the printer"),
        (r"\b(?:rains|starts raining|starts to rain|begins to rain|is raining outside)\b", "is raining"),
    )
)
"""Said anywhere in a sentence."""
_TOLD = _rules(
    (
        (
            r"^(?:confirm(?: it| that)?|report(?: back| to me)?|say so|(?:give|send) me a (?:report|message)"
            rf"|tell me (?:about it|{_DID}|that {_DID})|let me know (?:about it|{_DID}|that {_DID})|keep me posted"
            r"|(?:tell|show|report to) me what (?:you |was |has been |you have )(?:did|done|changed|been done)"
            rf"|(?:tell|report) what you (?:did|have done)|(?:tell|let) me(?: know)? (?:when|once) {_OVER})$",
            "tell me",
        ),
        (r"^(?:look|see|find out|have a look) (?:if|whether) (.+)$", r"check whether \1"),
        (rf"^{_WH}how ({_HOW})(?: it)? ({_BE})(?: it)? ((?:in|on|at|inside) .+)$", r"how \1 \2 it \3"),
        (rf"^{_WH}how ({_HOW}) (?!{_BE} )(.+) ({_BE})$", r"how \1 \3 \2"),
        (rf"^{_WH}how ((?:much|long|often|many|{_HOW}) .+)$", r"how \1"),
        (rf"^{_WH}(what|which|where) (?!{_BE} )(.+) ({_BE})$", r"\1 \3 \2"),
        (rf"^{_WH}(what|which) (.+)$", r"\1 \2"),
        (r"^(?:read|report|say|announce|give) (?:out )?((?:the|its|their) .+)$", r"tell me \1"),
        (r"^read (.+?) out(?: loud)?(?: to (?:me|us))?$", r"tell me \1"),
        (r"^tell me to (?:the|my) (.+)$", r"tell me the \1"),
        (r"^(?:tell|give|show) (?:us|me) (.+?) (?:again|then|now|afterwards|too|as well|once more)$", r"tell me \1"),
        (r"^how (.+?) (?:again|then)$", r"how \1"),
        (r"^(arm|disarm) (.+?)(?: to| in| for)? (away|home|stay|night)(?: mode)?$", r"\1 \2 to \3"),
        (rf"^{_THAT} (?:that )?(?!if |whether |when |once )(.+?) (is|are) ({STATE})$", r"\2 \1 \3"),
        (r"^(?:make|be) sure (?:that )?(.+?) (?:is|are) (on|off|open|closed|locked|unlocked)$", r"\1 should be \2"),
        (r"^(?:tell|warn|remind) me to (.+)$", r"announce \1"),
    )
)
"""What is to be told."""
_DONE = _rules(
    (
        (
            r"^(?:let|have|get|make|send) (.+?) (?:out )?(?:to )?(?:start )?(?:mow|clean|vacuum)(?:ing)?$",
            r"start \1",
        ),
        (r"^(?:send|let|get) (it|[\w ]+?) out$", r"start \1"),
        (r"^preheat (.+)$", r"heat \1"),
        (
            r"^(?:set|turn|put) (.+?) (?:to|at|on) (volume|brightness|channel|speed) (\S+(?: percent)?)$",
            r"set the \2 of \1 to \3",
        ),
        (r"^(?:sound|set off) (.+)$", r"turn on \1"),
        (
            r"^(?:set|turn|make|put) (.+?) (?:by )?(?!to )" + _AMOUNT + r" (?:higher|warmer|hotter|brighter|louder)$",
            r"raise \1 by \2",
        ),
        (
            r"^(?:set|turn|make|put) (.+?) (?:by )?(?!to )"
            + _AMOUNT
            + r" (?:lower|colder|cooler|darker|quieter|dimmer)$",
            r"lower \1 by \2",
        ),
        (r"^(?!play|replay|sing|check|look|measure|read)(.+?) (?:again|once more)$", r"\1"),
        (r"^((?:turn|switch|put|flip) .+?) back (on|off)$", r"\1 \2"),
        (r"^(?!turn|switch|put|set)([\w' ]+?) back (on|off|up|down|open)$", r"\1 \2"),
        (r"^(open|close|lock|unlock|shut) (.+?) back(?: up)?$", r"\1 \2"),
        (r"^(?!turn|set|put|bring|pull|roll|get)([\w' ]+?) (up|down) (in .+)$", r"\1 \3 \2"),
        (r"^get (.+?) (up|down|on|off|open|closed)$", r"\1 \2"),
        (r"^roll (out|in|up|down) (.+)$", r"roll \2 \1"),
        (r"^(?:roll|wind|crank|pull|bring) (.+?) out$", r"open \1"),
        (r"^(?:roll|wind|crank|pull|bring) (.+?) in$", r"close \1"),
        (r"^(?:extend|unfurl|let out|put out) (.+?)(?: fully| all the way)?$", r"open \1"),
        (r"^retract (.+?)(?: fully| all the way)?$", r"close \1"),
        (r"^(.+?) ((?:at|in|after) [\w:. ]+?) (except (?:for )?.+)$", r"\1 \3 \2"),
        (r" but (?:leave|keep) (.+?) (?:on|off|open|closed|alone|as it is|as they are|running)$", r" except \1"),
    )
)
"""What is to be done."""
_AWAITED = _rules(
    (
        (
            rf"^(?:tell|let) me(?: know)? (?:when|once|after) ({_TIME}) (?:\w+ )?(?:over|up|past|passed|gone)$",
            r"after \1 tell me",
        ),
        (r"^wait (?:for )?(?:about |another |a further )?((?:\d|an? |half |one ).+)$", r"after \1"),
        (r"^wait (?:until|till) (?=\d|noon\b|midnight\b)", "at "),
        (
            r"^wait (?:for|on) (.+?)(?: to (?:be (?:done|over|ready)|finish|end|stop))? ?,? (?:and )?then ",
            r"when \1 is done , ",
        ),
        (r"^wait (?:until|till|for) (.+?) to (finish|end|stop|open|close|start)(?=$| )", r"when \1 \2s"),
        (r"^wait (?:until|till|for) ", "when "),
        (
            r"^should (.+?) (report|detect|open|close|drop|rise|get|fall|sense|notice|see|start|stop|ring)( .+)$",
            r"if \1 \2s\3",
        ),
        (r"^should (.+?) be (.+)$", r"if \1 is \2"),
    )
)
"""What is waited for."""
_SO = (
    r"(?:on|off|open|closed|shut|in|out|up|down|locked|unlocked|alone|running|going|as (?:it is|they are|is)"
    r"|the way (?:it is|they are)|like that)"
)
STAYS = re.compile(
    rf"(?:leave|keep|let) (?:it|them|that|this|[\w' ]+?)(?: stay| remain| be)? {_SO}"
    r"|do nothing(?: else| more)?|nothing(?: else)?|that is (?:it|all)|no change"
)
"""What asks for nothing to be done."""
HELD = re.compile(
    r"(?:leave|keep|have|let) (?P<np>.+?)(?: stay| remain)? (?:turned |switched )?"
    r"(?P<state>on|off|open|closed|locked|unlocked|running) (?P<span>(?:for|until) .+)"
)
"""What is to be in a state for a while, and in the other one then."""
LASTS = re.compile(
    r"(?:leave|keep|let) (?:it|them|that|this) (?:on|off|open|closed|running|so|like that|going|up|down) "
    r"(?P<span>(?:for|until) .+)"
)
"""How long the command before holds."""
NOT_YET = re.compile(r"(?:do not|never) (?P<act>.+?) (?:now|yet|right away|immediately) ?(?:,|but|;)? (?P<rest>\w.+)")
"""What is to be done later instead."""
LEAVING = re.compile(r"(?:i am|we are|we're) (?!freezing|boiling|sweating)(?:\w+ing|off|out|away|back|done)\b.*")
"""What people tell of themselves."""
STATEMENT = re.compile(
    r"(?:because |since |as )?(?:i|we|he|she|they|there|you|(?:it|the|my|our|today)(?: [\w]+)*?) "
    r"(?:am|are|is|have|has|will|want|was|were)\b(?!.*\btoo\b).*"
)
"""What people tell beside what they want."""
PLAY_ON = re.compile(r"(?:play|start)(?: it| the music| the song)?(?: again| on| back up)|start playing(?: again)?")
"""What ends a pause."""
PREAMBLE = re.compile(r"^[^,.;!?]+? : (?=\w)")


def sentence(text: str) -> str:
    """Return a sentence with people's pronouns as "it" and the like."""
    return shared(_all(_SENTENCE, text))


def clause(text: str) -> str:
    """Return a clause in a shape that is read."""
    return plainly(_all(_DONE, _all(_TOLD, awaited(text))))


def awaited(text: str) -> str:
    """Return what begins with waiting as what begins with a guard."""
    return _all(_AWAITED, text)


def _all(rules: Rules, text: str) -> str:
    for pattern, instead in rules:
        text = pattern.sub(instead, text)
    return text
