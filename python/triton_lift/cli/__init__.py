"""The command ``triton-lift``; its libraries are the extra ``cli``."""

from __future__ import annotations

import importlib.util
import sys


def main() -> int:
    """Run the command line and return its exit code."""
    if importlib.util.find_spec("click") is None:
        print("triton-lift: the command line needs the extra `cli`: pip install 'triton-lift[cli]'", file=sys.stderr)
        return 2
    from triton_lift.cli.main import run_command_line

    return run_command_line()
