"""Kernels that are run by Triton's own interpreter and by the evaluator, with their launches.

Run as a program with ``TRITON_INTERPRET=1`` it interprets every launch and writes the final arrays to a .npz file.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import triton
import triton.language as tl


@triton.jit
def add(x_ptr, y_ptr, out_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = i < n
    tl.store(out_ptr + i, tl.load(x_ptr + i, mask=mask) + tl.load(y_ptr + i, mask=mask), mask=mask)


@triton.jit
def softmax(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    col = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + row * n + col, mask=col < n, other=-float("inf"))
    e = tl.exp(x - tl.max(x, axis=0))
    tl.store(out_ptr + row * n + col, e / tl.sum(e, axis=0), mask=col < n)


@triton.jit
def integers(x_ptr, y_ptr, out_ptr, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    x, y = tl.load(x_ptr + i), tl.load(y_ptr + i)
    d = tl.where(y == 0, 1, y)
    s = (y & 31).to(tl.int32)
    tl.store(out_ptr + i, x + y)
    tl.store(out_ptr + BLOCK + i, x * y)
    tl.store(out_ptr + 2 * BLOCK + i, x // d)
    tl.store(out_ptr + 3 * BLOCK + i, x % d)
    tl.store(out_ptr + 4 * BLOCK + i, x << s)
    tl.store(out_ptr + 5 * BLOCK + i, x >> s)
    tl.store(out_ptr + 6 * BLOCK + i, (x.to(tl.uint32, bitcast=True) >> s.to(tl.uint32)).to(tl.int32, bitcast=True))
    tl.store(out_ptr + 7 * BLOCK + i, tl.minimum(x, y) ^ tl.maximum(x, y))
    tl.store(out_ptr + 8 * BLOCK + i, (x < y).to(tl.int32) + ((x | y) & ~x))
    tl.store(
        out_ptr + 9 * BLOCK + i, tl.umulhi(x.to(tl.uint32, bitcast=True), y.to(tl.uint32, bitcast=True)).to(tl.int32)
    )
    tl.store(out_ptr + 10 * BLOCK + i, x.to(tl.int8).to(tl.int32) + y.to(tl.int16).to(tl.int32))


@triton.jit
def halves(x_ptr, y_ptr, out_ptr, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    x, y = tl.load(x_ptr + i), tl.load(y_ptr + i)
    tl.store(out_ptr + i, x + y)
    tl.store(out_ptr + BLOCK + i, x * y)
    tl.store(out_ptr + 2 * BLOCK + i, x - y)
    tl.store(out_ptr + 3 * BLOCK + i, tl.where(x > y, x, -y))


@triton.jit
def argmax_and_cumsum(x_ptr, out_ptr, index_ptr, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + row * BLOCK + i)
    tl.store(index_ptr + row, tl.argmax(x, axis=0))
    tl.store(out_ptr + row * BLOCK + i, tl.cumsum(x, axis=0))


@triton.jit
def matmul(a_ptr, b_ptr, c_ptr, K, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    acc = tl.zeros((BLOCK, BLOCK), dtype=tl.float32)
    for k in range(0, K, BLOCK):
        a = tl.load(a_ptr + i[:, None] * K + (k + i)[None, :])
        b = tl.load(b_ptr + (k + i)[:, None] * BLOCK + i[None, :])
        acc += tl.dot(a, b)
    tl.store(c_ptr + i[:, None] * BLOCK + i[None, :], acc)


@triton.jit
def control(x_ptr, out_ptr, n):
    pid = tl.program_id(0)
    if pid >= n:
        return
    x = tl.load(x_ptr + pid)
    steps = 0
    while x > 1:
        steps += 1
        if x % 2 == 0:
            x = x // 2
        else:
            x = 3 * x + 1
            steps += 2
    tl.store(out_ptr + pid, steps)


@triton.jit
def shapes(x_ptr, out_ptr, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i[:, None] * BLOCK + i[None, :])
    y = tl.reshape(tl.trans(x), (BLOCK * BLOCK // 2, 2))
    a, b = tl.split(y)
    z = tl.join(b, a)
    tl.store(out_ptr + i[:, None] * BLOCK + i[None, :], tl.reshape(z, (BLOCK, BLOCK)))


@triton.jit
def atomics(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i, mask=i < n, other=0)
    tl.atomic_add(out_ptr + (x & 3), x, mask=i < n)
    tl.atomic_max(out_ptr + 4 + (x & 3), x, mask=i < n)


@dataclass(frozen=True)
class Case:
    """One launch: pointers are arrays, ``signature`` has Triton types, ``tolerance`` is relative, 0 for exact."""

    name: str
    kernel: Any
    signature: dict[str, str]
    args: tuple[Any, ...]
    constexprs: dict[str, Any]
    grid: int
    tolerance: float = 0.0


def cases() -> list[Case]:
    """The launches, the same in both processes."""
    rng = np.random.default_rng(42)
    edge = np.array([-(2**31), -(2**31) + 1, -7, -1, 0, 1, 2, 3, 7, 31, 32, 2**31 - 1], np.int64)
    x32 = np.concatenate([edge, rng.integers(-(2**31), 2**31, 52)]).astype(np.int32)
    # The interpreter divides INT_MIN by -1 as numpy does; undefined in the IR, so kept out.
    y32 = np.where(rng.permutation(x32) == -1, 5, rng.permutation(x32)).astype(np.int32)
    y32[y32 == -1] = 3
    f = rng.standard_normal((8, 64)).astype(np.float32)
    zeros = np.zeros
    three = {"x_ptr": "*fp32", "y_ptr": "*fp32", "out_ptr": "*fp32", "n": "i32"}
    ints = {"x_ptr": "*i32", "y_ptr": "*i32", "out_ptr": "*i32"}
    half = {"x_ptr": "*fp16", "y_ptr": "*fp16", "out_ptr": "*fp16"}
    h = (rng.standard_normal((2, 64)) * 100).astype(np.float16)
    mm = {"a_ptr": "*fp16", "b_ptr": "*fp16", "c_ptr": "*fp32", "K": "i32"}
    small = rng.integers(-4, 5, (2, 16 * 48)).astype(np.float16)
    scans = {"x_ptr": "*fp32", "out_ptr": "*fp32", "index_ptr": "*i32"}
    whole = rng.integers(-50, 50, 4 * 64).astype(np.float32)
    two = {"x_ptr": "*i32", "out_ptr": "*i32", "n": "i32"}
    numbers = rng.integers(1, 1000, 100).astype(np.int32)
    one = {"x_ptr": "*fp32", "out_ptr": "*fp32"}
    return [
        Case("add", add, three, (f[0], f[1], zeros(64, np.float32), 50), {"BLOCK": 16}, 4),
        Case("softmax", softmax, one | {"n": "i32"}, (f.ravel(), zeros(512, np.float32), 60), {"BLOCK": 64}, 8, 1e-6),
        Case("integers", integers, ints, (x32, y32, zeros(11 * 64, np.int32)), {"BLOCK": 64}, 1),
        Case("halves", halves, half, (h[0], h[1], zeros(256, np.float16)), {"BLOCK": 64}, 1),
        Case("scans", argmax_and_cumsum, scans, (whole, zeros(256, np.float32), zeros(4, np.int32)), {"BLOCK": 64}, 4),
        Case("matmul", matmul, mm, (small[0], small[1], zeros(256, np.float32), 48), {"BLOCK": 16}, 1),
        Case("control", control, two, (numbers, zeros(100, np.int32), 90), {}, 100),
        Case("shapes", shapes, one, (whole, zeros(256, np.float32)), {"BLOCK": 16}, 1),
        Case("atomics", atomics, two, (numbers, zeros(8, np.int32), 90), {"BLOCK": 32}, 3),
    ]


class Tensor:
    """As much of a torch tensor as the interpreter asks for, over numpy."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array
        self.dtype = array.dtype.name

    def data_ptr(self) -> int:
        return self.array.ctypes.data

    def untyped_storage(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def new_empty(self, _size: int, device: str) -> Tensor:
        del device
        return Tensor(self.array[:0])

    def set_(self, storage: Tensor, _offset: int, _size: Any, _stride: Any) -> None:
        self.array = storage.array

    def storage_offset(self) -> int:
        return 0

    def size(self) -> tuple[int, ...]:
        return self.array.shape

    def stride(self) -> tuple[int, ...]:
        return (1,)

    def copy_(self, other: Tensor) -> None:
        assert other.array is self.array


def interpret_all(path: str) -> None:
    """Interpret every launch and save the final arrays as ``<case>/<argument>``."""
    found: dict[str, np.ndarray] = {}
    for case in cases():
        arrays = {k: a.copy() for k, a in enumerate(case.args) if isinstance(a, np.ndarray)}
        args = [Tensor(arrays[k]) if k in arrays else a for k, a in enumerate(case.args)]
        case.kernel[(case.grid,)](*args, **case.constexprs)
        found |= {f"{case.name}/{k}": a for k, a in arrays.items()}
    np.savez(path, **found)


if __name__ == "__main__":
    interpret_all(sys.argv[1])
