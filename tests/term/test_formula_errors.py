"""Bad text gives a located diagnostic, whatever it is; good text with small changes never a traceback."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.term.formula_terms import NAMES, Kit
from triton_lift.term.formula_parse import parse_claim, parse_statement, parse_term
from triton_lift.term.formula_views import View
from triton_lift.util.diagnostic import LiftError, ParseError

TERMS = [
    ("", "<formula>:1:1", "expected a value"),
    ("x[row] +", "<formula>:1:9", "expected a value"),
    ("x[row", "<formula>:1:6", "expected ']'"),
    ("(N", "<formula>:1:3", "expected ')'"),
    ("N N", "<formula>:1:3", "unexpected 'N'"),
    ("N $ M", "<formula>:1:3", "unexpected character"),
    ("N +\n  what", "<formula>:2:3", "unknown name 'what'"),
    ("what[0]", "<formula>:1:1", "unknown array"),
    ("N[0]", "<formula>:1:1", "element type"),
    ("x[row, col]", "<formula>:1:1", "no strides"),
    ("x[eps]", "<formula>:1:3", "expected an integer"),
    ("eps % 2", "<formula>:1:1", "not an integer"),
    ("N // eps", "<formula>:1:6", "expected an integer"),
    ("N and M", "<formula>:1:1", "expected a condition"),
    ("1 + (N < M)", "<formula>:1:6", "expected a number"),
    ("N if N > 0", "<formula>:1:11", "expected 'else'"),
    ("N if N > 0 else true", "<formula>:1:1", "alternatives"),
    ("sum(x[k] for k < N, k < M)", "<formula>:1:21", "bound twice"),
    ("sin(x[k] for k < N)", "<formula>:1:1", "does not range"),
    ("sum(x[k] for 3 < N)", "<formula>:1:14", "expected a variable"),
    ("1 + sum(x[k] for k)", "<formula>:1:5", "'k' has no finite bounds"),
    ("sum(x[k] for k < max(N, M))", "<formula>:1:1", "alternatives"),
    ("N**M", "<formula>:1:4", "exponent"),
    ("N**99999", "<formula>:1:4", "exponent"),
    ("N**0.5", "<formula>:1:4", "exponent"),
    ("1e999", "<formula>:1:1", "exponent"),
    ("9" * 5000, "<formula>:1:1", "digits"),
    ("num_programs(7)", "<formula>:1:1", "num_programs"),
    ("num_programs(N)", "<formula>:1:14", "natural number"),
    ("fptoi{wide}(eps)", "<formula>:1:7", "unknown type"),
    ("fptoi{1..}x", "<formula>:1:11", "expected '('"),
    ("exp(N, M)", "<formula>:1:1", "exp"),
    ("recip(N, M)", "<formula>:1:1", "recip"),
    ("`s99`", "<formula>:1:1", "unknown name"),
    ("`s0", "<formula>:1:1", "unexpected character"),
    ("if", "<formula>:1:1", "expected a value"),
    ("(" * 1000, "<formula>:1:201", "nests deeper"),
    ("-" * 5000 + "N", "<formula>:1:201", "nests deeper"),
    ("not " * 5000 + "N", "<formula>:", "nests deeper"),
    ("N + " * 300_000 + "N", "<formula>:1:1", "characters"),
]


@pytest.mark.parametrize(("text", "where", "message"), TERMS, ids=[t[0][:30] for t in TERMS])
def test_bad_terms(text: str, where: str, message: str) -> None:
    k = Kit()
    with pytest.raises(ParseError) as caught:
        parse_term(k.ctx, text, NAMES, k.signature)
    assert caught.value.diagnostic.where.startswith(where)
    assert message in caught.value.diagnostic.message
    assert caught.value.diagnostic.code == "bad-formula"


STATEMENTS = [
    ("N = 1", "1:1", "array element"),
    ("out[0]", "1:7", "assignment operator"),
    ("out[0] ^= 1", "1:8", "unexpected character"),
    ("out[0] = 1 for what < N", "1:16", "unknown index"),
    ("out[0] = 1 for row < N, row < M", "1:25", "listed twice"),
    ("out[row, col] = 1 for row < N", "1:1", "no strides"),
    ("out[row] = 1 for row < N where out: strides (1, 2)", "1:1", "1 indices and 2 strides"),
    ("out[row] = 1 for row < N where out: strides (1), out: strides (1)", "1:50", "twice"),
    ("out[row] = 1 where nothing: strides (1)", "1:20", "unknown array"),
    ("out[row] = a with a = b, b = a", "1:27", None),
    ("out[row] = a with a = 1, a = 2", "1:26", "already defined"),
    ("out[row] = N with N = 1", "1:19", "already defined"),
    ("out[row] = sum(a for k < N) with a = x[k]", "1:40", "unknown name 'k'"),
    ("out{i8}[row] = 1", "1:1", "no type"),
    ("out[row] = 1 for row < N extra", "1:26", "unexpected 'extra'"),
]


@pytest.mark.parametrize(("text", "where", "message"), STATEMENTS, ids=[t[0][:40] for t in STATEMENTS])
def test_bad_statements(text: str, where: str, message: str | None) -> None:
    k = Kit()
    with pytest.raises(ParseError) as caught:
        parse_statement(k.ctx, text, NAMES, k.signature)
    if message is not None:
        assert caught.value.diagnostic.where == f"<formula>:{where}"
        assert message in caught.value.diagnostic.message


GOOD = (
    "out[row, col] = exp(x[row, col] - m1)/sum(exp(x[row, j] - m1) for j < N if idx[j] != 3) "
    "for row < num_programs(0), col in 1..N if not isnan(eps) or N % 3 == 2**3 // M "
    "where out: strides (stride, 1), x: strides (stride, 1) with m1 = max(x[row, k] for k < N)"
)
PIECES = sorted(
    set(re.findall(r"\w+|[^\w\s]+", GOOD))
    | {"inf", "undef", "true", "else", "paren(", "`s0`", "1e9f", "@[", "{", "..", "**"}
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_random_tokens_give_a_diagnostic_or_a_value(pieces: list[str]) -> None:
    text = " ".join(pieces)
    for read in (parse_term, parse_statement, parse_claim):
        k = Kit()
        try:
            read(k.ctx, text, NAMES, k.signature)
        except LiftError as error:
            assert re.search(r"<\w+>", error.diagnostic.where)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_a_diagnostic_or_a_value(text: str) -> None:
    for read in (parse_term, parse_statement, parse_claim):
        k = Kit()
        try:
            read(k.ctx, text, NAMES, k.signature)
        except LiftError as error:
            assert re.search(r"<\w+>", error.diagnostic.where)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_statements_give_a_diagnostic_or_a_value(data: st.DataObject) -> None:
    tokens = re.findall(r"\w+|[^\w\s]", GOOD)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(tokens) - 1))
        match data.draw(st.sampled_from(("drop", "double", "replace"))):
            case "drop":
                del tokens[at]
            case "double":
                tokens.insert(at, tokens[at])
            case _:
                tokens[at] = data.draw(st.sampled_from(PIECES))
    k = Kit()
    try:
        parse_statement(k.ctx, " ".join(tokens), NAMES, k.signature)
    except LiftError as error:
        assert error.diagnostic.where.startswith("<formula>")


def test_claims() -> None:
    k = Kit()
    views = {"a0": View((k.stride, k.one)), "a1": View((k.stride, k.one))}
    claim = parse_claim(k.ctx, "// CLAIM: out[i, j] = 2*x[i, j] for i < N, j < M", NAMES, k.signature, views)
    assert claim.indices == ("i", "j")
    assert claim.has_domain
    statement = claim.statement
    assert statement.array == "a0"
    assert statement.indices == (k.row, k.col)
    assert statement.address == k.at(k.row, k.col)
    assert statement.value == k.ctx.mul(k.num(2), k.x(k.at(k.row, k.col)))
    assert statement.domain == k.ctx.and_(k.ctx.lt(k.row, k.N), k.ctx.lt(k.col, k.M))
    given_by_text = parse_claim(
        k.ctx,
        "out[i, j] = 2*x[i, j] for i < N, j < M where out: strides (stride, 1), x: strides (stride, 1)",
        NAMES,
        k.signature,
    )
    assert given_by_text.statement == statement
    with pytest.raises(ParseError, match="where clause"):
        parse_claim(k.ctx, "out[i, j] = 2*x[i, j]", NAMES, k.signature)


def test_claims_without_a_domain_and_with_indices_of_the_for_clause() -> None:
    k = Kit()
    claim = parse_claim(k.ctx, "out[i] = x[i]", NAMES, k.signature)
    assert not claim.has_domain
    assert claim.indices == ("i",)
    claim = parse_claim(k.ctx, "out[a*stride + b] = 1 for a < N, b < M", NAMES, k.signature)
    assert claim.indices == ("a", "b")
    assert claim.statement.address == k.at(k.row, k.col)


def test_an_empty_maximum_in_a_claim_is_minus_infinity() -> None:
    k = Kit()
    claim = parse_claim(k.ctx, "out[0] = max(x[k] for k < N)", NAMES, k.signature)
    assert claim.statement.value == k.total("max", k.x(k.k))
    bare = parse_term(k.ctx, "max(x[k] for k < N)", NAMES, k.signature)
    assert bare in k.ctx.leaves(claim.statement.value)
    assert bare.kind == "poly"
