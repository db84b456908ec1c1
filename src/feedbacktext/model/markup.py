"""Marked text <-> labelled comment: ``[[puhelimessa jonotin|reachability-]], mutta kiitos``.

The form in which people write and correct evidence; offsets are for machines.
"""

from __future__ import annotations

import re
from collections import defaultdict

from feedbacktext.errors import LabelError
from feedbacktext.model.labelled import Span

_SIGNS = {"+": "positive", "-": "negative", "0": "neutral"}
_LETTERS = {polarity: sign for sign, polarity in _SIGNS.items()}
_SPAN = re.compile(r"\[\[(.+?)\|([^\[\]|]+)\]\]", re.DOTALL)


def parse_markup(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Return the plain text and its evidence.

    Examples
    --------
    >>> text, evidence = parse_markup("[[Helppo netissä|ease+,digital+]] mutta [[hidas|speed-]]")
    >>> text
    'Helppo netissä mutta hidas'
    >>> [(span.theme, span.polarity, text[span.start:span.end]) for span in evidence]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('ease', 'positive', 'Helppo netissä'), ('digital', 'positive', 'Helppo netissä'),
     ('speed', 'negative', 'hidas')]
    >>> parse_markup("[[hidas|speed]]")
    Traceback (most recent call last):
        ...
    feedbacktext.errors.LabelError: 'speed' needs a theme and a sign (+, - or 0), such as speed+
    """
    text = ""
    spans: list[Span] = []
    at = 0
    for match in _SPAN.finditer(marked):
        text += marked[at : match.start()]
        at = match.end()
        for label in match[2].split(","):
            theme, sign = label[:-1], label[-1:]
            if sign not in _SIGNS or not theme:
                raise LabelError(f"{label!r} needs a theme and a sign (+, - or 0), such as speed+")
            spans.append(Span(theme, _SIGNS[sign], len(text), len(text) + len(match[1])))
        text += match[1]
    text += marked[at:]
    if "[[" in text or "]]" in text:
        raise LabelError(f"brackets do not match, or stand inside one another: {marked!r}")
    return text, tuple(spans)


def to_markup(text: str, evidence: tuple[Span, ...]) -> str:
    """Return the text with its evidence marked; spans must not cross one another.

    Examples
    --------
    >>> to_markup(*parse_markup("[[Nopea|speed+]] kiitos"))
    '[[Nopea|speed+]] kiitos'
    """
    labels: dict[tuple[int, int], list[str]] = defaultdict(list)
    for span in evidence:
        labels[span.start, span.end].append(span.theme + _LETTERS[span.polarity])
    marked = text
    before = len(text) + 1
    for (start, end), names in sorted(labels.items(), reverse=True):
        if end > before:
            raise LabelError(f"evidence {start}-{end} crosses the next one")
        marked = f"{marked[:start]}[[{marked[start:end]}|{','.join(names)}]]{marked[end:]}"
        before = start
    return marked


def polarities(evidence: tuple[Span, ...]) -> dict[str, str]:
    """Return the polarity of each theme: both signs make it mixed, a neutral place gives way.

    Examples
    --------
    >>> polarities(parse_markup("[[appi hyvä|digital+]], [[kaatuilee|digital-]]")[1])
    {'digital': 'mixed'}
    """
    found: dict[str, set[str]] = defaultdict(set)
    for span in evidence:
        found[span.theme].add(span.polarity)
    return {
        theme: "mixed"
        if {"positive", "negative"} <= signs
        else next((sign for sign in ("positive", "negative") if sign in signs), "neutral")
        for theme, signs in found.items()
    }
