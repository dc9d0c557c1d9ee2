"""The report on one segment: what it says, what surrounds it, where it comes from."""

from collections.abc import Iterator, Sequence
from textwrap import TextWrapper

from segsync.inspection.portrait import Portrait, Relative, SizeAt, Standing, Use
from segsync.report.document import Line, Report, Row, Section, Symbol
from segsync.report.facts import RunFacts
from segsync.report.fields import field_lines, field_names, indented
from segsync.report.planned import account_name
from segsync.report.rows import place
from segsync.report.words import counted, listed, quoted
from segsync.segment import Segment

# A line of a report is cut at 300 characters, and a definition is never cut.
_WRAPPER = TextWrapper(200, expand_tabs=False, replace_whitespace=False, break_on_hyphens=False)
_TREE = 40
_USES = 20
_STANDINGS = {
    Standing.EQUAL: "equal to the account",
    Standing.DIFFERENT: "differ from the account in",
    Standing.BLOCKED: "differ from the account, and a safety rule holds an apply back",
    Standing.TO_CREATE: "declare it, and the account has none: an apply would create it",
    Standing.TO_DELETE: "declare it no more: an apply would delete it",
    Standing.NOT_DECLARED: "do not declare it",
    Standing.UNKNOWN: "not known",
}
_URGENT = {Standing.DIFFERENT, Standing.TO_CREATE, Standing.TO_DELETE}


def portrait_report(portrait: Portrait, facts: RunFacts) -> Report:
    """Return the report on one segment, what matters most first."""
    return Report(
        title=_title(portrait),
        header=(
            f"segsync {facts.command}",
            account_name(portrait.account, facts.account),
            counted(facts.calls, "API call"),
            f"{facts.seconds:.1f} s",
        ),
        alerts=(),
        sections=(Section("", tuple(_rows(portrait))),),
        notes=(),
        diagnostics=(),
        total=f"Show: {_total(portrait)}.",
    )


def _title(portrait: Portrait) -> str:
    """Return a heading of our own words: nothing escapes it."""
    return "a segment" if portrait.origin else "a segment that is not in the account"


def _rows(portrait: Portrait) -> Iterator[Row]:
    segment = portrait.segment
    yield Row(Symbol.FACT, "segment", f"{segment.slug} {quoted(segment.name)}")
    yield from _warnings(portrait)
    if segment.description.strip():
        first, *rest = segment.description.strip().splitlines()
        yield Row(Symbol.FACT, "about", first, tuple(Line(each) for each in rest))
    yield _declaration(portrait)
    yield Row(Symbol.FACT, "ownership", _ownership(portrait))
    yield from _size(portrait)
    yield from _members(portrait)
    yield Row(Symbol.FACT, "set to", _settings(segment))
    yield from _origin(portrait)
    yield _tree("includes", portrait.includes, "nothing")
    if portrait.origin:
        yield _tree("included by", portrait.included_by, "no segment")
        yield _uses(portrait, "jobs", portrait.jobs)
        yield _uses(portrait, "flows", portrait.flows)


def _warnings(portrait: Portrait) -> Iterator[Row]:
    origin = portrait.origin
    if origin and origin.invalid_reason is not None:
        reason = origin.invalid_reason or "it gives no reason"
        yield Row(Symbol.BLOCKED, "invalid", f"the account calls it invalid: {reason}")


def _declaration(portrait: Portrait) -> Row:
    declared = portrait.declaration
    what = _STANDINGS[declared.standing]
    if declared.standing is Standing.DIFFERENT:
        what = f"{what} {field_names(declared.fields)}; an apply would change that"
    symbol = Symbol.FACT
    if declared.standing in _URGENT:
        symbol = Symbol.UPDATE
    elif declared.standing is Standing.BLOCKED:
        symbol = Symbol.BLOCKED
    return Row(
        symbol,
        "files",
        what,
        lines=field_lines(declared.fields),
        remarks=(declared.remark,) if declared.remark else (),
        place=place(declared.source),
    )


def _ownership(portrait: Portrait) -> str:
    segment, origin = portrait.segment, portrait.origin
    if origin and origin.untouchable:
        return f"{origin.untouchable}: segsync never writes it"
    if origin is None:
        return "will be managed by segsync"
    if not segment.owned:
        return "not managed by segsync, which leaves it alone"
    return "managed by segsync" + (", protected from deletion" if segment.protected else "")


def _size(portrait: Portrait) -> Iterator[Row]:
    if portrait.size is not None:
        yield Row(
            Symbol.FACT,
            "size",
            counted(portrait.size, "profile"),
            lines=tuple(_history(portrait.history)),
        )
    elif "size" in portrait.unknown:
        yield Row(Symbol.FACT, "size", f"not known: {portrait.unknown['size']}")
    if "history" in portrait.unknown:
        yield Row(Symbol.FACT, "history", f"not known: {portrait.unknown['history']}")


def _history(history: Sequence[SizeAt]) -> Iterator[Line]:
    if not history:
        return
    low, high = min(history, key=_size_of), max(history, key=_size_of)
    first, last = history[0], history[-1]
    latest = f"{last.size:,} at {last.at}"
    is_single = first.at == last.at  # nothing has moved yet: it was measured once
    yield Line(
        latest if is_single else f"{first.size:,} at {first.at}, {latest}{_moved(first, last)}"
    )
    if low.size < min(first.size, last.size):
        yield Line(f"lowest {low.size:,} at {low.at}")
    if high.size > max(first.size, last.size):
        yield Line(f"highest {high.size:,} at {high.at}")


def _size_of(point: SizeAt) -> int:
    return point.size


def _moved(first: SizeAt, last: SizeAt) -> str:
    return f" ({(last.size - first.size) / first.size:+,.1%})" if first.size else ""


def _members(portrait: Portrait) -> Iterator[Row]:
    if not portrait.layout:
        what = "cannot be read as FilterQL; this is its text"
        text = portrait.segment.definition.text or "(empty)"
        yield Row(Symbol.BLOCKED, "definition", what, tuple(_whole(text)))
        return
    lines = [line for each in portrait.explanation for line in _whole(each)]
    yield Row(Symbol.FACT, "who", "in plain English", tuple(lines))
    yield Row(Symbol.FACT, "definition", "in FilterQL", tuple(_whole(portrait.layout)))


def _whole(text: str) -> Iterator[Line]:
    """Yield a text line by line, long lines as several."""
    for each in text.splitlines():
        head, *rest = _WRAPPER.wrap(each.strip(" ")) or [""]
        first = indented(each[: len(each) - len(each.lstrip(" "))] + head)
        yield first
        yield from (Line(more, depth=first.depth + 2) for more in rest)


def _settings(segment: Segment) -> str:
    parts = [f"table {segment.table}", f"kind {segment.kind}"]
    parts.append("public" if segment.is_public else "not public")
    parts += [f"tags {listed(sorted(segment.tags))}"] if segment.tags else []
    parts += [f"groups {listed(sorted(segment.groups))}"] if segment.groups else ["in no group"]
    told = (
        (segment.save_hist, "keeps the history of its size"),
        (segment.schedule_exit, "schedules exits"),
        (segment.emit_trigger, "emits triggers"),
    )
    parts += [words for is_set, words in told if is_set]
    if segment.expires_at:
        parts.append(f"expires at {segment.expires_at}")
    return " · ".join(parts)


def _origin(portrait: Portrait) -> Iterator[Row]:
    origin = portrait.origin
    if origin is None:
        return
    yield Row(Symbol.FACT, "id", origin.id)
    if origin.updated or origin.created:
        changed = origin.updated or "at an unknown time"
        changed += f", created {origin.created}" if origin.created else ""
        author = f" (author {origin.author_id})" if origin.author_id else ""
        # Whether that is who made it or who changed it last is not documented.
        yield Row(Symbol.FACT, "changed", f"{changed}{author}")


def _tree(name: str, relatives: Sequence[Relative], nothing: str) -> Row:
    number = len({each.id or each.key for each in relatives})
    what = f"{counted(number, 'segment')}, at any distance" if number else nothing
    lines = tuple(Line(_relative(each), depth=each.depth - 1) for each in relatives[:_TREE])
    if len(relatives) > _TREE:
        lines += (Line(f"and {counted(len(relatives) - _TREE, 'more line')}"),)
    return Row(Symbol.FACT, name, what, lines)


def _relative(relative: Relative) -> str:
    parts = [relative.key]
    parts += [quoted(relative.name)] if relative.name else []
    parts += [f"({relative.remark})"] if relative.remark else []
    parts += ["(see above)"] if relative.repeated else []
    return " ".join(parts)


def _uses(portrait: Portrait, name: str, found: Sequence[Use]) -> Row:
    active = sum(each.is_active for each in found)
    noun = name.removesuffix("s")
    what = f"used by no {noun}"
    if found:
        ended = len(found) - active
        told = [counted(active, f"active {noun}")] + ([f"{ended:,} ended"] if ended else [])
        what = f"used by {', '.join(told)}"
    if name in portrait.unknown:
        known = f"{what}; there may be others" if found else "not known"
        what = f"{known}: {portrait.unknown[name]}"
    lines = tuple(Line(_use(each)) for each in found[:_USES])
    if len(found) > _USES:
        lines += (Line(f"and {counted(len(found) - _USES, f'more {noun}')}"),)
    return Row(Symbol.FACT, name, what, lines)


def _use(use: Use) -> str:
    through = f" through {use.through}" if use.through else ""
    doubt = "" if use.is_certain else " (only mentions it)"
    return f"{use.status or 'status unknown'}: {use.workflow} {quoted(use.name)}{through}{doubt}"


def _total(portrait: Portrait) -> str:
    """Return the numbers without names: the line must stay easy to find."""
    parts = [
        f"includes {len({each.id or each.key for each in portrait.includes}):,}",
        f"included by {len({each.id for each in portrait.included_by}):,}",
    ]
    if "jobs" not in portrait.unknown:
        active = sum(each.is_active for each in portrait.jobs)
        parts.append(counted(active, "active job"))
    if portrait.size is not None:
        parts.append(counted(portrait.size, "profile"))
    return f"{portrait.declaration.standing.replace('_', ' ')}; {', '.join(parts)}"
