"""What docs/api-client.md says, held against the client."""

import re
from pathlib import Path

import pytest

from segsync import errors
from segsync.api.client import Client
from segsync.errors import ApiError
from segsync.sandbox.seed import generated
from segsync.sandbox.store import memory_store
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import Marks

PAGE = (Path(__file__).parents[2] / "docs" / "api-client.md").read_text()
METHODS = {name for name in dir(Client) if not name.startswith("_")}
# How a fact is sourced, in the words of the class and of the page.
SOURCES = ("(documented", "(observed by Lytics engineers", "(seen in a client")
# What is put together from others, or asks nothing.
PLAIN = {
    "calls", "close", "heed", "known_account", "last_attempts", "last_request_id", "live_state",
    "require_account", "sizes",
}  # fmt: skip


def test_every_method_is_on_the_page_and_no_other() -> None:
    rows = re.findall(r"^\| (`[^|]+) \| [^|]*`[^|]* \|", PAGE, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named | (PLAIN - {"require_account", "sizes"}) == METHODS


def test_every_method_says_where_its_facts_come_from() -> None:
    for name in METHODS - PLAIN:
        text = " ".join((getattr(Client, name).__doc__ or "").split())
        assert any(each in text for each in SOURCES), name


def test_every_error_of_the_api_is_on_the_page() -> None:
    kinds = {
        name
        for name, each in vars(errors).items()
        if isinstance(each, type) and issubclass(each, ApiError) and each is not ApiError
    }
    assert set(re.findall(r"`(\w+Error)` \|", PAGE)) == kinds


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    transport = SandboxTransport(memory_store(generated(3)))

    class Sandboxed(Client):
        def __init__(self, **options: object) -> None:
            super().__init__(**{**options, "transport": transport})  # type: ignore[arg-type]

    text = example.replace("from segsync.api.client import Client\n", "")
    with Sandboxed(url="https://x.test", token="sandbox", marks=Marks()) as client:
        aid = client.account().aid
        names = {"Client": Sandboxed, "token": "sandbox", "aid": aid}
        exec(text, names)  # noqa: S102 (the example of our own page)
        made = client.segment("newsletter", group_ids={})
    assert made.segment.name == "Newsletter"
    assert "FILTER" in capsys.readouterr().out
