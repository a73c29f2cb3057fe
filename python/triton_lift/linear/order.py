"""The order of extrema under facts: which argument of a max or min it is, and points where an extremum is attained.

Source: docs/spec.md (A1) to (A4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import permutations

from triton_lift._core import Context, Term
from triton_lift.linear.attained import attained_when
from triton_lift.linear.facts import LinearFacts, Literal
from triton_lift.linear.reals import RealFacts

MAX_ROUNDS = 8
"""Extrema that one call replaces, one after the other."""


@dataclass
class Orders:
    """What facts say about extrema."""

    ctx: Context
    facts: LinearFacts
    _reals: RealFacts | None = None
    _known: dict[Term, None] | None = None
    _decided: dict[Term, bool | None] = field(default_factory=dict[Term, "bool | None"])

    def decide(self, literal: Term) -> bool | None:
        """The truth value of a literal where the facts settle it, ``exists`` by the lemmas as well."""
        if literal not in self._decided:
            found = self.facts.decide(literal)
            if found is None and literal.kind == "exists":
                found = self._decide_exists(literal)
            elif found is None and (literal.kind == "gt" or (literal.kind == "eq" and not literal.args[0].is_int)):
                found = self.reals().decide(literal)
            self._decided[literal] = found
        return self._decided[literal]

    def holds(self, cond: Term) -> bool:
        """Whether a Boolean tree is shown to be true."""
        if cond.kind == "ite":
            literal, then, other = cond.args
            decided = self.decide(literal)
            if decided is None:
                return self.holds(then) and self.holds(other)
            return self.holds(then if decided else other)
        return cond.kind == "bool" and cond.truth

    def reals(self) -> RealFacts:
        """The comparisons of reals among the facts."""
        if self._reals is None:
            self._reals = RealFacts(self.ctx, self.facts.literals)
        return self._reals

    def simplified(self, term: Term) -> Term:
        """The term with every max and min whose largest (least) argument the facts show replaced by it.

        Atoms that the facts make equal become one; sums over a domain that is counted empty are zero.
        """
        equal = self.reals().equalities()
        if equal:
            term = self.ctx.subst(term, equal)
        empty = {a: self.ctx.num(0) for a in self.ctx.atoms(term) if self._counts_none(a)}
        if empty:
            term = self.ctx.subst(term, empty)
        for _ in range(MAX_ROUNDS):
            found: dict[Term, Term] = {}
            for atom in extrema_of(self.ctx, term):
                chosen = self._chosen(atom)
                if chosen is not None:
                    found[atom] = chosen
                    break
            if not found:
                break
            term = self.ctx.subst(term, found)
        return term

    def _counts_none(self, atom: Term) -> bool:
        """(A5) Whether the facts say that the number of points of a sum's domain is not positive."""
        ctx = self.ctx
        if atom.kind != "big" or atom.name != "sum":
            return False
        points = [ctx.sym(f"counted:{i}") for i in range(atom.nvars)]
        if set(points) & set(ctx.free_syms(atom)):
            return False
        domain, _ = ctx.open_big(atom, points)
        count = ctx.close_big("sum", points, domain, ctx.num(1))
        if count.kind != "poly" or not self._known_atoms().keys() >= set(ctx.atoms(count)):
            return False
        return self.facts.holds(ctx.le(count, ctx.num(0)))

    def _chosen(self, atom: Term) -> Term | None:
        """The arguments of a max or min that are left when those that another one covers are dropped."""
        kept = list(atom.args)
        for arg in atom.args:
            others = [a for a in kept if a != arg]
            if any(self._at_least(*((o, arg) if atom.name == "max" else (arg, o))) for o in others):
                kept = others
        if len(kept) == len(atom.args):
            return None
        if len(kept) == 1:
            return self.ctx.add(kept[0], self.ctx.num(0))
        return self.ctx.app(atom.name, kept, is_int=atom.is_int)

    def _at_least(self, a: Term, b: Term) -> bool:
        """Whether a >= b is shown."""
        difference = self.ctx.sub(a, b)
        if not difference.is_int:
            return self.reals().implies(difference, strict=False)
        cond = self.ctx.ge(difference, self.ctx.num(0))
        return self.facts.holds(cond) or self._at_attaining_points(difference)

    def _at_attaining_points(self, p: Term) -> bool:
        """(A3) Whether p >= 0 at all points where the extrema in p, one summand each, may be attained."""
        ctx, facts = self.ctx, self.facts
        moved: dict[Term, Term] = {}
        for number, atom in enumerate(summands(p)):
            points = [ctx.sym(f"attaining:{number}:{i}") for i in range(atom.nvars)]
            if set(points) & set(ctx.free_syms(atom)):
                return False
            domain, body = ctx.open_big(atom, points)
            if not body.is_int or not self._non_empty(points, domain):
                return False
            facts = facts.extended(domain)
            moved[atom] = body
        return bool(moved) and facts.holds(ctx.ge(ctx.subst(p, moved), ctx.num(0)))

    def _non_empty(self, points: list[Term], domain: tuple[Literal, ...]) -> bool:
        """Whether some point satisfies the domain."""
        ctx = self.ctx
        ones = ctx.close_big("max", points, domain, ctx.num(1))
        if ones.kind != "ite":
            return ones == ctx.num(1)
        return self.holds(_where(ctx, ones, ctx.num(1)))

    def _decide_exists(self, literal: Term) -> bool | None:
        ctx = self.ctx
        points = [ctx.sym(f"exists:{i}") for i in range(literal.nvars)]
        if set(points) & set(ctx.free_syms(literal)):
            return None
        domain, _ = ctx.open_big(literal, points)
        if self.facts.extended(domain).contradictory():
            return False
        condition = attained_when(ctx, literal)
        if condition is not None and self.holds(condition):
            return True
        for lit, truth in domain:
            if not truth or lit.kind != "eq":
                continue
            rest = {d for d in domain if d != (lit, truth)}
            for extremum, value, exact in self._compared(lit.args[0], rest, points):
                over = ctx.sub(value, extremum) if extremum.name == "max" else ctx.sub(extremum, value)
                if self._positive(over):
                    return False
                if exact and self._zero(over) and self._non_empty(points, tuple(rest)):
                    return True
        return None

    def _compared(self, p: Term, rest: set[Literal], points: list[Term]) -> Iterator[tuple[Term, Term, bool]]:
        """(extremum of f over D, v, whether D is ``rest``) where p == 0 iff f == v, D includes ``rest``, v is free."""
        ctx = self.ctx
        for extremum in self._known_extrema():
            if extremum.nvars != len(points) or set(points) & set(ctx.free_syms(extremum)):
                continue
            for order in permutations(points):
                larger, body = ctx.open_big(extremum, order)
                if not set(larger) <= rest:
                    continue
                for value in (ctx.sub(body, p), ctx.add(body, p)):
                    if not set(points) & set(ctx.free_syms(value)):
                        yield extremum, value, set(larger) == rest

    def _positive(self, p: Term) -> bool:
        if p.is_int:
            return self.facts.holds(self.ctx.ge(p, self.ctx.num(1)))
        return self.reals().implies(p, strict=True)

    def _zero(self, p: Term) -> bool:
        if p.is_int:
            return self.facts.holds(self.ctx.eq(p, self.ctx.num(0)))
        return all(self.reals().implies(q, strict=False) for q in (p, self.ctx.neg(p)))

    def _known_extrema(self) -> Iterator[Term]:
        return _big_extrema(self._known_atoms())

    def _known_atoms(self) -> dict[Term, None]:
        """The closed atoms that the facts speak of."""
        if self._known is None:
            self._known = {a: None for literal, _ in self.facts.literals for a in self.ctx.atoms(literal)}
        return self._known


def _big_extrema(atoms: Iterable[Term]) -> Iterator[Term]:
    return (a for a in atoms if a.kind == "big" and a.name in ("max", "min"))


def _where(ctx: Context, tree: Term, leaf: Term) -> Term:
    """The condition that a tree's leaf is ``leaf``."""
    if tree.kind == "ite":
        literal, then, other = tree.args
        return ctx.ite(literal, _where(ctx, then, leaf), _where(ctx, other, leaf))
    return ctx.truth(tree == leaf)


def summands(p: Term) -> list[Term]:
    """The big extrema that are a summand of a polynomial by themselves; all others stay as they are."""
    found: dict[Term, None] = {}
    for _, _, factors in p.monomials if p.kind == "poly" else ():
        if len(factors) == 1 and factors[0][1] == 1:
            found.update(dict.fromkeys(_big_extrema((factors[0][0],))))
    return list(found)


def extrema_of(ctx: Context, term: Term) -> list[Term]:
    """The closed max and min of several arguments anywhere in a term."""
    return [a for a in ctx.atoms(term) if a.kind == "app" and a.name in ("max", "min") and len(a.args) > 1]


def inner_extrema(ctx: Context, term: Term) -> list[Term]:
    """Those in literals, of the tree or of the domain of an operator."""
    found: dict[Term, None] = {}
    for atom in ctx.atoms(term):
        match atom.kind:
            case "exists" | "ge" | "gt" | "eq" | "bapp":
                found.update(dict.fromkeys(extrema_of(ctx, atom)))
            case "big":
                points = [ctx.sym(f"inner:{i}") for i in range(atom.nvars)]
                for literal, _ in ctx.open_big(atom, points)[0]:
                    closed = (e for e in extrema_of(ctx, literal) if not set(points) & set(ctx.free_syms(e)))
                    found.update(dict.fromkeys(closed))
            case _:
                pass
    return list(found)
