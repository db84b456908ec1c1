"""Word forms -> static vectors that know words which no labelled comment ever showed.

A floret table holds a row for each hashed piece of spelling; the vector of a form is the mean of its
rows, so that typos and unseen inflections land near the words they are. ``data/floret-fi.npz``
is the table of spacy_fi_experimental_web_md 0.15.0 (MIT, 50,000 x 300, learnt from Finnish web text),
projected to fewer dimensions and kept in one byte a number; ``scripts/vectors`` makes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import mmh3
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

#: Settings of the table (its vectors.cfg).
_SEED = 2166136261
_NGRAMS = (4, 5)
#: The weight of the vector beside the unit vector of named features; on held-out hands 0.6 gave theme F1 .778
#: and sentiment F1 .762, 1.5 gave .781 and .769.
SCALE = 1.5


@dataclass(frozen=True)
class Vectors:
    """A floret table.

    Parameters
    ----------
    table : int8 array of shape (rows, dimensions)
        One byte a number.
    steps : float array of shape (dimensions,)
        What one step of a byte is worth in each dimension.
    """

    table: NDArray[np.int8]
    steps: NDArray[np.float32]

    @classmethod
    @cache
    def packaged(cls) -> Vectors:
        """Return the Finnish table that ships with the library; read once.

        Examples
        --------
        >>> skilled, expert, dog = Vectors.packaged().of(["ammattitaitoinen", "asiantunteva", "koira"])
        >>> float(skilled @ expert) > float(skilled @ dog)
        True
        """
        with files("feedbacktext.features").joinpath("data/floret-fi.npz").open("rb") as stream:
            arrays = np.load(stream, allow_pickle=False)
            return cls(arrays["table"], arrays["steps"])

    @cached_property
    def _numbers(self) -> NDArray[np.float32]:
        return self.table.astype(np.float32)

    @property
    def digest(self) -> str:
        """SHA-256 of the table, by which a model knows the vectors it was trained with."""
        return hashlib.sha256(self.table.tobytes() + self.steps.tobytes()).hexdigest()

    def of(self, forms: Sequence[str]) -> NDArray[np.float32]:
        """Return a vector of length ``SCALE`` for each form, zeros for signs.

        Parameters
        ----------
        forms : sequence of str
            Lower-case word forms.

        Returns
        -------
        float array of shape (forms, dimensions)
        """
        rows: list[int] = []
        ends = [0]
        size = len(self.table)
        for form in forms:
            if form[:1].isalnum() and len(form) <= 40:
                rows.extend(row for piece in _pieces(form) for row in _rows(piece, size))
            ends.append(len(rows))
        gather = sp.csr_matrix((np.ones(len(rows), np.float32), rows, ends), shape=(len(forms), size))
        vectors = (gather @ self._numbers) * self.steps
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: NDArray[np.float32] = (SCALE * vectors / np.maximum(length, 1e-6)).astype(np.float32)
        return unit

    @classmethod
    def project(cls, table: NDArray[np.float32], forms: Sequence[str], dimensions: int) -> Vectors:
        """Project a floret table onto the directions in which these forms differ most."""
        full = np.array(
            [table[[row for piece in _pieces(form) for row in _rows(piece, len(table))]].mean(0) for form in forms]
        )
        full /= np.maximum(np.linalg.norm(full, axis=1, keepdims=True), 1e-6)
        _, directions = np.linalg.eigh(full.T @ full)
        best = directions[:, ::-1][:, :dimensions]
        best *= np.sign(best.sum(axis=0))  # a direction has no sign of its own
        projected = table @ best
        steps = (4 * projected.std(axis=0) / 127).astype(np.float32)
        return cls(np.clip(np.rint(projected / steps), -127, 127).astype(np.int8), steps)


def _pieces(form: str) -> list[str]:
    padded = f"<{form}>"
    return [padded] + [padded[start : start + size] for size in _NGRAMS for start in range(len(padded) - size + 1)]


def _rows(piece: str, size: int) -> tuple[int, int]:
    first, _ = mmh3.hash64(piece, _SEED, True, False)
    return (first & 0xFFFFFFFF) % size, (first >> 32) % size
