"""Two labellings of the same comments -> how well they agree, theme by theme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from feedbacktext.errors import LabelError
from feedbacktext.model.labelled import LabelledComment


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Agreement on one theme or type: F1 of the two, Cohen's kappa, and how often each gave it."""

    f1: float
    kappa: float
    both: int
    only_first: int
    only_second: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well two labellers agree.

    Parameters
    ----------
    n : int
        Comments labelled twice.
    themes_micro_f1, themes_macro_f1, theme_polarity_micro_f1, types_micro_f1 : float
        0 to 1, the second labeller against the first.
    themes_alpha : float
        Krippendorff's alpha of the sets of themes with MASI distance; 1 is perfect, 0 is chance.
    sentiment_accuracy, sentiment_kappa : float
    per_theme, per_type : mapping of id to LabelAgreement
    """

    n: int
    themes_micro_f1: float
    themes_macro_f1: float
    theme_polarity_micro_f1: float
    themes_alpha: float
    types_micro_f1: float
    sentiment_accuracy: float
    sentiment_kappa: float
    per_theme: Mapping[str, LabelAgreement]
    per_type: Mapping[str, LabelAgreement]


def agree(
    first: Sequence[LabelledComment], second: Sequence[LabelledComment], themes: Sequence[str], types: Sequence[str]
) -> Agreement:
    """Compare two labellings; comments are matched by id.

    Raises
    ------
    LabelError
        Where they share no comment, or a shared one has another text.
    """
    by_id = {comment.id: comment for comment in first}
    pairs = [(by_id[comment.id], comment) for comment in second if comment.id in by_id]
    if not pairs:
        raise LabelError("the two labellings share no comment; give both the same ids")
    for one, other in pairs:
        if one.text != other.text:
            raise LabelError(f"comment {one.id!r} has another text in the two labellings")
    per_theme = {theme: _label([(theme in a.themes, theme in b.themes) for a, b in pairs]) for theme in themes}
    per_type = {kind: _label([(kind in (a.types or ()), kind in (b.types or ())) for a, b in pairs]) for kind in types}
    sentiments = [(a.sentiment, b.sentiment) for a, b in pairs]
    return Agreement(
        n=len(pairs),
        themes_micro_f1=_set_f1((set(a.themes), set(b.themes)) for a, b in pairs),
        themes_macro_f1=sum(label.f1 for label in per_theme.values()) / len(per_theme),
        theme_polarity_micro_f1=_set_f1((set(a.themes.items()), set(b.themes.items())) for a, b in pairs),
        themes_alpha=krippendorff_alpha([(frozenset(a.themes), frozenset(b.themes)) for a, b in pairs]),
        types_micro_f1=_set_f1((set(a.types or ()), set(b.types or ())) for a, b in pairs),
        sentiment_accuracy=sum(a == b for a, b in sentiments) / len(pairs),
        sentiment_kappa=cohen_kappa(sentiments),
        per_theme=per_theme,
        per_type=per_type,
    )


def _label(pairs: Sequence[tuple[bool, bool]]) -> LabelAgreement:
    both = sum(a and b for a, b in pairs)
    only_first = sum(a and not b for a, b in pairs)
    only_second = sum(b and not a for a, b in pairs)
    total = 2 * both + only_first + only_second
    return LabelAgreement(2 * both / total if total else 1.0, cohen_kappa(pairs), both, only_first, only_second)


def _set_f1(pairs: Iterable[tuple[AbstractSet[object], AbstractSet[object]]]) -> float:
    both = total = 0
    for a, b in pairs:
        both += len(a & b)
        total += len(a) + len(b)
    return 2 * both / total if total else 1.0


def cohen_kappa(pairs: Sequence[tuple[object, object]]) -> float:
    """Return Cohen's kappa (1960): agreement beyond what two independent labellers reach by chance.

    Examples
    --------
    Of 50 proposals both say yes to 20 and no to 15; one alone says yes to 5, the other to 10:

    >>> round(cohen_kappa([(1, 1)] * 20 + [(0, 0)] * 15 + [(1, 0)] * 5 + [(0, 1)] * 10), 2)
    0.4
    """
    n = len(pairs)
    observed = sum(a == b for a, b in pairs) / n
    firsts, seconds = [a for a, _ in pairs], [b for _, b in pairs]
    chance = sum(firsts.count(value) * seconds.count(value) for value in set(firsts)) / n**2
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)


def masi_distance(first: AbstractSet[str], second: AbstractSet[str]) -> float:
    """Return the MASI distance of two sets (Passonneau 2006), 0 (equal) to 1 (nothing shared).

    Examples
    --------
    >>> masi_distance({"speed"}, {"speed", "ease"})
    0.6666666666666667
    """
    union = len(first | second)
    if not union:
        return 0.0
    shared = len(first & second)
    if first == second:
        monotonic = 1.0
    elif first <= second or second <= first:
        monotonic = 2 / 3
    else:
        monotonic = 1 / 3 if shared else 0.0
    return 1 - shared / union * monotonic


def krippendorff_alpha(pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> float:
    """Return Krippendorff's alpha of two labellers' sets, with MASI distance.

    Examples
    --------
    >>> speed, ease = frozenset({"speed"}), frozenset({"ease"})
    >>> krippendorff_alpha([(speed, speed), (ease, ease)])
    1.0
    >>> round(krippendorff_alpha([(speed, speed), (ease, ease), (speed, ease)]), 4)
    0.4444
    """
    values: dict[frozenset[str], int] = {}
    for pair in pairs:
        for one in pair:
            values[one] = values.get(one, 0) + 1
    total = 2 * len(pairs)
    observed = sum(masi_distance(a, b) for a, b in pairs) / len(pairs)
    kinds = list(values.items())
    apart = sum(
        2 * count * other_count * masi_distance(kind, other)
        for at, (kind, count) in enumerate(kinds)
        for other, other_count in kinds[at + 1 :]
    )
    expected = apart / (total * (total - 1))
    return 1.0 if expected == 0 else 1 - observed / expected
