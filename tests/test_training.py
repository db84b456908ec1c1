from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

import feedbacktext
from feedbacktext.codebook import Codebook
from feedbacktext.errors import LabelError
from feedbacktext.evaluation import evaluate_tagger
from feedbacktext.features.reading import FormTable, Reading, read
from feedbacktext.features.vectors import Vectors
from feedbacktext.features.words import FeatureSpace
from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.model import fit as fit_module
from feedbacktext.model.fit import Settings
from feedbacktext.model.labelled import LabelledComment, Span, parse_record
from feedbacktext.model.network import WINDOW, Network, Weights
from feedbacktext.model.targets import make_targets
from feedbacktext.model.train import _platt, split_by_hand
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
    metrics = train_folder([source], tmp_path / "malli", CAFE)
    assert metrics.themes_micro_f1 > 0.9
    tagger = feedbacktext.load(tmp_path / "malli")
    tag = tagger.tag("Hyvää kahvia, mutta hinnat kallista")
    assert {theme: found.polarity for theme, found in tag.themes.items()} == {"coffee": "positive", "price": "negative"}
    assert evaluate_tagger(tagger, source).themes_micro_f1 > 0.9
    card = (tmp_path / "malli/README.md").read_text(encoding="utf-8")
    assert "| coffee | kahvi |" in card
    assert f"{metrics.themes_micro_f1:.3f}" in card


def test_training_twice_writes_the_same_files(tmp_path: Path) -> None:
    source = labelled(tmp_path / "kahvila.jsonl")
    train_folder([source], tmp_path / "a", CAFE)
    train_folder([source], tmp_path / "b", CAFE)
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_too_few_writers_are_refused() -> None:
    comments = [LabelledComment(str(at), "hyvä", "positive", {}, (), hand="h1") for at in range(50)]
    with pytest.raises(LabelError, match=r"at least 5 writers .* got 1"):
        split_by_hand(comments)


def test_no_hand_stands_in_two_parts() -> None:
    comments = [LabelledComment(str(at), "hyvä", "positive", {}, (), hand=f"h{at % 13}") for at in range(130)]
    phrases = [LabelledComment("p", "hyvä", "positive", {}, None, hand="phrases")]
    split = split_by_hand(comments + phrases)
    hands = [{(comments + phrases)[at].hand for at in part} for part in (split.train, split.dev, split.test)]
    assert not hands[0] & hands[1] | hands[0] & hands[2] | hands[1] & hands[2]
    assert "phrases" in hands[0]
    assert len(split.train) + len(split.dev) + len(split.test) == 131


def test_gradients_are_those_of_the_losses() -> None:
    """Each array moved a little moves the loss as its gradient says."""
    rows = [
        LabelledComment("0", "kahvi hyvää ei kallis", "positive", {"coffee": "positive"}, ("thanks",),
                        (Span("coffee", "positive", 0, 11),)),
        LabelledComment("1", "hinta karmea", "negative", {"price": "negative"}, (), (Span("price", "negative", 0, 5),)),
        LabelledComment("2", "kallista oli", None, {"price": "negative"}, None),
    ]  # fmt: skip
    table = FormTable(Lexicon())
    reading = read([row.text for row in rows], table)
    targets = make_targets(rows, reading, CAFE)
    space = FeatureSpace.learn([table.words] * 2)
    settings = Settings(dimensions=4, hidden=6, memory=3, dropout=0.0, seed=3)
    task = fit_module._Task(table.words, reading, targets, space, Vectors.packaged())
    weights = fit_module._start(task, settings, np.random.default_rng(3))
    for field in fields(Weights):  # twice the precision, for differences
        setattr(weights, field.name, getattr(weights, field.name).astype(np.float64))
    batch = np.arange(3)
    gradients, columns = fit_module._gradients(task, batch, weights, settings, np.random.default_rng(0))

    def loss() -> float:
        network = Network(space, Vectors.packaged(), weights)
        own = space.matrix(table.words) @ weights.embedding + task.vectors @ weights.projection
        rows = own[reading.form] + np.where(reading.clauses.negated[:, None], weights.negation, 0)
        recalled = memories64(rows, weights, reading) @ weights.recall
        hidden = np.maximum(neighborhoods64(rows, reading) @ weights.window + recalled + weights.window_bias, 0)
        word = hidden @ weights.word_output + weights.word_bias
        total = 0.0
        for at in range(3):
            where = reading.tokens_of(at)
            if targets.marked[at]:
                total += fit_module.WORD_LOSS / 3 * entropy(word[where], targets.word[where])
            total += fit_module.THEME_LOSS / (3 * 2) * entropy(word[where].max(axis=0), targets.sign[at])
            pooled = np.concatenate(
                [hidden[where].max(axis=0), hidden[where].sum(axis=0) / (3 * np.sqrt(len(word[where])))]
            )
            logits = pooled @ weights.comment_output + weights.comment_bias
            if targets.sentiment[at] >= 0:
                likely = np.exp(logits[:3]) / np.exp(logits[:3]).sum()
                total -= fit_module.SENTIMENT_LOSS / 3 * np.log(likely[targets.sentiment[at]])
            if targets.typed[at]:
                total += fit_module.TYPE_LOSS / 3 * entropy(logits[3:], targets.types[at])
        assert network.weights is weights
        return float(total)

    for name, gradient in gradients.items():
        array = getattr(weights, name)
        part = array[columns] if name == "embedding" else array
        at = np.unravel_index(np.abs(gradient).argmax(), part.shape)
        place = (columns[at[0]], at[1]) if name == "embedding" else at
        before = array[place]
        array[place] = before + 1e-4
        up = loss()
        array[place] = before - 1e-4
        down = loss()
        array[place] = before
        assert gradient[at] == pytest.approx((up - down) / 2e-4, rel=2e-2), name


def neighborhoods64(rows: np.ndarray, reading: Reading) -> np.ndarray:
    found = np.zeros((len(rows), WINDOW, rows.shape[1]))
    for token in range(len(rows)):
        for at in range(WINDOW):
            other = token + at - WINDOW // 2
            if 0 <= other < len(rows) and reading.comment[other] == reading.comment[token]:
                found[token, at] = rows[other]
    return found.reshape(len(rows), -1)


def memories64(rows: np.ndarray, weights: Weights, reading: Reading) -> np.ndarray:
    width = len(weights.recall) // 2
    logits = rows @ weights.gates + weights.gates_bias
    write, keep = np.tanh(logits[:, : 2 * width]), 1 / (1 + np.exp(-logits[:, 2 * width :]))
    found = np.zeros((len(rows), 2 * width))
    for comment in range(len(reading.comments)):
        tokens = range(len(rows))[reading.tokens_of(comment)]
        for part, walked in ((slice(0, width), tokens), (slice(width, 2 * width), reversed(tokens))):
            memory = np.zeros(width)
            for token in walked:
                memory = keep[token, part] * memory + (1 - keep[token, part]) * write[token, part]
                found[token, part] = memory
    return found


def test_records_without_themes_teach_sentiment_alone() -> None:
    records = [
        parse_record({"text": "Ihan hyvää", "sentiment": "positive", "themes": None, "types": None}, CAFE),
        parse_record({"text": "kahvi", "sentiment": "neutral", "themes": {"coffee": "neutral"}, "types": []}, CAFE),
    ]
    assert records[0].to_dict()["themes"] is None
    assert not records[0].is_whole
    targets = make_targets(records, read([record.text for record in records], FormTable(Lexicon())), CAFE)
    assert targets.themed.tolist() == [False, True]
    assert not targets.marked[0]


def test_a_type_that_must_not_be_missed_gets_a_lower_threshold() -> None:
    logit = np.array([3, 2, 1, 0, -1, -2, -3, -4], dtype=np.float32)
    truth = np.array([True, True, False, False, False, True, False, False])
    thresholds = [_platt(logit, truth, least)[2] for least in (None, 0.6, 1.0)]
    found = [
        int((truth & (1 / (1 + np.exp(-(slope * logit + intercept))) >= threshold)).sum())
        for threshold in thresholds
        for slope, intercept, _ in [_platt(logit, truth)]
    ]
    assert found == [2, 2, 3]


def entropy(logits: np.ndarray, truth: np.ndarray) -> float:
    return float((np.log1p(np.exp(logits)) - truth * logits).sum())


def test_an_empty_file_has_nothing_to_evaluate(tmp_path: Path, tagger: feedbacktext.Tagger) -> None:
    (tmp_path / "a.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(LabelError, match="has no labelled comments"):
        evaluate_tagger(tagger, tmp_path / "a.jsonl")
