"""Attention over sequences packed one after the other, bounded by cu_seqlens; forward, natural exponentials."""

import triton
import triton.language as tl


@triton.jit
def flash_attention_varlen_kernel(
    q_ptr,
    k_ptr,
    v_ptr,
    out_ptr,
    cu_q_ptr,
    cu_k_ptr,
    scale,
    stride_qt,
    stride_qh,
    stride_kt,
    stride_kh,
    stride_vt,
    stride_vh,
    stride_ot,
    stride_oh,
    BLOCK_M: tl.constexpr,
    BLOCK_N: tl.constexpr,
    HEAD_DIM: tl.constexpr,
):
    rows = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    head = tl.program_id(1)
    sequence = tl.program_id(2)
    q_start = tl.load(cu_q_ptr + sequence)
    q_len = tl.load(cu_q_ptr + sequence + 1) - q_start
    k_start = tl.load(cu_k_ptr + sequence)
    kv_len = tl.load(cu_k_ptr + sequence + 1) - k_start
    if tl.program_id(0) * BLOCK_M >= q_len:
        return
    cols = tl.arange(0, BLOCK_N)
    dims = tl.arange(0, HEAD_DIM)
    q_ptrs = q_ptr + (q_start + rows[:, None]) * stride_qt + head * stride_qh + dims[None, :]
    k_ptrs = k_ptr + (k_start + cols[None, :]) * stride_kt + head * stride_kh + dims[:, None]
    v_ptrs = v_ptr + (k_start + cols[:, None]) * stride_vt + head * stride_vh + dims[None, :]
    q = tl.load(q_ptrs, mask=rows[:, None] < q_len, other=0.0)
    m_i = tl.full((BLOCK_M,), -float("inf"), dtype=tl.float32)
    l_i = tl.zeros((BLOCK_M,), dtype=tl.float32)
    acc = tl.zeros((BLOCK_M, HEAD_DIM), dtype=tl.float32)
    for start in range(0, kv_len, BLOCK_N):
        k = tl.load(k_ptrs + start * stride_kt, mask=start + cols[None, :] < kv_len, other=0.0)
        scores = tl.dot(q, k) * scale
        scores = tl.where(start + cols[None, :] < kv_len, scores, -float("inf"))
        m_new = tl.maximum(m_i, tl.max(scores, axis=1))
        p = tl.exp(scores - m_new[:, None])
        alpha = tl.exp(m_i - m_new)
        v = tl.load(v_ptrs + start * stride_vt, mask=start + cols[:, None] < kv_len, other=0.0)
        acc = acc * alpha[:, None] + tl.dot(p.to(v.dtype), v)
        l_i = l_i * alpha + tl.sum(p, axis=1)
        m_i = m_new
    out_ptrs = out_ptr + (q_start + rows[:, None]) * stride_ot + head * stride_oh + dims[None, :]
    tl.store(out_ptrs, (acc / l_i[:, None]).to(tl.float16), mask=rows[:, None] < q_len)


SIGNATURE = {
    "q_ptr": "*fp16",
    "k_ptr": "*fp16",
    "v_ptr": "*fp16",
    "out_ptr": "*fp16",
    "cu_q_ptr": "*i32",
    "cu_k_ptr": "*i32",
    "scale": "fp32",
    "stride_qt": "i32",
    "stride_qh": "i32",
    "stride_kt": "i32",
    "stride_kh": "i32",
    "stride_vt": "i32",
    "stride_vh": "i32",
    "stride_ot": "i32",
    "stride_oh": "i32",
    "BLOCK_M": "constexpr",
    "BLOCK_N": "constexpr",
    "HEAD_DIM": "constexpr",
}
CONSTEXPRS = {"BLOCK_M": 64, "BLOCK_N": 32, "HEAD_DIM": 64}
