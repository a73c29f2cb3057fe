"""With lifting on, working or broken, the binaries are those of Triton alone, byte for byte."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

import triton_lift
from tests.hook.conftest import FakePipeline
from tests.hook.kernels import CUDA, HIP, KERNELS, binaries, compile_kernel, summary_of
from triton_lift.hook import key, plugin, sidecar, stages, triton_api
from triton_lift.util.diagnostic import Diagnostic, LiftError, Unsupported


class NativePanic(BaseException):
    """Stands for a panic of a Rust extension, which is no `Exception`."""


FAULTS = (ValueError("x"), RecursionError("x"), MemoryError("x"), NativePanic("x"))
FAULTS += (Unsupported(Diagnostic("error", "some-code", "x", where="here:1:2")),)

# Each is called in a compile: where it is looked up, and its name.
PLACES = (
    (key, "source_digest"),
    (key, "solver_versions"),
    (plugin, "cache_key"),
    (stages, "wrap_stages"),
    (triton_api, "kernel_name"),
    (triton_api, "read"),
    (triton_api, "module_text"),
    (triton_api, "_parse"),
    (triton_api, "unspoilt"),
    (triton_api, "comparable"),
    (triton_api.Reading, "attach"),
    (triton_api, "binary_may_be_replaced"),
    (stages, "write_sidecar"),
    (sidecar, "sidecar_path"),
)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The binaries of each kernel without us."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRITON_CACHE_DIR", str(tmp_path_factory.mktemp("without")))
        triton_lift.disable()
        return {name: binaries(compile_kernel(name)) for name in KERNELS}


@pytest.mark.parametrize("kernel", sorted(KERNELS))
@pytest.mark.parametrize("target", [CUDA, HIP], ids=["cuda", "hip"])
def test_attributes_do_not_reach_the_binary(kernel: str, target: Any, fake: FakePipeline) -> None:
    alone = compile_kernel(kernel, target)
    with triton_lift.lifting(strict=True):
        lifted = compile_kernel(kernel, target)
    assert len(fake.texts) == 1
    assert "lift.race_free" in lifted.asm["ttir"] and 'lift.access = "write"' in lifted.asm["ttir"]
    assert "lift.race_free" in lifted.asm["ttgir"], "the attributes should live as long as the Triton dialects do"
    assert "lift" not in alone.asm["ttir"]
    assert binaries(lifted) == binaries(alone)


@pytest.mark.parametrize("kernel", sorted(KERNELS))
def test_the_real_pipeline_does_not_reach_the_binary(kernel: str, without: dict[str, dict[str, Any]]) -> None:
    with triton_lift.lifting():
        assert binaries(compile_kernel(kernel)) == without[kernel]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize(("owner", "name"), PLACES, ids=[name for _, name in PLACES])
def test_a_fault_in_the_hook_changes_nothing(
    owner: Any,
    name: str,
    fault: BaseException,
    fake: FakePipeline,
    without: dict[str, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    hit: list[str] = []

    def broken(*args: object, **kwargs: object) -> None:
        hit.append(name)
        raise fault

    monkeypatch.setattr(owner, name, broken)
    with triton_lift.lifting(directory=tmp_path / "records"):
        compiled = compile_kernel("add")
    assert hit, f"{name} takes no part in a compile"
    assert binaries(compiled) == without["add"]
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1 and warnings[0].name == "triton_lift", [record.getMessage() for record in warnings]
    assert summary_of(compiled) is None
    assert not list(tmp_path.glob("records/*"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_fault_in_the_pipeline_is_located(
    fault: BaseException,
    without: dict[str, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(text: str, *, settings: object) -> None:
        raise fault

    monkeypatch.setattr("triton_lift.pipeline.lift_text", broken)
    with triton_lift.lifting():
        compiled = compile_kernel("add")
    assert binaries(compiled) == without["add"]
    assert "lift." not in compiled.asm["ttir"]
    (message,) = [record.getMessage() for record in caplog.records]
    assert "here:1:2" in message if isinstance(fault, LiftError) else "kernels.py:" in message


def functions_of(layer: str) -> Iterator[FunctionType]:
    """The functions and methods without free variables that the modules of a layer define."""
    package = importlib.import_module(f"triton_lift.{layer}")
    modules = [package]
    for info in pkgutil.walk_packages(package.__path__, f"triton_lift.{layer}."):
        modules.append(importlib.import_module(info.name))
    for module in modules:
        for value in list(vars(module).values()):
            own = isinstance(value, FunctionType) and value.__module__ == module.__name__
            if own and not value.__code__.co_freevars:
                yield value


@contextmanager
def all_broken(functions: list[FunctionType]) -> Iterator[None]:
    """Every function raises, whoever holds a reference to it: its code is exchanged."""

    def raiser(*args: object, **kwargs: object) -> None:
        raise ValueError("injected")

    codes = [function.__code__ for function in functions]
    try:
        for function in functions:
            function.__code__ = raiser.__code__
        yield
    finally:
        for function, code in zip(functions, codes, strict=True):
            function.__code__ = code


LAYERS = ("util", "ir", "term", "linear", "ops", "interp", "loops", "prove", "contract", "simplify", "recognise", "emit")
LAYERS += ("pipeline",)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_fault_in_any_layer_changes_nothing(layer: str, without: dict[str, dict[str, Any]]) -> None:
    if importlib.util.find_spec(f"triton_lift.{layer}") is None:
        return
    settings = triton_lift.lifting()  # its own checks are in util and are not meant here
    functions = list(functions_of(layer))
    with settings, all_broken(functions):
        compiled = compile_kernel("softmax")
    assert binaries(compiled) == without["softmax"]


def test_logging_that_fails_changes_nothing(
    without: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(record: logging.LogRecord) -> bool:
        raise ValueError("a filter of the program's own")

    def broken_lift(text: str, *, settings: object) -> None:
        raise ValueError("x")

    monkeypatch.setattr("triton_lift.pipeline.lift_text", broken_lift)
    logger = logging.getLogger("triton_lift")
    logger.addFilter(broken)
    try:
        with triton_lift.lifting():
            assert binaries(compile_kernel("add")) == without["add"]
    finally:
        logger.removeFilter(broken)


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_is_the_users(interrupt: type[BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(text: str, *, settings: object) -> None:
        raise interrupt

    monkeypatch.setattr("triton_lift.pipeline.lift_text", interrupted)
    with triton_lift.lifting(), pytest.raises(interrupt):
        compile_kernel("add")
