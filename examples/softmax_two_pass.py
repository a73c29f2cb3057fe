"""Row-wise softmax of rows of any length, in two passes; the first keeps a maximum and a sum for each lane."""

import triton
import triton.language as tl


@triton.jit
def softmax_two_pass_kernel(out_ptr, x_ptr, x_row_stride, out_row_stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    x_row = x_ptr + row * x_row_stride
    out_row = out_ptr + row * out_row_stride
    lane = tl.arange(0, BLOCK)
    biggest = tl.full((BLOCK,), -float("inf"), dtype=tl.float32)
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(0, n_cols, BLOCK):
        x = tl.load(x_row + start + lane, mask=start + lane < n_cols, other=-float("inf"))
        bigger = tl.maximum(biggest, x)
        # A lane that saw nothing yet has no difference to take.
        seen = bigger > -float("inf")
        total = tl.where(seen, total * tl.exp(biggest - bigger) + tl.exp(x - bigger), 0.0)
        biggest = bigger
    row_max = tl.max(biggest, axis=0)
    row_sum = tl.sum(total * tl.exp(biggest - row_max), axis=0)
    for start in range(0, n_cols, BLOCK):
        mask = start + lane < n_cols
        x = tl.load(x_row + start + lane, mask=mask, other=-float("inf"))
        tl.store(out_row + start + lane, tl.exp(x - row_max) / row_sum, mask=mask)


SIGNATURE = {
    "out_ptr": "*fp32",
    "x_ptr": "*fp32",
    "x_row_stride": "i32",
    "out_row_stride": "i32",
    "n_cols": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
