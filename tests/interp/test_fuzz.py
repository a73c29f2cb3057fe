"""Random straight-line kernels of integer ops: where the printed conditions hold, the statement is what they do.

The kernels mix arrays, scalar arguments, lanes and constants of several widths, so that exactness, wrap-around, signs
and obligations of one row meet those of the next.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.interp.grids import edges
from tests.interp.kernels import call, constant, lines, tensor
from tests.interp.square import difference, launch_of, lift
from tests.ops.harness import load, module, store
from triton_lift._core import BudgetError
from triton_lift.agree.statements import launch_points, memory_evaluator
from triton_lift.interp.denotation import Denotation
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved
from triton_lift.term.numeric_points import Points
from triton_lift.util.diagnostic import Unsupported

LANES = 8
INTS = ("i8", "i16", "i32", "i64")
BINARY = [
    "addi",
    "subi",
    "muli",
    "divsi",
    "remsi",
    "divui",
    "remui",
    "maxsi",
    "minsi",
    "maxui",
    "minui",
    "andi",
    "ori",
    "xori",
    "shli",
    "shrsi",
    "shrui",
]
BOOLEAN = ["andi", "ori", "xori", "addi", "muli", "maxsi", "minui"]


class Kernel:
    """A random kernel under construction: lines and values by element type."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.values: dict[str, list[str]] = {k: [] for k in (*INTS, "i1")}
        self.arguments: list[str] = []
        self.data: list[object] = []
        self.count = 0

    def add(self, op: str, operands: list[str], types: list[str], result: str, props: str = "") -> None:
        self.count += 1
        name = f"v{self.count}"
        self.lines.append(
            call(name, op, operands, [tensor((LANES,), t) for t in types], tensor((LANES,), result), props)
        )
        self.values[result].append(f"%{name}")

    def inputs(self) -> None:
        """Two arrays, two scalars, lanes and constants."""
        rng = self.random
        for _ in range(2):
            kind = rng.choice(INTS)
            self.arguments.append(f"!tt.ptr<{kind}>")
            self.data.append([rng.choice([*edges(kind), rng.randint(-100, 100)]) for _ in range(LANES)])
            name = f"x{len(self.arguments)}"
            self.lines.append(load(f"%a{len(self.arguments) - 1}", name, kind, (LANES,)))
            self.values[kind].append(f"%{name}")
        for _ in range(2):
            kind = rng.choice(("i32", "i64"))
            self.arguments.append(kind)
            self.data.append(rng.choice([1, 2, 3, 7, 8, 20, -1, 0, 100]))
            name = f"x{len(self.arguments)}"
            self.lines.append(call(name, "tt.splat", [f"%a{len(self.arguments) - 1}"], [kind], tensor((LANES,), kind)))
            self.values[kind].append(f"%{name}")
        self.lines.append(
            call("lane", "tt.make_range", [], [], tensor((LANES,), "i32"), f"end = {LANES} : i32, start = 0 : i32")
        )
        self.values["i32"].append("%lane")
        for kind in rng.sample(INTS, 2):
            self.count += 1
            self.lines.append(constant(f"v{self.count}", str(rng.choice([*edges(kind), 5, 8])), kind, (LANES,)))
            self.values[kind].append(f"%v{self.count}")

    def step(self) -> None:
        """One random op on random values."""
        rng = self.random
        kinds = [k for k in INTS if self.values[k]]
        kind = rng.choice(kinds)
        value = lambda k: rng.choice(self.values[k][-4:])  # noqa: E731 (recent values, so that ops chain)
        match rng.randrange(8):
            case 0 | 1 | 2:
                self.add(f"arith.{rng.choice(BINARY)}", [value(kind), value(kind)], [kind, kind], kind)
            case 3:
                self.add(
                    "arith.cmpi",
                    [value(kind), value(kind)],
                    [kind, kind],
                    "i1",
                    f"predicate = {rng.randrange(10)} : i64",
                )
            case 4:
                target = rng.choice([k for k in (*INTS, "i1") if k != kind])
                wider = int(target[1:]) > int(kind[1:])
                self.add(
                    rng.choice(["arith.extsi", "arith.extui"]) if wider else "arith.trunci",
                    [value(kind)],
                    [kind],
                    target,
                )
            case 5 if self.values["i1"]:
                self.add("arith.select", [value("i1"), value(kind), value(kind)], ["i1", kind, kind], kind)
            case 6 if len(self.values["i1"]) > 1:
                self.add(f"arith.{rng.choice(BOOLEAN)}", [value("i1"), value("i1")], ["i1", "i1"], "i1")
            case 7 if self.values["i1"]:
                target = rng.choice(INTS)
                self.add(rng.choice(["arith.extsi", "arith.extui"]), [value("i1")], ["i1"], target)
            case _:
                self.add(rng.choice(["math.absi", "math.ctlz", "math.ctpop"]), [value(kind)], [kind], kind)

    def text(self, steps: int) -> str:
        """The whole kernel; the last value of every type is stored."""
        self.inputs()
        for _ in range(steps):
            self.step()
        for kind in (*INTS, "i1"):
            if self.values[kind]:
                self.arguments.append(f"!tt.ptr<{kind}>")
                self.data.append([0] * LANES)
                self.lines.append(store(f"%a{len(self.arguments) - 1}", self.values[kind][-1], kind, (LANES,)))
        return module(self.arguments, lines(*self.lines))


def conditions_hold(denotation: Denotation, launch: object) -> bool:
    """Requirements, and every no-wrap obligation in every lane."""
    ctx = denotation.ctx
    evaluator = memory_evaluator(launch)  # pyright: ignore[reportArgumentType]
    point = launch_points(launch)  # pyright: ignore[reportArgumentType]
    columns = {**point.columns, ("sym", f"l0:{LANES}"): np.arange(LANES), **{("sym", f"pid{a}"): 0 for a in range(3)}}
    points = Points(LANES, columns)
    conditions = [r.cond for r in summarise(denotation).requires]
    for o in denotation.no_wrap:
        half = 1 << (o.width - 1)
        conditions.append(ctx.and_(ctx.ge(o.term, ctx.num(-half)), ctx.lt(o.term, ctx.num(half))))
    for cond in conditions:
        truth = evaluator.bool(cond, points)
        if truth.poison is not None and truth.poison.any():
            return False
        if not truth.val.all():
            return False
    return True


def run_seed(seed: int, steps: int = 12) -> str:
    """What happened: compared, refused, not proved, conditions."""
    kernel = Kernel(seed)
    text = kernel.text(steps)
    try:
        lifted = lift(text)
    except (Unsupported, BudgetError):
        return "refused"
    if not isinstance(lifted.verdict, Proved):
        return "not proved"
    launch = launch_of(lifted, kernel.data)
    try:
        if not conditions_hold(lifted.denotation, launch):
            return "conditions"
    except BudgetError:
        return "conditions"
    found = difference(lifted, launch)
    assert found.empty, f"seed {seed}, steps {steps}: {found.differ}\n{text}"
    return "compared"


@pytest.mark.parametrize("block", range(6))
def test_random_kernels(block: int) -> None:
    outcomes = [run_seed(seed) for seed in range(block * 12, block * 12 + 12)]
    assert outcomes.count("compared") >= 3, outcomes


@pytest.mark.extended
@pytest.mark.parametrize("block", range(20))
def test_many_random_kernels(block: int) -> None:
    for seed in range(10_000 + block * 100, 10_000 + block * 100 + 100):
        run_seed(seed, 6 + seed % 20)
