"""Values become YAML that people like to read and that every reader of YAML understands alike."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from segsync.yamlfile.reader import read_yaml
from segsync.yamlfile.scalars import reads_as_text

_WIDTH = 88

# Plain scalars are kept to what no reader takes for something else, in lists like [a, b] too.
_PLAIN = re.compile(r"[^\W_](?:[\w ./+()<>=;*%$^~-]|(?<! )['!&])*", re.ASCII)


class Block(str):
    """Text that is written as a block literal, line by line as it is."""

    __slots__ = ()


Writable: TypeAlias = (
    "str | int | float | bool | Sequence[Writable] | Mapping[str, Writable] | None"
)

_SCALARS: Final = (str, int, float, bool, type(None))


def write_yaml(value: Mapping[str, Writable], *, comment: str = "") -> str:
    """Return a document: keys in the order of the mapping, an optional comment line on top.

    The text is read back before it is returned; ValueError says that the value cannot be written
    as YAML that reads back equal (text with control characters, for example).
    """
    lines = [f"# {comment}", ""] if comment else []
    lines += _mapping(value, 0, spaced=True)
    text = "\n".join(lines) + "\n"
    again = read_yaml(text.encode("utf-8", errors="surrogatepass"), "")
    if again.diagnostics:
        raise ValueError(again.diagnostics[0].summary)
    if [each.value for each in again.documents] != [_plain(value)]:
        message = "the value does not read back equal"
        raise ValueError(message)
    return text


def _plain(value: Writable) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [_plain(each) for each in value]
    return value


def _mapping(value: Mapping[str, Writable], indent: int, *, spaced: bool = False) -> list[str]:
    lines: list[str] = []
    for key, each in value.items():
        if spaced and lines:
            lines.append("")
        lines += _entry(f"{' ' * indent}{_text(key)}:", each, indent, spaced=spaced)
    return lines


def _entry(begin: str, value: Writable, indent: int, *, spaced: bool) -> list[str]:
    if isinstance(value, Block) and _fits_block(value):
        return _block(begin, value, indent + 2)
    if isinstance(value, _SCALARS):
        return [f"{begin} {_scalar(value)}"]
    if isinstance(value, Mapping):
        return [begin, *_mapping(value, indent + 2)] if value else [f"{begin} {{}}"]
    if all(isinstance(each, _SCALARS) for each in value):
        flow = f"{begin} [{', '.join(_scalar(each) for each in value)}]"
        if len(flow) <= _WIDTH or not value:
            return [flow]
    return [begin, *_items(value, indent + 2, spaced=spaced)]


def _items(values: Sequence[Writable], indent: int, *, spaced: bool) -> list[str]:
    lines: list[str] = []
    for each in values:
        if spaced and lines:
            lines.append("")
        if isinstance(each, Mapping) and each:
            first, *rest = _mapping(each, indent + 2)
            lines += [f"{' ' * indent}- {first[indent + 2 :]}", *rest]
        else:
            lines += _entry(f"{' ' * indent}-", each, indent, spaced=False)
    return lines


def _fits_block(text: str) -> bool:
    """Return whether a block literal can hold the text: visible lines that begin flush left."""
    body = text.removesuffix("\n")
    return bool(body) and not body[0].isspace() and not body[-1].isspace() and "\r" not in body


def _block(begin: str, text: str, indent: int) -> list[str]:
    header = f"{begin} |" if text.endswith("\n") else f"{begin} |-"
    lines = text.removesuffix("\n").split("\n")
    return [header, *(f"{' ' * indent}{line}" if line else "" for line in lines)]


def _scalar(value: Writable) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and not text.endswith(" ") and reads_as_text(text):
        return text
    return json.dumps(text, ensure_ascii=False)
