"""Reading -> scores: each word judged in its context, each comment by all its words.

A word form is one row of numbers (an embedding, folded once from its lemmas, parts, characters and
static vector). A layer looks at the rows of a word and of its neighbors and at what is remembered of the words
before and after them; what it finds is read twice: for each word, how much it shows each theme as praise, blame or
neutral mention; and, at its strongest and on the whole, for the comment's sentiment and types. A theme's score is that
of the word that shows it best, so that the evidence is where the score came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from feedbacktext.features.reading import FormTable, Reading
from feedbacktext.features.vectors import Vectors
from feedbacktext.features.words import FeatureSpace
from feedbacktext.model.memory import Floats, Walk, remember

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
    gates : float array of shape (dimensions, 4 * memory)
        What a word writes into the memory of the words before and of the words after, and how much of either
        it keeps.
    gates_bias : float array of shape (4 * memory,)
    recall : float array of shape (2 * memory, hidden)
        From what is remembered of the words before, then of those after.
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
    gates: Floats
    gates_bias: Floats
    recall: Floats
    window: Floats
    window_bias: Floats
    word_output: Floats
    word_bias: Floats
    comment_output: Floats
    comment_bias: Floats

    def shapes(self, features: int, vector: int, themes: int, types: int) -> dict[str, tuple[int, ...]]:
        """Return the shape that each array must have beside the others."""
        dimensions, hidden, memory = self.embedding.shape[1], self.window.shape[1], self.recall.shape[0] // 2
        return {
            "embedding": (features, dimensions),
            "projection": (vector, dimensions),
            "negation": (dimensions,),
            "gates": (dimensions, 4 * memory),
            "gates_bias": (4 * memory,),
            "recall": (2 * memory, hidden),
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
    """Scores of a reading, and what they came from.

    Parameters
    ----------
    word : float array of shape (tokens, themes, SIGNS)
        Logits: does this word show this theme with this sign.
    comment : float array of shape (comments, 3 + types)
        Logits of the three sentiments and of the types; the biases where there are no tokens.
    inputs : float array of shape (tokens, WINDOW * dimensions)
        Rows of each token's neighborhood.
    memory : float array of shape (tokens, 2 * memory)
        What each token remembers of the tokens up to it, and of those from it on.
    which : int array of shape (tokens,)
        Row of ``keep`` and ``write``.
    keep, write : float arrays of shape (distinct words, 2 * memory)
        What each word keeps of the memory, and what it writes into it.
    """

    word: Floats
    comment: Floats
    inputs: Floats
    memory: Floats
    which: NDArray[np.intp]
    keep: Floats
    write: Floats


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
            vectors = self.vectors.of([word.standard for word in words])
            own = np.asarray(self.space.matrix(words) @ self.weights.embedding)
            rows.add(own + _times(vectors, self.weights.projection))
        return rows

    def score(self, reading: Reading, rows: FormRows) -> Scores:
        """Score the words and comments of a reading."""
        weights, comments = self.weights, len(reading.comments)
        distinct, which = embed(reading, rows.embedding, weights.negation)
        inputs = neighborhoods(distinct[which], reading.comment)
        write, keep = gates(_times(distinct, weights.gates) + weights.gates_bias)
        memory = self._memory(keep, write, which, np.bincount(reading.comment, minlength=comments))
        hidden = np.maximum(self._before(inputs, memory), 0)
        word = _times(hidden, weights.word_output) + weights.word_bias
        pooled = pool(hidden, reading.comment, comments)
        return Scores(
            word.reshape(len(word), len(weights.word_bias) // SIGNS, SIGNS),
            _times(pooled, weights.comment_output) + weights.comment_bias,
            inputs,
            memory,
            which,
            keep,
            write,
        )

    def _memory(self, keep: Floats, write: Floats, which: NDArray[np.intp], counts: NDArray[np.intp]) -> Floats:
        memory = np.empty((len(which), keep.shape[1]), dtype=np.float32)
        for part, backward in self._directions():
            walk = Walk.of(counts, backward=backward)
            at = which[walk.order]
            memory[walk.order, part] = remember(keep[:, part][at], write[:, part][at], walk)
        return memory

    def _directions(self) -> tuple[tuple[slice, bool], tuple[slice, bool]]:
        """Return the columns of the memory of what went before, and of what comes after."""
        width = self.weights.recall.shape[0] // 2
        return (slice(0, width), False), (slice(width, 2 * width), True)

    def _before(self, inputs: Floats, memory: Floats) -> Floats:
        """Return the layer over a word's context, before units below zero are shut off."""
        found: Floats = _times(inputs, self.weights.window) + _times(memory, self.weights.recall)
        found += self.weights.window_bias
        return found

    def contributions(
        self, scores: Scores, reading: Reading, word: NDArray[np.intp], output: NDArray[np.intp], *, reach: int
    ) -> Floats:
        """Return what each word around a word adds to that word's score.

        Parameters
        ----------
        scores : Scores
        reading : Reading
            What was scored.
        word : int array of shape (words,)
            Tokens whose score is told.
        output : int array of shape (words,)
            Column of ``word_output`` that is told of each.
        reach : int
            How many words on either side are told of.

        Returns
        -------
        float array of shape (words, 2 * reach + 1)
            Zeros beyond the comment. Over a whole comment they sum, with :meth:`base`, to the score: the layer is
            linear once it is known which of its units are on, and the memory is linear in what was written.
        """
        active, width = self._active(scores, word, output), max(reach, REACH)
        found = np.zeros((len(word), 2 * width + 1), dtype=np.float32)
        inputs = scores.inputs[word]
        through = (_times(active, self.weights.window.T) * inputs).reshape(len(word), WINDOW, -1)
        found[:, width - REACH : width + REACH + 1] = through.sum(axis=2)
        recalled = _times(active, self.weights.recall.T)
        for part, backward in self._directions():
            share, owner = recalled[:, part], reading.comment[word]
            for step in range(width + 1):
                other = word + step if backward else word - step
                # rows that are still inside their comment
                inside = (other >= 0) & (other < len(reading.comment))
                inside[inside] = reading.comment[other[inside]] == owner[inside]
                if not inside.any():
                    break
                at = scores.which[other[inside]]
                keep, write = scores.keep[at, part], scores.write[at, part]
                found[inside, width + (step if backward else -step)] += (share[inside] * (1 - keep) * write).sum(axis=1)
                share[inside] *= keep
        return found[:, width - reach : width + reach + 1]

    def base(self, scores: Scores, word: NDArray[np.intp], output: NDArray[np.intp]) -> Floats:
        """Return the part of each score that no word adds: the biases on the way."""
        active = self._active(scores, word, output)
        found: Floats = active @ self.weights.window_bias + self.weights.word_bias[output]
        return found

    def _active(self, scores: Scores, word: NDArray[np.intp], output: NDArray[np.intp]) -> Floats:
        """Return what each unit of the layer gives to an output, zero for units that are off."""
        on = self._before(scores.inputs[word], scores.memory[word]) > 0
        found: Floats = on * self.weights.word_output[:, output].T
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
    found: Floats = np.matmul(padded.reshape(len(padded) // _BLOCK, _BLOCK, rows.shape[1]), matrix)
    return found.reshape(len(padded), matrix.shape[1])[:count]


def embed(reading: Reading, embedding: Floats, negation: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Return the rows of the distinct words, with the negation that they stand under, and which is whose.

    Returns
    -------
    float array of shape (distinct words, dimensions)
    int array of shape (tokens,)
    """
    distinct, which = np.unique(reading.form * 2 + reading.clauses.negated, return_inverse=True)
    rows = embedding[distinct // 2]
    rows[distinct % 2 == 1] += negation
    return rows, which.ravel()


def gates(logits: Floats) -> tuple[Floats, Floats]:
    """Return what words write (-1 to 1) and what they keep (0 to 1), each of half as many columns."""
    width = logits.shape[1] // 2
    keep: Floats = 0.5 * (1 + np.tanh(0.5 * logits[:, width:]))
    return np.tanh(logits[:, :width]), keep


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


def group_sum(values: Floats, group: NDArray[np.intp], groups: int) -> Floats:
    """Return the sum of each column by a rising group number; groups without rows are zeros."""
    sums = np.zeros((groups, *values.shape[1:]), dtype=values.dtype)
    if len(values):
        starts = starts_of(group)
        sums[group[starts]] = np.add.reduceat(values, starts, axis=0)
    return sums
