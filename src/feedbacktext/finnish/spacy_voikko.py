"""spaCy component "voikko": lemma_, pos_, morph and compound parts of each token, in UD's terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

from feedbacktext.finnish.analysis import Part
from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.finnish.ud_choice import UdChooser
from feedbacktext.finnish.ud_weights import Style, load_weights
from feedbacktext.finnish.voikko import Backend, open_voikko

Ids = NDArray[np.uint64]


@cache
def _extensions() -> None:
    if not Token.has_extension("parts"):
        Token.set_extension("parts", default=())


class VoikkoComponent:
    """Fills ``lemma_``, ``pos_``, ``morph`` and ``token._.parts``, chosen among Voikko's readings in context.

    Parameters
    ----------
    backend : {"auto", "libvoikko", "pyvoikko"}
        Which Voikko.
    style : {"tdt", "ftb"}
        The treebank whose lemmas are followed where UD's two Finnish treebanks differ: "niitä" is se in TDT and
        ne in FTB, "parempi" hyvä and parempi. The parts of speech are TDT's.

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
    >>> [token.lemma_ for token in nlp("Hän ei vastannut, kun tuli puhe korvaamisesta")]
    ['hän', 'ei', 'vastata', ',', 'kun', 'tulla', 'puhe', 'korvaaminen']
    """

    def __init__(self, backend: Backend = "auto", style: Style = "tdt") -> None:
        _extensions()
        self.backend: Backend = backend
        self.style: Style = style
        self.lexicon = Lexicon(open_voikko(backend))
        self.chooser = UdChooser(self.lexicon, weights=load_weights(style))
        self._for_vocab = _Ids(self.chooser)

    def __call__(self, doc: Doc) -> Doc:
        """Fill the tokens of a doc."""
        self._fill([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Fill docs in batches, several times as fast as one by one."""
        source = iter(stream)
        while docs := list(islice(source, batch_size)):
            self._fill(docs)
            yield from docs

    def _fill(self, docs: list[Doc]) -> None:
        docs = [doc for doc in docs if len(doc)]
        if not docs:
            return
        if any(doc.vocab is not docs[0].vocab for doc in docs):  # docs of several pipelines in one stream
            for doc in docs:
                self._fill([doc])
            return
        ends = np.cumsum([len(doc) for doc in docs])
        first = np.zeros(ends[-1], dtype=bool)
        first[0] = True
        first[ends[:-1]] = True
        ids = self._for_vocab
        forms = np.concatenate([doc.to_array("ORTH") for doc in docs])
        numbers = self.chooser.choose_numbers(ids.rows(forms, docs[0].vocab), first)
        values = ids.values(numbers, docs[0].vocab)
        for doc, end in zip(docs, ends.tolist(), strict=True):
            begin = end - len(doc)
            doc.from_array(["LEMMA", "POS", "MORPH"], values[begin:end])  # type: ignore[arg-type]  # numpy's is spaCy's too
            chosen = numbers[begin:end]
            for at in np.flatnonzero(ids.compound[chosen]).tolist():
                doc[at]._.parts = ids.parts[int(chosen[at])]

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


class _Ids:
    """The chooser's rows and readings by spaCy's numbers, so that a doc is read and filled as an array."""

    def __init__(self, chooser: UdChooser) -> None:
        self._chooser = chooser
        self._let_go(None)

    def _let_go(self, vocab: Vocab | None) -> None:
        self._vocab = vocab
        self._generation = self._chooser.generation
        self._rows: dict[int, int] = {}
        self._done = 0
        self._values: Ids = np.zeros((1024, 3), dtype=np.uint64)
        #: By reading number: whether it is a compound, and its parts.
        self.compound = np.zeros(1024, dtype=bool)
        self.parts: dict[int, tuple[Part, ...]] = {}

    def rows(self, forms: Ids, vocab: Vocab) -> NDArray[np.intp]:
        """Return the chooser's row of each form."""
        chooser = self._chooser
        chooser.trim()
        if vocab is not self._vocab or chooser.generation != self._generation:
            self._let_go(vocab)
        known, each = self._rows, forms.tolist()
        for form in set(each).difference(known):
            known[form] = chooser.row(vocab.strings[form])
        return np.array(list(map(known.__getitem__, each)), dtype=np.intp)

    def values(self, numbers: NDArray[np.intp], vocab: Vocab) -> Ids:
        """Return spaCy's numbers of lemma, part of speech and features of each reading."""
        readings = self._chooser.readings
        if self._done < len(readings):
            self._grow(len(readings))
            for number in range(self._done, len(readings)):
                reading = readings[number]
                if reading is not None:
                    self._values[number] = (
                        vocab.strings.add(reading.lemma),
                        vocab.strings[reading.pos],
                        vocab.morphology.add(reading.morph),
                    )
                    if reading.reading is not None and reading.reading.parts:
                        self.compound[number] = True
                        self.parts[number] = reading.reading.parts
            self._done = len(readings)
        return self._values[numbers]

    def _grow(self, size: int) -> None:
        while len(self._values) < size:
            self._values = np.concatenate([self._values, np.zeros_like(self._values)])
            self.compound = np.concatenate([self.compound, np.zeros_like(self.compound)])


@Language.factory(
    "voikko",
    assigns=["token.lemma", "token.pos", "token.morph", "token._.parts"],
    default_config={"backend": "auto", "style": "tdt"},
)
def make_voikko(nlp: Language, name: str, backend: Backend, style: Style) -> Callable[[Doc], Doc]:
    """Make the component for ``nlp.add_pipe("voikko")``."""
    return VoikkoComponent(backend, style)
