from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galiot.errors import RequestError
from galiot.signals import Channel, Reading, facts
from galiot.signals.clock import TimeAxis
from galiot.signals.draw.braille import place, plot
from galiot.signals.draw.marks import marks_of
from galiot.signals.draw.paper import ecg_figure
from galiot.signals.draw.picture import curves_figure, round_moments, save_picture
from galiot.signals.draw.screen import bounds_of, draw, samples_to_draw
from galiot.signals.ecg.simulate import Heart, simulate

SPAN = (0.0, 7.0)


def dots_of(lines: list[str]) -> list[str]:
    """Lines of braille as one character a dot, to be compared by eye."""
    bits = ((0, 3), (1, 4), (2, 5), (6, 7))
    return [
        "".join("#" if ord(c) - 0x2800 >> bit & 1 else "." for c in line for bit in row)
        for line in lines
        for row in bits
    ]


def test_a_rising_line_goes_from_the_lower_left_to_the_upper_right() -> None:
    lines = plot(np.arange(8.0), np.arange(8.0), columns=4, rows=2, span=SPAN, bounds=SPAN)
    assert dots_of(lines) == [
        ".......#",
        "......##",
        ".....##.",
        "....##..",
        "...##...",
        "..##....",
        ".##.....",
        "##......",
    ]


def test_a_spike_between_two_columns_is_not_lost() -> None:
    values = np.zeros(800)
    values[401] = 1.0
    shown = dots_of(plot(np.linspace(0, 7, 800), values, columns=4, rows=2, span=SPAN, bounds=(0, 1)))
    assert "#" in shown[0]
    assert shown[-1] == "########"


def test_a_gap_is_left_open() -> None:
    times = np.r_[np.arange(0, 2, 0.1), np.arange(5, 7, 0.1)]
    shown = dots_of(plot(times, np.zeros(len(times)), columns=7, rows=1, span=SPAN, bounds=(-1, 1)))
    assert shown[2] == "####......####"


def test_moments_lie_under_their_characters() -> None:
    assert [place(second, SPAN, 7) for second in (0, 3.5, 7, 99)] == [0, 3, 6, 6]


def test_every_channel_is_drawn_with_its_bounds_and_the_marks_of_its_facts() -> None:
    values = np.r_[np.zeros(50), np.full(50, 8.0)]
    reading = Reading.of(np.arange(100.0), [values, np.full(100, np.nan)], [Channel("tank", "l"), Channel("dead")])
    found = facts(reading)
    lines = list(draw(reading, found, columns=60))
    assert lines[0] == "tank (l)"
    assert lines[1].split()[0] == "8"
    assert lines[6].split()[0] == "0"
    assert any("no values" in line for line in lines)
    assert max(map(len, lines)) <= 60
    (step,) = [mark for mark in marks_of(found, ["tank"])["tank"] if mark.fact.name == "step"]
    assert 0 <= lines[7].index(step.letter) - 12 - place(step.at_s, (0, 99), 46) <= 3  # beside those of the same moment


def test_one_wild_sample_does_not_flatten_the_rest() -> None:
    values = np.sin(np.arange(5000) / 50)
    values[7] = 1e6
    assert bounds_of(values)[1] < 20


def test_a_long_reading_is_thinned_out() -> None:
    def blocks():
        for start in range(0, 3_000_000, 500_000):
            yield np.arange(start, start + 500_000.0), np.ones((1, 500_000))

    times, values = samples_to_draw(Reading("made", [Channel("x")], simulate(Heart()).reading.axis, blocks=blocks))
    assert 50_000 < len(times) <= 200_000
    assert values.shape == (1, len(times))
    assert (times[0], times[-1] > 2_900_000) == (0, True)


def test_pictures_are_written_whole(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")

    for name, reading in (
        ("curves", Reading.of(np.arange(50.0), [np.arange(50.0)], [Channel("level", "m")])),
        ("paper", simulate(Heart(), seed=1).reading),
        ("empty", Reading.of([], np.empty((1, 0)), [Channel("x")])),
    ):
        path = tmp_path / f"{name}.png"
        save_picture(reading, facts(reading), path)
        assert path.read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    reading = Reading.of([0.0], [[1.0]], ["x"])
    with pytest.raises(RequestError, match=r"pip install 'galiot\[signals\]'"):
        save_picture(reading, facts(reading), tmp_path / "x.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("values", [[3.0], [1e99, 1e99]])
def test_what_never_changes_is_drawn_without_a_warning(tmp_path: Path, values: list[float]) -> None:
    pytest.importorskip("matplotlib")
    reading = Reading.of(list(range(len(values))), [values], ["a"])
    save_picture(reading, facts(reading), tmp_path / "p.png")
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("length", [0.003, 1, 7, 59, 61, 800, 3600, 50_000, 90_000, 40 * 86_400, 3e9])
@pytest.mark.parametrize("first_s", [0.0, 1_768_413_600.0])
def test_an_axis_of_time_has_a_few_round_moments(length: float, first_s: float) -> None:
    axis = TimeAxis("date", offset_s=3600.0) if first_s else TimeAxis("elapsed")
    reading = Reading.of([first_s, first_s + length], [[0.0, 1.0]], ["x"], axis=axis)
    moments = round_moments(reading, (first_s, first_s + length))
    assert 3 <= len(moments) <= 9
    assert first_s <= moments[0] <= moments[-1] <= first_s + length
    if length > 3600:
        assert not ((moments + axis.offset_s) % 3600).any()


def test_letters_of_one_moment_stand_side_by_side() -> None:
    pytest.importorskip("matplotlib")

    values = np.r_[np.full(100, 9.0), np.zeros(100), np.full(100, 4.0)]
    values[:100] += np.random.default_rng(0).normal(0, 0.1, 100)
    reading = Reading.of(np.arange(300.0), values[None], ["x"])
    axis = curves_figure(reading, facts(reading)).axes[0]
    places = [text.xy[0] for text in axis.texts]
    assert len(places) < sum(len(text.get_text()) for text in axis.texts)
    assert min(np.diff(places)) > 0.012 * 299


def test_the_paper_shows_the_intervals_that_were_measured() -> None:
    pytest.importorskip("matplotlib")

    reading = simulate(Heart(), seed=1).reading
    found = facts(reading)
    figure = ecg_figure(reading, found)
    assert figure is not None
    shown = {text.get_text() for text in figure.axes[0].texts}
    told = {f"{name.upper()} {fact.display}" for name in ("pr", "qrs", "qt") for fact in found.of("", name)}
    assert len(told) == 3
    assert told <= shown
    marks = next(line for line in figure.axes[0].lines if line.get_marker() == "^")
    assert len(marks.get_xdata()) == found.of("", "beats")[0].value
