"""Every construct of the formula text: what is expected to be read by people, and back to the very same term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.term.formula_terms import NAMES, Kit
from triton_lift._core import Term
from triton_lift.term.formula_parse import parse_statement
from triton_lift.term.formula_print import print_statement
from triton_lift.term.formula_views import View, choose_views
from triton_lift.term.symbols import Names, Statement
from triton_lift.util.diagnostic import BudgetExceeded, UsageError

Make = Callable[[Kit], Term]


def f32(k: Kit, bits: tuple[int, int]) -> Term:
    return k.num(*bits)


TERMS: list[tuple[Make, str]] = [
    # sums and products
    (lambda k: k.ctx.add(k.ctx.mul(k.alpha, k.x(k.row)), k.y(k.row)), "alpha*x[row] + y[row]"),
    (lambda k: k.ctx.sub(k.num(1), k.x(k.row)), "1 - x[row]"),
    (lambda k: k.ctx.sub(k.x(k.row), k.num(1)), "x[row] - 1"),
    (lambda k: k.ctx.neg(k.x(k.row)), "-x[row]"),
    (lambda k: k.num(0), "0"),
    (lambda k: k.num(-3), "-3"),
    (lambda k: k.ctx.mul(k.num(1, 2), k.x(k.row)), "0.5*x[row]"),
    (lambda k: k.ctx.mul(k.num(1, 3), k.x(k.row)), "x[row]/3"),
    (lambda k: k.ctx.mul(k.num(-2, 3), k.x(k.row)), "-2*x[row]/3"),
    (lambda k: k.ctx.mul(k.num(1, 1024), k.x(k.row)), "x[row]/1024"),
    # fl32(0.1) = 13421773 / 2^27 (IEEE 754 binary32)
    (lambda k: k.ctx.mul(k.num(13421773, 1 << 27), k.x(k.row)), "0.1f*x[row]"),
    (lambda k: k.ctx.power(k.x(k.row), 3), "x[row]**3"),
    (lambda k: k.ctx.power(k.ctx.add(k.eps, k.alpha), 2), "eps**2 + 2*eps*alpha + alpha**2"),
    # fractions
    (lambda k: k.ctx.recip(k.eps), "1/eps"),
    (lambda k: k.ctx.mul(k.alpha, k.ctx.recip(k.ctx.mul(k.eps, k.x(k.row)))), "alpha/(eps*x[row])"),
    (lambda k: k.ctx.recip(k.ctx.power(k.eps, 2)), "1/eps**2"),
    (lambda k: k.ctx.power(k.ctx.recip(k.ctx.app("sin", [k.eps])), 2), "1/sin(eps)**2"),
    (lambda k: k.ctx.mul(k.num(2, 3), k.ctx.recip(k.eps)), "2/(3*eps)"),
    (lambda k: k.ctx.recip(k.ctx.recip(k.eps)), "1/(1/eps)"),
    (lambda k: k.ctx.mul(k.eps, k.ctx.recip(k.eps)), "eps/eps"),
    # functions
    (lambda k: k.ctx.app("exp", [k.ctx.neg(k.x(k.row))]), "exp(-x[row])"),
    (lambda k: k.ctx.recip(k.ctx.app("sqrt", [k.eps])), "1/sqrt(eps)"),
    (lambda k: k.ctx.app("erf", [k.eps]), "erf(eps)"),
    (lambda k: k.ctx.app("nan", []), "nan()"),
    (lambda k: k.ctx.app("floor", [k.eps], is_int=True), "floor(eps)"),
    (lambda k: k.ctx.app("floor", [k.eps]), "floor{real}(eps)"),
    (lambda k: k.ctx.app("fptoi", [k.eps], is_int=True, lo=-(2**31), hi=2**31 - 1), "fptoi{i32}(eps)"),
    (lambda k: k.ctx.app("fptoi", [k.eps], is_int=True, lo=0, hi=255), "fptoi{u8}(eps)"),
    (lambda k: k.ctx.app("wrap_s8", [k.N], is_int=True, lo=-128, hi=127), "wrap_s8(N)"),
    (lambda k: k.ctx.app("wrap_s8", [k.N], is_int=True, lo=-5, hi=127), "wrap_s8{-5..127}(N)"),
    (lambda k: k.ctx.app("made up", [k.N]), "`made up`(N)"),
    (lambda k: k.ctx.app("signbit", [k.eps]), "signbit{real}(eps)"),
    (lambda k: k.ctx.app("max", [k.eps, k.num(0)]), "max(eps, 0)"),
    # integers
    (lambda k: k.ctx.floordiv(k.row, k.num(4)), "row // 4"),
    (lambda k: k.ctx.mod(k.row, k.num(4)), "row % 4"),
    (lambda k: k.ctx.neg(k.ctx.mod(k.row, k.num(4))), "-(row % 4)"),
    (lambda k: k.ctx.sub(k.col, k.ctx.mod(k.row, k.num(4))), "col - row % 4"),
    (lambda k: k.ctx.mul(k.N, k.ctx.mod(k.row, k.num(4))), "N*(row % 4)"),
    (lambda k: k.ctx.mul(k.num(8), k.ctx.floordiv(k.row, k.num(4))), "8*(row // 4)"),
    (lambda k: k.ctx.mod(k.row, k.N), "row % N"),
    (lambda k: k.ctx.floordiv(k.ctx.add(k.row, k.col), k.N), "(row + col) // N"),
    (lambda k: k.ctx.mod(k.ctx.floordiv(k.row, k.num(4)), k.num(8)), "row // 4 % 8"),
    (lambda k: k.ctx.recip(k.ctx.mod(k.row, k.num(4))), "1/(row % 4)"),
    (lambda k: k.ctx.app("max", [k.N, k.M]), "max(N, M)"),
    # reads
    (lambda k: k.idx(k.row), "idx[row]"),
    (lambda k: k.x(k.idx(k.row)), "x[idx[row]]"),
    (lambda k: k.ctx.read("a3", [k.row], is_int=True, lo=0, hi=255), "idx{u8}[row]"),
    (lambda k: k.ctx.read("a1", [k.row, k.col], is_int=False), "x@[row, col]"),
    (lambda k: k.programs, "num_programs(0)"),
    # conditions
    (lambda k: k.ctx.lt(k.col, k.N), "col < N"),
    (lambda k: k.ctx.ge(k.col, k.N), "col >= N"),
    (lambda k: k.ctx.ge(k.N, k.one), "N > 0"),
    (lambda k: k.ctx.le(k.N, k.zero), "N <= 0"),
    (lambda k: k.ctx.lt(k.ctx.add(k.col, k.num(3)), k.N), "col + 3 < N"),
    (lambda k: k.ctx.gt(k.eps, k.alpha), "eps > alpha"),
    (lambda k: k.ctx.le(k.eps, k.zero), "eps <= 0"),
    (lambda k: k.ctx.gt(k.eps, k.num(1, 2)), "2*eps > 1"),
    (lambda k: k.ctx.eq(k.row, k.col), "row == col"),
    (lambda k: k.ctx.ne(k.N, k.num(5)), "N != 5"),
    (lambda k: k.ctx.ne(k.eps, k.zero), "eps != 0"),
    (lambda k: k.ctx.and_(k.ctx.lt(k.row, k.N), k.ctx.lt(k.col, k.M)), "row < N and col < M"),
    (lambda k: k.ctx.or_(k.ctx.lt(k.row, k.N), k.ctx.lt(k.col, k.M)), "row < N or col < M"),
    (lambda k: k.ctx.bapp("isnan", [k.eps]), "isnan(eps)"),
    (lambda k: k.ctx.not_(k.ctx.bapp("isnan", [k.eps])), "not isnan(eps)"),
    (lambda k: k.ctx.bapp("odd", [k.eps]), "odd{bool}(eps)"),
    (lambda k: k.ctx.truth(True), "true"),
    (lambda k: k.ctx.bundef(), "bundef"),
    (
        lambda k: k.ctx.ite(k.ctx.lt(k.row, k.N), k.ctx.lt(k.col, k.M), k.ctx.bundef()),
        "(col < M if row < N else bundef)",
    ),
    # trees
    (lambda k: k.ctx.ite(k.ctx.lt(k.row, k.N), k.x(k.row), k.num(0)), "(x[row] if row < N else 0)"),
    (lambda k: k.ctx.ite(k.ctx.lt(k.row, k.N), k.num(0), k.x(k.row)), "(x[row] if row >= N else 0)"),
    (lambda k: k.ctx.ite(k.ctx.lt(k.row, k.N), k.x(k.row), k.ctx.inf(-1)), "(x[row] if row < N else -inf)"),
    (lambda k: k.ctx.ite(k.ctx.lt(k.row, k.N), k.x(k.row), k.ctx.undef()), "(x[row] if row < N else undef)"),
    (lambda k: k.ctx.inf(1), "inf"),
    (lambda k: k.ctx.inf(-1), "-inf"),
    (lambda k: k.ctx.undef(), "undef"),
    # big operators
    (lambda k: k.total("sum", k.x(k.k)), "sum(x[k] for k < N)"),
    (lambda k: k.total("prod", k.x(k.k)), "prod(x[k] for k < N)"),
    (lambda k: k.total("max", k.x(k.k)), "(max(x[k] for k < N) if N > 0 else -inf)"),
    (lambda k: k.total("min", k.x(k.k)), "(min(x[k] for k < N) if N > 0 else inf)"),
    (lambda k: k.ctx.big("sum", k.k, k.M, k.N, k.x(k.k)), "sum(x[k] for k in M..N)"),
    (lambda k: k.total("sum", k.ctx.mul(k.alpha, k.x(k.k))), "alpha*sum(x[k] for k < N)"),
    (lambda k: k.total("sum", k.total("sum", k.x(k.at(k.k, k.j)), k.j, k.M)), "sum(x[stride*k + j] for k < N, j < M)"),
    (lambda k: k.total("bor", k.idx(k.k)), "bor(idx[k] for k < N)"),
    (lambda k: k.total("band", k.idx(k.k)), "band(idx[k] for k < N)"),
    (lambda k: k.total("bxor", k.idx(k.k)), "bxor(idx[k] for k < N)"),
    (
        lambda k: k.total("sum", k.ctx.ite(k.ctx.gt(k.x(k.k), k.zero), k.x(k.k), k.zero)),
        "sum(x[k] for k < N if x[k] > 0)",
    ),
    (
        lambda k: k.total("sum", k.ctx.ite(k.ctx.eq(k.x(k.k), k.zero), k.zero, k.y(k.k))),
        "sum(y[k] for k < N if x[k] != 0)",
    ),
    (
        lambda k: k.total("sum", k.ctx.ite(k.ctx.le(k.ctx.mul(k.k, k.num(2)), k.M), k.x(k.k), k.zero)),
        "sum(x[k] for k < N if 2*k <= M)",
    ),
    (lambda k: k.ctx.exists(k.k, k.zero, k.N, k.ctx.gt(k.x(k.k), k.zero)), "any(x[k] > 0 for k < N)"),
    (lambda k: k.ctx.not_(k.ctx.exists(k.k, k.zero, k.N, k.ctx.gt(k.x(k.k), k.zero))), "not any(x[k] > 0 for k < N)"),
]


@pytest.mark.parametrize(("make", "text"), TERMS, ids=[str(i) for i in range(len(TERMS))])
def test_terms(make: Make, text: str | None) -> None:
    kit = Kit()
    found = kit.text(make(kit))
    if text is not None:
        assert found == text


def softmax(k: Kit) -> Statement:
    """A row softmax as it is proved: the maximum is bare, since N > col >= 0."""
    top = k.ctx.assign(k.total("max", k.x(k.at(k.row, k.k))), {})
    (top,) = (leaf for leaf in k.ctx.leaves(top) if leaf.kind == "poly")
    below = k.total("sum", k.ctx.app("exp", [k.ctx.sub(k.x(k.at(k.row, k.j)), top)]), k.j)
    value = k.ctx.mul(k.ctx.app("exp", [k.ctx.sub(k.x(k.at(k.row, k.col)), top)]), k.ctx.recip(below))
    domain = k.ctx.and_(k.ctx.lt(k.row, k.programs), k.ctx.lt(k.col, k.N))
    return Statement("a0", "assign", (k.row, k.col), domain, k.at(k.row, k.col), value)


def test_softmax() -> None:
    kit = Kit()
    statement = softmax(kit)
    views = choose_views(kit.ctx, [statement])
    assert views == {name: View((kit.stride, kit.one)) for name in ("a0", "a1")}
    # the core hoists exp(-max) out of the sum, where it cancels
    assert kit.statement_text(statement, views) == (
        "out[row, col] = exp(x[row, col])/sum(exp(x[row, k]) for k < N)"
        "  for row < num_programs(0), col < N  where out: strides (stride, 1), x: strides (stride, 1)"
    )


def test_parts_that_occur_twice_are_shared() -> None:
    kit = Kit()
    (top,) = (leaf for leaf in kit.ctx.leaves(kit.total("max", kit.x(kit.k))) if leaf.kind == "poly")
    below = kit.total("sum", kit.ctx.app("exp", [kit.ctx.sub(kit.x(kit.j), top)]), kit.j)
    value = kit.ctx.add(top, kit.ctx.app("log", [below]))
    statement = Statement("a0", "assign", (), kit.ctx.gt(kit.N, kit.zero), kit.zero, value)
    text = "out[0] = log(exp(-{m})*sum(exp(x[k]) for k < N)) + {m}  if N > 0"
    top_text = "max(x[k] for k < N)"
    assert kit.statement_text(statement, share=False) == text.format(m=top_text)
    assert kit.statement_text(statement) == f"{text.format(m='m1')}  with m1 = {top_text}"


def test_parts_that_speak_of_bound_variables_are_not_shared() -> None:
    k = Kit()
    c = k.ctx
    inner = c.app("sin", [k.total("sum", k.x(c.add(k.j, c.mul(k.k, k.N))))])
    value = k.total("sum", c.mul(inner, c.app("exp", [inner])), k.j, k.M)
    statement = Statement("a0", "assign", (), c.truth(True), k.zero, value)
    assert k.statement_text(statement) == (
        "out[0] = sum(exp(sin(sum(x[N*k + j] for k < N)))*sin(sum(x[N*k + j] for k < N)) for j < M)"
    )


def test_what_is_inverted_twice_is_shared() -> None:
    k = Kit()
    c = k.ctx
    total = c.add(k.total("sum", k.x(k.k)), c.app("sin", [c.add(k.eps, c.app("sin", [k.alpha]))]))
    value = c.add(c.mul(k.eps, c.recip(total)), c.app("exp", [c.recip(total)]))
    statement = Statement("a0", "assign", (), c.truth(True), k.zero, value)
    text = k.statement_text(statement)
    assert text == "out[0] = eps/t1 + exp(1/t1)  with t1 = sin(eps + sin(alpha)) + sum(x[k] for k < N)"


def test_an_undefined_address_reads_back() -> None:
    k = Kit()
    address = k.ctx.ite(k.ctx.lt(k.row, k.M), k.row, k.ctx.undef())
    statement = Statement("a0", "assign", (k.row,), k.ctx.lt(k.row, k.N), address, k.one)
    assert k.statement_text(statement) == "out[(row if row < M else undef)] = 1  for row < N"


def test_the_range_of_an_index_prefers_arguments() -> None:
    k = Kit()
    c = k.ctx
    domain = c.and_(c.lt(k.row, c.mul(k.num(64), k.programs)), c.and_(c.lt(k.row, k.N), c.lt(k.row, k.num(9))))
    statement = Statement("a0", "assign", (k.row,), domain, k.row, k.one)
    text = k.statement_text(statement)
    assert text.startswith("out[row] = 1  for row < N if row < ")
    assert "row < 9" in text
    assert "row < 64*num_programs(0)" in text


def test_opaque_values() -> None:
    k = Kit()
    term = k.ctx.power(k.ctx.add(k.eps, k.ctx.add(k.alpha, k.one)), 300)
    assert k.text(term) == "paren(eps + alpha + 1)**300"


def test_quotients_of_float_constants() -> None:
    k = Kit()
    # 1/fl32(0.9), fl32(0.9) = 15099494 / 2^24 (IEEE 754 binary32)
    term = k.ctx.mul(k.ctx.recip(k.num(15099494, 1 << 24)), k.eps)
    assert k.text(term) == "eps/0.9f"


def test_text_does_not_depend_on_names_but_for_them() -> None:
    kit = Kit()
    statement = softmax(kit)
    views = choose_views(kit.ctx, [statement])
    other = Names({symbol: f"zz_{symbol}" for symbol in NAMES.by_symbol})
    mine = print_statement(statement, NAMES, views, ctx=kit.ctx, signature=kit.signature)
    theirs = print_statement(statement, other, views, ctx=kit.ctx, signature=kit.signature)
    for symbol, name in sorted(NAMES.by_symbol.items(), key=lambda item: -len(item[1])):
        theirs = theirs.replace(f"zz_{symbol}", name)
    assert mine == theirs


@pytest.mark.parametrize(
    ("kind", "operator"),
    [
        ("assign", "="),
        ("add", "+="),
        ("max", "max="),
        ("min", "min="),
        ("and", "and="),
        ("or", "or="),
        ("xor", "xor="),
        ("exchange", "exchange="),
    ],
)
def test_statement_kinds(kind: str, operator: str) -> None:
    k = Kit()
    base = Statement("a0", "assign", (k.row,), k.ctx.lt(k.row, k.N), k.row, k.x(k.row))
    text = k.statement_text(replace(base, kind=kind))  # type: ignore[arg-type]
    assert text == f"out[row] {operator} x[row]  for row < N"


def test_domains() -> None:
    k = Kit()
    lt, and_, or_ = k.ctx.lt, k.ctx.and_, k.ctx.or_
    in_n, in_m = lt(k.row, k.N), lt(k.col, k.M)

    def text(domain: Term, *indices: Term) -> str:
        return k.statement_text(Statement("a0", "assign", indices, domain, k.zero, k.one)).removeprefix("out[0] = 1")

    assert text(k.ctx.truth(True)) == ""
    assert text(k.ctx.gt(k.N, k.zero)) == "  if N > 0"
    assert text(in_n, k.row) == "  for row < N"
    assert text(and_(in_n, in_m), k.col, k.row) == "  for col < M, row < N"
    assert text(and_(in_n, k.ctx.ge(k.row, k.num(3))), k.row) == "  for row in 3..N"
    assert text(k.ctx.truth(True), k.row) == "  for row"
    assert text(and_(in_n, k.ctx.ne(k.row, k.M)), k.row) == "  for row < N if row != M"
    assert "for row < N, col if" in text(and_(in_n, or_(in_m, lt(k.col, k.row))), k.row, k.col)
    text(or_(in_n, in_m), k.row, k.col)
    text(k.ctx.ite(in_n, in_m, k.ctx.bundef()), k.row, k.col)


def test_names_are_checked() -> None:
    k = Kit()
    statement = Statement("a0", "assign", (k.row,), k.ctx.lt(k.row, k.N), k.row, k.one)
    for bad in ({"s0": "a b"}, {"s0": "n", "s1": "n"}, {"s0": ""}):
        with pytest.raises(UsageError):
            print_statement(statement, Names(bad))


def test_symbols_without_a_name_and_keywords_are_written_by_position() -> None:
    k = Kit()
    statement = Statement("a0", "assign", (k.row,), k.ctx.lt(k.row, k.N), k.row, k.x(k.row))
    text = print_statement(statement, Names({"s0": "lambda", "i0": "for"}))
    assert text == "`a0`[`i0`] = `a1`[`i0`]  for `i0` < lambda"
    assert parse_statement(k.ctx, text, Names({"s0": "lambda", "i0": "for"}), k.signature) == statement


def test_bound_variables_avoid_names_in_use() -> None:
    k = Kit()
    names = Names({"s0": "k", "a1": "j", "a0": "m"})
    statement = Statement("a0", "assign", (), k.ctx.truth(True), k.zero, k.total("sum", k.x(k.k)))
    text = print_statement(statement, names)
    assert text == "m[0] = sum(j[n] for n < k)"
    assert parse_statement(k.ctx, text, names, k.signature) == statement


def test_budgets() -> None:
    k = Kit()
    value = k.x(k.row)
    for _ in range(60):
        value = k.ctx.app("sin", [k.ctx.add(value, k.one)])
    statement = Statement("a0", "assign", (k.row,), k.ctx.lt(k.row, k.N), k.row, value)
    with pytest.raises(BudgetExceeded):
        print_statement(statement, NAMES)
    with pytest.raises(BudgetExceeded):
        print_statement(softmax(k), NAMES, max_chars=40)


def test_deepest_text_that_is_written_is_read() -> None:
    k = Kit()
    value = k.x(k.row)
    deepest = 0
    for depth in range(60):
        value = k.ctx.recip(k.ctx.add(k.ctx.mul(k.alpha, k.ctx.app("sin", [k.ctx.add(value, k.one)])), k.eps))
        try:
            k.text(value)
        except BudgetExceeded:
            break
        deepest = depth
    assert deepest >= 8
