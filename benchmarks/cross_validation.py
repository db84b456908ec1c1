"""The model bank-fi, cross-validated by leaving whole writing hands out.

python benchmarks/cross_validation.py     writes benchmarks/cross_validation.md

Five turns: three fifths of the hands to learn from (and all phrases), one to calibrate by, one to measure on,
so that every hand is measured on once by a model that had neither learnt from nor been calibrated by it.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from held_out import measure_held_out, read_corpus
from machine import describe

from feedbacktext.model.evaluate import Metrics
from feedbacktext.model.train import PARTS, split_by_hand

REPORT = Path(__file__).with_suffix(".md")
FIGURES = {
    "themes, micro F1": "themes_micro_f1",
    "themes, macro F1": "themes_macro_f1",
    "theme with polarity, micro F1": "theme_polarity_micro_f1",
    "sentiment, macro F1": "sentiment_macro_f1",
    "types, micro F1": "types_micro_f1",
    "evidence, F1 of characters": "evidence_char_f1",
    "weightiest evidence touches a marked span": "strongest_inside",
    "calibration error (ECE)": "calibration_ece",
}


def measure_turn(turn: int) -> tuple[Metrics, int]:
    """Train and measure one turn; return its figures and how many hands it measured on."""
    comments = read_corpus()
    split = split_by_hand(comments, turn=turn)
    metrics = measure_held_out(comments, split.train, split.dev, split.test)
    return metrics, len({comments[at].hand for at in split.test})


def main() -> None:
    with ProcessPoolExecutor(2) as pool:
        turns = list(pool.map(measure_turn, range(PARTS)))
    size, hands = sum(metrics.n for metrics, _ in turns), sum(count for _, count in turns)

    def row(title: str, name: str) -> str:
        figures = [getattr(metrics, name) for metrics, _ in turns]
        mean = sum(figure * metrics.n for figure, (metrics, _) in zip(figures, turns, strict=True)) / size
        return f"| {title} | {mean:.3f} | {' '.join(f'{figure:.3f}' for figure in figures)} |"

    lines = [
        "# The model bank-fi, cross-validated over writing hands",
        "",
        f"Command: `python benchmarks/cross_validation.py`. {describe('scipy', 'scikit-learn')}.",
        "",
        f"{size:,} comments by {hands} hands, each measured once by a model that learnt from three fifths of the hands",
        "and was calibrated by another fifth, both without the one measured.",
        "",
        "| what | mean | each turn |",
        "|---|---|---|",
        *(row(title, name) for title, name in FIGURES.items()),
    ]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
