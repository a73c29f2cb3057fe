"""Helpers without knowledge of IR or proofs."""
