"""Real forms through both Voikko adapters: how often they agree, and where not.

python benchmarks/voikko_parity.py DATA [FORMS]     writes benchmarks/voikko_parity.md

DATA is a folder with yle_2015/comments.tsv.gz (Yle's open answers of 2015).
"""

from __future__ import annotations

import gzip
import random
import sys
import time
from dataclasses import fields
from pathlib import Path

from machine import describe

from feedbacktext.finnish.analysis import Analysis
from feedbacktext.finnish.lexicon import normalize
from feedbacktext.finnish.tokens import TOKEN
from feedbacktext.finnish.voikko import LibVoikko, PyVoikko

REPORT = Path(__file__).with_suffix(".md")


def read_forms(data: Path) -> list[str]:
    """Return the distinct words of all comments, sorted."""
    forms = set()
    with gzip.open(data / "yle_2015/comments.tsv.gz", "rt", encoding="utf-8") as stream:
        for line in stream:
            comment = line.rstrip("\n").rpartition("\t")[2]
            forms.update(normalize(token) for token in TOKEN.findall(comment) if token[0].isalpha())
    return sorted(forms)


def kind_of(only_library: list[Analysis], only_pure: list[Analysis]) -> str:
    """Say in what two sets of readings differ."""
    if not only_library:
        return "pyvoikko reads more"
    if not only_pure:
        return "libvoikko reads more"
    differing = {
        field.name
        for one, other in zip(only_library, only_pure, strict=False)
        for field in fields(Analysis)
        if getattr(one, field.name) != getattr(other, field.name)
    }
    return "other " + ", ".join(sorted(differing))


def main(data: Path, count: int) -> None:
    forms = read_forms(data)
    sample = sorted(random.Random(2015).sample(forms, min(count, len(forms))))
    library, pure = LibVoikko(), PyVoikko()
    began = time.perf_counter()
    by_library = [library.analyze(form) for form in sample]
    library_seconds = time.perf_counter() - began
    began = time.perf_counter()
    by_pure = [pure.analyze(form) for form in sample]
    pure_seconds = time.perf_counter() - began
    rows = []
    for form, ours, theirs in zip(sample, by_library, by_pure, strict=True):
        if ours != theirs:
            only_ours = [reading for reading in ours if reading not in theirs]
            only_theirs = [reading for reading in theirs if reading not in ours]
            rows.append((kind_of(only_ours, only_theirs), form, only_ours, only_theirs))
    known = sum(bool(readings) for readings in by_library)
    same_first = sum(a[:1] == b[:1] for a, b in zip(by_library, by_pure, strict=True))
    kinds: dict[str, int] = {}
    for kind, *_ in rows:
        kinds[kind] = kinds.get(kind, 0) + 1

    def spell(readings: list[Analysis]) -> str:
        return "; ".join(
            f"{r.lemma} ({r.word_class}{', ' + '+'.join(p.lemma for p in r.parts) if r.parts else ''})"
            for r in readings
        )

    lines = [
        "# Do libvoikko and pyvoikko read words alike?",
        "",
        f"Command: `python benchmarks/voikko_parity.py DATA {count}`. {describe('libvoikko', 'pyvoikko')}.",
        "",
        f"{len(sample):,} of the {len(forms):,} distinct forms of Yle's open answers of 2015, drawn by seed; "
        f"{known:,} of them are known to libvoikko.",
        "",
        "| what | forms | share |",
        "|---|---|---|",
        f"| all readings the same in every field | {len(sample) - len(rows):,} | {1 - len(rows) / len(sample):.4f} |",
        f"| first reading the same | {same_first:,} | {same_first / len(sample):.4f} |",
        *(f"| {kind} | {n:,} | {n / len(sample):.4f} |" for kind, n in sorted(kinds.items(), key=lambda x: -x[1])),
        "",
        f"libvoikko read {len(sample) / library_seconds:,.0f} forms a second, "
        f"pyvoikko {len(sample) / pure_seconds:,.0f}: {pure_seconds / library_seconds:.0f} times slower.",
        "",
        "pyvoikko reads more, because libvoikko checks hyphens and the places of capitals after the transducer and",
        "drops what does not pass.",
        "",
        "## Every disagreement",
        "",
        "| form | difference | only libvoikko | only pyvoikko |",
        "|---|---|---|---|",
        *(f"| {form} | {kind} | {spell(ours)} | {spell(theirs)} |" for kind, form, ours, theirs in sorted(rows)),
    ]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines[: lines.index("## Every disagreement")]))


if __name__ == "__main__":
    if len(sys.argv) < 2 or not (Path(sys.argv[1]) / "yle_2015").is_dir():
        sys.exit("name the folder that holds yle_2015/comments.tsv.gz")
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 25_000)
