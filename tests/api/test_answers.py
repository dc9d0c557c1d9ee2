import pytest
from msgspec.structs import replace

from segsync.api import answers, measures, usage
from segsync.api.results import DeletedSegments, MeasuredSize, SchemaField
from segsync.segment import Account, Job


@pytest.mark.parametrize(
    "data",
    [
        [{"aid": 7, "name": "Acme"}],
        {"aid": "7", "name": "Acme", "parentaid": 1},
        [{"aid": 8, "parentaid": 7}, {"aid": 7, "name": "Acme", "parentaid": 7}],
    ],
)
def test_the_tokens_account_is_the_only_one_or_its_own_parent(data: object) -> None:
    assert answers.read_account(data) == Account(7, "Acme")


def test_an_account_may_have_no_name() -> None:
    assert answers.read_account([{"aid": 7}]) == Account(7)


@pytest.mark.parametrize(
    "data", [None, [], [{"aid": 7}, {"aid": 8}], [{"aid": 7, "parentaid": 7}] * 2]
)
def test_an_account_that_cannot_be_told_is_an_error(data: list[object] | None) -> None:
    count = len(data or [])
    with pytest.raises(ValueError, match=f"cannot tell which of {count} accounts"):
        answers.read_account(data)


def test_a_job_uses_the_segments_that_its_configuration_names_at_any_depth() -> None:
    row = {
        "id": "j1",
        "name": "Export",
        "workflow": "facebook",
        "status": "running",
        "config": {
            "segment_id": "s1",
            "other": [{"segment_ids": ["s2", "", 7, "s3"]}, "s0"],
            "entry_segment_id": "s4",
            "segmentIds": ["s5"],
            "segment_name": "s0",
            "limit": 10,
        },
    }
    (job,) = usage.read_jobs([row])
    assert replace(job, mentions=frozenset()) == Job(
        "j1", "Export", "facebook", "running", frozenset({"s1", "s2", "s3", "s4", "s5"})
    )


ID, OTHER = "8c26efed2bb3d2c5473ee29448352e72", "1f" * 16


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ({"segment_id": "promo"}, {"promo"}),
        ({"segment_id": f"{ID},{OTHER}"}, {ID, OTHER}),
        ({"segment_ids": [{"id": ID}, 7, None]}, {ID}),
        ({"segments": ["Promo"]}, {"promo"}),
        ({"audience_id": ID.upper()}, {ID}),
        (
            {"filter": "FILTER AND (x = 1, INCLUDE `promo`, NOT INCLUDE second)"},
            {"promo", "second"},
        ),
        ({"url": f"https://x.test/{ID}0/a"}, {ID}),
        ({"by_segment": {ID: True}}, {ID}),
        (ID, {ID}),
    ],
)
def test_a_job_names_segments_in_whatever_way_its_configuration_does(
    config: object, names: set[str]
) -> None:
    (job,) = usage.read_jobs([{"id": "j1", "config": config}])
    assert names <= job.names


def test_words_within_a_text_are_no_slugs() -> None:
    (job,) = usage.read_jobs([{"id": "j1", "config": {"title": "promo mail, ", "n": 1}}])
    assert job.names == {"title", "promo mail", "n"}


def test_a_deleted_job_is_deleted_whatever_its_status() -> None:
    (job,) = usage.read_jobs([{"id": "j1", "status": "running", "deleted": True}])
    assert job.status == "deleted"
    assert not job.is_active


@pytest.mark.parametrize("data", [["j1"], "j1", {"id": "j1"}, [{"id": "j1", "config": None}, None]])
def test_a_job_of_which_only_the_id_is_known_counts_as_active_on_its_segment(data: object) -> None:
    (job,) = usage.read_jobs(data, segment_id="s1")
    assert job == Job("j1", "", "", "", frozenset({"s1"}))
    assert job.is_active


@pytest.mark.parametrize("data", [None, []])
def test_there_may_be_no_jobs_and_no_references(data: object) -> None:
    assert usage.read_jobs(data) == ()
    assert answers.read_references(data) == ()


def test_references_are_objects_ids_or_slugs() -> None:
    data = [{"id": "1", "slug_name": "a"}, {"slug_name": "b"}, "3", "c"]
    assert answers.read_references(data) == ("1", "b", "3", "c")
    assert answers.read_references("1") == ("1",)


@pytest.mark.parametrize("data", [[7], [{}], [""], [[]]])
def test_what_refers_to_nothing_is_an_error(data: object) -> None:
    with pytest.raises(ValueError, match="neither an object with an id, nor an id, nor a slug"):
        answers.read_references(data)


@pytest.mark.parametrize("data", [{"id": "", "size": 5}, [{"size": "5"}]])
def test_a_size_is_an_object_or_a_list_of_one(data: object) -> None:
    assert measures.read_size(data) == 5


def test_a_size_without_a_number_is_an_error() -> None:
    with pytest.raises(ValueError, match="size"):
        measures.read_size({"id": "1"})


def test_sizes_are_by_id() -> None:
    rows = [{"id": "1", "size": 5, "timestamp": "t"}, {"id": "2", "size": 0}, {"size": 9}]
    found = (MeasuredSize("1", "", 5, "t"), MeasuredSize("2", "", 0))
    assert measures.read_sizes(rows) == found
    assert measures.read_sizes(None) == ()


def test_a_schema_field_is_named_by_its_id() -> None:
    rows = [
        {"id": "email", "type": "string", "shortdesc": "Mail", "is_identifier": True},
        {"id": "visits", "type": None, "is_pii": True},
    ]
    assert answers.read_schema_fields(rows) == (
        SchemaField("email", "string", "Mail", is_identifier=True),
        SchemaField("visits", is_pii=True),
    )


@pytest.mark.parametrize(
    "data",
    [None, [], ["1", "2"], "ok", {}, {"error": "no"}, {"id": "1", "deleted": True}],
)
def test_an_answer_that_tells_no_fates_means_that_all_are_gone(data: object) -> None:
    assert answers.read_deleted(data, ["1", "2"]) == DeletedSegments(frozenset({"1", "2"}), {})


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"deleted": False}, {"1": "the API gives no reason", "2": "the API gives no reason"}),
        ({"id": "1", "deleted": False, "reason": "in use"}, {"1": "in use"}),
        ([{"id": "1", "deleted": False, "reason": "in use"}], {"1": "in use"}),
        ([{"id": "1", "deleted": True}, {"id": "2", "deleted": False}, 7], {"2": ""}),
        ({"id": "q", "deleted": False, "reason": "in use"}, {"1": "in use", "2": "in use"}),
        ([{"deleted": ["2"]}], {"1": ""}),
    ],
)
def test_a_segment_that_an_answer_calls_not_deleted_is_kept(
    data: object, kept: dict[str, str]
) -> None:
    told = {key: reason or "the API gives no reason" for key, reason in kept.items()}
    assert answers.read_deleted(data, ["1", "2"]).not_deleted == told


def test_each_segment_is_gone_or_there_is_a_reason() -> None:
    data = {
        "deleted": ["1", "6"],
        "not_deleted": ["2", "3", "6"],
        "segments": [
            {"id": "2", "deleted": False, "reason": "used by x", "segments": {"x": ["y"]}},
            {"id": "4", "deleted": True},
            {"id": "7"},
        ],
    }
    silence = "the API gives no reason"
    assert answers.read_deleted(data, ["1", "2", "3", "4", "5", "6"]) == DeletedSegments(
        frozenset({"1", "4"}), {"2": "used by x", "3": silence, "5": silence, "6": silence}
    )


@pytest.mark.parametrize("data", [{"deleted": []}, {"not_deleted": None}, {"segments": []}])
def test_empty_lists_say_that_nothing_is_gone(data: object) -> None:
    assert answers.read_deleted(data, ["1"]).not_deleted == {"1": "the API gives no reason"}
