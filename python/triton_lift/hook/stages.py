"""The wrapped stages of one compile: lift what is really compiled, and let nothing of ours escape.

A module is lifted when the ttir stage returns it. Each later stage must receive the very object that the stage before
returned; where it does not, an override (TRITON_KERNEL_OVERRIDE, ``ir_override``) or a file as input has replaced it.
Replaced TTIR is lifted in its place, replaced later IR withdraws the summary. The record is written after the last
stage.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from triton_lift.hook import triton_api
from triton_lift.hook.report import say
from triton_lift.hook.sidecar import write_sidecar
from triton_lift.hook.ttir_text import source_of
from triton_lift.util.diagnostic import Diagnostic, LiftError, Unsupported
from triton_lift.util.settings import Settings

SUMMARY = "lift_summary"
T = TypeVar("T")


class Stage:
    """One wrapped stage; what it holds inside can be had back."""

    def __init__(self, extension: str, inner: Callable[[Any, Any], Any], compile_: Compile) -> None:
        self.extension = extension
        self.inner = inner
        self._compile = compile_

    def __call__(self, module: Any, metadata: dict[str, Any]) -> Any:
        module = self._compile.before(self.extension, module, metadata)
        result = self._compile.after(self.extension, self.inner(module, metadata), metadata)
        self._compile.last = result
        return result


class Compile:
    """What is known during one compile."""

    def __init__(self, extensions: tuple[str, ...], settings: Settings) -> None:
        self._settings = settings
        self._extensions = extensions
        self.last: object = None
        self._kernel = ""
        self._record: Mapping[str, object] | None = None
        self._digest = ""

    def before(self, extension: str, module: Any, metadata: dict[str, Any]) -> Any:
        """The module that this stage is to work on."""
        position = self._extensions.index(extension)
        if position == 0:
            if extension != "ttir":
                self._contained(lambda: self._refuse_without_ttir(module), None, module, metadata)
            return module
        if module is self.last:
            return module
        self._withdraw(metadata)
        if self._extensions[position - 1] != "ttir":
            return module
        # An override or a .ttir file: this is what is compiled, whatever the ttir stage had. Claims that the file
        # carries may be about other IR, so they go first, whatever comes of the lifting.
        clean = self._contained(lambda: triton_api.without_lift_attributes(module), module, module, metadata)
        return self._contained(lambda: self._lift(clean, metadata), clean, clean, metadata)

    def after(self, extension: str, result: Any, metadata: dict[str, Any]) -> Any:
        """What this stage is to return."""
        if extension == "ttir":
            return self._contained(lambda: self._lift(result, metadata), result, result, metadata)
        if extension == self._extensions[-1] and self._record is not None:
            self._contained(lambda: self._finish(extension, metadata), None, None, metadata)
        return result

    # ------------------------------------------------------------------------------------------ the work itself

    def _lift(self, module: Any, metadata: dict[str, Any]) -> Any:
        kernel = triton_api.kernel_name(module)
        if not self._settings.selects(kernel):
            return module
        from triton_lift.pipeline import lift_text

        reading = triton_api.read(module)
        result = lift_text(reading.generic_text, settings=self._settings)
        for diagnostic in result.diagnostics:
            if self._settings.strict and diagnostic.severity == "error":
                raise LiftError(diagnostic)
            say(diagnostic)
        # Everything that can fail comes before anything that is seen from outside.
        summary = json.dumps(result.record, separators=(",", ":"), allow_nan=False) if result.record else ""
        digest = str(result.record.get("ir_digest") or hashlib.sha256(reading.bare_text.encode()).hexdigest())
        lifted = reading.attach(result.func_attrs, result.func_unit_attrs, result.arg_attrs)
        if summary:
            metadata[SUMMARY] = summary
            self._kernel, self._record, self._digest = kernel, result.record, digest
        return lifted

    def _refuse_without_ttir(self, module: Any) -> None:
        kernel = triton_api.kernel_name(module)
        if not self._settings.selects(kernel):
            return
        where = source_of(triton_api.module_text(module))
        message = f"kernel {kernel!r} has no ttir stage (Gluon): it is compiled as ever and not lifted"
        raise Unsupported(Diagnostic("error", "unsupported-gluon", message, where=where))

    def _finish(self, extension: str, metadata: dict[str, Any]) -> None:
        if triton_api.binary_may_be_replaced(extension, self._kernel, metadata):
            self._withdraw(metadata)
        elif self._settings.directory is not None:
            text = json.dumps(self._record, indent=1, sort_keys=True, allow_nan=False) + "\n"
            write_sidecar(self._settings.directory, self._kernel, self._digest, text)

    def _withdraw(self, metadata: dict[str, Any]) -> None:
        """Forget the summary: it speaks of IR that is not compiled."""
        self._record = None
        metadata.pop(SUMMARY, None)

    # --------------------------------------------------------------------------------------------- containment

    def _contained(self, work: Callable[[], T], otherwise: T, module: Any, metadata: dict[str, Any]) -> T:
        """``work()``, or ``otherwise`` with one diagnostic when it fails; strict raises instead."""
        try:
            return work()
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            self._fail(error, module, metadata)
            return otherwise

    def _fail(self, error: BaseException, module: Any, metadata: dict[str, Any]) -> None:
        """Say what went wrong and where, as if we had never been there; strict raises."""
        self._withdraw(metadata)
        if isinstance(error, LiftError):
            diagnostic = error.diagnostic
        else:
            message = f"lifting failed, the kernel is compiled as ever: {type(error).__name__}: {error}"
            diagnostic = Diagnostic("error", "internal-error", message, where=_where(module))
        if self._settings.strict:
            raise error if isinstance(error, LiftError) else LiftError(diagnostic) from error
        say(diagnostic, error)


def _where(module: Any) -> str:
    """The kernel's source location, ``-`` when even that cannot be found out."""
    try:
        return source_of(triton_api.module_text(module))
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:
        return "-"  # only decorates the diagnostic that is on its way


def wrap_stages(stages: dict[str, Any], settings: Settings) -> None:
    """Wrap every stage in place; stages that are wrapped already are left as they are."""
    if not stages or any(isinstance(stage, Stage) for stage in stages.values()):
        return
    compile_ = Compile(tuple(stages), settings)
    for extension, inner in list(stages.items()):
        stages[extension] = Stage(extension, inner, compile_)
