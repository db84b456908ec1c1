"""Words of a comment -> its language: fi, sv, en or und.

Voikko knows Finnish best: a comment of which it knows half the words is Finnish. Only the rest is asked
of py3langid, which is unsure on three words.
"""

from __future__ import annotations

from functools import cache
from typing import Any

#: Share of words that Voikko must know: names and English terms stand in Finnish comments too.
KNOWN_SHARE = 0.5
#: Fewer words tell py3langid nothing ("ok thanks").
MIN_WORDS = 3
#: Below, keyboard noise is called one language or another by chance.
MIN_CONFIDENCE = 0.8


def find_language(comment: str, words: int, known: int) -> str:
    """Return fi, sv, en or und (undetermined).

    Parameters
    ----------
    comment : str
    words, known : int
        How many words it has, and how many of them Voikko knows.

    Examples
    --------
    >>> find_language("Hyvä palvelu", words=2, known=2)
    'fi'
    >>> find_language("The service was really slow and nobody answered", words=8, known=1)
    'en'
    >>> find_language("", words=0, known=0)
    'und'
    """
    if words and known >= KNOWN_SHARE * words:
        return "fi"
    if words < MIN_WORDS:
        return "und"
    language, confidence = _identifier().classify(comment)
    return str(language) if confidence >= MIN_CONFIDENCE else "und"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["fi", "sv", "en"])
    return identifier
