"""Attributes ``lift.*`` in the text of a module. Source: MLIR Language Reference, "Attributes"; MLIR's printer."""

from __future__ import annotations

import re

_STRING = r'"(?:[^"\\]|\\.)*"'
_NAME = r"(?<=[{ ])lift\.[\w.]+"
_OURS = re.compile(rf"{_STRING}|{_NAME}(?: = (?:{_STRING}|-?\d+ : i\d+|true|false))?(?=[,}}])(?:, )?")
_ANY = re.compile(rf"{_STRING}|{_NAME}")


def quoted(value: str) -> str:
    r"""A string attribute as MLIR prints it: all but printable ASCII as ``\XX``, per byte of UTF-8."""
    plain = (chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:02X}" for byte in value.encode())
    return '"' + "".join(plain) + '"'


def has_lift_attributes(text: str) -> bool:
    """Whether a module's text carries attributes ``lift.*``; strings that merely contain such text do not count."""
    return "lift." in text and any(not found[0].startswith('"') for found in _ANY.finditer(text))


def strip(text: str) -> str:
    """``text`` without attributes ``lift.*`` whose value is a string, an integer, a boolean or nothing."""
    if not has_lift_attributes(text):
        return text
    return _OURS.sub(lambda found: found[0] if found[0].startswith('"') else "", text).replace(", }", "}")


def comparable(text: str) -> str:
    """A module's pretty text as it is without our attributes, dictionaries that they alone fill left out."""
    return strip(text).replace(" attributes {}", "").replace(" {}", "")
