"""Micro benchmark of the native core: `python -m benchmarks.bench_core` prints seconds and nodes per case."""

from __future__ import annotations

import time
from collections.abc import Callable

from triton_lift._core import Context, Term


def row(c: Context, name: str, i: Term, k: Term, mask: Term, other: Term) -> Term:
    """A masked load of a matrix row by row."""
    offset = c.add(c.mul(i, c.sym("stride", lo=0)), k)
    return c.ite(mask, c.read(name, [offset], is_int=False), other)


def softmax(c: Context) -> Term:
    i, k, n = c.sym("i", lo=0), c.sym("k", lo=0, hi=1023), c.sym("n", lo=1)
    x = row(c, "X", i, k, c.lt(k, n), c.inf(-1))
    zero, block = c.num(0), c.num(1024)
    m = c.big("max", k, zero, block, x)
    e = c.app("exp", [c.sub(x, m)])
    return c.mul(e, c.recip(c.big("sum", k, zero, block, e)))


def layer_norm(c: Context) -> Term:
    i, k, n = c.sym("i", lo=0), c.sym("k", lo=0, hi=1023), c.sym("n", lo=1)
    x = row(c, "X", i, k, c.lt(k, n), c.num(0))
    zero, block = c.num(0), c.num(1024)
    real_n = c.recip(n)
    mean = c.mul(c.big("sum", k, zero, block, x), real_n)
    centred = c.ite(c.lt(k, n), c.sub(x, mean), zero)
    variance = c.mul(c.big("sum", k, zero, block, c.mul(centred, centred)), real_n)
    scale = c.app("rsqrt", [c.add(variance, c.sym("eps", is_int=False))])
    return c.add(c.mul(c.mul(centred, scale), c.read("W", [k], is_int=False)), c.read("B", [k], is_int=False))


def matmul(c: Context) -> Term:
    i, j, k, n = c.sym("i", lo=0), c.sym("j", lo=0), c.sym("k", lo=0), c.sym("K", lo=1)
    a = row(c, "A", i, k, c.lt(k, n), c.num(0))
    b = row(c, "B", k, j, c.lt(k, n), c.num(0))
    return c.big("sum", k, c.num(0), c.mul(c.num(64), c.sym("T", lo=0)), c.mul(a, b))


def polynomial(c: Context) -> Term:
    out = c.num(1)
    for s in range(8):
        out = c.mul(out, c.add(c.sym(f"x{s}", is_int=False), c.num(s)))
    return out


def guards(c: Context) -> Term:
    out = c.num(0)
    for s in range(10):
        x = c.sym(f"x{s}")
        out = c.add(out, c.ite(c.ge(x, c.num(s)), c.num(1 << s), c.num(0)))
    return out


def substitution(c: Context) -> Term:
    out = softmax(c)
    for step in range(50):
        out = c.subst(out, {c.sym("k", lo=0, hi=1023): c.sym(f"k{step}", lo=0, hi=1023)})
        out = c.subst(out, {c.sym(f"k{step}", lo=0, hi=1023): c.sym("k", lo=0, hi=1023)})
    return out


CASES: dict[str, Callable[[Context], Term]] = {
    f.__name__: f for f in (softmax, layer_norm, matmul, polynomial, guards, substitution)
}


def main() -> None:
    """Best of five, each in a fresh context."""
    print(f"{'case':14} {'ms':>8} {'nodes':>8} {'steps':>9}")
    for name, case in CASES.items():
        best = float("inf")
        nodes = steps = 0
        for _ in range(5):
            c = Context()
            start = time.perf_counter()
            case(c)
            best = min(best, time.perf_counter() - start)
            nodes, steps = c.nodes, c.steps
        print(f"{name:14} {1000 * best:8.3f} {nodes:8} {steps:9}")


if __name__ == "__main__":
    main()
