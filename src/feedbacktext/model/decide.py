"""Scores -> decisions: which themes with which polarity, which sentiment, which types.

A comment has a theme when its best word for it passes the theme's threshold, calibrated; its polarity is the
sign that its words show most, mixed where another clause shows the opposite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feedbacktext.features.reading import Reading
from feedbacktext.model.memory import Floats
from feedbacktext.model.network import Scores, group_max, group_sum
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
    sentiment_offset : float array of shape (3,)
        Added to the logits of the sentiments, so that the rare ones are not lost to the common one.
    """

    slope: Floats
    intercept: Floats
    threshold: Floats
    type_slope: Floats
    type_intercept: Floats
    type_threshold: Floats
    sentiment_offset: Floats


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
        Index into ``SENTIMENTS`` of the sign that the token is evidence of.
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
    probability = sigmoid(best_words(scores, reading) * calibration.slope + calibration.intercept)
    present = probability >= calibration.threshold
    polarity = _polarity(scores, reading)
    # words speak for the theme as the whole comment judges it, each for itself where it is mixed
    judged = polarity[owner]
    sign = np.where(judged == MIXED, scores.word.argmax(axis=2), judged).astype(np.int8)
    logit = np.take_along_axis(scores.word, sign[:, :, None].astype(np.intp), axis=2)[:, :, 0]
    best = group_max(logit, owner, len(present))
    speaks = present[owner] & (logit >= np.minimum(best[owner] - EVIDENCE_DEPTH, EVIDENCE_LOGIT))
    types = sigmoid(scores.comment[:, 3:] * calibration.type_slope + calibration.type_intercept)
    return Decisions(
        probability,
        np.where(present, polarity, -1).astype(np.int8),
        speaks,
        sign,
        softmax(scores.comment[:, :3] + calibration.sentiment_offset),
        types >= calibration.type_threshold,
    )


def _polarity(scores: Scores, reading: Reading) -> NDArray[np.int8]:
    """Return the sign that the words of a comment show most, mixed where another clause shows the opposite.

    Returns
    -------
    int8 array of shape (comments, themes)
    """
    owner, clause = reading.comment, reading.clauses.clause.astype(np.float32)[:, None]
    comments = len(reading.comments)
    top = group_sum(sigmoid(scores.word), owner, comments).argmax(axis=2)
    shown = np.take_along_axis(scores.word, top[owner][:, :, None], axis=2)[:, :, 0]
    is_best = shown == group_max(shown, owner, comments)[owner]
    where = group_max(np.where(is_best, clause, 0).astype(np.float32), owner, comments)
    opposite = np.take_along_axis(scores.word, NEGATIVE + POSITIVE - top[owner][:, :, None], axis=2)[:, :, 0]
    opposes = (opposite >= MIXED_LOGIT) & (top[owner] != NEUTRAL) & (clause != where[owner])
    return np.where(group_max(opposes, owner, comments), MIXED, top).astype(np.int8)


#: Logit of a word of another clause that makes a theme mixed. Chosen on held-out hands, where the polarities' F1 is
#: .706; by the sign of the best word alone, and mixed where the opposite came as near as 1, it was .693.
MIXED_LOGIT = np.float32(1)
#: A token is evidence when its own logit passes this, or comes this near to that of the best word of its
#: comment; chosen by the overlap with marked spans on held-out hands.
EVIDENCE_LOGIT = np.float32(-0.5)
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
