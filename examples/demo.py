"""Compile the example kernels for a GPU that need not be there; with TRITON_LIFT=1, show what was written onto them.

Nothing here knows of triton-lift: the kernels are compiled as any program compiles them.
"""

import json
import os
import re
import sys
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


def attribute(ttir, name):
    r"""A string attribute's value, None without it; MLIR prints a backslash twice and most other bytes as \XX."""
    found = re.search(re.escape(name) + r' = "((?:[^"\\]|\\.)*)"', ttir)
    if found is None:
        return None

    def byte(escape):
        return b"\\" if escape[1] == b"\\" else bytes.fromhex(escape[1].decode())

    return re.sub(rb"\\(\\|[0-9A-F]{2})", byte, found[1].encode()).decode()


def show(kernel, signature, constexprs):
    source = ASTSource(kernel, signature=signature, constexprs=constexprs)
    compiled = triton.compile(source, target=GPUTarget("cuda", 90, 32))
    ttir = without_locations(compiled.asm["ttir"])
    print(f"// ---- {kernel.__name__}: {len(compiled.asm['cubin'])} bytes of cubin; its TTIR:")
    print(ttir.strip())
    print(f"\n{kernel.__name__}")
    print(f"  formula:  {attribute(ttir, 'lift.formula') or 'none'}")
    print(f"  value:    {attribute(ttir, 'lift.verdict') or 'not lifted'}")
    for item in json.loads(getattr(compiled.metadata, "lift_summary", "{}")).get("requires", ()):
        print(f"  requires: {item['text']}")
    print()
    return bool(attribute(ttir, "lift.formula"))


def main():
    # A cache of its own, so that the kernels are really compiled each time.
    with tempfile.TemporaryDirectory() as cache:
        os.environ["TRITON_CACHE_DIR"] = cache
        lifted = [show(kernel, signature, constexprs) for kernel, signature, constexprs in KERNELS]
    if os.environ.get("TRITON_LIFT") and not all(lifted):
        sys.exit("a kernel was not lifted")


if __name__ == "__main__":
    main()
