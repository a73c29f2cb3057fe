"""Compile the example kernels for a GPU that need not be there; with TRITON_LIFT=1, show what was written onto them.

Nothing here knows of triton-lift: the kernels are compiled as any program compiles them.
"""

import os
import re
import tempfile

import softmax
import triton
import vector_add
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

KERNELS = (
    (vector_add.add_kernel, vector_add.SIGNATURE, vector_add.CONSTEXPRS),
    (softmax.softmax_kernel, softmax.SIGNATURE, softmax.CONSTEXPRS),
)


def without_locations(ttir):
    """TTIR as MLIR prints it without debug information."""
    aliases = re.compile(r"^#loc.*\n", re.MULTILINE)
    location = re.compile(r" loc\((?:callsite\([^()]*\)|\"[^\"]*\"\(#\w+\)|[^()]*)\)")
    return location.sub("", aliases.sub("", ttir))


def unquoted(text):
    r"""A string attribute's value: MLIR prints bytes that are not printable ASCII as \XX."""
    raw = re.sub(rb"\\([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), text.encode())
    return raw.decode().replace("\\\\", "\\")


def show(kernel, signature, constexprs):
    source = ASTSource(kernel, signature=signature, constexprs=constexprs)
    compiled = triton.compile(source, target=GPUTarget("cuda", 90, 32))
    ttir = without_locations(compiled.asm["ttir"])
    print(f"// ---- {kernel.__name__}: {len(compiled.asm['cubin'])} bytes of cubin; its TTIR:")
    print(ttir.strip())
    formulas = re.findall(r'lift\.formula = "((?:[^"\\]|\\.)*)"', ttir)
    print(f"\n{kernel.__name__}: {unquoted(formulas[0]) if formulas else 'no formula was proved'}\n")


def main():
    # A cache of its own, so that the kernels are really compiled each time.
    with tempfile.TemporaryDirectory() as cache:
        os.environ["TRITON_CACHE_DIR"] = cache
        for kernel, signature, constexprs in KERNELS:
            show(kernel, signature, constexprs)


if __name__ == "__main__":
    main()
