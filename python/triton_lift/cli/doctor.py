"""``triton-lift doctor``: what is installed, which Triton, and whether the hook comes alive in a fresh process."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import subprocess
import sys
import sysconfig
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from triton_lift.util.diagnostic import UsageError
from triton_lift.util.settings import VAR_ACTIVATION, settings_from
from triton_lift.util.version import VERSION

REQUIRED = ("triton", "z3-solver", "egglog", "numpy", "ml_dtypes", "msgspec")
OPTIONAL = ("torch", "iree-base-compiler", "click", "rich", "pebble", "lit", "jsonschema")

_PROBE = """
import json, triton
try:
    from triton_lift.hook.plugin import is_live
    live = is_live()
except ImportError as error:
    live = False
print(json.dumps([triton.__version__, live]))
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report: ``state`` is ok, warn or fail."""

    state: str
    what: str
    detail: str


def _installed() -> list[Check]:
    checks: list[Check] = []
    for name in (*REQUIRED, *OPTIONAL):
        try:
            checks.append(Check("ok", name, version(name)))
        except PackageNotFoundError:
            missing = "required, and not installed" if name in REQUIRED else "optional, not installed"
            checks.append(Check("fail" if name in REQUIRED else "ok", name, missing))
    return checks


def _native() -> Check:
    spec = importlib.util.find_spec("triton_lift._core")
    if spec is None or spec.origin is None:
        return Check("fail", "native core", "triton_lift._core is not built; install the package again")
    return Check("ok", "native core", spec.origin)


def _pth() -> Check:
    # Site reads .pth files of every directory on its list; ours lies where the package was installed.
    places = [Path(sysconfig.get_path("platlib")), Path(sysconfig.get_path("purelib"))]
    found = [place / "triton_lift.pth" for place in places if (place / "triton_lift.pth").is_file()]
    if not found:
        return Check("fail", "triton_lift.pth", f"not in {places[0]}: TRITON_LIFT has no effect")
    return Check("ok", "triton_lift.pth", str(found[0]))


def _variables() -> Check:
    shown = " ".join(f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(VAR_ACTIVATION))
    try:
        settings = settings_from(os.environ)
    except UsageError as error:
        return Check("fail", "settings", str(error))
    state = "on" if settings.enabled else "off"
    return Check("ok", "settings", f"lifting is {state} here ({shown or 'no variable set'})")


def _hook() -> Check:
    """Ask a child process in which the variable is set, through the route that a user's program takes."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(VAR_ACTIVATION)}
    environment[VAR_ACTIVATION] = "1"
    child = subprocess.run(
        [sys.executable, "-c", _PROBE], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    if child.returncode != 0:
        last = (child.stderr.strip().splitlines() or ["no message"])[-1]
        return Check("fail", "hook", f"a child process could not import Triton: {last}")
    triton_version, live = json.loads(child.stdout.strip().splitlines()[-1])
    if not live:
        said = (child.stderr.strip().splitlines() or ["no message"])[-1]
        return Check("fail", "hook", f"not live in Triton {triton_version}: {said}")
    return Check("ok", "hook", f"live in Triton {triton_version} when TRITON_LIFT=1")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def doctor(as_json: bool) -> None:
    """Say what is installed, which Triton, and whether the hook is live; exit code 1 if something is wrong."""
    checks = [
        Check("ok", "triton-lift", VERSION),
        Check("ok", "python", f"{platform.python_version()} ({sys.executable})"),
        *_installed(),
        _native(),
        _pth(),
        _variables(),
        _hook(),
    ]
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=1))
    else:
        for check in checks:
            click.echo(f"{check.state:4}  {check.what:20} {check.detail}")
    sys.exit(1 if any(check.state == "fail" for check in checks) else 0)
