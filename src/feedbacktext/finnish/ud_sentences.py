"""Flags of the tokens of many texts -> where sentences begin, and which tokens are one sentence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: What a token does to the sentence around it; one byte a form.
ENDS = 1  # . ! ? …: the sentence ends behind it
INTRODUCES = 2  # a colon: what follows may begin a sentence
IS_CLEAR = 4  # quotes, dashes, brackets: what follows them begins a sentence where they do

Flags = NDArray[np.uint8]


def sentence_flags(text: str) -> int:
    """Return what a token does to the sentence around it, as bits.

    Examples
    --------
    >>> [sentence_flags(text) for text in ("...", ":", "(", "sana")]
    [1, 2, 4, 0]
    """
    if text[:1] in (".", "!", "?", "…", "\n"):
        return ENDS
    if text == ":":
        return INTRODUCES
    if text in ('"', "”", "“", "'", "’", "»", "«", "-", "–", "—", "(", ")", "[", "]", "*", "•"):
        return IS_CLEAR
    return 0


def find_sentences(flags: Flags, first: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Return which tokens begin a sentence, and the number of the sentence of each token.

    Parameters
    ----------
    flags : uint8 array of shape (tokens,)
        What :func:`sentence_flags` says of each token.
    first : bool array of shape (tokens,)
        Which tokens begin a text.

    Examples
    --------
    >>> tokens = ["Ei", ".", "(", "Se", "on", ")", "Hän"]
    >>> flags = np.array([sentence_flags(token) for token in tokens], dtype=np.uint8)
    >>> starts, sentence = find_sentences(flags, np.array([True, *[False] * 6]))
    >>> starts.tolist()
    [True, False, True, True, False, False, False]
    >>> sentence.tolist()
    [0, 0, 1, 1, 1, 1, 1]
    """
    if not len(flags):
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=np.intp)
    begins = first.copy()  # a sentence of its own
    begins[1:] |= (flags[:-1] & ENDS) != 0
    starts = begins.copy()
    starts[1:] |= (flags[:-1] & INTRODUCES) != 0
    # a token behind clear ones starts a sentence where the first of them does
    at = np.arange(len(flags))
    behind_clear = np.zeros(len(flags), dtype=bool)
    behind_clear[1:] = (flags[:-1] & IS_CLEAR) != 0
    head = np.maximum.accumulate(np.where(behind_clear & ~starts, 0, at))
    return starts[head], np.cumsum(begins) - 1
