"""TTIR as text: what is checked before Triton's parser sees it, where it comes from, and what the parser said of it."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Callable, Generator

from triton_lift.util.diagnostic import Diagnostic, ParseError, Unsupported

# Brackets within brackets; real kernels have some twenty.
MAX_NESTING = 256
# Digits of one number; the widest real one is a dense constant's, and that is a string.
MAX_DIGITS = 1000
# A module with this visibility does not verify, and the printer falls back to generic form for every op.
_SPOILT = '<{sym_name = "x", sym_visibility = "generic"}>'
STRING = r'"(?:[^"\\]|\\.)*"'


def source_of(text: str) -> str:
    """``file:line:col`` of the first location in a module's text, which is the kernel's; ``-`` without one."""
    found = re.search(rf"^#loc\d* = loc\(({STRING}):(\d+):(\d+)\)", text, re.MULTILINE)
    return f"{found[1][1:-1]}:{found[2]}:{found[3]}" if found else "-"


def argument_names(text: str) -> list[tuple[str, list[str]]]:
    """Per function in pretty form its name, and the names its arguments have in the text."""
    found = re.findall(r"^\s*tt\.func[^@\n]*@([\w.$-]+)\((.*)", text, re.MULTILINE)
    return [(name, re.findall(r"%([A-Za-z_][\w.$-]*):", head)) for name, head in found]


def refuse_hostile(text: str, shown: str) -> None:
    """Raise `ParseError` for what MLIR's parser, which recurses, would take wrongly or not survive."""
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ParseError(Diagnostic("error", "mlir-parse", "a NUL character", where=f"{shown}:{line}:1"))
    depth = 0
    for token in re.finditer(rf"{STRING}|->|[(\[{{<]|[)\]}}>]|\d{{{MAX_DIGITS}}}", text):
        if token[0] in "([{<":
            depth += 1
        elif token[0] in ")]}>":
            depth -= 1
        elif token[0][0].isdecimal():
            where = f"{shown}:{text.count(chr(10), 0, token.start()) + 1}:1"
            message = f"a number of {MAX_DIGITS} digits or more"
            raise ParseError(Diagnostic("error", "number-too-long", message, where=where))
        if depth > MAX_NESTING:
            where = f"{shown}:{text.count(chr(10), 0, token.start()) + 1}:1"
            message = f"nested more than {MAX_NESTING} deep"
            raise ParseError(Diagnostic("error", "nested-too-deeply", message, where=where))


def first_message(said: str, path: str, shown: str) -> tuple[str, str]:
    """(location, message) of the first error in what MLIR said about the file ``path``, which is called ``shown``."""
    found = re.search(rf'loc\("{re.escape(path)}":(\d+):(\d+)\): error: (.*)', said)
    return (f"{shown}:{found[1]}:{found[2]}", found[3]) if found else (shown, "MLIR does not accept this")


@contextlib.contextmanager
def stderr_caught() -> Generator[Callable[[], str]]:
    """Catch what MLIR writes to file descriptor 2; yields a function that returns it."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as file:
        saved = os.dup(2)
        os.dup2(file.fileno(), 2)

        def said() -> str:
            file.seek(0)
            return file.read().decode("utf-8", "replace")

        try:
            yield said
        finally:
            os.dup2(saved, 2)
            os.close(saved)


@contextlib.contextmanager
def as_file(text: str, suffix: str = ".mlir") -> Generator[str]:
    """``text`` as a file, since Triton's parser takes a path only."""
    handle, path = tempfile.mkstemp(prefix="triton-lift-", suffix=suffix)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        yield path
    finally:
        os.unlink(path)


def free_number(text: str) -> int:
    """A number from which on no digits in ``text`` collide; attributes on arguments are i32."""
    number = 1_700_000_000
    while str(number)[:6] in text:
        number += 10_000
    return number


def unspoilt(text: str) -> str:
    """What a spoilt module prints, without what spoilt it. Raises `Unsupported` where that is not generic form."""
    head, found, tail = text.partition(f'"builtin.module"() {_SPOILT} (')
    if not found or not all(line.startswith("#") for line in head.splitlines()):
        message = "this Triton does not print generic form"
        raise Unsupported(Diagnostic("error", "not-generic-form", message, where=source_of(text)))
    return f'{head}"builtin.module"() ({tail}'
