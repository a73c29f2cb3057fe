"""How lit runs these tests: FileCheck comes with Triton's wheel, `triton-lift` is the one of this Python."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import lit.formats

config: Any = globals()["config"]  # lit puts it there

config.name = "triton-lift"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".ttir", ".test"]
config.excludes = ["inputs", "Inputs"]
config.test_source_root = str(Path(__file__).parent)
config.test_exec_root = str(Path(__file__).parent.parent / "build" / "lit-out")

# Finding the wheel without importing it: an import of Triton costs 0.15 s and more.
triton = importlib.util.find_spec("triton")
if triton is None or triton.origin is None:
    raise SystemExit("lit: Triton is not installed in " + sys.prefix)
file_check = Path(triton.origin).parent / "FileCheck"
if not file_check.exists():
    raise SystemExit(f"lit: {file_check} is missing from Triton's wheel")

bin_dir = Path(sys.executable).parent
path = [str(bin_dir), str(file_check.parent), os.environ.get("PATH", "")]
config.environment.update(
    PATH=os.pathsep.join(path),
    TRITON_DEFAULT_FP_FUSION="1",
    TRITON_CACHE_DIR=str(Path(config.test_exec_root) / "triton-cache"),
    PYTHONDONTWRITEBYTECODE="1",
)
config.substitutions.append(("%python", sys.executable))
