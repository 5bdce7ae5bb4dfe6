"""Make the readings that the questions are about: a greenhouse, a test stand, a truck; a house, a run, a link."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Mapping
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
OUT = HERE.parents[2] / "build" / "senses" / "series"
HOUR = 3600.0
Array = np.ndarray
Table = tuple[Array, Mapping[str, Array]]
STARTS = {
    "greenhouse": "2024-05-14T00:00:00",
    "stand": "",
    "truck": "2024-07-09T00:00:00",
    "house": "2025-03-08T00:00:00",
    "run": "",
    "link": "2025-11-03T06:00:00",
}
"""Reading -> the time of second 0; '' where the file counts seconds."""


def main() -> None:
    """Write every reading as CSV."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    make_all(parser.parse_args().out)


def make_all(folder: Path) -> dict[str, Path]:
    """Write the readings into a folder and return their paths by name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for make in (greenhouse, stand, truck, house, run, link):
        name = make.__name__
        paths[name] = folder / f"{name}.csv"
        paths[name].write_text(as_csv(*make(), start=STARTS[name]), "utf-8")
    return paths


def greenhouse() -> Table:
    """Return three days in May: about two minutes between samples, a night without heating, a watering left out."""
    random = np.random.default_rng(20)
    times = irregular(random, 72 * HOUR, 120.0)
    hour = times / HOUR % 24
    sun = np.clip(np.sin((hour - 5) / 15.5 * np.pi), 0, None) * (hour > 5) * (hour < 20.5)
    cloudy = np.where((times > 24 * HOUR) & (times < 48 * HOUR), 0.45, 1.0)  # the second day
    light = 1150 * sun * cloudy * (1 + 0.05 * random.standard_normal(len(times)))
    outdoor = 11 + 5.5 * np.sin((hour - 9) / 24 * 2 * np.pi) - 2.0 * (cloudy < 1) + noise(random, times, 0.15)
    inside = 18.5 + 8 * sun * cloudy + 0.1 * (outdoor - 11) + noise(random, times, 0.12)
    inside -= 5.5 * ((times > 50 * HOUR) & (times < 53.5 * HOUR))  # the heating fails from 02:00 to 05:30
    humidity = 84 - 1.9 * (inside - 18.5) + noise(random, times, 0.6)
    carbon = np.where((hour > 6) & (hour < 18), 820.0, 440.0) + noise(random, times, 8)
    carbon[times > 54 * HOUR] -= 260 * ((hour > 6) & (hour < 18))[times > 54 * HOUR]  # less dosing on the third day
    carbon[(times > 34 * HOUR) & (times < 37.5 * HOUR)] = np.nan
    soil = 41 - 0.35 * times / HOUR + 12 * (times > 7 * HOUR) + 15 * (times > 55.5 * HOUR) + noise(random, times, 0.1)
    names = ("air temperature (°C)", "outdoor temperature (°C)", "relative humidity (%)", "CO2 (ppm)")
    values = dict(zip(names, (inside, outdoor, humidity, carbon), strict=True))
    return scattered(random, times, {**values, "soil moisture (%)": soil, "light (µmol/m²/s)": light}, places=2)


def stand() -> Table:
    """Return 20 minutes of a motor on a test stand: two speeds, a swinging load, a bearing that goes bad at 780 s."""
    random = np.random.default_rng(21)
    times = irregular(random, 1200.0, 1.0)
    speed = np.interp(times, [0, 60, 120, 600, 630, 1080, 1140, 1200], [0, 0, 1500, 1500, 3000, 3000, 0, 0])
    turning = speed > 100
    torque = turning * (24 + 9 * np.sin(2 * np.pi * times / 40)) + noise(random, times, 0.3)
    current = 1.2 + turning * (0.32 * torque + 0.002 * speed) + noise(random, times, 0.1)
    damage = (times > 780) & (times < 1080)
    vibration = 0.3 + 0.0006 * speed + 3.4 * damage + noise(random, times, 0.05)
    vibration[(times > 300) & (times < 345)] = np.nan
    warm = np.interp(times, [0, 60, 600, 780, 1080, 1200], [22, 22, 46, 58, 91, 80]) + noise(random, times, 0.2)
    pressure = 0.2 + turning * (2.6 + 0.0007 * speed) - 1.3 * ((times > 840) & (times < 1080))
    pressure = pressure + noise(random, times, 0.03)
    shown = {"motor speed (rpm)": speed + noise(random, times, 3), "torque (Nm)": torque, "motor current (A)": current}
    shown |= {"bearing temperature (°C)": warm, "oil pressure (bar)": pressure, "vibration (mm/s)": vibration}
    return scattered(random, times, shown, places=3)


def truck() -> Table:
    """Return a day of deliveries: four stops with the door open, a cooler that cycles, a battery not read at noon."""
    random = np.random.default_rng(22)
    times = irregular(random, 24 * HOUR, 60.0)
    hour = times / HOUR
    stops = ((6.2, 6.55), (9.7, 9.9), (13.1, 13.6), (17.3, 17.45))
    door = sum(((hour > begin) & (hour < end)).astype(float) for begin, end in stops)
    ambient = 21 + 8 * np.sin((hour - 9.5) / 24 * 2 * np.pi) + noise(random, times, 0.2)
    warmth = sum(
        np.clip((hour - b) / (e - b), 0, 1) * 14 * (e - b) * np.exp(-np.clip(hour - e, 0, None) / 0.6) for b, e in stops
    )
    cargo = -19.5 + warmth + noise(random, times, 0.1)
    cooling = (hour * 60 % 24 < 10) | (warmth > 1)
    cooler = np.where(cooling, 14.0, 0.5) + noise(random, times, 0.15)
    driving = np.interp(hour, [5.5, 5.6, 6.1, 6.15], [0, 62, 62, 0])
    for begin, end, pace in ((6.6, 9.6, 78), (10, 13, 84), (13.7, 17.2, 71), (17.5, 19.2, 66)):
        driving = driving + np.interp(hour, [begin, begin + 0.08, end - 0.05, end], [0, pace, pace, 0])
    speed = np.clip(driving + (driving > 5) * noise(random, times, 3), 0, None)
    battery = np.where(driving > 5, 27.8, 25.6 - 0.05 * np.clip(hour - 19.2, 0, None)) + noise(random, times, 0.05)
    battery[(hour > 11.5) & (hour < 12.4)] = np.nan
    shown = {"cargo temperature (°C)": cargo, "ambient temperature (°C)": ambient, "door open": door}
    shown |= {"compressor current (A)": cooler, "battery voltage (V)": battery, "vehicle speed (km/h)": speed}
    return scattered(random, times, shown, places=2, spared=("door open",))


def house() -> Table:
    """Return a weekend in March: five minutes between samples, sun on the roof, a car that charges, a cold window."""
    random = np.random.default_rng(30)
    times = irregular(random, 48 * HOUR, 300.0)
    hour = times / HOUR % 24
    cloud = np.where(times > 24 * HOUR, 0.5, 1.0)
    solar = 3400 * cloud * np.clip(np.sin((hour - 6.5) / 11.5 * np.pi), 0, None) * (hour > 6.5) * (hour < 18)
    base = 240 + 60 * np.sin((hour - 14) / 24 * 2 * np.pi) + noise(random, times, 15)
    charging = (times > 20 * HOUR) & (times < 24.5 * HOUR)
    cooking = ((hour > 12) & (hour < 12.75)) | ((hour > 18.5) & (hour < 19.25))
    power = base + 7200 * charging + 1900 * cooking
    inside = 20.5 + 0.8 * np.sin((hour - 10) / 24 * 2 * np.pi) + noise(random, times, 0.05)
    open_window = (times > 32 * HOUR) & (times < 32.8 * HOUR)
    inside = inside - 4.5 * np.clip((times / HOUR - 32) / 0.8, 0, 1) * np.exp(
        -np.clip(times / HOUR - 32.8, 0, None) / 1.5
    )
    stored = 35 + 0.0 * times
    flow = np.where(solar > power, 1.0, 0.0) * 14 - 5.5 * (hour > 19)
    stored = np.clip(stored + np.cumsum(flow * np.diff(times, prepend=0) / HOUR), 5, 100)
    volts = 231 + noise(random, times, 0.8) - 3 * charging
    volts[(times > 15 * HOUR) & (times < 16.5 * HOUR)] = np.nan
    shown = {"house power (W)": power, "solar power (W)": solar, "battery charge (%)": stored}
    shown |= {"room temperature (°C)": inside, "mains voltage (V)": volts, "window open": open_window.astype(float)}
    return scattered(random, times, shown, places=1, spared=("window open",))


def run() -> Table:
    """Return a run of 40 minutes: warm-up, four fast kilometres with rests between, a hill, walking home."""
    random = np.random.default_rng(31)
    times = irregular(random, 2400.0, 2.0)
    pace = np.interp(times, [0, 30, 480, 490, 700, 710, 820, 830, 1040, 1050, 1160, 1170, 1380, 1390, 2100, 2110, 2400],
                     [0, 9.5, 9.5, 15, 15, 7, 7, 15, 15, 7, 7, 15.5, 15.5, 10, 10, 5, 5])  # fmt: skip
    effort = np.zeros(len(times))
    for k in range(1, len(times)):
        effort[k] = effort[k - 1] + (pace[k] - effort[k - 1]) * (times[k] - times[k - 1]) / 45
    heart = 68 + 7.4 * effort + 0.004 * times + noise(random, times, 1.2)
    heart[(times > 900) & (times < 960)] = np.nan
    cadence = np.where(pace > 6, 148 + 2.2 * pace, 20 * pace) + noise(random, times, 1.5)
    height = 212 + np.interp(times, [0, 1390, 1750, 2100, 2400], [0, 4, 58, 20, 20]) + noise(random, times, 0.3)
    skin = 31.2 + 2.6 * (1 - np.exp(-times / 600)) + noise(random, times, 0.05)
    oxygen = 97.5 - 0.12 * effort + noise(random, times, 0.3)
    shown = {"speed (km/h)": pace + noise(random, times, 0.2) * (pace > 1), "heart rate (/min)": heart}
    shown |= {"cadence (steps/min)": cadence, "altitude (m)": height, "skin temperature (°C)": skin, "SpO2 (%)": oxygen}
    return scattered(random, times, shown, places=2)


def link() -> Table:
    """Return twelve hours of a radio link: a rush from nine to eleven, an outage, a storm in the afternoon."""
    random = np.random.default_rng(32)
    times = irregular(random, 12 * HOUR, 30.0)
    hour = 6 + times / HOUR
    rush, storm = (hour > 9) & (hour < 11), (hour > 14.5) & (hour < 16)
    signal = -62 - 14 * storm + noise(random, times, 0.8)
    speed = 88 - 41 * rush - 35 * storm + 4 * np.sin(2 * np.pi * times / 1800) + noise(random, times, 1.5)
    delay = 24 + 31 * rush + 22 * storm + np.abs(noise(random, times, 2))
    lost = 0.2 + 0.6 * rush + 2.4 * storm + np.abs(noise(random, times, 0.05))
    queue = 12 + 45 * rush + 18 * storm + noise(random, times, 2)
    outage = (hour > 12.25) & (hour < 12.5)
    for values in (speed, delay, lost, queue):
        values[outage] = np.nan
    delay[np.searchsorted(times, 2.1 * HOUR)] = 310
    users = np.clip(np.round(6 + 22 * np.exp(-(((hour - 10) / 1.4) ** 2)) + noise(random, times, 0.5)), 0, None)
    shown = {"latency (ms)": delay, "throughput (Mbit/s)": speed, "packet loss (%)": lost, "signal (dBm)": signal}
    shown |= {"queue length": queue, "connected users": users}
    return scattered(random, times, shown, places=2)


def irregular(random: np.random.Generator, length_s: float, step_s: float) -> Array:
    """Return times from 0 on whose steps vary by 40 % to either side."""
    steps = step_s * random.uniform(0.6, 1.4, int(1.2 * length_s / step_s))
    times = np.round(np.concatenate([[0.0], np.cumsum(steps)]), 1 if step_s < 10 else 0)
    return times[times < length_s]


def noise(random: np.random.Generator, times: Array, deviation: float) -> Array:
    """Return white noise, one value a time."""
    return deviation * random.standard_normal(len(times))


def scattered(
    random: np.random.Generator, times: Array, values: dict[str, Array], *, places: int, spared: tuple[str, ...] = ()
) -> Table:
    """Round, and take single values away from every channel that is not spared."""
    for name, row in values.items():
        values[name] = np.round(row, places)
        if name not in spared:
            values[name][random.random(len(times)) < 0.01] = np.nan
    return times, values


def as_csv(times: Array, values: Mapping[str, Array], *, start: str) -> str:
    """Return the text of a file; an empty field is a value that is missing."""
    begin = datetime.datetime.fromisoformat(start) if start else None
    lines = [",".join(["time" if begin else "time_s", *values])]
    for row, second in enumerate(times):
        stamp = str(begin + datetime.timedelta(seconds=float(second))) if begin else f"{second:.1f}"
        lines.append(",".join([stamp, *("" if np.isnan(of[row]) else f"{of[row]:g}" for of in values.values())]))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
