"""Who is in a segment, in which order and how many at once, and how their fields are filled."""

from tests.contract.facts import fact, question
from tests.contract.world import DEFINITION, FIELD, Answer, World

NUMBER = "_num_aliases"
TEN = 10
EVERYBODY = "FILTER * FROM user"
NOBODY = f"FILTER AND (EXISTS {FIELD}, NOT EXISTS {FIELD}) FROM user"


@fact("scan", confidence="documented")
def test_members_are_scanned_page_by_page(world: World) -> None:
    """`GET /api/segment/{id}/scan` answers at most 20 members unless `limit` says, and `_next`.

    Documented: v1 OpenAPI (10), getting started with segments (20).
    """
    made = world.create("everybody", "FILTER *")
    found = world.get(f"/api/segment/{made['id']}/scan", fields=FIELD)
    assert len(found.rows) <= 20
    assert found.body.keys() >= {"total", "_next"}


@fact("scan-limit", confidence="documented")
def test_a_page_of_members_has_at_most_a_hundred(world: World) -> None:
    """A scan never answers more than 100 members at once, whatever `limit` says.

    Documented: v1 OpenAPI.
    """
    query = {"segments": EVERYBODY, "fields": FIELD, "limit": "1000"}
    assert len(world.get("/api/segment/scan", **query).rows) <= 100


@question("scan-default", number=0, answers={"10": "", "20": "scan_answers_20"})
def test_a_page_of_members_has_ten_or_twenty(world: World, answer: Answer) -> None:
    """How many members does a scan answer without `limit`?

    Unknown: the v1 OpenAPI says 10, the guide 20; of few members, the answer is 10.
    """
    found = world.get("/api/segment/scan", segments=EVERYBODY, fields=FIELD).rows
    answer("20" if len(found) > TEN else "10")


@question("scan-end", number=0, answers={"it is empty": "", "it goes on": "scan_repeats_the_end"})
def test_the_last_page_of_members_says_so_or_not(world: World, answer: Answer) -> None:
    """Is `_next` empty on the last page of a scan?

    Unknown: engineers saw marks that repeat, and stop as well where a page has nothing new.
    """
    found = world.get("/api/segment/scan", segments=NOBODY, fields=FIELD)
    assert found.rows == []
    answer("it goes on" if found.body["_next"] else "it is empty")


@question("scan-marks", number=0, answers={"differ": "", "repeat": "scan_marks_repeat"})
def test_the_marks_of_pages_differ_or_repeat(world: World, answer: Answer) -> None:
    """Does each page of a scan have a `_next` of its own?

    Unknown: engineers say that it can look the same from page to page; of two pages, it differs.
    """
    query = {"segments": EVERYBODY, "fields": FIELD, "limit": "1"}
    first = world.get("/api/segment/scan", **query).body["_next"]
    second = world.get("/api/segment/scan", start=first, **query).body["_next"]
    answer("repeat" if first and first == second else "differ")


@fact("scan-id-in-query", confidence="documented")
def test_a_scan_names_its_segment_in_the_query(world: World) -> None:
    """`GET /api/segment/scan?id=` scans a segment as its own path does.

    Documented: v1 OpenAPI.
    """
    made = world.create("everybody", "FILTER *")
    by_path = world.get(f"/api/segment/{made['id']}/scan", fields=FIELD, limit="1")
    by_query = world.get("/api/segment/scan", id=made["id"], fields=FIELD, limit="1")
    assert by_query.body["total"] == by_path.body["total"]


@fact("scan-by-post", confidence="documented")
def test_a_scan_takes_a_definition_from_its_body(world: World) -> None:
    """`POST /api/segment/scan` takes bare FilterQL, as `segments` is by GET.

    Documented: v1 OpenAPI.
    """
    query = {"fields": FIELD, "limit": "1"}
    by_get = world.get("/api/segment/scan", segments=EVERYBODY, **query)
    by_post = world.ask("POST", "/api/segment/scan", EVERYBODY, query=query)
    assert by_post.body["total"] == by_get.body["total"]


@fact("scan-sorted", confidence="documented")
def test_members_are_sorted(world: World) -> None:
    """A scan is sorted by `sortfield`, in the `sortorder` `asc` or `desc`.

    Documented: v1 OpenAPI.
    """
    query = {"segments": EVERYBODY, "fields": NUMBER, "sortfield": NUMBER}
    for order in ("asc", "desc"):
        rows = world.get("/api/segment/scan", sortorder=order, **query).rows
        found = [each[NUMBER] for each in rows if NUMBER in each]
        assert found == sorted(found, reverse=order == "desc")


@fact("scan-recent", confidence="documented")
def test_the_most_recent_members_can_be_asked_for(world: World) -> None:
    """`recent=true` sorts a scan by the last visit, the latest first.

    Documented: v1 OpenAPI. Only that it is taken is asked, since visits are nobody's business.
    """
    query = {"segments": EVERYBODY, "fields": FIELD, "limit": "1"}
    assert world.get("/api/segment/scan", recent="true", **query).ok


@fact("scan-splits", confidence="documented")
def test_splits_part_the_members(world: World) -> None:
    """`splits` are numbers from 0 to 99, each for another share of the members.

    Documented: v1 OpenAPI.
    """
    query = {"segments": EVERYBODY, "fields": FIELD, "limit": "1"}
    halves = [",".join(map(str, range(start, 100, 2))) for start in (0, 1)]
    totals = [world.get("/api/segment/scan", splits=each, **query).body["total"] for each in halves]
    assert sum(totals) == world.get("/api/segment/scan", **query).body["total"]


@fact("scan-meta", confidence="documented")
def test_a_scan_tells_the_schema_when_asked(world: World) -> None:
    """`meta=true` adds the schema to the answer of a scan.

    Documented: v1 OpenAPI. Where it stands is not said; a client knows a `meta` in envelopes.
    """
    query = {"segments": EVERYBODY, "fields": FIELD, "limit": "1"}
    plain = world.get("/api/segment/scan", **query).body
    assert world.get("/api/segment/scan", meta="true", **query).body.keys() > plain.keys()


@fact("field-info", confidence="observed")
def test_the_fields_of_members_are_counted(world: World) -> None:
    """`GET /api/segment/{id}/fieldinfo` tells of each field who has it and who has not.

    Observed: engineers' notes, snapshots and advice.
    """
    made = world.create("everybody", "FILTER *")
    query = {"fields": FIELD, "limit": "1"}
    found = world.get(f"/api/segment/{made['id']}/fieldinfo", **query)
    assert found.status == 200


@fact("field-info-limit", confidence="observed")
def test_a_limit_is_that_of_the_terms_of_each_field(world: World) -> None:
    """`limit` of field information is how many terms each field shows, not how many fields.

    Observed: engineers' notes, snapshots (20 by default, at most 1,000).
    """
    query = {"segments": DEFINITION, "fields": f"{FIELD},{NUMBER}", "limit": "1"}
    (segment,) = world.get("/api/segment/fieldinfo", **query).data["segments"]
    assert all(len(each["terms_counts"] or ()) <= 1 for each in segment["fields"] or ())


@fact("field-info-of-several", confidence="observed")
def test_the_fields_of_several_segments_are_counted_at_once(world: World) -> None:
    """`GET /api/segment/fieldinfo?ids=a,b` answers one object for each of the segments.

    Observed: engineers' notes, snapshots.
    """
    ids = [world.create(name, "FILTER *")["id"] for name in ("one", "other")]
    query = {"ids": ",".join(ids), "fields": FIELD, "limit": "1", "cached": "false"}
    assert world.get("/api/segment/fieldinfo", **query).status == 200


@fact("field-info-by-slug", confidence="observed")
def test_the_fields_of_a_slug_are_an_internal_error(world: World) -> None:
    """`GET /api/segment/{slug}/fieldinfo` is HTTP 500: it takes an id alone.

    Observed: engineers' notes, snapshots.
    """
    made = world.create("everybody", "FILTER *")
    assert world.get(f"/api/segment/{made['slug_name']}/fieldinfo").status == 500


@fact(
    "summary",
    confidence="observed",
    sandbox_only="the answer may name segments of others in a shape that nobody knows",
)
def test_a_segment_is_summed_up(world: World) -> None:
    """`GET /api/segment/{id}/summary` tells how a segment overlaps with aspects.

    Observed: engineers' notes, advice. Nobody shows an answer.
    """
    aspect = world.create("aspect", kind="aspect")
    made = world.create("everybody", "FILTER *")
    found = world.get(f"/api/segment/{made['id']}/summary").data
    assert aspect["id"] in str(found)
