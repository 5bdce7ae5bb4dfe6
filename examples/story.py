"""Stream a text: the shortest way from a model to words.

python examples/story.py
"""

from __future__ import annotations

import galiot
from galiot.runtime.generate import GenerateConfig

SETTINGS = GenerateConfig(max_tokens=80, seed=5)

with galiot.open_model("smollm2-135m") as model, galiot.Session(model) as session:
    for piece in galiot.generate(session, "A galiot is a small ship that", settings=SETTINGS):
        print(piece, end="", flush=True)
    print()
