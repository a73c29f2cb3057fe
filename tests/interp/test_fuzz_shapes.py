"""Random kernels of shape ops, float arithmetic, comparisons, reductions, scans: the statement is what they do."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from tests.interp.kernels import Shape, call, constant, lines, tensor
from tests.interp.square import difference, launch_of, lift
from tests.ops.harness import load, module, store
from triton_lift._core import BudgetError
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported

F = "f32"
BINARY = ["addf", "subf", "mulf", "maxnumf", "minnumf", "divf"]
UNARY = ["arith.negf", "math.absf", "math.floor", "math.ceil", "math.trunc"]
COMBINERS = ["addf", "maxnumf", "minnumf"]


class Kernel:
    """A random kernel under construction; values are (name, shape) of f32, masks (name, shape) of i1."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.values: list[tuple[str, Shape]] = []
        self.masks: list[tuple[str, Shape]] = []
        self.data: list[object] = []
        self.count = 0

    def name(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def op(self, op: str, operands: list[tuple[str, Shape]], shape: Shape, props: str = "", regions: str = "") -> None:
        name = self.name()
        types = [tensor(s, F) for _, s in operands]
        self.lines.append(call(name, op, [n for n, _ in operands], types, tensor(shape, F), props, regions))
        self.values.append((f"%{name}", shape))

    def inputs(self) -> None:
        rng = self.random
        for i in range(2):
            shape = rng.choice([(8,), (2, 4), (4, 4), (2, 2, 2), (1, 8), (4, 1)])
            self.lines.append(load(f"%a{i}", f"x{i}", F, shape))
            self.values.append((f"%x{i}", shape))
            # halves and quarters: sums and products stay exact, ties and equal values are frequent
            self.data.append(
                [
                    rng.choice([-2.0, -1.5, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0])
                    for _ in range(math.prod(shape))
                ]
            )

    def pick(self) -> tuple[str, Shape]:
        return self.random.choice(self.values[-5:])

    def alike(self) -> tuple[tuple[str, Shape], tuple[str, Shape]]:
        a = self.pick()
        return a, self.random.choice([v for v in self.values if v[1] == a[1]])

    def step(self) -> None:
        rng = self.random
        match rng.randrange(10):
            case 0 | 1:
                a, b = self.alike()
                self.op(f"arith.{rng.choice(BINARY)}", [a, b], a[1])
            case 2:
                a = self.pick()
                self.op(rng.choice(UNARY), [a], a[1])
            case 3:
                a, b = self.alike()
                name = self.name()
                types = [tensor(a[1], F)] * 2
                props = f"predicate = {rng.choice([1, 2, 3, 4, 5, 6, 9, 13])} : i64, fastmath = #arith.fastmath<none>"
                self.lines.append(call(name, "arith.cmpf", [a[0], b[0]], types, tensor(a[1], "i1"), props))
                self.masks.append((f"%{name}", a[1]))
            case 4 if self.masks:
                m = rng.choice(self.masks)
                same = [v for v in self.values if v[1] == m[1]]
                a, b = rng.choice(same), rng.choice(same)
                name = self.name()
                self.lines.append(
                    call(
                        name,
                        "arith.select",
                        [m[0], a[0], b[0]],
                        [tensor(m[1], "i1"), tensor(m[1], F), tensor(m[1], F)],
                        tensor(m[1], F),
                    )
                )
                self.values.append((f"%{name}", m[1]))
            case 5:
                self.shape_step()
            case 6:
                a = self.pick()
                axis = rng.randrange(len(a[1]))
                if len(a[1]) > 1:
                    self.op(
                        "tt.reduce",
                        [a],
                        a[1][:axis] + a[1][axis + 1 :],
                        f"axis = {axis} : i32",
                        self.region("tt.reduce.return"),
                    )
            case 7:
                a = self.pick()
                axis = rng.randrange(len(a[1]))
                self.op(
                    "tt.scan",
                    [a],
                    a[1],
                    f"axis = {axis} : i32, reverse = {rng.choice(['true', 'false'])}",
                    self.region("tt.scan.return"),
                )
            case 8:
                name = self.name()
                shape = self.pick()[1]
                self.lines.append(constant(name, rng.choice(["0.5", "-1.0", "2.0"]), F, shape))
                self.values.append((f"%{name}", shape))
            case _:
                square = [v for v in self.values if len(v[1]) == 2 and v[1][0] == v[1][1]]
                if square:
                    a, b, c = (rng.choice(square) for _ in range(3))
                    if a[1] == b[1] == c[1]:
                        self.op("tt.dot", [a, b, c], a[1], "inputPrecision = 2 : i32, maxNumImpreciseAcc = 0 : i32")

    def region(self, end: str) -> str:
        op = self.random.choice(COMBINERS)
        body = f'      %c = "arith.{op}"(%l, %r) : (f32, f32) -> f32\n      "{end}"(%c) : (f32) -> ()'
        return f"({{\n    ^bb0(%l: f32, %r: f32):\n{body}\n    }})"

    def shape_step(self) -> None:
        rng = self.random
        name, shape = a = self.pick()
        match rng.randrange(5):
            case 0:
                total = math.prod(shape)
                choices = [
                    s
                    for s in [(total,), (2, total // 2), (total // 2, 2), (1, total), (2, 2, total // 4)]
                    if math.prod(s) == total and 0 not in s
                ]
                self.op("tt.reshape", [a], rng.choice(choices))
            case 1 if len(shape) > 1:
                order = list(range(len(shape)))
                rng.shuffle(order)
                self.op(
                    "tt.trans", [a], tuple(shape[d] for d in order), f"order = array<i32: {', '.join(map(str, order))}>"
                )
            case 2 if len(shape) < 3:
                axis = rng.randrange(len(shape) + 1)
                self.op("tt.expand_dims", [a], (*shape[:axis], 1, *shape[axis:]), f"axis = {axis} : i32")
            case 3 if 1 in shape:
                axis = rng.choice([d for d, n in enumerate(shape) if n == 1])
                self.op("tt.broadcast", [a], (*shape[:axis], rng.choice([2, 4]), *shape[axis + 1 :]))
            case 4 if len(shape) < 3:
                b = rng.choice([v for v in self.values if v[1] == shape])
                self.op("tt.join", [a, b], (*shape, 2))
            case _:
                del name

    def text(self, steps: int) -> str:
        self.inputs()
        for _ in range(steps):
            self.step()
        stored = [v for v in self.values[-2:] if math.prod(v[1]) <= 256]
        for i, (value, shape) in enumerate(stored):
            self.lines.append(store(f"%a{2 + i}", value, F, shape))
            self.data.append(np.zeros(math.prod(shape)))
        return module(["!tt.ptr<f32>"] * (2 + len(stored)), lines(*self.lines))


def run_seed(seed: int, steps: int = 8) -> str:
    """What happened: compared, refused, not proved."""
    kernel = Kernel(seed)
    text = kernel.text(steps)
    try:
        lifted = lift(text)
    except (Unsupported, BudgetError):
        return "refused"
    if not isinstance(lifted.verdict, Proved):
        return "not proved"
    launch = launch_of(lifted, kernel.data)
    if lifted.denotation.dropped:
        return "conditions"
    try:
        found = difference(lifted, launch)
    except Unsupported:
        return "not evaluated"
    assert found.empty, f"seed {seed}, steps {steps}: {found.differ}\n{text}"
    return "compared" if found.compared else "nothing"


@pytest.mark.parametrize("block", range(5))
def test_random_kernels(block: int) -> None:
    outcomes = [run_seed(seed) for seed in range(block * 10, block * 10 + 10)]
    assert outcomes.count("compared") >= 3, outcomes


@pytest.mark.extended
@pytest.mark.parametrize("block", range(20))
def test_many_random_kernels(block: int) -> None:
    for seed in range(10_000 + block * 50, 10_000 + block * 50 + 50):
        run_seed(seed, 4 + seed % 12)
