"""All of Yle's open answers as a Finnish Excel file, tagged file to file: speed, memory, order.

python benchmarks/tag_file.py DATA     writes benchmarks/tag_file.md

DATA is a folder with yle_2015/comments.tsv.gz. The file is written as Finnish Excel writes CSV: Windows-1252,
semicolons, quoted line ends.
"""

from __future__ import annotations

import csv
import gzip
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import describe

REPORT = Path(__file__).with_suffix(".md")
COLUMNS = ["Kysymys", "Kanta (1-5)", "Kommentti"]


def write_excel_csv(data: Path, path: Path) -> list[str]:
    """Write the answers; return the comments as they stand in the file."""
    comments = []
    with (
        gzip.open(data / "yle_2015/comments.tsv.gz", "rt", encoding="utf-8", newline="") as source,
        path.open("w", encoding="cp1252", newline="") as target,
    ):
        writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for number, row in enumerate(csv.reader(source, delimiter="\t", quotechar='"')):
            if number:
                cells = [cell.encode("cp1252", "replace").decode("cp1252") for cell in (row[0], row[2], row[3])]
                cells[1] += ",0"
                comments.append(cells[2])
                writer.writerow(cells)
    return comments


def tag(source: Path, target: Path) -> tuple[float, float, str]:
    """Run the command in a process of its own; return seconds, peak MB and its closing line."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", "from feedbacktext.cli import main; main()", "tag", str(source), "-o", str(target)],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - began
    peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return seconds, peak / 1024, done.stderr.strip().splitlines()[-1]


def main(data: Path) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "yle.csv"
        comments = write_excel_csv(data, source)
        for suffix in (".csv", ".jsonl", ".parquet"):
            target = Path(folder) / f"out{suffix}"
            seconds, peak, closing = tag(source, target)
            rows.append((suffix, len(comments) / seconds, seconds, peak, closing))
        with (Path(folder) / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
            back = [row["Kommentti"] for row in csv.DictReader(stream, delimiter=";")]
    if back != comments:
        sys.exit("rows were lost, changed or came in another order")
    lines = [
        "# Tagging a file as Finnish Excel writes it",
        "",
        f"Command: `python benchmarks/tag_file.py DATA`. {describe('scipy')}.",
        "",
        f"{len(comments):,} open answers (Yle 2015) in a CSV of Windows-1252 with `;`, read, tagged with evidence and",
        "written by one process from an empty lexicon, start of Python included. Every row came out, in order.",
        "",
        "| into | comments a second | seconds | peak memory, MB |",
        "|---|---|---|---|",
        *(f"| {suffix} | {speed:,.0f} | {seconds:.1f} | {peak:,.0f} |" for suffix, speed, seconds, peak, _ in rows),
        "",
        f"Closing line: `{rows[0][-1]}`",
    ]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "yle_2015").is_dir():
        sys.exit("name the folder that holds yle_2015/comments.tsv.gz")
    main(Path(sys.argv[1]))
