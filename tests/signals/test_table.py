from __future__ import annotations

import gzip

import numpy as np
import pytest

from galiot.errors import FileError, FormatError, GaliotError, RequestError
from galiot.signals import read
from galiot.signals.table import _OpenTable


@pytest.fixture
def write(tmp_path):
    def write(content, name="r.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def names(reading):
    return [(channel.name, channel.unit) for channel in reading.channels]


TIMES = {
    "iso": ("2024-03-01T10:00:00Z", "2024-03-01T10:00:30Z", "date"),
    "iso with a zone": ("2024-03-01T11:00:00+01:00", "2024-03-01T11:00:30+01:00", "date"),
    "no zone": ("2024-03-01 10:00:00", "2024-03-01 10:00:30", "date"),
    "fraction": ("2024-03-01 10:00:00.000", "2024-03-01 10:00:30.000", "date"),
    "slashes": ("2024/03/01 10:00:00", "2024/03/01 10:00:30", "date"),
    "points": ("01.03.2024 10:00:00", "01.03.2024 10:00:30", "date"),
    "month name": ("1 Mar 2024 10:00:00", "1 Mar 2024 10:00:30", "date"),
    "am": ("3/1/2024 10:00:00 AM", "3/1/2024 10:00:30 AM", "date"),
    "compact": ("20240301T100000Z", "20240301T100030Z", "date"),
    "epoch s": ("1709287200", "1709287230", "date"),
    "epoch ms": ("1709287200000", "1709287230000", "date"),
    "epoch us": ("1709287200000000", "1709287230000000", "date"),
    "epoch ns": ("1709287200000000000", "1709287230000000000", "date"),
    "elapsed": ("0", "30", "elapsed"),
    "clock": ("10:00:00", "10:00:30", "clock"),
}


@pytest.mark.parametrize("kind", TIMES)
def test_every_way_of_writing_a_time_is_read(write, kind):
    first, second, axis = TIMES[kind]
    reading = read(write(f"time,temp\n{first},1\n{second},2\n"))
    start = {"date": 1709287200.0, "elapsed": 0.0, "clock": 36000.0}[axis]
    assert reading.axis.kind == axis
    assert reading.times.tolist() == [start, start + 30]
    assert reading.values.tolist() == [[1.0, 2.0]]


def test_a_date_and_a_clock_in_two_columns_are_one_time(write):
    reading = read(
        write("Datum;Uhrzeit;Temp [°C];Druck (hPa)\n01.02.2024;10:00:00;21,5;1013,2\n01.02.2024;10:00:10;;1013\n")
    )
    assert names(reading) == [("Temp", "°C"), ("Druck", "hPa")]
    assert np.diff(reading.times).tolist() == [10.0]
    assert reading.values[1].tolist() == [1013.2, 1013.0]
    assert np.isnan(reading.values[0, 1])


def test_an_ambiguous_order_of_day_and_month_is_stated_and_can_be_said(write):
    path = write("time,a\n03/04/2024 10:00,1\n03/04/2024 10:01,2\n")
    first = read(path)
    assert any("day first" in limit for limit in first.limits)
    other = read(path, day_first=False)
    assert other.limits == []
    assert first.times[0] - other.times[0] == 30 * 86400  # from 4 March to 3 April


def test_the_steps_between_rows_decide_the_order_of_day_and_month(write):
    reading = read(write("time,a\n04/01/2024,1\n04/02/2024,2\n04/03/2024,3\n"))
    assert np.diff(reading.times).tolist() == [86400.0, 86400.0]
    assert reading.limits == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
def test_any_delimiter_is_found(write, delimiter):
    rows = ["time,a,b", "0,1.5,2", "1,2.5,3", "2,3.5,4"]
    reading = read(write("\n".join(row.replace(",", delimiter) for row in rows)))
    assert reading.values.tolist() == [[1.5, 2.5, 3.5], [2, 3, 4]]


def test_a_row_number_without_a_name_is_no_channel(write):
    reading = read(write('"date","Temp"\n"1","2015-02-04 17:51:00",23.18\n"2","2015-02-04 17:51:59",23.15\n'))
    assert names(reading) == [("Temp", "")]
    assert np.diff(reading.times).tolist() == [59.0]


def test_no_header_comments_and_a_bom_are_understood(write):
    reading = read(write(b"\xef\xbb\xbf# a logger\n# made in 2024\n0,1\n1,2\n# pause\n2,3\n"), rate_hz=2)
    assert reading.values[-1].tolist() == [1, 2, 3]
    assert reading.times.tolist() == [0, 0.5, 1.0]


def test_a_header_in_a_comment_and_a_row_of_units_are_used(write):
    assert names(read(write("# time, temp_c, p\n0,1,2\n1,2,3\n"))) == [("temp", "°C"), ("p", "")]
    assert names(read(write("time,temp,p\ns,°C,hPa\n0,1,2\n1,2,3\n"))) == [("temp", "°C"), ("p", "hPa")]


def test_quoted_cells_keep_their_delimiters_and_thousands(write):
    reading = read(write('time,"a, b",c\n0,"1,234.5","2"\n1,"2,000",3\n'))
    assert names(reading)[0] == ("a, b", "")
    assert reading.values.tolist() == [[1234.5, 2000], [2, 3]]


def test_a_rate_takes_the_place_of_times(write):
    reading = read(write("x\n1\n2\n3\n"), rate_hz=50)
    assert reading.times.tolist() == [0, 0.02, 0.04]
    assert reading.limits == []


def test_without_times_and_rate_the_assumption_is_stated(write):
    assert "one sample a second is assumed" in read(write("x,y\n1,2\n2,3\n")).limits[0]


def test_several_rates_and_a_channel_without_values_are_kept_with_gaps(write):
    reading = read(write("time,a,b,c\n0,1,,\n1,2,5,\n2,3,,\n"))
    assert np.isfinite(reading.values).sum(axis=1).tolist() == [3, 1, 0]
    assert "c has no values" in reading.limits


def test_long_tables_become_one_channel_a_sensor(write):
    reading = read(write("time,sensor,value,unit\n0,a,1,W\n0,b,2,degC\n1,a,3,W\n1,b,x,degC\n"))
    assert names(reading) == [("a", "W"), ("b", "°C")]
    assert reading.values[0].tolist() == [1, 3]
    assert "such as 'x'" in reading.limits[0]


def test_words_for_states_are_ones_and_zeros(write):
    reading = read(write("time,door\n0,open\n1,closed\n2,open\n"))
    assert reading.values.tolist() == [[1, 0, 1]]
    assert "words" in reading.limits[0]


def test_the_time_column_can_be_named_or_numbered(write):
    path = write("a,b\n5,100\n6,200\n")
    assert read(path, time="b").times.tolist() == [100, 200]
    assert read(path, time="1").times.tolist() == [5, 6]
    with pytest.raises(RequestError, match="no column 'x'"):
        read(path, time="x")


def test_units_can_be_given_and_a_wrong_name_is_refused(write):
    path = write("time,a\n0,1\n1,2\n")
    assert names(read(path, units={"a": "bar"})) == [("a", "bar")]
    with pytest.raises(RequestError, match="units name 'b'"):
        read(path, units={"b": "bar"})


def test_plain_blocks_agree_with_the_careful_path(write, monkeypatch):
    generator = np.random.default_rng(5)
    values = np.where(generator.random((300, 4)) < 0.2, np.nan, generator.normal(0, 1e3, (300, 4)))
    cells = [",".join("" if v != v else repr(float(v)) for v in row) for row in values]
    rows = [f"2024-01-01T00:{i // 60:02d}:{i % 60:02d},x{i},{text}" for i, text in enumerate(cells)]
    path = write("time,label,a,b,c,d\n" + "\n".join(rows) + "\n")
    with monkeypatch.context() as only_plain:
        only_plain.setattr(_OpenTable, "_careful", None)
        quick = read(path)
    assert quick.limits == ["column label holds text and was kept out"]
    monkeypatch.setattr(_OpenTable, "_plain", lambda *a: None)
    slow = read(path)
    np.testing.assert_array_equal(quick.values, slow.values)
    np.testing.assert_array_equal(quick.times, slow.times)
    full = ~np.isnan(values).all(axis=1)
    np.testing.assert_array_equal(quick.values, values[full].T)


def test_gzip_and_other_encodings_give_the_same(write, tmp_path):
    text = "time,temp (°C)\n0,1\n1,2\n"
    big_endian = "\ufeff".encode("utf-16-be") + text.encode("utf-16-be")
    lines = [text.replace("\n", end).encode() for end in ("\r\n", "\r")]
    for content in (text.encode("latin-1"), text.encode("utf-16"), big_endian, gzip.compress(text.encode()), *lines):
        reading = read(write(content))
        assert names(reading) == [("temp", "°C")]
        assert reading.values.tolist() == [[1, 2]]


def test_ragged_and_broken_rows_are_counted_with_their_line(write):
    reading = read(write("time,a,b\n0,1,2\n1,2\n2,3,4,5\n3,x,6\n4,1e400,7\nsoon,1,2\n5,6,7\n"))
    assert reading.values[1].tolist()[0] == 2
    text = " | ".join(reading.limits)
    for part in (
        "1 row has too few cells; the rest is taken as missing (line 3)",
        "1 row with a wrong number of cells (expected 3) left out (line 4)",
        "1 cell of a not numeric (such as 'x'), taken as missing (line 5)",
        "1 value infinite or too large, taken as missing (line 6)",
        "1 row with a time that is not understood left out (line 7)",
    ):
        assert part in text
    assert reading.times.tolist() == [0, 1, 3, 4, 5]


def test_a_column_called_time_is_the_time_in_any_order(write):
    reading = read(write("time,a\n5,1\n3,2\n9,3\n1,4\n"))
    assert [channel.name for channel in reading.channels] == ["a"]
    assert reading.limits == ["the times go back 2 times, so the rows were sorted (first at line 3)"]
    assert len(read(write("t,a\n5,1\n3,2\n9,3\n1,4\n")).channels) == 2


def test_rows_out_of_order_are_sorted_and_equal_times_stated(write):
    reading = read(write("time,a\n2024-01-01 00:00,1\n2024-01-01 00:05,4\n2024-01-01 00:01,2\n2024-01-01 00:01,3\n"))
    assert reading.values.tolist() == [[1, 2, 3, 4]]
    assert reading.limits == [
        "1 row has the same time as the row before",
        "the times go back 1 time, so the rows were sorted (line 4)",
    ]


def test_the_end_of_summer_time_does_not_fold_the_record(write):
    minutes = [*range(120, 180, 10), *range(120, 240, 10)]
    rows = [f"2024-10-27 {m // 60:02d}:{m % 60:02d},{i}" for i, m in enumerate(minutes)]
    reading = read(write("time,a\n" + "\n".join(rows) + "\n"))
    assert np.diff(reading.times).tolist() == [600.0] * (len(rows) - 1)
    assert "summer time" in reading.limits[0]


def test_midnight_without_a_date_goes_on(write):
    reading = read(write("time,a\n23:59:58,1\n23:59:59,2\n00:00:00,3\n00:00:01,4\n"))
    assert np.diff(reading.times).tolist() == [1, 1, 1]
    assert "midnight" in reading.limits[0]


def test_a_counter_that_starts_again_is_joined(write):
    rows = [f"{i % 50},{i}" for i in range(100)]
    reading = read(write("t,a\n" + "\n".join(rows) + "\n"))
    assert np.diff(reading.times).tolist() == [1.0] * 99
    assert "start again" in reading.limits[0]


def test_a_changing_zone_is_taken_off(write):
    reading = read(write("time,a\n2022-03-27T01:00:00+01:00,1\n2022-03-27T03:00:00+02:00,2\n"))
    assert np.diff(reading.times).tolist() == [0.0 + 3600 * (3 - 1) - 3600]
    assert "the zone changes" in reading.limits[0]


REFUSED = {
    "empty": (b"", "is empty"),
    "blank": (b"\n\n  \n", "is empty"),
    "comments": (b"# a\n# b\n", "only comments"),
    "header only": (b"time,a,b\n", "line 1 is a header, and no row follows"),
    "binary": (bytes(range(256)) * 10, "is not text: byte 0x00 at offset 0"),
    "text only": (b"time,a\n2024-01-01,x\n2024-01-02,y\n", "line 2: no column of numbers"),
    "only gaps": (b"time,a\n0,nan\n1,inf\n", "no row with a usable value"),
    "damaged gzip": (gzip.compress(b"time,a\n" + b"0,1\n" * 9999)[:40], "gzip data is damaged"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_used_is_refused_in_one_line(write, kind):
    content, message = REFUSED[kind]
    with pytest.raises(FormatError, match=message) as caught:
        read(write(content))
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_refused(tmp_path):
    with pytest.raises(RequestError, match="no such file"):
        read(str(tmp_path / "none.csv"))
    with pytest.raises(FileError, match="is a folder"):
        read(str(tmp_path))
    with pytest.raises(GaliotError):
        read("a\0b")


def test_one_row_is_a_reading(write):
    assert read(write("time,a\n2024-01-01 10:00,5\n")).values.tolist() == [[5]]


def test_a_line_without_end_is_refused_without_being_held(tmp_path):
    path = tmp_path / "long.csv"
    with open(path, "wb") as file:
        file.write(b"time,a\n0,1\n")
        for _ in range(64):
            file.write(b"7" * (1 << 20))
    with pytest.raises(FormatError, match="line 3 is longer than 1 MiB"):
        read(str(path))


def test_progress_is_told_in_bytes(write):
    path, seen = write("time,a\n" + "".join(f"{i},{i}\n" for i in range(1000))), []
    read(path, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0
