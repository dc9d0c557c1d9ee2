"""Small pieces of wording that all reports share: counts, lists, values, shortened texts."""

from collections.abc import Sequence

from segsync.plan import FieldValue, Kind

_SHOWN = 10
_LONGEST_VALUE = 72
_LONGEST_LINE = 300
_CONTEXT = 16
ELLIPSIS = "…"


def counted(number: int, noun: str) -> str:
    """Return the number and the noun, in the plural if needed: `1 API call`, `1,200 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Sequence[str], *, shown: int = _SHOWN, comma: str = ", ") -> str:
    """Return the names with commas; of a long list the first ones and `and N more`."""
    if len(names) <= shown:
        return comma.join(names)
    return f"{comma.join(names[:shown])} and {len(names) - shown:,} more"


def label(kind: Kind, key: str) -> str:
    """Return how an object is called in reports: a slug as it is, a group as `group "Name"`."""
    return key if kind is Kind.SEGMENT else f'group "{key}"'


def quoted(value: FieldValue) -> str:
    """Return the value of a field as it is written in a report."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return listed(value) or "none"
    return f'"{value}"'


def cut(text: str, longest: int = _LONGEST_LINE) -> str:
    """Return the text, or its beginning and how much more there is."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}{ELLIPSIS} ({len(text) - longest:,} more characters)"


def contrasted(before: str, after: str) -> tuple[str, str]:
    """Return both texts, long ones reduced to the part in which they differ."""
    if max(len(before), len(after)) <= _LONGEST_VALUE:
        return before, after
    head = _common_head(before, after)
    tail = _common_head(before[head:][::-1], after[head:][::-1])
    return _around(before, head, tail), _around(after, head, tail)


def _common_head(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _around(text: str, head: int, tail: int) -> str:
    """Return the text between head and tail with some context, its own middle left out if long."""
    start = head - _CONTEXT if head > _CONTEXT + 1 else 0
    end = len(text) - tail + _CONTEXT if tail > _CONTEXT + 1 else len(text)
    part = text[start:end]
    if len(part) > _LONGEST_VALUE:
        half = _LONGEST_VALUE // 2
        part = f"{part[:half]} {ELLIPSIS} {part[-half:]}"
    return f"{ELLIPSIS if start else ''}{part}{ELLIPSIS if end < len(text) else ''}"
