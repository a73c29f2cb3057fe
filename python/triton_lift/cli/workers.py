"""Lifting many files in processes that can be killed: hard time-out, memory cap, a progress bar on a terminal."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Generator
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from triton_lift.emit.schema import Record, VerdictName, from_json, to_json
from triton_lift.util.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Limits:
    """Number of processes, seconds per kernel, MiB of address space per process, deterministic steps per kernel."""

    jobs: int
    timeout: float
    memory: int
    budget: int


def lift_files(files: list[Path], root: Path, limits: Limits) -> list[Record]:
    """One record per file, in the files' order; ``file`` is relative to ``root``."""
    found: list[Record] = []
    # Fresh processes: a fork would carry along threads and whatever the parent has imported.
    context = multiprocessing.get_context("spawn")
    with (
        _progress(len(files)) as bar,
        ProcessPool(limits.jobs, initializer=_limit, initargs=(limits.memory,), context=context) as pool,
    ):
        futures: list[ProcessFuture[bytes]] = [
            pool.schedule(_work, args=(str(f), str(f.relative_to(root)), limits.budget), timeout=limits.timeout)
            for f in files
        ]
        for file, future in zip(files, futures, strict=True):
            found.append(outcome(str(file.relative_to(root)), future.result, limits))
            bar()
    return found


def _limit(megabytes: int) -> None:
    size = megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _work(path: str, shown: str, budget: int) -> bytes:
    """In the worker: the record of one file as JSON."""
    from triton_lift.cli.inputs import generic_form, pieces, read_text
    from triton_lift.pipeline.lift import lift_state
    from triton_lift.pipeline.records import refusal_record
    from triton_lift.util.diagnostic import LiftError, Unsupported
    from triton_lift.util.settings import Settings

    start = time.perf_counter()
    try:
        text, _ = read_text(path)
        (piece,) = pieces(text, shown, split=False)
        _, record = lift_state(generic_form(piece), settings=Settings(budget=budget), filename=shown)
    except LiftError as error:
        verdict: VerdictName = "unsupported" if isinstance(error, Unsupported) else "unknown"
        record = refusal_record(shown, _stem(shown), (error.diagnostic,), verdict=verdict)
    return to_json(msgspec.structs.replace(record, seconds=round(time.perf_counter() - start, 4)))


def _stem(shown: str) -> str:
    return shown.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def outcome(shown: str, result: Callable[[], bytes], limits: Limits) -> Record:
    """The record that a worker made, or one that says how it ended without making one."""
    try:
        return from_json(result())
    except FutureTimeout:
        return _broken(shown, "timeout", f"no answer within {limits.timeout:g} seconds: the process was killed")
    except ProcessExpired as error:
        return _broken(shown, "worker-died", f"the process died with exit code {error.exitcode}")
    except MemoryError:
        return _broken(shown, "out-of-memory", f"more than {limits.memory} MiB were needed")
    except Exception as error:  # what the worker raised: it is told in the kernel's own record
        return _broken(shown, "internal-error", f"{type(error).__name__}: {error}")


def _broken(shown: str, code: str, message: str) -> Record:
    from triton_lift.pipeline.records import refusal_record

    return refusal_record(shown, _stem(shown), (Diagnostic("error", code, message, shown),), verdict="unknown")


@contextmanager
def _progress(total: int) -> Generator[_Step]:
    """A function to be called per finished kernel; it draws a bar if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield _Step(None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("lifting"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("lifting", total=total)
        yield _Step(lambda: progress.advance(task))


class _Step:
    """One more kernel is done."""

    def __init__(self, step: Callable[[], None] | None) -> None:
        self._step = step

    def __call__(self) -> None:
        if self._step is not None:
            self._step()
