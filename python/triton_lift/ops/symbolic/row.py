"""The registry of symbolic rows and the services a row may use."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from triton_lift._core import Context, Term
from triton_lift.ir.model import Op, Type
from triton_lift.ops.symbolic.ranges import bounds
from triton_lift.ops.symbolic.value import Num, Ptr, SymVal, int_width, map_leaves
from triton_lift.term.symbols import Symbols
from triton_lift.util.diagnostic import Diagnostic, Unsupported


@dataclass(frozen=True, slots=True)
class NoWrap:
    """Obligation: under ``guard``, ``term`` lies in the signed range of ``width`` bits (it is observed by ``op``)."""

    term: Term
    width: int
    guard: Term
    where: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition on arguments that the denotation relies on: printed, never assumed silently."""

    cond: Term
    reason: str
    where: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """An ``assume`` or ``assert`` of the program: lanes and program ids are still in ``cond``; it must hold
    wherever ``guard`` does.
    """

    cond: Term
    guard: Term
    kind: str
    where: str


@dataclass
class Semantics:
    """Mutable state of one interpretation that rows may read and append to."""

    symbols: Symbols
    where: Callable[[Op], str]
    guard: Term
    no_wrap: dict[NoWrap, None] = field(default_factory=dict[NoWrap, None])
    requirements: dict[Requirement, None] = field(default_factory=dict[Requirement, None])
    assumptions: dict[Assumption, None] = field(default_factory=dict[Assumption, None])
    notes: dict[str, None] = field(default_factory=dict[str, None])
    hypotheses: dict[str, None] = field(default_factory=dict[str, None])
    opaque: dict[str, None] = field(default_factory=dict[str, None])
    fresh: int = 0
    wraps: bool = False
    """Whether some data was reduced to its width: an integer that was observed may lie outside its range."""
    nan_seen: bool = False
    """A NaN constant was met: from then on arithmetic looks for it (see ``arith_float.refuse_nan``)."""
    non_negative: set[Term] = field(default_factory=set[Term])
    """Remainders of a non-negative dividend by a positive divisor."""
    index_like: dict[Term, bool] = field(default_factory=dict[Term, bool])

    @property
    def ctx(self) -> Context:
        """The term context."""
        return self.symbols.ctx

    def refuse(self, op: Op, code: str, message: str) -> Unsupported:
        """A located refusal, to be raised by the caller."""
        return Unsupported(Diagnostic("error", code, message, self.where(op), op.name))

    def require(self, op: Op, cond: Term, reason: str) -> None:
        """Record a requirement unless it is trivially true."""
        if not (cond.kind == "bool" and cond.truth):
            self.requirements[Requirement(cond, reason, self.where(op))] = None

    def note(self, text: str) -> None:
        """Record a remark for the side table of float behaviour."""
        self.notes[text] = None

    def suppose(self, text: str) -> None:
        """Record a hypothesis about floats that the meaning of an op needs; it is printed with every claim."""
        self.hypotheses[text] = None

    @contextmanager
    def under(self, cond: Term) -> Generator[None]:
        """Interpret below a branch condition."""
        saved = self.guard
        self.guard = self.ctx.and_(saved, cond)
        try:
            yield
        finally:
            self.guard = saved

    # -- integers

    def known_at_least(self, term: Term, bound: int) -> bool:
        """Whether intervals and recorded requirements show ``term >= bound`` (bound 0 or 1).

        A sum of non-negative parts is non-negative, a quotient of a non-negative dividend by a positive divisor is
        too.
        """
        ctx = self.ctx
        lo, _ = ctx.interval(term)
        if (lo is not None and lo >= bound) or (bound == 0 and term in self.non_negative):
            return True
        wanted = {ctx.ge(term, ctx.num(b)) for b in range(bound, 2)}
        if any(r.cond in wanted for r in self.requirements):
            return True
        if bound > 0 or term.kind != "poly":
            return False
        return all(
            numerator > 0 and all(power % 2 == 0 or self._atom_non_negative(atom) for atom, power in monomial)
            for numerator, _, monomial in term.monomials
        )

    def _atom_non_negative(self, atom: Term) -> bool:
        if atom.kind == "app" and atom.name == "floordiv":
            return self.known_at_least(atom.args[0], 0) and self.known_at_least(atom.args[1], 1)
        lo, _ = self.ctx.interval(atom)
        wanted = {self.ctx.ge(atom, self.ctx.num(b)) for b in (0, 1)}
        return (lo is not None and lo >= 0) or any(r.cond in wanted for r in self.requirements)

    def in_range(self, term: Term, width: int) -> bool:
        """Whether intervals show that ``term`` fits the signed range of ``width`` bits."""
        lo, hi = bounds(self.ctx, term)
        return lo is not None and hi is not None and lo >= -(1 << (width - 1)) and hi < 1 << (width - 1)

    def is_index_like(self, term: Term) -> bool:
        """Whether a term is address arithmetic: made of sizes, program ids and lanes, not of data or bit patterns."""
        found = self.index_like.get(term)
        if found is None:
            found = all(
                atom.kind in ("sym", "ge", "eq", "gt")
                or (atom.kind == "app" and atom.name in ("floordiv", "min", "max", "abs"))
                or (atom.kind == "read" and atom.name.startswith("c"))  # what a loop carries, while it is being solved
                for atom in self.ctx.atoms(term)
            )
            self.index_like[term] = found
        return found

    def signed(self, op: Op, value: Num) -> Term:
        """The signed machine value of an integer where ``op`` observes it (docs/spec.md, observe).

        Exact where it is known to be in range; address arithmetic gets a no-wrap obligation; data gets the named
        function ``wrap_s<w>``.
        """
        width = int_width(value.type)
        assert width is not None and width > 1, "signed() is for integers wider than one bit"
        if value.exact:
            return value.term
        if self.in_range(value.term, width):
            return value.term
        if value.term.constant is not None:
            return self.wrap(value.term, width)
        if self.is_index_like(value.term):
            self.no_wrap[NoWrap(value.term, width, self.guard, self.where(op))] = None
            return value.term
        return map_leaves(self.ctx, value.term, lambda leaf: self.wrap(leaf, width))

    def wrap(self, leaf: Term, width: int) -> Term:
        """``wrap_s<width>`` of a leaf, folded where intervals show it is the identity or the leaf is constant."""
        if leaf.kind != "poly" or self.in_range(leaf, width):
            return leaf
        half = 1 << (width - 1)
        constant = leaf.constant
        self.wraps = True
        if constant is not None:
            return self.ctx.num((constant[0] + half) % (2 * half) - half)
        return self.ctx.app(f"wrap_s{width}", [leaf], is_int=True, lo=-half, hi=half - 1)

    def unsigned(self, op: Op, value: Num) -> Term:
        """The unsigned machine value where ``op`` observes it: ``x`` if ``x >= 0`` else ``x + 2^w``."""
        width = int_width(value.type)
        assert width is not None
        return self.as_unsigned(self.signed(op, value), width)

    def as_unsigned(self, term: Term, width: int) -> Term:
        """Unsigned value of a signed term that fits ``width`` bits."""
        ctx = self.ctx

        def leaf(t: Term) -> Term:
            if t.kind != "poly":
                return t
            lo, hi = ctx.interval(t)
            if lo is not None and lo >= 0:
                return t
            modulus = ctx.num(1 << width)
            if hi is not None and hi < 0:
                return ctx.add(t, modulus)
            if self.is_index_like(t):
                return ctx.ite(ctx.ge(t, ctx.num(0)), t, ctx.add(t, modulus))
            return ctx.app(f"wrap_u{width}", [t], is_int=True, lo=0, hi=(1 << width) - 1)

        return map_leaves(ctx, term, leaf)

    def int_result(self, op: Op, term: Term, type_: Type) -> Num:
        """An integer result known modulo 2^width; exact where intervals say so."""
        width = int_width(type_)
        assert width is not None
        return Num(type_, term, exact=self.in_range(term, width))


Row = Callable[[Op, tuple[SymVal, ...], Semantics], tuple[SymVal, ...]]


@dataclass(frozen=True, slots=True)
class SymbolicRow:
    """Symbolic meaning of one op; ``label`` is shared with docs/spec.md, the concrete row and the tests."""

    op: str
    label: str
    meaning: Row
    elementwise: bool


SYMBOLIC_ROWS: dict[str, SymbolicRow] = {}


def row(name: str, *, elementwise: bool = True) -> Callable[[Row], Row]:
    """Register the meaning of op ``name``; a second registration is an error.

    An elementwise row computes each lane from the same lane of its operands.
    """

    def register(meaning: Row) -> Row:
        if name in SYMBOLIC_ROWS:
            raise ValueError(f"op {name} has two symbolic rows")
        SYMBOLIC_ROWS[name] = SymbolicRow(name, name.replace(".", "_"), meaning, elementwise)
        return meaning

    return register


def nums(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[Num, ...]:
    """The operands as numbers; refuses pointers and descriptors."""
    out: list[Num] = []
    for value in operands:
        if not isinstance(value, Num):
            raise sem.refuse(op, "pointer-operand", f"{op.name} on pointers has no meaning here")
        out.append(value)
    return tuple(out)


def ptr(op: Op, value: SymVal, sem: Semantics) -> Ptr:
    """The operand as a pointer."""
    if not isinstance(value, Ptr):
        raise sem.refuse(op, "not-a-pointer", "a pointer operand is expected here")
    return value
