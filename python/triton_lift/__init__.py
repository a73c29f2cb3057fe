"""Proved mathematical summaries of Triton kernels, written onto their IR.

Importing this costs nothing: neither Triton nor a solver is imported before they are needed.
"""

from __future__ import annotations

from triton_lift.util.version import VERSION as __version__

__all__ = ["__version__"]
