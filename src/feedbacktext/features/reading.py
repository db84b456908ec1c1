"""Comments -> a Reading: flat numbers of forms, comments and clauses, many comments at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feedbacktext.finnish.clauses import IS_WORD, Clauses, find_clauses, signals
from feedbacktext.finnish.lexicon import Lexicon, Word
from feedbacktext.finnish.tokens import TOKEN

#: Forms held by one table; then it begins anew, so that a service's memory stays flat.
MAX_FORMS = 150_000


class FormTable:
    """Tokens as they are written -> rows, and what each row's word tells about clauses.

    Rows are only added, so that what was read from the table stays true.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.words: list[Word] = []
        self._rows: dict[str, int] = {}
        self._bits = bytearray()

    def __len__(self) -> int:
        return len(self.words)

    def rows(self, tokens: Sequence[str]) -> NDArray[np.intp]:
        """Return the row of each token; new ones are looked up in the lexicon."""
        known = self._rows
        # in the order of the text, not of a set, so that training gives the same bits in every process
        for token in [token for token in dict.fromkeys(tokens) if token not in known]:
            word = self.lexicon[token]
            known[token] = len(self.words)
            self.words.append(word)
            self._bits.append(signals(word))
        return np.fromiter(map(known.__getitem__, tokens), dtype=np.intp, count=len(tokens))

    def bits(self) -> NDArray[np.uint8]:
        """Return what each row's word tells about clauses."""
        return np.frombuffer(bytes(self._bits), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Reading:
    """Comments cut into words and clauses.

    Parameters
    ----------
    comments : sequence of str
        What came in.
    form : int array of shape (tokens,)
        Row of each token in the form table.
    bits : uint8 array of shape (tokens,)
        What :func:`~feedbacktext.finnish.clauses.signals` says of each token.
    comment : int array of shape (tokens,)
        Comment of each token.
    clauses : Clauses
    """

    comments: Sequence[str]
    form: NDArray[np.intp]
    bits: NDArray[np.uint8]
    comment: NDArray[np.intp]
    clauses: Clauses

    @property
    def is_word(self) -> NDArray[np.bool_]:
        """Whether each token is a word or number, not a sign; of shape (tokens,)."""
        is_word: NDArray[np.bool_] = (self.bits & IS_WORD) != 0
        return is_word

    def tokens_of(self, comment: int) -> slice:
        """Return where the tokens of a comment stand."""
        first, last = np.searchsorted(self.comment, (comment, comment + 1))
        return slice(int(first), int(last))

    def offsets_of(self, comment: int) -> list[tuple[int, int]]:
        """Return (start, end) of each token of a comment in the original string."""
        return [match.span() for match in TOKEN.finditer(self.comments[comment])]


def read(comments: Sequence[str], table: FormTable) -> Reading:
    """Cut comments into words and clauses.

    Examples
    --------
    >>> reading = read(["Hyvä, mutta kallis.", ""], FormTable(Lexicon()))
    >>> reading.clauses.clause.tolist(), reading.comment.tolist()
    ([0, 0, 1, 1, 1], [0, 0, 0, 0, 0])
    """
    tokens: list[str] = []
    counts = np.zeros(len(comments), dtype=np.intp)
    for at, comment in enumerate(comments):
        found = TOKEN.findall(comment)
        counts[at] = len(found)
        tokens += found
    form = table.rows(tokens)
    bits = table.bits()[form] if len(form) else np.zeros(0, dtype=np.uint8)
    owner = np.repeat(np.arange(len(comments)), counts)
    return Reading(comments, form, bits, owner, find_clauses(bits, owner))
