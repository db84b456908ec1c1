from __future__ import annotations

import json
from pathlib import Path

import pytest

import feedbacktext
from feedbacktext.codebook import Codebook
from feedbacktext.errors import LabelError
from feedbacktext.evaluation import evaluate_tagger
from feedbacktext.features.vectors import Vectors
from feedbacktext.model.labelled import LabelledComment
from feedbacktext.model.train import train
from feedbacktext.training import train_folder

CAFE = Codebook.from_dict(
    {
        "name": "kahvila",
        "themes": [{"id": "coffee", "title": "kahvi"}, {"id": "price", "title": "hinta"}],
        "types": [{"id": "thanks", "title": "kiitos"}],
    }
)
COFFEE = ["kahvi oli hyvää", "maukas kahvi", "kahvista kiitos", "ihana espresso", "paras kahvi", "kahvi maistui"]
PRICE = ["liian kallista", "kallis paikka", "hinnat nousi", "kallista oli", "hinta karmea", "kova hinta"]


def labelled(path: Path) -> Path:
    rows = []
    for at in range(60):
        good = at % 2 == 0
        text = (COFFEE if good else PRICE)[at // 2 % 6]
        theme, polarity = ("coffee", "positive") if good else ("price", "negative")
        rows.append(
            {
                "id": str(at),
                "text": f"{text} {'aamulla' if at % 3 else 'illalla'}",
                "sentiment": polarity,
                "themes": {theme: polarity},
                "types": ["thanks"] if good else [],
                "evidence": [{"theme": theme, "polarity": polarity, "start": 0, "end": len(text)}],
                "hand": f"h{at // 10}",
            }
        )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_another_codebook_trains_saves_and_tags(tmp_path: Path) -> None:
    source = labelled(tmp_path / "kahvila.jsonl")
    trained = train_folder(source, tmp_path / "malli", CAFE)
    assert trained.metrics.themes_micro_f1 > 0.9
    tagger = feedbacktext.load(tmp_path / "malli")
    tag = tagger.tag("Hyvää kahvia, mutta hinnat kallista")
    assert {theme: found.polarity for theme, found in tag.themes.items()} == {"coffee": "positive", "price": "negative"}
    assert evaluate_tagger(tagger, source).themes_micro_f1 > 0.9
    card = (tmp_path / "malli/README.md").read_text(encoding="utf-8")
    assert "| coffee | kahvi |" in card
    assert f"{trained.metrics.themes_micro_f1:.3f}" in card


def test_training_twice_writes_the_same_files(tmp_path: Path) -> None:
    source = labelled(tmp_path / "kahvila.jsonl")
    train_folder(source, tmp_path / "a", CAFE, jobs=1)
    train_folder(source, tmp_path / "b", CAFE, jobs=2)
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_too_few_writers_are_refused() -> None:
    comments = [LabelledComment(str(at), "hyvä", "positive", {}, (), hand="h1") for at in range(50)]
    with pytest.raises(LabelError, match=r"at least 5 writers .* got 1"):
        train(comments, CAFE, Vectors.packaged())


def test_an_empty_file_has_nothing_to_evaluate(tmp_path: Path, tagger: feedbacktext.Tagger) -> None:
    (tmp_path / "a.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(LabelError, match="has no labelled comments"):
        evaluate_tagger(tagger, tmp_path / "a.jsonl")
