"""The versions, in one place; the build reads `VERSION` from this text."""

from __future__ import annotations

VERSION = "0.1.0"

# Of the records and of lift.summary: counts up when a reader of the old form would misread the new one.
SCHEMA_VERSION = 1
