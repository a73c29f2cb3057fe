"""Maximum of each row of any length, block by block."""

import triton
import triton.language as tl


@triton.jit
def blocked_max_kernel(out_ptr, x_ptr, x_row_stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    col = tl.arange(0, BLOCK)
    best = tl.full((), -float("inf"), dtype=tl.float32)
    for start in range(0, n_cols, BLOCK):
        mask = start + col < n_cols
        x = tl.load(x_ptr + row * x_row_stride + start + col, mask=mask, other=-float("inf"))
        best = tl.maximum(best, tl.max(x, axis=0))
    tl.store(out_ptr + row, best)


SIGNATURE = {"out_ptr": "*fp32", "x_ptr": "*fp32", "x_row_stride": "i32", "n_cols": "i32", "BLOCK": "constexpr"}
CONSTEXPRS = {"BLOCK": 256}
