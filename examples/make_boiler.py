"""Make boiler.csv: one night of a heating boiler, a sample a minute, with something that goes wrong in it.

At 02:40 the pressure begins to fall from 1.6 to 0.7 bar, the burner locks out and the water cools down; at 05:10
somebody refills it. What is in the file is written here, so that a report about it can be checked.
"""

from __future__ import annotations

import csv
import math
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

START = datetime(2026, 1, 14, 18, 0)
MINUTES = 14 * 60
LEAK, LOCKOUT, REFILL = 520, 540, 670  # minutes after the start: 02:40, 03:00, 05:10
COLUMNS = ["time", "supply_temperature_C", "return_temperature_C", "pressure_bar", "burner_power_kW"]


def rows(seed: int = 7) -> list[list[str]]:
    """Return the samples, one list of texts for each minute."""
    noise = random.Random(seed)
    supply, drop, pressure, made = 62.0, 11.0, 1.6, []
    for minute in range(MINUTES):
        burning = minute < LOCKOUT or minute >= REFILL
        goal = 62 + 4 * math.sin(2 * math.pi * minute / 90) if burning else 24.0
        supply += (goal - supply) / (12 if burning else 55)
        drop += ((11 if burning else 2) - drop) / 15
        wanted = 0.7 if LEAK <= minute < REFILL else 1.6
        pressure += (wanted - pressure) / (8 if minute < REFILL else 3)
        power = min(18.0, max(0.0, 9 + 0.8 * (goal - supply))) if burning else 0.0
        values = (supply, supply - drop, pressure, power)
        spread = (0.15, 0.15, 0.01, 0.2 if burning else 0.0)
        time = (START + timedelta(minutes=minute)).isoformat()
        made.append([time, *(f"{noise.gauss(value, s):.2f}" for value, s in zip(values, spread, strict=True))])
    return made


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("boiler.csv")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows())
