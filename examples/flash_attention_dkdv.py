"""Gradients of attention with respect to keys and values, from the log-sum-exps and the row sums of out * dout."""

import triton
import triton.language as tl


@triton.jit
def flash_attention_dkdv_kernel(
    q_ptr,
    k_ptr,
    v_ptr,
    do_ptr,
    dk_ptr,
    dv_ptr,
    lse_ptr,
    delta_ptr,
    scale,
    q_len,
    kv_len,
    stride_qh,
    stride_qt,
    stride_kh,
    stride_kt,
    BLOCK_M: tl.constexpr,
    BLOCK_N: tl.constexpr,
    HEAD_DIM: tl.constexpr,
):
    cols = tl.program_id(0) * BLOCK_N + tl.arange(0, BLOCK_N)
    head = tl.program_id(1)
    dims = tl.arange(0, HEAD_DIM)
    in_cols = cols < kv_len
    k_offsets = head * stride_kh + cols[:, None] * stride_kt + dims[None, :]
    k = tl.load(k_ptr + k_offsets, mask=in_cols[:, None], other=0.0)
    v = tl.load(v_ptr + k_offsets, mask=in_cols[:, None], other=0.0)
    dk = tl.zeros((BLOCK_N, HEAD_DIM), dtype=tl.float32)
    dv = tl.zeros((BLOCK_N, HEAD_DIM), dtype=tl.float32)
    for start in range(0, q_len, BLOCK_M):
        rows = start + tl.arange(0, BLOCK_M)
        in_rows = rows < q_len
        q_offsets = head * stride_qh + rows[:, None] * stride_qt + dims[None, :]
        q = tl.load(q_ptr + q_offsets, mask=in_rows[:, None], other=0.0)
        do = tl.load(do_ptr + q_offsets, mask=in_rows[:, None], other=0.0)
        lse = tl.load(lse_ptr + head * q_len + rows, mask=in_rows, other=float("inf"))
        delta = tl.load(delta_ptr + head * q_len + rows, mask=in_rows, other=0.0)
        # The transposed weights: a row for each key; rows beyond q_len weigh exp(-inf) = 0.
        pt = tl.exp(tl.dot(k, tl.trans(q)) * scale - lse[None, :])
        dv += tl.dot(pt.to(do.dtype), do)
        dst = pt * (tl.dot(v, tl.trans(do)) - delta[None, :])
        dk += tl.dot(dst.to(q.dtype), q)
    tl.store(dk_ptr + k_offsets, dk * scale, mask=in_cols[:, None])
    tl.store(dv_ptr + k_offsets, dv, mask=in_cols[:, None])


SIGNATURE = {
    "q_ptr": "*fp16",
    "k_ptr": "*fp16",
    "v_ptr": "*fp16",
    "do_ptr": "*fp16",
    "dk_ptr": "*fp32",
    "dv_ptr": "*fp32",
    "lse_ptr": "*fp32",
    "delta_ptr": "*fp32",
    "scale": "fp32",
    "q_len": "i32",
    "kv_len": "i32",
    "stride_qh": "i32",
    "stride_qt": "i32",
    "stride_kh": "i32",
    "stride_kt": "i32",
    "BLOCK_M": "constexpr",
    "BLOCK_N": "constexpr",
    "HEAD_DIM": "constexpr",
}
CONSTEXPRS = {"BLOCK_M": 64, "BLOCK_N": 32, "HEAD_DIM": 64}
