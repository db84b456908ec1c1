"""``data/ud_weights.npz`` -> weights of the choice: by feature name, and folded for every pair of kinds."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from feedbacktext.finnish.ud_features import OFFSETS, Kind

Style = Literal["tdt", "ftb"]
STYLES: tuple[Style, ...] = ("tdt", "ftb")
Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class UdWeights:
    """What the choice among UD readings has learnt.

    Parameters
    ----------
    by_name : dict of str to float
        Weight of a feature of a reading by itself.
    kinds : tuple of Kind
        Kinds that the pairs are folded for; the first is the edge of a sentence.
    pairs : float32 array of shape (offsets, kinds, kinds)
        ``pairs[o, other, kind]``: what a neighbour at ``OFFSETS[o]`` adds to a reading's score.
    """

    by_name: dict[str, float]
    kinds: tuple[Kind, ...]
    pairs: Matrix


@cache
def load_weights(style: Style = "tdt") -> UdWeights:
    """Return the packaged weights in the manner of a treebank.

    Parameters
    ----------
    style : {"tdt", "ftb"}
        UD Finnish TDT ("niitä" is se, "parempi" hyvä) or FTB ("niitä" is ne, "parempi" parempi).

    Raises
    ------
    ValueError
        For another style.

    Examples
    --------
    >>> load_weights().kinds[0].pos
    '<>'
    >>> load_weights("pud")
    Traceback (most recent call last):
        ...
    ValueError: unknown style 'pud'; choose tdt or ftb
    """
    if style not in STYLES:
        raise ValueError(f"unknown style {style!r}; choose {' or '.join(STYLES)}")
    packed = files("feedbacktext.finnish").joinpath("data/ud_weights.npz").read_bytes()
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        names = bytes(arrays["names"]).decode("utf-8").split("\n")
        weights = arrays[style].astype(np.float32) * float(arrays["step"])
        kinds = tuple(Kind(*row.split("\t")) for row in bytes(arrays["kinds"]).decode("utf-8").split("\n"))
    by_name = {name: weight for name, weight in zip(names, weights.tolist(), strict=True) if weight}
    alone = {name: weight for name, weight in by_name.items() if name[0] not in "-+"}
    paired = {name: weight for name, weight in by_name.items() if name[0] in "-+"}
    return UdWeights(alone, kinds, fold_pairs(paired, kinds))


def fold_pairs(weights: dict[str, float], kinds: tuple[Kind, ...]) -> Matrix:
    """Add up the weights of every pair of kinds, as :func:`pair_features` names them.

    A feature names one aspect of each side, so that a table per aspect pair spreads over all kinds at once.
    """
    sides = {
        "pos": [kind.pos for kind in kinds],
        "case": [kind.case for kind in kinds],
        "word": [kind.word for kind in kinds],
        "pos|word": [f"{kind.pos}|{kind.word}" if kind.word else "" for kind in kinds],
    }
    ids: dict[str, dict[str, int]] = {
        side: {value: at for at, value in enumerate(dict.fromkeys(["", *values]))} for side, values in sides.items()
    }
    rows = {side: np.array([ids[side][value] for value in values]) for side, values in sides.items()}
    tables = {
        (offset, letter): np.zeros((len(ids[other]), len(ids[own])), dtype=np.float32)
        for offset in OFFSETS
        for letter, (own, other) in ASPECTS.items()
    }
    agreement = np.zeros((len(OFFSETS), len(AGREEMENTS), len(ids["pos"]), len(ids["pos"])), dtype=np.float32)
    for name, weight in weights.items():
        head, *rest = name.split("|")
        offset, letter = int(head[:-1]), head[-1]
        if letter == "g":
            own_pos, other_pos, agree = rest
            if own_pos in ids["pos"] and other_pos in ids["pos"]:
                place = OFFSETS.index(offset), AGREEMENTS.index(agree)
                agreement[(*place, ids["pos"][other_pos], ids["pos"][own_pos])] = weight
            continue
        own, other = ASPECTS[letter]
        own_value, other_value = "|".join(rest[:-1]), rest[-1]
        if own_value in ids[own] and other_value in ids[other]:
            tables[offset, letter][ids[other][other_value], ids[own][own_value]] = weight
    pairs = np.zeros((len(OFFSETS), len(kinds), len(kinds)), dtype=np.float32)
    agree_of = _agreements(kinds)
    for at, offset in enumerate(OFFSETS):
        for letter, (own, other) in ASPECTS.items():
            pairs[at] += tables[offset, letter][rows[other][:, None], rows[own][None, :]]
        pairs[at] += agreement[at][agree_of, rows["pos"][:, None], rows["pos"][None, :]]
    return pairs


#: Letter of a pair feature -> (aspect of the reading, aspect of its neighbour) that it names.
ASPECTS = {
    "a": ("pos", "pos"),
    "w": ("pos", "word"),
    "b": ("case", "case"),
    "c": ("case", "pos"),
    "d": ("pos", "case"),
    "v": ("case", "word"),
    "k": ("pos|word", "pos"),
    "K": ("pos|word", "case"),
}
AGREEMENTS = ("-", "", "c", "n", "cn")


def _agreements(kinds: tuple[Kind, ...]) -> NDArray[np.intp]:
    """Return which case and number agreement each pair of kinds has, as a row of AGREEMENTS."""
    cut = [kind.tag.split(".") for kind in kinds]
    inflected = np.array([len(tag) > 2 for tag in cut])
    case = np.array([tag[1] if len(tag) > 2 else "" for tag in cut])
    number = np.array([tag[2].rstrip("+") if len(tag) > 2 else "" for tag in cut])
    both = inflected[:, None] & inflected[None, :]
    found = 1 + (case[:, None] == case[None, :]) + 2 * (number[:, None] == number[None, :])
    return np.where(both, found, 0)
