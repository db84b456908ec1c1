"""Scores -> decisions: which themes with which polarity, which sentiment, which types.

A clause speaks for a theme when its own calibrated probability passes the theme's threshold; a comment
has the theme when any of its clauses does, with the polarity of the clauses that speak.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feedbacktext.codebook import Codebook
from feedbacktext.features.reading import Reading
from feedbacktext.model.linear import Floats, Scores, group_max
from feedbacktext.records import Polarity, Sentiment

SENTIMENTS: tuple[Sentiment, ...] = ("negative", "neutral", "positive")
NEGATIVE, NEUTRAL, POSITIVE, MIXED = range(4)
POLARITY_NAMES: tuple[Polarity, ...] = (*SENTIMENTS, "mixed")


@dataclass(frozen=True, slots=True)
class Outputs:
    """Which column of the scores is what.

    Clause outputs: presence of each theme, polarity of each theme (logit of positive against
    negative), neutrality. Comment outputs: three sentiments, the types.
    """

    themes: int
    types: int

    @classmethod
    def of(cls, codebook: Codebook) -> Outputs:
        """Return the columns that a codebook needs."""
        return cls(len(codebook.themes), len(codebook.types))

    @property
    def clause_width(self) -> int:
        """Number of clause outputs."""
        return 2 * self.themes + 1

    @property
    def comment_width(self) -> int:
        """Number of comment outputs."""
        return 3 + self.types


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
    present : bool array of shape (comments, themes)
    polarity : int array of shape (comments, themes)
        Index into ``POLARITY_NAMES``, -1 where the theme is absent.
    speaks : bool array of shape (clauses, themes)
        Whether the clause speaks for the theme.
    clause_polarity : int array of shape (clauses, themes)
    sentiment : float array of shape (comments, 3)
        Probabilities of negative, neutral, positive.
    types : float array of shape (comments, types)
        Calibrated probabilities.
    has_type : bool array of shape (comments, types)
    """

    probability: Floats
    present: NDArray[np.bool_]
    polarity: NDArray[np.int8]
    speaks: NDArray[np.bool_]
    clause_polarity: NDArray[np.int8]
    sentiment: Floats
    types: Floats
    has_type: NDArray[np.bool_]


def decide(scores: Scores, reading: Reading, outputs: Outputs, calibration: Calibration) -> Decisions:
    """Turn scores into decisions."""
    themes, comments = outputs.themes, len(reading.comments)
    owner = reading.clauses.comment
    clause_probability = sigmoid(scores.clause[:, :themes] * calibration.slope + calibration.intercept)
    speaks = clause_probability >= calibration.threshold
    probability = group_max(clause_probability, owner, comments)

    sign = scores.clause[:, themes : 2 * themes]
    clause_polarity = np.where(sign > 0, POSITIVE, NEGATIVE).astype(np.int8)
    clause_polarity[scores.clause[:, 2 * themes] > 0] = NEUTRAL

    said = [_any(speaks & (clause_polarity == value), owner, comments) for value in range(3)]
    polarity = np.full((comments, themes), -1, dtype=np.int8)
    for value in (NEUTRAL, NEGATIVE, POSITIVE):
        polarity[said[value]] = value
    polarity[said[NEGATIVE] & said[POSITIVE]] = MIXED

    sentiment = softmax(scores.comment[:, :3])
    types = sigmoid(scores.comment[:, 3:] * calibration.type_slope + calibration.type_intercept)
    return Decisions(
        probability,
        polarity >= 0,
        polarity,
        speaks,
        clause_polarity,
        sentiment,
        types,
        types >= calibration.type_threshold,
    )


def _any(flags: NDArray[np.bool_], group: NDArray[np.intp], groups: int) -> NDArray[np.bool_]:
    return group_max(flags.astype(np.float32), group, groups) > 0


def sigmoid(logits: Floats) -> Floats:
    """Return 1 / (1 + exp(-logits)), without overflow."""
    probability: Floats = (0.5 * (1 + np.tanh(0.5 * logits))).astype(np.float32)
    return probability


def softmax(logits: Floats) -> Floats:
    """Return rows of probabilities that sum to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probability: Floats = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return probability
