"""The first column of each row that holds the target, -1 where none does: a while loop that ends early."""

import triton
import triton.language as tl


@triton.jit
def first_match_kernel(x_ptr, out_ptr, n_cols, target):
    row = tl.program_id(0)
    col = 0
    found = False
    while (col < n_cols) & (not found):
        found = tl.load(x_ptr + row * n_cols + col) == target
        col += 1
    tl.store(out_ptr + row, tl.where(found, col - 1, -1))


SIGNATURE = {"x_ptr": "*i32", "out_ptr": "*i32", "n_cols": "i32", "target": "i32"}
CONSTEXPRS = {}
