"""Decisions -> Evidence: the runs of words that show a theme, and what they add to its score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from feedbacktext.features.reading import Reading
from feedbacktext.model.decide import SENTIMENTS, Decisions
from feedbacktext.model.network import SIGNS, Network, Scores
from feedbacktext.records import Evidence


def find_evidence(
    reading: Reading, scores: Scores, decisions: Decisions, network: Network, theme_ids: Sequence[str]
) -> dict[int, dict[str, list[Evidence]]]:
    """Return comment -> theme -> the words that show it, each run of words with one sign."""
    runs = list(_runs(decisions, reading))
    if not runs:
        return {}
    # of each run the best word: what the run's own words add to its score
    theme = np.array([k for k, _, _ in runs])
    sign = np.array([decisions.sign[first, k] for k, first, _ in runs])
    best = np.array(
        [
            first + int(scores.word[first : last + 1, k, shown].argmax())
            for (k, first, last), shown in zip(runs, sign, strict=True)
        ]
    )
    output = theme * SIGNS + sign
    reach = max(max(int(word) - first, last - int(word)) for word, (_, first, last) in zip(best, runs, strict=True))
    adds = network.contributions(scores, reading, best, output, reach=reach)
    found: dict[int, dict[str, list[Evidence]]] = {}
    starts = np.searchsorted(reading.comment, np.arange(len(reading.comments)))
    offsets: dict[int, list[tuple[int, int]]] = {}
    for (k, first, last), word, column, added in zip(runs, best.tolist(), output.tolist(), adds, strict=True):
        at = int(reading.comment[first])
        if at not in offsets:
            offsets[at] = reading.offsets_of(at)
        begin = offsets[at][first - int(starts[at])][0]
        end = offsets[at][last - int(starts[at])][1]
        span = Evidence(
            theme_ids[k],
            SENTIMENTS[column % SIGNS],
            begin,
            end,
            reading.comments[at][begin:end],
            float(added[first - word + reach : last - word + reach + 1].sum()),
        )
        found.setdefault(at, {}).setdefault(span.theme, []).append(span)
    return found


def _runs(decisions: Decisions, reading: Reading) -> Iterator[tuple[int, int, int]]:
    """Yield (theme, first token, last token) of words that show a theme with one sign, side by side."""
    theme, token = np.nonzero((decisions.speaks & reading.is_word[:, None]).T)
    if not len(theme):
        return
    sign = decisions.sign[token, theme]
    new = np.ones(len(theme), dtype=bool)
    # one word between two that show a theme is part of what shows it
    new[1:] = (
        (theme[1:] != theme[:-1])
        | (sign[1:] != sign[:-1])
        | (token[1:] - token[:-1] > 2)
        | (reading.comment[token[1:]] != reading.comment[token[:-1]])
    )
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(theme)) - 1
    yield from zip(theme[first].tolist(), token[first].tolist(), token[last].tolist(), strict=True)
