from __future__ import annotations

import json
import pickle
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbacktext.errors import ColumnError, CommentError
from feedbacktext.model.network import neighborhoods
from feedbacktext.tagging import Tagger

COMMENTS = [
    "Puhelimessa kukaan ei vastannut, mutta konttorilla neuvoja osasi asiansa.",
    "Nopea ja ystävällinen palvelu!",
    "Verkkopankki kaatuu jatkuvasti eikä kukaan vastaa chatissa 😡",
    "",
    "Kiitos",
    "Äänieristys on huono: seuraava asiakas kuuli kaiken.",
    "Tack så mycket för hjälpen med lånet",
]


def test_each_theme_takes_the_polarity_of_its_own_clause(tagger: Tagger) -> None:
    tag = tagger.tag(COMMENTS[0])
    assert {theme: found.polarity for theme, found in tag.themes.items()} == {
        "reachability": "negative",
        "expertise": "positive",
    }
    assert set(tag.types) == {"thanks", "complaint"}
    assert tag.language == "fi"
    assert tag.abstained is None


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("", "empty"),
        (" \t\r\n", "empty"),
        ("😀😀", "no_words"),
        ("10/10 !!!", "no_words"),
        ("\ud800", "no_words"),
        ("\0\0", "no_words"),
        ("The service was slow and nobody answered the phone", "not_finnish"),
        ("Ingen svarade i telefonen på en timme", "not_finnish"),
    ],
)
def test_what_cannot_be_read_is_an_abstention(tagger: Tagger, comment: str, reason: str) -> None:
    tag = tagger.tag(comment)
    assert tag.abstained == reason
    assert (tag.sentiment, tag.sentiment_score, dict(tag.themes), tag.types) == ("neutral", 0.0, {}, ())
    assert set(tag.probabilities) == set(tagger.codebook.theme_ids)


@pytest.mark.parametrize("value", [None, float("nan"), 3, b"tavuja", ["lista"]], ids=repr)
def test_what_is_not_text_is_an_error_that_names_the_place(tagger: Tagger, value: object) -> None:
    with pytest.raises(CommentError, match=f"comment is {type(value).__name__}, not text"):
        tagger.tag(value)  # type: ignore[arg-type]
    with pytest.raises(CommentError, match=f"comment 1 is {type(value).__name__}, not text"):
        tagger.tag_many(["hyvä", value])  # type: ignore[list-item]


def test_a_lone_string_is_not_a_list_of_comments(tagger: Tagger) -> None:
    with pytest.raises(CommentError, match=r"one str; give a list of them, or call tag\(comment\)"):
        tagger.tag_many("Hyvä palvelu")


def test_one_by_one_is_as_a_batch_and_as_threads(tagger: Tagger) -> None:
    many = COMMENTS * 30
    together = tagger.tag_many(many)
    assert [tagger.tag(comment) for comment in many] == together
    with ThreadPoolExecutor(8) as pool:
        assert all(found == together for found in pool.map(lambda _: tagger.tag_many(many), range(16)))


def test_a_pickled_tagger_gives_the_same_tags(tagger: Tagger) -> None:
    assert pickle.loads(pickle.dumps(tagger)).tag_many(COMMENTS) == tagger.tag_many(COMMENTS)


def test_a_full_form_table_begins_anew_with_the_same_tags(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tagger.tag_many(COMMENTS)
    monkeypatch.setattr("feedbacktext.tagging.MAX_FORMS", 3)
    fresh = Tagger(tagger.model, lexicon=tagger.lexicon)
    for _ in range(3):
        assert fresh.tag_many(COMMENTS) == before
        assert [fresh.tag(comment) for comment in COMMENTS] == before


@pytest.mark.parametrize(
    "comment",
    [
        "Jonotin puhelimessa tunnin, neuvoja oli ystävällinen.",
        unicodedata.normalize("NFD", "Tämä järjestelmä kaatuu. Neuvoja oli ystävällinen, äänieristys huono."),
        "😀👍🏽 Neuvoja oli ystävällinen 😡\r\nJonotin tunnin\r\n\r\nSovellus kaatuu",
        "   Sovellus   kaatuu  ,,, ja   neuvoja   tyly  ",
    ],
    ids=["plain", "decomposed", "emoji and CRLF", "spaces"],
)
def test_evidence_points_into_the_original_string(tagger: Tagger, comment: str) -> None:
    tag = tagger.tag(comment)
    assert len(tag.themes) >= 2
    for theme, found in tag.themes.items():
        assert found.evidence, theme
        for span in found.evidence:
            assert comment[span.start : span.end] == span.text
            assert span.text == span.text.strip() != ""
            assert span.theme == theme
            assert span.weight > 0


def test_words_sum_to_the_score(tagger: Tagger) -> None:
    reading, rows = tagger._read(COMMENTS)
    network = tagger.model.network
    scores = network.score(reading, rows)
    flat = scores.word.reshape(len(scores.word), -1)
    every = np.arange(len(flat))
    for output in range(flat.shape[1]):
        column = np.full(len(flat), output)
        added = network.contributions(scores, reading, every, column, reach=len(flat))
        summed = added.sum(axis=1) + network.base(scores, every, column)
        np.testing.assert_allclose(summed, flat[:, output], atol=1e-3)
    assert flat.shape[1] == 3 * len(tagger.codebook.themes)


def test_neighbors_of_another_comment_do_not_count() -> None:
    rows = np.arange(1, 5, dtype=np.float32)[:, None]
    found = neighborhoods(rows, np.array([0, 0, 1, 1]))
    assert found.tolist() == [[0, 0, 1, 2, 0], [0, 1, 2, 0, 0], [0, 0, 3, 4, 0], [0, 3, 4, 0, 0]]


@given(st.text(max_size=120))
@settings(max_examples=200, deadline=None)
def test_any_string_gets_a_tag(tagger: Tagger, comment: str) -> None:
    tag = tagger.tag(comment)
    assert -1 <= tag.sentiment_score <= 1
    assert all(0 <= probability <= 1 for probability in tag.probabilities.values())
    assert set(tag.themes) <= set(tagger.codebook.theme_ids)
    for span in tag.evidence:
        assert comment[span.start : span.end] == span.text


def test_a_megabyte_in_one_comment(tagger: Tagger) -> None:
    long = "Jonotin puhelimessa tunnin ja neuvoja oli tyly. " * 22_000
    assert len(long) > 1_000_000
    assert tagger.tag(long).themes["reachability"].polarity == "negative"
    assert tagger.tag("x" * 1_000_000).abstained is None
    assert tagger.tag("ä" * 1_000_000).language == "und"


def test_a_tag_as_fields_of_jsonl(tagger: Tagger) -> None:
    fields = tagger.tag("Nopeaa toimintaa!").to_dict()
    assert list(fields) == [
        "sentiment",
        "sentiment_score",
        "themes",
        "probabilities",
        "types",
        "evidence",
        "language",
        "abstained",
    ]
    assert fields["themes"] == {"speed": "positive"}
    assert list(fields["evidence"][0]) == ["theme", "polarity", "start", "end", "text", "weight"]


@pytest.fixture(params=["pandas", "polars"])
def frame(request: pytest.FixtureRequest) -> pd.DataFrame | pl.DataFrame:
    columns = {"nro": [7, 8, 9], "kommentti": ["Nopeaa toimintaa!", None, "Sovellus kaatuu"]}
    if request.param == "pandas":
        return pd.DataFrame(columns, index=[30, 20, 10])
    return pl.DataFrame(columns)


def test_a_frame_comes_back_as_its_kind_with_the_tags_last(tagger: Tagger, frame: pd.DataFrame | pl.DataFrame) -> None:
    tagged = tagger.tag_frame(frame, text="kommentti")
    assert type(tagged) is type(frame)
    assert list(tagged.columns) == ["nro", "kommentti", *tagger.flat_columns()]
    assert list(tagged["nro"]) == [7, 8, 9]
    assert list(tagged["themes"]) == ["speed:positive", "", "digital:negative"]
    assert tagged["theme_speed"].to_list()[0] == "positive"
    assert tagged["probability_digital"].dtype in (pl.Float64, np.dtype("float64"))
    assert tagged["abstained"].to_list()[1] == "empty"
    if isinstance(frame, pd.DataFrame):
        assert list(tagged.index) == [30, 20, 10]
        assert list(frame.columns) == ["nro", "kommentti"]


def test_a_frame_without_the_column_names_those_it_has(tagger: Tagger, frame: pl.DataFrame) -> None:
    with pytest.raises(ColumnError, match="no column 'palaute'; the columns are: 'nro', 'kommentti'"):
        tagger.tag_frame(frame, text="palaute")


def test_a_number_in_the_text_column_names_its_row(tagger: Tagger) -> None:
    with pytest.raises(CommentError, match="row 1 of column 'k' is int, not text"):
        tagger.tag_frame(pd.DataFrame({"k": ["hyvä", 5]}), text="k")


def test_a_taken_name_asks_for_a_prefix(tagger: Tagger) -> None:
    frame = pl.DataFrame({"text": ["Nopea"], "themes": ["vanha"]})
    with pytest.raises(ColumnError, match="has 'themes' already; name the new columns with --prefix"):
        tagger.tag_frame(frame, text="text")
    tagged = tagger.tag_frame(frame, text="text", prefix="ft_")
    assert tagged["themes"].to_list() == ["vanha"]
    assert tagged["ft_themes"].to_list() == ["speed:positive"]


def test_an_empty_frame_gets_its_columns(tagger: Tagger) -> None:
    tagged = tagger.tag_frame(pl.DataFrame({"text": []}, schema={"text": pl.String}), text="text")
    assert tagged.height == 0
    assert tagged.columns == ["text", *tagger.flat_columns()]


def test_every_naughty_string_gets_a_tag(tagger: Tagger, shared: Path) -> None:
    strings = json.loads((shared / "hostile/blns.json").read_text(encoding="utf-8"))
    assert len(tagger.tag_many(strings)) == len(strings) > 500
