"""Loads, stores, forwarding, atomics and descriptors (spec: M1 to M5): square, wrong twins, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.kernels import call, constant, general, lines, load_at, pointers, store_at, tensor, tile
from tests.interp.square import assert_refuted, assert_square, difference, launch_of, lift
from tests.ops.harness import module
from triton_lift.interp.memory import OTHER_LANES
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
    ("first", "second", "more", "source"),
    [
        ("%range", "%back", add("back", "%seven", "%range", "arith.subi"), "forwarded"),  # mirrored lanes
        ("%range", "%near", add("near", "%range", "%one"), "either"),  # overlapping by one
        ("%range", "%zero", splat("zero", 0), "forwarded"),  # one cell of the stored ones
        ("%i", "%range", "", "either"),  # equal for program 0 only
        ("%range", "%far", add("far", "%range", "%seven"), "either"),  # one cell is shared
    ],
    ids=["mirrored", "shifted", "broadcast", "other program", "touching"],
)
def test_a_load_of_what_another_lane_stored(first: str, second: str, more: str, source: str) -> None:
    lifted = assert_square(twice(first, second, more=more), [X, ZEROS, 0])
    assert [r.source for r in lifted.denotation.reads] == [source]
    assert OTHER_LANES in lifted.denotation.hypotheses
    # what is not forwarded may be another program's
    assert isinstance(lifted.verdict, Proved)
    assert ("no_cross_read" in lifted.verdict.given) == (source == "either")


def test_a_load_at_an_address_of_unknown_relation_to_a_store_is_refused() -> None:
    table = lines(pointers("%a1", "tp", "i32", "%i", (8,)), load_at("o", "%tp", "i32", (8,)))
    with pytest.raises(Unsupported) as refusal:
        lift(twice("%o", "%range", more=table))
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
