"""Products of corresponding matrices of two batches, one matrix pair for each index of the third grid axis."""

import triton
import triton.language as tl


@triton.jit
def batched_matmul_kernel(
    a_ptr,
    b_ptr,
    c_ptr,
    m,
    n,
    k,
    stride_ab,
    stride_am,
    stride_ak,
    stride_bb,
    stride_bk,
    stride_bn,
    stride_cb,
    stride_cm,
    stride_cn,
    BLOCK_M: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_K: tl.constexpr,
):
    batch = tl.program_id(2)
    rows = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    cols = tl.program_id(1) * BLOCK_N + tl.arange(0, BLOCK_N)
    acc = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
    for start in range(0, k, BLOCK_K):
        inner = start + tl.arange(0, BLOCK_K)
        a_ptrs = a_ptr + batch * stride_ab + rows[:, None] * stride_am + inner[None, :] * stride_ak
        b_ptrs = b_ptr + batch * stride_bb + inner[:, None] * stride_bk + cols[None, :] * stride_bn
        a = tl.load(a_ptrs, mask=(rows[:, None] < m) & (inner[None, :] < k), other=0.0)
        b = tl.load(b_ptrs, mask=(inner[:, None] < k) & (cols[None, :] < n), other=0.0)
        acc += tl.dot(a, b)
    c_ptrs = c_ptr + batch * stride_cb + rows[:, None] * stride_cm + cols[None, :] * stride_cn
    tl.store(c_ptrs, acc, mask=(rows[:, None] < m) & (cols[None, :] < n))


SIGNATURE = {
    "a_ptr": "*bf16",
    "b_ptr": "*bf16",
    "c_ptr": "*fp32",
    "m": "i32",
    "n": "i32",
    "k": "i32",
    "stride_ab": "i32",
    "stride_am": "i32",
    "stride_ak": "i32",
    "stride_bb": "i32",
    "stride_bk": "i32",
    "stride_bn": "i32",
    "stride_cb": "i32",
    "stride_cm": "i32",
    "stride_cn": "i32",
    "BLOCK_M": "constexpr",
    "BLOCK_N": "constexpr",
    "BLOCK_K": "constexpr",
}
CONSTEXPRS = {"BLOCK_M": 32, "BLOCK_N": 32, "BLOCK_K": 32}
