"""What is refused before a YAML parser sees a file: size, encoding, odd characters, depth."""

import re
from typing import Final

from segsync.diagnostics import Diagnostic, Location, error
from segsync.yamlfile.composer import AnyComposer, nesting

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 64
MAX_DOCUMENTS: Final = 2_000

# Fewer openings than this cannot nest deeper than the composer's stack bears (it crashes the
# process at some ten thousand levels); files with more are walked event by event first.
_FEW_OPENINGS = 500
# Both begin with the newline itself, which is found faster than the start of a line.
_DEEP_INDENT = "\n" + " " * 100
_DEEP_LINE = re.compile(r"\n *(?:[-?:][ \t]+){16}")
# Without its blanks such a line has a run of so many, which is found ten times as fast.
_DEEP_RUN = b"-" * 16
_ALL_DASHES = bytes.maketrans(b"?:", b"--")

# Control characters (tab, newline and carriage return apart), everything of Unicode's category Cf,
# which nobody sees or which reorders text on the screen, separators that only some readers take for
# a line end, halves of surrogate pairs, and tags and selectors, which can hide whole texts.
UNSAFE_CHARACTER: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)

_SAFE_ASCII: Final = b"\t\n\r" + bytes(range(0x20, 0x7F))


def decode(raw: bytes, path: str) -> str | Diagnostic:
    """Return the text of a file, or why it is refused; a byte order mark is accepted."""
    if len(raw) > MAX_BYTES:
        return error(
            "file-too-large",
            f"the file is larger than {MAX_BYTES:,} bytes",
            detail="Split it into several files.",
            at=Location(path),
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        column = problem.start - raw.rfind(b"\n", 0, problem.start)
        return error(
            "not-utf-8",
            f"the file is not UTF-8: byte 0x{raw[problem.start]:02x} cannot stand here",
            detail="Save the file as UTF-8.",
            at=Location(path, line, column),
        )
    return text


def odd_characters(text: str, path: str) -> list[Diagnostic]:
    """Return a diagnostic for the first character on each line that hides or reorders text."""
    if text.isascii() and not text.encode().translate(None, _SAFE_ASCII):
        return []  # nearly always, and in a tenth of the time
    problems: dict[int, Diagnostic] = {}
    for match in UNSAFE_CHARACTER.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if line not in problems:
            at = Location(path, line, match.start() - text.rfind("\n", 0, match.start()))
            problems[line] = unsafe_character(match[0], at)
    return list(problems.values())


def unsafe_character(character: str, at: Location) -> Diagnostic:
    """Return the diagnostic for a character that must not be in any text."""
    return error(
        "unsafe-character",
        f"the character U+{ord(character):04X} is not allowed: it is invisible or reorders text",
        detail="Remove it.",
        at=at,
    )


def may_be_deep(text: str) -> bool:
    """Return whether the text could nest deeper than the parser's stack bears."""
    if text.count("[") + text.count("{") > _FEW_OPENINGS:
        return True
    lines = f"\n{text}"
    if _DEEP_INDENT in lines:
        return True
    has_run = _DEEP_RUN in text.encode().translate(_ALL_DASHES, b" \t")
    return has_run and _DEEP_LINE.search(lines) is not None


def too_many_documents(line: int, path: str) -> Diagnostic:
    """Return the diagnostic for one document more than a file may have; the line counts from 0."""
    return error(
        "too-many-documents",
        f"the file has more than {MAX_DOCUMENTS:,} documents",
        detail="Split it into several files, or write one list of segments.",
        at=Location(path, line + 1),
    )


def too_deep(line: int, column: int, path: str) -> Diagnostic:
    """Return the diagnostic for a value nested too deeply; line and column count from 0."""
    return error(
        "nested-too-deeply",
        f"the value is nested deeper than {MAX_DEPTH} levels",
        detail="A definition that large is easier to read as several segments that INCLUDE "
        "each other.",
        at=Location(path, line + 1, column + 1),
    )


def find_too_deep(composer: AnyComposer, text: str, path: str) -> Diagnostic | None:
    """Return a diagnostic where a text nests too deeply.

    The walk stops there, so that a hostile file costs milliseconds. Syntax errors are raised as
    the parser raises them.
    """
    for depth, mark in nesting(composer, text):
        if depth > MAX_DEPTH:
            return too_deep(mark.line, mark.column, path)
    return None
