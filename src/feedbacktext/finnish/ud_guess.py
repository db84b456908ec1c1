"""Word that Voikko does not know -> UD readings: repaired, cut into head and tail, or stripped of a case ending."""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedbacktext.finnish.ud_endings import Known
from feedbacktext.finnish.ud_readings import UdReading, read_known
from feedbacktext.finnish.ud_words import UdWords

#: Longer words get no guess beyond themselves.
MAX_GUESSED = 60
_NUMBER = re.compile(r"[.,:–-]?\d[\d.,:/–-]*(?:/?[A-ZÅÄÖ]+)?")
_NUMBER_CASE = re.compile(r"(.*\d):([^\W\d_]+)")
_COLON_CASE = re.compile(r"(.+)[:’'](?:[^\W\d_]{0,5})")
#: Ending -> what stands there in the nominative, its case. A name ends in a vowel or gets a linking i: "Leafin".
_ENDINGS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("ksen", ("s",), "Gen"), ("ksessa", ("s",), "Ine"), ("ksesta", ("s",), "Ela"), ("kselle", ("s",), "All"),
    ("ksella", ("s",), "Ade"), ("kselta", ("s",), "Abl"), ("kseen", ("s",), "Ill"), ("sta", ("s",), "Par"),
    ("stä", ("s",), "Par"), ("ksessä", ("s",), "Ine"), ("ksestä", ("s",), "Ela"), ("ksellä", ("s",), "Ade"),
    ("seen", ("nen", "s"), "Ill"), ("sen", ("nen", "s"), "Gen"), ("selle", ("nen",), "All"),
    ("n", ("",), "Gen"), ("in", ("",), "Gen"),
    ("ssa", ("",), "Ine"), ("ssä", ("",), "Ine"), ("issa", ("",), "Ine"), ("issä", ("",), "Ine"),
    ("sta", ("",), "Ela"), ("stä", ("",), "Ela"), ("ista", ("",), "Ela"), ("istä", ("",), "Ela"),
    ("lla", ("",), "Ade"), ("llä", ("",), "Ade"), ("illa", ("",), "Ade"), ("illä", ("",), "Ade"),
    ("lta", ("",), "Abl"), ("ltä", ("",), "Abl"), ("ilta", ("",), "Abl"), ("iltä", ("",), "Abl"),
    ("lle", ("",), "All"), ("ille", ("",), "All"), ("ksi", ("",), "Tra"), ("iksi", ("",), "Tra"),
    ("na", ("",), "Ess"), ("nä", ("",), "Ess"), ("ina", ("",), "Ess"), ("inä", ("",), "Ess"),
    ("a", ("",), "Par"), ("ä", ("",), "Par"), ("ia", ("",), "Par"), ("iä", ("",), "Par"), ("ta", ("",), "Par"),
    ("tä", ("",), "Par"), ("iin", ("", "i"), "Ill"), ("aan", ("a",), "Ill"), ("ään", ("ä",), "Ill"),
    ("oon", ("o",), "Ill"), ("öön", ("ö",), "Ill"), ("uun", ("u",), "Ill"), ("yyn", ("y",), "Ill"),
    ("een", ("e",), "Ill"), ("hin", ("",), "Ill"), ("hon", ("",), "Ill"), ("hun", ("",), "Ill"),
    ("t", ("",), "Nom"), ("it", ("",), "Nom"), ("en", ("", "i"), "Gen"), ("ien", ("i", ""), "Gen"),
    ("oja", ("o", "a"), "Par"), ("eja", ("i",), "Par"), ("ejä", ("i",), "Par"), ("jen", ("",), "Gen"),
    ("oiden", ("o", "a"), "Gen"), ("eiden", ("i",), "Gen"), ("oita", ("a",), "Par"), ("oilla", ("a", "o"), "Ade"),
)  # fmt: skip
#: Spoken endings -> written ones, tried until Voikko knows the word.
_SPOKEN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"(?<=[aou]s)$", "sa"),  # "talos"
        (r"(?<=[eiyäö]s)$", "sä"),  # "täs", "mis"
        (r"(?<=[ls]t)$", "a"),  # "tuolt"
        (r"(?<=[ls]t)$", "ä"),  # "sielt"
        (r"(?<=[aoui]l)$", "la"),  # "tuol"
        (r"(?<=[eiyäö]l)$", "lä"),  # "siel"
        (r"(?<=ks)$", "i"),  # "onneks"
        (r"(?<=ki)$", "n"),  # "kuitenki"
        (r"(?<=[aeiouyäö]{2})$", "n"),  # "tänää"
        (r"(?<=n[uy])$", "t"),  # "saanu"
        (r"ee(?=st[iaä]|n?$)", "ea"),  # "oikeesti", "hirvee"
        (r"ee(?=n?$)", "eä"),  # "pimee"
        (r"ii(?=n?$)", "ia"),  # "kauniit lumii"
        (r"oo(?=n?$)", "oa"),  # "isoo"
        (r"(?<=is)$", "i"),  # "tulis"
        (r"(?<=[aeiouyäö]s)$", "i"),  # "halus"
        (r"$", "a"),
        (r"$", "ä"),
        (r"$", "n"),
        (r"([kptmnlrs])\1", r"\1"),  # "ennää"
        (r"hv", "v"),
        (r"ts", "tt"),
    )
)


def read_unknown(text: str, form: str, words: UdWords, known: Known) -> Iterator[UdReading]:
    """Yield guesses at a word that Voikko does not know; at least one.

    Examples
    --------
    >>> from feedbacktext.finnish.lexicon import Lexicon
    >>> from feedbacktext.finnish.ud_words import hand_made
    >>> lexicon = Lexicon()
    >>> def first(text):
    ...     readings = read_unknown(text, text.lower(), hand_made(), lexicon.__getitem__)
    ...     return [(reading.lemma, reading.pos, reading.how) for reading in readings][0]
    >>> first("sometileillä"), first("20:n"), first("13.")
    (('sometili', 'NOUN', 'tail7_plain'), ('20', 'NUM', 'colon'), ('13.', 'ADJ', 'ordinal'))
    """
    short = len(text) <= MAX_GUESSED
    if short and (not any(sign.isalpha() for sign in text) or _NUMBER.fullmatch(text) or _NUMBER_CASE.fullmatch(text)):
        yield from _sign(text)
        return
    if short:
        yield from _tail(text, form, words, known)
        yield from _repaired(text, form, words, known)
        yield from _stripped(text)
    yield UdReading(text, "PROPN", "Case=Nom|Number=Sing", "as_is")
    plain = _lowered(text)
    yield UdReading(plain, "NOUN", "Case=Nom|Number=Sing", "as_is")
    for pos in ("ADJ", "ADV", "VERB", "INTJ", "X", "NUM", "SYM"):
        yield UdReading(plain, pos, "", "as_is")


def _lowered(text: str) -> str:
    """Return a common noun's lemma: lower case, unless capitals stand inside ("PDF", "iPhone")."""
    return text.lower() if text[1:].islower() else text


def _sign(text: str) -> Iterator[UdReading]:
    colon = _NUMBER_CASE.fullmatch(text)
    if colon:
        yield UdReading(colon[1], "NUM", "", "colon")
    elif any(sign.isdigit() for sign in text):
        if text.endswith(".") and text[:-1].isdigit():
            yield UdReading(text, "ADJ", "NumType=Ord", "ordinal")
        yield UdReading(text, "NUM", "NumType=Card", "digits")
    elif any(sign.isalnum() for sign in text):
        yield UdReading(text, "X", "", "letterless")
    elif text.isspace() or not text:
        yield UdReading(text, "SPACE", "", "space")
    elif any(ord(sign) > 0x2190 for sign in text) or text in ("%", "&", "§", "°", "+", "=", "<", ">", "€", "$"):
        yield UdReading(text, "SYM", "", "sign")
    else:
        yield UdReading(text, "PUNCT", "", "sign")


def _tail(text: str, form: str, words: UdWords, known: Known) -> Iterator[UdReading]:
    """Read the longest known tail: "sometileillä" through tileillä; after a hyphen any, else a noun or adjective."""
    hyphen = max(form.rfind("-"), form.rfind("–"), form.rfind("/")) + 1
    starts = [hyphen] if 0 < hyphen < len(form) - 1 else list(range(2, len(form) - 3))
    for start in starts:
        tail = known(form[start:])
        readings = [
            reading
            for reading in read_known(tail.form, tail, words, known)
            if hyphen or (reading.pos in ("NOUN", "ADJ", "VERB") and not reading.how.endswith("name"))
        ]
        if readings:
            how = "hyphen_" if hyphen else f"tail{min(len(form) - start, 7)}_"
            for reading in readings[:6]:
                yield UdReading(
                    text[:start] + reading.lemma, reading.pos, reading.morph, how + reading.how, reading.reading
                )
                if text[:1].isupper() and reading.pos == "NOUN":
                    yield UdReading(text[:start] + reading.lemma, "PROPN", reading.morph, how + "capital")
            return


def _repaired(text: str, form: str, words: UdWords, known: Known) -> Iterator[UdReading]:
    found = 0
    for number, (pattern, written) in enumerate(_SPOKEN):
        repaired = pattern.sub(written, form, count=1)
        if repaired == form:
            continue
        listed = words.forms.get(repaired, ())
        for lemma, pos in listed:
            yield UdReading(lemma, pos, "", f"spoken{number}")
        word = known(repaired)
        for reading in list(read_known(text, word, words, known))[:4] if word.known else ():
            yield UdReading(reading.lemma, reading.pos, reading.morph, f"spoken{number}", reading.reading)
        found += bool(listed or word.known)
        if found == 2:
            return


def _stripped(text: str) -> Iterator[UdReading]:
    colon = _COLON_CASE.fullmatch(text)
    if colon:
        yield UdReading(colon[1], "PROPN", "Case=Gen|Number=Sing", "colon")
        yield UdReading(colon[1], "NOUN", "Case=Gen|Number=Sing", "colon")
        return
    for ending, befores, case in _ENDINGS:
        if text.endswith(ending) and len(text) - len(ending) > 1:
            for before in befores:
                lemma = text[: -len(ending)] + before
                how = f"strip_{ending}>{before}"
                number = "Plur" if ending in ("t", "it", "en", "ien", "jen") else "Sing"
                morph = f"Case={case}|Number={number}"
                yield UdReading(lemma, "PROPN" if text[0].isupper() else "NOUN", morph, how)
