from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from galiot.errors import FormatError, GaliotError, RequestError
from galiot.signals import read


def saved(tmp_path: Path, **arrays: object) -> str:
    np.savez_compressed(tmp_path / "r.npz", **{name: np.asarray(array) for name, array in arrays.items()})
    return str(tmp_path / "r.npz")


def test_an_array_beside_its_rate_is_a_channel_with_the_unit_of_its_name(tmp_path: Path) -> None:
    reading = read(saved(tmp_path, ecg_mV=np.float32([1, 2, 3]), fs=360))
    assert [(channel.name, channel.unit) for channel in reading.channels] == [("ecg", "mV")]
    np.testing.assert_allclose(reading.times, np.arange(3) / 360)
    assert reading.values.tolist() == [[1, 2, 3]]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("channels_first", [True, False])
def test_channels_may_be_either_axis_in_either_order(order: str, channels_first: bool, tmp_path: Path) -> None:
    values = np.arange(24.0).reshape(2, 12)
    array = np.array(values if channels_first else values.T, order=order)  # type: ignore[call-overload]
    reading = read(saved(tmp_path, data=array, channels=["x", "y"], units=["g", "g"], rate_hz=10))
    assert [(channel.name, channel.unit) for channel in reading.channels] == [("x", "g"), ("y", "g")]
    np.testing.assert_array_equal(reading.values, values)


def test_a_time_array_is_followed_and_sorted(tmp_path: Path) -> None:
    reading = read(saved(tmp_path, time_ms=[0, 500, 250], temp=[20.0, 22.0, 21.0]))
    assert reading.times.tolist() == [0, 0.25, 0.5]
    assert reading.values.tolist() == [[20, 21, 22]]
    reading = read(saved(tmp_path, t=[1.7e9, 1.7e9 + 1], temp=[20, 21]))
    assert reading.axis.kind == "date"


def test_a_single_array_is_read_with_the_rate_that_is_given(tmp_path: Path) -> None:
    np.save(tmp_path / "r.npy", np.arange(8, dtype=np.int16).reshape(4, 2))
    reading = read(str(tmp_path / "r.npy"), rate_hz=4)
    assert reading.values.tolist() == [[0, 2, 4, 6], [1, 3, 5, 7]]
    assert reading.times.tolist() == [0, 0.25, 0.5, 0.75]
    assert any("--rate" in limit for limit in read(str(tmp_path / "r.npy")).limits)


def test_a_long_array_is_streamed(tmp_path: Path) -> None:
    long = np.arange(4_400_000, dtype=np.float32).reshape(2, -1)
    for array in (long, np.asfortranarray(long)):
        reading = read(saved(tmp_path, data=array, fs=100))
        assert not reading.in_memory
        parts = [values for _, values in reading.blocks()]
        assert len(parts) > 1
        assert np.array_equal(np.concatenate(parts, axis=1), long)


def test_damage_far_behind_the_beginning_is_told_in_one_line(tmp_path: Path) -> None:
    path = Path(saved(tmp_path, data=np.random.default_rng(0).normal(size=600_000), fs=100))
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(bytes(whole))
    with pytest.raises(FormatError, match="cannot be read as NumPy arrays: "):
        assert read(str(path)).values is None


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"names": ["a", "b"]}, "holds no numeric array"),
        ({"data": np.zeros((2, 3, 4))}, "holds no numeric array with one or two axes"),
        ({"data": np.zeros((3000, 3000))}, "channels, at most 1000 are read"),
        ({"data": [1.0, 2.0], "fs": -3}, "the rate fs is -3"),
        ({"data": [None, {}]}, "Python objects"),
        ({"data": np.full(5, np.nan)}, "holds no row with a usable value"),
    ],
)
def test_what_cannot_be_samples_is_refused(arrays: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError) as refused:
        read(saved(tmp_path, **arrays))
    assert said in str(refused.value)


def test_a_time_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no array clock for the time; there are: data"):
        read(saved(tmp_path, data=[1.0, 2.0]), time="clock")


def test_damaged_archives_end_in_one_line_or_a_reading(tmp_path: Path) -> None:
    rng = random.Random(4)
    path = tmp_path / "r.npz"
    np.savez(path, data=np.arange(20.0), fs=np.array(10), channels=np.array(["x"]))
    whole, opened, refusals = path.read_bytes(), 0, list[str]()
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if rng.random() < 0.2:
            del data[rng.randrange(4, len(data)) :]
        path.write_bytes(bytes(data))
        try:
            assert read(str(path)).values.size < 1000
            opened += 1
        except GaliotError as error:
            refusals.append(str(error))
    assert opened > 20
    assert not any("\n" in refusal for refusal in refusals)


def test_a_path_is_read_as_its_text_is(tmp_path: Path) -> None:
    path = tmp_path / "few.npz"
    np.savez(path, time=np.arange(5.0), level=np.arange(5.0))
    np.testing.assert_array_equal(read(path).values, read(str(path)).values)
