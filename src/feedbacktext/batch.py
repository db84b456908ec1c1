"""File -> tagged file: every row comes out, in order, or is set aside and reported."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feedbacktext.errors import ColumnError
from feedbacktext.files.columns import find_column, find_text_column
from feedbacktext.files.delimited import DelimitedReader
from feedbacktext.files.read import ParquetReader, open_table
from feedbacktext.files.table import Chunk, Reader, Rejected, suffix_of
from feedbacktext.files.write import TableWriter, check_target
from feedbacktext.records import Tag
from feedbacktext.tagging import Tagger, check_names


@dataclass(slots=True)
class Outcome:
    """What became of the rows of a file.

    Parameters
    ----------
    text_column : str
        The column that was tagged.
    tagged : int
        Rows written, those with an abstention included.
    rejected : int
        Rows set aside.
    rejected_lines : list of str
        The rows set aside, where standard output leaves no place for a file beside it.
    abstained : counter of str
        How many of the tagged rows abstained, by reason.
    themes : counter of (theme, polarity)
    sentiments : counter of str
    bad_scores : int
        Scores that are not numbers from 0 to 10, with ``score``.
    notes : list of str
        What was done to read the file.
    """

    text_column: str
    tagged: int = 0
    rejected: int = 0
    rejected_lines: list[str] = field(default_factory=list)
    abstained: Counter[str] = field(default_factory=Counter)
    themes: Counter[tuple[str, str]] = field(default_factory=Counter)
    sentiments: Counter[str] = field(default_factory=Counter)
    bad_scores: int = 0
    notes: list[str] = field(default_factory=list)

    def count(self, tag: Tag) -> None:
        """Count one tag."""
        self.tagged += 1
        if tag.abstained:
            self.abstained[tag.abstained] += 1
            return
        self.sentiments[tag.sentiment] += 1
        self.themes.update((theme, found.polarity) for theme, found in tag.themes.items())


@dataclass(frozen=True, slots=True)
class TagOptions:
    """How a file is tagged.

    Parameters
    ----------
    text : str, optional
        Column of the comments; by default ``text`` or the one a person would take.
    score : str, optional
        Column of the 0-10 recommendation; written as a number into the new column ``score``.
    prefix : str
        Put before the names of new columns.
    force : bool
        Whether an output that is there may be replaced.
    """

    text: str | None = None
    score: str | None = None
    prefix: str = ""
    force: bool = False


def tag_file(
    source: str | Path,
    target: str | Path,
    tagger: Tagger,
    options: TagOptions | None = None,
    *,
    progress: Callable[[int, int | None], None] | None = None,
) -> Outcome:
    """Tag a file.

    Parameters
    ----------
    source, target : path
        Suffixes decide the formats; ``-`` is JSONL on standard input and output.
    tagger : Tagger
    options : TagOptions, optional
    progress : callable, optional
        Called with (rows done, rows in all or None) after each chunk.

    Returns
    -------
    Outcome
        Rows that could not be read or tagged are in ``TARGET.rejected.jsonl``.

    Raises
    ------
    InputError
        Where a file or column cannot be used; nothing is written then.
    """
    options = options or TagOptions()
    suffix_of(target)
    if str(target) != "-":
        check_target(Path(target), force=options.force)
    reader = open_table(source)
    chunks = reader.chunks()
    first = next(chunks, Chunk())
    outcome = Outcome(find_text_column(reader.columns, options.text, first.rows), notes=reader.notes)
    job = _Job(tagger, options, reader, outcome, suffix_of(target) == ".jsonl")
    columns = [*reader.columns, *job.new_columns]
    with (
        TableWriter(
            target,
            columns,
            force=options.force,
            delimiter=getattr(reader, "delimiter", ","),
            excel=isinstance(reader, DelimitedReader) and reader.encoding != "utf-8",
            schema=job.schema(),
        ) as writer,
        _RejectedFile(target) as rejected,
    ):
        for chunk in _chain(first, chunks):
            rows, refused = job.tag(chunk, writer)
            writer.write(rows)
            rejected.write(sorted([*chunk.rejected, *refused], key=lambda one: one.row))
            outcome.rejected = len(rejected.lines)
            if progress is not None:
                progress(outcome.tagged + outcome.rejected, reader.size())
    if str(target) == "-":
        outcome.rejected_lines = rejected.lines
    return outcome


def _chain(first: Chunk, rest: Iterator[Chunk]) -> Iterator[Chunk]:
    yield first
    yield from rest


class _Job:
    """One file being tagged: which columns go in, which come out."""

    def __init__(self, tagger: Tagger, options: TagOptions, reader: Reader, outcome: Outcome, nested: bool) -> None:
        self._tagger, self._options, self._reader, self._outcome = tagger, options, reader, outcome
        self._nested = nested
        self._score = find_column(reader.columns, options.score) if options.score is not None else None
        own = list(Tag("neutral", 0.0).to_dict()) if nested else tagger.flat_columns()
        self._with_score = self._score is not None and self._score != "score"
        names = ["score", *own] if self._with_score else own
        self.new_columns = [options.prefix + name for name in names]
        check_names(reader.columns, self.new_columns)

    def schema(self) -> dict[str, Any]:
        """Return the Parquet types that are known."""
        import polars as pl

        prefix = self._options.prefix
        schema: dict[str, Any] = dict.fromkeys(self.new_columns, pl.String)
        for name in (*self._tagger.number_columns, *(["score"] if self._with_score else [])):
            schema[prefix + name] = pl.Float64
        if isinstance(self._reader, ParquetReader):
            schema |= dict(self._reader.schema)
        elif isinstance(self._reader, DelimitedReader):
            schema |= dict.fromkeys(self._reader.columns, pl.String)
        return schema

    def tag(self, chunk: Chunk, writer: TableWriter) -> tuple[list[dict[str, Any]], list[Rejected]]:
        """Return the rows with their tags, and the rows that must be set aside."""
        kept: list[dict[str, Any]] = []
        comments: list[str] = []
        refused: list[Rejected] = []
        for number, row in zip(chunk.numbers, chunk.rows, strict=True):
            reason = self._refusal(row) or writer.refusal(row)
            if reason:
                refused.append(Rejected(number, reason, row))
            else:
                kept.append(row)
                comments.append(row[self._outcome.text_column] or "")
        tags = self._tagger.tag_many(comments)
        return [self._join(row, tag) for row, tag in zip(kept, tags, strict=True)], refused

    def _refusal(self, row: dict[str, Any]) -> str | None:
        column = self._outcome.text_column
        if column not in row:
            return f"has no {column!r}"
        if row[column] is not None and not isinstance(row[column], str):
            return f"{column!r} is {type(row[column]).__name__}, not text"
        if self._reader.ragged:
            known = set(self._reader.columns)
            try:
                check_names(list(row), self.new_columns)
            except ColumnError as error:
                return str(error)
            if not self._nested and not known.issuperset(row):
                extra = ", ".join(repr(name) for name in row if name not in known)
                return f"has {extra}, which the first record does not; write .jsonl instead"
        return None

    def _join(self, row: dict[str, Any], tag: Tag) -> dict[str, Any]:
        self._outcome.count(tag)
        fields = tag.to_dict() if self._nested else self._tagger.flat(tag)
        if self._score is not None:
            score = parse_score(row.get(self._score))
            if score is None and row.get(self._score) not in (None, ""):
                self._outcome.bad_scores += 1
            if self._with_score:
                fields = {"score": score, **fields}
        prefix = self._options.prefix
        return row | ({prefix + name: value for name, value in fields.items()} if prefix else fields)


def parse_score(cell: object) -> float | None:
    """Return a 0-10 score, with a decimal comma or point; None for anything else.

    Examples
    --------
    >>> parse_score("9,5"), parse_score(10), parse_score("11"), parse_score("hyvä")
    (9.5, 10.0, None, None)
    """
    if isinstance(cell, str):
        cell = cell.strip().replace(",", ".")
    try:
        score = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return score if 0 <= score <= 10 else None


class _RejectedFile:
    """``TARGET.rejected.jsonl``, which is there only when rows were set aside."""

    def __init__(self, target: str | Path) -> None:
        self._path = None if str(target) == "-" else Path(f"{target}.rejected.jsonl")
        self.lines: list[str] = []

    def write(self, rejected: Sequence[Rejected]) -> None:
        self.lines += [json.dumps(one.to_dict(), default=str) for one in rejected]

    def __enter__(self) -> _RejectedFile:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._path is None or kind is not None:
            return
        if self.lines:
            self._path.write_text("".join(line + "\n" for line in self.lines), encoding="utf-8")
        else:
            self._path.unlink(missing_ok=True)  # of an earlier run
