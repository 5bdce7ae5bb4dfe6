"""What every method of tuning is to the loop that drives it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError
from galiot.learn.batch import Batch

if TYPE_CHECKING:
    from galiot.model.adapter import Adapter

State = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class StepResult:
    """What one update found."""

    loss: float
    """Nats per predicted token, before the update."""
    tokens: int
    """Tokens that were fed."""
    gradient_norm: float = 0.0
    """Before clipping; the norm of the estimate where the gradient is one."""


class Method(ABC):
    """A model that learns: one update after the other, and all that the next one depends on can be kept."""

    name: str

    @abstractmethod
    def step(self, batches: Sequence[Batch], rate: float) -> StepResult:
        """Make one update; the gradient is the mean over all predicted tokens of all batches.

        A loss or gradient that is no number changes nothing: the result says so, and the loop stops.
        """

    @abstractmethod
    def loss(self, batch: Batch) -> tuple[float, int]:
        """Return the sum of negative log likelihoods in nats, and the number of predicted tokens."""

    @abstractmethod
    def state(self) -> State:
        """Return copies of everything that the next step depends on: parameters, optimizer, random state."""

    @abstractmethod
    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Come back to what `state` returned; the steps that follow are then the same, bit for bit."""

    @abstractmethod
    def adapter(self) -> Adapter:
        """Return what was learned.

        raises: RequestError for a method that changes the model itself, see `save`
        """

    def save(self, path: Path, about: Mapping[str, object], type: str | None = None) -> None:
        """Write the whole tuned model as a GGUF file; `about` becomes its `galiot.*` metadata.

        type: of the whole file, as `convert` has them; None: one that keeps what was learned
        raises: RequestError for a method that makes an adapter
        """
        raise RequestError(f"{self.name} makes an adapter: write that, or merge it into the model")

    @property
    def whole(self) -> bool:
        """Whether the method changes the model itself, so that `save` takes the place of `adapter`."""
        return False

    def close(self) -> None:  # noqa: B027 (nothing to give back is a good default)
        """Give all memory back."""

    def __enter__(self) -> Method:
        """Return the method itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def finite(result: StepResult) -> bool:
    """Tell whether loss and gradient are numbers."""
    return bool(np.isfinite(result.loss) and np.isfinite(result.gradient_norm))
