import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segsync.api import payloads, wire
from segsync.api.wire import Reading
from segsync.segment import Definition, Group, LiveGroup, LiveSegment, Marks, Segment

MARKS = Marks()
IDS = {"Campaigns": "g1", "VIP": "g2"}
READING = Reading(MARKS, IDS)
ROW: dict[str, object] = {
    "id": "5" * 32,
    "name": "Big Spenders",
    "slug_name": "big_spenders",
    "segment_ql": "FILTER spend > 5",
    "author_id": "a" * 32,
}


def live(**changes: object) -> LiveSegment:
    found = wire.read_segment(ROW | changes, READING)
    assert found is not None
    return found


def body(segment: Segment, **ids: str) -> dict[str, object]:
    return wire.segment_body(segment, marks=MARKS, group_ids=ids or IDS)


def test_a_row_that_is_marked_as_deleted_is_no_segment() -> None:
    assert wire.read_segment(ROW | {"deleted": True}, READING) is None


def test_a_full_row_becomes_a_live_segment() -> None:
    row = ROW | {
        "description": "Much.",
        "kind": "goal",
        "table": "content",
        "is_public": True,
        "tags": ["crm", "segsync", "segsync-protected"],
        "groups": ["g1", "g9"],
        "save_hist": False,
        "schedule_exit": True,
        "emit_trigger": True,
        "expires_at": "2027-01-01T00:00:00Z",
        "created": "2020-01-01T00:00:00Z",
        "updated": "2021-01-01T00:00:00Z",
        "invalid": True,
        "invalid_reason": "no such field",
        "public_name": "ignored",
        "ast": {"op": "ignored"},
    }
    assert wire.read_segment(row, READING) == LiveSegment(
        id="5" * 32,
        segment=Segment(
            slug="big_spenders",
            name="Big Spenders",
            definition=Definition("FILTER spend > 5"),
            table="content",
            kind="goal",
            description="Much.",
            is_public=True,
            tags=frozenset({"crm"}),
            groups=frozenset({"Campaigns", "id:g9"}),
            save_hist=False,
            schedule_exit=True,
            emit_trigger=True,
            expires_at="2027-01-01T00:00:00Z",
            owned=True,
            protected=True,
        ),
        author_id="a" * 32,
        created="2020-01-01T00:00:00Z",
        updated="2021-01-01T00:00:00Z",
        invalid_reason="no such field",
    )


def test_missing_null_and_empty_are_the_same() -> None:
    names = set(payloads.SegmentPayload.__annotations__) - {"id"}
    texts = names - {
        "aid",
        "deleted",
        "emit_trigger",
        "groups",
        "invalid",
        "is_public",
        "save_hist",
        "schedule_exit",
        "tags",
    }
    missing = wire.read_segment({"id": "1"}, READING)
    null = wire.read_segment({"id": "1"} | dict.fromkeys(names), READING)
    empty = {"id": "1", "tags": [], "groups": []} | dict.fromkeys(texts, "")
    assert missing == null == wire.read_segment(empty, READING)
    # A server that leaves out what is empty writes no false.
    assert missing == LiveSegment("1", Segment("", "", Definition(""), save_hist=False))


def test_a_number_is_good_for_a_text() -> None:
    assert live(author_id=17).author_id == "17"


def test_a_time_that_a_server_writes_for_none_is_none() -> None:
    assert live(expires_at="0001-01-01T00:00:00Z").segment.expires_at is None


def test_a_valid_segment_has_no_reason_and_an_invalid_one_may_have_an_empty_one() -> None:
    assert live(invalid=False, invalid_reason="old").invalid_reason is None
    assert live(invalid=True).invalid_reason == ""


def test_segments_that_are_marked_as_deleted_are_not_there() -> None:
    rows = [ROW | {"id": "1", "deleted": True}, ROW | {"id": "2", "deleted": False}]
    found = wire.read_segments(rows, READING)
    assert [each.id for each in found] == ["2"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tags": ["default", "predefined"]}, "predefined by Lytics"),
        ({"author_id": "", "slug_name": "all"}, "predefined by Lytics"),
        ({"author_id": "", "slug_name": "ly_binge_user"}, "predefined by Lytics"),
        ({"author_id": None, "slug_name": "smt_active"}, "predefined by Lytics"),
        ({"author_id": "", "slug_name": "anonymous_profiles"}, "predefined by Lytics"),
        ({"author_id": "", "slug_name": "anonymous_profiles_30_days"}, "predefined by Lytics"),
        ({"author_id": "", "slug_name": "default_anon_seg"}, "predefined by Lytics"),
        ({"author_id": "", "slug_name": "connected_customer_segment"}, "predefined by Lytics"),
        ({"author_id": "", "slug_name": "all_documents"}, "predefined by Lytics"),
        ({"author_id": "", "slug_name": "orc_experience_1"}, "predefined by Lytics"),
        ({"kind": "managed"}, "managed by Lytics"),
        ({"author_id": "", "slug_name": "all_customers"}, ""),
        ({"author_id": "", "slug_name": "mine"}, ""),
        ({"author_id": "", "slug_name": None}, ""),
        ({"author_id": "me", "slug_name": "all"}, ""),
        ({"kind": "aspect"}, ""),
    ],
)
def test_what_lytics_made_is_not_to_be_touched(changes: dict[str, object], reason: str) -> None:
    assert live(**changes).untouchable == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([ROW, {"name": "x"}], "data.1.id: Field required"),
        (["x"], "data.0: Input should be an object"),
        ("x", "data.0: Input should be an object"),
        ([ROW | {"tags": "crm"}], "data.0.tags: Input should be a valid list"),
        ([ROW | {"tags": [None]}], "data.0.tags.0: Input should be a valid string"),
    ],
)
def test_what_is_no_segment_is_said_where_it_stands(data: object, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        wire.read_segments(data, READING)


@pytest.mark.parametrize("data", [None, [], [ROW, ROW]])
def test_one_segment_is_neither_none_nor_two(data: object) -> None:
    with pytest.raises(ValueError, match=r"^expected one object, got \d$"):
        wire.read_segment(data, READING)


def test_one_segment_may_come_in_a_list() -> None:
    assert wire.read_segment([ROW], READING) == live()


def test_what_is_sent_names_everything_that_a_client_can_set() -> None:
    segment = Segment(
        "big_spenders",
        "Big Spenders",
        Definition("FILTER spend > 5"),
        table="content",
        tags=frozenset({"b", "a"}),
        groups=frozenset({"VIP", "Campaigns", "id:g0"}),
        owned=True,
        protected=True,
    )
    assert body(segment) == {
        "name": "Big Spenders",
        "slug_name": "big_spenders",
        "description": "",
        "segment_ql": "FILTER spend > 5 FROM content ALIAS big_spenders",
        "kind": "segment",
        "table": "content",
        "is_public": False,
        "tags": ["a", "b", "segsync", "segsync-protected"],
        "groups": ["g0", "g1", "g2"],
        "save_hist": True,
        "schedule_exit": False,
        "emit_trigger": False,
        "expires_at": None,
    }


def test_a_group_without_an_id_is_a_mistake_of_the_caller() -> None:
    segment = Segment("s", "S", Definition("FILTER *"), groups=frozenset({"New"}))
    with pytest.raises(KeyError, match='segment "s" names the group "New", which has no id yet'):
        body(segment)


def test_only_names_that_stand_for_one_group_have_an_id() -> None:
    groups = [("1", "A"), ("2", "B"), ("3", "B"), ("4", "id:1")]
    found = wire.group_ids(LiveGroup(id_, Group(name)) for id_, name in groups)
    assert found == {"A": "1"}


def test_groups_lose_the_line_that_marks_them_and_get_it_back() -> None:
    group = Group("VIP", "Important.", owned=True, protected=True)
    sent = wire.group_body(group, marks=MARKS)
    assert sent == {
        "name": "VIP",
        "description": "Important.\n[segsync] managed by segsync, protected",
    }
    row = sent | {"id": "g1", "author": "me", "created": "c", "updated": "u", "segment_ids": None}
    assert wire.read_groups([row], marks=MARKS) == (LiveGroup("g1", group, "me", "c", "u"),)


def test_a_group_needs_no_more_than_an_id() -> None:
    assert wire.read_group({"id": "g1"}, marks=MARKS) == LiveGroup("g1", Group(""))
    assert wire.read_groups(None, marks=MARKS) == ()


def test_members_of_a_group_are_written_only_on_request() -> None:
    assert "segment_ids" not in wire.group_body(Group("VIP"), marks=MARKS)
    assert wire.group_body(Group("VIP"), marks=MARKS, segment_ids=())["segment_ids"] == []
    assert wire.group_body(Group("VIP"), marks=MARKS, segment_ids=("s2", "s1")) == {
        "name": "VIP",
        "description": "",
        "segment_ids": ["s2", "s1"],
    }


def test_a_segment_is_in_a_group_when_either_of_the_two_says_so() -> None:
    plain = Segment("s", "S", Definition("FILTER *"))
    segments = tuple(
        LiveSegment(id_, replace(plain, slug=id_, groups=frozenset(groups)))
        for id_, groups in {"s1": (), "s2": ("VIP",), "s3": ("VIP", "id:gone"), "s4": ()}.items()
    )
    groups = (
        LiveGroup("g1", Group("VIP"), segment_ids=("s1", "s2", "nobody")),
        LiveGroup("g2", Group("Twin"), segment_ids=("s1",)),
        LiveGroup("g3", Group("Twin")),
    )
    found = wire.told_by_groups(segments, groups)
    assert {each.id: each.segment.groups for each in found} == {
        "s1": {"VIP", "id:g2"},
        "s2": {"VIP"},
        "s3": {"VIP", "id:gone"},
        "s4": set(),
    }
    assert found[1] is segments[1]


NAMES = st.sampled_from(sorted(IDS))
SEGMENTS = st.builds(
    Segment,
    slug=st.from_regex(r"my_[a-z0-9]{1,8}", fullmatch=True),
    name=st.text(min_size=1),
    definition=st.just(Definition("FILTER spend > 5")),
    table=st.sampled_from(["user", "content"]),
    kind=st.sampled_from(["segment", "goal", "aspect"]),
    description=st.text(),
    is_public=st.booleans(),
    tags=st.frozensets(st.sampled_from(["crm", "b", "ä"])),
    groups=st.frozensets(NAMES | st.just("id:g9")),
    save_hist=st.booleans(),
    schedule_exit=st.booleans(),
    emit_trigger=st.booleans(),
    expires_at=st.none() | st.just("2027-01-01T00:00:00Z"),
    owned=st.booleans(),
    protected=st.booleans(),
)


@given(SEGMENTS)
def test_what_is_sent_reads_back_as_it_was_but_for_the_explicit_clauses(segment: Segment) -> None:
    sent = json.dumps({"data": [body(segment) | {"id": "1"}]}).encode()
    for decode in (payloads.decode, payloads.decode_segments):
        envelope = decode(sent)
        assert isinstance(envelope, dict)
        (found,) = wire.read_segments(envelope["data"], READING)
        text = found.segment.definition.text
        assert text == f"FILTER spend > 5 FROM {segment.table} ALIAS {segment.slug}"
        assert body(found.segment) == body(segment)
        assert found.segment.groups == segment.groups
        assert (found.segment.owned, found.segment.protected) == (segment.owned, segment.protected)


def test_a_list_is_read_with_its_envelope_and_without_what_is_not_there() -> None:
    text = b'{"data": [{"id": "1", "ast": {"op": "and"}}], "status": 200, "_meta": {}}'
    assert payloads.decode_segments(text) == {
        "data": [payloads.SegmentPayload("1")],
        "status": 200,
        "_meta": {},
    }


@pytest.mark.parametrize(
    "text",
    [
        '{"data": [{"id": "1"}], "d\\u0061ta": null}',
        '{"data": null, "data": [{"id": "1"}]}',
        '{"data": [{"id": "1"}], "data": [{"id": "1"}]}',
        '{"status": 500, "data": [{"id": "1"}], "status": 200}',
        '{"data": [{"id": "1"}], "errors": [{"message": "no"}], "errors": null}',
    ],
)
def test_a_list_whose_envelope_says_a_thing_twice_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"twice$"):
        payloads.decode_segments(text.encode())


def test_an_error_that_quotes_the_rows_stays_an_error() -> None:
    text = b'{"errors": [{"id": "1"}], "data": [{"id": "1"}]}'
    assert payloads.decode_segments(text) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b'{"data": {"id": "1"}}',
        b'{"data": [7], "status": 1}',
        b'{"data": [{"id": 1}]}',
        b'{"data": [{"id": ""}]}',
    ],
)
def test_what_is_no_list_of_segments_is_decoded_as_any_answer(text: bytes) -> None:
    assert payloads.decode_segments(text) == json.loads(text)


@pytest.mark.parametrize("text", [b"", b"NaN", b'{"a": 1', b'"\xff"', b"[" * 10_000])
def test_what_is_no_json_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r" at line 1 column \d+$"):
        payloads.decode(text)
    with pytest.raises(ValueError, match=r" at line 1 column \d+$"):
        payloads.decode_segments(text)
