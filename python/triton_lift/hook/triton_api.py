"""The one file that touches Triton's internals: reading a module, writing attributes onto it, its slot and its keys.

Known for Triton 3.6 to 3.9. A module is only ever read through a clone; the live one is never changed in place.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triton_lift.hook.attribute_text import comparable, has_lift_attributes, quoted, strip
from triton_lift.hook.slot import KeyMaker, Ours, Slot
from triton_lift.hook.ttir_text import (
    STRING,
    argument_names,
    as_file,
    first_message,
    free_number,
    refuse_hostile,
    source_of,
    stderr_caught,
    unspoilt,
)
from triton_lift.util.diagnostic import Diagnostic, ParseError, Unsupported

SLOT = "add_stages_inspection_hook"
# Triton 3.6 calls the hook for the stages only, so its cache key has to be extended where it is made.
_KEY_MAKERS = ("triton.runtime.cache", "triton.runtime.jit", "triton.compiler.compiler", "triton.compiler")
_UNKEYED = re.compile(r"3\.6\b")


def _lib() -> Any:
    return importlib.import_module("triton._C.libtriton")


def _knobs() -> Any:
    return importlib.import_module("triton.knobs")


# ----------------------------------------------------------------------------------------------- reading


def module_text(module: Any) -> str:
    """The module in pretty form with its locations."""
    return str(module)


def kernel_name(module: Any) -> str:
    """The name of the module's public function."""
    return str(module.get_entry_func_name())


def parse_file(path: str | Path, context: Any) -> Any:
    """Parse a file into ``context``; raises `ParseError`. What MLIR itself has to say goes to stderr."""
    try:
        module = _lib().ir.parse_mlir_module(str(path), context)
    except RuntimeError as error:
        message = f"MLIR does not accept this: {error}"
        raise ParseError(Diagnostic("error", "mlir-parse", message, where=str(path))) from error
    module.context = context
    return module


def _parse(text: str, context: Any) -> Any:
    with as_file(text) as path:
        return parse_file(path, context)


def _reparse(text: str, original: Any) -> Any:
    """Parse what was printed of ``original``, and give block arguments back the locations that the text does not have.

    The pretty form of ``scf.for`` drops those of its arguments, which are the names of the loop's variables.
    """
    result = _parse(text, original.context)
    for old, new in zip(_blocks(original), _blocks(result), strict=True):
        for number in range(old.get_num_arguments()):
            new.get_argument(number).set_loc(old.get_argument(number).get_loc())
    return result


def _blocks(module: Any) -> list[Any]:
    """The block of each op that is in one, in the order of the walk."""
    blocks: list[Any] = []

    def note(op: Any) -> None:
        block = op.get_block()
        if block is not None:
            blocks.append(block)

    module.walk(note)
    return blocks


@dataclass(frozen=True, slots=True)
class Reading:
    """A module as it was read: the live one, its pretty text and a spoilt clone that prints in generic form."""

    module: Any
    text: str
    generic_text: str
    _clone: Any

    @property
    def bare_text(self) -> str:
        """The pretty text without locations."""
        return str(self.module.str_nodebug())

    def attach(
        self, func_attrs: Mapping[str, str], unit_attrs: tuple[str, ...], arg_attrs: Mapping[int, Mapping[str, str]]
    ) -> Any:
        """A module equal to the one read but for these attributes of its kernel; that one itself if there are none.

        Raises `Unsupported` if anything else would differ. Uses the clone up: call it once.
        """
        if not (func_attrs or unit_attrs or any(arg_attrs.values())):
            return self.module
        context = self.module.context
        builder = _lib().ir.builder(context)
        function = self._clone.get_function(kernel_name(self._clone))
        for name, value in func_attrs.items():
            function.set_attr(name, builder.get_string_attr(value))
        for name in unit_attrs:
            function.set_attr(name, builder.get_unit_attr())
        # Only integers can be set on arguments, so each gets a number that is put right in the text.
        values = [(number, name, value) for number, attrs in arg_attrs.items() for name, value in attrs.items()]
        stamp = free_number(self.text)
        for index, (number, name, _) in enumerate(values):
            function.set_arg_attr(number, name, stamp + index)
        text = unspoilt(str(self._clone))
        for index, (_, name, value) in enumerate(values):
            old = f"{name} = {stamp + index} : i32"
            if text.count(old) != 1:
                message = f"{old!r} is not there exactly once"
                raise Unsupported(Diagnostic("error", "attach-failed", message, where=source_of(self.text)))
            text = text.replace(old, f"{name} = {quoted(value)}")
        result = _reparse(text, self.module)
        if comparable(str(result)) != comparable(self.text):
            message = "writing the attributes would change the module in another way too"
            raise Unsupported(Diagnostic("error", "attach-failed", message, where=source_of(self.text)))
        return result


def read(module: Any) -> Reading:
    """Read a live module through a clone of it, locations included."""
    text = module_text(module)
    if re.search(r"^module @", text, re.MULTILINE):
        message = "a module with a name of its own cannot be read through Triton's printer"
        raise Unsupported(Diagnostic("error", "named-module", message, where=source_of(text)))
    clone = _reparse(text, module)
    return Reading(module, text, _generic_form(clone), clone)


def _generic_form(clone: Any) -> str:
    builder = _lib().ir.builder(clone.context)
    clone.set_attr("sym_name", builder.get_string_attr("x"))
    clone.set_attr("sym_visibility", builder.get_string_attr("generic"))
    return unspoilt(str(clone))


def generic_text(module: Any) -> str:
    """The module in MLIR's generic form with its locations; aliases ``#loc..`` stand before and after it."""
    return read(module).generic_text


def attach(
    module: Any,
    func_attrs: Mapping[str, str],
    unit_attrs: tuple[str, ...] = (),
    arg_attrs: Mapping[int, Mapping[str, str]] | None = None,
) -> Any:
    """See `Reading.attach`."""
    return read(module).attach(func_attrs, unit_attrs, arg_attrs or {})


# ---------------------------------------------------------------------------------------------- stale claims


def without_lift_attributes(module: Any) -> Any:
    """The module without attributes ``lift.*``, which is itself if it has none. Raises `Unsupported` if some resist."""
    text = module_text(module)
    if not has_lift_attributes(text):
        return module
    stripped = strip(text)
    if has_lift_attributes(stripped):
        message = "attributes lift.* of an unknown form are on this module"
        raise Unsupported(Diagnostic("error", "stale-attributes", message, where=source_of(text)))
    return _reparse(stripped, module)


# --------------------------------------------------------------------------------------- without a live module


def new_context() -> Any:
    """A context with all dialects of this Triton."""
    lib = _lib()
    context = lib.ir.context()
    lib.ir.load_dialects(context)
    for vendor in ("nvidia", "amd"):
        if hasattr(lib, vendor):
            getattr(lib, vendor).load_dialects(context)
    return context


def generic_text_of_ttir(source: str | Path) -> str:
    """Generic form of TTIR in pretty or generic form; ``source`` is a `Path`, or the text itself.

    Ops without a location get their line in the file, or in ``<input>``. Raises `ParseError` with MLIR's own message.
    """
    shown = str(source) if isinstance(source, Path) else "<input>"
    data = source.read_bytes() if isinstance(source, Path) else source.encode("utf-8", "surrogateescape")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 at byte {error.start}"
        raise ParseError(Diagnostic("error", "not-utf-8", message, where=shown)) from error
    refuse_hostile(text, shown)
    context = new_context()
    with as_file(text) as path, stderr_caught() as said:
        try:
            clone = parse_file(path, context)
        except ParseError as error:
            where, message = first_message(said(), path, shown)
            raise ParseError(Diagnostic("error", "mlir-parse", message, where=where)) from error
        _name_arguments(clone, text)
        return _generic_form(clone).replace(f'"{path}"', quoted(shown))


def _name_arguments(module: Any, text: str) -> None:
    """Give the arguments of functions the names that ``text`` has for them, unless their locations have some already.

    MLIR's parser forgets the names of values; its printer takes them from named locations.
    """
    builder = _lib().ir.builder(module.context)
    for name, arguments in argument_names(text):
        if not module.has_function(name):
            continue
        function = module.get_function(name)
        if len(arguments) != function.get_num_args():
            continue
        for number, argument in enumerate(arguments):
            value = function.args(number)
            if not re.match(rf"loc\({STRING}\(", str(value.get_loc())):
                value.set_loc(builder.create_name_loc(argument, value.get_loc()))


def compile_to_ttir(fn: Any, signature: Mapping[str, str], constexprs: Mapping[str, Any], target: Any = None) -> Any:
    """The module that `make_ttir` gives for a jitted function; nothing is cached, no GPU is needed.

    ``signature`` has a Triton type per argument name (``"*fp32"``, ``"i32"``, ``"constexpr"``), ``target`` is a
    ``GPUTarget`` or None for CUDA sm_90.
    """
    compiler = importlib.import_module("triton.compiler")
    backends = importlib.import_module("triton.backends.compiler")
    target = target or backends.GPUTarget("cuda", 90, 32)
    backend = compiler.make_backend(target)
    source = compiler.ASTSource(fn, signature=dict(signature), constexprs=dict(constexprs))
    options = backend.parse_options({})
    stages: dict[str, Any] = {}
    backend.add_stages(stages, options, source.language)
    stage = stages["ttir"]
    context = _lib().ir.context()
    _lib().ir.load_dialects(context)
    backend.load_dialects(context)
    functions = backend.get_codegen_implementation(options)
    module = source.make_ir(target, options, functions, backend.get_module_map(), context)
    return getattr(stage, "inner", stage)(module, {})


# ------------------------------------------------------------------------------------------ slot, keys, overrides


def _slot_owner() -> Any:
    runtime: object = _knobs().runtime
    return type(runtime)


def install_slot(ours: Ours) -> None:
    """Put the descriptor on the type of ``knobs.runtime``, and for 3.6 our key into the cache key."""
    owner = _slot_owner()
    if not isinstance(owner.__dict__.get(SLOT), Slot):
        setattr(owner, SLOT, Slot(SLOT, ours))
    if _UNKEYED.match(str(importlib.import_module("triton").__version__)):
        _extend_cache_key(ours)


def remove_slot() -> None:
    """Leave the slot as if we had never been there; a user's hook stays in it."""
    owner = _slot_owner()
    if isinstance(owner.__dict__.get(SLOT), Slot):
        setattr(owner, SLOT, None)


def slot_is_installed() -> bool:
    """Whether the descriptor is in its place."""
    return isinstance(_slot_owner().__dict__.get(SLOT), Slot)


def _extend_cache_key(ours: Ours) -> None:
    inner = importlib.import_module(_KEY_MAKERS[0]).get_cache_key
    if isinstance(inner, KeyMaker):
        return
    maker = KeyMaker(inner, ours)
    for name in _KEY_MAKERS:
        module = importlib.import_module(name)
        if getattr(module, "get_cache_key", None) is inner:
            module.__dict__["get_cache_key"] = maker


def binary_may_be_replaced(extension: str, kernel: str, metadata: Mapping[str, Any]) -> bool:
    """Whether an override may replace what the last stage returns, which no stage gets to see."""
    if str(metadata.get("ir_override") or "").endswith(f".{extension}"):
        return True
    compilation = _knobs().compilation
    if not compilation.override:
        return False
    directory = Path(str(_knobs().cache.override_dir))
    return any(directory.glob(f"*/{kernel[:150]}.{extension}"))
