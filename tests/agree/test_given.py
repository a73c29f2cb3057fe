"""What a claim takes as given is looked at launch by launch: bounds, evaluation, and what is not counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.agree.kernels import ADD, Claims, func_of
from triton_lift.agree.compare import check_agreement
from triton_lift.agree.given import Given, given_at, guard_bounds, interval
from triton_lift.agree.launches import make_launches
from triton_lift.agree.memory import Buffer, Launch
from triton_lift.interp.denotation import Denotation
from triton_lift.ir.model import IntType
from triton_lift.ops.symbolic.row import NoWrap
from triton_lift.pipeline.lift import lift_state

HOLDS = Given(1, 0, 0)


@pytest.fixture(scope="module")
def denotation() -> Denotation:
    """Of a kernel without obligations; the tests give it some."""
    state, _ = lift_state(ADD)
    assert state is not None and state.denotation is not None
    return replace(state.denotation, no_wrap=())


def launch(*args: Buffer | int, grid: int = 4) -> Launch:
    return Launch((grid, 1, 1), args, 0, "by hand")


def of(denotation: Denotation, term: str, width: int = 32, *, where: Launch, guard: str = "true") -> Given:
    ctx, symbols = denotation.ctx, denotation.symbols
    pid, lane, scalar, k = symbols.pid(0), symbols.lane(0, 16), symbols.scalar_int(0, 32), ctx.sym("k0", lo=0)
    known = {"pid": pid, "lane": lane, "n": scalar, "k": k, "x": ctx.read("a1", [k], is_int=True)}
    names = {
        **known, "c": ctx, "num": ctx.num, "true": ctx.truth(True),
        "lin": lambda a, b, w: ctx.add(ctx.mul(a, ctx.num(w)), b),
    }  # fmt: skip
    obligation = NoWrap(eval(term, names), width, eval(guard, names), "there")
    return given_at(replace(denotation, no_wrap=(obligation,)), where)


def test_bounds_of_programs_and_lanes_suffice(denotation: Denotation) -> None:
    assert of(denotation, "lin(pid, lane, 16)", where=launch(0, grid=1 << 27)) == HOLDS
    wrong = of(denotation, "lin(pid, lane, 16)", where=launch(0, grid=(1 << 27) + 1))
    assert (wrong.fails, wrong.where) == (1, "an index leaves i32 at there")
    assert of(denotation, "lin(pid, lane, 16)", 8, where=launch(0, grid=8)) == HOLDS
    assert of(denotation, "lin(pid, lane, 16)", 8, where=launch(0, grid=9)).fails == 1


def test_a_scalar_decides(denotation: Denotation) -> None:
    assert of(denotation, "c.mul(pid, n)", where=launch((1 << 31) // 4)) == HOLDS
    assert of(denotation, "c.mul(pid, n)", where=launch((1 << 31) // 3 + 1)).fails == 1


def test_the_guard_keeps_lanes_out(denotation: Denotation) -> None:
    term, guard = "c.mul(lane, num(1 << 28))", "c.lt(lane, n)"
    assert of(denotation, term, where=launch(8), guard=guard) == HOLDS
    assert of(denotation, term, where=launch(9), guard=guard).fails == 1


def test_iterations_are_bounded_by_the_guard(denotation: Denotation) -> None:
    term, guard = "lin(k, num(0), 1 << 20)", "c.lt(c.mul(k, num(64)), n)"
    for trip, fails in ((0, 0), (1, 0), (2048, 0), (2049, 1)):
        found = of(denotation, term, where=launch(64 * trip), guard=guard)
        assert (found.fails, found.undecided) == (fails, 0), trip


def test_loaded_indices_are_those_of_the_launch(denotation: Denotation) -> None:
    cells = Buffer(IntType(32), np.array([5, 1 << 29], np.int32))
    for n, fails in ((1, 0), (2, 1)):
        found = of(denotation, "c.mul(x, num(4))", where=launch(n, cells), guard="c.lt(k, n)")
        assert (found.fails, found.undecided) == (fails, 0)
    assert of(denotation, "c.mul(x, num(4))", where=launch(2), guard="c.lt(k, n)").undecided == 1


def test_interval_of_quotients_and_extrema() -> None:
    c = Claims().ctx
    x, y = c.sym("x"), c.sym("y", lo=1)
    ranges = {"x": (-7, 9), "y": (2, 3)}
    assert interval(c.floordiv(x, y), ranges) == (-4, 4)
    assert interval(c.app("max", [x, c.num(3)], is_int=True), ranges) == (3, 9)
    assert interval(c.ite(c.ge(x, y), c.mul(x, x), y), ranges) == (-63, 81)  # each factor on its own
    assert interval(c.read("a0", [x], is_int=True), ranges) is None


def test_bounds_of_a_counter_join_over_the_paths_of_a_guard() -> None:
    c = Claims().ctx
    k, n, flag = c.sym("k", lo=0), c.sym("n"), c.sym("flag")
    either = c.ite(c.eq(flag, c.num(0)), c.lt(k, n), c.and_(c.ge(k, c.num(3)), c.lt(c.mul(k, c.num(2)), n)))
    assert guard_bounds(either, "k", {"n": (5, 7)}) == (0, 6)
    assert guard_bounds(c.lt(k, n), "k", {}) == (0, None)


def test_a_launch_outside_what_is_given_is_not_a_mismatch() -> None:
    claims = Claims()
    wrong = claims.add_statement(shift=1)
    launches = make_launches(func_of(ADD), None, n=5)
    report = check_agreement(func_of(ADD), [wrong], [], launches, given=lambda _: "an index leaves i32")
    assert report.mismatches == () and report.counted == 0
    assert report.skipped == {"outside given: an index leaves i32": 5}


def test_two_values_for_a_cell_are_a_mismatch_unless_they_are_given_not_to_be() -> None:
    claims = Claims()
    c = claims.ctx
    good = claims.add_statement()
    folded = replace(good, address=c.mod(claims.i, c.num(2)))  # all points share two cells
    for injective, status in ((True, "disagrees"), (False, "not evaluated")):
        launches = make_launches(func_of(ADD), None, n=12)
        assert check_agreement(func_of(ADD), [folded], [], launches, injective=injective).status == status
