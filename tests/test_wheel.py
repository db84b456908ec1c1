"""The wheel, built and installed alone in an empty environment, tags a comment."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from .conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(ROOT)], check=True)
    (path,) = folder.glob("feedbacktext-*.whl")
    return path


def test_the_wheel_holds_model_vectors_and_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("models/bank-fi/manifest.json", "features/data/floret-fi.npz", "finnish/data/roles.tsv", "py.typed"):
        assert f"feedbacktext/{name}" in names
    assert not [name for name in names if "voikko" in name and not name.endswith((".py", ".txt"))]


def test_the_wheel_alone_tags_a_comment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = str(tmp_path / "env/bin/python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, f"{wheel}[pure]"], check=True)
    command = [str(tmp_path / "env/bin/feedbacktext"), "tag", "-", "-o", "-"]
    done = subprocess.run(
        command, input='{"text": "Nopeaa toimintaa"}', capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert json.loads(done.stdout)["themes"] == {"speed": "positive"}
