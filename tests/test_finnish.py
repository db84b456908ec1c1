from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbacktext.features.reading import FormTable, read
from feedbacktext.finnish.analysis import Analysis
from feedbacktext.finnish.language import find_language
from feedbacktext.finnish.lexicon import Lexicon, normalize, roles
from feedbacktext.finnish.spoken import standard_forms
from feedbacktext.finnish.tokens import tokenize

from .conftest import ROOT


class Counting:
    """An analyzer that knows no word and counts what it is asked."""

    backend = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def analyze(self, form: str) -> tuple[Analysis, ...]:
        self.asked.append(form)
        return ()

    def versions(self) -> dict[str, str]:
        return {}


@pytest.mark.parametrize(
    ("comment", "tokens"),
    [
        ("Ei toimi!!!", ["Ei", "toimi", "!!!"]),
        ("OP:n e-lasku, 3,5 %", ["OP:n", "e-lasku", ",", "3,5", "%"]),
        ("hyvä:)", ["hyvä", ":)"]),
        ("👍🏽 kiitos ❤️", ["👍🏽", "kiitos", "❤️"]),
        ("Ja\u0308rjestelma\u0308", ["Ja\u0308rjestelma\u0308"]),
        ("a\r\nb", ["a", "\n", "b"]),
        ("http://x.fi/a?b=1 ok", ["http://x.fi/a?b=1", "ok"]),
        ("  \t ", []),
        ("\ud800\0", ["\ud800", "\0"]),
    ],
)
def test_tokens(comment: str, tokens: list[str]) -> None:
    assert [token.text for token in tokenize(comment)] == tokens


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_tokens_are_slices_of_the_comment_in_order(comment: str) -> None:
    end = 0
    for token in tokenize(comment):
        assert token.start >= end
        assert comment[token.start : token.end] == token.text != ""
        assert comment[end : token.start].strip() == ""
        end = token.end
    assert comment[end:].strip() == ""


def test_a_form_is_analyzed_once() -> None:
    voikko = Counting()
    lexicon = Lexicon(voikko)
    for form in ("Konttori", "konttori", "KONTTORI", "konttori"):
        assert lexicon[form].form == "konttori"
    assert voikko.asked.count("konttori") == 1
    assert len(lexicon) == 1
    assert list(lexicon) == ["konttori"]
    assert "KONTTORI" in lexicon
    assert "muu" not in lexicon


@pytest.mark.parametrize(
    ("form", "standard"),
    [
        ("mä", "minä"),
        ("oon", "olen"),
        ("ku", "kun"),
        ("saanu", "saanut"),
        ("vastannu", "vastannut"),
        ("huonoo", "huonoa"),
        ("nopeempi", "nopeampi"),
        ("puhelimes", "puhelimessa"),
        ("tiskil", "tiskillä"),
        ("saiks", "saiko"),
        ("hoitu", "hoitui"),
        ("kirjottaa", "kirjoittaa"),
        ("kahessa", "kahdessa"),
        ("meirän", "meidän"),
        ("kolome", "kolme"),
        ("palavelu", "palvelu"),
        ("mittään", "mitään"),
        ("ystavallinen", "ystävällinen"),
        ("kasittely", "käsittely"),
        ("hyväääää", "hyvää"),
        ("kirjottanu", "kirjoittanut"),
    ],
)
def test_spoken_and_misspelled_forms_reach_the_standard(lexicon: Lexicon, form: str, standard: str) -> None:
    assert lexicon[form].standard == standard
    assert lexicon[form].lemmas == lexicon[standard].lemmas
    assert lexicon[form].form == form


@pytest.mark.parametrize("form", ["nopea", "kuusi", "nordealla", "face", "inte", "x2", "qwrty", "zz", "ö" * 50])
def test_what_is_a_word_or_like_none_is_left_alone(lexicon: Lexicon, form: str) -> None:
    assert lexicon[form].standard == form


@given(st.text(max_size=60))
def test_any_form_has_few_candidates(form: str) -> None:
    assert sum(1 for _ in standard_forms(normalize(form))) < 4000


def test_decomposed_and_composed_umlauts_are_one_form(lexicon: Lexicon) -> None:
    assert lexicon["a\u0308a\u0308ni"] == lexicon["ääni"]


def test_the_lexicon_is_bounded() -> None:
    lexicon = Lexicon(Counting(), max_forms=100)
    for number in range(1000):
        lexicon[f"sana{chr(97 + number % 26)}{number}"]
        assert len(lexicon) <= 100
    assert not lexicon["x" * 100_000].known
    assert "x" * 100_000 not in lexicon


def test_a_bound_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        Lexicon(max_forms=0)


def test_signs_and_numbers_are_not_asked_of_voikko() -> None:
    voikko = Counting()
    lexicon = Lexicon(voikko)
    for token in ("!!", "3,5", "😀", "\n", "\ud800"):
        assert not lexicon[token].known
    assert voikko.asked == []


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("toimimaton", "toimimaton"),
        ("tuli", "tulla"),
        ("voi", "voida"),
        ("ei", "ei"),
        ("eikä", "ei"),
        ("pankista", "pankki"),
        ("jonottamatta", "jonottaa"),
        ("ystävällistä", "ystävällinen"),
    ],
)
def test_likeliest_lemma(lexicon: Lexicon, form: str, lemma: str) -> None:
    assert lexicon[form].lemma == lemma


def test_a_participle_reaches_its_verb(lexicon: Lexicon) -> None:
    assert "vastata" in lexicon["vastannut"].lemmas


def clauses_of(comment: str, lexicon: Lexicon) -> list[str]:
    reading = read([comment], FormTable(lexicon))
    words = [token.text for token in tokenize(comment)]
    cut: dict[int, list[str]] = {}
    for word, clause in zip(words, reading.clauses.clause.tolist(), strict=True):
        cut.setdefault(clause, []).append(word)
    return [" ".join(words) for words in cut.values()]


@pytest.mark.parametrize(
    ("comment", "clauses"),
    [
        ("Kallis mutta hyvä.", ["Kallis", "mutta hyvä ."]),
        ("Neuvoja oli mukava, jono pitkä", ["Neuvoja oli mukava ,", "jono pitkä"]),
        ("Ei vastattu eikä soitettu", ["Ei vastattu", "eikä soitettu"]),
        ("Hyvä!!! :) Kiitos", ["Hyvä !!! :)", "Kiitos"]),
        ("... no joo", ["... no joo"]),
        ("?!", ["?!"]),
        ("hidas\nkallis", ["hidas \n", "kallis"]),
    ],
)
def test_clauses(lexicon: Lexicon, comment: str, clauses: list[str]) -> None:
    assert clauses_of(comment, lexicon) == clauses


@pytest.mark.parametrize(
    ("comment", "negated"),
    [
        ("Kukaan ei vastannut", ["vastannut"]),
        ("Ei vastattu, hyvä silti", ["vastattu"]),
        ("Mukava muttei osannut mitään", ["osannut", "mitään"]),
        ("Hoitui ilman jonoa", ["jonoa"]),
        ("En saanut. Sain myöhemmin", ["saanut"]),
    ],
)
def test_negation_ends_with_its_clause(lexicon: Lexicon, comment: str, negated: list[str]) -> None:
    reading = read([comment], FormTable(lexicon))
    words = [token.text for token in tokenize(comment)]
    assert [word for word, under in zip(words, reading.clauses.negated, strict=True) if under] == negated


@given(st.lists(st.text(alphabet=" \n.,ei mutta!😀a", max_size=30), max_size=6))
@settings(max_examples=200, deadline=None)
def test_many_comments_are_cut_as_one_by_one(comments: list[str]) -> None:
    table = FormTable(Lexicon(Counting()))
    together = read(comments, table)
    first = 0
    for at, comment in enumerate(comments):
        alone = read([comment], table)
        where = together.tokens_of(at)
        clause = together.clauses.clause[where]
        np.testing.assert_array_equal(clause - first, alone.clauses.clause)
        np.testing.assert_array_equal(together.clauses.negated[where], alone.clauses.negated)
        first += len(alone.clauses.comment)
    assert len(together.clauses.comment) == first


def test_rows_of_a_form_table_are_in_the_order_of_the_text() -> None:
    table = FormTable(Lexicon(Counting()))
    forms = [f"sana{letter}" for letter in "qwertyuiopasdfghjkl"]
    assert table.rows([*forms, *reversed(forms)]).tolist() == [*range(19), *reversed(range(19))]


def test_tables_of_exceptions_are_sorted_and_unique() -> None:
    for path in sorted((ROOT / "src/feedbacktext/finnish/data").glob("*.tsv")):
        rows = path.read_text(encoding="utf-8").splitlines()[1:]
        assert rows == sorted(set(rows)), path
        columns = len(path.read_text(encoding="utf-8").splitlines()[0].split("\t"))
        assert all(len(row.split("\t")) == columns for row in rows), path
    assert set(roles().values()) == {"break", "contrast", "negator", "opening_negator"}


@pytest.mark.parametrize(
    ("comment", "language"),
    [
        ("Tack för hjälpen, det gick snabbt", "sv"),
        ("Nobody answered the phone for an hour", "en"),
        ("mä en niinku tajuu yhtää", "fi"),
        ("Банк работает плохо сегодня", "und"),
        ("ok", "und"),
    ],
)
def test_language_of_what_voikko_does_not_know(comment: str, language: str) -> None:
    assert find_language(comment, words=len(comment.split()), known=0) == language
