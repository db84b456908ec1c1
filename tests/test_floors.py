"""The model in the repository was trained on the corpus in the repository, and is not worse than it was."""

from __future__ import annotations

import json

from feedbacktext.codebook import Codebook
from feedbacktext.evaluation import measure_tagger
from feedbacktext.model.labelled import read_labelled
from feedbacktext.model.train import digest
from feedbacktext.tagging import Tagger

from .conftest import CORPUS, ROOT

FLOORS = json.loads((ROOT / "benchmarks/floors.json").read_text(encoding="utf-8"))
MANIFEST = json.loads((ROOT / "models/bank-fi/manifest.json").read_text(encoding="utf-8"))


def test_the_model_has_learnt_from_this_corpus(codebook: Codebook) -> None:
    comments = [c for name in FLOORS["data"] for c in read_labelled(CORPUS / name, codebook)]
    assert digest(comments) == MANIFEST["data"]["sha256"]


def test_no_figure_is_below_its_floor() -> None:
    assert len(FLOORS["figures"]) >= 5
    for name, floor in FLOORS["figures"].items():
        figure = MANIFEST["metrics"]
        for key in name.split("."):
            figure = figure[key]
        assert figure >= floor, name


def test_the_shipped_model_knows_what_it_has_learnt(tagger: Tagger, codebook: Codebook) -> None:
    """Not a measure of quality: a model that was saved wrongly would fail it."""
    comments = read_labelled(CORPUS / "comments.jsonl", codebook)[::8]
    assert measure_tagger(tagger, comments).themes_micro_f1 > FLOORS["figures"]["themes.micro_f1"] + 0.05
