"""Whether lifting is on in this process, with which settings, and how it got into Triton's slot.

The state is the process's, as Triton's own knobs are. Everything that goes wrong here leaves Triton as it was.
"""

from __future__ import annotations

import os
import re
import sys
from types import ModuleType
from typing import Any

from triton_lift.hook.finder import when_imported
from triton_lift.hook.key import cache_key
from triton_lift.hook.report import configure_logging, say, say_once
from triton_lift.util.diagnostic import Diagnostic, LiftError, UsageError
from triton_lift.util.settings import VAR_ACTIVATION, Settings, settings_from

OLDEST = (3, 6)
NEWEST = (3, 9)
NO_KEY = ("", "")


def triton_version(triton: ModuleType) -> tuple[int, int] | None:
    """(major, minor) of an imported Triton, None where it does not say."""
    found = re.match(r"(\d+)\.(\d+)", str(getattr(triton, "__version__", "")))
    return (int(found[1]), int(found[2])) if found else None


def is_supported(version: tuple[int, int] | None) -> bool:
    """Whether the hook knows this version of Triton."""
    return version is not None and OLDEST <= version <= NEWEST


class Plugin:
    """Our side of the slot; see `triton_lift.hook.slot.Ours`."""

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self.installed = False
        # Whether the program has said what it wants; then the environment is not asked any more.
        self.decided = False
        self._key: tuple[str, str] | None = None

    def configure(self, settings: Settings | None) -> None:
        """Switch to these settings, None or ``enabled=False`` meaning off; the cache key follows."""
        self.settings = settings if settings is not None and settings.enabled else None
        self._key = None
        if self.settings is not None:
            configure_logging(self.settings.log)

    def cache_key(self) -> tuple[str, str]:
        # Called on every launch: one attribute and one comparison once it is known.
        if self._key is None:
            self._key = self._make_key()
        return self._key

    def _make_key(self) -> tuple[str, str]:
        if self.settings is None:
            return NO_KEY
        try:
            return cache_key(self.settings)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            # Without a key a stale entry could be taken for ours, so nothing is lifted in this process.
            strict, self.settings = self.settings.strict, None
            diagnostic = Diagnostic("error", "no-cache-key", f"lifting is off, no cache key could be made: {error!r}")
            if strict:
                raise LiftError(diagnostic) from error
            say(diagnostic, error)
            return NO_KEY

    def edit_stages(self, backend: Any, stages: dict[str, Any], options: Any, language: Any, capability: Any) -> None:
        self.cache_key()  # turns lifting off when there is none
        settings = self.settings
        if settings is None:
            return
        try:
            from triton_lift.hook.stages import wrap_stages

            wrap_stages(stages, settings)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            diagnostic = Diagnostic("error", "hook-failed", f"the stages could not be wrapped: {error!r}")
            if settings.strict:
                raise LiftError(diagnostic) from error
            say(diagnostic, error)


plugin = Plugin()


def install(triton: ModuleType) -> bool:
    """Put the plugin into the slot of an imported Triton; False, with one warning, for a version it does not know."""
    version = triton_version(triton)
    if not is_supported(version):
        known = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
        found = getattr(triton, "__version__", "of unknown version")
        message = f"Triton {found} is not supported ({known} are): nothing will be lifted"
        diagnostic = Diagnostic("warning", "unsupported-triton", message)
        if plugin.settings is not None and plugin.settings.strict:
            raise LiftError(diagnostic)
        say_once(diagnostic)
        return False
    from triton_lift.hook import triton_api

    triton_api.install_slot(plugin)
    plugin.installed = True
    return True


def activate_from_environment(triton: ModuleType) -> None:
    """Read the variables and install; what the `.pth` route ends in. A bad value is said once and nothing is done."""
    try:
        if not plugin.decided:
            plugin.configure(settings_from(os.environ))
        if plugin.settings is not None:
            install(triton)
    except UsageError as error:
        if os.environ.get(VAR_ACTIVATION, "").startswith("strict"):
            raise
        say_once(error.diagnostic)
    except LiftError:
        raise  # strict
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        say_once(Diagnostic("error", "activation-failed", f"nothing will be lifted: {error!r}"))


def _install_if_on(triton: ModuleType) -> None:
    if plugin.settings is not None:
        install(triton)


def switch(settings: Settings | None) -> None:
    """Turn lifting on with these settings or off with None, now and for a Triton that is imported later."""
    plugin.decided = True
    plugin.configure(settings)
    if plugin.settings is not None:
        when_imported("triton", _install_if_on)
    elif plugin.installed:
        from triton_lift.hook import triton_api

        triton_api.remove_slot()
        plugin.installed = False


def current_settings() -> Settings | None:
    """The settings in force, None when lifting is off."""
    return plugin.settings


def is_live() -> bool:
    """Whether an imported Triton has the plugin in its slot and lifting is on."""
    if "triton" not in sys.modules or not plugin.installed or plugin.settings is None:
        return False
    from triton_lift.hook import triton_api

    return triton_api.slot_is_installed()
