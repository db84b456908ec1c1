"""What Voikko's transducer says of a word form -> Analysis: lemma, class, parts with their cuts.

Both adapters hand over the transducer's own output, such as
``[Ln][Xp]ääni[X]ään[Sn][Ny]i[Bh][Bc][Lt][Xp]eristää[X]erist[Ln][Xj]ys[X]ykse[Sine][Ny]ssä``,
and this parser alone reads it, so that they cannot differ. Text between ``[Xp]`` (word base) or
``[Xj]`` (suffix) and ``[X]`` is what the dictionary calls it; the rest is the surface; ``[Bc]`` is
a compound boundary. The tags are those of the voikko-fi dictionary (doc/morphological-tags).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_PIECE = re.compile(r"\[[^\]]*\]|[^\[]+")

CLASSES = {
    "n": "noun",
    "l": "adjective",
    "nl": "noun_adjective",
    "h": "interjection",
    "ee": "first_name",
    "es": "last_name",
    "ep": "place_name",
    "em": "proper_name",
    "t": "verb",
    "a": "abbreviation",
    "s": "adverb",
    "u": "numeral",
    "ur": "numeral",
    "r": "pronoun",
    "c": "conjunction",
    "d": "adposition",
    "k": "negation_verb",
    "p": "prefix",
}
CASES = {
    "n": "nominative",
    "g": "genitive",
    "p": "partitive",
    "es": "essive",
    "tr": "translative",
    "ine": "inessive",
    "ela": "elative",
    "ill": "illative",
    "ade": "adessive",
    "abl": "ablative",
    "all": "allative",
    "ab": "abessive",
    "ko": "comitative",
    "in": "instructive",
    "sti": "adverbial",
    "ak": "accusative",
}
MOODS = {
    "n1": "a_infinitive",
    "n2": "e_infinitive",
    "n3": "ma_infinitive",
    "n4": "minen_infinitive",
    "n5": "maisilla_infinitive",
    "t": "indicative",
    "e": "conditional",
    "k": "imperative",
    "m": "potential",
}
TENSES = {"p": "present", "i": "past"}
NUMBERS = {"y": "singular", "m": "plural"}
PARTICIPLES = {
    "v": "present_active",
    "a": "present_passive",
    "u": "past_active",
    "t": "past_passive",
    "m": "agent",
    "e": "negation",
}
COMPARISONS = {"c": "comparative", "s": "superlative"}
#: [Et]: only after a negation verb ("vastaa" of "ei vastaa" alone is [Eb], both).
CONNEGATIVES = {"t": "yes", "f": "no", "b": "both"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a compound: ``form[start:end]`` and its lemma."""

    start: int
    end: int
    lemma: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """One reading of a word form, the same from every adapter.

    Parameters
    ----------
    lemma : str
        Voikko's base form ("äänieristys"; a participle is its own: "vastannut").
    word_class : str
        A value of ``CLASSES``.
    parts : tuple of Part
        Parts of a compound with their cuts in the form; empty for a simple word.
    bases : tuple of str
        Dictionary words that the form is derived from, first to last ("vastata" of "vastannut").
    case, number, mood, tense, person, possessive, comparison, participle, connegative : str or None
        Inflection, None where the form has none of it.
    verb : str or None
        Verb behind a participle, with what stands before it ("poistua" of "poistunut").
    """

    lemma: str
    word_class: str
    parts: tuple[Part, ...] = ()
    bases: tuple[str, ...] = ()
    case: str | None = None
    number: str | None = None
    mood: str | None = None
    tense: str | None = None
    person: str | None = None
    possessive: str | None = None
    comparison: str | None = None
    participle: str | None = None
    connegative: str | None = None
    verb: str | None = None

    @property
    def negates(self) -> bool:
        """Whether this is the negation verb ("ei", "emme", "älkää")."""
        return self.word_class == "negation_verb"


class _Segment:
    """One compound part while its tags are read."""

    def __init__(self) -> None:
        self.surface = ""  # what is written
        self.cuts: list[int] = []  # [Bm]: boundaries inside one dictionary word ("hyvin=vointi")
        self.stem = ""  # surface up to the last [Xj]
        self.name = ""  # text of the last [Xp] or [Xj]
        self.base = ""  # text of [Xp]
        self.verb = ""  # base form before the verb became something else
        self.tags: dict[str, str] = {}

    @property
    def lemma(self) -> str:
        return (self.stem + self.name).replace("=", "") or self.surface.rstrip("-")

    def parts(self, start: int) -> list[Part]:
        """Return the parts of this segment, the first of which begins at start."""
        cuts = [0, *self.cuts, len(self.surface)]
        lemmas = (self.stem + self.name or self.lemma).split("=")
        if self.stem and len(lemmas) != len(cuts) - 1:  # "äänieristys": the suffix hides the cut
            lemmas = [self.surface[a:b] for a, b in pairwise(cuts[:-1])]
            lemmas.append(self.lemma[cuts[-2] :])
        if len(lemmas) != len(cuts) - 1:
            cuts, lemmas = [0, len(self.surface)], [self.lemma]
        return [Part(start + a, start + b, lemma) for (a, b), lemma in zip(pairwise(cuts), lemmas, strict=True)]


def parse(form: str, output: str) -> Analysis | None:
    """Read one output of the transducer for a form; None where it holds no word.

    Examples
    --------
    >>> analysis = parse("luottokortit", "[Lt][Xp]luottaa[X]luot[Ln][Xj]to[X]to[Sn][Ny][Bh][Bc]"
    ...                  "[Ln][Xp]kortti[X]korti[Sn][Nm]t")
    >>> analysis.lemma, analysis.word_class, analysis.number, analysis.bases
    ('luottokortti', 'noun', 'plural', ('luottaa', 'kortti'))
    >>> analysis.parts
    (Part(start=0, end=6, lemma='luotto'), Part(start=6, end=12, lemma='kortti'))
    """
    segments = _segments(output)
    last = next((at for at in reversed(range(len(segments))) if "L" in segments[at].tags), None)
    if last is None:
        return None
    tags = segments[last].tags
    # a modifier stays as it is written, the last word is bent back; "viisitoista" has a tail without class
    lemma = (
        "".join(segment.surface for segment in segments[:last])
        + segments[last].lemma
        + "".join(segment.surface for segment in segments[last + 1 :])
    )
    word_class = CLASSES.get(tags["L"], tags["L"])
    if word_class == "noun_adjective" and ("C" in tags or tags.get("S") == "sti"):
        word_class = "adjective"  # only adjectives are compared ("suurin") or end in -sti ("kiltisti")
    verb = "".join(segment.surface for segment in segments[:last]) + segments[last].verb
    return Analysis(
        lemma=lemma,
        word_class=word_class,
        parts=_parts(form, segments),
        bases=tuple(segment.base for segment in segments if segment.base),
        case=CASES.get(tags.get("S", "")),
        number=NUMBERS.get(tags.get("N", "")),
        mood=MOODS.get(tags.get("T", "")),
        tense=TENSES.get(tags.get("A", "")),
        person=tags.get("P"),
        possessive=tags.get("O"),
        comparison=COMPARISONS.get(tags.get("C", "")),
        participle=PARTICIPLES.get(tags.get("R", "")),
        connegative=CONNEGATIVES.get(tags.get("E", "")),
        verb=verb if "R" in tags and segments[last].verb else None,
    )


def _segments(output: str) -> list[_Segment]:
    segments = [_Segment()]
    inside = ""  # the X tag that the text stands in
    for piece in _PIECE.findall(output):
        segment = segments[-1]
        if piece[0] != "[":
            if not inside:
                segment.surface += piece.replace("=", "")
            elif inside in "pj":
                segment.name = piece
                if inside == "p":
                    segment.base = piece.replace("=", "")
        elif piece == "[Bc]":
            segments.append(_Segment())
        elif piece == "[Bm]":
            segment.cuts.append(len(segment.surface))
        elif piece[1] == "X":
            inside = piece[2:-1]
            if inside == "j":
                segment.stem, segment.name = segment.surface, ""
        elif piece == "[Ln]" and segment.tags.get("L") == "l" and "S" in segment.tags:
            continue  # "kuultuani" and "elämää" end in a stray [Ln] after their inflection
        else:
            if piece == "[Ln]":  # "tulevaisuus" was a participle once, the noun is none
                segment.tags.pop("R", None)
            if piece[1] == "L" and segment.tags.get("L") == "t":
                segment.verb = (segment.stem + segment.name).replace("=", "")
            segment.tags[piece[1]] = piece[2:-1]
    return segments


def _parts(form: str, segments: list[_Segment]) -> tuple[Part, ...]:
    if sum(len(segment.surface) for segment in segments) != len(form):
        return ()
    parts: list[Part] = []
    for segment in segments:
        parts += segment.parts(parts[-1].end if parts else 0)
    return tuple(parts) if len(parts) > 1 else ()
