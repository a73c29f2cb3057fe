"""Refutations of integer linear constraints: good ones pass, every mutation of one is judged as an exact recomputation judges it."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triton_lift._core import BudgetError, check_certificate

Rows = list[list[int]]
Steps = list[tuple[list[tuple[int, int]], int]]


def recheck(rows: Rows, steps: Steps) -> bool:
    """The definition in the contract, word for word."""
    known = [list(r) for r in rows]
    width = max((len(r) for r in known), default=0)
    known = [r + [0] * (width - len(r)) for r in known]
    for terms, d in steps:
        if d < 1 or any(m < 0 or not 0 <= i < len(known) for i, m in terms):
            return False
        total = [sum(m * known[i][j] for i, m in terms) for j in range(width)]
        if any(v % d for v in total[1:]):
            return False
        known.append([v // d for v in total])
    return bool(known) and not any(known[-1][1:]) and known[-1][0] < 0


# 2x - 1 >= 0 and 1 - 2x >= 0: real solution x = 1/2, no integer one. Cuts: x - 1 >= 0, -x >= 0, sum -1 >= 0.
PARITY: tuple[Rows, Steps] = ([[-1, 2], [1, -2]], [([(0, 1)], 2), ([(1, 1)], 2), ([(2, 1), (3, 1)], 1)])
# x >= 1, y >= x, -y >= 0.
CHAIN: tuple[Rows, Steps] = ([[-1, 1, 0], [0, -1, 1], [0, 0, -1]], [([(0, 1), (1, 1), (2, 1)], 1)])


def test_good_certificates() -> None:
    assert check_certificate(*PARITY)
    assert check_certificate(*CHAIN)
    assert check_certificate([[-5]], [])
    big = 10**40
    assert check_certificate([[-1, big], [0, -big]], [([(0, 10**30), (1, 10**30)], 1)])


def test_bad_twins() -> None:
    assert not check_certificate([[1, 2], [1, -2]], PARITY[1])
    assert not check_certificate(PARITY[0], [([(0, 1)], 3), *PARITY[1][1:]])
    assert not check_certificate(PARITY[0], [([(0, 1)], 0), *PARITY[1][1:]])
    assert not check_certificate(PARITY[0], [([(0, 1)], -2), *PARITY[1][1:]])
    assert not check_certificate(CHAIN[0], [([(0, 1), (1, 1)], 1)])
    assert not check_certificate(CHAIN[0], [([(0, -1), (1, 1), (2, 1)], 1)])
    assert not check_certificate(CHAIN[0], [([(0, 1), (1, 1), (3, 1)], 1)])
    assert not check_certificate(CHAIN[0], [([(0, 1), (1, 1), (-1, 1)], 1)])
    assert not check_certificate([], [])
    assert not check_certificate([[0]], [])
    assert not check_certificate([[]], [])


def test_a_hostile_certificate_runs_out_of_budget() -> None:
    rows: Rows = [[-1, 1], [1, -1]]
    steps: Steps = [([(k + 1, 1 << 200_000)], 1) for k in range(10_000)]
    with pytest.raises(BudgetError):
        check_certificate(rows, steps)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_mutations(data: st.DataObject) -> None:
    rows, steps = copy.deepcopy(data.draw(st.sampled_from([PARITY, CHAIN])))
    for _ in range(data.draw(st.integers(1, 3))):
        if data.draw(st.booleans()):
            r = data.draw(st.integers(0, len(rows) - 1))
            rows[r][data.draw(st.integers(0, len(rows[r]) - 1))] += data.draw(st.integers(-2, 2))
        else:
            s = data.draw(st.integers(0, len(steps) - 1))
            terms, d = steps[s]
            t = data.draw(st.integers(0, len(terms) - 1))
            i, m = terms[t]
            terms[t] = (i + data.draw(st.integers(-1, 1)), m + data.draw(st.integers(-2, 2)))
            steps[s] = (terms, d + data.draw(st.integers(-1, 1)))
    assert check_certificate(rows, steps) == recheck(rows, steps)
