"""TOML -> Codebook: the themes and types that a model can give, with their Finnish titles."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from feedbacktext.errors import CodebookError

POLARITIES = ("negative", "neutral", "positive")
_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme: what it is about, what it is not about, and words that show it."""

    id: str
    title: str
    definition: str = ""
    excludes: str = ""
    cues: tuple[str, ...] = ()
    parent: str | None = None
    examples: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FeedbackType:
    """One type of feedback, such as thanks or a wish to be contacted.

    Where one that is missed costs more than one too many, ``least_recall`` (0 to 1) is the share that is to be found
    when the threshold is chosen; without it, the threshold with the best F1 is.
    """

    id: str
    title: str
    definition: str = ""
    least_recall: float | None = None


@dataclass(frozen=True)
class Codebook:
    """The themes and feedback types of one organization.

    Examples
    --------
    >>> codebook = Codebook.from_dict({
    ...     "name": "kahvila",
    ...     "themes": [{"id": "coffee", "title": "kahvi"}, {"id": "price", "title": "hinta"}],
    ... })
    >>> codebook.theme_ids
    ('coffee', 'price')

    An id stands once:

    >>> Codebook.from_dict({"name": "kahvila", "themes": [
    ...     {"id": "coffee", "title": "kahvi"}, {"id": "coffee", "title": "tee"}]})
    Traceback (most recent call last):
        ...
    feedbacktext.errors.CodebookError: kahvila: id 'coffee' stands twice; give each theme its own
    """

    name: str
    language: str
    themes: tuple[Theme, ...]
    types: tuple[FeedbackType, ...]

    @cached_property
    def theme_ids(self) -> tuple[str, ...]:
        """Theme ids in the order of the codebook."""
        return tuple(theme.id for theme in self.themes)

    @cached_property
    def type_ids(self) -> tuple[str, ...]:
        """Type ids in the order of the codebook."""
        return tuple(kind.id for kind in self.types)

    @classmethod
    def from_toml(cls, path: str | Path) -> Codebook:
        """Read a codebook from a TOML file."""
        path = Path(path)
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CodebookError(f"{path}: cannot be read ({error.strerror})") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CodebookError(f"{path}: is not valid TOML in UTF-8: {error}") from None
        return cls.from_dict(content, place=str(path))

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], *, place: str | None = None) -> Codebook:
        """Check the content of a codebook and return it."""
        name = content.get("name")
        if not isinstance(name, str) or not name:
            raise CodebookError(f'{place or "codebook"}: needs a name, such as name = "bank-fi"')
        place = place or name
        themes = tuple(_theme(row, place) for row in _rows(content, "themes", place))
        types = tuple(
            FeedbackType(*_id_and_title(row, place), str(row.get("definition", "")), _least_recall(row, place))
            for row in _rows(content, "types", place)
        )
        if not themes:
            raise CodebookError(f"{place}: has no themes; write at least one [[themes]]")
        for ids in ([theme.id for theme in themes], [kind.id for kind in types]):
            for id_ in ids:
                if ids.count(id_) > 1:
                    raise CodebookError(f"{place}: id {id_!r} stands twice; give each theme its own")
        _check_parents(themes, place)
        return cls(name, str(content.get("language", "fi")), themes, types)


def _rows(content: Mapping[str, Any], key: str, place: str) -> Sequence[Mapping[str, Any]]:
    rows = content.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CodebookError(f"{place}: {key} must be tables, each written as [[{key}]]")
    return rows


def _id_and_title(row: Mapping[str, Any], place: str) -> tuple[str, str]:
    id_, title = row.get("id"), row.get("title")
    if not isinstance(id_, str) or not _ID.fullmatch(id_):
        raise CodebookError(f"{place}: id {id_!r} must be a lower-case word of a-z, 0-9 and _, such as 'speed'")
    if not isinstance(title, str) or not title:
        raise CodebookError(f'{place}: {id_} needs a title, such as title = "nopeus"')
    return id_, title


def _least_recall(row: Mapping[str, Any], place: str) -> float | None:
    share = row.get("least_recall")
    if share is None or (isinstance(share, int | float) and 0 <= share <= 1):
        return share
    raise CodebookError(f"{place}: least_recall of {row['id']!r} must be a number from 0 to 1, not {share!r}")


def _theme(row: Mapping[str, Any], place: str) -> Theme:
    id_, title = _id_and_title(row, place)
    return Theme(
        id_,
        title,
        definition=str(row.get("definition", "")),
        excludes=str(row.get("not", "")),
        cues=tuple(row.get("cues", ())),
        parent=row.get("parent"),
        examples=tuple(row.get("examples", ())),
    )


def _check_parents(themes: Sequence[Theme], place: str) -> None:
    parents = {theme.id: theme.parent for theme in themes}
    for theme in themes:
        seen = {theme.id}
        parent = theme.parent
        while parent is not None and parent in parents:
            if parent in seen:
                raise CodebookError(f"{place}: the parents of {theme.id!r} go in a circle")
            seen.add(parent)
            parent = parents[parent]
