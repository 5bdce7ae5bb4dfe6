"""The built-in model, greedy, beside llama.cpp on the same file.

Both round the inputs of every product to 8 bits, each in its own places, so two candidates that are nearly equal may
change places. Where that happens, ours must have rated the two within `NEAR` of each other; llama.cpp's token is taken
then, and the comparison goes on.

`NEAR`: each engine's divergence from float32 arithmetic on this file is at most 0.0045, which is half the variance of
what its logits are off by. So the difference of two candidates between two engines has a variance of 4 * 2 * 0.0045 =
0.036, a deviation of 0.19; four of these.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from llama_peer import Peer

from galiot.model.library import find
from galiot.model.model import open_model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session

NEAR = 0.76
TOKENS = 64
QUESTIONS = (
    "Hi",
    "What is the capital of France?",
    "Name three primary colours.",
    "Write a haiku about rain.",
    "Explain in two sentences why the sky is blue.",
    "What is 17 plus 25?",
    "Give me a short recipe for pancakes.",
    "List the planets of the solar system, starting from the sun.",
    "Translate to French: Good morning, how are you today?",
    "Write a Python function that returns the sum of a list of numbers.",
)
STARTS = (
    "The",
    "Once upon a time",
    "import numpy as np\n\ndef mean(x):\n",
    "The temperature of the boiler rose from 61.5 to 74.2 degrees between",
    '{"name": "pump-3", "state": "on", "pressure_bar": 2.4, "alarms": [',
    "Dear Sir or Madam,\n\nI am writing to complain about the heating in my flat, which",
    "1, 1, 2, 3, 5, 8, 13, 21,",
    "A sensor is a device that measures a physical quantity. " * 4,
    "time,load,temperature\n" + "".join(f"2024-01-01T00:{i:02d}:00,{0.1 * i:.1f},{40 + i % 7}\n" for i in range(12)),
    "The river had been rising all night, and in the morning the lower fields were under water. " * 8,
)


@dataclass
class Meeting:
    """How one prompt went."""

    length: int
    tokens: int
    margins: list[float] = field(default_factory=list)
    """How far apart ours had rated the two candidates, wherever they differed."""


@pytest.fixture(scope="module")
def model():
    return open_model("smollm2-135m")


@pytest.fixture(scope="module")
def session(model):
    with Session(model, RuntimeConfig(context=1024, threads=2)) as session:
        yield session


@pytest.fixture(scope="module")
def peer(model):
    return Peer(find("smollm2-135m"), vocab=model.spec.vocab, letter=198, context=1024)


def prompts(model):
    chats = [f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n" for question in QUESTIONS]
    return [model.tokenizer.encode(text, special=True) for text in [*chats, *STARTS]]


def meet(session, peer, prompt):
    """Go the peer's way token by token, and note where ours would have turned off."""
    theirs = peer.greedy(prompt, TOKENS)
    meeting = Meeting(len(prompt), len(theirs))
    session.rewind(0)
    logits = session.evaluate(prompt).logits[0]
    for token in theirs:  # its end of the answer included
        ours = int(logits.argmax())
        if ours != token:
            meeting.margins.append(float(logits[ours] - logits[token]))
        logits = session.evaluate([token]).logits[0]
    return meeting


def test_greedy_text_is_llama_cpps_but_for_candidates_closer_than_rounding(model, session, peer):
    met = [meet(session, peer, prompt) for prompt in prompts(model)]
    assert len({m.length for m in met}) > 15
    margins = [margin for m in met for margin in m.margins]
    assert max(margins, default=0.0) < NEAR
    assert len(margins) < 0.05 * sum(m.tokens for m in met)
    assert sum(not m.margins for m in met) > 0
