from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.finnish.ud_candidates import MAX_READINGS, ud_readings
from feedbacktext.finnish.ud_choice import WIDTH, UdChooser
from feedbacktext.finnish.ud_features import EDGE, OFFSETS, Kind, pair_features
from feedbacktext.finnish.ud_sentences import find_sentences, sentence_flags
from feedbacktext.finnish.ud_weights import fold_pairs, load_weights
from feedbacktext.finnish.ud_words import hand_made, packaged

from .conftest import ROOT


@pytest.fixture(scope="module")
def chooser(lexicon: Lexicon) -> UdChooser:
    return UdChooser(lexicon)


def read(chooser: UdChooser, text: str) -> dict[str, tuple[str, str]]:
    tokens = text.split()
    return {token: (reading.lemma, reading.pos) for token, reading in zip(tokens, chooser.choose(tokens), strict=True)}


@pytest.mark.parametrize(
    ("text", "form", "lemma", "pos"),
    [
        ("Kukaan ei vastannut .", "vastannut", "vastata", "VERB"),
        ("Kukaan ei vastannut .", "ei", "ei", "AUX"),
        ("Ajan varaaminen verkossa on helppoa .", "varaaminen", "varaaminen", "NOUN"),
        ("Neuvojan tavoittamisesta ei tullut mitään .", "tavoittamisesta", "tavoittaminen", "NOUN"),
        ("Asia hoitui nopeasti .", "nopeasti", "nopeasti", "ADV"),
        ("Asia hoitui nopeammin kuin ennen .", "nopeammin", "nopeasti", "ADV"),
        ("Menin sinne eilen .", "sinne", "sinne", "ADV"),
        ("Meillä on hyvä pankki .", "Meillä", "minä", "PRON"),
        ("Heidän palvelunsa on hyvä .", "Heidän", "hän", "PRON"),
        ("Puhuin siitä Nordean kanssa .", "kanssa", "kanssa", "ADP"),
        ("Toisessa konttorissa oli parempi palvelu .", "parempi", "hyvä", "ADJ"),
        ("Soitin kolmannen kerran .", "kolmannen", "kolmas", "ADJ"),
        ("Kävin Helsingissä eilen .", "Helsingissä", "Helsinki", "PROPN"),
        ("Muutos on EU:n vika .", "EU:n", "EU", "PROPN"),
        ("Odotin 20 minuuttia .", "20", "20", "NUM"),
        ("Käytiin yhdessä markkinoilla .", "markkinoilla", "markkinat", "NOUN"),
        ("Se , että jono seisoi , harmitti .", "että", "että", "SCONJ"),
        ("Jono ja odotus .", "ja", "ja", "CCONJ"),
        ("mä en tiedä", "mä", "minä", "PRON"),
    ],
    ids=lambda value: value if " " not in value else "",
)
def test_lemma_and_part_of_speech_in_ud(chooser: UdChooser, text: str, form: str, lemma: str, pos: str) -> None:
    assert read(chooser, text)[form] == (lemma, pos)


@pytest.mark.parametrize(
    ("text", "form", "lemma"),
    [
        ("Hän tuli kotiin .", "tuli", "tulla"),
        ("Takassa paloi iso tuli .", "tuli", "tuli"),
        ("Tiedän , että hän voi auttaa .", "voi", "voida"),
        ("Ystäväni puhuu minun kanssani .", "kanssani", "kanssa"),
    ],
)
def test_the_neighbours_choose_between_two_lemmas(chooser: UdChooser, text: str, form: str, lemma: str) -> None:
    assert read(chooser, text)[form][0] == lemma


def test_words_unknown_to_voikko_are_read_by_their_tail_or_their_ending(chooser: UdChooser) -> None:
    assert read(chooser, "Avasin sometilin .")["sometilin"] == ("sometili", "NOUN")
    assert read(chooser, "Puhuin eilen Grisayn kanssa .")["Grisayn"] == ("Grisay", "PROPN")


def test_the_style_of_ftb_keeps_what_ftb_keeps(lexicon: Lexicon) -> None:
    ftb = UdChooser(lexicon, weights=load_weights("ftb"))
    tdt = UdChooser(lexicon)
    tokens = ["Ostin", "niitä", "."]
    assert [reading.lemma for reading in ftb.choose(tokens)] == ["ostaa", "ne", "."]
    assert [reading.lemma for reading in tdt.choose(tokens)] == ["ostaa", "se", "."]


def test_many_texts_are_read_as_one_by_one(lexicon: Lexicon) -> None:
    texts = ["Tuli sammui .", "", "Hän tuli . Tuli sammui", "!", "Ei", "tuli"]
    one = UdChooser(lexicon)
    alone = [one.choose(text.split()) for text in texts]
    assert UdChooser(lexicon).choose_many([text.split() for text in texts]) == alone


def test_a_full_stop_divides_a_text_as_two_texts_would(chooser: UdChooser) -> None:
    first, second = ["Takassa", "paloi", "tuli", "."], ["Hän", "tuli", "kotiin", "."]
    assert chooser.choose(first + second) == chooser.choose(first) + chooser.choose(second)


def test_the_features_see_what_they_saw(lexicon: Lexicon) -> None:
    before = lexicon["vastannut"]
    assert (before.lemma, before.lemmas, before.parts) == ("vastannut", ("vastannut", "vastata"), ())
    UdChooser(lexicon).choose(["ei", "vastannut"])
    assert lexicon["vastannut"] is before


def test_threads_read_alike(lexicon: Lexicon) -> None:
    texts = [[f"{word}{number}", "tuli", "kotiin"] for number in range(60) for word in ("talo", "Puhe", "auton")]
    wanted = UdChooser(lexicon).choose_many(texts)
    shared = UdChooser(lexicon)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(shared.choose, texts)) == wanted


def test_the_forms_held_are_bounded(lexicon: Lexicon) -> None:
    chooser = UdChooser(lexicon, max_forms=50)
    for number in range(400):
        chooser.choose([f"Sana{chr(97 + number % 26)}{number}", "x" * 1000 + str(number)])
        assert len(chooser.readings) <= WIDTH * 60
    assert chooser.generation > 1


def test_a_bound_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        UdChooser(max_forms=0)


@given(st.lists(st.text(min_size=1, max_size=40), max_size=8))
@settings(max_examples=300, deadline=None)
def test_no_token_makes_it_raise(tokens: list[str]) -> None:
    readings = UNBOUND.choose(tokens)
    assert len(readings) == len(tokens)
    assert all(reading.pos for reading in readings)


UNBOUND = UdChooser(Lexicon())


@pytest.mark.parametrize("token", ["a" * 100_000, "1" * 100_000 + "a", "a:" * 50_000, "-" * 100_000, "1/A" * 30_000])
def test_a_long_token_takes_no_longer_than_its_length(token: str) -> None:
    assert UNBOUND.choose([token])[0].lemma.lower() == token.lower()


@pytest.mark.parametrize("form", ["tulee", "sometileillä", "xyz", "1.", "Kuusi", "-"])
def test_every_form_has_a_reading(lexicon: Lexicon, form: str) -> None:
    readings = ud_readings(form, lexicon, packaged())
    assert 1 <= len(readings) <= MAX_READINGS
    assert len({(reading.lemma, reading.pos, reading.morph) for reading in readings}) == len(readings)


def test_pairs_are_folded_as_their_features_add_up() -> None:
    kinds = (
        EDGE,
        Kind("NOUN", "NOUN.Gen", "NOUN.Gen.Sing"),
        Kind("ADJ", "ADJ.Gen", "ADJ.Gen.Sing"),
        Kind("ADP", "ADP", "ADP", "kanssa"),
        Kind("AUX", "AUX.3S", "AUX.3S.Ind.Pres", "on"),
    )
    names = {
        name for offset in OFFSETS for kind in kinds for other in kinds for name in pair_features(kind, other, offset)
    }
    weights = {name: float(at % 7 - 3) for at, name in enumerate(sorted(names))}
    folded = fold_pairs(weights, kinds)
    for at, offset in enumerate(OFFSETS):
        for own, kind in enumerate(kinds):
            for near, other in enumerate(kinds):
                wanted = sum(weights[name] for name in pair_features(kind, other, offset))
                assert folded[at, near, own] == pytest.approx(wanted), (offset, kind, other)


def test_sentences_begin_behind_their_ends_and_quotes() -> None:
    tokens = ["”", "Tule", ".", "”", "Hän", "sanoi", ":", "Mene", "!", "Niin"]
    flags = np.array([sentence_flags(token) for token in tokens], dtype=np.uint8)
    first = np.zeros(len(tokens), dtype=bool)
    first[0] = True
    starts, sentence = find_sentences(flags, first)
    assert [token for token, begins in zip(tokens, starts.tolist(), strict=True) if begins] == [
        "”",
        "Tule",
        "”",
        "Hän",
        "Mene",
        "Niin",
    ]
    assert sentence.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1, 2]


def test_what_is_learnt_is_small_and_holds_no_sentences() -> None:
    learnt = sorted((ROOT / "src/feedbacktext/finnish/data").glob("ud_*"))
    assert [path.name for path in learnt] == [
        "ud_learnt_ftb.tsv",
        "ud_learnt_tdt.tsv",
        "ud_plurals.tsv",
        "ud_weights.npz",
        "ud_words.tsv",
    ]
    assert sum(path.stat().st_size for path in learnt) < 300_000
    assert not any(" " in form for rows in packaged().learnt.values() for form in rows)


def test_hand_made_rows_have_parts_of_speech_of_ud() -> None:
    known = {"ADJ", "ADP", "ADV", "AUX", "CCONJ", "INTJ", "NOUN", "NUM", "PRON", "PROPN", "SCONJ", "VERB"}
    assert {pos for pairs in hand_made().forms.values() for _lemma, pos in pairs} <= known
    assert {pos for classes in hand_made().lemmas.values() for pos in classes} <= known
