"""What is given and which arrays must be disjoint: shown only where it is so, checked against runs of the evaluator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines, load_at, pointers, store_at, tensor, tile
from tests.interp.square import difference, launch_of, lift
from tests.ops.harness import module
from triton_lift.agree.statements import launch_points, memory_evaluator
from triton_lift.ops.evaluator import Buffer, evaluate
from triton_lift.prove.obligations import given_properties, injective, same_cells
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved
from triton_lift.term.numeric_domain import domain_points

P = "!tt.ptr<i32>"
T = tensor((8,), "i32")
B = tensor((8,), "i1")


def op(name: str, which: str, a: str, b: str) -> str:
    return call(name, which, [a, b], [T, T], T)


def splat(name: str, value: int) -> str:
    return constant(name, str(value), "i32", (8,))


# ------------------------------------------------------------------------------------------------------- injective

ADDRESSES = {
    # name: (code that makes %o, shown injective)
    "index": ("", "%i", True),
    "shifted": (op("o", "arith.addi", "%i", "%k"), "%o", True),
    "stride three": (op("o", "arith.muli", "%i", "%k"), "%o", True),
    "reversed": (op("o", "arith.subi", "%k", "%i"), "%o", True),
    "lanes only": ("", "%range", False),
    "halved": (op("o", "arith.divsi", "%i", "%k"), "%o", False),
    "modulo": (op("o", "arith.remsi", "%i", "%k"), "%o", False),
    "one cell": ("", "%z", False),
    "a symbolic stride": (op("o", "arith.muli", "%i", "%ns"), "%o", False),
    "a table": (lines(pointers("%a1", "tp", "i32", "%i", (8,)), load_at("o", "%tp", "i32", (8,))), "%o", False),
    "squared": (op("o", "arith.muli", "%i", "%i"), "%o", False),
    "smaller of two": (op("o", "arith.minsi", "%i", "%k"), "%o", False),
}


def scatter(what: str) -> str:
    code, address, _ = ADDRESSES[what]
    body = lines(
        tile(8, "%a2"),
        splat("k", 3),
        splat("z", 0),
        call("ns", "tt.splat", ["%a2"], ["i32"], T),
        code,
        pointers("%a0", "p", "i32", address, (8,)),
        store_at("%p", "%i", "i32", (8,)),
    )
    return module([P, P, "i32"], body)


@pytest.mark.parametrize("what", ADDRESSES)
def test_injective_is_shown_only_where_addresses_differ(what: str) -> None:
    lifted = lift(scatter(what))
    (proposal,) = lifted.proposals
    shown = injective(lifted.denotation, proposal)
    if ADDRESSES[what][2]:
        assert shown
    # against the points of launches: what is shown must be so
    for n in (1, 2, 0, -1, 5):
        launch = launch_of(lifted, [np.zeros(200), np.arange(200) // 2, n], (3, 1, 1))
        evaluator = memory_evaluator(launch)
        points = domain_points(evaluator, proposal.statement.domain, proposal.statement.indices, launch_points(launch))
        cells = evaluator.num(proposal.statement.address, points).val
        if shown:
            assert len(np.unique(cells)) == len(cells)
    assert ("injective" in given_properties(lifted.denotation, lifted.proposals)) == (not shown)


def test_two_indices_with_a_symbolic_stride_are_given() -> None:
    body = lines(
        call("r", "tt.make_range", [], [], T, "end = 8 : i32, start = 0 : i32"),
        call("e0", "tt.expand_dims", ["%r"], [T], tensor((8, 1), "i32"), "axis = 1 : i32"),
        call("e1", "tt.expand_dims", ["%r"], [T], tensor((1, 8), "i32"), "axis = 0 : i32"),
        call("b0", "tt.broadcast", ["%e0"], [tensor((8, 1), "i32")], tensor((8, 8), "i32")),
        call("b1", "tt.broadcast", ["%e1"], [tensor((1, 8), "i32")], tensor((8, 8), "i32")),
        call("s", "tt.splat", ["%a1"], ["i32"], tensor((8, 8), "i32")),
        call("m", "arith.muli", ["%b0", "%s"], [tensor((8, 8), "i32")] * 2, tensor((8, 8), "i32")),
        call("o", "arith.addi", ["%m", "%b1"], [tensor((8, 8), "i32")] * 2, tensor((8, 8), "i32")),
        pointers("%a0", "p", "i32", "%o", (8, 8)),
        store_at("%p", "%b1", "i32", (8, 8)),
    )
    lifted = lift(module([P, "i32"], body))
    assert isinstance(lifted.verdict, Proved)
    assert "injective" in lifted.verdict.given
    # with stride 1 the claim would be false: the rows overlap
    assert not difference(lifted, launch_of(lifted, [np.zeros(80), 1])).empty or "injective" in lifted.verdict.given


def test_two_stores_to_one_array_are_given() -> None:
    body = lines(
        tile(8),
        splat("k", 30),
        op("o", "arith.addi", "%i", "%k"),
        pointers("%a0", "p", "i32", "%i", (8,)),
        pointers("%a0", "q", "i32", "%o", (8,)),
        store_at("%p", "%i", "i32", (8,)),
        store_at("%q", "%k", "i32", (8,)),
    )
    lifted = lift(module([P], body))
    assert isinstance(lifted.verdict, Proved)
    assert "injective" in lifted.verdict.given


# ------------------------------------------------------------------------------------------------------ same cells


@dataclass(frozen=True)
class InPlace:
    """A kernel that reads a0 at %q and writes a0 at %p under a mask; ``same``: only the own cell is read."""

    code: str
    read: str
    write: str
    same: bool
    mask: str = ""


IN_PLACE = {
    "own cell": InPlace("", "%i", "%i", True),
    "own cell under a mask": InPlace("", "%i", "%i", True, "%m"),
    "neighbour": InPlace(op("o", "arith.addi", "%i", "%k"), "%o", "%i", False),
    "mirrored": InPlace(op("o", "arith.subi", "%k", "%range"), "%o", "%range", False),
    "by lane only": InPlace("", "%range", "%range", False, "%mine"),
    "halved": InPlace(op("o", "arith.divsi", "%i", "%two"), "%o", "%i", False),
}


def in_place(case: InPlace) -> str:
    mine = lines(
        constant("c2", "2", "i32"),
        call("g", "arith.cmpi", ["%pid", "%c2"], ["i32"] * 2, "i1", "predicate = 0 : i64"),
        call("mine", "tt.splat", ["%g"], ["i1"], B),
    )
    body = lines(
        tile(8, "%a2"),
        mine,
        splat("k", 7),
        splat("two", 2),
        splat("one", 1),
        case.code,
        pointers("%a0", "q", "i32", case.read, (8,)),
        pointers("%a0", "p", "i32", case.write, (8,)),
        pointers("%a1", "w", "i32", "%i", (8,)),
        load_at("x", "%q", "i32", (8,)),
        op("y", "arith.addi", "%x", "%one"),
        store_at("%p", "%y", "i32", (8,), case.mask),
        store_at("%w", "%x", "i32", (8,)),
    )
    return module([P, P, "i32"], body)


@pytest.mark.parametrize("what", IN_PLACE)
def test_no_cross_read_is_shown_only_where_programs_keep_to_their_cells(what: str) -> None:
    case = IN_PLACE[what]
    lifted = lift(in_place(case))
    shown = same_cells(lifted.denotation, lifted.proposals, "a0")
    if case.same:
        assert shown
    result = evaluate(
        lifted.module.functions()[0],
        [Buffer(np.arange(40, dtype=np.int32)), Buffer(np.zeros(40, np.int32)), 20],
        (4, 1, 1),
        mode="real",
        vectorise=False,
    )
    crossed = any(e.kind == "cross-read" for e in result.events)
    overlapped = any(e.kind in ("write-conflict", "store-conflict") for e in result.events)
    # a kernel whose programs read each other's cells must say so, unless its writes already break injectivity
    assert not (shown and crossed and not overlapped), [str(e) for e in result.events]


def test_accumulations_are_no_plain_cells() -> None:
    body = lines(
        tile(8, "%a1"),
        pointers("%a0", "p", "i32", "%i", (8,)),
        load_at("x", "%p", "i32", (8,)),
        call(
            "old",
            "tt.atomic_rmw",
            ["%p", "%x", "%m"],
            [tensor((8,), P), T, B],
            T,
            "atomic_rmw_op = 4 : i32, scope = 1 : i32, sem = 4 : i32",
        ),
    )
    lifted = lift(module([P, "i32"], body))
    assert not same_cells(lifted.denotation, lifted.proposals, "a0")
    assert "no_cross_read" in given_properties(lifted.denotation, lifted.proposals)


# ---------------------------------------------------------------------------------------------------------- aliases


def two_arrays(read: str, write: str, code: str = "", *, after: bool = False, mask: str = "") -> str:
    """a1 is read at `read`, a0 written at `write`; with `after`, a1 is read once more after the store, into a2."""
    more = (
        lines(
            load_at("z", "%q", "i32", (8,)), pointers("%a2", "w", "i32", "%i", (8,)), store_at("%w", "%z", "i32", (8,))
        )
        if after
        else ""
    )
    body = lines(
        tile(8, "%a3"),
        splat("k", 1),
        splat("two", 2),
        code,
        pointers("%a1", "q", "i32", read, (8,)),
        pointers("%a0", "p", "i32", write, (8,)),
        load_at("x", "%q", "i32", (8,)),
        op("y", "arith.addi", "%x", "%k"),
        store_at("%p", "%y", "i32", (8,), mask),
        more,
    )
    return module([P, P, P, "i32"], body)


ALIASES = {
    "same cell": (two_arrays("%i", "%i"), True),
    "same cell under a mask": (two_arrays("%i", "%i", mask="%m"), True),
    "next cell": (two_arrays("%o", "%i", op("o", "arith.addi", "%i", "%k")), False),
    "read again after the store": (two_arrays("%i", "%i", after=True), False),
    "halved": (two_arrays("%o", "%o", op("o", "arith.divsi", "%i", "%two")), False),
    "by lane": (two_arrays("%range", "%range"), None),
}


@pytest.mark.parametrize("what", ALIASES)
def test_in_place_is_allowed_only_where_it_changes_nothing(what: str) -> None:
    text, expected = ALIASES[what]
    lifted = lift(text)
    summary = summarise(lifted.denotation)
    (pair,) = [d for d in summary.disjoint if {d.written, d.other} == {"a0", "a1"}]
    if expected is not None:
        assert pair.in_place is expected
    if not pair.in_place:
        return
    ctx = lifted.denotation.ctx
    func = lifted.module.functions()[0]
    for grid in ((1, 1, 1), (3, 1, 1), (2, 2, 1), (1, 1, 2)):
        names = {f"np{a}": n for a, n in enumerate(grid)}
        conditions = [*(r.cond for r in summary.requires), *pair.in_place_requires]
        launch = launch_of(lifted, [np.zeros(32), np.zeros(32), np.zeros(32), 20], grid)
        evaluator = memory_evaluator(launch)
        assert names
        assert ctx is lifted.denotation.ctx
        if not all(bool(evaluator.bool(c, launch_points(launch)).val[0]) for c in conditions):
            continue
        data = np.arange(32, dtype=np.int32) * 5
        apart = evaluate(
            func, [Buffer(data.copy()), Buffer(data.copy()), Buffer(np.zeros(32, np.int32)), 20], grid, vectorise=False
        )
        shared = data.copy()
        together = evaluate(
            func, [Buffer(shared), Buffer(shared), Buffer(np.zeros(32, np.int32)), 20], grid, vectorise=False
        )
        assert (apart.of(0) == together.of(0)).all()


def test_two_written_arrays_are_disjoint_and_listed_once() -> None:
    body = lines(
        tile(8),
        pointers("%a0", "p", "i32", "%i", (8,)),
        pointers("%a1", "q", "i32", "%i", (8,)),
        store_at("%p", "%i", "i32", (8,)),
        store_at("%q", "%range", "i32", (8,)),
    )
    (pair,) = summarise(lift(module([P, P], body)).denotation).disjoint
    assert (pair.written, pair.other, pair.in_place) == ("a0", "a1", False)


def test_no_wrap_is_given_where_an_index_may_leave_its_width() -> None:
    def text(offset: str) -> str:
        body = lines(
            tile(8),
            splat("k", 3),
            op("o", "arith.muli", "%i", "%k"),
            pointers("%a0", "p", "i32", offset, (8,)),
            store_at("%p", "%range", "i32", (8,)),
        )
        return module([P], body)

    scaled, by_lane = lift(text("%o")), lift(text("%range"))
    assert "no_wrap" in given_properties(scaled.denotation, scaled.proposals)
    assert "no_wrap" not in given_properties(by_lane.denotation, by_lane.proposals)


def test_a_store_read_back_by_another_lane_leaves_the_cells_of_other_programs_given() -> None:
    body = lines(
        tile(8),
        splat("k", 1),
        op("o", "arith.addi", "%i", "%k"),
        pointers("%a0", "p", "i32", "%i", (8,)),
        pointers("%a0", "q", "i32", "%o", (8,)),
        store_at("%p", "%i", "i32", (8,)),
        load_at("x", "%q", "i32", (8,)),
        pointers("%a1", "w", "i32", "%i", (8,)),
        store_at("%w", "%x", "i32", (8,)),
    )
    lifted = lift(module([P, P], body))
    assert isinstance(lifted.verdict, Proved)
    assert "no_cross_read" in lifted.verdict.given
    assert difference(lifted, launch_of(lifted, [np.arange(40) * 5, np.zeros(40)])).empty
