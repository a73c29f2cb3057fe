"""Proved mathematical summaries of Triton kernels, written onto their IR.

Set ``TRITON_LIFT=1`` and run any program that compiles Triton kernels, or switch lifting on from Python with `enable`,
`disable` and `lifting`. Importing this costs nothing: neither Triton nor a solver is imported before it is needed.
"""

from __future__ import annotations

from triton_lift.util.version import VERSION as __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from triton_lift.util.settings import Settings

__all__ = ["__version__", "disable", "enable", "lifting"]


def _settings(pattern: str, strict: bool, directory: str | Path | None, budget: int | None) -> Settings:
    from triton_lift.util.settings import DEFAULT_BUDGET, Settings, check_budget, check_directory, check_pattern

    return Settings(
        pattern=check_pattern(pattern, "pattern"),
        strict=strict,
        directory=None if directory is None else check_directory(directory),
        budget=DEFAULT_BUDGET if budget is None else check_budget(budget),
    )


def enable(
    pattern: str = "*", *, strict: bool = False, directory: str | Path | None = None, budget: int | None = None
) -> None:
    """Lift kernels whose name matches the glob ``pattern`` from now on, in this process.

    ``strict`` lets failures raise, ``directory`` receives sidecar records, ``budget`` is in steps per kernel. Raises
    `triton_lift.util.diagnostic.UsageError` for a value that is not accepted.
    """
    from triton_lift.hook.plugin import switch

    switch(_settings(pattern, strict, directory, budget))


def disable() -> None:
    """Lift no kernel from now on, in this process; Triton is left as if triton-lift had never been there."""
    from triton_lift.hook.plugin import switch

    switch(None)


def lifting(
    pattern: str = "*", *, strict: bool = False, directory: str | Path | None = None, budget: int | None = None
) -> AbstractContextManager[None]:
    """A context in which kernels are lifted, with the arguments of `enable`; the state of before comes back after it.

    The state is the whole process's, as that of Triton's own knobs is: other threads see it too.
    """
    from contextlib import contextmanager

    from triton_lift.hook.plugin import current_settings, switch

    wanted = _settings(pattern, strict, directory, budget)

    @contextmanager
    def scope() -> Generator[None]:
        before = current_settings()
        try:
            switch(wanted)
            yield
        finally:
            switch(before)

    return scope()
