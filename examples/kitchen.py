"""Tune a model on what is said in a kitchen, and change between the tuned and the plain model while it runs.

python examples/kitchen.py
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import galiot
from galiot.model.adapter import read_adapter
from galiot.runtime.chat import Chat
from galiot.runtime.generate import GenerateConfig
from galiot.tune.order import Order
from galiot.tune.settings import TuneSettings
from galiot.tune.tuning import tune

DATA = Path(__file__).with_name("chats.jsonl")
SAID = ["Warm up the oven to 190 degrees.", "Turn the hood off."]  # neither is in the data
ANSWER = GenerateConfig(max_tokens=40, temperature=0)

with tempfile.TemporaryDirectory() as folder, galiot.open_model("smollm2-135m") as model:
    out = Path(folder, "kitchen.gguf")
    made = tune(model, Order(data=DATA, out=out), TuneSettings(method="lora", steps=20, seed=1))
    print(f"{made.why}; {made.seconds:.0f} s")
    with galiot.Session(model) as session:
        kitchen = read_adapter(out, model)
        for name, adapters in {"plain": [], "kitchen": [(kitchen, 1.0)]}.items():
            start = time.perf_counter()
            session.adapt(adapters)
            print(f"{name}, changed in {1000 * (time.perf_counter() - start):.0f} ms")
            for said in SAID:
                print(f"  {said} {Chat(session).send(said, settings=ANSWER).finished().text}")
