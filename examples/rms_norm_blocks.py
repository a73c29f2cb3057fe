"""RMS norm of rows of any length, with the reciprocal root mean square kept for the backward pass."""

import triton
import triton.language as tl


@triton.jit
def rms_norm_blocks_kernel(
    out_ptr, rstd_ptr, x_ptr, w_ptr, x_row_stride, out_row_stride, n_cols, eps, BLOCK: tl.constexpr
):
    row = tl.program_id(0)
    x_row = x_ptr + row * x_row_stride
    out_row = out_ptr + row * out_row_stride
    lane = tl.arange(0, BLOCK)
    squares = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(0, n_cols, BLOCK):
        x = tl.load(x_row + start + lane, mask=start + lane < n_cols, other=0.0)
        squares += x * x
    rstd = tl.rsqrt(tl.sum(squares, axis=0) / n_cols + eps)
    tl.store(rstd_ptr + row, rstd)
    for start in range(0, n_cols, BLOCK):
        col = start + lane
        mask = col < n_cols
        x = tl.load(x_row + col, mask=mask, other=0.0)
        w = tl.load(w_ptr + col, mask=mask, other=0.0)
        tl.store(out_row + col, x * rstd * w, mask=mask)


SIGNATURE = {
    "out_ptr": "*fp32",
    "rstd_ptr": "*fp32",
    "x_ptr": "*fp32",
    "w_ptr": "*fp32",
    "x_row_stride": "i32",
    "out_row_stride": "i32",
    "n_cols": "i32",
    "eps": "fp32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
