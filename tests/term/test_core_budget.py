"""Whatever runs out raises BudgetError; the process lives on. Each case runs in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from triton_lift._core import BudgetError, Context

PRELUDE = """
import threading
from triton_lift._core import BudgetError, Context
c = Context(max_steps=2_000_000, max_nodes=400_000)
n, x = c.sym("n"), c.sym("x", is_int=False)
"""

CASES = {
    "nested applications": """
        t = x
        for _ in range(100_000): t = c.app("f", [t])
    """,
    "nested reads": """
        t = n
        for _ in range(100_000): t = c.read("I", [t], is_int=True)
    """,
    "nested quotients": """
        t = n
        for k in range(100_000): t = c.floordiv(c.add(t, c.sym(f"s{k}")), c.num(3))
    """,
    "a tall decision tree": """
        t = c.num(0)
        for k in range(100_000): t = c.ite(c.eq(n, c.num(7 * k)), c.num(k), t)
    """,
    "a wide Boolean": """
        t = c.truth(False)
        for k in range(64): t = c.or_(t, c.and_(c.ge(c.sym(f"a{k}"), n), c.ge(c.sym(f"b{k}"), n)))
        for k in range(64): t = c.not_(c.or_(t, c.and_(c.ge(c.sym(f"a{k}"), c.sym(f"b{63 - k}")), c.ge(c.sym(f"b{k}"), x))))
    """,
    "a huge power of a number": "c.power(c.num(3), 10**9)",
    "a huge power of an atom": "c.power(c.power(x, 10**9), 10**9)",
    "an unbounded power": "c.power(x, 10**40)",
    "a power of a sum": """
        t = c.add(c.add(x, n), c.num(1))
        for _ in range(100_000): t = c.power(c.add(t, x), 900_000_000)
    """,
    "a huge integer": "c.num(1 << 70_000)",
    "integers that grow": """
        t = c.num(3)
        for _ in range(64): t = c.mul(t, t)
    """,
    "exponents that grow": """
        t = c.app("exp", [x])
        for _ in range(100_000): t = c.power(t, 1 << 60)
    """,
    "nested sums": """
        t = c.read("X", [n], is_int=False)
        for k in range(100_000): t = c.app("f", [c.big("sum", n, c.num(0), c.sym("m"), c.mul(t, c.read("Y", [n, n], is_int=False)))])
    """,
    "a sum over many paths": """
        t = c.num(0)
        for k in range(64): t = c.add(t, c.ite(c.ge(c.read("I", [n, c.num(k)], is_int=True), n), c.sym(f"r{k}"), c.num(0)))
        for k in range(64): t = c.mul(t, c.ite(c.ge(c.read("J", [n, c.num(k)], is_int=True), n), c.sym(f"r{k}"), c.num(2)))
        c.big("max", n, c.num(0), c.sym("m"), t)
    """,
    "many symbols": """
        for k in range(10**9): c.sym(f"name{k}")
    """,
    "long names": """
        for k in range(10**9): c.sym("z" * (1 << 20) + str(k))
    """,
    "few steps": """
        c = Context(max_steps=1000)
        t = c.sym("q")
        for k in range(100_000): t = c.add(c.mul(t, t), c.num(1))
    """,
    "few nodes": """
        c = Context(max_nodes=500)
        for k in range(100_000): c.sym(f"q{k}")
    """,
    "a small stack": """
        threading.stack_size(256 * 1024)
        found = []
        def work():
            t = x
            try:
                for _ in range(1200): t = c.app("f", [c.ite(c.gt(t, x), t, c.num(0))])
                c.subst(t, {x: c.sym("y", is_int=False)})
            except BudgetError:
                found.append(1)
        th = threading.Thread(target=work); th.start(); th.join()
        assert found
        raise BudgetError
    """,
}


@pytest.mark.parametrize("case", CASES, ids=[name.replace(" ", "-") for name in CASES])
def test_budget(case: str) -> None:
    lines = CASES[case].strip("\n").splitlines()
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    body = "\n".join("    " + line[indent:] for line in lines)
    script = f"{PRELUDE}\ntry:\n{body}\n    print('no budget needed')\nexcept BudgetError as e:\n    print('budget', e)\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("budget"), done.stdout


def test_a_context_is_usable_for_inspection_after_the_budget() -> None:
    script = f"""{PRELUDE}
c = Context(max_steps=2000)
t = c.sym("q")
try:
    while True:
        last, t = t, c.add(c.mul(t, t), c.num(1))
except BudgetError:
    pass
print(last.kind, last.size > 0, len(last.monomials) > 0, c.steps >= 2000, len(c.free_syms(last)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["poly", "True", "True", "True", "1"], done.stderr


def test_steps_done_elsewhere_are_counted() -> None:
    ctx = Context(max_steps=1_000)
    ctx.spend(400)
    assert ctx.steps >= 400
    with pytest.raises(BudgetError):
        ctx.spend(2**64 - 1)
