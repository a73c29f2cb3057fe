"""What a term depends on: its free symbols and the variables of binders around it."""

from __future__ import annotations

from collections.abc import Iterable

from triton_lift._core import Term

Dependency = tuple[str, str | int]
"""("sym", name), or ("var", index) with the de Bruijn index as seen from outside the term."""


class Dependencies:
    """Dependencies of the terms of one context, each found once."""

    def __init__(self) -> None:
        self._known: dict[int, frozenset[Dependency]] = {}
        self._binding: dict[int, bool] = {}

    def of(self, term: Term) -> frozenset[Dependency]:
        """Free symbols ("sym", name) and de Bruijn indices ("var", index) that a term mentions."""
        hit = self._known.get(term.id)
        if hit is not None:
            return hit
        stack = [term]
        while stack:
            node = stack[-1]
            if node.id in self._known:
                stack.pop()
                continue
            below = _children(node)
            missing = [c for c in below if c.id not in self._known]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            self._known[node.id] = self._own(node, below)
        return self._known[term.id]

    def _own(self, node: Term, below: list[Term]) -> frozenset[Dependency]:
        if node.kind == "sym":
            return frozenset({("sym", node.name)})
        if node.kind == "var":
            return frozenset({("var", node.index)})
        union: set[Dependency] = set()
        for child in below:
            union |= self._known[child.id]
        if node.kind in ("big", "exists"):
            return frozenset(_shift(d, node.nvars) for d in union if d[0] == "sym" or int(d[1]) >= node.nvars)
        return frozenset(union)

    def binds(self, term: Term) -> bool:
        """Whether there is a big operator or `exists` anywhere in a term."""
        hit = self._binding.get(term.id)
        if hit is not None:
            return hit
        seen, stack = {term.id}, [term]
        while stack:
            node = stack.pop()
            if node.kind in ("big", "exists"):
                self._binding[term.id] = True
                return True
            for child in _children(node):
                if child.id not in seen:
                    seen.add(child.id)
                    stack.append(child)
        self._binding[term.id] = False
        return False

    def on_any(self, term: Term, variables: Iterable[int]) -> bool:
        """Whether a term mentions one of the variables with these indices."""
        found = self.of(term)
        return any(("var", v) in found for v in variables)


def _shift(dependency: Dependency, nvars: int) -> Dependency:
    kind, what = dependency
    return dependency if kind == "sym" else (kind, int(what) - nvars)


def _children(node: Term) -> list[Term]:
    below = (
        [atom for _, _, factors in node.monomials for atom, _ in factors] if node.kind == "poly" else list(node.args)
    )
    if node.kind in ("big", "exists"):
        below += [literal for literal, _ in node.domain]
    return below
