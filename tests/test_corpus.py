"""The corpus in data/samples/bank-fi/ is what its data card says."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from feedbacktext.codebook import Codebook
from feedbacktext.errors import CodebookError, LabelError
from feedbacktext.model.agreement import agree
from feedbacktext.model.duplicates import near_duplicates
from feedbacktext.model.labelled import LabelledComment, parse_record, read_labelled
from feedbacktext.model.markup import parse_markup, polarities, to_markup
from feedbacktext.model.train import split_by_hand

from .conftest import CORPUS, ROOT


@pytest.fixture(scope="module")
def comments(codebook: Codebook) -> list[LabelledComment]:
    return read_labelled(CORPUS / "comments.jsonl", codebook)


def test_ids_are_unique_and_texts_hardly_repeat(comments: list[LabelledComment]) -> None:
    assert len(comments) >= 8000
    assert len({comment.id for comment in comments}) == len(comments)
    long = Counter(comment.text.lower() for comment in comments if len(comment.text) > 40)
    assert [text for text, count in long.items() if count > 1] == []


def test_every_theme_has_both_polarities(comments: list[LabelledComment], codebook: Codebook) -> None:
    counts = Counter((theme, polarity) for comment in comments for theme, polarity in comment.themes.items())
    for theme in codebook.theme_ids:
        assert sum(counts[theme, polarity] for polarity in ("positive", "negative", "neutral", "mixed")) >= 500
        assert counts[theme, "positive"] >= 200
        assert counts[theme, "negative"] >= 200


def test_themes_are_those_of_the_evidence(comments: list[LabelledComment]) -> None:
    for comment in comments:
        assert dict(comment.themes) == polarities(comment.evidence), comment.id
        for span in comment.evidence:
            marked = comment.text[span.start : span.end]
            assert marked == marked.strip() != "", comment.id


def test_phrases_are_learnt_from_but_not_measured_on(codebook: Codebook) -> None:
    phrases = read_labelled(CORPUS / "phrases.jsonl", codebook)
    assert len({phrase.text.lower() for phrase in phrases}) == len(phrases) > 5000
    assert not any(phrase.is_whole for phrase in phrases)


def test_marked_text_and_back(comments: list[LabelledComment]) -> None:
    for comment in comments:
        text, evidence = parse_markup(to_markup(comment.text, comment.evidence))
        assert text == comment.text
        assert set(evidence) == set(comment.evidence)


def test_the_second_labelling_agrees_as_the_data_card_says(comments: list[LabelledComment], codebook: Codebook) -> None:
    second = read_labelled(CORPUS / "second_labels.jsonl", codebook)
    found = agree(comments, second, codebook.theme_ids, codebook.type_ids)
    assert found.n == len(second) >= 800
    card = (CORPUS / "README.md").read_text(encoding="utf-8")
    assert f"| themes, micro F1 / macro F1 | {found.themes_micro_f1:.3f} / {found.themes_macro_f1:.3f} |" in card
    assert f"| Krippendorff's alpha of theme sets (MASI) | {found.themes_alpha:.3f} |" in card


def test_agreement_needs_the_same_comments(codebook: Codebook) -> None:
    one = LabelledComment("a", "Hyvä", "positive", {}, ())
    with pytest.raises(LabelError, match="share no comment"):
        agree([one], [LabelledComment("b", "Hyvä", "positive", {}, ())], codebook.theme_ids, codebook.type_ids)
    with pytest.raises(LabelError, match="'a' has another text"):
        agree([one], [LabelledComment("a", "Huono", "positive", {}, ())], codebook.theme_ids, codebook.type_ids)


GOOD = {"text": "Nopeaa", "sentiment": "positive", "themes": {"speed": "positive"}, "types": ["thanks"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": None}, "text must be a string"),
        ({"sentiment": "good"}, "sentiment 'good' must be one of negative, neutral, positive"),
        ({"themes": {"sped": "positive"}}, "theme 'sped' is not in codebook 'bank-fi'"),
        ({"themes": {"speed": "good"}}, "polarity 'good' of speed must be"),
        ({"themes": ["speed"]}, "themes must be {theme id: polarity}"),
        ({"types": ["thank"]}, "type 'thank' is not in codebook"),
        ({"evidence": [{"theme": "speed", "polarity": "positive", "start": 0, "end": 99}]}, "outside the text"),
        ({"evidence": [{"theme": "ease", "polarity": "positive", "start": 0, "end": 2}]}, "themes do not have"),
        ({"evidence": ["x"]}, "evidence must be a list"),
    ],
)
def test_a_record_that_does_not_fit_names_place_and_fault(
    codebook: Codebook, change: dict[str, object], message: str
) -> None:
    with pytest.raises(LabelError, match=r"^a\.jsonl, line 7: ") as caught:
        parse_record(GOOD | change, codebook, place="a.jsonl, line 7")
    assert message in str(caught.value)


def test_a_field_that_is_missing_or_unknown(codebook: Codebook) -> None:
    with pytest.raises(LabelError, match="has no 'types'"):
        parse_record({name: value for name, value in GOOD.items() if name != "types"}, codebook)
    kept = parse_record(GOOD | {"branch": "Oulu"}, codebook)
    assert json.loads(json.dumps(kept.to_dict()))["branch"] == "Oulu"


def test_no_comment_is_nearly_the_same_as_one_of_another_part(comments: list[LabelledComment]) -> None:
    part = {at: name for name in ("train", "dev", "test") for at in getattr(split_by_hand(comments), name).tolist()}
    twins = near_duplicates([comment.text for comment in comments])
    assert not [(comments[a].id, comments[b].id) for a, b, _ in twins if part[a] != part[b]]


def test_the_contrast_suite_is_no_part_of_the_corpus(comments: list[LabelledComment]) -> None:
    lines = (ROOT / "data/samples/contrast-fi/items.jsonl").read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    assert len(items) >= 400
    learnt = {comment.text.lower() for comment in comments}
    assert not [item["id"] for item in items if len(item["text"].split()) > 3 and item["text"].lower() in learnt]
    pairs = Counter(item["pair"] for item in items)
    assert min(pairs.values()) >= 2
    twins = near_duplicates([comment.text for comment in comments] + [item["text"] for item in items])
    assert not [(a, b) for a, b, _ in twins if a < len(comments) <= b]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "needs a name"),
        ({"name": "x"}, "has no themes"),
        ({"name": "x", "themes": [{"id": "Speed", "title": "t"}]}, "id 'Speed' must be a lower-case word"),
        ({"name": "x", "themes": [{"id": "speed"}]}, "speed needs a title"),
        ({"name": "x", "themes": {"id": "speed"}}, r"must be tables, each written as \[\[themes\]\]"),
        (
            {
                "name": "x",
                "themes": [{"id": "a", "title": "t"}],
                "types": [{"id": "b", "title": "t", "least_recall": 95}],
            },
            "least_recall of 'b' must be a number from 0 to 1, not 95",
        ),
        (
            {
                "name": "x",
                "themes": [{"id": "a", "title": "t", "parent": "b"}, {"id": "b", "title": "t", "parent": "a"}],
            },
            "go in a circle",
        ),
    ],
)
def test_codebooks_that_are_not_valid(content: dict[str, object], message: str) -> None:
    with pytest.raises(CodebookError, match=message):
        Codebook.from_dict(content)
