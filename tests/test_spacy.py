from __future__ import annotations

import pytest
import spacy

from feedbacktext.errors import VoikkoError

COMMENT = "Puhelinjonossa ei vastattu, mutta neuvoja oli mukava!"


def test_voikko_fills_lemma_pos_morph_and_parts() -> None:
    nlp = spacy.blank("fi")
    nlp.add_pipe("voikko")
    doc = nlp(COMMENT)
    tokens = {token.text: token for token in doc}
    assert [(part.start, part.end, part.lemma) for part in tokens["Puhelinjonossa"]._.parts] == [
        (0, 7, "puhelin"),
        (7, 14, "jono"),
    ]
    assert tokens["Puhelinjonossa"].lemma_ == "puhelinjono"
    assert (tokens["ei"].pos_, tokens["ei"].lemma_) == ("AUX", "ei")
    assert tokens["ei"].morph.get("Polarity") == ["Neg"]
    assert (tokens["mutta"].pos_, tokens["!"].pos_, tokens["oli"].pos_) == ("CCONJ", "PUNCT", "AUX")
    assert tokens["neuvoja"]._.parts == ()


def test_feedbacktext_fills_cats_spans_and_feedback() -> None:
    nlp = spacy.blank("fi")
    nlp.add_pipe("feedbacktext")
    doc = nlp(COMMENT)
    tag = doc._.feedback
    assert {theme: found.polarity for theme, found in tag.themes.items()} == {
        "reachability": "negative",
        "friendliness": "positive",
    }
    assert doc.cats == tag.probabilities
    spans = doc.spans["themes"]
    assert {(span.label_, span.kb_id_) for span in spans} == {
        ("reachability", "negative"),
        ("friendliness", "positive"),
    }
    for span in spans:
        assert span.text in COMMENT


def test_a_pipe_is_as_one_by_one_and_is_read_back_from_disk(tmp_path: object) -> None:
    nlp = spacy.blank("fi")
    nlp.add_pipe("voikko")
    nlp.add_pipe("feedbacktext")
    texts = [COMMENT, "", "Nopeaa toimintaa 😀", "Sovellus kaatuu"]
    wanted = [nlp(text)._.feedback for text in texts]
    assert [doc._.feedback for doc in nlp.pipe(texts, batch_size=3)] == wanted
    nlp.to_disk(str(tmp_path))
    again = spacy.load(str(tmp_path))
    assert again.pipe_names == ["voikko", "feedbacktext"]
    assert [doc._.feedback for doc in again.pipe(texts)] == wanted


def test_lemmas_are_those_of_the_sentence_and_a_pipe_is_as_one_by_one() -> None:
    nlp = spacy.blank("fi")
    nlp.add_pipe("voikko")
    texts = [
        "Kukaan ei vastannut.",
        "",
        "   ",
        "Takassa paloi iso tuli 😀",
        "Hän tuli kotiin. Jono oli pitkä!",
        COMMENT,
    ]
    alone = [[(token.lemma_, token.pos_, str(token.morph)) for token in nlp(text)] for text in texts]
    piped = [[(token.lemma_, token.pos_, str(token.morph)) for token in doc] for doc in nlp.pipe(texts, batch_size=4)]
    assert piped == alone
    assert [lemma for lemma, _pos, _morph in alone[0]] == ["kukaan", "ei", "vastata", "."]
    assert alone[3][3][:2] == ("tuli", "NOUN")
    assert alone[4][1][:2] == ("tulla", "VERB")


def test_lemmas_in_the_style_of_ftb() -> None:
    nlp = spacy.blank("fi")
    nlp.add_pipe("voikko", config={"style": "ftb"})
    assert [token.lemma_ for token in nlp("Ostin niitä")] == ["ostaa", "ne"]


def test_the_pure_voikko_gives_the_same_lemmas() -> None:
    lemmas = []
    for backend in ("libvoikko", "pyvoikko"):
        nlp = spacy.blank("fi")
        try:
            nlp.add_pipe("voikko", config={"backend": backend})
        except VoikkoError:
            pytest.skip(f"{backend} is not installed")
        lemmas.append([(token.lemma_, token.pos_) for token in nlp(COMMENT)])
    assert lemmas[0] == lemmas[1]
