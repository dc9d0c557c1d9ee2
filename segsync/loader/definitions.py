"""FilterQL text or an AST becomes the definition of a segment, or what is wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from segsync import filterql
from segsync.diagnostics import Diagnostic, Location, error, warning
from segsync.filterql import (
    AstError,
    FilterQLSyntaxError,
    Statement,
    begins_with_filter,
    includes,
    print_statement,
)
from segsync.loader.refusals import refusals
from segsync.loader.variables import Expanded, expand_filterql, is_code
from segsync.segment import DEFAULT_TABLE, Definition
from segsync.yamlfile import LaterPlace, Place

_ODD_BLANK: Final = "\xa0"
_FILTER: Final = "FILTER "
_KEY: Final = ("segment_ql",)
# Stands in where there is none, or none that can be read.
_NO_DEFINITION: Final = Definition("FILTER *")
_NONE: Final[Mapping[str, Location]] = MappingProxyType({})


class ReadDefinition(NamedTuple):
    """A definition, the table that its FROM names, and where each INCLUDE reference stands.

    `at` gives the place in the file of a character of the definition; None when none can be read.
    """

    definition: Definition
    table: str | None = None
    references: Mapping[str, Location] = _NONE
    problems: tuple[Diagnostic, ...] = ()
    at: Callable[[int], Location] | None = None


class _Includes(Mapping[str, Location]):
    """Where each INCLUDE of a definition stands first, looked up when somebody asks."""

    __slots__ = ("_at", "_definition", "_references")

    def __init__(
        self,
        references: tuple[str, ...],
        definition: Definition,
        at: Callable[[int], Location],
    ) -> None:
        self._references = references
        self._definition = definition
        self._at = at

    def __getitem__(self, reference: str) -> Location:
        tree = self._definition.filter
        for each in includes(tree) if tree else ():
            if each.reference == reference:
                return self._at(each.span[0])
        raise KeyError(reference)

    def __iter__(self) -> Iterator[str]:
        return iter(self._references)

    def __len__(self) -> int:
        return len(self._references)


class Expectation(NamedTuple):
    """What the clauses of a definition must agree with; `table` is None when no key sets it."""

    slug: str
    table: str | None


def read_ast(tree: Mapping[str, Any], place: Place) -> ReadDefinition:
    """Read a definition that is written as an AST."""
    try:
        statement = Statement(filter=filterql.from_ast(tree))
    except AstError as problem:
        found = error("ast", problem.message, at=place.at(problem.path))
        return ReadDefinition(_NO_DEFINITION, problems=(found,))
    try:
        definition = Definition(print_statement(statement))
        if definition.problem is not None:
            raise definition.problem
    except ValueError as problem:
        summary = f"this tree cannot be written as FilterQL: {problem.args[0]}"
        found = error("ast", summary, at=place.at())
        return ReadDefinition(_NO_DEFINITION, problems=(found,))
    references = {each.reference: place.at() for each in includes(statement.filter)}

    def at(_offset: int) -> Location:
        return place.at()

    problems = _refused(definition, at)
    return ReadDefinition(definition, references=references, problems=problems, at=at)


def read_filterql(
    text: str,
    place: LaterPlace,
    *,
    expected: Expectation,
    variables: Mapping[str, str],
) -> ReadDefinition:
    """Read a definition that is written as FilterQL; clauses may be left out but must agree.

    `place` is that of the segment.
    """
    expanded = expand_filterql(text, variables) if "${" in text else Expanded(text)
    if expanded.problems:
        problems = tuple(
            error("variable", summary, detail=detail, at=place.inside(_KEY, offset))
            for offset, summary, detail in expanded.problems
        )
        return ReadDefinition(_NO_DEFINITION, problems=problems)
    added = "" if begins_with_filter(expanded.text) else _FILTER
    definition = Definition(added + expanded.text)

    def at(offset: int) -> Location:
        return place.inside(_KEY, expanded.origin(max(offset - len(added), 0)))

    plain = definition.plain
    if plain is not None and not (plain.table or plain.alias):
        references = _Includes(plain.includes, definition, at) if plain.includes else _NONE
        return ReadDefinition(definition, references=references, at=at)
    statement = definition.statement
    if statement is None:
        problem = definition.problem
        problems = () if problem is None else (_syntax(problem, at, len(added)),)
        return ReadDefinition(definition, problems=problems)
    references = _NONE
    if "include" in definition.text.lower():
        found = tuple(dict.fromkeys(each.reference for each in includes(statement.filter)))
        references = _Includes(found, definition, at)
    problems = (
        *_clauses(definition.text, statement, expected=expected, at=at),
        *_refused(definition, at),
    )
    return ReadDefinition(definition, statement.table, references, problems, at)


def _refused(definition: Definition, at: Callable[[int], Location]) -> tuple[Diagnostic, ...]:
    """Return what the server would refuse; of a definition in plain form that is nothing."""
    statement = definition.statement
    if definition.plain is not None or statement is None:
        return ()
    found = refusals(definition.text, statement, at)
    return (*found, *_odd_blanks(definition.text, at)) if _ODD_BLANK in definition.text else found


def _odd_blanks(text: str, at: Callable[[int], Location]) -> Iterator[Diagnostic]:
    """Yield a warning for the first blank that looks like one and is another character."""
    for match in re.finditer(_ODD_BLANK, text):
        if is_code(text, match.start()):
            summary = "a no-break space (U+00A0) stands here, which looks like a blank"
            detail = "Write a blank; other programs may take it for a part of the name."
            yield warning("no-break-space", summary, detail=detail, at=at(match.start()))
            return


def _syntax(problem: FilterQLSyntaxError, at: Callable[[int], Location], added: int) -> Diagnostic:
    detail = _picture(problem, added)
    return error("filterql-syntax", problem.message, detail=detail, at=at(problem.offset))


def _picture(problem: FilterQLSyntaxError, added: int) -> str:
    """Return the line with the mistake, carets below it, and the hint.

    What was added in front of the text is not the author's and not shown.
    """
    own = FilterQLSyntaxError(
        problem.message,
        text=problem.text[added:],
        offset=max(problem.offset - added, 0),
        end=max(problem.end - added, 0),
        hint=problem.hint,
    )
    _, _, picture = str(own).partition("\n")
    return "\n".join(line.removeprefix("  ") for line in picture.split("\n"))


def _clauses(
    text: str,
    statement: Statement,
    *,
    expected: Expectation,
    at: Callable[[int], Location],
) -> tuple[Diagnostic, ...]:
    if not (statement.table or statement.alias or statement.options) and statement.limit is None:
        return ()
    behind = statement.filter_span[1]

    def clause(word: str) -> Location:
        found = re.compile(rf"\b{word}\b", re.IGNORECASE).search(text, behind)
        return at(found.start() if found else behind)

    problems = []
    table, alias = statement.table, statement.alias
    if table and expected.table is not None and table != expected.table:
        summary = f'FROM says "{table}", but the table is "{expected.table}"'
        problems.append(error("from-differs", summary, detail="Remove one.", at=clause("FROM")))
    if alias and alias.lower() != expected.slug:
        summary = f'ALIAS says "{alias}", but slug_name is "{expected.slug}"'
        detail = "Remove the ALIAS; a segment is renamed with previously."
        problems.append(error("alias-differs", summary, detail=detail, at=clause("ALIAS")))
    if statement.limit is not None:
        summary = "LIMIT has no place in the definition of a segment"
        problems.append(error("limit", summary, detail="Remove it.", at=clause("LIMIT")))
    if statement.options:
        summary = "WITH has no place in a file: it would set properties behind its back"
        detail = "Use the keys of the file instead."
        problems.append(error("with", summary, detail=detail, at=clause("WITH")))
    return tuple(problems)


def table_of(read: ReadDefinition, table: str | None) -> str:
    """Return the table that a segment is in: the key's, else that of FROM, else the default."""
    return table or read.table or DEFAULT_TABLE
