"""Mutated proposals: whatever the checker still accepts is still what the kernel does, on every launch that is tried."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines, load_at, pointers, store_at, tensor, tile
from tests.interp.square import Lifted, difference, launch_of, lift, satisfied_with
from tests.ops.harness import module
from triton_lift._core import BudgetError, Context, Term
from triton_lift.prove.change import quotients
from triton_lift.prove.checker import check
from triton_lift.prove.proposal import Proposal
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import LiftError

P = "!tt.ptr<i32>"
T = tensor((8,), "i32")


def copy() -> str:
    return module([P, P, "i32"], lines(
        tile(8, "%a2"), pointers("%a0", "p", "i32", "%i", (8,)), pointers("%a1", "q", "i32", "%i", (8,)),
        load_at("x", "%p", "i32", (8,), "%m"), store_at("%q", "%x", "i32", (8,), "%m")))  # fmt: skip


def reverse() -> str:
    return module([P, P, "i32"], lines(
        tile(8), constant("k", "23", "i32", (8,)), call("o", "arith.subi", ["%k", "%i"], [T, T], T), pointers("%a0", "p", "i32", "%o", (8,)),
        pointers("%a1", "q", "i32", "%i", (8,)), load_at("x", "%p", "i32", (8,)), store_at("%q", "%x", "i32", (8,))))  # fmt: skip


def strided() -> str:
    return module([P, P, "i32"], lines(
        tile(8, "%a2"), constant("k", "3", "i32", (8,)), call("o", "arith.muli", ["%i", "%k"], [T, T], T), pointers("%a0", "p", "i32", "%i", (8,)),
        pointers("%a1", "q", "i32", "%o", (8,)), load_at("x", "%p", "i32", (8,), "%m"), store_at("%q", "%x", "i32", (8,), "%m")))  # fmt: skip


def decoded() -> str:
    """Program id p is (p div n, p mod n); out[8*(p div n) + lane, p mod n] with row length 5."""
    return module([P, P, "i32"], lines(
        call("pid", "tt.get_program_id", [], [], "i32", "axis = 0 : i32"), call("u", "arith.divsi", ["%pid", "%a2"], ["i32"] * 2, "i32"),
        call("v", "arith.remsi", ["%pid", "%a2"], ["i32"] * 2, "i32"), constant("e", "8", "i32"), call("ue", "arith.muli", ["%u", "%e"], ["i32"] * 2, "i32"),
        call("us", "tt.splat", ["%ue"], ["i32"], T), call("r", "tt.make_range", [], [], T, "end = 8 : i32, start = 0 : i32"),
        call("row", "arith.addi", ["%us", "%r"], [T, T], T), constant("five", "5", "i32", (8,)), call("o", "arith.muli", ["%row", "%five"], [T, T], T),
        call("vs", "tt.splat", ["%v"], ["i32"], T), call("at", "arith.addi", ["%o", "%vs"], [T, T], T), pointers("%a0", "p", "i32", "%at", (8,)),
        pointers("%a1", "q", "i32", "%at", (8,)), load_at("x", "%p", "i32", (8,)), store_at("%q", "%x", "i32", (8,))))  # fmt: skip


def grid_of_two() -> str:
    return module([P, P, "i32"], lines(
        call("a", "tt.get_program_id", [], [], "i32", "axis = 0 : i32"), call("b", "tt.get_program_id", [], [], "i32", "axis = 1 : i32"),
        call("n", "tt.get_num_programs", [], [], "i32", "axis = 0 : i32"), call("bn", "arith.muli", ["%b", "%n"], ["i32"] * 2, "i32"),
        call("o", "arith.addi", ["%bn", "%a"], ["i32"] * 2, "i32"), call("p", "tt.addptr", ["%a0", "%o"], [P, "i32"], P),
        call("q", "tt.addptr", ["%a1", "%o"], [P, "i32"], P), load_at("x", "%p", "i32", ()), call("y", "arith.addi", ["%x", "%a"], ["i32"] * 2, "i32"),
        f'    "tt.store"(%q, %y) : ({P}, i32) -> ()'))  # fmt: skip


def row_sums() -> str:
    region = '({\n    ^bb0(%l: i32, %s: i32):\n      %c = "arith.addi"(%l, %s) : (i32, i32) -> i32\n      "tt.reduce.return"(%c) : (i32) -> ()\n    })'
    return module([P, P, "i32"], lines(
        tile(8, "%a2"), constant("z", "0", "i32", (8,)), pointers("%a0", "p", "i32", "%i", (8,)), load_at("x", "%p", "i32", (8,), "%m", "%z"),
        call("s", "tt.reduce", ["%x"], [T], "i32", "axis = 0 : i32", region), call("q", "tt.addptr", ["%a1", "%pid"], [P, "i32"], P),
        f'    "tt.store"(%q, %s) : ({P}, i32) -> ()'))  # fmt: skip


def two_dimensions() -> str:
    w, c, r = tensor((4, 8), "i32"), tensor((4, 1), "i32"), tensor((1, 8), "i32")
    four, eight = tensor((4,), "i32"), tensor((8,), "i32")
    return module([P, P, "i32"], lines(
        call("i4", "tt.make_range", [], [], four, "end = 4 : i32, start = 0 : i32"), call("i8", "tt.make_range", [], [], eight, "end = 8 : i32, start = 0 : i32"),
        call("e4", "tt.expand_dims", ["%i4"], [four], c, "axis = 1 : i32"), call("e8", "tt.expand_dims", ["%i8"], [eight], r, "axis = 0 : i32"),
        call("b4", "tt.broadcast", ["%e4"], [c], w), call("b8", "tt.broadcast", ["%e8"], [r], w), constant("k8", "8", "i32", (4, 8)),
        constant("k4", "4", "i32", (4, 8)), call("u", "arith.muli", ["%b4", "%k8"], [w, w], w), call("from", "arith.addi", ["%u", "%b8"], [w, w], w),
        call("v", "arith.muli", ["%b8", "%k4"], [w, w], w), call("to", "arith.addi", ["%v", "%b4"], [w, w], w), pointers("%a0", "p", "i32", "%from", (4, 8)),
        pointers("%a1", "q", "i32", "%to", (4, 8)), load_at("x", "%p", "i32", (4, 8)), store_at("%q", "%x", "i32", (4, 8))))  # fmt: skip


KERNELS: dict[str, Callable[[], str]] = {
    "copy": copy, "reverse": reverse, "strided": strided, "decoded": decoded, "grid of two": grid_of_two, "row sums": row_sums, "two dimensions": two_dimensions,
}  # fmt: skip
LAUNCHES = [
    ((1, 1, 1), 1),
    ((3, 1, 1), 1),
    ((3, 1, 1), 3),
    ((2, 1, 1), 13),
    ((3, 1, 1), 24),
    ((4, 3, 1), 2),
    ((1, 2, 1), 8),
    ((3, 1, 1), 0),
]


def shifted(rng: random.Random, ctx: Context, proposal: Proposal, term: Term) -> Term:
    """The term with one small change."""
    s = proposal.statement
    syms = [*s.indices, *(x for x in ctx.free_syms(term) if x.name.startswith(("s", "np")))]
    one = ctx.num(rng.choice([1, -1, 2, 8]))
    match rng.randrange(6):
        case 0 if syms:
            x = rng.choice(syms)
            return ctx.subst(term, {x: ctx.add(x, one)})
        case 1 if len(s.indices) > 1:
            a, b = rng.sample(list(s.indices), 2)
            return ctx.subst(term, {a: ctx.add(b, ctx.num(0)), b: ctx.add(a, ctx.num(0))})
        case 2 if not term.is_bool:
            return ctx.add(term, one)
        case 3 if not term.is_bool and s.indices:
            return ctx.add(term, ctx.mul(one, rng.choice(s.indices)))
        case 4 if term.is_bool and ctx.literals(term):
            return ctx.assign(term, {rng.choice(ctx.literals(term)): rng.random() < 0.5})
        case 5 if term.is_bool and s.indices:
            x = rng.choice(s.indices)
            bound = ctx.num(rng.choice([1, 4, 8, 23, 24, 32]))
            return rng.choice([ctx.and_, ctx.or_])(term, rng.choice([ctx.lt, ctx.ge, ctx.le, ctx.ne])(x, bound))
        case _:
            return term


def mutate(rng: random.Random, ctx: Context, proposal: Proposal) -> Proposal:
    """One to three small changes of a statement or of its witness; some keep them consistent with each other."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        s = proposal.statement
        match rng.randrange(7):
            case 0:
                proposal = replace(proposal, statement=replace(s, value=shifted(rng, ctx, proposal, s.value)))
            case 1:
                proposal = replace(proposal, statement=replace(s, address=shifted(rng, ctx, proposal, s.address)))
            case 2:
                proposal = replace(proposal, statement=replace(s, domain=shifted(rng, ctx, proposal, s.domain)))
            case 3 if proposal.forward:
                v = rng.choice(list(proposal.forward))
                proposal = replace(
                    proposal, forward={**proposal.forward, v: shifted(rng, ctx, proposal, proposal.forward[v])}
                )
            case 4 if proposal.inverse:
                i = rng.choice(list(proposal.inverse))
                proposal = replace(
                    proposal,
                    inverse={**proposal.inverse, i: ctx.add(proposal.inverse[i], ctx.num(rng.choice([1, -1, 8])))},
                )
            case 5 if s.indices:  # re-index everything: i -> i + c or c - i, consistently
                i, c = rng.choice(s.indices), ctx.num(rng.choice([1, -1, 7, 23, -8]))
                negated = rng.random() < 0.3
                new = ctx.sub(c, i) if negated else ctx.add(i, c)
                back = ctx.sub(c, proposal.inverse[i]) if negated else ctx.sub(proposal.inverse[i], c)
                move = {i: new}
                statement = replace(
                    s,
                    value=ctx.subst(s.value, move),
                    address=ctx.subst(s.address, move),
                    domain=ctx.subst(s.domain, move),
                )
                if rng.random() < 0.4:
                    statement = rng.choice(
                        [
                            replace(statement, value=s.value),
                            replace(statement, address=s.address),
                            replace(statement, domain=s.domain),
                        ]
                    )
                forward = {v: ctx.subst(t, move) for v, t in proposal.forward.items()}
                proposal = replace(
                    proposal, statement=statement, forward=forward, inverse={**proposal.inverse, i: back}
                )
            case _:
                terms = [
                    *proposal.forward.values(),
                    ctx.subst(proposal.write.offset, proposal.forward),
                    ctx.subst(proposal.write.guard, proposal.forward),
                ]
                atoms = quotients(ctx, terms)
                if atoms:
                    value = rng.choice([ctx.num(0), ctx.num(1), *(ctx.add(i, ctx.num(0)) for i in s.indices)])
                    proposal = replace(proposal, rewrites=(*proposal.rewrites, (rng.choice(atoms), value)))
    return proposal


def agrees(lifted: Lifted, proposals: tuple[Proposal, ...]) -> bool:
    """Whether the statements are what the kernel does on all launches that meet the requirements."""
    ctx = lifted.denotation.ctx
    requires = [r.cond for r in summarise(lifted.denotation).requires]
    rng = np.random.default_rng(1)
    bounded: list[Proposal] = []
    for p in proposals:  # no launch here has more points per index; a bound makes every domain enumerable
        domain = p.statement.domain
        for i in p.statement.indices:
            domain = ctx.and_(domain, ctx.lt(i, ctx.num(64)))
        bounded.append(replace(p, statement=replace(p.statement, domain=domain)))
    for grid, n in LAUNCHES:
        launch = launch_of(lifted, [rng.integers(-99, 99, 200), rng.integers(-99, 99, 200), n], grid)
        if satisfied_with(requires, launch) and not difference(lifted, launch, bounded).empty:
            return False
    return True


def run_seed(name: str, seed: int) -> str:
    """Mutate the only proposal of a kernel; accepted mutants must agree."""
    rng = random.Random(seed)
    lifted = lift(KERNELS[name]())
    (proposal,) = lifted.proposals
    try:
        mutant = mutate(rng, lifted.denotation.ctx, proposal)
        verdict = check(lifted.denotation, (mutant,), ())
    except (BudgetError, ValueError):
        return "malformed"
    if not isinstance(verdict, Proved):
        return "refused"
    try:
        assert agrees(lifted, (mutant,)), (
            f"{name}, seed {seed}: {mutant.statement}\n{mutant.forward}\n{mutant.inverse}\n{mutant.rewrites}"
        )
    except LiftError:
        return "not evaluated"
    return "same" if mutant == proposal else "accepted"


@pytest.mark.parametrize("name", KERNELS)
def test_the_original_agrees(name: str) -> None:
    lifted = lift(KERNELS[name]())
    assert isinstance(lifted.verdict, Proved)
    assert agrees(lifted, lifted.proposals)


@pytest.mark.parametrize("name", KERNELS)
def test_accepted_mutants_agree(name: str) -> None:
    outcomes = [run_seed(name, seed) for seed in range(60)]
    assert outcomes.count("refused") >= 20, outcomes


@pytest.mark.extended
@pytest.mark.parametrize("name", KERNELS)
def test_many_accepted_mutants_agree(name: str) -> None:
    for seed in range(1000, 3000):
        run_seed(name, seed)
