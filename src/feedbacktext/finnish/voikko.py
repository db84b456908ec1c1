"""Word form -> analyses, by libvoikko or by pyvoikko: the only file that imports either.

libvoikko is some 35 times as fast and needs a system package; pyvoikko is pure Python, carries its
dictionary and is GPL-3, so that it is an extra. Both run the same transducer; its output is read by
:mod:`feedbacktext.finnish.analysis` alone.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterable
from typing import Any, Literal, Protocol

from feedbacktext.errors import VoikkoError
from feedbacktext.finnish.analysis import Analysis, parse

logger = logging.getLogger(__name__)

Backend = Literal["auto", "libvoikko", "pyvoikko"]

INSTALL_LIBVOIKKO = (
    "install the library and its dictionary (Debian, Ubuntu: 'apt install libvoikko1 voikko-fi'; "
    "macOS: 'brew install libvoikko')"
)
INSTALL_PYVOIKKO = "install the pure-Python fallback: pip install 'feedbacktext[pure]'"

#: libvoikko refuses longer words (LIBVOIKKO_MAX_WORD_CHARS); the pure one would take its time.
MAX_FORM = 255
_PROBE = "kissa"


class Analyzer(Protocol):
    """What analyses word forms; safe to share between threads and over a fork."""

    backend: str

    def analyze(self, form: str) -> tuple[Analysis, ...]:
        """Return every distinct reading of a lower-case NFC form, in a stable order."""
        ...

    def versions(self) -> dict[str, str]:
        """Return what is installed: library and dictionary."""
        ...


def open_voikko(backend: Backend = "auto", *, dictionary: str | None = None) -> Analyzer:
    """Open Voikko: the one named, or libvoikko if it is there and else pyvoikko.

    Parameters
    ----------
    backend : {"auto", "libvoikko", "pyvoikko"}
        Which one; ``auto`` also heeds the environment variable ``FEEDBACKTEXT_VOIKKO``.
    dictionary : str, optional
        Folder in which libvoikko looks for its dictionary first.

    Raises
    ------
    VoikkoError
        With the remedy, where the one named (or either) is missing or too old.

    Examples
    --------
    >>> voikko = open_voikko()
    >>> [analysis.bases for analysis in voikko.analyze("vastannut")]
    [('vastata',)]
    >>> open_voikko("hunspell")
    Traceback (most recent call last):
        ...
    feedbacktext.errors.VoikkoError: unknown Voikko backend 'hunspell'; choose auto, libvoikko or pyvoikko
    """
    if backend == "auto":
        backend = os.environ.get("FEEDBACKTEXT_VOIKKO", "auto")  # type: ignore[assignment]
    if backend == "libvoikko":
        return LibVoikko(dictionary)
    if backend == "pyvoikko":
        return PyVoikko()
    if backend != "auto":
        raise VoikkoError(f"unknown Voikko backend {backend!r}; choose auto, libvoikko or pyvoikko")
    try:
        return LibVoikko(dictionary)
    except VoikkoError as missing:
        try:
            found = PyVoikko()
        except VoikkoError:
            raise VoikkoError(f"{missing}; or {INSTALL_PYVOIKKO}") from None
        logger.warning(
            "libvoikko was not found, so pyvoikko reads the words, some 35 times slower; %s",
            INSTALL_LIBVOIKKO,
        )
        return found


def _readings(form: str, outputs: Iterable[str]) -> tuple[Analysis, ...]:
    # sorted, since the two transducers list the same readings in different orders
    readings = (parse(form, output) for output in sorted(set(outputs)))
    return tuple(dict.fromkeys(reading for reading in readings if reading is not None))


class LibVoikko:
    """libvoikko through its binding, behind a lock.

    One handle in two threads at once ends the process, and a handle must not cross a fork; so every
    call holds the lock, and a child process opens a handle of its own. Pickled, it opens anew.
    """

    backend = "libvoikko"

    def __init__(self, dictionary: str | None = None) -> None:
        self._dictionary = dictionary
        self._reset()
        self._open()
        _over_forks.add(self)

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._handle: Any = None

    def _open(self) -> Any:
        if self._handle is None:
            self._handle = _open_libvoikko(self._dictionary)
        return self._handle

    def analyze(self, form: str) -> tuple[Analysis, ...]:
        """Return every distinct reading of a lower-case NFC form, in a stable order."""
        if not form or len(form) > MAX_FORM or "\0" in form:
            return ()
        with self._lock:
            found = self._open().analyze(form)
        return _readings(form, (reading["FSTOUTPUT"] for reading in found if "FSTOUTPUT" in reading))

    def versions(self) -> dict[str, str]:
        """Return what is installed: library and dictionary."""
        with self._lock:
            handle = self._open()
            dictionaries = type(handle).listDicts(self._dictionary)
            return {
                "library": f"libvoikko {type(handle).getVersion()}",
                "dictionary": next(
                    (f"{d.language} {d.variant}: {d.description}" for d in dictionaries if d.language == "fi"),
                    "fi",
                ),
            }

    def __reduce__(self) -> tuple[Callable[..., LibVoikko], tuple[str | None]]:
        return LibVoikko, (self._dictionary,)


_over_forks: weakref.WeakSet[LibVoikko] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for voikko in _over_forks:
        voikko._reset()  # the old handle is left alone: freeing it here would touch the parent's state


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def _open_libvoikko(dictionary: str | None) -> Any:
    try:
        binding = importlib.import_module("libvoikko")
    except ImportError:
        raise VoikkoError(
            "the Python package libvoikko is missing; pip install libvoikko, then " + INSTALL_LIBVOIKKO
        ) from None
    try:
        # first the library alone: a Voikko whose library is missing complains again when it is deleted
        binding.VoikkoLibrary.open(binding.Voikko._sharedLibrarySearchPath)
        handle = binding.Voikko("fi", path=dictionary)
    except OSError:
        raise VoikkoError(f"the system library libvoikko was not found; {INSTALL_LIBVOIKKO}") from None
    except binding.VoikkoException as error:
        raise VoikkoError(f"libvoikko has no Finnish dictionary ({error}); {INSTALL_LIBVOIKKO}") from None
    if not any("FSTOUTPUT" in reading and "BASEFORM" in reading for reading in handle.analyze(_PROBE)):
        handle.terminate()
        raise VoikkoError(
            "libvoikko's Finnish dictionary is too old and gives no base forms (format 5 with "
            f"morphology is needed, voikko-fi 2.1 or newer); {INSTALL_LIBVOIKKO}"
        )
    return handle


class PyVoikko:
    """pyvoikko: the transducer in pure Python; the package carries the dictionary."""

    backend = "pyvoikko"

    def __init__(self) -> None:
        try:
            self._package = importlib.import_module("pyvoikko")
        except ImportError:
            raise VoikkoError(f"the Python package pyvoikko is missing; {INSTALL_PYVOIKKO}") from None

    def analyze(self, form: str) -> tuple[Analysis, ...]:
        """Return every distinct reading of a lower-case NFC form, in a stable order."""
        if not form or len(form) > MAX_FORM:
            return ()
        # the transducer itself: pyvoikko.analyse leaves out parts without a class ("viisitoista")
        try:
            found = self._package.VOIKKO_FST.lookup(form)
            return _readings(form, (output for output, _weight in found))
        except self._package.TokenizationException:  # a letter that no Finnish word has
            return ()

    def versions(self) -> dict[str, str]:
        """Return what is installed: library and dictionary."""
        version = importlib.metadata.version("pyvoikko")
        return {"library": f"pyvoikko {version}", "dictionary": f"inside pyvoikko {version}"}

    def __reduce__(self) -> tuple[Callable[[], PyVoikko], tuple[()]]:
        return PyVoikko, ()
