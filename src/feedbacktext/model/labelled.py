"""JSONL -> labelled comments, each checked against the codebook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feedbacktext.codebook import POLARITIES, Codebook
from feedbacktext.errors import LabelError


@dataclass(frozen=True, slots=True)
class Span:
    """Words marked as evidence: ``text[start:end]`` judges the theme."""

    theme: str
    polarity: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LabelledComment:
    """A comment with the labels that a person gave it; the record of the codebook.

    Sentiment and types are None where they were not labelled, as of a phrase that shows a theme; ``themed`` is
    False where themes were not, as of a sentence from a sentiment corpus.
    """

    id: str
    text: str
    sentiment: str | None
    themes: Mapping[str, str]
    types: tuple[str, ...] | None
    evidence: tuple[Span, ...] = ()
    score: float | None = None
    channel: str | None = None
    hand: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    themed: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether everything was labelled, so that a model can be measured on it."""
        return self.sentiment is not None and self.types is not None and self.themed

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON-ready values."""
        return {
            "id": self.id,
            "text": self.text,
            "score": self.score,
            "channel": self.channel,
            "sentiment": self.sentiment,
            "themes": dict(self.themes) if self.themed else None,
            "types": None if self.types is None else list(self.types),
            "evidence": [
                {"theme": s.theme, "polarity": s.polarity, "start": s.start, "end": s.end} for s in self.evidence
            ],
            "hand": self.hand,
            **self.extra,
        }


def read_labelled(path: str | Path, codebook: Codebook) -> list[LabelledComment]:
    """Read a labelled file, one JSON record a line.

    Raises
    ------
    LabelError
        At the first record that does not fit, with its line and what to do.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise LabelError(f"{path}: cannot be read ({error.strerror})") from None
    return list(_parse(lines, codebook, str(path)))


def _parse(lines: Iterable[str], codebook: Codebook, place: str) -> Iterator[LabelledComment]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise LabelError(f"{place}, line {number}: is not JSON ({error.msg})") from None
        yield parse_record(record, codebook, place=f"{place}, line {number}")


def parse_record(record: Any, codebook: Codebook, *, place: str = "record") -> LabelledComment:
    """Check one record against the codebook.

    Examples
    --------
    >>> codebook = Codebook.from_dict({"name": "k", "themes": [{"id": "speed", "title": "nopeus"}]})
    >>> parse_record({"text": "Nopeaa!", "sentiment": "positive", "themes": {"speed": "positive"},
    ...               "types": []}, codebook).themes
    {'speed': 'positive'}
    >>> parse_record({"text": "Nopeaa!", "sentiment": "positive", "themes": {"sped": "positive"},
    ...               "types": []}, codebook, place="a.jsonl, line 3")
    Traceback (most recent call last):
        ...
    feedbacktext.errors.LabelError: a.jsonl, line 3: theme 'sped' is not in codebook 'k' (speed)
    """

    def need(good: bool, message: str) -> None:
        if not good:
            raise LabelError(f"{place}: {message}")

    need(isinstance(record, dict), "must be a JSON object")
    for name in ("text", "sentiment", "themes", "types"):
        need(name in record, f"has no {name!r}")
    text, themes = record["text"], {} if record["themes"] is None else record["themes"]
    need(isinstance(text, str), "text must be a string")
    need(
        record["sentiment"] is None or record["sentiment"] in POLARITIES,
        f"sentiment {record['sentiment']!r} must be one of {', '.join(POLARITIES)}",
    )
    need(isinstance(themes, dict), "themes must be {theme id: polarity}, or null where they were not labelled")
    for theme, polarity in themes.items():
        need(
            theme in codebook.theme_ids,
            f"theme {theme!r} is not in codebook {codebook.name!r} ({', '.join(codebook.theme_ids)})",
        )
        need(
            polarity in (*POLARITIES, "mixed"),
            f"polarity {polarity!r} of {theme} must be negative, neutral, positive or mixed",
        )
    for kind in record["types"] or ():
        need(
            kind in codebook.type_ids,
            f"type {kind!r} is not in codebook {codebook.name!r} ({', '.join(codebook.type_ids)})",
        )
    known = {f.name for f in LabelledComment.__dataclass_fields__.values()}
    return LabelledComment(
        id=str(record.get("id", "")),
        text=text,
        sentiment=record["sentiment"],
        themes=themes,
        types=None if record["types"] is None else tuple(record["types"]),
        evidence=_evidence(record.get("evidence") or (), text, themes, need),
        score=record.get("score"),
        channel=record.get("channel"),
        hand=record.get("hand"),
        extra={name: value for name, value in record.items() if name not in known},
        themed=record["themes"] is not None,
    )


def _evidence(rows: Sequence[Any], text: str, themes: Mapping[str, str], need: Any) -> tuple[Span, ...]:
    spans = []
    for row in rows:
        need(isinstance(row, dict), "evidence must be a list of {theme, polarity, start, end}")
        span = Span(*(row.get(name) for name in ("theme", "polarity", "start", "end")))
        need(
            isinstance(span.start, int) and isinstance(span.end, int) and 0 <= span.start < span.end <= len(text),
            f"evidence {span.start}-{span.end} is outside the text of {len(text)} characters",
        )
        need(span.theme in themes, f"evidence for {span.theme!r}, which the themes do not have")
        spans.append(span)
    return tuple(spans)
