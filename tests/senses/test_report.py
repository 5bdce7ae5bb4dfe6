from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from senses.made import LABELS, Sure, changed, ecg_file, heart, only

from galiot.runtime.generate import GenerateConfig
from galiot.senses.asking import asks_for_change, facts_asked, labels_asked
from galiot.senses.base import Label
from galiot.senses.report import compare, numbers_outside, overview, report, texts_of
from galiot.senses.seen import Seen, look
from galiot.senses.sense import Sense
from galiot.senses.wording import hedge
from galiot.signals import Facts, facts

SURE = GenerateConfig(temperature=1.0, seed=1)


@cache
def measured(**settings):
    reading = heart(**settings)
    return reading, facts(reading)


def seen(heart_settings: tuple[tuple[str, float], ...] = (), **logits: float) -> Seen:
    reading, measures = measured(**dict(heart_settings))
    return look(Sense(ecg_file(), [Sure(**logits)]), reading, measures)


HEALTHY, FAST = (
    (("rate_bpm", 62.0), ("spread", 0.005)),
    (("rate_bpm", 96.0), ("pr", 210.0), ("seed", 3), ("spread", 0.005)),
)


def test_every_order_and_wording_says_all_that_is_said_and_nothing_else():
    one = seen(HEALTHY, NORM=-2, MI=1.2, IMI=0.7, LAFB=2.5)
    texts = texts_of(overview(one))
    assert len(texts) > 4
    for text in texts:
        assert "left anterior fascicular block" in text
        assert "probably" in text
        assert "inferior myocardial infarction" in text
        assert "normal" not in text.replace("not taken for normal", "")
        assert "conduction disturbance" not in text


def test_rate_pr_qrs_and_qtc_stand_in_every_text_under_their_names():
    one = seen(HEALTHY, NORM=3)
    by_name = {fact.name: fact.display for fact in one.facts.of("")}
    for text in texts_of(overview(one)):
        for name, said in (("heart rate", "eart rate"), ("pr", "PR"), ("qrs", "QRS"), ("qtc", "QTc")):
            assert f"{said} {by_name[name]}" in text or f"{said} is {by_name[name]}" in text
        assert numbers_outside(text, one) == []


def test_numbers_under_another_name_are_found():
    one = seen(HEALTHY, NORM=3)
    pr, qrs = (one.facts.of("", name)[0].display for name in ("pr", "qrs"))
    assert numbers_outside(f"PR {pr}, QRS {qrs}.", one) == []
    assert numbers_outside(f"PR {qrs}, QRS {qrs}.", one) == [qrs.split()[0]]
    assert numbers_outside("There are 3 findings.", one) == ["3"]


@pytest.mark.parametrize(
    ("logits", "words"),
    [
        ({"NORM": 3.0}, "is normal"),
        ({"NORM": 1.0}, "is likely normal"),
        ({"NORM": 0.1}, "is probably normal"),
        ({"NORM": 0.1, "CD": 0.2}, "is probably normal"),
        ({}, "not taken for normal"),
    ],
)
def test_whether_the_heart_is_normal_is_said_as_the_head_decided(logits, words):
    for text in texts_of(overview(seen(HEALTHY, **logits))):
        assert words in text
        if "CD" in logits:
            assert "Otherwise" in text or "Apart from this" in text


def test_hedges_grow_weaker_with_the_probability():
    words = [hedge(p) for p in (0.95, 0.9, 0.89, 0.7, 0.69, 0.5, 0.49, 0.1)]
    assert words == ["", "", "likely", "likely", "probably", "probably", "possibly", "possibly"]


def test_a_random_model_writes_one_of_the_texts(session):
    one = seen(HEALTHY, MI=1.2, IMI=0.7)
    texts = texts_of(overview(one))
    found = {
        report(session, one, settings=GenerateConfig(temperature=2.0, seed=seed)).finished().text for seed in range(8)
    }
    assert found <= set(texts)
    assert len(found) > 1


def test_of_a_signal_that_is_not_usable_only_the_reason_is_said(session):
    reading = heart()
    flat = changed(reading, np.zeros_like(reading.values))
    one = look(Sense(ecg_file(), [Sure(MI=5.0)]), flat, facts(flat))
    told = report(session, one, settings=SURE).finished()
    assert told.text.startswith("The ECG cannot be judged: ")
    assert "infarction" not in told.text
    assert not any(each.said for each in one.statements)
    assert told.spent.tokens == 0


def test_where_no_beats_are_measured_nothing_is_stated():
    reading, measures = measured()
    beatless = Facts(measures.source, tuple(fact for fact in measures if fact.channel), ("no heart beats are found",))
    one = look(Sense(ecg_file(), [Sure(MI=5.0)]), reading, beatless)
    assert not one.usable
    assert not any(each.said for each in one.statements)
    assert "no heart beats are found" in one.limits


def test_with_few_leads_only_measurements_are_told(session):
    reading = only(heart(), "II", "V5")
    one = look(Sense(ecg_file(), [Sure(MI=5.0)]), reading, facts(reading))
    assert not any(each.said for each in one.statements)
    for text in texts_of(overview(one)):
        assert "The heart rate is" in text or "Heart rate" in text
        assert "With so few channels nothing is stated of the ECG beyond measurements." in text
        assert "only II, V5 of 12 leads" in text
        assert "normal" not in text
    told = report(session, one, "Is there an infarction?", settings=SURE).finished().text
    assert told.startswith("With so few channels nothing is stated")
    assert "heart rate" in report(session, one, "What is the heart rate?", settings=SURE).finished().text
    assert "infarction" not in compare(session, one, one, settings=SURE).finished().text


def test_limits_of_the_signal_stand_in_the_text():
    reading = heart()
    values = reading.values.copy()
    values[7] = 0
    one = look(Sense(ecg_file(), [Sure(NORM=2.0)]), changed(reading, values), facts(changed(reading, values)))
    for text in texts_of(overview(one)):
        assert text.count("lead V2 is flat") == 1


ASKED = [
    ("Is there an old infarction?", dict(MI=1.2, IMI=0.7), "Yes, ", "inferior myocardial infarction"),
    ("Any sign of a heart attack?", dict(), "No, ", "myocardial infarction is very unlikely"),
    ("Is there a conduction block?", dict(LAFB=1.0), "Yes, ", "likely"),
    ("Is the ECG normal?", dict(NORM=1.0), "Yes, ", "likely normal"),
    ("Is the ECG normal?", dict(LAFB=3.0), "No, ", "not taken for normal"),
    ("Is it abnormal?", dict(NORM=1.0), "No, ", "likely normal"),
    ("Is it abnormal?", dict(LAFB=3.0), "Yes, ", "left anterior fascicular block"),
    ("Is everything fine?", dict(NORM=1.0), "Yes, ", "likely normal"),
    ("Is anything wrong?", dict(LAFB=3.0), "Yes, ", "not taken for normal"),
    ("Is there an inferior or another infarct?", dict(), "No, ", "infarction"),
    ("Which kind of block is it?", dict(LAFB=3.0), "The", "left anterior fascicular block"),
    ("Does he have gout?", dict(NORM=3.0), "The sense has no statement about that.", "is normal"),
    ("What is the heart rate?", dict(NORM=1.0), "The heart rate is", "62"),
    ("How long is the PR interval?", dict(NORM=1.0), "The PR interval is", "ms"),
]


@pytest.mark.parametrize(("question", "logits", "start", "words"), ASKED)
def test_questions_are_answered_from_what_they_are_about(session, question, logits, start, words):
    one = seen(HEALTHY, **logits)
    told = report(session, one, question, settings=SURE).finished().text
    assert told.startswith(start)
    assert words in told
    assert numbers_outside(told, one) == []


def test_a_question_about_nothing_known_gets_the_report(session):
    one = seen(HEALTHY, NORM=2.0)
    assert report(session, one, "Tell me more.", settings=SURE).finished().text in texts_of(overview(one))


def test_changes_between_two_readings_are_told_where_they_are_beyond_doubt(session):
    before, after = seen(HEALTHY, NORM=2.0), seen(FAST, MI=2.0, IMI=1.0)
    told = compare(session, before, after, "What changed?", settings=SURE).finished().text
    rate = [one.facts.of("", "heart rate")[0].display for one in (before, after)]
    assert f"The heart rate rose from {rate[0]} to {rate[1]}." in told
    assert "QRS" in told
    assert "QRS rose" not in told
    assert "QRS fell" not in told
    assert "New in the second: likely inferior" in told or "Only the second shows likely inferior" in told
    assert "first ECG is taken for normal, the second is not" in told
    assert numbers_outside(told, before, after) == []
    back = compare(session, after, before, settings=SURE).finished().text
    assert f"fell from {rate[1]} to {rate[0]}" in back


def test_two_readings_of_one_heart_do_not_differ(session):
    one = seen(HEALTHY, NORM=2.0)
    told = compare(session, one, one, settings=SURE).finished().text
    assert "rose" not in told
    assert "fell" not in told
    assert "Both ECGs are taken for normal." in told


def test_labels_are_found_by_names_synonyms_and_the_beginnings_of_words():
    def codes(question):
        return [LABELS[place].code for place, _ in labels_asked(LABELS, question)]

    assert codes("Does he have a heart attack?")[0] == "MI"
    assert codes("inferior infarct?")[0] == "IMI"
    assert codes("fascicular block on the left?")[0] == "LAFB"
    assert codes("What is the weather like?") == []
    ischemic = [Label(code="ISC", name="non-specific ischaemic changes"), Label(code="X", name="Q waves")]
    assert [place for place, _ in labels_asked(ischemic, "Is there ischemia?")] == [0]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("how wide is the QRS complex?", ["qrs"]),
        ("What is the corrected QT?", ["qtc"]),
        ("What is the QT interval?", ["qt"]),
        ("Is the rhythm regular?", ["irregularity"]),
        ("What are PR and axis?", ["pr", "axis"]),
        ("Is there an infarction?", []),
    ],
)
def test_the_facts_that_are_named_are_asked_for(question, names):
    assert [fact.name for fact in facts_asked(seen(HEALTHY).facts.of(""), question)] == names


@pytest.mark.parametrize("question", ["What changed between these?", "Compare the two.", "Is the second one worse?"])
def test_questions_about_change_are_known(question):
    assert asks_for_change(question)
    assert not asks_for_change("Is there an old infarction?")
    assert not asks_for_change(None)


def test_the_likeliest_class_is_told_with_what_comes_next(session):
    labels = tuple(Label(code=code, name=code, kind="class") for code in ("walking", "running", "sitting"))
    from dataclasses import replace

    from galiot.senses.head import Head

    class Walking(Sure):
        def logits(self, prepared):
            return np.array([1.0, 0.4, -3.0], np.float32)

    file = replace(ecg_file(), labels=labels, tensors=Head.of(labels, 1).tensors(), kind="motion")
    reading = heart()
    one = look(Sense(file, [Walking()]), reading, facts(reading))
    for text in texts_of(overview(one)):
        assert "probably walking, less likely running" in text or "probably shows walking, less likely running" in text
    chosen = look(Sense(file, [Walking()]), reading, facts(reading), labels=["sitting", "running"])
    assert chosen.labels["running"] > 0.9 > chosen.labels["sitting"]
    assert abs(sum(chosen.labels.values()) - 1) < 1e-6
    assert [one.code for one in chosen.statements if one.said] == ["running"]

    class Unlike(Sure):
        def logits(self, prepared):
            return np.array([4.0, 0.0, 0.0], np.float32)

    unsure = look(Sense(file, [Unlike()]), reading, facts(reading), labels=["walking", "running"])
    assert [one.code for one in unsure.statements if one.said] == ["walking"]
    odd = replace(file, tensors=Head.of(labels, 1, thresholds=[0.1, 0.9, 0.9]).tensors())
    none = look(Sense(odd, [Unlike()]), reading, facts(reading), labels=["sitting", "running"])
    assert not any(one.said for one in none.statements)  # neither, and as likely as each other
