from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from galiot.errors import FormatError, GaliotError, RequestError
from galiot.signals import read
from galiot.signals.wfdb import read_annotations
from tests.signals.wfdb_files import framed, packed, write_record

BITS = {16: 16, 24: 24, 32: 32, 61: 16, 80: 8, 160: 16, 212: 12}


@pytest.mark.parametrize("form", BITS)
@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_samples_of_every_format_are_read_as_they_were_written(form: int, count: int, tmp_path: Path) -> None:
    high = 1 << (BITS[form] - 1)
    rng = random.Random(form * 10 + count)
    signals = [[rng.randrange(-high + 1, high) for _ in range(count)] for _ in range(3)]
    signals[0][0], signals[1][-1] = high - 1, -high + 1
    header = [f"r 3 100 {count}", *(f"r.dat {form} 10(5)/mV 0 0 0 0 0 s{i}" for i in range(3))]
    path = write_record(tmp_path, header, {"r.dat": packed(form, framed(signals, [1, 1, 1]))})
    reading = read(str(path))
    assert [channel.name for channel in reading.channels] == ["s0", "s1", "s2"]
    np.testing.assert_allclose(reading.values, (np.array(signals) - 5) / 10, rtol=1e-12)
    np.testing.assert_allclose(reading.times, np.arange(count) / 100)


@pytest.mark.parametrize("form", BITS)
def test_the_smallest_number_of_a_format_stands_for_nothing(form: int, tmp_path: Path) -> None:
    low = -(1 << (BITS[form] - 1))
    path = write_record(tmp_path, ["r 1 10 4", f"r.dat {form} 1/V"], {"r.dat": packed(form, [1, low, 3, 4])})
    reading = read(str(path))
    np.testing.assert_allclose(reading.times, [0.0, 0.2, 0.3])  # a row without any value is none
    assert reading.values.tolist() == [[1.0, 3.0, 4.0]]


def test_signals_of_several_rates_share_an_axis_with_gaps(tmp_path: Path) -> None:
    slow, fast = [10, 20, 30], [1, 2, 3, 4, 5, 6]
    path = write_record(
        tmp_path,
        ["r 2 5 3", "r.dat 16 1/C 0 0 0 0 0 slow", "r.dat 16x2 1/V 0 0 0 0 0 fast"],
        {"r.dat": packed(16, framed([slow, fast], [1, 2]))},
    )
    reading = read(str(path))
    nan = float("nan")
    np.testing.assert_allclose(reading.times, [0, 0.1, 0.2, 0.3, 0.4, 0.5])
    np.testing.assert_array_equal(reading.values, [[10, nan, 20, nan, 30, nan], fast])


def test_a_skewed_signal_is_put_where_it_belongs(tmp_path: Path) -> None:
    path = write_record(
        tmp_path,
        ["r 2 1 4", "r.dat 16:2 1 0 0 0 0 0 late", "r.dat 16 1 0 0 0 0 0 plain"],
        {"r.dat": packed(16, framed([[0, 0, 1, 2, 3, 4], [1, 2, 3, 4, 5, 6]], [1, 1]))},
    )
    assert read(str(path)).values.tolist() == [[1, 2, 3, 4], [1, 2, 3, 4]]


def test_a_prologue_is_skipped_as_in_mat_files_and_each_file_has_its_own_group(tmp_path: Path) -> None:
    write_record(
        tmp_path,
        ["r 3 1 2", "a.mat 16+24 2(0)/mV 16 0 0 0 0 I", "a.mat 16+24 4(0)/mV 16 0 0 0 0 II", "b.dat 80 1/bpm"],
        {"a.mat": bytes(24) + packed(16, [2, 4, 6, 8]), "b.dat": packed(80, [60, 61])},
    )
    for name in ("r.hea", "r.dat"):
        (tmp_path / "r.dat").write_bytes(b"x")  # any file beside a header stands for its record
        assert read(str(tmp_path / name)).values.tolist() == [[1, 3], [1, 2], [60, 61]]


def test_defaults_of_the_guide_hold_where_a_header_is_short(tmp_path: Path) -> None:
    path = write_record(tmp_path, ["# first a remark", "r 1", "r.dat 16"], {"r.dat": packed(16, [200, 400])})
    reading = read(str(path))
    assert reading.values.tolist() == [[1.0, 2.0]]
    assert reading.times.tolist() == [0.0, 1 / 250]
    assert reading.channels[0].unit == "mV"
    assert "signal 1 has no gain; 200 per mV is assumed" in reading.limits
    assert reading.about == ("first a remark",)


def test_a_gain_of_zero_means_that_it_is_not_known(tmp_path: Path) -> None:
    path = write_record(tmp_path, ["r 1 1 1", "r.dat 16 0(100)/mV 12 7"], {"r.dat": packed(16, [300])})
    reading = read(str(path))
    assert reading.values.tolist() == [[1.0]]
    assert any("no gain" in limit for limit in reading.limits)


def test_the_adc_zero_serves_as_baseline_where_none_is_said(tmp_path: Path) -> None:
    path = write_record(tmp_path, ["r 1 1 1", "r.dat 212 200 11 1024"], {"r.dat": packed(212, [1224])})
    assert read(str(path)).values.tolist() == [[1.0]]


def test_a_record_that_begins_at_a_date_is_shown_on_it(tmp_path: Path) -> None:
    path = write_record(tmp_path, ["r 1 2 2 12:30:00 05/03/2022", "r.dat 16 1"], {"r.dat": packed(16, [1, 2])})
    reading = read(str(path))
    assert reading.axis.kind == "date"
    assert reading.axis.show(reading.times[0], first_s=reading.times[0], last_s=reading.times[-1]) == "12:30:00.0"
    path = write_record(tmp_path, ["r 1 2 2 12:30:00", "r.dat 16 1"], {})
    assert read(str(path)).axis.kind == "clock"


def test_segments_follow_each_other_with_gaps_and_missing_signals(tmp_path: Path) -> None:
    write_record(tmp_path, ["a 1 1 2", "a.dat 16 1 0 0 0 0 0 I"], {"a.dat": packed(16, [1, 2])}, "a")
    write_record(
        tmp_path, ["b 2 1 1", "b.dat 16 1 0 0 0 0 0 V", "b.dat 16 1 0 0 0 0 0 I"], {"b.dat": packed(16, [9, 3])}, "b"
    )
    write_record(tmp_path, ["l 2 1 0", "~ 0 1 0 0 0 0 0 I", "~ 0 1 0 0 0 0 0 V"], {}, "l")
    path = write_record(tmp_path, ["m/4 2 1 5", "l 0", "a 2", "~ 2", "b 1"], {}, "m")
    reading = read(str(path))
    assert [channel.name for channel in reading.channels] == ["I", "V"]
    assert reading.times.tolist() == [0, 1, 4]
    np.testing.assert_array_equal(reading.values, [[1, 2, 3], [np.nan, np.nan, 9]])


def test_a_file_that_ends_early_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    data = packed(212, framed([[1, 2, 3], [4, 5, 6]], [1, 1]))
    path = write_record(tmp_path, ["r 2 1 3", "r.dat 212 1", "r.dat 212 1"], {"r.dat": data[:-1]})
    reading = read(str(path))
    assert reading.values.tolist() == [[1, 2], [4, 5]]
    assert "the signal files end after 2 of 3 samples" in reading.limits


def test_a_wrong_checksum_is_said_and_a_right_one_is_not(tmp_path: Path) -> None:
    for checksum, said in ((6, False), (6 - 65536, False), (7, True)):
        path = write_record(tmp_path, ["r 1 1 3", f"r.dat 16 1 0 0 0 {checksum} 0 I"], {"r.dat": packed(16, [1, 2, 3])})
        assert any("checksum" in limit for limit in read(str(path)).limits) == said


def test_a_long_record_is_read_in_blocks_that_join_without_a_seam(tmp_path: Path) -> None:
    samples = np.arange(5_000_001, dtype=np.int64) % 2001 - 1000
    data = (samples.astype("<i2")).tobytes()
    total = int(samples.sum()) % 65536
    path = write_record(tmp_path, ["r 1 1000 5000001", f"r.dat 16 1 0 0 0 {total} 0 I"], {"r.dat": data})
    reading = read(str(path))
    assert not reading.in_memory
    parts = list(reading.blocks())
    assert max(values.size for _, values in parts) <= 1 << 20
    assert np.array_equal(np.concatenate([values[0] for _, values in parts]), samples)
    assert np.array_equal(np.concatenate([times for times, _ in parts]), np.arange(5_000_001) / 1000)
    assert not reading.limits


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["r"], "line 1 has no number of signals"),
        (["r 2 100 4", "r.dat 16 1"], "ends after 1 of 2 signals"),
        (["r 1 100 4", "../../etc/passwd 16 1"], "line 2 names the file '../../etc/passwd'"),
        (["r 1 100 4", "/etc/passwd 16 1"], "lie beside its header"),
        (["r 1 100 4", "-.dat 16 1"], "lie beside its header"),
        (["r 1 100 4", "r.dat 17 1"], "line 2 has signal format 17; 16, 24, 32"),
        (["r 1 100 4", "r.dat 16 nan"], "has the gain nan"),
        (["r 1 100 4", "r.dat 16 1e-300"], "has the gain"),
        (["r 1 0 4", "r.dat 16 1"], "has the rate 0"),
        (["r 99999999 1 4", "r.dat 16 1"], "line 1 has the number of signals 99999999, expected 0 to 1000"),
        (["r 1 100 4", "r.dat 16x999999 1"], "has the samples per frame 999999"),
        (["r 0 100 4"], "names no signal"),
        (["r/1 1 1 4", "r 4"], "is itself a record of segments"),
        (["r 2 100 4", "r.dat 16 1", "r.dat 80 1"], "have different formats"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused_with_its_line(lines: list[str], said: str, tmp_path: Path) -> None:
    path = write_record(tmp_path, lines, {"r.dat": bytes(64)})
    with pytest.raises(FormatError) as refused:
        read(str(path))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_signal_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = write_record(tmp_path, ["r 1 1 1", "gone.dat 16 1"], {})
    with pytest.raises(RequestError, match=r"gone\.dat: no such file; its record's header names it"):
        read(str(path))


def annotation(code: int, low: int) -> bytes:
    return (code << 10 | low).to_bytes(2, "little")


def test_annotations_are_read_with_long_steps_texts_and_channels(tmp_path: Path) -> None:
    long_step = annotation(59, 0) + (100_000 >> 16).to_bytes(2, "little") + (100_000 & 0xFFFF).to_bytes(2, "little")
    data = annotation(28, 18) + annotation(63, 3) + b"(N\0\0" + annotation(1, 59) + long_step + annotation(5, 0)
    data += annotation(62, 1) + annotation(8, 7) + annotation(0, 0)
    (tmp_path / "r.atr").write_bytes(data)
    found = read_annotations(tmp_path / "r.atr")
    assert [(each.sample, each.symbol, each.text) for each in found] == [
        (18, "+", "(N"),
        (77, "N", ""),
        (100_077, "V", ""),
        (100_084, "A", ""),
    ]
    assert [each.channel for each in found] == [0, 0, 1, 1]
    assert [each.is_beat for each in found] == [False, True, True, True]
    (tmp_path / "r.atr").write_bytes(data[:-2])
    with pytest.raises(FormatError, match="without its end mark"):
        read_annotations(tmp_path / "r.atr")


def test_records_are_read_as_the_reference_library_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wfdb = pytest.importorskip("wfdb")
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(3)
    for number, form in enumerate(("16", "24", "32", "80", "212")):
        signal = rng.normal(size=(257 + number, 3))
        wfdb.wrsamp(f"w{form}", fs=360, units=["mV"] * 3, sig_name=["I", "II", "V1"], p_signal=signal, fmt=[form] * 3)
        theirs = wfdb.rdrecord(f"w{form}")
        reading = read(f"w{form}.hea")
        np.testing.assert_allclose(reading.values, theirs.p_signal.T, rtol=1e-9, atol=1e-12)
        assert not reading.limits
    places, symbols = np.cumsum(rng.integers(1, 5000, 200)), list(rng.choice(list("NVAL+~"), 200))
    wfdb.wrann("w16", "atr", places, symbol=symbols, aux_note=["(AFIB" if symbol == "+" else "" for symbol in symbols])
    ours, theirs = read_annotations("w16.atr"), wfdb.rdann("w16", "atr")
    assert [each.sample for each in ours] == theirs.sample.tolist()
    assert [each.symbol for each in ours] == theirs.symbol
    assert [each.text for each in ours] == [note.rstrip("\0") for note in theirs.aux_note]


def test_damaged_records_end_in_one_line_or_a_reading(tmp_path: Path) -> None:
    rng = random.Random(5)
    header = (
        "r 2 100/50 6 1:00:00 01/02/2020\nr.dat 212x2:1 200.0(3)/mV 12 0 5 6 0 I\nr.dat 212 1/mV 12 0 5 6 0 V\n# x\n"
    )
    data = packed(212, list(range(40)))
    opened, refusals = 0, list[str]()
    for _ in range(400):
        text, raw = bytearray(header.encode()), bytearray(data)
        for _ in range(rng.randint(1, 5)):
            place = rng.randrange(len(text))
            text[place : place + rng.randint(0, 3)] = rng.choice(
                [b"", b"9", b"-", b"/", b"\0", b"nan", b"\n", b"~", b"\xff"]
            )
        del raw[rng.randrange(len(raw)) :]
        (tmp_path / "r.hea").write_bytes(bytes(text))
        (tmp_path / "r.dat").write_bytes(bytes(raw))
        try:
            assert read(str(tmp_path / "r.hea")).values.size < 1000
            opened += 1
        except GaliotError as error:
            refusals.append(str(error))
    assert opened > 20
    assert not any("\n" in refusal for refusal in refusals)


def two_leads(name: str = "II", rate: str = "250") -> list[str]:
    return [f"r 2 {rate} 100", "r.dat 16 200/mV 16 0 0 0 0 I", f"r.dat 16 200/mV 16 0 0 0 0 {name}"]


@pytest.mark.parametrize("rate", ["1e-300", "1e300", "nan"])
def test_a_rate_that_no_sensor_has_is_refused(rate: str, tmp_path: Path) -> None:
    path = write_record(tmp_path, two_leads(rate=rate), {"r.dat": bytes(400)})
    with pytest.raises(FormatError, match=r"line 1 has the rate .*, expected 1e-9 to 1e9 a second"):
        read(str(path))


def test_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = write_record(tmp_path, [*two_leads("\x1b[2J\u202ex"), "# \x07"], {"r.dat": packed(16, [1, 2] * 100)})
    reading = read(str(path))
    assert reading.channels[1].name == "\ufffd[2J\ufffdx"
    assert all(text.isprintable() for text in (*reading.limits, *reading.about))


def test_a_signal_file_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.dat").mkdir()
    with pytest.raises(GaliotError, match=r"r\.dat: is a folder"):
        read(str(write_record(tmp_path, two_leads(), {})))


def test_segments_may_say_that_they_last_for_ages(tmp_path: Path) -> None:
    lines = ["s 1 100 4", "s.dat 16 1/mV 16 0 0 0 0 I"]
    write_record(tmp_path, lines, {"s.dat": packed(16, [1, 2, 3, 4])}, name="s")
    path = write_record(tmp_path, ["r/3 1 100", "s 281474976710656", "~ 281474976710656", "s 4"], {})
    reading = read(str(path))
    blocks = list(reading.blocks())
    assert np.concatenate([values[0] for _, values in blocks]).tolist() == [1, 2, 3, 4, 1, 2, 3, 4]
    assert blocks[1][0][0] == 2 * 281474976710656 / 100
