"""Token text -> its UD readings, each once: from the tables, from Voikko, or guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from feedbacktext.finnish.lexicon import Lexicon, Word
from feedbacktext.finnish.ud_guess import read_unknown
from feedbacktext.finnish.ud_readings import UdReading, read_known, read_listed
from feedbacktext.finnish.ud_words import UdWords

#: Most readings of a form; the commonest 99.9 per cent of forms have fewer.
MAX_READINGS = 24


def ud_readings(text: str, lexicon: Lexicon, words: UdWords) -> tuple[UdReading, ...]:
    """Return the UD readings of a token, at least one.

    Examples
    --------
    >>> from feedbacktext.finnish.ud_words import hand_made
    >>> lexicon = Lexicon()
    >>> [(reading.lemma, reading.pos) for reading in ud_readings("Tuli", lexicon, hand_made())]
    [('tulla', 'VERB'), ('tuli', 'NOUN'), ('Tuli', 'PROPN')]
    """
    text = unicodedata.normalize("NFC", text)
    word = lexicon[text]

    def known(form: str) -> Word:
        """Look a form up as it stands; what it may have been meant for is no reading of a part of a word."""
        found = lexicon[form]
        return found if found.form == found.standard else Word(found.form, found.form)

    found = list(read_listed(word, words))
    if word.known:
        read = read_known(text, word, words, known)
        found += read if word.form == word.standard else (replace(one, how=f"meant_{one.how}") for one in read)
    if word.form != word.standard or not word.known:  # "Nordea" may be a name as well as a misspelled word
        found += read_unknown(text, word.form, words, known)
    return tuple(_distinct(found))[:MAX_READINGS]


def _distinct(readings: Iterable[UdReading]) -> Iterable[UdReading]:
    """Give each lemma, class and inflection once; a way that came later is told by the first."""
    first: dict[tuple[str, str, str], UdReading] = {}
    for reading in readings:
        first.setdefault((reading.lemma, reading.pos, reading.morph), reading)
    return first.values()
