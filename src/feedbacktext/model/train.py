"""Labelled comments -> a network and its calibration, whole writing hands held out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from feedbacktext.codebook import Codebook
from feedbacktext.errors import LabelError
from feedbacktext.features.reading import FormTable, Reading, read
from feedbacktext.features.vectors import Vectors
from feedbacktext.features.words import FeatureSpace
from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.model.decide import Calibration, best_words
from feedbacktext.model.fit import Settings, fit
from feedbacktext.model.labelled import LabelledComment
from feedbacktext.model.memory import Floats
from feedbacktext.model.network import Network
from feedbacktext.model.targets import Targets, make_targets

#: Of every five hands one calibrates and one measures.
PARTS = 5
#: Comments that are scored at once for calibration, so that memory does not grow with the corpus.
SCORED_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Split:
    """Numbers of comments; no hand stands in two parts.

    Parameters
    ----------
    train, dev, test : int arrays
        To learn from, to calibrate by, to measure on. Comments that were not labelled wholly (phrases)
        are all in ``train``.
    """

    train: NDArray[np.intp]
    dev: NDArray[np.intp]
    test: NDArray[np.intp]


def split_by_hand(comments: Sequence[LabelledComment], *, turn: int = 0) -> Split:
    """Split comments by who wrote them; a comment without ``hand`` is its own.

    Parameters
    ----------
    comments : sequence of LabelledComment
    turn : int
        0 to 4: over the five turns every hand is measured on once.

    Examples
    --------
    >>> comments = [LabelledComment(str(n), "", "neutral", {}, (), hand=f"h{n // 2}") for n in range(10)]
    >>> split = split_by_hand(comments)
    >>> split.train.tolist(), split.dev.tolist(), split.test.tolist()
    ([0, 1, 2, 3, 6, 7], [8, 9], [4, 5])

    Raises
    ------
    LabelError
        Where there are fewer than five hands.
    """
    hands = [comment.hand or f"comment {comment.id}" for comment in comments]
    whole = [comment.is_whole for comment in comments]
    names = sorted({hand for hand, is_whole in zip(hands, whole, strict=True) if is_whole})
    if len(names) < PARTS:
        raise LabelError(
            f"needs wholly labelled comments of at least {PARTS} writers (or {PARTS} comments without 'hand'), "
            f"got {len(names)}"
        )
    part = {name: at % PARTS for at, name in enumerate(names)}
    parts = np.array([part[hand] if is_whole else 0 for hand, is_whole in zip(hands, whole, strict=True)])
    dev, test = (4 + turn) % PARTS, (2 + turn) % PARTS
    held = np.array(whole) & np.isin(parts, (dev, test))
    return Split(np.flatnonzero(~held), np.flatnonzero(held & (parts == dev)), np.flatnonzero(held & (parts == test)))


class Trainer:
    """Labelled comments, read once, to be fitted on in parts.

    Parameters
    ----------
    comments : sequence of LabelledComment
    codebook : Codebook
    vectors : Vectors
    lexicon : Lexicon, optional
    settings : Settings, optional
    """

    def __init__(
        self,
        comments: Sequence[LabelledComment],
        codebook: Codebook,
        vectors: Vectors,
        *,
        lexicon: Lexicon | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.vectors, self.settings = vectors, settings or Settings()
        self._codebook = codebook
        self._table = FormTable(lexicon or Lexicon())
        self._reading: Reading = read([comment.text for comment in comments], self._table)
        self._targets: Targets = make_targets(comments, self._reading, codebook)

    def fit(self, learn: NDArray[np.intp]) -> Network:
        """Return a network that has learnt from these comments alone."""
        words = self._table.words
        space = FeatureSpace.learn(
            [words[form] for form in self._reading.form[self._reading.tokens_of(int(at))]] for at in learn
        )
        weights = fit(learn, words, self._reading, self._targets, space, self.vectors, self.settings)
        return Network(space, self.vectors, weights)

    def calibrate(self, network: Network, dev: NDArray[np.intp]) -> Calibration:
        """Return the probabilities and thresholds that serve these comments best."""
        rows, targets = network.extend(network.new_rows(), self._table), self._targets
        parts = []
        for start in range(0, len(dev), SCORED_AT_ONCE):
            some = [self._reading.comments[at] for at in dev[start : start + SCORED_AT_ONCE]]
            reading = read(some, self._table)
            scores = network.score(reading, rows)
            parts.append((best_words(scores, reading), scores.comment))
        best, comment = (np.concatenate(part) for part in zip(*parts, strict=True))
        themes = [_platt(best[:, at], targets.theme[dev, at]) for at in range(best.shape[1])]
        types = [
            _platt(comment[:, 3 + at], targets.types[dev, at], kind.least_recall)
            for at, kind in enumerate(self._codebook.types)
        ]
        columns = [*zip(*themes, strict=True), *(zip(*types, strict=True) if types else [()] * 3)]
        offset = sentiment_offset(comment[:, :3], targets.sentiment[dev])
        return Calibration(*(np.array(column, dtype=np.float32) for column in [*columns, offset]))


#: Offsets that are tried for one sentiment against the others, in logits.
OFFSETS = np.linspace(-1.5, 1.5, 31, dtype=np.float32)


def sentiment_offset(logit: Floats, truth: NDArray[np.intp]) -> Floats:
    """Return the offsets of the sentiments with the best macro F1: one after the other, three rounds.

    Parameters
    ----------
    logit : float array of shape (comments, 3)
    truth : int array of shape (comments,)
        Index of the right sentiment, -1 where it was not labelled.

    Examples
    --------
    >>> logit = np.array([[0, 1, 0], [0, 2, 0], [0.8, 1, 0], [0, 0, 1]], dtype=np.float32)
    >>> offset = sentiment_offset(logit, np.array([1, 1, 0, 2]))
    >>> (logit + offset).argmax(axis=1).tolist()
    [1, 1, 0, 2]
    """
    told = truth >= 0
    logit, truth = logit[told], truth[told]
    offset = np.zeros(3, dtype=np.float32)

    def figure(tried: Floats) -> float:
        said = (logit + tried).argmax(axis=1)
        both = np.bincount(truth[said == truth], minlength=3)
        return float((2 * both / np.maximum(np.bincount(said, minlength=3) + np.bincount(truth, minlength=3), 1)).sum())

    for _ in range(3):
        for sentiment in (0, 2, 1):
            tries = [offset + step * (np.arange(3) == sentiment).astype(np.float32) for step in OFFSETS]
            # the smallest of the offsets that do as well
            offset = max(tries, key=lambda tried: (round(figure(tried), 6), -float(np.abs(tried).sum())))
    return offset


def digest(comments: Sequence[LabelledComment]) -> str:
    """Return the SHA-256 of the labelled records."""
    lines = (json.dumps(comment.to_dict(), ensure_ascii=True, sort_keys=True) for comment in comments)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _platt(logit: Floats, truth: NDArray[np.bool_], least_recall: float | None = None) -> tuple[float, float, float]:
    """Return slope and intercept of a probability, and the threshold on it with the best F1, or lower for recall."""
    if not truth.any() or truth.all():
        return 1.0, 0.0, 0.5
    model = LogisticRegression(C=10).fit(logit[:, None], truth)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    probability = 1 / (1 + np.exp(-(slope * logit + intercept)))
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    at = int(np.argmax(f1))
    if least_recall is not None:
        at = max(at, int(np.argmax(hits >= least_recall * truth.sum())))
    after = probability[order[at + 1]] if at + 1 < len(order) else 0.0
    return slope, intercept, float((probability[order[at]] + after) / 2)
