"""IR that is replaced on the way: what is really compiled is lifted, or nothing is said."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import triton

import triton_lift
from tests.hook.conftest import FakePipeline
from tests.hook.kernels import CUDA, binaries, compile_kernel, summary_of


@pytest.fixture
def directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    dump, override = tmp_path / "dump", tmp_path / "override"
    monkeypatch.setenv("TRITON_DUMP_DIR", str(dump))
    monkeypatch.setenv("TRITON_OVERRIDE_DIR", str(override))
    return dump, override


def dump_all(dump: Path, override: Path, monkeypatch: pytest.MonkeyPatch, keep: str) -> Path:
    """Dump every stage of `add`, leave the file of one extension as override, and switch overriding on."""
    monkeypatch.setenv("TRITON_KERNEL_DUMP", "1")
    monkeypatch.setenv("TRITON_ALWAYS_COMPILE", "1")
    compile_kernel()
    monkeypatch.delenv("TRITON_KERNEL_DUMP")
    monkeypatch.setenv("TRITON_KERNEL_OVERRIDE", "1")
    (found,) = dump.glob(f"*/add.{keep}")
    target = override / found.parent.name / found.name
    target.parent.mkdir(parents=True)
    shutil.copy(found, target)
    return target


def test_overridden_ttir_is_lifted(
    directories: tuple[Path, Path], fake: FakePipeline, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    path = dump_all(*directories, monkeypatch, keep="ttir")
    path.write_text(path.read_text().replace("arith.addf", "arith.mulf"))
    alone = compile_kernel()
    with triton_lift.lifting(strict=True, directory=tmp_path / "records"):
        compiled = compile_kernel()
    assert "arith.addf" in fake.texts[0] and "arith.mulf" in fake.texts[-1]
    assert len(fake.texts) == 2, "once what the front end made, once what took its place"
    assert "lift.race_free" in compiled.asm["ttgir"]
    assert summary_of(compiled)
    assert binaries(compiled) == binaries(alone)
    assert len(list((tmp_path / "records").iterdir())) == 1


def test_claims_in_an_overriding_file_are_removed(
    directories: tuple[Path, Path], fake: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    with triton_lift.lifting():
        path = dump_all(*directories, monkeypatch, keep="ttir")
    assert "lift.formula" in path.read_text(), "this override carries claims"
    path.write_text(path.read_text().replace("arith.addf", "arith.mulf"))

    def broken(text: str, *, settings: object) -> None:
        raise ValueError("cannot say anything about this")

    monkeypatch.setattr("triton_lift.pipeline.lift_text", broken)
    with triton_lift.lifting():
        compiled = compile_kernel()
    assert "lift." not in compiled.asm["ttgir"]
    assert summary_of(compiled) is None


@pytest.mark.parametrize("extension", ["ttgir", "llir", "ptx", "cubin"])
def test_nothing_is_said_of_replaced_later_ir(
    extension: str, directories: tuple[Path, Path], fake: FakePipeline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dump_all(*directories, monkeypatch, keep=extension)
    with triton_lift.lifting(directory=tmp_path / "records"):
        compiled = compile_kernel()
    assert summary_of(compiled) is None
    assert not (tmp_path / "records").exists()


def test_overriding_another_kernel_changes_nothing(
    directories: tuple[Path, Path], fake: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump_all(*directories, monkeypatch, keep="cubin")
    with triton_lift.lifting():
        assert summary_of(compile_kernel("softmax"))


@pytest.mark.parametrize("extension", ["ttir", "ttgir"])
def test_override_by_option(extension: str, fake: FakePipeline, tmp_path: Path) -> None:
    """``ir_override`` of an autotuner's configuration."""
    path = tmp_path / f"other.{extension}"
    path.write_text(compile_kernel().asm[extension])
    with triton_lift.lifting():
        compiled = compile_kernel(options={"ir_override": str(path)})
    assert (summary_of(compiled) is not None) == (extension == "ttir")
    assert len(fake.texts) == (2 if extension == "ttir" else 1)


def test_ttir_file_is_lifted(fake: FakePipeline, tmp_path: Path) -> None:
    path = tmp_path / "add.ttir"
    path.write_text(compile_kernel().asm["ttir"])
    alone = triton.compile(str(path), target=CUDA)
    with triton_lift.lifting(strict=True):
        compiled = triton.compile(str(path), target=CUDA)
    assert len(fake.texts) == 1 and summary_of(compiled)
    assert "lift.race_free" in compiled.asm["ttgir"]
    assert binaries(compiled) == binaries(alone)


@pytest.mark.parametrize("extension", ["ttgir", "ptx"])
def test_nothing_is_said_of_a_later_file(extension: str, fake: FakePipeline, tmp_path: Path) -> None:
    path = tmp_path / f"add.{extension}"
    path.write_text(compile_kernel().asm[extension])

    def outcome() -> object:
        try:
            compiled = triton.compile(str(path), target=CUDA)
        except Exception as error:  # not every version takes every kind of file: then it fails the same way
            return repr(error)
        assert summary_of(compiled) is None
        return binaries(compiled)

    alone = outcome()
    with triton_lift.lifting():
        assert outcome() == alone
    assert not fake.texts
