"""The parser behind the reader: libyaml where it is there, PyYAML's own otherwise, no resolver."""

from collections.abc import Iterator
from typing import Any, TypeAlias, cast

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner


class _NoResolver:
    """Stands in for PyYAML's resolver, which guesses types by the rules of YAML 1.1."""

    def resolve(self, _kind: object, _value: object, _implicit: object) -> str:
        """Return no tag: what a scalar means is decided later, and an explicit tag stands out."""
        return ""

    def descend_resolver(self, _parent: object, _index: object) -> None:
        """Do nothing: no type depends on the path."""

    def ascend_resolver(self) -> None:
        """Do nothing: no type depends on the path."""


class PythonComposer(_NoResolver, Reader, Scanner, Parser, Composer):
    """Node trees by PyYAML's parser in Python: some fifteen times slower, the same trees."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


AnyComposer: TypeAlias = type[PythonComposer]


def fastest_composer() -> AnyComposer:
    """Return the composer of libyaml, or the one in Python where PyYAML was built without it."""
    if not yaml.__with_libyaml__:
        return PythonComposer
    from yaml._yaml import CParser  # noqa: PLC0415 - not there without libyaml

    return type("CComposer", (_NoResolver, CParser), {})


def compose(composer: AnyComposer, text: str) -> Iterator[yaml.Node]:
    """Yield the root node of each document; YAMLError as the parser raises it."""
    parser: Any = composer(text)
    while parser.check_node():
        yield parser.get_node()


def nesting(composer: AnyComposer, text: str) -> Iterator[tuple[int, yaml.Mark]]:
    """Yield the depth of each list and mapping and where it begins; YAMLError as above.

    Nothing is built, so that the reader can stop before the stack does.
    """
    parser: Any = composer(text)
    depth = 0
    while parser.check_event():
        event = parser.get_event()
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            yield depth, cast("yaml.Mark", event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
