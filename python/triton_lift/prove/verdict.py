"""The closed union of verdicts, and the grades of a value claim.

Only ``prove.checker`` constructs ``Proved``: its constructor wants the checker's token. Source: docs/spec.md,
"Verdicts".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Grade = Literal["closed", "recurrence", "opaque", "refused"]
Given = Literal["no_wrap", "injective", "no_cross_read", "alias", "terminates"]


class _Token:
    """Held by the checker module alone."""


CHECKER_TOKEN: Final = _Token()
"""Imported by ``prove.checker`` and by nothing else (a test greps for it)."""


@dataclass(frozen=True, slots=True)
class Proved:
    """The claim holds for all arguments that satisfy ``requires``, given the listed properties that are not
    themselves proved yet.
    """

    given: tuple[Given, ...]
    token: _Token = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.token is not CHECKER_TOKEN:
            raise TypeError("only the checker constructs Proved")

    def __str__(self) -> str:
        return "proved" + (f" given {', '.join(self.given)}" if self.given else "")


@dataclass(frozen=True, slots=True)
class Refuted:
    """A concrete launch on which the claim fails, replayed by the evaluator; ``model`` maps names to values."""

    reason: str
    model: Mapping[str, object]

    def __str__(self) -> str:
        return f"refuted: {self.reason}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither shown nor refuted."""

    reason: str
    where: str = "-"

    def __str__(self) -> str:
        return f"unknown: {self.reason}"


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The kernel has a construct without meaning here."""

    reason: str
    where: str

    def __str__(self) -> str:
        return f"unsupported: {self.reason}"


@dataclass(frozen=True, slots=True)
class Vacuous:
    """The requirements admit no launch, or the domain is empty on all of them."""

    reason: str

    def __str__(self) -> str:
        return f"vacuous: {self.reason}"


Verdict = Proved | Refuted | Unknown | Unsupported | Vacuous


def verdict_name(verdict: Verdict) -> str:
    """``proved``, ``refuted``, ``unknown``, ``unsupported`` or ``vacuous``."""
    return type(verdict).__name__.lower()
