"""Conditions and decision trees as text: literals, and/or/not, choices, the ranges of variables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NoReturn

from triton_lift._core import Term
from triton_lift.term.formula_domain import Range, Variable, literal_rank, ranges, sides
from triton_lift.term.formula_names import Binders, function_text
from triton_lift.term.formula_poly import Entry, Key, Remainder, symbol_rank
from triton_lift.term.formula_signature import PREDICATES, reachable
from triton_lift.term.formula_tree import Branch, Condition, Conditions, leaves
from triton_lift.term.symbols import Names
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic

MAX_LEAVES = 8
"""Trees with more leaves are written literal by literal."""
WORK_PER_CHAR = 40
"""Characters that may be handled for each character that may be written; parts that are written repeatedly count
each time.
"""

# Binding strength of a text, as in Python: only a weaker operand needs parentheses.
CHOICE, OR, AND, NOT, COMPARE, ADD, MUL, UNARY, POWER, PRIMARY = range(10)

Env = tuple[str, ...]
"""Names of the bound variables in scope by de Bruijn index."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text and the level of its outermost operator."""

    text: str
    level: int

    def at(self, level: int) -> str:
        """The text, in parentheses if it binds more weakly than asked for."""
        return self.text if self.level >= level else f"({self.text})"


@dataclass(slots=True, kw_only=True)
class CaseWriter(ABC):
    """The part of a writer that has to do with truth."""

    names: Names
    max_chars: int
    binders: Binders = field(init=False)
    _conditions: Conditions = field(default_factory=Conditions)
    _ranks: dict[Term, int] = field(default_factory=dict[Term, int])
    _pieces: dict[tuple[Condition, Env], Piece] = field(default_factory=dict[tuple[Condition, Env], Piece])
    _work: int = 0

    def __post_init__(self) -> None:
        self.binders = Binders(self.names)

    @abstractmethod
    def term(self, term: Term, env: Env = ()) -> Piece:
        """The text of any term whose loose variables are named by ``env``."""

    @abstractmethod
    def poly(self, poly: Mapping[Key, Fraction], env: Env, *, fold: bool = True) -> Piece:
        """A sum of products."""

    @abstractmethod
    def entries(self, entries: list[Entry], env: Env) -> Piece:
        """A sum of products in the order given."""

    def fail(self, what: str) -> NoReturn:
        """Raise ``BudgetExceeded``."""
        raise BudgetExceeded(Diagnostic("error", "formula-too-large", what, "<formula>"))

    def piece(self, text: str, level: int) -> Piece:
        """A piece, if the budget allows it."""
        if len(text) > self.max_chars:
            self.fail(f"the formula's text has more than {self.max_chars} characters")
        self._work += 8 + len(text)
        if self._work > WORK_PER_CHAR * self.max_chars:
            self.fail(f"the formula takes too many steps to write in {self.max_chars} characters")
        return Piece(text, level)

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
                note = "" if literal.name in PREDICATES else "{bool}"
                found = self.piece(f"{function_text(literal.name)}{note}({args})", PRIMARY)
            case "exists":
                bound = self.binders.bound(literal)
                generators, rest = self.generators(bound_variables(bound), dict(literal.domain), bound + env)
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
        if (known := self._pieces.get((c, env))) is None:
            known = self._pieces[c, env] = self._condition(c, env)
        return known

    def _condition(self, c: Branch, env: Env) -> Piece:
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

    def tree(self, term: Term, env: Env) -> Piece:
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


def bound_variables(names: Env) -> list[Variable]:
    """The variables of the innermost binder, by de Bruijn index."""

    def test(index: int) -> Variable:
        return Variable(lambda atom: atom.kind == "var" and atom.index == index, names[index], False)

    return [test(index) for index in range(len(names))]
