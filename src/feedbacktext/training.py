"""Labelled file -> model folder, with its golden comments and its card."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

import feedbacktext
from feedbacktext.codebook import Codebook
from feedbacktext.evaluation import measure_tagger
from feedbacktext.features.vectors import Vectors
from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.model.evaluate import Metrics
from feedbacktext.model.fit import Settings
from feedbacktext.model.folder import FeedbackModel, load_folder, save_model
from feedbacktext.model.labelled import LabelledComment, read_labelled
from feedbacktext.model.train import Trainer, digest, split_by_hand
from feedbacktext.tagging import Tagger

#: Golden comments kept with a model.
GOLDEN = 24


def train_folder(
    labelled: Sequence[str | Path],
    folder: str | Path,
    codebook: Codebook,
    *,
    settings: Settings | None = None,
) -> Metrics:
    """Train on labelled files and write the model folder.

    A first network learns from three fifths of the writing hands, is calibrated by another fifth and measured on
    the last; these are the figures. The network that is written has learnt from all of them.

    Parameters
    ----------
    labelled : sequence of paths
        JSONL, one labelled comment a line; records without sentiment or types (phrases) are only learnt from.
    folder : path
        Where the model is written.
    codebook : Codebook
    settings : Settings, optional
        How the network is fitted.

    Returns
    -------
    Metrics
        On the held-out hands.
    """
    comments = [comment for path in labelled for comment in read_labelled(path, codebook)]
    split = split_by_hand(comments)
    vectors, lexicon = Vectors.packaged(), Lexicon()
    trainer = Trainer(comments, codebook, vectors, lexicon=lexicon, settings=settings)

    network = trainer.fit(split.train)
    calibration = trainer.calibrate(network, split.dev)
    measured = Tagger(FeedbackModel(codebook, network, calibration, {}), lexicon=lexicon)
    test = [comments[at] for at in split.test]
    metrics = measure_tagger(measured, test)

    whole = [comment for comment in comments if comment.is_whole]
    manifest = {
        "name": codebook.name,
        "versions": {
            "feedbacktext": feedbacktext.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            **lexicon.voikko.versions(),
        },
        "data": {
            "comments": len(whole),
            "phrases": len(comments) - len(whole),
            "hands": len({comment.hand for comment in whole}),
            "test_hands": len({comment.hand for comment in test}),
            "sha256": digest(comments),
        },
        "settings": asdict(trainer.settings),
        "metrics": {"protocol": _PROTOCOL, **metrics.to_dict()},
    }
    model = FeedbackModel(codebook, trainer.fit(np.arange(len(comments))), calibration, manifest)
    card = _card(codebook, manifest)
    save_model(folder, model, golden=[], card=card)
    # golden tags are given by the model as it is read back, in half precision
    tagger = Tagger(load_folder(folder), lexicon=lexicon)
    save_model(folder, model, golden=_golden(test, tagger), card=card)
    return metrics


_PROTOCOL = (
    "a training that learnt from three fifths of the writing hands, was calibrated by another fifth and measured "
    "once on the last; the model that ships has learnt from all of them, with the same settings and calibration"
)


def _golden(comments: Sequence[LabelledComment], tagger: Tagger) -> list[dict[str, Any]]:
    step = max(1, len(comments) // GOLDEN)
    texts = [comment.text for comment in comments[::step]][:GOLDEN]
    return [{"text": text, "tag": tagger.tag(text).to_dict()} for text in texts]


def _card(codebook: Codebook, manifest: dict[str, Any]) -> str:
    metrics, versions, data = manifest["metrics"], manifest["versions"], manifest["data"]
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
overall sentiment and feedback types, each theme with the words that show it. A small network that reads each word
(lemmas, compound parts, characters, floret vector, negation) with two neighbors on either side.

## Learnt from

{data["comments"]:,} labelled comments by {data["hands"]} writing hands and {data["phrases"]:,} labelled phrases
(SHA-256 `{data["sha256"][:16]}...`), and the floret vectors of spacy_fi_experimental_web_md 0.15.0 (MIT), projected to
128 dimensions. Words were read by {versions["library"]} ({versions["dictionary"]}).

## How well

{metrics["n"]:,} comments by {data["test_hands"]} hands, measured by {metrics["protocol"]}.

| what | figure |
|---|---|
| themes, micro F1 / macro F1 | {metrics["themes"]["micro_f1"]:.3f} / {metrics["themes"]["macro_f1"]:.3f} |
| theme with polarity, micro F1 | {metrics["theme_polarity"]["micro_f1"]:.3f} |
| sentiment, macro F1 / accuracy | {metrics["sentiment"]["macro_f1"]:.3f} / {metrics["sentiment"]["accuracy"]:.3f} |
| types, micro F1 | {metrics["types"]["micro_f1"]:.3f} |
| evidence, F1 of characters where the theme is right | {metrics["evidence"]["char_f1"]:.3f} |
| weightiest evidence touches a marked span | {metrics["evidence"]["strongest_inside"]:.3f} |
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
