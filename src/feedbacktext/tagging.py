"""Comments -> Tags: one, many, or a frame of them."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from feedbacktext.errors import ColumnError, CommentError, ModelError
from feedbacktext.explain import Explanation, explain
from feedbacktext.features.reading import MAX_FORMS, FormTable, Reading, read
from feedbacktext.finnish.clauses import HAS_LETTERS, IS_KNOWN
from feedbacktext.finnish.language import find_language
from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.finnish.voikko import Backend, open_voikko
from feedbacktext.model.decide import POLARITY_NAMES, SENTIMENTS, Decisions, decide
from feedbacktext.model.evidence import find_evidence
from feedbacktext.model.folder import FeedbackModel, load_folder, read_golden
from feedbacktext.model.network import FormRows
from feedbacktext.records import Abstention, Evidence, Tag, ThemeTag

logger = logging.getLogger(__name__)

#: Comments read and scored at once: enough for numpy to pay, little enough to stay in cache.
BATCH = 1024


def load(name: str | Path = "bank-fi", *, voikko: Backend = "auto") -> Tagger:
    """Load a tagger: the packaged model, another name of one, or a model folder.

    Parameters
    ----------
    name : str or path
        ``bank-fi``, or a folder that :func:`feedbacktext train` wrote.
    voikko : {"auto", "libvoikko", "pyvoikko"}
        Which Voikko reads the words.

    Raises
    ------
    ModelError
        Where there is no such model, or it is not as it was saved.
    VoikkoError
        Where Voikko is missing, with the remedy.

    Examples
    --------
    >>> tagger = load()
    >>> tagger.codebook.theme_ids[:3]
    ('reachability', 'speed', 'premises')
    >>> load("pankki")
    Traceback (most recent call last):
        ...
    feedbacktext.errors.ModelError: there is no model 'pankki': neither a folder nor one of bank-fi
    """
    folder = find_model(name)
    tagger = Tagger(load_folder(folder), lexicon=Lexicon(open_voikko(voikko)))
    tagger.check_golden()
    return tagger


def packaged_models() -> dict[str, Path]:
    """Return name -> folder of the models that ship with the library."""
    here = Path(__file__).parent
    # in the wheel models stand inside the package, in a checkout beside src/
    for parent in (here / "models", here.parents[1] / "models"):
        found = {folder.parent.name: folder.parent for folder in sorted(parent.glob("*/manifest.json"))}
        if found:
            return found
    return {}


def find_model(name: str | Path) -> Path:
    """Return the folder of a model by name or path."""
    packaged = packaged_models()
    if isinstance(name, str) and name in packaged:
        return packaged[name]
    if Path(name).is_dir():
        return Path(name)
    names = ", ".join(packaged) or "none packaged"
    raise ModelError(f"there is no model {str(name)!r}: neither a folder nor one of {names}")


class Tagger:
    """Tags comments by one model; may be shared between threads.

    Parameters
    ----------
    model : FeedbackModel
    lexicon : Lexicon, optional

    Examples
    --------
    >>> tagger = load()
    >>> tag = tagger.tag("Puhelimessa kukaan ei vastannut, mutta konttorilla neuvoja osasi asiansa.")
    >>> {theme: found.polarity for theme, found in tag.themes.items()}
    {'reachability': 'negative', 'expertise': 'positive'}
    >>> tagger.tag(None)
    Traceback (most recent call last):
        ...
    feedbacktext.errors.CommentError: comment is NoneType, not text; give a str, "" where there is none
    """

    def __init__(self, model: FeedbackModel, *, lexicon: Lexicon | None = None) -> None:
        self.model = model
        self.codebook = model.codebook
        self.lexicon = lexicon or Lexicon()
        self._lock = threading.Lock()
        self._table = FormTable(self.lexicon)
        self._rows = model.network.new_rows()

    def __getstate__(self) -> dict[str, Any]:
        return {"model": self.model, "voikko": self.lexicon.voikko}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["model"], lexicon=Lexicon(state["voikko"]))  # type: ignore[misc]

    def tag(self, comment: str) -> Tag:
        """Tag one comment."""
        if not isinstance(comment, str):
            raise CommentError(_not_text(comment, "comment"))
        return self._tag_batch([comment])[0]

    def explain(self, comment: str) -> Explanation:
        """Tag one comment and tell how: its words, lemmas, clauses and negation, and what each adds to each theme.

        Examples
        --------
        >>> explanation = load().explain("Kukaan ei vastannut, mutta neuvoja oli mukava.")
        >>> [word.text for word in explanation.words if word.negated]
        ['vastannut']
        >>> max(explanation.words, key=lambda word: word.adds["friendliness"]).lemma
        'mukava'
        """
        tag = self.tag(comment)
        reading, rows = self._read([comment])
        scores = self.model.network.score(reading, rows)
        words = [self.lexicon[comment[start:end]] for start, end in reading.offsets_of(0)]
        return explain(tag, words, reading, scores, self.model.network, self.codebook.theme_ids)

    def tag_many(self, comments: Iterable[str]) -> list[Tag]:
        """Tag comments; the order is kept, one Tag a comment.

        Raises
        ------
        CommentError
            For a lone str, and for an item that is not text, with its place.

        Examples
        --------
        >>> [tag.sentiment for tag in load().tag_many(["Todella hyvä palvelu!", "Jonotin aivan liian kauan."])]
        ['positive', 'negative']
        """
        return list(self.iter_tags(comments))

    def iter_tags(self, comments: Iterable[str]) -> Iterator[Tag]:
        """Tag comments as they come, in batches; memory does not grow with their number."""
        if isinstance(comments, str):
            raise CommentError("comments is one str; give a list of them, or call tag(comment)")
        source = iter(comments)
        place = 0
        while batch := list(islice(source, BATCH)):
            for at, comment in enumerate(batch):
                if not isinstance(comment, str):
                    raise CommentError(_not_text(comment, f"comment {place + at}"))
            place += len(batch)
            yield from self._tag_batch(batch)

    def tag_frame(self, frame: Any, *, text: str, prefix: str = "") -> Any:
        """Add the columns of the tags to a pandas or Polars frame.

        Parameters
        ----------
        frame : pandas.DataFrame or polars.DataFrame
        text : str
            Column of the comments; a missing value (null, NaN) counts as an empty comment.
        prefix : str
            Put before the name of each new column.

        Returns
        -------
        The same kind of frame, its rows and columns as they were, and the new columns last.

        Raises
        ------
        ColumnError
            Where the column is missing, or a new name is taken.
        CommentError
            Where a cell is neither text nor missing, with its row (from 0).

        Examples
        --------
        >>> import polars as pl
        >>> frame = pl.DataFrame({"id": [1, 2], "kommentti": ["Nopeaa toimintaa!", None]})
        >>> load().tag_frame(frame, text="kommentti").select("id", "themes", "abstained").rows()
        [(1, 'speed:positive', None), (2, '', 'empty')]
        """
        import narwhals as nw

        native = nw.from_native(frame, eager_only=True)
        if text not in native.columns:
            columns = ", ".join(repr(name) for name in native.columns)
            raise ColumnError(f"there is no column {text!r}; the columns are: {columns}")
        comments = []
        for row, cell in enumerate(native[text].to_list()):
            if cell is None or (isinstance(cell, float) and cell != cell):
                cell = ""
            elif not isinstance(cell, str):
                raise CommentError(_not_text(cell, f"row {row} of column {text!r}"))
            comments.append(cell)
        names = [prefix + name for name in self.flat_columns()]
        check_names(native.columns, names)
        rows = [self.flat(tag) for tag in self.iter_tags(comments)]
        new = [
            nw.new_series(
                name=prefix + name,
                values=[row[name] for row in rows],
                dtype=nw.Float64() if name in self.number_columns else nw.String(),
                backend=native.implementation,
            )
            for name in self.flat_columns()
        ]
        if native.implementation.is_pandas():  # keep the caller's index
            index = nw.to_native(native).index
            new = [nw.from_native(_with_index(series.to_native(), index), series_only=True) for series in new]
        return native.with_columns(*new).to_native()

    def flat_columns(self) -> list[str]:
        """Return the names of the columns that tables get."""
        themes = self.codebook.theme_ids
        return [
            *("sentiment", "sentiment_score", "themes", "types"),
            *(f"theme_{theme}" for theme in themes),
            *(f"probability_{theme}" for theme in themes),
            *("evidence", "language", "abstained"),
        ]

    @property
    def number_columns(self) -> set[str]:
        """Names of the flat columns that hold numbers."""
        return {"sentiment_score", *(f"probability_{theme}" for theme in self.codebook.theme_ids)}

    def flat(self, tag: Tag) -> dict[str, Any]:
        """Return a tag as the flat columns of a table."""
        fields = tag.to_dict()
        themes, probabilities = fields["themes"], fields["probabilities"]
        return {
            "sentiment": fields["sentiment"],
            "sentiment_score": fields["sentiment_score"],
            "themes": ";".join(f"{theme}:{polarity}" for theme, polarity in themes.items()),
            "types": ";".join(fields["types"]),
            **{f"theme_{theme}": themes.get(theme) for theme in self.codebook.theme_ids},
            **{f"probability_{theme}": probabilities[theme] for theme in self.codebook.theme_ids},
            "evidence": json.dumps(fields["evidence"], ensure_ascii=False) if fields["evidence"] else None,
            "language": fields["language"],
            "abstained": fields["abstained"],
        }

    def check_golden(self) -> None:
        """Tag the model's golden comments again.

        Raises
        ------
        ModelError
            Where they come out otherwise with the same dictionary; with another dictionary that is
            a warning in the log.
        """
        if self.model.folder is None:
            return
        golden = read_golden(self.model.folder)
        for row, tag in zip(golden, self.tag_many([row["text"] for row in golden]), strict=True):
            found, wanted = tag.to_dict(), row["tag"]
            if any(found[name] != wanted[name] for name in ("sentiment", "themes", "types", "abstained")):
                trained = self.model.manifest.get("versions", {})
                here = self.lexicon.voikko.versions()
                message = (
                    f"{self.model.folder}: a golden comment is tagged otherwise than when the model was "
                    f"saved (saved with {trained.get('library')}, here {here.get('library')})"
                )
                if trained.get("library") == here.get("library"):
                    raise ModelError(message + "; get the model again or run 'feedbacktext doctor'")
                logger.warning("%s", message)
                return

    def _read(self, comments: Sequence[str]) -> tuple[Reading, FormRows]:
        with self._lock:
            if len(self._table) > MAX_FORMS:
                self._table, self._rows = FormTable(self.lexicon), self.model.network.new_rows()
            reading = read(comments, self._table)
            return reading, self.model.network.extend(self._rows, self._table)

    def _tag_batch(self, comments: Sequence[str]) -> list[Tag]:
        reading, rows = self._read(comments)
        scores = self.model.network.score(reading, rows)
        decisions = decide(scores, reading, self.model.calibration)
        letters = np.bincount(reading.comment, (reading.bits & HAS_LETTERS) != 0, len(comments))
        known = np.bincount(reading.comment, (reading.bits & IS_KNOWN) != 0, len(comments))
        evidence = find_evidence(reading, scores, decisions, self.model.network, self.codebook.theme_ids)
        return [
            self._tag_of(at, comment, int(letters[at]), int(known[at]), decisions, evidence.get(at, {}))
            for at, comment in enumerate(comments)
        ]

    def _tag_of(
        self,
        at: int,
        comment: str,
        words: int,
        known: int,
        decisions: Decisions,
        evidence: dict[str, list[Evidence]],
    ) -> Tag:
        language = find_language(comment, words, known)
        theme_ids = self.codebook.theme_ids
        abstained: Abstention | None = None
        if not words:
            abstained = "no_words" if comment.strip() else "empty"
        elif language in ("sv", "en") and self.codebook.language == "fi":
            abstained = "not_finnish"
        if abstained:
            nothing = dict.fromkeys(theme_ids, 0.0)
            return Tag("neutral", 0.0, {}, nothing, (), language, abstained, comment)
        probability = decisions.probability[at].tolist()
        negative, neutral, positive = decisions.sentiment[at].tolist()
        return Tag(
            SENTIMENTS[int(np.argmax((negative, neutral, positive)))],
            positive - negative,
            {
                theme_ids[k]: ThemeTag(
                    POLARITY_NAMES[decisions.polarity[at, k]],
                    probability[k],
                    tuple(evidence.get(theme_ids[k], ())),
                )
                for k in np.flatnonzero(decisions.polarity[at] >= 0)
            },
            dict(zip(theme_ids, probability, strict=True)),
            tuple(kind for kind, has in zip(self.codebook.type_ids, decisions.has_type[at], strict=True) if has),
            language,
            comment=comment,
        )


def check_names(present: Sequence[str], new: Sequence[str]) -> None:
    """Refuse to add a column whose name is taken."""
    taken = [name for name in new if name in present]
    if taken:
        shown = ", ".join(repr(name) for name in taken[:3])
        raise ColumnError(f"the table has {shown} already; name the new columns with --prefix (prefix=)")


def _not_text(value: object, place: str) -> str:
    return f'{place} is {type(value).__name__}, not text; give a str, "" where there is none'


def _with_index(series: Any, index: Any) -> Any:
    series.index = index
    return series
