import pytest

from segsync.diagnostics import Diagnostic
from segsync.inspection.portrait import FoundBy
from segsync.planning.lookup import Found, find_segment
from tests.planning.build import desired_state, found, hex_id, live_state, wanted

LIVE = live_state(
    [found("vip", name="VIPs"), found("old_name"), found("twin"), found("twin", id="1" * 32)]
)
DESIRED = desired_state(
    [
        wanted("vip", previously=("best",)),
        wanted("new_name", previously=("old_name", "older_name")),
        wanted("planned", previously=("plan",)),
    ]
).segments


@pytest.mark.parametrize(
    ("word", "by", "live", "entry"),
    [
        ("vip", FoundBy.SLUG, "vip", "vip"),
        ("VIP", FoundBy.SLUG, "vip", "vip"),
        (hex_id("vip"), FoundBy.ID, "vip", "vip"),
        (hex_id("vip").upper(), FoundBy.ID, "vip", "vip"),
        ("best", FoundBy.FORMER_SLUG, "vip", "vip"),
        ("old_name", FoundBy.SLUG, "old_name", "new_name"),
        ("new_name", FoundBy.SLUG, "old_name", "new_name"),
        ("older_name", FoundBy.FORMER_SLUG, "old_name", "new_name"),
        ("planned", FoundBy.SLUG, None, "planned"),
        ("plan", FoundBy.FORMER_SLUG, None, "planned"),
        ("1" * 32, FoundBy.ID, "twin", None),
    ],
)
def test_a_segment_is_found_by_every_name_that_it_has_or_had(
    word: str, by: FoundBy, live: str | None, entry: str
) -> None:
    result = find_segment(word, LIVE, DESIRED)
    assert isinstance(result, Found)
    assert result.by is by
    assert (result.live.key if result.live else None) == live
    assert (result.entry.key if result.entry else None) == entry
    assert result.segment.slug == (live or entry)


def test_a_word_in_the_very_case_of_one_slug_means_that_one() -> None:
    mixed = live_state([found("Vip"), found("vip")])
    result = find_segment("vip", mixed)
    assert isinstance(result, Found)
    assert result.segment.slug == "vip"


def test_a_name_that_several_have_suggests_all_their_slugs() -> None:
    result = find_segment("Same", live_state([found("b", name="Same"), found("a", name="Same")]))
    assert isinstance(result, Diagnostic)
    assert (result.code, result.detail) == (
        "no-such-segment",
        "That is a name; its slug is a or b.",
    )


@pytest.mark.parametrize(
    ("word", "summary", "detail"),
    [
        (
            "vipp",
            'neither the account nor the files have a segment "vipp"',
            'Did you mean "vip"?',
        ),
        (
            "vips",
            'neither the account nor the files have a segment "vips"',
            "That is a name; its slug is vip.",
        ),
        (
            "unlike_anything",
            'neither the account nor the files have a segment "unlike_anything"',
            "A segment is named by its slug or its id.",
        ),
        (
            "twin",
            'the account has 2 segments of the slug "twin"',
            f"Name one by its id: {'1' * 32}, {hex_id('twin')}",
        ),
    ],
)
def test_a_word_that_stands_for_no_single_segment_is_explained(
    word: str, summary: str, detail: str
) -> None:
    result = find_segment(word, LIVE, DESIRED)
    assert isinstance(result, Diagnostic)
    assert (result.summary, result.detail) == (summary, detail)
    assert result.code == ("slug-not-unique" if word == "twin" else "no-such-segment")


def test_without_files_only_the_account_is_searched() -> None:
    result = find_segment("planned", LIVE)
    assert isinstance(result, Diagnostic)
    assert result.summary == 'the account has no segment "planned"'
