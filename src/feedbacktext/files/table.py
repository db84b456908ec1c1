"""What a table is here: rows in chunks, and the rows that could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from feedbacktext.errors import FileFormatError

#: Rows read, tagged and written at a time.
CHUNK_ROWS = 4096
SUFFIXES = (".csv", ".tsv", ".xlsx", ".jsonl", ".parquet")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row set aside.

    Parameters
    ----------
    row : int
        Number of the row in the file, the header being row 1 where there is one.
    reason : str
        What is wrong with it.
    cells : list or str
        What was read of it.
    """

    row: int
    reason: str
    cells: Any

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON-ready values."""
        return {"row": self.row, "reason": self.reason, "cells": self.cells}


@dataclass(slots=True)
class Chunk:
    """Some rows of a table, in order; ``numbers[i]`` is the row number of ``rows[i]``."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


class Reader(Protocol):
    """A table that can be read once, chunk by chunk.

    ``columns`` are known before the first chunk, except in JSONL, where they are those of the first
    record; ``notes`` tell what was done to read it, such as the encoding that was found.
    """

    columns: list[str]
    notes: list[str]
    #: whether each row may bring columns of its own (JSONL)
    ragged: bool

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in order."""
        ...

    def size(self) -> int | None:
        """Return how many rows there are where that is known before reading."""
        ...


def suffix_of(path: str | Path) -> str:
    """Return the suffix that decides the format; ``-`` is JSONL.

    Examples
    --------
    >>> suffix_of("palaute.CSV"), suffix_of("-")
    ('.csv', '.jsonl')
    >>> suffix_of("palaute.doc")
    Traceback (most recent call last):
        ...
    feedbacktext.errors.FileFormatError: palaute.doc: unknown suffix '.doc'; use .csv, .tsv, .xlsx, .jsonl or .parquet
    """
    if str(path) == "-":
        return ".jsonl"
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise FileFormatError(f"{path}: unknown suffix {suffix!r}; use .csv, .tsv, .xlsx, .jsonl or .parquet")
    return suffix


def unique_names(header: list[str]) -> tuple[list[str], list[str]]:
    """Give each column a name of its own; say which ones were renamed.

    Examples
    --------
    >>> unique_names(["pvm", "kommentti", "", "kommentti"])
    ... # doctest: +NORMALIZE_WHITESPACE
    (['pvm', 'kommentti', 'column_3', 'kommentti_2'],
     ["column 3 has no name, called 'column_3'", "column 4 is a second 'kommentti', called 'kommentti_2'"])
    """
    names: list[str] = []
    notes = []
    for place, given in enumerate(header, 1):
        name = given
        if not name.strip():
            name = f"column_{place}"
            notes.append(f"column {place} has no name, called {name!r}")
        again = 2
        while name in names:
            name = f"{given or f'column_{place}'}_{again}"
            again += 1
        if again > 2:
            notes.append(f"column {place} is a second {given!r}, called {name!r}")
        names.append(name)
    return names, notes
