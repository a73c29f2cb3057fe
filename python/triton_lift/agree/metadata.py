"""The recorded launch of a captured kernel (NAME.json beside NAME.ttir), reduced to what the function's arguments need.

Sizes are kept symbolic: `Shapes` knows which integers are tensor extents, which are products of extents (element
counts, contiguous strides), and
which grid extents are quotients of those by a block size, so that a launch can be scaled consistently.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from triton_lift.ir.model import IntAttr, Op, PointerType, TensorDescType, Type

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A recorded tensor: extents, strides in elements, offset of its first element in its storage."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    storage_offset: int

    @property
    def span(self) -> int:
        """Cells from the first to the last element."""
        return 1 + sum((d - 1) * abs(s) for d, s in zip(self.shape, self.strides, strict=True))


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded launch: per function argument a tensor, or a scalar value."""

    grid: tuple[int, ...]
    args: tuple[Tensor | int | float, ...]
    blocks: tuple[int, ...]
    """Integer constexprs greater than 1: block sizes, mostly."""
    names: tuple[str, ...] = ()
    """Argument names as recorded; they only hint at which scalars are strides."""


def recorded_launches(types: Sequence[Type], data: Json) -> list[Recorded]:
    """The recorded launch and its `other_launches`; empty where the record does not fit the function's arguments."""
    found: list[Recorded] = []
    signature = cast(Mapping[str, str], data["signature"])
    names = [n for n in cast(list[str], data["arg_names"]) if signature.get(n) != "constexpr"]
    constants = cast(Mapping[str, Any], data.get("constexprs", {}))
    blocks = tuple(sorted({v for v in constants.values() if isinstance(v, int) and not isinstance(v, bool) and v > 1}))
    for launch in [data, *cast(list[Json], data.get("other_launches", []))]:
        args = _arguments(types, names, cast(Mapping[str, Json], launch["args"]))
        if args is not None:
            found.append(Recorded(tuple(cast(list[int], launch["grid"])), args, blocks, _per_argument(names, launch)))
    return found


def _arguments(
    types: Sequence[Type], names: Sequence[str], args: Mapping[str, Json]
) -> tuple[Tensor | int | float, ...] | None:
    found: list[Tensor | int | float] = []
    for name in names:
        a = args.get(name)
        if a is None:
            return None
        match a["kind"]:
            case "tensor":
                found.append(_tensor(a))
            case "tensordesc":
                found.append(_tensor(cast(Json, a["base"])))
                extra = [*cast(list[int], a["shape"]), *cast(list[int], a["strides"])]
                found.extend(extra)
            case _:
                value = a["value"]
                if not isinstance(value, int | float):
                    return None
                found.append(int(value) if isinstance(value, bool) else value)
    if len(found) != len(types):
        return None
    for kind, value in zip(types, found, strict=True):
        if isinstance(value, Tensor) != isinstance(kind, PointerType | TensorDescType):
            return None
    return tuple(found)


def _per_argument(names: Sequence[str], launch: Json) -> tuple[str, ...]:
    """A descriptor's shape and strides are arguments of their own, called strides here: they are never shrunk."""
    found: list[str] = []
    for name in names:
        found.append(name)
        a = cast(Mapping[str, Json], launch["args"])[name]
        if a["kind"] == "tensordesc":
            found += ["stride"] * 2 * len(cast(list[int], a["shape"]))
    return tuple(found)


def _tensor(a: Json) -> Tensor:
    shape = tuple(cast(list[int], a["shape"]))
    return Tensor(shape, tuple(cast(list[int], a["stride"])), int(a.get("storage_offset", 0)))


def divisibility(func: Op) -> tuple[int, ...]:
    """``tt.divisibility`` per function argument, 1 where there is none (read from ``arg_attrs``)."""
    from triton_lift.ir.model import ArrayAttr, DictAttr

    count = len(func.regions[0].blocks[0].args)
    found = [1] * count
    attrs = func.attrs.get("arg_attrs")
    if isinstance(attrs, ArrayAttr):
        for i, item in enumerate(attrs.items[:count]):
            value = item.get("tt.divisibility") if isinstance(item, DictAttr) else None
            if isinstance(value, IntAttr):
                found[i] = max(1, value.value)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Shapes:
    """How the integers of a recorded launch hang together."""

    recorded: Recorded

    def extents(self) -> list[int]:
        """Tensor extents greater than 1, largest first."""
        found = {d for t in self.tensors() for d in t.shape if d > 1}
        return sorted(found, reverse=True)

    def tensors(self) -> list[Tensor]:
        """The tensors in argument order."""
        return [a for a in self.recorded.args if isinstance(a, Tensor)]

    def cells(self) -> int:
        """Cells of the largest recorded tensor, gaps included."""
        return max((t.span for t in self.tensors()), default=0)

    def sizes(self) -> dict[int, int]:
        """Argument position -> value of the scalars that count elements or bound an extent, going by value and name."""
        found: dict[int, int] = {}
        for i, (name, value) in enumerate(zip(self.recorded.names, self.recorded.args, strict=True)):
            if "stride" in name.lower() or not isinstance(value, int):
                continue
            if value > 1 and self.factors(value) is not None:
                found[i] = value
        return found

    def fixed(self) -> set[int]:
        """Extents that the kernel was compiled for: equal to a constexpr and to no runtime scalar."""
        scalars = {a for a in self.recorded.args if isinstance(a, int)}
        return {d for d in self.extents() if d in self.recorded.blocks and d not in scalars}

    def factors(self, value: int) -> tuple[int, ...] | None:
        """Extents whose product is `value`: one extent, or a run of extents of one tensor; None where there are
        none."""
        if value <= 1:
            return () if value == 1 else None
        if value in self.extents():
            return (value,)
        for t in self.tensors():
            for i in range(len(t.shape)):
                for j in range(i + 2, len(t.shape) + 1):
                    if math.prod(t.shape[i:j]) == value:
                        return t.shape[i:j]
        return None

    def scale(self, value: int, extents: Mapping[int, int]) -> int:
        """`value` after the extents have been replaced; unchanged where it is no product of extents."""
        factors = self.factors(value)
        if factors is None:
            return value
        return math.prod(extents.get(f, f) for f in factors)

    def scale_grid(self, value: int, extents: Mapping[int, int]) -> int:
        """A grid extent after scaling: a product of extents, or cdiv(product, block)."""
        if value == 1:
            return 1
        if self.factors(value) is not None and value in self.extents():
            return self.scale(value, extents)
        candidates = [
            math.prod(t.shape[i:j])
            for t in self.tensors()
            for i in range(len(t.shape))
            for j in range(i + 1, len(t.shape) + 1)
        ]
        candidates += [a for a in self.recorded.args if isinstance(a, int) and a > 1]
        for total in candidates:
            for block in self.recorded.blocks:
                if -(-total // block) == value:
                    return max(1, -(-self.scale(total, extents) // block))
        return max(1, self.scale(value, extents))
