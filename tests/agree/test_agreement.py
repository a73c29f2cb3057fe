"""Right statements agree with the evaluator, wrong ones are reported; shadows bound what machine mode does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import ml_dtypes
import numpy as np
import pytest

from tests.agree.kernels import ADD, COUNT, ROW_SUM, Claims, func_of
from triton_lift._core import Term
from triton_lift.agree.compare import AgreementReport, check_agreement
from triton_lift.agree.launches import make_launches
from triton_lift.agree.memory import Buffer, Launch
from triton_lift.agree.run import run
from triton_lift.agree.shadow import Shadow
from triton_lift.agree.statements import apply_statements
from triton_lift.ir.model import FloatType, IntType
from triton_lift.term.numeric_value import OUTSIDE
from triton_lift.term.symbols import Statement


def report_of(text: str, *statements: Statement, requires: Sequence[Term] = ()) -> AgreementReport:
    func = func_of(text)
    launches = make_launches(func, None, n=30, seed=3)

    def again(launch: Launch, k: int) -> Launch:
        number = int(launch.label.split()[1])
        return make_launches(func, None, n=number + 1, seed=3, grow=k, only=number)[0]

    return check_agreement(func, statements, requires, launches, again=again)


def test_addition_agrees() -> None:
    claims = Claims()
    report = report_of(ADD, claims.add_statement())
    assert (report.status, report.counted, report.machine_launches) == ("agrees", 16, 16)
    assert report.undecided == {} and report.written > 0


@pytest.mark.parametrize("what", ["value", "domain", "address", "array", "kind"])
def test_bad_twins_of_addition_are_mismatches(what: str) -> None:
    claims = Claims()
    c = claims.ctx
    good = claims.add_statement()
    n = claims.symbols.scalar_int(3, 32)
    bad = {
        "value": claims.add_statement(value=c.sub(claims.read("a0", claims.i), claims.read("a1", claims.i))),
        "domain": claims.add_statement(bound=c.sub(n, c.num(1))),
        "address": claims.add_statement(shift=1),
        "array": replace(good, array="a1"),
        "kind": replace(good, kind="add"),
    }[what]
    report = report_of(ADD, bad)
    assert report.status == "disagrees", what
    assert "seed=3" in str(report.mismatches[0]) and report.mismatches[0].mode == "real"


def test_too_wide_a_domain_is_a_mismatch() -> None:
    claims = Claims()
    c = claims.ctx
    report = report_of(ADD, claims.add_statement(bound=c.add(claims.symbols.scalar_int(3, 32), c.num(1))))
    assert report.status == "disagrees"


def test_no_statement_leaves_changed_cells() -> None:
    report = report_of(ADD)
    assert report.status == "disagrees" and report.mismatches[0].kind == "changed outside"


def test_sum_of_exponentials_agrees_in_both_modes() -> None:
    report = report_of(ROW_SUM, Claims().row_sum_statement())
    assert (report.status, report.machine_launches, report.undecided) == ("agrees", 16, {})


def test_one_element_too_few_is_a_mismatch() -> None:
    assert report_of(ROW_SUM, Claims().row_sum_statement(31)).status == "disagrees"


def test_atomic_sum_agrees() -> None:
    claims = Claims()
    c = claims.ctx
    # The kernel reads axis 0 only: programs that differ on another axis add once more.
    flat = [c.eq(claims.symbols.num_programs(axis), c.num(1)) for axis in (1, 2)]
    assert report_of(COUNT, claims.count_statement(), requires=flat).status == "agrees"
    assert report_of(COUNT, claims.count_statement(2), requires=flat).status == "disagrees"
    assert report_of(COUNT, claims.count_statement()).status == "disagrees"


def test_a_launch_that_breaks_requires_does_not_count() -> None:
    claims = Claims()
    c = claims.ctx
    func = func_of(ADD)
    launches = make_launches(func, None, n=20)
    sometimes = c.gt(claims.symbols.scalar_int(3, 32), c.num(40))
    report = check_agreement(func, [claims.add_statement()], [sometimes], launches)
    small = sum(1 for launch in launches if int(launch.scalars()["s3"]) <= 40)
    assert report.status == "not evaluated"
    assert report.skipped["requires[0] does not hold"] == small


def test_too_few_launches_are_not_evaluated() -> None:
    claims = Claims()
    func = func_of(ADD)
    assert check_agreement(func, [claims.add_statement()], [], make_launches(func, None, n=3)).status == "not evaluated"


def launch_with(*args: Buffer | int, grid: int = 1) -> Launch:
    return Launch((grid, 1, 1), args, 0, "by hand")


def test_statements_read_memory_as_it_was_before() -> None:
    claims = Claims()
    c = claims.ctx
    shift = Statement("a0", "assign", (claims.i,), c.lt(claims.i, c.num(3)), claims.i,
                      claims.read("a0", c.add(claims.i, c.num(1))))  # fmt: skip
    f64 = FloatType("f64")
    outcome = apply_statements([shift], launch_with(Buffer(f64, np.array([1.0, 2.0, 3.0, 4.0]))))
    assert outcome.arrays["a0"].val.tolist() == [2, 3, 4, 4]
    assert outcome.arrays["a0"].touched.tolist() == [True, True, True, False]


def test_two_values_for_one_cell_are_a_fault() -> None:
    claims = Claims()
    c = claims.ctx
    two = Statement("a0", "assign", (claims.i,), c.lt(claims.i, c.num(2)), c.num(0), claims.i)
    outcome = apply_statements([two], launch_with(Buffer(IntType(32), np.zeros(2, np.int32))))
    assert [f.kind for f in outcome.faults] == ["overlap"]


def beyond(claims: Claims, otherwise: Term) -> Statement:
    """Writes 7 to a1[0..3], or ``otherwise`` where a0[i], of which there are three, is NaN."""
    c = claims.ctx
    test = c.bapp("isnan", [claims.read("a0", claims.i)])
    return Statement("a1", "assign", (claims.i,), c.lt(claims.i, c.num(4)), claims.i, c.ite(test, otherwise, c.num(7)))


def test_memory_beyond_the_buffers_may_be_tested_where_it_does_not_matter() -> None:
    claims = Claims()
    c = claims.ctx
    launch = launch_with(Buffer(FloatType("f32"), np.zeros(3, np.float32)), Buffer(IntType(32), np.zeros(4, np.int32)))
    masked = apply_statements([beyond(claims, c.ite(c.lt(claims.i, c.num(3)), c.num(5), c.num(7)))], launch)
    assert masked.arrays["a1"].val.tolist() == [7, 7, 7, 7] and not masked.arrays["a1"].undefined.any()
    bad = apply_statements([beyond(claims, c.num(5))], launch)
    assert bad.arrays["a1"].undefined.tolist() == [0, 0, 0, OUTSIDE]


def test_an_infinite_value_for_an_integer_is_a_fault() -> None:
    claims = Claims()
    c = claims.ctx
    value = c.ite(c.lt(claims.i, c.num(2)), claims.i, c.inf(-1))
    wild = Statement("a0", "assign", (claims.i,), c.lt(claims.i, c.num(3)), claims.i, value)
    outcome = apply_statements([wild], launch_with(Buffer(IntType(64), np.zeros(3, np.int64))))
    assert [(f.kind, f.cell) for f in outcome.faults] == [("value", 2)]


def test_an_infinite_value_beyond_the_buffers_is_undefined() -> None:
    # as of a maximum over cells of which none can be read: neither a crash nor a number
    claims = Claims()
    c = claims.ctx
    test = c.gt(claims.read("a1", claims.i), c.num(0))
    wild = Statement("a0", "assign", (claims.i,), c.lt(claims.i, c.num(3)), claims.i, c.ite(test, claims.i, c.inf(-1)))
    one = Buffer(FloatType("f32"), np.ones(1, np.float32))
    outcome = apply_statements([wild], launch_with(Buffer(IntType(64), np.zeros(3, np.int64)), one))
    assert outcome.faults == () and outcome.arrays["a0"].undefined.tolist() == [0, OUTSIDE, OUTSIDE]


def test_integers_are_stored_modulo_their_width() -> None:
    claims = Claims()
    c = claims.ctx
    big = Statement("a0", "add", (claims.i,), c.lt(claims.i, c.num(3)), c.num(0), c.num(100))
    outcome = apply_statements([big], launch_with(Buffer(IntType(8), np.array([7], np.int8))))
    assert outcome.arrays["a0"].val.tolist() == [307 - 256]


@pytest.mark.parametrize("text", [ADD, ROW_SUM])
def test_shadow_bounds_the_distance_between_machine_and_real(text: str) -> None:
    func = func_of(text)
    for launch in make_launches(func, None, n=6, seed=5):
        shadow = Shadow(func, launch, real=False)
        machine = run(func, launch, "machine", observe=shadow.observe)
        real = run(func, launch, "real")
        for position in launch.buffers():
            gap = np.abs(machine.arrays[f"a{position}"].astype(np.float64) - real.arrays[f"a{position}"])
            bound = shadow.cell_errors(position)
            assert np.isfinite(bound).all() and (gap <= bound + 1e-15 * np.abs(real.arrays[f"a{position}"])).all()


def test_shadow_bound_is_of_the_order_of_the_format() -> None:
    func = func_of(ROW_SUM)
    x = np.full(64, 0.5).astype(ml_dtypes.bfloat16)
    launch = launch_with(Buffer(FloatType("bf16"), x), Buffer(FloatType("f32"), np.zeros(2, np.float32)), grid=2)
    shadow = Shadow(func, launch, real=False)
    run(func, launch, "machine", observe=shadow.observe)
    relative = shadow.cell_errors(1) / (32 * np.exp(0.5))
    assert (relative < 16 * 2.0**-24).all() and (relative > 2.0**-25).all()
