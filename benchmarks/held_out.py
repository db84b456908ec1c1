"""Corpus -> figures on writing hands that a model has not seen; what the benchmarks of the model share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from feedbacktext.codebook import Codebook
from feedbacktext.evaluation import measure_tagger
from feedbacktext.features.vectors import Vectors
from feedbacktext.finnish.lexicon import Lexicon
from feedbacktext.model.evaluate import Metrics
from feedbacktext.model.fit import Settings
from feedbacktext.model.folder import FeedbackModel
from feedbacktext.model.labelled import LabelledComment, read_labelled
from feedbacktext.model.train import Trainer
from feedbacktext.tagging import Tagger

CORPUS = Path(__file__).resolve().parents[1] / "data/samples/bank-fi"
CODEBOOK = Codebook.from_toml(CORPUS / "codebook.toml")


def read_corpus(*names: str) -> list[LabelledComment]:
    """Return the records of the corpus; by default comments, then phrases."""
    return [
        record
        for name in names or ("comments", "phrases")
        for record in read_labelled(CORPUS / f"{name}.jsonl", CODEBOOK)
    ]


def measure_held_out(
    comments: Sequence[LabelledComment],
    learn: NDArray[np.intp],
    calibrate: NDArray[np.intp],
    test: NDArray[np.intp],
    *,
    lexicon: Lexicon | None = None,
    vectors: Vectors | None = None,
    settings: Settings | None = None,
) -> Metrics:
    """Learn from some comments, choose thresholds on others and measure on a third part."""
    lexicon = lexicon or Lexicon()
    trainer = Trainer(comments, CODEBOOK, vectors or Vectors.packaged(), lexicon=lexicon, settings=settings)
    network = trainer.fit(learn)
    model = FeedbackModel(CODEBOOK, network, trainer.calibrate(network, calibrate), {})
    return measure_tagger(Tagger(model, lexicon=lexicon), [comments[at] for at in test])
