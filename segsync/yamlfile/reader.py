"""A YAML file becomes documents: plain values, and the places where they stand."""

from functools import lru_cache
from itertools import islice

import yaml

from segsync.diagnostics import Diagnostic, Location
from segsync.value import Value
from segsync.yamlfile.build import Builder, Yaml, check_aliases
from segsync.yamlfile.composer import AnyComposer, PythonComposer, compose, fastest_composer
from segsync.yamlfile.guard import (
    MAX_DOCUMENTS,
    decode,
    find_too_deep,
    may_be_deep,
    odd_characters,
    too_many_documents,
)
from segsync.yamlfile.positions import Path, Place, Source
from segsync.yamlfile.syntax import syntax_problem

__all__ = ["Document", "LaterPlace", "Path", "Place", "ReadFile", "Yaml", "read_yaml"]


class LaterPlace(Value, frozen=True):
    """A value in a file whose node tree may be let go: who asks where it stands reads it again.

    The trees of thousands of entries take more memory than everything else together, and nearly
    all of them are never asked for a place. `document` counts from 0.
    """

    file: str
    text: str
    document: int
    path: Path = ()

    def below(self, path: Path) -> "LaterPlace":
        """Return the place of the value at a key path."""
        return LaterPlace(self.file, self.text, self.document, (*self.path, *path))

    def at(self, path: Path = (), *, key: bool = False) -> Location:
        """Return where the value at a key path stands, or its key, as `Place.at` does."""
        return _read_again(self.file, self.text, self.document).below(self.path).at(path, key=key)

    def inside(self, path: Path, offset: int) -> Location:
        """Return where a character of the text at a key path stands, as `Place.inside` does."""
        place = _read_again(self.file, self.text, self.document)
        return place.below((*self.path, *path)).inside(offset)


@lru_cache(maxsize=8)
def _read_again(file: str, text: str, document: int) -> Place:
    node = next(islice(compose(_FASTEST, text), document, None))
    return Place(node, Source(file, text))


class Document(Value, frozen=True):
    """One YAML document: its value, and where each part of it stands, now and later."""

    value: Yaml
    place: Place
    later: LaterPlace


class ReadFile(Value, frozen=True):
    """What one file holds; `complete` is false when a part of it could not be read at all."""

    documents: tuple[Document, ...]
    diagnostics: tuple[Diagnostic, ...]
    complete: bool = True


_FASTEST = fastest_composer()


def read_yaml(raw: bytes, path: str, *, composer: AnyComposer = _FASTEST) -> ReadFile:
    """Read the documents of a file by the core rules of YAML 1.2, and everything wrong with it.

    `path` is what diagnostics call the file. Documents without a value are left out. After a
    syntax error the documents before it are still returned.
    """
    text = decode(raw, path)
    if isinstance(text, Diagnostic):
        return ReadFile((), (text,), complete=False)
    odd = odd_characters(text, path)
    if odd:
        return ReadFile((), tuple(odd), complete=False)
    source = Source(path, text)
    problems: list[Diagnostic] = []
    documents: list[Document] = []
    try:
        # The composer in Python takes some Python calls per level, so it is never run unchecked.
        if composer is PythonComposer or may_be_deep(text):
            deep = find_too_deep(composer, text, path)
            if deep:
                return ReadFile((), (deep,), complete=False)
        for number, node in enumerate(compose(composer, text)):
            if number == MAX_DOCUMENTS:
                problems.append(too_many_documents(node.start_mark.line, path))
                return ReadFile(tuple(documents), tuple(problems), complete=False)
            document = _document(node, number, source, problems)
            if document is not None:
                documents.append(document)
    except yaml.YAMLError as raised:
        problems.append(syntax_problem(raised, source))
        return ReadFile(tuple(documents), tuple(problems), complete=False)
    return ReadFile(tuple(documents), tuple(problems))


def _document(
    node: yaml.Node, number: int, source: Source, problems: list[Diagnostic]
) -> Document | None:
    if "&" in source.text and "*" in source.text:
        problem = check_aliases(node, source)
        if problem:
            problems.append(problem)
            return None
    builder = Builder(source)
    value = builder.build(node)
    problems += builder.problems
    if value is None:
        return None
    return Document(value, Place(node, source), LaterPlace(source.path, source.text, number))
