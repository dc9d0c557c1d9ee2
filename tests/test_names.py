import pytest

from segsync.names import is_slug, is_time, suggest_slug


@pytest.mark.parametrize("text", ["a", "3rd", "_x", "a-b_c", "x" * 64, "a0" * 13, "0g" * 12])
def test_slugs_are_accepted(text: str) -> None:
    assert is_slug(text)


@pytest.mark.parametrize(
    "text", ["", "-a", "A", "a b", "a.b", "é", "a\n", "a/b", "x" * 65, "a0" * 12, "0f" * 16]
)
def test_other_texts_are_no_slugs(text: str) -> None:
    assert not is_slug(text)


@pytest.mark.parametrize(
    ("text", "slug"), [("Big Spenders!", "big_spenders"), ("  A  ", "a"), ("!!", "")]
)
def test_a_slug_is_suggested(text: str, slug: str) -> None:
    assert suggest_slug(text) == slug


@pytest.mark.parametrize(
    "text",
    ["2027-01-31T00:00:00Z", "2027-01-31t00:00:00.123z", "2024-02-29T23:59:59+05:30"],
)
def test_times_with_a_zone_are_accepted(text: str) -> None:
    assert is_time(text)


@pytest.mark.parametrize(
    "text",
    ["", "2027-01-31", "2027-01-31T00:00:00", "2027-02-30T00:00:00Z", "20270131T000000Z", "soon"],
)
def test_other_times_are_refused(text: str) -> None:
    assert not is_time(text)
