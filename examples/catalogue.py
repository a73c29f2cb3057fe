"""The example kernels, by module; each module has a kernel, its SIGNATURE and its CONSTEXPRS."""

KERNELS = {
    "vector_add": "add_kernel",
    "inplace_add": "inplace_add_kernel",
    "swiglu": "swiglu_kernel",
    "gelu": "gelu_kernel",
    "softmax": "softmax_kernel",
    "rms_norm": "rms_norm_kernel",
    "layer_norm": "layer_norm_kernel",
    "rotary": "rotary_kernel",
    "row_argmax": "row_argmax_kernel",
    "cumsum": "cumsum_kernel",
    "transpose": "transpose_kernel",
    "matmul_block": "matmul_block_kernel",
    "dropout": "dropout_kernel",
    "atomic_sum": "atomic_sum_kernel",
    "embedding": "embedding_kernel",
    "grouped_scale": "grouped_scale_kernel",
}
