"""A scripted API behind an httpx transport, and a clock that only sleeping moves."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from segsync.api.client import Client
from segsync.api.limits import DEFAULT_LIMITS, Limits
from segsync.segment import Marks

TOKEN = "at.0123456789abcdef.do-not-show"
URL = "https://api.example.test"

Reply = httpx.Response | httpx.RequestError | Callable[[httpx.Request], httpx.Response]


def answer(data: object, status: int = 200, **more: object) -> httpx.Response:
    """Return an answer in the envelope of `/v2`."""
    return httpx.Response(status, json={"data": data, "status": status, **more})


def refusal(status: int, message: str, **more: object) -> httpx.Response:
    """Return an error in the envelope of `/v2`."""
    errors = [{"code": "BADREQ-001", "message": message, "level": "warn"}]
    return httpx.Response(status, json={"status": status, "errors": errors, **more})


@dataclass
class Time:
    """A monotonic clock; `sleeps` remembers what was slept, `meanwhile` happens in the first."""

    now: float = 1000.0
    sleeps: list[float] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        if self.meanwhile:
            self.meanwhile.pop()()
        self.now += seconds


class Api:
    """Gives the scripted replies in turn and remembers the requests."""

    def __init__(self, *replies: Reply, limits: Limits = DEFAULT_LIMITS) -> None:
        self.replies = list(replies)
        self.requests: list[httpx.Request] = []
        self.time = Time()
        self.client = Client(
            url=URL,
            token=TOKEN,
            marks=Marks(),
            transport=httpx.MockTransport(self._reply),
            limits=limits,
            clock=self.time.clock,
            sleep=self.time.sleep,
            random=lambda: 1.0,
        )

    def _reply(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, httpx.RequestError):
            raise reply
        return reply if isinstance(reply, httpx.Response) else reply(request)

    @property
    def asked(self) -> list[str]:
        """Method and target of each request, as they went over the wire."""
        return [f"{each.method} {each.url.raw_path.decode()}" for each in self.requests]

    @property
    def bodies(self) -> list[object]:
        """The JSON bodies of the requests."""
        return [json.loads(each.content) for each in self.requests if each.content]
