"""The two ways to a sandbox, for tests that must hold over both."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
import pytest

from segsync.sandbox.server import serve
from segsync.sandbox.store import Store
from tests.sandbox.account import client_of

Adapter = Callable[[Store], AbstractContextManager[httpx.Client]]


@contextmanager
def in_process(store: Store) -> Iterator[httpx.Client]:
    with client_of(store) as client:
        yield client


@contextmanager
def over_http(store: Store) -> Iterator[httpx.Client]:
    headers = {"authorization": "sandbox"}
    with serve(store) as server, httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


both_adapters = pytest.mark.parametrize("adapter", [in_process, over_http])
