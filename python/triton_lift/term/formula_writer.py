"""Terms as text: sums, products, accesses, decision trees, big operators. Grammar and levels: docs/grammar.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import NoReturn

from triton_lift._core import Context, Term
from triton_lift.term.formula_domain import Range, Variable, literal_rank, ranges, sides
from triton_lift.term.formula_names import Binders, array_text, function_text, symbol_text
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
    symbol_rank,
)
from triton_lift.term.formula_signature import (
    BOOLEAN,
    DERIVED,
    PREDICATES,
    REAL,
    Attributes,
    Signature,
    attributes_of,
    function_attributes,
    reachable,
)
from triton_lift.term.formula_tokens import KEYWORDS
from triton_lift.term.formula_tree import Condition, Conditions, leaves
from triton_lift.term.formula_views import decompose
from triton_lift.term.symbols import Names
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic

# Binding strength of a text, as in Python: only a weaker operand needs parentheses.
CHOICE, OR, AND, NOT, COMPARE, ADD, MUL, UNARY, POWER, PRIMARY = range(10)

MAX_DEPTH = 80
"""Deepest nesting of terms that is written; the parser reads at least as much."""
MAX_LEAVES = 8
"""Trees with more leaves are written literal by literal."""

Env = tuple[str, ...]
"""Names of the bound variables in scope by de Bruijn index."""
_SHARED_STEMS = {"max": "m", "min": "m", "sum": "s", "prod": "p"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A text and the level of its outermost operator."""

    text: str
    level: int

    def at(self, level: int) -> str:
        """The text, in parentheses if it binds more weakly than asked for."""
        return self.text if self.level >= level else f"({self.text})"


@dataclass(slots=True)
class Writer:
    """Writes terms of one statement; ``strides`` hold the view of each array, ``shareable`` the atoms to be named
    instead of repeated.
    """

    names: Names
    strides: Mapping[str, list[Poly]]
    max_chars: int
    ctx: Context | None = None
    signature: Signature | None = None
    shareable: frozenset[Term] = frozenset()
    definitions: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    viewed: set[str] = field(default_factory=set[str])
    binders: Binders = field(init=False)
    _conditions: Conditions = field(default_factory=Conditions)
    _memo: dict[tuple[Term, Env], Piece] = field(default_factory=dict[tuple[Term, Env], Piece])
    _shared: dict[Term, str] = field(default_factory=dict[Term, str])
    _ranks: dict[Term, int] = field(default_factory=dict[Term, int])
    _depth: int = 0

    def __post_init__(self) -> None:
        self.binders = Binders(self.names)

    def fail(self, what: str) -> NoReturn:
        raise BudgetExceeded(Diagnostic("error", "formula-too-large", what, "<formula>"))

    def piece(self, text: str, level: int) -> Piece:
        """A piece, if the budget allows it."""
        if len(text) > self.max_chars:
            self.fail(f"the formula's text has more than {self.max_chars} characters")
        return Piece(text, level)

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
                return self._tree(term, env)
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
        bottoms += [self._power(self._divisor(poly, env), power) for poly, power in entry.divisors]
        top = tops[0] if len(tops) == 1 else Piece("*".join(p.at(UNARY) for p in tops) or "1", MUL if tops else PRIMARY)
        if not bottoms:
            return self.piece(top.text, top.level)
        bottom = bottoms[0].at(UNARY) if len(bottoms) == 1 else f"({'*'.join(p.at(UNARY) for p in bottoms)})"
        return self.piece(f"{top.at(MUL if len(tops) > 1 else UNARY)}/{bottom}", MUL)

    def _power(self, base: Piece, power: int) -> Piece:
        return base if power == 1 else Piece(f"{base.at(PRIMARY)}**{power}", POWER)

    def _divisor(self, poly: Poly, env: Env) -> Piece:
        """What is under a fraction bar. Its reciprocal is one atom, so it must not be read as a product of several."""
        folded = entries_of(poly)
        single = len(folded) == 1 and len(poly) > 1 and not _divides(folded[0])
        return self.poly(poly, env, fold=not single)

    def _factor(self, factor: Term | Remainder, env: Env) -> Piece:
        if not isinstance(factor, Remainder):
            return self.term(factor, env)
        divisor = str(factor.divisor) if isinstance(factor.divisor, int) else self.term(factor.divisor, env).at(UNARY)
        return self.piece(f"{self.term(factor.dividend, env).at(MUL)} % {divisor}", MUL)

    # -- atoms
    def _atom(self, atom: Term, env: Env) -> Piece:
        if atom not in self.shareable or self.binders.facts(atom)[1]:
            return self._plain_atom(atom, env)
        if atom not in self._shared:
            text = self._plain_atom(atom, env).text
            taken = {name for name, _ in self.definitions} | set(self.names.by_symbol.values()) | KEYWORDS
            stem = _SHARED_STEMS.get(atom.name, "t")
            name = next(name for number in count(1) if (name := f"{stem}{number}") not in taken)
            self.definitions.append((name, text))
            self._shared[atom] = name
        return Piece(self._shared[atom], PRIMARY)

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
        generators, rest = self.generators(_bound_variables(bound), dict(atom.domain), inner)
        where = f" if {' and '.join(p.at(NOT) for p in rest)}" if rest else ""
        body = self.term(atom.args[0], inner).text
        return self.piece(f"{atom.name}({body} for {', '.join(generators)}{where})", PRIMARY)

    # -- conditions
    def generators(
        self, variables: Iterable[Variable], literals: Mapping[Term, bool], env: Env
    ) -> tuple[list[str], list[Piece]]:
        """The text of each variable's range, and of the literals left over."""
        found, rest = ranges(variables, literals)
        return [self._range(r, env) for r in found], [self.literal(lit, value, env) for lit, value in rest]

    def _range(self, r: Range, env: Env) -> str:
        if r.lo is None or r.hi is None:
            return r.name
        if not r.lo:
            return f"{r.name} < {self.poly(r.hi, env).text}"
        return f"{r.name} in {self.poly(r.lo, env).text}..{self.poly(r.hi, env).text}"

    def literal(self, literal: Term, value: bool, env: Env) -> Piece:
        """A literal or its negation."""
        match literal.kind:
            case "bapp":
                args = ", ".join(self.term(arg, env).text for arg in literal.args)
                note = _note(BOOLEAN, BOOLEAN if literal.name in PREDICATES else None)
                found = self.piece(f"{function_text(literal.name)}{note}({args})", PRIMARY)
            case "exists":
                bound = self.binders.bound(literal)
                generators, rest = self.generators(_bound_variables(bound), dict(literal.domain), bound + env)
                body = " and ".join(p.at(NOT) for p in rest) or "true"
                found = self.piece(f"any({body} for {', '.join(generators)})", PRIMARY)
            case _:
                relation = sides(literal, value, self._rank)
                left, right = (self.entries(side, env).text for side in (relation.left, relation.right))
                return self.piece(f"{left} {relation.op} {right}", COMPARE)
        return found if value else Piece(f"not {found.text}", NOT)

    def condition(self, c: Condition, env: Env) -> Piece:
        """A Boolean decision tree as and, or, not."""
        if isinstance(c, bool):
            return Piece("true" if c else "false", PRIMARY)
        for value, word, level in ((True, " and ", AND), (False, " or ", OR)):
            # literals that must all hold for truth (all fail for falsehood); the rest matters only then
            forced = self._conditions.forced(c, value)
            if forced:
                rest = self._conditions.assume(c, forced)
                parts = sorted(forced.items(), key=lambda item: literal_rank(item[0]))
                pieces = [self.literal(literal, held is value, env) for literal, held in parts]
                pieces += [] if rest is value else [self.condition(rest, env)]
                if len(pieces) == 1:
                    return pieces[0]
                return self.piece(word.join(piece.at(level + 1) for piece in pieces), level)
        here, then, other = (
            self.literal(c.literal, True, env),
            self.condition(c.then, env),
            self.condition(c.other, env),
        )
        return self.piece(f"({then.at(OR)} if {here.at(OR)} else {other.at(OR)})", PRIMARY)

    def boolean(self, term: Term) -> Condition | None:
        """The condition that a Boolean term is, or None if it may be undefined."""
        if any(part.kind == "bundef" for part in leaves(term)):
            return None
        return self._conditions.of(term, lambda leaf: leaf.truth)

    def split(self, condition: Condition) -> tuple[dict[Term, bool], Condition]:
        """Literals that hold throughout a condition, and what is left of it."""
        forced = self._conditions.forced(condition)
        return forced, self._conditions.assume(condition, forced)

    def _tree(self, term: Term, env: Env) -> Piece:
        if term.is_bool:
            return self._boolean_tree(term, env)
        found = leaves(term)
        if len(found) > MAX_LEAVES:
            return self._chain(term, env)
        arms: list[str] = []
        for position, leaf in enumerate(found[:-1]):
            earlier = frozenset(found[:position])
            condition = self._conditions.of(
                term, lambda other, leaf=leaf, gone=earlier: None if other in gone else other == leaf
            )
            arms.append(f"{self.term(leaf, env).text} if {self.condition(condition, env).at(OR)} else ")
        return self.piece(f"({''.join(arms)}{self.term(found[-1], env).text})", PRIMARY)

    def _boolean_tree(self, term: Term, env: Env) -> Piece:
        condition = self.boolean(term)
        if condition is not None:
            return self.condition(condition, env)
        value = self._conditions.of(term, lambda leaf: None if leaf.kind == "bundef" else leaf.truth)
        defined = self._conditions.of(term, lambda leaf: leaf.kind != "bundef")
        text = f"{self.condition(value, env).at(OR)} if {self.condition(defined, env).at(OR)} else bundef"
        return self.piece(f"({text})", PRIMARY)

    def _chain(self, term: Term, env: Env) -> Piece:
        """Literal by literal; a branch that is a leaf comes first, so that a chain of cases stays flat."""
        arms: list[str] = []
        while term.kind == "ite":
            literal, then, other = term.args
            value = then.kind != "ite" or other.kind == "ite"
            case, term = (then, other) if value else (other, then)
            arms.append(f"{self.term(case, env).text} if {self.literal(literal, value, env).at(OR)} else ")
        return self.piece(f"({''.join(arms)}{self.term(term, env).text})", PRIMARY)

    def _rank(self, entry: Entry) -> int:
        """What a comparison's left side should hold: bound variables first, then indices."""
        best = 0
        for factor, _ in entry.factors:
            atom = factor.dividend if isinstance(factor, Remainder) else factor
            if atom not in self._ranks:
                index = any(p.kind == "sym" and symbol_rank(p)[0] == "i" for p in reachable((atom,)))
                self._ranks[atom] = 2 if self.binders.facts(atom)[1] else int(index)
            best = max(best, self._ranks[atom])
        return best


def _divides(entry: Entry) -> bool:
    """The product is written with // or % as its outermost operator."""
    if abs(entry.coefficient) != 1 or len(entry.factors) != 1 or entry.factors[0][1] != 1:
        return False
    factor = entry.factors[0][0]
    return isinstance(factor, Remainder) or (factor.kind == "app" and factor.name == "floordiv")


def _argument_rank(arg: Term) -> tuple[bool, list[EntryRank]]:
    """Reading order of the arguments of max and min: constants last."""
    return arg.constant is not None, [entry_rank(entry) for entry in entries_of(poly_of(arg) or {})]


def _bound_variables(names: Env) -> list[Variable]:
    def test(index: int) -> Variable:
        return Variable(lambda atom: atom.kind == "var" and atom.index == index, names[index], False)

    return [test(index) for index in range(len(names))]


def _note(actual: Attributes, expected: Attributes | None) -> str:
    return "" if actual == expected else f"{{{actual}}}"
