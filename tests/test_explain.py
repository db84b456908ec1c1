"""How a comment was read can be seen, in a notebook and on a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from feedbacktext import Tagger
from feedbacktext.cli.explained import show_explanation
from feedbacktext.records import Evidence
from feedbacktext.underline import underline

COMMENT = "Puhelimessa ei vastattu tuntiin, mutta konttorilla neuvoja oli ystävällinen ja osasi asiansa."


def test_words_and_base_sum_to_each_score(tagger: Tagger) -> None:
    explanation = tagger.explain(COMMENT)
    assert len(explanation.tag.themes) >= 2
    for theme in explanation.tag.themes:
        summed = explanation.base[theme] + sum(word.adds[theme] for word in explanation.words)
        assert summed == pytest.approx(explanation.scores[theme], abs=1e-3)


def test_words_are_told_with_lemma_clause_and_negation(tagger: Tagger) -> None:
    words = {word.text: word for word in tagger.explain("Ei vastannu kukaan, mutta neuvoja oli mukava.").words}
    assert words["vastannu"].standard == "vastannut"
    assert words["vastannu"].negated
    assert not words["mukava"].negated
    assert words["Ei"].clause == 0
    assert words["mukava"].clause == 1
    assert words["oli"].lemma == "olla"


@pytest.mark.parametrize("comment", ["", "  ", "!!", "😀", "Great service"], ids=repr)
def test_what_has_no_themes_is_explained_too(tagger: Tagger, comment: str) -> None:
    explanation = tagger.explain(comment)
    assert explanation.tag.comment == comment
    assert "".join(word.text for word in explanation.words) == "".join(comment.split())
    assert explanation._repr_html_()


def test_the_terminal_shows_the_comment_its_words_and_its_scores(tagger: Tagger) -> None:
    screen = Console(record=True, width=160, force_terminal=False)
    with screen.capture() as capture:
        show_explanation(tagger.explain(COMMENT), screen)
    shown = capture.get()
    assert shown.startswith(COMMENT)
    for expected in ("friendliness: positive", "ystävällinen", "negated", "(base)", "score"):
        assert expected in shown


def test_a_tag_is_shown_in_a_notebook_with_its_evidence_underlined(tagger: Tagger) -> None:
    html = tagger.tag(COMMENT)._repr_html_()
    assert re.search(r'<u style="[^"]*" title="[^"]*friendliness: positive[^"]*">[^<]*ystävällinen', html)


def test_html_of_a_comment_is_escaped(tagger: Tagger) -> None:
    comment = '<script>alert("x")</script> ystävällinen & <b>mukava</b> palvelu'
    for html in (tagger.tag(comment)._repr_html_(), tagger.explain(comment)._repr_html_()):
        assert "<script" not in html
        assert "<b>" not in html


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4))
@settings(max_examples=100, deadline=None)
def test_underlining_loses_nothing(text: str, places: list[tuple[int, int]]) -> None:
    spans = [
        Evidence("a", "positive", min(pair), max(pair), text[min(pair) : max(pair)], 1.0)
        for pair in places
        if min(pair) < max(pair) <= len(text)
    ]
    html = underline(text, spans)
    plain = re.sub(r"<[^>]*>", lambda tag: "\n" if tag[0] == "<br>" else "", html)
    for escaped, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        plain = plain.replace(escaped, sign)
    assert plain == text
