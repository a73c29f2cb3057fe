"""The click group: commands are imported only when asked for, so that ``run`` starts without a solver."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import dataclass

import click

from triton_lift.util.diagnostic import LiftError, UsageError
from triton_lift.util.version import VERSION


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command lies, ``module`` holding a click command of the name ``command``, and its line in the help."""

    module: str
    command: str
    help: str


# One line per command. A command whose module is absent from this build is not offered.
COMMANDS: dict[str, Entry] = {
    "run": Entry("triton_lift.cli.run", "run", "Run a command with lifting switched on."),
    "lift": Entry("triton_lift.cli.lift", "lift", "Lift one kernel: FILE.ttir or module.py:kernel."),
    "opt": Entry("triton_lift.cli.opt", "opt", "Run named passes over a file and print the IR, as mlir-opt does."),
    "scan": Entry("triton_lift.cli.scan", "scan", "Lift every kernel below a directory into one NDJSON file."),
    "ops": Entry("triton_lift.cli.ops", "ops", "Count the ops of a corpus and say which have a meaning here."),
    "schema": Entry("triton_lift.cli.schema", "schema", "Print the JSON schema of the records."),
    "doctor": Entry("triton_lift.cli.doctor", "doctor", "Say what is installed and whether the hook is live."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is invoked, or when its own help is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, entry in COMMANDS.items() if importlib.util.find_spec(entry.module) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None or importlib.util.find_spec(entry.module) is None:
            return None
        command = getattr(importlib.import_module(entry.module), entry.command)
        assert isinstance(command, click.Command), f"{entry.module}.{entry.command} is not a click command"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in self.list_commands(ctx)])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="triton-lift")
def cli() -> None:
    """Proved mathematical summaries of Triton kernels.

    Set TRITON_LIFT=1 and run any program that compiles Triton kernels, or use the commands below.
    """


def run_command_line() -> int:
    """Run the group; a failure of ours is one line on stderr. Exit code 2 for usage, 1 for any other failure."""
    try:
        result = cli.main(prog_name="triton-lift", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        print("triton-lift: interrupted", file=sys.stderr)
        return 130
    except UsageError as error:
        print(f"triton-lift: {error}", file=sys.stderr)
        return 2
    except LiftError as error:
        print(f"triton-lift: {error}", file=sys.stderr)
        return 1
