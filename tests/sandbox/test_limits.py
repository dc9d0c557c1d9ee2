"""The limit of a body, in the process and over HTTP; the other limits are in `test_switched`."""

import pytest

from segsync.sandbox.controls import set_switches
from tests.sandbox.account import store_of
from tests.sandbox.adapters import Adapter, both_adapters

TEN_MB = 10 * 1024 * 1024


@both_adapters
@pytest.mark.parametrize("path", ["/v2/segment", "/api/segment"])
def test_a_body_of_more_than_ten_megabytes_can_be_refused(adapter: Adapter, path: str) -> None:
    store = store_of()
    body = b"-" * (TEN_MB + 1)
    with adapter(store) as client:
        assert client.post(path, content=body).status_code == 400
        set_switches(store, limit_bodies=True)
        found = client.post(path, content=body)
        assert found.status_code == 413
        assert "Request body is larger than 10 MB." in found.text
        assert client.post(path, content=body[1:]).status_code == 400
