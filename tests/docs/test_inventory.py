"""``triton-lift ops``: counts, loops and meanings of a small corpus."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from triton_lift.cli.main import cli
from triton_lift.cli.ops import IGNORED, STRUCTURE, count_ops, markdown, symbolic_meaning
from triton_lift.interp import engine
from triton_lift.ops.concrete.rows import concrete_rows

STRAIGHT = """
"builtin.module"() ({
  "tt.func"() <{function_type = (i32) -> (), sym_name = "straight"}> ({
  ^bb0(%n: i32):
    %a = "arith.addi"(%n, %n) : (i32, i32) -> i32
    %b = "arith.addi"(%a, %n) : (i32, i32) -> i32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
"""
CYCLE = """
"builtin.module"() ({
  "tt.func"() <{function_type = (i1) -> (), sym_name = "cycle"}> ({
  ^bb0(%c: i1):
    "cf.br"()[^bb1] : () -> ()
  ^bb1:
    "cf.cond_br"(%c)[^bb1, ^bb2] <{operandSegmentSizes = array<i32: 1, 0, 0>}> : (i1) -> ()
  ^bb2:
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
"""


def corpus(folder: Path) -> list[Path]:
    (folder / "a.mlir").write_text(STRAIGHT)
    (folder / "b.mlir").write_text(CYCLE)
    (folder / "c.mlir").write_text('"builtin.module"() ({')
    return sorted(folder.iterdir())


def test_counts(tmp_path: Path) -> None:
    found = count_ops(corpus(tmp_path), tmp_path)
    assert (found.kernels, found.loop_free, found.covered, found.unread) == (2, 1, 1, ("c.mlir",))
    by_name = {r.op: (r.occurrences, r.kernels, r.loop_free) for r in found.ops}
    assert by_name == {
        "tt.return": (2, 2, 1),
        "arith.addi": (2, 1, 1),
        "cf.br": (1, 1, 0),
        "cf.cond_br": (1, 1, 0),
    }
    assert [r.op for r in found.ops] == ["tt.return", "arith.addi", "cf.br", "cf.cond_br"]
    assert "| `arith.addi` | 2 | 1 | 1 | yes | yes |" in markdown(found)


def test_the_command(tmp_path: Path) -> None:
    corpus(tmp_path)
    result = CliRunner().invoke(cli, ["ops", str(tmp_path), "-o", str(tmp_path / "table.md")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "table.md").read_text().startswith("2 kernels, 1 of them without loops.")
    again = CliRunner().invoke(cli, ["ops", str(tmp_path)])
    assert again.output == (tmp_path / "table.md").read_text()


def test_meanings() -> None:
    assert symbolic_meaning("arith.addi") == "yes"
    assert symbolic_meaning("scf.for") == symbolic_meaning("tt.frobnicate") == "no"
    assert symbolic_meaning("tt.atomic_cas") == "refused"


def test_structure_is_what_the_interpreter_runs_itself() -> None:
    source = Path(str(engine.__file__)).read_text(encoding="utf-8")
    assert [op for op in STRUCTURE if f'"{op}"' not in source] == []
    assert [op for op in STRUCTURE if not op.endswith(".return") and op not in concrete_rows] == []
    assert engine.IGNORED is IGNORED
