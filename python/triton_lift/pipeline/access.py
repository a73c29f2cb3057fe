"""What a kernel does to the memory behind each pointer argument."""

from __future__ import annotations

from triton_lift.emit.schema import AccessName
from triton_lift.interp.denotation import Argument, Denotation


def access_of(denotation: Denotation, argument: Argument) -> AccessName | None:
    """``none``, ``read``, ``write``, ``readwrite`` or ``atomic`` (any atomic update); None for a scalar argument.

    A load that only sees this program's own stores is still a read: it touches the memory.
    """
    if not argument.is_array:
        return None
    writes = [w for w in denotation.writes if w.array == argument.symbol]
    reads = any(r.array == argument.symbol for r in denotation.reads)
    if any(w.kind != "assign" or not w.ordered for w in writes):
        return "atomic"
    match bool(writes), reads:
        case True, True:
            return "readwrite"
        case True, False:
            return "write"
        case False, True:
            return "read"
        case _:
            return "none"
