"""Reading -> scores: the folded linear model, sums of one row of numbers a word.

A word is a unit vector times its weight; a clause is the sum of its words over the root of their
squared weights, and so is the whole comment, which is the context of its clauses. Every score is a bias
plus what each word adds, so that the words that show a theme are the words that made it:

    logit(clause, theme) = bias + sum(word adds in its clause) + CONTEXT * sum(word adds in the comment)

Words are folded once: ``FormRows`` holds what a form adds to every output, plain and negated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from feedbacktext.features.reading import FormTable, Reading
from feedbacktext.features.vectors import Vectors
from feedbacktext.features.words import FeatureSpace
from feedbacktext.finnish.lexicon import Word

Floats = NDArray[np.float32]

#: What the whole comment weighs beside the clause; what a pair of lemmas weighs beside a word.
#: Both chosen by cross-validation over writing hands.
CONTEXT = 0.4
PAIR_WEIGHT = 0.7


class Encoder:
    """Words -> the columns that the estimators learn from: features, vectors, negated lemmas, pairs.

    Parameters
    ----------
    space : FeatureSpace
    vectors : Vectors
    negated : sequence of str
        Lemmas that have a column of their own under a negation.
    pairs : sequence of (str, str)
        Neighboring lemmas that have a column of their own.
    """

    def __init__(
        self,
        space: FeatureSpace,
        vectors: Vectors,
        negated: Sequence[str],
        pairs: Sequence[tuple[str, str]],
    ) -> None:
        self.space, self.vectors = space, vectors
        self.negated = {lemma: at for at, lemma in enumerate(negated)}
        self.pairs = {pair: at for at, pair in enumerate(pairs)}
        lemmas = sorted({lemma for pair in pairs for lemma in pair})
        self.pair_lemmas = {lemma: at for at, lemma in enumerate(lemmas)}
        keys = np.array([self._key(self.pair_lemmas[a], self.pair_lemmas[b]) for a, b in pairs], dtype=np.int64)
        self._pair_order = np.argsort(keys)
        self._pair_keys = keys[self._pair_order]

    def _key(self, first: int, second: int) -> int:
        return first * len(self.pair_lemmas) + second

    @property
    def width(self) -> tuple[int, int, int, int]:
        """How many columns features, vectors, negated lemmas and pairs have."""
        return (
            len(self.space.names),
            self.vectors.table.shape[1],
            len(self.negated),
            len(self.pairs),
        )

    def encode_words(self, words: Sequence[Word]) -> tuple[sp.csr_matrix, Floats]:
        """Return (features and vectors of each word times its weight, the weights)."""
        weights = self.space.weights(words)
        plain = sp.hstack([self.space.matrix(words), sp.csr_matrix(self.vectors.of([word.form for word in words]))])
        return (sp.diags_array(weights) @ plain).tocsr().astype(np.float32), weights

    def negation_columns(self, words: Sequence[Word]) -> NDArray[np.int32]:
        """Return the column that each word has under a negation, -1 for none."""
        return np.array([self.negated.get(word.lemma, -1) for word in words], dtype=np.int32)

    def lemma_numbers(self, words: Sequence[Word]) -> NDArray[np.int32]:
        """Return the number of each word's lemma among those that pairs know, -1 for none."""
        return np.array([self.pair_lemmas.get(word.lemma, -1) for word in words], dtype=np.int32)

    def find_pairs(self, reading: Reading, lemma: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return (token, pair column) of each known pair of neighbors in one clause."""
        none = np.zeros(0, dtype=np.intp)
        if len(reading.form) < 2 or not len(self._pair_keys):
            return none, none
        number = lemma[reading.form].astype(np.int64)
        first, second = number[:-1], number[1:]
        clause = reading.clauses.clause
        at = np.flatnonzero((first >= 0) & (second >= 0) & (clause[:-1] == clause[1:]))
        keys = first[at] * len(self.pair_lemmas) + second[at]
        place = np.minimum(np.searchsorted(self._pair_keys, keys), len(self._pair_keys) - 1)
        found = self._pair_keys[place] == keys
        return at[found], self._pair_order[place[found]]


class FormRows:
    """What each form of a table adds to every output; grows with the table.

    Attributes
    ----------
    plain, negated : float arrays of shape (forms, outputs)
    lemma : int array of shape (forms,)
        Number of the lemma among those that pairs know, -1 for none.
    squared_weight : float array of shape (forms,)
    """

    def __init__(self, outputs: int) -> None:
        self.size = 0
        self.plain = np.empty((0, outputs), dtype=np.float32)
        self.negated = np.empty((0, outputs), dtype=np.float32)
        self.lemma = np.empty(0, dtype=np.int32)
        self.squared_weight = np.empty(0, dtype=np.float32)

    def add(self, plain: Floats, negated: Floats, lemma: NDArray[np.int32], squared: Floats) -> None:
        """Add rows at the end; capacity doubles, so that adding costs no more than the rows."""
        end = self.size + len(plain)
        if end > len(self.lemma):
            capacity = max(end, 2 * len(self.lemma), 1024)
            self.plain = _grown(self.plain, capacity)
            self.negated = _grown(self.negated, capacity)
            self.lemma = _grown(self.lemma, capacity)
            self.squared_weight = _grown(self.squared_weight, capacity)
        new = slice(self.size, end)
        self.plain[new], self.negated[new] = plain, negated
        self.lemma[new], self.squared_weight[new] = lemma, squared
        self.size = end


def _grown(array: NDArray[Any], capacity: int) -> NDArray[Any]:
    # a new array: another thread may be reading the rows of the old one
    larger = np.empty((capacity, *array.shape[1:]), dtype=array.dtype)
    larger[: len(array)] = array
    return larger


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a reading.

    Parameters
    ----------
    clause : float array of shape (clauses, clause outputs)
        Logits of each clause, its context included.
    comment : float array of shape (comments, comment outputs)
        Logits of each comment; those of a comment without tokens are the biases.
    adds : float array of shape (tokens, clause outputs)
        What each token adds to the logits of its clause.
    context : float array of shape (tokens, clause outputs)
        What each token adds to the logits of every clause of its comment.
    """

    clause: Floats
    comment: Floats
    adds: Floats
    context: Floats


class LinearScorer:
    """Coefficients over an :class:`Encoder`, folded form by form as words come.

    Parameters
    ----------
    encoder : Encoder
    clause_coef : float array of shape (columns, clause outputs)
        What a clause's own words add.
    comment_coef : float array of shape (columns, clause outputs + comment outputs)
        What the words of the comment add: to its clauses as context, and to the comment itself.
    clause_bias, comment_bias : float array
        One number for each output.
    """

    def __init__(
        self,
        encoder: Encoder,
        clause_coef: Floats,
        comment_coef: Floats,
        clause_bias: Floats,
        comment_bias: Floats,
    ) -> None:
        self.encoder = encoder
        self.clause_coef, self.comment_coef = clause_coef, comment_coef
        self.clause_bias, self.comment_bias = clause_bias, comment_bias
        features, dimensions, negated, _ = encoder.width
        self._ends = np.cumsum((features + dimensions, negated))
        self._coef = np.hstack([clause_coef, comment_coef]).astype(np.float32)
        self._pair_rows = PAIR_WEIGHT * self._coef[self._ends[1] :]

    def new_rows(self) -> FormRows:
        """Return rows for an empty table."""
        return FormRows(self._coef.shape[1])

    def extend(self, rows: FormRows, table: FormTable) -> FormRows:
        """Fold the words of the table that rows do not have yet; return rows."""
        words = table.words[rows.size :]
        if not words:
            return rows
        plain_end, negated_end = self._ends
        matrix, weights = self.encoder.encode_words(words)
        plain = np.asarray(matrix @ self._coef[:plain_end], dtype=np.float32)
        column = self.encoder.negation_columns(words)
        negated = np.zeros_like(plain)
        has = column >= 0
        negated[has] = self._coef[plain_end:negated_end][column[has]] * weights[has, None]
        rows.add(plain, negated, self.encoder.lemma_numbers(words), weights**2)
        return rows

    def score(self, reading: Reading, rows: FormRows) -> Scores:
        """Score the clauses and comments of a reading."""
        outputs = self.clause_coef.shape[1]
        clauses = reading.clauses
        adds = rows.plain[reading.form]
        negated = np.flatnonzero(clauses.negated)
        adds[negated] += rows.negated[reading.form[negated]]
        token, pair = self.encoder.find_pairs(reading, rows.lemma)
        half = self._pair_rows[pair] / 2  # a pair is both words' doing
        np.add.at(adds, token, half)
        np.add.at(adds, token + 1, half)

        squared = rows.squared_weight[reading.form]
        own, whole = adds[:, :outputs], adds[:, outputs:]
        clause_length = _root_of_sums(squared, clauses.clause, len(clauses.comment))
        comment_length = _root_of_sums(squared, reading.comment, len(reading.comments))
        own = own / clause_length[clauses.clause, None]
        whole = whole / comment_length[reading.comment, None]
        context = whole[:, :outputs]
        comment_sums = _sums(whole, reading.comment, len(reading.comments))
        clause = (
            self.clause_bias
            + _sums(own, clauses.clause, len(clauses.comment))
            + comment_sums[clauses.comment, :outputs]
        )
        return Scores(clause, self.comment_bias + comment_sums[:, outputs:], own, context)


def _root_of_sums(values: Floats, group: NDArray[np.intp], groups: int) -> Floats:
    sums = np.bincount(group, weights=values, minlength=groups)
    return np.sqrt(np.maximum(sums, 1e-6)).astype(np.float32)


def _sums(values: Floats, group: NDArray[np.intp], groups: int) -> Floats:
    """Sum rows by a rising group number; groups without rows are zeros."""
    sums = np.zeros((groups, values.shape[1]), dtype=np.float32)
    if len(values):
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        sums[group[starts]] = np.add.reduceat(values, starts, axis=0)
    return sums


def group_max(values: Floats, group: NDArray[np.intp], groups: int) -> Floats:
    """Return the largest of each column by a rising group number; groups without rows are zeros."""
    largest = np.zeros((groups, values.shape[1]), dtype=np.float32)
    if len(values):
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        largest[group[starts]] = np.maximum.reduceat(values, starts, axis=0)
    return largest
