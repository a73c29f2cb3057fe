"""``triton-lift opt``: named passes over a file, in the manner of mlir-opt."""

from __future__ import annotations

import os
import sys

import click

from triton_lift.cli.claims import claim_lines, judge
from triton_lift.cli.exit_codes import ExitCode
from triton_lift.cli.expected import check_expected, expectations
from triton_lift.cli.inputs import Piece, generic_form, pieces, read_text
from triton_lift.pipeline.annotated import annotated_text
from triton_lift.pipeline.manager import PassManager
from triton_lift.pipeline.source import open_kernel
from triton_lift.pipeline.state import LiftState
from triton_lift.pipeline.steps import DEFAULT_PASSES, PASSES
from triton_lift.util.diagnostic import Diagnostic, LiftError
from triton_lift.util.settings import settings_from


@click.command()
@click.argument("file", default="-")
@click.option("--passes", default=",".join(DEFAULT_PASSES), show_default=True, metavar="LIST", help="Passes, in order.")
@click.option("--print-after-all", is_flag=True, help="Print the IR to stderr after each pass.")
@click.option("--verify-diagnostics", is_flag=True, help="Check the comments `// expected-error@+1 {{text}}` instead.")
@click.option("--no-split", is_flag=True, help="Do not split the file at lines `// -----`.")
@click.option("--list-passes", is_flag=True, help="List the passes and stop.")
def opt(
    file: str, passes: str, print_after_all: bool, verify_diagnostics: bool, no_split: bool, list_passes: bool
) -> None:
    """Run PASSES over FILE (`-` for stdin) and print the IR with the attributes that they leave, in generic form.

    Diagnostics go to stderr. Claims in comments `// CLAIM: out[i] = ...` are checked after the passes, and their
    verdicts printed as comments. Exit code 1 if there is any error.
    """
    if list_passes:
        for step in PASSES.values():
            click.echo(f"{step.name:10} {step.summary}")
        return
    names = [name.strip() for name in passes.split(",") if name.strip()]
    manager = PassManager.of(names, _printer if print_after_all else None)
    text, name = read_text(file)
    budget = settings_from(os.environ).budget
    failed = False
    for number, piece in enumerate(pieces(text, name, split=not no_split)):
        if number:
            click.echo("// -----")
        state, found = _one(piece, manager, budget)
        claims = [(claim, judge(state, claim)) for claim in claim_lines(piece.text, piece.name)] if state else []
        found = [*found, *(state.diagnostics if state else [])]
        for claim, verdict in claims:
            click.echo(f"// claim {claim.text}: {verdict}")
        if state is not None:
            click.echo(annotated_text(state), nl=False)
        if verify_diagnostics:
            wrong = check_expected(expectations(piece.text, piece.name), found)
            for message in wrong:
                click.echo(message, err=True)
            failed |= bool(wrong)
        else:
            for diagnostic in found:
                click.echo(str(diagnostic), err=True)
            failed |= any(d.severity == "error" for d in found)
    sys.exit(ExitCode.REFUTED if failed else ExitCode.OK)


def _one(piece: Piece, manager: PassManager, budget: int) -> tuple[LiftState | None, list[Diagnostic]]:
    try:
        state = open_kernel(generic_form(piece), piece.name, budget, working=True)
    except LiftError as error:
        return None, [error.diagnostic]
    manager.run(state)
    return state, []


def _printer(name: str, state: LiftState) -> None:
    click.echo(f"// IR after pass {name}\n{annotated_text(state)}", err=True, nl=False)
