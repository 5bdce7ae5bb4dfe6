"""The model reads a sentence and writes a plan.

Where the time goes (SmolLM2 135M behind a list of 160 tokens, one thread of a busy machine, best of 12): one token is
written in 4.8 ms, together with one to three forced ones in 9; a sentence of 16 tokens is read in 26. An adapter on
all projections makes that 5.2 ms with rank 8, 5.9 with rank 16 and 7.0 with rank 32; rank 16 on attention alone 5.3. So
rank 8 to 16 on all projections is worth its time. In 8 MB fits rank 12 as F16, or rank 16 with A as Q8_0, B as F16.
"""

from __future__ import annotations

import logging
import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from galiot.agent.constraint import PlanConstraint
from galiot.agent.grammar import grammar_of
from galiot.agent.plan import Act, Ask, Plan, Refuse, Step
from galiot.agent.prompt import Prompt, compose
from galiot.agent.text import parse
from galiot.errors import GaliotError
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.generate import GenerateConfig, generate
from galiot.runtime.session import Session, Snapshot

if TYPE_CHECKING:
    from galiot.agent.home import Home
    from galiot.model.adapter import Adapter
    from galiot.model.model import Model

log = logging.getLogger(__name__)

MOST_TOKENS = 160
"""Of a plan; a longer one is taken for a model that has lost its way."""
MOST_DOUBT = 6.0
"""Logits by which a tuned model's own wish may be above what the home allows. Beyond, the grammar has bent what it
meant, and nothing is done; of right plans one in a hundred is above 3."""
_CONTEXT = 1024
_KEPT_HOMES = 2


@dataclass(frozen=True)
class Draft:
    """What the model wrote, and what it took."""

    plan: Plan
    text: str
    prompt_tokens: int
    """Those that had to be read; what is known of the home was there before."""
    tokens: int
    seconds: float
    doubt: float
    """How far above what the home allows the model's own wish was, at most; logits."""
    complete: bool = False
    """Whether the text ended by itself."""


class Planner:
    """Turns sentences into plans with one model. Not for several threads at once.

    The list of things of a small home stays read between sentences, for the last homes that were asked about.
    """

    def __init__(
        self,
        model: Model,
        *,
        adapter: Adapter | None = None,
        config: RuntimeConfig | None = None,
        session: Session | None = None,
        most_doubt: float | None = None,
    ) -> None:
        """Load the weights, unless a session is given, whose adapters are then those that it has.

        most_doubt: a plan with more `Draft.doubt` is refused; None: `MOST_DOUBT` with an adapter, else no limit
        raises: what `Session` raises
        """
        adapters = [(adapter, 1.0)] if adapter is not None else []
        self._owns = session is None
        self.session = session or Session(model, config or RuntimeConfig(context=_CONTEXT), adapters=adapters)
        self._tokenizer = model.tokenizer
        tuned = adapter is not None or self.session.deltas is not None
        self._most_doubt = most_doubt if most_doubt is not None else MOST_DOUBT if tuned else math.inf
        self._homes: OrderedDict[tuple[int, ...], Snapshot] = OrderedDict()

    def read(self, sentence: str, home: Home, waiting: Sequence[str] = (), now: datetime | None = None) -> Plan:
        """Return the plan for a sentence; one that refuses as unclear where the model wrote none that can be read.

        waiting: the plans that wait, as texts; now: local time
        """
        return self.draft(sentence, home, waiting, now).plan

    def draft(self, sentence: str, home: Home, waiting: Sequence[str] = (), now: datetime | None = None) -> Draft:
        """Do what `read` does, and say what the model wrote and took."""
        try:
            draft = self._write(compose(sentence, home, waiting, now), sentence, waiting)
        except GaliotError as error:
            log.info("no plan: %s", error)
            draft = Draft(Plan(()), "", 0, 0, 0.0, 0.0)
        plan = _plan_of(draft.text, home) if draft.complete and draft.doubt <= self._most_doubt else Plan(())
        return replace(draft, plan=replace(plan if plan.steps else _UNCLEAR, source="model", request=sentence))

    def warm(self, home: Home) -> None:
        """Read a home's list of things now, so that the first sentence does not wait for it."""
        self._open(compose("", home))

    def close(self) -> None:
        """Give the memory back, unless the session was given."""
        if self._owns:
            self.session.close()

    def _write(self, prompt: Prompt, sentence: str, waiting: Sequence[str]) -> Draft:
        constraint = PlanConstraint(grammar_of(prompt, sentence, waiting), self._tokenizer)
        tokens = self._open(prompt)
        settings = GenerateConfig(temperature=0.0, max_tokens=MOST_TOKENS)
        made = generate(self.session, tokens, settings=settings, constraint=constraint).finished()
        complete, spent = made.finish in ("stop", "constraint"), made.spent
        return Draft(
            Plan(()), made.text, spent.prompt_tokens, spent.tokens, spent.seconds, constraint.doubt, complete=complete
        )

    def _open(self, prompt: Prompt) -> list[int]:
        """Bring the session to the end of what it can keep of a prompt, and return the tokens that are left to read."""
        prefix = tuple(self._tokenizer.encode(prompt.prefix, start=True))
        tokens = [*prefix, *self._tokenizer.encode(prompt.question)]
        same = _common(self.session.tokens, tokens)
        if prompt.whole and same < len(prefix):
            if prefix in self._homes:
                self.session.restore(self._homes[prefix])
            else:
                self.session.rewind(same)
                self.session.evaluate(prefix[same:], logits="none")
                self._homes[prefix] = self.session.snapshot()
                while len(self._homes) > _KEPT_HOMES:
                    self._homes.popitem(last=False)
            same = len(prefix)
        if prefix in self._homes:
            self._homes.move_to_end(prefix)
        self.session.rewind(min(same, len(tokens) - 1))
        return tokens[self.session.position :]


def _plan_of(text: str, home: Home) -> Plan:
    """The plan that a text is, without steps where it is none."""
    try:
        plan = parse(text, home)
        return replace(plan, steps=tuple(replace(step, act=_asked_once(step.act)) for step in plan.steps))
    except GaliotError as error:
        log.info("no plan: %s", error)
        return Plan(())


def _asked_once(act: Act) -> Act:
    """Name each option of a question once."""
    return replace(act, options=tuple(dict.fromkeys(act.options))) if isinstance(act, Ask) else act


_UNCLEAR = Plan((Step(Refuse("unclear")),))


def shipped_adapter(model: Model) -> Adapter | None:
    """Return the adapter that comes with the package, where the model is the one that it was made on, else None."""
    from galiot.model.adapter import read_adapter

    for path in sorted(Path(__file__).with_name("weights").glob("*.gguf")):
        try:
            return read_adapter(path, model)
        except GaliotError as error:
            log.info("%s is not for this model: %s", path.name, error)
    return None


def _common(seen: Sequence[int], wanted: Sequence[int]) -> int:
    """How many tokens at the start are the same."""
    return next((i for i, (a, b) in enumerate(zip(seen, wanted, strict=False)) if a != b), min(len(seen), len(wanted)))
