"""galiot select: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import pytest

ROWS = [
    f'{{"prompt": "turn on the {a} in the {b}", "completion": "{b} {a} on"}}\n'
    for a in ("lamp", "fan", "oven")
    for b in ("hall", "attic", "barn", "shed")
]


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "chats.jsonl"
    path.write_text("".join(ROWS + ROWS[:3]))
    return path


def test_few_rows_are_chosen_beside_random_ones(galiot, tiny, data, tmp_path):
    told = galiot("select", tiny, "--data", data, "--keep", "20%", "--out", "few.jsonl", "--json").json
    kept = (tmp_path / "few.jsonl").read_text().splitlines(keepends=True)
    assert (told["rows"], told["kept"], told["duplicates"]) == (15, 3, 3)
    assert kept == [ROWS[line - 1] for line in told["lines"]]
    assert {"too_hard", "seconds", "rows_per_s", "coverage", "random_coverage", "method"} <= told.keys()
    shown = galiot("select", tiny, "--data", data, "--keep", 2, "--out", "two.jsonl", "--method", "spread")
    assert shown.out == "two.jsonl\n"
    assert "3 are duplicates" in shown.err
    assert "random rows" in shown.err


def test_the_data_may_be_replaced_by_the_choice(galiot, tiny, data):
    galiot("select", tiny, "--data", data, "--keep", 4, "--out", data, "--method", "random")
    assert len(data.read_text().splitlines()) == 4


def test_malformed_rows_are_named_and_skipped_when_tolerated(galiot, tiny, data):
    data.write_text(data.read_text() + "{\n")
    refused = galiot("select", tiny, "--data", data, "--keep", 4, "--out", "few.jsonl")
    assert "line 16" in refused.error
    assert refused.status == 1
    taken = galiot("select", tiny, "--data", data, "--keep", 4, "--out", "few.jsonl", "--tolerate", 1)
    assert taken.status == 0
    assert "line 16" in taken.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--keep", "some"), "keep is 'some'"),
        (("--keep", "16"), "there are 15 rows"),
        (("--keep", "5%", "--method", "best"), "spread"),
        (("--keep", "5%", "--out", "missing/few.jsonl"), "there is no folder missing"),
        (("--keep", "5%", "--out", "."), "is a folder"),
        (("--keep", "5%", "--data", "missing.jsonl"), "missing.jsonl: no such file"),
        (("--keep", "5%", "--memory", "2MiB"), "weights"),
    ],
)
def test_what_cannot_be_is_one_line(galiot, tiny, data, words, said):
    usual = {"--data": str(data), "--out": "few.jsonl"}
    given = [word for pair in (usual | dict(zip(words[::2], words[1::2], strict=True))).items() for word in pair]
    assert said in galiot("select", tiny, *given).error


def test_the_record_counts_what_was_read_and_kept(galiot, tiny, data):
    said = galiot("select", tiny, "--data", data, "--keep", 1, "--out", "one.jsonl", "--json").json
    assert said["rows"] == len(data.read_text("utf-8").splitlines())
    assert said["kept"] == len(said["lines"]) == 1
