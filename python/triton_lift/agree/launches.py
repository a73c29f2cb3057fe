"""Concrete launches of a kernel: recorded ones scaled down, and variants with awkward sizes and contents.

Deterministic in the seed. Buffers have guard cells on both sides; a launch that leaves them is not counted, and asked
for again with larger ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from triton_lift.agree.contents import FLOAT_STYLES, INDEX_STYLES, INT_STYLES, make_buffer
from triton_lift.agree.memory import Argument, Buffer, Descriptor, Grid, Launch, function_arguments, storage_dtype
from triton_lift.agree.metadata import Recorded, Shapes, Tensor, divisibility, recorded_launches
from triton_lift.agree.trips import LOOPS, loop_arguments, trip_sizes
from triton_lift.ir.model import FloatType, IntType, Op, PointerType, TensorDescType, TensorType, Type

GUARD = 64
"""Cells before a buffer's first element, unless the alignment asks for more."""
CELLS = 1 << 13
"""Elements of a tensor to aim for at most."""
PROGRAMS = 16
"""Programs of a launch to aim for at most."""
LOOPING_PROGRAMS = 6
"""The same for kernels with loops."""
LANES = 1 << 15
"""Lanes of all programs of a launch together to aim for at most."""
RECORDED_CELLS = 1 << 18
"""Tensors up to this size are used as they were recorded in some launches."""
LARGE_CELLS = 5 << 18
"""Tensors up to this size are, too, but only after a number of scaled launches that did not suffice."""
LATE = 16
MODES = ("recorded", "scaled", "shrunk", "scaled", "scaled", "shrunk", "scaled", "recorded")
"""Sizes of successive launches: as recorded (a part of the grid), scaled all together, or smaller within the recorded
buffers. Where arguments decide how often loops run, every second launch has ``trips``: no iteration, one, several."""
GROWTH = (16, 512, 4096)
"""Multiples of the guard cells to try for a launch that leaves its buffers."""


def make_launches(
    func: Op,
    metadata: Mapping[str, Any] | None,
    *,
    n: int = 16,
    seed: int = 0,
    grow: int = 1,
    only: int | None = None,
) -> list[Launch]:
    """n launches of a ``tt.func``, or just number `only` of them. `grow` multiplies the guard cells.

    With metadata: the recorded launches scaled down, then variants of the sizes (1, a block, a block + 1, ragged).
    Without: sizes are guessed.
    """
    types = function_arguments(func)
    recorded = recorded_launches(types, metadata) if metadata is not None else []
    found: list[Launch] = []
    for number in range(n) if only is None else (only,):
        rng = np.random.default_rng([seed, number])
        if recorded:
            base = recorded[number % len(recorded)]
            found.append(_scaled(func, types, base, rng, number, seed, grow))
        else:
            found.append(_guessed(func, types, rng, number, seed, grow))
    return found


def recorded_scalars(func: Op, metadata: Mapping[str, Any]) -> list[dict[str, int | float]]:
    """The scalars and the grid of each recorded launch by symbol (``s<i>``, ``np<axis>``), for checking `requires`."""
    found: list[dict[str, int | float]] = []
    for base in recorded_launches(function_arguments(func), metadata):
        env: dict[str, int | float] = {f"s{i}": a for i, a in enumerate(base.args) if not isinstance(a, Tensor)}
        found.append(env | {f"np{axis}": g for axis, g in enumerate(_grid(base.grid))})
    return found


def _lanes(func: Op) -> int:
    """Elements of the largest tensor in a function."""
    kinds = [v.type for op in func.walk() for v in op.results]
    return max((math.prod(k.shape) for k in kinds if isinstance(k, TensorType)), default=1)


def _indirect(func: Op) -> bool:
    """Whether an address hangs on a loaded integer: then contents must be indices, or they wrap around addresses."""
    tainted: set[int] = set()
    for op in func.walk():
        if op.name == "tt.addptr" and op.operands[1].number in tainted:
            return True
        if op.name.startswith("tt.descriptor_") and any(v.number in tainted for v in op.operands[1:]):
            return True
        loaded = op.name in ("tt.load", "tt.descriptor_load") or any(v.number in tainted for v in op.operands)
        if loaded and op.name != "tt.addptr":
            tainted.update(v.number for v in op.results)
    return False


def _grid(values: tuple[int, ...]) -> Grid:
    padded = (*values, 1, 1, 1)
    return padded[0], padded[1], padded[2]


def _choose(rng: np.random.Generator, number: int, value: int, base: Recorded, step: int) -> int:
    """A new extent for a recorded one, a multiple of `step`."""
    options = [1, int(rng.integers(2, 9)), int(rng.integers(9, 70))]
    if value in base.grid:  # one program each: a few are enough
        options = [1, 2, 3, int(rng.integers(4, 12))]
    else:
        options += [b + d for b in base.blocks if b <= 2048 for d in (-1, 0, 1)]
    if (value <= 512 and value not in base.grid) or (value in base.blocks and value <= 2048):
        options += [value] * (2 + len(options))
    pick = int(rng.choice(np.array(options)))
    if number == 0:
        pick = min(value, 512 if value not in base.grid else 8)
    return max(step, -(-pick // step) * step)


def _steps(types: tuple[Type, ...], func: Op, base: Recorded) -> dict[int, int]:
    """Per extent the divisibility that some argument of this value has."""
    found: dict[int, int] = {}
    for kind, value, step in zip(types, base.args, divisibility(func), strict=True):
        if isinstance(kind, IntType) and isinstance(value, int):
            found[value] = math.lcm(found.get(value, 1), step)
    return found


def _trips(func: Op, number: int) -> dict[int, int]:
    """Values of the arguments that decide about loops, by position, for launch `number`; none for even numbers."""
    if number % 2 == 0:
        return {}
    steps = divisibility(func)
    found: dict[int, int] = {}
    for place, (position, tile) in enumerate(sorted(loop_arguments(func).items())):
        sizes = trip_sizes(tile)
        value = sizes[(number // 2 + 3 * place) % len(sizes)]
        found[position] = -(-value // steps[position]) * steps[position]
    return found


def _extents(
    shapes: Shapes,
    types: tuple[Type, ...],
    func: Op,
    rng: np.random.Generator,
    number: int,
    forced: Mapping[int, int],
) -> dict[int, int]:
    """New extents by recorded ones; `forced` ones are as given."""
    base = shapes.recorded
    steps = _steps(types, func, base)
    fixed = shapes.fixed()
    extents: dict[int, int] = {}
    tied = bool(rng.integers(0, 4)) or number < 2
    multiple_of: dict[int, int] = {}
    for d in reversed(shapes.extents()):
        # A width of 2H beside a width of H is a pair of halves, often enough.
        smaller = next((e for e in extents if tied and e not in fixed and d % e == 0 and d // e in (2, 3, 4)), None)
        if d in forced:
            extents[d] = max(1, forced[d])
        elif d in fixed:
            extents[d] = d
        elif smaller is not None and smaller not in base.grid:
            multiple_of[d] = smaller
        else:
            extents[d] = _choose(rng, number, d, base, steps.get(d, 1))
        _follow(extents, multiple_of)
    for _ in range(40):
        volumes = [(math.prod(extents.get(d, d) for d in t.shape), t) for t in shapes.tensors()]
        volume, worst = max(volumes, key=lambda v: v[0], default=(0, None))
        if volume <= CELLS * (4 if forced else 1) or worst is None:
            break
        loose = [d for d in worst.shape if d > 1 and d not in fixed and d not in forced]
        if not loose:
            break
        largest = max(loose, key=lambda d: extents[d])
        while largest in multiple_of:
            largest = multiple_of[largest]
        step = steps.get(largest, 1)
        if extents[largest] <= step:
            break
        extents[largest] = max(step, (extents[largest] // 2) // step * step)
        _follow(extents, multiple_of)
    return extents


def _follow(extents: dict[int, int], multiple_of: Mapping[int, int]) -> None:
    """Set the extents that are multiples of others."""
    for d in sorted(multiple_of):
        extents[d] = extents[multiple_of[d]] * (d // multiple_of[d])


def _scaled(
    func: Op, types: tuple[Type, ...], base: Recorded, rng: np.random.Generator, number: int, seed: int, grow: int
) -> Launch:
    shapes = Shapes(base)
    steps = divisibility(func)
    trips = _trips(func, number)
    mode = "trips" if trips else _mode(shapes, number)
    forced = {v: trips[i] for i, v in enumerate(base.args) if i in trips and isinstance(v, int) and v > 1}
    extents = _extents(shapes, types, func, rng, number, forced) if mode in ("scaled", "trips") else {}
    sizes = _shrunk(rng, shapes, steps) if mode == "shrunk" else trips
    grid = [shapes.scale_grid(g, extents) for g in _grid(base.grid)]
    most = LOOPING_PROGRAMS if any(op.name in LOOPS for op in func.walk()) else PROGRAMS
    programs = max(3, min(most, LANES // _lanes(func)))
    while math.prod(grid) > programs and max(grid) > 1:
        grid[grid.index(max(grid))] = max(1, max(grid) // 2)
    careful = _indirect(func)
    bound = max(1, min((extents.get(d, d) for t in shapes.tensors() for d in t.shape if d > 1), default=1))
    floats = FLOAT_STYLES[(number // 2) % len(FLOAT_STYLES)]
    integers = INT_STYLES[number % len(INT_STYLES)] if not careful else INDEX_STYLES[number % len(INDEX_STYLES)]
    label = f"launch {number} ({mode}, {floats}, {integers})"
    args: list[Argument] = []
    for position, (kind, value, step) in enumerate(zip(types, base.args, steps, strict=True)):
        match value:
            case Tensor():
                shape = tuple(extents.get(d, d) for d in value.shape)
                strides = tuple(shapes.scale(s, extents) for s in value.strides)
                span = 1 + sum((d - 1) * abs(s) for d, s in zip(shape, strides, strict=True))
                args.append(_array(rng, kind, span, value.storage_offset, floats, integers, bound, grow))
            case float():
                args.append(_in_format(kind, value))
            case int():
                scaled = sizes.get(position, shapes.scale(value, extents))
                if isinstance(kind, FloatType):
                    args.append(_in_format(kind, float(value)))
                else:
                    args.append(scaled if scaled % step == 0 else -(-scaled // step) * step)
    return Launch(_grid(tuple(grid)), _descriptors(types, tuple(args)), seed, label)


def _mode(shapes: Shapes, number: int) -> str:
    limit = LARGE_CELLS if number >= LATE else RECORDED_CELLS
    return MODES[number % len(MODES)] if shapes.cells() <= limit else "scaled"


def _shrunk(rng: np.random.Generator, shapes: Shapes, steps: tuple[int, ...]) -> dict[int, int]:
    """Smaller sizes over recorded buffers and strides, equal where they were equal: so they stay in bounds."""
    chosen: dict[int, int] = {}
    for value in shapes.sizes().values():
        step = max(steps[i] for i, v in shapes.sizes().items() if v == value)
        options = [1, value - 1, value // 2 + 1, int(rng.integers(1, value + 1)), value]
        if value not in chosen:
            chosen[value] = max(step, int(rng.choice(np.array(options))) // step * step)
    return {position: chosen[value] for position, value in shapes.sizes().items()}


def _in_format(kind: Type, value: float) -> float:
    """A scalar as the kernel gets it: a value of its own format."""
    return float(np.asarray(value).astype(storage_dtype(kind)).astype(np.float64))


def _array(
    rng: np.random.Generator, kind: Type, span: int, start: int, floats: str, integers: str, bound: int, grow: int
) -> Buffer:
    element = (
        kind.pointee
        if isinstance(kind, PointerType)
        else kind.block.element
        if isinstance(kind, TensorDescType)
        else kind
    )
    offset = (GUARD if grow > 1 else 0) * grow + min(start, 1 << 12)
    offset = -(-offset // 16) * 16
    guard = GUARD * grow if grow > 1 else 0
    return make_buffer(rng, element, offset + span + guard, offset, floats=floats, integers=integers, bound=bound)


def _descriptors(types: tuple[Type, ...], args: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """Give each descriptor the shape and strides that follow it among the arguments."""
    found = list(args)
    for i, (kind, value) in enumerate(zip(types, args, strict=True)):
        if isinstance(kind, TensorDescType) and isinstance(value, Buffer):
            rank = len(kind.block.shape)
            numbers = [int(a) for a in args[i + 1 : i + 1 + 2 * rank] if isinstance(a, int)]
            found[i] = Descriptor(value, tuple(numbers[:rank]), tuple(numbers[rank:]), kind)
    return tuple(found)


def _guessed(func: Op, types: tuple[Type, ...], rng: np.random.Generator, number: int, seed: int, grow: int) -> Launch:
    """Small sizes for all integers; buffers of a fixed size that grows when it was left."""
    careful = _indirect(func)
    floats = FLOAT_STYLES[(number // 2) % len(FLOAT_STYLES)]
    integers = INT_STYLES[number % len(INT_STYLES)] if not careful else INDEX_STYLES[number % len(INDEX_STYLES)]
    span = 1024 * grow
    label = f"launch {number} ({floats}, {integers})"
    args: list[Argument] = []
    trips = _trips(func, number)
    for position, (kind, step) in enumerate(zip(types, divisibility(func), strict=True)):
        match kind:
            case IntType() if position in trips:
                args.append(trips[position])
            case IntType(width=1):
                args.append(int(rng.integers(0, 2)))
            case IntType():
                value = int(rng.choice(np.array([1, 2, int(rng.integers(2, 33)), int(rng.integers(33, 130))])))
                args.append(max(step, -(-value // step) * step))
            case FloatType():
                args.append(_in_format(kind, float(rng.normal())))
            case _:
                args.append(_array(rng, kind, span, 0, floats, integers, 8, max(2, grow)))
    wide = number % 3 == 2
    grid = (int(rng.integers(1, 5)), int(rng.integers(1, 3)) if wide else 1, int(rng.integers(1, 3)) if wide else 1)
    launch = Launch(grid, tuple(args), seed, label)
    return replace(launch, args=_descriptors(types, launch.args))
