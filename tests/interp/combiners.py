"""Texts of combiner regions."""

from __future__ import annotations

from tests.interp.kernels import call


def region(kinds: list[str], body: str, results: list[str], end: str) -> str:
    """A combiner of the values %a, %b, ... (left) and %A, %B, ... (right)."""
    names = [*(chr(97 + i) for i in range(len(kinds))), *(chr(65 + i) for i in range(len(kinds)))]
    args = ", ".join(f"%{n}: {k}" for n, k in zip(names, kinds * 2, strict=True))
    return f'({{\n  ^bb0({args}):\n{body}\n    "{end}"({", ".join(results)}) : ({", ".join(kinds)}) -> ()\n  }})'


def cmp(name: str, a: str, b: str, kind: str, relation: str) -> str:
    order = {"eq": 0, "ne": 1, "lt": 2, "le": 3, "gt": 4, "ge": 5}
    real = {"eq": 1, "gt": 2, "ge": 3, "lt": 4, "le": 5, "ne": 13, "ugt": 9, "uge": 10, "ult": 11, "ule": 12}
    if kind.startswith("f"):
        return call(
            name,
            "arith.cmpf",
            [a, b],
            [kind] * 2,
            "i1",
            f"predicate = {real[relation]} : i64, fastmath = #arith.fastmath<none>",
        )
    unsigned = {"ult": 6, "ule": 7, "ugt": 8, "uge": 9}
    return call(name, "arith.cmpi", [a, b], [kind] * 2, "i1", f"predicate = {(order | unsigned)[relation]} : i64")


def sel(name: str, c: str, a: str, b: str, kind: str) -> str:
    return call(name, "arith.select", [c, a, b], ["i1", kind, kind], kind)
