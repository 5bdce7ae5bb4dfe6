"""Colours by name and in the forms that devices take them."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from typing import Any

COLORS: Mapping[str, tuple[int, int, int]] = {
    "red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0), "orange": (255, 140, 0),
    "purple": (128, 0, 128), "violet": (143, 0, 255), "pink": (255, 105, 180), "cyan": (0, 255, 255),
    "magenta": (255, 0, 255),
    "white": (255, 255, 255), "turquoise": (64, 224, 208), "teal": (0, 128, 128), "lime": (191, 255, 0),
    "gold": (255, 200, 0),
    "amber": (255, 191, 0), "brown": (150, 75, 0), "indigo": (75, 0, 130), "lavender": (181, 126, 220),
    "salmon": (250, 128, 114),
    "coral": (255, 127, 80), "crimson": (220, 20, 60), "navy": (0, 0, 128), "aqua": (0, 255, 255),
    "beige": (245, 245, 220),
    "olive": (128, 128, 0), "maroon": (128, 0, 0), "peach": (255, 218, 185), "mint": (152, 255, 152),
    "rose": (255, 0, 127),
    "light blue": (173, 216, 230), "dark blue": (0, 0, 139), "sky blue": (135, 206, 235),
    "light green": (144, 238, 144),
    "dark green": (0, 100, 0), "warm white": (255, 200, 140), "cool white": (230, 240, 255), "black": (0, 0, 0),
    "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192), "fuchsia": (255, 0, 255),
    "scarlet": (255, 36, 0),
}  # fmt: skip
"""Name -> red, green, blue, each 0..255."""

KELVINS: Mapping[str, int] = {
    "candlelight": 2000, "candle": 2000, "very warm": 2200, "warm": 2700, "warm white": 2700, "soft white": 3000,
    "soft": 3000, "warmer": 2700,
    "neutral": 4000, "neutral white": 4000, "natural": 4000, "white": 4000, "cool": 5500, "cool white": 5500,
    "cold": 6000, "cold white": 6000,
    "daylight": 6500, "day": 6500, "bright white": 5000, "coldest": 6500, "warmest": 2200,
}  # fmt: skip
"""Name of a white -> kelvin."""

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def rgb_of(said: Any) -> tuple[int, int, int] | None:
    """Return red, green, blue of a name, of "#rrggbb" or of "r,g,b"; None where it is no colour."""
    if isinstance(said, (list, tuple)) and len(said) == 3 and all(isinstance(part, (int, float)) for part in said):
        red, green, blue = (min(255, max(0, round(part))) for part in said)
        return red, green, blue
    if not isinstance(said, str):
        return None
    text = said.strip().lower()[:60]
    if text in COLORS:
        return COLORS[text]
    if match := _HEX.fullmatch(text):
        return int(match[1][:2], 16), int(match[1][2:4], 16), int(match[1][4:], 16)
    text = text.removeprefix("rgb,")
    parts = re.findall(r"\d{1,3}", text)
    if re.fullmatch(r"(rgb\()?\d{1,3}[, ]+\d{1,3}[, ]+\d{1,3}\)?", text):
        return rgb_of([int(part) for part in parts])
    return None


def name_of(rgb: tuple[int, int, int]) -> str:
    """Return the name of the nearest colour that has one."""
    return min(COLORS, key=lambda name: sum((a - b) ** 2 for a, b in zip(COLORS[name], rgb, strict=True)))


def hue_saturation(rgb: tuple[int, int, int]) -> tuple[float, float]:
    """Return hue in degrees and saturation in percent."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*(part / 255 for part in rgb))
    return round(hue * 360, 1), round(saturation * 100, 1)


def from_hue(hue: float, saturation: float, value: float = 100.0) -> tuple[int, int, int]:
    """Return red, green, blue of a hue in degrees, saturation and value in percent."""
    red, green, blue = colorsys.hsv_to_rgb(
        (hue % 360) / 360, min(1, max(0, saturation / 100)), min(1, max(0, value / 100))
    )
    return round(red * 255), round(green * 255), round(blue * 255)


def xy_of(rgb: tuple[int, int, int]) -> tuple[float, float]:
    """Return CIE 1931 x and y of an sRGB colour (IEC 61966-2-1, D65)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (value / 255 for value in rgb)
    ]
    weights = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = (sum(w * part for w, part in zip(row, linear, strict=True)) for row in weights)
    total = x + y + z
    return (round(x / total, 4), round(y / total, 4)) if total else (0.3127, 0.329)


def from_xy(x: float, y: float) -> tuple[int, int, int]:
    """Return the brightest sRGB colour of that chromaticity."""
    if y <= 0:
        return 255, 255, 255
    big_x, big_z = x / y, (1 - x - y) / y
    rows = ((3.2406, -1.5372, -0.4986), (-0.9689, 1.8758, 0.0415), (0.0557, -0.2040, 1.0570))
    linear = [max(0.0, a * big_x + b + c * big_z) for a, b, c in rows]
    most = max(linear) or 1.0
    gamma = [
        12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in (p / most for p in linear)
    ]
    red, green, blue = (min(255, max(0, round(part * 255))) for part in gamma)
    return red, green, blue
