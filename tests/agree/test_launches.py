"""Launches are deterministic, keep shapes consistent, respect divisibility; contents are finite in their formats."""

from __future__ import annotations

import numpy as np
import pytest

from tests.agree.kernels import ADD, func_of
from triton_lift.agree.contents import FLOAT_STYLES, INT_STYLES, make_buffer
from triton_lift.agree.launches import make_launches, recorded_scalars
from triton_lift.agree.memory import Launch
from triton_lift.agree.metadata import Shapes, recorded_launches
from triton_lift.ir.model import FloatType, IntType

RECORD = {
    "arg_names": ["x", "y", "out", "n", "BLOCK"],
    "signature": {"x": "*fp32", "y": "*fp32", "out": "*fp32", "n": "i32", "BLOCK": "constexpr"},
    "constexprs": {"BLOCK": 16},
    "grid": [63],
    "args": {
        **{
            name: {"kind": "tensor", "dtype": "float32", "shape": [10, 100], "stride": [100, 1], "storage_offset": 0}
            for name in ("x", "y", "out")
        },
        "n": {"kind": "scalar", "value": 1000},
        "BLOCK": {"kind": "scalar", "value": 16},
    },
    "other_launches": [],
}


def bytes_of(launches: list[Launch]) -> list[object]:
    return [(x.grid, x.scalars(), [b.cells.tobytes() for b in x.buffers().values()]) for x in launches]


@pytest.mark.parametrize("metadata", [None, RECORD])
def test_same_seed_same_launches(metadata: dict[str, object] | None) -> None:
    func = func_of(ADD)
    first, again = (bytes_of(make_launches(func, metadata, n=10, seed=4)) for _ in range(2))
    other = bytes_of(make_launches(func, metadata, n=10, seed=5))
    assert first == again and first != other
    alone = make_launches(func, metadata, n=10, seed=4, only=7)
    assert bytes_of(alone) == first[7:8]


def test_recorded_launch_is_read() -> None:
    func = func_of(ADD)
    assert recorded_scalars(func, RECORD) == [{"s3": 1000, "np0": 63, "np1": 1, "np2": 1}]


def test_sizes_scale_together() -> None:
    for launch in make_launches(func_of(ADD), RECORD, n=24):
        n = int(launch.scalars()["s3"])
        cells = {len(b.cells) for b in launch.buffers().values()}
        assert len(cells) == 1 and n <= cells.pop(), launch.label
        assert launch.grid[0] <= 16


def test_there_are_ragged_sizes_and_single_elements() -> None:
    sizes = {int(x.scalars()["s3"]) for x in make_launches(func_of(ADD), RECORD, n=48)}
    assert any(n % 16 for n in sizes) and len(sizes) > 6


def test_factors_and_grids() -> None:
    types = tuple(v.type for v in func_of(ADD).regions[0].blocks[0].args)
    shapes = Shapes(recorded_launches(types, RECORD)[0])
    assert shapes.extents() == [100, 10]
    assert sorted(shapes.factors(1000) or ()) == [10, 100]
    assert shapes.scale(1000, {100: 7, 10: 3}) == 21
    assert shapes.scale_grid(63, {100: 7, 10: 3}) == 2
    assert shapes.scale(999, {100: 7}) == 999


def test_a_record_that_does_not_fit_is_not_used() -> None:
    broken = {**RECORD, "args": {**RECORD["args"], "n": {"kind": "scalar", "value": None}}}  # type: ignore[dict-item]
    types = tuple(v.type for v in func_of(ADD).regions[0].blocks[0].args)
    assert recorded_launches(types, broken) == []


@pytest.mark.parametrize("name", ["f16", "bf16", "f32", "f64", "f8E4M3FN", "f8E5M2"])
@pytest.mark.parametrize("style", FLOAT_STYLES)
def test_contents_are_finite(name: str, style: str) -> None:
    rng = np.random.default_rng(0)
    buffer = make_buffer(rng, FloatType(name), 200, 0, floats=style, integers="index", bound=5)
    assert np.isfinite(buffer.reals()).all()


@pytest.mark.parametrize("style", sorted({*INT_STYLES, "cyclic", "rows"}))
@pytest.mark.parametrize("width", [1, 8, 16, 32, 64])
def test_integer_contents(style: str, width: int) -> None:
    rng = np.random.default_rng(0)
    cells = make_buffer(rng, IntType(width), 200, 0, floats="normal", integers=style, bound=5).cells
    assert cells.dtype.itemsize == max(1, width // 8)
    if style in ("index", "cyclic", "rows"):
        assert cells.min() >= 0 and cells.max() < 5
