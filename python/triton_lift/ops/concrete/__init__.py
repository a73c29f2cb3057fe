"""Concrete op rows, one file per dialect or group; ``rows`` imports them all and fills the registry."""
