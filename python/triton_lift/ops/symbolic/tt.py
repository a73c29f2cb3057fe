"""Symbolic rows of ``tt`` ops without memory or regions. Source: Triton's TTIR dialect documentation; docs/spec.md."""

from __future__ import annotations

from triton_lift._core import Term
from triton_lift.ir.model import (
    DenseArrayAttr,
    DenseElementsAttr,
    FloatAttr,
    FloatType,
    IntAttr,
    Op,
    PointerType,
    TensorDescType,
    Type,
)
from triton_lift.ops.symbolic.arith_float import bitcast_number, float_name, refuse_nan
from triton_lift.ops.symbolic.arith_int import int_attr
from triton_lift.ops.symbolic.bigop import big
from triton_lift.ops.symbolic.floats import decode
from triton_lift.ops.symbolic.row import Semantics, nums, ptr, row
from triton_lift.ops.symbolic.value import (
    Num,
    Ptr,
    SymVal,
    element_of,
    int_width,
    is_float,
    lane_substitution,
    lanes,
    shape_of,
)


@row("arith.constant")
def constant(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """A constant, exact: a float is its IEEE value; a dense non-splat tensor is a selection over its lanes."""
    del operands
    value, type_ = op.attrs["value"], op.results[0].type
    match value:
        case IntAttr(value=v) | FloatAttr(bits=v):
            return (Num(type_, _literal(op, v, type_, sem)),)
        case DenseElementsAttr(values=values) if value.is_splat:
            return (Num(type_, _literal(op, values[0], type_, sem)),)
        case DenseElementsAttr(values=values) if len(values) <= 64:
            position = _linear_index(sem, shape_of(type_))
            term = _literal(op, values[-1], type_, sem)
            for i in range(len(values) - 2, -1, -1):
                term = sem.ctx.ite(sem.ctx.eq(position, sem.ctx.num(i)), _literal(op, values[i], type_, sem), term)
            return (Num(type_, term),)
        case _:
            raise sem.refuse(op, "constant", "a constant of this kind has no meaning here")


def _literal(op: Op, value: int, type_: Type, sem: Semantics) -> Term:
    ctx, element = sem.ctx, element_of(type_)
    if not isinstance(element, FloatType):
        return ctx.truth(bool(value & 1)) if int_width(type_) == 1 else ctx.num(value)
    exact = decode(value, element.name)
    match exact:
        case None:
            raise sem.refuse(op, "float-type", f"float type {element.name} has no meaning here")
        case "inf" | "-inf":
            return ctx.inf(1 if exact == "inf" else -1)
        case "nan":
            sem.nan_seen = True
            return ctx.app("nan", [])
        case _:
            return ctx.num(exact.numerator, exact.denominator)


def _linear_index(sem: Semantics, shape: tuple[int, ...]) -> Term:
    """Row-major position of the lane in a tensor of this shape."""
    ctx, term = sem.ctx, sem.ctx.num(0)
    for lane, size in zip(lanes(sem.symbols, shape), shape, strict=True):
        term = ctx.add(ctx.mul(term, ctx.num(size)), lane)
    return term


@row("tt.get_program_id", elementwise=False)
def get_program_id(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Program id on an axis."""
    del operands
    return (Num(op.results[0].type, sem.symbols.pid(int_attr(op, "axis"))),)


@row("tt.get_num_programs", elementwise=False)
def get_num_programs(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Number of programs on an axis."""
    del operands
    return (Num(op.results[0].type, sem.symbols.num_programs(int_attr(op, "axis"))),)


@row("tt.make_range", elementwise=False)
def make_range(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """start, start + 1, ..., end - 1 (unsigned i32 attributes below 2^31)."""
    del operands
    (lane,) = lanes(sem.symbols, shape_of(op.results[0].type))
    return (Num(op.results[0].type, sem.ctx.add(lane, sem.ctx.num(int_attr(op, "start")))),)


# ------------------------------------------------------------------------------------------ shape


def relabel(op: Op, value: SymVal, substitution: dict[Term, Term], sem: Semantics) -> SymVal:
    """The value with its lanes substituted, at the type of the op's first result."""
    type_, ctx = op.results[0].type, sem.ctx
    match value:
        case Num():
            if value.permutation:
                raise sem.refuse(op, "reordered-lanes", "a tensor of unspecified element order changes its shape")
            return Num(type_, ctx.subst(value.term, substitution), value.exact)
        case Ptr():
            cases = tuple((ctx.subst(g, substitution), a, ctx.subst(o, substitution)) for g, a, o in value.cases)
            return Ptr(type_, cases)
        case _:
            raise sem.refuse(op, "descriptor-operand", "a shape op on a descriptor")


@row("tt.splat", elementwise=False)
def splat(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """The same value in every lane."""
    return (relabel(op, operands[0], {}, sem),)


@row("tt.unsplat", elementwise=False)
def unsplat(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """The only element of a one-element tensor."""
    return (relabel(op, operands[0], {}, sem),)


@row("tt.broadcast", elementwise=False)
def broadcast(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Axes of one element are repeated; a term has no lane variable for those."""
    return (relabel(op, operands[0], {}, sem),)


@row("tt.expand_dims", elementwise=False)
def expand_dims(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """A new axis of one element."""
    axis, new = int_attr(op, "axis"), list(lanes(sem.symbols, shape_of(op.results[0].type)))
    del new[axis]
    old = lanes(sem.symbols, shape_of(op.operands[0].type))
    return (relabel(op, operands[0], lane_substitution(old, tuple(new)), sem),)


@row("tt.trans", elementwise=False)
def trans(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Result axis d is operand axis order[d]."""
    order = op.attrs["order"]
    assert isinstance(order, DenseArrayAttr)
    new, old = lanes(sem.symbols, shape_of(op.results[0].type)), lanes(sem.symbols, shape_of(op.operands[0].type))
    pairs = [(old[axis], new[d]) for d, axis in enumerate(order.values)]
    return (relabel(op, operands[0], lane_substitution(tuple(o for o, _ in pairs), tuple(n for _, n in pairs)), sem),)


@row("tt.reshape", elementwise=False)
def reshape(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Row-major reshape by mixed radix; with ``allow_reorder`` the lanes are an unknown permutation of it."""
    source, target = shape_of(op.operands[0].type), shape_of(op.results[0].type)
    moved = relabel(op, operands[0], _mixed_radix(sem, source, target), sem)
    if "allow_reorder" in op.attrs and isinstance(moved, Ptr) and max(target, default=1) > 1:
        raise sem.refuse(op, "reordered-lanes", "a tensor of addresses takes an unspecified element order")
    if (
        "allow_reorder" in op.attrs
        and isinstance(moved, Num)
        and max(target, default=1) > 1
        and _varies(sem, moved.term)
    ):
        sem.fresh += 1
        return (Num(moved.type, moved.term, moved.exact, permutation=sem.fresh),)
    return (moved,)


def _varies(sem: Semantics, term: Term) -> bool:
    return any(s.name.startswith("l") for s in sem.ctx.free_syms(term))


def _mixed_radix(sem: Semantics, source: tuple[int, ...], target: tuple[int, ...]) -> dict[Term, Term]:
    """Old lanes as digits of the new row-major position.

    Axes are matched from the left by equal products first, so that a split or merge of some axes leaves the others
    alone.
    """
    ctx = sem.ctx
    old, new = lanes(sem.symbols, source), lanes(sem.symbols, target)
    substitution: dict[Term, Term] = {}
    i = j = 0
    while i < len(source) or j < len(target):
        first_i, first_j, p, q = i, j, 1, 1
        while True:
            if p == q and (i > first_i or j > first_j) and (i, j) != (first_i, first_j):
                break
            if p <= q and i < len(source):
                p, i = p * source[i], i + 1
            elif j < len(target):
                q, j = q * target[j], j + 1
            else:
                p, i = p * source[i], i + 1
        position = ctx.num(0)
        for lane, size in zip(new[first_j:j], target[first_j:j], strict=True):
            position = ctx.add(ctx.mul(position, ctx.num(size)), lane)
        weight = 1
        for lane, size in reversed(list(zip(old[first_i:i], source[first_i:i], strict=True))):
            if lane.constant is None or size > 1:
                digit = ctx.mod(ctx.floordiv(position, ctx.num(weight)), ctx.num(size))
                if lane != digit:
                    substitution[lane] = digit
            weight *= size
    return substitution


@row("tt.join", elementwise=False)
def join(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Two tensors along a new last axis of two elements."""
    a, b = _plain(op, operands, sem)
    ctx, shape = sem.ctx, shape_of(op.results[0].type)
    last = sem.symbols.lane(len(shape) - 1, 2)
    return (Num(op.results[0].type, ctx.ite(ctx.eq(last, ctx.num(0)), a.term, b.term), a.exact and b.exact),)


@row("tt.split", elementwise=False)
def split(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """The two halves along a last axis of two elements."""
    (a,) = _plain(op, operands, sem)
    last = sem.symbols.lane(len(shape_of(a.type)) - 1, 2)
    return tuple(Num(r.type, sem.ctx.subst(a.term, {last: sem.ctx.num(i)}), a.exact) for i, r in enumerate(op.results))


@row("tt.cat", elementwise=False)
def cat(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Concatenation along axis 0; Triton may reorder the elements, so the lanes are an unknown permutation of it."""
    a, b = _plain(op, operands, sem)
    ctx, (n, *_) = sem.ctx, shape_of(a.type)
    (m, *_) = shape_of(op.results[0].type)
    lane = sem.symbols.lane(0, m)
    (own,) = (sem.symbols.lane(0, n),) if n > 1 else (ctx.num(0),)
    left = ctx.subst(a.term, {own: lane}) if n > 1 else a.term
    right = ctx.subst(b.term, {own: ctx.sub(lane, ctx.num(n))}) if n > 1 else b.term
    sem.fresh += 1
    term = ctx.ite(ctx.lt(lane, ctx.num(n)), left, right)
    return (Num(op.results[0].type, term, a.exact and b.exact, permutation=sem.fresh),)


def _plain(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[Num, ...]:
    """Numbers in their described lane order."""
    out = nums(op, operands, sem)
    if any(v.permutation for v in out):
        raise sem.refuse(op, "reordered-lanes", "a tensor of unspecified element order is used by position")
    return out


@row("tt.gather", elementwise=False)
def gather(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Lane i along the axis is source lane index[i]; an index outside is undefined."""
    source, index = _plain(op, operands, sem)
    axis, ctx = int_attr(op, "axis"), sem.ctx
    size = shape_of(source.type)[axis]
    where = sem.signed(op, index)
    inside = ctx.and_(ctx.ge(where, ctx.num(0)), ctx.lt(where, ctx.num(size)))
    old, new = lanes(sem.symbols, shape_of(source.type)), list(lanes(sem.symbols, shape_of(op.results[0].type)))
    new[axis] = where
    picked = ctx.subst(source.term, lane_substitution(old, tuple(new)))
    undefined = ctx.bundef() if picked.is_bool else ctx.undef()
    return (Num(op.results[0].type, ctx.ite(inside, picked, undefined), source.exact),)


# -------------------------------------------------------------------------------------- arithmetic


@row("tt.dot", elementwise=False)
def dot(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """d[.., i, j] = sum over k of a[.., i, k] * b[.., k, j], plus c[.., i, j]."""
    a, b, c = _plain(op, operands, sem)
    ctx, symbols = sem.ctx, sem.symbols
    shape_a, shape_b = shape_of(a.type), shape_of(b.type)
    rank, size = len(shape_a), shape_a[-1]
    k = ctx.sym(f"k:{size}", lo=0, hi=size - 1) if size > 1 else ctx.num(0)
    refuse_nan(op, sem, a, b, c)
    # narrow integers are widened: their signed value counts, not the number modulo their own width
    x, y = (a.term, b.term) if is_float(a.type) else (sem.signed(op, a), sem.signed(op, b))
    left = ctx.subst(x, lane_substitution((symbols.lane(rank - 1, size),), (k,)))
    right = ctx.subst(y, lane_substitution((symbols.lane(rank - 2, shape_b[-2]),), (k,)))
    product = ctx.mul(left, right)
    total = big(ctx, "sum", k, ctx.num(0), ctx.num(size), product) if size > 1 else product
    precision = op.attrs.get("inputPrecision")
    if is_float(a.type):
        names = ("tf32", "tf32x3", "ieee", "bf16x3", "bf16x6")
        if float_name(a.type) == "f32" and isinstance(precision, IntAttr) and precision.value < len(names):
            sem.note(f"dot of f32 operands may use {names[precision.value]}")
        return (Num(op.results[0].type, ctx.add(total, c.term)),)
    return (sem.int_result(op, ctx.add(total, c.term), op.results[0].type),)


@row("tt.clampf")
def clampf(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """min(max(x, lo), hi)."""
    x, lo, hi = nums(op, operands, sem)
    refuse_nan(op, sem, x, lo, hi)
    sem.note("clamp: NaN handling by propagateNan is outside the reals")
    return (Num(op.results[0].type, sem.ctx.app("min", [sem.ctx.app("max", [x.term, lo.term]), hi.term])),)


@row("tt.mulhiui")
def mulhiui(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """High half of the unsigned product."""
    a, b = nums(op, operands, sem)
    width = int_width(op.results[0].type)
    assert width is not None
    half = 1 << (width - 1)
    args = sorted((sem.signed(op, a), sem.signed(op, b)), key=lambda t: t.key)
    return (Num(op.results[0].type, sem.ctx.app(f"umulhi_i{width}", args, is_int=True, lo=-half, hi=half - 1)),)


@row("tt.fp_to_fp")
def fp_to_fp(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Conversion between float formats: the identity over the reals, rounding recorded."""
    (a,) = nums(op, operands, sem)
    sem.note(f"rounds {float_name(a.type)} to {float_name(op.results[0].type)}")
    return (Num(op.results[0].type, a.term),)


@row("tt.bitcast")
def bitcast(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Bitcast of numbers, or of pointers between pointees stored in the same number of bytes."""
    value, type_ = operands[0], op.results[0].type
    if isinstance(value, Num):
        return (bitcast_number(op, value, sem),)
    source = ptr(op, value, sem)
    old, new = _pointee(source.type), _pointee(type_)
    if stored_bytes(source.type) != stored_bytes(type_) or ((is_float(old) or is_float(new)) and old != new):
        raise sem.refuse(op, "pointer-bitcast", "a pointer is reinterpreted at another element size or kind")
    return (Ptr(type_, source.cases),)


def _pointee(type_: Type) -> Type:
    element = element_of(type_)
    assert isinstance(element, PointerType)
    return element.pointee


def stored_bytes(type_: Type) -> int:
    """Bytes of one element behind a pointer or descriptor type; an i1 takes one byte."""
    pointee = type_.block.element if isinstance(type_, TensorDescType) else _pointee(type_)
    if isinstance(pointee, FloatType):
        bits = {"f64": 64, "f32": 32, "tf32": 32, "f16": 16, "bf16": 16}.get(pointee.name, 8)
        return bits // 8
    width = int_width(pointee)
    return 8 if width is None else max(1, width // 8)


@row("tt.addptr")
def addptr(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Pointer plus a signed number of elements."""
    base = ptr(op, operands[0], sem)
    (offset,) = nums(op, operands[1:], sem)
    if offset.permutation:
        raise sem.refuse(op, "reordered-lanes", "an address of unspecified element order")
    delta = sem.signed(op, offset)
    return (Ptr(op.results[0].type, tuple((g, a, sem.ctx.add(o, delta)) for g, a, o in base.cases)),)


@row("ub.poison", elementwise=False)
def poison(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """An undefined value."""
    del operands
    type_ = op.results[0].type
    return (Num(type_, sem.ctx.bundef() if int_width(type_) == 1 else sem.ctx.undef()),)


@row("tt.histogram", elementwise=False)
def histogram(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Number of (unmasked) elements equal to each bin; bins have width one and start at 0.

    What becomes of other elements is unspecified, and backends differ: that there are none is a hypothesis. Source:
    triton-lang/triton issue 9050.
    """
    sem.suppose("every element that a histogram counts is the number of one of its bins")
    # a mask goes with its lanes; without one, only the number of equal elements counts
    values = _plain(op, operands, sem) if len(operands) > 1 else nums(op, operands, sem)
    ctx, size = sem.ctx, shape_of(values[0].type)[0]
    k = ctx.sym(f"k:{size}", lo=0, hi=max(size - 1, 0)) if size > 1 else ctx.num(0)
    lane = sem.symbols.lane(0, size)
    move = lane_substitution((lane,), (k,))
    hit = ctx.eq(ctx.subst(sem.signed(op, values[0]), move), sem.symbols.lane(0, shape_of(op.results[0].type)[0]))
    if len(values) > 1:
        hit = ctx.and_(hit, ctx.subst(values[1].term, move))
    one = ctx.ite(hit, ctx.num(1), ctx.num(0))
    total = big(ctx, "sum", k, ctx.num(0), ctx.num(size), one) if size > 1 else one
    return (Num(op.results[0].type, total),)
