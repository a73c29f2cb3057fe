"""Gradient of attention with respect to the queries, from the log-sum-exps and the row sums of out * dout."""

import triton
import triton.language as tl


@triton.jit
def flash_attention_dq_kernel(
    q_ptr,
    k_ptr,
    v_ptr,
    do_ptr,
    dq_ptr,
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
    rows = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    head = tl.program_id(1)
    cols = tl.arange(0, BLOCK_N)
    dims = tl.arange(0, HEAD_DIM)
    in_rows = rows < q_len
    q_offsets = head * stride_qh + rows[:, None] * stride_qt + dims[None, :]
    kt_offsets = head * stride_kh + cols[None, :] * stride_kt + dims[:, None]
    q = tl.load(q_ptr + q_offsets, mask=in_rows[:, None], other=0.0)
    do = tl.load(do_ptr + q_offsets, mask=in_rows[:, None], other=0.0)
    lse = tl.load(lse_ptr + head * q_len + rows, mask=in_rows, other=0.0)
    delta = tl.load(delta_ptr + head * q_len + rows, mask=in_rows, other=0.0)
    dq = tl.zeros((BLOCK_M, HEAD_DIM), dtype=tl.float32)
    for start in range(0, kv_len, BLOCK_N):
        in_cols = start + cols < kv_len
        kt = tl.load(k_ptr + kt_offsets + start * stride_kt, mask=in_cols[None, :], other=0.0)
        vt = tl.load(v_ptr + kt_offsets + start * stride_kt, mask=in_cols[None, :], other=0.0)
        p = tl.exp(tl.dot(q, kt) * scale - lse[:, None])
        p = tl.where(in_cols[None, :], p, 0.0)
        ds = p * (tl.dot(do, vt) - delta[:, None])
        dq += tl.dot(ds.to(kt.dtype), tl.trans(kt))
    tl.store(dq_ptr + q_offsets, dq * scale, mask=in_rows[:, None])


SIGNATURE = {
    "q_ptr": "*fp16",
    "k_ptr": "*fp16",
    "v_ptr": "*fp16",
    "do_ptr": "*fp16",
    "dq_ptr": "*fp32",
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
