import httpx
import pytest

from segsync.errors import (
    MalformedAnswerError,
    NotFoundError,
)
from segsync.segment import Job
from tests.api.support import Api, answer, refusal

ID = "0123456789abcdef0123456789abcdef"
LIST = "GET /v2/segment?table={}&kind=all&valid=all"


def row(id_: str = ID, slug: str = "s_1", **more: object) -> dict[str, object]:
    return {"id": id_, "slug_name": slug, "author_id": "me", "save_hist": True, **more}


def test_a_wanted_table_without_a_row_is_asked_for_by_its_name() -> None:
    api = Api(
        answer([row("1", "a"), row("2", "b", table="content")]),
        answer([row("3", "c", table="events"), row("1", "a")]),
    )
    found = api.client.segments(group_ids={}, tables=["user", "content", "events"])
    assert [each.id for each in found] == ["1", "2", "3"]
    assert api.asked == [LIST.format("all"), LIST.format("events")]


def test_a_segment_that_comes_twice_counts_once() -> None:
    api = Api(answer([row("1", "a"), row("1", "a")]))
    assert len(api.client.segments(group_ids={})) == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"data": {"x": 1}}', '{"data": [{}]}'])
def test_a_list_that_cannot_be_understood_is_never_an_empty_account(text: str) -> None:
    api = Api(*[httpx.Response(200, text=text)] * 5)
    with pytest.raises(MalformedAnswerError):
        api.client.segments(group_ids={})


def test_a_segment_is_found_by_id_or_slug() -> None:
    api = Api(answer(row()), answer([row()]))
    assert api.client.segment(ID, group_ids={}).key == "s_1"
    assert api.client.segment("S_1", group_ids={}).id == ID
    assert api.asked == [f"GET /v2/segment/{ID}", "GET /v2/segment/S_1"]


def test_a_segment_of_another_table_is_asked_for_again_with_its_table() -> None:
    api = Api(refusal(404, "no"), answer(row(table="content")))
    assert api.client.segment(ID, group_ids={}, table="content").id == ID
    assert api.asked == [f"GET /v2/segment/{ID}", f"GET /v2/segment/{ID}?table=content"]


def test_a_user_segment_that_is_not_there_is_asked_for_once() -> None:
    api = Api(refusal(404, "no"))
    with pytest.raises(NotFoundError):
        api.client.segment(ID, group_ids={})


def test_an_answer_about_something_else_is_no_segment() -> None:
    api = Api(*[answer([{"id": "g1", "name": "VIP"}])] * 5)
    with pytest.raises(MalformedAnswerError, match="it is about another segment than group"):
        api.client.segment("group", group_ids={})


def test_ancestors_and_jobs_of_a_segment() -> None:
    api = Api(answer([row("1"), "2"]), answer([{"id": "j1", "status": "running"}]))
    assert api.client.ancestors(ID) == ("1", "2")
    assert api.client.segment_jobs(ID) == (Job("j1", "", "", "running", frozenset({ID})),)
    assert api.asked == [f"GET /v2/segment/{ID}/ancestors", f"GET /v2/segment/{ID}/jobs"]


def test_a_definition_comes_with_its_includes_expanded() -> None:
    api = Api(answer({"id": ID, "ql_resolved": "FILTER AND (a, b)"}), *[answer({"id": ID})] * 5)
    assert api.client.resolved_definition("s_1") == "FILTER AND (a, b)"
    assert api.asked == ["GET /v2/segment/s_1?inline=true"]
    with pytest.raises(MalformedAnswerError, match="it has no ql_resolved"):
        api.client.resolved_definition("s_1")


def test_sizes_of_all_kinds_come_with_the_list_where_the_server_knows_them() -> None:
    api = Api(answer([row("1") | {"size": 5}, row("2")]))
    assert api.client.listed_sizes(table="content") == {"1": 5, "2": None}
    assert api.asked == [LIST.format("content") + "&sizes=true"]


def test_the_prompt_of_a_segment_is_text() -> None:
    api = Api(answer("People who …"), *[answer(7)] * 5)
    assert api.client.prompt(ID) == "People who …"
    assert api.asked == [f"GET /v2/ai/prompt/segment/{ID}"]
    with pytest.raises(MalformedAnswerError, match="it has no text"):
        api.client.prompt(ID)
