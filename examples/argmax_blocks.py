"""Index of the first largest element of each row of any length, block by block."""

import triton
import triton.language as tl


@triton.jit
def argmax_blocks_kernel(index_ptr, value_ptr, x_ptr, x_row_stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    lane = tl.arange(0, BLOCK)
    best = -float("inf")
    best_index = 0
    for start in range(0, n_cols, BLOCK):
        col = start + lane
        x = tl.load(x_ptr + row * x_row_stride + col, mask=col < n_cols, other=-float("inf"))
        block_best, block_index = tl.max(x, axis=0, return_indices=True)
        better = block_best > best
        best_index = tl.where(better, start + block_index, best_index)
        best = tl.where(better, block_best, best)
    tl.store(value_ptr + row, best)
    tl.store(index_ptr + row, best_index)


SIGNATURE = {
    "index_ptr": "*i32",
    "value_ptr": "*fp32",
    "x_ptr": "*fp32",
    "x_row_stride": "i32",
    "n_cols": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
