"""Fixtures: a kernel's state before any pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from triton_lift.hook.triton_api import generic_text_of_ttir
from triton_lift.pipeline.source import open_kernel
from triton_lift.pipeline.state import LiftState

Open = Callable[[str], LiftState]


@pytest.fixture
def opened() -> Open:
    """The state of a kernel in pretty TTIR."""
    return lambda text: open_kernel(generic_text_of_ttir(text), "<input>", 20_000_000)
