"""Located diagnostics and the exceptions that carry them; a failure is wrapped once, at the innermost op."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message about one place.

    ``severity`` is 'error', 'warning', 'remark' or 'note'; ``code`` a stable kebab-case name listed in
    docs/diagnostics.md; ``where`` is ``file:line:col`` of the source, or ``<input>:line`` of the IR text, or ``-``;
    ``op`` the op's name where one is concerned.
    """

    severity: str
    code: str
    message: str
    where: str = "-"
    op: str | None = None

    def __str__(self) -> str:
        at = f" ({self.op})" if self.op else ""
        return f"{self.where}: {self.severity}: {self.message} [{self.code}]{at}"


class LiftError(Exception):
    """Base of every failure of ours; always carries one located diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


class ParseError(LiftError):
    """The text is not IR that we read."""


class Unsupported(LiftError):
    """An op, type or shape of program that has no meaning here yet: refused, never guessed."""


class BudgetExceeded(LiftError):
    """A deterministic bound on steps, terms, bytes or recursion was reached."""


class UsageError(LiftError):
    """A bad setting or argument; names it and says what it accepts."""
