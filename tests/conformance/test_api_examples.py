"""Feeds the example payloads of the real API, kept outside of the repository, through our eyes."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from segsync.api import answers, measures, payloads, usage, wire
from segsync.api.envelope import Answer, Reply, Request, open_reply
from segsync.api.wire import Reading
from segsync.errors import ApiError, AuthenticationError, RejectedError
from segsync.segment import LiveSegment, Marks

FOLDER = Path(__file__).parents[3] / "shared" / "lytics" / "examples"
FILES = sorted(each.name for each in FOLDER.glob("*.json"))
GET = Request("GET", "/x", is_read=True)

pytestmark = pytest.mark.skipif(not FILES, reason="the example payloads are not on this machine")


def load(name: str) -> Any:  # noqa: ANN401 (any JSON)
    return json.loads((FOLDER / name).read_bytes())


def rows_of(data: Any) -> list[Any]:  # noqa: ANN401 (any JSON)
    return data if isinstance(data, list) else [data]


def opened(name: str, *, status: int = 200) -> Answer:
    return open_reply(GET, Reply(status, (FOLDER / name).read_bytes()))


def segments(data: object) -> tuple[LiveSegment, ...]:
    return wire.read_segments(data, Reading(Marks(), {}))


def matching(*parts: str) -> list[str]:
    return [name for name in FILES if any(part in name for part in parts)]


LISTS = matching("v1-segment-list", "v1-segment-get", "v1-segment-object", "v1-segment-create.")
BARE = matching("real-segments", "default-segments")
SIZES = matching("v1-segment-sizes", "v1-segment-id-sizes")


@pytest.mark.parametrize("name", LISTS)
def test_segments_in_an_envelope_are_read_whole(name: str) -> None:
    data = opened(name).data
    rows = rows_of(data)
    found = segments(data)
    assert [each.id for each in found] == [row["id"] for row in rows]
    for live, row in zip(found, rows, strict=True):
        assert_same(live, row)
    fast = payloads.decode_segments((FOLDER / name).read_bytes())
    assert isinstance(fast, dict)
    assert segments(fast["data"]) == found


@pytest.mark.parametrize("name", BARE)
def test_bare_segments_are_read_whole(name: str) -> None:
    rows = [{"id": str(number), **row} for number, row in enumerate(load(name))]
    for live, row in zip(segments(rows), rows, strict=True):
        assert_same(live, row)


def assert_same(live: LiveSegment, row: dict[str, Any]) -> None:
    segment = live.segment
    assert segment.slug == row["slug_name"]
    assert segment.name == row["name"]
    assert segment.definition.text == row.get("segment_ql", "")
    assert segment.table == row.get("table", "user")
    assert segment.tags == set(row["tags"] or ()) if "tags" in row else not segment.tags
    assert segment.is_public is row.get("is_public", False)
    assert live.updated == row.get("updated", "")


@pytest.mark.parametrize("name", BARE)
def test_what_lytics_made_is_recognized(name: str) -> None:
    rows = [{"id": "1", "author_id": "", **row} for row in load(name)]
    assert {each.untouchable for each in segments(rows)} == {"predefined by Lytics"}


def test_segments_that_people_made_are_not_taken_for_those_of_lytics() -> None:
    found = [each for name in LISTS for each in segments(opened(name).data)]
    assert {each.untouchable for each in found} == {""}


@pytest.mark.parametrize("name", SIZES)
def test_sizes_are_read_by_id(name: str) -> None:
    data = opened(name).data
    rows = rows_of(data)
    found = {each.id: each.size for each in measures.read_sizes(data)}
    assert found == {row["id"]: row["size"] for row in rows}


@pytest.mark.parametrize("name", matching("v1-segment-size-post", "v1-segment-id-sizes"))
def test_one_size_is_read(name: str) -> None:
    assert measures.read_size(opened(name).data) == load(name)["data"]["size"]


@pytest.mark.parametrize("name", matching("v2-segment-group-list"))
def test_groups_are_read(name: str) -> None:
    rows = load(name)
    (group,) = wire.read_groups(rows, marks=Marks())
    assert (group.id, group.key, group.author) == ("g1", rows[0]["name"], rows[0]["author"])
    assert group.group.description == rows[0]["description"]


@pytest.mark.parametrize("name", matching("v2-segment-group-create-request"))
def test_what_creates_a_group_is_what_the_documentation_shows(name: str) -> None:
    body = load(name)
    live = wire.read_group(body | {"id": "g1"}, marks=Marks())
    assert wire.group_body(live.group, marks=Marks()) == body


@pytest.mark.parametrize("name", matching("v2-segment-create-request"))
def test_what_creates_a_segment_holds_what_the_engineers_send(name: str) -> None:
    body = load(name)
    live = wire.read_segment(body | {"id": "1"}, Reading(Marks(), {}))
    assert live is not None
    sent = wire.segment_body(live.segment, marks=Marks(), group_ids={})
    text = sent.pop("segment_ql")
    assert isinstance(text, str)
    assert text.endswith("FROM user ALIAS us_no_socks")
    assert sent.items() >= {key: body[key] for key in body if key != "segment_ql"}.items()


@pytest.mark.parametrize("name", matching("job-create-request"))
def test_a_job_names_its_segment(name: str) -> None:
    body = load(name)
    (job,) = usage.read_jobs([body | {"id": "j1", "status": "running"}])
    assert (job.name, job.workflow) == (body["name"], body["workflow"])
    assert job.segment_ids == {body["config"]["segment_id"]}


@pytest.mark.parametrize("name", matching("error-"))
def test_errors_are_typed_and_tell_what_the_server_said(name: str) -> None:
    status = 401 if "401" in name else 400
    with pytest.raises(ApiError) as caught:
        opened(name, status=status)
    assert type(caught.value) is (AuthenticationError if status == 401 else RejectedError)
    assert caught.value.message == load(name)["message"]
    with pytest.raises(type(caught.value)):
        opened(name)


@pytest.mark.parametrize("name", matching("v2-envelopes"))
def test_the_envelopes_of_the_engineers_are_opened(name: str) -> None:
    for key, envelope in load(name).items():
        if key.endswith("_success"):
            reply = httpx.Response(200, json=envelope)
            assert open_reply(GET, Reply(200, reply.content)).data == "..."
        elif isinstance(envelope, dict):
            status = 401 if "401" in key else 400
            reply = httpx.Response(status, json=envelope)
            with pytest.raises(ApiError) as caught:
                open_reply(GET, Reply(status, reply.content))
            assert caught.value.message in {"... (BADREQ-001)", "...", "Not authorized"}


@pytest.mark.parametrize("name", matching("v2-schemas"))
def test_every_field_of_the_published_segment_is_known_or_left_to_the_server(name: str) -> None:
    published = set(load(name)["models.Segment"]["properties"])
    known = set(payloads.SegmentPayload.__annotations__)
    assert published - known == {
        "account_id", "ast", "category", "datemath_calc", "field_changes_fields", "fields",
        "forward_datemath", "identities", "includes", "public_name", "ql_resolved", "size",
        "withs_ql",
    }  # fmt: skip
    assert known - published == {"emit_trigger", "expires_at"}


@pytest.mark.parametrize("name", matching("validate-ok", "validate.openapi"))
def test_a_valid_statement_is_answered_without_data(name: str) -> None:
    assert opened(name) == Answer(200, has_envelope=True, has_data=True, message="success")


@pytest.mark.parametrize("name", FILES)
def test_whatever_the_payload_it_is_read_or_refused_as_malformed(name: str) -> None:
    raw = (FOLDER / name).read_bytes()
    data = payloads.decode(raw)
    rows = data.get("data", data) if isinstance(data, dict) else data
    for read in (segments, usage.read_jobs, measures.read_sizes, answers.read_references):
        try:
            found: object = read(rows)
        except ValueError as problem:
            found = str(problem)
        assert found is not None
