"""Random kernels that load and store in loops: where what is given holds on a launch, the statements are what it does.

As in ``test_fuzz_memory``; here accesses lie in nested and successive loops with constant, symbolic and
program-dependent bounds, at addresses made of counters, lanes and program ids.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines, load_at, pointers, store_at, tensor, tile
from tests.interp.square import difference, launch_of, lift, satisfied_with
from tests.interp.test_fuzz_memory import BROKEN, CROSS, injective_on
from tests.ops.harness import module
from triton_lift._core import BudgetError
from triton_lift.agree.run import run
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported

P = "!tt.ptr<i32>"
T, B = tensor((4,), "i32"), tensor((4,), "i1")
SCALARS = ("c0", "c1", "c2", "c3", "c4")


class Kernel:
    """A random kernel with loops: arrays a0 and a1, scalars a2 (a bound) and a3."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.lines: list[str] = [tile(4, "%a2")]
        self.lines += [constant(f"v{k}", str(k), "i32", (4,)) for k in (0, 1, 2, 3, 4, 8, 16, 32)]
        self.lines += [constant(name, name[1:], "i32") for name in SCALARS]
        self.values: list[str] = ["%i", "%range", "%v3"]
        self.addresses: list[str] = ["%i", "%range", "%v0"]
        self.masks: list[str] = ["", "", "%m"]
        self.used: list[str] = []

    def name(self) -> str:
        self.count += 1
        return f"t{self.count}"

    def op(self, which: str, a: str, b: str, kind: str = T) -> str:
        name = self.name()
        self.lines.append(call(name, f"arith.{which}", [a, b], [kind, kind], kind))
        return f"%{name}"

    def test(self, a: str, b: str, predicate: int) -> str:
        name = self.name()
        self.lines.append(call(name, "arith.cmpi", [a, b], [T, T], B, f"predicate = {predicate} : i64"))
        return f"%{name}"

    def block(self, depth: int, steps: int) -> None:
        """Some accesses and loops in a row; what a loop defines is not seen after it."""
        for _ in range(steps):
            match self.random.randrange(10):
                case 0 | 1 | 2 if depth < 2:
                    kept = self.values[:], self.addresses[:], self.masks[:], self.used[:]
                    self.loop(depth)
                    self.values, self.addresses, self.masks, self.used = kept
                case 3 | 4 | 5:
                    self.load()
                case _:
                    self.store()

    def loop(self, depth: int) -> None:
        rng = self.random
        k = f"k{self.name()}"
        upper = rng.choice(["%c2", "%c3", "%c4", "%a3", "%a3", "%pid", *self.used])
        step = rng.choice(["%c1", "%c1", "%c2"])
        lower = rng.choice(["%c0", "%c0", "%c0", "%c1", "%pid"])
        self.lines.append(f'    "scf.for"({lower}, {upper}, {step}) ({{\n    ^bb0(%{k}: i32):')
        wide = self.name()
        self.lines.append(call(wide, "tt.splat", [f"%{k}"], ["i32"], T))
        self.used.append(f"%{k}")
        start = self.op("muli", f"%{wide}", rng.choice(["%v1", "%v4", "%v4", "%v8"]))
        self.values.append(f"%{wide}")
        for base in rng.sample(self.addresses, 2):
            self.addresses.append(self.op("addi", start, base))
        if rng.random() < 0.3:
            self.addresses.append(self.op("subi", self.op("addi", "%v16", "%range"), start))
        if rng.random() < 0.3:
            self.masks.append(self.test(f"%{wide}", rng.choice(["%v0", "%v1", "%range"]), rng.choice([0, 1, 2, 5])))
        if rng.random() < 0.3:
            self.masks.append(self.test("%range", "%v2", 2))
        self.block(depth + 1, rng.randrange(1, 4))
        self.lines.append('      "scf.yield"() : () -> ()\n    }) : (i32, i32, i32) -> ()')

    def where(self) -> tuple[str, str]:
        rng = self.random
        address = rng.choice(self.addresses[-4:])
        if rng.random() < 0.2:
            address = self.op("addi", address, rng.choice(["%v1", "%v4", "%v16", "%v32"]))
        name = self.name()
        self.lines.append(pointers(rng.choice(["%a0", "%a0", "%a1"]), name, "i32", address, (4,)))
        return f"%{name}", rng.choice(self.masks[-3:])

    def load(self) -> None:
        pointer, mask = self.where()
        name = self.name()
        self.lines.append(load_at(name, pointer, "i32", (4,), mask, "%v3" if mask else ""))
        self.values.append(f"%{name}")

    def store(self) -> None:
        rng = self.random
        pointer, mask = self.where()
        value = rng.choice(self.values[-3:])
        if rng.random() < 0.5:
            value = self.op("addi", value, rng.choice(["%v1", "%i", "%range"]))
        self.lines.append(store_at(pointer, value, "i32", (4,), mask))

    def text(self, steps: int) -> str:
        self.block(0, steps)
        self.store()
        return module([P, P, "i32", "i32"], lines(*self.lines))


LAUNCHES = (((1, 1, 1), 5, 3), ((3, 1, 1), 9, 1), ((2, 1, 1), 99, 4), ((1, 1, 1), 2, 0), ((5, 1, 1), 40, 2))


def run_seed(seed: int, steps: int) -> str:
    """What happened: compared, refused, not proved, given (something given does not hold on any launch)."""
    text = Kernel(seed).text(steps)
    try:
        lifted = lift(text)
    except (Unsupported, BudgetError) as failure:
        return f"refused: {failure}"
    if not isinstance(lifted.verdict, Proved):
        return f"not proved: {lifted.verdict}"
    outcome = "given"
    rng = np.random.default_rng(seed)
    requires = [r.cond for r in summarise(lifted.denotation).requires]
    for grid, bound, scalar in LAUNCHES:
        launch = launch_of(lifted, [rng.integers(-100, 100, 200), rng.integers(-100, 100, 200), bound, scalar], grid)
        if not satisfied_with(requires, launch):
            continue
        events = set(run(lifted.module.functions()[0], launch, "real").events)
        if events & BROKEN or (events & CROSS and "no_cross_read" in lifted.verdict.given):
            continue
        where = f"seed {seed}, steps {steps}, grid {grid}, {bound}, {scalar}, {lifted.verdict}, {events}"
        try:
            injective = injective_on(lifted, launch)
        except Unsupported:
            continue  # the indices have no bound that the evaluation finds
        if not injective:
            assert "injective" in lifted.verdict.given, f"{where}: injectivity is not given\n{text}"
            continue
        assert not events & CROSS, f"{where}: a program reads what another writes\n{text}"
        found = difference(lifted, launch)
        assert found.empty, f"{where}: {found.differ}\n{text}"
        outcome = "compared"
    return outcome


@pytest.mark.parametrize("block", range(5))
def test_random_loops(block: int) -> None:
    outcomes = [run_seed(seed, 2 + seed % 4) for seed in range(block * 30, block * 30 + 30)]
    assert outcomes.count("compared") >= 1, outcomes


@pytest.mark.extended
@pytest.mark.parametrize("block", range(20))
def test_many_random_loops(block: int) -> None:
    for seed in range(10_000 + block * 200, 10_000 + block * 200 + 200):
        run_seed(seed, 2 + seed % 5)
