"""Which lane symbols stand for the same lane throughout a kernel.

Most ops work lane by lane. Others give a lane another symbol (``expand_dims``, ``reshape``, ``trans``) or use the
values of all lanes along an axis (``reduce``, ``scan``, ``dot``); the symbols of those lanes are found here.
"""

from __future__ import annotations

from triton_lift.ir.model import IntAttr, Op, TensorType

_IN_PLACE = frozenset(
    {"tt.func", "tt.return", "tt.get_program_id", "tt.get_num_programs", "tt.make_range", "tt.splat", "tt.addptr"}
    | {"tt.load", "tt.store", "tt.bitcast", "tt.fp_to_fp", "tt.clampf", "tt.mulhiui", "tt.precise_sqrt"}
    | {"tt.precise_divf", "tt.extern_elementwise", "tt.atomic_rmw", "tt.broadcast", "scf.if", "scf.yield"}
    | {"cf.br", "cf.cond_br", "tt.reduce.return", "tt.scan.return", "tt.int_to_ptr", "tt.ptr_to_int", "builtin.module"}
)


def moved_lanes(func: Op) -> frozenset[str]:
    """Names of the lane symbols (``l0:64``) that do not stand for the same lane in every value of a function."""
    found: set[str] = set()
    for op in func.walk():
        if op.name in _IN_PLACE or op.name.startswith(("arith.", "math.")):
            continue
        shapes = {v.type.shape for v in (*op.operands, *op.results) if isinstance(v.type, TensorType)}
        first = 0
        axis = op.attrs.get("axis")
        if op.name in ("tt.reduce", "tt.scan", "tt.expand_dims") and isinstance(axis, IntAttr):
            # lanes of earlier axes stay what they are
            shapes = {v.type.shape for v in op.operands if isinstance(v.type, TensorType)}
            first = axis.value
        found.update(f"l{a}:{shape[a]}" for shape in shapes for a in range(first, len(shape)))
    return frozenset(found)
