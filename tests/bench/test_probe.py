from __future__ import annotations

import json
import os

import pytest

from galiot.bench import hardware, throughput
from galiot.bench.probe import memory_bandwidth, probe


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(throughput, "_REPEATS", 1)


def test_probe_is_json_with_numbers_that_can_be(quick, tmp_path):
    said = json.loads(json.dumps(probe(tmp_path).to_json()))
    assert 1 <= said["cores"]["usable"] <= said["cores"]["logical"] == os.cpu_count()
    assert 0 < said["memory"]["available_bytes"] <= said["memory"]["total_bytes"]
    assert 1e8 < said["bandwidth"]["one_thread_bytes_per_s"] < 1e13
    assert 1e5 < said["storage"]["read_bytes_per_s"] < 1e12
    assert said["ggml"] == "0.15.3"
    assert list(tmp_path.iterdir()) == []


def test_what_is_missing_has_a_reason(quick, tmp_path):
    found = probe(tmp_path)
    for name in ("temperatures_c", "battery"):
        assert (name in found.unknown) == (not getattr(found, name))
    assert all(reason for reason in found.unknown.values())


def test_the_buffer_is_larger_than_the_last_cache(quick, tmp_path):
    found = probe(tmp_path)
    assert found.bandwidth.buffer_bytes >= 2 * (found.cores.l3_bytes or 0)


def test_bandwidth_for_a_number_of_threads_is_a_number(quick):
    assert memory_bandwidth(threads=1) > 1e8


def test_the_file_is_out_of_memory_before_it_is_read(tmp_path):
    path = tmp_path / "m.gguf"
    with open(path, "wb") as file:
        file.write(os.urandom(33 << 20))
        os.fsync(file.fileno())
    handle = os.open(path, os.O_RDONLY)
    try:
        assert throughput._resident_share(handle, 33 << 20) > 0.9
    finally:
        os.close(handle)
    found = throughput.storage_speed(tmp_path)
    assert (found.file, found.bytes_read) == ("m.gguf", 33 << 20)
    assert found.cached_share is not None
    assert path.exists()


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").touch()
    found = probe(tmp_path / "file" / "models")
    assert found.storage is None
    assert "could not be read or written" in found.unknown["storage"]


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({"memory.max": "max\n"}, None),
        ({"memory.max": "1048576\n", "memory.current": "4096\n", "memory.stat": "inactive_file 96\n"}, 1 << 20),
        ({"memory.limit_in_bytes": "9223372036854771712"}, None),
        ({"memory.limit_in_bytes": "2097152", "memory.usage_in_bytes": "1"}, 2 << 20),
    ],
)
def test_a_container_limit_is_read_in_both_versions(tmp_path, monkeypatch, files, limit):
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(hardware, "_cgroups", lambda controller: [tmp_path])
    assert hardware._memory_limit()[0] == limit
    if limit:
        assert hardware.memory().total_bytes == limit
        assert hardware.memory().available_bytes <= limit


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"cpu.max": "max 100000"}, None),
        ({"cpu.max": "150000 100000"}, 1.5),
        ({"cpu.cfs_quota_us": "-1", "cpu.cfs_period_us": "100000"}, None),
        ({"cpu.cfs_quota_us": "50000", "cpu.cfs_period_us": "100000"}, 0.5),
    ],
)
def test_a_container_quota_is_a_number_of_cores(tmp_path, monkeypatch, files, quota):
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(hardware, "_cgroups", lambda controller: [tmp_path])
    assert hardware._cpu_quota() == quota
