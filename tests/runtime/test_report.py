from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galiot.errors import ConfigError, ContextError, RequestError
from galiot.runtime.constrain import Vocabulary
from galiot.runtime.relevance import matches, part_of_day
from galiot.runtime.report import ReportConfig, Statements, clause, nothing_to_report, numbers_outside, report
from galiot.signals import Fact, Facts


class Table:
    """A tokenizer of single bytes, some words and an end token."""

    end_tokens = frozenset({0})

    def token_table(self) -> list[bytes]:
        words = [" the", " at", " fell", " rose", "12", "3.", ", and ", " bar", "Also", ":0"]
        return [b"", *(bytes([value]) for value in range(256)), *(word.encode() for word in words)]


VOCABULARY = Vocabulary(Table())


def fact(
    channel: str, name: str, text: str, *, at: float | None = None, at_display: str = "", score: float = 0.5
) -> Fact:
    return Fact(
        channel=channel, name=name, value=1.0, unit="", display="", text=text, start=0, stop=9, at=at,
        at_display=at_display, score=score,
    )  # fmt: skip


NIGHT = Facts(
    "boiler.csv",
    (
        fact("", "span", "the reading covers 14 h", score=0.3),
        fact("pressure", "step", "pressure fell by 0.9 bar at 03:10", at=3.2, at_display="03:10", score=0.9),
        fact(
            "pressure", "maximum", "pressure was highest at 19:46 with 1.63 bar", at=19.8, at_display="19:46", score=0.3
        ),
        fact("room", "step", "room fell by 2.5 °C at 04:00", at=4.0, at_display="04:00", score=0.6),
        fact("room", "level", "room is typically 20.5 °C", score=0.3),
        fact("CO2", "level", "CO2 is typically 580 ppm", score=0.2),
    ),
    limits=("3 rows were not numeric",),
)


def told_by_chance(plan: Statements, seed: int) -> str:
    """What a model of random logits tells, and how many tokens it took."""
    rng, text, pieces = np.random.default_rng(seed), b"", VOCABULARY.pieces
    for _ in range(2000):
        if plan.must_stop:
            break
        tokens = plan.forced()
        if not tokens:
            logits = rng.standard_normal(len(pieces)).astype(np.float32)
            plan.mask_into(logits)
            token = int(logits.argmax())
            tokens = [token] if plan.accept(token) else []
        text += b"".join(pieces[token] for token in tokens)
    assert plan.must_stop
    return text.decode()


@pytest.mark.parametrize("question", [None, "What happened in the night?", "How high was the pressure?"])
@pytest.mark.parametrize("seed", range(8))
def test_a_random_model_tells_facts_and_nothing_else(question, seed):
    config = ReportConfig()
    plan = Statements(VOCABULARY, NIGHT.notable(), question, config, max_tokens=600)
    text = told_by_chance(plan, seed)
    assert numbers_outside(text, NIGHT) == []
    assert 1 <= text.count(". ") + 1 <= config.most_sentences
    assert len(plan.said) == len({id(one) for one in plan.said}) > 0
    for one in plan.said:
        assert clause(one.text).lower() in text.lower()


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(NAMES, st.floats(allow_nan=False, width=32)), min_size=1, max_size=5), st.integers(0, 99))
def test_whatever_the_channels_are_called_every_number_is_a_fact(channels, seed):
    facts = Facts("x", tuple(fact(name, "level", f"{name} is typically {value} V") for name, value in channels))
    plan = Statements(VOCABULARY, facts.facts, None, ReportConfig(), max_tokens=2000)
    assert numbers_outside(told_by_chance(plan, seed), facts) == []


def test_report_stops_within_its_tokens_and_with_whole_sentences():
    for max_tokens in (40, 60, 90):
        plan = Statements(VOCABULARY, NIGHT.notable(), "pressure?", ReportConfig(), max_tokens=max_tokens)
        text = told_by_chance(plan, 1)
        assert text.endswith(".")
        assert 0 < len(text) <= 6 * max_tokens


def test_too_few_tokens_for_a_statement_are_refused_with_both_numbers():
    with pytest.raises(RequestError, match=r"the report: .* takes \d+ tokens, 5 are allowed"):
        Statements(VOCABULARY, NIGHT.notable(), None, ReportConfig(), max_tokens=5)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pressure fell by 0.9 bar at 03:10.", []),
        ("Pressure fell by 0.8 bar at 03:10.", ["0.8", "03:10."]),
        ("Room fell by 0.9 bar at 03:10.", ["0.9", "03:10."]),
        ("Pressure fell by 0.9 bar at 03:101.", ["0.9", "03:101."]),
        ("It fell twice, by a dozen and ½ and Ⅳ.", ["½", "Ⅳ.", "twice", "dozen"]),
        ("Some seventeen percent.", ["seventeen", "percent"]),
        ("CO2 is typically 580 ppm, and CO2 rises.", ["CO2"]),
        ("All is quiet.", []),
        ("3 rows were not numeric", []),
        ("٣ bar", ["٣"]),
    ],
)
def test_checker_finds_every_number_that_no_fact_owns(text, found):
    assert numbers_outside(text, NIGHT) == found


def test_events_are_told_in_the_order_of_time():
    facts = sorted(NIGHT.facts, key=lambda one: 99 if one.at is None else one.at)
    for seed in range(10):
        plan = Statements(VOCABULARY, facts, "What happened?", ReportConfig(), max_tokens=600)
        told_by_chance(plan, seed)
        times = [one.at for one in plan.said if one.at is not None]
        assert times == sorted(times)


def test_first_sentence_names_the_part_of_day_only_where_it_is_true():
    night, evening = NIGHT.facts[1], NIGHT.facts[2]
    assert part_of_day(night, "What happened in the night?") == "In the night, "
    assert part_of_day(evening, "What happened in the night?") == ""
    assert part_of_day(night, "What happened?") == ""
    plan = Statements(VOCABULARY, [night], "What happened overnight?", ReportConfig(), max_tokens=100)
    assert told_by_chance(plan, 0) == "In the night, pressure fell by 0.9 bar at 03:10."


@pytest.mark.parametrize(
    ("question", "best"),
    [("What happened in the night?", 1), ("What is the highest pressure?", 2), ("typical room level", 4)],
)
def test_words_of_a_question_find_the_fact(question, best):
    assert int(matches(NIGHT.facts, question).argmax()) == best


def test_reading_without_facts_is_reported_without_the_model():
    empty = Facts("empty.csv", (), ("the file has no rows",))
    made = report(None, empty, "What happened?").finished()  # type: ignore[arg-type]
    assert made.text == nothing_to_report(empty)
    assert "nothing to report" in made.text
    assert made.text.endswith("The file has no rows.")
    assert made.to_json()["statements"] == []


def test_report_of_a_random_model_streams_facts_and_says_which(case):
    with case("llama").session(context=512) as session:
        made = report(
            session, NIGHT, "What is the pressure?", settings=ReportConfig(seed=3, fact_lines=6, max_tokens=120)
        )
        pieces = list(made)
    assert "".join(pieces) == made.text
    assert numbers_outside(made.text, NIGHT) == []
    assert made.finish in ("stop", "constraint")
    said = made.to_json()["statements"]
    assert [NIGHT.facts[one["fact"]] for one in said] == made.statements
    assert all(one["text"].lower() in made.text.lower() for one in said)


def test_context_that_holds_no_facts_is_refused(case):
    with case("llama").session() as session, pytest.raises(ContextError, match="tokens"):
        report(session, NIGHT, "why? " * 50)


def test_settings_that_cannot_be_are_refused():
    with pytest.raises(ConfigError, match="least_sentences is 6"):
        ReportConfig(least_sentences=6)
