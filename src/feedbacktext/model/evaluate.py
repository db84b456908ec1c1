"""Decisions and the truth -> figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from feedbacktext.codebook import Codebook
from feedbacktext.model.decide import POLARITY_NAMES, SENTIMENTS
from feedbacktext.model.labelled import LabelledComment
from feedbacktext.records import Evidence, Tag


@dataclass(frozen=True, slots=True)
class Metrics:
    """How a model did on labelled comments.

    Parameters
    ----------
    n : int
        Comments.
    themes_micro_f1, themes_macro_f1 : float
        Of theme presence, 0 to 1.
    theme_polarity_micro_f1 : float
        Of (theme, polarity) pairs; a right theme with another polarity is wrong.
    sentiment_macro_f1, sentiment_accuracy : float
    types_micro_f1 : float
    evidence_char_f1 : float
        Overlap of the evidence that is shown with what was marked, by characters of right themes.
    strongest_inside : float
        Share of themes, rightly found, whose weightiest evidence touches a marked span.
    calibration_ece : float
        Expected calibration error of theme probabilities, ten bins of equal width, all themes pooled.
    per_theme, per_type : mapping of id to precision, recall, f1, support
    """

    n: int
    themes_micro_f1: float
    themes_macro_f1: float
    theme_polarity_micro_f1: float
    sentiment_macro_f1: float
    sentiment_accuracy: float
    types_micro_f1: float
    evidence_char_f1: float
    strongest_inside: float
    calibration_ece: float
    per_theme: Mapping[str, Mapping[str, float]]
    per_type: Mapping[str, Mapping[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as ``feedbacktext evaluate --json`` prints them."""
        return {
            "n": self.n,
            "themes": {
                "micro_f1": self.themes_micro_f1,
                "macro_f1": self.themes_macro_f1,
                "per_theme": {theme: dict(row) for theme, row in self.per_theme.items()},
            },
            "theme_polarity": {"micro_f1": self.theme_polarity_micro_f1},
            "sentiment": {
                "macro_f1": self.sentiment_macro_f1,
                "accuracy": self.sentiment_accuracy,
            },
            "types": {
                "micro_f1": self.types_micro_f1,
                "per_type": {kind: dict(row) for kind, row in self.per_type.items()},
            },
            "evidence": {"char_f1": self.evidence_char_f1, "strongest_inside": self.strongest_inside},
            "calibration": {"ece": self.calibration_ece},
        }


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a model said of each comment.

    Parameters
    ----------
    probability : float array of shape (comments, themes)
    polarity : int array of shape (comments, themes)
        Index into ``POLARITY_NAMES``, -1 where the theme is absent.
    sentiment : int array of shape (comments,)
        Index into ``SENTIMENTS``.
    has_type : bool array of shape (comments, types)
    evidence : sequence of tuples of Evidence
    """

    probability: NDArray[np.float32]
    polarity: NDArray[np.int8]
    sentiment: NDArray[np.intp]
    has_type: NDArray[np.bool_]
    evidence: Sequence[tuple[Evidence, ...]]

    @classmethod
    def of_tags(cls, tags: Sequence[Tag], codebook: Codebook) -> Predictions:
        """Take them from tags."""
        themes, types = codebook.theme_ids, codebook.type_ids
        polarity = [
            [POLARITY_NAMES.index(tag.themes[t].polarity) if t in tag.themes else -1 for t in themes] for tag in tags
        ]
        return cls(
            np.array([[tag.probabilities[t] for t in themes] for tag in tags], dtype=np.float32),
            np.array(polarity, dtype=np.int8),
            np.array([SENTIMENTS.index(tag.sentiment) for tag in tags]),
            np.array([[kind in tag.types for kind in types] for tag in tags]).reshape(-1, len(types)),
            [tag.evidence for tag in tags],
        )


def measure(comments: Sequence[LabelledComment], predictions: Predictions, codebook: Codebook) -> Metrics:
    """Compare predictions with what people labelled."""
    themes, types = codebook.theme_ids, codebook.type_ids
    truth = np.array([[theme in c.themes for theme in themes] for c in comments]).reshape(-1, len(themes))
    true_polarity = np.array(
        [[POLARITY_NAMES.index(c.themes[t]) if t in c.themes else -1 for t in themes] for c in comments]
    ).reshape(-1, len(themes))
    true_types = np.array([[kind in (c.types or ()) for kind in types] for c in comments]).reshape(-1, len(types))
    true_sentiment = [SENTIMENTS.index(c.sentiment or "neutral") for c in comments]
    char_f1, strongest_inside = _measure_evidence(comments, predictions.evidence)
    present = predictions.polarity >= 0
    pairs = [
        np.stack([polarity == value for value in range(4)], axis=-1).reshape(len(comments), -1)
        for polarity in (true_polarity, predictions.polarity)
    ]
    per_theme = _table(themes, truth, present)
    return Metrics(
        n=len(comments),
        themes_micro_f1=_f1(truth, present, "micro"),
        themes_macro_f1=_f1(truth, present, "macro"),
        theme_polarity_micro_f1=_f1(pairs[0], pairs[1], "micro"),
        sentiment_macro_f1=_f1(true_sentiment, predictions.sentiment, "macro"),
        sentiment_accuracy=round(float(accuracy_score(true_sentiment, predictions.sentiment)), 4),
        types_micro_f1=_f1(true_types, predictions.has_type, "micro"),
        evidence_char_f1=char_f1,
        strongest_inside=strongest_inside,
        calibration_ece=calibration_error(predictions.probability, truth),
        per_theme=per_theme,
        per_type=_table(types, true_types, predictions.has_type),
    )


def _measure_evidence(
    comments: Sequence[LabelledComment], evidence: Sequence[tuple[Evidence, ...]]
) -> tuple[float, float]:
    """Return the F1 of characters over themes that both have, and the share of strongest words inside."""
    shared = shown_size = marked_size = inside = themes = 0
    for comment, spans in zip(comments, evidence, strict=True):
        for theme in {span.theme for span in spans} & {span.theme for span in comment.evidence}:
            own = [span for span in spans if span.theme == theme]
            shown = {at for span in own for at in range(span.start, span.end)}
            marked = {at for s in comment.evidence if s.theme == theme for at in range(s.start, s.end)}
            strongest = max(own, key=lambda span: span.weight)
            inside += any(at in marked for at in range(strongest.start, strongest.end))
            themes += 1
            shared += len(shown & marked)
            shown_size += len(shown)
            marked_size += len(marked)
    size = shown_size + marked_size
    return round(2 * shared / size, 4) if size else 0.0, round(inside / themes, 4) if themes else 0.0


def calibration_error(probability: NDArray[np.float32], truth: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error, 0 (perfect) to 1.

    Examples
    --------
    >>> calibration_error(np.array([0.9, 0.9]), np.array([True, False]))
    0.4
    """
    probability, truth = probability.ravel(), truth.ravel()
    which = np.minimum((probability * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = which == number
        if inside.any():
            error += inside.mean() * abs(probability[inside].mean() - truth[inside].mean())
    return round(float(error), 4)


def _f1(truth: Any, found: Any, average: str) -> float:
    return round(float(f1_score(truth, found, average=average, zero_division=0)), 4)


def _table(ids: Sequence[str], truth: Any, found: Any) -> dict[str, dict[str, float]]:
    precision, recall, f1, support = precision_recall_fscore_support(truth, found, zero_division=0)
    return {
        id_: {
            "precision": round(float(precision[at]), 4),
            "recall": round(float(recall[at]), 4),
            "f1": round(float(f1[at]), 4),
            "support": int(support[at]),
        }
        for at, id_ in enumerate(ids)
    }
