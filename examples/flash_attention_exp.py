"""Attention without a mask, forward, one pass over the keys; natural exponentials."""

import triton
import triton.language as tl


@triton.jit
def flash_attention_exp_kernel(
    q_ptr,
    k_ptr,
    v_ptr,
    out_ptr,
    lse_ptr,
    scale,
    n_heads,
    q_len,
    kv_len,
    stride_qb,
    stride_qh,
    stride_qm,
    stride_kb,
    stride_kh,
    stride_kn,
    stride_vb,
    stride_vh,
    stride_vn,
    stride_ob,
    stride_oh,
    stride_om,
    BLOCK_M: tl.constexpr,
    BLOCK_N: tl.constexpr,
    HEAD_DIM: tl.constexpr,
):
    rows = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    batch = tl.program_id(1) // n_heads
    head = tl.program_id(1) % n_heads
    cols = tl.arange(0, BLOCK_N)
    dims = tl.arange(0, HEAD_DIM)
    q_ptrs = q_ptr + batch * stride_qb + head * stride_qh + rows[:, None] * stride_qm + dims[None, :]
    k_ptrs = k_ptr + batch * stride_kb + head * stride_kh + cols[None, :] * stride_kn + dims[:, None]
    v_ptrs = v_ptr + batch * stride_vb + head * stride_vh + cols[:, None] * stride_vn + dims[None, :]
    q = tl.load(q_ptrs, mask=rows[:, None] < q_len, other=0.0)
    m_i = tl.full((BLOCK_M,), -float("inf"), dtype=tl.float32)
    l_i = tl.zeros((BLOCK_M,), dtype=tl.float32)
    acc = tl.zeros((BLOCK_M, HEAD_DIM), dtype=tl.float32)
    for start in range(0, kv_len, BLOCK_N):
        k = tl.load(k_ptrs + start * stride_kn, mask=start + cols[None, :] < kv_len, other=0.0)
        scores = tl.dot(q, k) * scale
        scores = tl.where(start + cols[None, :] < kv_len, scores, -float("inf"))
        m_new = tl.maximum(m_i, tl.max(scores, axis=1))
        p = tl.exp(scores - m_new[:, None])
        alpha = tl.exp(m_i - m_new)
        v = tl.load(v_ptrs + start * stride_vn, mask=start + cols[:, None] < kv_len, other=0.0)
        acc = acc * alpha[:, None] + tl.dot(p.to(v.dtype), v)
        l_i = l_i * alpha + tl.sum(p, axis=1)
        m_i = m_new
    out_ptrs = out_ptr + batch * stride_ob + head * stride_oh + rows[:, None] * stride_om + dims[None, :]
    tl.store(out_ptrs, (acc / l_i[:, None]).to(tl.float16), mask=rows[:, None] < q_len)
    tl.store(lse_ptr + tl.program_id(1) * q_len + rows, m_i + tl.log(l_i), mask=rows < q_len)


SIGNATURE = {
    "q_ptr": "*fp16",
    "k_ptr": "*fp16",
    "v_ptr": "*fp16",
    "out_ptr": "*fp16",
    "lse_ptr": "*fp32",
    "scale": "fp32",
    "n_heads": "i32",
    "q_len": "i32",
    "kv_len": "i32",
    "stride_qb": "i32",
    "stride_qh": "i32",
    "stride_qm": "i32",
    "stride_kb": "i32",
    "stride_kh": "i32",
    "stride_kn": "i32",
    "stride_vb": "i32",
    "stride_vh": "i32",
    "stride_vn": "i32",
    "stride_ob": "i32",
    "stride_oh": "i32",
    "stride_om": "i32",
    "BLOCK_M": "constexpr",
    "BLOCK_N": "constexpr",
    "HEAD_DIM": "constexpr",
}
CONSTEXPRS = {"BLOCK_M": 64, "BLOCK_N": 32, "HEAD_DIM": 64}
