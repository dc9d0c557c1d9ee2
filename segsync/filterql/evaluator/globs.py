"""LIKE: patterns in which `*` is any run without a slash, and `**` any run at all.

A pattern becomes a regular expression that never tries a choice twice where the first fit is as
good as any other, so that no pattern is slow on any text.
"""

import re
from functools import lru_cache

_TOKEN = re.compile(
    r"(?P<stars>\*+)|(?P<one>\?)|\\(?P<escaped>.)|(?P<class>\[\^?(?P<ranges>(?:\\.|[^\\\-\]])"
    r"(?:-(?:\\.|[^\\\-\]]))?(?:(?:\\.|[^\\\-\]])(?:-(?:\\.|[^\\\-\]]))?)*)\])|(?P<plain>[^\\\[])",
    re.DOTALL,
)
_MEMBER = re.compile(r"\\(.)|([^-])", re.DOTALL)


def like(text: str, pattern: str) -> bool | None:
    """Say whether the whole text fits the pattern; None if the pattern is malformed.

    `%` means `*`, `?` is one character but no slash, `[a-z]` and `[^a]` are classes, and a
    backslash takes the next character as it is.
    """
    compiled = _compiled(pattern)
    return None if compiled is None else compiled.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> "re.Pattern[str] | None":
    pattern = pattern.replace("%", "*")
    segments: list[list[str]] = [[""]]
    position = 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            return None
        position = token.end()
        if token["stars"] is None:
            segments[-1][-1] += _one(token)
        elif len(token["stars"]) == 1:
            segments[-1].append("")
        else:
            segments.append([""])
    try:
        return re.compile(_expression(segments), re.DOTALL)
    except re.error:  # a class from high to low
        return None


def _one(token: "re.Match[str]") -> str:
    """Return the expression of what fits one character."""
    if token["one"]:
        return "[^/]"
    if token["class"] is None:
        return re.escape(token["escaped"] or token["plain"])
    negated = "^" if token["class"].startswith("[^") else ""
    body = _MEMBER.sub(_escaped, token["ranges"])
    return f"[{negated}{body}]"


def _escaped(member: "re.Match[str]") -> str:
    """Return a character of a class so that it stands for itself."""
    return re.escape(member[1] or member[2])


def _expression(segments: list[list[str]]) -> str:
    """Join the chunks of each segment with `*`, and the segments with `**`."""
    *before, last = segments
    found = ""
    for number, chunks in enumerate(before):
        segment = _segment(chunks)
        found += f"(?>.*?{segment})" if number else segment
    *chunks, end = last
    tail = f"{_segment(chunks)}[^/]*{end}" if chunks else end
    return f"{found}.*?{tail}" if before else tail


def _segment(chunks: list[str]) -> str:
    """Take each chunk at its first place: a later one cannot let more of the rest fit."""
    return chunks[0] + "".join(f"(?>[^/]*?{chunk})" for chunk in chunks[1:])
