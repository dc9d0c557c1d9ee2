"""The difference between two filters, as lines.

    AND
      ~ purchase_total > 100  ->  > 250  (tightened)
      OR
        > visits >= 3  (moved from AND (country = "US", …))

Filters of the same meaning have no difference. Members are matched by meaning first; of what is
left over, conditions on the same field and lists that share most are paired and compared. What one
list lost and another gained has moved.
"""

from collections.abc import Iterable, Iterator

from segsync.filterql.canonical import canonical
from segsync.filterql.nodes import Node
from segsync.filterql.treediff.edits import Edit, brief, heading, is_list, short, text
from segsync.filterql.treediff.moves import Part, join, part_of
from segsync.filterql.treediff.numbers import Numbers
from segsync.filterql.treediff.walk import Come, Found, Gone, Heading, Walk


def difference(before: Node, after: Node) -> tuple[Edit, ...]:
    """Return the edits that lead from one filter to the other; none if they mean the same."""
    old, new = canonical(before), canonical(after)
    numbers = Numbers(old, new)
    found = list(Walk(numbers).compare(old, new))
    parts = {id(each): part_of(each) for each in found if isinstance(each, (Gone, Come))}
    gone = [parts[id(each)] for each in found if isinstance(each, Gone)]
    come = [parts[id(each)] for each in found if isinstance(each, Come)]
    join(gone, come, numbers)
    return tuple(_shown(_lines(found, parts)))


def _lines(found: Iterable[Found], parts: dict[int, Part]) -> Iterator[Edit | Heading]:
    for each in found:
        match each:
            case Gone(depth):
                yield from _gone(parts[id(each)], depth)
            case Come(depth):
                yield from _come(parts[id(each)], depth)
            case _:
                yield each


def _gone(part: Part, depth: int) -> Iterator[Edit]:
    """Show what was removed; what moved is shown where it went."""
    if part.twin is not None:
        if part.stays and part.above is not None:
            yield Edit(depth, "context", short(part.node))
    elif is_list(part.node) and any(each.twin for each in part.walk()):
        yield Edit(depth, "removed", heading(part.node))
        for each in part.parts:
            yield from _gone(each, depth + 1)
    else:
        yield Edit(depth, "removed", text(part.node))


def _come(part: Part, depth: int) -> Iterator[Edit]:
    """Show what was added, and what moved here."""
    if part.twin is not None:
        if not part.stays:
            origin = brief(part.twin.owner, without=part.twin.node)
            yield Edit(depth, "moved", f"{short(part.node)}  (moved from {origin})")
        elif part.above is not None:
            yield Edit(depth, "context", short(part.node))
    elif is_list(part.node) and any(each.twin for each in part.walk()):
        yield Edit(depth, "added", heading(part.node))
        for each in part.parts:
            yield from _come(each, depth + 1)
    else:
        yield Edit(depth, "added", text(part.node))


def _shown(lines: Iterable[Edit | Heading]) -> Iterator[Edit]:
    """Turn headings into lines where something follows inside of them."""
    kept: list[Edit] = []
    below = -1
    for line in reversed(list(lines)):
        if isinstance(line, Edit):
            kept.append(line)
        elif below > line.depth:
            kept.append(Edit(line.depth, "context", line.text))
        else:
            continue
        below = line.depth
    return reversed(kept)
