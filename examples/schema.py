"""Ask for an answer that a program can use: JSON that keeps to a schema, whatever the model would like to say.

python examples/schema.py
"""

from __future__ import annotations

import json
from pathlib import Path

import galiot
from galiot.runtime.chat import chat_tokens
from galiot.runtime.constrain import from_schema
from galiot.runtime.generate import GenerateConfig

SCHEMA = json.loads(Path(__file__).with_name("answer.json").read_text("utf-8"))
QUESTION = "The bypass valve was opened at noon and nobody closed it. Which valve is open, and why?"
SETTINGS = GenerateConfig(max_tokens=80, temperature=0)

with galiot.open_model("smollm2-135m") as model, galiot.Session(model) as session:
    constraint = from_schema(SCHEMA, model.tokenizer, max_tokens=SETTINGS.max_tokens)
    prompt = chat_tokens(session.model, [{"role": "user", "content": QUESTION}])
    answer = galiot.generate(session, prompt, settings=SETTINGS, constraint=constraint).finished()
    print(json.dumps(json.loads(answer.text), indent=2))
