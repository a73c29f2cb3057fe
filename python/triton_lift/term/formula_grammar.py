"""Formula text to syntax tree: precedence climbing over tokens, with bounded depth. Grammar: docs/grammar.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from triton_lift.term import formula_syntax as syntax
from triton_lift.term.formula_binding import MAX_POWER
from triton_lift.term.formula_signature import BOOLEAN, INTEGER, REAL, Attributes, signed, unsigned
from triton_lift.term.formula_tokens import KEYWORDS, Source, Token, tokenize

MAX_DEPTH = 200
"""Deepest nesting of brackets, calls, powers and signs that is read."""

BIG_OPS = frozenset(("sum", "prod", "max", "min", "band", "bor", "bxor", "any"))
_UPDATES = frozenset(("max", "min", "and", "or", "xor", "exchange"))
_WORDS = frozenset(("true", "false", "inf", "undef", "bundef"))
_COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))

# levels: each reads operators that bind at least as strongly
_CHOICE, _OR, _AND, _NOT, _COMPARE, _ADD, _MUL, _UNARY = range(8)


@dataclass(slots=True)
class Parser:
    """One pass over the tokens of a text; every failure is a located ``ParseError``."""

    source: Source
    tokens: list[Token]
    position: int = 0
    depth: int = 0

    @staticmethod
    def of(source: Source) -> Parser:
        return Parser(source, tokenize(source))

    # -- tokens
    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def is_op(self, text: str) -> bool:
        return self.token.kind == "op" and self.token.text == text

    def is_word(self, text: str) -> bool:
        return self.token.kind == "name" and self.token.text == text

    def next_is(self, *texts: str) -> bool:
        """The token after this one is one of these operators."""
        after = self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        return after.kind == "op" and after.text in texts

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.position += 1
        return token

    def accept(self, text: str) -> bool:
        """Skip an operator or a word if it comes next."""
        if self.token.kind in ("op", "name") and self.token.text == text:
            self.position += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        if self.token.kind not in ("op", "name") or self.token.text != text:
            self.fail(f"expected {text!r}, found {self.found()}")
        return self.take()

    def found(self) -> str:
        return "the end of the text" if self.token.kind == "end" else repr(self.token.text[:40])

    def fail(self, message: str) -> NoReturn:
        self.source.fail(self.token.at, message)

    def identifier(self, what: str) -> Token:
        token = self.token
        if token.kind != "name" or token.text in KEYWORDS:
            self.fail(f"expected {what}, found {self.found()}")
        return self.take()

    def end(self) -> None:
        if self.token.kind != "end":
            self.fail(f"unexpected {self.found()}")

    # -- expressions
    def expression(self, level: int = _CHOICE) -> syntax.Node:
        """An expression whose operators bind at least as strongly as ``level``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"the formula nests deeper than {MAX_DEPTH}")
        node = self._operators(self._prefix(level), level)
        self.depth -= 1
        return node

    def _prefix(self, level: int) -> syntax.Node:
        token = self.token
        if self.is_word("not") and level <= _NOT:
            self.take()
            return syntax.Not(token.at, self.expression(_NOT))
        if self.is_op("-") and level <= _UNARY:
            self.take()
            return syntax.Negate(token.at, self.expression(_UNARY))
        base = self._primary()
        if not self.accept("**"):
            return base
        exponent = self.token
        if exponent.kind != "number" or exponent.number is None or exponent.number.denominator != 1:
            self.fail("expected a natural number as the exponent")
        if exponent.number > MAX_POWER:
            self.fail(f"an exponent beyond {MAX_POWER}")
        self.take()
        return syntax.Power(token.at, base, int(exponent.number))

    def _operators(self, left: syntax.Node, level: int) -> syntax.Node:
        """Extend a first operand by every operator of the level, the strongest first."""
        at = left.at
        if level <= _MUL and self.token.kind == "op" and self.token.text in ("*", "/", "//", "%"):
            factors = [("*", left)]
            while self.token.kind == "op" and self.token.text in ("*", "/", "//", "%"):
                factors.append((self.take().text, self.expression(_UNARY)))
            left = syntax.Product(at, tuple(factors))
        if level <= _ADD and (self.is_op("+") or self.is_op("-")):
            terms = [(1, left)]
            while self.is_op("+") or self.is_op("-"):
                terms.append((1 if self.take().text == "+" else -1, self.expression(_MUL)))
            left = syntax.Sum(at, tuple(terms))
        if level <= _COMPARE and self._at_comparison():
            operands, operators = [left], list[str]()
            while self._at_comparison():
                operators.append(self.take().text)
                operands.append(self.expression(_ADD))
            left = syntax.Compare(at, tuple(operands), tuple(operators))
        for bound, word in ((_AND, "and"), (_OR, "or")):
            if level <= bound and self._at_logic(word):
                args = [left]
                while self._at_logic(word):
                    self.take()
                    args.append(self.expression(bound + 1))
                left = syntax.Logic(at, word, tuple(args))
        if level <= _CHOICE and self.is_word("if"):
            arms: list[tuple[syntax.Node, syntax.Node]] = []
            while self.accept("if"):
                arms.append((left, self.expression(_OR)))
                self.expect("else")
                left = self.expression(_OR)
            left = syntax.If(at, tuple(arms), left)
        return left

    def _at_comparison(self) -> bool:
        return self.token.kind == "op" and self.token.text in _COMPARISONS

    def _at_logic(self, word: str) -> bool:
        return self.is_word(word) and not self.next_is("=")

    def _primary(self) -> syntax.Node:
        token = self.token
        match token.kind:
            case "number" if token.number is not None:
                self.take()
                return syntax.Number(token.at, token.number)
            case "op" if token.text == "(":
                self.take()
                inner = self.expression()
                self.expect(")")
                return inner
            case "name" if token.text in _WORDS:
                self.take()
                return syntax.Word(token.at, token.text)
            case "name" if token.text == "paren":
                self.take()
                self.expect("(")
                inner = self.expression()
                self.expect(")")
                return syntax.Paren(token.at, inner)
            case "name" | "raw" if token.kind == "raw" or token.text not in KEYWORDS:
                return self._named()
            case _:
                raise self.source.error(token.at, f"expected a value, found {self.found()}")

    def _named(self) -> syntax.Node:
        token = self.take()
        attributes = self._attributes() if self.is_op("{") else None
        if self.is_op("(") or (attributes is not None and not self.is_op("[") and not self.is_op("@")):
            return self._call(token, attributes)
        if self.is_op("[") or self.is_op("@"):
            flat = self.accept("@")
            self.expect("[")
            index = self._list("]")
            return syntax.Access(token.at, token.text, token.kind == "raw", flat, attributes, index)
        return syntax.Name(token.at, token.text, token.kind == "raw")

    def _call(self, token: Token, attributes: Attributes | None) -> syntax.Node:
        self.expect("(")
        if self.accept(")"):
            return syntax.Call(token.at, token.text, token.kind == "raw", attributes, ())
        first = self.expression()
        if self.is_word("for"):
            if token.text not in BIG_OPS or token.kind == "raw" or attributes is not None:
                self.source.fail(token.at, f"{token.text!r} does not range over variables")
            self.take()
            generators, condition = self._generators()
            self.expect(")")
            return syntax.Big(token.at, token.text, first, generators, condition)
        args = [first]
        while self.accept(","):
            args.append(self.expression())
        self.expect(")")
        return syntax.Call(token.at, token.text, token.kind == "raw", attributes, tuple(args))

    def _list(self, close: str) -> tuple[syntax.Node, ...]:
        """One or more expressions up to a closing bracket."""
        items = [self.expression()]
        while self.accept(","):
            items.append(self.expression())
        self.expect(close)
        return tuple(items)

    def _attributes(self) -> Attributes:
        """``{bool}``, ``{real}``, ``{int}``, ``{i32}``, ``{u8}``, ``{lo..hi}``, ``{real lo..hi}``."""
        self.expect("{")
        token = self.token
        found = INTEGER
        if token.kind == "name":
            word, digits = token.text[0], token.text[1:]
            if token.text in ("real", "int", "bool"):
                found = {"real": REAL, "int": INTEGER, "bool": BOOLEAN}[token.text]
            elif word in "iu" and digits.isdecimal() and len(digits) <= 3 and int(digits) > 0:
                found = (signed if word == "i" else unsigned)(int(digits))
            else:
                self.fail(f"unknown type {token.text[:40]!r}")
            self.take()
        if not self.is_op("}") or token.kind != "name":
            if token.kind == "name" and found != REAL:
                self.fail(f"expected '}}', found {self.found()}")
            lo = None if self.is_op("..") else self._integer()
            self.expect("..")
            found = Attributes(found.is_int, lo, None if self.is_op("}") else self._integer())
        self.expect("}")
        return found

    def _integer(self) -> int:
        sign = -1 if self.accept("-") else 1
        if self.token.number is None or self.token.number.denominator != 1:
            self.fail(f"expected an integer, found {self.found()}")
        number = self.take().number
        return sign * int(number or 0)

    def _generators(self) -> tuple[tuple[syntax.Generator, ...], syntax.Node | None]:
        """``k < n, j in a..b, i if condition``, after ``for``."""
        found: list[syntax.Generator] = []
        while True:
            token = self.token
            if token.kind != "raw":
                self.identifier("a variable")
            else:
                self.take()
            lo = hi = None
            if self.accept("<"):
                hi = self.expression(_ADD)
            elif self.accept("in"):
                lo = self.expression(_ADD)
                self.expect("..")
                hi = self.expression(_ADD)
            found.append(syntax.Generator(token.at, token.text, token.kind == "raw", lo, hi))
            if not self.accept(","):
                break
        condition = self.expression(_OR) if self.accept("if") else None
        return tuple(found), condition

    # -- statements
    def statement(self) -> syntax.StatementSyntax:
        """``target op= value clauses`` up to the end of the text."""
        target = self._primary()
        if not isinstance(target, syntax.Access):
            self.source.fail(target.at, "expected an array element on the left-hand side")
        if self.accept("="):
            kind = "assign"
        elif self.accept("+="):
            kind = "add"
        elif self.token.kind == "name" and self.token.text in _UPDATES and self.next_is("="):
            kind = self.take().text
            self.take()
        else:
            self.fail(f"expected an assignment operator, found {self.found()}")
        value = self._assigned()
        clauses = self.clauses()
        self.end()
        return syntax.StatementSyntax(target, kind, value, clauses)

    def _assigned(self) -> syntax.Node:
        """The assigned value: an ``if`` after it is a choice if an ``else`` follows, else the condition of the
        statement.
        """
        start = self.position
        value = self.expression(_OR)
        after = self.position
        if self.accept("if"):
            self.expression(_OR)
            if self.is_word("else"):
                self.position = start
                return self.expression()
        self.position = after
        return value

    def clauses(self) -> syntax.Clauses:
        """The trailing ``for``, ``if``, ``where`` and ``with`` clauses, each at most once, in this order."""
        generators: tuple[syntax.Generator, ...] | None = None
        condition: syntax.Node | None = None
        if self.accept("for"):
            generators, condition = self._generators()
        elif self.accept("if"):
            condition = self.expression(_OR)
        strides: list[syntax.Strides] = []
        if self.accept("where"):
            strides.append(self._strides())
            while self.accept(","):
                strides.append(self._strides())
        shared: list[tuple[int, str, syntax.Node]] = []
        if self.accept("with"):
            while True:
                name = self.identifier("a name")
                self.expect("=")
                shared.append((name.at, name.text, self.expression()))
                if not self.accept(","):
                    break
        return syntax.Clauses(generators, condition, tuple(strides), tuple(shared))

    def _strides(self) -> syntax.Strides:
        token = self.take() if self.token.kind == "raw" else self.identifier("an array")
        self.expect(":")
        self.expect("strides")
        self.expect("(")
        return syntax.Strides(token.at, token.text, token.kind == "raw", self._list(")"))
