"""Atomics (spec: M5): accumulations by a monoid, fresh results, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines, load_at, pointers, store_at, tensor, tile
from tests.interp.square import assert_refuted, assert_square, difference, launch_of, lift
from tests.ops.harness import module
from triton_lift.prove.checker import check
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported

P32 = "!tt.ptr<i32>"
T8 = tensor((8,), "i32")


def add(name: str, a: str, b: str, op: str = "arith.addi") -> str:
    return call(name, op, [a, b], [T8, T8], T8)


def splat(name: str, value: int) -> str:
    return constant(name, str(value), "i32", (8,))


KINDS = {"and": 1, "or": 2, "xor": 3, "add": 4, "max": 6, "min": 7}


def atomic(code: int, kind: str = "i32", mask: str = "%m", cells: int = 4) -> str:
    """Each program combines its values into `cells` cells, lane by lane."""
    t = tensor((8,), kind)
    body = lines(
        tile(8, "%a2"),
        splat("c", cells),
        add("at", "%range", "%c", "arith.remsi"),
        pointers("%a0", "p", kind, "%at", (8,)),
        pointers("%a1", "xp", kind, "%i", (8,)),
        load_at("x", "%xp", kind, (8,)),
        call(
            "old",
            "tt.atomic_rmw",
            ["%p", "%x", mask],
            [tensor((8,), f"!tt.ptr<{kind}>"), t, tensor((8,), "i1")],
            t,
            f"atomic_rmw_op = {code} : i32, scope = 1 : i32, sem = 4 : i32",
        ),
    )
    return module([f"!tt.ptr<{kind}>", f"!tt.ptr<{kind}>", "i32"], body)


@pytest.mark.parametrize("name", KINDS)
def test_tt_atomic_rmw(name: str) -> None:
    values = np.random.default_rng(3).integers(-(2**31), 2**31, 24)
    start = [5, -3, 2**31 - 1, 12]
    for n in (0, 13, 24):
        lifted = lift(atomic(KINDS[name]))
        assert isinstance(lifted.verdict, Proved)
        assert difference(lifted, launch_of(lifted, [start, values, n], (3, 1, 1))).empty
    twin = {"and": 2, "or": 1, "xor": 2, "add": 3, "max": 7, "min": 6}[name]
    wrong = lift(atomic(twin))
    swapped = difference(lift(atomic(KINDS[name])), launch_of(wrong, [start, values, 24], (3, 1, 1)), wrong.proposals)
    assert not swapped.empty
    right = lift(atomic(KINDS[name]))
    (proposal,) = right.proposals
    kind = wrong.proposals[0].statement.kind
    claimed = replace(proposal, statement=replace(proposal.statement, kind=kind))
    assert not isinstance(check(right.denotation, (claimed,), ()), Proved), "another monoid is accepted"


@pytest.mark.parametrize(("code", "name"), [(5, "add"), (6, "max"), (7, "min")])
def test_tt_atomic_rmw_of_floats(code: int, name: str) -> None:
    lifted = assert_square(atomic(code, "f32"), [[0.5, -1.0, 2.0, 0.0], np.arange(24) * 0.25 - 2, 13], (3, 1, 1))
    assert lifted.proposals[0].statement.kind == name


def test_atomic_values_and_masks_have_refuted_twins() -> None:
    text = atomic(4)
    args = [[0] * 4, np.arange(24), 13]
    assert_refuted(text, text.replace("predicate = 2", "predicate = 3"), args, (3, 1, 1))
    assert_refuted(text, text.replace("dense<4>", "dense<2>"), args, (3, 1, 1))


def test_an_exchange_leaves_one_of_the_values() -> None:
    lifted = lift(atomic(10))
    assert isinstance(lifted.verdict, Proved)
    assert difference(lifted, launch_of(lifted, [[0] * 4, np.arange(24), 24], (3, 1, 1))).empty


def test_an_atomic_of_programs_that_do_not_tell_each_other_apart() -> None:
    one = lines(
        constant("v", "1", "i32"),
        constant("t", "true", "i1"),
        call(
            "old",
            "tt.atomic_rmw",
            ["%a0", "%v", "%t"],
            [P32, "i32", "i1"],
            "i32",
            "atomic_rmw_op = 4 : i32, scope = 1 : i32, sem = 4 : i32",
        ),
    )
    lifted = lift(module([P32], one))
    ctx, symbols = lifted.denotation.ctx, lifted.denotation.symbols
    requires = {r.cond for r in summarise(lifted.denotation).requires}
    assert requires >= {ctx.eq(symbols.num_programs(a), ctx.num(1)) for a in range(3)}
    maximum = module([P32], one.replace("atomic_rmw_op = 4", "atomic_rmw_op = 6"))
    assert_square(maximum, [[-4]], (5, 2, 1))


@pytest.mark.parametrize("code", [8, 9])
def test_unsigned_atomics_are_refused(code: int) -> None:
    with pytest.raises(Unsupported):
        lift(atomic(code))


def test_tt_atomic_cas_is_refused() -> None:
    body = lines(
        constant("z", "0", "i32"),
        constant("o", "1", "i32"),
        call("old", "tt.atomic_cas", ["%a0", "%z", "%o"], [P32, "i32", "i32"], "i32", "scope = 1 : i32, sem = 4 : i32"),
    )
    with pytest.raises(Unsupported):
        lift(module([P32], body))


def test_a_load_after_an_atomic_is_refused() -> None:
    text = atomic(4).replace(
        '    "tt.return"',
        lines(
            load_at("after", "%p", "i32", (8,)),
            pointers("%a1", "yp", "i32", "%i", (8,)),
            store_at("%yp", "%after", "i32", (8,)),
        )
        + '\n    "tt.return"',
    )
    with pytest.raises(Unsupported) as refusal:
        lift(text)
    assert refusal.value.diagnostic.code == "load-after-atomic"


@pytest.mark.parametrize("use", ["value", "mask", "address"])
def test_an_atomic_result_makes_the_summary_opaque(use: str) -> None:
    uses = {
        "value": store_at("%yp", "%old", "i32", (8,)),
        "mask": lines(
            call("less", "arith.cmpi", ["%old", "%i"], [T8, T8], tensor((8,), "i1"), "predicate = 2 : i64"),
            store_at("%yp", "%i", "i32", (8,), "%less"),
        ),
        "address": lines(pointers("%a3", "q", "i32", "%old", (8,)), store_at("%q", "%i", "i32", (8,))),
    }
    text = atomic(4).replace(
        '    "tt.return"', lines(pointers("%a3", "yp", "i32", "%i", (8,)), uses[use]) + '\n    "tt.return"'
    )
    text = text.replace("%a2: i32)", "%a2: i32, %a3: !tt.ptr<i32>)").replace(
        "i32) -> ()", "i32, !tt.ptr<i32>) -> ()", 1
    )
    lifted = lift(text)
    assert summarise(lifted.denotation).grade in ("opaque", "refused")
