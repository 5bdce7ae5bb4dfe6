"""Units as people and descriptions write them."""

from __future__ import annotations

UNITS = {
    "C": ("c", "°c", "celsius", "degc", "degree celsius", "degrees celsius", "degreecelsius", "om:degreecelsius",
          "qudt:deg_c", "deg_c",
          "unit:deg_c", "cel", "℃", "degrees c", "degree_celsius", "temperature:celsius"),
    "cC": ("0.01c", "0.01°c", "0.01 c", "0.01 °c", "centidegree", "centidegrees", "centi celsius", "c/100", "°c/100",
           "hundredths of a degree", "hundredths of a degree celsius", "centicelsius"),
    "F": ("f", "°f", "fahrenheit", "degf", "degree fahrenheit", "degrees fahrenheit", "degreefahrenheit",
          "om:degreefahrenheit",
          "qudt:deg_f", "deg_f", "unit:deg_f", "℉", "degrees f", "degree_fahrenheit"),
    "K": ("k", "kelvin", "om:kelvin", "qudt:k", "unit:k"),
    "%": ("%", "percent", "percentage", "pct", "om:percent", "qudt:percent", "unit:percent", "per cent", "prozent",
          "%rh"),
    "1": ("1", "ratio", "fraction", "om:one"),
    "mired": ("mired", "mireds", "mirek", "micro reciprocal degree"),
    "W": ("w", "watt", "watts", "om:watt"),
    "kW": ("kw", "kilowatt", "kilowatts"),
    "Wh": ("wh", "watt hour", "watt hours"),
    "kWh": ("kwh", "kilowatt hour", "kilowatt hours"),
    "lx": ("lx", "lux", "om:lux"),
    "s": ("s", "sec", "secs", "second", "seconds", "om:second-time", "om:second"),
    "min": ("min", "mins", "minute", "minutes", "m"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "V": ("v", "volt", "volts"),
    "A": ("a", "amp", "amps", "ampere", "amperes"),
    "deg": ("deg", "°", "degree", "degrees"),
    "dB": ("db", "decibel", "decibels"),
    "hPa": ("hpa", "mbar"),
    "ppm": ("ppm",),
    "rpm": ("rpm", "r/min"),
}  # fmt: skip
_UNIT_OF = {name: unit for unit, names in UNITS.items() for name in names}
_LINEAR = {
    ("W", "kW"): 1000.0,
    ("Wh", "kWh"): 1000.0,
    ("s", "min"): 60.0,
    ("min", "h"): 60.0,
    ("s", "h"): 3600.0,
    ("1", "%"): 0.01,
}


def unit_of(text: str | None) -> str | None:
    """Return the short name of a unit ("C" for "degrees celsius"), the text itself where it is not known, None for
    none."""
    if not text or not text.strip():
        return None
    text = text.strip()[:60]
    return _UNIT_OF.get(text.lower(), text)


def convert(value: float, start: str | None, end: str | None) -> float | None:
    """Return the value in another unit, None where the one cannot be turned into the other."""
    start, end = unit_of(start), unit_of(end)
    if start == end or start is None or end is None:
        return value
    if {start, end} <= {"C", "F", "K"}:
        celsius = {"C": value, "F": (value - 32) / 1.8, "K": value - 273.15}[start]
        return {"C": celsius, "F": celsius * 1.8 + 32, "K": celsius + 273.15}[end]
    if "cC" in (start, end):
        celsius_ = value / 100 if start == "cC" else convert(value, start, "C")
        return None if celsius_ is None else celsius_ * 100 if end == "cC" else convert(celsius_, "C", end)
    if {start, end} == {"K", "mired"}:
        return 1e6 / value if value > 0 else None
    if {start, end} == {"C", "deg"} or {start, end} == {"F", "deg"} or {start, end} == {"K", "deg"}:
        return value
    if factor := _LINEAR.get((end, start)):
        return value * factor
    if factor := _LINEAR.get((start, end)):
        return value / factor
    return None


def convert_span(value: float, start: str | None, end: str | None) -> float | None:
    """Return a difference in another unit: 2 F are 1.1 C."""
    start, end = unit_of(start), unit_of(end)
    if (start, end) in {("F", "C"), ("F", "K")}:
        return value / 1.8
    if (start, end) in {("C", "F"), ("K", "F")}:
        return value * 1.8
    if {start, end} == {"C", "K"}:
        return value
    return convert(value, start, end)
