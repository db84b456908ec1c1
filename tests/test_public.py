from __future__ import annotations

import subprocess
import sys

import pytest

import feedbacktext


def test_public_names_are_these() -> None:
    assert feedbacktext.__all__ == [
        "Codebook",
        "Evidence",
        "FeedbackTextError",
        "Lexicon",
        "Tag",
        "Tagger",
        "ThemeTag",
        "load",
    ]
    for name in feedbacktext.__all__:
        assert getattr(feedbacktext, name).__doc__


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'tagg'"):
        _ = feedbacktext.tagg


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_is_light() -> None:
    loaded = run("import sys, feedbacktext; print(*sys.modules)").split()
    for heavy in ("spacy", "libvoikko", "pyvoikko", "sklearn", "numpy", "polars"):
        assert heavy not in loaded


def test_tagging_needs_neither_scikit_learn_nor_spacy() -> None:
    loaded = run("import sys, feedbacktext; feedbacktext.load().tag('Hyvä palvelu'); print(*sys.modules)").split()
    assert "numpy" in loaded
    for heavy in ("spacy", "sklearn", "polars", "joblib"):
        assert heavy not in loaded
