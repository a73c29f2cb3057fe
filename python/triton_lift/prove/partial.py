"""Definedness: where partial functions in a value must have their arguments. Source: docs/spec.md, "Definedness"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.restrict import restrict_under
from triton_lift.prove.conjunctions import conjunction, conjuncts
from triton_lift.prove.sign import Literal, Signs
from triton_lift.term.formula_signature import bare, children
from triton_lift.term.symbols import Statement, single_atom
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic

MAX_COMPARED = 24
"""Conditions that are compared with one another; further ones are all kept."""
MAX_GUARDED = 4000
"""Terms that are visited with what their branches say; beyond, conditions are asked whatever branch is taken."""

Domain = Callable[[Context, tuple[Term, ...]], Term]


def _positive(ctx: Context, args: tuple[Term, ...]) -> Term:
    return ctx.gt(args[0], ctx.num(0))


def _off_the_poles(ctx: Context, args: tuple[Term, ...]) -> Term:
    """Not zero or a negative integer."""
    floor = ctx.app("floor", [args[0]], is_int=True)
    return ctx.or_(ctx.gt(args[0], ctx.num(0)), ctx.ne(args[0], floor))


def _within_one(ctx: Context, args: tuple[Term, ...]) -> Term:
    return ctx.and_(ctx.ge(args[0], ctx.num(-1)), ctx.le(args[0], ctx.num(1)))


PARTIAL: dict[str, Domain] = {
    "recip": lambda ctx, a: ctx.ne(a[0], ctx.num(0)),
    "log": _positive,
    "log2": _positive,
    "log10": _positive,
    "log1p": lambda ctx, a: ctx.gt(a[0], ctx.num(-1)),
    "sqrt": lambda ctx, a: ctx.ge(a[0], ctx.num(0)),
    "asin": _within_one,
    "acos": _within_one,
    "acosh": lambda ctx, a: ctx.ge(a[0], ctx.num(1)),
    "atanh": lambda ctx, a: ctx.and_(ctx.gt(a[0], ctx.num(-1)), ctx.lt(a[0], ctx.num(1))),
    "lgamma": _off_the_poles,
    "tgamma": _off_the_poles,
    "tan": lambda ctx, a: ctx.ne(ctx.app("cos", [a[0]]), ctx.num(0)),
    "y0": _positive,
    "y1": _positive,
    "erfinv": lambda ctx, a: ctx.and_(ctx.gt(a[0], ctx.num(-1)), ctx.lt(a[0], ctx.num(1))),
    "erfcinv": lambda ctx, a: ctx.and_(ctx.gt(a[0], ctx.num(0)), ctx.lt(a[0], ctx.num(2))),
    "fmod": lambda ctx, a: ctx.ne(a[1], ctx.num(0)),
    "tdiv": lambda ctx, a: ctx.ne(a[1], ctx.num(0)),
    "floordiv": lambda ctx, a: ctx.ne(a[1], ctx.num(0)),
    "pow": lambda ctx, a: ctx.or_(
        ctx.gt(a[0], ctx.num(0)), ctx.and_(ctx.eq(a[0], ctx.num(0)), ctx.gt(a[1], ctx.num(0)))
    ),
}
"""Where each partial function is defined over the reals (integer quotients: a non-zero divisor)."""


def definedness(
    ctx: Context,
    statement: Statement,
    base: tuple[Literal, ...] = (),
    also: tuple[Term, ...] = (),
    *,
    until: int | None = None,
) -> tuple[Term, ...]:
    """Conditions, per point of the domain, under which value, address and domain are defined; those that the domain
    and ``base`` (facts on the arguments) are shown to imply are left out.

    What a branch of the value needs is asked under the branch's condition, what is needed under a binder for every
    point of the binder's domain. ``also``: further conditions that are asked. Raises
    ``BudgetExceeded`` once the context has spent ``until`` steps.
    """
    walk = _Walk(ctx, until)
    facts = LinearFacts.of(ctx, base)
    domain = conjuncts(ctx, statement.domain)
    if domain is None:
        walk.visit(statement.domain, Signs(facts), _as_it_is)
    # a point outside the plain bounds is outside the domain whatever the other conditions are
    plain = Signs(facts.extended(part for part in domain or () if not walk.mentions_partial(part[0])))
    for literal, _ in domain or ():
        walk.visit(literal, plain, _as_it_is)
    inside = Signs(facts.extended(domain or ()))
    walk.visit(statement.address, inside, _as_it_is)
    walk.visit(statement.value, inside, _as_it_is)
    found = dict.fromkeys(_shorter(inside, condition) for condition in (*walk.found.values(), *also))
    return strongest(inside, tuple(found))


def condition_of(ctx: Context, atom: Term) -> Term:
    """Where a partial atom is defined, given that its arguments are. A root is not zero where what is under it is
    positive.
    """
    if atom.name == "recip":
        root = single_atom(atom.args[0])
        if root is not None and root.kind == "app" and root.name == "sqrt":
            return ctx.gt(root.args[0], ctx.num(0))
    return PARTIAL[atom.name](ctx, atom.args)


def _shorter(signs: Signs, condition: Term) -> Term:
    """The same condition where the facts hold, without what they decide and without alternatives that others cover."""
    ctx = signs.ctx
    condition = restrict_under(ctx, condition, signs.facts)
    literals = conjuncts(ctx, ctx.not_(condition))
    if literals is None or len(literals) > MAX_COMPARED:
        return condition
    kept = list(literals)
    for literal, truth in literals:
        rest = [part for part in kept if part != (literal, truth)]
        if rest and signs.under(rest).decide(literal) is truth:
            kept = rest
    return ctx.not_(conjunction(ctx, kept))


def strongest(signs: Signs, conditions: tuple[Term, ...]) -> tuple[Term, ...]:
    """Without the conditions that another one implies alone (``P >= 0`` beside ``P > 0``)."""
    kept = list(conditions)
    for one in conditions[:MAX_COMPARED]:
        others = [literals for other in kept if other != one and (literals := conjuncts(signs.ctx, other))]
        if any(signs.under(literals).holds(one) for literals in others[:MAX_COMPARED]):
            kept.remove(one)
    return tuple(kept)


Wrap = Callable[[Term], Term]
"""From a condition on opened variables, under branches, to one on the statement's own symbols."""


def _as_it_is(condition: Term) -> Term:
    return condition


@dataclass(slots=True)
class _Walk:
    """Collects the conditions of terms, with what is known where they are evaluated."""

    ctx: Context
    until: int | None
    found: dict[Term, Term] = field(default_factory=dict[Term, Term])
    """By the condition as it stands where it is asked: on the statement's own symbols, joined over all such places."""
    _seen: dict[tuple[int, Term], Signs] = field(default_factory=dict[tuple[int, Term], Signs])
    _partial: dict[Term, bool] = field(default_factory=dict[Term, bool])

    def visit(self, term: Term, signs: Signs, wrap: Wrap) -> None:
        """A term that is evaluated where the facts of ``signs`` hold. Each is visited once for the same facts."""
        term = bare(term)
        if not self.mentions_partial(term) or (id(signs), term) in self._seen:
            return
        if self.until is not None and self.ctx.steps > self.until:
            message = "the conditions under which the value is defined take too many steps to find"
            raise BudgetExceeded(Diagnostic("warning", "budget-exceeded", message))
        self._seen[id(signs), term] = signs  # held, so that its id stays its own
        match term.kind:
            case "ite":
                self._choice(term, signs, wrap)
            case "poly":
                for _, _, factors in term.monomials:
                    for atom, _ in factors:
                        self.visit(atom, signs, wrap)
            case "big" | "exists":
                self._binder(term, signs, wrap)
            case _:
                for arg in term.args:
                    self.visit(arg, signs, wrap)
                if term.kind == "app" and term.name in PARTIAL:
                    condition = condition_of(self.ctx, term)
                    if not signs.holds_by_divisors(condition):
                        self._ask(condition, wrap(condition))

    def _ask(self, condition: Term, wrapped: Term) -> None:
        known = self.found.get(condition)
        self.found[condition] = wrapped if known is None else self.ctx.and_(known, wrapped)

    def _choice(self, tree: Term, signs: Signs, wrap: Wrap) -> None:
        ctx = self.ctx
        literal, *branches = tree.args
        self.visit(literal, signs, wrap)
        for value, branch in zip((True, False), branches, strict=True):
            if len(self._seen) > MAX_GUARDED:
                self.visit(branch, signs, wrap)  # asked even where the branch is not taken: more than needed
                continue
            excluded = ctx.ite(literal, ctx.truth(not value), ctx.truth(value))
            inner = signs.under(((literal, value),))
            if not inner.impossible:
                self.visit(branch, inner, lambda c, excluded=excluded: wrap(ctx.or_(excluded, c)))

    def _binder(self, big: Term, signs: Signs, wrap: Wrap) -> None:
        syms, domain, body = signs.opened(big)
        plain = tuple(part for part in domain if not self.mentions_partial(part[0]))

        def everywhere(literals: tuple[Literal, ...]) -> Wrap:
            return lambda condition: wrap(self._forall(syms, literals, condition))

        for literal, _ in domain:
            self.visit(literal, signs.under(plain, binders=len(syms)), everywhere(plain))
        self.visit(body, signs.under(domain, binders=len(syms)), everywhere(domain))

    def _forall(self, syms: list[Term], domain: tuple[Literal, ...], condition: Term) -> Term:
        """That a condition holds at every point: the maximum of 0 over the points where it fails is the empty one."""
        ctx = self.ctx
        fails = ctx.ite(condition, ctx.inf(-1), ctx.num(0))
        return ctx.lt(ctx.close_big("max", syms, domain, fails), ctx.num(0))

    def mentions_partial(self, term: Term) -> bool:
        """Whether a partial function stands anywhere in a term. Without recursion: terms may be deep."""
        stack = [bare(term)]
        while stack:
            top = stack[-1]
            if top in self._partial:
                stack.pop()
                continue
            parts = children(top)
            missing = [part for part in parts if part not in self._partial]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            own = top.kind == "app" and top.name in PARTIAL
            self._partial[top] = own or any(self._partial[part] for part in parts)
        return self._partial[term]
