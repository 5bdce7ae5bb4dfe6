"""Hold a conversation whose beginning is computed once, however many people ask.

python examples/chat.py
"""

from __future__ import annotations

import galiot
from galiot.runtime.chat import Chat
from galiot.runtime.generate import GenerateConfig

SYSTEM = "You help people with the heating of their house. Answer in one sentence."
QUESTIONS = ["My radiator is cold at the top. What is that?", "And what do I do about it?"]
SETTINGS = GenerateConfig(max_tokens=60, temperature=0)

with galiot.open_model("smollm2-135m") as model, galiot.Session(model) as session:
    chat = Chat(session, system=SYSTEM)
    for question in QUESTIONS:
        print(f"> {question}")
        answer = chat.send(question, settings=SETTINGS)
        for piece in answer:
            print(piece, end="", flush=True)
        print(f"\n  ({answer.spent.prompt_tokens} new tokens read, {answer.spent.tokens} written)")
