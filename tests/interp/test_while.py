"""Whole kernels with ``scf.while`` (spec: Loops): statements against the evaluator, twins, refusals with their code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines
from tests.interp.square import assert_refuted, assert_square, difference, launch_of, lift, satisfied
from tests.ops.harness import module
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported

P32, PF = "!tt.ptr<i32>", "!tt.ptr<f32>"
ZERO = constant("c0", "0", "i32")
ONE = constant("c1", "1", "i32")
START = lines(ZERO, ONE, constant("yes", "true", "i1"), constant("no", "false", "i1"))
X = np.array([7, 3, 9, 3, 5, 1, 8, 2, 6, 4] * 4)
OUT = np.full(40, -77)
PREDICATES = {"eq": 0, "ne": 1, "slt": 2, "sle": 3, "sgt": 4, "sge": 5}


def compare(name: str, a: str, b: str, predicate: str) -> str:
    number = PREDICATES[predicate]
    return call(name, "arith.cmpi", [a, b], ["i32", "i32"], "i1", f"predicate = {number} : i64")


def binary(name: str, op: str, a: str, b: str, kind: str = "i32") -> str:
    return call(name, op, [a, b], [kind, kind], kind)


def load_from(name: str, array: str, index: str, kind: str = "i32") -> str:
    p = f"!tt.ptr<{kind}>"
    return lines(
        call(f"p{name}", "tt.addptr", [array, index], [p, "i32"], p),
        call(name, "tt.load", [f"%p{name}"], [p], kind, "operandSegmentSizes = array<i32: 1, 0, 0>"),
    )


def store_to(array: str, index: str, value: str, name: str, kind: str = "i32") -> str:
    p = f"!tt.ptr<{kind}>"
    return lines(
        call(name, "tt.addptr", [array, index], [p, "i32"], p),
        f'    "tt.store"(%{name}, {value}) : ({p}, {kind}) -> ()',
    )


def loop(inits: Sequence[str], types: Sequence[str], before: str, cond: str, after: str, yields: Sequence[str]) -> str:
    """``%r:n`` of a loop whose before-region passes its arguments %b0.. on, as %i0.. of the after-region."""
    n, kinds = len(inits), ", ".join(types)
    head = ", ".join(f"%b{i}: {t}" for i, t in enumerate(types))
    body = ", ".join(f"%i{i}: {t}" for i, t in enumerate(types))
    passed = ", ".join([cond, *(f"%b{i}" for i in range(n))])
    return lines(
        f'    %r:{n} = "scf.while"({", ".join(inits)}) ({{',
        f"    ^bb0({head}):",
        before,
        f'    "scf.condition"({passed}) : (i1, {kinds}) -> ()',
        "    }, {",
        f"    ^bb0({body}):",
        after,
        f'    "scf.yield"({", ".join(yields)}) : ({kinds}) -> ()',
        f"    }}) : ({kinds}) -> ({kinds})",
    )


def counted(predicate: str = "slt", start: str = "%c0", step: str = "%c1", added: str = "arith.addf") -> str:
    """a1[0] = sum of a0[i] for i = start; i < a2; i += step."""
    body = loop(
        [start, "%z"],
        ["i32", "f32"],
        compare("c", "%b0", "%a2", predicate),
        "%c",
        lines(
            load_from("v", "%a0", "%i0", "f32"),
            binary("s", added, "%i1", "%v", "f32"),
            binary("j", "arith.addi", "%i0", step),
        ),
        ["%j", "%s"],
    )
    return module(
        [PF, PF, "i32", "i32"],
        lines(START, constant("z", "0.0", "f32"), body, store_to("%a1", "%c0", "%r#1", "q", "f32")),
    )


@pytest.mark.parametrize("n", [-3, 0, 1, 2, 7])
def test_a_counted_loop(n: int) -> None:
    assert_square(counted(), [X, OUT, n, 0])
    assert_square(counted("sle"), [X, OUT, n, 0])
    assert_square(counted(start="%a3"), [X, OUT, n, 2])


@pytest.mark.parametrize(("n", "step"), [(0, 3), (1, 1), (7, 3), (6, 3), (8, 5)])
def test_a_step_that_is_an_argument(n: int, step: int) -> None:
    lifted = assert_square(counted(step="%a3"), [X, OUT, n, step])
    assert not satisfied(lifted, launch_of(lifted, [X, OUT, n, 0]))


@pytest.mark.parametrize("n", [1, 4, 9])
def test_until_equal_is_proved_if_it_ends(n: int) -> None:
    lifted = assert_square(counted("ne"), [X, OUT, n, 0])
    assert isinstance(lifted.verdict, Proved)
    assert "terminates" in lifted.verdict.given
    plain = lift(counted())
    assert isinstance(plain.verdict, Proved)
    assert "terminates" not in plain.verdict.given


def test_twins_of_a_counted_loop() -> None:
    launch = [X, OUT, 5, 2]
    assert_refuted(counted(), counted("sle"), launch)
    assert_refuted(counted(), counted(start="%a3"), launch)
    assert_refuted(counted(), counted(step="%a3"), launch)
    assert_refuted(counted(), counted(added="arith.subf"), launch)
    assert_refuted(counted("sle"), counted("ne"), launch)


def copying(predicate: str = "sge", step: str = "arith.subi", start: str = "%a2") -> str:
    """a1[i] = a0[i] from a2 down to 0, stored in the loop."""
    body = loop(
        [start],
        ["i32"],
        compare("c", "%b0", "%c0", predicate),
        "%c",
        lines(load_from("v", "%a0", "%i0"), store_to("%a1", "%i0", "%v", "q"), binary("j", step, "%i0", "%c1")),
        ["%j"],
    )
    return module([P32, P32, "i32"], lines(START, body))


@pytest.mark.parametrize("n", [0, 1, 6])
def test_downwards_with_stores(n: int) -> None:
    assert_square(copying(), [X, OUT, n])


def test_downwards_twin() -> None:
    assert_refuted(copying(), copying("sgt"), [X, OUT, 4])


def pointers_carried(step: str = "%a2") -> str:
    """Grid-stride: pointers and index are carried; programs start at their id."""
    stride = call("np", "tt.get_num_programs", [], [], "i32", "axis = 0 : i32")
    start = call("pid", "tt.get_program_id", [], [], "i32", "axis = 0 : i32")
    first = lines(
        call("pa", "tt.addptr", ["%a0", "%pid"], [P32, "i32"], P32),
        call("pb", "tt.addptr", ["%a1", "%pid"], [P32, "i32"], P32),
    )
    body = loop(
        ["%pa", "%pb", "%pid"],
        [P32, P32, "i32"],
        compare("c", "%b2", "%a2", "slt"),
        "%c",
        lines(
            call("v", "tt.load", ["%i0"], [P32], "i32", "operandSegmentSizes = array<i32: 1, 0, 0>"),
            '    "tt.store"(%i1, %v) : (!tt.ptr<i32>, i32) -> ()',
            call("na", "tt.addptr", ["%i0", "%np"], [P32, "i32"], P32),
            call("nb", "tt.addptr", ["%i1", "%np"], [P32, "i32"], P32),
            binary("j", "arith.addi", "%i2", step),
        ),
        ["%na", "%nb", "%j"],
    )
    return module([P32, P32, "i32"], lines(START, stride, start, first, body))


@pytest.mark.parametrize("n", [1, 3, 10])
@pytest.mark.parametrize("grid", [1, 3, 4])
def test_grid_stride_with_carried_pointers(n: int, grid: int) -> None:
    assert_square(pointers_carried("%np"), [X, OUT, n], (grid, 1, 1))


def search(flag: str, *, keep: str = "%i0", predicate: str = "eq") -> str:
    """The first i < a2 with a0[i] == a3, in a1[0], -1 if there is none; a1[1]: whether; a1[2]: where it stopped.

    ``flag``: how the flag that ends the loop is made, "or" of all so far or the "last" test.
    """
    merged = binary("g", "arith.ori", "%i1", "%e", "i1")
    body = loop(
        ["%c0", "%no", "%m"],
        ["i32", "i1", "i32"],
        lines(
            compare("c", "%b0", "%a2", "slt"),
            binary("free", "arith.xori", "%b1", "%yes", "i1"),
            binary("both", "arith.andi", "%c", "%free", "i1"),
        ),
        "%both",
        lines(
            load_from("v", "%a0", "%i0"),
            compare("e", "%v", "%a3", predicate),
            merged if flag == "or" else "",
            call("k", "arith.select", ["%e", keep, "%i2"], ["i1", "i32", "i32"], "i32"),
            binary("j", "arith.addi", "%i0", "%c1"),
        ),
        ["%j", "%g" if flag == "or" else "%e", "%k"],
    )
    tail = lines(
        constant("c2", "2", "i32"),
        store_to("%a1", "%c0", "%r#2", "q0"),
        call("was", "arith.extui", ["%r#1"], ["i1"], "i32"),
        store_to("%a1", "%c1", "%was", "q1"),
        store_to("%a1", "%c2", "%r#0", "q2"),
    )
    return module([P32, P32, "i32", "i32"], lines(START, constant("m", "-1", "i32"), body, tail))


@pytest.mark.parametrize("flag", ["or", "last"])
@pytest.mark.parametrize(("n", "wanted"), [(0, 7), (1, 7), (1, 3), (5, 3), (4, 3), (10, 4), (9, 4), (8, 55), (-2, 7)])
def test_a_search_that_ends_early(flag: str, n: int, wanted: int) -> None:
    lifted = assert_square(search(flag), [X, OUT, n, wanted])
    assert "any" in str(lifted.proposals[1].statement.value) or lifted.proposals


@pytest.mark.parametrize("flag", ["or", "last"])
def test_search_twins(flag: str) -> None:
    launch = [X, OUT, 6, 3]
    assert_refuted(search(flag), search(flag, predicate="ne"), launch)
    assert_refuted(search(flag), search(flag, keep="%a2"), launch)
    assert_refuted(search(flag), search(flag, predicate="sgt"), launch)


def scanned(predicate: str = "ne") -> str:
    """The condition itself loads: while i < a2 and a0[i] != a3."""
    body = loop(
        ["%c0"],
        ["i32"],
        lines(
            compare("c", "%b0", "%a2", "slt"),
            load_from("v", "%a0", "%b0"),
            compare("e", "%v", "%a3", predicate),
            binary("both", "arith.andi", "%c", "%e", "i1"),
        ),
        "%both",
        binary("j", "arith.addi", "%i0", "%c1"),
        ["%j"],
    )
    return module([P32, P32, "i32", "i32"], lines(START, body, store_to("%a1", "%c0", "%r", "q")).replace("%r:1", "%r"))


@pytest.mark.parametrize(("n", "wanted"), [(0, 7), (4, 3), (9, 1), (9, 50)])
def test_a_condition_that_loads(n: int, wanted: int) -> None:
    lifted = assert_square(scanned(), [X, OUT, n, wanted])
    reads = [r for r in lifted.denotation.reads if r.array == "a0"]
    assert {len(r.counters) for r in reads} == {0, 1}, "once before the loop, once at the end of each iteration"


def test_a_condition_that_loads_twin() -> None:
    assert_refuted(scanned(), scanned("eq"), [X, OUT, 6, 9])


def at_least_once(predicate: str = "slt") -> str:
    """do { sum += a0[i]; i += 1 } while (i < a2)."""
    body = loop(
        ["%c0", "%yes", "%c0"],
        ["i32", "i1", "i32"],
        "",
        "%b1",
        lines(
            load_from("v", "%a0", "%i0"),
            binary("s", "arith.addi", "%i2", "%v"),
            binary("j", "arith.addi", "%i0", "%c1"),
            compare("e", "%j", "%a2", predicate),
        ),
        ["%j", "%e", "%s"],
    )
    return module([P32, P32, "i32"], lines(START, body, store_to("%a1", "%c0", "%r#2", "q")))


@pytest.mark.parametrize("n", [-1, 0, 1, 2, 6])
def test_a_loop_that_runs_at_least_once(n: int) -> None:
    assert_square(at_least_once(), [X, OUT, n])


def test_a_loop_that_runs_at_least_once_twin() -> None:
    assert_refuted(at_least_once(), at_least_once("sle"), [X, OUT, 4])


def test_stores_before_the_loop_are_forwarded_into_the_condition() -> None:
    # a1[0] = a3; i = 0; while i < a1[0]: i += 1; a0[0] = i
    body = loop(
        ["%c0"],
        ["i32"],
        lines(load_from("v", "%a1", "%c0"), compare("c", "%b0", "%v", "slt")),
        "%c",
        binary("j", "arith.addi", "%i0", "%c1"),
        ["%j"],
    )
    text = module(
        [P32, P32, "i32", "i32"],
        lines(START, store_to("%a1", "%c0", "%a3", "w"), body, store_to("%a0", "%c0", "%r", "q")),
    ).replace("%r:1", "%r")
    assert_square(text, [OUT, OUT, 0, 5])


def refused(text: str) -> str:
    with pytest.raises(Unsupported) as info:
        lift(text)
    assert info.value.diagnostic.where != "-"
    return info.value.diagnostic.code


def test_a_condition_that_the_loop_changes_through_memory_is_refused() -> None:
    # i = 0; while i < a1[0]: a1[0] = i; i += 1
    body = loop(
        ["%c0"],
        ["i32"],
        lines(load_from("v", "%a1", "%c0"), compare("c", "%b0", "%v", "slt")),
        "%c",
        lines(store_to("%a1", "%c0", "%i0", "w"), binary("j", "arith.addi", "%i0", "%c1")),
        ["%j"],
    )
    text = module([P32, P32], lines(START, body, store_to("%a0", "%c0", "%r", "q"))).replace("%r:1", "%r")
    assert refused(text) == "consecution"


def spinning(load: str) -> str:
    body = loop(
        ["%c0"],
        ["i32"],
        compare("c", "%b0", "%c0", "eq"),
        "%c",
        load,
        ["%v"],
    )
    return module([P32, P32], lines(START, body, store_to("%a0", "%c0", "%c1", "q"))).replace("%r:1", "%r")


def test_spin_waits_are_refused() -> None:
    volatile = call(
        "v", "tt.load", ["%a1"], [P32], "i32", "isVolatile = true, operandSegmentSizes = array<i32: 1, 0, 0>"
    )
    swap = call(
        "v", "tt.atomic_cas", ["%a1", "%c0", "%c1"], [P32, "i32", "i32"], "i32", "scope = 1 : i32, sem = 4 : i32"
    )
    assert refused(spinning(volatile)) == "spin-wait"
    assert refused(spinning(swap)) == "spin-wait"


def test_a_plain_load_in_a_loop_without_end_is_refused() -> None:
    body = loop([], [], lines(load_from("v", "%a1", "%c0"), compare("c", "%v", "%c0", "eq")), "%c", "", [])
    text = module([P32, P32], lines(START, body, store_to("%a0", "%c0", "%c1", "q")))
    text = text.replace('%r:0 = "scf.while"', '"scf.while"').replace("^bb0():", "^bb0:").replace("(i1, )", "(i1)")
    assert refused(text) == "spin-wait"


def sentinel(stored: str) -> str:
    """while a0[i] != 0: i += 1; nothing bounds i but memory."""
    body = loop(
        ["%c0"],
        ["i32"],
        lines(load_from("v", "%a0", "%b0"), compare("c", "%v", "%c0", "ne")),
        "%c",
        binary("j", "arith.addi", "%i0", "%c1"),
        ["%j"],
    )
    return module([P32, P32], lines(START, body, store_to("%a1", "%c0", stored, "q"))).replace("%r:1", "%r")


def test_without_a_ranking_function_only_what_does_not_depend_on_the_trip_count() -> None:
    assert refused(sentinel("%r")) == "no-ranking"
    lifted = lift(sentinel("%c1"))
    assert isinstance(lifted.verdict, Proved)
    assert "terminates" in lifted.verdict.given
    assert difference(lifted, launch_of(lifted, [np.array([5, 2, 0, 1]), OUT])).empty


def test_a_value_without_closed_form_is_refused() -> None:
    # halving: i = a2; while i > 0: i /= 2
    body = loop(
        ["%a2"],
        ["i32"],
        compare("c", "%b0", "%c0", "sgt"),
        "%c",
        lines(constant("two", "2", "i32"), binary("j", "arith.divsi", "%i0", "%two")),
        ["%j"],
    )
    text = module([P32, P32, "i32"], lines(START, body, store_to("%a1", "%c0", "%r", "q"))).replace("%r:1", "%r")
    assert refused(text) in ("no-invariant", "no-ranking")


def rows(*, inner_start: str = "%c0", stride: str = "%np") -> str:
    """Programs take rows in turn: a1[row] = sum of a0[row*a3 + i] for i < a3, while row < a2."""
    inner = loop(
        [inner_start, "%c0"],
        ["i32", "i32"],
        compare("ci", "%b0", "%a3", "slt"),
        "%ci",
        lines(
            binary("at", "arith.addi", "%base", "%i0"),
            load_from("v", "%a0", "%at"),
            binary("s", "arith.addi", "%i1", "%v"),
            binary("j", "arith.addi", "%i0", "%c1"),
        ),
        ["%j", "%s"],
    )
    for i in range(2):
        inner = inner.replace(f"%b{i}", f"%u{i}").replace(f"%i{i}", f"%w{i}")
    inner = inner.replace("%r:2", "%t:2")
    outer = loop(
        ["%pid"],
        ["i32"],
        compare("c", "%b0", "%a2", "slt"),
        "%c",
        lines(
            binary("base", "arith.muli", "%i0", "%a3"),
            inner,
            store_to("%a1", "%i0", "%t#1", "q"),
            binary("next", "arith.addi", "%i0", stride),
        ),
        ["%next"],
    ).replace("%r:1", "%r")
    ids = lines(
        call("np", "tt.get_num_programs", [], [], "i32", "axis = 0 : i32"),
        call("pid", "tt.get_program_id", [], [], "i32", "axis = 0 : i32"),
    )
    return module([P32, P32, "i32", "i32"], lines(START, ids, outer))


@pytest.mark.parametrize(("count", "width"), [(5, 4), (4, 0), (1, 7), (3, 3)])
@pytest.mark.parametrize("grid", [1, 2, 5])
def test_a_loop_in_a_loop(count: int, width: int, grid: int) -> None:
    assert_square(rows(), [X, OUT, count, width], (grid, 1, 1))


def test_a_loop_in_a_loop_twin() -> None:
    assert_refuted(rows(), rows(inner_start="%c1"), [X, OUT, 5, 4], (2, 1, 1))


def test_an_unknown_trip_count_in_a_loop_is_refused() -> None:
    # while i < a2: { j = 0; while a0[j] != 0: j += 1; i += 1 }; the result does not show how often the inner loop ran
    inner = loop(
        ["%c0"],
        ["i32"],
        lines(load_from("v", "%a0", "%b0"), compare("ci", "%v", "%c0", "ne")),
        "%ci",
        binary("j", "arith.addi", "%i0", "%c1"),
        ["%j"],
    )
    inner = inner.replace("%b0", "%u0").replace("%i0", "%w0").replace("%r:1", "%t")
    outer = loop(
        ["%c0", "%c0"],
        ["i32", "i32"],
        compare("c", "%b0", "%a2", "slt"),
        "%c",
        lines(inner, binary("d", "arith.subi", "%t", "%i1"), binary("n", "arith.addi", "%i0", "%c1")),
        ["%n", "%t"],
    )
    text = module([P32, P32, "i32"], lines(START, outer, store_to("%a1", "%c0", "%c1", "q")))
    assert refused(text) == "no-ranking"


def sentinel_search(predicate: str = "eq", keep: str = "%i0") -> str:
    """at = -1; while i < a2 and at < 0: if a0[i] == a3: at = i; i += 1. The found index itself ends the loop."""
    body = loop(
        ["%c0", "%m"],
        ["i32", "i32"],
        lines(
            compare("c", "%b0", "%a2", "slt"),
            compare("open", "%b1", "%c0", "slt"),
            binary("both", "arith.andi", "%c", "%open", "i1"),
        ),
        "%both",
        lines(
            load_from("v", "%a0", "%i0"),
            compare("e", "%v", "%a3", predicate),
            call("at", "arith.select", ["%e", keep, "%i1"], ["i1", "i32", "i32"], "i32"),
            binary("j", "arith.addi", "%i0", "%c1"),
        ),
        ["%j", "%at"],
    )
    text = lines(START, constant("m", "-1", "i32"), body, store_to("%a1", "%c0", "%r#1", "q"))
    return module([P32, P32, "i32", "i32"], text)


@pytest.mark.parametrize(("n", "wanted"), [(0, 7), (1, 7), (5, 3), (9, 4), (8, 55), (-2, 7)])
def test_the_index_found_ends_the_loop(n: int, wanted: int) -> None:
    lifted = assert_square(sentinel_search(), [X, OUT, n, wanted])
    assert "wrap" not in str(lifted.proposals[0].statement.value)


def test_the_index_found_ends_the_loop_twin() -> None:
    assert_refuted(sentinel_search(), sentinel_search("sge"), [X, OUT, 6, 8])


def segment(end: str = "%e") -> str:
    """a1[pid] = sum of a0[i] for a2[pid] <= i < a2[pid + 1]: a loop that counts from a loaded number."""
    body = loop(
        ["%s", "%z"],
        ["i32", "f32"],
        compare("c", "%b0", end, "slt"),
        "%c",
        lines(
            load_from("v", "%a0", "%i0", "f32"),
            binary("t", "arith.addf", "%i1", "%v", "f32"),
            binary("j", "arith.addi", "%i0", "%c1"),
        ),
        ["%j", "%t"],
    )
    text = lines(
        START,
        constant("z", "0.0", "f32"),
        call("pid", "tt.get_program_id", [], [], "i32", "axis = 0 : i32"),
        binary("next", "arith.addi", "%pid", "%c1"),
        load_from("s", "%a2", "%pid"),
        load_from("e", "%a2", "%next"),
        body,
        store_to("%a1", "%pid", "%r#1", "q", "f32"),
    )
    return module([PF, PF, P32], text)


def test_counting_from_a_loaded_number() -> None:
    offsets = np.array([3, 3, 8, 5, 11, 12])
    lifted = assert_square(segment(), [X, OUT, offsets], (5, 1, 1))
    assert isinstance(lifted.verdict, Proved)
    assert "no_wrap" in lifted.verdict.given
    assert_refuted(segment(), segment("%s"), [X, OUT, offsets], (5, 1, 1))
