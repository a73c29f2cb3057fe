"""Random while loops: whatever is proved agrees with the evaluator; refusals are allowed, and counted."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines
from tests.interp.square import Lifted, difference, launch_of, lift, satisfied
from tests.interp.test_while import P32, START, binary, compare, load_from, loop, store_to
from tests.ops.harness import module
from triton_lift._core import BudgetError
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported

SEEDS = 12
KERNELS_PER_SEED = 10
CELLS = 48


@dataclass
class Maker:
    """Text of one kernel: a0 is read, a1 is written in the loop, a2 at its end; a3 and a4 are scalars."""

    rng: random.Random
    count: int = 0
    types: list[str] = field(default_factory=lambda: ["i32"])
    inits: list[str] = field(default_factory=list[str])

    def fresh(self) -> str:
        self.count += 1
        return f"t{self.count}"

    def comparison(self, a: str, b: str) -> tuple[str, str]:
        name = self.fresh()
        return name, compare(name, a, b, self.rng.choice(["eq", "ne", "slt", "sge"]))

    def kernel(self) -> str:
        rng = self.rng
        self.inits = [rng.choice(["%c0", "%c1", "%a4"])]
        extra = rng.randint(0, 3)
        body = [load_from("v", "%a0", "%i0")]
        test, line = self.comparison("%v", rng.choice(["%a4", "%c1", "%i0"]))
        body.append(line)
        yields: list[str] = []
        for n in range(1, extra + 1):
            kind = rng.choice(["sum", "max", "flag", "last", "either", "index", "previous", "if"])
            self.types.append("i1" if kind in ("flag", "either") else "i32")
            self.inits.append(rng.choice(["%no", "%yes"]) if self.types[-1] == "i1" else rng.choice(["%c0", "%a4"]))
            yields.append(self.update(kind, f"%i{n}", f"%{test}", body))
        step = rng.choice(["%c1", "%c1", "%c2"])
        body.append(binary("j", "arith.addi", "%i0", step))
        if rng.random() < 0.4:
            body.append(store_to("%a1", "%i0", rng.choice(["%v", "%i0", *(f"%i{n}" for n in self.numbers())]), "st"))
        before, cond = self.condition()
        text = loop(self.inits, self.types, before, cond, lines(*body), ["%j", *yields])
        tail = [text, constant("d0", "0", "i32")]
        for n, kind in enumerate(self.types):
            name = f"%r#{n}" if len(self.types) > 1 else "%r"
            if kind == "i1":
                tail.append(call(f"e{n}", "arith.extui", [name], ["i1"], "i32"))
                name = f"%e{n}"
            tail += [constant(f"at{n}", str(n), "i32"), store_to("%a2", f"%at{n}", name, f"o{n}")]
        out = module([P32, P32, P32, "i32", "i32"], lines(START, constant("c2", "2", "i32"), *tail))
        return out.replace("%r:1", "%r")

    def numbers(self) -> list[int]:
        return [n for n, kind in enumerate(self.types) if kind == "i32" and n]

    def update(self, kind: str, old: str, test: str, body: list[str]) -> str:
        name = self.fresh()
        match kind:
            case "sum":
                body.append(binary(name, "arith.addi", old, "%v"))
            case "max":
                body.append(binary(name, "arith.maxsi", old, "%v"))
            case "flag":
                return test
            case "last":
                return "%v"
            case "either":
                body.append(binary(name, self.rng.choice(["arith.ori", "arith.andi"]), old, test, "i1"))
            case "index":
                body.append(call(name, "arith.select", [test, "%i0", old], ["i1", "i32", "i32"], "i32"))
            case "previous":
                return "%i0"
            case _:
                inner = f"{name}s"
                body += [
                    f'    %{name} = "scf.if"({test}) ({{',
                    binary(inner, "arith.addi", old, "%i0"),
                    f'    "scf.yield"(%{inner}) : (i32) -> ()',
                    "    }, {",
                    f'    "scf.yield"({old}) : (i32) -> ()',
                    "    }) : (i1) -> i32",
                ]
        return f"%{name}"

    def condition(self) -> tuple[str, str]:
        """Always bounded by i < a3, so that the evaluator comes to an end."""
        rng = self.rng
        text = [compare("bound", "%b0", "%a3", rng.choice(["slt", "slt", "sle"]))]
        cond = "%bound"
        for n, kind in enumerate(self.types[1:], 1):
            if rng.random() < 0.5:
                continue
            part = f"%b{n}"
            if kind == "i32":
                name, line = self.comparison(part, "%a4")
                text.append(line)
                part = f"%{name}"
            elif rng.random() < 0.6:
                name = self.fresh()
                text.append(binary(name, "arith.xori", part, "%yes", "i1"))
                part = f"%{name}"
            text.append(binary(f"and{n}", "arith.andi", cond, part, "i1"))
            cond = f"%and{n}"
        if rng.random() < 0.3:
            name, line = self.comparison("%w", "%a4")
            text += [load_from("w", "%a0", "%b0"), line, binary("andw", "arith.andi", cond, f"%{name}", "i1")]
            cond = "%andw"
        return lines(*text), cond


def agrees(lifted: Lifted, rng: random.Random) -> int:
    compared = 0
    for _ in range(6):
        cells = np.array([rng.randint(-3, 6) for _ in range(CELLS)])
        args = [cells, np.full(CELLS, -77), np.full(CELLS, -55), rng.randint(-2, 12), rng.randint(0, 5)]
        launch = launch_of(lifted, args)
        if not satisfied(lifted, launch):
            continue
        found = difference(lifted, launch)
        assert found.empty, (args, found.differ)
        compared += found.compared
    return compared


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_is_proved_agrees(seed: int) -> None:
    rng = random.Random(seed)
    proved = compared = 0
    for _ in range(KERNELS_PER_SEED):
        text = Maker(rng).kernel()
        try:
            lifted = lift(text)
        except Unsupported as refusal:
            assert refusal.diagnostic.where != "-"
            continue
        except BudgetError:
            continue
        if not isinstance(lifted.verdict, Proved):
            continue
        proved += 1
        try:
            compared += agrees(lifted, rng)
        except AssertionError:
            print(text)
            raise
    assert proved >= 2, "too few kernels are proved to say anything"
    assert compared
