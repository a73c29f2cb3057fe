"""Syntax tree to term: names resolved, every value made by the core's own constructors, so that parsing normalises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from triton_lift._core import BudgetError, Term
from triton_lift.term import formula_syntax as syntax
from triton_lift.term.formula_binding import Binding, balanced
from triton_lift.term.formula_names import CALLED
from triton_lift.term.formula_signature import BOOLEAN, PREDICATES, Signature, function_attributes
from triton_lift.term.formula_views import View
from triton_lift.term.symbols import Names, Symbols
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic


@dataclass(slots=True, kw_only=True)
class Builder(Binding):
    """Builds the terms of one text.

    ``indices`` are the index names that a claim introduces, ``shared`` the definitions of its ``with`` clause,
    ``strides`` what its ``where`` clause says of arrays; ``views`` are asked where that says nothing.
    """

    names: Names
    signature: Signature
    views: Mapping[str, View]
    indices: dict[str, Term] = field(default_factory=dict[str, Term])
    shared: dict[str, syntax.Node] = field(default_factory=dict[str, syntax.Node])
    strides: dict[str, tuple[Term, ...]] = field(default_factory=dict[str, tuple[Term, ...]])
    _symbols: dict[str, str] = field(init=False)
    _values: dict[str, Term | None] = field(default_factory=dict[str, Term | None])

    def __post_init__(self) -> None:
        self._symbols = {name: symbol for symbol, name in self.names.by_symbol.items()}

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
                return self.big(node)
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
                return self.paren(node)

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
        index = [self._coordinate(i) for i in node.index]
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

    def _coordinate(self, node: syntax.Node) -> Term:
        """An index: an integer wherever it is defined."""
        term = self.numeric(node)
        if not all(leaf.kind == "undef" or leaf.is_int for leaf in self.ctx.leaves(term)):
            self.fail(node.at, "expected an integer")
        return term

    def _read(self, node: syntax.Access) -> Term:
        array = self.array(node.at, node.array, node.raw)
        a = node.attributes or self.signature.arrays.get(array)
        if a is None:
            self.fail(node.at, f"the element type of {node.array[:40]!r} is not known")
        many = node.flat and len(node.index) > 1
        index = [self.integer(i) for i in node.index] if many else [self.address(node, array)]
        return self.ctx.read(array, index, is_int=a.is_int, lo=a.lo, hi=a.hi)
