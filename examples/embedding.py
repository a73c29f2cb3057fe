"""Embedding: row ids[i] of a table becomes row i of the output."""

import triton
import triton.language as tl


@triton.jit
def embedding_kernel(ids_ptr, table_ptr, out_ptr, dim, BLOCK: tl.constexpr):
    token = tl.program_id(0)
    col = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    mask = col < dim
    row = tl.load(ids_ptr + token)
    value = tl.load(table_ptr + row * dim + col, mask=mask)
    tl.store(out_ptr + token * dim + col, value, mask=mask)


SIGNATURE = {"ids_ptr": "*i64", "table_ptr": "*fp32", "out_ptr": "*fp32", "dim": "i32", "BLOCK": "constexpr"}
CONSTEXPRS = {"BLOCK": 256}
