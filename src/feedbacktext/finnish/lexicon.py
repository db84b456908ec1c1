"""Word form -> Word: everything that can be known of a form, once per process."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from feedbacktext.finnish.analysis import Analysis, Part
from feedbacktext.finnish.lemma import rank
from feedbacktext.finnish.spoken import spoken_row, standard_forms
from feedbacktext.finnish.voikko import Analyzer, open_voikko

#: Forms kept at once. The 100,150 distinct forms of 50,054 real comments took 78 MB.
MAX_FORMS = 200_000
#: Longer "words" are not Finnish words; they are neither analysed nor kept.
MAX_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of one word form.

    Parameters
    ----------
    form : str
        Lower case, composed (NFC).
    lemma : str
        Of the likeliest reading; the form itself where Voikko does not know it.
    readings : tuple of Analysis
        The likeliest first; empty for an unknown form.
    role : str
        What it does to the words around it: a value of ``data/roles.tsv`` such as ``negator``
        or ``contrast``; empty for most words.
    standard : str
        The standard form that was meant, where the form is spoken, dialect or misspelled; else the form. Lemmas and
        parts are those of the standard form.
    """

    form: str
    lemma: str
    readings: tuple[Analysis, ...] = ()
    role: str = ""
    standard: str = ""

    def __post_init__(self) -> None:
        if not self.standard:
            object.__setattr__(self, "standard", self.form)

    @property
    def known(self) -> bool:
        """Whether Voikko knows the form, or the standard form that was meant."""
        return bool(self.readings)

    @property
    def word_class(self) -> str:
        """Class of the likeliest reading; empty for an unknown form."""
        return self.readings[0].word_class if self.readings else ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Parts of a compound in its likeliest reading, with their cuts in the form."""
        return self.readings[0].parts if self.readings else ()

    @property
    def lemmas(self) -> tuple[str, ...]:
        """Lemmas of all readings as simple as the likeliest, and the verb behind a participle."""
        if not self.readings:
            return (self.form,)
        simplest = len(self.readings[0].parts)
        found: dict[str, None] = {}
        for reading in self.readings:
            if len(reading.parts) <= simplest:
                found[reading.lemma.lower()] = None
                if reading.participle and reading.bases:
                    found[reading.bases[-1].lower()] = None  # "vastannut" reaches vastata
        return tuple(found)


@cache
def roles() -> dict[str, str]:
    """Return the form or lemma -> role of ``data/roles.tsv``."""
    rows = files("feedbacktext.finnish").joinpath("data/roles.tsv").read_text(encoding="utf-8")
    return dict(row.split("\t")[:2] for row in rows.splitlines()[1:] if row)


class Lexicon:
    """Word forms with what is known of them; each is analysed once and then looked up.

    Bounded: when ``max_forms`` are held, all are let go and the next ones begin anew, which costs a
    service some seconds once in some hundred thousand new forms and keeps its memory flat.

    Parameters
    ----------
    voikko : Analyzer, optional
        Default: :func:`~feedbacktext.finnish.voikko.open_voikko`, opened at the first word.
    max_forms : int
        Most forms held at once.

    Examples
    --------
    >>> lexicon = Lexicon()
    >>> word = lexicon["äänieristyksessä"]
    >>> word.lemma, [part.lemma for part in word.parts]
    ('äänieristys', ['ääni', 'eristys'])
    >>> lexicon["Vastannut"].lemmas
    ('vastannut', 'vastata')
    >>> lexicon["vastannu"].standard
    'vastannut'
    >>> len(lexicon)
    3
    """

    def __init__(self, voikko: Analyzer | None = None, *, max_forms: int = MAX_FORMS) -> None:
        if max_forms < 1:
            raise ValueError(f"max_forms must be at least 1, not {max_forms}")
        self.max_forms = max_forms
        self._voikko = voikko
        self._words: dict[str, Word] = {}

    @property
    def voikko(self) -> Analyzer:
        """The analyzer behind; opened when first needed."""
        if self._voikko is None:
            self._voikko = open_voikko()
        return self._voikko

    def __getitem__(self, form: str) -> Word:
        word = self._words.get(form)
        if word is not None:
            return word
        normal = normalize(form)
        word = self._words.get(normal)
        if word is None:
            word = self._look_up(normal)
            if len(normal) <= MAX_LENGTH:
                if len(self._words) >= self.max_forms:
                    self._words = {}  # a new dict: another thread may be walking the old one
                self._words[normal] = word
        return word

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._words))

    def __contains__(self, form: object) -> bool:
        return isinstance(form, str) and normalize(form) in self._words

    def _look_up(self, form: str) -> Word:
        if len(form) > MAX_LENGTH or not any(sign.isalpha() for sign in form):
            return Word(form, form)
        standard, found = self._meant(form)
        readings = tuple(rank(standard, found))
        lemma = readings[0].lemma if readings else form
        role = roles().get(form) or roles().get(standard) or roles().get(lemma, "")
        return Word(form, lemma, readings, role, standard)

    def _meant(self, form: str) -> tuple[str, tuple[Analysis, ...]]:
        """Return the standard form that was meant, and its readings."""
        row = spoken_row(form)
        if row is not None:
            return row, self.voikko.analyze(row)
        found = self.voikko.analyze(form)
        if not found:
            for standard in standard_forms(form):
                found = self.voikko.analyze(standard)
                if found:
                    return standard, found
        return form, found


def normalize(form: str) -> str:
    """Return the form in lower case and composed: "Ja\u0308rjestelma\u0308" -> "järjestelmä"."""
    return unicodedata.normalize("NFC", form.lower())
