"""The machine and versions under a benchmark, as lines of Markdown."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from datetime import date
from pathlib import Path

from feedbacktext.finnish.voikko import open_voikko


def describe(*packages: str) -> str:
    """Return what was measured on, for the head of a report."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if "model name" in line] if info.exists() else []
    cpu = models[0].split(":")[1].strip() if models else platform.processor()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", *packages))
    voikko = open_voikko().versions()
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores ({cpu}), Python {platform.python_version()}, "
        f"{versions}, {voikko['library']} ({voikko['dictionary']})"
    )
