"""The errors of FilterQL: text that cannot be read, and JSON that is no tree.

ValueError
├── FilterQLSyntaxError    text that is no statement; knows where and what was expected
└── AstError               a JSON value that is no tree; knows the path to the wrong part
"""

from unicodedata import east_asian_width

_LONGEST_EXCERPT = 76
"""A line longer than this is shown in part, so that the caret stays on the screen."""


class FilterQLSyntaxError(ValueError):
    """Text that is no FilterQL statement.

    `message` says what was expected, or names the usual mistake; `hint` is a way out and may be
    empty. `offset` and `end` count characters from 0 and enclose what could not be read.
    """

    def __init__(
        self, message: str, *, text: str, offset: int, end: int | None = None, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.offset = offset
        self.end = offset if end is None else end
        self.hint = hint

    @property
    def line(self) -> int:
        """The line of the mistake; the first one is 1."""
        return self.text.count("\n", 0, self.offset) + 1

    @property
    def column(self) -> int:
        """The column of the mistake in characters; the first one is 1."""
        return self.offset - self._line_start + 1

    @property
    def _line_start(self) -> int:
        return self.text.rfind("\n", 0, self.offset) + 1

    def __str__(self) -> str:
        lines = [f"{self.message} (line {self.line}, column {self.column})", *self._picture()]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)

    def _picture(self) -> tuple[str, str]:
        """Return the line with the mistake, and carets below the mistake."""
        line = self.text[self._line_start :].split("\n", 1)[0].rstrip("\r").replace("\t", " ")
        before = self.column - 1
        skipped = max(0, before - _LONGEST_EXCERPT // 2)
        excerpt = line[skipped : skipped + _LONGEST_EXCERPT]
        room = max(1, len(excerpt) - (before - skipped))
        marked = min(max(1, self.end - self.offset), room)
        blank = before - skipped
        carets = "^" * (marked + _wide(excerpt[blank : blank + marked]))
        return f"  {excerpt}", f"  {' ' * (blank + _wide(excerpt[:blank]))}{carets}"


def _wide(text: str) -> int:
    """Return how many characters take two columns of a terminal, as Japanese ones do."""
    return sum(east_asian_width(each) in "WF" for each in text)


class AstError(ValueError):
    """A JSON value that is no FilterQL tree; `path` leads to the part that is wrong."""

    def __init__(self, message: str, *, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path

    def __str__(self) -> str:
        where = ".".join(str(step) for step in self.path)
        return f"{self.message} (at {where})" if where else self.message
