"""Small data sets, written into a folder from a seed."""

from __future__ import annotations

import numpy as np

WATCH = """
name = "watch"
kind = "motion"
rate_hz = 50
window_s = 2
channels = ["ax", "ay", "az"]
scaling = "none"
[data]
layout = "folder"
files = "*/*.csv"
path = '(?P<person>[^/]+)/(?P<label>[a-z]+)_\\d+\\.csv'
[split]
test = ["d"]
[forest]
trees = 12
leaf = 2
"""


def swing(frequency_hz, rng, seconds=4.0):
    """A swinging wrist (samples, 3) at 50 Hz."""
    t = np.arange(round(50 * seconds)) / 50
    values = 0.05 * rng.normal(size=(len(t), 3)) + [1.0, 0.0, 0.0]
    values[:, 1] += np.sin(2 * np.pi * frequency_hz * t + rng.uniform(0, 6))
    return values


def write_watch(folder, persons="abcd", each=2):
    """Persons who swing slowly or fast, a CSV file a recording; returns the recipe's path."""
    rng = np.random.default_rng(0)
    for person in persons:
        (folder / person).mkdir(parents=True)
        for label, frequency_hz in (("slow", 0.8), ("fast", 3.5)):
            for number in range(each):
                values = swing(frequency_hz, rng)
                lines = [f"{row / 50:.2f},{x:.4f},{y:.4f},{z:.4f}" for row, (x, y, z) in enumerate(values)]
                path = folder / person / f"{label}_{number}.csv"
                path.write_text("time,ax,ay,az\n" + "\n".join(lines) + "\n")
    recipe = folder / "watch.toml"
    recipe.write_text(WATCH)
    return recipe
