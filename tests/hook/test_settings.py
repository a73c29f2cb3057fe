"""Settings: each accepted form, and an error for each other that names the variable and what it accepts."""

from __future__ import annotations

from pathlib import Path

import pytest

import triton_lift
from triton_lift.util.diagnostic import UsageError
from triton_lift.util.settings import (
    DEFAULT_BUDGET,
    MAX_BUDGET,
    Settings,
    activation_value,
    parse_activation,
    settings_from,
)


def test_defaults() -> None:
    assert settings_from({}) == Settings(enabled=False)
    assert settings_from({"TRITON_LIFT": "1"}) == Settings(True, "*", False, None, DEFAULT_BUDGET, None)


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("", (False, "*", False)),
        ("0", (False, "*", False)),
        ("1", (True, "*", False)),
        (" 1 ", (True, "*", False)),
        ("strict", (True, "*", True)),
        ("softmax_*", (True, "softmax_*", False)),
        ("[ab]?d", (True, "[ab]?d", False)),
        ("strict:_attn_*", (True, "_attn_*", True)),
    ],
)
def test_activation(value: str, meaning: tuple[bool, str, bool]) -> None:
    assert parse_activation(value) == meaning
    if meaning[0]:
        assert parse_activation(activation_value(*meaning[1:])) == meaning


@pytest.mark.parametrize(
    "value", ["true", "False", "ON", "yes", "2", "-1", "a b", "a,b", "strict:", "strict:no", "é", "a;b"]
)
def test_bad_activation(value: str) -> None:
    with pytest.raises(UsageError, match=r"TRITON_LIFT=.* it accepts 0, 1, strict, a glob"):
        parse_activation(value)


@pytest.mark.parametrize("value", ["0", "-5", "1.5", "1e6", "_1", "many", str(MAX_BUDGET + 1), "9" * 10_000])
def test_bad_budget(value: str) -> None:
    with pytest.raises(UsageError, match=r"TRITON_LIFT_BUDGET=.* it accepts a whole number"):
        settings_from({"TRITON_LIFT_BUDGET": value})


def test_budget() -> None:
    assert settings_from({"TRITON_LIFT_BUDGET": "1_000_000"}).budget == 1_000_000


def test_directory(tmp_path: Path) -> None:
    assert settings_from({"TRITON_LIFT_DIR": str(tmp_path / "new")}).directory == tmp_path / "new"
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"TRITON_LIFT_DIR=.*not a directory"):
        settings_from({"TRITON_LIFT_DIR": str(tmp_path / "file")})


def test_log() -> None:
    assert settings_from({"TRITON_LIFT_LOG": "DEBUG"}).log == "debug"
    with pytest.raises(UsageError, match=r"TRITON_LIFT_LOG=.* it accepts one of debug"):
        settings_from({"TRITON_LIFT_LOG": "loud"})


def test_selects() -> None:
    assert Settings(pattern="soft*").selects("softmax")
    assert not Settings(pattern="soft*").selects("Softmax")
    assert not Settings(enabled=False).selects("softmax")


@pytest.mark.parametrize("arguments", [{"pattern": "true"}, {"budget": 0}, {"directory": __file__}])
def test_arguments_are_checked_too(arguments: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"it accepts"):
        triton_lift.enable(**arguments)  # pyright: ignore[reportArgumentType]
