"""Versions that a record names, so that a verdict can be traced to what gave it."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

# Distributions whose version can change a verdict or a formula.
SOLVERS = ("egglog", "ml_dtypes", "numpy", "z3-solver")


@lru_cache(maxsize=1)
def solver_versions() -> tuple[tuple[str, str], ...]:
    """(distribution, installed version) of each of `SOLVERS`, ``absent`` where there is none."""
    found: list[tuple[str, str]] = []
    for name in SOLVERS:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, "absent"))
    return tuple(found)
