"""The sandbox in this process, as a transport that takes the place of the network."""

import time
from collections.abc import Callable, Iterator

import httpx

from segsync.sandbox.delivery import pieces
from segsync.sandbox.messages import PROMPT, Ending, Request, Response
from segsync.sandbox.store import Store


class SandboxTransport(httpx.BaseTransport):
    """Answers httpx requests from a store, whatever their host; safe to share between threads.

    What a rule does to a connection becomes the exception that httpx would raise, after the wait
    that the client would have had. `sleep` takes seconds.
    """

    def __init__(self, store: Store, *, sleep: Callable[[float], object] = time.sleep) -> None:
        self._store = store
        self._sleep = sleep

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
        if response.delivery == PROMPT:
            return httpx.Response(
                response.status, headers=response.headers, content=response.body, request=request
            )
        return self._delivered(request, response)

    def _delivered(self, request: httpx.Request, response: Response) -> httpx.Response:
        delivery = response.delivery
        self._wait(delivery.wait_s, _patience(request), request)
        match delivery.ending:
            case Ending.DROP:
                message = "Server disconnected without sending a response."
                raise httpx.RemoteProtocolError(message, request=request)
            case Ending.RESET:
                message = "[Errno 104] Connection reset by peer"
                raise httpx.ReadError(message, request=request)
        headers = dict(response.headers)
        if response.body:
            headers["content-length"] = str(len(response.body))
        return httpx.Response(
            response.status, headers=headers, stream=_Body(self, request, response), request=request
        )

    def body(self, request: httpx.Request, response: Response) -> Iterator[bytes]:
        """Give the body as it comes in: slowly, or only half of it."""
        patience = _patience(request)
        arrived = pieces(response)
        for pause_s, piece in arrived:
            self._wait(pause_s, patience, request)
            yield piece
        if response.delivery.ending is Ending.CUT:
            received = sum(len(piece) for _, piece in arrived)
            message = (
                "peer closed connection without sending complete message body "
                f"(received {received} bytes, expected {len(response.body)})"
            )
            raise httpx.RemoteProtocolError(message, request=request)

    def _wait(self, seconds: float, patience: float | None, request: httpx.Request) -> None:
        if patience is not None and seconds > patience:
            self._sleep(patience)
            message = "timed out"
            raise httpx.ReadTimeout(message, request=request)
        if seconds:
            self._sleep(seconds)


def _patience(request: httpx.Request) -> float | None:
    """Return how many seconds the client waits for the next bytes; None for ever."""
    found: float | None = request.extensions.get("timeout", {}).get("read")
    return found


class _Body(httpx.SyncByteStream):
    """A body that does not come at once, or not whole."""

    def __init__(
        self, transport: SandboxTransport, request: httpx.Request, response: Response
    ) -> None:
        self._pieces = transport.body(request, response)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces
