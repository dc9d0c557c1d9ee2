"""What an answer must satisfy: what was sent and what came back in, the trap or nothing out.

The API reports success for writes that did something else: a create under a taken slug makes
`<slug>_1` (observed by Lytics engineers), an update can create a second segment or rename the one
it was meant for (observed as well). So no answer is believed before it has passed through here.
"""

import re
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from segsync.filterql import same_meaning
from segsync.plan import Managed, key_of
from segsync.segment import DEFAULT_TABLE, Definition, Group, Segment
from segsync.value import Value

# A write that misses its table lands in this one (observed by Lytics engineers).
_TABLE_OF_STRAYS = DEFAULT_TABLE

# A new object has both of its times from one request; they may be taken some moments apart.
_SAME_MOMENT = timedelta(seconds=5)

# The account may still work on a request after the client has given up (assumed).
_LONGEST_CALL = timedelta(minutes=2)


class Seen(Value, frozen=True):
    """An object as the account answered; the groups of a segment are ids, so that names may move.

    `created` and `updated` are the account's own times, as text, or "". `invalid_reason` is None
    for what the account calls valid.
    """

    id: str
    value: Managed
    created: str = ""
    updated: str = ""
    invalid_reason: str | None = None

    @property
    def key(self) -> str:
        """The slug of a segment, the name of a group."""
        return key_of(self.value)

    @property
    def groups(self) -> frozenset[str]:
        """The ids of the groups that a segment is in; a group is in none."""
        return self.value.groups if isinstance(self.value, Segment) else frozenset()

    def in_groups(self, groups: frozenset[str]) -> "Seen":
        """Return the same segment in these groups; a group stays as it is."""
        value = self.value
        if isinstance(value, Group):
            return self
        return replace(self, value=replace(value, groups=groups))


class MadeUnderOtherKey(Value, frozen=True):
    """A create made an object under another key than the one asked for."""

    asked: str
    made: str


class MadeAnother(Value, frozen=True):
    """An update left its object alone and made, or answered with, an object of another id."""

    id: str
    made: str


class KeyNotTaken(Value, frozen=True):
    """An update changed the right object, which now has another key than the one asked for."""

    asked: str
    has: str


class StoredOtherwise(Value, frozen=True):
    """The right object has other fields than those sent: the next plan would change it again."""

    fields: tuple[str, ...]


class MadeInvalid(Value, frozen=True):
    """The write took effect, and the account calls the object invalid, which it was not before."""

    reason: str


Trap = MadeUnderOtherKey | MadeAnother | KeyNotTaken | StoredOtherwise | MadeInvalid


def after_create(sent: Managed, answer: Seen) -> Trap | None:
    """Return the trap that a create fell into, or None when what was sent is what was made."""
    if answer.key != key_of(sent):
        return MadeUnderOtherKey(asked=key_of(sent), made=answer.key)
    return _stored_otherwise(sent, answer) or _made_invalid(answer)


def after_update(found: Seen, sent: Managed, answer: Seen) -> Trap | None:
    """Return the trap that an update or a rename of what was found before fell into, or None."""
    if answer.id != found.id:
        return MadeAnother(id=found.id, made=answer.id)
    if answer.key != key_of(sent):
        return KeyNotTaken(asked=key_of(sent), has=answer.key)
    was_valid = found.invalid_reason is None
    return _stored_otherwise(sent, answer) or (_made_invalid(answer) if was_valid else None)


def is_copy(sent: Managed, stray: Seen) -> bool:
    """Return whether an object that a write made by accident is what that write has sent.

    It carries our mark, its key is the one asked for or that with a number behind it, and what it
    says is as sent; only its table may be the one where writes end that miss their table, and it
    may lack groups, which not every account takes from a segment (unknown).
    """
    value = stray.value
    numbered = rf"{re.escape(key_of(sent))}(_[0-9]+)?"
    if not value.owned or re.fullmatch(numbered, stray.key) is None:
        return False
    apart = {"slug"} if isinstance(value, Segment) else {"name"}
    if isinstance(value, Segment) and value.table == _TABLE_OF_STRAYS:
        apart.add("table")
    if isinstance(sent, Segment) and stray.groups <= sent.groups:
        apart.add("groups")
    return set(differences(sent, value)) <= apart


def differences(one: Managed, other: Managed) -> tuple[str, ...]:
    """Return the names of the client fields that differ: definitions by meaning, times by instant.

    Opaque definitions, which the grammar cannot read, are compared as text.
    """
    if isinstance(one, Segment) and isinstance(other, Segment) and _came_back(one, other):
        other = replace(other, definition=one.definition)
    return tuple(
        name
        for name in one.__struct_fields__
        if not _same(getattr(one, name), getattr(other, name), field=name)
    )


def is_new(answer: Seen) -> bool:
    """Return whether the write that gave this answer made the object, as far as its times tell.

    A write to an object that was there before moves `updated` away from `created`. Both come from
    the account's clock, so that no two clocks need to agree. Without times the answer is no.
    """
    created, updated = _instant(answer.created), _instant(answer.updated)
    return created is not None and updated is not None and updated - created <= _SAME_MOMENT


def made_during(seen: Seen, begun: str) -> bool:
    """Return whether an object was made while a call that began at this time can have been served.

    The times are of two clocks. Where they disagree the answer is no, as it is without a time.
    """
    created, start = _instant(seen.created), _instant(begun)
    return created is not None and start is not None and start <= created <= start + _LONGEST_CALL


def age(seen: Seen) -> tuple[datetime, str]:
    """Return what objects are sorted by, the oldest first; without a time they come last."""
    return _instant(seen.created) or datetime.max.replace(tzinfo=UTC), seen.id


def _stored_otherwise(sent: Managed, answer: Seen) -> StoredOtherwise | None:
    wrong = differences(sent, answer.value)
    return StoredOtherwise(wrong) if wrong else None


def _made_invalid(answer: Seen) -> MadeInvalid | None:
    return None if answer.invalid_reason is None else MadeInvalid(answer.invalid_reason)


def _same(one: object, other: object, *, field: str) -> bool:
    if one == other:
        return True
    if isinstance(one, Definition) and isinstance(other, Definition):
        return _same_definition(one, other)
    if field == "expires_at" and isinstance(one, str) and isinstance(other, str):
        instant = _instant(one)
        return instant is not None and instant == _instant(other)
    return False


def _came_back(sent: Segment, found: Segment) -> bool:
    """Return whether the definition came back letter by letter; then nothing needs to be parsed."""
    return found.definition.text == sent.definition.with_clauses(sent.table, sent.slug)


def _same_definition(one: Definition, other: Definition) -> bool:
    left, right = one.statement, other.statement
    if left is None or right is None:
        return False
    # The table and the slug are fields of their own; here only what selects profiles counts.
    return (left.limit, left.options) == (right.limit, right.options) and same_meaning(
        left.filter, right.filter
    )


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
