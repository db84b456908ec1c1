"""spaCy component "feedbacktext": doc.cats, doc.spans["themes"] and doc._.feedback."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from feedbacktext.records import Tag
from feedbacktext.tagging import Tagger, load


@cache
def _extensions() -> None:
    if not Doc.has_extension("feedback"):
        Doc.set_extension("feedback", default=None)


class FeedbackComponent:
    """Tags each doc: probabilities in ``cats``, evidence in ``spans["themes"]``, the Tag in ``_.feedback``.

    A span's label is its theme and ``kb_id_`` its polarity.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("fi")
    >>> _ = nlp.add_pipe("feedbacktext")
    >>> doc = nlp("Puhelimessa sai jonottaa, mutta neuvoja oli mukava.")
    >>> [(span.label_, span.kb_id_) for span in doc.spans["themes"]]
    [('reachability', 'negative'), ('friendliness', 'positive')]
    >>> doc._.feedback.types
    ('thanks', 'complaint')
    """

    def __init__(self, model: str = "bank-fi") -> None:
        _extensions()
        self.model = model
        self.tagger: Tagger = load(model)

    def __call__(self, doc: Doc) -> Doc:
        """Tag one doc."""
        return self._fill(doc, self.tagger.tag(doc.text))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Tag docs in batches."""
        source = iter(stream)
        while docs := list(islice(source, batch_size)):
            tags = self.tagger.tag_many([doc.text for doc in docs])
            yield from map(self._fill, docs, tags)

    def _fill(self, doc: Doc, tag: Tag) -> Doc:
        doc._.feedback = tag
        doc.cats = {**doc.cats, **tag.probabilities}
        spans = [
            doc.char_span(
                evidence.start,
                evidence.end,
                label=evidence.theme,
                kb_id=evidence.polarity,
                alignment_mode="expand",
            )
            for evidence in tag.evidence
        ]
        doc.spans["themes"] = SpanGroup(doc, name="themes", spans=[span for span in spans if span is not None])
        return doc

    def to_disk(self, path: str | Path, *, exclude: Any = ()) -> None:
        """Keep nothing: the model is a folder of its own, named in the config."""

    def from_disk(self, path: str | Path, *, exclude: Any = ()) -> FeedbackComponent:
        """Read nothing."""
        return self

    def to_bytes(self, *, exclude: Any = ()) -> bytes:
        """Keep nothing."""
        return b""

    def from_bytes(self, data: bytes, *, exclude: Any = ()) -> FeedbackComponent:
        """Read nothing."""
        return self


@Language.factory(
    "feedbacktext",
    assigns=["doc.cats", "doc.spans", "doc._.feedback"],
    default_config={"model": "bank-fi"},
)
def make_feedbacktext(nlp: Language, name: str, model: str) -> Callable[[Doc], Doc]:
    """Make the component for ``nlp.add_pipe("feedbacktext")``."""
    return FeedbackComponent(model)
