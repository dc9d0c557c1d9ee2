import pytest
from msgspec.structs import replace

from segsync.applier.guards import (
    KeyNotTaken,
    MadeAnother,
    MadeInvalid,
    MadeUnderOtherKey,
    Seen,
    StoredOtherwise,
    after_create,
    after_update,
    age,
    differences,
    is_copy,
    is_new,
)
from segsync.segment import Group, Segment
from tests.applier.account import a_segment

OPAQUE = "FILTER ((("


def test_an_answer_with_what_was_sent_is_no_trap() -> None:
    sent = a_segment()
    assert after_create(sent, Seen("1", sent)) is None
    assert after_update(Seen("1", a_segment()), sent, Seen("1", sent)) is None


def test_only_a_segment_is_in_groups() -> None:
    groups = frozenset({"g1"})
    segment, group = Seen("1", a_segment()), Seen("2", Group("A"))
    assert segment.in_groups(groups).groups == groups
    assert group.in_groups(groups) is group
    assert group.groups == frozenset()


def test_a_create_under_another_slug_is_a_trap() -> None:
    sent = a_segment("buyers")
    answer = Seen("1", replace(sent, slug="buyers_1"))
    assert after_create(sent, answer) == MadeUnderOtherKey(asked="buyers", made="buyers_1")


def test_an_update_answered_with_another_id_is_a_trap() -> None:
    sent = a_segment()
    assert after_update(Seen("1", a_segment()), sent, Seen("2", sent)) == MadeAnother(
        id="1", made="2"
    )


def test_an_update_that_leaves_another_slug_is_a_trap() -> None:
    sent = a_segment("buyers")
    answer = Seen("1", replace(sent, slug="bought"))
    assert after_update(Seen("1", a_segment()), sent, answer) == KeyNotTaken(
        asked="buyers", has="bought"
    )


@pytest.mark.parametrize(
    ("stored", "field"),
    [
        (a_segment(table="content"), "table"),
        (a_segment(ql="FILTER visits > 4"), "definition"),
        (a_segment(ql="FILTER visits > 3 LIMIT 5"), "definition"),
        (a_segment(ql=OPAQUE), "definition"),
        (a_segment(owned=False), "owned"),
        (a_segment(protected=True), "protected"),
    ],
)
def test_another_essential_field_is_a_trap(stored: Segment, field: str) -> None:
    answer = Seen("1", stored)
    assert after_create(a_segment(), answer) == StoredOtherwise((field,))
    assert after_update(Seen("1", a_segment()), a_segment(), answer) == StoredOtherwise((field,))


def test_every_field_that_was_not_taken_is_a_trap() -> None:
    answer = Seen("1", a_segment(name="Cut", description="short", tags=frozenset({"a"})))
    fields = ("name", "description", "tags")
    assert after_create(a_segment(), answer) == StoredOtherwise(fields)
    assert after_update(answer, a_segment(), answer) == StoredOtherwise(fields)


def test_what_a_write_has_made_invalid_is_a_trap() -> None:
    valid, invalid = Seen("1", a_segment()), Seen("1", a_segment(), invalid_reason="no such field")
    assert after_create(a_segment(), invalid) == MadeInvalid("no such field")
    assert after_update(valid, a_segment(), invalid) == MadeInvalid("no such field")


def test_what_was_invalid_before_an_update_is_no_trap() -> None:
    invalid = Seen("1", a_segment(), invalid_reason="no such field")
    assert after_update(invalid, a_segment(), invalid) is None


@pytest.mark.parametrize(
    ("stray", "copy"),
    [
        (a_segment("buyers_1"), True),
        (a_segment("buyers"), True),
        (a_segment("buyers_27"), True),
        (a_segment("buyers_x"), False),
        (a_segment("all_buyers_1"), False),
        (a_segment("buyers_1", owned=False), False),
        (a_segment("buyers_1", name="Other"), False),
        (a_segment("buyers_1", ql="FILTER visits > 4"), False),
        (a_segment("buyers_1", table="user"), True),
        (a_segment("buyers_1", table="product"), False),
    ],
)
def test_a_copy_says_what_was_sent_under_its_key_or_a_numbered_one(
    stray: Segment, *, copy: bool
) -> None:
    name = stray.name if stray.name == "Other" else "Buyers"
    sent = a_segment("buyers", table="content" if stray.slug == "buyers_1" else "user")
    assert is_copy(sent, Seen("1", replace(stray, name=name))) is copy


def test_a_copy_of_a_group_has_its_description_and_mark() -> None:
    sent = Group("Campaigns", "Q1", owned=True)
    assert is_copy(sent, Seen("1", sent))
    assert is_copy(sent, Seen("1", replace(sent, name="Campaigns_1")))
    assert not is_copy(sent, Seen("1", replace(sent, description="Q2")))
    assert not is_copy(sent, Seen("1", replace(sent, owned=False)))


def test_definitions_are_compared_by_meaning() -> None:
    one = a_segment(ql="FILTER AND (visits > 3, EXISTS email) FROM user ALIAS buyers")
    other = a_segment(ql="FILTER AND (\n  EXISTS email\n  visits > 3\n)")
    assert differences(one, other) == ()


def test_opaque_definitions_are_compared_as_text() -> None:
    assert differences(a_segment(ql=OPAQUE), a_segment(ql=OPAQUE)) == ()
    assert differences(a_segment(ql=OPAQUE), a_segment(ql=OPAQUE + " ")) == ("definition",)


@pytest.mark.parametrize(
    ("one", "other", "fields"),
    [
        ("2027-01-01T00:00:00Z", "2027-01-01T01:00:00.000+01:00", ()),
        ("2027-01-01", "2027-01-01T00:00:00Z", ()),
        ("2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z", ("expires_at",)),
        ("never", "ever", ("expires_at",)),
        ("2027-01-01T00:00:00Z", None, ("expires_at",)),
    ],
)
def test_expiry_is_compared_as_an_instant(
    one: str, other: str | None, fields: tuple[str, ...]
) -> None:
    assert differences(a_segment(expires_at=one), a_segment(expires_at=other)) == fields


def test_a_group_is_judged_by_its_name_and_marks() -> None:
    sent = Group("Campaigns", "Q1", owned=True)
    other = replace(sent, name="Campaign")
    assert after_create(sent, Seen("1", other)) == MadeUnderOtherKey("Campaigns", "Campaign")
    assert after_update(Seen("1", sent), sent, Seen("1", other)) == KeyNotTaken(
        "Campaigns", "Campaign"
    )
    bare = replace(sent, owned=False)
    assert after_create(sent, Seen("1", bare)) == StoredOtherwise(("owned",))


@pytest.mark.parametrize(
    ("created", "updated", "new"),
    [
        ("2026-11-20T10:00:00.000Z", "2026-11-20T10:00:00.000Z", True),
        ("2026-11-20T10:00:00.000Z", "2026-11-20T10:00:05.000Z", True),
        ("2026-11-20T10:00:00.000Z", "2026-11-20T10:00:05.001Z", False),
        ("", "2026-11-20T10:00:00.000Z", False),
        ("2026-11-20T10:00:00.000Z", "", False),
        ("2026-11-20T10:00:00", "2026-11-20T10:00:00Z", True),
    ],
)
def test_an_object_is_new_when_it_was_created_and_updated_by_one_write(
    created: str, updated: str, *, new: bool
) -> None:
    assert is_new(Seen("1", a_segment(), created=created, updated=updated)) is new


@pytest.mark.parametrize(("groups", "copy"), [({"1"}, True), (set(), True), ({"3"}, False)])
def test_a_copy_may_lack_groups_and_has_no_other(groups: set[str], *, copy: bool) -> None:
    sent = a_segment("buyers", groups=frozenset({"1", "2"}))
    stray = replace(sent, slug="buyers_1", groups=frozenset(groups))
    assert is_copy(sent, Seen("1", stray)) is copy


def test_the_oldest_comes_first_and_what_has_no_time_comes_last() -> None:
    times = ["2026-11-20T10:00:00Z", "", "2026-11-20T09:00:00", "soon"]
    seen = [Seen(str(number), a_segment(), created=time) for number, time in enumerate(times)]
    assert [each.id for each in sorted(seen, key=age)] == ["2", "0", "1", "3"]
