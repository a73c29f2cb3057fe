"""What a formula text does not say of its names: attributes of symbols, element types of arrays, ranges of named
functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from triton_lift._core import Context, Term


@dataclass(frozen=True, slots=True)
class Attributes:
    """Whether a value is an integer, and its inclusive bounds where it has any; or that it is a condition."""

    is_int: bool
    lo: int | None = None
    hi: int | None = None
    is_bool: bool = False

    def __str__(self) -> str:
        """As in the text: ``bool``, ``real``, ``int``, ``i32``, ``u8``, ``lo..hi``, ``real lo..hi``; a bound may be
        missing.
        """
        if self.is_bool:
            return "bool"
        if self.lo is None and self.hi is None:
            return "int" if self.is_int else "real"
        if self.is_int and self.lo is not None and self.hi is not None:
            width = self.hi.bit_length()
            if self.hi == (1 << width) - 1 and self.lo in (0, -(1 << width)) and width + (self.lo < 0) in WIDTHS:
                return f"i{width + 1}" if self.lo < 0 else f"u{width}"
        kind = "" if self.is_int else "real "
        return f"{kind}{'' if self.lo is None else self.lo}..{'' if self.hi is None else self.hi}"


WIDTHS = (1, 8, 16, 32, 64)
REAL = Attributes(False)
INTEGER = Attributes(True)
BOOLEAN = Attributes(False, is_bool=True)

_FLOAT_BITS = {"f16": 16, "bf16": 16, "f32": 32, "f64": 64}
_BY_WIDTH = re.compile(
    r"(wrap_s|wrap_u|and_i|or_i|xor_i|shl_i|shr_u|shr_s|umulhi_i|smulhi_i|clz_i|ctz_i|popcount_i)([0-9]{1,4})"
)
_INTEGRAL = frozenset(("fptoi", "floor", "ceil", "round", "roundeven", "trunc", "tdiv", "band", "bor", "bxor"))
# Functions whose attributes the core derives from their arguments; they are never annotated.
DERIVED = frozenset(("max", "min", "abs", "floordiv", "recip", "exp", "exp2", "sqrt"))
PREDICATES = frozenset(("isnan", "isinf", "isposinf", "isneginf", "isfinite", "signbit"))


def signed(width: int) -> Attributes:
    """The range of a signed integer of a width."""
    return Attributes(True, -(1 << (width - 1)), (1 << (width - 1)) - 1)


def unsigned(width: int) -> Attributes:
    """The range of an unsigned integer of a width."""
    return Attributes(True, 0, (1 << width) - 1)


def function_attributes(name: str) -> Attributes:
    """What an unannotated call of a named function means (docs/functions.md); all others are real valued."""
    if match := _BY_WIDTH.fullmatch(name):
        width = max(1, int(match.group(2)))
        match match.group(1):
            case "wrap_u":
                return unsigned(width)
            case "clz_i" | "ctz_i" | "popcount_i":
                return Attributes(True, 0, width)
            case _:
                return signed(width)
    if name.startswith("bits_"):
        return signed(_FLOAT_BITS.get(name.removeprefix("bits_"), 8))
    return INTEGER if name in _INTEGRAL else REAL


def attributes_of(ctx: Context, term: Term) -> Attributes:
    """The attributes that an atom was made with."""
    lo, hi = ctx.interval(term)
    return Attributes(term.is_int, lo, hi)


def bare(term: Term) -> Term:
    """The atom or literal that a polynomial or tree consists of alone, else the term itself; they are equal to the
    core.
    """
    match term.kind:
        case "poly" if len(term.monomials) == 1:
            top, bottom, factors = term.monomials[0]
            return factors[0][0] if top == bottom == 1 and len(factors) == 1 and factors[0][1] == 1 else term
        case "ite" if term.is_bool and term.args[0] == term:
            return term.args[0]
        case _:
            return term


def children(term: Term) -> tuple[Term, ...]:
    """All direct parts of a bare term, bare: atoms of monomials, domain literals, arguments."""
    match term.kind:
        case "poly":
            return tuple(atom for _, _, factors in term.monomials for atom, _ in factors)
        case "big" | "exists":
            return tuple(bare(part) for part in (*(literal for literal, _ in term.domain), *term.args))
        case _:
            return tuple(bare(part) for part in term.args)


def reachable(terms: Iterable[Term]) -> list[Term]:
    """All distinct parts of some terms, themselves included, bare, in a deterministic order (no recursion)."""
    seen: dict[Term, None] = {}
    stack = [bare(term) for term in terms][::-1]
    while stack:
        term = stack.pop()
        if term not in seen:
            seen[term] = None
            stack.extend(children(term)[::-1])
    return list(seen)


@dataclass(frozen=True, slots=True)
class Signature:
    """The declared symbols by their position name (``s3``, ``np0``, ``i0``), and the element type of each array
    (``a0``).
    """

    symbols: Mapping[str, Term] = field(default_factory=dict[str, Term])
    arrays: Mapping[str, Attributes] = field(default_factory=dict[str, Attributes])

    @staticmethod
    def of(ctx: Context, terms: Iterable[Term]) -> Signature:
        """The symbols and arrays that occur in some terms; an array read as several types has the first one in print
        order.
        """
        symbols: dict[str, Term] = {}
        arrays: dict[str, Attributes] = {}
        for term in reachable(terms):
            match term.kind:
                case "sym":
                    symbols.setdefault(term.name, term)
                case "read":
                    arrays.setdefault(term.name, attributes_of(ctx, term))
                case _:
                    pass
        return Signature(symbols, arrays)
