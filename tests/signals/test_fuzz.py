from __future__ import annotations

import pytest
from signals import fuzz


@pytest.mark.parametrize("form", fuzz.FORMATS)
def test_damaged_files_are_read_or_refused_in_one_line(form: str) -> None:
    result = fuzz.run_cases(form, 60, seed=2)
    assert result.failures == []
    assert result.opened + result.refused.total() == 60
    assert result.opened > 8
    assert result.refused


@pytest.mark.fuzz
@pytest.mark.parametrize("form", fuzz.FORMATS)
def test_two_thousand_damaged_files_are_read_or_refused_in_one_line(form: str) -> None:
    assert fuzz.run_cases(form, 2000, seed=1).failures == []


def test_a_case_is_the_same_every_time() -> None:
    for form, made in fuzz.FORMATS.items():
        assert fuzz.case(17, 1, made()) == fuzz.case(17, 1, made()) != fuzz.case(17, 2, made()), form


def test_files_that_nobody_damaged_open_without_a_word(tmp_path) -> None:
    for form, made in fuzz.FORMATS.items():
        for files in made():
            path = fuzz.written(files, tmp_path)
            (fuzz.read_annotations if form == "annotations" else fuzz.read_and_draw)(str(path))
