"""The part of Triton's cache key that is ours: everything that changes what a compile leaves behind."""

from __future__ import annotations

import hashlib
import importlib.util
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from triton_lift.util.diagnostic import Diagnostic, LiftError
from triton_lift.util.settings import Settings
from triton_lift.util.version import SCHEMA_VERSION, VERSION

# Distributions whose version can change a verdict or a formula.
SOLVERS = ("z3-solver", "egglog", "numpy", "ml_dtypes")


@lru_cache(maxsize=1)
def source_digest() -> str:
    """SHA-256 over our own Python sources and the native module, names included. Raises `LiftError` if there are none.

    Computed once per process; reading some hundred files takes a few milliseconds.
    """
    root = Path(__file__).parent.parent
    files = [(path.relative_to(root).as_posix(), path) for path in root.rglob("*.py")]
    native = importlib.util.find_spec("triton_lift._core")
    if native is not None and native.origin is not None:
        files.append(("_core", Path(native.origin)))
    if not files:
        message = "the package's own files cannot be read, so no cache key can name them"
        raise LiftError(Diagnostic("error", "no-source-digest", message, where=str(root)))
    digest = hashlib.sha256()
    for name, path in sorted(files):
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def solver_versions() -> dict[str, str]:
    """The installed version of each of `SOLVERS`, ``absent`` where there is none."""
    found: dict[str, str] = {}
    for name in SOLVERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def cache_key(settings: Settings) -> tuple[str, str]:
    """(text for the cache key, digest for the in-memory specialisation); equal iff nothing relevant differs."""
    solvers = ",".join(f"{name}={number}" for name, number in solver_versions().items())
    parts = (VERSION, source_digest(), str(SCHEMA_VERSION), settings.key(), solvers)
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f"-triton-lift-{digest}", digest
