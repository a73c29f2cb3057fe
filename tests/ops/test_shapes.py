"""Shape ops, reductions, scans and dots against numpy."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ops.harness import apply, launch, load, same, store
from triton_lift.ops.evaluator import Buffer


def combiner(op: str, kind: str, props: str = "", end: str = "tt.reduce.return") -> str:
    """A region of one op."""
    given = f"<{{{props}}}>" if props else ""
    return (
        f'({{\n^bb0(%l: {kind}, %r: {kind}):\n  %c = "{op}"(%l, %r) {given} : ({kind}, {kind}) -> {kind}\n'
        f'  "{end}"(%c) : ({kind}) -> ()\n}})'
    )


X = np.arange(32, dtype=np.int32).reshape(2, 4, 4)


def test_moves() -> None:
    small = np.arange(8, dtype=np.int32).reshape(2, 4)

    def one(op: str, out: tuple[int, ...], props: str = "") -> np.ndarray:
        return apply(op, [("i32", small)], ["i32"], props=props, result_shapes=[out]).values[0]

    assert (one("tt.reshape", (4, 2)) == small.reshape(4, 2)).all()
    assert (one("tt.reshape", (4, 2), "allow_reorder") == small.reshape(4, 2)).all()
    assert (one("tt.trans", (4, 2), "order = array<i32: 1, 0>") == small.T).all()
    assert (one("tt.expand_dims", (2, 1, 4), "axis = 1 : i32") == small[:, None]).all()
    wide = apply("tt.broadcast", [("i32", small[:, None])], ["i32"], result_shapes=[(2, 8, 4)]).values[0]
    assert (wide == np.broadcast_to(small[:, None], (2, 8, 4))).all()
    cube = apply("tt.trans", [("i32", X)], ["i32"], props="order = array<i32: 2, 0, 1>", result_shapes=[(4, 2, 4)])
    assert (cube.values[0] == X.transpose(2, 0, 1)).all()
    a, b = np.arange(4, dtype=np.int32), np.arange(10, 14, dtype=np.int32)
    assert (apply("tt.cat", [("i32", a), ("i32", b)], ["i32"], result_shapes=[(8,)]).values[0] == [*a, *b]).all()
    joined = apply("tt.join", [("i32", a), ("i32", b)], ["i32"], result_shapes=[(4, 2)]).values[0]
    assert (joined == np.stack([a, b], -1)).all()
    low, high = apply("tt.split", [("i32", joined)], ["i32", "i32"], result_shapes=[(4,), (4,)]).values
    assert (low == a).all()
    assert (high == b).all()
    assert apply("tt.unsplat", [("i32", [5])], ["i32"], result_shapes=[()]).values[0] == 5


def test_gather_and_histogram() -> None:
    source = np.array([[1, 2, 3, 4], [5, 6, 7, 8]], np.float32)
    index = np.array([[3, 0], [1, 1]], np.int32)
    out = apply("tt.gather", [("f32", source), ("i32", index)], ["f32"], props="axis = 1 : i32", result_shapes=[(2, 2)])
    assert (out.values[0] == np.take_along_axis(source, index, 1)).all()
    bad = apply(
        "tt.gather", [("f32", source), ("i32", index + 1)], ["f32"], props="axis = 1 : i32", result_shapes=[(2, 2)]
    )
    assert bad.poison[0].tolist() == [[True, False], [False, False]]
    counts = apply("tt.histogram", [("i32", [0, 3, 3, 1])], ["i32"], result_shapes=[(4,)]).values[0]
    assert list(counts) == [1, 1, 0, 2]
    masked = [("i32", [0, 3, 9, 1]), ("i1", [True, True, False, True])]
    assert list(apply("tt.histogram", masked, ["i32"], result_shapes=[(4,)]).values[0]) == [1, 1, 0, 1]


@pytest.mark.parametrize("mode", ["machine", "real"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_reduce_and_scan_of_one_op(axis: int, mode: str) -> None:
    out = tuple(n for k, n in enumerate(X.shape) if k != axis)
    for op, ref in [("arith.addi", np.add), ("arith.maxsi", np.maximum), ("arith.xori", np.bitwise_xor)]:
        got = apply(
            "tt.reduce",
            [("i32", X)],
            ["i32"],
            props=f"axis = {axis} : i32",
            regions=combiner(op, "i32"),
            result_shapes=[out],
            mode=mode,
        ).values[0]
        assert (got == ref.reduce(X, axis=axis)).all()
        for reverse in (False, True):
            got = apply(
                "tt.scan",
                [("i32", X)],
                ["i32"],
                props=f"axis = {axis} : i32, reverse = {str(reverse).lower()}",
                regions=combiner(op, "i32", end="tt.scan.return"),
                mode=mode,
            ).values[0]
            flipped = np.flip(X, axis) if reverse else X
            want = ref.accumulate(flipped, axis=axis)
            assert (got == (np.flip(want, axis) if reverse else want)).all()


def test_float_sums_are_left_folds_and_trees_bit_for_bit() -> None:
    x = (np.random.default_rng(1).standard_normal(64) * 1e3).astype(np.float32)
    for kind, data in [("f32", x), ("bf16", x), ("f16", x)]:
        region = combiner("arith.addf", kind, "fastmath = #arith.fastmath<none>")
        value = np.asarray(data, dtype=apply("arith.negf", [(kind, data)], [kind]).values[0].dtype)
        left = value[0]
        for v in value[1:]:
            left = value.dtype.type(np.float32(left) + np.float32(v))
        got = apply("tt.reduce", [(kind, value)], [kind], props="axis = 0 : i32", regions=region, result_shapes=[()])
        assert same(got.values[0], np.asarray(left))
        halves = value
        while len(halves) > 1:
            n = len(halves) // 2
            halves = (halves[:n].astype(np.float32) + halves[n:].astype(np.float32)).astype(value.dtype)
        got = apply(
            "tt.reduce",
            [(kind, value)],
            [kind],
            props="axis = 0 : i32",
            regions=region,
            result_shapes=[()],
            reduce_order="tree",
        )
        assert same(got.values[0], halves[0].reshape(()))


@pytest.mark.parametrize("op", ["maxnumf", "minnumf", "maximumf", "minimumf"])
def test_extremes_do_not_depend_on_the_order(op: str) -> None:
    region = combiner(f"arith.{op}", "f32", "fastmath = #arith.fastmath<none>")
    rng = np.random.default_rng(6)
    pool = np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 1.0], np.float32)
    for _ in range(40):
        x = rng.choice(pool[: rng.integers(2, 7)], 16)
        want = x[:1]
        for v in x[1:]:
            want = apply(f"arith.{op}", [("f32", want), ("f32", [v])], ["f32"]).values[0]
        got = apply("tt.reduce", [("f32", x)], ["f32"], props="axis = 0 : i32", regions=region, result_shapes=[()])
        assert same(got.values[0], want.reshape(())), x


def test_boolean_reductions() -> None:
    x = np.array([[True, False], [True, True]])
    for op, want in [("arith.andi", [False, True]), ("arith.ori", [True, True]), ("arith.xori", [True, False])]:
        region = combiner(op, "i1")
        got = apply("tt.reduce", [("i1", x)], ["i1"], props="axis = 1 : i32", regions=region, result_shapes=[(2,)])
        assert list(got.values[0]) == want


ARGMAX = """({
^bb0(%v: f32, %i: i32, %w: f32, %j: i32):
  %gt = "arith.cmpf"(%v, %w) <{fastmath = #arith.fastmath<none>, predicate = 2 : i64}> : (f32, f32) -> i1
  %eq = "arith.cmpf"(%v, %w) <{fastmath = #arith.fastmath<none>, predicate = 1 : i64}> : (f32, f32) -> i1
  %lt = "arith.cmpi"(%i, %j) <{predicate = 2 : i64}> : (i32, i32) -> i1
  %tie = "arith.andi"(%eq, %lt) : (i1, i1) -> i1
  %take = "arith.ori"(%gt, %tie) : (i1, i1) -> i1
  %a = "arith.select"(%take, %v, %w) : (i1, f32, f32) -> f32
  %b = "arith.select"(%take, %i, %j) : (i1, i32, i32) -> i32
  "tt.reduce.return"(%a, %b) : (f32, i32) -> ()
})"""


@pytest.mark.parametrize("order", ["left", "tree"])
def test_a_combiner_of_two_operands(order: str) -> None:
    x = np.array([[3, 9, 9, 1], [4, 4, 4, 4]], np.float32)
    index = np.broadcast_to(np.arange(4, dtype=np.int32), (2, 4))
    best, where = apply(
        "tt.reduce",
        [("f32", x), ("i32", index)],
        ["f32", "i32"],
        props="axis = 1 : i32",
        regions=ARGMAX,
        result_shapes=[(2,), (2,)],
        reduce_order=order,
    ).values
    assert list(best) == [9, 4]
    assert list(where) == [1, 0]


SCAN2 = """({
^bb0(%a: f32, %b: f32, %c: f32, %d: f32):
  %p = "arith.mulf"(%a, %c) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
  %q = "arith.mulf"(%b, %c) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
  %r = "arith.addf"(%q, %d) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
  "tt.scan.return"(%p, %r) : (f32, f32) -> ()
})"""


@pytest.mark.parametrize("reverse", [False, True])
def test_a_scan_of_a_linear_recurrence(reverse: bool) -> None:
    a, b = np.random.default_rng(2).random((2, 4, 8)).astype(np.float32)
    got_a, got_b = apply(
        "tt.scan",
        [("f32", a), ("f32", b)],
        ["f32", "f32"],
        props=f"axis = 1 : i32, reverse = {str(reverse).lower()}",
        regions=SCAN2,
    ).values
    for row in range(4):
        order = range(7, -1, -1) if reverse else range(8)
        p = h = None
        for k in order:
            p, h = (a[row, k], b[row, k]) if p is None else (p * a[row, k], h * a[row, k] + b[row, k])
            assert got_a[row, k] == p
            assert got_b[row, k] == h


def test_dot() -> None:
    rng = np.random.default_rng(4)
    props = "inputPrecision = 2 : i32, maxNumImpreciseAcc = 0 : i32"
    a, b = rng.integers(-128, 128, (16, 32)), rng.integers(-128, 128, (32, 16))
    c = rng.integers(-1000, 1000, (16, 16))
    got = apply("tt.dot", [("i8", a), ("i8", b), ("i32", c)], ["i32"], props=props, result_shapes=[(16, 16)]).values[0]
    assert (got == a @ b + c).all()
    # Small integers: every order of the sum is exact in f32.
    got = apply("tt.dot", [("f16", a), ("f16", b), ("f32", c)], ["f32"], props=props, result_shapes=[(16, 16)]).values[
        0
    ]
    assert (got == a @ b + c).all()
    x, y = rng.standard_normal((2, 4, 16, 16)).astype(np.float32)
    zero = np.zeros((4, 16, 16), np.float32)
    got = apply("tt.dot", [("f32", x), ("f32", y), ("f32", zero)], ["f32"], props=props).values[0]
    want = np.zeros((4, 16, 16), np.float32)
    for k in range(16):
        want = want + x[:, :, k, None] * y[:, None, k, :]
    assert same(got, want)
    real = apply("tt.dot", [("f32", x), ("f32", y), ("f32", zero)], ["f32"], props=props, mode="real").values[0]
    assert np.allclose(real, x.astype(np.float64) @ y.astype(np.float64), rtol=1e-12)


def test_poison_goes_through_a_reduction_a_scan_and_a_dot() -> None:
    bad = """
    %ones = "arith.constant"() <{value = dense<1> : tensor<4x4xi32>}> : () -> tensor<4x4xi32>
    %q = "arith.divsi"(%ones, %x0) : (tensor<4x4xi32>, tensor<4x4xi32>) -> tensor<4x4xi32>
"""
    zero_at = np.ones((4, 4), np.int32)
    zero_at[1, 2] = 0
    tails = {
        "reduce": (
            f'    %y = "tt.reduce"(%q) <{{axis = 1 : i32}}> {combiner("arith.addi", "i32")}'
            " : (tensor<4x4xi32>) -> tensor<4xi32>",
            (4,),
            [1],
        ),
        "scan": (
            '    %y = "tt.scan"(%q) <{axis = 1 : i32, reverse = false}> '
            + combiner("arith.addi", "i32", end="tt.scan.return")
            + " : (tensor<4x4xi32>) -> tensor<4x4xi32>",
            (4, 4),
            [6, 7],
        ),
        "dot": (
            '    %y = "tt.dot"(%q, %ones, %ones) <{inputPrecision = 2 : i32, maxNumImpreciseAcc = 0 : i32}>'
            " : (tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>) -> tensor<4x4xi32>",
            (4, 4),
            [4, 5, 6, 7],
        ),
    }
    for name, (tail, shape, lanes) in tails.items():
        body = "\n".join([load("%a0", "x0", "i32", (4, 4)), bad, tail, store("%a1", "%y", "i32", shape)])
        out = np.zeros(int(np.prod(shape)), np.int32)
        result = launch(["!tt.ptr<i32>"] * 2, body, [Buffer(zero_at.reshape(-1)), Buffer(out)])
        undefined = result.undefined[1]
        assert undefined is not None
        assert list(np.flatnonzero(undefined)) == lanes, name
