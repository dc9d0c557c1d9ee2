"""Holds the definitions that a plan would send against the account's fields."""

from segsync.api.client import Client
from segsync.config import Settings
from segsync.diagnostics import Diagnostic, sort_key, warning
from segsync.errors import NotFoundError, PermissionDeniedError
from segsync.plan import Plan
from segsync.planning.fields import check_fields, definitions_to_send
from segsync.segment import DesiredState


def field_problems(
    settings: Settings, client: Client, plan: Plan, desired: DesiredState
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the fields of new and changed definitions.

    One call for each table of theirs, and none without them. Fields that the account does not show
    are told as not checked.
    """
    sent = definitions_to_send(plan, desired)
    found: list[Diagnostic] = []
    for table in sorted({each.segment.table for each in sent}):
        types, reason = _fields_of(client, table)
        if reason:
            summary = f'the fields of table "{table}" were not checked: {reason}'
            detail = "A field that does not exist shows when the definition is sent."
            found.append(warning("fields-not-checked", summary, detail=detail))
            continue
        for each in sent:
            if each.segment.table == table:
                found += check_fields(each, types, settings.lint)
    return tuple(sorted(found, key=sort_key))


def _fields_of(client: Client, table: str) -> tuple[dict[str, str], str]:
    """Return the types of the published fields by name, or why they are not known."""
    try:
        types = {each.name: each.type for each in client.schema_fields(table)}
    except (NotFoundError, PermissionDeniedError) as problem:
        return {}, problem.summary
    return types, "" if types else "the account lists none"
