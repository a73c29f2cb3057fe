"""A meta-path finder that calls back once a module has been executed. Source: PEP 302 and PEP 451."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

Callback = Callable[[ModuleType], None]


class _Notifying:
    """A loader that hands everything to the real one and calls back after the module was executed."""

    def __init__(self, inner: Any, callback: Callback) -> None:
        self._inner = inner
        self._callback = callback

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # The real loader is put back first: the module must not be able to tell.
        if module.__spec__ is not None:
            module.__spec__.loader = self._inner
        module.__loader__ = self._inner
        self._inner.exec_module(module)
        self._callback(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Watcher:
    """The finder: finds nothing itself, only wraps the loader that the others find for a watched name."""

    def __init__(self) -> None:
        self.callbacks: dict[str, Callback] = {}
        self._asking: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        callback = self.callbacks.get(fullname)
        if callback is None or fullname in self._asking:
            return None
        self._asking.add(fullname)
        try:
            spec = find_spec(fullname)
        finally:
            self._asking.discard(fullname)
        if spec is None or spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return spec
        spec.loader = _Notifying(spec.loader, callback)  # pyright: ignore[reportAttributeAccessIssue]
        return spec


_watcher = Watcher()


def when_imported(name: str, callback: Callback) -> None:
    """Call ``callback(module)`` each time the top-level module ``name`` has been executed, now if it already was."""
    _watcher.callbacks[name] = callback
    if _watcher not in sys.meta_path:
        sys.meta_path.insert(0, _watcher)
    module = sys.modules.get(name)
    if module is not None:
        callback(module)


def watched() -> tuple[str, ...]:
    """The names that are being waited for, for `triton-lift doctor`."""
    return tuple(_watcher.callbacks) if _watcher in sys.meta_path else ()
