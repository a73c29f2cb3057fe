"""Terms as text: sums, products, accesses, decision trees, big operators. Grammar and levels: docs/grammar.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count

from triton_lift._core import Context, Term
from triton_lift.term.formula_cases import ADD, MUL, NOT, POWER, PRIMARY, UNARY, CaseWriter, Env, Piece, bound_variables
from triton_lift.term.formula_names import array_text, function_text, symbol_text
from triton_lift.term.formula_number import coefficient_text, constant_text
from triton_lift.term.formula_poly import (
    Entry,
    EntryRank,
    Key,
    Poly,
    Remainder,
    entries_of,
    entry_rank,
    poly_of,
)
from triton_lift.term.formula_signature import (
    DERIVED,
    PREDICATES,
    REAL,
    Attributes,
    Signature,
    attributes_of,
    function_attributes,
)
from triton_lift.term.formula_tokens import KEYWORDS
from triton_lift.term.formula_views import decompose

MAX_DEPTH = 80
"""Deepest nesting of terms that is written; the parser reads at least as much."""
_SHARED_STEMS = {"max": "m", "min": "m", "sum": "s", "prod": "p"}


@dataclass(slots=True, kw_only=True)
class Writer(CaseWriter):
    """Writes terms of one statement; ``strides`` hold the view of each array, ``shareable`` the parts to be named
    instead of repeated.
    """

    strides: Mapping[str, list[Poly]]
    ctx: Context | None = None
    signature: Signature | None = None
    shareable: frozenset[Term] = frozenset()
    definitions: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    viewed: set[str] = field(default_factory=set[str])
    _memo: dict[tuple[Term, Env], Piece] = field(default_factory=dict[tuple[Term, Env], Piece])
    _divisors: dict[tuple[Term, Env], Piece] = field(default_factory=dict[tuple[Term, Env], Piece])
    _shared: dict[tuple[Term, bool], str] = field(default_factory=dict[tuple[Term, bool], str])
    _depth: int = 0

    # -- any term
    def term(self, term: Term, env: Env = ()) -> Piece:
        """The text of any term whose loose variables are named by ``env``."""
        env = env[: self.binders.facts(term)[1]]
        if (known := self._memo.get((term, env))) is not None:
            return known
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail(f"the formula nests deeper than {MAX_DEPTH}")
        found = self._term(term, env)
        self._depth -= 1
        self._memo[term, env] = found
        return found

    def _term(self, term: Term, env: Env) -> Piece:
        match term.kind:
            case "poly":
                return self.poly(poly_of(term) or {}, env)
            case "inf":
                return Piece("inf", PRIMARY) if term.sign > 0 else Piece("-inf", ADD)
            case "undef" | "bundef":
                return Piece(term.kind, PRIMARY)
            case "bool":
                return Piece("true" if term.truth else "false", PRIMARY)
            case "ite":
                return self.tree(term, env)
            case "ge" | "gt" | "eq" | "bapp" | "exists":
                return self.literal(term, True, env)
            case "sym" | "var" | "app" | "read" | "big" | "paren":
                return self._atom(term, env)

    # -- polynomials
    def poly(self, poly: Mapping[Key, Fraction], env: Env, *, fold: bool = True) -> Piece:
        """A sum of products."""
        return self.entries(entries_of(poly, fold=fold), env)

    def entries(self, entries: list[Entry], env: Env) -> Piece:
        """A sum of products in the order given."""
        parts: list[str] = []
        for entry in entries:
            piece = self._entry(entry, env)
            if len(entries) == 1 and entry.coefficient > 0:
                return piece
            if entry.coefficient > 0:
                parts.append(f" + {piece.at(MUL)}" if parts else piece.at(MUL))
            else:
                # a leading minus binds more tightly than // and %
                parts.append(
                    f" - {piece.at(MUL)}" if parts else f"-{piece.at(UNARY) if _divides(entry) else piece.text}"
                )
        return self.piece("".join(parts), ADD) if parts else Piece("0", PRIMARY)

    def _entry(self, entry: Entry, env: Env) -> Piece:
        """A product without its sign, with one fraction bar at most."""
        size = abs(entry.coefficient)
        try:
            if entry.is_constant:
                text = constant_text(size)
                return self.piece(text, MUL if "/" in text else PRIMARY)
            above, below = coefficient_text(size)
        except ValueError as error:
            self.fail(str(error))
        tops = [Piece(above, PRIMARY)] if above else []
        tops += [self._power(self._factor(factor, env), power) for factor, power in entry.factors]
        bottoms = [Piece(below, PRIMARY)] if below else []
        bottoms += [self._power(self._divisor(term, poly, env), power) for term, poly, power in entry.divisors]
        top = tops[0] if len(tops) == 1 else Piece("*".join(p.at(UNARY) for p in tops) or "1", MUL if tops else PRIMARY)
        if not bottoms:
            return self.piece(top.text, top.level)
        bottom = bottoms[0].at(UNARY) if len(bottoms) == 1 else f"({'*'.join(p.at(UNARY) for p in bottoms)})"
        return self.piece(f"{top.at(MUL if len(tops) > 1 else UNARY)}/{bottom}", MUL)

    def _power(self, base: Piece, power: int) -> Piece:
        return base if power == 1 else Piece(f"{base.at(PRIMARY)}**{power}", POWER)

    def _divisor(self, inverted: Term, poly: Poly, env: Env) -> Piece:
        """What is under a fraction bar. Its reciprocal is one atom, so it must not be read as a product of several."""
        env = env[: self.binders.facts(inverted)[1]]
        if (known := self._divisors.get((inverted, env))) is not None:
            return known
        folded = entries_of(poly)
        single = len(folded) == 1 and len(poly) > 1 and not _divides(folded[0])

        def write() -> Piece:
            return self.poly(poly, env, fold=not single)

        shared = inverted.kind == "poly" and self._is_shared(inverted)
        found = self._divisors[inverted, env] = self._named(inverted, "t", write, scaled=True) if shared else write()
        return found

    def _factor(self, factor: Term | Remainder, env: Env) -> Piece:
        if not isinstance(factor, Remainder):
            return self.term(factor, env)
        divisor = str(factor.divisor) if isinstance(factor.divisor, int) else self.term(factor.divisor, env).at(UNARY)
        return self.piece(f"{self.term(factor.dividend, env).at(MUL)} % {divisor}", MUL)

    # -- atoms
    def _atom(self, atom: Term, env: Env) -> Piece:
        if not self._is_shared(atom):
            return self._plain_atom(atom, env)
        return self._named(atom, _SHARED_STEMS.get(atom.name, "t"), lambda: self._plain_atom(atom, env))

    def _is_shared(self, term: Term) -> bool:
        """Named once and then only mentioned; not if it speaks of bound variables."""
        return term in self.shareable and self.binders.facts(term)[1] == 0

    def _named(self, term: Term, stem: str, write: Callable[[], Piece], *, scaled: bool = False) -> Piece:
        """The name of a shared part (or of its multiple that stands under fraction bars), defined on first use."""
        if (term, scaled) not in self._shared:
            text = write().text
            taken = {name for name, _ in self.definitions} | set(self.names.by_symbol.values()) | KEYWORDS
            name = next(name for number in count(1) if (name := f"{stem}{number}") not in taken)
            self.definitions.append((name, text))
            self._shared[term, scaled] = name
        return Piece(self._shared[term, scaled], PRIMARY)

    def _plain_atom(self, atom: Term, env: Env) -> Piece:
        match atom.kind:
            case "sym":
                return self.piece(symbol_text(atom.name, self.names), PRIMARY)
            case "var":
                return Piece(env[atom.index], PRIMARY)
            case "read":
                return self._read(atom, env)
            case "big":
                return self._big(atom, env)
            case "paren":
                return self.piece(f"paren({self.term(atom.args[0], env).text})", PRIMARY)
            case _:
                return self._call(atom, env)

    def _call(self, atom: Term, env: Env) -> Piece:
        parts = atom.args
        if atom.name in ("max", "min"):
            parts = tuple(sorted(parts, key=_argument_rank))
        args = [self.term(arg, env) for arg in parts]
        match atom.name, args:
            case "floordiv", [a, b]:
                return self.piece(f"{a.at(MUL)} // {b.at(UNARY)}", MUL)
            case _:
                note = ""
                if atom.name in PREDICATES or (self.ctx is not None and atom.name not in DERIVED):
                    actual = REAL if self.ctx is None else attributes_of(self.ctx, atom)
                    note = _note(actual, None if atom.name in PREDICATES else function_attributes(atom.name))
                return self.piece(f"{function_text(atom.name)}{note}({', '.join(p.text for p in args)})", PRIMARY)

    def _read(self, atom: Term, env: Env) -> Piece:
        note = ""
        if self.ctx is not None and self.signature is not None:
            note = _note(attributes_of(self.ctx, atom), self.signature.arrays.get(atom.name))
        return self.piece(self.access(atom.name, atom.args, env, note), PRIMARY)

    def access(self, array: str, index: tuple[Term, ...], env: Env, note: str = "") -> str:
        """An element of an array, by its view if it has one that fits."""
        shown = array_text(array, self.names) + note
        if len(index) == 1:
            if array not in self.strides:
                return f"{shown}[{self.term(index[0], env).text}]"
            poly = poly_of(index[0])
            coordinates = None if poly is None else decompose(poly, self.strides[array])
            if coordinates is not None:
                self.viewed.add(array)
                return f"{shown}[{', '.join(self.poly(c, env).text for c in coordinates)}]"
        return f"{shown}@[{', '.join(self.term(i, env).text for i in index)}]"

    def _big(self, atom: Term, env: Env) -> Piece:
        bound = self.binders.bound(atom)
        inner = bound + env
        generators, rest = self.generators(bound_variables(bound), dict(atom.domain), inner)
        where = f" if {' and '.join(p.at(NOT) for p in rest)}" if rest else ""
        body = self.term(atom.args[0], inner).text
        return self.piece(f"{atom.name}({body} for {', '.join(generators)}{where})", PRIMARY)


def _divides(entry: Entry) -> bool:
    """The product is written with // or % as its outermost operator."""
    if abs(entry.coefficient) != 1 or len(entry.factors) != 1 or entry.factors[0][1] != 1:
        return False
    factor = entry.factors[0][0]
    return isinstance(factor, Remainder) or (factor.kind == "app" and factor.name == "floordiv")


def _argument_rank(arg: Term) -> tuple[bool, list[EntryRank]]:
    """Reading order of the arguments of max and min: constants last."""
    return arg.constant is not None, [entry_rank(entry) for entry in entries_of(poly_of(arg) or {})]


def _note(actual: Attributes, expected: Attributes | None) -> str:
    return "" if actual == expected else f"{{{actual}}}"
