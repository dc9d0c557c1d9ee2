"""What a plain YAML scalar means by the core rules of YAML 1.2, and by those of YAML 1.1."""

import re
from typing import Final

# Longer digit strings stay text: identifiers are longer than 18 digits, counts are not.
_MOST_DIGITS = 18

CONSTANTS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
NUMBER_STARTS: Final = frozenset("+-.0123456789")

_INT = re.compile(rf"[-+]?[0-9]{{1,{_MOST_DIGITS}}}")
_PREFIXED = re.compile(r"0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_DIGITS = re.compile(r"[-+]?[0-9]+")
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

# Everything that a reader of YAML 1.1 takes for a boolean, a number, a date or a merge.
_YAML_1_1 = re.compile(
    r"(?:y|n|yes|no|on|off)"
    r"|[-+]?0b[01_]+|[-+]?0x[0-9a-f_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?"
    r"|[-+]?[0-9][0-9_]*\.[0-9_]*(?:e[-+]?[0-9]+)?|[-+]?\.[0-9_]+(?:e[-+]?[0-9]+)?"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"
    r"|<<|=",
    re.IGNORECASE,
)


def plain_value(text: str) -> str | int | float | bool | None:
    """Return what a plain scalar stands for; `no`, `on`, dates and `1:30` stay text."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    return _number(text) if text[0] in NUMBER_STARTS else text


def _number(text: str) -> str | int | float:
    if _INT.fullmatch(text):
        return int(text)
    if _PREFIXED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) and not _DIGITS.fullmatch(text):
        return float(text)
    if _SPECIAL_FLOAT.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text


def reads_as_text(text: str) -> bool:
    """Return whether both YAML 1.1 and YAML 1.2 read the plain scalar as text."""
    if text in CONSTANTS or _YAML_1_1.fullmatch(text):
        return False
    return isinstance(plain_value(text), str) and not _DIGITS.fullmatch(text)
