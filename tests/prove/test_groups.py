"""Grouped program orders decode into row and column of the tile, and only where the order is this one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines
from tests.interp.square import difference, launch_of, lift, satisfied_with
from tests.ops.harness import module
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported


def op(name: str, which: str, a: str, b: str) -> str:
    return call(name, f"arith.{which}", [a, b], ["i32", "i32"], "i32")


def grouped(*, height: int = 3, limit: str = "%size", width: str = "%full") -> str:
    """Program p stores p at ``out[row*100 + column]``; a1 rows and a2 columns of tiles, groups of ``height`` rows."""
    body = lines(
        call("pid", "tt.get_program_id", [], [], "i32", "axis = 0 : i32"),
        constant("height", str(height), "i32"),
        constant("one", "1", "i32"),
        constant("pitch", "100", "i32"),
        op("full", "muli", "%height", "%a2"),
        op("wider", "addi", "%full", "%one"),
        op("g", "divsi", "%pid", width),
        op("first", "muli", "%g", "%height"),
        op("left", "subi", "%a1", "%first"),
        op("size", "minsi", "%left", "%height"),
        op("r", "remsi", "%pid", width),
        op("inside", "remsi", "%r", limit),
        op("row", "addi", "%first", "%inside"),
        op("column", "divsi", "%r", limit),
        op("base", "muli", "%row", "%pitch"),
        op("at", "addi", "%base", "%column"),
        call("p", "tt.addptr", ["%a0", "%at"], ["!tt.ptr<i32>", "i32"], "!tt.ptr<i32>"),
        '    "tt.store"(%p, %pid) : (!tt.ptr<i32>, i32) -> ()',
    )
    return module(["!tt.ptr<i32>", "i32", "i32"], body)


SIZES = [(1, 1), (2, 5), (3, 4), (4, 3), (7, 2), (8, 6), (9, 1)]


@pytest.mark.parametrize("height", [3, 8])
def test_rows_and_columns(height: int) -> None:
    lifted = lift(grouped(height=height))
    assert isinstance(lifted.verdict, Proved), str(lifted.verdict)
    requires = [r.cond for r in summarise(lifted.denotation).requires]
    compared = 0
    for rows, columns in SIZES:
        for programs in {rows * columns, rows * columns + 1, max(1, rows * columns - 1)}:
            launch = launch_of(lifted, [np.full(1200, -1), rows, columns], (programs, 1, 1))
            if satisfied_with(requires, launch):
                found = difference(lifted, launch)
                assert found.empty, (rows, columns, found.differ)
                compared += found.compared
    assert compared == sum(rows * columns for rows, columns in SIZES)
    if height > 1:
        (statement,) = [p.statement for p in lifted.proposals]
        ctx, symbols = lifted.denotation.ctx, lifted.denotation.symbols
        row, column = statement.indices
        rows_, columns_ = symbols.scalar_int(1, 32), symbols.scalar_int(2, 32)
        assert statement.domain == ctx.and_(ctx.lt(row, rows_), ctx.lt(column, columns_))
        assert statement.address == ctx.add(ctx.mul(ctx.num(100), row), column)


@pytest.mark.parametrize(
    "text",
    [grouped(limit="%height"), grouped(width="%wider"), grouped(limit="%left")],
    ids=["all groups of full height", "groups of one program more", "height of all that is left"],
)
def test_other_orders_are_not_decoded_wrongly(text: str) -> None:
    try:
        lifted = lift(text)
    except Unsupported:
        return
    if not isinstance(lifted.verdict, Proved):
        return
    requires = [r.cond for r in summarise(lifted.denotation).requires]
    for rows, columns in SIZES:
        launch = launch_of(lifted, [np.full(3000, -1), rows, columns], (rows * columns, 1, 1))
        if satisfied_with(requires, launch) and "injective" not in lifted.verdict.given:
            assert difference(lifted, launch).empty, (rows, columns)
