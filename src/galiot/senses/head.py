"""From the logits of all members to calibrated probabilities, and to what is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import FormatError
from galiot.senses.base import Floats, Label, Statement
from galiot.senses.file import SenseFile


@dataclass(frozen=True, kw_only=True, eq=False)
class Head:
    """How members are weighed against each other, label by label.

    weights: (members, labels)
    bias: (labels,), added to the weighed sum of logits
    calibration: (labels, 2): that sum is multiplied with the first and the second is added, as Platt scaling does
    thresholds: (labels,): a statement is said from this probability on
    priors: (labels,): probability where the signal tells nothing
    kin: (labels, labels): 1 where the label of the row holds whenever that of the column does, as a group of its codes;
        -1 where it is what is left when that one does not hold, as "normal"; such a label is judged by the mean of its
        own log odds and of those that its kin gives it (`from_kin`)
    kin_calibration: (labels, 2): what that mean is multiplied with, and what is added
    """

    labels: tuple[Label, ...]
    weights: Floats
    bias: Floats
    calibration: Floats
    thresholds: Floats
    priors: Floats
    kin: Floats
    kin_calibration: Floats

    @classmethod
    def of(cls, labels: tuple[Label, ...], members: int, **arrays: npt.NDArray[Any]) -> Head:
        """Make a head; what is not given: the mean of the members as it is, thresholds of 0.5, priors of 0.5."""
        count = len(labels)
        defaults = {
            "weights": np.full((members, count), 1 / members),
            "bias": np.zeros(count),
            "calibration": np.tile([1.0, 0.0], (count, 1)),
            "thresholds": np.full(count, 0.5),
            "priors": np.full(count, 0.5),
            "kin": np.zeros((count, count)),
            "kin_calibration": np.tile([1.0, 0.0], (count, 1)),
        }
        whole = {name: np.asarray(arrays.get(name, default), np.float32) for name, default in defaults.items()}
        for name, default in defaults.items():
            if whole[name].shape != default.shape:
                raise ValueError(f"{name} has shape {whole[name].shape}, expected {default.shape}")
        return cls(labels=labels, **whole)

    @classmethod
    def read(cls, file: SenseFile) -> Head:
        """Read the head of a sense.

        raises: FormatError
        """
        part, count = file.part("head"), len(file.labels)
        priors, thresholds = part.array("priors", count), part.array("thresholds", count)
        for name, values in (("priors", priors), ("thresholds", thresholds)):
            if values.min() < 0 or values.max() > 1:
                raise FormatError(file.path, f"tensor head.{name} holds {values.max():g}, expected 0 to 1")
        more = {
            name: part.array(name, count, size)
            for name, size in (("kin", count), ("kin_calibration", 2))
            if part.has(name)
        }
        if "kin" in more and not np.isin(more["kin"], (-1, 0, 1)).all():
            raise FormatError(file.path, "tensor head.kin holds something else than -1, 0 and 1")
        return cls.of(
            file.labels,
            len(file.members),
            weights=part.array("weights", len(file.members), count),
            bias=part.array("bias", count),
            calibration=part.array("calibration", count, 2),
            thresholds=thresholds,
            priors=priors,
            **more,
        )

    def tensors(self) -> dict[str, Floats]:
        """The tensors that `read` reads."""
        names = ["weights", "bias", "calibration", "thresholds", "priors"]
        names += ["kin", "kin_calibration"] if self.kin.any() else []
        return {f"head.{name}": getattr(self, name) for name in names}

    def probabilities(self, logits: Floats) -> Floats:
        """Return the probability of each label (labels,) from the logits of all members (members, labels).

        Where a member has no opinion (NaN), the others count for it; where none has one, the prior stands.
        """
        known = np.isfinite(logits)
        weights = np.abs(self.weights)
        heard = np.where(known, weights, 0).sum(axis=0)
        share = np.divide(weights.sum(axis=0), heard, out=np.ones_like(heard), where=heard > 0)
        total = (np.where(known, logits, 0) * self.weights).sum(axis=0) * share + self.bias
        score = self._with_kin(total * self.calibration[:, 0] + self.calibration[:, 1])
        score = np.clip(score, -60, 60)
        made = 1 / (1 + np.exp(-score))
        classes = self.classes
        if classes.any():
            raised = np.exp(score[classes] - score[classes].max())
            made[classes] = raised / raised.sum()
        return np.where(heard > 0, made, self.priors).astype(np.float32)

    def _with_kin(self, score: Floats) -> Floats:
        """Log odds (labels,) after kin was heard: groups hear their codes first, then the rest hears the groups."""
        made = score.copy()
        for side in (1, -1):
            for row in np.flatnonzero((self.kin == side).any(axis=1)):
                slope, offset = self.kin_calibration[row]
                heard = from_kin(made[None], self.kin[row])[0]
                made[row] = slope * 0.5 * (score[row] + heard) + offset
        return made

    @property
    def classes(self) -> npt.NDArray[np.bool_]:
        """Which labels are classes (labels,)."""
        return np.array([label.kind == "class" for label in self.labels])

    def statements(self, probabilities: Floats, *, usable: bool = True) -> list[Statement]:
        """Decide what is said; of a reading that is not usable nothing is, and the priors stand."""
        found = probabilities if usable else self.priors
        said = (found >= self.thresholds) & usable
        if (classes := np.flatnonzero(self.classes)).size:
            likeliest = classes[int(np.argmax(found[classes]))]
            said[classes] &= classes == likeliest
        return [
            Statement(label=label, probability=float(p), said=bool(s))
            for label, p, s in zip(self.labels, found, said, strict=True)
        ]


def from_kin(score: npt.NDArray[Any], kin: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return log odds (rows,) that some of the kin (labels,) holds, or that none does where it stands against.

    score: log odds (rows, labels), taken as independent of each other (a noisy "or", Pearl 1988)
    """
    near = np.flatnonzero(kin)
    none = -np.logaddexp(0, score[:, near]).sum(axis=1)  # log of the chance that nothing holds
    none = np.clip(none, -60, -1e-9)
    return np.asarray((np.log(-np.expm1(none)) - none) * kin[near[0]])
