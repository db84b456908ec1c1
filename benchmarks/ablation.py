"""What each kind of feature and of data gives, and what more comments give, on unseen writing hands.

python benchmarks/ablation.py [--finnsentiment FILE]     writes benchmarks/ablation.md

Each row is one training on the hands of ``train``, with thresholds chosen and figures read on those of ``dev``: they
compare rows, and are a little higher than on hands that chose nothing. The test hands are not looked at.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from held_out import CODEBOOK, measure_held_out, read_corpus
from machine import describe

import feedbacktext.features.words as words
from feedbacktext.features.vectors import Vectors
from feedbacktext.finnish.lexicon import Lexicon, Word
from feedbacktext.model.evaluate import Metrics
from feedbacktext.model.fit import Settings
from feedbacktext.model.labelled import LabelledComment
from feedbacktext.model.train import split_by_hand

REPORT = Path(__file__).with_suffix(".md")
#: Shares of the train hands on the learning curve.
SHARES = (1 / 8, 1 / 4, 1 / 2, 1)
#: Training twice with other random numbers moves theme F1 by about this much.
NOISE = 0.004


class Blunted(Lexicon):
    """A lexicon that leaves something out of every word."""

    def __init__(self, blunt: Callable[[Word], Word]) -> None:
        super().__init__()
        self._blunt = blunt

    def _look_up(self, form: str) -> Word:
        return self._blunt(super()._look_up(form))


def without_lemmas(word: Word) -> Word:
    return replace(word, readings=())


def without_parts(word: Word) -> Word:
    return replace(word, readings=tuple(replace(reading, parts=()) for reading in word.readings))


def without_negation(word: Word) -> Word:
    return replace(word, role="" if "negator" in word.role else word.role)


def without_standard(word: Word) -> Word:
    return word if word.form == word.standard else Word(word.form, word.form, (), word.role)


def no_vectors() -> Vectors:
    packaged = Vectors.packaged()
    return Vectors(np.zeros_like(packaged.table), packaged.steps)


def train(
    *,
    blunt: Callable[[Word], Word] | None = None,
    characters: bool = True,
    vectors: bool = True,
    memory: int | None = None,
    phrases: bool = True,
    share: float = 1,
    more: Path | None = None,
) -> tuple[Metrics, int]:
    """Train once; return the figures on the dev hands, and the comments learnt from."""
    if not characters:
        words.NGRAM_WEIGHT = 0.0
    comments = read_corpus() if phrases else read_corpus("comments")
    if more:
        comments += read_finnsentiment(more)
    split = split_by_hand(comments)
    hands = sorted({comments[at].hand or "" for at in split.train if comments[at].is_whole})
    # every so many hands, so that each share has all kinds
    kept = set(hands[:: round(1 / share)])
    learn = np.array([at for at in split.train if not comments[at].is_whole or comments[at].hand in kept])
    metrics = measure_held_out(
        comments,
        learn,
        split.dev,
        split.dev,
        lexicon=Blunted(blunt) if blunt else None,
        vectors=None if vectors else no_vectors(),
        settings=Settings() if memory is None else Settings(memory=memory),
    )
    return metrics, sum(comments[at].is_whole for at in learn)


def read_finnsentiment(path: Path) -> list[LabelledComment]:
    """Return the train part of FinnSentiment (CC BY 4.0): sentiment alone."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            LabelledComment(row["id"], row["text"], row["label"], {}, None, hand="finnsentiment", themed=False)
            for row in rows
            if row["split"] == "train"
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--finnsentiment", type=Path, help="finnsentiment.tsv, with columns id, text, label and split")
    path = parser.parse_args().finnsentiment
    runs: dict[str, Callable[[], tuple[Metrics, int]]] = {
        "everything": train,
        "without lemmas (forms and characters)": partial(train, blunt=without_lemmas),
        "without compound parts": partial(train, blunt=without_parts),
        "without characters": partial(train, characters=False),
        "without standard forms of spoken and misspelled ones": partial(train, blunt=without_standard),
        "without negation": partial(train, blunt=without_negation),
        "without floret vectors": partial(train, vectors=False),
        "without memory (a word and two neighbors alone)": partial(train, memory=0),
        "without phrases": partial(train, phrases=False),
    }
    if path and path.exists():
        runs["with FinnSentiment's train part for sentiment"] = partial(train, more=path)
    else:
        sys.stderr.write("FinnSentiment is left out: give its file with --finnsentiment\n")
    curve = {share: partial(train, share=share) for share in SHARES[:-1]}
    with ProcessPoolExecutor(2, max_tasks_per_child=1) as pool:
        jobs = {name: pool.submit(run) for name, run in runs.items()}
        points = {share: pool.submit(run) for share, run in curve.items()}
        found = {name: job.result() for name, job in jobs.items()}
        shares = {**{share: point.result() for share, point in points.items()}, 1: found["everything"]}
    full = found["everything"][0]

    def row(name: str, metrics: Metrics) -> str:
        figures = (metrics.themes_micro_f1, metrics.theme_polarity_micro_f1, metrics.sentiment_macro_f1)
        base = (full.themes_micro_f1, full.theme_polarity_micro_f1, full.sentiment_macro_f1)
        if metrics is full:
            return f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |"
        return f"| {name} | " + " | ".join(f"{f:.3f} ({f - b:+.3f})" for f, b in zip(figures, base, strict=True)) + " |"

    lines = [
        "# What features and data give on unseen writing hands",
        "",
        f"Command: `python benchmarks/ablation.py --finnsentiment FILE`. {describe('scipy', 'scikit-learn')}.",
        "",
        f"{full.n:,} comments of the dev hands; one training a row. Another seed moves theme F1 by about {NOISE}.",
        "",
        "| features and data | themes, micro F1 | theme with polarity | sentiment, macro F1 |",
        "|---|---|---|---|",
        *(row(name, metrics) for name, (metrics, _) in found.items()),
        "",
        "## Learning curve",
        "",
        "<!-- curve -->",
        "| what | " + " | ".join(f"{count:,} comments" for _, count in shares.values()) + " |",
        "|---|" + "---|" * len(shares),
        "| themes, micro F1 | " + " | ".join(f"{m.themes_micro_f1:.3f}" for m, _ in shares.values()) + " |",
        "| theme with polarity | " + " | ".join(f"{m.theme_polarity_micro_f1:.3f}" for m, _ in shares.values()) + " |",
        "| sentiment, macro F1 | " + " | ".join(f"{m.sentiment_macro_f1:.3f}" for m, _ in shares.values()) + " |",
        *(
            f"| {theme} | " + " | ".join(f"{m.per_theme[theme]['f1']:.3f}" for m, _ in shares.values()) + " |"
            for theme in CODEBOOK.theme_ids
        ),
        "<!-- /curve -->",
    ]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
