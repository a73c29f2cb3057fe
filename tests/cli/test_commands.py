"""The commands: exit codes, output, and that a bad kernel costs only itself."""

from __future__ import annotations

import json
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path

import click
import jsonschema
import pytest
from click.testing import CliRunner, Result
from pebble import ProcessExpired

from tests.pipeline.texts import ADD, COPY
from triton_lift.cli.expected import check_expected, expectations
from triton_lift.cli.inputs import pieces
from triton_lift.cli.lift import lift
from triton_lift.cli.opt import opt
from triton_lift.cli.scan import scan
from triton_lift.cli.schema import schema
from triton_lift.cli.workers import Limits, outcome
from triton_lift.emit.schema import json_schema
from triton_lift.util.diagnostic import Diagnostic, LiftError

# The number behind a pointer has no meaning in a claim about arrays.
REFUSED = """
tt.func public @refused(%x: !tt.ptr<i64> loc("x")) {
  %v = tt.ptr_to_int %x : !tt.ptr<i64> -> i64
  tt.store %x, %v : !tt.ptr<i64>
  tt.return
}
"""
KERNEL = """
import triton
import triton.language as tl


@triton.jit
def copy(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out_ptr + i, tl.load(x_ptr + i, mask=i < n), mask=i < n)
"""


def run(command: click.Command, *args: str) -> Result:
    return CliRunner().invoke(command, list(args))


@pytest.fixture
def add(tmp_path: Path) -> str:
    path = tmp_path / "add.ttir"
    path.write_text(ADD)
    return str(path)


@pytest.fixture
def refused(tmp_path: Path) -> str:
    path = tmp_path / "refused.ttir"
    path.write_text(REFUSED)
    return str(path)


def test_lift_text(add: str) -> None:
    result = run(lift, add)
    assert result.exit_code == 0
    assert "proved given no_wrap  (closed)" in result.output
    assert "out[i] = x[i] + y[i]" in result.output


def test_lift_json_is_a_record(add: str) -> None:
    result = run(lift, add, "--format", "json")
    record = json.loads(result.output)
    jsonschema.validate(record, json_schema())
    assert record["kernel"] == "add" and record["file"] == add


def test_lift_mlir_is_pretty_and_annotated(add: str) -> None:
    result = run(lift, add, "--format", "mlir")
    assert "tt.func public @add(" in result.output
    assert 'lift.verdict = "proved given no_wrap"' in result.output


@pytest.mark.parametrize(
    ("claim", "options", "code"),
    [
        ("out[i] = y[i] + x[i]", (), 0),
        ("out[i] = x[i]", (), 1),
        ("out[i] = x[i] + y[i] for i < n", (), 0),
        ("out[i] = x[i] + y[i] for i < n", ("--fail-on", "unknown"), 3),
        ("out[i] = ", (), 2),
    ],
)
def test_exit_codes_of_claims(add: str, claim: str, options: tuple[str, ...], code: int) -> None:
    assert run(lift, add, "--claim", claim, *options).exit_code == code


def test_fail_on_unknown(add: str, refused: str) -> None:
    assert run(lift, add, "--fail-on", "unknown").exit_code == 0
    assert run(lift, refused).exit_code == 0
    assert run(lift, refused, "--fail-on", "unknown").exit_code == 3


@pytest.mark.parametrize("text", ["nonsense", '"builtin.module"() ({\n  "x.y"(%0) : (i32) -> ()\n}) : () -> ()\n'])
def test_what_cannot_be_read_is_a_usage_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.mlir"
    path.write_text(text)
    result = run(lift, str(path))
    assert result.exit_code == 2
    assert f"{path}:" in result.stderr


def test_lift_a_kernel_of_a_python_file(tmp_path: Path) -> None:
    path = tmp_path / "kernels_of_test.py"
    path.write_text(KERNEL)
    result = run(lift, f"{path}:copy", "--signature", "*fp32,*fp32,i32", "--constexpr", "BLOCK=64")
    assert result.exit_code == 0, result.output
    assert "out_ptr[i] = x_ptr[i]  for i < " in result.output


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "needs its argument types"),
        (("--signature", "*fp32"), "takes 4 arguments that are no constexprs"),
        (("--signature", "*fp32,*fp32,i32", "--constexpr", "BLOCKS=64"), "has no argument BLOCKS"),
        (("--signature", "*fp32,*fp32,i32", "--constexpr", "BLOCK"), "is not NAME=VALUE"),
    ],
)
def test_what_a_python_kernel_needs(tmp_path: Path, args: tuple[str, ...], message: str) -> None:
    path = tmp_path / "kernels_of_test2.py"
    path.write_text(KERNEL)
    result = run(lift, f"{path}:copy", *args)
    assert isinstance(result.exception, LiftError)
    assert message in str(result.exception)


def test_opt_prints_all_pieces_and_fails_if_one_does(tmp_path: Path) -> None:
    path = tmp_path / "two.mlir"
    path.write_text(f"{COPY}\n// -----\n{REFUSED}")
    result = run(opt, str(path))
    assert result.exit_code == 1
    assert result.stdout.count('"builtin.module"') == 2
    assert result.stdout.count("// -----") == 1
    line = path.read_text().splitlines().index("  %v = tt.ptr_to_int %x : !tt.ptr<i64> -> i64") + 1
    assert f"{path}:{line}:8: error: tt.ptr_to_int has no meaning here [unsupported-op] (tt.ptr_to_int)" in result.stderr


def test_opt_output_is_read_again(add: str, tmp_path: Path) -> None:
    first = run(opt, add)
    again = tmp_path / "again.mlir"
    again.write_text(first.stdout)
    second = run(opt, str(again))
    assert second.exit_code == 0
    assert second.stdout.count("lift.summary") == 1


def test_schema_is_printed() -> None:
    assert json.loads(run(schema).output) == json_schema()


def test_pieces_keep_their_lines() -> None:
    first, second = pieces("a\n// -----\n// only a comment\n// -----\nb\n", "f", split=True)
    assert (first.text.strip(), second.text.splitlines()[4], second.first_line) == ("a", "b", 4)


def test_expected_diagnostics() -> None:
    found = [Diagnostic("error", "code", "a message", "f:3:1"), Diagnostic("remark", "r", "not an error", "f:9")]
    text = "\n// expected-error@+1 {{a mess}}\nx"
    assert check_expected(expectations(text, "f"), found) == []
    assert check_expected([], found) == ["unexpected: f:3:1: error: a message [code]"]
    assert check_expected(expectations("// expected-error {{a mess}}", "f"), []) == [
        "f:1: expected error 'a mess': not reported"
    ]


def test_scan_writes_sorted_valid_records(add: str, refused: str, tmp_path: Path) -> None:
    (tmp_path / "bad.ttir").write_text("nonsense")
    (tmp_path / "bytes.ttir").write_bytes(b"\xff\xfe")
    out = tmp_path / "records.ndjson"
    result = run(scan, str(tmp_path), "-o", str(out), "--jobs", "2")
    assert result.exit_code == 0, result.output
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [r["file"] for r in records] == ["add.ttir", "bad.ttir", "bytes.ttir", "refused.ttir"]
    for record in records:
        jsonschema.validate(record, json_schema())
        assert record["seconds"] >= 0
    assert [r["verdicts"]["value"] for r in records] == ["proved", "unknown", "unknown", "unsupported"]
    assert [r["diagnostics"][0]["code"] for r in records[1:]] == ["mlir-parse", "not-utf-8", "unsupported-op"]
    assert "tt.ptr_to_int has no meaning here" in result.output


def test_a_hung_kernel_is_killed_and_told(add: str, tmp_path: Path) -> None:
    # No process can even start within a tenth of a second.
    out = tmp_path / "records.ndjson"
    result = run(scan, str(tmp_path), "-o", str(out), "--jobs", "1", "--timeout", "0.1")
    assert result.exit_code == 4
    (record,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert record["diagnostics"][0]["code"] == "timeout"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FutureTimeout(), "timeout"),
        (ProcessExpired("gone", -11), "worker-died"),
        (MemoryError(), "out-of-memory"),
        (ValueError("defect"), "internal-error"),
    ],
)
def test_each_bad_end_is_a_record(error: BaseException, code: str) -> None:
    def result() -> bytes:
        raise error

    record = outcome("a/b.ttir", result, Limits(1, 5.0, 512, 1000))
    assert (record.file, record.kernel, record.diagnostics[0].code) == ("a/b.ttir", "b", code)
    assert record.verdicts.value == "unknown"
