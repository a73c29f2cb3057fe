"""``triton-lift run -- CMD...``: any command with lifting switched on, in its own place."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from triton_lift.util.settings import (
    VAR_ACTIVATION,
    VAR_BUDGET,
    VAR_DIRECTORY,
    VAR_LOG,
    activation_value,
    check_budget,
    check_directory,
    check_log,
    check_pattern,
    parse_activation,
)

# What a shell answers for a command that it cannot find, or cannot execute.
NOT_FOUND = 127
NOT_EXECUTABLE = 126


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--pattern", help="Glob of the kernel names to lift; all by default.")
@click.option("--strict", is_flag=True, help="A failure to lift fails the compile.")
@click.option("--dir", "directory", help="Directory for the records, one file per kernel.")
@click.option("--budget", help="Steps per kernel.")
@click.option("--log", help="debug, info, warning, error or off.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(
    pattern: str | None,
    strict: bool,
    directory: str | None,
    budget: str | None,
    log: str | None,
    command: tuple[str, ...],
) -> None:
    """Run COMMAND with lifting switched on; its arguments, exit code and signals are its own.

    The options set TRITON_LIFT and its companions for the command and its children.
    """
    environment: dict[str, str] = {}
    already_on, _, _ = parse_activation(os.environ.get(VAR_ACTIVATION, ""))
    if pattern is not None or strict or not already_on:
        environment[VAR_ACTIVATION] = activation_value(check_pattern(pattern or "*", "--pattern"), strict)
    if directory is not None:
        environment[VAR_DIRECTORY] = str(check_directory(directory))
    if budget is not None:
        environment[VAR_BUDGET] = str(check_budget(budget))
    if log is not None:
        environment[VAR_LOG] = check_log(log)
    _replace_this_process(command, {**os.environ, **environment})


def _replace_this_process(command: tuple[str, ...], environment: dict[str, str]) -> NoReturn:
    # The command takes over this process, so nothing stands between it and signals, terminal or exit code.
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execvpe(command[0], command, environment)
    except FileNotFoundError:
        print(f"triton-lift: {command[0]}: command not found", file=sys.stderr)
        sys.exit(NOT_FOUND)
    except OSError as error:
        print(f"triton-lift: {Path(command[0])}: {error.strerror}", file=sys.stderr)
        sys.exit(NOT_EXECUTABLE)
