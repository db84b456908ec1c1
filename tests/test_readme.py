"""What the README shows is what happens."""

from __future__ import annotations

import json
import os
import re

import pytest

from feedbacktext.tagging import Tagger

from .conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_snippets_run_and_print_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    namespace: dict[str, object] = {}
    snippets = blocks("python")
    assert len(snippets) >= 4
    exec(snippets[0], namespace)
    assert capsys.readouterr().out == blocks("text")[0]
    for snippet in snippets[1:]:
        exec(snippet, namespace)


def test_figures_are_those_of_the_model(tagger: Tagger) -> None:
    metrics = json.loads((ROOT / "models/bank-fi/manifest.json").read_text(encoding="utf-8"))["metrics"]
    for row in (
        f"| themes, micro F1 / macro F1 | {metrics['themes']['micro_f1']:.3f} / {metrics['themes']['macro_f1']:.3f} |",
        f"| theme with polarity, micro F1 | {metrics['theme_polarity']['micro_f1']:.3f} |",
        f"| sentiment, macro F1 of three classes | {metrics['sentiment']['macro_f1']:.3f} |",
        f"| types, micro F1 | {metrics['types']['micro_f1']:.3f} |",
        f"| calibration error of theme probabilities (ECE) | {metrics['calibration']['ece']:.3f} |",
    ):
        assert row in README


def test_wrong_answers_under_limits_are_still_wrong(tagger: Tagger) -> None:
    rows = re.findall(r"^\| (.+?) \| `(.*?)` \| `(.*?)` \|$", README, re.MULTILINE)
    assert len(rows) >= 3
    for comment, says, should in rows:
        tag = tagger.tag(comment)
        found = ", ".join(f"{theme} {one.polarity}" for theme, one in tag.themes.items()) or "no theme"
        assert found == says != should, comment


@pytest.mark.parametrize("name", ["scripts/demo", "scripts/test"])
def test_the_two_commands_are_there(name: str) -> None:
    assert f"    {name}\n" in README
    assert os.access(ROOT / name, os.X_OK)
