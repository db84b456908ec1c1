"""One comment's scores -> an Explanation: how each word was read, and what it adds to each theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from feedbacktext.features.reading import Reading
from feedbacktext.finnish.lexicon import Word
from feedbacktext.model.network import SIGNS, Network, Scores
from feedbacktext.records import Tag
from feedbacktext.underline import underline


@dataclass(frozen=True, slots=True)
class ExplainedWord:
    """A word or sign of a comment, as it was read.

    Parameters
    ----------
    text : str
        As it was written: ``comment[start:end]``.
    start, end : int
        Offsets into the comment, end exclusive.
    standard : str
        The standard form that was meant; the word in lower case where it is one.
    lemma : str
    word_class : str
        Of the likeliest reading; empty where Voikko does not know the word.
    clause : int
        Number of the clause it stands in, from 0.
    negated : bool
        Whether it stands under a negation.
    adds : mapping of str to float
        What it adds to the score of each theme of the tag, in logits.
    """

    text: str
    start: int
    end: int
    standard: str
    lemma: str
    word_class: str
    clause: int
    negated: bool
    adds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a comment came to its tag.

    Parameters
    ----------
    tag : Tag
    words : tuple of ExplainedWord
        In the order of the text, signs included.
    base : mapping of str to float
        The part of each theme's score that no word adds; with the words' ``adds`` it sums to ``scores``.
    scores : mapping of str to float
        Score of each theme of the tag, in logits, before calibration.
    """

    tag: Tag
    words: tuple[ExplainedWord, ...]
    base: Mapping[str, float]
    scores: Mapping[str, float]

    def _repr_html_(self) -> str:
        """Return the comment with its evidence underlined, and a table of its words."""
        themes = tuple(self.tag.themes)
        head = "".join(f"<th>{escape(name)}</th>" for name in ("word", "lemma", "clause", "negated", *themes))
        rows = "".join(
            f"<tr><td>{escape(word.text)}</td><td>{escape(word.lemma)}</td><td>{word.clause + 1}</td>"
            f"<td>{'negated' if word.negated else ''}</td>"
            + "".join(f"<td>{word.adds[theme]:+.2f}</td>" for theme in themes)
            + "</tr>"
            for word in self.words
        )
        return (
            f"<p>{underline(self.tag.comment, self.tag.evidence)}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def explain(
    tag: Tag, words: Sequence[Word], reading: Reading, scores: Scores, network: Network, theme_ids: Sequence[str]
) -> Explanation:
    """Share each theme's score out among the words of the one comment that was read."""
    count, flat = len(reading.form), scores.word.reshape(len(reading.form), len(theme_ids) * SIGNS)
    adds: dict[str, list[float]] = {}
    base: dict[str, float] = {}
    total: dict[str, float] = {}
    for theme in tag.themes:
        column = SIGNS * theme_ids.index(theme)
        best, sign = np.unravel_index(int(flat[:, column : column + SIGNS].argmax()), (count, SIGNS))
        word, output = np.array([best]), np.array([column + sign])
        around = network.contributions(scores, reading, word, output, reach=count)[0]
        adds[theme] = around[count - best : 2 * count - best].tolist()
        base[theme] = float(network.base(scores, word, output)[0])
        total[theme] = float(flat[best, column + sign])
    explained = tuple(
        ExplainedWord(
            tag.comment[start:end],
            start,
            end,
            word.standard,
            word.lemma,
            word.word_class,
            int(reading.clauses.clause[at]),
            bool(reading.clauses.negated[at]),
            {theme: adds[theme][at] for theme in adds},
        )
        for at, (word, (start, end)) in enumerate(zip(words, reading.offsets_of(0), strict=True))
    )
    return Explanation(tag, explained, base, total)
