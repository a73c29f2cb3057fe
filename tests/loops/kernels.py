"""Texts of tiny kernels with one ``scf.for`` over the elements, or blocks of four elements, of an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.interp.kernels import call, constant, lines, tensor
from tests.ops.harness import module

PF, PI = "!tt.ptr<f32>", "!tt.ptr<i32>"


@dataclass(frozen=True)
class Carry:
    """A carried value %c<i>: initial constant, type, and the name that the body yields."""

    init: str
    kind: str
    next: str


def elements(carried: Sequence[Carry], body: str, *, stores: Sequence[int] | None = None, upper: str = "%a3") -> str:
    """a1[i] = float result i, a2[i] = integer result i, of a loop over %i < upper with %x = a0[%i]."""
    inits = lines(*(constant(f"init{n}", c.init, c.kind) for n, c in enumerate(carried)))
    types = ", ".join(c.kind for c in carried)
    args = ", ".join(f"%c{n}: {c.kind}" for n, c in enumerate(carried))
    given = ", ".join(f"%init{n}" for n in range(len(carried)))
    loop = lines(
        f'    %r:{len(carried)} = "scf.for"(%c0_, {upper}, %c1_, {given}) ({{',
        f"    ^bb0(%i: i32, {args}):",
        call("px", "tt.addptr", ["%a0", "%i"], [PF, "i32"], PF),
        call("x", "tt.load", ["%px"], [PF], "f32", "operandSegmentSizes = array<i32: 1, 0, 0>"),
        body,
        f'    "scf.yield"({", ".join(c.next for c in carried)}) : ({types}) -> ()',
        f"    }}) : (i32, i32, i32, {types}) -> ({types})",
    )
    wanted = range(len(carried)) if stores is None else stores
    return module(
        [PF, PF, PI, "i32"],
        lines(
            constant("c0_", "0", "i32"),
            constant("c1_", "1", "i32"),
            constant("one", "1.0", "f32"),
            constant("zero", "0.0", "f32"),
            inits,
            loop,
            *(store_result(n, carried[n].kind) for n in wanted),
        ),
    )


def store_result(n: int, kind: str) -> str:
    """Store result n at index n of a1 (floats) or a2 (integers)."""
    array, p = ("%a1", PF) if kind == "f32" else ("%a2", PI)
    return lines(
        constant(f"at{n}", str(n), "i32"),
        call(f"p{n}", "tt.addptr", [array, f"%at{n}"], [p, "i32"], p),
        f'    "tt.store"(%p{n}, %r#{n}) : ({p}, {kind}) -> ()',
    )


def op(name: str, which: str, *operands: str, kind: str = "f32", props: str = "") -> str:
    """One op of operands and result of one kind; comparisons give an i1, selections take one first."""
    types = ["i1", *[kind] * (len(operands) - 1)] if which == "select" else [kind] * len(operands)
    result = "i1" if which in ("cmpf", "cmpi") else kind
    return call(name, f"arith.{which}", list(operands), types, result, props)


def compare(name: str, predicate: int, a: str, b: str, kind: str = "f32") -> str:
    """``arith.cmpf`` (1 oeq, 2 ogt, 3 oge, 4 olt, 5 ole) or ``arith.cmpi`` by its number."""
    which = "cmpf" if kind == "f32" else "cmpi"
    return op(name, which, a, b, kind=kind, props=f"predicate = {predicate} : i64")


def blocks(carried: Sequence[Carry], body: str, after: str, results: Sequence[tuple[str, str]], other: str) -> str:
    """A loop over blocks of four lanes: %x the block of a0 below %a3 (``other`` elsewhere), %at its indices.

    ``after`` follows the loop; ``results``: (name, kind) stored to a1 (floats) or a2 (integers) in this order.
    """
    wide, mask = tensor((4,), "f32"), tensor((4,), "i1")
    index = tensor((4,), "i32")
    pointers = "tensor<4x!tt.ptr<f32>>"

    types = ", ".join(c.kind for c in carried)
    args = ", ".join(f"%c{n}: {c.kind}" for n, c in enumerate(carried))
    inits = lines(
        *(
            f'    %init{n} = "arith.constant"() <{{value = {c.init} : {c.kind}}}> : () -> {c.kind}'
            for n, c in enumerate(carried)
        )
    )
    given = ", ".join(f"%init{n}" for n in range(len(carried)))
    stores: list[str] = []
    for n, (name, kind) in enumerate(results):
        array, p = ("%a1", PF) if kind == "f32" else ("%a2", PI)
        stores += [
            constant(f"at{n}", str(n), "i32"),
            call(f"p{n}", "tt.addptr", [array, f"%at{n}"], [p, "i32"], p),
            f'    "tt.store"(%p{n}, {name}) : ({p}, {kind}) -> ()',
        ]
    return module(
        [PF, PF, PI, "i32"],
        lines(
            constant("c0_", "0", "i32"),
            constant("c4_", "4", "i32"),
            constant("one", "1.0", "f32"),
            constant("ones", "1.0", "f32", (4,)),
            constant("other", other, "f32", (4,)),
            call("lane", "tt.make_range", [], [], index, "end = 4 : i32, start = 0 : i32"),
            call("n4", "tt.splat", ["%a3"], ["i32"], index),
            inits,
            f'    %r:{len(carried)} = "scf.for"(%c0_, %a3, %c4_, {given}) ({{',
            f"    ^bb0(%i: i32, {args}):",
            call("i4", "tt.splat", ["%i"], ["i32"], index),
            call("at", "arith.addi", ["%i4", "%lane"], [index, index], index),
            call("m", "arith.cmpi", ["%at", "%n4"], [index, index], mask, "predicate = 2 : i64"),
            call("base", "tt.splat", ["%a0"], [PF], pointers),
            call("px", "tt.addptr", ["%base", "%at"], [pointers, index], pointers),
            call(
                "x",
                "tt.load",
                ["%px", "%m", "%other"],
                [pointers, mask, wide],
                wide,
                "operandSegmentSizes = array<i32: 1, 1, 1>",
            ),
            body,
            f'    "scf.yield"({", ".join(c.next for c in carried)}) : ({types}) -> ()',
            f"    }}) : (i32, i32, i32, {types}) -> ({types})",
            after,
            *stores,
        ),
    )
