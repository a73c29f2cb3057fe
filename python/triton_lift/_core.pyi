"""Typed interface of the native term core (built from ``passes/``).

Terms are hash-consed per :class:`Context`: structural equality is ``is``-equality of ids, so ``a == b`` is O(1). A
term is a *decision tree* (multi-terminal BDD over canonical literals) whose leaves are exact polynomials, ``-inf``,
``+inf`` or ``undef``; Boolean terms are trees with leaves ``true``, ``false``, ``undef``. Every constructor returns
the normal form. All operations count steps and raise ``BudgetError`` (never crash) when steps, nodes, bytes or
recursion depth run out. Deterministic: no order depends on creation order, addresses or time; ordering is by
structural key.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, final

class BudgetError(Exception):
    """Steps, nodes, bytes or recursion ran out; the context stays usable for inspection."""

Kind = Literal[
    "poly",  # leaf: polynomial with rational coefficients over atoms
    "inf",  # leaf: +inf or -inf (see `sign`)
    "undef",  # leaf: poison, numeric
    "bool",  # leaf: true / false (see `truth`)
    "bundef",  # leaf: poison, Boolean
    "ite",  # inner node: args = (literal, then, else), numeric or Boolean
    "sym",  # atom: free symbol
    "var",  # atom: bound variable (de Bruijn: `index`, 0 = innermost binder's first variable)
    "app",  # atom: named function of numeric leaves
    "read",  # atom: initial content of an array at an index tuple
    "big",  # atom: big operator over a domain
    "paren",  # atom: an opaque numeric tree (cut to bound the size)
    "ge",  # literal: P >= 0, P integer valued, canonical
    "gt",  # literal: P > 0 over the reals, canonical
    "eq",  # literal: P == 0, canonical
    "bapp",  # literal: named predicate of numeric leaves
    "exists",  # literal: domain is non-empty
]

@final
class Term:
    """An immutable handle; keeps its context alive. Equality and hash are by identity in the context."""

    @property
    def kind(self) -> Kind: ...
    @property
    def is_bool(self) -> bool: ...
    @property
    def is_int(self) -> bool:
        """Numeric and integer valued for every integer assignment (all atoms integer, integer coefficients, every
        leaf finite).
        """
    @property
    def id(self) -> int: ...
    @property
    def key(self) -> str:
        """128-bit structural key in hex; equal across contexts and processes for equal structure."""
    @property
    def size(self) -> int:
        """Number of distinct nodes reachable."""
    @property
    def name(self) -> str:
        """Name of a sym, app, bapp, read (array) or big (operator); '' else."""
    @property
    def args(self) -> tuple[Term, ...]:
        """Children: ite (lit, then, else); app/bapp/read arguments; ge/gt/eq (P,); paren (tree,); big (body,)."""
    @property
    def index(self) -> int:
        """de Bruijn index of a var."""
    @property
    def sign(self) -> int: ...
    @property
    def truth(self) -> bool: ...
    @property
    def nvars(self) -> int:
        """Number of variables a big/exists binds."""
    @property
    def domain(self) -> tuple[tuple[Term, bool], ...]:
        """Literals with polarity of a big/exists, in canonical order; conjunction; over bound and outer variables."""
    @property
    def monomials(self) -> tuple[tuple[int, int, tuple[tuple[Term, int], ...]], ...]:
        """Of a poly: (numerator, denominator, ((atom, power >= 1), ...)) in canonical order; the constant has no
        atoms.
        """
    @property
    def constant(self) -> tuple[int, int] | None:
        """(numerator, denominator) of a constant polynomial, else None."""
    @property
    def has_undef(self) -> bool:
        """An undef leaf is reachable in the tree part (not under atoms: atoms never hold undef)."""
    @property
    def has_inf(self) -> bool: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

BigKind = Literal["sum", "prod", "max", "min", "band", "bor", "bxor"]

@final
class Context:
    """Arena, budget and constructors. All terms given to a method must belong to it (ValueError otherwise)."""

    def __init__(
        self,
        *,
        max_nodes: int = 2_000_000,
        max_bytes: int = 1 << 29,
        max_depth: int = 3000,
        max_steps: int = 100_000_000,
    ) -> None: ...
    @property
    def steps(self) -> int: ...
    @property
    def nodes(self) -> int: ...
    def spend(self, steps: int) -> None:
        """Count steps that were done outside the core; BudgetError when they run out."""
    def mute(self, on: bool) -> None:
        """From ``mute(True)`` to ``mute(False)`` (they nest) nothing is entered into `dropped`: for terms that are only
        looked at, not claimed.
        """
    def dropped(self) -> tuple[Term, ...]:
        """Partial atoms (see `partial`) that a cancellation or a multiplication by zero removed so far, in
        canonical order.
        """

    # -- leaves and atoms
    def num(self, numerator: int, denominator: int = 1) -> Term: ...
    def inf(self, sign: int) -> Term: ...
    def undef(self) -> Term: ...
    def bundef(self) -> Term: ...
    def truth(self, value: bool) -> Term: ...
    def sym(self, name: str, *, is_int: bool = True, lo: int | None = None, hi: int | None = None) -> Term:
        """A free symbol; `lo <= name <= hi` where given. The same name must always come with the same attributes
        (ValueError).
        """
    def app(
        self, name: str, args: Sequence[Term], *, is_int: bool = False, lo: int | None = None, hi: int | None = None
    ) -> Term:
        """A named function. Trees in arguments are lifted out; an undef argument gives undef; an infinite argument
        gives undef but
        for the laws below. Laws, by name:
        exp, exp2: f(-inf)=0, f(+inf)=+inf, f(0)=1, products merge: f(P)*f(Q)=f(P+Q), f(P)^n=f(nP), recip(f(P))=f(-P);
        max, min (n-ary): flattened, sorted, idempotent, constants folded, decided by interval; infinities absorbed;
        floordiv(P, Q): see `floordiv`; abs: sign folding by interval, abs(-P)=abs(P); recip: see `recip`;
        log(+inf)=+inf; sqrt(0)=0, sqrt(1)=1; everything else is uninterpreted (congruence only).
        ``lo``/``hi`` bound the value of an uninterpreted integer function (e.g. wrap to a width).
        """
    def read(
        self, array: str, index: Sequence[Term], *, is_int: bool, lo: int | None = None, hi: int | None = None
    ) -> Term:
        """Initial content of `array` (its value before the launch) at a tuple of integer indices."""
    # -- arithmetic on trees; (-inf)+(+inf), 0*inf and inf*P (sign of P unknown) are undef
    def add(self, a: Term, b: Term) -> Term: ...
    def sub(self, a: Term, b: Term) -> Term: ...
    def neg(self, a: Term) -> Term: ...
    def mul(self, a: Term, b: Term) -> Term: ...
    def power(self, a: Term, n: int) -> Term:
        """n >= 0."""
    def recip(self, a: Term) -> Term:
        """1/P: distributes over the factors of a single monomial, constants inverted; of a polynomial with several
        terms the atom recip(P) with P scaled to leading coefficient 1 (in canonical order). recip(0) = undef;
        recip(+-inf) = 0. x*recip(x) is NOT cancelled, nor recip(recip(x)).
        """
    def floordiv(self, a: Term, b: Term) -> Term:
        """Floor division of integers. b a non-zero constant c: coefficients split c_i = c*q_i + r_i, 0 <= r_i < |c|;
        the rest is a constant when its interval, or that with the r_i above |c|/2 taken as negative ones, lies in one
        [k*c, k*c + c); (x div a) div b = x div (a*b) for positive constants. b symbolic: every monomial of `a` that has
        the polynomial b as a factor (b a single monomial) is divided out; the rest stays floordiv(rest, b). b = 0:
        undef.
        """
    def mod(self, a: Term, b: Term) -> Term:
        """a - b*floordiv(a, b)."""
    # -- big operators: `var` is a free symbol of `body` that becomes bound; the domain is lo <= var < hi, and `dom`
    # where given
    def big(self, kind: BigKind, var: Term, lo: Term, hi: Term, body: Term, *, dom: Term | None = None) -> Term:
        """See docs/terms.md for the normal form (lifting, per-monomial split, hoisting, emptiness)."""
    def exists(self, var: Term, lo: Term, hi: Term, cond: Term) -> Term:
        """Boolean: some lo <= var < hi satisfies cond. Forall is not(exists(not))."""
    # -- Booleans
    def ge(self, a: Term, b: Term) -> Term: ...
    def gt(self, a: Term, b: Term) -> Term: ...
    def le(self, a: Term, b: Term) -> Term: ...
    def lt(self, a: Term, b: Term) -> Term: ...
    def eq(self, a: Term, b: Term) -> Term: ...
    def ne(self, a: Term, b: Term) -> Term: ...
    def bapp(self, name: str, args: Sequence[Term]) -> Term:
        """A named predicate on numeric arguments; trees lifted; undef in, bundef out; infinities: isnan false,
        isinf true, isfinite false, else bundef.
        """
    def and_(self, a: Term, b: Term) -> Term:
        """bundef absorbs unless the other side is false."""
    def or_(self, a: Term, b: Term) -> Term: ...
    def not_(self, a: Term) -> Term: ...
    def ite(self, cond: Term, then: Term, other: Term) -> Term:
        """Selection; a bundef condition gives undef/bundef; then and other both numeric or both Boolean."""
    def paren(self, tree: Term) -> Term:
        """The opaque atom that stands for a finite numeric tree; of a paren atom: itself."""
    # -- traversal
    def subst(self, term: Term, mapping: Mapping[Term, Term]) -> Term:
        """Replace free atoms (syms, or any closed atom or literal) simultaneously and renormalise; capture-
        avoiding; memoised.
        """
    def instantiate(self, term: Term, bodies: Mapping[str, tuple[Sequence[Term], Term]]) -> Term:
        """Replace every read of the listed arrays, also below binders: ``{array: (params, body)}`` puts the numeric
        tree `body` with its integer symbols `params` replaced by the indices of the read. Simultaneous: indices are
        rewritten inside out, bodies are not; capture-avoiding; memoised. Infinite and undef leaves of a body follow
        the laws of what they come to stand under, as with `subst`. ValueError where the number of indices differs or
        an integer array gets a body that is not integer valued.
        """
    def unfold(self, term: Term, k: Term) -> Term:
        """An equal term in which no operator (or exists) runs up to the integer symbol k: one whose domain holds the
        literal ``v <= k`` of a bound variable v becomes that over ``v <= k - 1`` combined with its body at v = k, also
        below binders and in what results. So the closed form of a loop at k + 1, unfolded, is its step applied to the
        closed form at k. Memoised.
        """
    def assign(self, term: Term, values: Mapping[Term, bool]) -> Term:
        """Cofactor: literals of the tree part fixed to the given truth values."""
    def literals(self, term: Term) -> tuple[Term, ...]:
        """Distinct literals of the tree part, canonical order."""
    def leaves(self, term: Term) -> tuple[Term, ...]:
        """Distinct leaves of the tree part, canonical order."""
    def paths(self, term: Term, limit: int = 4096) -> tuple[tuple[tuple[tuple[Term, bool], ...], Term], ...]:
        """(literals with polarity, leaf) per path; BudgetError beyond `limit`."""
    def atoms(self, term: Term) -> tuple[Term, ...]:
        """All distinct closed atoms and literals anywhere below, canonical order."""
    def free_syms(self, term: Term) -> tuple[Term, ...]: ...
    def interval(self, term: Term) -> tuple[int | None, int | None]:
        """Integer bounds of an integer-valued term from the ranges of its symbols; None where unbounded."""
    def open_big(self, term: Term, syms: Sequence[Term]) -> tuple[tuple[tuple[Term, bool], ...], Term]:
        """Domain literals and body of a big/exists with its bound variables replaced by the given free symbols."""
    def close_big(self, kind: BigKind, syms: Sequence[Term], domain: Sequence[tuple[Term, bool]], body: Term) -> Term:
        """Inverse of open_big, normalising."""
    def merge_tiles(self, term: Term, facts: Sequence[tuple[Term, bool]] = ()) -> Term:
        """A term equal to `term` wherever the facts (single literals with their truth) hold, in which no operator runs
        over tiles: see docs/terms.md, Tiles and adjacent domains. Operators that differ only by the size of their tiles
        become the same.
        """

def check_certificate(
    rows: Sequence[Sequence[int]],
    steps: Sequence[tuple[Sequence[tuple[int, int]], int]],
) -> bool:
    """Check a refutation of integer linear constraints, exactly (arbitrary precision).

    ``rows[i]`` = (c, a_1, ..., a_n) means c + sum a_j*x_j >= 0 over integers x. A step is (((row index, multiplier
    >= 0), ...), d): the non-negative combination of earlier rows, whose variable coefficients must all be divisible
    by d >= 1, divided by d with the constant floored (Chvatal-Gomory cut). It appends a row. True iff the last row
    has no variables and a negative constant.
    """

__version__: str
