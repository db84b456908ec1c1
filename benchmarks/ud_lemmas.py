"""Lemmas and parts of speech on UD's Finnish test parts, side by side: accuracy and tokens a second.

python benchmarks/ud_lemmas.py UD     writes benchmarks/ud_lemmas.md

UD is a folder with tdt-test.conllu and ftb-test.conllu; others named *-test.conllu are measured too. Beside the
project's own dependencies, the rivals: pip install simplemma spacy-fi-experimental-web-md
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import spacy
from machine import describe
from spacy.language import Language
from spacy.tokens import Doc

from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.finnish.ud_choice import UdChooser

REPORT = Path(__file__).with_suffix(".md")
SPACY_FI = "spacy_fi_experimental_web_md"
RIVALS = {"simplemma": "simplemma", SPACY_FI: "spacy-fi-experimental-web-md"}
#: What spaCy-fi needs for lemmas and parts of speech; its parser and entities are left out.
SPACY_FI_OUT = ("parser", "ner")
PASSES = 4

Sentences = list[list[str]]
Told = list[list[tuple[str, str]]]  # lemma and part of speech of each token; "" where a rival tells none


class Treebank(NamedTuple):
    """Forms of a test part, and what is right."""

    name: str
    forms: Sentences
    right: Told

    @property
    def size(self) -> int:
        """How many tokens it has."""
        return sum(map(len, self.forms))


@dataclass
class Measured:
    """What one rival reached on one treebank."""

    lemma: float
    pos: float | None
    first: float  # tokens a second, nothing known
    again: float  # the fastest later pass


def read_treebank(path: Path) -> Treebank:
    """Return a test part; what UD leaves out of the comparison has an empty lemma."""
    forms: Sentences = [[]]
    right: Told = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        columns = line.split("\t")
        if not line:
            forms.append([])
            right.append([])
        elif columns[0].isdigit():
            forms[-1].append(columns[1])
            right[-1].append(("" if columns[3] in ("PUNCT", "SYM") else columns[2], columns[3]))
    kept = [at for at, sentence in enumerate(forms) if sentence]
    return Treebank(path.stem.removesuffix("-test"), [forms[at] for at in kept], [right[at] for at in kept])


def plain(lemma: str) -> str:
    """Return a lemma as it is compared: case, compound marks and hyphens do not count."""
    return lemma.lower().replace("#", "").replace("-", "")


@dataclass
class Rival:
    """How a rival is fed, what it does on the clock, and how its answer is read."""

    tell: Callable[[Any], Any]
    feed: Callable[[Sentences], Any] = lambda sentences: sentences
    read: Callable[[Any], Told] = lambda told: told


def measure(treebank: Treebank, open_rival: Callable[[], Rival]) -> Measured:
    """Let a rival, fresh from its start, tell all tokens several times."""
    rival = open_rival()
    seconds = []
    answer: Any = None
    for _ in range(PASSES):
        food = rival.feed(treebank.forms)
        began = time.perf_counter()
        answer = rival.tell(food)
        seconds.append(time.perf_counter() - began)
    told = rival.read(answer)
    pairs = [
        (token, right)
        for sentence, rights in zip(told, treebank.right, strict=True)
        for token, right in zip(sentence, rights, strict=True)
        if right[0]
    ]
    lemma = sum(plain(token[0]) == plain(right[0]) for token, right in pairs) / len(pairs)
    pos = sum(token[1] == right[1] for token, right in pairs) / len(pairs) if pairs[0][0][1] else None
    return Measured(lemma, pos, treebank.size / seconds[0], treebank.size / min(seconds[1:]))


def spacy_rival(nlp: Language) -> Rival:
    return Rival(
        tell=lambda docs: list(nlp.pipe(docs)),
        feed=lambda sentences: [Doc(nlp.vocab, words=forms) for forms in sentences],
        read=lambda docs: [[(token.lemma_, token.pos_) for token in doc] for doc in docs],
    )


def ours(style: str) -> Callable[[], Rival]:
    def opened() -> Rival:
        nlp = spacy.blank("fi")
        nlp.add_pipe("voikko", config={"style": style})
        return spacy_rival(nlp)

    return opened


def chooser() -> Rival:
    return Rival(
        tell=UdChooser().choose_many,
        read=lambda chosen: [[(reading.lemma, reading.pos) for reading in readings] for readings in chosen],
    )


def voikko_first() -> Rival:
    lexicon = Lexicon()
    return Rival(tell=lambda sentences: [[(lexicon[form].lemma, "") for form in forms] for forms in sentences])


def simplemma_rival() -> Rival:
    lemmatize = importlib.import_module("simplemma").lemmatize
    return Rival(tell=lambda sentences: [[(lemmatize(form, lang="fi"), "") for form in forms] for forms in sentences])


def spacy_fi() -> Rival:
    return spacy_rival(spacy.load(SPACY_FI, exclude=list(SPACY_FI_OUT)))


def main(folder: Path) -> None:
    treebanks = [read_treebank(path) for path in sorted(folder.glob("*-test.conllu"), reverse=True)]
    rivals = {
        "feedbacktext, spaCy component": ours("tdt"),
        "the same, style=ftb": ours("ftb"),
        "the same without spaCy (UdChooser)": chooser,
        "Voikko's first analysis": voikko_first,
        "simplemma": simplemma_rival,
        "spaCy-fi (tagger, morphologizer, lemmatizer)": spacy_fi,
    }
    lines = [
        "# Lemmas and parts of speech on UD's Finnish test parts",
        "",
        f"Command: `python benchmarks/ud_lemmas.py UD`. {describe('spacy', 'simplemma', SPACY_FI)}.",
        "",
        "Gold tokens, punctuation and symbols left out; case, `#` and `-` do not count in lemmas. Learnt from the dev",
        "parts alone. Each rival starts afresh on each treebank; its first pass knows no word form, the later passes",
        "know those of the treebank, as a service does that has run for a while. The clock runs in one process, from",
        "tokens to lemmas and parts of speech (spaCy: nlp.pipe over docs that are made before), without tokenizing.",
    ]
    for treebank in treebanks:
        found = {name: measure(treebank, opened) for name, opened in rivals.items()}
        slow = found["spaCy-fi (tagger, morphologizer, lemmatizer)"]
        lines += [
            "",
            f"## {treebank.name.upper()} ({treebank.size:,} tokens in {len(treebank.forms):,} sentences)",
            "",
            "| | lemma | part of speech | tokens/s, first pass | tokens/s, later passes | times spaCy-fi |",
            "|---|---|---|---|---|---|",
            *(
                f"| {name} | {m.lemma:.4f} | {'' if m.pos is None else f'{m.pos:.4f}'} "
                f"| {m.first:,.0f} | {m.again:,.0f} | {m.again / slow.again:,.0f} |"
                for name, m in found.items()
            ),
        ]
    lines += [
        "",
        "FTB's parts of speech DET and PART are not in TDT, whose scheme is followed: hence its low column for all.",
    ]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) < 2 or not list(Path(sys.argv[1]).glob("*-test.conllu")):
        sys.exit("name the folder that holds tdt-test.conllu and ftb-test.conllu (universaldependencies.org)")
    lacking = [package for module, package in RIVALS.items() if importlib.util.find_spec(module) is None]
    if lacking:
        sys.exit(f"the rivals are missing: pip install {' '.join(lacking)}")
    main(Path(sys.argv[1]))
