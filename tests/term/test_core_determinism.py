"""Keys, order and text of terms do not depend on what was built before, nor on the names of bound variables."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from hypothesis import given, settings

from tests.term import strategies as gen
from tests.term.oracle import Expr, build
from triton_lift._core import Context

FEW = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def renamed(e: Any, names: dict[str, str]) -> Any:
    if isinstance(e, tuple):
        return tuple(renamed(x, names) for x in e)
    return names.get(e, e) if isinstance(e, str) else e


@FEW
@given(gen.real(3, ()), gen.real(2, ()), gen.boolean(2, ()))
def test_creation_order_does_not_matter(e: Expr, first: Expr, second: Expr) -> None:
    plain, busy = Context(), Context()
    build(busy, first, gen.SYMS)
    build(busy, second, gen.SYMS)
    a, b = build(plain, e, gen.SYMS), build(busy, e, gen.SYMS)
    assert a.key == b.key
    assert repr(a) == repr(b)
    assert [t.key for t in plain.leaves(a)] == [t.key for t in busy.leaves(b)]


@FEW
@given(gen.big(2, (), ["sum", "max", "min", "prod"], gen.real, special=True))
def test_names_of_bound_variables_do_not_matter(e: Expr) -> None:
    c = Context()
    other = renamed(e, {"i": "zz", "j": "a"})
    syms = {**gen.SYMS, "zz": gen.SYMS["i"], "a": gen.SYMS["j"]}
    assert build(c, e, gen.SYMS) == build(c, other, syms)


@FEW
@given(gen.real(3, ()))
def test_a_renaming_of_free_symbols_can_be_undone(e: Expr) -> None:
    c = Context()
    t = build(c, e, gen.SYMS)
    there = {c.sym(s, **gen.SYMS[s]): c.sym("new_" + s, **gen.SYMS[s]) for s in ("n", "m", "p", "x", "y")}
    back = {v: k for k, v in there.items()}
    assert c.subst(c.subst(t, there), back) == t


def test_same_keys_in_another_process() -> None:
    text = (
        "from triton_lift._core import Context\n"
        "c = Context(); k = c.sym('k'); n = c.sym('n', lo=1)\n"
        "x = c.ite(c.lt(k, n), c.read('X', [k], is_int=False), c.inf(-1))\n"
        "print(c.app('exp', [c.sub(x, c.big('max', k, c.num(0), c.num(64), x))]).key)\n"
    )
    keys = {
        subprocess.run(
            [sys.executable, "-c", text], check=True, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(keys) == 1
