"""Words of a comment -> clauses, and which of their words stand under a negation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feedbacktext.finnish.lexicon import Word

#: Signals that a word gives to the clauses around it; one byte a form, known once per form.
HARD_BREAK = 1  # . ! ? line end: ends a clause
SOFT_BREAK = 2  # comma, bracket, dash: ends one too
OPENS = 4  # mutta, koska, että, joka: begins one
NEGATES = 8  # ei, eikä, ilman: what follows in the clause is negated
IS_WORD = 16  # letters or digits
HAS_LETTERS = 32
IS_KNOWN = 64  # to Voikko


def signals(word: Word) -> int:
    """Return what a word or sign tells about clauses, as bits.

    Examples
    --------
    >>> from feedbacktext.finnish.lexicon import Lexicon
    >>> lexicon = Lexicon()
    >>> signals(lexicon["eikä"]) == IS_WORD | HAS_LETTERS | IS_KNOWN | NEGATES | OPENS
    True
    >>> signals(lexicon["!!"]) == HARD_BREAK
    True
    """
    form, role = word.form, word.role
    if not form[:1].isalnum():
        if form[:1] in ".!?…\n":
            return HARD_BREAK
        return SOFT_BREAK if form in (",", ";", ":", "(", ")", "-", "–", "—", "/") else 0
    bits = IS_WORD
    if any(sign.isalpha() for sign in form):
        bits |= HAS_LETTERS
    if word.known:
        bits |= IS_KNOWN
    if role in ("contrast", "break", "opening_negator"):
        bits |= OPENS
    if role in ("negator", "opening_negator"):
        bits |= NEGATES
    return bits


@dataclass(frozen=True, slots=True)
class Clauses:
    """Clauses over a flat row of tokens of one or many comments.

    Parameters
    ----------
    clause : int array of shape (tokens,)
        Number of the clause that each token stands in, rising from 0.
    comment : int array of shape (clauses,)
        Number of the comment that each clause stands in.
    negated : bool array of shape (tokens,)
        Whether the token follows a negation in its clause.
    """

    clause: NDArray[np.intp]
    comment: NDArray[np.intp]
    negated: NDArray[np.bool_]


def find_clauses(bits: NDArray[np.uint8], comment: NDArray[np.intp]) -> Clauses:
    """Cut flat tokens into clauses; all comments at once.

    Parameters
    ----------
    bits : uint8 array of shape (tokens,)
        What :func:`signals` says of each token.
    comment : int array of shape (tokens,)
        Number of the comment of each token, rising.

    Examples
    --------
    >>> from feedbacktext.finnish.lexicon import Lexicon
    >>> lexicon = Lexicon()
    >>> words = [lexicon[form] for form in "neuvoja ei vastannut mutta asia hoitui".split()]
    >>> bits = np.array([signals(word) for word in words], dtype=np.uint8)
    >>> clauses = find_clauses(bits, np.zeros(6, dtype=np.intp))
    >>> clauses.clause.tolist()
    [0, 0, 0, 1, 1, 1]
    >>> clauses.negated.tolist()
    [False, False, True, False, False, False]
    """
    if not len(bits):
        none = np.zeros(0, dtype=np.intp)
        return Clauses(none, none, np.zeros(0, dtype=bool))
    new_comment = np.ones(len(bits), dtype=bool)
    np.not_equal(comment[1:], comment[:-1], out=new_comment[1:])
    is_word = (bits & IS_WORD) != 0
    ends = (bits & (HARD_BREAK | SOFT_BREAK)) != 0
    wants = new_comment | ((bits & OPENS) != 0)
    wants[1:] |= ends[:-1]
    # a clause begins at the first word after a place where one wants to begin, so that the signs between
    # stay with what they follow: "Hyvä!!! :) Kiitos" is "Hyvä!!! :)" and "Kiitos"
    words_before = np.cumsum(is_word) - is_word
    piece, owner = np.cumsum(wants) - 1, np.cumsum(new_comment) - 1
    first_of_piece = is_word & (words_before == words_before[wants][piece])
    first_of_comment = is_word & (words_before == words_before[new_comment][owner])
    begins = new_comment | (first_of_piece & ~first_of_comment)
    clause = np.cumsum(begins) - 1
    negates = (bits & NEGATES) != 0
    before = np.cumsum(negates) - negates
    negated = (before > before[np.flatnonzero(begins)][clause]) & is_word
    return Clauses(clause, comment[begins], negated)
