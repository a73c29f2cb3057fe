"""``--verify-diagnostics``: comments that say which diagnostics a test expects, and where.

``// expected-error@+1 {{text}}`` expects an error on the next line whose message contains the text; ``@-2``,
``@above``, ``@below``, ``@unknown`` (any place) and no place at all (the comment's own line) as in mlir-opt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from triton_lift.util.diagnostic import Diagnostic

_EXPECTED = re.compile(r"// expected-(error|warning|remark|note)(?:@([+-]\d+|above|below|unknown))?[ \t]*\{\{(.*?)\}\}")


@dataclass(frozen=True, slots=True)
class Expected:
    """One expected diagnostic; ``line`` is None where any place will do."""

    severity: str
    line: int | None
    text: str
    file: str

    def met_by(self, found: Diagnostic) -> bool:
        """Whether this is the diagnostic that is expected; the text may also be part of its code."""
        place = self.line is None or re.match(rf"{re.escape(self.file)}:{self.line}(:|$)", found.where) is not None
        return place and found.severity == self.severity and self.text in f"{found.message} [{found.code}]"

    def __str__(self) -> str:
        at = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{at}: expected {self.severity} {self.text!r}"


def expectations(text: str, name: str) -> list[Expected]:
    """The expectations in a text's comments."""
    found: list[Expected] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _EXPECTED.finditer(line):
            found.append(Expected(match[1], _line(number, match[2]), match[3], name))
    return found


def _line(number: int, place: str | None) -> int | None:
    match place:
        case None:
            return number
        case "above":
            return number - 1
        case "below":
            return number + 1
        case "unknown":
            return None
        case offset:
            return number + int(offset)


def check_expected(expected: Iterable[Expected], found: Iterable[Diagnostic]) -> list[str]:
    """What is wrong: expected and not there, or an error or warning that nobody expected. Each is used once."""
    left = list(found)
    wrong: list[str] = []
    for want in expected:
        hit = next((d for d in left if want.met_by(d)), None)
        if hit is None:
            wrong.append(f"{want}: not reported")
        else:
            left.remove(hit)
    wrong += [f"unexpected: {d}" for d in left if d.severity in ("error", "warning")]
    return wrong
