"""The installed package: the .pth line, the native module, the metadata; and that importing it costs nothing."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib.metadata import distribution, entry_points
from pathlib import Path

import pytest

import triton_lift

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_pth_line_is_installed() -> None:
    installed = Path(sysconfig.get_path("platlib")) / "triton_lift.pth"
    source = ROOT / "python" / "triton_lift.pth"
    assert installed.read_text() == source.read_text()
    (line,) = source.read_text().splitlines()
    assert line.startswith("import "), "site executes only lines that start so"


def test_the_version_is_one() -> None:
    assert distribution("triton-lift").version == triton_lift.__version__
    cmake = (ROOT / "CMakeLists.txt").read_text()
    assert f"VERSION {triton_lift.__version__} " in cmake


def test_the_native_module_is_built() -> None:
    assert importlib.util.find_spec("triton_lift._core") is not None


def test_core_dependencies_are_few_and_ranges() -> None:
    names = {re.split(r"[<>=]", requirement)[0] for requirement in PROJECT["dependencies"]}
    assert names == {"triton", "z3-solver", "egglog", "numpy", "ml_dtypes", "msgspec"}
    assert not [requirement for requirement in PROJECT["dependencies"] if "==" in requirement]


def test_the_command_is_installed() -> None:
    (script,) = entry_points(group="console_scripts", name="triton-lift")
    assert script.load()


def test_importing_the_package_imports_nothing_foreign() -> None:
    code = "import sys, triton_lift; print(*{name.split('.')[0] for name in sys.modules})"
    process = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert not set(process.stdout.split()) & {"triton", "z3", "egglog", "numpy", "ml_dtypes", "msgspec", "torch"}


def check_lit(build: Path, arguments: str) -> subprocess.CompletedProcess[str]:
    """Configure without the native module and build the target `check-lit`."""
    options = ["-DTRITON_LIFT_BUILD_NATIVE=OFF", f"-DPython_EXECUTABLE={sys.executable}"]
    options.append(f"-DTRITON_LIFT_LIT_ARGS={arguments}")
    # CMake comes with the extra `test`, so it lies beside Python even where the machine has none.
    cmake = shutil.which("cmake", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    assert cmake is not None
    subprocess.run([cmake, "-S", ROOT, "-B", build, *options], check=True, capture_output=True, timeout=120)
    command = [cmake, "--build", build, "--target", "check-lit"]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_check_lit_runs_the_tests_and_fails_with_them(tmp_path: Path) -> None:
    good = check_lit(tmp_path / "a", "-v --filter=cli-version")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "PASS: triton-lift :: cli-version.test" in good.stdout
    assert check_lit(tmp_path / "b", "-v --filter=no-such-test").returncode != 0


@pytest.mark.extended
def test_the_wheel(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, timeout=600)
    (wheel,) = tmp_path.glob("triton_lift-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "triton_lift.pth" in names, "at the root, which becomes the root of site-packages"
    assert "triton_lift/py.typed" in names
    assert [name for name in names if re.fullmatch(r"triton_lift/_core\..*\.so", name)]
    assert [name for name in names if name.endswith("LICENSE")]
    assert not [name for name in names if name.startswith(("tests", "lit_tests", "passes"))]
