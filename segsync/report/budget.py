"""Keeps a document below a size by leaving out what matters least, and says what it left out."""

from collections.abc import Sequence
from enum import IntEnum

from segsync.value import Value

_NOTICE = 240


class Weight(IntEnum):
    """How much a piece matters; lighter pieces are left out first."""

    DETAIL = 0
    DIAGNOSTIC = 1
    ROW = 2
    ATTENTION = 3
    FIXED = 4


_LEFT_OUT = {
    Weight.DETAIL: "the details of {} of the changes",
    Weight.DIAGNOSTIC: "{} messages",
    Weight.ROW: "{} rows",
    Weight.ATTENTION: "{} points that need attention",
}


class Piece(Value, frozen=True):
    """A part of a document that stays or goes as a whole."""

    text: str
    weight: Weight = Weight.FIXED


def fitted(pieces: Sequence[Piece], budget: int) -> str:
    """Return the document in at most `budget` characters, the last piece always at its end.

    Details go first, the largest of them before all others; then messages, rows and, when nothing
    else is left, points that need attention, each from the end. Fixed pieces always stay.
    """
    size = sum(len(each.text) for each in pieces)
    if size <= budget:
        return "".join(each.text for each in pieces)
    dispensable = [at for at, each in enumerate(pieces) if each.weight is not Weight.FIXED]
    dropped: set[int] = set()
    for at in sorted(dispensable, key=lambda at: _order(pieces[at], at)):
        if size <= budget - _NOTICE:
            break
        size -= len(pieces[at].text)
        dropped.add(at)
    *body, last = (each.text for at, each in enumerate(pieces) if at not in dropped)
    return f"{''.join(body)}{_notice([pieces[at].weight for at in dropped])}{last}"


def _order(piece: Piece, at: int) -> tuple[Weight, int]:
    """Return the place in the order of leaving out."""
    return piece.weight, -len(piece.text) if piece.weight is Weight.DETAIL else -at


def _notice(weights: Sequence[Weight]) -> str:
    told = [
        words.format(f"{weights.count(weight):,}")
        for weight, words in _LEFT_OUT.items()
        if weight in weights
    ]
    return (
        f"_Left out to stay within the size of a comment: {', '.join(told)}. "
        "The text and JSON reports have everything._\n\n"
    )
