"""Symbolic interpretation of a kernel: from the frozen IR to its denotation."""
