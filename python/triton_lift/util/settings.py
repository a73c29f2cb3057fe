"""Settings from the environment and from Python, checked once; each error names the variable and what it accepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from triton_lift.util.diagnostic import Diagnostic, UsageError

VAR_ACTIVATION = "TRITON_LIFT"
VAR_DIRECTORY = "TRITON_LIFT_DIR"
VAR_BUDGET = "TRITON_LIFT_BUDGET"
VAR_LOG = "TRITON_LIFT_LOG"

DEFAULT_BUDGET = 4_000_000
MAX_BUDGET = 10**15
LOG_LEVELS = ("debug", "info", "warning", "error", "off")

ACCEPTED = {
    VAR_ACTIVATION: "0, 1, strict, a glob of kernel names such as softmax_*, or strict:<glob>",
    VAR_DIRECTORY: "the path of a directory, made when needed",
    VAR_BUDGET: f"a whole number of steps from 1 to {MAX_BUDGET}",
    VAR_LOG: "one of " + ", ".join(LOG_LEVELS),
}

_GLOB = re.compile(r"[A-Za-z_*?\[][\w.*?\[\]!-]*")
# Words that mean yes or no elsewhere; as a glob they match no kernel and the user wonders why nothing happens.
_SWITCH_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "none", "all"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What to lift, how hard to try and where to leave the records.

    ``pattern`` is a glob of kernel names (case matters), ``budget`` deterministic steps per kernel, ``directory`` the
    place of the sidecar records or None, ``log`` one of `LOG_LEVELS`,
    or None to leave logging as the program has it. ``strict`` lets failures of ours raise.
    """

    enabled: bool = True
    pattern: str = "*"
    strict: bool = False
    directory: Path | None = None
    budget: int = DEFAULT_BUDGET
    log: str | None = None

    def selects(self, kernel: str) -> bool:
        """Whether the kernel of this name is to be lifted."""
        return self.enabled and fnmatchcase(kernel, self.pattern)

    def key(self) -> str:
        """The part of a cache key that these settings make: all that changes what is left behind by a compile.

        The directory counts, since a cache hit writes no record; the log level does not.
        """
        return f"pattern={self.pattern};strict={int(self.strict)};budget={self.budget};dir={self.directory or ''}"


def bad_value(variable: str, value: str, why: str = "") -> UsageError:
    """The error for a value that ``variable`` does not accept."""
    because = f": {why}" if why else ""
    accepted = ACCEPTED.get(variable, "a glob of kernel names such as softmax_*")
    message = f"{variable}={value!r} is not accepted{because}; it accepts {accepted}"
    return UsageError(Diagnostic("error", "bad-setting", message, where=variable))


def check_pattern(pattern: str, variable: str = VAR_ACTIVATION) -> str:
    """Return ``pattern`` when it is a glob of kernel names; raise `UsageError` otherwise."""
    if pattern.lower() in _SWITCH_WORDS:
        raise bad_value(variable, pattern, "kernel names are expected; use 1 or 0 to switch it on or off")
    if not _GLOB.fullmatch(pattern):
        raise bad_value(variable, pattern, "this cannot match a kernel's name")
    return pattern


def check_budget(value: str | int) -> int:
    """Return the budget as an int; raise `UsageError` for anything else than a whole number in range."""
    text = str(value).strip()
    # The length is checked first: int() of a huge literal raises its own, obscure error.
    if not re.fullmatch(r"[0-9][0-9_]{0,23}", text):
        raise bad_value(VAR_BUDGET, text)
    budget = int(text.replace("_", ""))
    if not 1 <= budget <= MAX_BUDGET:
        raise bad_value(VAR_BUDGET, text)
    return budget


def check_log(value: str) -> str:
    """Return the log level in lower case; raise `UsageError` for an unknown one."""
    level = value.strip().lower()
    if level not in LOG_LEVELS:
        raise bad_value(VAR_LOG, value)
    return level


def check_directory(value: str | Path) -> Path:
    """Return an absolute path that is a directory or does not exist yet; raise `UsageError` otherwise."""
    text = str(value)
    if not text.strip() or "\0" in text:
        raise bad_value(VAR_DIRECTORY, text, "it is empty")
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise bad_value(VAR_DIRECTORY, text, "it exists and is not a directory")
    return path


def parse_activation(value: str) -> tuple[bool, str, bool]:
    """Read ``TRITON_LIFT``'s value as (enabled, pattern, strict); raise `UsageError` when it is not accepted."""
    match value.strip():
        case "" | "0":
            return False, "*", False
        case "1":
            return True, "*", False
        case "strict":
            return True, "*", True
        case text if text.startswith("strict:"):
            return True, check_pattern(text.removeprefix("strict:")), True
        case text:
            return True, check_pattern(text), False


def activation_value(pattern: str, strict: bool) -> str:
    """The value of ``TRITON_LIFT`` that means this; the inverse of `parse_activation` for an enabled setting."""
    match pattern, strict:
        case "*", False:
            return "1"
        case "*", True:
            return "strict"
        case _:
            return f"strict:{pattern}" if strict else pattern


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Read all four variables from ``environ``; an unset or empty one has its default. Raises `UsageError`."""
    enabled, pattern, strict = parse_activation(environ.get(VAR_ACTIVATION, ""))
    directory = environ.get(VAR_DIRECTORY, "")
    budget = environ.get(VAR_BUDGET, "")
    log = environ.get(VAR_LOG, "")
    return Settings(
        enabled=enabled,
        pattern=pattern,
        strict=strict,
        directory=check_directory(directory) if directory else None,
        budget=check_budget(budget) if budget else DEFAULT_BUDGET,
        log=check_log(log) if log else None,
    )
