"""Every kernel in the directory that TRITON_LIFT_CORPUS names: read from Triton's generic form, printed, read again."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from triton_lift.ir.digest import ir_digest
from triton_lift.ir.equal import structurally_equal
from triton_lift.ir.printer import print_module
from triton_lift.ir.reader import read_module

CORPUS = os.environ.get("TRITON_LIFT_CORPUS")
KERNELS = sorted(Path(CORPUS).rglob("*.ttir")) if CORPUS else []


@pytest.mark.extended
@pytest.mark.parametrize("path", KERNELS, ids=lambda path: path.stem)
def test_kernel(path: Path) -> None:
    api = pytest.importorskip("triton_lift.hook.triton_api")
    pytest.importorskip("triton")
    module = read_module(api.generic_text_of_ttir(path), str(path))
    assert module.functions()
    # One op a line in what Triton printed; the closing lines and block labels are not ops.
    ops = len(re.findall(r'^ *(?:%[^"]* = )?"[a-z0-9_.]+"\(', module.text, re.MULTILINE))
    assert sum(1 for _ in module.op.walk()) == ops
    for locations in (False, True):
        again = read_module(print_module(module, locations=locations))
        assert structurally_equal(module, again, locations=locations)
        assert ir_digest(module) == ir_digest(again)
