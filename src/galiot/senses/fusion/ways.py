"""The ways of fusion on one interface: soft tokens, keys and values, text."""

from __future__ import annotations

from galiot.errors import RequestError
from galiot.runtime.mixed import joined
from galiot.runtime.session import Session
from galiot.senses.fusion.base import Fusion
from galiot.senses.fusion.text import text_of
from galiot.senses.seen import Seen


class AsSoftTokens(Fusion):
    """Embeddings at the place where the reading stands."""

    name = "soft-tokens"

    def append(self, session: Session, seen: Seen) -> int:
        """See `Fusion`."""
        if seen.encoded is None:
            raise RequestError("the sense makes no embeddings for this model")
        if len(seen.encoded.values):
            session.evaluate(seen.encoded.values, logits="none")
        return len(seen.encoded.values)


class AsKeysValues(Fusion):
    """Cells in front of every layer."""

    name = "keys-values"

    def append(self, session: Session, seen: Seen) -> int:
        """See `Fusion`."""
        if not seen.prefix:
            raise RequestError("the sense makes no keys and values")
        session.insert(seen.prefix)
        return len(seen.prefix[0])


class AsText(Fusion):
    """Facts and statements in words."""

    name = "text"

    def append(self, session: Session, seen: Seen) -> int:
        """See `Fusion`."""
        tokens = joined(session, [text_of(seen)])
        session.evaluate(tokens, logits="none")
        return len(tokens)


WAYS: tuple[Fusion, ...] = (AsSoftTokens(), AsKeysValues(), AsText())
