"""Reading through Triton: generic form of live modules and of files, attributes written without loss, bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hook.kernels import KERNELS, SIGNATURES, add, matmul
from triton_lift.hook import triton_api
from triton_lift.hook.attribute_text import comparable, has_lift_attributes, quoted, strip
from triton_lift.util.diagnostic import ParseError, Unsupported

PRETTY = """
module {
  tt.func public @id(%p: !tt.ptr<f32> {tt.divisibility = 16 : i32}, %n: i32) {
    %v = tt.load %p : !tt.ptr<f32>
    tt.store %p, %v : !tt.ptr<f32>
    tt.return
  }
}
"""


def ttir(name: str) -> Any:
    return triton_api.compile_to_ttir(KERNELS[name], SIGNATURES[name], {"BLOCK": 32})


@pytest.mark.parametrize("name", sorted(KERNELS))
def test_generic_form_of_a_live_module(name: str) -> None:
    module = ttir(name)
    before = str(module)
    text = triton_api.generic_text(module)
    assert str(module) == before, "the live module must stay as it is"
    body = [line for line in text.splitlines() if not line.startswith("#")]
    assert body[0] == '"builtin.module"() ({'
    assert not [line for line in body if " = tt." in line or "  tt." in line], "every op in generic form"
    assert f'sym_name = "{name}"' in text
    assert text.count("kernels.py") >= before.count("kernels.py")


def test_names_of_loop_variables_survive() -> None:
    """The pretty form has no locations for them, so a plain round trip loses them."""
    text = triton_api.generic_text(triton_api.compile_to_ttir(matmul, SIGNATURES["matmul"], {"BLOCK": 32}))
    assert "^bb0(%k: i32" in text and "%acc" in text


@pytest.mark.parametrize("name", sorted(KERNELS))
def test_attach_changes_nothing_else(name: str) -> None:
    module = ttir(name)
    before = str(module)
    attrs = {"lift.formula": 'a "b" \\ \n\t\0 é ∑ {lift.x = 1 : i32}, ', "lift.summary": ""}
    result = triton_api.attach(module, attrs, ("lift.no_wrap",), {0: {"lift.access": 'x"', "lift.other": "1700000000"}})
    assert str(module) == before
    assert comparable(str(result)) == before
    operation = result.get_function(name).get_operation()
    # What the reader gets stops at a NUL in no version: MLIR's strings have a length.
    assert operation.get_str_attr("lift.formula") == attrs["lift.formula"]
    generic = strip(triton_api.generic_text(result)).replace("arg_attrs = [{}, {}, {}, {}], ", "")
    assert generic == triton_api.generic_text(module)


def test_attach_nothing_is_the_module_itself() -> None:
    module = ttir("add")
    assert triton_api.attach(module, {}) is module


def test_attach_to_an_argument_that_is_not_there() -> None:
    with pytest.raises((Unsupported, IndexError)):
        triton_api.attach(ttir("add"), {}, (), {99: {"lift.access": "read"}})


def test_attach_refuses_what_the_dialect_refuses() -> None:
    with pytest.raises((Unsupported, ParseError)):
        triton_api.attach(ttir("add"), {}, (), {0: {"access": "read"}})


def test_without_lift_attributes() -> None:
    module = ttir("add")
    marked = triton_api.attach(module, {"lift.summary": '"}'}, ("lift.no_wrap",), {1: {"lift.access": "read"}})
    assert has_lift_attributes(str(marked)) and not has_lift_attributes(str(module))
    assert str(triton_api.without_lift_attributes(marked)) == str(module)
    assert triton_api.without_lift_attributes(module) is module


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ('{lift.a = "x", tt.b = 1 : i32}', "{tt.b = 1 : i32}"),
        ('{a = 1 : i32, lift.b = "x"}', "{a = 1 : i32}"),
        ("{lift.b}", "{}"),
        ("{a, lift.b, lift.c = 5 : i32, lift.d = true, z}", "{a, z}"),
        ('loc("/home/lift.py":1:2)', 'loc("/home/lift.py":1:2)'),
        ('{a = "{lift.b}, lift.c = \\22", d}', '{a = "{lift.b}, lift.c = \\22", d}'),
        ('{a = "\\\\", lift.b = "\\\\"}', '{a = "\\\\"}'),
    ],
)
def test_strip(text: str, stripped: str) -> None:
    assert strip(text) == stripped


def test_quoted() -> None:
    assert quoted('a"\\\né') == r'"a\22\5C\0A\C3\A9"'


def test_file_in_pretty_form(tmp_path: Path) -> None:
    path = tmp_path / "id.ttir"
    path.write_text(PRETTY)
    text = triton_api.generic_text_of_ttir(path)
    assert '"tt.load"(%p)' in text
    assert f'"{path}":4:' in text, "an op without a location has its line in the file"
    inline = triton_api.generic_text_of_ttir(PRETTY)
    assert '"<input>":4:' in inline and inline.replace("<input>", str(path)) == text


def test_generic_form_is_a_fixed_point() -> None:
    text = triton_api.generic_text(triton_api.compile_to_ttir(add, SIGNATURES["add"], {"BLOCK": 64}))
    assert triton_api.generic_text_of_ttir(text) == text


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", None),
        ("module {", "<input>:1:"),
        ('module {\n  "no.such"() : () -> ()\n}\n', "<input>:2:"),
        (PRETTY.replace("f32", "f33"), "<input>:3:"),
        (PRETTY.replace("%v :", "%w :"), "<input>:5:"),
        ("\0" * 100, "<input>:1:"),
        ("\udcff", "<input>"),
        ("module attributes {a = " + "[" * 100_000, "<input>:1:"),
        ("module {\n" * 100_000, "<input>:257:"),
        ("module attributes {a = tensor<" + "tensor<" * 100_000, "<input>:1:"),
        ("module attributes {a = " + "9" * 100_000 + " : i32}", "<input>:1:"),
    ],
    ids=[
        "empty",
        "truncated",
        "unknown-op",
        "unknown-type",
        "undefined-value",
        "nul",
        "not-utf-8",
        "deep-array",
        "deep-regions",
        "deep-type",
        "huge-integer",
    ],
)
def test_bad_text_is_a_located_error(text: str, where: str | None, capfd: pytest.CaptureFixture[str]) -> None:
    if where is None:
        assert '"builtin.module"() (' in triton_api.generic_text_of_ttir(text)
        return
    with pytest.raises(ParseError) as caught:
        triton_api.generic_text_of_ttir(text)
    assert caught.value.diagnostic.where.startswith(where)
    assert not capfd.readouterr().err, "MLIR's message is in the error, not on the terminal"


def test_a_named_module_is_refused() -> None:
    module = triton_api._parse(PRETTY.replace("module {", "module @named {"), triton_api.new_context())
    with pytest.raises(Unsupported, match="named-module"):
        triton_api.read(module)
