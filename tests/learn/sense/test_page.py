from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from galiot.learn.sense.page import write_page
from galiot.learn.sense.plots import bars, curves
from galiot.senses.base import Label


def numbers(svg, tag, name):
    return [float(each) for each in re.findall(rf'<{tag} [^>]*\b{name}="([-\d.]+)"', svg)]


def test_a_curve_goes_through_its_points_between_the_corners():
    x = np.array([0.0, 0.5, 1.0])
    svg = curves("t", "b", "s", {"one": (x, x**2), "two": (x, x)}, dots=True)
    ET.fromstring(svg)
    one, two = (
        np.array([each.split(",") for each in line.split()], float) for line in re.findall(r'points="(.*?)"', svg)
    )
    side = two[2, 0] - two[0, 0]
    assert one[1] - one[0] == pytest.approx([0.5 * side, -0.25 * side], abs=0.1)
    assert one[2] == pytest.approx(two[2])
    assert svg.count("<circle") == 6


def test_bars_are_as_long_as_their_values_and_say_how_far_they_fall():
    svg = bars("t", {"as it is": 0.8, "noise <10 dB": 0.6}, line=0.8)
    ET.fromstring(svg)
    long = numbers(svg, "rect", "width")
    assert long[1] / long[0] == pytest.approx(0.75)
    assert "0.600 (-0.200)" in svg


def test_a_page_says_whose_records_it_judged_and_shows_every_part(tmp_path):
    labels = [Label(code=code, name=code, group=code) for code in ("NORM", "M<I")]
    examples = type("", (), {"truth": np.array([[1, 0], [0, 1], [1, 0], [0, 1]], bool)})
    scores = {
        "sense": "x/ecg.gguf",
        "records": 4,
        "examples": 4,
        "notice": "not certified",
        "seen_in_training": True,
        "macro_auc": {"value": 0.9, "interval_95": [0.8, None]},
        "by_label": {"M<I": {"records": 2, "auc": None}},
        "texts": {"template": {"bleu_4": 12.5}},
        "noise": {"hum": 0.85},
    }
    path = tmp_path / "page.html"
    write_page(path, scores, np.array([[0.9, 0.2], [0.1, 0.7], [0.6, 0.8], [0.3, 0.4]]), examples, labels)
    text = path.read_text()
    for part in ("learned from", "not certified", "0.900 [0.800, -]", "M&lt;I", "BLEU 4", "12.500", "(-0.050)"):
        assert part in text, part
    assert text.count("<svg") == 3
    assert "NORM 1.000" in text
    assert "M&lt;I 0.500" in text
