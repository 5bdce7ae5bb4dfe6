from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest
from senses.made import ecg_file, heart
from tiny import Tiny, metadata_of, write_tiny

from galiot.errors import RequestError
from galiot.model.gguf import GgufFile
from galiot.model.model import open_model
from galiot.model.writer import write_gguf
from galiot.senses import installed as module
from galiot.senses.file import write_sense
from galiot.senses.installed import find_sense, installed, kind_fits, open_sense
from galiot.signals import Channel, Reading


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The user's folder of senses; the package ships none here."""
    monkeypatch.setenv("GALIOT_HOME", str(tmp_path))
    monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    (tmp_path / "senses").mkdir()
    (tmp_path / "shipped").mkdir()
    return tmp_path / "senses"


def temperature() -> Reading:
    return Reading.of(np.arange(50.0), [np.arange(50.0)], [Channel("room", "°C")])


def test_the_sense_that_fits_the_reading_is_found_and_the_users_comes_first(home):
    write_sense(home.parent / "shipped" / "ecg.gguf", ecg_file(name="shipped"))
    assert find_sense(heart()).file.name == "shipped"
    write_sense(home / "ecg.gguf", ecg_file(name="mine"))
    assert find_sense(heart()).file.name == "mine"
    assert find_sense(temperature()) is None
    assert [one.name for one in installed()] == ["ecg"]


def test_a_general_sense_takes_what_no_other_takes(home):
    write_sense(home / "any.gguf", ecg_file(name="any", kind="series"))
    assert find_sense(temperature()).file.name == "any"
    assert find_sense(heart()) is None
    assert (
        kind_fits("motion", ("accel x", "accel y", "accel z"), Reading.of([0.0, 1.0], [[0, 1]], ["Accel_X"])) is False
    )


def test_what_is_no_sense_is_passed_over_with_a_word(home, caplog):
    (home / "broken.gguf").write_bytes(b"GGUF nonsense")
    write_tiny(home / "model.gguf", Tiny())
    write_sense(home / "ecg.gguf", ecg_file())
    with caplog.at_level(logging.WARNING):
        assert [one.name for one in installed()] == ["ecg"]
    assert "broken.gguf" in caplog.text
    assert "model.gguf: is no sense" in caplog.text


def test_of_a_sense_for_another_model_only_the_statements_serve(home, model, caplog):
    projection = {"proj.weight": np.ones((64, 12), np.float32), "proj.bias": np.zeros(64, np.float32)}
    file = ecg_file(base_sha256="ab" * 32)
    write_sense(home / "ecg.gguf", replace(file, tensors={**file.tensors, **projection}))
    for found in (find_sense, lambda reading, model: open_sense("ecg", model)):
        with caplog.at_level(logging.WARNING), found(heart(), model) as sense:
            assert not sense.makes_embeddings
            assert len(sense.statements(heart())) == len(file.labels)
        assert "only its statements serve" in caplog.text
        caplog.clear()
    write_sense(home / "ecg.gguf", replace(file, base_sha256=model.sha256, tensors={**file.tensors, **projection}))
    with find_sense(heart(), model) as sense:
        assert sense.makes_embeddings


def test_a_model_that_descends_from_the_senses_model_is_taken_with_a_warning(home, tmp_path, caplog):
    path = write_tiny(tmp_path / "m.gguf", Tiny())
    with GgufFile.open(path) as file:
        tensors = [(name, info.shape, info.type, file.data(name).copy()) for name, info in file.tensors.items()]
    write_gguf(path, metadata_of(Tiny()) | {"galiot.parent.sha256": "ab" * 32}, tensors)
    write_sense(home / "ecg.gguf", ecg_file(base_sha256="ab" * 32))
    with open_model(path) as child, caplog.at_level(logging.WARNING):
        assert find_sense(heart(), child) is not None
    assert "was made for the model that m was made from" in caplog.text


def test_a_name_that_nobody_knows_is_refused_with_those_there_are(home):
    write_sense(home / "ecg.gguf", ecg_file())
    assert open_sense("ecg").file.kind == "ecg"
    assert open_sense(str(home / "ecg.gguf")).file.kind == "ecg"
    with pytest.raises(RequestError, match=r"no sense 'eeg'.* ecg"):
        open_sense("eeg")
