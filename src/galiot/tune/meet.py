"""The order in which samples are seen: by chance, but so that those that begin alike meet in a batch.

What they have in common is then fed once, see `galiot.learn.share`. The rows of one home are not seen one after the
other: batches of them come among those of other homes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.learn.batch import Sample
from galiot.learn.share import LEAST, common, sort_key

Array = npt.NDArray[Any]


def kin(samples: Sequence[Sample]) -> list[Array]:
    """Return the places of the samples that begin alike, group by group.

    Two are of one group when half of what stands before the answer is the same. No groups are returned when it makes no
    difference who meets: when fewer than two have several members.
    """
    heads = [sample.tokens[: int(sample.targets[1:].argmax())] for sample in samples]
    order = sorted(range(len(heads)), key=lambda i: sort_key(heads[i]))
    groups = [order[:1]]
    for before, place in pairwise(order):
        alike = common(heads[before], heads[place])
        if alike >= max(LEAST, max(len(heads[before]), len(heads[place])) / 2):
            groups[-1].append(place)
        else:
            groups.append([place])
    return [np.array(group) for group in groups] if sum(len(group) > 1 for group in groups) > 1 else []


def arranged(groups: Sequence[Array], *, batch: int, begun: int, chance: np.random.Generator) -> Array:
    """Return all places in an order in which batches are of one group each, as far as they can be.

    begun: how many places still belong to the last batch of the epoch before
    """
    whole, loose = list[Array](), list[Array]()
    for i in chance.permutation(len(groups)):
        mixed = chance.permutation(groups[i])
        count = len(mixed) // batch
        whole += np.split(mixed[: count * batch], count) if count else []
        loose.append(mixed[count * batch :])
    room = max(0, sum(map(len, groups)) - begun) // batch
    whole = [whole[i] for i in chance.permutation(len(whole))]
    left = np.concatenate([*loose, *whole[room:]])
    count = max(0, len(left) - begun) // batch
    stop = begun + count * batch
    whole = whole[:room] + (np.split(left[begun:stop], count) if count else [])
    return np.concatenate([left[:begun], *(whole[i] for i in chance.permutation(len(whole))), left[stop:]])
