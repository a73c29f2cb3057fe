"""Run a launch through the IR evaluator, and say whether it counts: nothing out of bounds, undefined or racing may
have happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from triton_lift.agree.memory import Array, Descriptor, Launch
from triton_lift.agree.memory import Buffer as OurBuffer
from triton_lift.ir.model import Op
from triton_lift.ops.concrete.machine import Observe
from triton_lift.ops.evaluator import Arg, Buffer, Result, evaluate
from triton_lift.ops.evaluator import Descriptor as EvaluatorDescriptor

HARMLESS = frozenset({"write-same"})
"""Events that break no condition of a claim: equal values written to one cell by two programs."""
GROWABLE = frozenset({"out-of-bounds-load", "out-of-bounds-store"})
"""Events that larger buffers may cure."""
MAX_STEPS = 500_000
"""Op visits per launch; a launch beyond that is not counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Final contents and poison per array symbol; `events` are the kinds that keep the launch from counting."""

    arrays: dict[str, Array]
    undefined: dict[str, Array]
    events: tuple[str, ...]
    shown: tuple[str, ...]


def arguments(launch: Launch) -> tuple[Arg, ...]:
    """A launch's arguments as the evaluator takes them."""
    found: list[Arg] = []
    for a in launch.args:
        match a:
            case OurBuffer(cells=cells, offset=offset):
                found.append(Buffer(cells, offset))
            case Descriptor(buffer=b, shape=shape, strides=strides, nan_padding=nan):
                found.append(EvaluatorDescriptor(Buffer(b.cells, b.offset), shape, strides, nan))
            case _:
                found.append(a)
    return tuple(found)


def run(func: Op, launch: Launch, mode: Literal["real", "machine"], *, observe: Observe | None = None) -> Run:
    """Run every program of the launch. Raises what the evaluator raises (Unsupported, BudgetExceeded).

    Reductions combine halves: any order is admissible, the bounds hold for all, and this one is fast.
    """
    args = arguments(launch)
    result = evaluate(func, args, launch.grid, mode=mode, max_steps=MAX_STEPS, reduce_order="tree", observe=observe)
    arrays: dict[str, Array] = {}
    undefined: dict[str, Array] = {}
    for position in launch.buffers():
        number = result.argument_buffer[position]
        assert number is not None
        name = f"a{position}"
        arrays[name] = result.buffers[number]
        poison = result.undefined[number]
        undefined[name] = np.zeros(len(arrays[name]), dtype=bool) if poison is None else poison != 0
    return Run(arrays, undefined, _kinds(result), tuple(str(e) for e in result.events if e.kind not in HARMLESS))


def _kinds(result: Result) -> tuple[str, ...]:
    return tuple(sorted({e.kind for e in result.events if e.kind not in HARMLESS}))
