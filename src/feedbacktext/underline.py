"""Text and evidence -> HTML in which the words of each theme are underlined in the color of their polarity."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import pairwise
from typing import Protocol

COLORS = {"positive": "#1a7f37", "negative": "#cf222e", "neutral": "#6e7781", "mixed": "#9a6700"}


class Marked(Protocol):
    """Words that show a theme."""

    @property
    def theme(self) -> str: ...  # noqa: D102
    @property
    def polarity(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102


def underline(text: str, spans: Iterable[Marked]) -> str:
    """Return the text with each span underlined and named; spans may overlap.

    Examples
    --------
    >>> from feedbacktext.records import Evidence
    >>> print(underline("Kallis & hidas", [Evidence("speed", "negative", 9, 14, "hidas", 2.0)]))
    Kallis &amp; <u style="text-decoration:underline 2px #cf222e" title="speed: negative">hidas</u>
    """
    spans = list(spans)
    edges = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    pieces = []
    for start, end in pairwise(edges):
        piece = escape(text[start:end]).replace("\n", "<br>")
        over = [span for span in spans if span.start <= start and end <= span.end]
        if over:
            signs = {span.polarity for span in over}
            color = COLORS[signs.pop() if len(signs) == 1 else "mixed"]
            title = escape(", ".join(f"{span.theme}: {span.polarity}" for span in over), quote=True)
            piece = f'<u style="text-decoration:underline 2px {color}" title="{title}">{piece}</u>'
        pieces.append(piece)
    return "".join(pieces)
