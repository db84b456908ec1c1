"""Form of an adverb or a listed word -> the same without its clitics and its possessive."""

from __future__ import annotations

import re
from collections.abc import Callable

from feedbacktext.finnish.lexicon import Word

Known = Callable[[str], Word]
_CLITIC = re.compile(r"(?:kin|k[aä]{2}n|h[aä]n|p[aä]|k[oö])(?:s|h[aä]n)?$")
_POSSESSIVE = re.compile(r"(?:n[ie]|si|mme|nne|ns[aä]|(?<=aa|ee|ii|oo|uu|yy|ää|öö)n)$")


def clitic_off(form: str) -> str:
    """Return the form without its clitics.

    Examples
    --------
    >>> clitic_off("siellähän"), clitic_off("vieläköhän"), clitic_off("siellä")
    ('siellä', 'vielä', 'siellä')
    """
    cut = _CLITIC.sub("", form)
    return cut if len(cut) > 1 else form


def possessive_off(form: str, known: Known) -> str:
    """Return an adverb's form without its possessive: "mukaansa" -> "mukaan", "edellään" -> "edellä"."""
    cut = _POSSESSIVE.sub("", form)
    if cut == form or any(reading.lemma == form for reading in known(form).readings):
        return form
    stems = without_possessive(form)
    for stem in stems:
        if any(reading.possessive is None and reading.lemma == stem for reading in known(stem).readings):
            return stem
    return stems[0]


def without_possessive(form: str) -> tuple[str, ...]:
    """Return what the form may be without its possessive: "eteeni" -> "etee", "eteen"; "pahoillani" -> "pahoillaan"."""
    cut = _POSSESSIVE.sub("", form)
    if cut == form:
        return ()
    short = cut[:-1] if cut[-2:-1] == cut[-1:] else cut
    return (short, cut + "n", short + short[-1] + "n")
