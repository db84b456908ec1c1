"""Word with its Voikko readings -> UD readings: every lemma, class and features that it may have.

Voikko and UD cut differently: a participle is an adjective here and a verb there, ``tavoittaminen`` a verb form
here and a noun there, ``sinne`` a form of ``siellä`` here and its own lemma there. So each reading gives one or
more UD readings, each with the way it came (``how``); :mod:`feedbacktext.finnish.ud_choice` chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from feedbacktext.finnish.analysis import Analysis
from feedbacktext.finnish.lexicon import Word
from feedbacktext.finnish.ud import morph_of
from feedbacktext.finnish.ud_endings import Known, clitic_off, possessive_off, without_possessive
from feedbacktext.finnish.ud_words import UdWords

#: Verbs that stand as auxiliaries in UD Finnish TDT.
AUXILIARIES = frozenset(
    ("olla", "ei", "voida", "pitää", "saattaa", "taitaa", "täytyä", "joutua", "aikoa", "tarvita", "mahtaa")
)
_NAMES = frozenset(("first_name", "last_name", "place_name", "proper_name"))
_PRONOUNS = {"he": "hän", "me": "minä", "te": "sinä", "ne": "se", "nämä": "tämä", "nuo": "tuo", "ken": "kuka"}
#: "joissakin" is jokin, "mistään" mikään: Voikko reads joka + kin and mikä.
_INDEFINITE = {
    ("joka", "kin"): "jokin",
    ("kuka", "kin"): "kukin",
    ("kumpi", "kin"): "kumpikin",
    ("kumpi", "an"): "kumpikaan",
    ("mikä", "an"): "mikään",
    ("kuka", "an"): "kukaan",
    ("ken", "an"): "kukaan",
}
#: Classes of Voikko whose inflection a listed word of this part of speech may have.
_CLASSES_OF = {
    "PRON": ("pronoun", "noun", "numeral", "noun_adjective"),
    "NOUN": ("noun", "noun_adjective"),
    "ADJ": ("adjective", "noun_adjective", "noun", "numeral"),
    "NUM": ("numeral", "noun"),
    "PROPN": ("first_name", "last_name", "place_name", "proper_name", "noun"),
    "VERB": ("verb",),
    "AUX": ("verb", "negation_verb"),
}
#: "kolmas", "kahdestoista": ordinals are adjectives.
_ORDINAL = re.compile(r"s(?:toista)?$|^ensimmäinen$|^toinen$")
#: "tyytyväinen" is made of a participle and is none.
_PARTICIPLE = re.compile(r"(?:[nuy][uy]t|[vm][aä]|t[uy]|m[aä]t[oö]n|dut|lut|lyt|rut|ryt|sut|syt)$")
_ACTION = re.compile(r"mi(?:nen|s)")


@dataclass(frozen=True, slots=True)
class UdReading:
    """A way to read a word form in UD's terms.

    Parameters
    ----------
    lemma, pos, morph : str
        As in CoNLL-U, the lemma without compound marks.
    how : str
        How it came from Voikko's reading: "plain", "verb" (of a participle), "minen", "sti", "listed", ...
    reading : Analysis or None
        Voikko's reading behind it.
    """

    lemma: str
    pos: str
    morph: str
    how: str
    reading: Analysis | None = None


def read_known(text: str, word: Word, words: UdWords, known: Known) -> Iterator[UdReading]:
    """Yield the UD readings of a word that Voikko knows, those of its likeliest reading first.

    Examples
    --------
    >>> from feedbacktext.finnish.lexicon import Lexicon
    >>> from feedbacktext.finnish.ud_words import hand_made
    >>> lexicon = Lexicon()
    >>> for form in ("tavoittamisesta", "tehdyt", "nopeammin"):
    ...     [(r.lemma, r.pos, r.how) for r in read_known(form, lexicon[form], hand_made(), lexicon.__getitem__)]
    [('tavoittaminen', 'NOUN', 'minen')]
    [('tehty', 'ADJ', 'participle'), ('tehdä', 'VERB', 'verb'), ('tehty', 'NOUN', 'participle')]
    [('nopea', 'ADJ', 'plain'), ('nopeasti', 'ADV', 'mmin'), ('nopeammin', 'ADV', 'itself')]
    """
    for reading in word.readings:
        morph = morph_of(reading)
        for lemma, pos, how in _convert(word.form, reading, words, known):
            yield UdReading(lemma, pos, morph, how, reading)
    for reading in word.readings:
        morph = morph_of(reading)
        if text[:1].isupper() and reading.case and reading.word_class not in _NAMES and not reading.participle:
            lemma = _name_lemma(text, reading.lemma)
            yield UdReading(lemma, "PROPN", morph, "capital", reading)
            plural = _plural(lemma.lower(), reading, words)
            if plural:
                yield UdReading(plural.capitalize(), "PROPN", morph, "capital_plural", reading)


def read_listed(word: Word, words: UdWords) -> Iterator[UdReading]:
    """Yield the readings that the tables give for a form, with or without its clitic.

    Examples
    --------
    >>> from feedbacktext.finnish.lexicon import Lexicon
    >>> from feedbacktext.finnish.ud_words import hand_made
    >>> [(r.lemma, r.pos, r.how, r.morph) for r in read_listed(Lexicon()["meilläkin"], hand_made())]
    [('minä', 'PRON', 'listed_clitic', 'Case=Ade|Number=Plur')]
    """
    for how, table in (*words.learnt.items(), ("listed", words.forms)):
        rows = table.get(word.form, ())
        if not rows:
            cut = clitic_off(word.form)
            rows, how = table.get(cut, ()), how + "_clitic"
            if not rows and any(reading.possessive for reading in word.readings):
                rows = next((table[stem] for stem in without_possessive(cut) if stem in table), ())
        for lemma, pos in rows:
            classes = _CLASSES_OF.get(pos, ())
            like = next((reading for reading in word.readings if reading.word_class in classes), None)
            yield UdReading(lemma, pos, morph_of(like) if like else "", how, like)


def _name_lemma(text: str, lemma: str) -> str:
    return lemma.upper() if text.isupper() and len(text) > 1 else lemma[:1].upper() + lemma[1:]


def _plural(lemma: str, reading: Analysis, words: UdWords) -> str:
    """Return the plural lemma of "sisämarkkinoilla": the longest tail of the lemma that only has a plural."""
    if reading.number == "plural":
        for start in range(len(lemma) - 2):
            plural = words.plurals.get(lemma[start:])
            if plural and (start == 0 or start > 2):
                return lemma[:start] + plural
    return ""


def _convert(form: str, reading: Analysis, words: UdWords, known: Known) -> Iterator[tuple[str, str, str]]:
    lemma, word_class = reading.lemma, reading.word_class
    yield from ((lemma, pos, "of_lemma") for pos in words.lemmas.get(lemma, ()))
    if reading.case == "adverbial":  # also of participles: "vastaavasti"
        yield clitic_off(form), "ADV", "sti"
    elif reading.participle and reading.verb and _PARTICIPLE.search(lemma):
        if word_class != "noun":  # "toteuttama" alone is no noun
            yield lemma, "ADJ", "participle"
            if reading.case == "genitive" and reading.participle == "present_active":
                yield form, "ADV", "itself"  # "yllättävän hyvä"
        yield from _verb(reading.verb, "verb")
        yield lemma, "NOUN", "participle"
    elif word_class == "verb" and reading.mood == "minen_infinitive":
        places = [match.start() for match in _ACTION.finditer(form)]
        yield (form[: places[-1]] + "minen" if places else lemma), "NOUN", "minen"
    elif word_class in ("verb", "negation_verb"):
        yield from _verb(lemma, "plain")
    elif word_class in ("adjective", "noun_adjective"):
        yield lemma, "ADJ", "plain"
        if reading.case == "genitive" and reading.number == "singular":
            yield form, "ADV", "itself"  # "suhteellisen hyvä"
        if word_class == "noun_adjective":
            yield lemma, "NOUN", "plain"
            plural = _plural(lemma, reading, words)
            if plural:
                yield plural, "NOUN", "plural"
        if reading.comparison and reading.case == "instructive":
            yield from _compared_adverb(form, lemma, known)
    elif word_class == "noun":
        plural = _plural(lemma, reading, words)
        if plural:
            yield plural, "NOUN", "plural"
        yield lemma, "NOUN", "plain"
    elif word_class == "pronoun":
        yield from _pronoun(form, lemma)
    elif word_class == "numeral":
        number = lemma.partition(":")[0] or lemma  # "20:n" is its own base form to Voikko
        if not _ORDINAL.search(number):
            yield number, "NUM", "plain"
        else:
            yield number, "ADJ", "plain"
    elif word_class in ("adverb", "adposition"):
        cut = form if form == lemma else clitic_off(form)  # "mukaan" has no clitic
        cut = possessive_off(cut, known) if reading.possessive else cut
        yield cut, "ADV", "plain"
        yield cut, "ADP", "plain"
        if cut != form:
            yield form, "ADV", "itself"  # "ainakin" is not aina + kin
    elif word_class == "conjunction":
        yield clitic_off(form) if lemma not in form else lemma, "CCONJ", "plain"
        yield lemma, "SCONJ", "plain"
        yield lemma, "ADV", "plain"
    elif word_class in _NAMES:
        yield lemma, "PROPN", word_class
        yield lemma.lower(), "NOUN", word_class
    elif word_class == "abbreviation":
        yield lemma, "NOUN", "plain"
        yield lemma, "PROPN", "plain"
        yield lemma, "ADV", "plain"
    elif word_class == "interjection":
        yield lemma, "INTJ", "plain"
    else:
        yield lemma, "X", word_class
        yield lemma, "ADJ", word_class


def _verb(lemma: str, how: str) -> Iterator[tuple[str, str, str]]:
    if lemma in AUXILIARIES:
        yield lemma, "AUX", how
    yield lemma, "VERB", how


def _pronoun(form: str, lemma: str) -> Iterator[tuple[str, str, str]]:
    ending = "kin" if form.endswith("kin") else "an" if form.endswith(("aan", "ään")) else ""
    indefinite = _INDEFINITE.get((lemma, ending))
    if indefinite:
        yield indefinite, "PRON", "indefinite"
    if lemma in _PRONOUNS:
        yield _PRONOUNS[lemma], "PRON", "singular"
    yield lemma, "PRON", "plain"


def _compared_adverb(form: str, lemma: str, known: Known) -> Iterator[tuple[str, str, str]]:
    stem = re.sub(r"(?:i|e)?mm[ai]n$|mmin$", "", clitic_off(form))
    for vowel in ("", lemma[-1], "e", "a", "ä", "i"):
        adverb = stem + vowel + "sti"
        if any(r.case == "adverbial" and r.lemma == lemma for r in known(adverb).readings):
            yield adverb, "ADV", "mmin"
            break
    yield form, "ADV", "itself"
