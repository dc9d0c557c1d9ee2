"""Exchanges on disk: how they are recorded, marked with where they come from, and played again."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import vcr
import yaml
from vcr.request import Request

from tests.contract.scrub import Scrubber

FOLDER = Path(__file__).parent / "cassettes"


class Origin(StrEnum):
    """Who answered when a cassette was recorded."""

    SANDBOX = "sandbox"
    LYTICS = "lytics"


ANSWERS = FOLDER / Origin.LYTICS / "answers.json"
"""What a real account has answered to the open questions, by their ids."""

BASES = {Origin.SANDBOX: "http://127.0.0.1:8484", Origin.LYTICS: "https://api.lytics.io"}
"""The address that is written into a cassette."""


def path_of(origin: Origin, name: str) -> Path:
    """Return where the cassette of a test is."""
    return FOLDER / origin / f"{name}.yaml"


def origins() -> tuple[Origin, ...]:
    """Return who has been recorded."""
    return tuple(each for each in Origin if (FOLDER / each).is_dir())


@contextmanager
def recorded(origin: Origin, name: str, scrubber: Scrubber) -> Iterator[None]:
    """Write down every exchange of the block; nothing of it is kept when the block fails."""
    path_of(origin, name).unlink(missing_ok=True)
    with _recorder(origin, scrubber).use_cassette(
        str(path_of(origin, name)), record_mode="all", record_on_exception=False
    ):
        yield


@contextmanager
def played(origin: Origin, name: str, scrubber: Scrubber) -> Iterator[None]:
    """Answer every request of the block from the cassette, and refuse what is not in it."""
    with _recorder(origin, scrubber).use_cassette(
        str(path_of(origin, name)), record_mode="none"
    ) as cassette:
        yield
    assert cassette.all_played, f"{name}: the test no longer asks all that was recorded"


class _Marked:
    """Writes cassettes as YAML that says where it comes from."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin

    def serialize(self, cassette: dict[str, Any]) -> str:
        marked = {"recorded_from": str(self._origin), **cassette}
        return yaml.safe_dump(marked, sort_keys=False, width=1000, allow_unicode=True)

    @staticmethod
    def deserialize(text: str) -> Any:  # noqa: ANN401 - whatever YAML there is
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _recorder(origin: Origin, scrubber: Scrubber) -> Any:  # noqa: ANN401 - vcrpy has no types
    def request(found: Request) -> Request:
        found.uri = scrubber.uri(found.uri)
        found.headers = scrubber.headers(found.headers)
        if found.body is not None:
            found.body = scrubber.text(found.body.decode()).encode()
        return found

    def response(found: dict[str, Any]) -> dict[str, Any]:
        body = scrubber.answer(found["body"]["string"].decode())
        return {
            "status": found["status"],
            "headers": scrubber.headers(found["headers"]),
            "body": {"string": body.encode()},
        }

    recorder = vcr.VCR(
        match_on=("method", "uri", "body"),
        before_record_request=request,
        before_record_response=response,
        decode_compressed_response=True,
        serializer="marked",
    )
    recorder.register_serializer("marked", _Marked(origin))
    return recorder
