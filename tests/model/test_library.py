from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import threading

import numpy as np
import pytest
from hub_server import COMMIT, HubServer
from tiny import Tiny, write_tiny

from galiot.errors import DownloadError, FileError, FormatError, RequestError
from galiot.model import library
from galiot.model.model import open_model
from galiot.model.sources import hub
from galiot.model.types import TensorType
from galiot.model.writer import write_gguf


def write_model(path, seed=0, **metadata):
    weights = np.random.default_rng(seed).standard_normal((64, 64)).astype(np.float32)
    facts = {"general.architecture": "llama", "general.license": "cc0-1.0", **metadata}
    write_gguf(path, facts, [("token_embd.weight", (64, 64), TensorType.F32, weights)])
    return path


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GALIOT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def server(monkeypatch, tmp_path):
    server = HubServer()
    server.files["org/repo/Tiny-F32.gguf"] = write_model(tmp_path / "served.gguf").read_bytes()
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(hub, "_PAUSE_S", 0.0)
    yield server
    server.close()


def entries(home):
    return sorted(path.name for path in (home / "models").glob("*") if path.is_file())


def test_home_is_galiot_home_then_xdg_then_local_share(monkeypatch, tmp_path):
    assert library.library_dir() == tmp_path / "home" / "models"
    monkeypatch.delenv("GALIOT_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert library.home_dir() == tmp_path / "data" / "galiot"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert library.home_dir() == tmp_path / ".local" / "share" / "galiot"


def test_a_file_is_copied_with_a_manifest_and_found_by_its_name(tmp_path):
    original = write_model(tmp_path / "My Model.GGUF", **{"galiot.parent.sha256": "ab" * 32, "galiot.steps": ["one"]})
    seen = []
    path = library.get(str(original), lambda done, total: seen.append((done, total)))
    assert path == library.find("my-model")
    assert path.read_bytes() == original.read_bytes()
    [model] = library.list_models()
    assert model.manifest.sha256 == hashlib.sha256(original.read_bytes()).hexdigest()
    assert model.manifest.source == str(original)
    assert model.manifest.licence == "cc0-1.0"
    assert model.manifest.parent_sha256 == "ab" * 32
    assert model.manifest.steps == ("one",)
    assert model.to_json()["bytes"] == original.stat().st_size == seen[-1][0] == seen[-1][1]


def test_the_copy_does_not_change_with_the_original(tmp_path):
    original = write_model(tmp_path / "m.gguf")
    content = original.read_bytes()
    path = library.add(original)
    original.write_bytes(b"something else")
    assert path.read_bytes() == content


def test_getting_the_same_file_again_does_nothing_and_another_one_is_refused(tmp_path, home):
    path = library.get(str(write_model(tmp_path / "m.gguf")))
    before = path.stat().st_mtime_ns
    assert library.get(str(tmp_path / "m.gguf")) == path
    assert path.stat().st_mtime_ns == before
    other = write_model(tmp_path / "other.gguf", seed=1)
    with pytest.raises(RequestError, match=r"m is taken by .*m\.gguf: choose another --name"):
        library.get(str(other), name="m")
    assert entries(home) == ["m.gguf", "m.json"]


@pytest.mark.parametrize("content", [b"", b"GGUF", b"not a model", b"GGUF\3\0\0\0" + b"\xff" * 64])
def test_what_is_no_model_does_not_enter_the_library(tmp_path, home, content):
    (tmp_path / "bad.gguf").write_bytes(content)
    with pytest.raises(FormatError, match=r"bad\.gguf"):
        library.get(str(tmp_path / "bad.gguf"))
    assert entries(home) == []
    assert not list((home / "models" / ".incoming").glob("*.part"))


@pytest.mark.parametrize("name", ["", ".", "..", "../up", "a/b", "/etc", "A", "-x", ".hidden", "a" * 101, "a\0", "ü"])
def test_names_that_could_be_paths_are_refused(tmp_path, name):
    model = str(write_model(tmp_path / "m.gguf"))
    for attempt in [lambda: library.remove(name), lambda: library.get(model, name=name or "/")]:
        with pytest.raises(RequestError):
            attempt()
    assert (tmp_path / "m.gguf").exists()


def test_an_unknown_name_brings_up_the_nearest_known_one():
    with pytest.raises(RequestError, match=r"smollm-135m: neither .* did you mean smollm2-135m\?"):
        library.find("smollm-135m")


def test_a_folder_is_pointed_to_convert(tmp_path):
    with pytest.raises(RequestError, match="galiot convert"):
        library.find(tmp_path)
    with pytest.raises(RequestError, match="galiot convert"):
        library.get(str(tmp_path))


def test_remove_takes_model_manifest_and_nothing_else(tmp_path, home):
    library.get(str(write_model(tmp_path / "a.gguf")))
    library.get(str(write_model(tmp_path / "a.b.gguf", seed=1)))
    (home / "models" / ".incoming" / "a.b.0123.part").write_bytes(b"12345")
    size = library.find("a").stat().st_size + (home / "models" / "a.json").stat().st_size
    assert library.remove("a") == size
    assert entries(home) == ["a.b.gguf", "a.b.json"]
    assert (home / "models" / ".incoming" / "a.b.0123.part").exists()
    with pytest.raises(RequestError):
        library.remove("a")


def test_a_file_that_changed_under_its_name_is_not_used(tmp_path):
    path = library.get(str(write_model(tmp_path / "m.gguf")))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FileError, match="its manifest says"):
        library.find("m")


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"sha256": 1, "bytes": "x", "source": null}', '{"steps": 3}'])
def test_a_broken_manifest_counts_as_none(tmp_path, manifest):
    path = library.get(str(write_model(tmp_path / "m.gguf")))
    path.with_suffix(".json").write_text(manifest)
    assert library.find("m") == path
    assert library.list_models()[0].manifest is None


def test_another_file_cannot_take_the_built_in_name(tmp_path, home):
    with pytest.raises(RequestError, match="built-in model"):
        library.get(str(write_model(tmp_path / "m.gguf")), name="smollm2-135m")
    assert entries(home) == []


def test_a_write_that_fails_leaves_nothing(tmp_path, home):
    model = write_model(tmp_path / "m.gguf")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(FileError, match="cannot be written"):
            library.get(str(model))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert entries(home) == []
    assert not list((home / "models" / ".incoming").glob("*.part"))


def test_too_little_room_is_said_before_anything_is_written(tmp_path, home, server):
    free = shutil.disk_usage(tmp_path).free
    with pytest.raises(FileError, match=r"MiB free and .* MiB are needed"):
        hub.check_room(tmp_path, free + (1 << 40))


def test_a_repository_file_arrives_with_hash_commit_and_licence(server, home):
    seen = []
    path = library.get("hf:org/repo/Tiny-F32.gguf", lambda done, total: seen.append((done, total)))
    content = server.files["org/repo/Tiny-F32.gguf"]
    assert path.name == "tiny-f32.gguf"
    assert path.read_bytes() == content
    assert seen[-1] == (len(content), len(content))
    said = json.loads((home / "models" / "tiny-f32.json").read_text())
    assert said["source"] == "hf:org/repo/Tiny-F32.gguf"
    assert said["revision"] == COMMIT
    assert said["licence"] == "mit"
    assert said["sha256"] == hashlib.sha256(content).hexdigest()
    assert not list((home / "models" / ".incoming").glob("*.part"))


def test_what_was_fetched_is_found_without_asking_again(server):
    path = library.get("hf:org/repo/Tiny-F32.gguf")
    asked = len(server.asked)
    assert library.get("hf:org/repo") == library.find("hf:org/repo/Tiny-F32.gguf") == path
    assert library.get(f"hf:org/repo@{COMMIT[:8]}") == path
    assert len(server.asked) == asked
    with pytest.raises(RequestError, match="galiot get hf:org/repo/other"):
        library.find("hf:org/repo/other.gguf")


def test_a_repository_with_one_model_needs_no_file_name_and_one_with_several_lists_them(server):
    server.files["org/repo/README.md"] = b"hello"
    assert library.get("hf:org/repo").name == "tiny-f32.gguf"
    server.files["org/many/a-Q4.gguf"] = server.files["org/many/b-Q8.gguf"] = b"x"
    with pytest.raises(RequestError, match=r"2 GGUF files; add /FILE, one of: a-Q4\.gguf, b-Q8\.gguf"):
        library.get("hf:org/many")
    server.files["org/none/model.safetensors"] = b"x"
    with pytest.raises(RequestError, match=r"no GGUF file; .* galiot convert"):
        library.get("hf:org/none")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("hf:org/absent", "no such public repository"),
        ("hf:org/repo/absent.gguf", "no such file"),
        ("hf:org/repo/Tiny-F32.gguf@nowhere", "no revision nowhere"),
        ("hf:org", "expected hf:org/repo"),
        ("hf:org/repo/../../x.gguf", "expected hf:org/repo"),
        ("hf:org/repo/config.json", "expected hf:org/repo"),
        ("hf:org/repo/m-00001-of-00002.gguf", "one part of a split model"),
    ],
)
def test_a_wrong_repository_source_is_one_line(server, source, said):
    with pytest.raises(RequestError, match=said) as caught:
        library.get(source)
    assert "\n" not in str(caught.value)


def test_a_download_that_is_cut_off_goes_on_where_it_stopped(server, home):
    content = server.files["org/repo/Tiny-F32.gguf"]
    server.stop_at = 5000
    with pytest.raises(DownloadError, match=f"5000 of {len(content)} bytes are here, the next try goes on"):
        library.get("hf:org/repo/Tiny-F32.gguf")
    assert entries(home) == []
    server.stop_at, server.asked = None, []
    assert library.get("hf:org/repo/Tiny-F32.gguf").read_bytes() == content
    assert server.asked[0].endswith("bytes=5000-")


def test_a_server_that_cannot_resume_starts_over(server):
    server.stop_at = 5000
    with pytest.raises(DownloadError):
        library.get("hf:org/repo/Tiny-F32.gguf")
    server.stop_at, server.ranges = None, False
    assert library.get("hf:org/repo/Tiny-F32.gguf").read_bytes() == server.files["org/repo/Tiny-F32.gguf"]


def test_a_new_version_does_not_go_on_with_the_half_of_the_old_one(server, tmp_path):
    server.stop_at = 5000
    with pytest.raises(DownloadError):
        library.get("hf:org/repo/Tiny-F32.gguf")
    server.stop_at = None
    server.files["org/repo/Tiny-F32.gguf"] = write_model(tmp_path / "new.gguf", seed=5).read_bytes()
    assert library.get("hf:org/repo/Tiny-F32.gguf").read_bytes() == server.files["org/repo/Tiny-F32.gguf"]


def test_a_wrong_hash_leaves_nothing_and_the_next_try_starts_clean(server, home):
    server.spoil = True
    with pytest.raises(DownloadError, match="it was removed, try again"):
        library.get("hf:org/repo/Tiny-F32.gguf")
    assert entries(home) == []
    assert not list((home / "models" / ".incoming").glob("*.part"))
    server.spoil = False
    assert library.get("hf:org/repo/Tiny-F32.gguf").exists()


def test_a_caller_who_stops_the_download_can_go_on_later(server):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.get("hf:org/repo/Tiny-F32.gguf", stop)
    server.asked = []
    library.get("hf:org/repo/Tiny-F32.gguf")
    assert not any("resolve" in line and "bytes=0" in line for line in server.asked)


def test_a_server_that_is_away_is_one_line(server):
    server.close()
    with pytest.raises(DownloadError, match="A file can be given by its path") as caught:
        library.get("hf:org/repo/Tiny-F32.gguf")
    assert "\n" not in str(caught.value)


def test_two_who_fetch_at_once_fetch_it_once(server):
    paths = []
    threads = [threading.Thread(target=lambda: paths.append(library.get("hf:org/repo/Tiny-F32.gguf"))) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths) == 2
    assert paths[0] == paths[1]
    assert len([line for line in server.asked if "/resolve/" in line]) == 1


def test_the_token_goes_to_the_repository_and_not_to_where_it_sends_us_on(server, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    store = HubServer()
    try:
        store.files, server.redirect_to = server.files, store.url
        library.get("hf:org/repo/Tiny-F32.gguf")
        assert any("/resolve/" in line for line in store.asked)
        assert not any("Authorization" in headers for headers in store.headers)
        library.remove("tiny-f32")
        server.redirect_to = None
        library.get("hf:org/repo/Tiny-F32.gguf")
        assert any(headers.get("Authorization") == "Bearer hf_secret" for headers in server.headers)
    finally:
        store.close()


def test_a_model_knows_its_hash_from_the_manifest_until_the_file_changes(tmp_path, home, monkeypatch):
    original = write_tiny(tmp_path / "sea.gguf", Tiny())
    path = library.get(str(original))
    wanted = hashlib.sha256(original.read_bytes()).hexdigest()
    monkeypatch.setattr("galiot.model.model.sha256_of", lambda path: "read")
    with open_model(path) as model:
        assert model.sha256 == wanted
    with open_model(original) as model:
        assert model.sha256 == "read"  # no manifest
    later = path.stat().st_mtime + 5
    os.utime(path, (later, later))
    with open_model(path) as model:
        assert model.sha256 == "read"
