"""One term for operators that are built in different ways: block by block, or at once."""

from __future__ import annotations

from triton_lift._core import Context, Term


class Blocks:
    def __init__(self) -> None:
        self.c = c = Context()
        self.k = c.sym("k", lo=0)
        self.j, self.r, self.n, self.m = (c.sym(name) for name in "jrnm")
        self.at = c.add(c.mul(c.num(64), self.j), self.r)
        self.x = c.read("x", [self.at], is_int=False)

    def lanes(self, body: Term) -> Term:
        return self.c.big("max", self.r, self.c.num(0), self.c.num(64), body)

    def blocks(self, body: Term) -> Term:
        return self.c.big("max", self.j, self.c.num(0), self.c.add(self.k, self.c.num(1)), body)


def test_an_operand_of_several_leaves_has_one_domain() -> None:
    """max over blocks of max over lanes of (x or a constant): the full, the last and the empty blocks are not told apart."""
    b = Blocks()
    c = b.c
    inside = c.lt(b.at, b.n)
    nested = b.blocks(b.lanes(c.ite(inside, b.x, c.num(-7))))
    held = b.blocks(b.lanes(c.ite(inside, b.x, c.inf(-1))))
    filled = b.blocks(b.lanes(c.ite(inside, c.inf(-1), c.num(-7))))
    assert nested == c.app("max", [held, filled])


def test_paths_to_one_leaf_may_overlap() -> None:
    b = Blocks()
    c = b.c
    beyond, above = c.ge(b.at, b.n), c.gt(b.at, b.m)
    both = b.blocks(b.lanes(c.ite(c.or_(beyond, above), c.num(-7), c.inf(-1))))
    each = [b.blocks(b.lanes(c.ite(cond, c.num(-7), c.inf(-1)))) for cond in (beyond, above)]
    assert both == c.app("max", each)
    some = [c.exists(b.r, c.num(0), b.n, c.gt(c.read(name, [b.r], is_int=False), c.num(0))) for name in "xy"]
    either = c.or_(
        c.gt(c.read("x", [b.r], is_int=False), c.num(0)),
        c.gt(c.read("y", [b.r], is_int=False), c.num(0)),
    )
    assert c.exists(b.r, c.num(0), b.n, either) == c.or_(*some)


def test_a_witness_among_the_variables_makes_an_exists_superfluous() -> None:
    b = Blocks()
    c = b.c
    chosen = c.ne(c.read("f", [b.at], is_int=True), c.num(0))
    nested = b.blocks(b.lanes(c.ite(chosen, b.x, c.inf(-1))))
    domains = [lit.kind for atom in c.atoms(nested) if atom.kind == "big" for lit, _ in atom.domain]
    assert domains and "exists" not in domains


def test_an_equality_that_leaves_one_number() -> None:
    b = Blocks()
    c = b.c
    lane = c.sym("lane", lo=0, hi=63)
    first = c.eq(c.add(c.mul(c.num(64), b.j), lane), c.num(0))
    y = c.read("y", [b.j], is_int=False)
    total = c.big("sum", b.j, c.num(0), b.n, c.ite(first, y, c.num(0)))
    wanted = c.ite(c.and_(c.eq(lane, c.num(0)), c.gt(b.n, c.num(0))), c.subst(y, {b.j: c.num(0)}), c.num(0))
    assert total == wanted


def test_quotients_of_differences() -> None:
    b = Blocks()
    c = b.c
    lane = c.sym("lane", lo=0, hi=63)
    up = c.sub(c.add(c.mul(c.num(64), b.n), c.num(63)), lane)
    assert c.floordiv(up, c.num(64)) == b.n
    assert c.floordiv(c.sub(c.mul(c.num(64), b.n), lane), c.num(64)).kind == "poly"
    assert c.floordiv(c.sub(c.num(-1), lane), c.num(64)) == c.num(-1)
