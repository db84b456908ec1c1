"""Labelled comments -> FeedbackModel, calibrated and measured on writers that it did not learn from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from feedbacktext.codebook import Codebook
from feedbacktext.errors import LabelError
from feedbacktext.features.reading import FormTable, Reading, read
from feedbacktext.features.vectors import Vectors
from feedbacktext.features.words import FeatureSpace
from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.model.decide import Calibration, Decisions, Outputs, decide
from feedbacktext.model.evaluate import Metrics, Predictions, measure
from feedbacktext.model.labelled import LabelledComment
from feedbacktext.model.linear import (
    CONTEXT,
    PAIR_WEIGHT,
    Encoder,
    Floats,
    LinearScorer,
    Scores,
    group_max,
)
from feedbacktext.model.targets import Targets, make_targets

#: Inverse regularization and the share of a theme's own polarity beside the common one; both chosen by
#: cross-validation over writing hands.
STRENGTH = 5.0
OWN_POLARITY = 0.7
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained scorer with its calibration, and how it did on hands it had not seen."""

    scorer: LinearScorer
    calibration: Calibration
    metrics: Metrics
    data_digest: str


@dataclass(frozen=True, slots=True)
class _Design:
    """Everything that is learnt from, as matrices."""

    encoder: Encoder
    clause: sp.csr_matrix
    comment: sp.csr_matrix


def train(
    comments: Sequence[LabelledComment],
    codebook: Codebook,
    vectors: Vectors,
    *,
    lexicon: Lexicon | None = None,
    jobs: int = 2,
) -> Trained:
    """Train on labelled comments; measure by leaving whole writing hands out.

    Parameters
    ----------
    comments : sequence of LabelledComment
        With ``hand``, so that the comments of one writer stay together; else each is its own.
    codebook : Codebook
    vectors : Vectors
        Static vectors of word forms.
    lexicon : Lexicon, optional
    jobs : int
        Processes; the result does not depend on it.

    Raises
    ------
    LabelError
        Where there is too little to learn from.
    """
    hands = np.array([comment.hand or f"comment {comment.id}" for comment in comments])
    if len(set(hands)) < FOLDS:
        raise LabelError(
            f"needs comments of at least {FOLDS} writers (or {FOLDS} comments without 'hand'), got {len(set(hands))}"
        )
    table = FormTable(lexicon or Lexicon())
    reading = read([comment.text for comment in comments], table)
    targets = make_targets(comments, reading, codebook)
    outputs = Outputs.of(codebook)

    # every fold is trained and scored alone, the words it counts included
    with Parallel(n_jobs=jobs, prefer="threads") as parallel:  # liblinear lets go of the GIL
        held_out = _HeldOut.empty(reading, outputs)
        fold_of = np.zeros(len(comments), dtype=np.intp)
        for fold, (learn, rest) in enumerate(GroupKFold(FOLDS).split(hands, groups=hands)):
            fold_of[rest] = fold
            scorer = _fit(learn, table, reading, targets, outputs, vectors, parallel)
            held_out.fill(scorer.score(reading, scorer.extend(scorer.new_rows(), table)), rest, reading)
        everything = np.arange(len(comments))
        scorer = _fit(everything, table, reading, targets, outputs, vectors, parallel)
    scores = held_out.scores()
    decisions = _decide_across(scores, reading, targets, outputs, fold_of)
    return Trained(
        scorer,
        _calibrate(scores, reading, targets, outputs, everything),
        measure(comments, Predictions.of_decisions(decisions), codebook),
        digest(comments),
    )


def digest(comments: Sequence[LabelledComment]) -> str:
    """Return the SHA-256 of the labelled records."""
    lines = (json.dumps(comment.to_dict(), ensure_ascii=True, sort_keys=True) for comment in comments)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(slots=True)
class _HeldOut:
    """Scores of each comment by the model that had not seen its hand."""

    clause: Floats
    comment: Floats

    @classmethod
    def empty(cls, reading: Reading, outputs: Outputs) -> _HeldOut:
        return cls(
            np.zeros((len(reading.clauses.comment), outputs.clause_width), dtype=np.float32),
            np.zeros((len(reading.comments), outputs.comment_width), dtype=np.float32),
        )

    def fill(self, scores: Scores, rest: NDArray[np.intp], reading: Reading) -> None:
        clauses = np.isin(reading.clauses.comment, rest)
        self.clause[clauses] = scores.clause[clauses]
        self.comment[rest] = scores.comment[rest]

    def scores(self) -> Scores:
        none = np.zeros((0, 0), dtype=np.float32)
        return Scores(self.clause, self.comment, none, none)


def _fit(
    learn: NDArray[np.intp],
    table: FormTable,
    reading: Reading,
    targets: Targets,
    outputs: Outputs,
    vectors: Vectors,
    parallel: Parallel,
) -> LinearScorer:
    design = _design(learn, table, reading, vectors)
    encoder, columns = design.encoder, design.clause.shape[1]
    seen = np.isin(reading.clauses.comment, learn)
    number = np.cumsum(seen) - 1
    judged = targets.judged[seen[targets.judged[:, 0]]]
    own = sp.hstack([design.clause, CONTEXT * design.comment[reading.clauses.comment]]).tocsr()
    clause, comment = own[seen], design.comment[learn]
    signed = judged[judged[:, 2] != 1]

    themes = range(outputs.themes)
    jobs = [(clause, targets.clause_theme[seen, theme]) for theme in themes]
    jobs += [(clause[number[judged[:, 0]]], judged[:, 2] == 1)]
    jobs += [(comment, targets.types[learn, kind]) for kind in range(outputs.types)]
    jobs += [(comment, targets.sentiment[learn] == value) for value in range(3)]
    jobs += [(_by_theme(clause[number[signed[:, 0]]], signed[:, 1], outputs.themes), signed[:, 2] == 2)]
    for matrix, _ in jobs:
        matrix.sum_duplicates()  # here, since threads must not do it at once
    fitted = parallel(delayed(_logistic)(matrix, truth) for matrix, truth in jobs)
    presence, neutral = fitted[: outputs.themes], fitted[outputs.themes]
    types = fitted[outputs.themes + 1 : outputs.themes + 1 + outputs.types]
    sentiments, (sign, sign_bias) = fitted[-4:-1], fitted[-1]
    sign = sign.reshape(outputs.themes + 1, -1)
    polarity = [(sign[0] + OWN_POLARITY * sign[1 + theme], sign_bias) for theme in themes]

    clause_fits = [*presence, *polarity, neutral]
    comment_fits = [*sentiments, *types]
    clause_coef = np.stack([coef for coef, _ in clause_fits], axis=1)
    comment_coef = np.stack([coef for coef, _ in comment_fits], axis=1)
    return LinearScorer(
        encoder,
        clause_coef[:columns],
        np.hstack([CONTEXT * clause_coef[columns:], comment_coef]),
        np.array([bias for _, bias in clause_fits], dtype=np.float32),
        np.array([bias for _, bias in comment_fits], dtype=np.float32),
    )


def _logistic(matrix: sp.csr_matrix, truth: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Fit one logistic regression; an output that never changes is a bias alone."""
    if truth.all() or not truth.any():
        return np.zeros(matrix.shape[1], dtype=np.float32), 10.0 if truth.any() else -10.0
    model = LogisticRegression(C=STRENGTH, solver="liblinear", tol=1e-3, random_state=0)
    model.fit(matrix, truth)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _by_theme(matrix: sp.csr_matrix, theme: NDArray[np.intp], themes: int) -> sp.csr_matrix:
    """Repeat the columns for each theme: what words mean in common, and what in this theme alone.

    "Halpa" praises a price and "pitkä" blames a queue, while "hyvä" is good everywhere (Daumé 2007,
    Frustratingly Easy Domain Adaptation).
    """
    own = matrix.tocoo()
    columns = matrix.shape[1] * (1 + theme[own.row]) + own.col
    data = np.concatenate([own.data, OWN_POLARITY * own.data])
    rows = np.concatenate([own.row, own.row])
    shape = (matrix.shape[0], matrix.shape[1] * (themes + 1))
    return sp.csr_matrix((data, (rows, np.concatenate([own.col, columns]))), shape=shape)


def _design(learn: NDArray[np.intp], table: FormTable, reading: Reading, vectors: Vectors) -> _Design:
    words, clauses = table.words, reading.clauses
    slices = [reading.tokens_of(at) for at in learn]
    space = FeatureSpace.learn([words[form] for form in reading.form[where]] for where in slices)
    lemma = [word.lemma if word.form[:1].isalnum() else "" for word in words]
    negated: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for where in slices:
        form, clause = reading.form[where], clauses.clause[where]
        negated.update({lemma[at] for at in form[clauses.negated[where]] if lemma[at]})
        pairs.update(set(_neighbors([lemma[at] for at in form], clause)))
    encoder = Encoder(
        space,
        vectors,
        sorted(one for one, count in negated.items() if count > 1),
        sorted(pair for pair, count in pairs.items() if count > 1),
    )

    matrix, weights = encoder.encode_words(words)
    tokens = len(reading.form)
    column = encoder.negation_columns(words)[reading.form]
    has = np.flatnonzero(clauses.negated & (column >= 0))
    _, _, negated_width, pair_width = encoder.width
    negations = sp.csr_matrix((weights[reading.form[has]], (has, column[has])), shape=(tokens, negated_width))
    token, pair = encoder.find_pairs(reading, encoder.lemma_numbers(words))
    neighbors = sp.csr_matrix((np.full(len(token), PAIR_WEIGHT), (token, pair)), shape=(tokens, pair_width))
    every = sp.hstack([matrix[reading.form], negations, neighbors]).tocsr()
    squared = (weights**2)[reading.form]
    return _Design(
        encoder,
        _pool(every, squared, clauses.clause, len(clauses.comment)),
        _pool(every, squared, reading.comment, len(reading.comments)),
    )


def _neighbors(lemmas: Sequence[str], clause: NDArray[np.intp]) -> Iterator[tuple[str, str]]:
    for at in range(len(lemmas) - 1):
        if clause[at] == clause[at + 1] and lemmas[at] and lemmas[at + 1]:
            yield lemmas[at], lemmas[at + 1]


def _pool(matrix: sp.csr_matrix, squared: Floats, group: NDArray[np.intp], groups: int) -> sp.csr_matrix:
    """Sum tokens by group over the root of their squared weights, as :class:`LinearScorer` does."""
    tokens = len(group)
    gather = sp.csr_matrix((np.ones(tokens, np.float32), (group, np.arange(tokens))), shape=(groups, tokens))
    length = np.sqrt(np.maximum(gather @ squared, 1e-6))
    return (sp.diags_array(1 / length) @ (gather @ matrix)).tocsr().astype(np.float64)


def _decide_across(
    scores: Scores, reading: Reading, targets: Targets, outputs: Outputs, fold_of: NDArray[np.intp]
) -> Decisions:
    """Decide each fold by thresholds that the other folds chose."""
    parts = []
    for fold in range(FOLDS):
        others = np.flatnonzero(fold_of != fold)
        calibration = _calibrate(scores, reading, targets, outputs, others)
        parts.append(decide(scores, reading, outputs, calibration))
    clause_fold = fold_of[reading.clauses.comment]
    first = parts[0]
    merged = {}
    for name in first.__dataclass_fields__:
        stack = np.stack([getattr(part, name) for part in parts])
        which = clause_fold if stack.shape[1] == len(clause_fold) and name in _OF_CLAUSES else fold_of
        merged[name] = stack[which, np.arange(len(which))]
    return Decisions(**merged)


_OF_CLAUSES = ("speaks", "clause_polarity")


def _calibrate(
    scores: Scores, reading: Reading, targets: Targets, outputs: Outputs, on: NDArray[np.intp]
) -> Calibration:
    best = np.full((len(reading.comments), outputs.themes), -10, dtype=np.float32)
    has_clause = np.unique(reading.clauses.comment)
    logits = scores.clause[:, : outputs.themes]
    best[has_clause] = group_max(logits - 100, reading.clauses.comment, len(reading.comments))[has_clause] + 100
    themes = [_platt(best[on, k], targets.theme[on, k]) for k in range(outputs.themes)]
    types = [_platt(scores.comment[on, 3 + k], targets.types[on, k]) for k in range(outputs.types)]
    return Calibration(
        *(np.array(column, dtype=np.float32) for column in zip(*themes, strict=True)),
        *(np.array(column, dtype=np.float32) for column in zip(*types, strict=True)),
    )


def _platt(logit: Floats, truth: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return slope and intercept of a probability, and the threshold on it with the best F1."""
    if not truth.any() or truth.all():
        return 1.0, 0.0, 0.5
    model = LogisticRegression(C=1e3).fit(logit[:, None], truth)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    probability = 1 / (1 + np.exp(-(slope * logit + intercept)))
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    at = int(np.argmax(f1))
    after = probability[order[at + 1]] if at + 1 < len(order) else 0.0
    return slope, intercept, float((probability[order[at]] + after) / 2)
