"""The sandbox in this process, as a transport that takes the place of the network."""

import httpx

from segsync.sandbox.messages import Request
from segsync.sandbox.store import Store


class SandboxTransport(httpx.BaseTransport):
    """Answers httpx requests from a store, whatever their host; safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        response = self._store.handle(
            Request.of(
                request.method,
                request.url.raw_path.decode("ascii"),
                headers=request.headers,
                body=request.read(),
            )
        )
        return httpx.Response(
            response.status, headers=response.headers, content=response.body, request=request
        )
