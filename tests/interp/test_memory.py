"""Loads, stores, forwarding, atomics and descriptors (spec: M1 to M5): square, wrong twins, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.interp.kernels import call, constant, general, lines, load_at, pointers, store_at, tensor, tile
from tests.interp.square import assert_refuted, assert_square, difference, launch_of, lift
from tests.ops.harness import module
from triton_lift.interp.engine import MEMORY_ROWS
from triton_lift.prove.checker import check
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported

P32 = "!tt.ptr<i32>"
T8 = tensor((8,), "i32")
X = np.arange(24) * 3 - 7
ZEROS = np.zeros(24)


def add(name: str, a: str, b: str, op: str = "arith.addi") -> str:
    return call(name, op, [a, b], [T8, T8], T8)


def splat(name: str, value: int) -> str:
    return constant(name, str(value), "i32", (8,))


COPY = lines(
    tile(8, "%a2"), pointers("%a0", "xp", "i32", "%i", (8,)), pointers("%a1", "yp", "i32", "%i", (8,)), splat("z", 5)
)


def copy(load: str, store: str, kinds: tuple[str, ...] = (P32, P32, "i32")) -> str:
    return module(kinds, lines(COPY, load, store))


MASKED = load_at("x", "%xp", "i32", (8,), "%m")
OTHER = load_at("x", "%xp", "i32", (8,), "%m", "%z")
STORE_MASKED = store_at("%yp", "%x", "i32", (8,), "%m")
STORE_ALL = store_at("%yp", "%x", "i32", (8,))


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 20, 24, -3])
def test_tt_load_and_tt_store_under_a_mask(n: int) -> None:
    text = copy(MASKED, STORE_MASKED)
    lifted = lift(text)
    assert isinstance(lifted.verdict, Proved)
    found = difference(lifted, launch_of(lifted, [X, ZEROS, n], (3, 1, 1)))
    assert found.empty, found.differ
    with_other = copy(OTHER, STORE_ALL)
    assert_square(with_other, [X, ZEROS, n], (3, 1, 1))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (copy(MASKED, STORE_MASKED), copy(OTHER, STORE_ALL)),
        (copy(OTHER, STORE_ALL), copy(OTHER, STORE_MASKED)),
        (copy(OTHER, STORE_ALL), copy(OTHER, STORE_ALL).replace("dense<5>", "dense<6>")),
        (copy(MASKED, STORE_MASKED), copy(MASKED, STORE_MASKED).replace("predicate = 2", "predicate = 3")),
        (copy(MASKED, STORE_MASKED), copy(MASKED, STORE_MASKED).replace("predicate = 2", "predicate = 4")),
        (copy(MASKED, STORE_MASKED), copy(MASKED, STORE_MASKED).replace("value = 8 : i32", "value = 4 : i32")),
        (copy(MASKED, STORE_MASKED), copy(MASKED, STORE_MASKED).replace('tt.splat"(%a0)', 'tt.splat"(%a1)')),
    ],
    ids=["no mask", "mask", "other", "le", "gt", "block", "array"],
)
def test_wrong_masks_and_arrays_are_refuted(right: str, wrong: str) -> None:
    assert_refuted(right, wrong, [X, ZEROS + 1, 17], (3, 1, 1))


@pytest.mark.parametrize("kind", ["i1", "i8", "i64", "f16", "f32"])
def test_loads_with_other_of_every_kind(kind: str) -> None:
    value = {"i1": "true", "f16": "2.5", "f32": "-1.5"}.get(kind, "-7")
    body = lines(
        tile(8, "%a2"),
        pointers("%a0", "xp", kind, "%i", (8,)),
        pointers("%a1", "yp", kind, "%i", (8,)),
        constant("z", value, kind, (8,)),
        load_at("x", "%xp", kind, (8,), "%m", "%z"),
        store_at("%yp", "%x", kind, (8,)),
    )
    text = module([f"!tt.ptr<{kind}>", f"!tt.ptr<{kind}>", "i32"], body)
    cells = (X % 2) if kind == "i1" else X
    assert_square(text, [cells, ZEROS, 13], (3, 1, 1))


def test_undef_must_not_reach_a_store_an_address_or_a_mask() -> None:
    stored = lift(copy(MASKED, STORE_ALL)).verdict
    assert str(stored).startswith("unknown: V6")
    scatter = lines(pointers("%a1", "q", "i32", "%x", (8,)), store_at("%q", "%z", "i32", (8,)))
    assert not isinstance(lift(copy(MASKED, scatter)).verdict, Proved)
    compared = call("c", "arith.cmpi", ["%x", "%z"], [T8, T8], tensor((8,), "i1"), "predicate = 2 : i64")
    assert not isinstance(lift(copy(MASKED, lines(compared, store_at("%yp", "%z", "i32", (8,), "%c")))).verdict, Proved)
    # under the load's own mask all three are fine
    both = call("d", "arith.andi", ["%m", "%c"], [tensor((8,), "i1")] * 2, tensor((8,), "i1"))
    assert_square(
        copy(MASKED, lines(compared, both, store_at("%yp", "%z", "i32", (8,), "%d"))), [X, ZEROS, 13], (3, 1, 1)
    )


def test_undef_that_a_selection_drops_is_fine() -> None:
    chosen = call("s", "arith.select", ["%m", "%x", "%z"], [tensor((8,), "i1"), T8, T8], T8)
    assert_square(copy(MASKED, lines(chosen, store_at("%yp", "%s", "i32", (8,)))), [X, ZEROS, 13], (3, 1, 1))
    other_way = chosen.replace("%m, %x, %z", "%m, %z, %x")
    assert not isinstance(lift(copy(MASKED, lines(other_way, store_at("%yp", "%s", "i32", (8,))))).verdict, Proved)


@pytest.mark.parametrize("op", ["arith.muli", "arith.andi", "arith.subi", "arith.maxsi", "arith.remsi"])
def test_undef_is_not_absorbed(op: str) -> None:
    # 0 * undef is not 0, undef - undef is not 0
    operands = ["%x", "%x"] if op == "arith.subi" else ["%zero", "%x"]
    body = lines(splat("zero", 0), call("y", op, operands, [T8, T8], T8), store_at("%yp", "%y", "i32", (8,)))
    verdict = lift(copy(MASKED, body)).verdict
    assert not isinstance(verdict, Proved), verdict


# ---------------------------------------------------------------------------------- M1, M2, M3: store, then load


def twice(first: str, second: str, between: str = "", more: str = "") -> str:
    """x+1 is stored to a0 at %first, then a0 at %second is loaded and stored to a1 at %i."""
    body = lines(
        tile(8, "%a2"),
        splat("one", 1),
        splat("eight", 8),
        splat("seven", 7),
        more,
        pointers("%a0", "p", "i32", first, (8,)),
        pointers("%a0", "q", "i32", second, (8,)),
        pointers("%a1", "yp", "i32", "%i", (8,)),
        add("v", "%i", "%one"),
        store_at("%p", "%v", "i32", (8,), between),
        load_at("w", "%q", "i32", (8,)),
        store_at("%yp", "%w", "i32", (8,)),
    )
    return module([P32, P32, "i32"], body)


def test_a_load_forwards_the_store_at_the_same_address() -> None:
    text = twice("%i", "%i")
    lifted = assert_square(text, [X, ZEROS, 0], (3, 1, 1))
    assert [r.source for r in lifted.denotation.reads] == ["forwarded"]
    unforwarded = text.replace('"tt.store"(%p, %v)', '"tt.store"(%p, %one)')
    assert_refuted(text, unforwarded, [X, ZEROS, 0], (3, 1, 1))


def test_a_masked_store_is_forwarded_under_its_mask() -> None:
    text = twice("%i", "%i", "%m")
    for n in (0, 5, 17, 24):
        assert_square(text, [X, ZEROS, n], (3, 1, 1))
    assert_refuted(text, text.replace("predicate = 2", "predicate = 5"), [X, ZEROS, 13], (3, 1, 1))


def test_a_load_that_is_disjoint_reads_the_initial_array() -> None:
    more = add("far", "%range", "%eight")
    text = twice("%range", "%far", more=more)
    lifted = assert_square(text, [X, ZEROS, 0])
    assert [r.source for r in lifted.denotation.reads] == ["initial"]
    assert "no_cross_read" in str(lifted.verdict)


@pytest.mark.parametrize(
    ("first", "second", "more"),
    [
        ("%range", "%back", add("back", "%seven", "%range", "arith.subi")),  # mirrored lanes
        ("%range", "%near", add("near", "%range", "%one")),  # overlapping by one
        ("%range", "%zero", splat("zero", 0)),  # one cell of the stored ones
        ("%i", "%range", ""),  # equal for program 0 only
        ("%range", "%far", add("far", "%range", "%seven")),  # the last cell is shared
    ],
    ids=["mirrored", "shifted", "broadcast", "other program", "touching"],
)
def test_a_load_that_may_meet_a_store_elsewhere_is_refused(first: str, second: str, more: str) -> None:
    with pytest.raises(Unsupported) as refusal:
        lift(twice(first, second, more=more))
    assert refusal.value.diagnostic.code == "store-to-load"


def test_a_colliding_store_is_not_forwarded_past_its_mask() -> None:
    # even lanes store to a0[l // 2]; an odd lane that loads a0[l // 2] sees what its even neighbour stored
    more = lines(
        splat("two", 2),
        splat("zero", 0),
        add("half", "%range", "%two", "arith.divsi"),
        add("rest", "%range", "%two", "arith.remsi"),
        call("even", "arith.cmpi", ["%rest", "%zero"], [T8, T8], tensor((8,), "i1"), "predicate = 0 : i64"),
    )
    text = twice("%half", "%half", "%even", more)
    try:
        lifted = lift(text)
    except Unsupported:
        return
    assert not isinstance(lifted.verdict, Proved) or difference(lifted, launch_of(lifted, [X, ZEROS, 0])).empty


def test_lanes_that_collide_leave_injectivity_open() -> None:
    more = lines(splat("two", 2), add("half", "%range", "%two", "arith.divsi"))
    body = lines(
        tile(8),
        more,
        pointers("%a0", "p", "i32", "%half", (8,)),
        store_at("%p", "%range", "i32", (8,)),
    )
    lifted = lift(module([P32], body))
    assert not isinstance(lifted.verdict, Proved) or "injective" in lifted.verdict.given


def test_the_last_of_several_stores_is_forwarded() -> None:
    body = lines(
        tile(8, "%a2"),
        splat("one", 1),
        splat("two", 2),
        pointers("%a0", "p", "i32", "%i", (8,)),
        pointers("%a1", "yp", "i32", "%i", (8,)),
        store_at("%p", "%one", "i32", (8,)),
        store_at("%p", "%two", "i32", (8,), "%m"),
        load_at("w", "%p", "i32", (8,)),
        store_at("%yp", "%w", "i32", (8,)),
    )
    text = module([P32, P32, "i32"], body)
    lifted = lift(text)
    assert isinstance(lifted.verdict, Proved)
    assert (
        "injective" in lifted.verdict.given
    )  # two stores to one array: which one wins is not the statement's business
    launch = launch_of(lifted, [X, ZEROS, 13], (3, 1, 1))
    assert not difference(lifted, launch).differ.get("a1")


def test_a_scalar_store_is_forwarded_to_every_lane() -> None:
    body = lines(
        tile(8),
        constant("v", "41", "i32"),
        '"tt.store"(%a0, %v) : (!tt.ptr<i32>, i32) -> ()',
        splat("zero", 0),
        pointers("%a0", "q", "i32", "%zero", (8,)),
        pointers("%a1", "yp", "i32", "%i", (8,)),
        load_at("w", "%q", "i32", (8,)),
        store_at("%yp", "%w", "i32", (8,)),
    )
    assert_square(module([P32, P32], body), [X, ZEROS], (1, 1, 1))


def test_stores_to_other_arrays_do_not_matter_but_are_printed_as_disjoint() -> None:
    body = lines(
        tile(8),
        splat("one", 1),
        pointers("%a0", "p", "i32", "%i", (8,)),
        pointers("%a1", "q", "i32", "%i", (8,)),
        pointers("%a2", "yp", "i32", "%i", (8,)),
        store_at("%p", "%one", "i32", (8,)),
        load_at("w", "%q", "i32", (8,)),
        store_at("%yp", "%w", "i32", (8,)),
    )
    lifted = assert_square(module([P32, P32, P32], body), [X, X, ZEROS], (3, 1, 1))
    pairs = {(d.written, d.other): d.in_place for d in summarise(lifted.denotation).disjoint}
    assert pairs == {("a0", "a1"): False, ("a0", "a2"): False, ("a2", "a1"): True}


# ------------------------------------------------------------------------------------------- pointers as values


def test_select_between_base_pointers() -> None:
    def text(order: str) -> str:
        body = lines(
            tile(8),
            call("p", "arith.select", order.split(), ["i1", P32, P32], P32),
            pointers("%p", "xp", "i32", "%i", (8,)),
            pointers("%a2", "yp", "i32", "%i", (8,)),
            load_at("x", "%xp", "i32", (8,)),
            store_at("%yp", "%x", "i32", (8,)),
        )
        return module([P32, P32, P32, "i1"], body)

    right, wrong = text("%a3 %a0 %a1"), text("%a3 %a1 %a0")
    for flag in (0, 1):
        assert_square(right, [X, X + 100, ZEROS, flag], (3, 1, 1))
        assert_refuted(right, wrong, [X, X + 100, ZEROS, flag], (3, 1, 1))


def test_store_through_a_selected_pointer() -> None:
    def text(order: str) -> str:
        body = lines(
            tile(8),
            call("p", "arith.select", order.split(), ["i1", P32, P32], P32),
            pointers("%p", "xp", "i32", "%i", (8,)),
            store_at("%xp", "%i", "i32", (8,)),
        )
        return module([P32, P32, "i1"], body)

    for flag in (0, 1):
        assert_square(text("%a2 %a0 %a1"), [ZEROS, ZEROS + 1, flag], (3, 1, 1))
        assert_refuted(text("%a2 %a0 %a1"), text("%a2 %a1 %a0"), [ZEROS, ZEROS + 1, flag], (3, 1, 1))


def test_select_between_pointers_lane_by_lane() -> None:
    body = lines(
        tile(8, "%a3"),
        pointers("%a0", "p", "i32", "%i", (8,)),
        pointers("%a1", "q", "i32", "%range", (8,)),
        call(
            "s",
            "arith.select",
            ["%m", "%p", "%q"],
            [tensor((8,), "i1"), tensor((8,), P32), tensor((8,), P32)],
            tensor((8,), P32),
        ),
        pointers("%a2", "yp", "i32", "%i", (8,)),
        load_at("x", "%s", "i32", (8,)),
        store_at("%yp", "%x", "i32", (8,)),
    )
    assert_square(module([P32, P32, P32, "i32"], body), [X, X + 50, ZEROS, 13], (3, 1, 1))


def test_in_place() -> None:
    body = lines(
        tile(8, "%a1"),
        splat("one", 1),
        pointers("%a0", "p", "i32", "%i", (8,)),
        load_at("x", "%p", "i32", (8,), "%m"),
        add("y", "%x", "%one"),
        store_at("%p", "%y", "i32", (8,), "%m"),
    )
    text = module([P32, "i32"], body)
    for n in (0, 5, 24):
        lifted = lift(text)
        assert isinstance(lifted.verdict, Proved)
        assert "no_cross_read" not in lifted.verdict.given
        assert difference(lifted, launch_of(lifted, [X, n], (3, 1, 1))).empty
    assert_refuted(text, text.replace("dense<1>", "dense<2>"), [X, 24], (3, 1, 1))


def test_programs_that_repeat_an_update_are_excluded_in_print() -> None:
    # no program id is read: with two programs the update happens twice
    body = lines(
        splat("one", 1),
        call("range", "tt.make_range", [], [], T8, "end = 8 : i32, start = 0 : i32"),
        pointers("%a0", "p", "i32", "%range", (8,)),
        load_at("x", "%p", "i32", (8,)),
        add("y", "%x", "%one"),
        store_at("%p", "%y", "i32", (8,)),
    )
    lifted = lift(module([P32], body))
    requires = summarise(lifted.denotation).requires
    ctx, symbols = lifted.denotation.ctx, lifted.denotation.symbols
    assert {r.cond for r in requires} >= {ctx.eq(symbols.num_programs(a), ctx.num(1)) for a in range(3)}


def test_i1_arrays_are_bytes() -> None:
    text = general("arith.xori", [("i1", (8,)), ("i1", (8,))], [("i1", (8,))])
    args = [[0, 1] * 4, [0, 0, 1, 1] * 2, [0] * 8]
    assert_square(text, args)
    assert_refuted(text, general("arith.andi", [("i1", (8,)), ("i1", (8,))], [("i1", (8,))]), args)


@pytest.mark.parametrize("line", ["isVolatile = true", "boundaryCheck = array<i32: 0>"])
def test_loads_of_other_kinds_are_refused(line: str) -> None:
    text = copy(MASKED.replace("isVolatile = false", line), STORE_MASKED)
    with pytest.raises(Unsupported):
        lift(text)


def test_barriers_and_prints_change_nothing() -> None:
    quiet = '"ttg.barrier"() <{addrSpace = 31 : i32}> : () -> ()\n'
    quiet += '    "tt.print"(%a2) <{hex = false, isSigned = array<i32: 1>, prefix = "x"}> : (i32) -> ()\n    %w ='
    text = twice("%i", "%i").replace("%w =", quiet)
    assert_square(text, [X, ZEROS, 0], (3, 1, 1))


# ------------------------------------------------------------------------------------------------- M5: atomics

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


# --------------------------------------------------------------------------------------------- descriptors

D = "!tt.tensordesc<4x4xf32>"


def descriptor(op: str = "both", stride: str = "%a4", row: str = "%r", block: str = D) -> str:
    """Copies a 4x4 block at (4*pid0, 4*pid1) of an %a2 x %a3 array with row stride %a4."""
    f = tensor((4, 4), "f32")
    made = ["!tt.ptr<f32>", "i32", "i32", "i64", "i64"]
    body = lines(
        call("p0", "tt.get_program_id", [], [], "i32", "axis = 0 : i32"),
        call("p1", "tt.get_program_id", [], [], "i32", "axis = 1 : i32"),
        constant("four", "4", "i32"),
        call("r", "arith.muli", ["%p0", "%four"], ["i32"] * 2, "i32"),
        call("c", "arith.muli", ["%p1", "%four"], ["i32"] * 2, "i32"),
        constant("u", "1", "i64"),
        call("d", "tt.make_tensor_descriptor", ["%a0", "%a2", "%a3", stride, "%u"], made, block, "padding = 1 : i32"),
        call("e", "tt.make_tensor_descriptor", ["%a1", "%a2", "%a3", stride, "%u"], made, block, "padding = 1 : i32"),
        call("x", "tt.descriptor_load", ["%d", row, "%c"], [block, "i32", "i32"], f),
        f'"tt.descriptor_store"(%e, %x, {row}, %c) : ({block}, {f}, i32, i32) -> ()',
    )
    del op
    return module(["!tt.ptr<f32>", "!tt.ptr<f32>", "i32", "i32", "i64"], body)


@pytest.mark.parametrize(("rows", "columns", "stride"), [(8, 8, 8), (7, 5, 8), (5, 7, 7), (1, 1, 3)])
def test_tt_make_tensor_descriptor_tt_descriptor_load_tt_descriptor_store(rows: int, columns: int, stride: int) -> None:
    data = np.arange(100) * 0.5 + 1
    assert_square(descriptor(), [data, np.zeros(100), rows, columns, stride], (2, 2, 1))


def test_descriptor_twins_are_refuted() -> None:
    data = np.arange(100) * 0.5 + 1
    args = [data, np.zeros(100), 7, 5, 8]
    right = descriptor()
    made = '"tt.make_tensor_descriptor"(%a1, %a2, %a3, %a4, %u)'
    transposed = right.replace(made, made.replace("%a2, %a3", "%a3, %a2"))
    assert_refuted(right, transposed, args, (2, 2, 1))
    shifted = right.replace("(%e, %x, %r, %c)", "(%e, %x, %c, %r)")
    assert_refuted(right, shifted, args, (2, 2, 1))


def test_descriptor_pads_with_zero() -> None:
    f = tensor((4, 4), "f32")
    body = descriptor().split("^bb0")[1].split("\n", 1)[1].rsplit('"tt.descriptor_store"', 1)[0]
    plain = lines(
        body,
        call("i", "tt.make_range", [], [], tensor((16,), "i32"), "end = 16 : i32, start = 0 : i32"),
        call("j", "tt.reshape", ["%i"], [tensor((16,), "i32")], tensor((4, 4), "i32")),
        pointers("%a1", "q", "f32", "%j", (4, 4)),
        store_at("%q", "%x", "f32", (4, 4)),
    )
    text = module(["!tt.ptr<f32>", "!tt.ptr<f32>", "i32", "i32", "i64"], plain)
    assert f
    assert_square(text, [np.arange(100) + 1, np.ones(16), 3, 2, 8], (1, 1, 1))


@pytest.mark.parametrize("padding", [2])
def test_a_descriptor_that_pads_with_nan_is_refused(padding: int) -> None:
    with pytest.raises(Unsupported):
        lift(descriptor().replace("padding = 1", f"padding = {padding}"))


def test_a_descriptor_made_on_the_host_is_refused() -> None:
    block = tensor((4, 4), "f32")
    body = lines(
        constant("z", "0", "i32"), call("x", "tt.descriptor_load", ["%a0", "%z", "%z"], [D, "i32", "i32"], block)
    )
    with pytest.raises(Unsupported):
        lift(module([D], body))


def test_every_memory_row_is_named_here() -> None:
    text = open(__file__, encoding="utf-8").read()  # noqa: SIM115
    assert [name for name in MEMORY_ROWS if name.replace(".", "_") not in text] == []
