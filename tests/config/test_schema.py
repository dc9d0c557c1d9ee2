from pathlib import Path

import pytest
from pydantic import ValidationError

from segsync.config.schema import SETTINGS_FILE, json_schema
from segsync.yamlfile import read_yaml
from tests.schemas import committed, violations


def accepts(value: dict[str, object]) -> bool:
    try:
        SETTINGS_FILE({"version": 1, "accounts": {"a": {}}, **value})
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "url",
    [
        "https://api.lytics.io",
        "https://example.com:8443/base/",
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://[::1]:99",
        "sandbox:",
        "sandbox:a/b.db",
    ],
)
def test_safe_addresses_are_accepted(url: str) -> None:
    assert accepts({"accounts": {"a": {"url": url}}})


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "ftp://example.com",
        "https://",
        "https://user:password@example.com",
        "https://example.com?key=secret",
        "https://example.com#x",
        "https://[::1",
        "example.com",
        "sandbox:/etc/passwd",
        "sandbox:../x",
        "sandbox:a/../../x",
    ],
)
def test_addresses_that_would_leak_the_token_or_leave_the_folder_are_refused(url: str) -> None:
    assert not accepts({"accounts": {"a": {"url": url}}})


@pytest.mark.parametrize("share", ["0%", "10%", "12.5 %", "100%", 0, 0.1, 1])
def test_shares_are_accepted(share: object) -> None:
    assert accepts({"limits": {"max_deletes": share, "max_updates": share}})


@pytest.mark.parametrize("share", ["10", "101%", "-1%", "ten %", 2, -0.1, True, None, [], "%"])
def test_other_shares_are_refused(share: object) -> None:
    assert not accepts({"limits": {"max_deletes": share}})


@pytest.mark.parametrize("version", [True, "1", 2, None, 1.5])
def test_another_version_is_refused(version: object) -> None:
    assert not accepts({"version": version})


@pytest.mark.parametrize("tag", ["", "a b", "a,b", "-x", "x" * 65, "é"])
def test_an_ownership_tag_that_could_be_mistaken_is_refused(tag: str) -> None:
    assert not accepts({"ownership": {"tag": tag}})


def test_counts_are_not_negative() -> None:
    assert not accepts({"limits": {"max_deletes_count": -1}})
    assert not accepts({"limits": {"min_existing": -1}})


def test_vars_that_are_no_mapping_are_refused() -> None:
    assert not accepts({"accounts": {"a": {"vars": ["x"]}}})


@pytest.mark.parametrize("tag", ["segsync", "a", "team.a", "team-2", "x:y_z", "protected"])
def test_tags_are_accepted(tag: str) -> None:
    assert accepts({"ownership": {"tag": tag}})


@pytest.mark.parametrize(
    "tag",
    ["", " ", "a b", "-a", "a-", "a\n", "x" * 65, "segsync-protected", "predefined", "Predefined"],
)
def test_tags_that_could_be_taken_for_other_marks_are_refused(tag: str) -> None:
    assert not accepts({"ownership": {"tag": tag}})


def test_the_published_schema_is_current() -> None:
    assert committed("settings") == json_schema()


def test_the_settings_of_this_repository_fit_the_published_schema() -> None:
    schema = committed("settings")
    text = (Path(__file__).parents[2] / "segsync.yaml").read_bytes()
    (document,) = read_yaml(text, "segsync.yaml").documents
    assert violations(document.value, schema) == []
    assert violations({"version": 2, "accounts": {}, "limits": {"max_deletes": "x"}}, schema) == [
        "$.version: 2",
        "$.limits.max_deletes: none of the alternatives",
    ]
