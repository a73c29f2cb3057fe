"""The concrete evaluator: runs every program of a grid over numpy; the oracle for all symbolic rows.

Machine mode is bit-exact in every type, with one admissible order where the machine has a choice (documented at the
rows); real mode carries every float as f64 and makes float casts the identity, integers stay exact in their width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import FloatType, IntType, Op, PointerType, TensorDescType, Type
from triton_lift.ops import softfloat
from triton_lift.ops.concrete.machine import Machine, Observe
from triton_lift.ops.concrete.registry import byte_size, float_name, int_width, place, storage, unsupported
from triton_lift.ops.concrete.rows import concrete_rows
from triton_lift.ops.concrete.value import UNINITIALISED, Desc, Poison, Slot, Val
from triton_lift.ops.events import Event, EventLog, Program, StoreRecord
from triton_lift.ops.integers import carrier, wrap
from triton_lift.ops.memory import Memory, base_address
from triton_lift.ops.tracking import Divergent, State
from triton_lift.util.diagnostic import Diagnostic, UsageError

Array = NDArray[Any]
Mode = Literal["machine", "real"]
ReduceOrder = Literal["left", "tree"]

# Ops whose meaning depends on one program's state alone run for many programs at once; these do not.
_SEQUENTIAL_OPS = frozenset(
    {
        "scf.if",
        "scf.while",
        "cf.cond_br",
        "tt.atomic_rmw",
        "tt.atomic_cas",
        "tt.atomic_load",
        "tt.atomic_store",
        "tt.descriptor_reduce",
        "tt.map_elementwise",
    }
)
_BATCH_LANES = 1 << 17


@dataclass(frozen=True, slots=True, eq=False)
class Buffer:
    """A pointer argument: element ``offset`` of the 1-D array ``data``. Arguments with the same ``data`` object alias.

    ``data`` has the pointee's numpy or ml_dtypes type (unsigned, or any integer for the bits of a float, is fine; in
    real mode any float type). ``defined`` is a bool per cell; False cells are uninitialised. The array is not
    changed.
    """

    data: Array
    offset: int = 0
    defined: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Descriptor:
    """A host-side tensor descriptor argument over ``buffer``; extents and strides in elements."""

    buffer: Buffer
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    nan_padding: bool = False


Arg = int | float | Buffer | Descriptor


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a launch did.

    ``buffers`` are the final contents of the distinct buffers in order of first appearance (real mode: floats as f64),
    ``undefined`` their poison bits per cell or None, ``argument_buffer`` the buffer number behind each argument or
    None.
    """

    buffers: tuple[Array, ...]
    undefined: tuple[Poison | None, ...]
    argument_buffer: tuple[int | None, ...]
    events: tuple[Event, ...]
    stores: tuple[StoreRecord, ...]
    steps: int

    def of(self, argument: int) -> Array:
        """The final contents of the buffer behind argument number ``argument``."""
        number = self.argument_buffer[argument]
        if number is None:
            raise UsageError(Diagnostic("error", "eval-argument", f"argument {argument} is not a buffer"))
        return self.buffers[number]


def evaluate(
    func: Op,
    args: Sequence[Arg],
    grid: Program,
    *,
    mode: Mode = "machine",
    max_steps: int = 10_000_000,
    reduce_order: ReduceOrder = "left",
    programs: Iterable[Program] | None = None,
    trace: bool = False,
    vectorise: bool = True,
    observe: Observe | None = None,
) -> Result:
    """Run ``func`` (a ``tt.func``) for every program of ``grid``, x fastest.

    ``programs`` runs only these, in this order. ``vectorise`` lets programs run together where that cannot be told
    apart. ``observe`` sees every op's results, with a leading axis for programs. ``trace`` fills ``Result.stores``.

    Raises Unsupported (an op without meaning, located), BudgetExceeded (``max_steps`` op visits), UsageError (bad
    arguments).
    """
    launch = _Launch(func, tuple(args), grid, mode == "real", reduce_order == "tree", max_steps, observe, trace)
    order = _grid_order(grid) if programs is None else [_in_grid(p, grid) for p in programs]
    batch = launch.batch() if vectorise and observe is None else 1
    if batch > 1 and len(order) > 1:
        try:
            return launch.run(order, batch)
        except Divergent:
            pass
    return launch.run(order, 1)


def _grid_order(grid: Program) -> list[Program]:
    if min(grid) < 1:
        raise UsageError(Diagnostic("error", "eval-grid", f"grid {grid}: every extent must be at least 1"))
    return [(x, y, z) for z in range(grid[2]) for y in range(grid[1]) for x in range(grid[0])]


def _in_grid(program: Program, grid: Program) -> Program:
    if not all(0 <= p < g for p, g in zip(program, grid, strict=True)):
        raise UsageError(Diagnostic("error", "eval-grid", f"program {program} is not in grid {grid}"))
    return program


@dataclass(frozen=True, slots=True, eq=False)
class _Launch:
    func: Op
    args: tuple[Arg, ...]
    grid: Program
    real: bool
    tree: bool
    max_steps: int
    observe: Observe | None
    trace: bool

    def batch(self) -> int:
        """How many programs to run together: 1 where the kernel has ops that need them one by one."""
        largest = 1
        for op in self.func.walk():
            if op.name in _SEQUENTIAL_OPS or not _known(op):
                return 1
            for value in op.results:
                size = int(np.prod(getattr(value.type, "shape", ()), dtype=np.int64))
                largest = max(largest, size)
        return max(1, _BATCH_LANES // largest)

    def run(self, order: Sequence[Program], batch: int) -> Result:
        """One evaluation from the initial memory, ``batch`` programs at a time."""
        log = EventLog(place, lambda pid: order[pid])
        states, slots, numbers = self._bind()
        stores: list[StoreRecord] = []
        machine = Machine(
            Memory(states, log, real=self.real),
            log,
            self.grid,
            real=self.real,
            tree=self.tree,
            max_steps=self.max_steps,
            observe=self.observe,
            trace=stores if self.trace else None,
        )
        ids = np.array(order, np.int32).reshape(-1, 3)
        with np.errstate(all="ignore"):
            for start in range(0, len(order), batch):
                machine.programs = ids[start : start + batch]
                machine.memory.pids = np.arange(start, start + len(machine.programs), dtype=np.int32)
                left = machine.run_region(self.func.regions[0], slots)
                if left.op.name != "tt.return":
                    unsupported(left.op, "a kernel that does not end in tt.return")
        buffers = tuple(_back(s, b, self.real) for s, b in zip(states, self._buffers(), strict=True))
        undefined = tuple(_cell_poison(s) for s in states)
        return Result(buffers, undefined, numbers, log.events(), tuple(stores), machine.steps)

    def _buffers(self) -> list[Buffer]:
        found: dict[int, Buffer] = {}
        for arg in self.args:
            buffer = arg.buffer if isinstance(arg, Descriptor) else arg
            if isinstance(buffer, Buffer):
                found.setdefault(id(buffer.data), buffer)
        return list(found.values())

    def _bind(self) -> tuple[list[State], list[Slot], tuple[int | None, ...]]:
        params = self.func.regions[0].blocks[0].args if self.func.regions and self.func.regions[0].blocks else ()
        if len(params) != len(self.args):
            _usage(f"{len(self.args)} arguments for a kernel of {len(params)}")
        states: list[State] = []
        known: dict[int, State] = {}
        slots: list[Slot] = []
        numbers: list[int | None] = []

        def state_of(buffer: Buffer, kind: Type, index: int) -> State:
            state = known.get(id(buffer.data))
            if state is None:
                state = _state(self.func, buffer, kind, len(states), index, self.real)
                known[id(buffer.data)] = state
                states.append(state)
            elif byte_size(self.func, kind) != state.size:
                _usage(f"argument {index}: aliases a buffer of other element size")
            return state

        for index, (param, arg) in enumerate(zip(params, self.args, strict=True)):
            match param.type, arg:
                case PointerType(pointee=kind), Buffer():
                    state = state_of(arg, kind, index)
                    slots.append(_address(state, arg.offset))
                    numbers.append(state.number)
                case TensorDescType(block=block), Descriptor(buffer=buffer):
                    state = state_of(buffer, block.element, index)
                    slots.append(_descriptor(state, arg, block.shape, index, param.type))
                    numbers.append(state.number)
                case (TensorDescType(), _) | (_, Buffer() | Descriptor()):
                    _usage(f"argument {index} ({param.type}) does not take a {type(arg).__name__}")
                case kind, _:
                    slots.append(_scalar(self.func, kind, arg, index, self.real))
                    numbers.append(None)
        return states, slots, tuple(numbers)


def _known(op: Op) -> bool:
    return op.name in concrete_rows or op.name == "tt.func"


def _usage(message: str) -> None:
    raise UsageError(Diagnostic("error", "eval-argument", message))


def _scalar(func: Op, kind: Type, arg: Any, index: int, real: bool) -> Val:
    match kind:
        case IntType() | PointerType() if isinstance(arg, int):
            return Val(wrap(np.array([int(arg)], dtype=object), int_width(func, kind)))
        case FloatType() if isinstance(arg, int | float):
            wide = np.array([float(arg)])
            return Val(wide if real else softfloat.convert(wide, float_name(func, kind)))
        case _:
            raise UsageError(Diagnostic("error", "eval-argument", f"argument {index} ({kind}) does not take {arg!r}"))


def _address(state: State, offset: int) -> Val:
    return Val(np.array([base_address(state.number) + offset * state.size], np.int64))


def _descriptor(state: State, arg: Descriptor, block: tuple[int, ...], index: int, kind: TensorDescType) -> Desc:
    if not len(arg.shape) == len(arg.strides) == len(block):
        _usage(f"argument {index}: the descriptor's rank is not {len(block)}")
    shape = tuple(Val(np.array([n], np.int32)) for n in arg.shape)
    strides = tuple(Val(np.array([n], np.int64)) for n in arg.strides)
    return Desc(_address(state, arg.buffer.offset), shape, strides, kind.block, arg.nan_padding)


def _state(func: Op, buffer: Buffer, kind: Type, number: int, index: int, real: bool) -> State:
    data = buffer.data
    if data.ndim != 1:
        _usage(f"argument {index}: the buffer must be 1-D")
    want = storage(func, kind, real)
    size = byte_size(func, kind)
    if isinstance(kind, FloatType):
        if real and data.dtype.kind not in "iub":
            cells = data.astype(np.float64)
        elif real:
            _usage(f"argument {index}: {data.dtype} for {kind.name} in real mode")
            raise AssertionError
        elif data.dtype == want or (data.dtype.kind in "iu" and data.dtype.itemsize == size):
            cells = data.copy().view(want)
        else:
            _usage(f"argument {index}: {data.dtype} for {kind.name}")
            raise AssertionError
    else:
        if data.dtype.kind not in "iub" or data.dtype.itemsize != size:
            _usage(f"argument {index}: {data.dtype} for {kind}")
        cells = data.copy().view(carrier(8) if want == np.bool_ else want)
    poison: Poison | None = None
    if buffer.defined is not None and not buffer.defined.all():
        poison = np.where(buffer.defined, np.uint8(0), np.uint8(UNINITIALISED))
    return State(number, kind, np.ascontiguousarray(cells), size, poison)


def _back(state: State, buffer: Buffer, real: bool) -> Array:
    if real and isinstance(state.kind, FloatType):
        return state.cells
    return state.cells.view(buffer.data.dtype)


def _cell_poison(state: State) -> Poison | None:
    if state.poison is None or not state.poison.any():
        return None
    if state.unit in (0, state.size):
        return state.poison
    return np.bitwise_or.reduce(state.poison.reshape(-1, state.size), axis=1)
