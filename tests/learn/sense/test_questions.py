from __future__ import annotations

import json

import pytest

from galiot.errors import FormatError
from galiot.learn.sense.questions import read_questions
from galiot.learn.sense.records import Record
from galiot.senses.recipe import read_recipe


def records(*numbers):
    return [
        Record(name=f"records100/00000/{number:05d}_lr", person="1", labels=frozenset(), load=lambda: None)
        for number in numbers
    ]


def write(folder, *rows):
    (folder / "ecg_qa.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n")


def test_questions_come_with_the_recordings_that_they_are_about(tmp_path):
    write(
        tmp_path,
        {"question": "Is it fast?", "answer": ["yes"], "ecg_id": [7], "question_type": "single-verify"},
        {"question": "What changed?", "answer": ["axis", "rate"], "ecg_id": [7, 12]},
        {"question": "And this?", "answer": [], "ecg_id": [12, 99]},
    )
    found = read_questions(read_recipe("ecg")[0], tmp_path, records(7, 12))
    assert [(each.text, each.answers, len(each.records)) for each in found] == [
        ("Is it fast?", ("yes",), 1),
        ("What changed?", ("axis", "rate"), 2),
    ]


def test_a_broken_line_is_named(tmp_path):
    write(tmp_path, {"question": "?", "answer": [], "ecg_id": [7]}, {"question": 5})
    with pytest.raises(FormatError, match="line 2"):
        read_questions(read_recipe("ecg")[0], tmp_path, records(7))


def test_a_data_set_without_questions_has_none(tmp_path):
    assert read_questions(read_recipe("ecg")[0], tmp_path, records(7)) == []
    assert read_questions(read_recipe("motion")[0], tmp_path, records(7)) == []
