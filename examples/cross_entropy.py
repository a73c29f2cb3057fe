"""Cross entropy of each row of logits with its label; a label equal to ignore_index gives 0."""

import triton
import triton.language as tl


@triton.jit
def cross_entropy_kernel(loss_ptr, x_ptr, label_ptr, x_row_stride, n_cols, ignore_index, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    x_row = x_ptr + row * x_row_stride
    label = tl.load(label_ptr + row)
    if label == ignore_index:
        tl.store(loss_ptr + row, 0.0)
        return
    lane = tl.arange(0, BLOCK)
    biggest = -float("inf")
    total = 0.0
    for start in range(0, n_cols, BLOCK):
        x = tl.load(x_row + start + lane, mask=start + lane < n_cols, other=-float("inf")).to(tl.float32)
        bigger = tl.maximum(biggest, tl.max(x, axis=0))
        total = total * tl.exp(biggest - bigger) + tl.sum(tl.exp(x - bigger), axis=0)
        biggest = bigger
    tl.store(loss_ptr + row, biggest + tl.log(total) - tl.load(x_row + label).to(tl.float32))


SIGNATURE = {
    "loss_ptr": "*fp32",
    "x_ptr": "*bf16",
    "label_ptr": "*i64",
    "x_row_stride": "i32",
    "n_cols": "i32",
    "ignore_index": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
