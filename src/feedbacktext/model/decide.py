"""Scores -> decisions: which themes with which polarity, which sentiment, which types.

A comment has a theme when its best word for it passes the theme's threshold, calibrated; its polarity is the
sign of that word, mixed where another clause shows the opposite as loudly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feedbacktext.features.reading import Reading
from feedbacktext.model.memory import Floats
from feedbacktext.model.network import Scores, group_max
from feedbacktext.records import Polarity, Sentiment

SENTIMENTS: tuple[Sentiment, ...] = ("negative", "neutral", "positive")
NEGATIVE, NEUTRAL, POSITIVE, MIXED = range(4)
POLARITY_NAMES: tuple[Polarity, ...] = (*SENTIMENTS, "mixed")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logits -> probabilities (Platt) and the thresholds on them, for each theme and type.

    Parameters
    ----------
    slope, intercept, threshold : float arrays of shape (themes,)
    type_slope, type_intercept, type_threshold : float arrays of shape (types,)
    """

    slope: Floats
    intercept: Floats
    threshold: Floats
    type_slope: Floats
    type_intercept: Floats
    type_threshold: Floats


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a model says of each comment of a reading.

    Parameters
    ----------
    probability : float array of shape (comments, themes)
        Calibrated; 0 for a comment without words.
    polarity : int array of shape (comments, themes)
        Index into ``POLARITY_NAMES``, -1 where the theme is absent.
    speaks : bool array of shape (tokens, themes)
        Whether the token is evidence of the theme, and the theme is there.
    sign : int array of shape (tokens, themes)
        Index into ``SENTIMENTS`` of the sign that the token shows best.
    sentiment : float array of shape (comments, 3)
        Probabilities of negative, neutral, positive.
    has_type : bool array of shape (comments, types)
    """

    probability: Floats
    polarity: NDArray[np.int8]
    speaks: NDArray[np.bool_]
    sign: NDArray[np.int8]
    sentiment: Floats
    has_type: NDArray[np.bool_]


def best_words(scores: Scores, reading: Reading) -> Floats:
    """Return each comment's best logit for each theme, of shape (comments, themes); -20 without words."""
    logit = scores.word.max(axis=2)
    best = group_max(logit, reading.comment, len(reading.comments))
    best[np.bincount(reading.comment, minlength=len(best)) == 0] = -20
    return best


def decide(scores: Scores, reading: Reading, calibration: Calibration) -> Decisions:
    """Turn scores into decisions."""
    owner = reading.comment
    logit, sign = scores.word.max(axis=2), scores.word.argmax(axis=2).astype(np.int8)
    best = best_words(scores, reading)
    probability = sigmoid(best * calibration.slope + calibration.intercept)
    present = probability >= calibration.threshold
    polarity = np.where(present, _polarity(logit, sign, best, reading), -1).astype(np.int8)
    # its neighbors are evidence where they come near it
    speaks = present[owner] & (logit >= np.minimum(best[owner] - EVIDENCE_DEPTH, EVIDENCE_LOGIT))
    types = sigmoid(scores.comment[:, 3:] * calibration.type_slope + calibration.type_intercept)
    return Decisions(
        probability,
        polarity,
        speaks,
        sign,
        softmax(scores.comment[:, :3]),
        types >= calibration.type_threshold,
    )


def _polarity(logit: Floats, sign: NDArray[np.int8], best: Floats, reading: Reading) -> NDArray[np.int8]:
    """Return the sign of each comment's best word; mixed where another clause says the opposite as loudly."""
    owner, clause = reading.comment, reading.clauses.clause.astype(np.float32)[:, None]
    comments = len(best)
    is_best = logit == best[owner]
    top = group_max(np.where(is_best, sign, 0).astype(np.float32), owner, comments).astype(np.int8)
    where = group_max(np.where(is_best, clause, 0).astype(np.float32), owner, comments)
    opposes = (
        (sign + top[owner] == NEGATIVE + POSITIVE)
        & (sign != NEUTRAL)
        & (clause != where[owner])
        & (logit >= best[owner] - MIXED_DEPTH)
    )
    return np.where(group_max(opposes, owner, comments), MIXED, top).astype(np.int8)


#: How near the best word for one sign must come to that for the other, in logits, to make a theme mixed.
#: Chosen on held-out hands: within 0, 1 and 3 the polarities' F1 was .701, .695 and .686, and 0, 14 and 30
#: of 76 mixed themes were found.
MIXED_DEPTH = np.float32(1)
#: A token is evidence when its own logit passes this, or comes this near to that of the best word of its
#: comment; chosen by the overlap with marked spans on held-out hands.
EVIDENCE_LOGIT = np.float32(-1.5)
EVIDENCE_DEPTH = np.float32(2)


def sigmoid(logits: Floats) -> Floats:
    """Return 1 / (1 + exp(-logits)), without overflow."""
    probability: Floats = (0.5 * (1 + np.tanh(0.5 * logits))).astype(np.float32)
    return probability


def softmax(logits: Floats) -> Floats:
    """Return rows of probabilities that sum to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probability: Floats = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return probability
