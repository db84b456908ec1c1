"""The records that cross layers: what one comment's tag is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

from feedbacktext.underline import COLORS, underline

Polarity = Literal["negative", "neutral", "positive", "mixed"]
Sentiment = Literal["negative", "neutral", "positive"]
Abstention = Literal["empty", "no_words", "not_finnish"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the comment that speak for a theme.

    Parameters
    ----------
    theme : str
        Theme id of the codebook.
    polarity : str
        ``negative``, ``neutral`` or ``positive``: how these words judge the theme.
    start, end : int
        Offsets into the original string, in code points, end exclusive.
    text : str
        ``comment[start:end]``.
    weight : float
        What these words add to the theme's score, in logits.
    """

    theme: str
    polarity: Polarity
    start: int
    end: int
    text: str
    weight: float

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as JSON-ready values."""
        return {
            "theme": self.theme,
            "polarity": self.polarity,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "weight": round(self.weight, 4),
        }


@dataclass(frozen=True, slots=True)
class ThemeTag:
    """One theme of a comment: its polarity, its probability and the words that show it.

    Parameters
    ----------
    polarity : str
        ``negative``, ``neutral``, ``positive`` or ``mixed``.
    probability : float
        Calibrated probability that the theme is there, 0 to 1.
    evidence : tuple of Evidence
        In the order of the text.
    """

    polarity: Polarity
    probability: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """What one comment says.

    Parameters
    ----------
    sentiment : str
        ``negative``, ``neutral`` or ``positive``.
    sentiment_score : float
        -1 to 1: probability of positive less probability of negative.
    themes : mapping of str to ThemeTag
        The themes that are there, in the order of the codebook; empty where none fits.
    probabilities : mapping of str to float
        Calibrated probability of every theme of the codebook.
    types : tuple of str
        What the comment is: ``thanks``, ``complaint``, ``suggestion``, ``contact_request``.
    language : str
        ``fi``, ``sv``, ``en`` or ``und`` (undetermined).
    abstained : str or None
        Why nothing could be said: ``empty``, ``no_words``, ``not_finnish``; None otherwise.
    comment : str
        What was tagged, as it came in.
    """

    sentiment: Sentiment
    sentiment_score: float
    themes: Mapping[str, ThemeTag] = field(default_factory=dict)
    probabilities: Mapping[str, float] = field(default_factory=dict)
    types: tuple[str, ...] = ()
    language: str = "und"
    abstained: Abstention | None = None
    comment: str = field(default="", repr=False)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Evidence of all themes, in the order of the text."""
        spans = [span for theme in self.themes.values() for span in theme.evidence]
        return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.theme)))

    def to_dict(self) -> dict[str, Any]:
        """Return the tag as the fields that ``feedbacktext tag`` writes in JSONL."""
        return {
            "sentiment": self.sentiment,
            "sentiment_score": round(self.sentiment_score, 4),
            "themes": {theme: found.polarity for theme, found in self.themes.items()},
            "probabilities": {theme: round(probability, 4) for theme, probability in self.probabilities.items()},
            "types": list(self.types),
            "evidence": [span.to_dict() for span in self.evidence],
            "language": self.language,
            "abstained": self.abstained,
        }

    def _repr_html_(self) -> str:
        """Return the comment as a notebook shows it: evidence underlined, then the themes."""
        themes = "".join(
            f'<li style="color:{COLORS[found.polarity]}">'
            f"{escape(theme)}: {found.polarity} ({found.probability:.2f})</li>"
            for theme, found in self.themes.items()
        )
        said = ", ".join((self.sentiment, *self.types)) if self.abstained is None else f"abstained: {self.abstained}"
        return (
            f'<div lang="{self.language}"><p>{underline(self.comment, self.evidence)}</p>'
            f"<p>{escape(said)}</p><ul>{themes}</ul></div>"
        )
