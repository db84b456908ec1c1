"""CSV and TSV -> rows: the encodings, delimiters and quotes that people's programs write."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from feedbacktext.errors import FileFormatError
from feedbacktext.files.table import CHUNK_ROWS, Chunk, Rejected, unique_names

_DELIMITERS = ";,\t|"
_BLOCK = 1 << 20
#: Longest cell that is read; beyond, a quote was surely left open.
MAX_CELL = 1 << 26


class DelimitedReader:
    """A CSV or TSV file.

    The encoding is that of the byte-order mark, else UTF-8 if the whole file is that, else
    Windows-1252, as Finnish Excel writes. The delimiter is the one that cuts the first rows evenly.
    """

    ragged = False

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.notes: list[str] = []
        self.encoding = find_encoding(self.path)
        sample, self._skip = self._sample()
        self.delimiter = "\t" if self.path.suffix.lower() == ".tsv" else find_delimiter(sample)
        header = next(self._records(io.StringIO(sample, newline="")), None)
        if header is None or isinstance(header[1], str):
            raise FileFormatError(f"{self.path}: has no header row")
        self.columns, notes = unique_names(header[1])
        self.notes += notes
        if self.encoding == "cp1252":
            self.notes.append("read as Windows-1252 (it is not UTF-8)")

    def _sample(self) -> tuple[str, int]:
        with self.path.open(encoding=self.encoding, newline="") as stream:
            sample = stream.read(_BLOCK)
        first, newline, rest = sample.partition("\n")
        if first.strip().lower().startswith("sep=") and newline:  # Excel's own hint
            return rest, 1
        return sample, 0

    def size(self) -> int | None:
        """Return None: rows are not known before reading."""
        return None

    def _records(self, stream: io.TextIOBase) -> Iterator[tuple[int, list[str] | str]]:
        """Yield (record number, its cells, or what is wrong with it)."""
        csv.field_size_limit(MAX_CELL)
        reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
        number = 0
        while True:
            number += 1
            line = reader.line_num + 1 + self._skip
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if "unexpected end of data" in str(error):
                    yield number, f"a quote opened at line {line} is never closed"
                    return
                yield number, f"line {line}: {error}"
                continue
            yield number, cells

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in order; rows that do not fit the header are set aside."""
        width = len(self.columns)
        chunk = Chunk()
        with self.path.open(encoding=self.encoding, newline="") as stream:
            for _ in range(self._skip):
                stream.readline()
            records = self._records(stream)
            next(records, None)
            for number, cells in records:
                if isinstance(cells, str):
                    chunk.rejected.append(Rejected(number, cells, None))
                elif not cells and width == 1:  # an empty answer in a file of one column
                    chunk.rows.append({self.columns[0]: ""})
                    chunk.numbers.append(number)
                elif not cells:
                    continue  # an empty line between rows holds nothing
                elif len(cells) != width:
                    reason = f"has {len(cells)} cells, the header has {width}"
                    chunk.rejected.append(Rejected(number, reason, cells))
                else:
                    chunk.rows.append(dict(zip(self.columns, cells, strict=True)))
                    chunk.numbers.append(number)
                if len(chunk.rows) + len(chunk.rejected) >= CHUNK_ROWS:
                    yield chunk
                    chunk = Chunk()
        yield chunk


def find_encoding(path: Path) -> str:
    """Return utf-8-sig, utf-16, utf-8 or cp1252 for the whole file.

    Raises
    ------
    FileFormatError
        Where it is none of them, with the place.
    """
    with path.open("rb") as stream:
        block = stream.read(_BLOCK)
        if block.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        for encoding in ("utf-8", "cp1252"):
            stream.seek(0)
            decoder = codecs.getincrementaldecoder(encoding)()
            at = 0
            try:
                while block := stream.read(_BLOCK):
                    decoder.decode(block)
                    at += len(block)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError as error:
                bad = at + error.start
                continue
            return encoding
    raise FileFormatError(f"{path}: is neither UTF-8 nor Windows-1252 (byte {bad:,}); save it as 'CSV UTF-8'")


def find_delimiter(sample: str) -> str:
    r"""Return the delimiter that cuts the first rows most evenly; a comma where none does.

    Examples
    --------
    >>> find_delimiter('pvm;nps;Miksi, omin sanoin?\n1.2.2025;9,5;"hyvä, nopea"\n')
    ';'
    """

    def evenness(delimiter: str) -> tuple[float, int]:
        rows = []
        try:
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
                if row:
                    rows.append(len(row))
                if len(rows) == 100:
                    break
        except csv.Error:
            pass
        if not rows or rows[0] < 2:
            return 0.0, 0
        return rows.count(rows[0]) / len(rows), rows[0]

    best = max(_DELIMITERS, key=evenness)
    return best if evenness(best)[1] else ","
