"""Exit codes of all commands."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """``REFUTED`` also stands for errors that ``opt`` reports about its input."""

    OK = 0
    REFUTED = 1
    USAGE = 2
    UNKNOWN = 3
    INCOMPLETE = 4
