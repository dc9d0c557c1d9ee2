"""Where things stand in a YAML file: key paths and offsets in text become lines and columns."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

import yaml

from segsync.diagnostics import Location
from segsync.value import Value

Path = tuple[str | int, ...]

# Escapes that stand for white space, or (a backslash at the end of a line) for nothing.
_BLANK_ESCAPES: Final = frozenset("tnvfrN_LP \t\r\n")
_CODE_LENGTHS: Final = {"x": 4, "u": 6, "U": 10}


class Source:
    """The text of one file and the path by which people know it."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return [line.removesuffix("\r") for line in self.text.split("\n")]

    def location(self, mark: yaml.Mark) -> Location:
        """Return the place of a mark of the parser, which counts from 0."""
        return Location(self.path, mark.line + 1, mark.column + 1)


class Place(Value, frozen=True):
    """A value in a file; all key paths start there.

    A path that leads nowhere, such as one to a key that is missing, gives the place of the deepest
    value on the way.
    """

    node: yaml.Node
    source: Source

    def at(self, path: Path = (), *, key: bool = False) -> Location:
        """Return where the value at a key path stands, or its key."""
        node, key_node = self._find(path)
        return self.source.location((key_node if key and key_node else node).start_mark)

    def below(self, path: Path) -> "Place":
        """Return the place of the value at a key path."""
        return Place(self._find(path)[0], self.source)

    def inside(self, offset: int) -> Location:
        """Return where the character at an offset in the text that stands here stands itself."""
        if isinstance(self.node, yaml.ScalarNode):
            return _inside(self.source, self.node, offset)
        return self.at()

    def written(self) -> str:
        """Return the scalar that stands here as it is written, or an empty text."""
        return str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""

    def _find(self, path: Path) -> tuple[yaml.Node, yaml.Node | None]:
        """Return the node at a path and the node of its key; no key when the path breaks off."""
        node: yaml.Node = self.node
        key: yaml.Node | None = None
        for element in path:
            step = _step(node, element)
            if step is None:
                return node, None
            node, key = step
        return node, key


def _step(node: yaml.Node, element: str | int) -> tuple[yaml.Node, yaml.Node | None] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == element:
                return value, key
    elif (
        isinstance(node, yaml.SequenceNode)
        and isinstance(element, int)
        and element < len(node.value)
    ):
        return node.value[element], None
    return None


def _inside(source: Source, node: yaml.ScalarNode, offset: int) -> Location:
    """Return the place in the file of the character at an offset in a scalar's text."""
    if node.style == "|":
        return _in_literal(source, node, offset)
    start = node.start_mark
    single_line = start.line == node.end_mark.line
    quotes = 1 if node.style else 0
    if single_line and len(node.value) == node.end_mark.index - start.index - 2 * quotes:
        return Location(source.path, start.line + 1, start.column + quotes + offset + 1)
    return _by_matching(source, node, offset)


def _in_literal(source: Source, node: yaml.ScalarNode, offset: int) -> Location:
    text: str = node.value
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", start)
    length = (len(text) if end < 0 else end) - start
    index = node.start_mark.line + 1 + text.count("\n", 0, offset)
    line = source.lines[index] if index < len(source.lines) else ""
    return Location(source.path, index + 1, max(len(line) - length, 0) + offset - start + 1)


def _by_matching(source: Source, node: yaml.ScalarNode, offset: int) -> Location:
    """Match the visible characters of the text with those of the source one by one.

    Folding and line continuation change white space only, so the n-th visible character of the
    text is the n-th of the source.
    """
    visible = sum(not each.isspace() for each in node.value[:offset])
    on_visible = offset < len(node.value) and not node.value[offset].isspace()
    index = node.start_mark.index
    places = _visible(source.text, node)
    for number, (begin, end) in enumerate(places):
        if number == visible and on_visible:
            index = begin
            break
        if number == visible - 1:
            index = end
            if not on_visible:
                break
    line = source.text.count("\n", 0, index) + 1
    return Location(source.path, line, index - source.text.rfind("\n", 0, index))


def _visible(text: str, node: yaml.ScalarNode) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each character of the source that is visible in the scalar."""
    index, stop = node.start_mark.index, node.end_mark.index
    if node.style == ">":
        index = text.index("\n", index)
    elif node.style:
        index, stop = index + 1, stop - 1
    while index < stop:
        length = 1
        blank = text[index].isspace()
        if node.style == '"' and text[index] == "\\":
            length, blank = _escape(text, index)
        elif node.style == "'" and text[index] == "'":
            length = 2
        if not blank:
            yield index, index + length
        index += length


def _escape(text: str, index: int) -> tuple[int, bool]:
    """Return the length of an escape sequence and whether it stands for white space."""
    kind = text[index + 1]
    length = _CODE_LENGTHS.get(kind, 2)
    if length == 2:  # noqa: PLR2004 - a backslash and one character
        return length, kind in _BLANK_ESCAPES
    return length, chr(int(text[index + 2 : index + length], 16)).isspace()
