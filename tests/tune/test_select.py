"""Choosing rows: what duplicates are, what the greedy choice is, and that files keep their bytes."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from tiny import Tiny, write_tiny

from galiot.errors import FileError, RequestError
from galiot.model.model import open_model
from galiot.tune.data import read_rows
from galiot.tune.scan import Scan
from galiot.tune.select import METHODS, count_of, select, write_rows
from galiot.tune.select.base import Candidates
from galiot.tune.select.difficulty import instruction_difficulty
from galiot.tune.select.duplicates import distinct
from galiot.tune.select.spread import coverage, facility_location, places_of

WORDS = "the sea and wind in night on land rain is there a thin hen ran into tin sand".split()


def places(count: int, dims: int = 5, seed: int = 0) -> np.ndarray:
    x = np.random.default_rng(seed).standard_normal((count, dims)).astype(np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def value(x: np.ndarray, chosen: list[int], weights: np.ndarray) -> float:
    """What facility location makes large, from the matrix of all similarities."""
    return float(weights @ np.maximum(x @ x[chosen].T, 0).max(axis=1))


@pytest.mark.parametrize("count", [1, 7, 80])
def test_greedy_choices_from_kept_gains_are_those_of_the_plain_greedy(count):
    x, weights = places(80), np.random.default_rng(1).random(80).astype(np.float32)
    plain: list[int] = []
    for _ in range(count):
        left = [j for j in range(80) if j not in plain]
        plain.append(max(left, key=lambda j: value(x, [*plain, j], weights)))
    found = facility_location(x, count, weights).tolist()
    assert len(set(found)) == count
    if count < 80:  # the last ones add nothing, and any of them may be next
        assert found == plain


def test_greedy_comes_within_its_bound_of_the_best_choice():
    x, weights = places(12, 3), np.ones(12, np.float32)
    best = max(value(x, list(some), weights) for some in combinations(range(12), 3))
    assert value(x, facility_location(x, 3, weights).tolist(), weights) >= (1 - 1 / np.e) * best


def test_one_row_of_each_group_is_chosen():
    groups = np.repeat(np.eye(4, dtype=np.float32), 10, axis=0)
    assert sorted(facility_location(groups, 4, np.ones(40, np.float32)) // 10) == [0, 1, 2, 3]


def test_coverage_is_one_when_all_are_chosen_and_falls_with_fewer():
    x = places(50)
    assert coverage(x, np.arange(50)) == pytest.approx(1, abs=1e-5)
    assert coverage(x, np.array([3])) == pytest.approx(np.maximum(x @ x[3], 0).mean(), abs=1e-5)


def test_places_are_of_length_one_and_no_number_drowns_the_others():
    hidden = np.random.default_rng(2).standard_normal((30, 6)).astype(np.float32)
    far = hidden * np.array([1000, 1, 1, 1, 1, 1], np.float32) + 50
    assert np.allclose(np.linalg.norm(places_of(hidden), axis=1), 1, atol=1e-5)
    assert np.allclose(places_of(hidden), places_of(far), atol=1e-3)
    assert np.isfinite(places_of(np.ones((3, 6), np.float32))).all()


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_method_chooses_as_many_as_it_is_asked_for(method):
    difficulty = np.random.default_rng(3).random(40)
    difficulty[5] = np.nan
    found = method().choose(Candidates(40, places(40), difficulty), 11, np.random.default_rng(4))
    assert len(set(found.tolist())) == 11
    assert 0 <= min(found) <= max(found) < 40


def test_difficulty_takes_the_hardest_and_both_leans_to_them():
    difficulty = np.linspace(0.01, 0.99, 100)
    candidates = Candidates(100, places(100), difficulty)
    chosen = {name: METHODS[name]().choose(candidates, 10, np.random.default_rng(0)) for name in METHODS}
    assert sorted(chosen["difficulty"]) == list(range(90, 100))
    assert value(candidates.places, chosen["both"].tolist(), difficulty) > value(
        candidates.places, chosen["spread"].tolist(), difficulty
    )


def test_instruction_difficulty_is_the_ratio_of_perplexities():
    nothing = np.zeros(2)
    scan = Scan(nothing, np.log([4.0, 2.0]), np.log([2.0, 3.0]), np.zeros((2, 1)), np.ones(2, int), 9)
    assert instruction_difficulty(scan).tolist() == pytest.approx([0.5, 1.5])


LONG = "Please switch the heating of the upper floor to twenty degrees tonight, and tell me tomorrow what it used. "


def test_duplicates_are_found_whatever_their_case_spaces_and_small_changes():
    texts = [
        "Turn it on",
        "turn  it ON ",
        LONG,
        "turn it off",
        LONG.replace("floor", "flour"),
        LONG.replace("upper", "lower"),
    ]
    assert distinct(texts) == [0, 2, 3, 5]
    assert distinct(["ﬁve", "five", ""]) == [0, 2]


def test_what_all_rows_share_makes_no_duplicates():
    rows = [f"{LONG * 5} {word} {other}" for word in WORDS for other in WORDS]
    assert len(distinct(rows)) == len(rows)


def test_near_duplicates_are_found_among_many():
    rng = np.random.default_rng(5)
    texts = [" ".join(rng.choice(WORDS, 60)) for _ in range(300)]
    copies = [text[:150] + "!" + text[150:] for text in texts[::3]]
    assert distinct(texts + copies) == list(range(300))


@pytest.mark.parametrize(("keep", "count"), [("5%", 10), ("0.1 %", 1), ("100%", 200), ("7", 7), ("200", 200)])
def test_keep_is_a_share_or_a_number(keep, count):
    assert count_of(keep, 200) == count


@pytest.mark.parametrize("keep", ["", "0", "0%", "101%", "201", "2.5", "-3", "five", "5%%"])
def test_a_keep_that_makes_no_sense_is_refused(keep):
    with pytest.raises(RequestError, match="keep is"):
        count_of(keep, 200)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return open_model(write_tiny(tmp_path_factory.mktemp("tiny") / "m.gguf", Tiny()))


def content(count: int = 40) -> list[bytes]:
    """Lines of all forms, spaced in their own ways."""
    rng, lines = np.random.default_rng(6), []
    for i in range(count):
        asked, answer = (" ".join(rng.choice(WORDS, size)) for size in (6, 4))
        turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
        row = [{"prompt": asked, "completion": answer}, {"messages": turns}, {"text": asked}][i % 3]
        lines.append(json.dumps(row, separators=(",", ": " if i % 2 else ":")).encode() + (b"\r\n" if i % 2 else b"\n"))
    return lines


@pytest.mark.parametrize("method", METHODS)
def test_kept_lines_are_the_very_bytes_in_their_order(model, tmp_path, method):
    lines = [*content(), content()[0], b"\n", b'{"text": "no line end"}']
    (tmp_path / "all.jsonl").write_bytes(b"".join(lines))
    rows = read_rows(tmp_path / "all.jsonl")
    found = select(rows, model, keep="9", method=method, seed=2)
    write_rows(found.rows, tmp_path / "few.jsonl")
    numbers = [row.line for row in found.rows.rows]
    assert numbers == sorted(numbers)
    assert (tmp_path / "few.jsonl").read_bytes() == b"".join(lines[number - 1] for number in numbers)
    assert len(numbers) <= 9
    assert found.duplicates == 1
    assert found.of == 42
    told = found.to_json()
    assert told["kept"] == len(numbers)
    json.dumps(told)


def test_a_choice_by_the_model_covers_more_than_random_rows(model, tmp_path):
    (tmp_path / "all.jsonl").write_bytes(b"".join(content(90)))
    found = select(read_rows(tmp_path / "all.jsonl"), model, keep="10%", method="spread")
    assert found.coverage > found.random_coverage
    assert found.too_hard is None
    again = select(read_rows(tmp_path / "all.jsonl"), model, keep="10%", method="spread")
    assert again.rows.rows == found.rows.rows


def test_random_rows_change_with_the_seed_only(model, tmp_path):
    (tmp_path / "all.jsonl").write_bytes(b"".join(content()))
    rows = read_rows(tmp_path / "all.jsonl")
    a, b, c = (select(rows, model, keep="5", method="random", seed=seed).rows.rows for seed in (1, 1, 2))
    assert a == b != c


def test_rows_whose_instructions_do_not_help_are_not_chosen(model, tmp_path):
    (tmp_path / "all.jsonl").write_bytes(b"".join(content(60)))
    rows = read_rows(tmp_path / "all.jsonl")
    found = select(rows, model, keep="100%", method="difficulty")
    assert found.too_hard > 0  # a random model is helped by an instruction every other time
    assert len(found.rows) == found.of - found.duplicates - found.too_hard


def test_a_file_that_changed_meanwhile_is_not_mixed_up(tmp_path):
    (tmp_path / "all.jsonl").write_bytes(b"".join(content(3)))
    rows = read_rows(tmp_path / "all.jsonl")
    (tmp_path / "all.jsonl").write_bytes(b"".join(content(4)))
    with pytest.raises(FileError, match="changed"):
        write_rows(rows, tmp_path / "few.jsonl")
    assert not (tmp_path / "few.jsonl").exists()
