"""Product of two matrices whose inner dimension fits into one block, so that there is no loop; a tile per program."""

import triton
import triton.language as tl


@triton.jit
def matmul_block_kernel(
    a_ptr, b_ptr, c_ptr, m, n, k, a_stride, b_stride, c_stride, M: tl.constexpr, N: tl.constexpr, K: tl.constexpr
):
    row = tl.program_id(0) * M + tl.arange(0, M)
    col = tl.program_id(1) * N + tl.arange(0, N)
    inner = tl.arange(0, K)
    a_mask = (row[:, None] < m) & (inner[None, :] < k)
    b_mask = (inner[:, None] < k) & (col[None, :] < n)
    a = tl.load(a_ptr + row[:, None] * a_stride + inner[None, :], mask=a_mask, other=0.0)
    b = tl.load(b_ptr + inner[:, None] * b_stride + col[None, :], mask=b_mask, other=0.0)
    c_mask = (row[:, None] < m) & (col[None, :] < n)
    tl.store(c_ptr + row[:, None] * c_stride + col[None, :], tl.dot(a, b), mask=c_mask)


SIGNATURE = {
    "a_ptr": "*fp16",
    "b_ptr": "*fp16",
    "c_ptr": "*fp32",
    "m": "i32",
    "n": "i32",
    "k": "i32",
    "a_stride": "i32",
    "b_stride": "i32",
    "c_stride": "i32",
    "M": "constexpr",
    "N": "constexpr",
    "K": "constexpr",
}
CONSTEXPRS = {"M": 32, "N": 32, "K": 64}
