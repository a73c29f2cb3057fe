"""Text made to hurt: the reader answers with a located ``ParseError`` and nothing else."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triton_lift.ir import lexer
from triton_lift.ir.model import Attr, Module
from triton_lift.ir.reader import read_module
from triton_lift.util.diagnostic import ParseError

WRAP = '"builtin.module"() ({{\n{}\n}}) : () -> ()'


def read_or_refuse(text: str | bytes) -> Module | None:
    """The module, or None where it was refused as it should be."""
    try:
        return read_module(text)
    except ParseError as error:
        assert re.fullmatch(r"<input>:\d+:\d+", error.diagnostic.where), error
        assert len(error.diagnostic.message) < 500
        return None


@pytest.mark.parametrize(
    "value",
    [
        "[" * 100_000,
        "{a=" * 100_000,
        "#a.b" + "<" * 100_000,
        "(" * 100_000,
        "tensor<" * 100_000,
        "!tt.ptr<" * 100_000,
        "dense<" + "[" * 100_000,
        'loc("a"(' * 100_000,
        "loc(callsite(" * 100_000,
        "[" * 65 + "]" * 65,
        "!tt.ptr<" * 65 + "i8" + ">" * 65,
        "() -> (" * 65 + ")" * 65,
        "9" * 1_000_000,
        f"{'9' * 1_000_000} : i64",
        f"1.0e{'9' * 1_000_000}",
        f"{'9' * 1_000_000}.0",
        f"i{'9' * 1_000_000}",
        f"tensor<{'9' * 1_000_000}xf32>",
        f"tensor<{'1x' * 100_000}f32>",
        f"@{'a::@' * 100_000}",
        '"' + "\\" * 100_001 + '"',
        f"{'%' * 100_000}",
    ],
)
def test_deep_or_huge_attributes(attribute: Callable[..., Attr], value: str) -> None:
    with pytest.raises(ParseError):
        attribute(value)


@pytest.mark.parametrize("head", ['"t.r"() ({\n', '"t.r"() ({ }, {\n', "^a(%x: i32):", '%x = "t.r"() ({'])
def test_deep_regions(head: str) -> None:
    with pytest.raises(ParseError):
        read_module(WRAP.format(head * 50_000))


def test_nesting_up_to_the_bound_is_read() -> None:
    depth = lexer.MAX_REGION_NESTING - 1
    module = read_module(WRAP.format('"t.r"() ({' * depth + "}) : () -> ()" * depth))
    assert sum(1 for _ in module.op.walk()) == depth + 1
    with pytest.raises(ParseError, match="nested deeper"):
        read_module(WRAP.format('"t.r"() ({' * (depth + 1) + "}) : () -> ()" * (depth + 1)))


@pytest.mark.parametrize(
    "line",
    [
        "#a{0} = [#a{1}, #a{1}]",
        "#a{0} = #x.y<#a{1}, #a{1}>",
        "#a{0} = loc(fused[#a{1}, #a{1}])",
        "#a{0} = loc(callsite(#a{1} at #a{1}))",
        "#a{0} = [#a{1}]",
        '#a{0} = loc("n"(#a{1}))',
        "!a{0} = (!a{1}, !a{1}) -> ()",
        "!a{0} = !x.y<!a{1}, !a{1}>",
    ],
)
def test_aliases_of_aliases(line: str) -> None:
    first = {"#": "#a0 = 1", "!": "!a0 = i32"}[line[0]] if "loc" not in line else "#a0 = loc(unknown)"
    lines = [first, *(line.format(i, i - 1) for i in range(1, 200))]
    for text in ("\n".join(lines), "\n".join(reversed(lines))):
        with pytest.raises(ParseError):
            read_module(f"{text}\n{WRAP.format('')}")


def test_long_chain_of_flow_and_names(module: Callable[..., Module]) -> None:
    blocks = "".join(f'"cf.br"()[^b{i}] : () -> ()\n^b{i}:\n' for i in range(lexer.MAX_BLOCKS - 1))
    module(f'"tt.func"() ({{\n{blocks}}}) : () -> ()')
    with pytest.raises(ParseError, match="blocks"):
        module(f'"tt.func"() ({{\n{blocks}^c:\n^d:\n}}) : () -> ()')


NO_MODULES = [b"\xff\xfe", b'"builtin.module"() ({ "t.o\xc3"() : () -> () }) : () -> ()', "\ud800"]
NO_MODULES += ["", b"", "\0", '"', "//", "#", "!a =", "#a =", '"' + '\\"' * 100_000 + "\n//"]


@pytest.mark.parametrize("text", NO_MODULES)
def test_no_text_at_all(text: str | bytes) -> None:
    assert read_or_refuse(text) is None


def test_too_long_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexer, "MAX_TEXT", 100)
    with pytest.raises(ParseError, match="more than 100 bytes"):
        read_module(WRAP.format(" " * 100))
    monkeypatch.setattr(lexer, "MAX_TEXT", 1 << 20)
    monkeypatch.setattr(lexer, "MAX_OBJECTS", 1000)
    ops = '"t.op"() : () -> ()\n' * 1000
    items = f'"t.op"() {{a = [{"1, " * 1000}1]}} : () -> ()'
    results = f'"t.op"() : () -> ({"i1, " * 1000}i1)'
    for many in (ops, items, results):
        assert read_or_refuse(WRAP.format(many)) is None
    for dense in ("1, " * 1000 + "1", "[], " * 1000 + "[]"):
        assert read_or_refuse(WRAP.format(f'"t.op"() {{a = dense<[{dense}]> : tensor<1001xi8>}} : () -> ()')) is None


def test_little_stack_left(sample: str) -> None:
    def deep(left: int) -> Module | None:
        return deep(left - 1) if left else read_or_refuse(sample)

    limit = sys.getrecursionlimit()
    outcomes = set()
    for left in range(limit - 200, limit - 5, 15):
        try:
            outcomes.add(deep(left) is None)
        except RecursionError:
            break  # there was not even room to call the reader
    assert outcomes


def test_every_truncation_is_refused(sample: str) -> None:
    ends = [match.end() for match in lexer.TOKEN.finditer(sample)]
    whole = len(sample.rstrip())
    for end in ends:
        text = sample[:end]
        module = read_or_refuse(text)
        # Only definitions at the end may be cut off whole, and only where nothing refers to them.
        assert module is None or end >= whole or sample[end:].lstrip().startswith(("#", "}"))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_changed_bytes(data: st.DataObject) -> None:
    from pathlib import Path

    samples = sorted((Path(__file__).parent / "samples").glob("*.mlir"))
    raw = bytearray(data.draw(st.sampled_from(samples)).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        match data.draw(st.sampled_from(["set", "delete", "insert", "copy"])):
            case "set":
                raw[at] = data.draw(st.integers(0, 255))
            case "delete":
                del raw[at : at + data.draw(st.integers(1, 20))]
            case "insert":
                raw[at:at] = data.draw(st.sampled_from(PIECES)).encode()
            case _:
                start = data.draw(st.integers(0, len(raw)))
                raw[at:at] = raw[start : start + data.draw(st.integers(1, 60))]
    read_or_refuse(bytes(raw))


PIECES = re.findall(
    r"\S+", """{ } ( ) [ ] < > -> : = , %0 %0#1 ^bb0 #a !a @a " \\ 0x 0xFF 1.0 - dense< array< tensor< loc( true"""
)
PIECES += ["i1", "f32", "//", "\n", "\0", "\u00e9"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_sequence_of_tokens(pieces: list[str]) -> None:
    read_or_refuse(WRAP.format('"t.op"() {a = ' + " ".join(pieces) + "} : () -> ()"))
    read_or_refuse(" ".join(pieces))
