from __future__ import annotations

import gzip
import multiprocessing
import pickle
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from feedbacktext.errors import VoikkoError
from feedbacktext.finnish import voikko as adapters
from feedbacktext.finnish.analysis import Analysis, Part, parse
from feedbacktext.finnish.lexicon import normalize
from feedbacktext.finnish.tokens import TOKEN
from feedbacktext.finnish.voikko import Analyzer, LibVoikko, PyVoikko, open_voikko


def available(adapter: type) -> bool:
    try:
        adapter()
    except VoikkoError:
        return False
    return True


HAS_LIB, HAS_PURE = available(LibVoikko), available(PyVoikko)
needs_lib = pytest.mark.skipif(not HAS_LIB, reason="libvoikko is not installed")
needs_pure = pytest.mark.skipif(not HAS_PURE, reason="pyvoikko is not installed")
needs_both = pytest.mark.skipif(not (HAS_LIB and HAS_PURE), reason="needs libvoikko and pyvoikko")


@pytest.fixture(
    params=[pytest.param(LibVoikko, marks=needs_lib), pytest.param(PyVoikko, marks=needs_pure)],
    ids=["libvoikko", "pyvoikko"],
)
def voikko(request: pytest.FixtureRequest) -> Analyzer:
    analyzer: Analyzer = request.param()
    return analyzer


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ("vastannut", {"lemma": "vastannut", "bases": ("vastata",), "participle": "past_active"}),
        ("tavoittaminen", {"lemma": "tavoittaa", "word_class": "verb", "mood": "minen_infinitive"}),
        ("olisin", {"lemma": "olla", "mood": "conditional", "person": "1", "number": "singular"}),
        ("älkää", {"lemma": "ei", "word_class": "negation_verb", "mood": "imperative", "negates": True}),
        ("konttorissanne", {"lemma": "konttori", "case": "inessive", "possessive": "2m"}),
        ("nopeammin", {"lemma": "nopea", "comparison": "comparative"}),
        ("tulevaisuudessa", {"lemma": "tulevaisuus", "word_class": "noun", "participle": None}),
        ("kuultuani", {"bases": ("kuulla",), "participle": "past_passive"}),
        ("viisitoista", {"lemma": "viisitoista", "word_class": "numeral"}),
        ("virtaselle", {"lemma": "Virtanen", "word_class": "last_name", "case": "allative"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_reading_of_a_form(voikko: Analyzer, form: str, wanted: dict[str, Any]) -> None:
    readings = voikko.analyze(form)
    assert any(all(getattr(reading, name) == value for name, value in wanted.items()) for reading in readings), readings


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        ("äänieristyksessä", [(0, 4, "ääni"), (4, 16, "eristys")]),
        ("luottokortit", [(0, 6, "luotto"), (6, 12, "kortti")]),
        ("asiakaspalvelijalle", [(0, 7, "asiakas"), (7, 19, "palvelija")]),
        ("hyvinvoinnista", [(0, 5, "hyvin"), (5, 14, "vointi")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_compound_parts_have_their_cuts(voikko: Analyzer, form: str, parts: list[tuple[int, int, str]]) -> None:
    assert tuple(Part(*part) for part in parts) in [reading.parts for reading in voikko.analyze(form)]


def test_words_that_are_none_have_no_reading(voikko: Analyzer) -> None:
    for form in ("", "xyzzyq", "a" * 300, "kis\0sa", "   "):
        assert voikko.analyze(form) == ()


def test_output_without_a_word_is_none() -> None:
    assert parse("x", "[Xp]x[X]x") is None


@needs_both
def test_adapters_agree_on_real_forms(shared: Path) -> None:
    """25,000 are compared in benchmarks/voikko_parity.md; 1,500 here."""
    forms = set()
    with gzip.open(shared / "yle_2015/comments.tsv.gz", "rt", encoding="utf-8") as stream:
        for line, _ in zip(stream, range(3000), strict=False):
            forms.update(normalize(token) for token in TOKEN.findall(line) if token[0].isalpha())
    sample = random.Random(2).sample(sorted(forms), 1500)
    library, pure = LibVoikko(), PyVoikko()
    differ = [form for form in sample if library.analyze(form) != pure.analyze(form)]
    assert len(differ) <= 0.01 * len(sample), differ


FORMS = ["konttorissa", "vastannut", "äänieristyksessä", "jonottamatta", "ystävällinen", "xyzzyq"] * 50


def read_all(voikko: LibVoikko) -> list[tuple[Analysis, ...]]:
    return [voikko.analyze(form) for form in FORMS]


@needs_lib
def test_eight_threads_share_one_libvoikko() -> None:
    voikko = LibVoikko()
    alone = read_all(voikko)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == alone for found in pool.map(lambda _: read_all(voikko), range(32)))


def _child(voikko: LibVoikko, queue: Any) -> None:
    queue.put(read_all(voikko))


@needs_lib
@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_child_process_opens_a_handle_of_its_own(method: str) -> None:
    voikko = LibVoikko()
    here = read_all(voikko)
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    process = context.Process(target=_child, args=(voikko, queue))
    process.start()
    assert queue.get(timeout=60) == here
    process.join(timeout=60)
    assert process.exitcode == 0


@needs_lib
@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_fork_while_another_thread_analyzes() -> None:
    voikko = LibVoikko()
    context = multiprocessing.get_context("fork")
    with ThreadPoolExecutor(4) as pool:
        busy = [pool.submit(lambda: [read_all(voikko) for _ in range(20)]) for _ in range(4)]
        queue = context.Queue()
        process = context.Process(target=_child, args=(voikko, queue))
        process.start()
        assert len(queue.get(timeout=60)) == len(FORMS)
        process.join(timeout=60)
        for one in busy:
            one.result()
    assert process.exitcode == 0


def test_pickled_adapter_opens_anew(voikko: Analyzer) -> None:
    again = pickle.loads(pickle.dumps(voikko))
    assert again.analyze("konttorissa") == voikko.analyze("konttorissa")


def test_versions_name_library_and_dictionary(voikko: Analyzer) -> None:
    versions = voikko.versions()
    assert versions["library"].startswith(voikko.backend)
    assert versions["dictionary"]


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    real = adapters.importlib.import_module

    def import_module(name: str) -> Any:
        if name in missing:
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(adapters.importlib, "import_module", import_module)


def with_binding(monkeypatch: pytest.MonkeyPatch, **parts: Any) -> None:
    """Put another libvoikko binding in the place of the real one."""

    class VoikkoException(Exception):  # noqa: N818
        pass

    fake = SimpleNamespace(VoikkoException=VoikkoException, **parts)
    monkeypatch.setattr(adapters.importlib, "import_module", lambda _: fake)


def test_pure_fallback_is_chosen_with_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if not HAS_PURE:
        pytest.skip("pyvoikko is not installed")
    monkeypatch.delenv("FEEDBACKTEXT_VOIKKO", raising=False)
    without(monkeypatch, "libvoikko")
    assert open_voikko().backend == "pyvoikko"
    (record,) = caplog.records
    assert "apt install libvoikko1 voikko-fi" in record.getMessage()


def test_neither_library_is_an_error_with_both_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEEDBACKTEXT_VOIKKO", raising=False)
    without(monkeypatch, "libvoikko", "pyvoikko")
    with pytest.raises(VoikkoError, match=r"apt install libvoikko1 voikko-fi.*feedbacktext\[pure\]"):
        open_voikko()
    with pytest.raises(VoikkoError, match=r"pyvoikko is missing; .*feedbacktext\[pure\]"):
        open_voikko("pyvoikko")


def test_missing_system_library_names_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoLibrary:
        _sharedLibrarySearchPath = None  # noqa: N815

        @staticmethod
        def open(path: str | None) -> None:
            raise OSError("libvoikko.so.1: cannot open shared object file")

    with_binding(monkeypatch, Voikko=NoLibrary, VoikkoLibrary=NoLibrary)
    with pytest.raises(VoikkoError, match=r"system library libvoikko was not found; .*brew install libvoikko"):
        open_voikko("libvoikko")


@needs_lib
def test_missing_dictionary_names_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    import libvoikko

    def no_dictionary(*_: Any, **__: Any) -> Any:
        raise libvoikko.VoikkoException("Specified dictionary variant was not found")

    no_dictionary._sharedLibrarySearchPath = None  # type: ignore[attr-defined]
    monkeypatch.setattr(libvoikko, "Voikko", no_dictionary)
    with pytest.raises(VoikkoError, match=r"no Finnish dictionary .*variant was not found.*voikko-fi"):
        open_voikko("libvoikko")


def test_old_dictionary_without_base_forms_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        _sharedLibrarySearchPath = None  # noqa: N815
        terminated = False

        def __init__(self, *_: Any, **__: Any) -> None: ...

        def analyze(self, form: str) -> list[dict[str, str]]:
            return [{"CLASS": "nimisana", "STRUCTURE": "=" + "p" * len(form)}]

        def terminate(self) -> None:
            Old.terminated = True

    with_binding(monkeypatch, Voikko=Old, VoikkoLibrary=SimpleNamespace(open=lambda path: None))
    with pytest.raises(VoikkoError, match=r"too old and gives no base forms .*voikko-fi 2\.1"):
        open_voikko("libvoikko")
    assert Old.terminated


def test_backend_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    if not HAS_PURE:
        pytest.skip("pyvoikko is not installed")
    monkeypatch.setenv("FEEDBACKTEXT_VOIKKO", "pyvoikko")
    assert open_voikko().backend == "pyvoikko"
