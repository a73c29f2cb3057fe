"""Symbolic meaning of ops: one row per op, in the order of the dialects."""
