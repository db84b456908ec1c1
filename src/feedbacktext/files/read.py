"""Path -> reader of the format that its suffix names."""

from __future__ import annotations

import json
import re
import sys
import warnings
import zipfile
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from feedbacktext.errors import FileFormatError
from feedbacktext.files.delimited import DelimitedReader
from feedbacktext.files.table import CHUNK_ROWS, Chunk, Reader, Rejected, suffix_of, unique_names


def open_table(path: str | Path) -> Reader:
    """Open a table for reading.

    Raises
    ------
    FileFormatError
        Where it is missing, or is not what its suffix says.
    """
    suffix = suffix_of(path)
    if str(path) != "-":
        if not Path(path).exists():
            raise FileFormatError(f"{path}: there is no such file")
        if not Path(path).is_file():
            raise FileFormatError(f"{path}: is not a file")
    try:
        match suffix:
            case ".csv" | ".tsv":
                return DelimitedReader(path)
            case ".jsonl":
                return JsonLinesReader(path)
            case ".parquet":
                return ParquetReader(path)
            case _:
                return XlsxReader(path)
    except OSError as error:
        raise FileFormatError(f"{path}: cannot be read ({error.strerror or error})") from None
    except pl.exceptions.PolarsError as error:
        message = str(error).splitlines()[0]
        raise FileFormatError(f"{path}: is not a readable {suffix} file ({message})") from None


class ParquetReader:
    """A Parquet file; its types are kept."""

    ragged = False

    def __init__(self, path: str | Path) -> None:
        self._frame = pl.read_parquet(path)
        self.columns = self._frame.columns
        self.schema = self._frame.schema
        self.notes: list[str] = []

    def size(self) -> int | None:
        """Return how many rows there are."""
        return self._frame.height

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in order."""
        for start in range(0, max(self._frame.height, 1), CHUNK_ROWS):
            rows = self._frame.slice(start, CHUNK_ROWS).to_dicts()
            yield Chunk(rows, list(range(start + 1, start + 1 + len(rows))))


class XlsxReader:
    """The first sheet of an Excel workbook, its first row the header."""

    ragged = False

    def __init__(self, path: str | Path) -> None:
        import openpyxl

        try:
            with warnings.catch_warnings(action="ignore"):  # about styles, which nobody reads here
                book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            self._book = book
            self._rows = book.worksheets[0].iter_rows(values_only=True)
            header = [_excel_text(cell) for cell in next(self._rows, ())]
        except (openpyxl.utils.exceptions.InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
            raise FileFormatError(f"{path}: is not a readable .xlsx file ({error})") from None
        while header and header[-1] is None:
            header.pop()
        if not header:
            book.close()
            raise FileFormatError(f"{path}: its first sheet is empty")
        self.columns, self.notes = unique_names(["" if name is None else str(name) for name in header])
        if len(book.sheetnames) > 1:
            self.notes.append(f"read the first of {len(book.sheetnames)} sheets, {book.sheetnames[0]!r}")

    def size(self) -> int | None:
        """Return None: what a sheet says of its size is not to be trusted."""
        return None

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in order; rows wider than the header are set aside."""
        width = len(self.columns)
        chunk = Chunk()
        for number, cells in enumerate(self._rows, 2):
            row = [_excel_text(cell) for cell in cells]
            if any(cell is not None for cell in row[width:]):
                chunk.rejected.append(Rejected(number, f"has cells beyond the {width} of the header", row))
            elif width == 1 or any(cell is not None for cell in row):  # an empty row holds nothing
                row = [*row, *[None] * (width - len(row))][:width]
                chunk.rows.append(dict(zip(self.columns, row, strict=True)))
                chunk.numbers.append(number)
            if len(chunk.rows) + len(chunk.rejected) >= CHUNK_ROWS:
                yield chunk
                chunk = Chunk()
        self._book.close()
        yield chunk


#: How XLSX spells characters that XML cannot hold (ECMA-376, ST_Xstring): "_x000D_" is a CR.
_EXCEL_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _excel_text(cell: Any) -> Any:
    if isinstance(cell, str) and "_x" in cell:
        return _EXCEL_ESCAPE.sub(lambda match: chr(int(match[1], 16)), cell)
    return cell


class JsonLinesReader:
    """One JSON object a line, UTF-8; ``-`` is standard input."""

    ragged = True

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self.notes: list[str] = []
        self._source = self._lines()
        self._first = list(islice(self._source, 1))
        record = next((self._parse(line) for _, line in self._first), {})
        self.columns = list(record) if isinstance(record, dict) else []

    def size(self) -> int | None:
        """Return None: rows are not known before reading."""
        return None

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        if self.path == "-":
            yield from self._numbered(sys.stdin.buffer)
        else:
            with Path(self.path).open("rb") as stream:
                yield from self._numbered(stream)

    @staticmethod
    def _numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
        for number, line in enumerate(stream, 1):
            content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if content.strip():
                yield number, content

    @staticmethod
    def _parse(line: bytes) -> dict[str, Any] | str:
        try:
            record = json.loads(line)
        except UnicodeDecodeError:
            return "is not UTF-8"
        except ValueError as error:
            return f"is not JSON ({getattr(error, 'msg', error)})"
        except RecursionError:
            return "is nested too deeply"
        return record if isinstance(record, dict) else "is not a JSON object"

    def chunks(self) -> Iterator[Chunk]:
        """Yield the records in order; lines that are no JSON object are set aside."""
        chunk = Chunk()
        for number, line in chain(self._first, self._source):
            record = self._parse(line)
            if isinstance(record, str):
                text = line.decode("utf-8", errors="replace").rstrip("\r\n")
                chunk.rejected.append(Rejected(number, record, text))
            else:
                chunk.rows.append(record)
                chunk.numbers.append(number)
            if len(chunk.rows) + len(chunk.rejected) >= CHUNK_ROWS:
                yield chunk
                chunk = Chunk()
        yield chunk
