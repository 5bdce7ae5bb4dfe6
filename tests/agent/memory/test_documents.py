"""Documents: found by their words, quoted with their place."""

from __future__ import annotations

import pytest

from galiot.agent.memory.documents import Documents, cut
from galiot.agent.memory.store import Store
from galiot.errors import FileError

KETTLE = """# Kettle K2

Fill the kettle with water up to the mark and close the lid.

## Descaling
Descale the kettle every four weeks. Pour in half a litre of vinegar,
let it stand for an hour and rinse twice.

## Warranty
Two years from the day of purchase.
"""


@pytest.fixture
def documents(tmp_path):
    (tmp_path / "kettle.md").write_text(KETTLE)
    (tmp_path / "boiler.txt").write_text(
        "The boiler takes its pressure from the valve in the cellar.\nKeep it at 1.5 bar.\n"
    )
    (tmp_path / "page.html").write_text(
        "<html><script>var x;\n</script><body>\n<p>The alarm code is set at the panel.</p></body>"
    )
    (tmp_path / "broken.txt").write_bytes(b"\xff\xfe\x00bad")
    made = Documents(Store())
    assert [line.split(": ")[1] for line in made.read(tmp_path)] == ["is no UTF-8 text"]
    return made


def test_a_question_finds_the_passage_and_its_place(documents):
    best = documents.find("How often should I descale the kettle?")[0]
    assert "every four weeks" in best.text
    assert (best.source, best.heading) == ("kettle.md:6", "Descaling")


def test_words_are_found_by_their_stem_and_without_marks(documents):
    assert documents.find("pressures of boilers")[0].source == "boiler.txt:1"
    assert documents.find("alarm panel")[0].source == "page.html:3"


def test_what_stands_nowhere_is_not_found(documents):
    assert documents.find("submarine") == []
    assert documents.find("the of and") == []
    assert documents.find('" NEAR(* -- x') == []


def test_a_changed_file_is_read_anew_and_a_removed_one_forgotten(documents, tmp_path):
    (tmp_path / "boiler.txt").write_text("The boiler was replaced by a heat pump in the garden.\n")
    (tmp_path / "kettle.md").unlink()
    documents.read(tmp_path)
    assert documents.find("pressure cellar") == []
    assert documents.find("heat pump")[0].source == "boiler.txt:1"
    assert documents.find("vinegar") == []


def test_a_place_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        Documents(Store()).read(tmp_path / "nowhere")


def test_long_texts_are_cut_between_lines_and_every_word_stays():
    text = "\n".join(f"line {n} has some words that fill it" for n in range(100))
    passages = list(cut(text))
    assert " ".join(passage for passage, _, _ in passages) == " ".join(text.splitlines())
    assert max(len(passage) for passage, _, _ in passages) < 800
    assert [line for _, _, line in passages][:2] == [1, 19]
