"""Words in a row -> what each remembers of the words before it, or after it.

A recurrent layer whose gates depend on the word alone (strongly typed: Balduzzi & Ghifary 2016; SRU: Lei et
al. 2018)::

    memory[t] = keep[t] * memory[t - 1] + (1 - keep[t]) * write[t]

So a word's writing and keeping are known before the row is walked, "mutta" can wipe what came before, and the memory
is a weighted sum of what the words wrote: it can be shared out among them to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Walk:
    """All comments walked at once: their first words, their second words, and so on.

    Parameters
    ----------
    order : int array of shape (tokens,)
        The tokens step by step; within a step those of the longest comments first, so that the comments
        still walked are always the first rows of the step before.
    ends : list of int
        Where each step ends in ``order``.
    """

    order: NDArray[np.intp]
    ends: list[int]

    @classmethod
    def of(cls, counts: NDArray[np.intp], *, backward: bool = False) -> Walk:
        """Return the walk over comments of so many tokens each, lying side by side.

        Examples
        --------
        >>> walk = Walk.of(np.array([1, 3]))
        >>> walk.order.tolist(), walk.ends
        ([1, 0, 2, 3], [2, 3, 4])
        >>> Walk.of(np.array([1, 3]), backward=True).order.tolist()
        [3, 0, 2, 1]
        """
        counts = counts[counts > 0]
        total = int(counts.sum())
        owner = np.repeat(np.arange(len(counts)), counts)
        place = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        if backward:
            place = counts[owner] - 1 - place
        order = np.lexsort((owner, -counts[owner], place))
        return cls(order, np.cumsum(np.bincount(place)).tolist())

    def steps(self) -> Iterator[slice]:
        """Yield where each step stands in ``order``."""
        begin = 0
        for end in self.ends:
            yield slice(begin, end)
            begin = end


def remember(keep: Floats, write: Floats, walk: Walk) -> Floats:
    """Return the memory at each token.

    Parameters
    ----------
    keep, write : float arrays of shape (tokens, width)
        In the order of the walk; ``keep`` between 0 and 1.
    walk : Walk

    Returns
    -------
    float array of shape (tokens, width)
        In the order of the walk.

    Examples
    --------
    >>> keep, write = np.array([[0.5], [0.5], [1.0]]), np.array([[4.0], [8.0], [0.0]])
    >>> remember(keep, write, Walk.of(np.array([3]))).ravel().tolist()
    [2.0, 5.0, 5.0]
    """
    memory = (1 - keep) * write
    before = slice(0, 0)
    for step in walk.steps():
        if before.stop:
            # of the step before, the comments that go on
            memory[step] += keep[step] * memory[before.start : before.start + step.stop - step.start]
        before = step
    return memory


def d_remember(d_memory: Floats, keep: Floats, write: Floats, memory: Floats, walk: Walk) -> tuple[Floats, Floats]:
    """Return the gradients of ``keep`` and ``write`` from that of the memory; all in the order of the walk."""
    d_memory = d_memory.copy()
    d_keep = np.empty_like(keep)
    steps = list(walk.steps())
    for at in range(len(steps) - 1, -1, -1):
        step = steps[at]
        if at:
            begin = steps[at - 1].start
            before = slice(begin, begin + step.stop - step.start)
            d_keep[step] = d_memory[step] * (memory[before] - write[step])
            d_memory[before] += d_memory[step] * keep[step]
        else:
            d_keep[step] = -d_memory[step] * write[step]
    return d_keep, d_memory * (1 - keep)
