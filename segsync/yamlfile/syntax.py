"""What a YAML parser complains about, in plain words and with a way out."""

from typing import Final

import yaml

from segsync.diagnostics import Diagnostic, Location, error
from segsync.yamlfile.positions import Source

_INDENTATION = "Check the indentation of this line and of the one before it."

# Part of the parser's message, what we say instead, the way out, whether the place that counts
# is where the unfinished thing began.
_WORDS: Final = (
    (
        "mapping values are not allowed",
        'a ":" cannot stand here',
        'Put text that has ": " in it in quotes, or check the indentation.',
        False,
    ),
    ("unexpected end of stream", "this quote is never closed", "Close it.", True),
    ("unexpected document", "this quote is never closed", "Close it.", True),
    (
        "expected node content",
        "a value is missing here",
        "Add it, or close the [ or { before it.",
        False,
    ),
    ("',' or ']'", "this [ is never closed, or a comma is missing", "Close it with ].", True),
    ("',' or '}'", "this { is never closed, or a comma is missing", "Close it with }.", True),
    (
        "expected '-' indicator",
        "this line does not fit the list above it",
        _INDENTATION,
        False,
    ),
    ("expected <block end>", "this line does not fit what stands above", _INDENTATION, False),
    ("expected key", "this line does not fit the mapping above it", _INDENTATION, False),
    ("could not find expected ':'", 'a ":" is missing after this key', _INDENTATION, True),
    (
        "undefined alias",
        "a text without quotes cannot begin with *",
        "Put it in quotes.",
        False,
    ),
    ("duplicate anchor", "this anchor is defined twice", "Give it another name.", False),
    (
        "unknown escape character",
        "unknown escape after \\",
        "In double quotes a backslash begins an escape; write \\\\, or use single quotes.",
        False,
    ),
    ("undefined tag handle", "YAML tags are not allowed", "Remove the tag.", False),
)


def syntax_problem(problem: yaml.YAMLError, source: Source) -> Diagnostic:
    """Return the diagnostic for what the parser raised."""
    if not isinstance(problem, yaml.MarkedYAMLError):
        return error("yaml-syntax", f"this is not YAML: {problem}", at=Location(source.path))
    message = f"{problem.context or ''} {problem.problem or ''}".strip()
    mark = problem.problem_mark or problem.context_mark
    if "cannot start any token" in message and mark is not None:
        return _bad_start(mark, source)
    for part, summary, detail, at_begin in _WORDS:
        if part in message:
            begin = problem.context_mark if at_begin else None
            return error("yaml-syntax", summary, detail=detail, at=_at(begin or mark, source))
    return error("yaml-syntax", f"this is not YAML: {message}", at=_at(mark, source))


def _at(mark: yaml.Mark | None, source: Source) -> Location:
    return source.location(mark) if mark else Location(source.path)


def _bad_start(mark: yaml.Mark, source: Source) -> Diagnostic:
    character = source.lines[mark.line][mark.column : mark.column + 1]
    if character == "\t":
        summary, detail = "a tab cannot indent a line", "Indent with spaces."
    else:
        summary = f"a text without quotes cannot begin with {character}"
        detail = "Put it in quotes."
    return error("yaml-syntax", summary, detail=detail, at=source.location(mark))
