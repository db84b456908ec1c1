"""Path -> reader of the format that its suffix names."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

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
                return FrameReader(pl.read_parquet(path), first_row=1)
            case _:
                return _read_xlsx(path)
    except OSError as error:
        raise FileFormatError(f"{path}: cannot be read ({error.strerror or error})") from None
    except pl.exceptions.PolarsError as error:
        message = str(error).splitlines()[0]
        raise FileFormatError(f"{path}: is not a readable {suffix} file ({message})") from None


def _read_xlsx(path: str | Path) -> FrameReader:
    import fastexcel

    try:
        sheet = fastexcel.read_excel(str(path)).load_sheet(0, header_row=None, dtypes="string")
        typed = fastexcel.read_excel(str(path)).load_sheet(0).to_polars()
        header = [cell or "" for cell in sheet.to_polars().row(0)] if sheet.height else []
    except (fastexcel.FastExcelError, ValueError) as error:
        message = str(error).splitlines()[0]
        raise FileFormatError(f"{path}: is not a readable .xlsx file ({message})") from None
    if not header:
        raise FileFormatError(f"{path}: its first sheet is empty")
    names, notes = unique_names(header)
    typed.columns = names
    return FrameReader(typed, first_row=2, notes=notes)


class FrameReader:
    """A table that stands in memory: Parquet, or the first sheet of an XLSX."""

    ragged = False

    def __init__(self, frame: pl.DataFrame, *, first_row: int, notes: Iterable[str] = ()) -> None:
        self.columns = frame.columns
        self.schema = frame.schema
        self.notes = list(notes)
        self._frame = frame
        self._first_row = first_row

    def size(self) -> int | None:
        """Return how many rows there are."""
        return self._frame.height

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in order."""
        for start in range(0, max(self._frame.height, 1), CHUNK_ROWS):
            rows = self._frame.slice(start, CHUNK_ROWS).to_dicts()
            first = self._first_row + start
            yield Chunk(rows, list(range(first, first + len(rows))))


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
        stream = sys.stdin.buffer if self.path == "-" else Path(self.path).open("rb")
        with stream:
            for number, line in enumerate(stream, 1):
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if line.strip():
                    yield number, line

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
