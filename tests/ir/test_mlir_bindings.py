"""The reader against upstream MLIR's Python bindings: same ops, operands, types, attributes, blocks and locations.

Runs where iree-base-compiler (the extra ``mlir``) is installed, over the samples and over the kernels in the directory
that TRITON_LIFT_CORPUS names. The bindings do not show the properties of ops they do not know, so these are moved into
the attributes first, by a bracket matcher that shares nothing with the reader.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from triton_lift.ir.floats import FORMATS, value_of
from triton_lift.ir.model import (
    ArrayAttr,
    Attr,
    DenseArrayAttr,
    DenseElementsAttr,
    DictAttr,
    FloatAttr,
    FloatType,
    IntAttr,
    IntType,
    Module,
    OpaqueAttr,
    StringAttr,
    SymbolAttr,
    Type,
    TypeAttr,
    UnitAttr,
    UnknownLoc,
    Value,
)
from triton_lift.ir.reader import read_module
from triton_lift.ir.text import attribute_text, location_text, type_text

mlir = pytest.importorskip("iree.compiler.ir")

BEYOND = Path(__file__).parent / "samples" / "beyond_bindings.mlir"
CORPUS = os.environ.get("TRITON_LIFT_CORPUS")
SAMPLES = sorted(set((Path(__file__).parent / "samples").glob("*.mlir")) - {BEYOND})
KERNELS = sorted(Path(CORPUS).rglob("*.ttir")) if CORPUS else []


def closing(text: str, start: int) -> int:
    """Position after the bracket that closes the one at ``start``; strings and ``->`` are passed over."""
    depth, at = 0, start
    while True:
        char = text[at]
        if char == '"':
            at += 1
            while text[at] != '"':
                at += 2 if text[at] == "\\" else 1
        elif char in "([{<":
            depth += 1
        elif char in ")]}" or (char == ">" and text[at - 1] != "-"):
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1


def flattened(text: str) -> str:
    """Generic form with the properties of every op moved into its attribute dictionary."""
    while (start := text.rfind(" <{") + 1) > 0:
        end = closing(text, start)
        body = text[start + 2 : end - 2]
        after = end + len(text[end:]) - len(text[end:].lstrip())
        if text[after] == "(":
            after = closing(text, after)
            after += len(text[after:]) - len(text[after:].lstrip())
        if text[after] == "{":
            rest = text[end : after + 1] + body + ", " + text[after + 1 :]
        else:
            rest = text[end:after] + " {" + body + "} " + text[after:]
        text = text[:start] + rest
    return text


class Comparison:
    """Walks both modules side by side; ``values`` pairs what was defined so far."""

    def __init__(self) -> None:
        self.values: dict[Any, Value] = {}

    def ops(self, theirs: Any, ours: Any) -> None:
        """Two ops and all below them."""
        theirs = theirs.operation
        assert theirs.name == ours.name
        assert [str(v.type) for v in theirs.results] == [type_text(v.type) for v in ours.results]
        assert [self.values[v] for v in theirs.operands] == list(ours.operands)
        if not isinstance(ours.loc, UnknownLoc):  # where the text has none, theirs is the place in the text
            assert str(theirs.location) == f"loc({location_text(ours.loc)})"
        self.attributes({item.name: item.attr for item in attribute_items(theirs)}, dict(ours.attrs))
        self.values.update(zip(theirs.results, ours.results, strict=True))
        assert len(theirs.regions) == len(ours.regions)
        for their_region, our_region in zip(theirs.regions, ours.regions, strict=True):
            their_blocks = list(their_region.blocks)
            assert len(their_blocks) == len(our_region.blocks)
            for their_block, our_block in zip(their_blocks, our_region.blocks, strict=True):
                assert [str(v.type) for v in their_block.arguments] == [type_text(v.type) for v in our_block.args]
                self.values.update(zip(their_block.arguments, our_block.args, strict=True))
            labels = [block.label for block in our_region.blocks]
            for their_block, our_block in zip(their_blocks, our_region.blocks, strict=True):
                for their_op, our_op in zip(their_block.operations, our_block.ops, strict=True):
                    targets = [their_blocks.index(block) for block in their_op.operation.successors]
                    assert targets == [labels.index(label) for label in our_op.successors]
                    self.ops(their_op, our_op)

    def attributes(self, theirs: dict[str, Any], ours: dict[str, Attr]) -> None:
        """Two dictionaries, in any order."""
        assert theirs.keys() == ours.keys()
        for name, attr in ours.items():
            self.attribute(theirs[name], attr)

    def attribute(self, theirs: Any, ours: Attr) -> None:
        """Two attributes, by what the bindings tell of theirs."""
        match ours:
            case UnitAttr():
                assert str(theirs) == "unit"
            case IntAttr(value, t) if t == IntType(1):
                assert mlir.BoolAttr(theirs).value is bool(value)
            case IntAttr(value, t):
                assert str(theirs.type) == type_text(t)
                assert mlir.IntegerAttr(theirs).value == value
            case FloatAttr(bits, t):
                assert str(theirs.type) == type_text(t)
                assert same_float(mlir.FloatAttr(theirs).value, bits, t)
            case StringAttr(value):
                assert mlir.StringAttr(theirs).value_bytes == value
            case TypeAttr(t):
                assert str(mlir.TypeAttr(theirs).value) == type_text(t)
            case ArrayAttr(items):
                for left, right in zip(mlir.ArrayAttr(theirs), items, strict=True):
                    self.attribute(left, right)
            case DictAttr(items):
                mapping = mlir.DictAttr(theirs)
                self.attributes({item.name: item.attr for item in mapping}, dict(items))
            case DenseArrayAttr(element, values) if isinstance(element, IntType):
                assert list(map(int, theirs)) == list(values)
                assert str(theirs).startswith(f"array<{type_text(element)}")
            case DenseElementsAttr():
                assert str(theirs.type) == type_text(ours.type)
                same_elements(theirs, ours)
            case SymbolAttr() | OpaqueAttr() | DenseArrayAttr():
                assert str(theirs) == attribute_text(ours)


def attribute_items(op: Any) -> list[Any]:
    return [op.attributes[i] for i in range(len(op.attributes))]


def same_float(theirs: float, bits: int, t: FloatType) -> bool:
    """The bindings give the value as an f64, which holds every one of these types."""
    value = value_of(bits, FORMATS[t.name])
    if value is None:
        fmt = FORMATS[t.name]
        infinite = fmt.kind == "ieee" and bits & ((1 << fmt.mantissa) - 1) == 0
        return math.isinf(theirs) and (theirs < 0) == bool(bits & fmt.sign_bit) if infinite else math.isnan(theirs)
    return theirs == value and math.copysign(1, theirs) == (-1 if bits & FORMATS[t.name].sign_bit else 1)


def same_elements(theirs: Any, ours: DenseElementsAttr) -> None:
    """Elements: the splat through its attribute, others through numpy where the type has a numpy type."""
    element: Type = ours.type.element
    if theirs.is_splat:
        assert len(ours.values) == 1
        splat = theirs.get_splat_value()
        if isinstance(element, FloatType):
            assert same_float(mlir.FloatAttr(splat).value, ours.values[0], element)
        elif element == IntType(1):
            assert mlir.BoolAttr(splat).value is bool(ours.values[0])
        else:
            assert mlir.IntegerAttr(splat).value == ours.values[0]
        return
    if isinstance(element, FloatType) and element.name not in ("f16", "f32", "f64"):
        assert str(theirs) == attribute_text(ours)
        return
    array = np.array(theirs)
    if isinstance(element, FloatType):
        array = array.view(f"u{array.itemsize}")
    assert array.shape == ours.type.shape
    assert [int(v) for v in array.flatten()] == list(ours.values)


def compare(text: str) -> Module:
    """Read ``text`` both ways and compare; returns what the reader made of it."""
    ours = read_module(text)
    context = mlir.Context()
    context.allow_unregistered_dialects = True
    with context:
        theirs = mlir.Module.parse(flattened(text))
        Comparison().ops(theirs.operation, ours.op)
    return ours


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples(path: Path) -> None:
    compare(path.read_text(encoding="utf-8"))


def test_a_difference_is_seen(module: Callable[..., Module]) -> None:
    text = '"builtin.module"() ({\n"t.op"() <{a = 1 : i32}> : () -> ()\n}) : () -> ()'
    with mlir.Context() as context:
        context.allow_unregistered_dialects = True
        theirs = mlir.Module.parse(flattened(text.replace("1 : i32", "2 : i32")))
        with pytest.raises(AssertionError):
            Comparison().ops(theirs.operation, read_module(text).op)


@pytest.mark.extended
@pytest.mark.parametrize("path", KERNELS, ids=lambda path: path.stem)
def test_kernel(path: Path) -> None:
    api = pytest.importorskip("triton_lift.hook.triton_api")
    pytest.importorskip("triton")
    compare(api.generic_text_of_ttir(path))
