"""Sums that are products of matrices: the values of numpy, within bounds, and as by enumeration where they cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from triton_lift._core import Context, Term
from triton_lift.term import numeric_contract
from triton_lift.term.numeric import evaluate_bounded
from triton_lift.term.numeric_value import OUTSIDE

M, N, K = 48, 40, 64
RNG = np.random.default_rng(11)
X, Y, Z = RNG.normal(size=(M, K)), RNG.normal(size=(K, N)), RNG.normal(size=(M, N))
ROWS, COLS = np.mgrid[0:M, 0:N]


class Kit:
    """Reads of the matrices at symbols: i, j are indices, k is summed."""

    def __init__(self) -> None:
        c = self.ctx = Context()
        self.i, self.j, self.k, self.h = (c.sym(name, lo=0) for name in ("i0", "i1", "k", "h"))
        self.n = c.sym("s1", lo=-(2**31), hi=2**31 - 1)

    def at(self, array: str, row: Term, column: Term, width: int) -> Term:
        c = self.ctx
        return c.read(array, [c.add(c.mul(row, c.num(width)), column)], is_int=False)

    def sum(self, body: Term, high: Term, low: Term | None = None) -> Term:
        return self.ctx.big("sum", self.k, self.ctx.num(0) if low is None else low, high, body)


@pytest.fixture
def kit() -> Kit:
    return Kit()


def values(term: Term, n: int = K, *, x: np.ndarray = X) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    arrays = {"a0": x.ravel(), "a1": Y.ravel(), "a2": Z.ravel()}
    return evaluate_bounded(term, {"i0": ROWS, "i1": COLS, "s1": n}, arrays, {})


@pytest.fixture
def contracted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each sum that was big enough came out as a product."""
    found: list[bool] = []

    def watched(name: str) -> None:
        inner = getattr(numeric_contract.Contraction, name)

        def total(*args: object) -> object:
            out = inner(*args)
            found.append(out is not None)
            return out

        monkeypatch.setattr(numeric_contract.Contraction, name, total)

    for name in ("over_range", "over_points"):
        watched(name)
    return found


def close(term: Term, want: np.ndarray, n: int = K) -> None:
    value, bound, poison = values(term, n)
    assert not poison.any()
    assert (np.abs(value - want) <= bound + 1e-15 * np.abs(want)).all()
    assert (bound <= 1e-11 * (1 + np.abs(X) @ np.abs(Y)).max()).all()


def test_product_of_matrices(kit: Kit, contracted: list[bool]) -> None:
    c = kit.ctx
    close(kit.sum(c.mul(kit.at("a0", kit.i, kit.k, K), kit.at("a1", kit.k, kit.j, N)), kit.n), X @ Y)
    assert contracted == [True]


def test_factors_coefficients_and_several_monomials(kit: Kit, contracted: list[bool]) -> None:
    c = kit.ctx
    x, y = kit.at("a0", kit.i, kit.k, K), kit.at("a1", kit.k, kit.j, N)
    product = c.mul(c.mul(c.num(3, 4), c.power(x, 2)), c.mul(c.app("exp", [y]), kit.k))
    want = 0.75 * (X**2) @ (np.exp(Y) * np.arange(K)[:, None])
    value, bound, _ = values(kit.sum(product, kit.n))
    assert (np.abs(value - want) <= bound + 1e-14 * np.abs(want)).all() and all(contracted)


def test_ranges_that_differ_by_row(kit: Kit, contracted: list[bool]) -> None:
    c = kit.ctx
    body = c.mul(kit.at("a0", kit.i, kit.k, K), kit.at("a1", kit.k, kit.j, N))
    causal = np.where(np.arange(K)[None, :] <= ROWS[:, :1], X, 0.0)
    close(kit.sum(body, c.add(kit.i, c.num(1))), causal @ Y)
    window = np.where((np.arange(K)[None, :] >= ROWS[:, :1] - 4) & (np.arange(K)[None, :] < 40), X, 0.0)
    low = c.app("max", [c.sub(kit.i, c.num(4)), c.num(0)], is_int=True)
    close(kit.sum(body, c.num(40), low), window @ Y)
    assert all(contracted)


def test_rows_with_an_empty_range_are_zero(kit: Kit) -> None:
    c = kit.ctx
    body = c.mul(kit.at("a0", kit.i, kit.k, K), kit.at("a1", kit.k, kit.j, N))
    cut = np.where(np.arange(K)[None, :] < K - 2 * ROWS[:, :1], X, 0.0)
    close(kit.sum(body, c.sub(c.num(K), c.mul(c.num(2), kit.i))), cut @ Y)
    close(kit.sum(body, kit.n), np.zeros((M, N)), n=0)


def test_cells_beyond_an_array_are_undefined_where_they_are_used(kit: Kit, contracted: list[bool]) -> None:
    c = kit.ctx
    body = c.mul(kit.at("a0", kit.i, kit.k, K), kit.at("a1", kit.k, kit.j, N))
    _, _, poison = values(kit.sum(body, kit.n), x=X[:-1])
    assert contracted == [False] and (poison[:-1] == 0).all() and (poison[-1] == OUTSIDE).all()
    triangle = kit.sum(body, c.sub(c.num(M - 1), kit.i))  # the last row is empty: what it lacks is not used
    assert not values(triangle, x=X[:-1])[2].any()


def test_infinite_cells_are_left_to_enumeration(kit: Kit, contracted: list[bool]) -> None:
    c = kit.ctx
    wild = X.copy()
    wild[3, 5] = np.inf
    body = c.mul(kit.at("a0", kit.i, kit.k, K), c.app("exp", [kit.at("a1", kit.k, kit.j, N)]))
    value, _, _ = values(kit.sum(body, kit.n), x=wild)
    assert contracted == [False] and np.isposinf(value[3]).all() and np.isfinite(np.delete(value, 3, 0)).all()


def test_sums_of_sums(kit: Kit, contracted: list[bool]) -> None:
    c = kit.ctx
    inner = c.big("sum", kit.h, c.num(0), kit.n, c.mul(kit.at("a0", kit.i, kit.h, K), kit.at("a0", kit.k, kit.h, K)))
    body = c.mul(c.app("exp", [c.mul(c.num(1, 16), inner)]), kit.at("a2", kit.k, kit.j, N))
    want = np.exp(X @ X.T / 16) @ Z
    value, bound, _ = values(kit.sum(body, c.num(M)))
    assert (np.abs(value - want) <= bound + 1e-13 * np.abs(want)).all() and (bound < 1e-9 * np.abs(want).max()).all()
    assert contracted and all(contracted)


def test_several_variables_over_the_same_domain(kit: Kit, contracted: list[bool]) -> None:
    c = kit.ctx
    # k = 16*t + r with a masked rest, as a loop over tiles has it
    tile, n = c.sym("t", lo=0), 57
    index = c.add(c.mul(c.num(16), tile), kit.h)
    body = c.mul(c.mul(kit.at("a0", kit.i, index, K), kit.at("a1", index, kit.j, N)), c.add(kit.h, c.num(1)))
    masked = c.ite(c.lt(index, kit.n), body, c.num(0))
    term = c.big("sum", tile, c.num(0), c.num(4), c.big("sum", kit.h, c.num(0), c.num(16), masked))
    weights = np.where(np.arange(K) < n, np.arange(K) % 16 + 1, 0)
    value, bound, poison = values(term, n)
    assert (np.abs(value - (X * weights) @ Y) <= bound).all() and not poison.any() and (bound < 1e-10).all()
    assert contracted and all(contracted)


def test_a_factor_of_all_three_indices_is_enumerated(kit: Kit) -> None:
    c = kit.ctx
    mixed = c.add(c.add(kit.i, kit.j), kit.k)
    body = c.mul(c.read("a0", [mixed], is_int=False), kit.at("a1", kit.k, kit.j, N))
    flat = X.ravel()[ROWS[..., None] + COLS[..., None] + np.arange(K)]
    close(kit.sum(body, kit.n), np.einsum("ijk,kj->ij", flat, Y))


def test_integers_stay_exact(kit: Kit) -> None:
    c = kit.ctx
    cells = RNG.integers(2**40, 2**41, size=(M, K))
    read = c.read("a0", [c.add(c.mul(kit.i, c.num(K)), kit.k)], is_int=True)
    value, bound, _ = values(kit.sum(c.mul(read, kit.j), kit.n), x=cells)
    assert (value == cells.sum(1)[:, None] * np.arange(N)).all() and not bound.any()
