"""Compares the sandbox with recorded payloads, where the folder with them is at hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from segsync.sandbox.seed import Seed
from tests.sandbox.account import SEED, Shop

EXAMPLES = Path(__file__).parents[3] / "shared" / "lytics" / "examples"

pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="the recorded payloads are not part of the repository"
)

# The API of 2020 showed these; today's documents do not know them.
LEGACY = {"short_id", "field_updates"}


def example(name: str) -> Any:  # noqa: ANN401 - whatever JSON there is
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name",
    [
        "real-segments-from-segmentml.go-lytics-fixture.json",
        "real-segments-from-segmentml-models.go-lytics-fixture.json",
    ],
)
def test_real_segments_come_out_as_they_went_in(name: str) -> None:
    real = example(name)
    shop = Shop(seed=Seed(SEED.account, {}, (), tuple(real), ()))
    for segment in real:
        shown = shop.segment(segment["slug_name"])
        own = {"id", "aid", "account_id"} | LEGACY
        assert {key: shown[key] for key in segment.keys() - own} == {
            key: segment[key] for key in segment.keys() - own
        }


def test_a_segment_has_every_documented_field_that_this_server_fills() -> None:
    documented = example("v2-schemas.openapi.json")["models.Segment"]["properties"].keys()
    found = Shop().get("/v2/segment/all", sizes="true", inline="true").keys()
    assert documented - found == {"category", "withs_ql"}


def test_every_documented_default_definition_is_accepted() -> None:
    shop = Shop(seed=Seed(SEED.account, {}, (), (), ()))
    for segment in example("default-segments.docs-developer-segments.json"):
        assert shop.create(**segment)["slug_name"] == segment["slug_name"]


def test_the_rejected_token_looks_like_the_documented_one() -> None:
    shop = Shop()
    documented = example("v2-envelopes.agent-skills.json")["any_401"]
    assert shop.client.get("/v2/segment", headers={"authorization": "x"}).json() == documented


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("v1-segment-validate-error-400.go-lytics-fixture.json", "/api/segment/validate"),
        ("v1-segment-create-error-400.go-lytics-fixture.json", "/api/segment"),
    ],
)
def test_what_is_no_filter_is_refused_as_in_the_fixtures(name: str, path: str) -> None:
    headers = {"content-type": "text/plain"}
    found = Shop().client.post(path, content="FILTR *", headers=headers)
    recorded = example(name)
    assert found.status_code == recorded["status"]
    assert recorded.items() <= found.json().items()
