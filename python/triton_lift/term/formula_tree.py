"""Decision trees rearranged for reading: which condition leads to which leaf."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from triton_lift._core import Term

LITERALS = frozenset(("ge", "gt", "eq", "bapp", "exists"))


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A node of a condition; made by ``Conditions`` only, so equal ones are the same object."""

    literal: Term
    then: Condition
    other: Condition


Condition = bool | Branch


@dataclass(slots=True)
class Conditions:
    """Interned Boolean trees over literals."""

    _nodes: dict[tuple[Term, int, int], Branch] = field(default_factory=dict[tuple[Term, int, int], Branch])

    def node(self, literal: Term, then: Condition, other: Condition) -> Condition:
        """``then`` if the literal holds, else ``other``."""
        if then is other:
            return then
        return self._nodes.setdefault((literal, id(then), id(other)), Branch(literal, then, other))

    def of(self, tree: Term, leaf: Callable[[Term], bool | None]) -> Condition:
        """The condition under which a tree ends in a leaf for which ``leaf`` is true; None means that either answer
        will do.
        """
        done: dict[Term, Condition | None] = {}

        def walk(term: Term) -> Condition | None:
            if term in done:
                return done[term]
            if term.kind == "ite":
                then, other = walk(term.args[1]), walk(term.args[2])
                if then is None or other is None:
                    done[term] = other if then is None else then
                else:
                    done[term] = self.node(term.args[0], then, other)
            elif term.kind in LITERALS:
                done[term] = self.node(term, True, False)
            else:
                done[term] = leaf(term)
            return done[term]

        found = walk(tree)
        return False if found is None else found

    def forced(self, condition: Condition, value: bool = True) -> dict[Term, bool]:
        """Literals that are the same wherever the condition has a value, with theirs, outermost first."""
        done: dict[int, dict[Term, bool] | None] = {}

        def walk(c: Condition) -> dict[Term, bool] | None:
            if isinstance(c, bool):
                return {} if c is value else None
            if id(c) not in done:
                then, other = walk(c.then), walk(c.other)
                if then is not None and other is not None:
                    done[id(c)] = {lit: held for lit, held in then.items() if other.get(lit) is held}
                elif then is not None:
                    done[id(c)] = {c.literal: True, **then}
                else:
                    done[id(c)] = None if other is None else {c.literal: False, **other}
            return done[id(c)]

        return walk(condition) or {}

    def assume(self, condition: Condition, facts: dict[Term, bool]) -> Condition:
        """The condition with some literals fixed."""
        done: dict[int, Condition] = {}

        def walk(c: Condition) -> Condition:
            if isinstance(c, bool):
                return c
            if id(c) not in done:
                match facts.get(c.literal):
                    case None:
                        done[id(c)] = self.node(c.literal, walk(c.then), walk(c.other))
                    case value:
                        done[id(c)] = walk(c.then if value else c.other)
            return done[id(c)]

        return walk(condition)


def leaves(tree: Term) -> list[Term]:
    """Distinct leaves of a numeric tree, those that say most first: formulas, constants, infinities, undef; ties as
    met.
    """
    seen: set[Term] = set()
    found: list[Term] = []
    stack = [tree]
    while stack:
        term = stack.pop()
        if term in seen:
            continue
        seen.add(term)
        if term.kind == "ite":
            stack.extend((term.args[2], term.args[1]))
        else:
            found.append(term)

    def rank(leaf: Term) -> int:
        match leaf.kind:
            case "inf":
                return 2
            case "undef" | "bundef":
                return 3
            case _:
                return 1 if leaf.constant is not None else 0

    return sorted(found, key=rank)
