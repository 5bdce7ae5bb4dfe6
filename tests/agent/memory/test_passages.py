"""What of a document answers a question."""

from __future__ import annotations

import pytest

from galiot.agent.memory.documents import Documents
from galiot.agent.memory.passages import answering, root, wanted
from galiot.agent.memory.store import Store

SHED = """# Garden shed

The mower is kept on the left. The spare fuse lies in the tin above the door. Sharpen the blade every spring, and
oil the hinge twice a year.

The padlock opens with the code 4711.
"""
NEIGHBOURS = "Neighbours\n\nPlumber: Mr. Odell, 555 0199, not on Mondays.\nRecycling: every other Saturday.\n"


@pytest.fixture
def documents(tmp_path):
    (tmp_path / "shed.md").write_text(SHED)
    (tmp_path / "neighbours.txt").write_text(NEIGHBOURS)
    made = Documents(Store())
    assert made.read(tmp_path) == []
    return made


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Where is the spare fuse?", "The spare fuse lies in the tin above the door."),
        (
            "how often do I have to oil the hinge",
            "Sharpen the blade every spring, and oil the hinge twice a year.",
        ),
        ("what is the passcode of the padlock", "The padlock opens with the code 4711."),
        ("what's the number of the plumber?", "Plumber: Mr. Odell, 555 0199, not on Mondays."),
        ("when do they collect the recycling", "Recycling: every other Saturday."),
    ],
)
def test_the_sentence_that_answers_is_quoted(documents, question, text):
    assert documents.answer(question).text == text


def test_the_first_line_of_a_text_heads_what_is_below(documents):
    found = documents.find("plumber")[0]
    assert (found.heading, found.source) == ("Neighbours", "neighbours.txt:3")


def test_a_file_is_found_by_its_name_as_well(documents):
    assert documents.find("shed padlock")[0].share == pytest.approx(1.0)


def test_rare_words_of_a_question_count_for_more(documents):
    rare, common = (documents.find(f"{word} submarine")[0].share for word in ("padlock", "shed"))
    assert 0 < common < rare < 1


def test_documents_know_what_is_about_them_and_nothing_else(documents):
    assert documents.knows("where is the spare fuse", enough=0.9)
    assert not documents.knows("who painted the moon over the harbour", enough=0.5)
    assert not documents.knows("is it the one of the", enough=0.5)


def test_words_of_a_question_come_with_those_that_mean_the_same():
    assert [alike[0] for alike in wanted("How do I wash the drum of the washer?")] == ["wash", "drum", "washer"]
    assert "rinse" in wanted("wash")[0]
    assert wanted("drum") == [("drum",)]


def test_steps_are_quoted_as_a_whole():
    steps = "Turn the key to the left. Wait until the lamp goes out. Pull the handle. " * 3
    assert answering("how do I open the hatch", steps) == steps


@pytest.mark.parametrize("forms", [("cleaned", "cleaning", "cleans"), ("batteries", "battery"), ("filters", "filter")])
def test_forms_of_a_word_have_one_root(forms):
    assert len({root(form) for form in forms}) == 1
