"""Contrast pairs, and comments written otherwise: what a small point of language and of spelling changes.

python benchmarks/robustness.py     writes benchmarks/robustness.md

The model learns from the train hands of the corpus and is calibrated by the dev hands. The perturbations are made on
the comments of the test hands, which it has not seen; the contrast suite is no part of the corpus.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from held_out import CODEBOOK, read_corpus
from machine import describe

from feedbacktext.evaluation import measure_tagger
from feedbacktext.features.vectors import Vectors
from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.model.folder import FeedbackModel
from feedbacktext.model.labelled import LabelledComment
from feedbacktext.model.train import Trainer, split_by_hand
from feedbacktext.tagging import Tagger

REPORT = Path(__file__).with_suffix(".md")
CONTRAST = Path(__file__).resolve().parents[1] / "data/samples/contrast-fi/items.jsonl"
#: Standard -> spoken, for whole words and for endings.
SPOKEN = tuple(
    (re.compile(standard), spoken)
    for standard, spoken in (
        (r"\b([Mm])inä\b", r"\1ä"),
        (r"\b([Ss])inä\b", r"\1ä"),
        (r"\b([Mm])inu(n|a|lle|lla|lta)\b", r"\1u\2"),
        (r"\bolen\b", "oon"),
        (r"\bole\b", "oo"),
        (r"\bolisi\b", "ois"),
        (r"\bkun\b", "ku"),
        (r"\bmutta\b", "mut"),
        (r"\bsitten\b", "sit"),
        (r"\bkyllä\b", "kyl"),
        (r"\bvaikka\b", "vaik"),
        (r"\bettä\b", "et"),
        (r"\byksi\b", "yks"),
        (r"\bkaksi\b", "kaks"),
        (r"(?<=[lnrs][uy])t\b", ""),
        (r"(?<=[aeiouyäö])([dts])(?=isi\b)", r"\1"),
        (r"isi\b", "is"),
        (r"(?<=[aeiouyäö]ss)[aä]\b", ""),
        (r"ea\b", "ee"),
        (r"eä\b", "ee"),
        (r"oa\b", "oo"),
        (r"itt(?=aa\b|ää\b)", "tt"),
        (r"(?<=[aeiouyäö])än\b", "ä"),
        (r"hd(?=[eä])", "h"),
    )
)


def spoken(text: str) -> str:
    for standard, said in SPOKEN:
        text = standard.sub(said, text)
    return re.sub(r"ss\b", "s", text)


def typo(text: str) -> str:
    """Make one typing error in a word of five letters or more, the same at every run."""
    words = list(re.finditer(r"[^\W\d_]{5,}", text))
    if not words:
        return text
    dice = random.Random(text)
    word = dice.choice(words)
    at = word.start() + dice.randrange(1, len(word[0]) - 1)
    kind = dice.choice(("drop", "double", "swap", "other"))
    middle = {
        "drop": "",
        "double": 2 * text[at],
        "swap": text[at + 1] + text[at],
        "other": dice.choice("aeiklnstu"),
    }[kind]
    return text[:at] + middle + text[at + (2 if kind == "swap" else 1) :]


PERTURBATIONS: dict[str, Callable[[str], str]] = {
    "as written": str,
    "without umlauts": lambda text: text.translate(str.maketrans("äöåÄÖÅ", "aoaAOA")),
    "in lower case": str.lower,
    "in capitals": str.upper,
    "without punctuation": lambda text: re.sub(r"(?<!\d)[.,!?;:](?!\d)", "", text),
    "one typing error": typo,
    "spoken": spoken,
}


def train() -> tuple[Tagger, list[LabelledComment]]:
    """Return a tagger that has not seen the test hands, and their comments."""
    comments, lexicon = read_corpus(), Lexicon()
    split = split_by_hand(comments)
    trainer = Trainer(comments, CODEBOOK, Vectors.packaged(), lexicon=lexicon)
    network = trainer.fit(split.train)
    model = FeedbackModel(CODEBOOK, network, trainer.calibrate(network, split.dev), {})
    return Tagger(model, lexicon=lexicon), [comments[at] for at in split.test]


def perturbed(tagger: Tagger, test: Sequence[LabelledComment]) -> list[str]:
    """Return a row for each way of writing."""
    rows, base = [], 0.0
    for name, change in PERTURBATIONS.items():
        # offsets of evidence do not hold in a changed text; themes and signs do
        changed = [replace(comment, text=change(comment.text)) for comment in test]
        metrics = measure_tagger(tagger, changed)
        base = base or metrics.themes_micro_f1
        rows.append(
            f"| {name} | {metrics.themes_micro_f1:.3f} | {metrics.themes_micro_f1 - base:+.3f} "
            f"| {metrics.theme_polarity_micro_f1:.3f} | {metrics.sentiment_macro_f1:.3f} |"
        )
    return rows


def contrasts(tagger: Tagger) -> list[str]:
    """Return a row for each phenomenon: items, those right in all, and of the themes found those right in sign."""
    items: list[dict[str, Any]] = [json.loads(line) for line in CONTRAST.read_text(encoding="utf-8").splitlines()]
    found: dict[str, list[tuple[bool, int, int, int, int]]] = defaultdict(list)
    for item, tag in zip(items, tagger.tag_many([item["text"] for item in items]), strict=True):
        truth, said = item["themes"], {theme: shown.polarity for theme, shown in tag.themes.items()}
        both = truth.keys() & said.keys()
        signs = sum(truth[theme] == said[theme] for theme in both)
        row = (truth == said, len(both), signs, len(truth), len(said))
        found[item["phenomenon"]].append(row)
        found["all"].append(row)

    def line(name: str, rows: list[tuple[bool, int, int, int, int]]) -> str:
        right, both, signs, truth, said = (sum(column) for column in zip(*rows, strict=True))
        return (
            f"| {name} | {len(rows)} | {right / len(rows):.3f} | {2 * both / max(1, truth + said):.3f} "
            f"| {signs / max(1, both):.3f} |"
        )

    last = found.pop("all")
    return [*(line(name, rows) for name, rows in sorted(found.items())), line("**all**", last)]


def main() -> None:
    tagger, test = train()
    lines = [
        "# Robustness: comments written otherwise, and contrast pairs",
        "",
        f"Command: `python benchmarks/robustness.py`. {describe('scipy', 'scikit-learn')}.",
        "",
        f"## Comments written otherwise ({len(test):,} comments of unseen hands)",
        "",
        "| way of writing | themes, micro F1 | change | theme with polarity | sentiment, macro F1 |",
        "|---|---|---|---|---|",
        *perturbed(tagger, test),
        "",
        "## Contrast suite (`data/samples/contrast-fi`)",
        "",
        "*right* is an item whose themes are found exactly, each with its polarity; *sign* is the share of themes,",
        "rightly found, whose polarity is right.",
        "",
        "| phenomenon | items | right | theme F1 | sign |",
        "|---|---|---|---|---|",
        *contrasts(tagger),
    ]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
