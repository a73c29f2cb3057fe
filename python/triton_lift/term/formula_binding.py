"""Big operators from their syntax: bound variables, domains, the bare value of a maximum."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from triton_lift._core import Context, Term
from triton_lift.term import formula_syntax as syntax
from triton_lift.term.formula_tokens import Source

MAX_POWER = 4096
"""Largest exponent that is read."""
BigKind = Literal["sum", "prod", "max", "min", "band", "bor", "bxor"]


@dataclass(slots=True, kw_only=True)
class Binding(ABC):
    """The part of a builder that binds variables.

    ``total``: an empty max or min is -inf or +inf, as in a claim. Otherwise the operator stands for its value on a
    non-empty domain, as in a printed summary, where a guard or a proof has shown that.
    """

    ctx: Context
    source: Source
    total: bool = False
    scope: dict[str, Term] = field(default_factory=dict[str, Term])
    _level: int = 0

    @abstractmethod
    def numeric(self, node: syntax.Node) -> Term:
        """The value of a numeric expression."""

    @abstractmethod
    def boolean(self, node: syntax.Node) -> Term:
        """The value of a condition."""

    @abstractmethod
    def integer(self, node: syntax.Node) -> Term:
        """The value of an integer expression."""

    def fail(self, at: int, message: str) -> NoReturn:
        """Raise a ``ParseError`` at an offset."""
        self.source.fail(at, message)

    def big(self, node: syntax.Big) -> Term:
        """A big operator or ``any``."""
        outer, level = self.scope, self._level
        variables: list[Term] = []
        self.scope = dict(outer)
        for generator in node.generators:
            if generator.raw:
                self.fail(generator.at, "a bound variable is not written in backquotes")
            variable = self.ctx.sym(f"b:{self._level}")
            self._level += 1
            variables.append(variable)
            if any(self.scope.get(generator.name) == v for v in variables):
                self.fail(generator.at, f"{generator.name!r} is bound twice")
            self.scope[generator.name] = variable
        domain = self.domain(node.generators, variables, node.condition)
        body = self.boolean(node.body) if node.op == "any" else self.numeric(node.body)
        self.scope, self._level = outer, level
        if node.op == "any":
            return self._exists(node, variables, domain, body)
        kind = as_big_kind(node.op)
        found = self._close(kind, node, variables, domain, body)
        if self.total or kind not in ("max", "min"):
            return found
        finite = [leaf for leaf in self.ctx.leaves(found) if leaf.kind == "poly"]
        return finite[0] if len(finite) == 1 else found

    def domain(
        self, generators: tuple[syntax.Generator, ...], variables: list[Term], condition: syntax.Node | None
    ) -> Term:
        """The conjunction of all ranges and of the condition."""
        parts: list[Term] = []
        for generator, variable in zip(generators, variables, strict=True):
            if generator.hi is not None:
                lo = self.ctx.num(0) if generator.lo is None else self.integer(generator.lo)
                parts += [self.ctx.le(lo, variable), self.ctx.lt(variable, self.integer(generator.hi))]
        if condition is not None:
            parts.append(self.boolean(condition))
        return balanced(self.ctx.and_, parts) if parts else self.ctx.truth(True)

    def _exists(self, node: syntax.Big, variables: list[Term], domain: Term, body: Term) -> Term:
        """Some point satisfies range and body: where the maximum of 0 over those points is not the empty one, -inf."""
        both = self.ctx.and_(domain, body)
        if self._conjunction(both) is not None:
            return self.ctx.ge(self._close("max", node, variables, both, self.ctx.num(0)), self.ctx.num(0))
        inside = self.ctx.ite(body, self.ctx.num(0), self.ctx.inf(-1))
        return self.ctx.ge(self._close("max", node, variables, domain, inside), self.ctx.num(0))

    def paren(self, node: syntax.Paren) -> Term:
        """An opaque value. Where the core has no constructor of its own: as it makes one of the base of a large
        power.
        """
        value = self.numeric(node.value)
        make: Callable[[Term], Term] | None = getattr(self.ctx, "paren", None)
        if make is not None:
            return make(value)
        power = self.ctx.power(value, MAX_POWER) if value.kind == "poly" and len(value.monomials) > 1 else value
        if power.kind == "poly" and len(power.monomials) == 1:
            _, _, factors = power.monomials[0]
            if len(factors) == 1 and factors[0][0].kind == "paren" and factors[0][0].args[0] == value:
                return self.ctx.power(factors[0][0], 1)
        raise self.source.error(node.at, "the core makes no opaque value of this")

    def _close(self, kind: BigKind, node: syntax.Big, variables: list[Term], domain: Term, body: Term) -> Term:
        """Bind the variables, with the domain's literals if it is a conjunction."""
        literals = self._conjunction(domain)
        if literals is None:
            # a condition that is no conjunction: other points contribute the operator's identity
            literals = self._conjunction(self.domain(node.generators, variables, None))
            body = self.ctx.ite(domain, body, self._identity(kind))
        if literals is None:
            self.fail(node.at, "a range with alternatives; write them as a condition after if")
        try:
            return self.ctx.close_big(kind, variables, literals, body)
        except ValueError as error:
            message = str(error)
            for generator, variable in zip(node.generators, variables, strict=True):
                message = message.replace(f"'{variable.name}'", f"'{generator.name}'")
            self.fail(node.at, message)

    def _conjunction(self, condition: Term) -> tuple[tuple[Term, bool], ...] | None:
        """The literals of a condition that has one path to true, else None."""
        literals: list[tuple[Term, bool]] = []
        while condition.kind == "ite":
            literal, then, other = condition.args
            value = other.kind == "bool" and not other.truth
            if not value and not (then.kind == "bool" and not then.truth):
                return None
            literals.append((literal, value))
            condition = then if value else other
        return tuple(literals) if condition.kind == "bool" and condition.truth else None

    def _identity(self, kind: BigKind) -> Term:
        match kind:
            case "sum" | "bor" | "bxor":
                return self.ctx.num(0)
            case "prod":
                return self.ctx.num(1)
            case "band":
                return self.ctx.num(-1)
            case "max" | "min":
                return self.ctx.inf(-1 if kind == "max" else 1)


def as_big_kind(op: str) -> BigKind:
    """A big operator's name as the core's type."""
    match op:
        case "sum" | "prod" | "max" | "min" | "band" | "bor" | "bxor":
            return op
        case _:
            raise ValueError(f"unknown operator {op!r}")


def balanced(join: Callable[[Term, Term], Term], terms: list[Term]) -> Term:
    """Join one or more terms pairwise, so that long sums stay cheap."""
    while len(terms) > 1:
        joined = [join(a, b) for a, b in zip(terms[::2], terms[1::2], strict=False)]
        terms = [*joined, terms[-1]] if len(terms) % 2 else joined
    return terms[0]
