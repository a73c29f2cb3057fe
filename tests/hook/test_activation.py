"""TRITON_LIFT in fresh processes: the .pth route, children, isolated mode, bad values, versions that we do not know."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.hook.conftest import Child

ROOT = str(Path(__file__).parent.parent.parent)

# Compile a kernel and say what came of it; the pipeline is replaced, so that only the route to it is tested.
COMPILE = f"""
import sys, json
sys.path.insert(0, {ROOT!r})
from tests.hook import kernels
lifted = []
if "triton_lift.hook.startup" in sys.modules:
    import triton_lift.pipeline as pipeline
    from triton_lift.pipeline.result import LiftResult
    def lift_text(text, *, settings):
        lifted.append(settings.pattern)
        return LiftResult(record={{"schema": 1}})
    pipeline.lift_text = lift_text
compiled = kernels.compile_kernel("add")
ours = sorted(name for name in sys.modules if name.split(".")[0] == "triton_lift")
print(json.dumps([compiled.hash, kernels.summary_of(compiled), lifted, ours]))
"""


def answer(process: object) -> tuple[str, str | None, list[str], list[str]]:
    assert process.returncode == 0, process.stderr  # pyright: ignore
    return tuple(json.loads(process.stdout))  # pyright: ignore


def test_unset_or_zero_costs_nothing(child: Child) -> None:
    unset, summary, lifted, ours = answer(child(COMPILE))
    assert (summary, lifted, ours) == (None, [], [])
    for value in ("0", ""):
        assert answer(child(COMPILE, TRITON_LIFT=value)) == (unset, None, [], [])
    on, summary, lifted, _ = answer(child(COMPILE, TRITON_LIFT="1"))
    assert on != unset and summary == '{"schema":1}' and lifted == ["*"]


def test_set_but_no_triton_imports_next_to_nothing(child: Child) -> None:
    foreign = ("triton", "triton_lift", "z3", "egglog")
    code = f"import sys; print(sorted(name for name in sys.modules if name.split('.')[0] in {foreign}))"
    process = child(code, TRITON_LIFT="1")
    assert set(json.loads(process.stdout.replace("'", '"'))) == {
        "triton_lift",
        "triton_lift.hook",
        "triton_lift.hook.finder",
        "triton_lift.hook.startup",
        "triton_lift.util",
        "triton_lift.util.version",
    }
    assert not process.stderr


def test_isolated_mode(child: Child) -> None:
    assert answer(child(COMPILE, "-I", TRITON_LIFT="1"))[1] == '{"schema":1}'


def test_child_of_a_child(child: Child) -> None:
    code = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', {COMPILE!r}]).returncode)"
    assert answer(child(code, TRITON_LIFT="1"))[1] == '{"schema":1}'


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_workers(child: Child, method: str, tmp_path: Path) -> None:
    """Pools of worker processes, as torch's Inductor compiles in."""
    module = tmp_path / "job.py"
    body = ("import triton", "from triton_lift.hook.plugin import is_live", "return is_live()")
    module.write_text("\n    ".join(("def job(_):", *body)) + "\n")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import job, multiprocessing\n"
        "if __name__ == '__main__':\n"
        f"    with multiprocessing.get_context({method!r}).Pool(1) as pool:\n"
        "        print(pool.map(job.job, [1]))\n"
    )
    process = child(code, TRITON_LIFT="1")
    assert process.stdout.strip() == "[True]", process.stderr


def test_glob(child: Child) -> None:
    assert answer(child(COMPILE, TRITON_LIFT="a[dx]*"))[2] == ["a[dx]*"]
    assert answer(child(COMPILE, TRITON_LIFT="soft*"))[1:3] == (None, [])


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TRITON_LIFT", "true"),
        ("TRITON_LIFT", "no such glob"),
        ("TRITON_LIFT", "2"),
        ("TRITON_LIFT_BUDGET", "many"),
        ("TRITON_LIFT_BUDGET", "0"),
        ("TRITON_LIFT_BUDGET", "9" * 5000),
        ("TRITON_LIFT_DIR", __file__),
        ("TRITON_LIFT_LOG", "loud"),
    ],
)
def test_a_bad_value_is_said_once_and_nothing_is_done(child: Child, variable: str, value: str) -> None:
    process = child(COMPILE, **{"TRITON_LIFT": "1", variable: value})
    _, summary, lifted, _ = answer(process)
    assert (summary, lifted) == (None, [])
    (line,) = process.stderr.strip().splitlines()
    assert variable in line and "it accepts" in line and "[bad-setting]" in line
    assert len(line) < 6000


def test_a_bad_value_raises_when_strict(child: Child) -> None:
    process = child(COMPILE, TRITON_LIFT="strict", TRITON_LIFT_BUDGET="many")
    assert process.returncode != 0
    assert "UsageError" in process.stderr and "TRITON_LIFT_BUDGET='many'" in process.stderr


@pytest.mark.parametrize("version", ["3.5.1", "3.10.0", "2.3.1+git", "unknown"])
def test_an_unknown_triton_is_left_alone(child: Child, version: str, tmp_path: Path) -> None:
    (tmp_path / "triton").mkdir()
    (tmp_path / "triton" / "__init__.py").write_text(f"__version__ = {version!r}\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import triton; print(triton.__version__)"
    process = child(code, TRITON_LIFT="1")
    assert process.stdout.strip() == version
    (line,) = process.stderr.strip().splitlines()
    assert version in line and "3.6 to 3.9" in line and "[unsupported-triton]" in line
    assert child(code, TRITON_LIFT="strict").returncode != 0
    assert not child(code).stderr


def test_log_level(child: Child) -> None:
    broken = "import triton_lift.pipeline as p\ndef broken(*a, **k): raise ValueError('x')\np.lift_text = broken\n"
    code = COMPILE.replace("    pipeline.lift_text = lift_text\n", "").replace("compiled =", f"{broken}compiled =")
    fresh = {"TRITON_LIFT": "1", "TRITON_ALWAYS_COMPILE": "1"}
    assert "[internal-error]" in child(code, **fresh).stderr
    assert "[internal-error]" in child(code, TRITON_LIFT_LOG="error", **fresh).stderr
    assert not child(code, TRITON_LIFT_LOG="off", **fresh).stderr
    debug = child(code, TRITON_LIFT_LOG="debug", **fresh).stderr
    assert debug.startswith("triton-lift: ") and "Traceback" in debug


def test_strict_fails_the_compile(child: Child) -> None:
    broken = "import triton_lift.pipeline as p\ndef broken(*a, **k): raise ValueError('x')\np.lift_text = broken\n"
    code = COMPILE.replace("compiled =", f"{broken}compiled =")
    process = child(code, TRITON_LIFT="strict")
    assert process.returncode != 0
    assert "kernels.py:" in process.stderr and "[internal-error]" in process.stderr


def test_enable_before_triton_is_imported(child: Child) -> None:
    code = (
        "import sys, triton_lift\n"
        "triton_lift.enable()\n"
        "assert 'triton' not in sys.modules\n"
        "import triton\n"
        "from triton_lift.hook.plugin import is_live\n"
        "print(is_live()); triton_lift.disable(); print(is_live())\n"
    )
    process = child(code)
    assert process.stdout.split() == ["True", "False"], process.stderr


def test_enable_wins_over_the_variable(child: Child) -> None:
    code = (
        "import triton_lift\n"
        "triton_lift.enable('only_this')\n"
        "import triton\n"
        "from triton_lift.hook.plugin import current_settings\n"
        "print(current_settings().pattern)\n"
    )
    assert child(code, TRITON_LIFT="1").stdout.strip() == "only_this"


def test_disable_wins_over_the_variable(child: Child) -> None:
    code = (
        "import triton_lift\n"
        "triton_lift.disable()\n"
        "import triton\n"
        "print(triton.knobs.runtime.add_stages_inspection_hook)\n"
    )
    assert child(code, TRITON_LIFT="1").stdout.strip() == "None"


def test_an_error_in_strict_leaves_the_state_of_before(child: Child, tmp_path: Path) -> None:
    (tmp_path / "triton").mkdir()
    (tmp_path / "triton" / "__init__.py").write_text("__version__ = '9.9.9'\n")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import triton, triton_lift\n"
        "from triton_lift.hook.plugin import current_settings\n"
        "try:\n    with triton_lift.lifting(strict=True): print('not reached')\n"
        "except Exception as error: print(type(error).__name__, current_settings())\n"
    )
    assert child(code).stdout.strip() == "LiftError None"


def test_the_variable_is_not_ours_to_change() -> None:
    assert not [name for name in os.environ if name.startswith("TRITON_LIFT")]
