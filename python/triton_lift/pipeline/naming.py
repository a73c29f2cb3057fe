"""Display names of a kernel's symbols: what its source calls them, as identifiers, each used once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from triton_lift.interp.denotation import Denotation
from triton_lift.term.formula_tokens import KEYWORDS
from triton_lift.term.symbols import Names, Statement

INDEX_NAMES = ("i", "j", "k", "l", "m", "n", "p", "q")
# Words that a reader of a formula takes for a function or a call; legal as names, and misleading.
_MISLEADING = frozenset(
    {"exp", "exp2", "log", "log2", "sqrt", "recip", "erf", "sin", "cos", "tan", "tanh", "abs", "floor", "pow"}
    | {"max", "min", "sum", "prod", "any", "pid", "np", "lane", "program_id", "num_programs"}
)


def names_of(denotation: Denotation, statements: Iterable[Statement]) -> Names:
    """Names for arguments, index symbols and the results of atomics; total over what statements speak of.

    Depends on positions and argument names only, so the same kernel gets the same names.
    """
    taken: set[str] = set()
    by_symbol: dict[str, str] = {}
    for argument in denotation.arguments:
        by_symbol[argument.symbol] = _unique(identifier(argument.name), taken)
    rank = max((len(s.indices) for s in statements), default=0)
    supply = iter([n for n in INDEX_NAMES if n not in taken])
    for position in range(rank):
        name = next(supply, None) or f"i{position}"
        by_symbol[f"i{position}"] = _unique(name, taken)
    return Names(by_symbol)


def with_counters(denotation: Denotation, names: Names) -> Names:
    """The names and one for each loop's counter: ``k``, ``k_1``, in order of the loops."""
    taken = set(names.by_symbol.values())
    counters = sorted((c.symbol.name for c in denotation.counters), key=lambda name: int(name[1:]))
    added = {name: _unique("k", taken) for name in counters}
    return Names({**names.by_symbol, **added})


def identifier(name: str) -> str:
    """The name as an identifier that is no keyword of the formula grammar and not the name of a function."""
    text = re.sub(r"[^A-Za-z0-9_]", "_", name)
    if not text or text[0].isdigit():
        text = "arg" + text
    return text + "_" if text in KEYWORDS or text in _MISLEADING else text


def _unique(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found)
    return found
