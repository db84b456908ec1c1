from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbacktext.batch import TagOptions, tag_file
from feedbacktext.errors import ColumnError, FileFormatError
from feedbacktext.files.columns import find_column, find_text_column
from feedbacktext.files.delimited import DelimitedReader
from feedbacktext.files.read import open_table
from feedbacktext.files.table import SUFFIXES
from feedbacktext.files.write import XLSX_CELL, TableWriter
from feedbacktext.tagging import Tagger

from .conftest import CORPUS


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [row for chunk in open_table(path).chunks() for row in chunk.rows]


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


# --- reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_that_people_have(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.csv", 'pvm;Avoin palaute\r\n1.2.2025;"Hyvä, ""todella"" hyvä €"\r\n', encoding)
    assert rows_of(path) == [{"pvm": "1.2.2025", "Avoin palaute": 'Hyvä, "todella" hyvä €'}]


def test_a_finnish_excel_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "sep=;\r\nnps;Mitä jäi mieleen, hyvää tai huonoa?\r\n9,5;nopea, ok\r\n", "cp1252")
    reader = DelimitedReader(path)
    assert reader.columns == ["nps", "Mitä jäi mieleen, hyvää tai huonoa?"]
    assert reader.notes == ["read as Windows-1252 (it is not UTF-8)"]
    assert rows_of(path) == [{"nps": "9,5", reader.columns[1]: "nopea, ok"}]


def test_bytes_of_no_encoding_name_their_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"text\nhyv\x81\n")
    with pytest.raises(FileFormatError, match=r"neither UTF-8 nor Windows-1252 \(byte 8\); save it as 'CSV UTF-8'"):
        open_table(path)


def test_newlines_inside_quotes_and_empty_cells(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'id,text\r\n1,"kaksi\r\nriviä"\r\n2,\r\n\r\n3,loppu')
    assert [row["text"] for row in rows_of(path)] == ["kaksi\r\nriviä", "", "loppu"]


def test_an_empty_line_is_an_empty_answer_where_there_is_one_column(tmp_path: Path) -> None:
    assert [row["text"] for row in rows_of(write(tmp_path / "a.csv", "text\nhyvä\n\nhuono\n"))] == ["hyvä", "", "huono"]


def test_bad_rows_are_set_aside_with_number_and_reason(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'id,text\n1,hyvä\n2,a,b\n3\n4,"hyvä" kyllä\n5,ok\n6,"jäi auki\n7,x\n')
    (chunk,) = open_table(path).chunks()
    assert chunk.numbers == [2, 6]
    assert [(bad.row, bad.reason) for bad in chunk.rejected] == [
        (3, "has 3 cells, the header has 2"),
        (4, "has 1 cells, the header has 2"),
        (5, "line 5: ',' expected after '\"'"),
        (7, "a quote opened at line 7 is never closed"),
    ]


def test_duplicate_and_missing_names_are_told(tmp_path: Path) -> None:
    reader = open_table(write(tmp_path / "a.csv", "text,text,,x\na,b,c,d\n"))
    assert reader.columns == ["text", "text_2", "column_3", "x"]
    assert reader.notes == ["column 2 is a second 'text', called 'text_2'", "column 3 has no name, called 'column_3'"]


def test_csv_spectrum(shared: Path) -> None:
    folder = shared / "hostile/csv-spectrum"
    files = sorted((folder / "csvs").glob("*.csv"))
    assert len(files) > 10
    for path in files:
        wanted = json.loads((folder / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        if b"\r" not in path.read_bytes():  # newlines_crlf.csv, where its CRs were lost in a checkout
            wanted = [{name: cell.replace("\r\n", "\n") for name, cell in row.items()} for row in wanted]
        assert rows_of(path) == wanted, path.name


def test_jsonl_lines_that_are_none_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "hyv\xc3\xa4"}\n\n[1]\n{"text": \n{"text": "\xff"}\n' + b"[" * 100_000)
    (chunk,) = open_table(path).chunks()
    assert chunk.rows == [{"text": "hyvä"}]
    assert [bad.row for bad in chunk.rejected] == [3, 4, 5, 6]
    assert [bad.reason.split("(")[0].strip() for bad in chunk.rejected][:3] == [
        "is not a JSON object",
        "is not JSON",
        "is not UTF-8",
    ]


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_a_file_that_is_not_what_its_suffix_says(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(FileFormatError, match=f"is not a readable {suffix} file"):
        open_table(write(tmp_path / f"a{suffix}", "text\nhyvä\n"))


def test_missing_file_folder_and_suffix(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no such file"):
        open_table(tmp_path / "a.csv")
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(FileFormatError, match="is not a file"):
        open_table(tmp_path / "b.csv")
    with pytest.raises(
        FileFormatError, match=r"unknown suffix '\.doc'; use \.csv, \.tsv, \.xlsx, \.jsonl or \.parquet"
    ):
        open_table(tmp_path / "a.doc")


def test_an_empty_csv_has_no_header(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="has no header row"):
        open_table(write(tmp_path / "a.csv", ""))


# --- columns -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["id", "text"], "text"),
        (["id", "TEXT "], "TEXT "),
        (["text", "kommentti"], "text"),
        (["Pvm", "Avoin palaute"], "Avoin palaute"),
        (["nps", "Palaute konttorista"], "Palaute konttorista"),
        (["id", "Vapaa_sana"], "Vapaa_sana"),
        (["score", "Comment"], "Comment"),
    ],
)
def test_the_column_that_a_person_would_take(columns: list[str], found: str) -> None:
    assert find_text_column(columns) == found


def test_sentences_tell_where_no_name_does() -> None:
    rows = [{"a": "1", "Miksi?": "Hyvä palvelu ja nopea"}, {"a": "2", "Miksi?": "Jonotin aivan liian kauan"}]
    assert find_text_column(["a", "Miksi?"], sample=rows) == "Miksi?"


def test_two_candidates_are_an_error_that_names_them() -> None:
    with pytest.raises(ColumnError, match="several columns may hold the comments: 'kommentti', 'palaute'; choose"):
        find_text_column(["kommentti", "palaute"])
    with pytest.raises(ColumnError, match=r"no column looks like comments; choose with --text .*'a', 'b'"):
        find_text_column(["a", "b"])


def test_named_columns_are_found_by_case_and_composition() -> None:
    assert find_column(["Va\u0308ri"], "väri") == "Va\u0308ri"
    with pytest.raises(ColumnError, match="no column 'x'"):
        find_column(["a"], "x")


# --- writing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_cells_come_back_unchanged(tmp_path: Path, suffix: str, shared: Path) -> None:
    strings = json.loads((shared / "hostile/blns.json").read_text(encoding="utf-8"))
    strings += ["=1+1", "+1", "-1", "@x", "\tx", "a\r\nb", "a\nb", "_x0041_", "\x01\x1f", " reunat ", "#N/A", "1,5"]
    path = tmp_path / f"a{suffix}"
    rows = [{"id": str(at), "text": text} for at, text in enumerate(strings)]
    with TableWriter(path, ["id", "text"]) as writer:
        writer.write(rows)
    back = rows_of(path)
    assert len(back) == len(rows)
    for wanted, found in zip(rows, back, strict=True):
        assert (found["text"] or "") == wanted["text"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_text_survives_csv(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with TableWriter(path, ["id", "text"]) as writer:
        writer.write([{"id": "x", "text": text} for text in texts])
    assert [row["text"] for row in rows_of(path)] == texts


def test_formulas_are_text_in_xlsx(tmp_path: Path) -> None:
    import zipfile

    with TableWriter(tmp_path / "a.xlsx", ["text"]) as writer:
        writer.write([{"text": "=HYPERLINK(A1)"}, {"text": "http://x.fi"}])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower().replace("=hyperlink(a1)", "")


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    target = write(tmp_path / "a.csv", "vanha")
    with pytest.raises(AttributeError, match="attribute"), TableWriter(target, ["text"], force=True) as writer:
        writer.write([{"text": "uusi"}, None])  # type: ignore[list-item]
    assert target.read_text(encoding="utf-8") == "vanha"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_an_existing_target_is_not_replaced_unless_forced(tmp_path: Path) -> None:
    target = write(tmp_path / "a.csv", "vanha")
    with pytest.raises(FileFormatError, match="exists already; replace it with --force"):
        TableWriter(target, ["text"])
    with pytest.raises(FileFormatError, match="there is no folder"):
        TableWriter(tmp_path / "ei/ole.csv", ["text"])
    with TableWriter(target, ["text"], force=True):
        pass
    assert target.read_text(encoding="utf-8") == "text\n"


# --- tagging files -----------------------------------------------------------------------------------------

TEXTS = ["Nopeaa toimintaa!", "", "Sovellus kaatuu;\r\naina", "Ystävällinen neuvoja 😀"]


def make(path: Path) -> Path:
    rows = [
        {"nro": at, "nps": score, "kommentti": text} for at, (score, text) in enumerate(zip("97x5", TEXTS, strict=True))
    ]
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate([{name: name for name in rows[0]}, *rows]):
                for column, value in enumerate(row.values()):
                    sheet.write(at, column, value)
        return path
    with TableWriter(path, list(rows[0]), delimiter=";") as writer:
        writer.write(rows)
    return path


@pytest.mark.parametrize("target", SUFFIXES)
@pytest.mark.parametrize("source", SUFFIXES)
def test_every_format_into_every_format(tagger: Tagger, tmp_path: Path, source: str, target: str) -> None:
    into = tmp_path / f"out{target}"
    outcome = tag_file(make(tmp_path / f"in{source}"), into, tagger, TagOptions(score="NPS"))
    assert (outcome.text_column, outcome.tagged, outcome.rejected, outcome.bad_scores) == ("kommentti", 4, 0, 1)
    assert outcome.abstained == {"empty": 1}
    back = rows_of(into)
    assert [(row["kommentti"] or "") for row in back] == TEXTS
    assert [int(row["nro"]) for row in back] == [0, 1, 2, 3]
    assert back[0]["sentiment"] == "positive"
    scores = [row["score"] for row in back]
    assert [None if score in (None, "") else float(score) for score in scores] == [9, 7, None, 5]
    if target == ".jsonl":
        assert back[0]["themes"] == {"speed": "positive"}
        assert back[1]["abstained"] == "empty"
    else:
        assert back[0]["themes"] == "speed:positive"
        assert back[0]["theme_speed"] == "positive"
    assert not (tmp_path / f"out{target}.rejected.jsonl").exists()


def test_types_of_a_parquet_file_are_kept(tagger: Tagger, tmp_path: Path) -> None:
    import datetime as dt

    frame = pl.DataFrame({"when": [dt.date(2025, 1, 2)], "n": [3], "text": ["Nopeaa toimintaa"]})
    frame.write_parquet(tmp_path / "in.parquet")
    tag_file(tmp_path / "in.parquet", tmp_path / "out.parquet", tagger)
    back = pl.read_parquet(tmp_path / "out.parquet")
    assert back.select(frame.columns).equals(frame)
    assert back.schema["when"] == pl.Date
    assert back.schema["probability_speed"] == pl.Float64
    assert back.columns == [*frame.columns, *tagger.flat_columns()]


def test_rejected_rows_stand_in_a_file_of_their_own(tagger: Tagger, tmp_path: Path) -> None:
    lines = [
        '{"text": "Nopeaa"}',
        '{"text": 5}',
        '{"teksti": "x"}',
        "rikki",
        '{"text": null}',
        '{"text": "y", "themes": 1}',
    ]
    source = write(tmp_path / "in.jsonl", "\n".join(lines))
    outcome = tag_file(source, tmp_path / "out.jsonl", tagger)
    assert (outcome.tagged, outcome.rejected) == (2, 4)
    rejected = [json.loads(line) for line in (tmp_path / "out.jsonl.rejected.jsonl").read_text().splitlines()]
    assert [(row["row"], row["reason"].split(" (")[0]) for row in rejected] == [
        (2, "'text' is int, not text"),
        (3, "has no 'text'"),
        (4, "is not JSON"),
        (6, "the table has 'themes' already; name the new columns with --prefix"),
    ]
    assert rejected[0]["cells"] == {"text": 5}
    tag_file(write(source, '{"text": "ok"}'), tmp_path / "out.jsonl", tagger, TagOptions(force=True))
    assert not (tmp_path / "out.jsonl.rejected.jsonl").exists()


def test_cells_too_long_for_xlsx_are_set_aside(tagger: Tagger, tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", f"id,text\n1,{'a' * (XLSX_CELL + 1)}\n2,ok\n")
    outcome = tag_file(source, tmp_path / "out.xlsx", tagger)
    assert (outcome.tagged, outcome.rejected) == (1, 1)
    reason = json.loads((tmp_path / "out.xlsx.rejected.jsonl").read_text())["reason"]
    assert reason == "column 'text' has 32,768 characters, an XLSX cell holds 32,767"


def test_half_characters_survive_in_jsonl_and_are_set_aside_elsewhere(tagger: Tagger, tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", '{"text": "hyv\\ud800"}\n{"text": "ok"}\n')
    tag_file(source, tmp_path / "out.jsonl", tagger)
    assert rows_of(tmp_path / "out.jsonl")[0]["text"] == "hyv\ud800"
    outcome = tag_file(source, tmp_path / "out.csv", tagger)
    assert (outcome.tagged, outcome.rejected) == (1, 1)


def test_a_megabyte_in_one_cell(tagger: Tagger, tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", f'id,text\n1,"{"Jonotin tunnin. " * 70_000}"\n2,ok\n')
    assert tag_file(source, tmp_path / "out.csv", tagger).tagged == 2
    assert len(rows_of(tmp_path / "out.csv")[0]["text"]) > 1_000_000


def test_many_rows_keep_their_order(tagger: Tagger, tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", "nro;text\n" + "".join(f"{n};{TEXTS[n % 2]} {n}\n" for n in range(10_000)))
    seen: list[int] = []
    outcome = tag_file(source, tmp_path / "out.csv", tagger, progress=lambda done, _: seen.append(done))
    assert outcome.tagged == 10_000
    assert seen == [4096, 8192, 10_000]
    assert [int(row["nro"]) for row in rows_of(tmp_path / "out.csv")] == list(range(10_000))


def test_naughty_strings_pass_through_files(tagger: Tagger, tmp_path: Path, shared: Path) -> None:
    strings = json.loads((shared / "hostile/blns.json").read_text(encoding="utf-8"))
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in strings), encoding="utf-8")
    for suffix in (".jsonl", ".csv", ".xlsx", ".tsv", ".parquet"):
        outcome = tag_file(source, tmp_path / f"out{suffix}", tagger)
        assert outcome.tagged == len(strings)
        assert [(row["text"] or "") for row in rows_of(tmp_path / f"out{suffix}")] == strings


# --- command line ------------------------------------------------------------------------------------------


def command(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from feedbacktext.cli import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_standard_input_to_standard_output() -> None:
    done = command("tag", "-", "-o", "-", input='{"id": 1, "text": "Nopeaa toimintaa"}\n{"id": 2, "text": ""}\n')
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["id"] for record in records] == [1, 2]
    assert records[0]["themes"] == {"speed": "positive"}
    assert "2 comments of column 'text' tagged" in done.stderr
    assert "1 abstained (1 empty)" in done.stderr


def test_rows_set_aside_on_the_way_to_standard_output_are_told() -> None:
    done = command("tag", "-", "-o", "-", input='{"text": "ok"}\nrikki\n')
    assert len(done.stdout.splitlines()) == 1
    assert '"cells": "rikki"' in done.stderr
    assert "1 rows set aside" in done.stderr


def test_errors_are_one_line_and_exit_code_2(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", "a,b\n1,2\n")
    write(tmp_path / "on.csv", "x")
    for words, message in [
        (("tag", str(source), "-o", str(tmp_path / "o.csv")), "no column looks like comments"),
        (("tag", str(source), "-o", str(tmp_path / "o.csv"), "--text", "c"), "there is no column 'c'"),
        (("tag", str(tmp_path / "ei.csv"), "-o", str(tmp_path / "o.csv")), "there is no such file"),
        (("tag", str(source), "-o", str(tmp_path / "o.doc")), "unknown suffix '.doc'"),
        (("tag", str(source), "-o", str(tmp_path / "on.csv")), "exists already; replace it with --force"),
        (("tag", str(source), "-o", str(tmp_path / "o.csv"), "--model", "x"), "there is no model 'x'"),
        (("evaluate", "bank-fi", str(tmp_path / "ei.jsonl")), "cannot be read"),
    ]:
        done = command(*words)
        assert done.returncode == 2, words
        assert message in done.stderr
        lines = [line for line in done.stderr.splitlines() if not line.startswith("libvoikko was not found")]
        assert len(lines) == 1
        assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "on.csv"]


def test_a_killed_run_leaves_no_half_file(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", "nro,text\n" + "".join(f"{n},sana{n} jono kesti\n" for n in range(120_000)))
    target = tmp_path / "out.csv"
    words = [sys.executable, "-c", "from feedbacktext.cli import main; main()", "tag", str(source), "-o", str(target)]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".out.csv.*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not target.exists()
    assert list(tmp_path.glob(".out.csv.*"))


def test_doctor_says_what_was_found() -> None:
    done = command("doctor")
    assert done.returncode == 0
    assert "voikko" in done.stdout
    assert "forms a second" in done.stdout
    assert "model bank-fi: 12 themes" in done.stdout


def test_doctor_without_voikko_says_what_to_install() -> None:
    code = (
        "import sys\nsys.modules['libvoikko'] = sys.modules['pyvoikko'] = None\n"
        "from feedbacktext.cli import main\nsys.argv = ['feedbacktext', 'doctor']\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "apt install libvoikko1 voikko-fi" in done.stdout
    assert "pip install 'feedbacktext[pure]'" in done.stdout
    assert "Traceback" not in done.stderr


def test_agreement_and_evaluation_as_json() -> None:
    comments, second = str(CORPUS / "comments.jsonl"), str(CORPUS / "second_labels.jsonl")
    found = json.loads(command("agreement", comments, second, "--json").stdout)
    assert found["n"] == 832
    assert 0.9 < found["themes_micro_f1"] < 1
    figures = json.loads(command("evaluate", "bank-fi", second, "--json").stdout)
    assert set(figures) >= {"n", "themes", "theme_polarity", "sentiment", "types", "calibration"}
    assert set(figures["themes"]["per_theme"]["speed"]) == {"precision", "recall", "f1", "support"}
    assert "kappa" in command("agreement", comments, second).stdout


def test_version_and_help() -> None:
    assert command("--version").stdout.startswith("feedbacktext 0.")
    assert "doctor" in command("--help").stdout
