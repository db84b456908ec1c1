"""Texts -> pairs that say the same in nearly the same words, such as must not stand on both sides of a split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

#: Letters of a shingle, and words that two texts must share in a row to be compared.
_SHINGLE, _RUN = 5, 3


def near_duplicates(
    texts: Sequence[str], *, similarity: float = 0.8, least_words: int = 7
) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of texts that share most of their letters.

    Short answers coincide in life ("Nopea ja ystävällinen palvelu"); they are passed over.

    Parameters
    ----------
    texts : sequence of str
    similarity : float
        Least share, 0 to 1, of their runs of five letters that two texts have in common (Jaccard).
    least_words : int
        Shorter texts are not compared.

    Yields
    ------
    (int, int, float)
        Numbers of the two texts, the lower first, and their similarity.

    Examples
    --------
    >>> list(near_duplicates(["Jonotin puhelimessa tunnin eikä kukaan vastannut minulle.",
    ...                       "Jonotin puhelimessa tunnin eikä kukaan vastannut minulle!", "Hyvä."]))
    [(0, 1, 1.0)]
    """
    first_with: dict[tuple[str, ...], list[int]] = defaultdict(list)
    shingles: dict[int, frozenset[str]] = {}
    for at, text in enumerate(texts):
        words = "".join(sign if sign.isalnum() else " " for sign in text.lower()).split()
        if len(words) < least_words:
            continue
        joined = " ".join(words)
        shingles[at] = frozenset(joined[n : n + _SHINGLE] for n in range(len(joined) - _SHINGLE + 1))
        runs = {tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)}
        for before in sorted({other for run in runs for other in first_with[run]}):
            common = len(shingles[before] & shingles[at])
            found = common / (len(shingles[before]) + len(shingles[at]) - common)
            if found > similarity:
                yield before, at, found
        for run in runs:
            first_with[run].append(at)
