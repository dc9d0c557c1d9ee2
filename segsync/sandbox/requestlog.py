"""What is kept and told of each request: never its query or its headers, which may hold a token."""

from dataclasses import dataclass

from segsync.sandbox.messages import Ending, Request, Response


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One request as the sandbox saw it; `object_id` is empty when nothing was written.

    `status` is what the client was told, 0 when it got no answer. `ms` is the time until the
    answer in milliseconds. `fault` holds the rules that struck.
    """

    method: str
    path: str
    status: int
    object_id: str
    at: str
    ms: float = 0.0
    request_id: str = ""
    fault: str = ""

    def __str__(self) -> str:
        """Return the entry as one line; control characters of the path are escaped."""
        path = self.path.encode("unicode_escape").decode()
        answer = str(self.status or "---")
        words = [self.method, path, answer, f"{self.ms:.0f} ms", self.request_id]
        if self.fault:
            words.append(f"[{self.fault}]")
        return " ".join(filter(None, words))


def entry_of(request: Request, response: Response, *, at: str, ms: float) -> AuditEntry:
    """Return what is kept of a request and its response."""
    is_lost = response.delivery.ending in {Ending.DROP, Ending.RESET}
    return AuditEntry(
        method=request.method,
        path="/" + "/".join(request.path),
        status=0 if is_lost else response.status,
        object_id=response.object_id,
        at=at,
        ms=ms,
        request_id=response.request_id,
        fault="; ".join(response.struck),
    )
