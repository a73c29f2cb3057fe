"""Random kernels of loads, stores and atomics: where what is given holds on a launch, the statements are what the launch does.

`injective` is decided on the launch from the statements: distinct points write distinct cells, but for points of statements that accumulate by one
monoid. `no_cross_read` does not hold where the evaluator saw a program read a cell that another writes. A kernel whose claim fails although everything
given holds is a soundness bug.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines, load_at, pointers, store_at, tensor, tile
from tests.interp.square import Lifted, difference, launch_of, lift, satisfied_with
from tests.ops.harness import module
from triton_lift._core import BudgetError
from triton_lift.agree.memory import Launch
from triton_lift.agree.run import run
from triton_lift.agree.statements import launch_points, memory_evaluator
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved
from triton_lift.term.numeric_domain import domain_points
from triton_lift.util.diagnostic import Unsupported

P = "!tt.ptr<i32>"
T, B = tensor((8,), "i32"), tensor((8,), "i1")
BROKEN = {"out-of-bounds-load", "out-of-bounds-store", "poison-store", "poison-address"}
CROSS = {"cross-read", "atomic-mixed"}


class Kernel:
    """A random kernel: three arrays, one scalar; values and addresses made of lanes and program ids."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.lines = [tile(8, "%a3")]
        self.lines += [constant(f"c{k}", str(k), "i32", (8,)) for k in (0, 1, 2, 3, 4, 7, 8, 16)]
        self.lines += [constant("s2", "2", "i32"), call("pids", "tt.splat", ["%pid"], ["i32"], T)]
        self.values = ["%i", "%range", "%c3"]
        self.masks = ["", "", "%m"]
        self.addresses = ["%i", "%i", "%i", "%range"]

    def op(self, name: str, a: str, b: str) -> str:
        self.count += 1
        self.lines.append(call(f"t{self.count}", f"arith.{name}", [a, b], [T, T], T))
        return f"%t{self.count}"

    def test(self, a: str, b: str, predicate: int) -> str:
        self.count += 1
        self.lines.append(call(f"t{self.count}", "arith.cmpi", [a, b], [T, T], B, f"predicate = {predicate} : i64"))
        return f"%t{self.count}"

    def step(self) -> None:
        rng = self.random
        match rng.randrange(12):
            case 0:
                self.addresses.append(
                    self.op(
                        rng.choice(["addi", "subi"]),
                        rng.choice(self.addresses),
                        rng.choice(["%c1", "%c8", "%c16", "%c7"]),
                    )
                )
            case 1:
                self.addresses.append(
                    self.op(
                        rng.choice(["muli", "divsi", "remsi"]),
                        rng.choice(self.addresses),
                        rng.choice(["%c2", "%c3", "%c4"]),
                    )
                )
            case 2:
                self.addresses.append(self.op("subi", "%c7", "%range"))
            case 3:
                self.addresses.append(rng.choice(["%pids", "%c0"]))
            case 4:
                self.masks.append(self.test("%range", rng.choice(["%c4", "%c2"]), rng.choice([2, 5])))
            case 5:
                self.masks.append(self.test(self.op("remsi", "%range", "%c2"), "%c0", 0))
            case 6:
                self.masks.append(self.test("%pids", rng.choice(["%c0", "%c1", "%c2"]), rng.choice([0, 1, 2])))
            case 7 | 8:
                self.load()
            case _:
                self.write()

    def where(self) -> tuple[str, str, str]:
        rng = self.random
        array = rng.choice(["%a0", "%a0", "%a1", "%a2"])
        address, mask = rng.choice(self.addresses[-5:]), rng.choice(self.masks[-4:])
        self.count += 1
        self.lines.append(pointers(array, f"p{self.count}", "i32", address, (8,)))
        return f"%p{self.count}", mask, array

    def load(self) -> None:
        pointer, mask, _ = self.where()
        self.count += 1
        self.lines.append(load_at(f"t{self.count}", pointer, "i32", (8,), mask, "%c3" if mask else ""))
        self.values.append(f"%t{self.count}")

    def write(self) -> None:
        rng = self.random
        pointer, mask, _ = self.where()
        value = rng.choice(self.values[-3:])
        if rng.random() < 0.5:
            value = self.op("addi", value, rng.choice(["%c1", "%i", "%c3"]))
        if rng.random() < 0.2:
            self.count += 1
            if not mask:
                mask = self.test("%range", "%c8", 2)
            props = f"atomic_rmw_op = {rng.choice([4, 6, 7])} : i32, scope = 1 : i32, sem = 4 : i32"
            types = [tensor((8,), P), T, B]
            self.lines.append(call(f"old{self.count}", "tt.atomic_rmw", [pointer, value, mask], types, T, props))
        else:
            self.lines.append(store_at(pointer, value, "i32", (8,), mask))

    def text(self, steps: int) -> str:
        for _ in range(steps):
            self.step()
        self.write()
        return module([P, P, P, "i32"], lines(*self.lines))


def injective_on(lifted: Lifted, launch: Launch) -> bool:
    """Whether distinct points write distinct cells, accumulations by one monoid aside."""
    evaluator = memory_evaluator(launch)
    written: dict[str, list[tuple[str, np.ndarray]]] = {}
    for proposal in lifted.proposals:
        s = proposal.statement
        points = domain_points(evaluator, s.domain, s.indices, launch_points(launch))
        cells = evaluator.num(s.address, points).val if points.n else np.zeros(0, int)
        if s.kind in ("assign", "exchange") and len(np.unique(cells)) < len(cells):
            return False
        for kind, others in written.setdefault(s.array, []):
            if (kind != s.kind or kind in ("assign", "exchange")) and np.isin(cells, others).any():
                return False
        written[s.array].append((s.kind, cells))
    return True


def run_seed(seed: int, steps: int = 9) -> str:
    """What happened: compared, refused, not proved, given (something given does not hold on the launch)."""
    text = Kernel(seed).text(steps)
    try:
        lifted = lift(text)
    except (Unsupported, BudgetError):
        return "refused"
    if not isinstance(lifted.verdict, Proved):
        return "not proved"
    outcome = "given"
    rng = np.random.default_rng(seed)
    requires = [r.cond for r in summarise(lifted.denotation).requires]
    for grid, n in (((1, 1, 1), 5), ((3, 1, 1), 17), ((2, 2, 1), 99)):
        launch = launch_of(lifted, [*(rng.integers(-100, 100, 160) for _ in range(3)), n], grid)
        if not satisfied_with(requires, launch):
            continue
        events = set(run(lifted.module.functions()[0], launch, "real").events)
        if events & BROKEN or (events & CROSS and "no_cross_read" in lifted.verdict.given):
            continue
        if not injective_on(lifted, launch):
            assert "injective" in lifted.verdict.given, (
                f"seed {seed}, steps {steps}, grid {grid}: injectivity is not given\n{text}"
            )
            continue
        found = difference(lifted, launch)
        assert found.empty, (
            f"seed {seed}, steps {steps}, grid {grid}, {lifted.verdict}, {events}: {found.differ}\n{text}"
        )
        outcome = "compared"
    return outcome


@pytest.mark.parametrize("block", range(5))
def test_random_kernels(block: int) -> None:
    outcomes = [run_seed(seed, 4 + seed % 8) for seed in range(block * 40, block * 40 + 40)]
    assert outcomes.count("compared") >= 2, outcomes


@pytest.mark.extended
@pytest.mark.parametrize("block", range(20))
def test_many_random_kernels(block: int) -> None:
    for seed in range(10_000 + block * 200, 10_000 + block * 200 + 200):
        run_seed(seed, 3 + seed % 12)
