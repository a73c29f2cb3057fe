"""Sidecar records ``<kernel>.<digest>.lift.json``, put in place by a rename: nobody ever reads half of one."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

# Bytes that a name may have before the digest; file systems stop at 255, and Inductor's kernel names are long.
MAX_NAME = 150


def sidecar_path(directory: Path, kernel: str, digest: str) -> Path:
    """The record's path; what is no word character in the kernel's name becomes ``_``."""
    name = re.sub(r"[^\w.-]", "_", kernel, flags=re.ASCII)[:MAX_NAME]
    return directory / f"{name}.{digest[:16]}.lift.json"


def write_sidecar(directory: Path, kernel: str, digest: str, text: str) -> Path:
    """Write the record and return its path; raises `OSError`, leaving no partial file behind."""
    directory.mkdir(parents=True, exist_ok=True)
    path = sidecar_path(directory, kernel, digest)
    handle, temporary = tempfile.mkstemp(prefix=".lift-", suffix=".tmp", dir=directory)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
