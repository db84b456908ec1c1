"""Column names -> the one that holds the comments, the one that holds the scores."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from feedbacktext.errors import ColumnError

#: What Finnish and English exports call the open answer; the whole name, then a part of it.
_NAMES = (
    "kommentti", "kommentit", "palaute", "palauteteksti", "avoin palaute", "vapaa palaute",
    "vastaus", "avoin vastaus", "avovastaus", "vapaa sana", "viesti", "perustelu", "perustelut",
    "comment", "comments", "feedback", "open answer", "answer", "verbatim", "message", "teksti",
)  # fmt: skip
_PARTS = ("kommentti", "palaute", "vapaa sana", "avoin", "perustelu", "verbatim", "comment", "feedback")


def find_text_column(columns: Sequence[str], named: str | None = None, sample: Iterable[Mapping[str, Any]] = ()) -> str:
    """Return the column of the comments: the one named, ``text``, or the one a person would take.

    Parameters
    ----------
    columns : sequence of str
        Names as the file has them.
    named : str, optional
        What the caller asked for; case and spaces around do not matter.
    sample : iterable of mappings
        Some rows: where no name tells, the one column of sentences does.

    Examples
    --------
    >>> find_text_column(["Pvm", "Arvosana", "Avoin palaute "])
    'Avoin palaute '
    >>> find_text_column(["pvm", "nps"], "kommentti")
    Traceback (most recent call last):
        ...
    feedbacktext.errors.ColumnError: there is no column 'kommentti'; the columns are: 'pvm', 'nps'
    """
    if named is not None:
        return find_column(columns, named)
    plain = {column: _plain(column) for column in columns}
    for wanted in (("text",), _NAMES):
        found = [column for column in columns if plain[column] in wanted]
        if len(found) == 1:
            return found[0]
        if found:
            raise ColumnError(f"several columns may hold the comments: {_list(found)}; choose with --text")
    found = [c for c in columns if any(part in plain[c] for part in _PARTS)]
    if len(found) != 1:
        rows = list(sample)
        wordy = [c for c in found or columns if _is_prose([row.get(c) for row in rows])]
        found = wordy if wordy else found
    if len(found) == 1:
        return found[0]
    if found:
        raise ColumnError(f"several columns may hold the comments: {_list(found)}; choose with --text")
    raise ColumnError(f"no column looks like comments; choose with --text from the columns: {_list(columns)}")


def find_column(columns: Sequence[str], named: str) -> str:
    """Return the column of that name; case, spaces around and composition do not matter."""
    if named in columns:
        return named
    found = [column for column in columns if _plain(column) == _plain(named)]
    if len(found) == 1:
        return found[0]
    raise ColumnError(f"there is no column {named!r}; the columns are: {_list(columns)}")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().strip(":?*").replace("_", " ").casefold().strip()


def _is_prose(cells: Sequence[Any]) -> bool:
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    if not texts:
        return False
    words = [len(text.split()) for text in texts]
    return sum(words) / len(words) >= 3 and len(set(texts)) > len(texts) / 2


def _list(columns: Sequence[str]) -> str:
    shown = ", ".join(repr(column) for column in columns[:20])
    return shown + (f" and {len(columns) - 20} more" if len(columns) > 20 else "")
