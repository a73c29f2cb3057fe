"""What the commands are given: files in pretty or generic form, stdin, kernels in Python files, splits of one file."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triton_lift.util.diagnostic import Diagnostic, ParseError, UsageError

SPLIT = re.compile(r"^[ \t]*// -----.*$", re.MULTILINE)
_GENERIC = re.compile(r'^\s*"builtin\.module"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One module of a file: ``text`` is padded with empty lines, so that its line numbers are the file's."""

    text: str
    name: str
    """What diagnostics call the file."""
    first_line: int


def usage(message: str, where: str = "-") -> UsageError:
    """A usage error that names the argument."""
    return UsageError(Diagnostic("error", "usage", message, where))


def read_text(path: str) -> tuple[str, str]:
    """(text, name for diagnostics) of a file or of stdin (``-``); raises `UsageError`, or `ParseError` for no UTF-8."""
    name = "<stdin>" if path == "-" else path
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise usage(f"cannot read this: {error.strerror}", name) from error
    try:
        return data.decode("utf-8"), name
    except UnicodeDecodeError as error:
        raise ParseError(Diagnostic("error", "not-utf-8", f"not UTF-8 at byte {error.start}", name)) from error


def pieces(text: str, name: str, *, split: bool) -> list[Piece]:
    """The modules of a file, separated by lines ``// -----``; pieces that hold comments alone are left out."""
    if not split:
        return [Piece(text, name, 1)]
    found: list[Piece] = []
    start = 0
    for end in [*(m.start() for m in SPLIT.finditer(text)), len(text)]:
        body = text[start:end]
        if any(line.strip() and not line.strip().startswith("//") for line in body.splitlines()):
            before = text.count("\n", 0, start)
            found.append(Piece("\n" * before + body, name, before + 1))
        start = end
    return found


def generic_form(piece: Piece) -> str:
    """The piece in generic form: as it is, or through Triton's parser if it is pretty. Raises `ParseError`."""
    if _GENERIC.search(piece.text):
        return _without_comments(piece.text)
    from triton_lift.hook.triton_api import generic_text_of_ttir

    try:
        text = generic_text_of_ttir(piece.text)
    except ParseError as error:
        found = error.diagnostic
        where = found.where.replace("<input>", piece.name, 1)
        raise ParseError(Diagnostic(found.severity, found.code, found.message, where, found.op)) from error
    return text.replace('"<input>"', _quoted(piece.name))


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _without_comments(text: str) -> str:
    """Blank whole-line comments out; line numbers stay."""
    return "\n".join("" if line.lstrip().startswith("//") else line for line in text.split("\n"))


def pretty_form(generic: str) -> str:
    """Generic form as Triton prints it. Raises `ParseError`."""
    import tempfile

    from triton_lift.hook import triton_api

    with tempfile.NamedTemporaryFile("w", suffix=".mlir", encoding="utf-8") as file:
        file.write(generic)
        file.flush()
        module = triton_api.parse_file(file.name, triton_api.new_context())
        return str(module.str_nodebug())


def kernel_source(spec: str, signature: str | None, constexprs: tuple[str, ...]) -> tuple[str, str]:
    """(generic form, name) of ``module.py:kernel``, compiled to TTIR as Triton does for CUDA sm_90; no GPU is needed.

    ``signature`` lists the types of the arguments that are no constexprs, in order; ``constexprs`` are ``NAME=VALUE``.
    """
    path, _, kernel = spec.rpartition(":")
    if signature is None:
        raise usage('a kernel in a Python file needs its argument types: --signature "*fp32,i32"', "--signature")
    fn = _jitted(Path(path), kernel)
    values = dict(_constexpr(text) for text in constexprs)
    types = [part.strip() for part in signature.split(",") if part.strip()]
    names = [name for name in _argument_names(fn) if name not in values]
    unknown = sorted(set(values) - set(_argument_names(fn)))
    if unknown:
        raise usage(f"{kernel} has no argument {', '.join(unknown)}", "--constexpr")
    if len(names) != len(types):
        wanted = f"{len(names)} arguments that are no constexprs ({', '.join(names)})"
        raise usage(f"{kernel} takes {wanted}, {len(types)} types given", "--signature")
    listed: Mapping[str, str] = dict(zip(names, types, strict=True))
    whole = {name: listed.get(name, "constexpr") for name in _argument_names(fn)}
    from triton_lift.hook import triton_api

    module = triton_api.compile_to_ttir(fn, whole, values)
    return triton_api.generic_text(module), path


def _argument_names(fn: Any) -> list[str]:
    return [str(name) for name in fn.arg_names]


def _constexpr(text: str) -> tuple[str, object]:
    name, found, value = text.partition("=")
    if not found:
        raise usage(f"{text!r} is not NAME=VALUE", "--constexpr")
    try:
        return name.strip(), ast.literal_eval(value.strip())
    except (ValueError, SyntaxError):
        return name.strip(), value.strip()


def _jitted(path: Path, kernel: str) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise usage(f"there is no Python file {path}", str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)
    sys.path.insert(0, str(path.parent.absolute()))
    spec.loader.exec_module(module)
    fn = getattr(module, kernel, None)
    if fn is None or not hasattr(fn, "arg_names"):
        raise usage(f"there is no kernel (@triton.jit) {kernel!r}", str(path))
    return fn
