"""What a model is to learn from: JSON lines to samples of tokens, and samples to batches.

A row is one of three things; a file may mix them:

    {"messages": [{"role": "user", "content": "..."}, {"role": "assistant", "content": "..."}]}
    {"prompt": "...", "completion": "..."}
    {"text": "..."}

The loss is on what the assistant says, every turn with the token that ends it; on everything for plain text.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from galiot.errors import FileError, FormatError, GaliotError, RequestError
from galiot.learn.batch import Batch, Sample, pack
from galiot.model.model import Model
from galiot.tune.conversation import Message, encode_conversation
from galiot.tune.meet import arranged, kin
from galiot.tune.settings import Overlong

log = logging.getLogger(__name__)

ROLES = ("system", "user", "assistant")
Kind = Literal["messages", "prompt", "text"]
_TOLD = 3  # malformed lines that an error shows
_FORMS = '"messages", "prompt" with "completion", or "text"'


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the data."""

    line: int
    """From 1."""
    kind: Kind
    messages: tuple[Message, ...] = ()
    """Of a conversation; also of a prompt with its completion."""
    text: str = ""

    def rank(self, seed: int) -> bytes:
        """Return what rows are put in order by: as good as random, the same for the same content."""
        said = json.dumps([seed, self.kind, [dict(turn) for turn in self.messages], self.text], sort_keys=True)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()


@dataclass
class Rows:
    """The rows of a file that can be used, and what was wrong with the others."""

    path: str
    rows: list[Row]
    sha256: str
    """Of the file."""
    tolerate: int = 0
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """(line, why)"""

    def __len__(self) -> int:
        """Rows that can be used."""
        return len(self.rows)

    def skip(self, line: int, why: str) -> None:
        """Note a row that cannot be used."""
        found = line, " ".join(why.split())
        if found not in self.skipped:
            self.skipped.append(found)

    def check(self) -> None:
        """Raise FormatError when more rows had to be skipped than are tolerated."""
        if len(self.skipped) <= self.tolerate:
            return
        told = "; ".join(f"line {line}: {why}" for line, why in sorted(self.skipped)[:_TOLD])
        more = f"; and {len(self.skipped) - _TOLD} more" if len(self.skipped) > _TOLD else ""
        raise FormatError(
            self.path,
            f"malformed rows: {len(self.skipped)}, tolerated: {self.tolerate} ({told}{more}); "
            f"mend them or give --tolerate {len(self.skipped)}",
        )

    def split(self, seed: int, share: float = 0.1) -> tuple[Rows, Rows]:
        """Return the rows to learn from, and a share of at least one row to hold out.

        A row's content decides, not its place: a row that was held out stays so when others come, but for a few.
        raises: RequestError for a single row
        """
        if len(self.rows) < 2:
            raise RequestError(
                f"{self.path}: {len(self.rows)} row cannot be split: give more, or --held-out with others"
            )
        ranks = [row.rank(seed) for row in self.rows]
        held = set(sorted(range(len(ranks)), key=ranks.__getitem__)[: max(1, round(share * len(ranks)))])
        parts: tuple[list[Row], list[Row]] = [], []
        for i, row in enumerate(self.rows):
            parts[i in held].append(row)
        return (
            Rows(self.path, parts[0], self.sha256, self.tolerate, self.skipped),
            Rows(self.path, parts[1], self.sha256, self.tolerate, self.skipped),
        )


@dataclass
class Samples:
    """What the rows became."""

    samples: list[Sample]
    rows: list[int] = field(default_factory=list)
    """Of each sample, the place of its row in `Rows.rows`; a conversation may need several samples."""
    shortened: list[bool] = field(default_factory=list)
    """Of each sample, whether it was longer than the sequence and lost its end."""
    refused: int = 0
    """Samples that were left out because they were longer than the sequence, or lost all that was to be predicted."""

    def __len__(self) -> int:
        """Samples."""
        return len(self.samples)

    @property
    def cut(self) -> int:
        """Samples that lost their end."""
        return sum(self.shortened)

    def of_rows(self, places: Collection[int]) -> Samples:
        """Return the samples of some rows."""
        kept = [i for i, place in enumerate(self.rows) if place in places]
        return Samples(
            [self.samples[i] for i in kept],
            [self.rows[i] for i in kept],
            [self.shortened[i] for i in kept],
            self.refused,
        )

    @property
    def tokens(self) -> int:
        """Tokens of all samples."""
        return sum(map(len, self.samples))

    def digest(self) -> str:
        """Return a hash of what is fed and predicted."""
        found = hashlib.sha256()
        for sample in self.samples:
            found.update(len(sample).to_bytes(8, "little"))
            found.update(sample.tokens.astype("<i4").tobytes())
            found.update(sample.targets.astype(np.uint8).tobytes())
        return found.hexdigest()


def read_rows(path: str | Path, tolerate: int = 0) -> Rows:
    """Read JSON lines; empty lines are passed over.

    tolerate: malformed rows that are skipped and noted
    raises: RequestError when there is no such file; FileError when it cannot be read; FormatError, naming the first
        lines and what is wrong, for more malformed rows than are tolerated or for none that can be used
    """
    content = _content(Path(path))
    rows = Rows(str(path), [], hashlib.sha256(content).hexdigest(), tolerate)
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            rows.rows.append(parse_row(line, number))
        except _Malformed as problem:
            rows.skip(number, str(problem))
    rows.check()
    if not rows.rows:
        raise FormatError(path, f"holds no rows: expected JSON lines with {_FORMS}")
    return rows


def parse_row(line: bytes, number: int = 1) -> Row:
    """Return one row; keys beside those of its form are passed over.

    raises: ValueError saying what is wrong
    """
    try:
        said = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        raise _Malformed(f"is no UTF-8, byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise _Malformed(f"is no JSON, column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise _Malformed("is no JSON that can be read") from None
    if not isinstance(said, dict):
        raise _Malformed(f"is {_kind_of(said)}, expected an object")
    forms = [
        form for form in ("messages", "prompt", "text") if form in said or (form == "prompt" and "completion" in said)
    ]
    if len(forms) != 1:
        has = ", ".join(sorted(map(ascii, said))[:5]) or "nothing"
        raise _Malformed(f"has {has[:120]}, expected one of {_FORMS}")
    if forms == ["messages"]:
        return Row(line=number, kind="messages", messages=_messages(said["messages"]))
    if forms == ["prompt"]:
        asked, answer = _text(said, "prompt"), _text(said, "completion")
        turns = {"role": "user", "content": asked}, {"role": "assistant", "content": answer}
        return Row(line=number, kind="prompt", messages=turns)
    return Row(line=number, kind="text", text=_text(said, "text"))


def encode(rows: Rows, model: Model, *, sequence: int, overlong: Overlong = "cut", raw: bool = False) -> Samples:
    """Return what the rows are in the model's tokens.

    sequence: tokens of the longest sample
    overlong: what happens to a longer one: cut keeps its beginning, refuse leaves it out; both are counted
    raw: prompt and completion are joined as they are, without the chat template
    raises: FormatError when more rows than are tolerated cannot be written in the model's template, or when no token
        is left to be predicted
    """
    made = Samples([])
    for place, row in enumerate(rows.rows):
        try:
            found = encode_row(row, model, raw=raw)
        except GaliotError as error:
            rows.skip(row.line, str(error))
            continue
        for sample in found:
            _add(made, place, sample, sequence, overlong)
    rows.check()
    if not made.samples:
        longer = f" in the first {sequence} tokens of any of {made.refused} samples" if made.refused else ""
        raise FormatError(rows.path, f"nothing is to be predicted{longer}; give a longer --sequence or other data")
    if made.cut or made.refused:
        log.info("%s: %d samples cut, %d left out, of %d", rows.path, made.cut, made.refused, len(made))
    return made


def encode_row(row: Row, model: Model, *, raw: bool = False) -> list[Sample]:
    """Return the samples of one row.

    raises: FormatError or RequestError where the template refuses the conversation, RequestError where no token is
        predicted
    """
    tokenizer = model.tokenizer
    if row.kind == "messages" or (row.kind == "prompt" and not raw):
        return encode_conversation(model, row.messages)
    if row.kind == "prompt":
        asked = _start(model) + tokenizer.encode(row.messages[0]["content"])
        answer = tokenizer.encode(row.messages[1]["content"]) + [t for t in (tokenizer.eos,) if t is not None]
        return [_sample(asked + answer, [(len(asked), len(asked) + len(answer))])]
    tokens = tokenizer.encode(row.text, start=True)
    if len(tokens) < 2:
        raise RequestError(f"has {len(tokens)} token, at least 2 are needed")
    return [_sample(tokens, [(1, len(tokens))])]


class Batches:
    """An endless row of batches, each known by its number alone: what a resumed run needs to go on with.

    Every epoch goes through all samples in a new order; those that begin alike meet in a batch.
    """

    def __init__(self, samples: Sequence[Sample], *, batch: int, seed: int) -> None:
        if not samples:
            raise RequestError("there are no samples to make batches of")
        self.samples, self.batch, self.seed = samples, batch, seed
        self._kin = kin(samples)
        self._order: tuple[int, Any] = (-1, None)

    def at(self, number: int) -> Batch:
        """Return the batch of a number, from 0."""
        return pack([self.samples[i] for i in self.places(number)])

    def places(self, number: int) -> list[int]:
        """Return which samples a batch is made of."""
        first = number * self.batch
        return [self._place(position) for position in range(first, first + self.batch)]

    def for_step(self, step: int, accumulate: int) -> list[Batch]:
        """Return the batches of one update, from 0."""
        return [self.at(step * accumulate + i) for i in range(accumulate)]

    def _place(self, position: int) -> int:
        epoch, index = divmod(position, len(self.samples))
        if self._order[0] != epoch:
            self._order = epoch, self._epoch(epoch)
        return int(self._order[1][index])

    def _epoch(self, epoch: int) -> Any:
        chance, count = np.random.default_rng([self.seed, epoch]), len(self.samples)
        if not self._kin:
            return chance.permutation(count)
        return arranged(self._kin, batch=self.batch, begun=-epoch * count % self.batch, chance=chance)


class _Malformed(ValueError):
    """What is wrong with a row."""


def _add(made: Samples, place: int, sample: Sample, sequence: int, overlong: Overlong) -> None:
    longer = len(sample) > sequence
    if longer:
        sample = Sample(sample.tokens[:sequence], sample.targets[:sequence])
    if (longer and overlong == "refuse") or not sample.predicted:
        made.refused += 1
        return
    made.samples.append(sample)
    made.rows.append(place)
    made.shortened.append(longer)


def _sample(tokens: list[int], spans: list[tuple[int, int]]) -> Sample:
    targets = np.zeros(len(tokens), bool)
    for first, stop in spans:
        targets[first:stop] = True
    return Sample(np.asarray(tokens, np.int32), targets)


def _start(model: Model) -> list[int]:
    tokenizer = model.tokenizer
    return [tokenizer.bos] if tokenizer.add_bos and tokenizer.bos is not None else []


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise RequestError(f"{path}: no such file") from error
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from error


def _messages(said: object) -> tuple[Message, ...]:
    if not isinstance(said, list) or not said:
        raise _Malformed(f'"messages" is {_kind_of(said)}, expected a list of at least one turn')
    turns = tuple(_message(turn, place) for place, turn in enumerate(said, 1))
    if not any(turn["role"] == "assistant" for turn in turns):
        raise _Malformed("nothing is said by the assistant, so nothing is to be learned")
    return turns


def _message(turn: object, place: int) -> Message:
    if not isinstance(turn, dict):
        raise _Malformed(f"message {place} is {_kind_of(turn)}, expected an object")
    if unknown := sorted(set(turn) - {"role", "content"}):
        raise _Malformed(f"message {place} has {unknown[0][:40]!a}, expected role and content")
    role = turn.get("role")
    if role not in ROLES:
        raise _Malformed(f"message {place} has the role {str(role)[:40]!a}, expected {', '.join(ROLES)}")
    return {"role": role, "content": _text(turn, "content", f"message {place}: ")}


def _text(said: dict[str, Any], key: str, where: str = "") -> str:
    if key not in said:
        raise _Malformed(f'{where}"{key}" is missing')
    value = said[key]
    if not isinstance(value, str):
        raise _Malformed(f'{where}"{key}" is {_kind_of(value)}, expected text')
    if not value.strip():
        raise _Malformed(f'{where}"{key}" is empty')
    return value


def _kind_of(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    if value == []:
        return "an empty list"
    return names.get(type(value), "a number")
