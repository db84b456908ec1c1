"""Voikko's inflection of a reading -> the features of Universal Dependencies."""

from __future__ import annotations

from feedbacktext.finnish.analysis import Analysis

_CASE = {
    "nominative": "Nom", "genitive": "Gen", "partitive": "Par", "essive": "Ess", "translative": "Tra",
    "inessive": "Ine", "elative": "Ela", "illative": "Ill", "adessive": "Ade", "ablative": "Abl",
    "allative": "All", "abessive": "Abe", "comitative": "Com", "instructive": "Ins", "accusative": "Acc",
}  # fmt: skip
_NUMBER = {"singular": "Sing", "plural": "Plur"}
_MOOD = {"indicative": "Ind", "conditional": "Cnd", "imperative": "Imp", "potential": "Pot"}
_INFINITIVE = {
    "a_infinitive": "1",
    "e_infinitive": "2",
    "ma_infinitive": "3",
    "minen_infinitive": "4",
    "maisilla_infinitive": "5",
}
_DEGREE = {"comparative": "Cmp", "superlative": "Sup"}
_PARTICIPLE = {
    "present_active": ("Pres", "Act"),
    "present_passive": ("Pres", "Pass"),
    "past_active": ("Past", "Act"),
    "past_passive": ("Past", "Pass"),
    "agent": ("Agt", "Act"),
    "negation": ("Neg", "Act"),
}


def morph_of(analysis: Analysis) -> str:
    """Return the UD features of a reading.

    Examples
    --------
    >>> from feedbacktext.finnish.voikko import open_voikko
    >>> [morph_of(reading) for reading in open_voikko().analyze("jonossa")]
    ['Case=Ine|Number=Sing']
    """
    features: dict[str, str] = {}
    verbal = analysis.word_class in ("verb", "negation_verb")
    if analysis.case in _CASE and not (verbal and analysis.mood == "a_infinitive"):
        features["Case"] = _CASE[analysis.case]
    if analysis.comparison:
        features["Degree"] = _DEGREE[analysis.comparison]
    if analysis.number:
        features["Number"] = _NUMBER[analysis.number]
    if analysis.participle:
        features["VerbForm"] = "Part"
        features["PartForm"], features["Voice"] = _PARTICIPLE[analysis.participle]
    elif analysis.mood in _INFINITIVE:
        features["VerbForm"] = "Inf"
        features["InfForm"] = _INFINITIVE[analysis.mood]
        features.pop("Number", None)
    elif verbal and analysis.mood:
        features["VerbForm"] = "Fin"
        features["Mood"] = _MOOD[analysis.mood]
        passive = analysis.person == "4"
        features["Voice"] = "Pass" if passive else "Act"
        if analysis.person and not passive:
            features["Person"] = analysis.person
        if passive:
            features.pop("Number", None)
        if analysis.tense and analysis.mood == "indicative":
            features["Tense"] = "Pres" if analysis.tense == "present" else "Past"
        if analysis.word_class == "negation_verb":
            features["Polarity"] = "Neg"
    if analysis.possessive:
        features["Person[psor]"] = analysis.possessive[0]
        if len(analysis.possessive) > 1:
            features["Number[psor]"] = "Sing" if analysis.possessive[1] == "y" else "Plur"
    return "|".join(f"{name}={value}" for name, value in sorted(features.items()))
