"""The shapes of a clause in English, and what each means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from galiot.agent.plan import Act
from galiot.agent.rules.amounts import Amount
from galiot.agent.rules.attributes import ROLE_OF, STATES
from galiot.agent.rules.changing import COMPARATIVE, compare, cover, dim, dim_suffix, step, too
from galiot.agent.rules.pieces import let_water, part
from galiot.agent.rules.playing import media, play
from galiot.agent.rules.setting import (
    bare_value,
    fully_down,
    fully_on,
    open_suffix,
    open_to,
    set_suffix,
    set_to,
    set_value,
    suffix_in,
)
from galiot.agent.rules.switching import (
    arm,
    clean_area,
    closing,
    dock,
    fully,
    heat,
    lights,
    robot,
    run,
    startable,
    toggle,
    verb,
)
from galiot.agent.rules.targets import Answer
from galiot.agent.rules.together import on_at, on_choice, play_at, sent_out, taken_in

if TYPE_CHECKING:
    from galiot.agent.rules.commands import Commands


Maker = Callable[["Commands", "re.Match[str]"], "Sequence[Act] | Answer | Iterator[Sequence[Act] | Answer]"]


_LITTLE = (
    r"(?: (?:just )?(?:a (?:little |tiny |wee )?bit(?: more)?|a little(?: bit)?(?: more)?|a "
    r"touch|a notch|a tad|a hair|a smidge(?:n)?|a shade|slightly|some(?:what)?|a bit more|more|again|further))?"
)


_LEAD_LITTLE = (
    r"(?:(?:just )?(?:a (?:little |tiny |wee )?bit|a little(?: bit)?|a touch|a notch|a tad|a hair|a smidgen?|a shade|"
    r"slightly|somewhat|much|a lot|even) )?"
)


_BY = r"(?: by (?P<by>.+))"


_MUSIC = (
    r"(?:the |this |that |my |our |some )?(?:music|song|track|item|playback|movies?|film|video|"
    r"audio|media players?|media|tv shows?|shows?|sound|playing|podcast|radio|album|playlist|"
    r"tune)"
)


_ON = r"(?:on|in|from|at|of|for)"


def _frame(pattern: str, make: Maker) -> tuple[re.Pattern[str], Maker]:
    return re.compile(pattern), make


_TURN = r"(?:turn|switch|put|flip|power|get|have|flick|change|bring)"


_NP = r"(?P<np>.+?)"


_SET = r"(?:set|change|adjust|put|make|turn|bring|get|move|switch|have|keep|leave|take)"


FRAMES: tuple[tuple[re.Pattern[str], Maker], ...] = (
    # media first: "play", "next", "turn the music off" have objects that are no devices
    _frame(rf"(?:pause|hold)(?: {_MUSIC})?(?: {_ON} {_NP})?", media("pause")),
    _frame(rf"(?:pause|stop) {_NP} {_MUSIC}", media("pause")),
    _frame(rf"(?:resume|unpause|continue) {_NP} {_MUSIC}", media("resume")),
    _frame(rf"mute {_NP} {_MUSIC}", media("mute")),
    _frame(rf"unmute {_NP} {_MUSIC}", media("unmute")),
    _frame(rf"(?:pause|hold on to) {_NP}", media("pause")),
    _frame(rf"(?:stop|halt)(?: playing)? {_MUSIC}(?: {_ON} {_NP})?", media("pause")),
    _frame(rf"(?:stop playing|put {_MUSIC} on (?:pause|hold)|hold on)(?: {_ON} {_NP})?", media("pause")),
    _frame(
        (
            r"(?:resume|unpause|continue|restart|start|play|keep playing|start playing|carry on|"
            rf"continue playing)(?: {_MUSIC})?(?: again)?(?: {_ON} {_NP})?"
        ),
        media("resume"),
    ),
    _frame(rf"(?:resume|unpause|continue) {_NP}", media("resume")),
    _frame(
        (
            r"(?:(?:play|skip to|go to|jump to) )?(?:the )?next(?: (?:song|track|one|item|episode|video|"
            rf"tune|chapter|channel))?(?: please)?(?: {_ON} {_NP})?"
        ),
        media("next"),
    ),
    _frame(
        rf"skip(?: (?:forward|ahead|(?:this |the |to the next )?(?:song|track|one|episode|item)))?(?: {_ON} {_NP})?",
        media("next"),
    ),
    _frame(
        (
            r"(?:(?:play|skip to|go to|go back to|jump to|skip back to|return to) )?(?:the "
            r")?(?:previous|last|prior)(?: (?:song|track|one|item|episode|video|tune|channel))(?: "
            rf"again)?(?: {_ON} {_NP})?"
        ),
        media("previous"),
    ),
    _frame(
        rf"(?:replay|play (?:it |that )again|play (?:the )?(?:last|previous)(?: again)?)(?: {_ON} {_NP})?",
        media("previous"),
    ),
    _frame(
        rf"(?:previous|back|go back|skip back|skip backwards?|back up)(?: (?:a|one) (?:song|track))?(?: {_ON} {_NP})?",
        media("previous"),
    ),
    _frame(rf"(?:mute|silence)(?: {_MUSIC})?(?: {_ON} {_NP})?", media("mute")),
    _frame(rf"(?:mute|silence) {_NP}", media("mute")),
    _frame(rf"unmute(?: {_MUSIC})?(?: {_ON} {_NP})?", media("unmute")),
    _frame(rf"unmute {_NP}", media("unmute")),
    # on and off
    _frame(rf"{_TURN} on {_NP} (?P<at>on|at|to|in|with) (?P<value>.+)", on_at),
    _frame(rf"(?:{_TURN} )?{_NP} on (?P<at>at|to|in|with) (?P<value>.+)", on_at),
    _frame(rf"(?:start|run) {_NP} (?P<at>on|at|in|with) (?P<value>.+)", on_at),
    _frame(r"(?:put|switch|turn) (?:on )?(?:some |the )?music(?: on)?(?: (?:in|on) (?P<np>.+))?", media("resume")),
    _frame(rf"{_TURN} on {_NP}", verb("turn on")),
    _frame(rf"{_TURN} {_NP} (?:back )?on", verb("turn on")),
    _frame(rf"{_TURN} (?:off|out) {_NP}", verb("turn off")),
    _frame(rf"{_TURN} {_NP} (?:back )?(?:off|out)", verb("turn off")),
    _frame(rf"{_TURN} {_NP} on (?P<place>(?:in|at|on) .+)", lambda c, m: c.do("turn on", f"{m['np']} {m['place']}")),
    _frame(
        rf"{_TURN} {_NP} (?:off|out) (?P<place>(?:in|at|on) .+)",
        lambda c, m: c.do("turn off", f"{m['np']} {m['place']}"),
    ),
    _frame(
        rf"(?:activate|enable|energize|engage|plug in|power up|start up|fire up|boot up|boot) {_NP}", verb("turn on")
    ),
    _frame(rf"(?:shut down|close down|shut up|close up|lower down|lower up) {_NP}", closing),
    _frame(rf"(?:raise|lift|open) up {_NP}", verb("open", area_only=True)),
    _frame(
        (
            r"(?:deactivate|disable|disengage|unplug|shut off|shut down|power down|kill|cut|cut off|switch "
            rf"down|close down) {_NP}"
        ),
        verb("turn off"),
    ),
    _frame(rf"(?:shut|power|kill|cut|close) {_NP} (?:off|down)", verb("turn off")),
    _frame(rf"(?:power|start|fire|boot) {_NP} up", verb("turn on")),
    _frame(rf"(?:extinguish|put out|douse|snuff out|blow out) {_NP}", verb("turn off")),
    _frame(rf"(?:light|ignite|kindle) {_NP}", verb("turn on")),
    _frame(rf"(?:light up|illuminate) {_NP}", lights("turn on")),
    _frame(r"light (?:it|this|things)? ?up(?P<np>)", lights("turn on")),
    _frame(rf"light {_NP} up", lights("turn on")),
    # open, close, lock
    _frame(rf"(?:fully|completely) (?:open|raise) {_NP}", fully("open")),
    _frame(
        (
            rf"(?:open|raise|pull up|roll up|lift) {_NP} (?:fully|completely|all the way|wide|up fully|"
            r"entirely)(?: up| open)?"
        ),
        fully("open"),
    ),
    _frame(
        rf"(?:close|shut|lower|pull down) {_NP} (?:fully|completely|all the way|entirely)(?: down)?", fully("close")
    ),
    _frame(rf"(?:fully|completely) (?:close|shut|lower) {_NP}", fully("close")),
    _frame(
        (
            r"(?:(?:open|raise|lower|lift|close|shut)(?: up| down)?|pull (?:up|down)|roll (?:up|down)) "
            rf"{_NP}(?: up| down)? (?:to|at) (?P<value>.+)"
        ),
        open_to,
    ),
    _frame(
        r"(?:half|partly) ?(?:open) (?P<np>.+)(?P<value>)",
        lambda c, m: c.set(m["np"], Amount(50, "%", "percent"), "position"),
    ),
    _frame(r"(?:open|raise|lower|lift|close|shut|pull down|roll down) (?P<rest>.+)", open_suffix),
    _frame(
        (
            r"(?P<verb>open|close) (?P<np>.+?) (?:just )?(?:a (?:little |tiny )?bit|a little|slightly|"
            r"partly|a crack|some)(?: more| further)?"
        ),
        lambda c, m: c.change("raise" if m["verb"] == "open" else "lower", m["np"], "position"),
    ),
    _frame(
        (
            r"(?P<np>.+?) (?:should|must|has to|have to|needs to|need to) be (?:turned |switched "
            r")?(?P<state>on|off|open|closed|locked|unlocked)"
        ),
        lambda c, m: c.do(STATES[m["state"]], m["np"]),
    ),
    _frame(r"speed up (?P<np>.+)", lambda c, m: c.change("raise", m["np"], "fan speed")),
    _frame(r"slow down (?P<np>.+)", lambda c, m: c.change("lower", m["np"], "fan speed")),
    _frame(rf"(?:open up|open|unshut) {_NP}(?: up)?", verb("open", area_only=True)),
    _frame(rf"(?:close|shut) {_NP}(?: up)?", verb("close", area_only=True)),
    _frame(rf"(?:pull|roll|draw|wind) up {_NP}", verb("open")),
    _frame(rf"(?:pull|roll|wind) {_NP} up", verb("open")),
    _frame(rf"(?:pull|roll|let|wind) down {_NP}", verb("close")),
    _frame(rf"(?:pull|roll|let|wind) {_NP} down", verb("close")),
    _frame(rf"(?:unlock|unbolt|unlatch) {_NP}(?: up)?", verb("unlock", area_only=True)),
    _frame(rf"(?:lock|bolt|secure|latch) (?:up )?{_NP}(?: up)?", verb("lock", area_only=True)),
    _frame(r"lock up(?P<np>)", lambda c, m: c.do("lock", "all locks")),
    # values
    _frame(
        rf"(?:dim|brighten|darken|dim down|brighten up|brighten) {_NP} (?:to|at|up to|down to) (?P<value>.+)".replace(
            "(?:dim", "(?P<dim>dim", 1
        ),
        dim,
    ),
    _frame(rf"(?P<dim>dim|brighten|darken) {_NP}(?: up| down)?{_BY}", dim),
    _frame(r"dim (?P<rest>.+)", dim_suffix),
    _frame(rf"(?P<dim>dim down|dim|brighten up|brighten|darken) {_NP}(?: up| down)?{_LITTLE}", dim),
    _frame(rf"{_SET} {_NP} (?:fully|completely|all the way) (?:on|up|bright)", fully_on),
    _frame(rf"(?:turn|set|bring|dim) {_NP} (?:fully|completely|all the way) (?:down|dim|low)", fully_down),
    _frame(rf"{_SET} {_NP} (?:up |down |back )?(?:to|at|into|in to) (?P<value>.+)", set_to),
    _frame(rf"{_SET} (?:up|down) {_NP} (?:to|at) (?P<value>.+)", set_to),
    _frame(
        (
            r"(?:increase|raise|reduce|decrease|lower|boost|drop|crank up|crank|warm up|cool down|heat up|heat|cool|"
            rf"warm|turn up|turn down|put up|put down|lift) {_NP}(?: up| down)? to (?P<value>.+)"
        ),
        set_to,
    ),
    _frame(
        (
            r"(?:set|make|have|get|keep) (?:it|the temperature|the heating|the heat) (?:to |at "
            r")?(?P<value>.+?) (?:in|on|at|for|with|using) (?P<np>.+)"
        ),
        suffix_in,
    ),
    _frame(
        rf"(?:make|turn|get|set) {_NP} (?P<by>[^ ]+ percent) (?P<more>brighter|dimmer|darker|louder|quieter|lighter)",
        compare,
    ),
    _frame(r"(?:make|set|get) it (?P<value>.+)", lambda c, m: bare_value(c, m["value"])),
    _frame(
        rf"(?:make|turn|get|set) {_NP} {_LEAD_LITTLE}(?P<more>{COMPARATIVE}){_BY}?(?: (?P<place>(?:in|on|at) .+))?",
        compare,
    ),
    _frame(rf"(?:make|turn|get|set) {_NP} (?P<more>{COMPARATIVE}){_LITTLE}(?: (?P<place>(?:in|on|at) .+))?", compare),
    _frame(
        (
            rf"{_LEAD_LITTLE}(?P<more>brighter|dimmer|darker|louder|quieter|softer|warmer|hotter|cooler|"
            rf"colder){_BY}?(?: (?:in|on|at|for) (?P<np>.+))?"
        ),
        compare,
    ),
    _frame(
        (
            r"(?:a (?:little |tiny )?bit |a little |slightly )?(?P<more>brighter|dimmer|darker|louder|"
            rf"quieter|softer|warmer|hotter|cooler|colder){_LITTLE}"
        ),
        compare,
    ),
    _frame(
        (
            rf"{_NP} {_LEAD_LITTLE}(?P<more>brighter|dimmer|darker|louder|quieter|softer|warmer|hotter|"
            rf"cooler|colder){_LITTLE}"
        ),
        compare,
    ),
    _frame(r"(?P<np>volume|brightness|temperature) (?:up|increase|higher)", step("raise")),
    _frame(r"(?P<np>volume|brightness|temperature) (?:down|decrease|lower)", step("lower")),
    _frame(r"down (?P<np>the volume|volume|the brightness|the temperature)(?: (?:in|on|of) .+)?", step("lower")),
    _frame(rf"turn (?:up|increase) {_NP}{_BY}", step("raise")),
    _frame(rf"(?:turn|put|push|set|bring|crank|bump) {_NP} up{_BY}", step("raise")),
    _frame(rf"turn down {_NP}{_BY}", step("lower")),
    _frame(rf"(?:turn|put|push|set|bring) {_NP} down{_BY}", step("lower")),
    _frame(rf"(?:turn|crank|bump|ramp|pump|notch|bring) up {_NP}{_LITTLE}", step("raise")),
    _frame(rf"(?:turn|crank|bump|ramp|pump|bring|put) {_NP} {_LEAD_LITTLE}up{_LITTLE}", step("raise")),
    _frame(rf"(?:turn|tone|dial|bring|notch) down {_NP}{_LITTLE}", step("lower")),
    _frame(rf"(?:turn|tone|dial|bring|put) {_NP} {_LEAD_LITTLE}down{_LITTLE}", step("lower")),
    _frame(rf"(?:raise|lift) {_NP}{_BY}", step("raise")),
    _frame(rf"(?:lower|drop|reduce|decrease|cut) {_NP}{_BY}", step("lower")),
    _frame(rf"(?:increase|boost|up) {_NP}{_BY}", step("raise")),
    _frame(rf"(?:raise|lift) {_NP}", cover("raise", "open")),
    _frame(rf"(?:lower|drop) {_NP}", cover("lower", "close")),
    _frame(
        (
            r"(?:increase|boost|raise|up|turn up) (?P<np>(?:the )?(?:volume|brightness|temperature)(?: "
            r"(?:in|on|of) .+?)?) (?P<by>[\d.]+(?: percent| degrees)?)"
        ),
        step("raise"),
    ),
    _frame(
        (
            r"(?:decrease|reduce|lower|turn down) (?P<np>(?:the )?(?:volume|brightness|temperature)(?: "
            r"(?:in|on|of) .+?)?) (?P<by>[\d.]+(?: percent| degrees)?)"
        ),
        step("lower"),
    ),
    _frame(rf"(?:increase|boost|raise|up) {_NP}{_LITTLE}", step("raise")),
    _frame(rf"(?:lower|reduce|decrease|drop) {_NP}{_LITTLE}", step("lower")),
    _frame(
        r"more (?P<np>light|volume|brightness|heat)(?: (?:in|on|at) (?P<place>.+))?",
        lambda c, m: c.change("raise", m["place"] or "", ROLE_OF.get(m["np"], "brightness")),
    ),
    _frame(
        r"less (?P<np>light|volume|brightness|heat)(?: (?:in|on|at) (?P<place>.+))?",
        lambda c, m: c.change("lower", m["place"] or "", ROLE_OF.get(m["np"], "brightness")),
    ),
    _frame(
        rf"(?:make|set|get|have) {_NP} (?P<state>on|off|open|closed|locked|unlocked)",
        lambda c, m: c.do(STATES[m["state"]], m["np"]),
    ),
    _frame(
        r"(?:full|maximum|max) brightness(?: (?:for|in|on|of|at) (?P<np>.+))?",
        lambda c, m: c.set(m["np"] or "", Amount(100, "%", "percent"), "brightness"),
    ),
    _frame(
        r"(?:full|maximum|max) volume(?: (?:for|in|on|of|at) (?P<np>.+))?",
        lambda c, m: c.set(m["np"] or "", Amount(100, "%", "percent"), "volume"),
    ),
    _frame(r"(?:set|make|put|turn|change|get|have|bring|keep) (?P<rest>.+)", set_suffix),
    # heating, cleaning, watering
    _frame(rf"(?:stop|quit|finish|no more) (?:heating|warming|cooling)(?: up| down)? {_NP}", heat("turn off")),
    _frame(
        rf"(?:heat up|warm up|start heating|begin heating|cool down|start cooling|heat|warm|cool) {_NP}",
        heat("turn on"),
    ),
    _frame(rf"(?:heat|warm|cool) {_NP} (?:up|down)", heat("turn on")),
    _frame(r"(?:stop|end|quit) (?:watering|sprinkling|irrigating)(?: (?P<np>.+))?", robot("stop", "watering")),
    _frame(
        r"(?:water|irrigate|sprinkle|start watering|start irrigating|begin watering) (?P<np>.+)",
        robot("start", "watering"),
    ),
    _frame(rf"(?:water|irrigate|fill|fill up|refill) {_NP}", let_water),
    _frame(rf"(?:stop (?:watering|filling)) {_NP}", let_water),
    _frame(r"(?:start|begin) (?:watering|irrigation)", robot("start", "watering")),
    _frame(r"(?:mow|cut|trim|start mowing|begin mowing)(?: (?P<np>.+))?", robot("start", "mowing")),
    _frame(r"(?:stop|end|quit|cancel|finish) (?:mowing)(?: (?P<np>.+))?", robot("dock", "mowing")),
    _frame(rf"(?:vacuum|hoover|clean|start vacuuming|start cleaning|sweep) {_NP}", clean_area),
    _frame(r"(?:start|begin) (?:vacuuming|cleaning)(?P<np>)", robot("start", "cleaning")),
    _frame(r"(?:stop|end|quit) (?:vacuuming|cleaning|hoovering)(?: (?P<np>.+))?", robot("stop", "cleaning")),
    _frame(
        (
            rf"(?:send|return|bring|take|get|dock|park) {_NP} (?:(?:back )?(?:home|to (?:the |its |his |"
            r"her )?(?:base|dock|charger|station|docking station|charging station|charging base|base "
            r"station)))"
        ),
        dock,
    ),
    _frame(rf"(?:return|dock|park) {_NP}(?: to base)?", dock),
    _frame(
        rf"(?:send|have) {_NP} (?:back )?(?:home|go home|dock|charge|to charge|return to (?:the |its )?(?:base|dock))",
        dock,
    ),
    _frame(
        rf"{_NP} ,? ?(?:go|return|head) (?:back )?(?:home|to (?:the |its |your )?(?:base|dock|charger|station))", dock
    ),
    # alarm
    _frame(rf"(?P<verb>arm|disarm)(?: {_NP})?(?: (?:to|in|for) (?P<mode>away|home|night|stay)(?: mode)?)?", arm),
    _frame(rf"toggle {_NP}", toggle),
    # start, stop, run
    _frame(rf"(?:run|start|begin|execute|trigger|launch|perform|do) {_NP}", run),
    _frame(rf"(?:start|run|begin|launch) {_NP}", startable("start", "turn on")),
    _frame(rf"(?:stop|halt|end|abort|cancel) {_NP}", startable("stop", "turn off")),
    # no verb
    _frame(rf"{_NP} pause", media("pause")),
    _frame(rf"{_NP} (?:unpause|resume)", media("resume")),
    _frame(rf"{_NP} next (?:song|track|episode)", media("next")),
    _frame(rf"{_NP} (?:previous|last) (?:song|track|episode)", media("previous")),
    _frame(rf"{_NP} (?:to |back )?on", verb("turn on")),
    _frame(rf"{_NP} out(?: to .+)?", sent_out),
    _frame(rf"{_NP} in", taken_in),
    _frame(rf"{_NP} (?:to |back )?(?:off|out)", verb("turn off")),
    _frame(
        r"(?:on|off) (?P<np>.+)", lambda c, m: c.do("turn on" if m.group(0).startswith("on") else "turn off", m["np"])
    ),
    _frame(
        rf"{_NP} (?P<state>on|off|out) (?P<place>(?:in|on|at) .+|upstairs|downstairs|outside|everywhere)",
        lambda c, m: c.do("turn on" if m["state"] == "on" else "turn off", f"{m['np']} {m['place']}"),
    ),
    _frame(rf"{_NP} open", verb("open")),
    _frame(rf"{_NP} (?:close|closed|shut)", verb("close")),
    _frame(rf"{_NP} (?:lock|locked)", verb("lock")),
    _frame(rf"{_NP} (?:unlock|unlocked)", verb("unlock")),
    _frame(rf"{_NP} up", cover("raise", "open")),
    _frame(rf"{_NP} down", cover("lower", "close")),
    _frame(rf"{_NP} up{_LITTLE}{_BY}?", step("raise")),
    _frame(rf"{_NP} down{_LITTLE}{_BY}?", step("lower")),
    _frame(rf"{_NP} (?:to|at) (?P<value>.+)", set_to),
    _frame(
        r"(?:set )?(?P<what>brightness|volume|temperature) (?:to |at )?(?P<value>.+?) (?:for|in|on|of) (?P<np>.+)",
        lambda c, m: set_value(c, f"{m['what']} of {m['np']}", m["value"]),
    ),
    _frame(rf"(?:{_SET} )?{_NP} on (?:level |stage |speed )?(?P<value>[\w+.]+(?: [\w+.]+)?)(?: mode)?", on_choice),
    _frame(rf"(?:{_TURN} )?(?P<state>on|off) {_NP}", part),
    _frame(rf"(?:{_TURN} )?{_NP} (?P<state>on|off)", part),
    _frame(r"(?P<rest>.+)", set_suffix),
    _frame(r"(?P<value>[^ ]+ .+?) (?:in|on|at|for) (?P<np>.+)", suffix_in),
    _frame(
        r"(?P<np>lights?|lamps?) (?P<state>on|off) (?P<place>.+)",
        lambda c, m: c.do("turn on" if m["state"] == "on" else "turn off", f"{m['np']} in {m['place']}"),
    ),
    _frame(
        (
            r"(?:it is|it's|i am|we are|it feels|it gets|it is getting|i feel) (?:far |way |much |a bit "
            r"|a little |really )?too (?P<how>cold|hot|warm|loud|quiet|chilly)(?: (?:in|on|for) "
            r"(?P<np>.+?))?(?: in here| here)?"
        ),
        too,
    ),
    _frame(r"play (?P<query>.+?) (?:at|on) (?P<value>[\d.]+ percent)", play_at),
    _frame(r"play (?P<query>.+?) (?:on|in|at|through|via) (?P<np>.+)", play),
    _frame(r"play (?P<query>.+)", play),
)
"""Shapes of a clause, tried in this order; the first whose words all fit is meant."""
