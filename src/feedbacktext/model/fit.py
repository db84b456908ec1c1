"""Labelled readings -> the weights of a network, by stochastic gradient descent."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from feedbacktext.features.reading import Reading
from feedbacktext.features.vectors import Vectors
from feedbacktext.features.words import FeatureSpace
from feedbacktext.finnish.lexicon import Word
from feedbacktext.model.memory import Floats, Walk, d_remember, remember
from feedbacktext.model.network import SIGNS, SUM_SCALE, WINDOW, Weights, gates, neighborhoods, starts_of
from feedbacktext.model.targets import Targets


@dataclass(frozen=True, slots=True)
class Settings:
    """How a network is fitted; chosen on held-out hands.

    Parameters
    ----------
    dimensions, hidden : int
        Size of a form's row, and of the layer over its context.
    memory : int
        Size of what is remembered of the words before, and of the words after.
    epochs, batch : int
        Times that every comment is seen; comments at a step.
    least_steps : int
        Few comments are seen more often, until there were so many steps.
    rate : float
        Learning rate at its highest; it rises over the first tenth and falls to nothing.
    decay : float
        Weight decay, decoupled from the gradient.
    dropout : float
        Share of numbers left out at random, of the rows and of the layer.
    """

    dimensions: int = 96
    hidden: int = 192
    memory: int = 128
    epochs: int = 8
    batch: int = 64
    least_steps: int = 600
    rate: float = 4e-3
    decay: float = 0.01
    dropout: float = 0.4
    seed: int = 0


#: Weights of the four losses: words, themes of a comment, sentiment, types.
WORD_LOSS, THEME_LOSS, SENTIMENT_LOSS, TYPE_LOSS = 0.35, 16.0, 4.0, 6.0


def fit(
    learn: NDArray[np.intp],
    words: list[Word],
    reading: Reading,
    targets: Targets,
    space: FeatureSpace,
    vectors: Vectors,
    settings: Settings,
) -> Weights:
    """Fit a network on the comments whose numbers are in ``learn``."""
    task = _Task(words, reading, targets, space, vectors)
    random = np.random.default_rng(settings.seed)
    weights = _start(task, settings, random)
    optimizer = _Adam(weights, settings)
    learn = learn[task.counts[learn] > 0]
    in_epoch = -(-len(learn) // settings.batch)
    epochs = max(settings.epochs, -(-settings.least_steps // in_epoch))
    step, steps = 0, epochs * in_epoch
    # one thread, so that the same data give the same bits on any number of cores
    with threadpool_limits(limits=1, user_api="blas"):
        for _ in range(epochs):
            order = random.permutation(learn)
            for start in range(0, len(order), settings.batch):
                step += 1
                batch = np.sort(order[start : start + settings.batch])
                gradients, columns = _gradients(task, batch, weights, settings, random)
                optimizer.step(gradients, columns, _schedule(step / steps))
    return weights


def _schedule(progress: float) -> float:
    """Return the share of the highest rate: up over the first tenth, then down along a cosine."""
    if progress < 0.1:
        return max(progress / 0.1, 0.01)
    return 0.5 * (1 + float(np.cos(np.pi * (progress - 0.1) / 0.9)))


class _Task:
    """What is learnt from, in the form that a step needs it."""

    def __init__(
        self, words: list[Word], reading: Reading, targets: Targets, space: FeatureSpace, vectors: Vectors
    ) -> None:
        self.features: sp.csr_matrix = space.matrix(words)
        self.vectors = vectors.of([word.standard for word in words])
        self.reading, self.targets = reading, targets
        self.counts = np.bincount(reading.comment, minlength=len(reading.comments))
        self.starts = np.concatenate([[0], np.cumsum(self.counts)])

    def tokens(self, batch: NDArray[np.intp]) -> NDArray[np.intp]:
        return np.concatenate([np.arange(self.starts[at], self.starts[at + 1]) for at in batch])


def _start(task: _Task, settings: Settings, random: np.random.Generator) -> Weights:
    dimensions, hidden, memory = settings.dimensions, settings.hidden, settings.memory
    themes, types = task.targets.theme.shape[1], task.targets.types.shape[1]

    def draw(rows: int, columns: int, scale: float) -> Floats:
        return (scale * random.standard_normal((rows, columns))).astype(np.float32)

    return Weights(
        embedding=draw(task.features.shape[1], dimensions, 0.1),
        projection=draw(task.vectors.shape[1], dimensions, 0.3),
        negation=np.zeros(dimensions, dtype=np.float32),
        gates=draw(dimensions, 4 * memory, dimensions**-0.5),
        # at first a word keeps three quarters of what came before
        gates_bias=np.repeat(np.array([0, 1], np.float32), 2 * memory),
        recall=draw(2 * memory, hidden, max(1, 2 * memory) ** -0.5),
        window=draw(WINDOW * dimensions, hidden, (2 / (WINDOW * dimensions)) ** 0.5),
        window_bias=np.zeros(hidden, dtype=np.float32),
        word_output=draw(hidden, themes * SIGNS, hidden**-0.5),
        word_bias=np.full(themes * SIGNS, -3, dtype=np.float32),
        comment_output=draw(2 * hidden, 3 + types, (2 * hidden) ** -0.5),
        comment_bias=np.zeros(3 + types, dtype=np.float32),
    )


def _gradients(
    task: _Task, batch: NDArray[np.intp], weights: Weights, settings: Settings, random: np.random.Generator
) -> tuple[dict[str, Floats], NDArray[np.intp]]:
    """Return the gradient of each array, that of the embedding for the columns returned beside."""
    targets = task.targets

    def mask(like: Floats) -> Floats:
        keep = np.float32(1 - settings.dropout)
        drawn: Floats = ((random.random(like.shape, dtype=np.float32) < keep) / keep).astype(np.float32)
        return drawn

    tokens = task.tokens(batch)
    owner = np.repeat(np.arange(len(batch)), task.counts[batch])
    forms, which = np.unique(task.reading.form[tokens], return_inverse=True)
    negated = task.reading.clauses.negated[tokens]

    # forward
    features = task.features[forms]
    columns, local = np.unique(features.indices, return_inverse=True)
    features = sp.csr_matrix((features.data, local, features.indptr), shape=(len(forms), len(columns)))
    vectors = task.vectors[forms]
    rows = (features @ weights.embedding[columns] + vectors @ weights.projection)[which]
    rows[negated] += weights.negation
    row_mask = mask(rows)
    rows *= row_mask
    inputs = neighborhoods(rows, owner)
    writes, keeps = gates(rows @ weights.gates + weights.gates_bias)
    width = weights.recall.shape[0] // 2
    walks = [Walk.of(task.counts[batch], backward=backward) for backward in (False, True)]
    parts = [slice(0, width), slice(width, 2 * width)]
    memory = np.empty_like(keeps)
    for walk, part in zip(walks, parts, strict=True):
        memory[walk.order, part] = remember(keeps[walk.order, part], writes[walk.order, part], walk)
    memory_mask = mask(memory)
    recalled = memory * memory_mask
    before: Floats = (inputs @ weights.window + recalled @ weights.recall + weights.window_bias).astype(rows.dtype)
    hidden_mask = mask(before)
    hidden: Floats = np.maximum(before, 0) * hidden_mask
    word: Floats = hidden @ weights.word_output + weights.word_bias
    starts = starts_of(owner)
    root = (SUM_SCALE * np.sqrt(task.counts[batch])).astype(np.float32)[:, None]
    strongest = np.maximum.reduceat(hidden, starts)
    pooled = np.hstack([strongest, np.add.reduceat(hidden, starts) / root])
    comment = pooled @ weights.comment_output + weights.comment_bias

    # backward, from the losses down
    d_word = _d_word(word, tokens, owner, starts, batch, targets)
    d_comment = _d_comment(comment, batch, targets)
    d_pooled = d_comment @ weights.comment_output.T
    d_strongest, d_sum = np.hsplit(d_pooled, 2)
    d_hidden = d_word @ weights.word_output.T + (d_sum / root)[owner]
    d_hidden += np.where(hidden == strongest[owner], d_strongest[owner], 0)
    d_before = np.where(before > 0, d_hidden * hidden_mask, 0).astype(np.float32)
    d_inputs = (d_before @ weights.window.T).reshape(len(tokens), WINDOW, -1)
    d_memory: Floats = (d_before @ weights.recall.T) * memory_mask
    d_gates = np.empty((len(tokens), 4 * width), dtype=rows.dtype)
    for walk, part in zip(walks, parts, strict=True):
        at = walk.order, part
        d_keep, d_write = d_remember(d_memory[at], keeps[at], writes[at], memory[at], walk)
        d_gates[walk.order, part] = d_write
        d_gates[walk.order, part.start + 2 * width : part.stop + 2 * width] = d_keep
    d_gates[:, : 2 * width] *= 1 - writes**2
    d_gates[:, 2 * width :] *= keeps * (1 - keeps)
    d_rows = (_d_neighborhoods(d_inputs, owner) + d_gates @ weights.gates.T) * row_mask
    gather = sp.csr_matrix(
        (np.ones(len(tokens), np.float32), (which, np.arange(len(tokens)))), shape=(len(forms), len(tokens))
    )
    d_forms = gather @ d_rows
    return {
        "embedding": np.asarray(features.T @ d_forms),
        "projection": vectors.T @ d_forms,
        "negation": d_rows[negated].sum(axis=0),
        "gates": rows.T @ d_gates,
        "gates_bias": d_gates.sum(axis=0),
        "recall": recalled.T @ d_before,
        "window": inputs.T @ d_before,
        "window_bias": d_before.sum(axis=0),
        "word_output": hidden.T @ d_word,
        "word_bias": d_word.sum(axis=0),
        "comment_output": pooled.T @ d_comment,
        "comment_bias": d_comment.sum(axis=0),
    }, columns


def _d_word(
    word: Floats,
    tokens: NDArray[np.intp],
    owner: NDArray[np.intp],
    starts: NDArray[np.intp],
    batch: NDArray[np.intp],
    targets: Targets,
) -> Floats:
    """Return the gradient of the words' scores: of each word, and of the one that speaks for its comment."""
    size = np.float32(len(batch))
    truth = targets.word[tokens]
    marked = targets.marked[batch][owner][:, None]
    d_word = (_sigmoid(word) - truth) * marked * np.float32(WORD_LOSS / size)
    best = np.maximum.reduceat(word, starts)
    d_best = (_sigmoid(best) - targets.sign[batch]) * targets.themed[batch][:, None]
    d_best *= np.float32(THEME_LOSS / (size * targets.theme.shape[1]))
    d_word += (word == best[owner]) * d_best[owner]
    return d_word.astype(np.float32)


def _d_comment(comment: Floats, batch: NDArray[np.intp], targets: Targets) -> Floats:
    size = np.float32(len(batch))
    d_comment = np.zeros_like(comment)
    sentiment = targets.sentiment[batch]
    told = np.flatnonzero(sentiment >= 0)
    powers = np.exp(comment[:, :3] - comment[:, :3].max(axis=1, keepdims=True))
    likely = powers / powers.sum(axis=1, keepdims=True)
    likely[told, sentiment[told]] -= 1
    d_comment[told, :3] = likely[told] * np.float32(SENTIMENT_LOSS / size)
    typed = targets.typed[batch]
    d_types = _sigmoid(comment[:, 3:]) - targets.types[batch]
    d_comment[:, 3:] = d_types * typed[:, None] * np.float32(TYPE_LOSS / (size * max(1, targets.types.shape[1])))
    return d_comment


def _d_neighborhoods(d_inputs: Floats, owner: NDArray[np.intp]) -> Floats:
    """Return the gradient of the rows: each token's, gathered from the neighborhoods it stands in."""
    tokens = len(d_inputs)
    d_rows = np.zeros((tokens, d_inputs.shape[2]), dtype=np.float32)
    for at in range(WINDOW):
        step = at - WINDOW // 2
        here = slice(max(0, -step), tokens - max(0, step))
        there = slice(max(0, step), tokens - max(0, -step))
        same = (owner[here] == owner[there])[:, None]
        d_rows[there] += np.where(same, d_inputs[here, at], 0)
    return d_rows


def _sigmoid(logits: Floats) -> Floats:
    found: Floats = (0.5 * (1 + np.tanh(0.5 * logits))).astype(logits.dtype)
    return found


class _Adam:
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019); of the embedding, the rows in use."""

    def __init__(self, weights: Weights, settings: Settings) -> None:
        self._weights, self._settings = weights, settings
        self._arrays: dict[str, Floats] = {field.name: getattr(weights, field.name) for field in fields(weights)}
        self._mean = {name: np.zeros_like(array) for name, array in self._arrays.items()}
        self._square = {name: np.zeros_like(array) for name, array in self._arrays.items()}
        self._count = 0

    def step(self, gradients: dict[str, Floats], columns: NDArray[np.intp], share: float) -> None:
        """Move every array against its gradient."""
        self._count += 1
        rate = np.float32(self._settings.rate * share)
        first, second = 1 - 0.9**self._count, 1 - 0.999**self._count
        for name, gradient in gradients.items():
            where: Any = columns if name == "embedding" else slice(None)
            mean = 0.9 * self._mean[name][where] + 0.1 * gradient
            square = 0.999 * self._square[name][where] + 0.001 * gradient**2
            self._mean[name][where], self._square[name][where] = mean, square
            array = self._arrays[name]
            move = mean / np.float32(first) / (np.sqrt(square / np.float32(second)) + np.float32(1e-8))
            array[where] -= rate * (move + np.float32(self._settings.decay) * array[where])
