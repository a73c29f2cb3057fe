"""The version, in one place; the build reads it from this text."""

from __future__ import annotations

VERSION = "0.1.0"
