"""Apply a summary's statements to memory: the meaning of ``Statement`` in docs/terms.md, executed.

All reads are from memory as it was before the launch. Statements on one array are applied in their order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triton_lift._core import Term
from triton_lift.agree.memory import Array, Buffer, Contents, Launch, initial
from triton_lift.ir.model import IntType
from triton_lift.term.numeric import Evaluator
from triton_lift.term.numeric_bits import signed
from triton_lift.term.numeric_domain import domain_points
from triton_lift.term.numeric_functions import not_evaluable
from triton_lift.term.numeric_points import Column, Points, Uniform
from triton_lift.term.numeric_value import OUTSIDE, UNIT, Num, error, merge, to_real
from triton_lift.term.symbols import Statement


@dataclass(frozen=True, slots=True)
class Fault:
    """A statement that cannot be true as it stands: what is wrong, where, at which cell."""

    kind: str
    statement: int
    array: str
    cell: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Expected contents by array symbol, the faults found, and the number of points that were written."""

    arrays: dict[str, Contents]
    faults: tuple[Fault, ...]
    points: int


def launch_points(launch: Launch) -> Points:
    """One point that holds the scalars and the grid of a launch."""
    columns: dict[Column, Uniform | Array] = {("sym", k): v for k, v in launch.scalars().items()}
    return Points(1, columns)


BEYOND = (0.0, math.nan, 1e6, -1e6)
"""What memory beyond the buffers may hold: a value that is the same for all of these does not depend on it."""


def memory_evaluator(launch: Launch, outside: float | None = None) -> Evaluator:
    """Evaluates terms against the memory before the launch; ``outside`` as for `Evaluator`."""
    buffers = launch.buffers()
    contents = {f"a{i}": b.reals() for i, b in buffers.items()}
    return Evaluator(contents, {f"a{i}": b.offset for i, b in buffers.items()}, outside=outside)


def apply_statements(statements: Sequence[Statement], launch: Launch) -> Outcome:
    """Memory after the launch as the statements say.

    Raises Unsupported where a term cannot be evaluated (unknown function, unbounded domain, a domain that hangs on a
    rounding error).
    """
    evaluator = memory_evaluator(launch)
    buffers = {f"a{i}": b for i, b in launch.buffers().items()}
    arrays = initial(launch.buffers())
    faults: list[Fault] = []
    total = 0
    for number, statement in enumerate(statements):
        points = domain_points(evaluator, statement.domain, statement.indices, launch_points(launch))
        total += points.n
        if points.n == 0:
            continue
        address = evaluator.num(statement.address, points)
        if address.is_real or (address.err is not None and address.err.any()):
            raise not_evaluable("an address that is not an exact integer")
        value = _settled(evaluator.num(statement.value, points), statement.value, launch, points)
        cells = address.val + buffers[statement.array].offset
        outside = (cells < 0) | (cells >= len(arrays[statement.array].val))
        if address.poison is not None:
            outside = outside | (address.poison != 0)
        if outside.any():
            first = int(np.argmax(outside))
            detail = f"{int(outside.sum())} points of the domain lie outside the buffer"
            faults.append(Fault("outside", number, statement.array, int(cells[first]), detail))
            keep = np.flatnonzero(~outside)
            cells, value = cells[keep], value.take(keep)
        fault = _write(statement, arrays[statement.array], buffers[statement.array], cells.astype(np.intp), value)
        if fault is not None:
            faults.append(Fault(fault[0], number, statement.array, fault[1], fault[2]))
    return Outcome(arrays, tuple(faults), total)


def _settled(value: Num, term: Term, launch: Launch, points: Points) -> Num:
    """The value, defined also where memory beyond the buffers is read but does not matter.

    A formula may test such a cell before the condition that masks it, as in ``x[k] == 0 and k < n or k >= n``.
    """
    if value.poison is None or not (value.poison & OUTSIDE).any():
        return value
    where = np.flatnonzero(value.poison & OUTSIDE)
    # Points of their own for each: they remember results.
    tries = [memory_evaluator(launch, beyond).num(term, points.detach(where)) for beyond in BEYOND]
    first = tries[0]
    same = np.ones(len(where), dtype=bool)
    for other in tries:
        with np.errstate(invalid="ignore"):
            same &= (other.val == first.val) | ((other.val != other.val) & (first.val != first.val))
        same &= (error(other) == error(first)) & (other.poison is None or other.poison == 0)
    poison = value.poison.copy()
    poison[where[same]] = 0
    keep = np.ones(len(poison), dtype=bool)
    keep[where[same]] = False
    parts = [(np.flatnonzero(keep), value.take(np.flatnonzero(keep))), (where[same], first.take(np.flatnonzero(same)))]
    joined = merge(parts, points.n)
    return Num(joined.val, joined.err, poison if poison.any() else None)


def _write(
    statement: Statement, target: Contents, buffer: Buffer, cells: Array, value: Num
) -> tuple[str, int, str] | None:
    poison = np.zeros(len(cells), dtype=np.uint8) if value.poison is None else value.poison
    if target.val.dtype.kind == "f":
        value = to_real(value)
    elif value.is_real:
        raise not_evaluable("a real value for an array of integers")
    val = value.val
    wild = np.array([isinstance(v, float) for v in val.flat]) if val.dtype == object else np.zeros(len(val), dtype=bool)
    if wild.any():
        if (wild & (poison == 0)).any():
            first = int(np.argmax(wild & (poison == 0)))
            return "value", int(cells[first]), f"{val[first]} for an integer"
        val = np.where(wild, 0, val)
    if isinstance(buffer.kind, IntType):
        val = signed(buffer.kind.width, val) & 1 if buffer.kind.width == 1 else signed(buffer.kind.width, val)
    err = error(value)
    target.touched[cells] = True
    np.bitwise_or.at(target.undefined, cells, poison)
    if statement.kind == "assign":
        return _assign(target, cells, val, err, poison)
    if statement.kind == "exchange":
        target.any_of.append((cells, np.asarray(val)))
        return None
    _accumulate(statement.kind, target, buffer, cells, val, err)
    return None


def _assign(target: Contents, cells: Array, val: Array, err: Array, poison: Array) -> tuple[str, int, str] | None:
    target.undefined[cells] = 0
    np.bitwise_or.at(target.undefined, cells, poison)
    target.val[cells] = val
    target.err[cells] = err
    kept, its_err = target.val[cells], target.err[cells]
    with np.errstate(invalid="ignore"):
        apart = (kept != val) & ~(np.abs(kept - val) <= its_err + err) & (poison == 0)
        apart &= ~(np.isnan(kept.astype(np.float64)) & np.isnan(val.astype(np.float64)))
    if apart.any():
        first = int(np.argmax(apart))
        return "overlap", int(cells[first]), f"one cell is given the values {val[first]} and {kept[first]}"
    return None


def _accumulate(kind: str, target: Contents, buffer: Buffer, cells: Array, val: Array, err: Array) -> None:
    real = target.val.dtype.kind == "f"
    match kind:
        case "add":
            if real:
                size = np.zeros(len(target.val))
                np.add.at(size, cells, np.abs(val))
                count = np.zeros(len(target.val))
                np.add.at(count, cells, 1.0)
                moved = count * UNIT * 1.01 * (size + np.abs(target.val))
                np.add.at(target.val, cells, val)
                np.add.at(target.err, cells, err)
                target.err += np.where(count > 0, moved, 0.0)
            else:
                assert isinstance(buffer.kind, IntType)
                with np.errstate(over="ignore"):  # modulo 2^64, of which every width is a part
                    np.add.at(target.val, cells, signed(64, val))
                target.val[cells] = signed(buffer.kind.width, target.val[cells])
        case "max" | "min":
            (np.maximum if kind == "max" else np.minimum).at(target.val, cells, val)
            np.maximum.at(target.err, cells, err)
        case "and" | "or" | "xor":
            fold = {"and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor}[kind]
            fold.at(target.val, cells, val)
        case _:
            raise not_evaluable(f"a statement of kind '{kind}'")


def holds(requires: Sequence[Term], launch: Launch) -> list[int]:
    """Positions of the conditions that do not hold at a launch; poison and fragile values count as not holding."""
    evaluator = memory_evaluator(launch)
    failed: list[int] = []
    for number, condition in enumerate(requires):
        truth = evaluator.bool(condition, launch_points(launch))
        bad = not bool(truth.val[0]) or truth.poison is not None or truth.fragile is not None
        if bad:
            failed.append(number)
    return failed
