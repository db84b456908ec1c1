"""Tagger and labelled file -> figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from feedbacktext.errors import LabelError
from feedbacktext.model.evaluate import Metrics, Predictions, measure
from feedbacktext.model.labelled import LabelledComment, read_labelled
from feedbacktext.tagging import Tagger


def evaluate_tagger(tagger: Tagger, labelled: str | Path) -> Metrics:
    """Compare a tagger's tags with the labels of a file.

    Parameters
    ----------
    tagger : Tagger
    labelled : path
        JSONL, one labelled comment a line.
    """
    comments = [comment for comment in read_labelled(labelled, tagger.codebook) if comment.is_whole]
    if not comments:
        raise LabelError(f"{labelled}: has no labelled comments")
    return measure_tagger(tagger, comments)


def measure_tagger(tagger: Tagger, comments: Sequence[LabelledComment]) -> Metrics:
    """Compare a tagger's tags with labelled comments."""
    tags = tagger.tag_many([comment.text for comment in comments])
    return measure(comments, Predictions.of_tags(tags, tagger.codebook), tagger.codebook)
