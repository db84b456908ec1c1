"""Finnish customer feedback -> themes with polarity, sentiment, types and their evidence.

Names are imported when first used, so that ``import feedbacktext`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedbacktext.codebook import Codebook as Codebook
    from feedbacktext.errors import FeedbackTextError as FeedbackTextError
    from feedbacktext.finnish.lexicon import Lexicon as Lexicon
    from feedbacktext.records import Evidence as Evidence
    from feedbacktext.records import Tag as Tag
    from feedbacktext.records import ThemeTag as ThemeTag
    from feedbacktext.tagging import Tagger as Tagger
    from feedbacktext.tagging import load as load

__version__ = "0.1.0"

_HOME = {
    "Codebook": "feedbacktext.codebook",
    "Evidence": "feedbacktext.records",
    "FeedbackTextError": "feedbacktext.errors",
    "Lexicon": "feedbacktext.finnish.lexicon",
    "Tag": "feedbacktext.records",
    "Tagger": "feedbacktext.tagging",
    "ThemeTag": "feedbacktext.records",
    "load": "feedbacktext.tagging",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'feedbacktext' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
