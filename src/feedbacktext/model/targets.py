"""Labelled comments and their reading -> what each clause and comment should be scored as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feedbacktext.codebook import Codebook
from feedbacktext.features.reading import Reading
from feedbacktext.model.decide import SENTIMENTS
from feedbacktext.model.labelled import LabelledComment

#: A clause takes a span's label when it holds this many of its words, or more than any other clause.
_ENOUGH_WORDS = 2


@dataclass(frozen=True, slots=True)
class Targets:
    """Truth for training and evaluation.

    Parameters
    ----------
    clause_theme : bool array of shape (clauses, themes)
        From the evidence; a theme without evidence is in every clause of its comment.
    judged : int array of shape (judgements, 3)
        Rows of (clause, theme, polarity as an index into ``SENTIMENTS``).
    theme : bool array of shape (comments, themes)
    sentiment : int array of shape (comments,)
        Index into ``SENTIMENTS``.
    types : bool array of shape (comments, types)
    """

    clause_theme: NDArray[np.bool_]
    judged: NDArray[np.intp]
    theme: NDArray[np.bool_]
    sentiment: NDArray[np.intp]
    types: NDArray[np.bool_]


def make_targets(comments: Sequence[LabelledComment], reading: Reading, codebook: Codebook) -> Targets:
    """Spread the labels of comments over their clauses, by the evidence that was marked."""
    themes = {theme: at for at, theme in enumerate(codebook.theme_ids)}
    clause = reading.clauses.clause
    clause_theme = np.zeros((len(reading.clauses.comment), len(themes)), dtype=bool)
    judged: dict[tuple[int, int, int], None] = {}
    for at, comment in enumerate(comments):
        tokens = reading.tokens_of(at)
        clauses, is_word = clause[tokens], reading.is_word[tokens]
        if not len(clauses):
            continue
        offsets = np.array(reading.offsets_of(at))
        marked = set()
        for span in comment.evidence:
            inside = (offsets[:, 0] < span.end) & (offsets[:, 1] > span.start)
            holds, words = np.unique(clauses[inside & is_word], return_counts=True)
            if not len(holds):  # evidence of signs alone, such as an emoji
                holds, words = np.unique(clauses[inside], return_counts=True)
            for number in holds[(words >= _ENOUGH_WORDS) | (words == words.max(initial=0))]:
                clause_theme[number, themes[span.theme]] = True
                judged[int(number), themes[span.theme], SENTIMENTS.index(span.polarity)] = None
            marked.add(span.theme)
        for theme in comment.themes.keys() - marked:
            for number in np.unique(clauses):
                clause_theme[number, themes[theme]] = True
                if comment.themes[theme] in SENTIMENTS:
                    sign = SENTIMENTS.index(comment.themes[theme])
                    judged[int(number), themes[theme], sign] = None
    return Targets(
        clause_theme,
        np.array(list(judged), dtype=np.intp).reshape(-1, 3),
        np.array([[theme in c.themes for theme in themes] for c in comments]).reshape(-1, len(themes)),
        np.array([SENTIMENTS.index(c.sentiment) for c in comments]),
        np.array([[kind in c.types for kind in codebook.type_ids] for c in comments]).reshape(-1, len(codebook.types)),
    )
