"""Every error the library raises, as one tree.

::

    FeedbackTextError
    ├── InputError            what came in cannot be used; names the place and the remedy
    │   ├── CommentError      a comment is not text
    │   ├── ColumnError       a column is missing, doubled or taken
    │   ├── FileFormatError   a file cannot be read or written as what its suffix says
    │   └── LabelError        a labelled record does not fit the codebook
    ├── CodebookError         a codebook is not valid
    ├── VoikkoError           Voikko, or a part of it, is missing or too old
    └── ModelError            a model folder is missing, changed or from another version
"""

from __future__ import annotations


class FeedbackTextError(Exception):
    """Base of all errors of this library."""


class InputError(FeedbackTextError, ValueError):
    """What came in cannot be used."""


class CommentError(InputError, TypeError):
    """A comment is not text."""


class ColumnError(InputError):
    """A column is missing, doubled or its name is taken."""


class FileFormatError(InputError):
    """A file cannot be read or written as what its suffix says."""


class LabelError(InputError):
    """A labelled record does not fit the codebook."""


class CodebookError(FeedbackTextError, ValueError):
    """A codebook is not valid."""


class VoikkoError(FeedbackTextError, RuntimeError):
    """Voikko, or a part of it, is missing or too old."""


class ModelError(FeedbackTextError, RuntimeError):
    """A model folder is missing, changed or from another version."""
