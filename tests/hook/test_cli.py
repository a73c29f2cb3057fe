"""``triton-lift run`` and ``doctor`` as a user calls them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "triton_lift"]
SHOW = "import os, sys, json; print(json.dumps([sys.argv[1:], {k: v for k, v in os.environ.items() if 'LIFT' in k}]))"


def triton_lift(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_run_passes_arguments_through() -> None:
    arguments = ["-x", "--strict", "--", "a b", "", "--help", "é"]
    process = triton_lift("run", "--", sys.executable, "-c", SHOW, *arguments)
    assert json.loads(process.stdout) == [arguments, {"TRITON_LIFT": "1"}]


def test_run_without_the_dashes() -> None:
    process = triton_lift("run", "--strict", sys.executable, "-c", SHOW, "--pattern", "x")
    assert json.loads(process.stdout) == [["--pattern", "x"], {"TRITON_LIFT": "strict"}]


def test_run_sets_what_the_options_say(tmp_path: Path) -> None:
    options = ["--pattern", "soft*", "--strict", "--dir", str(tmp_path), "--budget", "1_000", "--log", "INFO"]
    process = triton_lift("run", *options, "--", sys.executable, "-c", SHOW)
    assert json.loads(process.stdout)[1] == {
        "TRITON_LIFT": "strict:soft*",
        "TRITON_LIFT_DIR": str(tmp_path),
        "TRITON_LIFT_BUDGET": "1000",
        "TRITON_LIFT_LOG": "info",
    }


def test_run_keeps_what_is_set_already() -> None:
    process = triton_lift("run", "--", sys.executable, "-c", SHOW, TRITON_LIFT="soft*")
    assert json.loads(process.stdout)[1] == {"TRITON_LIFT": "soft*"}
    process = triton_lift("run", "--", sys.executable, "-c", SHOW, TRITON_LIFT="0")
    assert json.loads(process.stdout)[1] == {"TRITON_LIFT": "1"}


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_run_passes_the_exit_code(code: int) -> None:
    assert triton_lift("run", "--", sys.executable, "-c", f"raise SystemExit({code})").returncode == code


def test_run_passes_signals() -> None:
    code = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(42))\nprint('on', flush=True)\n"
    command = [*COMMAND, "run", "--", sys.executable, "-c", code + "while True: signal.pause()"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "on\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 42
    killed = triton_lift("run", "--", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
    assert killed.returncode == -signal.SIGKILL


def test_run_of_a_command_that_is_not_there(tmp_path: Path) -> None:
    process = triton_lift("run", "--", "no-such-command-here")
    assert process.returncode == 127 and "no-such-command-here" in process.stderr
    plain = tmp_path / "plain"
    plain.write_text("")
    assert triton_lift("run", "--", str(plain)).returncode == 126


def test_run_with_a_bad_option() -> None:
    process = triton_lift("run", "--budget", "many", "--", "true")
    assert process.returncode == 2
    assert "TRITON_LIFT_BUDGET='many'" in process.stderr and "it accepts" in process.stderr
    assert triton_lift("run").returncode == 2


def test_run_pytest(tmp_path: Path) -> None:
    test = "import os\ndef test_it(): assert os.environ['TRITON_LIFT'] == '1'\ndef test_bad(): assert False\n"
    (tmp_path / "test_some.py").write_text(test)
    process = triton_lift("run", "--", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path))
    assert process.returncode == 1 and "1 failed, 1 passed" in process.stdout


def test_run_starts_quickly() -> None:
    started = time.perf_counter()
    triton_lift("run", "--", "true")
    assert time.perf_counter() - started < 5, "neither Triton nor a solver is to be imported"


def test_doctor() -> None:
    process = triton_lift("doctor", "--json")
    checks = {check["what"]: check for check in json.loads(process.stdout)}
    assert process.returncode == 0, process.stdout
    assert checks["hook"]["state"] == "ok" and "live in Triton 3." in checks["hook"]["detail"]
    assert checks["native core"]["state"] == checks["triton_lift.pth"]["state"] == "ok"
    assert "off here" in checks["settings"]["detail"]


def test_doctor_names_a_bad_variable() -> None:
    process = triton_lift("doctor", TRITON_LIFT="1", TRITON_LIFT_LOG="loud")
    assert process.returncode == 1
    assert "fail  settings" in process.stdout and "TRITON_LIFT_LOG" in process.stdout


def test_help_names_each_command() -> None:
    process = triton_lift("--help")
    assert process.returncode == 0
    for name in ("run", "doctor"):
        assert f"  {name} " in process.stdout
    assert triton_lift("no-such").returncode == 2
    assert triton_lift("--version").stdout.startswith("triton-lift, version ")
