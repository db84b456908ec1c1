"""``data/ud_*.tsv`` -> rows by word form: UD lemmas and classes that Voikko does not tell.

``ud_words.tsv`` and ``ud_plurals.tsv`` are written by hand, ``ud_learnt_*.tsv`` by ``scripts/ud_lemmas`` from
treebanks. A row with the form ``*`` holds for every form of its lemma.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

Rows = dict[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class UdWords:
    """UD lemmas and parts of speech by word form.

    Parameters
    ----------
    forms : dict of str to tuple of (lemma, pos)
        By lower-case form, written by hand.
    lemmas : dict of str to tuple of pos
        Further parts of speech of every form of a Voikko lemma ("moni" is PRON).
    plurals : dict of str to str
        Singular that Voikko gives -> plural that the treebank has ("markkina" -> "markkinat").
    learnt : dict of str to dict
        Treebank that they are learnt from -> tuples of (lemma, pos) by lower-case form.
    """

    forms: Rows = field(default_factory=dict)
    lemmas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    plurals: dict[str, str] = field(default_factory=dict)
    learnt: dict[str, Rows] = field(default_factory=dict)


def _rows(name: str) -> list[list[str]]:
    table = files("feedbacktext.finnish").joinpath("data", name)
    if not table.is_file():  # the learnt rows, before they are learnt
        return []
    return [row.split("\t") for row in table.read_text(encoding="utf-8").splitlines()[1:] if row]


def _by_form(rows: list[list[str]]) -> Rows:
    found: dict[str, list[tuple[str, str]]] = {}
    for lemma, form, pos in rows:
        found.setdefault(form.lower(), []).append((lemma, pos))
    return {form: tuple(pairs) for form, pairs in found.items()}


@cache
def hand_made() -> UdWords:
    """Return the rows written by hand, without what is learnt.

    Examples
    --------
    >>> words = hand_made()
    >>> words.forms["meillä"], words.lemmas["moni"], words.plurals["markkina"]
    ((('minä', 'PRON'),), ('PRON',), 'markkinat')
    """
    rows = _rows("ud_words.tsv")
    lemmas: dict[str, tuple[str, ...]] = {}
    for lemma, form, pos in rows:
        if form == "*":
            lemmas[lemma] = (*lemmas.get(lemma, ()), pos)
    return UdWords(
        forms=_by_form([row for row in rows if row[1] != "*"]),
        lemmas=lemmas,
        plurals={singular: plural for plural, singular, _why in _rows("ud_plurals.tsv")},
    )


@cache
def packaged() -> UdWords:
    """Return the rows written by hand and those learnt."""
    learnt = {treebank: _by_form(_rows(f"ud_learnt_{treebank}.tsv")) for treebank in ("tdt", "ftb")}
    return replace(hand_made(), learnt=learnt)
