"""A digest of the program a module stands for, independent of names and locations."""

from __future__ import annotations

import hashlib

from triton_lift.ir.model import Module
from triton_lift.ir.printer import print_module


def ir_digest(module: Module) -> str:
    """SHA-256 (hexadecimal) of the canonical printing: values and blocks renumbered, dictionaries sorted, no locations.

    Symbol names, the function's among them, are part of it.
    """
    return hashlib.sha256(print_module(module, canonical=True).encode()).hexdigest()
