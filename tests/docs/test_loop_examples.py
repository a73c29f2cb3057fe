"""The example kernels with loops compute what their docstrings say: the evaluator on the compiled IR against numpy.

In real mode, so that a difference is one of formulas, not of rounding; sizes are ragged, and some loops run zero times.
"""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from triton_lift.hook import triton_api
from triton_lift.ir.reader import read_module
from triton_lift.ops.evaluator import Buffer, evaluate

Array = NDArray[Any]
EXAMPLES = Path(__file__).parents[2] / "examples"
UNTOUCHED = -77.0
LENGTHS = [1, 15, 16, 17, 32, 53]  # of rows, where a block is 16 wide
INF = float("inf")


@pytest.fixture(scope="module", autouse=True)
def examples_importable() -> Iterator[None]:
    sys.path.insert(0, str(EXAMPLES))
    yield
    sys.path.remove(str(EXAMPLES))


def run(name: str, grid: tuple[int, int, int], args: Mapping[str, Any], **blocks: int) -> dict[str, Array]:
    """The final contents of the arrays among ``args``, as float64 or integers, after a launch with these block sizes."""
    example = importlib.import_module(name)
    kernel = getattr(example, importlib.import_module("catalogue").LOOPS[name])
    assert set(blocks) <= set(example.CONSTEXPRS)
    text = triton_api.generic_text(triton_api.compile_to_ttir(kernel, example.SIGNATURE, example.CONSTEXPRS | blocks))
    order = [key for key, kind in example.SIGNATURE.items() if kind != "constexpr"]
    assert set(order) == set(args)
    given = [Buffer(args[key].ravel()) if isinstance(args[key], np.ndarray) else args[key] for key in order]
    result = evaluate(read_module(text).functions()[0], given, grid, mode="real")
    arrays = [(i, key) for i, key in enumerate(order) if isinstance(args[key], np.ndarray)]
    return {key: np.asarray(result.of(i)).reshape(args[key].shape) for i, key in arrays}


def numbers(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng((seed, *shape)).uniform(-2, 2, shape).astype(np.float32)


def blank(*shape: int) -> Array:
    return np.full(shape, UNTOUCHED, np.float32)


def assert_close(found: Array, expected: Array) -> None:
    np.testing.assert_allclose(found, np.asarray(expected, np.float64), rtol=1e-5, atol=1e-6)


def assert_rows(found: Array, expected: Array) -> None:
    """The columns that ``expected`` has, and what is right of them untouched."""
    assert_close(found[:, : expected.shape[1]], expected)
    assert np.all(found[:, expected.shape[1] :] == UNTOUCHED)


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=-1, keepdims=True, initial=-INF))
    return e / e.sum(axis=-1, keepdims=True)


# ---------------------------------------------------------------------------------------- reductions


@pytest.mark.parametrize("n", [0, *LENGTHS])
@pytest.mark.parametrize("name", ["blocked_sum", "blocked_max"])
def test_a_reduction_over_blocks(name: str, n: int) -> None:
    x = numbers(3, n + 2)
    args = {"out_ptr": blank(3), "x_ptr": x, "x_row_stride": n + 2, "n_cols": n}
    row = x[:, :n].astype(np.float64)
    expected = row.sum(axis=1) if name == "blocked_sum" else row.max(axis=1, initial=-INF)
    assert_close(run(name, (3, 1, 1), args, BLOCK=16)["out_ptr"], expected)


@pytest.mark.parametrize("n", [0, 1, 16, 17, 31, 32, 33, 70])
def test_dot_product(n: int) -> None:
    x, y = numbers(80), numbers(80, seed=1)
    found = run("dot_product", (1, 1, 1), {"out_ptr": blank(1), "x_ptr": x, "y_ptr": y, "n": n}, BLOCK=16)
    assert_close(found["out_ptr"][0], x[:n].astype(np.float64) @ y[:n])


@pytest.mark.parametrize("rows", [1, 2, 8])
def test_a_constant_trip_count(rows: int) -> None:
    x = numbers(rows, 21)
    args = {"out_ptr": blank(1, 25), "x_ptr": x, "x_row_stride": 21, "n_cols": 20}
    assert_rows(run("fixed_trips", (2, 1, 1), args, BLOCK=16, ROWS=rows)["out_ptr"], x[None, :, :20].sum(axis=1))


@pytest.mark.parametrize("rows", [0, 1, 2, 7])
@pytest.mark.parametrize("name", ["running_mean", "decay", "pipelined_sum"])
def test_a_loop_over_rows(name: str, rows: int) -> None:
    x = numbers(rows + 1, 21)
    args: dict[str, Any] = {"out_ptr": blank(1, 25), "x_ptr": x, "x_row_stride": 21, "n_rows": rows, "n_cols": 20}
    row = x[:rows, :20].astype(np.float64)
    match name:
        case "running_mean":
            expected = row.sum(axis=0) / max(rows, 1)
        case "pipelined_sum":
            expected = row.sum(axis=0)
        case _:
            args |= {"beta": 0.75}
            expected = 0.25 * (0.75 ** np.arange(rows)[::-1]) @ row
    assert_rows(run(name, (2, 1, 1), args, BLOCK=16)["out_ptr"], expected[None])


@pytest.mark.parametrize("n", [0, *LENGTHS])
def test_argmax_over_blocks(n: int) -> None:
    x = np.random.default_rng(n).integers(-3, 4, (4, n + 1)).astype(np.float32)  # with ties
    args = {
        "index_ptr": np.full(4, -1, np.int32),
        "value_ptr": blank(4),
        "x_ptr": x,
        "x_row_stride": n + 1,
        "n_cols": n,
    }
    found = run("argmax_blocks", (4, 1, 1), args, BLOCK=16)
    assert_close(found["value_ptr"], x[:, :n].max(axis=1, initial=-INF))
    assert found["index_ptr"].tolist() == (x[:, :n].argmax(axis=1).tolist() if n else [0] * 4)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 5), (3, 3), (7, 2), (2, 18), (2, 19), (1, 60)])
def test_a_while_loop_over_a_range(first: int, last: int) -> None:
    x = numbers(60)
    args = {"out_ptr": blank(1), "x_ptr": x, "first": first, "last": last}
    assert_close(run("while_sum", (1, 1, 1), args, BLOCK=16)["out_ptr"][0], x[first:last].sum(dtype=np.float64))


def test_sums_of_segments() -> None:
    x, bounds = numbers(60), [0, 0, 5, 21, 22, 22, 60]
    args = {"out_ptr": blank(6), "x_ptr": x, "offset_ptr": np.array(bounds, np.int32)}
    expected = [x[a:b].sum(dtype=np.float64) for a, b in itertools.pairwise(bounds)]
    assert_close(run("segment_sum", (6, 1, 1), args, BLOCK=16)["out_ptr"], np.array(expected))


@pytest.mark.parametrize("n", [0, 1, 7, 20])
def test_first_match(n: int) -> None:
    x = np.random.default_rng(n).integers(0, 9, (6, n)).astype(np.int32)
    args = {"x_ptr": x, "out_ptr": np.full(6, -77, np.int32), "n_cols": n, "target": 4}
    expected = [next((j for j in range(n) if row[j] == 4), -1) for row in x]
    assert run("first_match", (6, 1, 1), args)["out_ptr"].tolist() == expected


# --------------------------------------------------------------------------------- normalised rows


@pytest.mark.parametrize("n", [0, *LENGTHS])
@pytest.mark.parametrize("name", ["softmax_three_pass", "softmax_two_pass", "softmax_online"])
def test_softmax(name: str, n: int) -> None:
    x = numbers(3, n + 2) * 20
    sizes = {"x_row_stride": n + 2, "out_row_stride": n + 3, "n_cols": n}
    found = run(name, (3, 1, 1), {"out_ptr": blank(3, n + 3), "x_ptr": x, **sizes}, BLOCK=16)
    assert_rows(found["out_ptr"], softmax(x[:, :n].astype(np.float64)))


@pytest.mark.parametrize("n", LENGTHS)
def test_logsumexp(n: int) -> None:
    x = numbers(3, n + 2) * 20
    args = {"out_ptr": blank(3), "x_ptr": x, "x_row_stride": n + 2, "n_cols": n}
    expected = np.log(np.exp(x[:, :n].astype(np.float64)).sum(axis=1))
    assert_close(run("logsumexp", (3, 1, 1), args, BLOCK=16)["out_ptr"], expected)


@pytest.mark.parametrize("n", LENGTHS)
def test_cross_entropy(n: int) -> None:
    x = numbers(4, n + 2) * 5
    label = np.array([0, n - 1, -100, n // 2], np.int64)
    args = {"loss_ptr": blank(4), "x_ptr": x, "label_ptr": label, "x_row_stride": n + 2, "n_cols": n}
    found = run("cross_entropy", (4, 1, 1), {**args, "ignore_index": -100}, BLOCK=16)["loss_ptr"]
    expected = -np.log(softmax(x[:, :n].astype(np.float64)))
    assert_close(found, np.array([expected[0, 0], expected[1, n - 1], 0, expected[3, n // 2]]))


@pytest.mark.parametrize("n", [0, *LENGTHS])
@pytest.mark.parametrize("name", ["layer_norm_two_pass", "layer_norm_moments", "layer_norm_welford"])
def test_layer_norm(name: str, n: int) -> None:
    x, w, b = numbers(3, n + 2), numbers(n + 1, seed=1), numbers(n + 1, seed=2)
    args = {"out_ptr": blank(3, n + 3), "x_ptr": x, "w_ptr": w, "b_ptr": b, "eps": 1e-3}
    sizes = {"x_row_stride": n + 2, "out_row_stride": n + 3, "n_cols": n}
    row = x[:, :n].astype(np.float64)
    centred = row - row.sum(axis=1, keepdims=True) / max(n, 1)
    variance = (centred**2).sum(axis=1, keepdims=True) / max(n, 1)
    expected = centred / np.sqrt(variance + 1e-3) * w[:n] + b[:n]
    assert_rows(run(name, (3, 1, 1), args | sizes, BLOCK=16)["out_ptr"], expected)


@pytest.mark.parametrize("n", LENGTHS)
def test_rms_norm(n: int) -> None:
    x, w = numbers(3, n + 2), numbers(n + 1, seed=1)
    args = {"out_ptr": blank(3, n + 3), "rstd_ptr": blank(3), "x_ptr": x, "w_ptr": w, "eps": 1e-3}
    sizes = {"x_row_stride": n + 2, "out_row_stride": n + 3, "n_cols": n}
    found = run("rms_norm_blocks", (3, 1, 1), args | sizes, BLOCK=16)
    row = x[:, :n].astype(np.float64)
    rstd = 1 / np.sqrt((row**2).mean(axis=1) + 1e-3)
    assert_close(found["rstd_ptr"], rstd)
    assert_rows(found["out_ptr"], row * rstd[:, None] * w[:n])


@pytest.mark.parametrize("n", [0, *LENGTHS])
def test_the_gradient_of_rms_norm(n: int) -> None:
    x, dy, w, rstd = numbers(3, n + 2), numbers(3, n + 4, seed=3), numbers(n + 1, seed=1), numbers(3, seed=4)
    args = {"dx_ptr": blank(3, n + 3), "dy_ptr": dy, "x_ptr": x, "w_ptr": w, "rstd_ptr": rstd}
    sizes = {"dx_row_stride": n + 3, "dy_row_stride": n + 4, "x_row_stride": n + 2, "n_cols": n}
    found = run("rms_norm_backward", (3, 1, 1), args | sizes, BLOCK=16)
    row, wdy, r = x[:, :n].astype(np.float64), dy[:, :n].astype(np.float64) * w[:n], rstd[:, None].astype(np.float64)
    expected = r * (wdy - row * r**2 * (row * wdy).sum(axis=1, keepdims=True) / max(n, 1))
    assert_rows(found["dx_ptr"], expected)


def test_the_gradient_of_rms_norm_is_its_derivative() -> None:
    n, eps, h = 19, 1e-3, 1e-6
    x, dy, w = numbers(1, n), numbers(1, n, seed=3), numbers(n, seed=1)

    def loss(row: Array) -> float:
        return float((row / np.sqrt((row**2).mean() + eps) * w * dy[0]).sum())

    row = x[0].astype(np.float64)
    slope = [(loss(row + h * e) - loss(row - h * e)) / (2 * h) for e in np.eye(n)]
    rstd = np.array([1 / np.sqrt((row**2).mean() + eps)])
    args = {"dx_ptr": blank(1, n), "dy_ptr": dy, "x_ptr": x, "w_ptr": w, "rstd_ptr": rstd}
    sizes = {"dx_row_stride": n, "dy_row_stride": n, "x_row_stride": n, "n_cols": n}
    assert_close(run("rms_norm_backward", (1, 1, 1), args | sizes, BLOCK=16)["dx_ptr"][0], np.array(slope))


# ------------------------------------------------------------------------ scans, loops with stores


@pytest.mark.parametrize("n", [0, *LENGTHS])
def test_cumsum(n: int) -> None:
    x = numbers(3, n + 2)
    sizes = {"x_row_stride": n + 2, "out_row_stride": n + 3, "n_cols": n}
    found = run("cumsum_blocks", (3, 1, 1), {"out_ptr": blank(3, n + 3), "x_ptr": x, **sizes}, BLOCK=16)
    assert_rows(found["out_ptr"], x[:, :n].astype(np.float64).cumsum(axis=1))


@pytest.mark.parametrize("steps", [0, 1, 2, 9])
def test_gated_recurrence(steps: int) -> None:
    a, b = numbers(steps + 1, 22), numbers(steps + 1, 22, seed=1)
    args = {"h_ptr": blank(steps + 1, 22), "a_ptr": a, "b_ptr": b, "stride": 22, "n_steps": steps, "n_channels": 20}
    found = run("gated_recurrence", (2, 1, 1), args, BLOCK=16)["h_ptr"]
    h, rows = np.zeros(20), list[Array]()
    for t in range(steps):
        h = a[t, :20].astype(np.float64) * h + b[t, :20]
        rows.append(h)
    assert_rows(found[:steps], np.array(rows).reshape(steps, 20))
    assert np.all(found[steps] == UNTOUCHED)


@pytest.mark.parametrize("programs", [1, 2, 5])
@pytest.mark.parametrize("n", [0, 1, 16, 53])
def test_a_grid_stride_loop(n: int, programs: int) -> None:
    x, y = numbers(60), numbers(60, seed=1)
    args = {"out_ptr": blank(1, 60), "x_ptr": x, "y_ptr": y, "n": n, "alpha": 1.5}
    found = run("grid_stride", (programs, 1, 1), args, BLOCK=16)["out_ptr"]
    assert_rows(found, (1.5 * x[:n].astype(np.float64) + y[:n])[None])


# ---------------------------------------------------------------------------------- matrix products

SIZES = [(1, 1, 0), (1, 1, 1), (16, 16, 16), (17, 33, 40), (40, 9, 33)]
TILE = {"BLOCK_M": 16, "BLOCK_N": 16, "BLOCK_K": 16}


def operand(rows: int, cols: int, seed: int, transposed: bool) -> tuple[Array, tuple[int, int], Array]:
    """A padded array, the strides of a matrix in it, and that matrix."""
    if transposed:
        whole = numbers(cols + 1, rows + 1, seed=seed)
        return whole, (1, rows + 1), whole[:cols, :rows].T.astype(np.float64)
    whole = numbers(rows + 1, cols + 1, seed=seed)
    return whole, (cols + 1, 1), whole[:rows, :cols].astype(np.float64)


def cdiv(a: int, b: int) -> int:
    return -(-a // b)


@pytest.mark.parametrize(("m", "n", "k"), SIZES)
@pytest.mark.parametrize("name", ["matmul", "matmul_split_k", "matmul_persistent"])
def test_matmul(name: str, m: int, n: int, k: int) -> None:
    a_all, (am, ak), a = operand(m, k, 0, transposed=False)
    b_all, (bk, bn), b = operand(k, n, 1, transposed=True)
    sizes = {"m": m, "n": n, "k": k, "stride_am": am, "stride_ak": ak, "stride_bk": bk, "stride_bn": bn}
    args = {"a_ptr": a_all, "b_ptr": b_all, "c_ptr": blank(m, n + 1), "stride_cm": n + 1, "stride_cn": 1, **sizes}
    tiles = cdiv(m, 16) * cdiv(n, 16)
    match name:
        case "matmul":
            assert_rows(run(name, (tiles, 1, 1), args, **TILE, GROUP_M=2)["c_ptr"], a @ b)
        case "matmul_persistent":
            assert_rows(run(name, (2, 1, 1), args, **TILE)["c_ptr"], a @ b)
        case _:
            found = run(name, (tiles, 3, 1), args, **TILE, SPLIT_K=3)["c_ptr"]
            assert_rows(found, a @ b + UNTOUCHED)


@pytest.mark.parametrize(("m", "n", "k"), SIZES)
def test_batched_matmul(m: int, n: int, k: int) -> None:
    a, b, c = numbers(2, m, k + 1), numbers(2, k + 1, n), blank(2, m, n + 1)
    sizes: dict[str, Any] = {"m": m, "n": n, "k": k}
    for key, array in (("a", a), ("b", b), ("c", c)):
        letters = {"a": "bmk", "b": "bkn", "c": "bmn"}[key]
        strides = (array.shape[1] * array.shape[2], array.shape[2], 1)
        sizes |= {f"stride_{key}{letter}": stride for letter, stride in zip(letters, strides, strict=True)}
    grid = (cdiv(m, 16), cdiv(n, 16), 2)
    found = run("batched_matmul", grid, {"a_ptr": a, "b_ptr": b, "c_ptr": c, **sizes}, **TILE)["c_ptr"]
    expected = a[:, :, :k].astype(np.float64) @ b[:, :k]
    for i in range(2):
        assert_rows(found[i], expected[i])


# ---------------------------------------------------------------------------------------- attention

HEADS, DIM, SCALE = 2, 16, 0.3
BLOCKS = {"BLOCK_M": 16, "BLOCK_N": 16, "HEAD_DIM": DIM}


def strides_of(letter: str, last: str, heads: int, length: int) -> dict[str, int]:
    return {f"stride_{letter}b": heads * length * DIM, f"stride_{letter}h": length * DIM, f"stride_{letter}{last}": DIM}


@pytest.mark.parametrize(("q_len", "kv_len"), [(1, 1), (5, 17), (16, 32), (33, 40)])
@pytest.mark.parametrize("name", ["flash_attention", "flash_attention_exp", "flash_attention_gqa"])
def test_attention(name: str, q_len: int, kv_len: int) -> None:
    kv_heads = HEADS // 2 if name == "flash_attention_gqa" else HEADS
    q = numbers(2, HEADS, q_len, DIM)
    k, v = numbers(2, kv_heads, kv_len, DIM, seed=1), numbers(2, kv_heads, kv_len, DIM, seed=2)
    args = {"q_ptr": q, "k_ptr": k, "v_ptr": v, "out_ptr": blank(*q.shape), "lse_ptr": blank(2, HEADS, q_len)}
    sizes = {"scale": SCALE, "n_heads": HEADS, "q_len": q_len, "kv_len": kv_len}
    strides = strides_of("q", "m", HEADS, q_len) | strides_of("k", "n", kv_heads, kv_len)
    strides |= strides_of("v", "n", kv_heads, kv_len) | strides_of("o", "m", HEADS, q_len)
    blocks = BLOCKS | ({"GROUP": 2} if name == "flash_attention_gqa" else {})
    found = run(name, (cdiv(q_len, 16), 2 * HEADS, 1), {**args, **sizes, **strides}, **blocks)
    k, v = (np.repeat(x.astype(np.float64), HEADS // kv_heads, axis=1) for x in (k, v))
    scores = q.astype(np.float64) @ k.swapaxes(2, 3) * SCALE
    assert_close(found["out_ptr"], softmax(scores) @ v)
    lse = np.log(np.exp(scores).sum(axis=-1))
    assert_close(found["lse_ptr"], lse if name == "flash_attention_exp" else lse / np.log(2))


@pytest.mark.parametrize("length", [1, 15, 16, 33, 64, 70])
def test_causal_attention(length: int) -> None:
    q, k, v = (numbers(2, HEADS, length, DIM, seed=i) for i in range(3))
    args = {"q_ptr": q, "k_ptr": k, "v_ptr": v, "out_ptr": blank(*q.shape), "lse_ptr": blank(2, HEADS, length)}
    strides = strides_of("q", "m", HEADS, length) | strides_of("k", "n", HEADS, length)
    strides |= strides_of("v", "n", HEADS, length) | strides_of("o", "m", HEADS, length)
    sizes = {"scale": SCALE, "n_heads": HEADS, "q_len": length}
    blocks = BLOCKS | {"BLOCK_M": 32}
    found = run("flash_attention_causal", (cdiv(length, 32), 2 * HEADS, 1), {**args, **sizes, **strides}, **blocks)
    scores = q.astype(np.float64) @ k.swapaxes(2, 3) * SCALE
    scores = np.where(np.tri(length, dtype=bool), scores, -INF)
    assert_close(found["out_ptr"], softmax(scores) @ v)
    assert_close(found["lse_ptr"], np.log(np.exp(scores).sum(axis=-1)))


def test_attention_over_packed_sequences() -> None:
    cu_q, cu_k = [0, 5, 5, 38], [0, 17, 20, 53]
    q, k, v = numbers(38, HEADS, DIM), numbers(53, HEADS, DIM, seed=1), numbers(53, HEADS, DIM, seed=2)
    strides = {f"stride_{x}{y}": DIM if y == "h" else HEADS * DIM for x in "qkvo" for y in "th"}
    args = {"q_ptr": q, "k_ptr": k, "v_ptr": v, "out_ptr": blank(*q.shape), "scale": SCALE}
    bounds = {"cu_q_ptr": np.array(cu_q, np.int32), "cu_k_ptr": np.array(cu_k, np.int32)}
    found = run("flash_attention_varlen", (3, HEADS, 3), {**args, **bounds, **strides}, **BLOCKS)["out_ptr"]
    for i in range(3):
        rows, cols = slice(cu_q[i], cu_q[i + 1]), slice(cu_k[i], cu_k[i + 1])
        qi, ki, vi = (x.swapaxes(0, 1).astype(np.float64) for x in (q[rows], k[cols], v[cols]))
        expected = softmax(qi @ ki.swapaxes(1, 2) * SCALE) @ vi
        assert_close(found[rows], expected.swapaxes(0, 1))


@pytest.mark.parametrize(("q_len", "kv_len"), [(1, 1), (5, 17), (16, 32), (33, 40)])
def test_the_gradients_of_attention(q_len: int, kv_len: int) -> None:
    q, do = numbers(HEADS, q_len, DIM), numbers(HEADS, q_len, DIM, seed=3)
    k, v = numbers(HEADS, kv_len, DIM, seed=1), numbers(HEADS, kv_len, DIM, seed=2)
    wide = [x.astype(np.float64) for x in (q, k, v, do)]
    expected = gradients(*wide)
    scores = wide[0] @ wide[1].swapaxes(1, 2) * SCALE
    lse = np.log(np.exp(scores).sum(axis=-1))
    delta = (softmax(scores) @ wide[2] * wide[3]).sum(axis=-1)
    args = {"q_ptr": q, "k_ptr": k, "v_ptr": v, "do_ptr": do, "lse_ptr": lse, "delta_ptr": delta, "scale": SCALE}
    strides = {"stride_qh": q_len * DIM, "stride_qt": DIM, "stride_kh": kv_len * DIM, "stride_kt": DIM}
    sizes = {"q_len": q_len, "kv_len": kv_len, **strides}
    dq = run("flash_attention_dq", (cdiv(q_len, 16), HEADS, 1), {**args, **sizes, "dq_ptr": blank(*q.shape)}, **BLOCKS)
    outputs = {"dk_ptr": blank(*k.shape), "dv_ptr": blank(*v.shape)}
    dkdv = run("flash_attention_dkdv", (cdiv(kv_len, 16), HEADS, 1), {**args, **sizes, **outputs}, **BLOCKS)
    for found, gradient in zip((dq["dq_ptr"], dkdv["dk_ptr"], dkdv["dv_ptr"]), expected, strict=True):
        assert_close(found, gradient)


def gradients(q: Array, k: Array, v: Array, do: Array) -> tuple[Array, Array, Array]:
    """Of sum(do * softmax(scale * q k^T) v), by the chain rule through the Jacobian diag(p) - p p^T of softmax."""
    p = softmax(q @ k.swapaxes(1, 2) * SCALE)
    jacobian = np.einsum("hij,jk->hijk", p, np.eye(p.shape[2])) - np.einsum("hij,hik->hijk", p, p)
    ds = np.einsum("hijk,hij->hik", jacobian, do @ v.swapaxes(1, 2)) * SCALE
    return ds @ k, ds.swapaxes(1, 2) @ q, p.swapaxes(1, 2) @ do


def test_every_loop_example_is_run_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in importlib.import_module("catalogue").LOOPS if f'"{name}"' not in text]
