"""Names of the symbols that stand for a kernel's parameters, and the statements made of them.

Inside terms a symbol is named by its *position*, so that renaming a kernel's arguments changes no term and no order:
``s3`` is scalar argument 3, ``a0`` the array behind pointer argument 0, ``pid1`` the program id on axis 1, ``np1``
the number of programs there,
``l0:64`` the lane variable of a tensor's axis 0 when that axis has 64 elements, ``i0, i1, ...`` the tensor indices of
a statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from triton_lift._core import Context, Term


def single_atom(term: Term) -> Term | None:
    """The atom, where the numeric term is exactly one."""
    if term.kind != "poly":
        return term if term.kind in ("sym", "app", "read", "big", "paren", "var") else None
    if len(term.monomials) != 1:
        return None
    numerator, denominator, factors = term.monomials[0]
    if (numerator, denominator) != (1, 1) or len(factors) != 1 or factors[0][1] != 1:
        return None
    return factors[0][0]


def is_quotient(term: Term) -> bool:
    """Whether the term is exactly one floor division."""
    atom = single_atom(term)
    return atom is not None and atom.kind == "app" and atom.name == "floordiv"


GRID_MAX = 2**31 - 1
"""Largest number of programs on one axis (CUDA C Programming Guide, "Technical Specifications": 2^31 - 1 on x; fewer
on y, z).
"""


@dataclass(frozen=True, slots=True)
class Symbols:
    """Constructors of a kernel's symbols in one context."""

    ctx: Context

    def pid(self, axis: int) -> Term:
        """Program id: 0 <= pid < np, a 32-bit integer."""
        return self.ctx.sym(f"pid{axis}", lo=0, hi=GRID_MAX - 1)

    def num_programs(self, axis: int) -> Term:
        """Number of programs on an axis, at least 1."""
        return self.ctx.sym(f"np{axis}", lo=1, hi=GRID_MAX)

    def lane(self, axis: int, size: int) -> Term:
        """Lane variable of a tensor axis; an axis of one element has the constant lane 0."""
        if size == 1:
            return self.ctx.num(0)
        return self.ctx.sym(f"l{axis}:{size}", lo=0, hi=size - 1)

    def scalar_int(self, position: int, width: int) -> Term:
        """Integer scalar argument, signed value of its width."""
        return self.ctx.sym(f"s{position}", lo=-(1 << (width - 1)), hi=(1 << (width - 1)) - 1)

    def scalar_float(self, position: int) -> Term:
        """Float scalar argument, a finite real by hypothesis."""
        return self.ctx.sym(f"s{position}", is_int=False)

    def index(self, position: int) -> Term:
        """Tensor index of a statement: any non-negative integer; the statement's domain bounds it."""
        return self.ctx.sym(f"i{position}", lo=0)


StatementKind = Literal["assign", "add", "max", "min", "and", "or", "xor", "exchange"]


@dataclass(frozen=True, slots=True)
class Statement:
    """``for all indices in domain: array[address] (op)= value``.

    Terms speak of memory before the launch (``read``), scalars, numbers of programs and the index symbols only.
    ``array`` is an array symbol (``a0``), ``address`` counts elements from the argument's pointer, ``domain`` is
    Boolean and bounds
    every index (``0 <= index`` is implied). Kind ``assign`` replaces, the others accumulate into the value before the
    launch by the
    named commutative monoid, once per point of the domain, in any order; ``exchange`` leaves any one of the values.
    """

    array: str
    kind: StatementKind
    indices: tuple[Term, ...]
    domain: Term
    address: Term
    value: Term


@dataclass(frozen=True, slots=True)
class Names:
    """Display names by symbol: ``s3 -> n_rows``, ``a0 -> out_ptr``, ``i0 -> row``. Total and injective over the
    symbols used.
    """

    by_symbol: dict[str, str]

    def symbol(self, name: str) -> str | None:
        """The symbol displayed as ``name``."""
        return next((s for s, n in self.by_symbol.items() if n == name), None)
