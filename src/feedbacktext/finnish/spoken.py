"""Spoken, dialect or misspelled form -> the standard form that was meant, where that is safe.

Forms that no rule reaches, or that stand for another word as they are ("ku" is not the moon), are rows of
``data/spoken.tsv``. Every other form is left as it is where Voikko knows it; for one that it does not know, strategies
propose standard forms in their order, and the first that Voikko knows is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

#: Shorter forms are too like one another to be corrected.
_SHORTEST = 3
#: No word that is corrected is longer; the strategies stay cheap on any string.
_LONGEST = 40

#: What is heard -> what is written; tried in this order, each wherever it fits. ``A`` stands for a or ä and ``O`` for o
#: or ö; written, by the harmony of the word.
_RULES = tuple(
    (re.compile(heard.replace("A", "[aä]").replace("O", "[oö]")), written)
    for heard, written in (
        (r"(?<=[jklmnrstv])(o|u)t(?=t|in$|i$|us|ukse)", r"\1it"),  # kirjottaa, kirjotin, ilmotus: ilmoitus
        (r"(?<=[jklmnrstv])(o|u)t(?=in$|i$)", r"\1itt"),
        (r"(?<=[lnrs][uy])$", "t"),  # saanu, tehny: saanut
        (r"(?<=[lnrs])(u|y)(?=kAAn?$|kO$|kin?$)", r"\1t"),  # saanukaan
        (r"ee(?=$|t$|n$|s|m|l|[dt]A$)", "eA"),  # nopee, nopeesti, nopeempi: nopea
        (r"ee(?=mp)", "eA"),
        (r"oo(?=$|t$|n$|s|m|l|tA$)", "oA"),  # huonoo, ainoot: ainoa
        (r"öö(?=$|t$|n$)", "öä"),
        (r"ii(?=$|t$|n$)", "iA"),  # pankkii, hyvii: hyviä
        (r"uu(?=$|t$|n$)", "uA"),  # palveluu
        (r"yy(?=$|t$|n$)", "yä"),
        (r"(?<=[aeiouyäö])$", "n"),  # mitää, jälkee: jälkeen
        (r"(?<=[aeiouyäö]s)$", "sA"),  # pankis: pankissa
        (r"(?<=[aeiouyäö][ls]t)$", "A"),  # siit, tililt: tililtä
        (r"(?<=[aeiouyäö]l)$", "lA"),  # tiskil: tiskillä
        (r"(?<=[aeiouyäö]l)$", "le"),
        (r"(?<=[aeiouyäö]ks)$", "i"),  # lopuks, valmiiks: valmiiksi
        (r"(?<=[aeiouyäö])ks$", "kO"),  # onks, saiks: saiko
        (r"(?<=[aeiouyäö]s)$", "i"),  # sais, katkes, tarjos: tarjosi
        (r"(?<=[^aeiouyäö][uyoö])$", "i"),  # hoitu, löyty, kaatu: kaatui
        (r"(?<=[aeiouyäö])ne(?=n$|$)", "ine"),  # viimenen, semmonen
        (r"(?<=[aeiouyäö])n(?=en$|e$)", "in"),
        (r"(?<=[oöuyae])se(?=[nt]|mm|ll|ss|st)", "ise"),  # semmosen
        (r"(?<=[oöuyae])s(?=tA$|iA$)", "is"),  # semmosta
        (r"h(?=[aäeou])", "hd"),  # tehä, yhen, kahessa: kahdessa
        (r"h[rl](?=[aäeou])", "hd"),  # tehrä
        (r"(?<=[aeiouyäö])r(?=[aeiouyäö])", "d"),  # meirän, tierä
        (r"(?<=[aeouyä])ij?(?=[aäe])", "id"),  # teijän, meiän
        (r"(?<=[aeiouyäö])j(?=[aeiouyäö])", "d"),
        (r"tt", "ts"),  # kattoo, oottaa
        (r"([aeiouyäö])([lnhr])\1(?=[kvmhpjlr])", r"\1\2"),  # kolome, jäläkeen, palavelu: palvelu
        (r"ua(?=.)", "uo"),  # huamas, suaraa
        (r"yä(?=.)", "yö"),
        (r"iä(?=.)", "ie"),  # miäs, tiädä
        (r"ia(?=$|t$|n$|sti|mp|ss|st|tA$)", "ea"),  # nopia, oikiasti: oikeasti
        (r"iä(?=$|t$|n$|sti|mp|ss|st|tA$)", "eä"),
        (r"oa(?=.)", "aa"),  # soatiin
        (r"eä(?=.)", "ää"),  # peästä
        (r"(?<=[aeiouyäö])(?=ki$)", "n"),
        (r"(?<=[aeiouyäö])ki$", "kin"),  # vieläki, kerranki
        (r"(?<=[nt])ki$", "kin"),
        (r"hin(?=$)", "in"),  # sanottihin
        (r"([aeiouyäö])h\1n$", r"\1\1n"),
    )
)
_BACK = re.compile("[aou]")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"([b-df-hj-np-tvwxz])\1")
_SINGLE = re.compile(r"(?<=[aeiouyäö])([kptlmnrs])(?=[aeiouyäö])")


@cache
def _rows() -> dict[str, str]:
    rows = files("feedbacktext.finnish").joinpath("data/spoken.tsv").read_text(encoding="utf-8")
    return {form: standard for standard, form in (row.split("\t")[:2] for row in rows.splitlines()[1:] if row)}


def spoken_row(form: str) -> str | None:
    """Return the standard form of a row of ``data/spoken.tsv``.

    Examples
    --------
    >>> spoken_row("oon"), spoken_row("olen")
    ('olen', None)
    """
    return _rows().get(form)


def standard_forms(form: str) -> Iterator[str]:
    """Yield standard forms that may have been meant, the safest first; the caller takes the first that is a word.

    Parameters
    ----------
    form : str
        Lower case, composed (NFC); not itself a word of the standard language.

    Examples
    --------
    >>> from feedbacktext.finnish.voikko import open_voikko
    >>> voikko = open_voikko()
    >>> for form in ("nopee", "saanu", "ystavallinen", "hyväääää", "pitäny", "kirjottanu"):
    ...     print(next(standard for standard in standard_forms(form) if voikko.analyze(standard)))
    nopea
    saanut
    ystävällinen
    hyvää
    pitänyt
    kirjoittanut
    >>> list(standard_forms("x2"))
    []
    """
    if not _SHORTEST <= len(form) <= _LONGEST or not form.isalpha():
        return
    if _LONG_RUN.search(form):
        form = _LONG_RUN.sub(r"\1\1", form)
        yield form
        yield re.sub(r"(.)\1", r"\1", form)
    if "ä" not in form and "ö" not in form and _BACK.search(form):
        yield form.translate(_DOTS)  # a keyboard without ä: "ystavallinen"
    heard = list(dict.fromkeys(_written(form)))
    yield from heard
    yield from _singled(form)
    for match in _SINGLE.finditer(form):  # "takasin", "enen"
        yield form[: match.end()] + form[match.start() :]
    for once in heard:  # two at once: "kirjottanu", "pittäny", "nopeeta"
        yield from _written(once)
        yield from _singled(once)


def _singled(form: str) -> Iterator[str]:
    """Yield the form with one double consonant made single: "mittään"."""
    for match in _DOUBLE.finditer(form):
        yield form[: match.start()] + form[match.end() - 1 :]


def _written(form: str) -> Iterator[str]:
    a, o = ("a", "o") if _BACK.search(form) else ("ä", "ö")
    for heard, written in _RULES:
        spelled = written.replace("A", a).replace("O", o)
        for match in heard.finditer(form):
            found = form[: match.start()] + match.expand(spelled) + form[match.end() :]
            if found != form:
                yield found


_DOTS = str.maketrans("ao", "äö")
