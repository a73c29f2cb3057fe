"""Symbolic rows of ``math`` ops and of libdevice calls: named functions of docs/functions.md. Source: MLIR ``math``
dialect; CUDA libdevice guide.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from triton_lift._core import Term
from triton_lift.ir.model import Op, StringAttr
from triton_lift.ops.symbolic.arith_float import UNSIGNED_ZERO, refuse_nan
from triton_lift.ops.symbolic.arith_int import named_int
from triton_lift.ops.symbolic.row import Semantics, nums, row
from triton_lift.ops.symbolic.value import Num, SymVal, int_width, is_float, map_leaves

Real = Callable[[Semantics, tuple[Term, ...]], Term]


def named(function: str) -> Real:
    """The uninterpreted (or law-carrying) named function."""
    return lambda sem, args: sem.ctx.app(function, list(args))


def _floor(sem: Semantics, args: tuple[Term, ...]) -> Term:
    return _integral(sem, "floor", args[0])


def _ceil(sem: Semantics, args: tuple[Term, ...]) -> Term:
    return sem.ctx.neg(_integral(sem, "floor", sem.ctx.neg(args[0])))


def _integral(sem: Semantics, function: str, term: Term) -> Term:
    """A rounding function: identity on integer-valued terms and infinities, floor of a constant exact."""

    def leaf(t: Term) -> Term:
        if t.kind == "inf" or (t.kind == "poly" and t.is_int):
            return t
        if t.kind == "poly" and t.constant is not None and function == "floor":
            return sem.ctx.num(Fraction(*t.constant).__floor__())
        return sem.ctx.app(function, [t], is_int=True)

    return map_leaves(sem.ctx, term, leaf)


def _rounding(function: str) -> Real:
    return lambda sem, args: _integral(sem, function, args[0])


def _rsqrt(sem: Semantics, args: tuple[Term, ...]) -> Term:
    return sem.ctx.recip(sem.ctx.app("sqrt", list(args)))


def _exp10(sem: Semantics, args: tuple[Term, ...]) -> Term:
    return sem.ctx.app("exp10", list(args))


def _fma(sem: Semantics, args: tuple[Term, ...]) -> Term:
    return sem.ctx.add(sem.ctx.mul(args[0], args[1]), args[2])


def _add(sem: Semantics, args: tuple[Term, ...]) -> Term:
    return sem.ctx.add(args[0], args[1])


def _sub(sem: Semantics, args: tuple[Term, ...]) -> Term:
    return sem.ctx.sub(args[0], args[1])


def _mul(sem: Semantics, args: tuple[Term, ...]) -> Term:
    return sem.ctx.mul(args[0], args[1])


def _div(sem: Semantics, args: tuple[Term, ...]) -> Term:
    return sem.ctx.mul(args[0], sem.ctx.recip(args[1]))


def _copysign(sem: Semantics, args: tuple[Term, ...]) -> Term:
    sem.suppose(UNSIGNED_ZERO)
    return sem.ctx.app("copysign", list(args))


def _recip(sem: Semantics, args: tuple[Term, ...]) -> Term:
    return sem.ctx.recip(args[0])


_REAL: dict[str, Real] = {
    "math.exp": named("exp"),
    "math.exp2": named("exp2"),
    "math.log": named("log"),
    "math.log2": named("log2"),
    "math.log10": named("log10"),
    "math.log1p": named("log1p"),
    "math.expm1": named("expm1"),
    "math.sqrt": named("sqrt"),
    "math.rsqrt": _rsqrt,
    "math.sin": named("sin"),
    "math.cos": named("cos"),
    "math.tan": named("tan"),
    "math.asin": named("asin"),
    "math.acos": named("acos"),
    "math.atan": named("atan"),
    "math.atan2": named("atan2"),
    "math.sinh": named("sinh"),
    "math.cosh": named("cosh"),
    "math.tanh": named("tanh"),
    "math.asinh": named("asinh"),
    "math.acosh": named("acosh"),
    "math.atanh": named("atanh"),
    "math.erf": named("erf"),
    "math.erfc": named("erfc"),
    "math.cbrt": named("cbrt"),
    "math.powf": named("pow"),
    "math.absf": named("abs"),
    "math.floor": _floor,
    "math.ceil": _ceil,
    "math.trunc": _rounding("trunc"),
    "math.round": _rounding("round"),
    "math.roundeven": _rounding("roundeven"),
    "math.copysign": _copysign,
    "math.fma": _fma,
    "tt.precise_sqrt": named("sqrt"),
    "tt.precise_divf": _div,
}


def _register(name: str, meaning_of: Real) -> None:
    @row(name)
    def meaning(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
        args = nums(op, operands, sem)
        refuse_nan(op, sem, *args)
        return (Num(op.results[0].type, meaning_of(sem, tuple(a.term for a in args))),)

    del meaning


for _name, _meaning in _REAL.items():
    _register(_name, _meaning)


def _predicate(name: str, function: str, negated: bool = False) -> None:
    @row(name)
    def meaning(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
        (a,) = nums(op, operands, sem)
        return (Num(op.results[0].type, predicate(sem, function, a.term, negated)),)

    del meaning


def predicate(sem: Semantics, function: str, term: Term, negated: bool = False) -> Term:
    """A named predicate on IEEE values of a real tree."""
    if function == "signbit":
        sem.suppose(UNSIGNED_ZERO)
    found = map_leaves(sem.ctx, term, lambda t: sem.ctx.bapp(function, [t]))
    return sem.ctx.not_(found) if negated else found


_predicate("math.isnan", "isnan")
_predicate("math.isinf", "isinf")
_predicate("math.isfinite", "isfinite")


@row("math.absi")
def absi(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Integer absolute value; of the least integer, modulo 2^w, itself."""
    (a,) = nums(op, operands, sem)
    return (sem.int_result(op, sem.ctx.app("abs", [sem.signed(op, a)], is_int=True), op.results[0].type),)


def _bits(name: str, function: str) -> None:
    @row(name)
    def meaning(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
        args = nums(op, operands, sem)
        return (named_int(op, f"{function}_i{int_width(op.results[0].type)}", args, sem),)

    del meaning


_bits("math.ctlz", "clz")
_bits("math.cttz", "ctz")
_bits("math.ctpop", "popcount")


@row("math.fpowi")
def fpowi(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """x to an integer power: a product for small constants, else ``pow``."""
    base, exponent = nums(op, operands, sem)
    refuse_nan(op, sem, base)
    return (Num(op.results[0].type, power(op, base.term, sem.signed(op, exponent), sem)),)


def power(op: Op, base: Term, exponent: Term, sem: Semantics) -> Term:
    """x^n for a constant integer n of magnitude at most 16, else ``pow(x, n)``."""
    constant = exponent.constant
    if constant is not None and constant[1] == 1 and abs(constant[0]) <= 16:
        result = sem.ctx.power(base, abs(constant[0]))
        return sem.ctx.recip(result) if constant[0] < 0 else result
    return sem.ctx.app("pow", [base, exponent])


# ------------------------------------------------------------------------------------- libdevice

_LIBDEVICE: dict[str, Real] = {
    **{f: named(f) for f in ["exp", "exp2", "log", "log2", "log10", "log1p", "expm1", "sqrt", "sin", "cos", "tan",
    "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "cbrt", "pow",
    "fmod", "lgamma", "tgamma", "hypot", "j0", "j1", "erfinv", "erfcinv", "fdim"]},
    "exp10": _exp10,
    "rsqrt": _rsqrt,
    "fabs": named("abs"),
    "copysign": _copysign,
    "fmax": named("max"),
    "fmin": named("min"),
    "floor": _floor,
    "ceil": _ceil,
    "trunc": _rounding("trunc"),
    "round": _rounding("round"),
    "rint": _rounding("roundeven"),
    "nearbyint": _rounding("roundeven"),
    "fma": _fma,
    "fast_exp": named("exp"),
    "fast_log": named("log"),
    "fast_log2": named("log2"),
    "fast_sin": named("sin"),
    "fast_cos": named("cos"),
    "fast_tan": named("tan"),
    "fast_tanh": named("tanh"),
    "fast_pow": named("pow"),
    "fast_fdivide": _div,
    **{f"{f}_{mode}": m for f, m in (("fdiv", _div), ("ddiv", _div), ("fmul", _mul), ("dmul", _mul), ("fadd", _add),
    ("dadd", _add),
                                     ("fsub", _sub), ("dsub", _sub), ("fmaf", _fma), ("fma", _fma), ("frcp", _recip),
                                     ("drcp", _recip),
                                     ("fsqrt", named("sqrt")), ("dsqrt", named("sqrt"))) for mode in ("rn", "rz",
                                     "ru", "rd")},
}  # fmt: skip

_LIBDEVICE_PREDICATES = {
    "isnan": "isnan",
    "isinf": "isinf",
    "finite": "isfinite",
    "isfinite": "isfinite",
    "signbit": "signbit",
}


def libdevice_name(symbol: str) -> str:
    """``__nv_tanhf`` and ``__nv_tanh`` -> ``tanh``; the single-precision suffix is dropped where the rest names a
    function.
    """
    base = symbol.removeprefix("__nv_").removeprefix("__ocml_").removesuffix("_f32").removesuffix("_f64")
    known = _LIBDEVICE.keys() | _LIBDEVICE_PREDICATES.keys() | {"powi", "llrint", "llround", "lrint"}
    if base in known:
        return base
    for suffix in ("f", "d"):
        if base.endswith(suffix) and base[:-1] in known:
            return base[:-1]
    return base


@row("tt.extern_elementwise")
def extern_elementwise(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """libdevice calls by symbol. An unknown symbol has no meaning here."""
    symbol = op.attrs.get("symbol")
    text = symbol.value.decode("utf-8", "replace") if isinstance(symbol, StringAttr) else "?"
    name, args = libdevice_name(text), nums(op, operands, sem)
    type_ = op.results[0].type
    if not text.startswith(("__nv_", "__ocml_")):
        raise sem.refuse(op, "unknown-extern", f"extern function {text} has no meaning here")
    if name in _LIBDEVICE_PREDICATES:
        found = predicate(sem, _LIBDEVICE_PREDICATES[name], args[0].term)
        return (_truth_as(op, found, sem),)
    refuse_nan(op, sem, *args)
    if name == "powi":
        return (Num(type_, power(op, args[0].term, sem.signed(op, args[1]), sem)),)
    if name in ("llrint", "lrint", "llround"):
        term = _integral(sem, "round" if name == "llround" else "roundeven", args[0].term)
        return (sem.int_result(op, term, type_),)
    meaning = _LIBDEVICE.get(name)
    if meaning is None or not is_float(type_) or not all(is_float(a.type) for a in args):
        raise sem.refuse(op, "unknown-extern", f"extern function {text} has no meaning here")
    if name.startswith("fast_") or name[-3:] in ("_rz", "_ru", "_rd"):
        sem.note(f"{text}: approximate or directed rounding")
    if name in ("fmax", "fmin"):
        sem.note(f"{text}: a NaN operand is ignored")
    return (Num(type_, meaning(sem, tuple(a.term for a in args))),)


def _truth_as(op: Op, found: Term, sem: Semantics) -> Num:
    type_ = op.results[0].type
    if int_width(type_) == 1:
        return Num(type_, found)
    return Num(type_, sem.ctx.ite(found, sem.ctx.num(1), sem.ctx.num(0)))
