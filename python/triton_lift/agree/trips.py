"""How often loops run: which integer arguments decide, values of them for no, few and many iterations, and counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from triton_lift.agree.memory import Launch
from triton_lift.agree.run import MAX_STEPS, arguments
from triton_lift.ir.model import IntAttr, Op, Value
from triton_lift.ops.concrete.value import Slot
from triton_lift.ops.evaluator import evaluate

LOOPS = frozenset({"scf.for", "scf.while"})

LARGEST_BLOCK = 1 << 13
"""Constants beyond this are no tile sizes."""
DEEPEST = 1 << 10
"""Values followed from one bound at most."""


def loop_arguments(func: Op) -> dict[int, int]:
    """Position of each argument that the bounds of a loop depend on, with the tile that it is divided into (1: none).

    Bounds are followed through arithmetic, not through memory and not through other loops.
    """
    makers = {v.number: op for op in func.walk() for v in op.results}
    positions = {v.number: i for i, v in enumerate(func.regions[0].blocks[0].args)}
    found: dict[int, int] = {}
    for op in func.walk():
        if op.name == "scf.for":
            bounds = op.operands[:3]
        elif op.name == "scf.while":
            bounds = (*op.operands, *(v for inner in op.regions[0].blocks[0].ops for v in inner.operands))
        else:
            continue
        arguments, constants = _followed(bounds, makers, positions)
        tile = max((c for c in constants if 1 < c <= LARGEST_BLOCK), default=1)
        if tile & (tile + 1) == 0 and tile > 1:
            tile += 1  # the 2^k - 1 of a division that rounds up
        for position in arguments:
            found[position] = max(found.get(position, 1), tile)
    return found


def _followed(
    values: Iterable[Value], makers: Mapping[int, Op], positions: Mapping[int, int]
) -> tuple[set[int], set[int]]:
    """Argument positions and integer constants that values are computed from."""
    arguments, constants = set[int](), set[int]()
    seen: set[int] = set()
    stack = [v.number for v in values]
    while stack and len(seen) < DEEPEST:
        number = stack.pop()
        if number in seen:
            continue
        seen.add(number)
        if number in positions:
            arguments.add(positions[number])
            continue
        maker = makers.get(number)
        if maker is None or not maker.name.startswith("arith."):
            continue
        value = maker.attrs.get("value")
        if isinstance(value, IntAttr):
            constants.add(value.value)
        stack.extend(v.number for v in maker.operands)
    return arguments, constants


def trip_sizes(tile: int) -> tuple[int, ...]:
    """Sizes that make a loop over tiles run not at all, once, several times, with and without a rest."""
    if tile == 1:
        return (3, 0, 1, 5, 2, 7, 4)
    return (2 * tile + 3, 0, tile + 1, 3 * tile, 1, tile, 2 * tile - 1, tile - 1)


def observed_trips(func: Op, launch: Launch) -> set[int]:
    """Numbers of iterations of the loops of a function, in the first and the last program of a launch.

    Raises what the evaluator raises. Loops whose body does nothing are not counted.
    """
    heads: dict[int, tuple[int, int]] = {}
    for op in func.walk():
        if op.name not in LOOPS:
            continue
        body = op.regions[-1].blocks[0]
        # A do-while has its work in the region before the condition, which runs once more.
        counted, more = (body, 0) if len(body.ops) > 1 else (op.regions[0].blocks[0], 1)
        if len(counted.ops) > 1:
            heads[id(counted.ops[0])] = (id(op), more)
    started: Counter[int] = Counter()
    found: set[int] = set()
    watched = dict(heads.values())

    def observe(op: Op, out: Sequence[Slot]) -> None:
        del out
        if id(op) in heads:
            started[heads[id(op)][0]] += 1
        if id(op) in watched:
            found.add(started.pop(id(op), 0) - (watched[id(op)] if op.name == "scf.while" else 0))

    last = launch.grid[0] - 1, launch.grid[1] - 1, launch.grid[2] - 1
    programs = [(0, 0, 0), *([last] if last != (0, 0, 0) else [])]
    evaluate(
        func, arguments(launch), launch.grid, mode="real", max_steps=MAX_STEPS, reduce_order="tree",
        programs=programs, observe=observe,
    )  # fmt: skip
    return found
