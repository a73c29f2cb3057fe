"""Mutants are well formed, differ in one op, and a prover that proves too much is found out."""

from __future__ import annotations

import pytest

from tests.agree.kernels import ADD, COUNT, ROW_SUM, module_of
from triton_lift.agree.campaign import Subject, mutation_campaign
from triton_lift.agree.launches import make_launches
from triton_lift.agree.memory import Launch
from triton_lift.agree.mutate import mutants, mutate
from triton_lift.agree.run import run


def subject_of(text: str, name: str) -> Subject:
    module = module_of(text)
    func = module.functions()[0]
    launches = make_launches(func, None, n=8, seed=1)

    def again(launch: Launch, k: int) -> Launch:
        number = int(launch.label.split()[1])
        return make_launches(func, None, n=number + 1, seed=1, grow=k, only=number)[0]

    return Subject(name, module, "claim", launches, again)


@pytest.mark.parametrize("text", [ADD, ROW_SUM, COUNT])
def test_every_mutant_runs_and_differs_in_one_op(text: str) -> None:
    module = module_of(text)
    original = list(module.op.walk())
    launch = make_launches(module.functions()[0], None, n=1)[0]
    found = list(mutants(module))
    assert len(found) >= 5
    for change, mutant in found:
        ops = list(mutant.op.walk())
        assert len(ops) == len(original), change
        differing = [
            (a, b)
            for a, b in zip(original, ops, strict=True)
            if (a.name, a.operands, dict(a.attrs)) != (b.name, b.operands, dict(b.attrs))
        ]
        assert len(differing) == 1, change
        assert differing[0][0].results == differing[0][1].results
        run(mutant.functions()[0], launch, "real")


def test_order_of_mutants_depends_on_the_seed_alone() -> None:
    module = module_of(ADD)
    first, again, other = ([c for c, _ in mutate(module, seed)] for seed in (1, 1, 2))
    assert first == again and first != other and sorted(first) == sorted(other)


def test_a_prover_that_proves_everything_is_unsound() -> None:
    results = list(mutation_campaign([subject_of(ADD, "add")], lambda module, claim: "proved", per_kernel=30))
    unsound = [r for r in results if r.outcome == "unsound"]
    assert any("arith.addf -> arith.subf" in r.change for r in unsound)
    assert any("predicate 2 -> 3" in r.change for r in unsound)
    assert all(r.launch for r in unsound)


def test_a_prover_that_proves_nothing_kills_all() -> None:
    results = list(mutation_campaign([subject_of(ADD, "add")], lambda module, claim: "unknown", per_kernel=5, total=3))
    assert [r.outcome for r in results] == ["killed"] * 3


def test_equivalent_mutants_are_not_held_against_the_prover() -> None:
    """i < n with non-negative sides is the same signed and unsigned; i <= n is not."""
    subject = subject_of(ADD, "add")
    results = mutation_campaign([subject], lambda module, claim: "proved", per_kernel=100)
    outcomes = {r.change.split(": ", 2)[2]: r.outcome for r in results}
    assert outcomes["predicate 2 -> 6"] == "equivalent"
    assert outcomes["predicate 2 -> 3"] == "unsound"
