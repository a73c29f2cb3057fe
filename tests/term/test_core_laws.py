"""The normal forms that docs/terms.md promises, one claim per line."""

from __future__ import annotations

import itertools

import pytest

from triton_lift._core import Context, Term


@pytest.fixture
def c() -> Context:
    return Context()


def real(c: Context, name: str) -> Term:
    return c.sym(name, is_int=False)


def test_literals(c: Context) -> None:
    n, m = c.sym("n"), c.sym("m")
    x = real(c, "x")
    two, one, zero = c.num(2), c.num(1), c.num(0)
    assert c.ge(c.mul(two, n), one) == c.ge(n, one)
    assert c.ge(c.mul(c.num(1, 2), n), c.num(1, 3)) == c.ge(n, one)
    assert c.not_(c.ge(n, m)) == c.gt(m, n) == c.ge(c.sub(m, n), one)
    assert c.eq(c.mul(two, n), one).truth is False
    assert c.eq(n, m) == c.eq(m, n)
    assert c.gt(c.mul(two, x), zero) == c.gt(x, zero)
    assert c.ge(x, zero) == c.not_(c.gt(c.neg(x), zero))
    assert c.gt(c.app("exp", [x]), zero).truth
    assert c.ge(c.app("min", [n, m]), c.num(3)) == c.and_(c.ge(n, c.num(3)), c.ge(m, c.num(3)))
    assert c.lt(n, c.app("max", [m, one])) == c.or_(c.lt(n, m), c.lt(n, one))
    assert c.ge(c.inf(1), x).truth
    assert not c.gt(c.inf(-1), c.inf(-1)).truth
    assert c.ge(x, c.undef()).kind == "bundef"


def test_atoms_and_the_terms_made_of_one_are_equal(c: Context) -> None:
    x = c.sym("x")
    ((_, _, ((atom, power),)),) = x.monomials
    assert atom == x
    assert hash(atom) == hash(x)
    assert (atom.kind, x.kind, power) == ("sym", "poly", 1)
    assert x in c.free_syms(c.add(x, c.num(1)))
    (literal,) = c.literals(c.ge(x, c.num(0)))
    assert literal == c.ge(x, c.num(0))
    assert c.assign(c.ite(c.lt(x, c.num(0)), x, c.num(5)), {literal: True}) == c.num(5)
    assert c.assign(c.ite(c.lt(x, c.num(0)), x, c.num(5)), {c.lt(x, c.num(0)): True}) == x


def test_infinities_and_undef(c: Context) -> None:
    x = real(c, "x")
    e = c.app("exp", [x])
    assert c.add(c.inf(1), c.inf(-1)) == c.undef()
    assert c.mul(c.num(0), c.inf(1)) == c.undef()
    assert c.mul(x, c.inf(1)) == c.undef()
    assert c.mul(e, c.inf(-1)) == c.inf(-1)
    assert c.app("exp", [c.inf(-1)]) == c.num(0)
    assert c.app("exp", [c.inf(1)]) == c.inf(1)
    assert c.app("max", [x, c.inf(-1)]) == x
    assert c.app("max", [x, c.inf(1)]) == c.inf(1)
    assert c.app("max", [x, c.undef()]) == c.undef()
    assert c.recip(c.inf(-1)) == c.num(0)
    assert c.recip(c.num(0)) == c.undef()
    assert c.app("tanh", [c.inf(1)]) == c.undef()
    assert c.and_(c.bundef(), c.truth(False)) == c.truth(False)
    assert c.and_(c.truth(False), c.bundef()) == c.truth(False)
    assert c.or_(c.bundef(), c.truth(False)) == c.bundef()
    assert c.ite(c.bundef(), x, x) == c.undef()


def test_exponentials_and_reciprocals(c: Context) -> None:
    x, y = real(c, "x"), real(c, "y")
    exp = lambda t: c.app("exp", [t])  # noqa: E731
    assert c.mul(exp(x), exp(y)) == exp(c.add(x, y))
    assert c.mul(exp(x), exp(c.neg(x))) == c.num(1)
    assert c.power(exp(x), 3) == exp(c.mul(c.num(3), x))
    assert c.recip(exp(x)) == exp(c.neg(x))
    assert c.mul(x, c.recip(x)) != c.num(1)
    assert c.recip(c.mul(x, y)) == c.mul(c.recip(x), c.recip(y))
    s = c.add(x, y)
    assert c.recip(c.mul(c.num(2), s)) == c.mul(c.num(1, 2), c.recip(s))
    assert c.app("abs", [c.neg(s)]) == c.app("abs", [s])


def test_quotients(c: Context) -> None:
    n, w = c.sym("n"), c.sym("w", lo=0, hi=31)
    size = c.sym("size", lo=1)
    t32 = c.num(32)
    assert c.floordiv(c.add(c.mul(n, t32), w), t32) == n
    assert c.mod(c.add(c.mul(n, t32), w), t32) == w
    assert c.floordiv(c.floordiv(n, c.num(4)), c.num(8)) == c.floordiv(n, t32)
    assert c.floordiv(c.mul(n, size), size) == n
    assert c.mod(c.mul(n, size), size) == c.num(0)
    assert c.floordiv(c.num(-7), c.num(2)) == c.num(-4)
    assert c.floordiv(n, c.num(0)) == c.undef()
    assert c.interval(c.mod(n, t32)) == (0, 31)
    assert c.floordiv(c.mul(c.num(6), n), c.num(4)) == c.add(n, c.floordiv(n, c.num(2)))


def test_sums(c: Context) -> None:
    k, n, m = c.sym("k"), c.sym("n", lo=0), c.sym("m")
    x, y = c.read("X", [k], is_int=False), real(c, "y")
    zero = c.num(0)
    total = lambda body, **kw: c.big("sum", k, zero, n, body, **kw)  # noqa: E731
    assert total(c.add(x, y)) == c.add(total(x), c.mul(n, y))
    assert total(c.mul(x, y)) == c.mul(total(x), y)
    assert total(c.app("exp", [c.sub(x, y)])) == c.mul(c.app("exp", [c.neg(y)]), total(c.app("exp", [x])))
    assert total(c.ite(c.lt(m, zero), x, y)) == c.ite(c.lt(m, zero), total(x), c.mul(n, y))
    assert c.big("sum", k, zero, zero, x) == zero
    assert c.big("sum", k, m, c.add(m, c.num(1)), x) == c.read("X", [m], is_int=False)
    masked = c.big("sum", k, zero, c.num(64), c.ite(c.lt(k, n), x, zero))
    assert masked == total(x, dom=c.lt(k, c.num(64)))
    assert c.big("sum", k, zero, m, c.num(1)).constant is None  # m may be negative
    assert total(c.ite(c.lt(k, n), x, c.undef())) == total(x)
    assert total(c.ite(c.lt(k, m), x, c.undef())) == c.undef()


def test_nested_sums_merge_in_either_order(c: Context) -> None:
    i, j, n, m = c.sym("i"), c.sym("j"), c.sym("n", lo=0), c.sym("m", lo=0)
    zero = c.num(0)
    a, b = c.read("A", [i, j], is_int=False), c.read("B", [j], is_int=False)
    one_way = c.big("sum", i, zero, n, c.big("sum", j, zero, m, c.mul(a, b)))
    other_way = c.big("sum", j, zero, m, c.mul(b, c.big("sum", i, zero, n, a)))
    assert one_way == other_way
    ((_, _, ((atom, _),)),) = one_way.monomials
    assert atom.nvars == 2
    f, g = c.read("F", [i], is_int=False), c.read("G", [j], is_int=False)
    split = c.big("sum", i, zero, n, c.mul(f, c.big("sum", j, zero, m, g)))
    assert split == c.mul(c.big("sum", i, zero, n, f), c.big("sum", j, zero, m, g))


def test_extrema(c: Context) -> None:
    k, n, y = c.sym("k"), c.sym("n"), real(c, "y")
    x, zero = c.read("X", [k], is_int=False), c.num(0)
    top = c.big("max", k, zero, n, x)
    assert top.kind == "ite"
    assert c.assign(top, {c.ge(n, c.num(1)): False}) == c.inf(-1)
    assert c.big("max", k, zero, n, c.add(x, y)) == c.add(top, y)
    assert c.big("max", k, zero, n, y) == c.ite(c.ge(n, c.num(1)), y, c.inf(-1))
    assert c.big("max", k, zero, c.num(8), c.ite(c.lt(k, n), x, c.inf(-1))) == c.big(
        "max", k, zero, n, x, dom=c.lt(k, c.num(8))
    )
    assert c.big("min", k, zero, c.num(4), c.inf(1)) == c.inf(1)
    assert c.big("max", k, zero, n, c.inf(1)).kind in ("undef", "ite")


def test_what_a_domain_implies_is_dropped(c: Context) -> None:
    i, k = c.sym("i", lo=0, hi=7), c.sym("k")
    x = c.read("X", [k], is_int=False)
    upto = c.add(i, c.num(1))
    assert c.big("sum", k, c.num(0), upto, x) == c.big("sum", k, c.num(0), c.num(8), x, dom=c.lt(k, upto))
    j = c.sym("j", lo=0, hi=100)
    hidden = c.and_(c.gt(k, j), c.lt(k, i))
    never = c.ite(c.and_(hidden, c.lt(c.add(k, c.num(200)), j)), c.undef(), x)
    assert c.big("sum", k, c.num(0), c.num(8), never) == c.big("sum", k, c.num(0), c.num(8), x)


def test_a_bound_symbol_with_a_range_brings_it_along(c: Context) -> None:
    k, plain = c.sym("k", lo=0, hi=3), c.sym("plain")
    n = c.sym("n")
    x = lambda v: c.read("X", [v], is_int=False)  # noqa: E731
    ranged = c.big("sum", k, c.num(-5), n, x(k))
    assert ranged == c.big("sum", plain, c.num(0), n, x(plain), dom=c.lt(plain, c.num(4)))


def test_open_and_close(c: Context) -> None:
    k, j, i, n = c.sym("k"), c.sym("j"), c.sym("i"), c.sym("n")
    a = c.read("A", [k, j], is_int=False)
    t = c.big("sum", k, c.num(0), n, c.big("sum", j, k, n, a))
    lits, body = c.open_big(t, [c.sym("u"), c.sym("v")])
    assert c.close_big("sum", [c.sym("u"), c.sym("v")], lits, body) == t
    ((_, _, ((atom, _),)),) = t.monomials
    assert atom.args[0].monomials
    with pytest.raises(ValueError, match="already occurs"):
        c.open_big(t, [n, i])
    with pytest.raises(ValueError, match="number of symbols"):
        c.open_big(t, [i])
    with pytest.raises(ValueError, match="no finite bounds"):
        c.close_big("sum", [i], [(c.literals(c.ge(i, c.num(0)))[0], True)], c.read("A", [i, i], is_int=False))


def test_substitution_does_not_capture(c: Context) -> None:
    k, n, m = c.sym("k"), c.sym("n"), c.sym("m")
    t = c.big("sum", k, c.num(0), m, c.read("X", [k, n], is_int=False))
    moved = c.subst(t, {n: k})
    other = c.sym("other")
    assert moved == c.big("sum", other, c.num(0), m, c.read("X", [other, k], is_int=False))


def test_misuse_is_a_value_error(c: Context) -> None:
    other = Context()
    n, k, x = c.sym("n"), c.sym("k"), real(c, "x")
    with pytest.raises(ValueError, match="another context"):
        c.add(n, other.sym("n"))
    with pytest.raises(ValueError, match="other attributes"):
        c.sym("n", lo=0)
    with pytest.raises(ValueError, match="Boolean"):
        c.add(n, c.truth(True))
    with pytest.raises(ValueError, match="numeric"):
        c.and_(n, c.truth(True))
    with pytest.raises(ValueError, match="not an integer"):
        c.floordiv(x, n)
    with pytest.raises(ValueError, match="finite integers"):
        c.big("sum", k, c.num(0), c.inf(1), x)
    with pytest.raises(ValueError, match="mentions the bound variable"):
        c.big("sum", k, c.num(0), k, x)
    with pytest.raises(ValueError, match="non-integer"):
        c.subst(n, {n: x})
    with pytest.raises(ValueError, match="negative power"):
        c.power(x, -1)
    with pytest.raises(ValueError, match="denominator zero"):
        c.num(1, 0)


def test_the_ledger_of_dropped_partial_atoms(c: Context) -> None:
    x, y, k, n = real(c, "x"), real(c, "y"), c.sym("k"), c.sym("n")
    assert c.dropped() == ()
    c.sub(x, x)
    assert c.dropped() == ()
    log = c.app("log", [y])
    c.sub(log, log)
    assert [t.name for t in c.dropped()] == ["log"]
    c.mul(c.num(0), c.app("sqrt", [x]))
    c.mul(c.num(0), c.app("f", [c.recip(y)]))
    assert sorted(t.name for t in c.dropped()) == ["log", "recip", "sqrt"]
    total = c.big("sum", k, c.num(0), n, c.recip(c.read("X", [k], is_int=False)))
    before = set(c.dropped())
    c.sub(total, total)
    (new,) = set(c.dropped()) - before
    assert (new.kind, new.name) == ("big", "sum")


def test_the_ledger_under_a_binder_speaks_of_the_domain(c: Context) -> None:
    k, n, x = c.sym("k"), c.sym("n"), real(c, "x")
    body = c.mul(x, c.app("log", [c.read("X", [k], is_int=False)]))
    body = c.mul(body, c.app("exp", [c.mul(x, c.read("Y", [k], is_int=False))]))
    t = c.big("sum", k, c.num(0), n, body)
    c.subst(t, {x: c.num(0)})
    for atom in c.dropped():
        assert not any(s.name.startswith("\x01") for s in c.free_syms(atom))
    assert any(a.kind == "app" and a.name == "log" for d in c.dropped() for a in below(d))


def below(t: Term) -> list[Term]:
    out = [t]
    for child in itertools.chain(
        t.args, (lit for lit, _ in t.domain), (a for _, _, factors in t.monomials for a, _ in factors)
    ):
        out.extend(below(child))
    return out


def test_intervals(c: Context) -> None:
    a, b = c.sym("a", lo=-2, hi=3), c.sym("b", lo=0)
    assert c.interval(c.add(a, c.num(1, 1))) == (-1, 4)
    assert c.interval(c.mul(a, a)) == (0, 9)
    assert c.interval(c.mul(a, b)) == (None, None)
    assert c.interval(c.sub(c.num(5), b)) == (None, 5)
    assert c.interval(c.app("max", [a, b])) == (0, None)
    assert c.interval(c.app("min", [a, b])) == (-2, 3)
    assert c.interval(c.ite(c.ge(b, c.num(7)), a, c.num(9))) == (-2, 9)
    assert c.interval(c.read("I", [b], is_int=True, lo=0, hi=255)) == (0, 255)
    assert c.interval(c.floordiv(a, c.num(2))) == (-1, 1)


def test_a_quotient_whose_divisor_may_be_zero_is_partial(c: Context) -> None:
    n, d, p = c.sym("n"), c.sym("d"), c.sym("p", lo=1)
    c.sub(c.floordiv(n, p), c.floordiv(n, p))
    c.floordiv(c.mul(n, p), p)
    c.sub(c.floordiv(n, c.num(3)), c.floordiv(n, c.num(3)))
    assert c.dropped() == ()
    c.mod(c.mul(n, d), d)
    (lost,) = c.dropped()
    assert (lost.name, lost.args[1]) == ("floordiv", d)
    c.sub(c.app("tdiv", [n, d], is_int=True), c.app("tdiv", [n, d], is_int=True))
    assert sorted(t.name for t in c.dropped()) == ["floordiv", "tdiv"]
