"""What an agent of a home is asked and has nothing to do with: the weather elsewhere, jokes, sums, orders, calls."""

from __future__ import annotations

import re

_TOPICS = re.compile(
    r"\b(?:jokes?|riddles?|poems?|haikus?|limericks?|lyrics|recipes?|horoscopes?|stock(?:s| market| price)?|"
    r"shares? of|bitcoin|"
    r"exchange rate|capital (?:city )?of|president|prime minister|king of|queen of|pope|chancellor|population of|"
    r"square root|divided by|multiplied by|\d+ (?:times|plus|minus|x) \d+|percent of \d+|essays?|homework|"
    r"e ?mails?|text messages?|sms|whatsapp|taxi|cab|uber|pizzas?|flights?|hotels?|plane|train to|bus to|"
    r"tickets?|restaurants?|"
    r"appointments?|horse race|lottery|football|soccer|baseball|basketball|championship|world cup|olympics|league|"
    r"meaning of life|movie (?:tonight|recommendation)|novel|synonyms?|spell the word|history of|world war|"
    r"distance (?:to|from|between)|how far is it|driving directions|traffic|wikipedia|google|facebook|instagram|"
    r"youtube channel|"
    r"tax return|birthday of|born in|headlines?|the news|in (?:english|spanish|french|german|italian|chinese|"
    r"latin))\b"
)
"""Words that stand for what is no matter of a home, wherever they are said."""
_FORECAST = re.compile(
    r"\b(?:weather|forecast|rain|snow|sunny|temperature|sunset|sunrise|umbrella)\b.*\b(?:tomorrow|next|weekend|"
    r"forecast|in [a-z]{4,}|"
    r"later|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|\bforecast\b|\bwill it (?:rain|snow|be)\b"
)
_ERRANDS = re.compile(
    r"(?:order|buy|book|reserve|purchase|translate|define|spell|calculate|compute|solve|google|email|text|call|"
    r"phone|ring up|dial|"
    r"tweet|post|write|draft|compose|recommend|suggest|recite|sing|tell me a|tell us a|tell me about|tell a|"
    r"explain|describe|"
    r"invest|pay|transfer|bet|pray|marry|cook|bake|paint|repair|fix|hire|sell|rent|remember when|guess|"
    r"convert|summarize|summarise|who (?:is|was|are|were|wrote|won|invented|painted|discovered|built|sang|sings|"
    r"plays|directed|"
    r"composed|founded|lives)|how (?:old|tall|big|heavy|deep|fast|far|rich|do you (?:spell|say|feel)|are you|"
    r"many people|do i get|do i (?:cook|"
    r"make|bake|write|lose|learn))|why (?:is|are|do|does|did)|what (?:is|are) (?:the )?(?:meaning|name|"
    r"definition|best|plot|difference "
    r"between)|when (?:was|is|did|does) (?:the )?(?:war|battle|easter|christmas|next|first|last)|do you (?:like|"
    r"love|think|believe|"
    r"know (?:who|what|how|why|any))|are you|can you (?:sing|dance|feel|think))\b"
)
"""How what is to be done by somebody else begins; about the home's own things only where one is named."""
_QUESTION = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|does|do|did|has|will|should|may)\b"
)


def is_elsewhere(text: str, at_home: bool, measured: bool) -> bool:
    """Whether a clause is about nothing that a home has.

    at_home: whether any of its words is one of the home's; measured: whether it speaks of states or quantities
    """
    if _TOPICS.search(text) or _FORECAST.search(text):
        return not at_home or bool(_ERRANDS.match(text) or _QUESTION.match(text))
    if _ERRANDS.match(text):
        return not at_home
    return bool(_QUESTION.match(text)) and not at_home and not measured and len(text.split()) > 3
