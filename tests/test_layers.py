"""Imports point to their own layer or a lower one, never up, never to the package root, without cycles."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from .conftest import ROOT

PACKAGE = ROOT / "src/feedbacktext"
LAYERS = {
    "errors": 0, "records": 0, "underline": 0,
    "codebook": 1,
    "finnish": 2,
    "features": 3,
    "model": 4,
    "tagging": 5, "explain": 5,
    "files": 6, "evaluation": 6, "training": 6,
    "batch": 7, "spacy_feedback": 7,
    "cli": 8,
}  # fmt: skip
#: The version stands in the package root; training writes it into the manifest, doctor and --version show it.
ROOT_READERS = {"training", "cli"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def name_of(path: Path) -> str:
    dotted = ".".join(("feedbacktext", *path.relative_to(PACKAGE).with_suffix("").parts))
    return dotted.removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Every feedbacktext module that a file imports, also inside function bodies."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module and node.module.split(".")[0] == "feedbacktext":
                found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names if alias.name.split(".")[0] == "feedbacktext")
    return found


def layer_of(module: str) -> int:
    return LAYERS[module.split(".")[1]]


def test_every_module_has_a_layer() -> None:
    assert {name_of(path).split(".")[1] for path in modules()} == set(LAYERS)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_never_point_up(path: Path) -> None:
    own = name_of(path)
    for module in imports(path):
        if module == "feedbacktext":
            assert own.split(".")[1] in ROOT_READERS, f"{own} imports the package root"
        else:
            assert layer_of(module) <= layer_of(own), f"{own} imports {module}, which stands above it"


def test_imports_go_in_no_circle() -> None:
    graph = {name_of(path): imports(path) - {"feedbacktext"} for path in modules()}
    TopologicalSorter(graph).prepare()


def test_only_the_adapters_import_voikko() -> None:
    for path in modules():
        text = path.read_text(encoding="utf-8")
        if path.name != "voikko.py":
            assert "import libvoikko" not in text
            assert "import pyvoikko" not in text
            assert 'import_module("libvoikko")' not in text


def test_only_the_command_line_prints() -> None:
    for path in modules():
        calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
        prints = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
        assert not prints, f"{path} prints"
