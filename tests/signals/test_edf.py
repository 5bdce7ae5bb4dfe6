from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from galiot.errors import FormatError, GaliotError
from galiot.signals import read


def edf(
    signals: Sequence[tuple[str, str, float, float, int, int, int]],
    records: Sequence[Sequence[Sequence[int] | bytes]],
    *,
    record_s: float = 1,
    count: int | None = None,
    kind: str = "",
    wide: bool = False,
    begins: str = "05.03.2212.30.00",
) -> bytes:
    """signals: label, unit, physical and digital limits, samples per record; records: samples (or bytes) of each."""
    head = (b"\xffBIOSEMI" if wide else b"0       ") + b"X X X X".ljust(80) + b"Startdate X X X X".ljust(80)
    head += begins.encode() + str(256 * (len(signals) + 1)).encode().ljust(8) + kind.encode().ljust(44)
    head += str(len(records) if count is None else count).encode().ljust(8) + f"{record_s:g}".encode().ljust(8)
    head += str(len(signals)).encode().ljust(4)
    columns = [(16, 0), (80, None), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (80, None), (8, 6), (32, None)]
    for width, place in columns:
        for signal in signals:
            head += (b"" if place is None else str(signal[place]).removesuffix(".0").encode("latin-1")).ljust(width)
    size = 3 if wide else 2
    for record in records:
        for samples in record:
            if isinstance(samples, bytes):
                head += samples
            else:
                head += b"".join(sample.to_bytes(size, "little", signed=True) for sample in samples)
    return head


def test_samples_are_scaled_between_the_limits_and_rates_share_an_axis(tmp_path: Path) -> None:
    signals = [("EEG Fp1", "uV", -100.0, 100.0, -1000, 1000, 4), ("Temp", "degC", 30.0, 40.0, 0, 100, 1)]
    (tmp_path / "r.edf").write_bytes(edf(signals, [[[10, -20, 30, 1000], [50]], [[1, 2, 3, 4], [100]]]))
    reading = read(str(tmp_path / "r.edf"))
    nan = float("nan")
    assert [(channel.name, channel.unit) for channel in reading.channels] == [("EEG Fp1", "uV"), ("Temp", "°C")]
    np.testing.assert_allclose(reading.values[0], [1, -2, 3, 100, 0.1, 0.2, 0.3, 0.4])
    np.testing.assert_allclose(reading.values[1], [35, nan, nan, nan, 40, nan, nan, nan])
    np.testing.assert_allclose(reading.times - reading.times[0], np.arange(8) / 4)
    assert reading.axis.show(reading.times[0], first_s=reading.times[0], last_s=reading.times[-1]) == "12:30:00.0"


def test_rates_without_a_common_divisor_meet_only_where_they_do(tmp_path: Path) -> None:
    signals = [("a", "", 0.0, 10.0, 0, 10, 2), ("b", "", 0.0, 10.0, 0, 10, 3)]
    (tmp_path / "r.edf").write_bytes(edf(signals, [[[1, 2], [3, 4, 5]]], record_s=6))
    reading = read(str(tmp_path / "r.edf"))
    np.testing.assert_allclose(reading.times - reading.times[0], [0, 2, 3, 4])
    np.testing.assert_array_equal(reading.values, [[1, np.nan, 2, np.nan], [3, 4, np.nan, 5]])


def test_interrupted_files_keep_the_times_of_their_records(tmp_path: Path) -> None:
    signals = [("ECG", "mV", -1.0, 1.0, -10, 10, 2), ("EDF Annotations", "", -1.0, 1.0, -32768, 32767, 8)]
    records = [[[1, 2], b"+0\x14\x14\0+0.5\x15" + b"1\x14a\x14"], [[3, 4], b"+10.25\x14\x14".ljust(16, b"\0")]]
    records[0][1] = bytes(records[0][1]).ljust(16, b"\0")
    (tmp_path / "r.edf").write_bytes(edf(signals, records, kind="EDF+D"))
    reading = read(str(tmp_path / "r.edf"))
    assert [channel.name for channel in reading.channels] == ["ECG"]
    np.testing.assert_allclose(reading.times - reading.times[0], [0, 0.5, 10.25, 10.75])


def test_records_that_run_backwards_are_sorted_and_said(tmp_path: Path) -> None:
    signals = [("ECG", "mV", -1.0, 1.0, -10, 10, 2), ("EDF Annotations", "", -1.0, 1.0, -32768, 32767, 8)]
    records = [[[10 * onset, 1], f"{onset:+d}\x14\x14".encode().ljust(16, b"\0")] for onset in (0, 2, -1)]
    (tmp_path / "r.edf").write_bytes(edf(signals, records, kind="EDF+D"))
    reading = read(str(tmp_path / "r.edf"))
    np.testing.assert_allclose(np.diff(reading.times), [0.5, 0.5, 0.5, 1.5, 0.5])
    np.testing.assert_allclose(10 * reading.values[0, ::2], [-10, 0, 20])
    assert reading.limits == ["the times go back, so the samples were sorted"]


def test_rates_that_would_need_a_row_for_each_sample_are_refused(tmp_path: Path) -> None:
    counts = [2000 + place for place in range(120)]
    signals = [(f"s{count}", "V", -1.0, 1.0, -10, 10, count) for count in counts]
    (tmp_path / "r.edf").write_bytes(edf(signals, [[[0] * count for count in counts]]))
    with pytest.raises(FormatError, match="has 120 different rates in 120 signals, which share too few moments"):
        read(str(tmp_path / "r.edf"))


def test_samples_of_24_bits_are_read(tmp_path: Path) -> None:
    signals = [("A1", "uV", -(2.0**23), 2.0**23 - 1, -(1 << 23), (1 << 23) - 1, 2)]
    (tmp_path / "r.bdf").write_bytes(edf(signals, [[[-(1 << 23), 77]]], wide=True))
    np.testing.assert_allclose(read(str(tmp_path / "r.bdf")).values, [[-(2.0**23), 77]])


def test_a_file_that_ends_early_or_does_not_say_its_length_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    signals = [("a", "", 0.0, 10.0, 0, 10, 2)]
    whole = edf(signals, [[[1, 2]], [[3, 4]]], count=5)
    (tmp_path / "r.edf").write_bytes(whole[:-1])
    reading = read(str(tmp_path / "r.edf"))
    assert reading.values.tolist() == [[1, 2]]
    assert "the file ends after 1 of 5 data records" in reading.limits
    (tmp_path / "r.edf").write_bytes(edf(signals, [[[1, 2]], [[3, 4]]], count=-1))
    assert read(str(tmp_path / "r.edf")).values.tolist() == [[1, 2, 3, 4]]


def test_a_signal_without_a_range_is_said_and_has_no_values(tmp_path: Path) -> None:
    signals = [("a", "", 0.0, 10.0, 5, 5, 1), ("b", "", 0.0, 10.0, 0, 10, 1)]
    (tmp_path / "r.edf").write_bytes(edf(signals, [[[1], [2]]]))
    reading = read(str(tmp_path / "r.edf"))
    np.testing.assert_array_equal(reading.values, [[np.nan], [2]])
    assert "a has no range of values in the header, so it cannot be scaled" in reading.limits


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((252, b"9999"), "byte 252 gives the number of signals as 9999, expected 1 to 1000"),
        ((252, b"x   "), "byte 252: the number of signals is 'x', expected a number"),
        ((244, b"-1      "), "byte 244 gives a data record -1 s"),
        ((244, b"nan     "), "byte 244 gives the duration of a data record as nan"),
        ((236, b"1e99    "), "byte 236 gives the number of data records"),
        ((256 + 120 + 80 + 16, b"0       "), "signal 1 has 0 samples per data record"),
        ((256 + 96 + 8, b"inf     "), "signal 1 has a range without bounds"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused_with_its_place(
    change: tuple[int, bytes], said: str, tmp_path: Path
) -> None:
    data = bytearray(edf([("a", "", 0.0, 10.0, 0, 10, 2)], [[[1, 2]]]))
    data[change[0] : change[0] + len(change[1])] = change[1]
    (tmp_path / "r.edf").write_bytes(bytes(data))
    with pytest.raises(FormatError) as refused:
        read(str(tmp_path / "r.edf"))
    assert said in str(refused.value)


def test_files_are_read_as_the_reference_library_reads_them(tmp_path: Path) -> None:
    pyedflib = pytest.importorskip("pyedflib")
    rng = np.random.default_rng(1)
    path = str(tmp_path / "r.edf")
    labels, rates = ["ECG", "Resp", "SpO2"], [256, 32, 1]
    with pyedflib.EdfWriter(path, 3, file_type=pyedflib.FILETYPE_EDFPLUS) as writer:
        for place, (label, rate) in enumerate(zip(labels, rates, strict=True)):
            limits = {"physical_min": -5, "physical_max": 5, "digital_min": -32768, "digital_max": 32767}
            writer.setSignalHeader(place, {"label": label, "dimension": "mV", "sample_frequency": rate, **limits})
        writer.writeSamples([rng.uniform(-5, 5, rate * 7) for rate in rates])
    reading = read(path)
    with pyedflib.EdfReader(path) as theirs:
        for place in range(3):
            own = reading.values[place][np.isfinite(reading.values[place])]
            np.testing.assert_allclose(own, theirs.readSignal(place), atol=1e-9)


def test_damaged_files_end_in_one_line_or_a_reading(tmp_path: Path) -> None:
    rng = random.Random(2)
    signals = [("ECG", "mV", -1.0, 1.0, -10, 10, 2), ("EDF Annotations", "", -1.0, 1.0, -32768, 32767, 8)]
    whole = edf(signals, [[[1, 2], b"+0\x14\x14".ljust(16, b"\0")]] * 3, kind="EDF+D")
    opened, refusals = 0, list[str]()
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(168, len(data))] = rng.choice(b"0123456789-+. \0e\xff")
        if rng.random() < 0.2:
            del data[rng.randrange(len(data)) :]
        (tmp_path / "r.edf").write_bytes(bytes(data))
        try:
            assert read(str(tmp_path / "r.edf")).values.size < 10_000
            opened += 1
        except GaliotError as error:
            refusals.append(str(error))
    assert opened > 100
    assert not any("\n" in refusal for refusal in refusals)
