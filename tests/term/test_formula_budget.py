"""Printing takes steps in proportion to the shared nodes of a term, and stops at a budget; reading likewise."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.term.formula_terms import NAMES, Kit
from triton_lift._core import Term
from triton_lift.term.formula_print import print_statement, print_term
from triton_lift.term.formula_views import choose_views
from triton_lift.term.symbols import Statement
from triton_lift.util.diagnostic import BudgetExceeded


def nested(k: Kit, levels: int) -> Term:
    """``v = sin(1/u) + 1/u`` with ``u = v + eps``, again and again: as a tree, twice as large at each level."""
    c, value = k.ctx, k.alpha
    for _ in range(levels):
        inverse = c.recip(c.add(value, k.eps))
        value = c.add(c.app("sin", [inverse]), inverse)
    return value


def nested_in_a_range(k: Kit, levels: int) -> Term:
    """The same over a bound variable, where no part is closed and none can be named."""
    c, value = k.ctx, k.x(k.k)
    for _ in range(levels):
        inverse = c.recip(c.add(value, k.eps))
        value = c.add(c.app("sin", [inverse]), inverse)
    return k.total("sum", value)


@pytest.mark.parametrize("levels", [4, 8, 16, 20])
def test_shared_parts_are_written_once_and_read_once(levels: int) -> None:
    k = Kit()
    statement = Statement("a0", "assign", (), k.ctx.truth(True), k.zero, nested(k, levels))
    text = k.statement_text(statement)
    assert len(text) < 400 + 100 * levels
    assert text.count("sin(") <= levels + 15  # parts of less than 16 nodes are not named


def test_text_grows_linearly_with_the_levels() -> None:
    lengths: list[int] = []
    for levels in (5, 10, 15):
        k = Kit()
        statement = Statement("a0", "assign", (), k.ctx.truth(True), k.zero, nested(k, levels))
        lengths.append(len(print_statement(statement, NAMES, ctx=k.ctx, signature=k.signature)))
    assert lengths[2] - lengths[1] < 1.5 * (lengths[1] - lengths[0])


@pytest.mark.parametrize("make", [nested, nested_in_a_range])
def test_what_would_be_too_long_is_refused(make: Callable[[Kit, int], Term]) -> None:
    k = Kit()
    term = make(k, 25)
    with pytest.raises(BudgetExceeded) as caught:
        print_term(term, NAMES, ctx=k.ctx, signature=k.signature)
    assert caught.value.diagnostic.code == "formula-too-large"


def test_many_parts_that_each_fit_are_refused_together() -> None:
    k = Kit()
    c = k.ctx
    # each condition is written for both of its branches
    value = k.alpha
    for n in range(200):
        part = c.app("sin", [c.add(c.mul(k.num(n + 2), k.x(k.row)), value)])
        value = c.add(part, k.eps)
    with pytest.raises(BudgetExceeded):
        print_term(value, NAMES, ctx=c, signature=k.signature, max_chars=2000)


def test_opaque_trees_read_back() -> None:
    k = Kit()
    c = k.ctx
    tree = c.ite(c.gt(k.eps, k.alpha), k.eps, k.x(k.row))
    term = c.mul(c.paren(tree), k.alpha)
    assert k.text(term) == "alpha*paren((eps if eps > alpha else x[row]))"


def test_remainders_stay_whole_as_indices() -> None:
    k = Kit()
    c = k.ctx
    digit = c.mod(k.col, k.num(16))
    address = c.add(c.mul(k.row, k.num(16)), digit)
    statement = Statement("a0", "assign", (k.row, k.col), c.truth(True), k.at(k.row, k.col), k.x(address))
    assert "x[row, col % 16]" in k.statement_text(statement, choose_views(c, [statement]))


def test_comparisons_of_reals_have_no_cleared_denominators() -> None:
    k = Kit()
    c = k.ctx
    # fl32(1e-6) = 8796093 / 2^43 (IEEE 754 binary32)
    assert k.text(c.gt(c.add(k.eps, k.num(8796093, 1 << 43)), k.zero)) == "eps + 1e-06f > 0"
    assert k.text(c.eq(c.add(k.eps, k.num(-8796093, 1 << 43)), k.zero)) == "eps == 1e-06f"
    assert k.text(c.gt(c.mul(k.num(2), k.eps), k.num(3))) == "2*eps > 3"
