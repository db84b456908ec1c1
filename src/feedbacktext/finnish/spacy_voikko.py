"""spaCy component "voikko": lemma_, pos_, morph and compound parts of each token."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Token

from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.finnish.ud import morph_of, pos_of
from feedbacktext.finnish.voikko import Backend, open_voikko


@cache
def _extensions() -> None:
    if not Token.has_extension("parts"):
        Token.set_extension("parts", default=())


class VoikkoComponent:
    """Fills ``lemma_``, ``pos_``, ``morph`` and ``token._.parts`` from Voikko.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("fi")
    >>> _ = nlp.add_pipe("voikko")
    >>> token = nlp("Puhelinjonossa odotettiin.")[0]
    >>> token.lemma_, token.pos_, [part.lemma for part in token._.parts]
    ('puhelinjono', 'NOUN', ['puhelin', 'jono'])
    >>> str(token.morph)
    'Case=Ine|Number=Sing'
    """

    def __init__(self, backend: Backend = "auto") -> None:
        _extensions()
        self.backend: Backend = backend
        self.lexicon = Lexicon(open_voikko(backend))

    def __call__(self, doc: Doc) -> Doc:
        """Fill the tokens of a doc."""
        for token in doc:
            word = self.lexicon[token.text]
            token.lemma_ = word.lemma if word.known else token.text
            pos = pos_of(word, token.text)
            if pos:
                token.pos_ = pos
            if word.known:
                token.set_morph(morph_of(word.readings[0]))  # type: ignore[attr-defined]  # spaCy's stub lacks it
            token._.parts = word.parts
        return doc

    def to_disk(self, path: str | Path, *, exclude: Any = ()) -> None:
        """Keep nothing: what the component knows is Voikko's."""

    def from_disk(self, path: str | Path, *, exclude: Any = ()) -> VoikkoComponent:
        """Read nothing."""
        return self

    def to_bytes(self, *, exclude: Any = ()) -> bytes:
        """Keep nothing."""
        return b""

    def from_bytes(self, data: bytes, *, exclude: Any = ()) -> VoikkoComponent:
        """Read nothing."""
        return self


@Language.factory(
    "voikko",
    assigns=["token.lemma", "token.pos", "token.morph", "token._.parts"],
    default_config={"backend": "auto"},
)
def make_voikko(nlp: Language, name: str, backend: Backend) -> Callable[[Doc], Doc]:
    """Make the component for ``nlp.add_pipe("voikko")``."""
    return VoikkoComponent(backend)
