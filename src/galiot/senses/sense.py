"""A sense: a reading goes in; statements, labels, and embeddings for a language model come out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.model.model import Model
from galiot.senses.base import Encoded, Encoder, Floats, Label, Member, Prepared, Statement
from galiot.senses.channels import bare
from galiot.senses.file import SenseFile, read_sense
from galiot.senses.head import Head
from galiot.senses.prepare import prepare
from galiot.signals.reading import Reading

GENERAL = "series"
"""The kind that takes any reading that no other kind takes, and judges each channel by itself."""
_MEMBERS = {
    "convolution": "galiot.senses.convolution:Convolution",
    "patches": "galiot.senses.patches:Patches",
    "forest": "galiot.senses.forest:Forest",
    "linear": "galiot.senses.linear:Linear",
}
"""Kind of member -> where its class is, which is called with its part of the file and `threads`."""


class Sense:
    """An opened sense. Not for several threads at once.

    >>> with Sense.open("ecg.gguf") as sense:
    ...     for statement in sense.statements(galiot.read("rec01.hea")):
    ...         print(statement.name, statement.probability)
    """

    def __init__(self, file: SenseFile, members: Sequence[Member] | None = None, *, threads: int = 1) -> None:
        """members: those of the file, where they are open already, as while they are trained

        raises: FormatError when the file does not hold what its members need
        """
        self.file = file
        self.members = list(members if members is not None else open_members(file, threads=threads))
        self.head = Head.read(file)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, threads: int = 1) -> Sense:
        """Open a sense file.

        raises: RequestError when there is no such file, FileError, FormatError naming what is wrong in it
        """
        return cls(read_sense(path), threads=threads)

    @property
    def labels(self) -> tuple[Label, ...]:
        """What it can say."""
        return self.file.labels

    @property
    def encoder(self) -> Encoder | None:
        """The first member that gives hidden states."""
        return next((member for member in self.members if isinstance(member, Encoder)), None)

    @property
    def makes_embeddings(self) -> bool:
        """Whether it has what `encode` needs."""
        return self.encoder is not None and "proj.weight" in self.file.tensors

    def use_names_of(self, model: Model) -> None:
        """Let members that ask what channels are called know it by the token embeddings of a language model."""
        from galiot.senses.names import namer_of

        for member in self.members:
            member.use_names(namer_of(model))

    def prepare(self, reading: Reading) -> Prepared:
        """Bring a reading to rate, order and scale; done once, it serves all that takes a reading here."""
        return prepare(reading, self.file)

    def logits(self, reading: Reading | Prepared) -> Floats:
        """Return the logits of all members (members, labels)."""
        prepared = self._prepared(reading)
        return np.stack([member.logits(prepared) for member in self.members])

    def statements(self, reading: Reading | Prepared) -> list[Statement]:
        """Return every label with its probability and whether it is said, in the order of the labels.

        Of a reading that is not usable, or not complete, nothing is said, and the probabilities are the priors.
        """
        prepared = self._prepared(reading)
        if not (prepared.usable and prepared.complete):
            return self.head.statements(self.head.priors, usable=False)
        return self.head.statements(self.head.probabilities(self.logits(prepared)))

    def labelled(self, reading: Reading | Prepared, names: Sequence[str]) -> dict[str, float]:
        """Return the probability of each of some labels, of which exactly one holds.

        names: codes, names or synonyms
        raises: RequestError for a label that the sense does not know
        """
        places = [self.place(name) for name in names]
        statements = self.statements(reading)
        odds = np.array([statements[place].probability for place in places], np.float64)
        if any(self.labels[place].kind == "statement" for place in places):
            odds = odds / np.maximum(1 - odds, 1e-9)
        odds = np.maximum(odds, 1e-12)
        return {name: float(share) for name, share in zip(names, odds / odds.sum(), strict=True)}

    def place(self, name: str) -> int:
        """Return the place of a label by its code, name or synonym.

        raises: RequestError for a label that the sense does not know
        """
        for place, label in enumerate(self.labels):
            if bare(name) in {bare(each) for each in (label.code, label.name, *label.synonyms)}:
                return place
        known = ", ".join(label.code for label in self.labels[:20])
        more = f" and {len(self.labels) - 20} more" if len(self.labels) > 20 else ""
        raise RequestError(f"the sense {self.file.name} knows no label {name[:40]!r}; it knows {known}{more}")

    def encode(self, reading: Reading | Prepared) -> Encoded:
        """Return the embeddings that stand for a reading in the text that a language model reads.

        raises: RequestError for a sense without an encoder or projection
        """
        from galiot.senses.fusion.soft_tokens import SoftTokens

        return SoftTokens.of(self).encode(self._prepared(reading))

    def info(self) -> dict[str, Any]:
        """Return what the file says of itself, ready for JSON."""
        file = self.file
        parameters = sum(array.size for array in file.tensors.values())
        return {
            "name": file.name,
            "path": file.path,
            "kind": file.kind,
            "licence": file.licence,
            "notice": file.notice,
            "members": list(file.members),
            "parameters": parameters + (file.adapter.size // 4 if file.adapter else 0),
            "rate_hz": file.rate_hz,
            "window_s": file.window_s,
            "channels": list(file.channels),
            "labels": [{"code": label.code, "name": label.name, "group": label.group} for label in file.labels],
            "base_sha256": file.base_sha256,
            "adapter": bool(file.adapter),
            "soft_tokens": self.makes_embeddings,
            "scores": dict(file.scores),
            "manifest": dict(file.manifest),
        }

    def close(self) -> None:
        """Give all memory back."""
        for member in self.members:
            member.close()

    def __enter__(self) -> Sense:
        """Return the sense itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _prepared(self, reading: Reading | Prepared) -> Prepared:
        return reading if isinstance(reading, Prepared) else self.prepare(reading)


def open_members(file: SenseFile, *, threads: int = 1) -> list[Member]:
    """Make the members of a file, in order.

    raises: FormatError
    """
    if not file.members:
        raise FormatError(file.path, "has no members")
    return [_member_class(file, kind)(part, threads=threads) for kind, part in file.parts()]


def _member_class(file: SenseFile, kind: str) -> Callable[..., Member]:
    if kind not in _MEMBERS:
        raise FormatError(file.path, f"has a member {kind[:40]!a}; known are {', '.join(_MEMBERS)}")
    module, name = _MEMBERS[kind].split(":")
    found: Callable[..., Member] = getattr(import_module(module), name)
    return found
