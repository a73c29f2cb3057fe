"""TRITON_LIFT in the compile workers of torch's Inductor: its own pool, job and heuristics, for a GPU that is not there."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hook.inductor_job import KERNEL

pytestmark = [
    pytest.mark.extended,
    pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs torch: make inductor"),
]
JOB = Path(__file__).with_name("inductor_job.py")
KINDS = {"subprocess": "SubprocPool", "fork": "TrackedProcessPoolExecutor", "spawn": "TrackedProcessPoolExecutor"}
"""Ways of starting workers, with the pool that each uses."""


def compile_with(kind: str, folder: Path, **variables: str) -> dict[str, Any]:
    """The answer of a fresh process that has a kernel compiled by a worker, with caches below ``folder``."""
    caches = {"TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor"), "TRITON_CACHE_DIR": str(folder / "triton")}
    process = subprocess.run(
        [sys.executable, str(JOB), kind],
        env={**os.environ, **caches, "TRITON_LIFT_DIR": str(folder / "records"), **variables},
        capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    answer = json.loads(process.stdout.splitlines()[-1])
    assert answer["pid"] != answer["parent"] and answer["pool"] == KINDS[kind] and answer["compiled"] >= 1
    return answer


def metadata(folder: Path) -> list[dict[str, Any]]:
    """What Triton's cache has about the kernel."""
    found = [json.loads(path.read_text()) for path in sorted((folder / "triton").rglob(f"{KERNEL}.json"))]
    assert found
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_workers_lift_when_the_variable_is_set(kind: str, tmp_path: Path) -> None:
    answer = compile_with(kind, tmp_path, TRITON_LIFT="1")
    assert answer["ours"]
    records = [json.loads(path.read_text()) for path in sorted((tmp_path / "records").glob(f"{KERNEL}.*.lift.json"))]
    assert len(records) == answer["compiled"]
    for record in records:
        assert record["verdicts"]["value"] == "proved" and record["grade"] == "closed"
        assert "in_ptr0[" in json.dumps(record["formulas"])
    assert all(json.loads(m["lift_summary"])["kernel"] == KERNEL for m in metadata(tmp_path))


@pytest.mark.parametrize("kind", KINDS)
def test_workers_do_nothing_when_it_is_not(kind: str, tmp_path: Path) -> None:
    assert not compile_with(kind, tmp_path)["ours"]
    assert not (tmp_path / "records").exists()
    assert not any("lift_summary" in m for m in metadata(tmp_path))
