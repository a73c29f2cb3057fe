"""``triton-lift scan``: every kernel below a directory, one line of NDJSON each; a bad kernel costs only itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from triton_lift.cli.exit_codes import ExitCode
from triton_lift.cli.inputs import usage
from triton_lift.cli.table import counts_table, summary_tables
from triton_lift.cli.workers import Limits, lift_files
from triton_lift.emit.schema import Record, to_json
from triton_lift.util.settings import settings_from

SUFFIXES = (".ttir", ".mlir")
BROKEN = frozenset({"timeout", "worker-died", "out-of-memory", "internal-error"})
"""Codes of kernels that were not looked at to the end for a reason of ours."""


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="NDJSON file; stdout by default.")
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Processes. [default: all CPUs]")
@click.option("--timeout", type=click.FloatRange(0.1), default=120.0, show_default=True, help="Seconds per kernel.")
@click.option("--memory", type=click.IntRange(256), default=4096, show_default=True, help="MiB per process.")
@click.option("--only", default="*", show_default=True, metavar="GLOB", help="Files, by name without suffix.")
@click.option("--fail-on", type=click.Choice(["refuted", "unknown"]), default="refuted", show_default=True)
def scan(
    directory: Path, output: Path | None, jobs: int, timeout: float, memory: int, only: str, fail_on: str
) -> None:
    """Lift every .ttir and .mlir file below DIRECTORY and write one record per line, in the order of the file names.

    Each kernel has TRITON_LIFT_BUDGET steps; --timeout and --memory are a hard stop for what goes wrong beyond that.
    The same input gives the same records but for `seconds`. Exit code 4 if a kernel crashed, hung or failed in us, 3
    with --fail-on unknown if one is not proved.
    """
    files = [p for p in sorted(directory.rglob(f"{only}.*")) if p.suffix in SUFFIXES and p.is_file()]
    if not files:
        raise usage("there are no .ttir or .mlir files here", str(directory))
    limits = Limits(jobs, timeout, memory, settings_from(os.environ).budget)
    records = lift_files(files, directory, limits)
    lines = b"".join(to_json(record) + b"\n" for record in records)
    if output is None:
        sys.stdout.buffer.write(lines)
    else:
        output.write_bytes(lines)
    for table in (counts_table(records), *summary_tables(records)):
        click.echo(table, err=output is None, nl=False)
    sys.exit(_exit_code(records, fail_on))


def _exit_code(records: list[Record], fail_on: str) -> ExitCode:
    values = [record.verdicts.value for record in records]
    if any(d.code in BROKEN for record in records for d in record.diagnostics):
        return ExitCode.INCOMPLETE
    if "refuted" in values:
        return ExitCode.REFUTED
    if fail_on == "unknown" and any(value != "proved" for value in values):
        return ExitCode.UNKNOWN
    return ExitCode.OK
