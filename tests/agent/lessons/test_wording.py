from __future__ import annotations

import random

import pytest

from galiot.agent.lessons.clock import duration_said, time_said
from galiot.agent.lessons.requests import COMMANDS
from galiot.agent.lessons.wishes import WISHES
from galiot.agent.lessons.wording import Speaker, be_polite, expand, finish, is_held_out, spoil
from galiot.agent.words import read_duration, write_duration


def test_every_choice_of_a_pattern_is_made():
    said = {expand("(turn|switch) [it] (on|off)", random.Random(seed)).replace("  ", " ") for seed in range(200)}
    assert said == {f"{a} {b}{c}" for a in ("turn", "switch") for b in ("it ", "") for c in ("on", "off")}


def test_patterns_nest():
    assert {expand("a(b[c]|d)", random.Random(seed)) for seed in range(50)} == {"ab", "abc", "ad"}


def test_no_pattern_is_both_learned_from_and_judged_by():
    patterns = [pattern for wish in WISHES.values() for pattern in wish.wordings]
    learned = {Speaker(random.Random(seed)).pick(patterns) for seed in range(3000)}
    judged = {Speaker(random.Random(seed), held_out=True).pick(patterns) for seed in range(3000)}
    assert judged
    assert not learned & judged
    assert judged == set(filter(is_held_out, patterns))


@pytest.mark.parametrize("patterns", COMMANDS.values(), ids=map(str, COMMANDS))
def test_every_wording_of_a_command_names_the_device(patterns):
    assert all("{it}" in pattern for pattern in patterns)


def test_a_slot_that_nobody_fills_is_noticed():
    with pytest.raises(AssertionError, match="slot"):
        Speaker(random.Random(0)).say("turn on {it}")


def test_noise_leaves_numbers_as_they_are():
    for seed in range(300):
        said = spoil("set the lamp to 45 percent at 22:30", random.Random(seed))
        assert "45" in said
        assert "22:30" in said


def test_polite_and_finished_sentences_keep_their_words():
    for seed in range(100):
        rng = random.Random(seed)
        assert "turn on the lamp" in finish(be_polite("turn on the lamp", rng), rng).lower()


def test_times_are_said_as_plans_spell_them():
    for seed in range(500):
        said, time = time_said(random.Random(seed))
        assert time in ("sunset", "sunrise") or 0 <= int(time.split(":")[0]) < 24
        if said.endswith("in the evening"):
            assert int(time.split(":")[0]) >= 18


def test_durations_can_be_written_and_read_back():
    for seed in range(200):
        _, seconds = duration_said(random.Random(seed))
        assert read_duration(write_duration(seconds)) == (seconds, "")
