"""``triton-lift lift``: one kernel from a file of TTIR, or from a Python file."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

from triton_lift.cli.claims import ClaimLine, claim_lines, judge
from triton_lift.cli.exit_codes import ExitCode
from triton_lift.cli.inputs import generic_form, kernel_source, pieces, pretty_form, read_text, usage
from triton_lift.emit.schema import Record, to_json
from triton_lift.emit.text import record_text
from triton_lift.pipeline.annotated import annotated_text
from triton_lift.pipeline.lift import lift_state
from triton_lift.pipeline.state import LiftState
from triton_lift.prove.verdict import Proved, Refuted
from triton_lift.util.diagnostic import ParseError
from triton_lift.util.settings import settings_from

_PYTHON = re.compile(r".+\.py:[A-Za-z_]\w*")


@click.command()
@click.argument("source")
@click.option("--format", "form", type=click.Choice(["text", "json", "mlir"]), default="text", show_default=True)
@click.option("--claim", "claims", multiple=True, metavar="FORMULA", help="Check `out[i] = ...` of the kernel.")
@click.option("--signature", metavar="TYPES", help='Argument types of module.py:kernel, as "*fp32,i32".')
@click.option("--constexpr", "constexprs", multiple=True, metavar="NAME=VALUE", help="A constexpr of module.py:kernel.")
@click.option("--fail-on", type=click.Choice(["refuted", "unknown"]), default="refuted", show_default=True)
def lift(
    source: str,
    form: str,
    claims: tuple[str, ...],
    signature: str | None,
    constexprs: tuple[str, ...],
    fail_on: str,
) -> None:
    """Lift SOURCE: FILE.ttir, FILE.mlir, `-` for stdin, or module.py:kernel with --signature and --constexpr.

    Claims are given by --claim or in the file, as comments `// CLAIM: out[i] = ...`. Exit code 1 if one is refuted, 2
    if the input cannot be read, 3 with --fail-on unknown if the kernel or a claim is not proved.
    """
    wanted = [ClaimLine(text, f"--claim {number + 1}") for number, text in enumerate(claims)]
    if _PYTHON.fullmatch(source) and not Path(source).exists():
        text, name = kernel_source(source, signature, constexprs)
    else:
        if signature or constexprs:
            raise usage("only module.py:kernel takes a signature", "--signature")
        whole, name = read_text(source)
        wanted += claim_lines(whole, name)
        parts = pieces(whole, name, split=True)
        if len(parts) != 1:
            raise usage(f"lift takes one module, this file has {len(parts)}; see `triton-lift opt`", name)
        try:
            text = generic_form(parts[0])
        except ParseError as error:
            click.echo(str(error.diagnostic), err=True)
            sys.exit(ExitCode.USAGE)
    state, record = lift_state(text, settings=settings_from(os.environ), filename=name)
    if state is None and record.diagnostics[0].code == "parse-error":
        first = record.diagnostics[0]
        click.echo(f"{first.where}: {first.severity}: {first.message} [{first.code}]", err=True)
        sys.exit(ExitCode.USAGE)
    verdicts = [judge(state, claim) for claim in wanted] if state is not None else []
    click.echo(_shown(form, state, record, text), nl=False)
    for claim, verdict in zip(wanted, verdicts, strict=False):
        click.echo(f"claim {claim.text}: {verdict}", err=form != "text")
    found = state.diagnostics if state is not None else []
    unread = [d for d in found if d.code == "bad-formula" and d.where.startswith("--claim")]
    for d in unread:
        click.echo(str(d), err=True)
    if unread:
        sys.exit(ExitCode.USAGE)
    if any(isinstance(v, Refuted) for v in verdicts):
        sys.exit(ExitCode.REFUTED)
    shown = record.verdicts.value == "proved" and all(isinstance(v, Proved) for v in verdicts)
    if fail_on == "unknown" and not (shown and len(verdicts) == len(wanted)):
        sys.exit(ExitCode.UNKNOWN)


def _shown(form: str, state: LiftState | None, record: Record, text: str) -> str:
    match form:
        case "json":
            return to_json(record).decode() + "\n"
        case "mlir":
            return _annotated(state, text)
        case _:
            return record_text(record)


def _annotated(state: LiftState | None, text: str) -> str:
    """The module with its attributes, pretty where Triton's parser takes what we print."""
    if state is None:
        return text
    generic = annotated_text(state)
    try:
        return pretty_form(generic)
    except ParseError:
        return generic
