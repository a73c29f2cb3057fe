"""Runs passes in order and turns whatever goes wrong in one into a located diagnostic; nothing escapes.

A pass that fails leaves the kernel without a claim: the verdict says why. Passes that it needs run before it where they
were not asked for, as analyses do in MLIR.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from triton_lift._core import BudgetError
from triton_lift.ir.names import op_where
from triton_lift.pipeline.state import LiftState
from triton_lift.pipeline.steps import DEFAULT_PASSES, PASSES, Pass
from triton_lift.prove.verdict import Unknown
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic, LiftError, Unsupported, UsageError

logger = logging.getLogger("triton_lift")

After = Callable[[str, LiftState], None]


@dataclass(frozen=True, slots=True)
class PassManager:
    """A list of passes; ``after`` is called behind each one that was asked for."""

    passes: tuple[Pass, ...]
    after: After | None = None

    @staticmethod
    def of(names: Iterable[str] = DEFAULT_PASSES, after: After | None = None) -> PassManager:
        """The passes of these names; raises `UsageError` for a name that there is none of."""
        found: list[Pass] = []
        for name in names:
            if name not in PASSES:
                message = f"unknown pass {name!r}; there are {', '.join(PASSES)}"
                raise UsageError(Diagnostic("error", "unknown-pass", message, where="--passes"))
            found.append(PASSES[name])
        return PassManager(tuple(found), after)

    def run(self, state: LiftState) -> None:
        """Run them; never raises but for what must stop the process."""
        for step in self.passes:
            for need in step.needs:
                if need not in state.ran:
                    run_pass(PASSES[need], state)
            run_pass(step, state)
            if self.after is not None:
                self.after(step.name, state)


def run_pass(step: Pass, state: LiftState) -> None:
    """Run one pass, contained."""
    state.ran.append(step.name)
    for need in step.needs:
        if need not in state.ran:
            run_pass(PASSES[need], state)
    try:
        step.run(state)
    except Unsupported as error:
        state.refuse(error.diagnostic)
    except BudgetExceeded as error:
        _give_up(state, error.diagnostic)
    except LiftError as error:
        _give_up(state, error.diagnostic)
    except BudgetError as error:
        message = f"pass {step.name}: the budget of {state.budget} steps is spent, or terms grew too large: {error}"
        _give_up(state, Diagnostic("error", "budget-exceeded", message, _place(state)))
    except RecursionError:
        message = f"pass {step.name}: the kernel's terms nest too deep"
        _give_up(state, Diagnostic("error", "budget-exceeded", message, _place(state)))
    except MemoryError:
        message = f"pass {step.name}: out of memory"
        _give_up(state, Diagnostic("error", "out-of-memory", message, _place(state)))
    except Exception as error:
        # A defect of ours must not cost the user's compile; it is told as what it is, with the place in our sources.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        at = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
        message = f"pass {step.name} failed at {at}: {type(error).__name__}: {error}"
        _give_up(state, Diagnostic("error", "internal-error", message, _place(state)))
        logger.debug("traceback of the above", exc_info=error)


def _give_up(state: LiftState, diagnostic: Diagnostic) -> None:
    """Report; whatever was claimed so far is claimed no more."""
    state.report(diagnostic)
    if state.verdict is None or state.proved:
        state.verdict = Unknown(diagnostic.message, diagnostic.where)
    state.grade = "refused"
    state.properties.clear()
    state.lines = ()


def _place(state: LiftState) -> str:
    return op_where(state.func, state.filename)
