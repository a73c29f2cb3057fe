"""Operations, values, regions, blocks and locations; the rules are those of the MLIR language reference."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from triton_lift.ir.model import (
    CallSiteLoc,
    FileLoc,
    FusedLoc,
    IntAttr,
    IntType,
    Module,
    NameLoc,
    Op,
    StringAttr,
    UnknownLoc,
)
from triton_lift.ir.names import op_where, value_name
from triton_lift.ir.reader import read_module
from triton_lift.util.diagnostic import ParseError

Read = Callable[..., Module]
CONST = '%c = "t.c"() : () -> i32\n'


def body(module: Module) -> tuple[Op, ...]:
    return module.op.regions[0].blocks[0].ops


def function(text: str) -> str:
    return f'"tt.func"() ({{\n{text}\n}}) : () -> ()'


@pytest.fixture(scope="module")
def mixed() -> Module:
    from pathlib import Path

    return read_module((Path(__file__).parent / "samples" / "mixed.mlir").read_bytes())


def test_the_sample_op_by_op(mixed: Module) -> None:
    (func,) = mixed.functions()
    names = [op.name for op in func.walk()]
    assert names == [
        "tt.func",
        *["arith.constant"] * 3,
        "t.two",
        "tt.reduce",
        "arith.maxnumf",
        "tt.reduce.return",
        "scf.if",
        "scf.yield",
        "cf.cond_br",
        "t.use",
        "cf.br",
        "tt.return",
    ]
    entry, one, two = func.regions[0].blocks
    assert [block.label for block in (one, two)] == ["bb1", "bb2"]
    assert [value.label for value in entry.args] == ["x", "n"]
    pair = entry.ops[3]
    assert [value.label for value in pair.results] == ["q#0", "q#1"]
    assert pair.attributes.keys() == {"note", "odd name"}
    branch = entry.ops[-1]
    assert branch.successors == ("bb1", "bb2")
    assert branch.operands == (entry.ops[2].results[0], pair.results[0], entry.ops[4].results[0])
    assert one.ops[0].operands == (one.args[0], pair.results[1])
    assert [len(region.blocks) for region in entry.ops[5].regions] == [1, 0]
    numbers = [value.number for op in func.walk() for value in op.results]
    assert len(set(numbers)) == len(numbers)
    assert func.attrs["sym_name"] == StringAttr(b"k")
    assert func.attributes == {"noinline": IntAttr(0, IntType(1))}


def test_the_samples_locations(mixed: Module) -> None:
    (func,) = mixed.functions()
    early, late = FileLoc("dir//file.py", 3, 7), NameLoc("n", FileLoc("a.py", 1, 2))
    entry = func.regions[0].blocks[0]
    assert func.loc == early
    assert [value.loc for value in entry.args] == [NameLoc("x_ptr", early), late]
    assert [value_name(value) for value in entry.args] == ["x_ptr", "n"]
    c, d, t, _, reduce, *_ = entry.ops
    assert (c.loc, d.loc, t.loc) == (late, UnknownLoc(), CallSiteLoc(early, late))
    assert reduce.loc == FusedLoc((NameLoc("r", early), FileLoc("f", 1, 2)), '"why"')
    assert value_name(t.results[0]) == "n"  # the callee has no name, the caller has
    assert (op_where(t), op_where(reduce), op_where(d)) == ("dir//file.py:3:7", "dir//file.py:3:7", "<input>:10")
    assert value_name(d.results[0]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loc(unknown)", UnknownLoc()),
        ('loc("a\\22b":1:2)', FileLoc('a"b', 1, 2)),
        ('loc("f":1:2 to 3:4)', FileLoc("f", 1, 2, (3, 4))),
        ('loc("f":1:2 to :4)', FileLoc("f", 1, 2, (1, 4))),
        ('loc("n")', NameLoc("n", UnknownLoc())),
        (
            'loc("n"(callsite("a" at "f":1:2)))',
            NameLoc("n", CallSiteLoc(NameLoc("a", UnknownLoc()), FileLoc("f", 1, 2))),
        ),
        ("loc(fused[])", FusedLoc(())),
        ("loc(fused<#x.y<1>>[unknown])", FusedLoc((UnknownLoc(),), "#x.y<1>")),
    ],
)
def test_locations(module: Read, text: str, expected: object) -> None:
    assert body(module(f'"t.op"() : () -> () {text}'))[0].loc == expected


def test_lines_are_those_of_the_text(module: Read) -> None:
    text = 'builtin.module"() ({\n\n  "t.a"() : () -> ()\n  %x = "t.b"() ({\n    "t.c"() : () -> ()\n  }) : () -> i32\n'
    found = read_module(f'"{text}}}) : () -> ()')
    assert {op.name: op.line for op in found.op.walk()} == {"builtin.module": 1, "t.a": 3, "t.b": 4, "t.c": 5}
    assert found.text == f'"{text}}}) : () -> ()'


def test_comments_and_spacing_change_nothing(module: Read) -> None:
    spread = (
        '%a , %b // "x"\n : 2 = "t.op" ( ) < { n = "// no comment" } > : ( ) -> ( i32 , i32 , i32 ) loc ( unknown )'
        '\n "t.use" ( %a , %b#1 , %b # 0 ) : (i32, i32, i32) -> ()'
    ).replace("%b # 0", "%b#00")
    op, use = body(module(spread))
    assert op.properties == {"n": StringAttr(b"// no comment")}
    assert [value.label for value in op.results] == ["a", "b#0", "b#1"]
    assert use.operands == (op.results[0], op.results[2], op.results[1])


def test_names_of_one_result(module: Read) -> None:
    text = '%a:1 = "t.op"() : () -> i32\n"t.use"(%a, %a#0) : (i32, i32) -> ()'
    op, use = body(module(text))
    assert use.operands == op.results * 2


def test_names_end_with_their_region(module: Read) -> None:
    region = '"t.r"() ({\n%x = "t.c"() : () -> i32\n}, {\n%x = "t.c"() : () -> i32\n}) : () -> ()\n'
    module(region + '%x = "t.c"() : () -> i32')
    with pytest.raises(ParseError, match="undefined value '%x'"):
        module(region + '"t.use"(%x) : (i32) -> ()')


def test_isolated_ops_do_not_see_out(module: Read) -> None:
    module(CONST + '"scf.if"() ({\n"t.use"(%c) : (i32) -> ()\n}) : () -> ()')
    with pytest.raises(ParseError, match="undefined value '%c'"):
        module(CONST + function('"t.use"(%c) : (i32) -> ()'))
    inner = body(module(CONST + function(CONST)))[1].regions[0].blocks[0].ops[0]
    assert inner.results[0].label == "c"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"t.use"(%c) : (i32) -> ()\n' + CONST, "undefined value"),
        ('%c = "t.c"(%c) : (i32) -> i32', "undefined value"),
        ('%c = "t.c"() ({\n"t.use"(%c) : (i32) -> ()\n}) : () -> i32', "undefined value"),
        (CONST + CONST, "redefinition of value"),
        (CONST + '"scf.if"() ({\n' + CONST + "}) : () -> ()", "redefinition of value"),
        (CONST + '"t.use"(%c) : (i64) -> ()', "another type"),
        (CONST + '"t.use"(%c) : () -> ()', "1 operands but 0"),
        (CONST + '"t.use"(%c#1) : (i32) -> ()', "undefined value"),
        ('%a, %b = "t.c"() : () -> i32', "names of results"),
        ('%a = "t.c"() : () -> (i32, i32)', "names of results"),
        ('%a:3 = "t.c"() : () -> (i32, i32)', "names of results"),
        ('%a:0 = "t.c"() : () -> ()', "names of results"),
        ('%a = "t.c"() : () -> ()', "names of results"),
        ('%a, %a = "t.c"() : () -> (i32, i32)', "redefinition of value"),
        (function("^a(%x: i32, %x: i32):"), "redefinition of value"),
        (function("^a:\n^a:"), "redefinition of block"),
        (function('"cf.br"()[^b] : () -> ()'), "undefined block"),
        (function('^a:\n"cf.br"()[^a] : () -> ()'), "entry block"),
        (function('"t.r"() ({\n"cf.br"()[^b] : () -> ()\n}) : () -> ()\n^b:'), "undefined block"),
        (function('"cf.br"()[^b] : () -> ()\n"t.x"() : () -> ()\n^b:'), "does not end its block"),
        (function('"cf.br"()[] : () -> ()'), "successor"),
        (function('"cf.br"()[^b : i32] : () -> ()\n^b:'), "successor"),
        ('"t.op"() <{a}> {a} : () -> ()', "also a property"),
        ('"t.op"() {a, a} : () -> ()', "duplicate attribute"),
        ('"t.op"() ({}, ) : () -> ()', "expected '{'"),
        ('"t.op"() () : () -> ()', "expected ':'"),
        ('"t.op"() : ()', "expected '->'"),
        ('"t.op"() : () -> () loc(', "expected a location"),
        ("t.op() : () -> ()", "generic form"),
        ('"t op"() : () -> ()', "generic form"),
        ("%0x = 1", "generic form"),
        ("^late:", None),
        ("\0", "unexpected character"),
    ],
)
def test_malformed(module: Read, text: str, message: str | None) -> None:
    if message is None:
        module(text)
        return
    with pytest.raises(ParseError, match=message) as caught:
        module(text)
    assert caught.value.diagnostic.where.startswith("<input>:")


BRANCHES = """
  %c = "t.c"() : () -> i1
  "cf.cond_br"(%c)[^a, ^b] : (i1) -> ()
^a:
  %x = "t.c"() : () -> i32
  "cf.br"()[^d] : () -> ()
^b:
  {}
  "cf.br"()[^d] : () -> ()
^d:
  {}
  "tt.return"() : () -> ()
"""
USE = '"t.r"() ({ "t.use"(%x) : (i32) -> () }) : () -> ()'


def test_dominance(module: Read) -> None:
    module(function(BRANCHES.format("", "")))
    for text in (BRANCHES.format(USE, ""), BRANCHES.format("", USE)):
        with pytest.raises(ParseError, match="not defined on every path"):
            module(function(text))
    # A block that is never reached may use anything; a loop's body sees what comes before the loop.
    module(function(BRANCHES.format("", "") + f"^z:\n{USE}"))
    loop = '"cf.br"()[^h] : () -> ()\n^h:\n%x = "t.c"() : () -> i32\n"cf.br"()[^t] : () -> ()\n^t:\n'
    module(function(loop + USE + '\n"cf.br"()[^h] : () -> ()'))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "one operation"),
        ('"t.op"() : () -> ()', "builtin.module"),
        ('"builtin.module"() ({}) : () -> ()\n"builtin.module"() ({}) : () -> ()', "end of the text"),
        ("module {\n}", "generic form"),
        ('"builtin.module"() ({\n#a = 1\n}) : () -> ()', "generic form"),
        ('#a = 1\n#a = 2\n"builtin.module"() ({}) : () -> ()', "redefinition of alias"),
        ('#a = #b\n#b = #a\n"builtin.module"() ({}) : () -> ()', "refers to itself"),
        ('!a = tensor<4x!a>\n"builtin.module"() ({}) : () -> ()', "refers to itself"),
        ('#a = #x.y<#a>\n"builtin.module"() ({}) : () -> ()', "refers to itself"),
        ('#a = #b\n"builtin.module"() ({}) : () -> ()', "undefined alias"),
        ('"builtin.module"() ({}) : () -> () loc(#l)', "undefined alias"),
        ('#l = 1\n"builtin.module"() ({}) : () -> () loc(#l)', "expected 'loc'"),
        ('"builtin.module"() {a = #x.y<\n#a = 1\n>} : () -> ()', "inside an operation"),
        ('"builtin.module"() ({', "generic form"),
        ("{-# dialect_resources: {} #-}", "generic form"),
    ],
)
def test_malformed_top_level(text: str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read_module(text)


def test_errors_have_line_and_column() -> None:
    with pytest.raises(ParseError) as caught:
        read_module('"builtin.module"() ({\n  "t.op"() {a = ?} : () -> ()\n}) : () -> ()', "file.mlir")
    assert caught.value.diagnostic.where == "file.mlir:2:17"
    assert caught.value.diagnostic.severity == "error"
