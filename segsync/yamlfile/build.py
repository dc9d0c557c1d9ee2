"""YAML nodes become plain values: no tags, no merges, keys are text and stand once."""

from typing import Final, TypeAlias

import yaml

from segsync.diagnostics import Diagnostic, error
from segsync.yamlfile.guard import MAX_DEPTH, UNSAFE_CHARACTER, too_deep, unsafe_character
from segsync.yamlfile.positions import Source
from segsync.yamlfile.scalars import CONSTANTS, NUMBER_STARTS, plain_value

Yaml: TypeAlias = "str | int | float | bool | list[Yaml] | dict[str, Yaml] | None"

Pairs: TypeAlias = list[tuple[yaml.Node, yaml.Node]]

# How many nodes the aliases of one document may stand for in all.
MAX_EXPANDED: Final = 10_000


class Builder:
    """Turns the node tree of one document into values and collects what is wrong with it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []
        # Raw control characters were refused before; only an escape can still make one.
        self.may_escape = "\\" in source.text

    def build(self, node: yaml.Node, depth: int = 0) -> Yaml:
        """Return the value of a node; what is refused is left out and reported."""
        if node.tag:
            self._refuse_tag(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if depth >= MAX_DEPTH:
            mark = node.start_mark
            self.problems.append(too_deep(mark.line, mark.column, self.source.path))
            return None
        if isinstance(node, yaml.SequenceNode):
            return [self.build(each, depth + 1) for each in node.value]
        return self._mapping(node.value, depth + 1)

    def _scalar(self, node: yaml.ScalarNode) -> Yaml:
        text: str = node.value
        if not node.style:
            if text in CONSTANTS:
                return CONSTANTS[text]
            return plain_value(text) if text[0] in NUMBER_STARTS else text
        if self.may_escape and node.style == '"':
            unsafe = UNSAFE_CHARACTER.search(text)
            if unsafe:
                at = self.source.location(node.start_mark)
                self.problems.append(unsafe_character(unsafe[0], at))
        return text

    def _mapping(self, pairs: Pairs, depth: int) -> dict[str, Yaml]:
        values: dict[str, Yaml] = {}
        scalar = yaml.ScalarNode
        for key_node, value_node in pairs:
            key = self._key(key_node)
            if key is None:
                continue
            if key in values:
                self._refuse_twice(pairs, key_node)
                continue
            if type(value_node) is scalar and not value_node.tag:
                values[key] = self._scalar(value_node)
            else:
                values[key] = self.build(value_node, depth)
        return values

    def _key(self, node: yaml.Node) -> str | None:
        if isinstance(node, yaml.ScalarNode) and not node.tag:
            key: str = node.value
            if key == "<<" and not node.style:
                self._refuse(node, "merge-key", "merge keys (<<) are not read", "Write the keys.")
                return None
            if isinstance(self._scalar(node), str):
                return key
        if node.tag:
            self._refuse_tag(node)
        else:
            self._refuse(node, "key-not-text", "a key must be text", "Write the key in quotes.")
        return None

    def _refuse_tag(self, node: yaml.Node) -> None:
        self._refuse(node, "yaml-tag", f"the YAML tag {node.tag} is not allowed", "Remove the tag.")

    def _refuse_twice(self, pairs: Pairs, again: yaml.Node) -> None:
        first = next(key for key, _ in pairs if key.value == again.value)
        self._refuse(
            again,
            "duplicate-key",
            f'the key "{again.value}" stands here twice',
            f"It stands first in line {first.start_mark.line + 1}. Remove one of them.",
        )

    def _refuse(self, node: yaml.Node, code: str, summary: str, detail: str) -> None:
        at = self.source.location(node.start_mark)
        self.problems.append(error(code, summary, detail=detail, at=at))


def check_aliases(root: yaml.Node, source: Source) -> Diagnostic | None:
    """Return a diagnostic if aliases stand for too many nodes, or for a node inside itself."""
    seen: set[int] = set()
    expanded = 0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        expanded += id(node) in seen
        if expanded > MAX_EXPANDED:
            return error(
                "too-many-aliases",
                f"the aliases in this document stand for more than {MAX_EXPANDED:,} values",
                detail="Write the values out.",
                at=source.location(root.start_mark),
            )
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            for pair in node.value:
                waiting.extend(pair)
    return None
