"""`${name}` in values: as it is in text, as a literal in FilterQL, which no value can change."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from segsync.diagnostics import did_you_mean
from segsync.filterql import quote_string
from segsync.filterql.tokens import LINE_COMMENT, QUOTED, STRINGS
from segsync.value import Value

_REFERENCE = re.compile(r"\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?")
# The number literals of FilterQL; a negative number has to be quoted there.
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?")
_NAME_CHARACTER = re.compile(r"[\w@.$/-]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Problem = tuple[int, str, str]


class Expanded(Value, frozen=True):
    """Text with its variables filled in.

    `problems` are offset in the original, summary, and way out. `edits` are begin and end in the
    original and begin and end in the result, of each replaced part.
    """

    text: str
    problems: tuple[Problem, ...] = ()
    edits: tuple[tuple[int, int, int, int], ...] = ()

    def origin(self, offset: int) -> int:
        """Return the offset in the original of a character of the result."""
        shift = 0
        for begin, end, new_begin, new_end in self.edits:
            if offset < new_begin:
                break
            if offset < new_end:
                return begin
            shift = end - new_end
        return offset + shift


def expand_text(text: str, variables: Mapping[str, str]) -> Expanded:
    """Fill in the variables of a text that is no FilterQL."""
    return _expand(text, variables, lambda _begin, _end, value: value)


def expand_filterql(text: str, variables: Mapping[str, str]) -> Expanded:
    """Fill in the variables of FilterQL.

    Inside double quotes the value is inserted as text that cannot end the string; elsewhere it
    becomes a number, a boolean or a string. In comments nothing is replaced.
    """
    places = _Places(text)
    return _expand(text, variables, places.literal, skip=places.is_comment)


def _expand(
    text: str,
    variables: Mapping[str, str],
    literal: Callable[[int, int, str], str],
    *,
    skip: Callable[[int], bool] = lambda _begin: False,
) -> Expanded:
    parts: list[str] = []
    edits: list[tuple[int, int, int, int]] = []
    problems: list[Problem] = []
    done = length = 0
    for match in _REFERENCE.finditer(text):
        begin, end = match.span()
        if skip(begin):
            continue
        try:
            new = "${" if match[0] == "$${" else literal(begin, end, _value(match[1], variables))
        except ValueError as problem:
            summary, _, detail = str(problem).partition("\n")
            problems.append((begin, summary, detail))
            new = match[0]
        parts += (text[done:begin], new)
        length += begin - done
        edits.append((begin, end, length, length + len(new)))
        length += len(new)
        done = end
    return Expanded("".join((*parts, text[done:])), tuple(problems), tuple(edits))


def _value(name: str | None, variables: Mapping[str, str]) -> str:
    if name is None:
        message = "a variable is written ${name}\nWrite $${ for a plain ${."
        raise ValueError(message)
    value = variables.get(name)
    if value is None:
        way_out = f"Define it under vars of the account, or set SEGSYNC_VAR_{name.upper()}."
        message = f'the variable "{name}" is not defined\n{did_you_mean(name, variables)} {way_out}'
        raise ValueError(message.replace("\n ", "\n"))
    return value


def is_code(text: str, offset: int) -> bool:
    """Return whether a character of FilterQL stands outside of quotes and comments."""
    return all(kind == _BRACKET or not begin <= offset < end for kind, begin, end in _parts(text))


_PLAIN, _STRING, _COMMENT, _NAME, _BRACKET = "plain", "string", "comment", "name", "bracket"
# No look-behind here: without one the search skips whatever cannot begin a match.
_STARTS: Final = re.compile(r"[\"`'\[#]|--|//")


class _Places:
    """Knows of each part of a FilterQL text whether it is a string, a comment, a name, or none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = list(_parts(text))
        self.brackets = [begin for kind, begin, _ in self.parts if kind == _BRACKET]

    def is_comment(self, offset: int) -> bool:
        return self._kind(offset) == _COMMENT

    def _kind(self, offset: int) -> str:
        return next((kind for kind, begin, end in self.parts if begin <= offset < end), _PLAIN)

    def literal(self, begin: int, end: int, value: str) -> str:
        """Return how the value is written in place of a reference; ValueError if it cannot be."""
        kind = self._kind(begin)
        if _CONTROL.search(value) or "\\" in value:
            message = (
                "the value of this variable has a backslash or a control character\n"
                "FilterQL cannot write that safely; choose another value."
            )
            raise ValueError(message)
        if kind == _STRING:
            if self.text[begin - 1] == "\\":
                message = "a variable cannot follow a backslash"
                raise ValueError(message)
            return quote_string(value)[1:-1]
        if "]" in value and any(each < begin for each in self.brackets):
            # The bracket may quote a name, which the value would end.
            message = "the value of this variable cannot stand in brackets: it has a ]"
            raise ValueError(message)
        beside = self.text[max(begin - 1, 0) : begin], self.text[end : end + 1]
        if kind == _NAME or any(_NAME_CHARACTER.match(each) for each in beside):
            message = (
                "a variable stands for a whole value, not for a part of a name or number\n"
                "Put blanks around it, or put it in double quotes."
            )
            raise ValueError(message)
        if _NUMBER.fullmatch(value) or value.lower() in {"true", "false"}:
            return value
        return quote_string(value)


# Behind a character of a name these belong to it, and begin no comment.
_IN_NAMES: Final = frozenset({"--", "//"})


def _parts(text: str) -> Iterator[tuple[str, int, int]]:
    position = 0
    while start := _STARTS.search(text, position):
        begin, mark = start.start(), start[0]
        if mark in _IN_NAMES and begin and _NAME_CHARACTER.match(text, begin - 1):
            position = begin + 1
            continue
        kind = _STRING if mark == '"' else _NAME if mark in QUOTED else _COMMENT
        pattern = STRINGS['"'][0] if kind == _STRING else QUOTED.get(mark, LINE_COMMENT)
        found = pattern.match(text, begin)
        end = found.end() if found else len(text)
        # What opens with a bracket may be an array, whose members are values.
        if mark == "[":
            kind, end = _BRACKET, begin + 1
        yield kind, begin, end
        position = end
