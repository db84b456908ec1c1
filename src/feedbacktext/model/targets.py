"""Labelled comments and their reading -> what each word and comment should be scored as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feedbacktext.codebook import Codebook
from feedbacktext.features.reading import Reading
from feedbacktext.model.decide import SENTIMENTS
from feedbacktext.model.labelled import LabelledComment


@dataclass(frozen=True, slots=True)
class Targets:
    """Truth for training and evaluation; columns of signs are theme by theme, in the order of ``SENTIMENTS``.

    Parameters
    ----------
    word : bool array of shape (tokens, themes * 3)
        Whether the token stands in evidence of the theme with that sign.
    marked : bool array of shape (comments,)
        Whether the evidence of all its themes is marked, so that its words can be learnt from.
    sign : bool array of shape (comments, themes * 3)
        Whether the comment judges the theme so; both negative and positive where it is mixed.
    theme : bool array of shape (comments, themes)
    themed : bool array of shape (comments,)
        Whether themes were labelled.
    sentiment : int array of shape (comments,)
        Index into ``SENTIMENTS``, -1 where it was not labelled.
    types : bool array of shape (comments, types)
    typed : bool array of shape (comments,)
        Whether types were labelled.
    """

    word: NDArray[np.bool_]
    marked: NDArray[np.bool_]
    sign: NDArray[np.bool_]
    theme: NDArray[np.bool_]
    themed: NDArray[np.bool_]
    sentiment: NDArray[np.intp]
    types: NDArray[np.bool_]
    typed: NDArray[np.bool_]


def make_targets(comments: Sequence[LabelledComment], reading: Reading, codebook: Codebook) -> Targets:
    """Spread the labels of comments over their words, by the evidence that was marked."""
    column: dict[tuple[str, str], int] = {
        (theme, sign): 3 * at + value
        for at, theme in enumerate(codebook.theme_ids)
        for value, sign in enumerate(SENTIMENTS)
    }
    size, themes = len(comments), len(codebook.themes)
    word = np.zeros((len(reading.form), 3 * themes), dtype=bool)
    marked = np.ones(size, dtype=bool)
    sign = np.zeros((size, 3 * themes), dtype=bool)
    for at, comment in enumerate(comments):
        tokens = reading.tokens_of(at)
        offsets = np.array(reading.offsets_of(at)).reshape(-1, 2)
        for span in comment.evidence:
            inside = (offsets[:, 0] < span.end) & (offsets[:, 1] > span.start)
            word[tokens.start : tokens.stop, column[span.theme, span.polarity]] |= inside
        for theme, polarity in comment.themes.items():
            for one in ("negative", "positive") if polarity == "mixed" else (polarity,):
                sign[at, column[theme, one]] = True
        marked[at] = comment.themed and comment.themes.keys() <= {span.theme for span in comment.evidence}
    return Targets(
        word,
        marked,
        sign,
        np.asarray(sign.reshape(size, themes, 3).any(axis=2)),
        np.array([c.themed for c in comments], dtype=bool),
        np.array([-1 if c.sentiment is None else SENTIMENTS.index(c.sentiment) for c in comments], dtype=np.intp),
        np.array([[kind in (c.types or ()) for kind in codebook.type_ids] for c in comments]).reshape(size, -1),
        np.array([c.types is not None for c in comments], dtype=bool),
    )
