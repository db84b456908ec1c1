"""Readings of a word form -> the same readings, the likeliest first.

An ordered chain of preferences, each with its reason; the first that tells two readings apart decides.
Forms that the chain gets wrong are rows of ``data/readings.tsv``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from feedbacktext.finnish.analysis import Analysis

#: Short comments are about doing: "tuli" is tulla before fire, "voi" voida before butter.
_CLASS_ORDER = {
    "negation_verb": 0,
    "conjunction": 1,
    "pronoun": 2,
    "verb": 3,
    "adverb": 4,
    "adposition": 4,
    "adjective": 5,
    "noun_adjective": 6,
    "noun": 7,
    "numeral": 8,
    "interjection": 9,
    "prefix": 10,
    "abbreviation": 11,
    "first_name": 12,
    "place_name": 12,
    "last_name": 13,
    "proper_name": 13,
}


@cache
def _chosen() -> dict[str, str]:
    rows = files("feedbacktext.finnish").joinpath("data/readings.tsv").read_text(encoding="utf-8")
    return {form: lemma for lemma, form in (row.split("\t")[:2] for row in rows.splitlines()[1:] if row)}


def rank(form: str, readings: Iterable[Analysis]) -> list[Analysis]:
    """Sort the readings of a form, the likeliest first.

    Examples
    --------
    >>> from feedbacktext.finnish.voikko import open_voikko
    >>> voikko = open_voikko()
    >>> [rank(form, voikko.analyze(form))[0].lemma for form in ("toimimaton", "tuli", "kuusi")]
    ['toimimaton', 'tulla', 'kuusi']
    """
    chosen = _chosen().get(form)

    def key(reading: Analysis) -> tuple[object, ...]:
        return (
            reading.lemma != chosen,
            # "toimimaton" is one word before it is toimi + matto
            len(reading.parts),
            # "lainaa" and "maksua" are nouns before they are commands to one person
            reading.mood == "imperative" and reading.connegative != "both",
            reading.mood == "potential",
            _CLASS_ORDER.get(reading.word_class, 20),
            # "jonottamatta" is an infinitive before it is a participle without its verb
            reading.participle is not None,
            # "kortit" is a nominative before an accusative; "pankin" has no possessive
            reading.possessive is not None,
            reading.lemma,
        )

    return sorted(readings, key=key)
