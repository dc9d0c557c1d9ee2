"""What may stand in a cassette."""

import json
from typing import Any

import pytest

from tests.contract.scrub import PREFIX, Scrubber

TOKEN = "at.0123.secret"
RUN = f"{PREFIX}1a2b3c4d_"
SEGMENT = "0123456789abcdef0123456789abcdef"
USER = "fedcba9876543210fedcba9876543210"


@pytest.fixture
def scrubber() -> Scrubber:
    return Scrubber(RUN, TOKEN, "https://api.lytics.io")


def scrubbed(scrubber: Scrubber, data: object) -> Any:  # noqa: ANN401 - whatever JSON there is
    return json.loads(scrubber.answer(json.dumps({"data": data, "status": 200})))["data"]


def test_an_address_loses_its_host_and_its_token(scrubber: Scrubber) -> None:
    for name in ("access_token", "key"):
        uri = f"http://127.0.0.1:41234/v2/segment/{SEGMENT}?table=all&{name}={TOKEN}"
        made_up = f"https://api.lytics.io/v2/segment/{1:032x}?table=all"
        assert scrubber.uri(uri) == made_up


def test_each_id_of_several_in_an_address_is_made_up(scrubber: Scrubber) -> None:
    uri = f"http://127.0.0.1:41234/api/segment/fieldinfo?ids={SEGMENT}%2C{USER}"
    made_up = f"https://api.lytics.io/api/segment/fieldinfo?ids={1:032x}%2C{2:032x}"
    assert scrubber.uri(uri) == made_up


def test_headers_say_nothing_of_who_asks(scrubber: Scrubber) -> None:
    headers = {"Authorization": TOKEN, "Set-Cookie": "a=b", "Content-Type": "application/json"}
    assert scrubber.headers(headers) == {"Content-Type": "application/json"}


def test_what_is_ours_keeps_its_content_without_ids_and_people(scrubber: Scrubber) -> None:
    data = {
        "id": SEGMENT,
        "aid": 77,
        "author_id": USER,
        "author": "ann@example.com",
        "slug_name": f"{RUN}new",
        "segment_ql": f"FILTER INCLUDE `{SEGMENT}` ALIAS {RUN}new",
        "description": f"by {TOKEN}",
    }
    assert scrubbed(scrubber, data) == {
        "id": f"{1:032x}",
        "aid": 1001,
        "author_id": f"{2:032x}",
        "author": "scrubbed",
        "slug_name": f"{PREFIX}new",
        "segment_ql": f"FILTER INCLUDE `{1:032x}` ALIAS {PREFIX}new",
        "description": "by scrubbed",
    }


def test_of_other_segments_and_groups_only_those_that_everybody_has_are_kept(
    scrubber: Scrubber,
) -> None:
    everybody = {"id": SEGMENT, "slug_name": "all"}
    rows = [
        everybody,
        {"id": USER, "slug_name": "our_best_customers"},
        {"id": USER, "name": "Secret plans", "segment_ids": None},
    ]
    assert scrubbed(scrubber, rows) == [{"id": f"{1:032x}", "slug_name": "all"}]
    assert scrubbed(scrubber, rows[1:]) is None


def test_of_anything_else_one_is_kept_and_only_its_shape(scrubber: Scrubber) -> None:
    job = {
        "id": USER,
        "name": "Mail to Bob",
        "status": "running",
        "created": "2026-11-02T12:00:00.123Z",
        "config": {"password": "hunter2", "port": 22, "on": True, "to": ["bob@example.com", "x"]},
        "aid": 77,
        "size": 4300000,
        "rate": 0.5,
        "empty": "",
        "none": None,
    }
    shape = {
        "id": f"{1:032x}",
        "name": "scrubbed",
        "status": "running",
        "created": "2000-01-01T00:00:00.000Z",
        "config": {"password": "scrubbed", "port": 0, "on": True, "to": ["scrubbed"]},
        "aid": 1001,
        "size": 0,
        "rate": 0,
        "empty": "",
        "none": None,
    }
    assert scrubbed(scrubber, [job, job]) == [shape]


def test_of_jobs_one_that_reads_a_segment_is_kept(scrubber: Scrubber) -> None:
    jobs = [
        {"id": USER, "config": {"port": 22}},
        {"id": USER, "config": {"segment_id": SEGMENT}},
        {"id": USER, "config": {"segment_ids": [USER]}},
    ]
    assert scrubbed(scrubber, jobs) == [
        {"id": f"{1:032x}", "config": {"segment_id": f"{2:032x}"}},
    ]


def test_nothing_is_kept_of_people(scrubber: Scrubber) -> None:
    assert scrubbed(scrubber, [{"email": "bob@example.com"}, {"email": "x"}]) == [{}, {}]
    info = {"segments": [{"id": SEGMENT, "fields": [{"terms_counts": {"bob": 1}}]}]}
    found = scrubbed(scrubber, info)
    assert found == {"segments": [{"id": f"{1:032x}", "fields": [{"terms_counts": {}}]}]}
    assert scrubbed(scrubber, "Everybody who knows Bob.") == "scrubbed"


def test_fields_of_the_schema_are_kept_when_lytics_made_them(scrubber: Scrubber) -> None:
    rows = [{"id": "_uids", "type": "[]string"}, {"id": "favorite_vice", "type": "string"}]
    assert scrubbed(scrubber, rows) == [
        {"id": "_uids", "type": "[]string"},
        {"id": "scrubbed", "type": "string"},
    ]


def test_of_bare_names_those_are_kept_that_lytics_or_we_have_given(scrubber: Scrubber) -> None:
    names = ["_uids", "favorite_vice", f"{RUN}new", SEGMENT]
    assert scrubbed(scrubber, names) == ["_uids", f"{PREFIX}new", f"{1:032x}"]


def test_the_schema_that_comes_along_is_not_kept(scrubber: Scrubber) -> None:
    body = {"data": None, "meta": {"schema": {"favorite_vice": "string"}}, "_meta": {"a": 1}}
    found = json.loads(scrubber.answer(json.dumps(body)))
    assert found == {"data": None, "meta": {}, "_meta": {}}


@pytest.mark.parametrize(("body", "kept"), [("", ""), ("<html>bob</html>", "scrubbed")])
def test_a_body_that_is_no_json_is_not_kept(scrubber: Scrubber, body: str, kept: str) -> None:
    assert scrubber.answer(body) == kept


def test_what_is_played_again_is_left_as_it_is() -> None:
    played = Scrubber(PREFIX, "", "https://api.lytics.io")
    text = f"{PREFIX}new {7:032x}"
    assert played.text(text) == text
