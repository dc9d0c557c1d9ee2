"""What the account's fields show to be wrong with the definitions that a plan would send."""

from collections.abc import Iterator, Mapping

from segsync.diagnostics import Diagnostic, Severity
from segsync.filterql import fields
from segsync.plan import Change, Kind, Plan
from segsync.segment import DesiredSegment, DesiredState

# The rest of `filterql` is imported where it is used: most runs send no definition.


def definitions_to_send(plan: Plan, desired: DesiredState) -> tuple[DesiredSegment, ...]:
    """Return the segments of which a plan sends a new definition that names fields.

    What the account has already, and what only follows a rename, is not this run's to judge: a
    field that was deleted meanwhile must not stop a change elsewhere.
    """
    keys = dict.fromkeys(each.key for each in plan.changes if _sends_definition(each))
    return tuple(
        found
        for key in keys
        if (tree := (found := desired.segments[key]).segment.definition.filter)
        and next(iter(fields(tree)), None)
    )


def _sends_definition(change: Change) -> bool:
    if change.kind is not Kind.SEGMENT or not change.is_counted:
        return False
    return change.before is None or any(each.field == "definition" for each in change.fields)


def check_fields(
    entry: DesiredSegment, types: Mapping[str, str], severities: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the fields of a segment's definition.

    `types` are the published fields of its table and what the schema calls their types;
    `severities` override those of the two lint rules about fields, by rule id.
    """
    from segsync.filterql.gates import gates  # noqa: PLC0415
    from segsync.filterql.lint import RULES  # noqa: PLC0415
    from segsync.filterql.lint.refusals import RULE_OF  # noqa: PLC0415
    from segsync.filterql.schema import field_type  # noqa: PLC0415

    statement = entry.segment.definition.statement
    if statement is None:
        return
    known = {name: field_type(each) for name, each in types.items()}
    for refusal in gates(statement, fields=known).fields:
        rule = RULES[RULE_OF[refusal.cause]]
        level = severities.get(rule.id, rule.severity)
        if level != "off" and rule.id not in entry.silenced:
            at = entry.place_of(refusal.span[0]) if entry.place_of else entry.source
            detail = f"{rule.way_out[:1].upper()}{rule.way_out[1:]}."
            summary = f"{entry.key}: {refusal.reason}"
            yield Diagnostic(Severity(level), rule.id, summary, detail, at)
