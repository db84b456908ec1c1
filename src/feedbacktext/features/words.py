"""Words -> named features: lemmas, compound parts and characters, one unit vector a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from feedbacktext.finnish.lexicon import Word

#: Characters cut 3 to 5 at a time catch typos, dialect and words that Voikko does not know.
NGRAMS = (3, 4, 5)
#: A compound part weighs less than a word of its own, a piece of spelling less than either.
#: Chosen on held-out hands, where 0.2 for a piece gave .001 less theme F1.
PART_WEIGHT = 0.7
NGRAM_WEIGHT = 0.3


def named_features(word: Word) -> dict[str, float]:
    """Return what is known of a word as named weights.

    Examples
    --------
    >>> from feedbacktext.finnish.lexicon import Lexicon
    >>> features = named_features(Lexicon()["puhelinjonoon"])
    >>> [name for name in features if not name.startswith("char=")]
    ['lemma=puhelinjono', 'lemma=puhelin', 'lemma=jono']
    >>> named_features(Lexicon()["!!"])
    {'sign=!': 1.0}
    """
    form = word.form
    if not form[:1].isalnum():
        return {f"sign={form[:1]}": 1.0}
    features: dict[str, float] = {}
    lemmas = word.lemmas
    for lemma in lemmas:
        features[f"lemma={lemma}"] = len(lemmas) ** -0.5
    for part in word.parts:
        features.setdefault(f"lemma={part.lemma.lower()}", PART_WEIGHT)
    if len(form) <= 40:
        padded = f"<{form}>"
        for size in NGRAMS:
            for start in range(len(padded) - size + 1):
                features[f"char={padded[start : start + size]}"] = NGRAM_WEIGHT
    return features


@dataclass(frozen=True, slots=True)
class FeatureSpace:
    """The features that a model knows, each with its inverse document frequency.

    Parameters
    ----------
    names : tuple of str
        Readable: ``lemma=jonottaa``, ``char=<jon``.
    idf : float array of shape (features,)
        How much a feature tells: ``(1 + log(comments / comments with it)) / 6``.
    """

    names: tuple[str, ...]
    idf: NDArray[np.float32]
    index: dict[str, int]

    @classmethod
    def build(cls, names: Sequence[str], idf: NDArray[np.float32]) -> FeatureSpace:
        """Return the space of these features."""
        return cls(tuple(names), idf, {name: at for at, name in enumerate(names)})

    @classmethod
    def learn(cls, comments: Iterable[Iterable[Word]], *, min_comments: int = 2) -> FeatureSpace:
        """Learn the features that stand in at least ``min_comments`` comments."""
        seen: Counter[str] = Counter()
        total = 0
        for words in comments:
            total += 1
            distinct = set(words)
            seen.update({name for word in distinct for name in named_features(word)})
        names = sorted(name for name, count in seen.items() if count >= min_comments)
        found = np.array([seen[name] for name in names], dtype=np.float32)
        idf = (1 + np.log(np.float32(total) / found)) / np.float32(6)
        return cls.build(names, idf.astype(np.float32))

    def matrix(self, words: Sequence[Word]) -> sp.csr_matrix:
        """Return one row of unit length for each word, over the features of this space."""
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        index, idf = self.index, self.idf
        for word in words:
            for name, weight in named_features(word).items():
                at = index.get(name)
                if at is not None:
                    columns.append(at)
                    values.append(weight)
            ends.append(len(columns))
        data = np.array(values, dtype=np.float32) * idf[columns] if columns else np.zeros(0, np.float32)
        matrix = sp.csr_matrix((data, columns, ends), shape=(len(words), len(self.names)), dtype=np.float32)
        length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        return (sp.diags_array(1 / np.maximum(length, 1e-6)) @ matrix).astype(np.float32).tocsr()
