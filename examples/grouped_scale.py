"""Scale and shift per channel of (batch, channel, position); a grid axis is decoded into batch and channel."""

import triton
import triton.language as tl


@triton.jit
def grouped_scale_kernel(x_ptr, scale_ptr, shift_ptr, out_ptr, channels, positions, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    batch = pid // channels
    channel = pid % channels
    position = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    mask = position < positions
    offsets = (batch * channels + channel) * positions + position
    x = tl.load(x_ptr + offsets, mask=mask)
    scale = tl.load(scale_ptr + channel)
    shift = tl.load(shift_ptr + channel)
    tl.store(out_ptr + offsets, x * scale + shift, mask=mask)


SIGNATURE = {
    "x_ptr": "*fp32",
    "scale_ptr": "*fp32",
    "shift_ptr": "*fp32",
    "out_ptr": "*fp32",
    "channels": "i32",
    "positions": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
