"""The status page tells an account to a person, and nothing in an account can change the page."""

import re
import threading
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segsync.sandbox import controls, edits
from segsync.sandbox.page.markup import Html, joined, markup, table
from segsync.sandbox.page.page import status_page
from segsync.sandbox.page.segments import Belonging, belonging
from segsync.sandbox.seed import embedded_seed
from segsync.sandbox.server import serve
from segsync.sandbox.state import Kind
from segsync.sandbox.store import Store
from segsync.sandbox.switches import Switches, meanings
from tests.sandbox.account import NOON, SEED, Shop, store_of

HOSTILE = "<script>alert('x')</script>\"&\u202e\x1b[31m`</pre>"


class Outline(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [f"{name}={value}" for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def words(store: Store) -> str:
    return re.sub(r"\s+", " ", Outline(status_page(store)).text)


def part(page: str, title: str) -> str:
    return page.partition(f'<h2 id="{title}">')[2].partition("</section>")[0]


def test_an_account_is_told_at_a_glance() -> None:
    told = words(store_of(seed=embedded_seed()))
    assert "Fernwood Outfitters (sandbox)" in told
    assert "Account 4242, kept in memory. The time in it is 2026-11-02 12:" in told
    assert "it has 10,000 profiles" in told
    count = len(embedded_seed().segments)
    for each in (f"{count}segments", "6groups", "7jobs", "0requests", "0switches on"):
        assert each in told
    whose = re.findall(r"(Owned|Unowned|Predefined|Foreign) (\d+) ·", told)
    assert [name for name, _ in whose] == ["Owned", "Unowned", "Predefined", "Foreign"]
    assert sum(int(number) for _, number in whose) == count
    assert "Welcome series" in told


@pytest.mark.parametrize(
    ("segment", "whose"),
    [
        ({"tags": ["predefined"], "author_id": "", "kind": "segment"}, Belonging.PREDEFINED),
        ({"tags": ["predefined"], "author_id": "a", "kind": "segment"}, Belonging.UNOWNED),
        ({"tags": ["segsync"], "author_id": "a", "kind": "segment"}, Belonging.OWNED),
        ({"tags": ["segsync"], "author_id": "a", "kind": "managed"}, Belonging.FOREIGN),
        ({"tags": None, "author_id": "a", "kind": "aspect"}, Belonging.UNOWNED),
    ],
)
def test_a_segment_belongs_to_somebody(segment: dict[str, object], whose: Belonging) -> None:
    assert belonging(segment) is whose


def test_a_row_tells_size_definition_users_change_and_health() -> None:
    shop = Shop(Switches(accept_unknown_fields=True))
    shop.create(
        name="Odd", segment_ql="FILTER nope = 1", kind="aspect", table="content", is_public=True
    )
    shop.client.post("/v2/segment/reevaluate", json={"id": shop.id_of("known")})
    page = part(status_page(shop.store), "segments")
    known = page.partition("<b>Known</b>")[2].partition("</tr>")[0]
    assert "<code>active</code>" in known
    assert "job Old" in known
    assert "reevaluating until 12:00:" in known
    assert "<pre><code>FILTER EXISTS email FROM user ALIAS known</code></pre>" in known
    assert "Has an address." in known
    size = shop.get("/v2/segment/known", sizes="true")["size"]
    assert f'data-label="Size">{size:,}<span' in known
    odd = page.partition("<b>Odd</b>")[2].partition("</tr>")[0]
    for each in ("invalid: segment fields were invalid", "kind aspect", "table content", "public"):
        assert each in odd
    assert "sandbox.token" in odd


def test_a_reevaluation_that_has_ended_is_not_shown() -> None:
    shop = Shop()
    shop.client.post("/v2/segment/reevaluate", json={"id": shop.id_of("known")})
    shop.store.clock = lambda: NOON + timedelta(minutes=5)
    assert "reevaluating" not in status_page(shop.store)


def test_groups_jobs_flows_and_exclusions_name_their_segments() -> None:
    seed = replace(
        SEED,
        flows=({"name": "Welcome", "entry": "known", "conditions": ["FILTER INCLUDE all"]},),
        exclusions={"ads": ["blog"]},
        collections=({"name": "Funnel", "segments": ["active", "all"]},),
    )
    store = store_of(seed=seed)
    edits.remove_segment(store, "known")
    page = status_page(store)
    assert "(gone)</code>" in part(page, "flows")
    assert "FILTER INCLUDE all" in part(page, "flows")
    assert "<code>blog</code>" in part(page, "jobs")
    assert "<code>active</code>" in part(page, "jobs")
    assert "Stages." in part(page, "groups")
    assert re.search(r"Funnel.*active.*all", part(page, "groups"), re.DOTALL)
    assert "flow Welcome" in part(page, "segments")
    assert "exclusions of ads" in part(page, "segments")


def test_a_group_that_a_segment_names_and_nobody_has_does_no_harm() -> None:
    shop = Shop(Switches(accept_unknown_groups=True))
    shop.create(name="Odd", segment_ql="FILTER *", groups=["nowhere"])
    assert "<b>Odd</b>" in status_page(shop.store)


def test_requests_are_newest_first_with_what_they_wrote() -> None:
    shop = Shop()
    made = shop.create(name="New", segment_ql="FILTER *")
    shop.client.post("/v2/segment/group", json={"name": "Fresh"})
    shop.client.delete(f"/v2/segment/{made['id']}")
    shop.client.get("/v2/nowhere?access_token=secret-token")
    controls.add_fault(shop.store, "GET /v2/account 503")
    shop.client.get("/v2/account")
    page = part(status_page(shop.store), "requests")
    rows = re.findall(r"<b>(\w+)</b> <code>([^<]+)</code>.*?>(\d+)</span>", page)
    assert rows[:3] == [
        ("GET", "/v2/account", "503"),
        ("GET", "/v2/nowhere", "404"),
        ("DELETE", f"/v2/segment/{made['id']}", "204"),
    ]
    assert "the last 5 of 5" in page
    assert f"<code>{made['id']}</code>" in page
    assert "<code>Fresh</code>" in page
    assert "secret-token" not in page
    assert "503" in part(status_page(shop.store), "faults")


def test_switches_that_are_on_come_first_with_their_meaning() -> None:
    page = part(status_page(store_of(Switches(sort_tags=True))), "switches")
    names = re.findall(r"<tr><td[^>]*><code>(\w+)</code>", page)
    assert names[0] == "sort_tags"
    assert sorted(names) == sorted(meanings())
    assert page.count(">on</span>") == 1


def test_a_large_account_is_cut() -> None:
    store = store_of()
    with store.edit() as state:
        model = state.segment("known") or {}
        for number in range(600):
            state.put(Kind.SEGMENT, model | {"id": f"{number:032}", "slug_name": f"s{number}"})
    page = status_page(store)
    assert page.count("<tr>") < 650
    assert "… and 103 more, which are not shown." in page


def test_nothing_in_an_account_becomes_markup() -> None:
    seed = replace(
        SEED,
        account={"aid": 7, "name": HOSTILE},
        groups=({"name": HOSTILE, "description": HOSTILE}, *SEED.groups),
        jobs=({"name": HOSTILE, "workflow": HOSTILE, "status": HOSTILE, "segments": ["active"]},),
        flows=({"name": HOSTILE, "entry": "known", "status": HOSTILE},),
        exclusions={HOSTILE: ["known"]},
        segments=(
            *SEED.segments,
            {
                "slug_name": HOSTILE,
                "name": HOSTILE,
                "description": HOSTILE,
                "segment_ql": 'FILTER email = "<script>"',
                "kind": HOSTILE,
                "tags": [HOSTILE],
                "author_id": HOSTILE,
                "groups": [HOSTILE],
            },
        ),
    )
    store = store_of(seed=seed)
    plain = Outline(status_page(store_of()))
    shop_page = status_page(store)
    found = Outline(shop_page)
    assert set(found.tags) - {"br"} <= set(plain.tags) | {"i"}
    assert "script" not in found.tags
    assert not re.search("[\x1b\u202e]", shop_page)
    assert "<script>alert('x')</script>\"&\\u{202e}\\u{1b}[31m" in found.text
    assert not [each for each in found.attributes if re.match(r"on|src|href=[^#]", each)]


@given(st.text())
def test_any_text_is_shown_and_is_no_markup(text: str) -> None:
    source = markup(text)
    assert not re.search(r"[<>\"']", source)
    if text.isascii() and text.isprintable():
        assert Outline(f"<p>{source}</p>").text == text


def test_markup_is_joined_once_escaped() -> None:
    assert joined("<", Html("<b>"), 1_234, by=",").source == "&lt;,<b>,1,234"
    assert table((), ()).source == '<p class="dim">None.</p>'


def test_the_page_is_served_to_a_browser_on_this_machine_alone() -> None:
    log: list[object] = []
    with serve(store_of(), log=log.append) as server, httpx.Client(base_url=server.url) as client:
        for path in ("/__sandbox__/", "/__sandbox__"):
            answer = client.get(path)
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert answer.text.startswith('<!doctype html>\n<html lang="en">')
            assert answer.text.endswith("</html>\n")
        assert client.get("/__sandbox__/", headers={"host": "evil.example"}).status_code == 403
        assert client.post("/__sandbox__/").status_code == 405
    assert threading.active_count() >= 1
    assert log == []


def test_nothing_is_told_of_who_uses_a_segment_that_nobody_uses() -> None:
    page = status_page(store_of())
    assert '<td data-label="Used by"></td>' in page
    assert '<td data-label="Used by"><small></small></td>' not in page
