"""Views: what is proposed, and that an address is exactly what its coordinates say."""

from __future__ import annotations

import pytest

from tests.term.formula_terms import Kit
from triton_lift._core import Term
from triton_lift.term.formula_views import View, choose_views
from triton_lift.term.symbols import Statement


def copy(k: Kit, to: Term, source: Term) -> Statement:
    return Statement("a0", "assign", (k.row, k.col), k.ctx.truth(True), to, k.x(source))


def test_strides_of_arguments_and_constants() -> None:
    k = Kit()
    address = k.ctx.add(k.ctx.mul(k.row, k.num(64)), k.col)
    statement = copy(k, address, k.at(k.row, k.col))
    views = choose_views(k.ctx, [statement])
    assert views == {"a0": View((k.num(64), k.one)), "a1": View((k.stride, k.one))}
    assert k.statement_text(statement, views) == (
        "out[row, col] = x[row, col]  for row, col  where out: strides (64, 1), x: strides (stride, 1)"
    )


def test_products_of_arguments_are_outermost() -> None:
    k = Kit()
    c = k.ctx
    address = c.add(c.add(c.mul(k.row, c.mul(k.N, k.M)), c.mul(k.col, k.M)), k.programs)
    statement = copy(k, k.row, address)
    views = choose_views(c, [statement])
    assert views == {"a1": View((c.mul(k.N, k.M), k.M, k.one))}
    assert "x[row, col, num_programs(0)]" in k.statement_text(statement, views)


def test_transposed_and_shifted_access() -> None:
    k = Kit()
    statement = copy(k, k.at(k.row, k.col), k.at(k.ctx.add(k.col, k.one), k.ctx.sub(k.row, k.num(2))))
    text = k.statement_text(statement, choose_views(k.ctx, [statement]))
    assert text.startswith("out[row, col] = x[col + 1, row - 2]")


def test_one_symbolic_stride() -> None:
    k = Kit()
    statement = copy(k, k.row, k.ctx.mul(k.row, k.stride))
    text = k.statement_text(statement, choose_views(k.ctx, [statement]))
    assert text == "out[row] = x[row]  for row, col  where x: strides (stride)"


def test_flat_arrays_have_no_view() -> None:
    k = Kit()
    assert choose_views(k.ctx, [copy(k, k.row, k.ctx.add(k.row, k.num(5)))]) == {}


@pytest.mark.parametrize("strides", ["sum", "zero", "unused", "wrong"])
def test_a_view_that_does_not_fit_gives_the_flat_address(strides: str) -> None:
    k = Kit()
    c = k.ctx
    view = {
        "sum": View((c.add(k.N, k.M), k.one)),
        "zero": View((k.zero, k.one)),
        "unused": View((k.N, k.one)),
        "wrong": View((k.stride, k.num(2))),
    }[strides]
    statement = copy(k, k.row, k.at(k.row, k.col))
    text = k.statement_text(statement, {"a1": view})
    assert ("x@[" in text) == (strides != "unused")


def test_remainders_are_coordinates() -> None:
    k = Kit()
    c = k.ctx
    address = c.add(c.mul(c.mod(k.row, k.N), k.stride), c.floordiv(k.row, k.N))
    statement = copy(k, k.row, address)
    text = k.statement_text(statement, choose_views(c, [statement]))
    assert text.startswith("out[row] = x[row % N, row // N]")
