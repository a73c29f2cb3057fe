"""The cache: our key enters it when on and is absent when off; a hit carries the metadata; records are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import triton_lift
from tests.hook.conftest import FORMULA, RECORD, FakePipeline
from tests.hook.kernels import CUDA, compile_kernel, summary_of
from triton_lift.hook import key
from triton_lift.hook.sidecar import sidecar_path, write_sidecar
from triton_lift.pipeline.result import LiftResult


def test_a_hit_carries_the_metadata(fake: FakePipeline) -> None:
    with triton_lift.lifting():
        first = compile_kernel()
        second = compile_kernel()
    assert len(fake.texts) == 1, "the second compile should be a hit"
    assert json.loads(summary_of(second) or "") == RECORD == json.loads(summary_of(first) or "")
    assert 'lift.formula = "out[i] = x[i]' in second.asm["ttir"]


def test_off_means_the_key_of_triton_alone(fake: FakePipeline) -> None:
    alone = compile_kernel().hash
    with triton_lift.lifting():
        on = compile_kernel().hash
    assert compile_kernel().hash == alone != on


def test_an_entry_made_without_us_is_not_taken_for_ours(fake: FakePipeline) -> None:
    compile_kernel()
    with triton_lift.lifting():
        assert summary_of(compile_kernel())
    assert summary_of(compile_kernel()) is None, "nor the other way round"


@pytest.mark.parametrize(
    "settings",
    [{"pattern": "a*"}, {"strict": True}, {"budget": 1234}, {"directory": "records"}],
    ids=lambda settings: next(iter(settings)),
)
def test_settings_that_change_the_result_change_the_key(
    settings: dict[str, object], fake: FakePipeline, tmp_path: Path
) -> None:
    if "directory" in settings:
        settings = {"directory": tmp_path / "records"}
    with triton_lift.lifting():
        plain = compile_kernel().hash
    with triton_lift.lifting(**settings):  # pyright: ignore[reportArgumentType]
        assert compile_kernel().hash != plain


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("source_digest", lambda: "other"),
        ("solver_versions", lambda: {"z3-solver": "0"}),
        ("VERSION", "0"),
        ("SCHEMA_VERSION", 0),
    ],
    ids=["sources", "solvers", "version", "schema"],
)
def test_what_we_are_changes_the_key(
    name: str, value: object, fake: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    with triton_lift.lifting():
        before = compile_kernel().hash
    monkeypatch.setattr(key, name, value)
    with triton_lift.lifting():
        assert compile_kernel().hash != before


def test_the_digest_covers_sources_and_native_module() -> None:
    assert len(key.source_digest()) == 64
    assert key.source_digest() is key.source_digest(), "computed once"
    assert set(key.solver_versions()) >= {"z3-solver", "egglog"}


def test_attributes_read_back(fake: FakePipeline) -> None:
    """A compiler pass in Python finds the text that was written, every character of it."""
    from triton_lift.hook import triton_api

    with triton_lift.lifting():
        text = compile_kernel().asm["ttir"]
    context = triton_api.new_context()
    module = triton_api._parse(text, context)
    operation = module.get_function("add").get_operation()
    assert operation.get_str_attr("lift.formula") == FORMULA
    assert json.loads(operation.get_str_attr("lift.summary")) == {"a": "b"}


def test_record(fake: FakePipeline, tmp_path: Path) -> None:
    fake.result = LiftResult(record={**RECORD, "ir_digest": "ab" * 32})
    directory = tmp_path / "deep" / "records"
    with triton_lift.lifting(directory=directory):
        compile_kernel(target=CUDA)
    (path,) = directory.iterdir()
    assert path.name == "add.abababababababab.lift.json"
    assert json.loads(path.read_text(encoding="utf-8"))["text"] == RECORD["text"]


def test_record_without_a_digest_of_the_pipeline(fake: FakePipeline, tmp_path: Path) -> None:
    with triton_lift.lifting(directory=tmp_path / "a"):
        compile_kernel()
    with triton_lift.lifting(directory=tmp_path / "b"):
        compile_kernel()
    assert [path.name for path in (tmp_path / "a").iterdir()] == [path.name for path in (tmp_path / "b").iterdir()]


def test_a_record_is_never_seen_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: str, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("triton_lift.hook.sidecar.os.replace", broken)
    with pytest.raises(OSError, match="disk full"):
        write_sidecar(tmp_path, "k", "0" * 64, "{}")
    assert not list(tmp_path.iterdir())


def test_a_hostile_kernel_name_stays_in_the_directory(tmp_path: Path) -> None:
    path = sidecar_path(tmp_path, "../../etc/passwd\0é" + "x" * 500, "f" * 64)
    assert path.parent == tmp_path
    assert len(path.name) < 200
    write_sidecar(tmp_path, "../a b", "f" * 64, "{}")
    assert [path.name for path in tmp_path.iterdir()] == [".._a_b.ffffffffffffffff.lift.json"]


def test_no_record_where_nothing_was_lifted(fake: FakePipeline, tmp_path: Path) -> None:
    fake.result = LiftResult()
    with triton_lift.lifting(directory=tmp_path / "records"):
        assert summary_of(compile_kernel()) is None
    assert not (tmp_path / "records").exists()
