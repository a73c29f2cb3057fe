"""Kernels that the hook's tests compile, and how: to a binary for a GPU that need not be there."""

from __future__ import annotations

from typing import Any

import triton
import triton.language as tl
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

CUDA = GPUTarget("cuda", 90, 32)
HIP = GPUTarget("hip", "gfx942", 64)


@triton.jit
def add(x_ptr, y_ptr, out_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = i < n
    tl.store(out_ptr + i, tl.load(x_ptr + i, mask=mask) + tl.load(y_ptr + i, mask=mask), mask=mask)


@triton.jit
def softmax(out_ptr, x_ptr, stride, n, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    col = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + row * stride + col, mask=col < n, other=-float("inf"))
    e = tl.exp(x - tl.max(x, axis=0))
    tl.store(out_ptr + row * stride + col, e / tl.sum(e, axis=0), mask=col < n)


@triton.jit
def matmul(a_ptr, b_ptr, c_ptr, K, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    acc = tl.zeros((BLOCK, BLOCK), dtype=tl.float32)
    for k in range(0, K, BLOCK):
        a = tl.load(a_ptr + i[:, None] * K + (k + i)[None, :])
        b = tl.load(b_ptr + (k + i)[:, None] * BLOCK + i[None, :])
        acc += tl.dot(a, b)
    tl.store(c_ptr + i[:, None] * BLOCK + i[None, :], acc)


SIGNATURES: dict[str, dict[str, str]] = {
    "add": {"x_ptr": "*fp32", "y_ptr": "*fp32", "out_ptr": "*fp32", "n": "i32", "BLOCK": "constexpr"},
    "softmax": {"out_ptr": "*fp32", "x_ptr": "*fp32", "stride": "i32", "n": "i32", "BLOCK": "constexpr"},
    "matmul": {"a_ptr": "*fp16", "b_ptr": "*fp16", "c_ptr": "*fp32", "K": "i32", "BLOCK": "constexpr"},
}
KERNELS = {"add": add, "softmax": softmax, "matmul": matmul}
BLOCKS = {"add": 256, "softmax": 256, "matmul": 32}


def source(name: str) -> ASTSource:
    """The kernel's source, its first argument divisible by 16 so that an argument has an attribute already."""
    constexprs = {"BLOCK": BLOCKS[name]}
    divisible = {(0,): [["tt.divisibility", 16]]}
    return ASTSource(KERNELS[name], signature=SIGNATURES[name], constexprs=constexprs, attrs=divisible)


def compile_kernel(name: str = "add", target: GPUTarget = CUDA, options: dict[str, Any] | None = None) -> Any:
    """Triton's own `compile`, as any program calls it."""
    return triton.compile(source(name), target=target, options=options)


def binaries(compiled: Any) -> dict[str, Any]:
    """Everything below TTGIR that the compile left, by extension."""
    return {ext: compiled.asm[ext] for ext in ("llir", "ptx", "cubin", "amdgcn", "hsaco") if ext in compiled.asm}


def summary_of(compiled: Any) -> str | None:
    """What the kernel's metadata carries of ours."""
    return getattr(compiled.metadata, "lift_summary", None)
