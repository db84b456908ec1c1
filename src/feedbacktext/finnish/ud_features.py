"""UD reading, its form and its neighbours -> names of features that the linear model weighs.

Everything here is known per form or per pair of kinds (a kind is what a neighbour shows of itself), so that the
choice in a text only adds up numbers that were looked up once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from feedbacktext.finnish.ud_readings import UdReading

#: How far a neighbour may stand.
OFFSETS = (-2, -1, 1, 2)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a reading shows to its neighbours, coarse to fine.

    Parameters
    ----------
    pos : str
        Part of speech; "OLLA" for olla as a full verb, the sign itself for punctuation.
    case : str
        pos with case or verb form: "NOUN.Gen", "VERB.Fin.3".
    tag : str
        case with number, mood and tense.
    word : str
        The form where it is a common function word, else empty.
    """

    pos: str
    case: str
    tag: str
    word: str = ""


#: Neighbour before the first and after the last word of a sentence.
EDGE = Kind("<>", "<>", "<>")


#: how, pos, morph, shape, rank, Voikko's class, number of parts, Voikko's inflection
ReadingClass = tuple[str, str, str, str, int, str, int, str]


def kind_of(reading: UdReading, form: str, function_words: frozenset[str]) -> Kind:
    """Return the kind of a reading.

    Examples
    --------
    >>> reading = UdReading("talo", "NOUN", "Case=Gen|Number=Sing", "plain")
    >>> kind_of(reading, "talon", frozenset())
    Kind(pos='NOUN', case='NOUN.Gen', tag='NOUN.Gen.Sing', word='')
    """
    word = form if form in function_words else ""
    if reading.pos in ("PUNCT", "SYM", "SPACE"):
        sign = form if form in ".,:;!?-–()\"”'" else reading.pos
        return Kind(sign, sign, sign, "")
    pos = "OLLA" if reading.lemma == "olla" and reading.pos == "VERB" else reading.pos
    features = dict(part.split("=", 1) for part in reading.morph.split("|") if part)
    case, number = features.get("Case", ""), features.get("Number", "")
    if pos in ("ADV", "ADP", "SCONJ", "CCONJ", "INTJ"):
        return Kind(pos, pos, pos, word)
    form_of_verb = features.get("VerbForm", "")
    if form_of_verb == "Fin":
        person = features.get("Person", "") + number[:1] if features.get("Voice") == "Act" else "Pass"
        mood = features.get("Mood", "")
        short = f"{pos}.{mood[:3] if mood == 'Imp' else ''}{person}"
        return Kind(pos, short, f"{short}.{mood}.{features.get('Tense', '')}", word)
    if form_of_verb == "Inf":
        short = f"{pos}.Inf{features.get('InfForm', '')}"
        return Kind(pos, short, f"{short}.{case}", word)
    if form_of_verb == "Part" and pos in ("VERB", "AUX", "OLLA"):
        short = f"{pos}.Part{features.get('PartForm', '')}{features.get('Voice', '')[:1]}.{case}"
        return Kind(pos, short, f"{short}.{number}", word)
    owned = "+" if "Person[psor]" in features else ""
    return Kind(pos, f"{pos}.{case}", f"{pos}.{case}.{number}{owned}", word)


def shape_of(text: str, starts: bool) -> str:
    """Return how a token is written: "a", "Aa", "AA" or "0", a capital with "^" where a sentence begins."""
    if text[:1].isupper():
        shape = "AA" if len(text) > 1 and text.upper() == text else "Aa"
        return shape + "^" if starts else shape
    return "a" if text[:1].isalpha() else "0"


def class_of(reading: UdReading, shape: str, rank: int) -> ReadingClass:
    """Return what a reading shares with readings of other forms."""
    analysis = reading.reading
    if analysis is None:
        return reading.how, reading.pos, reading.morph, shape, min(rank, 4), "", 0, "-"
    details = ".".join(
        (
            str(analysis.mood),
            str(analysis.participle),
            str(analysis.connegative),
            str(analysis.comparison),
            str(analysis.possessive),
        )
    )
    word_class, parts = analysis.word_class, len(analysis.parts)
    return reading.how, reading.pos, reading.morph, shape, min(rank, 4), word_class, parts, details


def class_features(class_: ReadingClass) -> Iterator[str]:
    """Yield the names of what a class of readings is by itself."""
    how, pos, morph, shape, rank, word_class, parts, details = class_
    yield f"h|{how}|{pos}"
    yield f"w|{how}|{pos}|{word_class}"
    yield f"c|{shape}|{pos}"
    yield f"d|{shape}|{pos}|{word_class or how}"
    yield f"r|{rank}"
    yield f"p|{parts}|{how}"
    yield f"t|{details}|{pos}"
    yield f"m|{morph}|{pos}"


def form_features(reading: UdReading, form: str, shape: str) -> Iterator[str]:
    """Yield the names of what a reading of this very form is by itself, beside its class."""
    pos, how = reading.pos, reading.how
    lemma = reading.lemma.lower()
    if len(form) > 3:
        yield f"2|{form[-2:]}|{pos}"
        yield f"3|{form[-3:]}|{pos}"
        yield f"4|{form[-4:]}|{pos}"
        yield f"e|{lemma[-3:]}|{pos}"
        yield f"E|{lemma[-4:]}|{pos}|{how}"
    if how[:5] == "strip":
        yield f"s|{how}|{'v' if lemma[-1] in 'aeiouyäö' else 'c'}|{shape[0]}"
        yield f"z|{how[6:].partition('>')[0][-2:]}|{lemma[-2:]}"
    elif how == "as_is":
        yield f"s|as_is|{form[-1:]}|{shape}|{pos}"
    yield f"l|{lemma}|{pos}"
    yield f"x|{form}|{lemma}|{pos}"
    if reading.reading and len(reading.reading.parts) > 1:
        yield f"l|{reading.reading.parts[-1].lemma.lower()}|{pos}"


def pair_features(kind: Kind, other: Kind, offset: int) -> Iterator[str]:
    """Yield the names of what a kind is next to another that stands ``offset`` tokens on."""
    yield f"{offset:+d}a|{kind.pos}|{other.pos}"
    if abs(offset) > 1 and kind.pos in ("AUX", "OLLA"):
        yield f"{offset:+d}d|{kind.pos}|{other.case}"
    if other.word:
        yield f"{offset:+d}w|{kind.pos}|{other.word}"
    if abs(offset) == 1:
        yield f"{offset:+d}b|{kind.case}|{other.case}"
        yield f"{offset:+d}c|{kind.case}|{other.pos}"
        yield f"{offset:+d}d|{kind.pos}|{other.case}"
        if other.word:
            yield f"{offset:+d}v|{kind.case}|{other.word}"
        if kind.word:
            yield f"{offset:+d}k|{kind.pos}|{kind.word}|{other.pos}"
            yield f"{offset:+d}K|{kind.pos}|{kind.word}|{other.case}"
        yield f"{offset:+d}g|{kind.pos}|{other.pos}|{_agree(kind, other)}"
    else:
        yield f"{offset:+d}c|{kind.case}|{other.pos}"
        if kind.word:
            yield f"{offset:+d}k|{kind.pos}|{kind.word}|{other.pos}"


def _agree(kind: Kind, other: Kind) -> str:
    mine, yours = kind.tag.split("."), other.tag.split(".")
    if len(mine) < 3 or len(yours) < 3:
        return "-"
    return ("c" if mine[1] == yours[1] else "") + ("n" if mine[2].rstrip("+") == yours[2].rstrip("+") else "")
