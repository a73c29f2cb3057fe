"""Layer norm of rows of any length; mean and squared deviations are merged block by block (Welford, Chan)."""

import triton
import triton.language as tl


@triton.jit
def layer_norm_welford_kernel(
    out_ptr, x_ptr, w_ptr, b_ptr, x_row_stride, out_row_stride, n_cols, eps, BLOCK: tl.constexpr
):
    row = tl.program_id(0)
    x_row = x_ptr + row * x_row_stride
    out_row = out_ptr + row * out_row_stride
    lane = tl.arange(0, BLOCK)
    mean = 0.0
    m2 = 0.0
    for start in range(0, n_cols, BLOCK):
        mask = start + lane < n_cols
        x = tl.load(x_row + start + lane, mask=mask, other=0.0)
        count = min(n_cols - start, BLOCK)
        block_mean = tl.sum(x, axis=0) / count
        deviation = tl.where(mask, x - block_mean, 0.0)
        delta = block_mean - mean
        mean += delta * count / (start + count)
        m2 += tl.sum(deviation * deviation, axis=0) + delta * delta * start * count / (start + count)
    rstd = tl.rsqrt(m2 / n_cols + eps)
    for start in range(0, n_cols, BLOCK):
        col = start + lane
        mask = col < n_cols
        x = tl.load(x_row + col, mask=mask, other=0.0)
        w = tl.load(w_ptr + col, mask=mask, other=0.0)
        b = tl.load(b_ptr + col, mask=mask, other=0.0)
        tl.store(out_row + col, (x - mean) * rstd * w + b, mask=mask)


SIGNATURE = {
    "out_ptr": "*fp32",
    "x_ptr": "*fp32",
    "w_ptr": "*fp32",
    "b_ptr": "*fp32",
    "x_row_stride": "i32",
    "out_row_stride": "i32",
    "n_cols": "i32",
    "eps": "fp32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
