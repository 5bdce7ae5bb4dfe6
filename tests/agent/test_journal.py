"""A journal tells when somebody was at it, and survives a power cut."""

import json
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galiot.agent.journal import Head, Journal, verify, without_secrets
from galiot.errors import FileError


def _journal(path, entries=5, **settings):
    ticks = count(1_000)
    journal = Journal(path, clock=lambda: float(next(ticks)), **settings)
    for i in range(entries):
        journal.add("asked", {"request": f"sentence {i}"})
    return journal


def test_a_chain_that_nobody_touched_is_whole(tmp_path):
    journal = _journal(tmp_path / "j")
    assert verify(tmp_path / "j") is None
    assert verify(tmp_path / "j", journal.head) is None
    assert [entry.body["request"] for entry in journal.entries()] == [f"sentence {i}" for i in range(5)]
    assert [entry.number for entry in journal.entries(["asked"], after=3)] == [4, 5]


@pytest.mark.parametrize("line", range(5))
def test_a_changed_line_is_named(tmp_path, line):
    _journal(tmp_path / "j")
    lines = (tmp_path / "j").read_bytes().split(b"\n")
    lines[line] = lines[line].replace(b"sentence", b"Sentence")
    (tmp_path / "j").write_bytes(b"\n".join(lines))
    broken = verify(tmp_path / "j")
    assert broken is not None
    assert broken.line == line + 1
    assert "changed" in broken.why


@pytest.mark.parametrize("line", range(4))
def test_a_missing_line_is_named_by_the_one_after_it(tmp_path, line):
    _journal(tmp_path / "j")
    lines = (tmp_path / "j").read_bytes().split(b"\n")
    (tmp_path / "j").write_bytes(b"\n".join(lines[:line] + lines[line + 1 :]))
    broken = verify(tmp_path / "j")
    assert broken is not None
    assert broken.line == line + 1


def test_a_missing_end_is_found_by_a_head_that_was_kept(tmp_path):
    head = _journal(tmp_path / "j").head
    lines = (tmp_path / "j").read_bytes().split(b"\n")
    (tmp_path / "j").write_bytes(b"\n".join(lines[:3]) + b"\n")
    assert verify(tmp_path / "j") is None
    broken = verify(tmp_path / "j", head)
    assert broken is not None
    assert broken.line == 4


def test_a_swapped_pair_and_a_foreign_line_are_named(tmp_path):
    _journal(tmp_path / "j")
    lines = (tmp_path / "j").read_bytes().split(b"\n")
    (tmp_path / "j").write_bytes(b"\n".join([lines[0], lines[2], lines[1], *lines[3:]]))
    assert verify(tmp_path / "j").line == 2
    (tmp_path / "j").write_bytes(b"\n".join([lines[0], b"{}", *lines[1:]]))
    assert verify(tmp_path / "j").line == 2


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(min_value=0), junk=st.binary(max_size=40))
def test_a_power_cut_at_any_byte_leaves_a_whole_chain_that_goes_on(tmp_path_factory, cut, junk):
    path = tmp_path_factory.mktemp("j") / "j"
    _journal(path)
    data = path.read_bytes()
    cut %= len(data) + 1
    path.write_bytes(data[:cut] + junk.replace(b"\n", b""))
    journal = Journal(path)
    kept = data[:cut].count(b"\n")
    assert journal.head.number == kept
    journal.add("done", {"after": "the cut"})
    assert verify(path, journal.head) is None
    assert [entry.number for entry in journal.entries()] == list(range(1, kept + 2))


def test_a_full_file_is_set_aside_and_the_chain_goes_on_over_both(tmp_path):
    journal = _journal(tmp_path / "j", 40, most_bytes=1500)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert "j.000002" in names
    assert verify(tmp_path / "j", journal.head) is None
    assert len(list(journal.entries(["asked"]))) == 40
    first = tmp_path / "j.000002"
    first.write_bytes(first.read_bytes().replace(b"sentence", b"Sentence", 1))
    assert verify(tmp_path / "j").path.endswith("j.000002")


def test_only_so_many_old_files_stay_and_what_stays_verifies(tmp_path):
    journal = _journal(tmp_path / "j", 60, most_bytes=1000, keep=2)
    assert len(list(tmp_path.glob("j.0*"))) == 2
    assert verify(tmp_path / "j", journal.head) is None


def test_two_writers_share_one_chain(tmp_path):
    one, two = Journal(tmp_path / "j"), Journal(tmp_path / "j")
    for i in range(6):
        (one, two)[i % 2].add("asked", {"i": i})
    assert verify(tmp_path / "j") is None
    assert [entry.body["i"] for entry in one.entries()] == list(range(6))


def test_two_writers_share_a_chain_that_one_of_them_set_aside(tmp_path):
    one, two = Journal(tmp_path / "j", most_bytes=400), Journal(tmp_path / "j", most_bytes=400)
    for i in range(12):
        (one, two)[i % 3 == 0].add("asked", {"i": i})
    assert verify(tmp_path / "j") is None
    assert [entry.body["i"] for entry in one.entries(["asked"])] == list(range(12))


def test_going_on_after_a_changed_last_line_does_not_hide_it(tmp_path):
    _journal(tmp_path / "j")
    (tmp_path / "j").write_bytes((tmp_path / "j").read_bytes().replace(b"sentence 4", b"sentence 5"))
    Journal(tmp_path / "j").add("done", {})
    assert verify(tmp_path / "j").line == 5


def test_pins_and_codes_are_left_out():
    assert without_secrets({"code": "1234", "in": [{"Pin_Code": 1}], "room": "hall"}) == {
        "code": "(left out)",
        "in": [{"Pin_Code": "(left out)"}],
        "room": "hall",
    }


def test_an_entry_that_cannot_be_written_is_an_error_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError) as error:
        Journal(tmp_path / "file" / "j")
    assert "\n" not in str(error.value)
    journal = Journal(tmp_path / "j")
    (tmp_path / "j").mkdir()
    with pytest.raises(FileError):
        journal.add("asked", {})


def test_an_entry_of_a_megabyte_is_refused_and_the_chain_stays(tmp_path):
    journal = _journal(tmp_path / "j")
    with pytest.raises(FileError, match="are allowed"):
        journal.add("asked", {"request": "x" * (1 << 20)})
    journal.add("asked", {})
    assert verify(tmp_path / "j", journal.head) is None


def test_without_a_path_the_entries_are_kept_in_memory():
    journal = _journal(None)
    assert [entry.number for entry in journal.entries()] == [1, 2, 3, 4, 5]
    assert journal.head != Head()
    json.dumps([entry.body for entry in journal.entries()])


def test_an_absent_journal_is_whole(tmp_path):
    assert verify(tmp_path / "none") is None
