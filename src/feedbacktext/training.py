"""Labelled file -> model folder, with its golden comments and its card."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import feedbacktext
from feedbacktext.codebook import Codebook
from feedbacktext.features.vectors import Vectors
from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.model.folder import FeedbackModel, load_folder, save_model
from feedbacktext.model.labelled import LabelledComment, read_labelled
from feedbacktext.model.train import FOLDS, Trained, train
from feedbacktext.tagging import Tagger

#: Golden comments kept with a model.
GOLDEN = 24


def train_folder(labelled: str | Path, folder: str | Path, codebook: Codebook, *, jobs: int = 2) -> Trained:
    """Train on a labelled file and write the model folder.

    Parameters
    ----------
    labelled : path
        JSONL, one labelled comment a line.
    folder : path
        Where the model is written.
    codebook : Codebook
    jobs : int
        Threads; the result does not depend on it.
    """
    comments = read_labelled(labelled, codebook)
    lexicon = Lexicon()
    trained = train(comments, codebook, Vectors.packaged(), lexicon=lexicon, jobs=jobs)
    manifest = {
        "name": codebook.name,
        "versions": {
            "feedbacktext": feedbacktext.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            **lexicon.voikko.versions(),
        },
        "data": {"comments": len(comments), "sha256": trained.data_digest},
        "metrics": {"protocol": _PROTOCOL, **trained.metrics.to_dict()},
    }
    model = FeedbackModel(codebook, trained.scorer, trained.calibration, manifest)
    card = _card(codebook, comments, manifest)
    save_model(folder, model, golden=[], card=card)
    # golden tags are given by the model as it is read back, in half precision
    tagger = Tagger(load_folder(folder), lexicon=lexicon)
    save_model(folder, model, golden=_golden(comments, tagger), card=card)
    return trained


_PROTOCOL = (
    f"{FOLDS}-fold cross-validation that leaves whole writing hands out; the thresholds of each fold are "
    "those that the other folds chose"
)


def _golden(comments: Sequence[LabelledComment], tagger: Tagger) -> list[dict[str, Any]]:
    step = max(1, len(comments) // GOLDEN)
    texts = [comment.text for comment in comments[::step]][:GOLDEN]
    return [{"text": text, "tag": tagger.tag(text).to_dict()} for text in texts]


def _card(codebook: Codebook, comments: Sequence[LabelledComment], manifest: dict[str, Any]) -> str:
    metrics, versions = manifest["metrics"], manifest["versions"]
    hands = len({comment.hand for comment in comments})
    rows = "\n".join(
        f"| {theme.id} | {theme.title} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} "
        f"| {row['support']} |"
        for theme in codebook.themes
        for row in [metrics["themes"]["per_theme"][theme.id]]
    )
    types = "\n".join(
        f"| {kind.id} | {kind.title} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} "
        f"| {row['support']} |"
        for kind in codebook.types
        for row in [metrics["types"]["per_type"][kind.id]]
    )
    return f"""# Model {codebook.name}

Tags short Finnish comments with the themes of the codebook `{codebook.name}`, a polarity for each,
overall sentiment and feedback types, each theme with the words that show it. A linear model over words
(lemmas, compound parts, characters, floret vectors), negated lemmas and pairs, by clause and comment.

## Learnt from

{len(comments):,} labelled comments by {hands} writing hands (SHA-256 `{manifest["data"]["sha256"][:16]}...`), and the
floret vectors of spacy_fi_experimental_web_md 0.15.0 (MIT), projected to 128 dimensions.
Words were read by {versions["library"]} ({versions["dictionary"]}).

## How well

Measured by {metrics["protocol"]}.

| what | figure |
|---|---|
| themes, micro F1 / macro F1 | {metrics["themes"]["micro_f1"]:.3f} / {metrics["themes"]["macro_f1"]:.3f} |
| theme with polarity, micro F1 | {metrics["theme_polarity"]["micro_f1"]:.3f} |
| sentiment, macro F1 / accuracy | {metrics["sentiment"]["macro_f1"]:.3f} / {metrics["sentiment"]["accuracy"]:.3f} |
| types, micro F1 | {metrics["types"]["micro_f1"]:.3f} |
| calibration error (ECE, 10 bins, all themes pooled) | {metrics["calibration"]["ece"]:.3f} |

| theme | title | precision | recall | F1 | comments |
|---|---|---|---|---|---|
{rows}

| type | title | precision | recall | F1 | comments |
|---|---|---|---|---|---|
{types}

## Not for

Decisions about single customers or employees. Languages other than Finnish: the tag says so and abstains.
Irony, and themes named only indirectly, are often missed.
"""
