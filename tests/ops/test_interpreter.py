"""The evaluator on TTIR against Triton's interpreter (in its own process) on the Python source of the same kernels."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ops.interpreted_kernels import Case, cases
from triton_lift.hook.triton_api import compile_to_ttir, generic_text
from triton_lift.ir.reader import read_module
from triton_lift.ops.evaluator import Buffer, evaluate


@pytest.fixture(scope="module")
def interpreted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The final arrays of every launch as Triton's interpreter leaves them."""
    path = tmp_path_factory.mktemp("interpreted") / "arrays.npz"
    script = Path(__file__).with_name("interpreted_kernels.py")
    environment = {**os.environ, "TRITON_INTERPRET": "1", "TRITON_LIFT": "0"}
    done = subprocess.run(
        [sys.executable, str(script), str(path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return np.load(path)


@pytest.mark.parametrize("case", cases(), ids=lambda c: c.name)
def test_same_arrays(case: Case, interpreted: Any) -> None:
    signature = {**case.signature, **dict.fromkeys(case.constexprs, "constexpr")}
    text = generic_text(compile_to_ttir(case.kernel, signature, case.constexprs))
    func = read_module(text).functions()[0]
    args = [Buffer(a.copy()) if isinstance(a, np.ndarray) else a for a in case.args]
    result = evaluate(func, args, (case.grid, 1, 1))
    assert result.events == ()
    compared = 0
    for k, a in enumerate(case.args):
        if not isinstance(a, np.ndarray):
            continue
        got, want = result.of(k), interpreted[f"{case.name}/{k}"]
        compared += 1
        if case.tolerance:
            assert np.allclose(got, want, rtol=case.tolerance, atol=0)
        else:
            assert np.array_equal(got, want), (case.name, k, np.flatnonzero(got != want)[:8])
    assert compared >= 2
