from __future__ import annotations

import os
from pathlib import Path

import pytest

import feedbacktext
from feedbacktext.codebook import Codebook
from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.tagging import Tagger

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "data/samples/bank-fi"


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return feedbacktext.load()


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon()


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return Codebook.from_toml(CORPUS / "codebook.toml")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of outside data that is not part of the project."""
    folder = Path(os.environ.get("FEEDBACKTEXT_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no outside data at {folder}; set FEEDBACKTEXT_DATA to its folder")
    return folder
