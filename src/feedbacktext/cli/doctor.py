"""The machine -> findings: what is installed, how fast it is, and what to install."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass

import feedbacktext
from feedbacktext.errors import FeedbackTextError, VoikkoError
from feedbacktext.finnish.voikko import (
    INSTALL_LIBVOIKKO,
    INSTALL_PYVOIKKO,
    Analyzer,
    LibVoikko,
    PyVoikko,
)
from feedbacktext.model.folder import load_folder
from feedbacktext.tagging import load, packaged_models

_FORMS = ("asiakaspalvelussa", "jonottaminen", "ystävällisesti", "konttoreiden", "lainapäätöksen", "verkkopankkiin")
_COMMENT = "Puhelimessa sai jonottaa, mutta neuvoja oli mukava ja lainapäätös tuli nopeasti."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    found: str
    good: bool = True
    needed: bool = False
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Look at the installation, piece by piece."""
    yield Finding("feedbacktext", f"{feedbacktext.__version__} on Python {platform.python_version()}")
    working = 0
    for name, adapter in (("libvoikko", LibVoikko), ("pyvoikko", PyVoikko)):
        try:
            voikko: Analyzer = adapter()
        except VoikkoError as error:
            yield Finding(name, str(error), good=False)
            continue
        working += 1
        versions = voikko.versions()
        yield Finding(
            name,
            f"{versions['library']}, dictionary {versions['dictionary']}, {_speed(voikko):,.0f} forms a second",
        )
    if not working:
        yield Finding(
            "Voikko",
            "none was found; Finnish words cannot be read",
            good=False,
            needed=True,
            remedy=f"{INSTALL_LIBVOIKKO}; or {INSTALL_PYVOIKKO}",
        )
    models = packaged_models()
    if not models:
        yield Finding("models", "none is packaged", good=False, needed=True, remedy="install feedbacktext again")
    for name, folder in models.items():
        try:
            model = load_folder(folder)
            found = f"{len(model.codebook.themes)} themes, {len(model.network.space.names):,} features"
            if working:
                tagger = load(name)
                began = time.perf_counter()
                for _ in range(100):
                    tagger.tag(_COMMENT)
                found += f", {(time.perf_counter() - began) * 10:.2f} ms a comment"
            yield Finding(f"model {name}", found)
        except FeedbackTextError as error:
            yield Finding(f"model {name}", str(error), good=False, needed=True)


def _speed(voikko: Analyzer) -> float:
    voikko.analyze("lämmittely")
    began = time.perf_counter()
    count = 0
    while time.perf_counter() - began < 0.2:
        for form in _FORMS:
            voikko.analyze(form)
        count += len(_FORMS)
    return count / (time.perf_counter() - began)
