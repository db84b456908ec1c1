from __future__ import annotations

import hashlib
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import feedbacktext
from feedbacktext.errors import ModelError
from feedbacktext.model.folder import load_folder, save_model
from feedbacktext.tagging import Tagger, packaged_models


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packaged_models()["bank-fi"], tmp_path / "bank-fi"))


def sign(folder: Path) -> None:
    """Make the digests of a changed folder right again, as one who means harm would."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in manifest["files"]:
        manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def edit(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def replace_array(folder: Path, name: str, make: Callable[[np.ndarray], np.ndarray], **options: Any) -> None:
    with np.load(folder / "arrays.npz") as archive:
        arrays = {key: archive[key] for key in archive.files}
    arrays[name] = make(arrays[name])
    np.savez(folder / "arrays.npz", **arrays, **options)
    sign(folder)


def test_a_copied_folder_gives_the_same_tags(folder: Path, tagger: Tagger) -> None:
    comments = ["Nopeaa toimintaa!", "Jonotin tunnin, neuvoja oli tyly"]
    assert feedbacktext.load(folder).tag_many(comments) == tagger.tag_many(comments)


def test_saving_what_was_loaded_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    model = load_folder(folder)
    save_model(tmp_path / "again", model, golden=[], card="")
    assert (tmp_path / "again/arrays.npz").read_bytes() == (folder / "arrays.npz").read_bytes()
    assert (tmp_path / "again/vocabulary.json").read_bytes() == (folder / "vocabulary.json").read_bytes()


@pytest.mark.parametrize("name", ["arrays.npz", "vocabulary.json", "golden.jsonl", "README.md"])
def test_a_missing_or_changed_file_is_refused(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match=f"{name} is not the file that was saved"):
        load_folder(folder)
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name} is missing"):
        load_folder(folder)


@pytest.mark.parametrize("schema", [None, 0, 2, "1"])
def test_another_schema_is_refused(folder: Path, schema: object) -> None:
    edit(folder, lambda manifest: manifest.update(schema=schema))
    with pytest.raises(ModelError, match=r"is of schema .*, this version reads 1; train it again"):
        load_folder(folder)


def test_other_word_vectors_are_refused(folder: Path) -> None:
    edit(folder, lambda manifest: manifest.update(vectors="0" * 64))
    with pytest.raises(ModelError, match="trained with other word vectors"):
        load_folder(folder)


def test_a_pickle_in_the_arrays_does_not_run(folder: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return Path.touch, (Path("/tmp/feedbacktext-ran-code"),)  # type: ignore[return-value]

    replace_array(folder, "idf", lambda _: np.array([Bomb()], dtype=object), allow_pickle=True)
    with pytest.raises(ModelError, match="do not fit together"):
        load_folder(folder)
    assert not Path("/tmp/feedbacktext-ran-code").exists()
    (folder / "arrays.npz").write_bytes(pickle.dumps(Bomb()))
    sign(folder)
    with pytest.raises(ModelError, match="do not fit together"):
        load_folder(folder)
    assert not Path("/tmp/feedbacktext-ran-code").exists()


def test_shapes_and_numbers_are_checked(folder: Path) -> None:
    replace_array(folder, "word_bias", lambda array: array[:-1])
    with pytest.raises(ModelError, match=r"word_bias has shape \(35,\), not \(36,\)"):
        load_folder(folder)
    replace_array(folder, "word_bias", lambda array: np.append(array, np.nan))
    with pytest.raises(ModelError, match="word_bias holds numbers that are not finite"):
        load_folder(folder)


def test_golden_comments_are_tagged_again(folder: Path, tagger: Tagger) -> None:
    here = tagger.lexicon.voikko.versions()
    edit(folder, lambda manifest: manifest["versions"].update(here))
    lines = (folder / "golden.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[0])
    row["tag"]["sentiment"] = "negative" if row["tag"]["sentiment"] != "negative" else "positive"
    (folder / "golden.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    sign(folder)
    with pytest.raises(ModelError, match="a golden comment is tagged otherwise"):
        feedbacktext.load(folder)


def test_another_dictionary_is_a_warning(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    lines = (folder / "golden.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[0])
    row["tag"]["types"] = ["suggestion", "contact_request"]
    (folder / "golden.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    edit(folder, lambda manifest: manifest["versions"].update(library="libvoikko 3.8"))
    sign(folder)
    feedbacktext.load(folder)
    assert "saved with libvoikko 3.8" in caplog.text


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"is no model folder \(it has no manifest.json\)"):
        feedbacktext.load(tmp_path)
    (tmp_path / "manifest.json").write_text("[", encoding="utf-8")
    with pytest.raises(ModelError, match=r"manifest\.json is not valid JSON"):
        feedbacktext.load(tmp_path)


def test_the_packaged_model_is_small() -> None:
    size = sum(path.stat().st_size for path in packaged_models()["bank-fi"].iterdir())
    assert size < 25_000_000
