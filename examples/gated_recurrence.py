"""The linear recurrence h[t] = a[t]*h[t-1] + b[t] of each channel, from h[-1] = 0; every h[t] is stored."""

import triton
import triton.language as tl


@triton.jit
def gated_recurrence_kernel(h_ptr, a_ptr, b_ptr, stride, n_steps, n_channels, BLOCK: tl.constexpr):
    channel = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = channel < n_channels
    h = tl.zeros((BLOCK,), dtype=tl.float32)
    for t in range(n_steps):
        a = tl.load(a_ptr + t * stride + channel, mask=mask, other=0.0)
        b = tl.load(b_ptr + t * stride + channel, mask=mask, other=0.0)
        h = a * h + b
        tl.store(h_ptr + t * stride + channel, h, mask=mask)


SIGNATURE = {
    "h_ptr": "*fp32",
    "a_ptr": "*fp32",
    "b_ptr": "*fp32",
    "stride": "i32",
    "n_steps": "i32",
    "n_channels": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
