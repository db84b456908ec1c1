"""Tokens of texts -> the UD reading of each, chosen by form and neighbours.

A linear model: what a reading is by itself is summed once per form; what each neighbour adds is one look-up in a
table of kinds. A neighbour shows the kind of its own likeliest reading, so that no search is needed, and all tokens
of a batch are scored at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feedbacktext.finnish.lexicon import MAX_FORMS, MAX_LENGTH, Lexicon
from feedbacktext.finnish.ud_candidates import ud_readings
from feedbacktext.finnish.ud_features import (
    OFFSETS,
    Kind,
    ReadingClass,
    class_features,
    class_of,
    form_features,
    kind_of,
    shape_of,
)
from feedbacktext.finnish.ud_readings import UdReading
from feedbacktext.finnish.ud_sentences import find_sentences, sentence_flags
from feedbacktext.finnish.ud_weights import UdWeights, load_weights
from feedbacktext.finnish.ud_words import UdWords, packaged

#: Readings kept of a form, the likeliest by themselves; a sixth was chosen nowhere in UD's dev parts.
WIDTH = 6
_NEVER = -1e9
#: One thread at a time reads a new form; of the module, so that a chooser can be pickled.
_READING = threading.Lock()
_SIGNS = frozenset(("PUNCT", "SYM", "SPACE"))


@dataclass
class _Table:
    """Arrays with a row per form; they double when they are full."""

    scores: NDArray[np.float32]
    kinds: NDArray[np.intp]
    shown: NDArray[np.intp]
    starting: NDArray[np.intp]  # row of the same form where it begins a sentence
    flags: NDArray[np.uint8]
    sure: NDArray[np.bool_]

    @classmethod
    def of(cls, rows: int) -> _Table:
        return cls(
            np.full((rows, WIDTH), _NEVER, dtype=np.float32),
            np.zeros((rows, WIDTH), dtype=np.intp),
            np.zeros(rows, dtype=np.intp),
            np.zeros(rows, dtype=np.intp),
            np.zeros(rows, dtype=np.uint8),
            np.zeros(rows, dtype=bool),
        )

    def doubled(self) -> _Table:
        other = _Table.of(2 * len(self.shown))
        for name, array in vars(self).items():
            getattr(other, name)[: len(array)] = array
        return other


class UdChooser:
    """Chooses UD readings in context; each form is read once and then looked up.

    Parameters
    ----------
    lexicon : Lexicon, optional
        Default: a new one.
    words : UdWords, optional
        Default: the packaged tables.
    weights : UdWeights, optional
        Default: the packaged ones in TDT's manner.
    max_forms : int
        Most forms held at once, one with a capital twice; then all are let go.

    Examples
    --------
    >>> chooser = UdChooser()
    >>> [(reading.lemma, reading.pos) for reading in chooser.choose(["Hän", "tuli", "kotiin"])]
    [('hän', 'PRON'), ('tulla', 'VERB'), ('koti', 'NOUN')]
    >>> [(reading.lemma, reading.pos) for reading in chooser.choose(["Takassa", "paloi", "iso", "tuli"])][2:]
    [('iso', 'ADJ'), ('tuli', 'NOUN')]
    """

    def __init__(
        self,
        lexicon: Lexicon | None = None,
        *,
        words: UdWords | None = None,
        weights: UdWeights | None = None,
        max_forms: int = MAX_FORMS,
    ) -> None:
        if max_forms < 1:
            raise ValueError(f"max_forms must be at least 1, not {max_forms}")
        self.lexicon = lexicon if lexicon is not None else Lexicon()
        self.max_forms = max_forms
        self._words = words if words is not None else packaged()
        self._weights = weights if weights is not None else load_weights()
        self._function_words = frozenset(kind.word for kind in self._weights.kinds if kind.word)
        self._kind_ids: dict[Kind, int] = {kind: at for at, kind in enumerate(self._weights.kinds)}
        for kind in self._weights.kinds:  # what is asked for where a kind was never seen
            for coarse in (Kind(kind.pos, kind.case, ""), Kind(kind.pos, "", "")):
                self._kind_ids.setdefault(coarse, self._kind_ids[kind])
        self.generation = 0  # rises when rows are let go
        self._let_go()

    def _let_go(self) -> None:
        self.generation += 1
        self._rows: dict[str, int] = {}
        self._classes: dict[ReadingClass, float] = {}
        self._kinds_of: dict[tuple[str, str, str], int] = {}
        self._table = _Table.of(1024)
        #: Reading number ``row * WIDTH + rank``; None where a form has fewer.
        self.readings: list[UdReading | None] = []

    def __len__(self) -> int:
        return len(self._rows)

    def choose(self, tokens: Sequence[str]) -> list[UdReading]:
        """Return the reading of each token of a text."""
        return self.choose_many([tokens])[0]

    def choose_many(self, texts: Iterable[Sequence[str]]) -> list[list[UdReading]]:
        """Return the readings of the tokens of many texts, as one by one."""
        self.trim()
        cut = [list(tokens) for tokens in texts]
        flat = [token for tokens in cut for token in tokens]
        ends = np.cumsum([len(tokens) for tokens in cut], dtype=np.intp)
        first = np.zeros(len(flat) + 1, dtype=bool)
        first[[0, *ends]] = True
        rows = np.array(list(map(self.row, flat)), dtype=np.intp)
        numbers = self.choose_numbers(rows, first[:-1]).tolist()
        chosen: list[UdReading] = list(map(self.readings.__getitem__, numbers))  # type: ignore[arg-type]  # none is None
        return [chosen[end - len(tokens) : end] for tokens, end in zip(cut, ends.tolist(), strict=True)]

    def trim(self) -> None:
        """Let all forms go where too many are held; rows from before mean nothing then."""
        if len(self.readings) >= WIDTH * self.max_forms:
            self._let_go()

    def row(self, token: str) -> int:
        """Return the row of a token, read where it is new."""
        row = self._rows.get(token)
        if row is None:
            with _READING:
                row = self._rows.get(token)
                row = self._add(token) if row is None else row
        return row

    def choose_numbers(self, rows: NDArray[np.intp], first: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the number in ``readings`` of the reading of each token.

        Parameters
        ----------
        rows : int array of shape (tokens,)
            What :meth:`row` gives.
        first : bool array of shape (tokens,)
            Which tokens begin a text.
        """
        if not len(rows):
            return np.zeros(0, dtype=np.intp)
        table = self._table
        starts, sentence = find_sentences(table.flags[rows], first)
        rows = np.where(starts, table.starting[rows], rows)
        numbers = rows * WIDTH
        open_at = np.flatnonzero(~table.sure[rows])
        if not len(open_at):
            return numbers
        shown = table.shown[rows]
        open_rows = rows[open_at]
        scores, kinds = table.scores[open_rows], table.kinds[open_rows]
        for pairs, offset in zip(self._weights.pairs, OFFSETS, strict=True):
            at = np.clip(open_at + offset, 0, len(rows) - 1)
            inside = (sentence[at] == sentence[open_at]) & (at == open_at + offset)
            neighbour = np.where(inside, shown[at], 0)
            scores += pairs[neighbour[:, None], kinds]
        numbers[open_at] += scores.argmax(axis=1)
        return numbers

    def _add(self, token: str) -> int:
        row = self._read(token, starts=False)
        if token[:1].isupper():
            self._table.starting[row] = self._read(token, starts=True)
        if len(token) <= MAX_LENGTH:
            self._rows[token] = row
        return row

    def _read(self, token: str, *, starts: bool) -> int:
        row = len(self.readings) // WIDTH
        if row == len(self._table.shown):
            self._table = self._table.doubled()
        readings = ud_readings(token, self.lexicon, self._words)
        form = token.lower()
        scored = [(0.0, reading) for reading in readings]
        if len(readings) > 1:
            shape = shape_of(token, starts)
            scored = [(self._score(reading, form, shape, rank), reading) for rank, reading in enumerate(readings)]
            scored.sort(key=_by_score)
        best = scored[:WIDTH]
        kinds = [self._kind_id(reading, form) for _score, reading in best]
        table = self._table
        table.scores[row, : len(best)] = [score for score, _reading in best]
        table.kinds[row, : len(best)] = kinds
        table.shown[row], table.starting[row] = kinds[0], row
        table.flags[row], table.sure[row] = sentence_flags(token), len(best) == 1
        self.readings += [reading for _score, reading in best]
        self.readings += [None] * (WIDTH - len(best))
        return row

    def _score(self, reading: UdReading, form: str, shape: str, rank: int) -> float:
        """Return what speaks for a reading by itself."""
        weights, classes = self._weights.by_name, self._classes
        class_ = class_of(reading, shape, rank)
        score = classes.get(class_)
        if score is None:
            score = classes[class_] = sum(weights.get(name, 0.0) for name in class_features(class_))
        for name in form_features(reading, form, shape):
            score += weights.get(name, 0.0)
        return score

    def _kind_id(self, reading: UdReading, form: str) -> int:
        word = form if form in self._function_words or reading.lemma == "olla" or reading.pos in _SIGNS else ""
        key = (reading.pos, reading.morph, word)
        found = self._kinds_of.get(key)
        if found is None:
            kind = kind_of(reading, form, self._function_words)
            coarser = Kind(kind.pos, kind.case, kind.tag), Kind(kind.pos, kind.case, ""), Kind(kind.pos, "", "")
            ids = self._kind_ids
            found = self._kinds_of[key] = next((ids[known] for known in (kind, *coarser) if known in ids), 0)
        return found


def _by_score(pair: tuple[float, UdReading]) -> float:
    return -pair[0]
