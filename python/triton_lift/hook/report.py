"""How the hook speaks: located diagnostics through the logger ``triton_lift``, on stderr if TRITON_LIFT_LOG asks."""

from __future__ import annotations

import contextlib
import logging

from triton_lift.util.diagnostic import Diagnostic

logger = logging.getLogger("triton_lift")

_LEVELS = {"error": logging.ERROR, "warning": logging.WARNING, "remark": logging.INFO, "note": logging.DEBUG}
_handler: logging.Handler | None = None
_said: set[str] = set()


def configure_logging(level: str | None) -> None:
    """Send our messages from ``level`` on to stderr; None leaves logging as the program has it (warnings shown)."""
    global _handler
    if _handler is not None:  # what the call before did, and nothing that the program did
        logger.removeHandler(_handler)
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
        _handler = None
    if level is not None:
        _handler = logging.NullHandler() if level == "off" else logging.StreamHandler()
        _handler.setFormatter(logging.Formatter("triton-lift: %(message)s"))
        logger.addHandler(_handler)
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1 if level == "off" else level.upper())


def say(diagnostic: Diagnostic, cause: BaseException | None = None) -> None:
    """Log one diagnostic; the traceback of ``cause`` goes along at level debug."""
    # A handler or filter of the program's own may fail, and there is no other way left to say so.
    with contextlib.suppress(Exception):
        logger.log(_LEVELS.get(diagnostic.severity, logging.WARNING), "%s", diagnostic)
        if cause is not None:
            logger.debug("traceback of the above", exc_info=cause)


def say_once(diagnostic: Diagnostic) -> None:
    """Log a diagnostic unless this process has logged the same text before."""
    if str(diagnostic) not in _said:
        _said.add(str(diagnostic))
        say(diagnostic)
