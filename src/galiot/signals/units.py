"""Headers taken apart: "Water flow [l/s]", "temp (°C)", "power_w" become a name and a unit."""

from __future__ import annotations

import re

_BRACKETS = re.compile(r"^(?P<name>.*?)\s*(?:\[(?P<a>[^\[\]]{0,16})\]|\((?P<b>[^()]{0,16})\))\s*$")
_SLASHED = re.compile(r"^(?P<name>.*\S)\s+/\s+(?P<unit>\S{1,10})$")
_COMMA = re.compile(r"^(?P<name>.*\S),\s+(?P<unit>%|°?[A-Za-zµμΩ/²³%]{1,7})$")

_SUFFIXES = {
    "w": "W", "kw": "kW", "mw": "mW", "wh": "Wh", "kwh": "kWh", "mwh": "MWh", "va": "VA", "kva": "kVA", "var": "var",
    "mv": "mV", "kv": "kV", "volt": "V", "volts": "V", "ma": "mA", "amp": "A", "amps": "A", "ohm": "Ω",
    "degc": "°C", "celsius": "°C", "degf": "°F", "fahrenheit": "°F", "kelvin": "K", "deg": "°", "degrees": "°",
    "rad": "rad", "dps": "°/s", "pct": "%", "percent": "%", "perc": "%", "hpa": "hPa", "kpa": "kPa", "mpa": "MPa",
    "pa": "Pa", "bar": "bar", "mbar": "mbar", "psi": "psi", "lux": "lx", "lx": "lx", "ppm": "ppm", "ppb": "ppb",
    "db": "dB", "dbm": "dBm", "dba": "dBA", "hz": "Hz", "khz": "kHz", "mhz": "MHz", "ghz": "GHz", "rpm": "rpm",
    "bpm": "bpm", "mm": "mm", "cm": "cm", "km": "km", "kmh": "km/h", "kph": "km/h", "mps": "m/s", "mps2": "m/s²",
    "ms2": "m/s²", "ugm3": "µg/m³", "ug_m3": "µg/m³", "lpm": "l/min", "kg": "kg", "ms": "ms", "us": "µs",
    "seconds": "s", "sec": "s", "secs": "s", "minutes": "min", "kb": "kB", "mb": "MB", "gb": "GB", "kib": "KiB",
    "mib": "MiB", "gib": "GiB", "bytes": "B", "bps": "bit/s", "kbps": "kbit/s", "mbps": "Mbit/s", "kj": "kJ",
    "l_s": "l/s", "m_s": "m/s", "m_s2": "m/s²", "l_min": "l/min", "m3": "m³", "m3_h": "m³/h", "km_h": "km/h",
}  # fmt: skip
_LETTERS = {
    "c": ("°C", "temp"), "f": ("°F", "temp"), "k": ("K", "temp"), "v": ("V", "volt|batt|supply|bus|cell|vdd|vcc|^v"),
    "a": ("A", "current|curr|amp|load|^i"), "g": ("g", "acc|mass|weight"),
    "m": ("m", "dist|height|alt|depth|level|range"),
    "s": ("s", "time|duration|elapsed|uptime|latency|delay"), "l": ("l", "vol|tank"), "j": ("J", "energy"),
    "h": ("h", "time|duration|uptime"), "n": ("N", "force|thrust"), "b": ("B", "size|mem|bytes"),
}  # fmt: skip
_TIDY = {
    "C": "°C", "degC": "°C", "deg C": "°C", "ºC": "°C", "˚C": "°C", "℃": "°C", "F": "°F", "degF": "°F", "℉": "°F",
    "deg F": "°F", "celsius": "°C", "Celsius": "°C", "fahrenheit": "°F", "Fahrenheit": "°F", "percent": "%", "pct": "%",
    "lux": "lx", "m/s2": "m/s²", "m/s^2": "m/s²", "m3/h": "m³/h", "ug/m3": "µg/m³", "L/s": "l/s", "L/min": "l/min",
    "deg": "°", "sec": "s", "seconds": "s", "volts": "V", "Volts": "V", "amps": "A", "watts": "W", "Watts": "W",
}  # fmt: skip
_KNOWN = {*_SUFFIXES.values(), *_TIDY.values(), "V", "A", "K", "MW", "GW", "m", "l/s", "m/s", "km/h"}
_NO_UNITS = {"", "-", "1", "none", "None", "n/a", "raw", "bool", "boolean", "count", "#"}


def split_header(header: str) -> tuple[str, str]:
    """Return (name, unit) of a column's header; the unit is empty where none is said."""
    header = " ".join(header.split())
    if found := _BRACKETS.match(header):
        unit = (found["a"] if found["a"] is not None else found["b"] or "").strip()
        if found["name"] and _looks_like_unit(unit):
            return found["name"].strip(" _"), tidy_unit(unit)
    for pattern in (_SLASHED, _COMMA):
        found = pattern.match(header)
        if found and (pattern is _SLASHED or tidy_unit(found["unit"]) in _KNOWN):
            return found["name"], tidy_unit(found["unit"])
    return _split_suffix(header)


def tidy_unit(unit: str) -> str:
    """Write a unit as it is shown: degC as °C, lux as lx."""
    unit = " ".join(unit.split())
    if unit in _NO_UNITS:
        return ""
    return _TIDY.get(unit, unit.replace("μ", "µ"))


def show_unit(unit: str) -> str:
    """Write a unit behind a number: with a space, but for degrees of an angle."""
    return "" if not unit else unit if unit == "°" else f" {unit}"


def _looks_like_unit(unit: str) -> bool:
    return len(unit) <= 12 and not re.search(r"\d{3}|[=<>!?:;]", unit) and len(unit.split()) <= 2


def _split_suffix(header: str) -> tuple[str, str]:
    parts = re.split(r"[_ .]", header)
    for count in (2, 1):
        if len(parts) <= count:
            continue
        suffix = "_".join(parts[-count:])
        stem = header[: -len(suffix)].rstrip("_ .")
        if not stem:
            continue
        if len(suffix) > 1 and suffix in _KNOWN:
            return stem, suffix
        if suffix.lower() in _SUFFIXES and (suffix.islower() or len(suffix) > 2):
            return stem, _SUFFIXES[suffix.lower()]
        letter = _LETTERS.get(suffix.lower())
        if letter and re.search(letter[1], stem.lower()):
            return stem, letter[0]
    return header, ""
