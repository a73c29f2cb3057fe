"""Branches (spec: Control, C1 to C4): early return, scf.if, conditions as printed assumptions, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines, load_at, pointers, store_at, tensor, tile
from tests.interp.square import assert_refuted, assert_square, difference, launch_of, lift
from tests.ops.harness import module
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported

P32 = "!tt.ptr<i32>"
T8 = tensor((8,), "i32")
X = np.arange(24) * 3 - 7
ZEROS = np.zeros(24)
BOTH = "<{operandSegmentSizes = array<i32: 1, 1, 1>}>"


def ids() -> str:
    return call("pid", "tt.get_program_id", [], [], "i32", "axis = 0 : i32")


def compare(name: str, a: str, b: str, predicate: int) -> str:
    return call(name, "arith.cmpi", [a, b], ["i32", "i32"], "i1", f"predicate = {predicate} : i64")


def put(value: str, index: str = "%pid", name: str = "p") -> str:
    """a0[index] = value, scalars."""
    return lines(
        call(name, "tt.addptr", ["%a0", index], [P32, "i32"], P32),
        f'    "tt.store"(%{name}, {value}) : ({P32}, i32) -> ()',
    )


def early(predicate: int = 5, stored: str = "%pid") -> str:
    body = lines(
        ids(),
        compare("c", "%pid", "%a1", predicate),
        '    "cf.cond_br"(%c)[^bb1, ^bb2] <{operandSegmentSizes = array<i32: 1, 0, 0>}> : (i1) -> ()',
        "  ^bb1:",
        '    "tt.return"() : () -> ()',
        "  ^bb2:",
        put(stored),
    )
    return module([P32, "i32"], body)


@pytest.mark.parametrize("n", [-1, 0, 1, 3, 5, 9])
def test_early_return_is_a_guard(n: int) -> None:
    lifted = lift(early())
    assert isinstance(lifted.verdict, Proved)
    assert difference(lifted, launch_of(lifted, [ZEROS - 1, n], (5, 1, 1))).empty


@pytest.mark.parametrize("predicate", [0, 1, 2, 3, 4])
def test_early_return_twins(predicate: int) -> None:
    assert_refuted(early(), early(predicate), [ZEROS - 1, 3], (5, 1, 1))
    assert_square(early(predicate), [ZEROS - 1, 3], (5, 1, 1))


def test_block_arguments_and_a_join() -> None:
    # out[pid] = pid < n ? 2 * pid : 7, the value chosen by a branch and passed to the join
    def text(then: str, other: str) -> str:
        body = lines(
            ids(),
            constant("k", "7", "i32"),
            compare("c", "%pid", "%a1", 2),
            f'    "cf.cond_br"(%c, %pid, %k)[^bb1, ^bb2] {BOTH} : (i1, i32, i32) -> ()',
            "  ^bb1(%u: i32):",
            call("d", "arith.addi", ["%u", "%u"], ["i32"] * 2, "i32"),
            f'    "cf.br"({then})[^bb3] : (i32) -> ()',
            "  ^bb2(%v: i32):",
            f'    "cf.br"({other})[^bb3] : (i32) -> ()',
            "  ^bb3(%w: i32):",
            put("%w"),
        )
        return module([P32, "i32"], body)

    for n in (-3, 0, 2, 5):
        assert_square(text("%d", "%v"), [ZEROS, n], (5, 1, 1))
    assert_refuted(text("%d", "%v"), text("%u", "%v"), [ZEROS, 3], (5, 1, 1))
    assert_refuted(text("%d", "%v"), text("%d", "%pid"), [ZEROS, 3], (5, 1, 1))


def test_both_branches_to_one_block() -> None:
    body = lines(
        ids(),
        constant("k", "7", "i32"),
        compare("c", "%pid", "%a1", 2),
        f'    "cf.cond_br"(%c, %pid, %k)[^bb1, ^bb1] {BOTH} : (i1, i32, i32) -> ()',
        "  ^bb1(%u: i32):",
        put("%u"),
    )
    for n in (0, 2, 5):
        assert_square(module([P32, "i32"], body), [ZEROS, n], (5, 1, 1))


def test_nested_early_returns() -> None:
    def text(first: int, second: int) -> str:
        body = lines(
            ids(),
            compare("c", "%pid", "%a1", first),
            '    "cf.cond_br"(%c)[^bb9, ^bb2] <{operandSegmentSizes = array<i32: 1, 0, 0>}> : (i1) -> ()',
            "  ^bb2:",
            put("%a1"),
            compare("d", "%pid", "%a2", second),
            '    "cf.cond_br"(%d)[^bb9, ^bb3] <{operandSegmentSizes = array<i32: 1, 0, 0>}> : (i1) -> ()',
            "  ^bb3:",
            put("%pid", "%pid", "q").replace("%a0", "%a3"),
            '    "cf.br"()[^bb9] : () -> ()',
            "  ^bb9:",
        )
        return module([P32, "i32", "i32", P32], body)

    for n, m in ((5, 3), (3, 5), (0, 4), (4, 0), (5, 5)):
        lifted = lift(text(5, 5))
        assert isinstance(lifted.verdict, Proved)
        assert difference(lifted, launch_of(lifted, [ZEROS - 1, n, m, ZEROS], (5, 1, 1))).empty
    assert_refuted(text(5, 5), text(5, 3), [ZEROS - 1, 5, 3, ZEROS], (5, 1, 1))
    assert_refuted(text(5, 5), text(4, 5), [ZEROS - 1, 3, 5, ZEROS], (5, 1, 1))


def test_pointers_meet_at_a_join() -> None:
    body = lines(
        ids(),
        compare("c", "%pid", "%a3", 2),
        f'    "cf.cond_br"(%c, %a0, %a1)[^bb1, ^bb1] {BOTH} : (i1, {P32}, {P32}) -> ()',
        f"  ^bb1(%b: {P32}):",
        call("q", "tt.addptr", ["%b", "%pid"], [P32, "i32"], P32),
        load_at("x", "%q", "i32", ()),
        call("o", "tt.addptr", ["%a2", "%pid"], [P32, "i32"], P32),
        f'    "tt.store"(%o, %x) : ({P32}, i32) -> ()',
    )
    for n in (0, 2, 5):
        assert_square(module([P32, P32, P32, "i32"], body), [X, X + 100, ZEROS, n], (5, 1, 1))


def test_a_cycle_of_branches_is_refused() -> None:
    body = lines(
        ids(),
        '    "cf.br"()[^bb1] : () -> ()',
        "  ^bb1:",
        put("%pid"),
        compare("c", "%pid", "%a1", 2),
        '    "cf.cond_br"(%c)[^bb1, ^bb2] <{operandSegmentSizes = array<i32: 1, 0, 0>}> : (i1) -> ()',
        "  ^bb2:",
    )
    with pytest.raises(Unsupported) as refusal:
        lift(module([P32, "i32"], body))
    assert refusal.value.diagnostic.code == "unstructured-loop"


# ---------------------------------------------------------------------------------------------------------- scf.if


def if_else(then: str, other: str, results: str = "", condition: str = "%c") -> str:
    head = "    %y = " if results else "    "
    return lines(f'{head}"scf.if"({condition}) ({{', then, "    }, {", other, f"    }}) : (i1) -> ({results})")


def yielded(value: str = "") -> str:
    return f'    "scf.yield"({value}) : ({"i32" if value else ""}) -> ()'


def test_scf_if_with_values() -> None:
    def text(predicate: int, then: str, other: str) -> str:
        twice = call("d", "arith.addi", ["%pid", "%pid"], ["i32"] * 2, "i32")
        thrice = call("t", "arith.muli", ["%pid", "%a1"], ["i32"] * 2, "i32")
        body = lines(
            ids(),
            compare("c", "%pid", "%a1", predicate),
            if_else(lines(twice, yielded(then)), lines(thrice, yielded(other)), "i32"),
            put("%y"),
        )
        return module([P32, "i32"], body)

    for n in (-2, 0, 3, 5):
        assert_square(text(2, "%d", "%t"), [ZEROS, n], (5, 1, 1))
    assert_refuted(text(2, "%d", "%t"), text(5, "%d", "%t"), [ZEROS, 3], (5, 1, 1))
    assert_refuted(text(2, "%d", "%t"), text(2, "%pid", "%t"), [ZEROS, 3], (5, 1, 1))


def test_scf_if_with_stores() -> None:
    def text(predicate: int) -> str:
        body = lines(
            ids(),
            compare("c", "%pid", "%a1", predicate),
            if_else(lines(put("%pid"), yielded()), lines(put("%a1", "%pid", "q").replace("%a0", "%a2"), yielded())),
        )
        return module([P32, "i32", P32], body)

    for n in (-2, 0, 3, 5):
        lifted = lift(text(2))
        assert isinstance(lifted.verdict, Proved)
        assert difference(lifted, launch_of(lifted, [ZEROS - 1, n, ZEROS - 1], (5, 1, 1))).empty
    assert_refuted(text(2), text(3), [ZEROS - 1, 3, ZEROS - 1], (5, 1, 1))


def test_scf_if_without_else() -> None:
    body = lines(
        ids(),
        compare("c", "%pid", "%a1", 2),
        '    "scf.if"(%c) ({',
        put("%pid"),
        yielded(),
        "    }, {",
        "    }) : (i1) -> ()",
    )
    for n in (0, 3, 9):
        lifted = lift(module([P32, "i32"], body))
        assert isinstance(lifted.verdict, Proved)
        assert difference(lifted, launch_of(lifted, [ZEROS - 1, n], (5, 1, 1))).empty


def test_nested_ifs() -> None:
    inner = if_else(yielded("%pid"), yielded("%a1"), "i32", "%e").replace("%y", "%z")

    def text(a: int, b: int) -> str:
        body = lines(
            ids(),
            compare("c", "%pid", "%a1", a),
            compare("e", "%pid", "%a2", b),
            if_else(lines(inner, yielded("%z")), yielded("%a2"), "i32"),
            put("%y"),
        )
        return module([P32, "i32", "i32"], body)

    for n, m in ((3, 2), (2, 3), (0, 9), (9, 0)):
        assert_square(text(2, 4), [ZEROS, n, m], (5, 1, 1))
    assert_refuted(text(2, 4), text(4, 2), [ZEROS, 3, 1], (5, 1, 1))


def test_a_store_in_a_branch_is_forwarded_under_its_condition() -> None:
    body = lines(
        tile(8),
        compare("c", "%pid", "%a2", 2),
        pointers("%a0", "p", "i32", "%i", (8,)),
        pointers("%a1", "yp", "i32", "%i", (8,)),
        '    "scf.if"(%c) ({',
        store_at("%p", "%range", "i32", (8,)),
        yielded(),
        "    }, {",
        "    }) : (i1) -> ()",
        load_at("x", "%p", "i32", (8,)),
        store_at("%yp", "%x", "i32", (8,)),
    )
    text = module([P32, P32, "i32"], body)
    for n in (0, 2, 3):
        lifted = lift(text)
        assert isinstance(lifted.verdict, Proved)
        assert difference(lifted, launch_of(lifted, [X, ZEROS, n], (3, 1, 1))).empty
    assert_refuted(text, text.replace("predicate = 2", "predicate = 3"), [X, ZEROS, 1], (3, 1, 1))


def test_an_undefined_condition_is_not_proved() -> None:
    body = lines(
        tile(8, "%a1"),
        constant("f", "false", "i1"),
        load_at("x", "%a0", "i32", (), "%f"),
        constant("k", "3", "i32"),
        compare("c", "%x", "%k", 2),
        '    "scf.if"(%c) ({',
        put("%pid"),
        yielded(),
        "    }, {",
        "    }) : (i1) -> ()",
    )
    assert not isinstance(lift(module([P32, "i32"], body)).verdict, Proved)


def test_divisors_met_in_a_branch_are_conditions() -> None:
    # 100 / n is only computed where n > 0; the condition is printed all the same, or the branch shows it
    body = lines(
        ids(),
        constant("z", "0", "i32"),
        constant("h", "100", "i32"),
        compare("c", "%a1", "%z", 4),
        if_else(
            lines(call("d", "arith.divsi", ["%h", "%a1"], ["i32"] * 2, "i32"), yielded("%d")), yielded("%z"), "i32"
        ),
        put("%y"),
    )
    lifted = lift(module([P32, "i32"], body))
    assert isinstance(lifted.verdict, Proved)
    for n in (1, 7, 100):
        assert difference(lifted, launch_of(lifted, [ZEROS, n], (2, 1, 1))).empty


# ------------------------------------------------------------------------------------- conditions and refusals


@pytest.mark.parametrize("op", ["llvm.intr.assume", "tt.assert"])
def test_assumptions_are_printed_and_are_no_guards(op: str) -> None:
    props = "op_bundle_sizes = array<i32>" if op.startswith("llvm") else 'message = "no"'
    body = lines(
        ids(),
        constant("k", "3", "i32"),
        compare("c", "%a1", "%k", 4),
        f'    "{op}"(%c) <{{{props}}}> : (i1) -> ()',
        put("%pid"),
    )
    lifted = assert_square(module([P32, "i32"], body), [ZEROS, 5], (4, 1, 1))
    (assumption,) = summarise(lifted.denotation).assumptions
    ctx = lifted.denotation.ctx
    assert assumption.cond == ctx.gt(lifted.denotation.symbols.scalar_int(1, 32), ctx.num(3))
    (i,) = lifted.proposals[0].statement.indices
    assert lifted.proposals[0].statement.domain == ctx.lt(i, lifted.denotation.symbols.num_programs(0))


REFUSED = {
    "scf.while": (
        '    %w = "scf.while"(%a1) ({\n    ^bb1(%n: i32):\n'
        '      "scf.condition"(%t, %n) : (i1, i32) -> ()\n    }, {\n    ^bb1(%n: i32):\n'
        '      "scf.yield"(%n) : (i32) -> ()\n    }) : (i32) -> i32',
        "no-ranking",
    ),
    "tt.call": ('    "tt.call"() <{callee = @g}> : () -> ()', "call"),
    "asm": (
        '    %r = "tt.elementwise_inline_asm"(%a1) <{asm_string = "x", constraints = "=r,r",'
        " packed_element = 1 : i32, pure = true}>"
        " : (i32) -> i32",
        "",
    ),
    "unheard": ('    %r = "made.up"(%a1) : (i32) -> i32', "unsupported-op"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_has_no_meaning_is_refused_with_its_place(what: str) -> None:
    line, code = REFUSED[what]
    text = module([P32, "i32"], lines(constant("t", "true", "i1"), line))
    try:
        lifted = lift(text)
    except Unsupported as refusal:
        assert refusal.diagnostic.where is not None
        assert refusal.diagnostic.where.startswith("<input>:5")
        assert code in ("", refusal.diagnostic.code)
        return
    assert what == "asm"
    assert not isinstance(lifted.verdict, Proved) or lifted.denotation.opaque
