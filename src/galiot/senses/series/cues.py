"""The words by which questions are understood, as patterns over lower-case text."""

from __future__ import annotations

import re

from galiot.senses.series.query import Relation, Statistic


def _words(text: str) -> str:
    """Alternatives, with spaces around their bars, as whole words; a line break within one of them is nothing."""
    return rf"\b(?:{_plain(text)})\b"


def _plain(text: str) -> str:
    return "|".join(re.sub(r"\s*\n\s*", "", part.strip()) for part in re.split(r"\s\|\s", text))


MORE = _plain(
    """warmer | hotter | sunnier | more humid | brighter | louder | faster | stronger | higher | larger | bigger |
    greater | windier | wetter | heavier | steeper | noisier | more | longer"""
)
LESS = _plain(
    """colder | cooler | drier | darker | quieter | slower | weaker | lower | smaller | lighter | calmer | less |
    fewer | shorter"""
)
MOST = _plain(
    r"""highest | max(?:imum|imal|ima)? | peak(?:ed|s)? | top | warmest | hottest | sunniest | most | largest |
    biggest | greatest | strongest | fastest | wettest | brightest | loudest | heaviest | windiest | steepest
    | noisiest"""
)
LEAST = _plain(
    r"""lowest | min(?:imum|imal|ima)? | bottom(?:ed)? | trough | coldest | coolest | least | smallest | weakest |
    slowest | driest | darkest | quietest | calmest | flattest | nadir"""
)
UP = (
    _plain(
        r"""ris(?:e|es|en|ing) | rose | increas\w* | grow(?:s|ing|n)? | grew | climb\w* | go(?:es|ing)? up | went up |
    upward\w* | (?<!how )warm(?:s|ed|ing)?(?: up)? | heat(?:s|ed|ing)?(?: up)? | gain(?:s|ed|ing)? | ramp\w* up"""
    )
    + rf"|(?:gets?|got|getting|becom\w+|became)(?: it)? (?:{MORE})"
)
DOWN = (
    _plain(
        r"""fall(?:s|ing|en)? | fell | decreas\w* | declin\w* | drop(?:s|ped|ping)? | shrink\w* | go(?:es|ing)? down |
    went down | downward\w* | (?<!how )cool(?:s|ed|ing)?(?: down| off)? | sink(?:s|ing)? | sank | los(?:e|es|t|ing) |
    dip(?:s|ped|ping)? | sag(?:s|ged|ging)? | slump(?:s|ed)? |
    (?<!how )dr(?:y|ies|ied|ying)(?: out)? | drain(?:s|ed|ing)? | discharg\w+ | ramp\w* down"""
    )
    + rf"|(?:gets?|got|getting|becom\w+|became)(?: it)? (?:{LESS})"
)
STEADY = _words("stable | stability | steady | steadiest | steadier | constant | consistent")
MORE_WORDS, LESS_WORDS = _words(MORE), _words(LESS)
MOST_WORDS, LEAST_WORDS = _words(MOST), _words(LEAST)
UP_WORDS, DOWN_WORDS = _words(UP), _words(DOWN)

OFTEN_MISSPELLED = tuple(
    "average minimum maximum median deviation highest lowest between percentage correlation temperature".split()
)

YES_NO = r"\W*(?:and |so |but )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will)\b"
WHEN = _words(
    r"""when | after how (?:long|many \w+) |
    (?:what|which) (?:time|moment|point|hour|minute|second|day|date) | how long did it take |
    how (?:long|many \w+) (?:until|before)"""
)
UNTIL = _words(r"how long did it take | how (?:long|many \w+) (?:until|before)")
TOOK = r"\bhow long did it take\b"
VARIED = _words(r"(?:chang|vari|differ|fluctuat|mov)\w* by")
HOW_LONG = _words("how long | how much time | how many (?:seconds|minutes|hours|days) | duration | time spent")
HOW_OFTEN = _words("how often | how many times | how many | number of times")
LONGEST = _words("longest | in a row | at a stretch | without a break | uninterrupted | consecutive")
ALWAYS = _words("always | all the time | the whole time | throughout | constantly | continuously")
NEVER = _words("never | not once | at no time")
MEANWHILE = r"\b(?:while|whenever|as long as)\b"
SHARE = _words(
    """(?:share|percent|percentage|fraction|proportion|part|how much) of (?:the |its |all )?
    (?:time|samples?|readings?|record\\w*|period|values|measurements?) |
    (?:what|which) (?:share|percent|percentage|fraction|proportion|part) of | in percent"""
)
CROSSES = r"\bcross(?:es|ed|ing|ings)?\b"
SPELLS = _words("between (?:which|what) (?:times?|hours?) | (?:during|over) (?:which|what) (?:times?|periods?|hours?)")
MOSTLY = _words("mostly | mainly | most of the time | usually")
LAST_TIME = _words("last | latest | most recent | finally")

COUNTED = _words(
    r"""how many (?:valid |missing )?(?:samples?|readings?|values|measurements?|data ?points?|points|rows|records) |
    number of (?:valid |missing )?(?:samples|readings|values|measurements|points|rows)"""
)
ABSENT = _words("missing | lost | absent | empty | nan")
RATE = _words(
    r"""sampl(?:ed|ing|e) (?:rate|frequency|interval|period|time) |
    how (?:often|frequently) (?:is|was|are|were|does|did) .*(?:sampled?|measured?|recorded?|read|taken|report(?:ed)?) |
    interval between (?:samples|readings|measurements) | time between (?:samples|readings|measurements)"""
)
CHANNELS = _words(
    r"""how many (?:channels|sensors|signals|series|columns|variables) |
    (?:what|which) (?:channels|sensors|signals|columns|variables|quantities)
    (?: are| is| were) (?:there|measured|recorded|in) |
    what (?:is|was|does it|does this) (?:measured?|recorded?)"""
)
GAPS = _words(
    r"""(?:not|never|n't) (?:being )?(?:recorded|measured|logged|sampled|read) | drop(?:ped|s)? out |
    lost? the (?:most|fewest|least) (?:samples|values|readings|data) |
    gaps? | outages? | black-?outs? | offline | missing | interrupt\w* | drop-?outs? | complete | lost data |
    data loss | holes?"""
)
COMPLETE = _words("complete | gapless")
RECORD = r"(?:the|this) (?:\w+ )?(?:record\w*|reading|series|data\w*|measurements?|log|trace|file)"
SPAN = _words(
    rf"""how (?:long|many \w+) (?:is|was|does|did) {RECORD} | (?:duration|length|time span) of {RECORD} |
    (?:what|which) (?:period|time span|time range)\b.*\b(?:cover\w*|spans?) |
    when (?:does|did|do) {RECORD} (?:start|begin|end|stop|finish)"""
)
SPAN_STARTS = r"\bwhen .*\b(?:start|begin)"
SPAN_ENDS = r"\bwhen .*\b(?:end|stop|finish)"

TOGETHER = _words(
    r"""correlat\w+ | relat(?:ed|ion\w*) | together | depend\w* | associat\w+ | linked | connected | in step | in sync |
    same (?:direction|way) | go(?:es|ing)? (?:along |up and down )?with | follows? | mirror\w* | opposite"""
)
OPPOSITE = _words(r"opposite | inverse\w* | negative\w*")
HELD = _words(r"how far apart | than | compared? | versus | vs | differ\w* | gap | same | equal")
DIFFERENCE = _words(r"differ\w*")
CHANGES = _words(r"chang(?:e|es|ed|ing)")
DRIFT = r"\bdrift"
FIRST_ONE = r"\bfirst\b"
AS_ANOTHER = re.compile(r"(.*)\b(?:when|whenever|as|while|if|with)\b(.*)")
DIFFERENCE_BETWEEN = r"\b(?:difference|change)\b.*\bbetween\b"
PER = re.compile(r"\b(?:per|an|a|each|every) (second|minute|hour|day)\b")

SUDDEN = _words(
    r"""how (?:big|large|high|strong) .*(?:drop|rise|increase|decrease|fall|jump) | sharp(?:ly)? | for good |
    go(?:es|ing)? wrong | went wrong | sudden(?:ly)? | abrupt(?:ly)? | jump(?:s|ed)? |
    step(?:s|ped)?(?: changes?)? | level (?:shift|change)s? | change[- ]?points? | shift(?:s|ed)? |
    regime"""
)
JUMP = _words(
    """(?:largest|biggest|greatest|steepest|sharpest|fastest|most) (?:single |sudden |one[- ]step )?
    (?:jump|change|increase|decrease|drop|rise|fall|step)"""
)
LEVELS = _words("level | levels | steps? | shift")
PERIOD = _words(r"period(?:ic\w*)? | cycl\w+ | repeat\w* | oscillat\w+ | season\w* | regular(?:ly)? pattern | recur\w*")
OUTLIERS = _words(r"outliers? | spikes? | anomal\w+ | glitch\w* | implausible | unusual | strange | odd")
TREND = _words(
    r"""doing | what (?:did|does|do) .* do | trend(?:s|ing)? | tendency | direction | develop\w* | drift\w* |
    stay(?:ed|s)? | remain\w* | flat"""
)
PACE = _words(r"how (?:fast|quick|quickly) | slope | rate of")
FLAT = _words(r"stable | constant | steady | flat | stay\w* | remain\w*")
CHANGED = _words(
    r"""how (?:much|many (?:degrees|points|percent|units))\b.*\b(?:change[ds]?|rise|rose|risen|fall|fell|fallen|
    drop(?:ped)?|increased?|decreased?|climb(?:ed)?|gain(?:ed)?|lose|lost|grow|grew|grown|go up|go down|gone up|
    gone down|went up|went down|declined?|warm(?:ed)?(?: up)?|cool(?:ed)?(?: down)?|get) |
    (?:net|overall|total) (?:change|rise|fall|drop|increase|decrease|gain|loss) |
    (?:change|differ\w*|rise|increase|drop|decrease) (?:from|between) (?:the |its )?(?:start|beginning|first|initial)"""
)
FIRST = _words(
    """(?:at|from|in) the (?:very )?(?:start|beginning|outset) | initial(?:ly)? |
    (?:starting|first) (?:value|reading|sample|measurement|level) | (?:start|begin|began|started) (?:at|with|out)"""
)
LAST = _words(
    """(?:at|by|in) the (?:very )?end | final(?:ly)? | latest | current(?:ly)? | most recent | now |
    last (?:value|reading|sample|measurement|level) | (?:end|ends|ended|finish|finished) (?:at|with|up)"""
)

WHICH_CHANNEL = _words(
    """(?:which|what) (?:\\w+ )?(?:channels?|sensors?|signals?|series|ones?|rooms?|variables?|places?|locations?|zones?|
    probes?|quantity|column|of (?:the|these|them|all))"""
)
WHICH = r"^\W*(?:which|whose|rank|order|sort)\b"
RANK = r"\W*(?:rank|order|sort)\b"
OF_TIME = _words("(?:which|what) (?:time|moment|hour|minute|second|day|date|half|third|quarter)")
EXTREME_VALUE = _words(
    r"max\w* | min\w* | peak\w* | values? | readings? | points? | record\w* | reach\w* | measured | spike"
)
PLAIN = _words(
    """(?:what|which) (?:level|value) |
    (?:what|how) (?:is|was|are|were|high|low|warm|cold|hot|humid|much|large|big|strong|loud|bright|fast) |
    what's | give | tell | show | report | state"""
)
EVERY = _words("every | each | all")

STATISTICS: tuple[tuple[Statistic, str], ...] = (
    (
        "range",
        _words(
            rf"""(?:value )?range | swing | peak[- ]to[- ]peak |
            (?:differ\w*|gap|distance|spread|span) between (?:the |its )?
            (?:{MOST}|{LEAST})(?: value)?s?(?: \w+)? and (?:the |its )?(?:{MOST}|{LEAST})"""
        ),
    ),
    (
        "deviation",
        _words(
            r"""standard deviation | std | stdev | variance | variab\w+ | var(?:y|ies|ied) | fluctuat\w+ | volatil\w+ |
            nois[ey]\w* | noisiest | scatter\w* | unsteady | spread"""
        )
        + "|"
        + STEADY,
    ),
    ("median", _words("median | typical(?:ly)? | usual(?:ly)? | normal(?:ly)?")),
    (
        "slope",
        _words(
            """slope | rate of (?:change|increase|decrease|rise|cooling|warming) |
            (?:per|an|a|each|every) (?:second|minute|hour|day) | how fast | how quick | how quickly"""
        ),
    ),
    ("sum", _words("sum | total(?:led)? | altogether | adds? up | accumulated")),
    ("mean", _words("average[ds]? | averaging | mean | on the whole | in general")),
)
"""The first that is found counts; changes and extremes come after them."""

GETS = r"(?:get|gets|got|go|goes|went|become|reach|climb|rise|drop|fall|sink|dip|at most|at least)"
GETS_MOST = rf"\bhow (?:hot|warm|high|fast|bad|strong|loud|bright|humid|large|heavy|wet)\b.*\b{GETS}\b"
GETS_LEAST = rf"\bhow (?:cold|cool|low|slow|dry|dark|weak|quiet|empty)\b.*\b{GETS}\b"
LIMITS_OF_DATA = (
    r"\bbetween (?:which|what) (?:values|limits|levels|numbers)\b|\b(?:which|what) (?:values|range)\b.*\bbetween\b"
)
WHICH_DAY = r"\b(?:what|which) (?:of (?:the |these )?(?:\w+ )?days|day|date)\b"
HOW_MANY_DAYS = r"\bhow many (?:different )?days\b"
AT_EXTREME = re.compile(r"\b(?:when|at the (?:time|moment)(?: when| that)?)\s+([^?,]+)[?.]?\s*$")
CLAUSE = re.compile(
    r"\b(?:while|whenever|as long as|during the time(?: that)?|(?<!^)when|if|"
    r"with(?= the \w+(?: \w+)? (?:open|closed|shut|on|off|running)\b))\s+"
    r"(.*?)(?=,\s(?!below|above|over|under|at)|\?|$)",
    re.I,
)
SWITCHED_ON = _words("open(?:ed|ing|ings|s)? | (?:switch|turn)(?:ed|es)? on | on | running | active | occupied")
SWITCHED_OFF = _words("clos(?:e|ed|es|ing) | shut | (?:switch|turn)(?:ed|es)? off | off | inactive | free")
FACTOR = _words("factor | ratio | times as | how many times (?:higher|larger|faster|more)")
MOVES_PAST = _words(
    """fall(?:s)? | fell | drop(?:s|ped)? | sink(?:s)? | sank | dip(?:s|ped)? | rise(?:s)? | rose | climb(?:s|ed)? |
    pass(?:es|ed)? | cross(?:es|ed)? | go(?:es)? | went | get(?:s)? | got | exceed(?:s|ed)? | start(?:s|ed)?"""
)

QUANTILE = re.compile(r"\b(\d{1,2}(?:\.\d+)?)(?:st|nd|rd|th|\s?%)?[- ](?:percentile|quantile)")
BOTH_ENDS = (
    rf"\b(?:{MOST})\b[\w ]* (?:and|&) [\w ]*\b(?:{LEAST})\b|\b(?:{LEAST})\b[\w ]* (?:and|&) [\w ]*\b(?:{MOST})\b"
)
BY_HOW_MUCH = r"\b(?:by )?how (?:much|many)\b"
MOST_THAN_LEAST = rf"\b(?:{MOST})\b.*\bthan (?:the |its )?(?:{LEAST})\b"
OR = r"\bor\b"
FREEZING = {"°C": 0.0, "°F": 32.0, "K": 273.15}

_NUMBER = r"[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?"
_VALUE = rf"({_NUMBER})\s*(°\s?[cf]|%|[a-zµμω°][\w°/²³%]*)?"
_ABOVE = _plain(
    r"""above | over | exceed(?:s|ed|ing)? | beyond | past | pass(?:es|ed|ing)? | cross(?:es|ed|ing)? |
    (?!colder|cooler|lower|smaller|fewer|darker|slower|quieter|weaker|drier|lighter|calmer)(?:more|\w{2,}er) than"""
)
_BELOW = _plain(
    """below | under | beneath |
    (?:less|fewer|colder|cooler|lower|smaller|darker|slower|quieter|weaker|drier|lighter|calmer) than"""
)
LIMITS: tuple[tuple[Relation, re.Pattern[str]], ...] = tuple(
    (relation, re.compile(rf"(?<!\w)(?:{words})\s+(?:to\s+)?{_VALUE}|(?<!\w)(?:{signs})\s*{_VALUE}"))  # type: ignore[misc]
    for relation, words, signs in (
        ("at least", r"at least|not below|no less than|reach(?:es|ed|ing)?|hit(?:s|ting)?", ">=|≥"),
        ("at most", r"at most|not above|no more than|not exceed(?:ing)?", "<=|≤"),
        ("above", rf"{_ABOVE}|(?:rise|rose|climb(?:ed)?|go|goes|went|get|got)\s+(?:up\s+)?(?:to|past)", ">"),
        ("below", rf"{_BELOW}|(?:fall|fell|fallen|drop(?:ped)?|sink|sank|dip(?:ped)?)s?\s+(?:down\s+)?to", "<"),
        ("equal", r"equal(?:s|ed)?(?:\s+to)?|exactly", "=="),
    )
)
TIME_UNITS = re.compile(r"(?:s|secs?|seconds?|min|minutes?|h|hrs?|hours?|days?|samples?|readings?|times?|[ap]m)")
SPOKEN_UNITS = {"degrees": "", "degree": "", "percent": "%"}
