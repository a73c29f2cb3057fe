"""Terms for the tests of the formula text: a kernel's symbols by short names."""

from __future__ import annotations

from dataclasses import dataclass, field

from triton_lift._core import Context, Term
from triton_lift.term.formula_parse import parse_statement, parse_term
from triton_lift.term.formula_print import print_statement, print_term
from triton_lift.term.formula_signature import REAL, Attributes, Signature
from triton_lift.term.formula_views import View
from triton_lift.term.symbols import Names, Statement, Symbols

NAMES = Names(
    {
        "s0": "N",
        "s1": "M",
        "s2": "stride",
        "s3": "eps",
        "s4": "alpha",
        "a0": "out",
        "a1": "x",
        "a2": "y",
        "a3": "idx",
        "i0": "row",
        "i1": "col",
    }
)


@dataclass
class Kit:
    """One context with the symbols of ``NAMES``; arrays ``out, x, y`` are real, ``idx`` holds 32-bit integers."""

    ctx: Context = field(default_factory=Context)

    def __post_init__(self) -> None:
        s = Symbols(self.ctx)
        self.N, self.M, self.stride = (s.scalar_int(i, 32) for i in range(3))
        self.eps, self.alpha = s.scalar_float(3), s.scalar_float(4)
        self.row, self.col = s.index(0), s.index(1)
        self.programs = s.num_programs(0)
        self.zero, self.one = self.ctx.num(0), self.ctx.num(1)
        self.k, self.j = self.ctx.sym("k"), self.ctx.sym("j")
        symbols = [self.N, self.M, self.stride, self.eps, self.alpha, self.row, self.col, self.programs]
        found = Signature.of(self.ctx, symbols)
        arrays = {"a0": REAL, "a1": REAL, "a2": REAL, "a3": Attributes(True, -(2**31), 2**31 - 1)}
        self.signature = Signature(found.symbols, arrays)

    def x(self, *index: Term) -> Term:
        return self.ctx.read("a1", index, is_int=False)

    def y(self, *index: Term) -> Term:
        return self.ctx.read("a2", index, is_int=False)

    def idx(self, *index: Term) -> Term:
        return self.ctx.read("a3", index, is_int=True, lo=-(2**31), hi=2**31 - 1)

    def at(self, row: Term, col: Term) -> Term:
        return self.ctx.add(self.ctx.mul(row, self.stride), col)

    def num(self, a: int, b: int = 1) -> Term:
        return self.ctx.num(a, b)

    def total(self, kind: str, body: Term, var: Term | None = None, hi: Term | None = None) -> Term:
        return self.ctx.big(kind, var or self.k, self.zero, hi or self.N, body)  # type: ignore[arg-type]

    def text(self, term: Term, views: dict[str, View] | None = None) -> str:
        """The text of a term, which must read back to the very same term."""
        text = print_term(term, NAMES, views, ctx=self.ctx, signature=self.signature)
        back = parse_term(self.ctx, text, NAMES, self.signature, views)
        assert back == term, f"{text} reads as {print_term(back, NAMES, ctx=self.ctx, signature=self.signature)}"
        return text

    def statement_text(self, statement: Statement, views: dict[str, View] | None = None, *, share: bool = True) -> str:
        """The text of a statement, which must read back to the very same statement."""
        text = print_statement(statement, NAMES, views, share=share, ctx=self.ctx, signature=self.signature)
        assert parse_statement(self.ctx, text, NAMES, self.signature) == statement, text
        return text
