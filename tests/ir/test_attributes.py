"""Attributes and types: values as the MLIR language reference and MLIR's own reader have them."""

from __future__ import annotations

from collections.abc import Callable

import ml_dtypes
import numpy as np
import pytest

from triton_lift.ir.model import (
    ArrayAttr,
    Attr,
    DenseArrayAttr,
    DenseElementsAttr,
    DictAttr,
    FloatType,
    FunctionType,
    IndexType,
    IntAttr,
    IntType,
    OpaqueAttr,
    OpaqueType,
    PointerType,
    StringAttr,
    SymbolAttr,
    TensorDescType,
    TensorType,
    TypeAttr,
    UnitAttr,
)
from triton_lift.util.diagnostic import ParseError

Read = Callable[..., Attr]
I32, F32, I1 = IntType(32), FloatType("f32"), IntType(1)


@pytest.mark.parametrize(
    ("text", "value", "of"),
    [
        ("5", 5, IntType(64)),
        ("-128 : i8", -128, IntType(8)),
        ("255 : i8", -1, IntType(8)),
        ("0xFF : i8", -1, IntType(8)),
        ("-0xFF : i32", -255, I32),
        ("007 : i32", 7, I32),
        ("1 : i1", 1, I1),
        ("-1 : i1", 1, I1),
        ("true", 1, I1),
        ("-1 : si1", -1, IntType(1, "s")),
        ("255 : ui8", 255, IntType(8, "u")),
        ("-5 : index", -5, IndexType()),
        ("0 : i0", 0, IntType(0)),
        (f"{1 << 127} : i128", -(1 << 127), IntType(128)),
    ],
)
def test_integers(attribute: Read, text: str, value: int, of: IntType) -> None:
    assert attribute(text) == IntAttr(value, of)


@pytest.mark.parametrize(
    "text",
    [
        "-0 : i32",
        "256 : i8",
        "-129 : i8",
        "2 : i1",
        "1 : i0",
        "-1 : ui8",
        "255 : si8",
        "0xFFFFFFFFFFFFFFFF : index",
        "true : i1",
        "5 : tensor<2xi32>",
        "5 : !tt.ptr<i8>",
        "1 : i16777215",
        "1 : i16777216",
        f"{'9' * 5000} : i64",
        f"0x{'F' * 5000} : i64",
        "- : i32",
        "--1",
    ],
)
def test_integers_out_of_range(attribute: Read, text: str) -> None:
    with pytest.raises(ParseError):
        attribute(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unit", UnitAttr()),
        ('"a\\22\\\\\\C3\\A9\\n\\t\\00"', StringAttr(b'a"\\\xc3\xa9\n\t\x00')),
        ('"é"', StringAttr("é".encode())),
        ('@a::@"b c"::@d', SymbolAttr(("a", "b c", "d"))),
        ("[1, unit]", ArrayAttr((IntAttr(1, IntType(64)), UnitAttr()))),
        ('{b, "x y" = 1 : i1, a = []}', DictAttr((("b", UnitAttr()), ("x y", IntAttr(1, I1)), ("a", ArrayAttr(()))))),
        ("#tt.cache_policy<a = b, c>", OpaqueAttr("#tt.cache_policy<a = b, c>")),
        ('#a.b<(x -> y), ">">', OpaqueAttr('#a.b<(x -> y), ">">')),
        ("#a.b", OpaqueAttr("#a.b")),
        ("#a<b>", OpaqueAttr("#a<b>")),
        ("affine_map<(d0) -> (d0)>", OpaqueAttr("affine_map<(d0) -> (d0)>")),
        ("i32", TypeAttr(I32)),
        ("() -> (() -> ())", TypeAttr(FunctionType((), (FunctionType((), ()),)))),
    ],
)
def test_attributes(attribute: Read, text: str, expected: Attr) -> None:
    assert attribute(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tensor<f32>", TensorType((), F32)),
        ("tensor<0x8xf32>", TensorType((0, 8), F32)),
        ("tensor<4 x 8 x f32>", TensorType((4, 8), F32)),
        ("tensor<04xf32>", TensorType((4,), F32)),
        ("tensor<4x!tt.ptr<i8, 3>>", TensorType((4,), PointerType(IntType(8), 3))),
        ("tensor<4xf32,#foo.bar<1>>", TensorType((4,), F32, "#foo.bar<1>")),
        ("!tt.ptr<i8, 1>", PointerType(IntType(8), 1)),
        ("!tt.tensordesc<1x2xbf16>", TensorDescType(TensorType((1, 2), FloatType("bf16")), "!tt.tensordesc<1x2xbf16>")),
        ("!tt.tensordesc<tensor<2xi8>>", TensorDescType(TensorType((2,), IntType(8)), "!tt.tensordesc<tensor<2xi8>>")),
        ("tensor<?x4xf32>", OpaqueType("tensor<?x4xf32>")),
        ("tensor<*xf32>", OpaqueType("tensor<*xf32>")),
        ("vector<4xi32>", OpaqueType("vector<4xi32>")),
        ("!ttg.async.token", OpaqueType("!ttg.async.token")),
        ('!foo.bar<"a>", [b]>', OpaqueType('!foo.bar<"a>", [b]>')),
        ("si7", IntType(7, "s")),
        ("index", IndexType()),
    ],
)
def test_types(attribute: Read, text: str, expected: TypeAttr) -> None:
    assert attribute(text) == TypeAttr(expected)


@pytest.mark.parametrize(
    "text",
    [
        "tensor<4xf32",
        "tensor<4x>",
        "tensor<4xtensor<4xf32>>",
        "tensor<99999999999999999999xf32>",
        "tensor<9223372036854775807x9223372036854775807xf32>",
        f"tensor<{'1x' * 100}f32>",
        "!undefined",
        "!tt.ptr<>",
        "!tt.ptr<f32, 99999999999>",
        "!tt.tensordesc<?xf32>",
        "f31",
        "(i32)",
        "!a.b<(]>",
        "#a.b<",
        "{a, a}",
        "{a,}",
        "[1,]",
        '"\\q"',
        '"a\nb"',
        '@"\\FF"',
        "@",
        "loc(",
        "array<i4: 1>",
        "array<index: 1>",
        "array<i1: 1>",
        "array<f32: 1>",
        "array<i32:>",
    ],
)
def test_malformed(attribute: Read, text: str) -> None:
    with pytest.raises(ParseError):
        attribute(text)


@pytest.mark.parametrize(
    ("text", "element", "values"),
    [
        ("array<i32>", I32, ()),
        ("array<i8: 255, -1>", IntType(8), (-1, -1)),
        ("array<i1: true, false>", I1, (1, 0)),
        ("array<f32: 1.0, 0x7F800000>", F32, (0x3F800000, 0x7F800000)),
    ],
)
def test_dense_arrays(attribute: Read, text: str, element: IntType, values: tuple[int, ...]) -> None:
    assert attribute(text) == DenseArrayAttr(element, values)


@pytest.mark.parametrize(
    ("body", "of", "values"),
    [
        ("", "0xi32", ()),
        ("[]", "0xi32", ()),
        ("[[], []]", "2x0xi32", ()),
        ("1", "4xi32", (1,)),
        ("[1, 1]", "2xi32", (1,)),
        ("[[1, -2], [3, 0xFF]]", "2x2xi8", (1, -2, 3, -1)),
        ("[true, false]", "2xi1", (1, 0)),
        ("true", "i1", (1,)),
        ("[1.0, 0xFF800000]", "2xf32", (0x3F800000, 0xFF800000)),
        ("0x7F", "2xf8E4M3FN", (0x7F,)),
        ('"0x01000000"', "4xi32", (1,)),
        ('"0x01000000FEFFFFFF"', "2xi32", (1, -2)),
        ('"0x0000803F"', "2xf32", (0x3F800000,)),
        ('"0x0F"', "1xi4", (-1,)),
        ('"0xFF"', "8xi1", (1,)),
        ('"0x0100000000000000"', "8xi1", (1, 0, 0, 0, 0, 0, 0, 0)),
        ('"0x0300"', "9xi1", (1, 1, 0, 0, 0, 0, 0, 0, 0)),
        ('"0xFFFFFFFFFFFFFFFF0200000000000000"', "2xindex", (-1, 2)),
    ],
)
def test_dense_elements(attribute: Read, body: str, of: str, values: tuple[int, ...]) -> None:
    found = attribute(f"dense<{body}> : tensor<{of}>")
    assert isinstance(found, DenseElementsAttr)
    assert found.values == values


@pytest.mark.parametrize(
    "dtype",
    [np.int8, np.uint16, np.int64, np.float16, np.float32, np.float64, ml_dtypes.bfloat16, ml_dtypes.float8_e5m2],
)
def test_raw_bytes_are_numpys(attribute: Read, dtype: type) -> None:
    array = np.array([[1, 2, 3], [4, 5, 6]]).astype(dtype)
    name = {"int8": "i8", "uint16": "ui16", "int64": "i64", "float16": "f16", "float32": "f32", "float64": "f64"}
    of = name.get(array.dtype.name, "bf16" if array.dtype.name == "bfloat16" else "f8E5M2")
    raw = attribute(f'dense<"0x{array.tobytes().hex()}"> : tensor<2x3x{of}>')
    dot = ".0" if "f" in of else ""
    listed = ", ".join(f"[{', '.join(f'{int(v)}{dot}' for v in row)}]" for row in array)
    assert raw == attribute(f"dense<[{listed}]> : tensor<2x3x{of}>")


@pytest.mark.parametrize(
    ("body", "of"),
    [
        ("", "1xi32"),
        ("[1, 2]", "3xi32"),
        ("[[1, 2], [3]]", "2x2xi32"),
        ("[1, [2]]", "2x1xi32"),
        ("[[1], 2]", "2x1xi32"),
        ("[[], [[]]]", "2x0xi32"),
        ("1", "2xf32"),
        ("1.0", "2xi32"),
        ("true", "2xi8"),
        ("300", "2xi8"),
        ("1", "2x!tt.ptr<i8>"),
        ("-0x1", "2xf32"),
        ('"0x0"', "2xi8"),
        ('"0xZZ"', "2xi8"),
        ('"00"', "2xi8"),
        ('"0x010203"', "2xi8"),
        ('"0x01"', "8xi1"),
        ('"0x01"', "2x!tt.ptr<i8>"),
        ("(1.0, 2.0)", "2xcomplex<f32>"),
    ],
)
def test_dense_elements_refused(attribute: Read, body: str, of: str) -> None:
    with pytest.raises(ParseError):
        attribute(f"dense<{body}> : tensor<{of}>")


def test_aliases_are_expanded_in_what_is_kept_as_text(attribute: Read) -> None:
    before = '#a = #x.y<1>\n#b = #x.z<{p = #a, q = "#a", r = #a.c}>\n!t = !x.t<#b, !u>\n!u = i32\n'
    inner = '#x.z<{p = #x.y<1>, q = "#a", r = #a.c}>'
    assert attribute("#b", before) == OpaqueAttr(inner)
    assert attribute("!t", before) == TypeAttr(OpaqueType(f"!x.t<{inner}, i32>"))
    assert attribute("tensor<4xf32, #a>", before) == TypeAttr(TensorType((4,), F32, "#x.y<1>"))
