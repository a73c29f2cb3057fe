"""What a claim rests on is printed, and what counts an execution twice or hangs on an unknown lane order is not proved."""

from __future__ import annotations

import json

import pytest

from tests.interp.kernels import call, constant, lines, load_at, pointers, store_at, tensor, tile
from tests.interp.square import lift
from tests.ops.harness import module
from triton_lift.pipeline.claims import check_claim
from triton_lift.pipeline.lift import lift_state, lift_text
from triton_lift.prove.obligations import alias_conditions
from triton_lift.prove.verdict import Proved, Unknown
from triton_lift.util.diagnostic import Unsupported

P32, PF32 = "!tt.ptr<i32>", "!tt.ptr<f32>"
T4, T8, B8, F8 = tensor((4,), "i32"), tensor((8,), "i32"), tensor((8,), "i1"), tensor((8,), "f32")


def test_a_claim_does_not_count_one_execution_at_two_points() -> None:
    one = "atomic_rmw_op = 4 : i32, scope = 1 : i32, sem = 4 : i32"
    body = lines(
        call("pid", "tt.get_program_id", [], [], "i32", "axis = 0 : i32"),
        constant("four", "4", "i32"),
        constant("ten", "10", "i32"),
        constant("one", "1", "i32"),
        constant("yes", "true", "i1"),
        call("q", "arith.divsi", ["%pid", "%four"], ["i32", "i32"], "i32"),
        call("r", "arith.remsi", ["%pid", "%four"], ["i32", "i32"], "i32"),
        call("t", "arith.muli", ["%q", "%ten"], ["i32", "i32"], "i32"),
        call("o", "arith.addi", ["%t", "%r"], ["i32", "i32"], "i32"),
        call("p", "tt.addptr", ["%a0", "%o"], [P32, "i32"], P32),
        call("old", "tt.atomic_rmw", ["%p", "%one", "%yes"], [P32, "i32", "i1"], "i32", one),
    )
    state, _ = lift_state(module([P32], body))
    assert state is not None and state.proved
    address = "a0[10*((4*i + j)//4) + (4*i + j)%4] += 1"
    digits = check_claim(state, f"{address} for i, j < 4 if 4*i + j < num_programs(0)").verdict
    assert isinstance(digits, Proved)
    # without j < 4, (0, 4) and (1, 0) are both program 4, which adds once
    twice = check_claim(state, f"{address} for i, j if 4*i + j < num_programs(0)").verdict
    assert isinstance(twice, Unknown)
    assert "V2" in twice.reason


TWO = lines(
    tile(4),
    pointers("%a0", "xp", "i32", "%i", (4,)),
    load_at("x", "%xp", "i32", (4,)),
    call("c", "tt.cat", ["%x", "%x"], [T4, T4], T8),
    call("r8", "tt.make_range", [], [], T8, "end = 8 : i32, start = 0 : i32"),
    constant("three", "3", "i32", (8,)),
    call("m8", "arith.cmpi", ["%r8", "%three"], [T8, T8], B8, "predicate = 2 : i64"),
    pointers("%a1", "yp", "i32", "%r8", (8,)),
)
REORDERED = {
    "mask-of-histogram": lines(
        TWO, call("y", "tt.histogram", ["%c", "%m8"], [T8, B8], T8), store_at("%yp", "%y", "i32", (8,))
    ),
    "other-of-load": lines(TWO, load_at("y", "%yp", "i32", (8,), "%m8", "%c"), store_at("%yp", "%y", "i32", (8,))),
    "addresses": lines(
        TWO,
        call("q", "tt.reshape", ["%yp"], [tensor((8,), P32)], tensor((8,), P32), "allow_reorder"),
        load_at("y", "%q", "i32", (8,)),
        store_at("%yp", "%y", "i32", (8,)),
    ),
}


@pytest.mark.parametrize("name", REORDERED)
def test_an_unknown_lane_order_meets_no_known_one(name: str) -> None:
    with pytest.raises(Unsupported) as refusal:
        lift(module([P32, P32], REORDERED[name]))
    assert refusal.value.diagnostic.code == "reordered-lanes"


def elementwise(*ops: str, kinds: tuple[str, str] = ("i32", "i32"), at: str = "%i") -> str:
    own, out = kinds
    return module(
        [f"!tt.ptr<{own}>", f"!tt.ptr<{out}>"],
        lines(
            tile(8),
            pointers("%a0", "xp", own, at, (8,)),
            load_at("x", "%xp", own, (8,)),
            *ops,
            pointers("%a1", "yp", out, at, (8,)),
            store_at("%yp", "%y", out, (8,)),
        ),
    )


def test_floats_inside_a_kernel_of_integers_are_reals_by_hypothesis() -> None:
    """2^24 + 1 is no f32: the identity is true of reals only."""
    text = elementwise(call("f", "arith.sitofp", ["%x"], [T8], F8), call("y", "arith.fptosi", ["%f"], [F8], T8))
    assert "floats are real numbers" in lift_text(text).func_attrs["lift.summary"]


def test_data_that_wraps_is_not_free_of_wrap() -> None:
    plain = elementwise(call("y", "arith.xori", ["%x", "%x"], [T8, T8], T8), at="%range")
    assert "lift.no_wrap" in lift_text(plain).func_unit_attrs
    square = elementwise(call("y", "arith.muli", ["%x", "%x"], [T8, T8], T8), at="%range")
    assert "lift.no_wrap" not in lift_text(square).func_unit_attrs


def test_arrays_of_different_element_sizes_are_never_updated_in_place() -> None:
    text = elementwise(call("y", "arith.extf", ["%x"], [tensor((8,), "f16")], F8), kinds=("f16", "f32"))
    lifted = lift(text)
    (pair,) = alias_conditions(lifted.denotation, lifted.proposals)
    assert not pair.in_place
    same = lift(elementwise(call("y", "arith.negf", ["%x"], [F8], F8), kinds=("f32", "f32")))
    (pair,) = alias_conditions(same.denotation, same.proposals)
    assert pair.in_place


def test_the_attribute_says_where_the_value_is_defined() -> None:
    text = elementwise(
        constant("one", "1.0", "f32", (8,)),
        call("q", "arith.divf", ["%one", "%x"], [F8, F8], F8),
        call("d", "arith.subf", ["%q", "%q"], [F8, F8], F8),
        call("y", "arith.addf", ["%d", "%x"], [F8, F8], F8),
        kinds=("f32", "f32"),
    )
    summary = json.loads(lift_text(text).func_attrs["lift.summary"])
    printed = [*summary["requires"], *(c for statement in summary["defined"] for c in statement)]
    assert printed, "x + 1/x - 1/x is x only where x is not zero, and the formula does not show it"


def test_bits_of_integers_are_finite_floats_by_hypothesis() -> None:
    """x - x is not 0 where the integer holds the bits of an infinity."""
    text = elementwise(
        call("f", "arith.bitcast", ["%x"], [T8], F8),
        call("y", "arith.subf", ["%f", "%f"], [F8, F8], F8),
        kinds=("i32", "f32"),
    )
    assert "bits of finite floats" in lift_text(text).func_attrs["lift.summary"]


def test_elements_outside_the_bins_of_a_histogram_are_excluded_by_hypothesis() -> None:
    text = elementwise(call("y", "tt.histogram", ["%x"], [T8], T8), at="%range")
    assert "number of one of its bins" in lift_text(text).func_attrs["lift.summary"]


def test_assumptions_that_exclude_one_another_leave_nothing_to_prove() -> None:
    body = lines(
        constant("z", "0", "i32"),
        call("f", "arith.cmpi", ["%a1", "%z"], ["i32", "i32"], "i1", "predicate = 2 : i64"),
        call("g", "arith.cmpi", ["%a1", "%z"], ["i32", "i32"], "i1", "predicate = 4 : i64"),
        '    "llvm.intr.assume"(%f) : (i1) -> ()',
        '    "llvm.intr.assume"(%g) : (i1) -> ()',
        f'    "tt.store"(%a0, %z) : ({P32}, i32) -> ()',
    )
    state, record = lift_state(module([P32, "i32"], body))
    assert state is not None
    assert record.verdicts.value == "vacuous"
    one = body.replace('    "llvm.intr.assume"(%g) : (i1) -> ()\n', "")
    assert lift_state(module([P32, "i32"], one))[1].verdicts.value == "proved"


def test_that_a_size_is_not_positive_is_not_required() -> None:
    """One store wants a2 > 0, the other a2 <= 0: nothing would be left to prove."""
    body = lines(
        tile(8),
        constant("z", "0", "i32"),
        call("pos", "arith.cmpi", ["%a2", "%z"], ["i32", "i32"], "i1", "predicate = 4 : i64"),
        call("neg", "arith.cmpi", ["%a2", "%z"], ["i32", "i32"], "i1", "predicate = 3 : i64"),
        call("ps", "tt.splat", ["%pos"], ["i1"], B8),
        call("ns", "tt.splat", ["%neg"], ["i1"], B8),
        pointers("%a0", "xp", "i32", "%i", (8,)),
        pointers("%a1", "yp", "i32", "%i", (8,)),
        pointers("%a3", "wp", "i32", "%i", (8,)),
        load_at("x", "%xp", "i32", (8,), "%ps"),
        store_at("%yp", "%x", "i32", (8,)),
        load_at("y", "%xp", "i32", (8,), "%ns"),
        store_at("%wp", "%y", "i32", (8,)),
    )
    assert lift_state(module([P32, P32, "i32", P32], body))[1].verdicts.value == "unknown"
