"""Reading -> scores: each word judged with its neighbors, each comment by all its words.

A word form is one row of numbers (an embedding, folded once from its lemmas, parts, characters and
static vector). A layer looks at the rows of a word and of its two neighbors on either side; what it
finds is read twice: for each word, how much it shows each theme as praise, blame or neutral mention;
and, at its strongest and on the whole, for the comment's sentiment and types. A theme's score is that of the word
that shows it best, so that the evidence is where the score came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from feedbacktext.features.reading import FormTable, Reading
from feedbacktext.features.vectors import Vectors
from feedbacktext.features.words import FeatureSpace

Floats = NDArray[np.float32]
_Number = TypeVar("_Number", np.float32, np.bool_)

#: Words looked at on either side.
REACH = 2
WINDOW = 2 * REACH + 1
#: Signs that a word can show a theme with, in the order of the columns.
SIGNS = 3


@dataclass(slots=True)
class Weights:
    """What the network learnt.

    Parameters
    ----------
    embedding : float array of shape (features, dimensions)
    projection : float array of shape (vector dimensions, dimensions)
    negation : float array of shape (dimensions,)
        Added to a word under a negation.
    window : float array of shape (WINDOW * dimensions, hidden)
    window_bias : float array of shape (hidden,)
    word_output : float array of shape (hidden, themes * SIGNS)
    word_bias : float array of shape (themes * SIGNS,)
    comment_output : float array of shape (2 * hidden, 3 + types)
    comment_bias : float array of shape (3 + types,)
    """

    embedding: Floats
    projection: Floats
    negation: Floats
    window: Floats
    window_bias: Floats
    word_output: Floats
    word_bias: Floats
    comment_output: Floats
    comment_bias: Floats

    def shapes(self, features: int, vector: int, themes: int, types: int) -> dict[str, tuple[int, ...]]:
        """Return the shape that each array must have beside the others."""
        dimensions, hidden = self.embedding.shape[1], self.window.shape[1]
        return {
            "embedding": (features, dimensions),
            "projection": (vector, dimensions),
            "negation": (dimensions,),
            "window": (WINDOW * dimensions, hidden),
            "window_bias": (hidden,),
            "word_output": (hidden, themes * SIGNS),
            "word_bias": (themes * SIGNS,),
            "comment_output": (2 * hidden, 3 + types),
            "comment_bias": (3 + types,),
        }


class FormRows:
    """The embedding of each form of a table; grows with the table."""

    def __init__(self, dimensions: int) -> None:
        self.size = 0
        self.embedding = np.empty((0, dimensions), dtype=np.float32)

    def add(self, embedding: Floats) -> None:
        """Add rows at the end; capacity doubles, so that adding costs no more than the rows."""
        end = self.size + len(embedding)
        if end > len(self.embedding):
            # a new array: another thread may be reading the rows of the old one
            larger = np.empty((max(end, 2 * len(self.embedding), 1024), self.embedding.shape[1]), np.float32)
            larger[: self.size] = self.embedding[: self.size]
            self.embedding = larger
        self.embedding[self.size : end] = embedding
        self.size = end


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a reading.

    Parameters
    ----------
    word : float array of shape (tokens, themes, SIGNS)
        Logits: does this word show this theme with this sign.
    comment : float array of shape (comments, 3 + types)
        Logits of the three sentiments and of the types; the biases where there are no tokens.
    inputs : float array of shape (tokens, WINDOW * dimensions)
        Rows of each token's neighborhood.
    """

    word: Floats
    comment: Floats
    inputs: Floats


class Network:
    """Weights over a feature space and static vectors."""

    def __init__(self, space: FeatureSpace, vectors: Vectors, weights: Weights) -> None:
        self.space, self.vectors, self.weights = space, vectors, weights

    def new_rows(self) -> FormRows:
        """Return rows for an empty table."""
        return FormRows(self.weights.embedding.shape[1])

    def extend(self, rows: FormRows, table: FormTable) -> FormRows:
        """Fold the words of the table that rows do not have yet; return rows."""
        words = table.words[rows.size :]
        if words:
            vectors = self.vectors.of([word.form for word in words])
            own = np.asarray(self.space.matrix(words) @ self.weights.embedding)
            rows.add(own + _times(vectors, self.weights.projection))
        return rows

    def score(self, reading: Reading, rows: FormRows) -> Scores:
        """Score the words and comments of a reading."""
        weights, comments = self.weights, len(reading.comments)
        inputs = neighborhoods(embed(reading, rows.embedding, weights.negation), reading.comment)
        hidden = np.maximum(_times(inputs, weights.window) + weights.window_bias, 0)
        word = _times(hidden, weights.word_output) + weights.word_bias
        pooled = pool(hidden, reading.comment, comments)
        return Scores(
            word.reshape(len(word), len(weights.word_bias) // SIGNS, SIGNS),
            _times(pooled, weights.comment_output) + weights.comment_bias,
            inputs,
        )

    def contributions(self, inputs: Floats, output: NDArray[np.intp]) -> Floats:
        """Return what each word of a neighborhood adds to a word's score.

        Parameters
        ----------
        inputs : float array of shape (words, WINDOW * dimensions)
        output : int array of shape (words,)
            Column of ``word_output`` whose score is told.

        Returns
        -------
        float array of shape (words, WINDOW)
            With the bias of :meth:`base` they sum to the score: the layer is linear once it is known
            which of its units are on.
        """
        through = _times(self._active(inputs, output), self.weights.window.T)
        found: Floats = (through * inputs).reshape(len(inputs), WINDOW, -1).sum(axis=2)
        return found

    def base(self, inputs: Floats, output: NDArray[np.intp]) -> Floats:
        """Return the part of each score that no word adds: the biases on the way."""
        found: Floats = self._active(inputs, output) @ self.weights.window_bias + self.weights.word_bias[output]
        return found

    def _active(self, inputs: Floats, output: NDArray[np.intp]) -> Floats:
        """Return what each unit of the layer gives to an output, zero for units that are off."""
        weights = self.weights
        found: Floats = (_times(inputs, weights.window) + weights.window_bias > 0) * weights.word_output[:, output].T
        return found


#: Rows of a matrix product at a time. Always the same shape, so that one comment and many give the same bits
#: (BLAS sums in another order for other shapes); and so small that OpenBLAS begins no threads, which on a busy
#: machine wait for one another (2 cores, both busy: 66 GFLOPS by 16 rows, 0.3 by 64).
_BLOCK = 16


def _times(rows: Floats, matrix: Floats) -> Floats:
    """Return rows @ matrix, each row's result the same whatever rows stand beside it."""
    count = len(rows)
    padded = np.zeros((-(-count // _BLOCK) * _BLOCK, rows.shape[1]), dtype=np.float32)
    padded[:count] = rows
    found: Floats = np.matmul(padded.reshape(-1, _BLOCK, rows.shape[1]), matrix)
    return found.reshape(len(padded), matrix.shape[1])[:count]


def embed(reading: Reading, embedding: Floats, negation: Floats) -> Floats:
    """Return the row of each token, with the negation that it stands under."""
    found = embedding[reading.form]
    found[reading.clauses.negated] += negation
    return found


def neighborhoods(rows: Floats, comment: NDArray[np.intp]) -> Floats:
    """Return each token's row between those of its neighbors; zeros beyond its comment.

    Returns
    -------
    float array of shape (tokens, WINDOW * dimensions)
    """
    tokens, dimensions = rows.shape
    found = np.zeros((tokens, WINDOW, dimensions), dtype=np.float32)
    for at, step in enumerate(range(-REACH, REACH + 1)):
        here = slice(max(0, -step), tokens - max(0, step))
        there = slice(max(0, step), tokens - max(0, -step))
        same = comment[here] == comment[there]
        found[here, at][same] = rows[there][same]
    return found.reshape(tokens, WINDOW * dimensions)


def starts_of(group: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where each run of a rising group number begins."""
    return np.flatnonzero(np.diff(group, prepend=-1))


def pool(hidden: Floats, comment: NDArray[np.intp], comments: int) -> Floats:
    """Return, for each comment, the strongest of each unit and its sum over the root of the words.

    Returns
    -------
    float array of shape (comments, 2 * hidden); zeros for a comment without tokens.
    """
    width = hidden.shape[1]
    found = np.zeros((comments, 2 * width), dtype=np.float32)
    if len(hidden):
        starts = starts_of(comment)
        which = comment[starts]
        counts = np.diff(np.append(starts, len(comment)))
        found[which, :width] = np.maximum.reduceat(hidden, starts)
        found[which, width:] = np.add.reduceat(hidden, starts) / (SUM_SCALE * np.sqrt(counts))[:, None]
    return found


#: Sums are brought to the size of the strongest units, so that one learning rate serves both.
SUM_SCALE = np.float32(3)


def group_max(values: NDArray[_Number], group: NDArray[np.intp], groups: int) -> NDArray[_Number]:
    """Return the largest of each column by a rising group number; groups without rows are zeros."""
    largest = np.zeros((groups, *values.shape[1:]), dtype=values.dtype)
    if len(values):
        starts = starts_of(group)
        largest[group[starts]] = np.maximum.reduceat(values, starts, axis=0)
    return largest
