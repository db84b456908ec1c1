"""FeedbackModel <-> model folder: arrays without code, a manifest with digests, golden predictions.

::

    manifest.json    schema version, codebook, versions, data digest, metrics, SHA-256 of each file
    arrays.npz       weights and calibration, loaded without pickle
    vocabulary.json  names of the features in the order of the arrays
    golden.jsonl     comments with the tags that the model gave when it was saved
    README.md        model card
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedbacktext.codebook import Codebook
from feedbacktext.errors import CodebookError, ModelError
from feedbacktext.features.vectors import Vectors
from feedbacktext.features.words import FeatureSpace
from feedbacktext.model.decide import SENTIMENTS, Calibration
from feedbacktext.model.network import Network, Weights

SCHEMA = 1
_FILES = ("arrays.npz", "vocabulary.json", "golden.jsonl", "README.md")
_CALIBRATION = tuple(Calibration.__dataclass_fields__)
_WEIGHTS = tuple(Weights.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class FeedbackModel:
    """Everything that tagging needs: codebook, network, calibration, and where they came from."""

    codebook: Codebook
    network: Network
    calibration: Calibration
    manifest: Mapping[str, Any]
    folder: Path | None = None

    @property
    def name(self) -> str:
        """Name of the codebook that the model speaks."""
        return self.codebook.name


def save_model(
    folder: str | Path,
    model: FeedbackModel,
    *,
    golden: Sequence[Mapping[str, Any]],
    card: str,
) -> None:
    """Write a model folder.

    Parameters
    ----------
    folder : path
        Made where it is missing; a model that stands there is replaced.
    model : FeedbackModel
    golden : sequence of {"text": ..., "tag": ...}
        Comments with their tags, re-checked at load.
    card : str
        Model card, Markdown.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    space = model.network.space
    arrays: dict[str, NDArray[Any]] = {"idf": space.idf}
    for name in _WEIGHTS:
        # half precision: tags are those of the arrays as they are read back
        arrays[name] = getattr(model.network.weights, name).astype(np.float16)
    for name in _CALIBRATION:
        arrays[f"calibration_{name}"] = getattr(model.calibration, name)
    _write_arrays(folder / "arrays.npz", arrays)
    vocabulary = {"features": space.names}
    _write(folder / "vocabulary.json", json.dumps(vocabulary, ensure_ascii=False))
    _write(folder / "golden.jsonl", "".join(json.dumps(g, ensure_ascii=False) + "\n" for g in golden))
    _write(folder / "README.md", card)
    manifest = {
        "schema": SCHEMA,
        **model.manifest,
        "vectors": model.network.vectors.digest,
        "codebook": _codebook_dict(model.codebook),
        "files": {name: _sha256(folder / name) for name in _FILES},
    }
    _write(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")


def load_folder(folder: str | Path) -> FeedbackModel:
    """Read a model folder; nothing in it can run code.

    Raises
    ------
    ModelError
        Where a file is missing, changed, of another schema or of the wrong shape.
    """
    folder = Path(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except OSError:
        raise ModelError(f"{folder}: is no model folder (it has no manifest.json)") from None
    except ValueError:
        raise ModelError(f"{folder}: manifest.json is not valid JSON; get the model again") from None
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        found = manifest.get("schema") if isinstance(manifest, dict) else None
        raise ModelError(
            f"{folder}: is of schema {found!r}, this version reads {SCHEMA}; "
            "train it again or install the version that wrote it"
        )
    digests = manifest.get("files")
    for name in _FILES:
        if not (folder / name).is_file():
            raise ModelError(f"{folder}: {name} is missing; get the model again")
        if not isinstance(digests, dict) or _sha256(folder / name) != digests.get(name):
            raise ModelError(f"{folder}: {name} is not the file that was saved; get the model again")
    vectors = Vectors.packaged()
    if manifest.get("vectors") != vectors.digest:
        raise ModelError(
            f"{folder}: was trained with other word vectors than this version ships; "
            "train it again or install the version that wrote it"
        )
    try:
        codebook = Codebook.from_dict(manifest["codebook"], place=f"{folder}: codebook")
        arrays = _read_arrays(folder / "arrays.npz")
        vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        network, calibration = _assemble(arrays, vocabulary, vectors, codebook)
    except (KeyError, ValueError, TypeError, CodebookError, zipfile.BadZipFile) as error:
        raise ModelError(f"{folder}: its files do not fit together ({error}); get the model again") from None
    return FeedbackModel(codebook, network, calibration, manifest, folder)


def read_golden(folder: str | Path) -> list[dict[str, Any]]:
    """Return the golden comments of a folder with their tags."""
    lines = (Path(folder) / "golden.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def _assemble(
    arrays: Mapping[str, NDArray[Any]],
    vocabulary: Mapping[str, Any],
    vectors: Vectors,
    codebook: Codebook,
) -> tuple[Network, Calibration]:
    space = FeatureSpace.build(vocabulary["features"], arrays["idf"])
    weights = Weights(*(arrays[name].astype(np.float32) for name in _WEIGHTS))
    themes, types = len(codebook.themes), len(codebook.types)
    shapes: dict[str, tuple[int, ...]] = {"idf": (len(space.names),)}
    shapes |= weights.shapes(len(space.names), vectors.table.shape[1], themes, types)
    for name in _CALIBRATION:
        count = types if name.startswith("type_") else len(SENTIMENTS) if name.startswith("sentiment_") else themes
        shapes[f"calibration_{name}"] = (count,)
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has shape {arrays[name].shape}, not {shape}")
        if not np.isfinite(arrays[name]).all():
            raise ValueError(f"{name} holds numbers that are not finite")
    calibration = Calibration(*(arrays[f"calibration_{name}"] for name in _CALIBRATION))
    return Network(space, vectors, weights), calibration


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write an .npz whose bytes depend on the arrays alone (numpy's holds the time of day)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as stream:
                np.lib.format.write_array(stream, array, allow_pickle=False)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _codebook_dict(codebook: Codebook) -> dict[str, Any]:
    themes = []
    for theme in codebook.themes:
        row = {name: value for name, value in asdict(theme).items() if value}
        if "excludes" in row:
            row["not"] = row.pop("excludes")
        themes.append(row)
    return {
        "name": codebook.name,
        "language": codebook.language,
        "themes": themes,
        "types": [asdict(kind) for kind in codebook.types],
    }
