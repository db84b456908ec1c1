"""Rows -> a file of the format that its suffix names, moved into place when it is whole."""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TextIO

import polars as pl

from feedbacktext.errors import FileFormatError
from feedbacktext.files.table import suffix_of

#: Limits of the XLSX format itself.
XLSX_ROWS = 1_048_576
XLSX_CELL = 32_767


class _Sink(Protocol):
    def write(self, rows: Sequence[Mapping[str, Any]]) -> None: ...

    def close(self) -> None: ...


class TableWriter:
    """Writes rows beside the target and moves them into place at the end.

    As a context manager: left by an exception, nothing stays and the target is as it was.

    Parameters
    ----------
    path : path
        Suffix decides the format; ``-`` is JSONL on standard output.
    columns : sequence of str
        Columns of a table; JSONL writes each row as it is.
    force : bool
        Whether a file that is there may be replaced.
    delimiter, excel : str, bool
        For CSV: as the input has it; ``excel`` writes a byte-order mark, by which Excel knows UTF-8.
    schema : mapping of str to polars type, optional
        For Parquet: types of columns that are known.

    Raises
    ------
    FileFormatError
        Where the target exists, its folder does not, or it cannot be written.
    """

    def __init__(
        self,
        path: str | Path,
        columns: Sequence[str],
        *,
        force: bool = False,
        delimiter: str = ",",
        excel: bool = False,
        schema: Mapping[str, Any] | None = None,
    ) -> None:
        self._suffix = suffix_of(path)
        self._standard_output = str(path) == "-"
        self.path = Path(path)
        if self._standard_output:
            self._sink: _Sink = _JsonLines(sys.stdout)
            return
        check_target(self.path, force=force)
        try:
            handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        except OSError as error:
            raise FileFormatError(f"{self.path}: cannot be written ({error.strerror})") from None
        os.close(handle)
        self._beside = Path(name)
        match self._suffix:
            case ".jsonl":
                self._sink = _JsonLines(self._beside.open("w", encoding="utf-8", newline="\n"))
            case ".csv" | ".tsv":
                encoding = "utf-8-sig" if excel and self._suffix == ".csv" else "utf-8"
                stream = self._beside.open("w", encoding=encoding, newline="")
                self._sink = _Delimited(stream, columns, "\t" if self._suffix == ".tsv" else delimiter)
            case ".parquet":
                self._sink = _Parquet(self._beside, columns, schema or {})
            case _:
                self._sink = _Xlsx(self._beside, columns)

    def refusal(self, row: Mapping[str, Any]) -> str | None:
        """Return why this row cannot be written in this format; None where it can."""
        for name, value in row.items():
            if not isinstance(value, str):
                continue
            if self._suffix == ".xlsx" and len(value) > XLSX_CELL:
                return f"column {name!r} has {len(value):,} characters, an XLSX cell holds {XLSX_CELL:,}"
            if self._suffix != ".jsonl" and not value.isascii() and _has_surrogate(value):
                return f"column {name!r} holds half a character (a lone surrogate), which only JSONL can"
        return None

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows at the end."""
        try:
            self._sink.write(rows)
        except OSError as error:
            raise FileFormatError(f"{self.path}: cannot be written ({error.strerror})") from None

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._standard_output:
            sys.stdout.flush()
            return
        try:
            if kind is None:
                self._sink.close()
                _as_the_user_would(self._beside)
                self._beside.replace(self.path)
        except OSError as problem:
            raise FileFormatError(f"{self.path}: cannot be written ({problem.strerror})") from None
        finally:
            with suppress(OSError):
                if kind is not None:
                    self._sink.close()
            self._beside.unlink(missing_ok=True)


def check_target(path: Path, *, force: bool) -> None:
    """Refuse a target that exists (unless forced) or whose folder does not."""
    if not path.parent.is_dir():
        raise FileFormatError(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise FileFormatError(f"{path}: is a folder")
    if path.exists() and not force:
        raise FileFormatError(f"{path}: exists already; replace it with --force")


def _as_the_user_would(path: Path) -> None:
    """Give a temporary file the permissions that the user's own files get."""
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _cell(value: Any) -> Any:
    """Return a value as a cell of a table: nested JSON as text."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


class _JsonLines:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        lines = []
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, default=str)
            # half a character has no UTF-8, but JSON can spell it
            lines.append(json.dumps(row, default=str) if _has_surrogate(line) else line)
        self._stream.write("".join(line + "\n" for line in lines))

    def close(self) -> None:
        self._stream.close()


class _Delimited:
    def __init__(self, stream: TextIO, columns: Sequence[str], delimiter: str) -> None:
        self._stream, self._columns = stream, columns
        self._writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
        self._writer.writerow(columns)

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._writer.writerows([_cell(row.get(name)) for name in self._columns] for row in rows)

    def close(self) -> None:
        self._stream.close()


class _Parquet:
    def __init__(self, path: Path, columns: Sequence[str], schema: Mapping[str, Any]) -> None:
        self._path, self._schema = path, schema
        self._columns: dict[str, list[Any]] = {name: [] for name in columns}

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for name, values in self._columns.items():
            values += [_cell(row.get(name)) for row in rows]

    def close(self) -> None:
        series = [self._series(name, values) for name, values in self._columns.items()]
        pl.DataFrame(series).write_parquet(self._path)

    def _series(self, name: str, values: list[Any]) -> pl.Series:
        dtype = self._schema.get(name)
        if dtype is None and all(value is None for value in values):
            dtype = pl.String
        try:
            return pl.Series(name, values, dtype=dtype, strict=True)
        except (TypeError, pl.exceptions.PolarsError):  # numbers and text in one column of a sheet
            return pl.Series(name, [None if value is None else str(value) for value in values])


class _Xlsx:
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        import xlsxwriter

        self._columns, self._row = columns, 0
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "default_date_format": "d.m.yyyy",
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "nan_inf_to_errors": True,
                "remove_timezone": True,
            },
        )
        self._sheet = self._book.add_worksheet("feedbacktext")
        self._sheet.freeze_panes(1, 0)
        self.write([dict(zip(columns, columns, strict=True))])

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            if self._row >= XLSX_ROWS:
                raise FileFormatError(f"an XLSX sheet holds {XLSX_ROWS:,} rows; write .csv or .parquet instead")
            for column, name in enumerate(self._columns):
                value = _cell(row.get(name))
                if isinstance(value, str):  # text stays text, also when it begins with =
                    if value:
                        self._sheet.write_string(self._row, column, value)
                elif value is not None:
                    self._sheet.write(self._row, column, value)
            self._row += 1

    def close(self) -> None:
        self._book.close()
