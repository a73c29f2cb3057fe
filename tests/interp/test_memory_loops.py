"""Loads and stores in loops (spec: M1, M2, M6, L3, L4): what is shown agrees with runs, what only looks right is refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines, load_at, pointers, store_at, tensor, tile
from tests.interp.square import Lifted, difference, launch_of, lift, satisfied_with
from tests.ops.harness import module
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported

P = "!tt.ptr<i32>"
T, B = tensor((4,), "i32"), tensor((4,), "i1")
A0, A1 = np.arange(100, 180), np.arange(-40, 40)


def op(name: str, which: str, a: str, b: str, kind: str = T) -> str:
    return call(name, f"arith.{which}", [a, b], [kind, kind], kind)


def loop(k: str, upper: str, *body: str, lower: str = "%c0") -> str:
    """``for k in range(lower, upper)``; ``%vk`` is the counter in all lanes, ``%tk`` = 4*k + lane."""
    head = f'    "scf.for"({lower}, {upper}, %c1) ({{\n    ^bb0(%{k}: i32):'
    wide = call(f"v{k}", "tt.splat", [f"%{k}"], ["i32"], T)
    place = lines(op(f"s{k}", "muli", f"%v{k}", "%four"), op(f"t{k}", "addi", f"%s{k}", "%range"))
    return lines(head, wide, place, *body, '      "scf.yield"() : () -> ()\n    }) : (i32, i32, i32) -> ()')


def load(name: str, array: str, address: str, mask: str = "") -> str:
    place = pointers(array, f"{name}p", "i32", address, (4,))
    return lines(place, load_at(name, f"%{name}p", "i32", (4,), mask, "%zero" if mask else ""))


def store(name: str, array: str, address: str, value: str, mask: str = "") -> str:
    return lines(pointers(array, f"{name}p", "i32", address, (4,)), store_at(f"%{name}p", value, "i32", (4,), mask))


def is_equal(name: str, a: str, b: str) -> str:
    return call(name, "arith.cmpi", [a, b], [T, T], B, "predicate = 0 : i64")


def kernel(*body: str) -> str:
    """Arrays a0 and a1, sizes a2 (bound of %m) and a3."""
    numbers = [constant(f"c{n}", str(n), "i32") for n in (0, 1, 2, 3)]
    splats = [
        constant(n, str(v), "i32", (4,)) for n, v in (("zero", 0), ("one", 1), ("four", 4), ("five", 5), ("eight", 8))
    ]
    return module([P, P, "i32", "i32"], lines(tile(4, "%a2"), *numbers, *splats, *body))


def agree(text: str, *, grids: Sequence[int] = (1,), given: Sequence[str] = ()) -> Lifted:
    """Lift, demand `proved` with just these properties given, and compare for several sizes, none included."""
    lifted = lift(text)
    assert isinstance(lifted.verdict, Proved), str(lifted.verdict)
    assert set(lifted.verdict.given) - {"no_wrap"} == set(given)
    requires = [r.cond for r in summarise(lifted.denotation).requires]
    compared = 0
    for grid in grids:
        for bound, trips in ((0, 0), (7, 0), (3, 1), (9, 2), (64, 5)):
            launch = launch_of(lifted, [A0, A1, bound, trips], (grid, 1, 1))
            if satisfied_with(requires, launch):
                found = difference(lifted, launch)
                assert found.empty, (grid, bound, trips, found.differ)
                compared += found.compared
    assert compared
    return lifted


def refused(text: str, code: str) -> None:
    with pytest.raises(Unsupported) as failure:
        lift(text)
    assert failure.value.diagnostic.code == code


# ---------------------------------------------------------------------------------- loads of earlier iterations (L3)


def test_an_update_in_place_at_addresses_that_no_two_iterations_share() -> None:
    text = kernel(
        loop("k", "%a3", load("x", "%a0", "%tk"), op("y", "addi", "%x", "%one"), store("w", "%a0", "%tk", "%y"))
    )
    lifted = agree(text)
    assert [s.source for s in lifted.denotation.reads] == ["initial"]


@pytest.mark.parametrize("shift", ["%one", "%four", "%eight"])
def test_a_load_of_what_an_earlier_iteration_stored_is_refused(shift: str) -> None:
    # a0[4*k + l + 4] = a0[4*k + l] + 1 makes 1, 2, 3, ... of a run of cells
    text = kernel(
        loop("k", "%a3", load("x", "%a0", "%tk"), op("q", "addi", "%tk", shift), store("w", "%a0", "%q", "%x"))
    )
    refused(text, "loop-carried-store")


def test_a_load_beyond_all_stores_of_the_loop_is_not() -> None:
    # at most 3 iterations: cells 0 to 11 are written, 64 and on are read
    far = lines(constant("far", "64", "i32", (4,)), op("q", "addi", "%tk", "%far"))
    agree(
        kernel(loop("k", "%c3", far, load("x", "%a0", "%q"), store("w", "%a0", "%tk", "%x"))), given=["no_cross_read"]
    )


def test_a_cell_that_every_iteration_updates_is_refused() -> None:
    text = kernel(
        loop("k", "%a3", load("x", "%a0", "%range"), op("y", "addi", "%x", "%one"), store("w", "%a0", "%range", "%y"))
    )
    refused(text, "loop-carried-store")


def test_an_inner_loop_reads_what_an_earlier_outer_iteration_stored() -> None:
    inner_store = loop("j", "%c2", op("v", "addi", "%vk", "%tj"), store("w", "%a0", "%tj", "%v"))
    inner_load = loop("h", "%c2", load("x", "%a0", "%th"), store("u", "%a1", "%th", "%x"))
    # first loads, then stores: iteration k reads what k - 1 stored
    refused(kernel(loop("k", "%a3", inner_load, inner_store)), "loop-carried-store")
    # first stores, then loads: settled in the same iteration, and only the last one's values stay
    agree(kernel(loop("k", "%a3", inner_store, inner_load)))


def test_an_atomic_update_of_an_earlier_iteration_is_not_read() -> None:
    props = "atomic_rmw_op = 4 : i32, scope = 1 : i32, sem = 4 : i32"
    types = [tensor((4,), P), T, B]
    add = lines(
        pointers("%a0", "ap", "i32", "%range", (4,)),
        is_equal("always", "%zero", "%zero"),
        call("old", "tt.atomic_rmw", ["%ap", "%one", "%always"], types, T, props),
    )
    text = kernel(loop("k", "%a3", load("x", "%a0", "%range"), store("w", "%a1", "%tk", "%x"), add))
    refused(text, "load-after-atomic")


# --------------------------------------------------------------------------------------- the store that stays (L4)


def test_of_stores_to_one_place_the_last_iteration_stays() -> None:
    lifted = agree(kernel(loop("k", "%a3", store("w", "%a0", "%range", "%tk"))))
    assert [w.counters for w in lifted.denotation.writes] == [()]
    # behind the loop the last value is read, none where the loop does not run
    text = kernel(
        loop("k", "%a3", store("w", "%a0", "%range", "%tk")),
        load("x", "%a0", "%range"),
        store("u", "%a1", "%range", "%x"),
    )
    agree(text)


def test_a_store_in_one_iteration_only() -> None:
    where = lines(is_equal("is", "%vk", "%one"), store("w", "%a0", "%range", "%tk", "%is"))
    agree(kernel(loop("k", "%a3", where)))
    # another store to the same cells in all iterations: what is made in iteration 1 does not stay
    both = loop("k", "%a3", store("u", "%a0", "%range", "%five"), where)
    refused(kernel(both, load("x", "%a0", "%range"), store("v", "%a1", "%range", "%x")), "store-to-load")


def test_a_store_under_the_counters_own_condition_is_refused() -> None:
    odd = lines(op("h", "remsi", "%vk", "%four"), is_equal("is", "%h", "%one"))
    refused(kernel(loop("k", "%a3", odd, store("w", "%a0", "%range", "%tk", "%is"))), "overwritten")


def test_a_place_of_its_own_and_a_shared_one_in_one_loop() -> None:
    # iteration k writes cells 0 to 3 and cells 4*k and on: in the end cells 0 to 3 hold the first store's last value
    shared = store("w", "%a0", "%range", "%vk")
    own = store("u", "%a0", "%tk", "%five")
    text = kernel(loop("k", "%a3", shared, own), load("x", "%a0", "%range"), store("v", "%a1", "%range", "%x"))
    refused(text, "store-to-load")
    lifted = lift(kernel(loop("k", "%a3", shared, own)))
    assert isinstance(lifted.verdict, Proved)
    assert "injective" in lifted.verdict.given


# ------------------------------------------------------------------------------------- forwarding across loops (M2)


def test_a_second_loop_sees_what_the_first_one_stored() -> None:
    first = loop("k", "%a3", load("x", "%a1", "%tk"), op("y", "addi", "%x", "%one"), store("w", "%a0", "%tk", "%y"))
    second = loop("j", "%a3", load("z", "%a0", "%tj"), op("q", "addi", "%z", "%z"), store("u", "%a0", "%tj", "%q"))
    lifted = agree(kernel(first, second))
    assert len(lifted.denotation.writes) == len(lifted.denotation.overwritten) == 1
    # the second loop runs once more than the first: its last tile is what was there
    longer = second.replace("%a3, %c1", "%more, %c1")
    lifted = lift(kernel(op("more", "addi", "%a3", "%c1", "i32"), first, longer))
    assert isinstance(lifted.verdict, Proved)
    assert not lifted.denotation.overwritten or difference(lifted, launch_of(lifted, [A0, A1, 0, 3])).empty


def test_another_order_of_iterations_and_lanes() -> None:
    first = loop("k", "%c3", load("x", "%a1", "%tk"), store("w", "%a0", "%tk", "%x"))
    turned = lines(constant("end", "11", "i32", (4,)), op("e", "subi", "%end", "%tj"))
    second = loop("j", "%c3", turned, load("z", "%a0", "%e"), store("u", "%a1", "%tj", "%z"))
    # loads of a1 in the first loop come before all stores to it
    agree(kernel(first, second))


def test_a_first_loop_that_stores_less_than_the_second_one_reads() -> None:
    first = loop("k", "%c2", store("w", "%a0", "%tk", "%tk"))
    second = loop("j", "%a3", load("z", "%a0", "%tj"), store("u", "%a1", "%tj", "%z"))
    lifted = agree(kernel(first, second), given=["no_cross_read"])
    assert [r.source for r in lifted.denotation.reads] == ["either"]


def test_iterations_that_store_to_the_same_cells_are_not_forwarded() -> None:
    # cells 2*k + l of the first loop overlap: the later iteration's value is there
    half = lines(op("two", "addi", "%one", "%one"), op("d", "muli", "%vk", "%two"), op("o", "addi", "%d", "%range"))
    first = loop("k", "%a3", half, store("w", "%a0", "%o", "%vk"))
    second = loop("j", "%a3", load("z", "%a0", "%tj"), store("u", "%a1", "%tj", "%z"))
    refused(kernel(first, second), "store-to-load")


def test_two_stores_of_one_loop_to_one_cell_in_different_iterations() -> None:
    # iteration k stores k to tile k and then k + 5 to tile k + 1: tile k keeps k, but for the last one
    after = lines(op("q", "addi", "%tk", "%four"), op("v", "addi", "%vk", "%five"))
    first = loop("k", "%c3", store("w", "%a0", "%tk", "%vk"), after, store("u", "%a0", "%q", "%v"))
    second = loop("j", "%c3", load("z", "%a0", "%tj"), store("x", "%a1", "%tj", "%z"))
    refused(kernel(first, second), "store-to-load")


# ----------------------------------------------------------------------------------------------- covered stores (M6)


def test_a_store_that_is_covered_in_part_stays() -> None:
    text = kernel(store("w", "%a0", "%i", "%one"), store("u", "%a0", "%i", "%five", "%m"))
    lifted = lift(text)
    assert not lifted.denotation.overwritten
    assert len(lifted.denotation.writes) == 2
    whole = lift(kernel(store("w", "%a0", "%i", "%one", "%m"), store("u", "%a0", "%i", "%five")))
    assert len(whole.denotation.writes) == 1
    agree(kernel(store("w", "%a0", "%i", "%one", "%m"), store("u", "%a0", "%i", "%five")), grids=(1, 3))


def test_a_store_covered_in_the_iteration_before_stays() -> None:
    # tile k + 1 is stored in iteration k and again in iteration k + 1, tile k + 1's first store is never the last but at the end
    after = op("q", "addi", "%tk", "%four")
    text = kernel(loop("k", "%c3", after, store("w", "%a0", "%q", "%vk"), store("u", "%a0", "%tk", "%five")))
    lifted = lift(text)
    assert not lifted.denotation.overwritten
    assert isinstance(lifted.verdict, Proved)
    assert "injective" in lifted.verdict.given


def test_one_array_for_two_is_not_allowed_where_iterations_read_again() -> None:
    # every iteration reads the same cells of a1, and a store to a0 comes between
    text = kernel(loop("k", "%a3", load("x", "%a1", "%i"), op("y", "addi", "%x", "%vk"), store("w", "%a0", "%i", "%y")))
    lifted = lift(text)
    (pair,) = summarise(lifted.denotation).disjoint
    assert not pair.in_place
    agree(text, grids=(1, 3))
    # in straight-line code reading twice is fine, unless a covered store comes between
    once = kernel(load("x", "%a1", "%i"), op("y", "addi", "%x", "%one"), store("w", "%a0", "%i", "%y"))
    (pair,) = summarise(lift(once).denotation).disjoint
    assert pair.in_place
    between = kernel(
        store("v", "%a0", "%i", "%five"),
        load("x", "%a1", "%i"),
        op("y", "addi", "%x", "%one"),
        store("w", "%a0", "%i", "%y"),
    )
    lifted = lift(between)
    assert lifted.denotation.overwritten
    (pair,) = summarise(lifted.denotation).disjoint
    assert not pair.in_place
