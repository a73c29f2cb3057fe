"""Syntax tree to term: names resolved, every value made by the core's own constructors, so that parsing normalises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from triton_lift._core import BudgetError, Context, Term
from triton_lift.term import formula_syntax as syntax
from triton_lift.term.formula_names import CALLED
from triton_lift.term.formula_signature import BOOLEAN, PREDICATES, Signature, function_attributes
from triton_lift.term.formula_tokens import Source
from triton_lift.term.formula_views import View
from triton_lift.term.symbols import Names, Symbols
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic

BigKind = Literal["sum", "prod", "max", "min", "band", "bor", "bxor"]


@dataclass(slots=True)
class Builder:
    """Builds the terms of one text.

    ``total``: an empty max or min is -inf or +inf, as in a claim. Otherwise the operator stands for its value on a
    non-empty domain, as in a printed summary, where a guard or a proof has shown that.
    """

    ctx: Context
    source: Source
    names: Names
    signature: Signature
    views: Mapping[str, View]
    total: bool = False
    indices: dict[str, Term] = field(default_factory=dict[str, Term])
    scope: dict[str, Term] = field(default_factory=dict[str, Term])
    shared: dict[str, syntax.Node] = field(default_factory=dict[str, syntax.Node])
    strides: dict[str, tuple[Term, ...]] = field(default_factory=dict[str, tuple[Term, ...]])
    _symbols: dict[str, str] = field(init=False)
    _values: dict[str, Term | None] = field(default_factory=dict[str, Term | None])
    _level: int = 0

    def __post_init__(self) -> None:
        self._symbols = {name: symbol for symbol, name in self.names.by_symbol.items()}

    def fail(self, at: int, message: str) -> NoReturn:
        self.source.fail(at, message)

    # -- typed entry points
    def numeric(self, node: syntax.Node) -> Term:
        """The value of a numeric expression."""
        term = self.term(node)
        if term.is_bool:
            self.fail(node.at, "expected a number, found a condition")
        return term

    def boolean(self, node: syntax.Node) -> Term:
        """The value of a condition."""
        term = self.term(node)
        if not term.is_bool:
            self.fail(node.at, "expected a condition, found a number")
        return term

    def integer(self, node: syntax.Node) -> Term:
        """The value of an integer expression."""
        term = self.numeric(node)
        if not term.is_int:
            self.fail(node.at, "expected an integer")
        return term

    def term(self, node: syntax.Node) -> Term:
        """The value of any expression; the core's refusals become located errors."""
        try:
            return self._term(node)
        except ValueError as error:
            self.fail(node.at, str(error))
        except BudgetError as error:
            raise BudgetExceeded(Diagnostic("error", "formula-too-large", str(error), "<formula>")) from error

    def _term(self, node: syntax.Node) -> Term:
        ctx = self.ctx
        match node:
            case syntax.Number():
                return ctx.num(node.value.numerator, node.value.denominator)
            case syntax.Word():
                return self._word(node.word)
            case syntax.Name():
                return self._name(node)
            case syntax.Call():
                return self._call(node)
            case syntax.Big():
                return self._big(node)
            case syntax.Access():
                return self._read(node)
            case syntax.Negate():
                return ctx.neg(self.numeric(node.value))
            case syntax.Sum():
                terms = [self.numeric(term) for _, term in node.terms]
                signed = [t if sign > 0 else ctx.neg(t) for t, (sign, _) in zip(terms, node.terms, strict=True)]
                return balanced(ctx.add, signed)
            case syntax.Product():
                return self._product(node)
            case syntax.Power():
                return ctx.power(self.numeric(node.base), node.exponent)
            case syntax.Compare():
                return self._compare(node)
            case syntax.Logic():
                return balanced(ctx.and_ if node.op == "and" else ctx.or_, [self.boolean(arg) for arg in node.args])
            case syntax.Not():
                return ctx.not_(self.boolean(node.value))
            case syntax.If():
                return self._choice(node)
            case syntax.Paren():
                return self._paren(node)

    def _word(self, word: str) -> Term:
        match word:
            case "inf":
                return self.ctx.inf(1)
            case "undef":
                return self.ctx.undef()
            case "bundef":
                return self.ctx.bundef()
            case _:
                return self.ctx.truth(word == "true")

    # -- names
    def _name(self, node: syntax.Name) -> Term:
        if not node.raw:
            if (bound := self.scope.get(node.name)) is not None:
                return bound
            if node.name in self.shared:
                return self._shared_value(node)
            if (index := self.indices.get(node.name)) is not None:
                return index
        symbol = self.symbol(node.name, node.raw)
        if symbol is None:
            self.fail(node.at, f"unknown name {node.name[:40]!r}")
        return symbol

    def symbol(self, name: str, raw: bool) -> Term | None:
        """A declared symbol by its display name, or by its position where ``raw``."""
        return self.signature.symbols.get(name if raw else self._symbols.get(name, ""))

    def _shared_value(self, node: syntax.Name) -> Term:
        """A name of the ``with`` clause; its value sees no bound variables."""
        if node.name not in self._values:
            self._values[node.name] = None
            scope, self.scope = self.scope, {}
            self._values[node.name] = self.term(self.shared[node.name])
            self.scope = scope
        value = self._values[node.name]
        if value is None:
            self.fail(node.at, f"{node.name!r} is defined by itself")
        return value

    def _call(self, node: syntax.Call) -> Term:
        if not node.raw and (node.name in CALLED or node.name == "lane"):
            return self._position(node)
        args = [self.numeric(arg) for arg in node.args]
        given = node.attributes
        if given == BOOLEAN or (given is None and node.name in PREDICATES):
            return self.ctx.bapp(node.name, args)
        arity = {"recip": 1, "floordiv": 2}.get(node.name)
        if arity is not None and len(args) != arity:
            self.fail(node.at, f"{node.name} takes {arity} arguments")
        match node.name:
            case "recip":
                return self.ctx.recip(args[0])
            case "floordiv":
                return self.ctx.floordiv(args[0], args[1])
            case _:
                a = given or function_attributes(node.name)
                return self.ctx.app(node.name, args, is_int=a.is_int, lo=a.lo, hi=a.hi)

    def _position(self, node: syntax.Call) -> Term:
        """``program_id(0)``, ``num_programs(0)``, ``lane(0, 64)``."""
        numbers: list[int] = []
        for arg in node.args:
            if not isinstance(arg, syntax.Number) or arg.value.denominator != 1 or arg.value >= 1 << 31:
                self.fail(arg.at, "expected a small natural number")
            numbers.append(int(arg.value))
        symbols = Symbols(self.ctx)
        match node.name, numbers:
            case "lane", [axis, size] if size > 0:
                return self.symbol(f"l{axis}:{size}", True) or symbols.lane(axis, size)
            case "program_id", [axis] if axis < 3:
                return self.symbol(f"pid{axis}", True) or symbols.pid(axis)
            case "num_programs", [axis] if axis < 3:
                return self.symbol(f"np{axis}", True) or symbols.num_programs(axis)
            case _:
                raise self.source.error(node.at, f"no such {node.name}")

    # -- arithmetic
    def _product(self, node: syntax.Product) -> Term:
        first = node.factors[0][1]
        total = self.numeric(first)
        for op, factor in node.factors[1:]:
            match op:
                case "*":
                    total = self.ctx.mul(total, self.numeric(factor))
                case "/":
                    total = self.ctx.mul(total, self._reciprocal(factor))
                case _:
                    if not total.is_int:
                        self.fail(node.at, f"the left operand of {op} is not an integer")
                    divide = self.ctx.floordiv if op == "//" else self.ctx.mod
                    total = divide(total, self.integer(factor))
        return total

    def _reciprocal(self, node: syntax.Node) -> Term:
        """1/node, factor by factor: the core keeps one reciprocal for each factor and power, and would expand their
        product.
        """
        match node:
            case syntax.Product() if all(op == "*" for op, _ in node.factors):
                return balanced(self.ctx.mul, [self._reciprocal(factor) for _, factor in node.factors])
            case syntax.Power():
                return self.ctx.power(self._reciprocal(node.base), node.exponent)
            case _:
                return self.ctx.recip(self.numeric(node))

    def _compare(self, node: syntax.Compare) -> Term:
        operands = [self.numeric(operand) for operand in node.operands]
        compare = {
            "<": self.ctx.lt,
            "<=": self.ctx.le,
            ">": self.ctx.gt,
            ">=": self.ctx.ge,
            "==": self.ctx.eq,
            "!=": self.ctx.ne,
        }
        pairs = zip(node.operators, operands[:-1], operands[1:], strict=True)
        return balanced(self.ctx.and_, [compare[op](a, b) for op, a, b in pairs])

    def _choice(self, node: syntax.If) -> Term:
        result = self.term(node.other)
        for value, condition in reversed(node.arms):
            then = self.term(value)
            if then.is_bool != result.is_bool:
                self.fail(value.at, "the alternatives of a choice are a number and a condition")
            result = self.ctx.ite(self.boolean(condition), then, result)
        return result

    # -- memory
    def array(self, at: int, name: str, raw: bool) -> str:
        """The array symbol of a name."""
        symbol = name if raw else self._symbols.get(name)
        if symbol is None:
            self.fail(at, f"unknown array {name[:40]!r}")
        return symbol

    def address(self, node: syntax.Access, array: str) -> Term:
        """The flat address of an access, by the array's view unless it is flat already."""
        index = [self.integer(i) for i in node.index]
        strides = self.strides.get(array)
        if strides is None and (view := self.views.get(array)) is not None:
            strides = view.strides
        if node.flat or strides is None:
            if len(index) != 1:
                self.fail(
                    node.at, f"{node.array!r} has {len(index)} indices and no strides; give them by a where clause"
                )
            return index[0]
        if len(index) != len(strides):
            self.fail(node.at, f"{node.array!r} has {len(index)} indices and {len(strides)} strides")
        return balanced(self.ctx.add, [self.ctx.mul(i, s) for i, s in zip(index, strides, strict=True)])

    def _read(self, node: syntax.Access) -> Term:
        array = self.array(node.at, node.array, node.raw)
        a = node.attributes or self.signature.arrays.get(array)
        if a is None:
            self.fail(node.at, f"the element type of {node.array[:40]!r} is not known")
        many = node.flat and len(node.index) > 1
        index = [self.integer(i) for i in node.index] if many else [self.address(node, array)]
        return self.ctx.read(array, index, is_int=a.is_int, lo=a.lo, hi=a.hi)

    # -- big operators
    def _big(self, node: syntax.Big) -> Term:
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
        inside = self.ctx.ite(body, self.ctx.num(0), self.ctx.inf(-1))
        return self.ctx.ge(self._close("max", node, variables, domain, inside), self.ctx.num(0))

    def _paren(self, node: syntax.Paren) -> Term:
        make = getattr(self.ctx, "paren", None)
        if make is None:
            self.fail(node.at, "this core makes no opaque values")
        return make(self.numeric(node.value))

    def _close(self, kind: BigKind, node: syntax.Big, variables: list[Term], domain: Term, body: Term) -> Term:
        """Bind the variables, with the domain's literals if it is a conjunction."""
        literals = self._conjunction(domain)
        if literals is not None:
            return self.ctx.close_big(kind, variables, literals, body)
        ranges = self.domain(node.generators, variables, None)
        literals = self._conjunction(ranges)
        if literals is None:
            self.fail(node.at, "a range with alternatives; write them as a condition after if")
        # a condition that is no conjunction: other points contribute the operator's identity
        return self.ctx.close_big(kind, variables, literals, self.ctx.ite(domain, body, self._identity(kind)))

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
