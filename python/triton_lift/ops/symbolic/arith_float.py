"""Symbolic rows of float ``arith`` ops: reals, with IEEE tests kept as named predicates. Source: MLIR ``arith``
dialect reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from triton_lift._core import Term
from triton_lift.ir.model import FloatType, Op, Type
from triton_lift.ops.symbolic.arith_int import int_attr, is_bool
from triton_lift.ops.symbolic.floats import mantissa_bits
from triton_lift.ops.symbolic.row import Semantics, nums, row
from triton_lift.ops.symbolic.value import Num, SymVal, element_of, int_width, is_float, map_leaves
from triton_lift.term.symbols import single_atom

UNSIGNED_ZERO = "zero has no sign, and a value whose bits are taken is exact in its format"
"""Hypothesis of ops that look at the bits or the sign of a computed float: the reals have one zero and no rounding."""

FINITE_BITS = "integers whose bits are read as floats are the bits of finite floats"
"""Hypothesis of bitcasts from integers: the bits of an infinity or a NaN are no real number."""


def float_name(type_: Type) -> str:
    """Spelling of the float element type."""
    return cast(FloatType, element_of(type_)).name


def refuse_nan(op: Op, sem: Semantics, *values: Num) -> None:
    """NaN constants take part in no arithmetic, comparison or extremum over the reals: ``nan - nan`` is not 0."""
    if not sem.nan_seen:
        return
    for value in values:
        if any(atom.kind == "app" and atom.name == "nan" for atom in sem.ctx.atoms(value.term)):
            raise sem.refuse(op, "nan-operand", "a NaN constant reaches arithmetic, a comparison or an extremum")


def _real(name: str, plain: Callable[[Semantics, Term, Term], Term]) -> None:
    @row(name)
    def meaning(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
        a, b = nums(op, operands, sem)
        refuse_nan(op, sem, a, b)
        type_ = op.results[0].type
        if name in ("arith.addf", "arith.subf"):
            for x, y in ((a, b), (b, a)):
                if _is_rounding_constant(y.term, float_name(type_)) and x.term.constant is None:
                    # x + 1.5*2^m keeps only the integer part of x: a named rounded addition, never x + c - c = x
                    function = ("fadd_" if name == "arith.addf" else "fsub_") + float_name(type_)
                    sem.note(f"{function}: rounding by a magic constant is kept as a named function")
                    return (Num(type_, sem.ctx.app(function, [a.term, b.term])),)
        return (Num(type_, plain(sem, a.term, b.term)),)

    del meaning


def _is_rounding_constant(term: Term, format_name: str) -> bool:
    """Whether a constant is 2^m or 1.5*2^m with m the mantissa width of the format (f32 and f64 only: smaller ones
    are ordinary numbers).
    """
    constant, bits = term.constant, mantissa_bits(format_name)
    if constant is None or bits is None or format_name not in ("f32", "f64"):
        return False
    numerator, denominator = constant
    return denominator == 1 and abs(numerator) in (1 << bits, 3 << (bits - 1))


_real("arith.addf", lambda s, a, b: s.ctx.add(a, b))
_real("arith.subf", lambda s, a, b: s.ctx.sub(a, b))
_real("arith.mulf", lambda s, a, b: s.ctx.mul(a, b))
_real("arith.divf", lambda s, a, b: s.ctx.mul(a, s.ctx.recip(b)))


@row("arith.remf")
def remf(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """C's fmod: the named function ``fmod``."""
    a, b = nums(op, operands, sem)
    refuse_nan(op, sem, a, b)
    return (Num(op.results[0].type, sem.ctx.app("fmod", [a.term, b.term])),)


@row("arith.negf")
def negf(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Negation."""
    (a,) = nums(op, operands, sem)
    refuse_nan(op, sem, a)
    return (Num(op.results[0].type, sem.ctx.neg(a.term)),)


def _extremum(name: str, function: str, note: str) -> None:
    @row(name)
    def meaning(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
        a, b = nums(op, operands, sem)
        refuse_nan(op, sem, a, b)
        sem.note(note)
        return (Num(op.results[0].type, sem.ctx.app(function, [a.term, b.term])),)

    del meaning


_extremum("arith.maxnumf", "max", "maxnum: a NaN operand is ignored")
_extremum("arith.minnumf", "min", "minnum: a NaN operand is ignored")
_extremum("arith.maximumf", "max", "maximum: a NaN operand is the result")
_extremum("arith.minimumf", "min", "minimum: a NaN operand is the result")

# Predicates by number: arith::CmpFPredicate; 1-6 ordered, 7 ord, 8-13 unordered, 14 uno.
_RELATION = {
    1: "eq",
    2: "gt",
    3: "ge",
    4: "lt",
    5: "le",
    6: "ne",
    8: "eq",
    9: "gt",
    10: "ge",
    11: "lt",
    12: "le",
    13: "ne",
}


@row("arith.cmpf")
def cmpf(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Comparison over the reals.

    A test that can only be about IEEE values stays a named predicate: self-comparison and ord/uno (``isnan``),
    comparison with an infinity (``isposinf``, ``isneginf``).
    """
    a, b = nums(op, operands, sem)
    refuse_nan(op, sem, a, b)
    predicate, ctx, type_ = int_attr(op, "predicate"), sem.ctx, op.results[0].type
    if predicate in (0, 15):
        return (Num(type_, ctx.truth(predicate == 15)),)
    if predicate in (7, 14):
        either = ctx.or_(_isnan(sem, a.term), _isnan(sem, b.term))
        return (Num(type_, either if predicate == 14 else ctx.not_(either)),)
    relation, unordered = _RELATION[predicate], predicate >= 8
    difference = ctx.sub(a.term, b.term) if not (a.term.has_inf or b.term.has_inf) else None
    same = a.term == b.term or (difference is not None and difference.constant == (0, 1))
    if same and a.term.constant is None and b.term.constant is None and not a.term.is_int:
        nan = _isnan(sem, a.term)
        if relation in ("eq", "ge", "le"):
            return (Num(type_, ctx.truth(True) if unordered else ctx.not_(nan)),)
        return (Num(type_, nan if unordered else ctx.truth(False)),)
    return (Num(type_, compare(a.term, b.term, relation, sem, unordered=unordered)),)


def _isnan(sem: Semantics, term: Term) -> Term:
    """``isnan`` of a real term; constants and integers converted to float are never NaN."""
    return map_leaves(
        sem.ctx, term, lambda t: sem.ctx.truth(False) if t.kind == "poly" and t.is_int else sem.ctx.bapp("isnan", [t])
    )


def compare(a: Term, b: Term, relation: str, sem: Semantics, *, unordered: bool) -> Term:
    """Relation of two real trees, leaf by leaf.

    A finite leaf against an infinite constant becomes named predicates, exact for every IEEE value of the leaf: ``x <=
    inf`` is false at NaN when ordered, true when ``unordered``. An infinity that only masks or starts an extremum is a
    test for emptiness, not of an IEEE value: there a finite leaf is finite, as inputs are (a printed hypothesis).
    """
    ctx = sem.ctx
    constant = any(all(leaf.kind == "inf" for leaf in ctx.leaves(t)) for t in (a, b))
    plain = {"eq": ctx.eq, "ne": ctx.ne, "lt": ctx.lt, "le": ctx.le, "gt": ctx.gt, "ge": ctx.ge}
    if not (a.has_inf or b.has_inf):
        return plain[relation](a, b)

    def leaf_pair(x: Term, y: Term) -> Term:
        for leaf, other in ((x, y), (y, x)):
            if leaf.kind == "poly" and other.kind == "inf" and leaf.constant is None:
                if constant and not is_extremum(leaf):
                    toward = relation if leaf is x else _FLIP[relation]
                    return _against_infinity(leaf, toward, other.sign, sem, unordered=unordered)
                sem.suppose(FINITE_EXTREMUM)
        return plain[relation](x, y)

    return map_leaves(ctx, a, lambda x: map_leaves(ctx, b, lambda y: leaf_pair(x, y)))


FINITE_EXTREMUM = "a value that is compared with an infinity standing for an empty extremum is finite"


def is_extremum(leaf: Term) -> bool:
    """Whether an extremum, or what a loop carries, takes part in a polynomial: not a plain input."""
    return any(
        (atom.kind in ("big", "app") and atom.name in ("max", "min"))
        or (atom.kind == "read" and atom.name.startswith("c"))
        for _, _, factors in leaf.monomials
        for atom, _ in factors
    )


_FLIP = {"eq": "eq", "ne": "ne", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}


def _against_infinity(x: Term, relation: str, sign: int, sem: Semantics, *, unordered: bool) -> Term:
    ctx = sem.ctx
    reached, nan = ctx.bapp("isposinf" if sign > 0 else "isneginf", [x]), _isnan(sem, x)
    toward = relation if sign > 0 else _FLIP[relation]  # mirror so that the bound is +inf
    if toward in ("eq", "ge"):
        found = reached
    elif toward in ("ne", "lt"):
        found = ctx.not_(reached)
    else:
        found = ctx.truth(toward == "le")
    holds_at_nan = toward in ("ne", "lt", "le")  # what `found` says there: a NaN is not infinite
    if unordered == holds_at_nan:
        return found
    return ctx.or_(found, nan) if unordered else ctx.and_(found, ctx.not_(nan))


@row("arith.select")
def select(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Selection of numbers (pointers are handled by the interpreter's memory rows)."""
    cond, a, b = nums(op, operands, sem)
    ctx, type_ = sem.ctx, op.results[0].type
    return (Num(type_, ctx.ite(cond.term, a.term, b.term), exact=a.exact and b.exact),)


# ----------------------------------------------------------------------------------------- casts


@row("arith.extf")
def extf(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Widening: exact."""
    (a,) = nums(op, operands, sem)
    return (Num(op.results[0].type, a.term),)


@row("arith.truncf")
def truncf(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Narrowing: the identity over the reals, rounding recorded."""
    (a,) = nums(op, operands, sem)
    sem.note(f"rounds {float_name(a.type)} to {float_name(op.results[0].type)}")
    return (Num(op.results[0].type, a.term),)


@row("arith.sitofp")
def sitofp(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Signed integer to float: the identity over the reals; a true i1 is -1."""
    (a,) = nums(op, operands, sem)
    ctx = sem.ctx
    term = ctx.ite(a.term, ctx.num(-1), ctx.num(0)) if is_bool(a) else sem.signed(op, a)
    return (Num(op.results[0].type, term),)


@row("arith.uitofp")
def uitofp(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Unsigned integer to float; a true i1 is 1."""
    (a,) = nums(op, operands, sem)
    ctx = sem.ctx
    term = ctx.ite(a.term, ctx.num(1), ctx.num(0)) if is_bool(a) else sem.unsigned(op, a)
    return (Num(op.results[0].type, term),)


def float_to_int(op: Op, a: Num, sem: Semantics, *, signed: bool) -> Num:
    """Truncation toward zero; a value outside the target's range is undefined (poison)."""
    ctx, type_ = sem.ctx, op.results[0].type
    width = int_width(type_)
    assert width is not None
    if width == 1:
        raise sem.refuse(op, "float-to-i1", "conversion of a float to i1")
    lo, hi = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)

    def leaf(t: Term) -> Term:
        if t.kind == "poly" and t.is_int:
            return t
        if t.kind == "inf":
            return ctx.undef()
        return ctx.app("fptoi", [t], is_int=True, lo=lo, hi=hi)

    term = map_leaves(ctx, a.term, leaf)
    return Num(type_, term, exact=sem.in_range(term, width))


@row("arith.fptosi")
def fptosi(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Float to signed integer."""
    (a,) = nums(op, operands, sem)
    refuse_nan(op, sem, a)
    return (float_to_int(op, a, sem, signed=True),)


@row("arith.fptoui")
def fptoui(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Float to unsigned integer."""
    (a,) = nums(op, operands, sem)
    refuse_nan(op, sem, a)
    return (float_to_int(op, a, sem, signed=False),)


def bitcast_number(op: Op, a: Num, sem: Semantics) -> Num:
    """Reinterpretation of bits: integers of one width keep their value, floats go through ``bits_<t>`` and
    ``from_bits_<t>``.
    """
    ctx, type_ = sem.ctx, op.results[0].type
    if is_float(a.type) and is_float(type_):
        if float_name(a.type) == float_name(type_):
            return Num(type_, a.term)
        raise sem.refuse(op, "float-bitcast", "bitcast between two float formats")
    if is_float(a.type):
        width = int_width(type_)
        assert width is not None
        half, name = 1 << (width - 1), float_name(a.type)
        refuse_nan(op, sem, a)

        def to_bits(t: Term) -> Term:
            inner = _single_app(t, f"from_bits_{name}")
            atom = single_atom(t)
            if inner is None and (atom is None or atom.kind not in ("read", "sym")):
                sem.suppose(UNSIGNED_ZERO)
            return inner if inner is not None else ctx.app(f"bits_{name}", [t], is_int=True, lo=-half, hi=half - 1)

        if a.term.has_inf:
            raise sem.refuse(op, "float-bitcast", "bits of an infinity")
        return Num(type_, map_leaves(ctx, a.term, to_bits))
    if is_float(type_):
        name, value = float_name(type_), sem.signed(op, a)

        def from_bits(t: Term) -> Term:
            inner = _single_app(t, f"bits_{name}")
            if inner is None and t.kind == "poly" and t.constant is None:
                sem.suppose(FINITE_BITS)
            return inner if inner is not None else ctx.app(f"from_bits_{name}", [t])

        return Num(type_, map_leaves(ctx, value, from_bits))
    if int_width(a.type) == int_width(type_):
        return Num(type_, a.term, exact=a.exact)
    raise sem.refuse(op, "bitcast", "bitcast between different widths")


def _single_app(term: Term, name: str) -> Term | None:
    """The argument of ``name(arg)`` where the polynomial is exactly that atom."""
    if term.kind != "poly" or len(term.monomials) != 1:
        return None
    numerator, denominator, factors = term.monomials[0]
    if (numerator, denominator) != (1, 1) or len(factors) != 1 or factors[0][1] != 1:
        return None
    atom = factors[0][0]
    return atom.args[0] if atom.kind == "app" and atom.name == name else None


@row("arith.bitcast")
def bitcast(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Bitcast of numbers."""
    (a,) = nums(op, operands, sem)
    return (bitcast_number(op, a, sem),)
