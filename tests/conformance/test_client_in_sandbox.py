"""Client and sandbox, two readings of one API: each endpoint means the same to both of them."""

from dataclasses import dataclass

import pytest

from segsync.api.client import Client
from segsync.api.results import FlowState, NewJob, Scan, SchemaField
from segsync.errors import NotFoundError, RejectedError
from segsync.sandbox.seed import Seed
from segsync.sandbox.store import Store, memory_store
from segsync.sandbox.switches import Switches
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import Definition, Marks, Segment

SEED = Seed(
    account={"aid": 7, "name": "Shop"},
    fields={
        "user": [
            {"id": "email", "type": "string", "is_identifier": True},
            {"id": "visits", "type": "int"},
            {"id": "country", "type": "string"},
        ]
    },
    groups=(),
    segments=(
        {"slug_name": "all", "name": "All", "segment_ql": "FILTER *"},
        {"slug_name": "known", "name": "Known", "segment_ql": "FILTER EXISTS email"},
        {
            "slug_name": "often",
            "name": "Often",
            "segment_ql": "FILTER AND (INCLUDE known, visits > 3)",
            "kind": "aspect",
        },
    ),
    jobs=({"name": "Old", "workflow": "ads", "status": "completed", "segments": ["all"]},),
    flows=({"name": "Hello", "status": "draft", "entry": "known"},),
    exclusions={"ads": ["known"]},
    population={"profiles": 260, "seed": 1},
)
# What a client must get through without noticing: answers of other shapes and statuses.
DISGUISES = (
    Switches(),
    Switches(
        show_meta=True,
        text_status=True,
        empty_lists_are_arrays=True,
        create_answers_200=True,
        delete_answers_200=True,
        scan_answers_20=True,
        scan_repeats_the_end=True,
        scan_marks_repeat=True,
        jobs_are_ids=True,
        ancestors_are_ids=True,
        show_old_fields=True,
        parent_token=True,
    ),
)


@dataclass
class Pair:
    """A client, and the sandbox that answers it."""

    client: Client
    store: Store

    def id_of(self, slug: str) -> str:
        return self.client.segment(slug, group_ids={}).id


@pytest.fixture(params=DISGUISES, ids=["plain", "disguised"])
def pair(request: pytest.FixtureRequest) -> Pair:
    return paired(request.param)


def paired(switches: Switches) -> Pair:
    store = memory_store(SEED, switches=switches)
    transport = SandboxTransport(store)
    client = Client(url="https://sandbox.test", token="sandbox", marks=Marks(), transport=transport)
    assert client.account().aid == 7
    return Pair(client, store)


def test_a_token_reaches_its_own_account_and_perhaps_a_second() -> None:
    assert [each.aid for each in paired(Switches()).client.accounts()] == [7]
    assert [each.aid for each in paired(Switches(parent_token=True)).client.accounts()] == [7, 8]


def test_members_are_all_told_once_whatever_is_shown_of_them(pair: Pair) -> None:
    client, everybody = pair.client, pair.id_of("all")
    assert len(list(client.members(everybody))) == 260
    addresses = [each.get("email") for each in client.members_of("FILTER EXISTS email")]
    assert len(addresses) == len(set(addresses)) == client.segment_size(pair.id_of("known"))
    alike = list(client.members(everybody, scan=Scan(("country",))))
    assert len(alike) == 260
    assert len({each.get("country") for each in alike}) < 100


def test_members_are_sorted_and_split_as_asked(pair: Pair) -> None:
    text = "FILTER EXISTS visits"
    scan = Scan(("email", "visits"), sort_by="visits", descending=True)
    found = [each["visits"] for each in pair.client.members_of(text, scan=scan)]
    assert found == sorted(found, key=lambda each: int(str(each)), reverse=True)
    halves = [
        list(pair.client.members_of(text, scan=Scan(splits=tuple(range(start, 100, 2)))))
        for start in (0, 1)
    ]
    assert sum(map(len, halves)) == len(found)
    assert all(halves)


def test_fields_of_segments_and_of_definitions_are_counted_alike(pair: Pair) -> None:
    client, known, often = pair.client, pair.id_of("known"), pair.id_of("often")
    both = client.field_uses_by_segment([known, often], fields=["visits"], fresh=True)
    assert both.keys() == {known, often}
    (visits,) = both[often]
    assert visits.stats is not None
    assert visits.stats.min > 3
    assert visits.present + visits.absent == client.segment_size(often)
    (of_text,) = client.field_uses_of("FILTER INCLUDE often", fields=["visits"])
    assert of_text.present == visits.present
    (terms,) = client.field_uses(known, fields=["email"], limit=2)
    assert terms.terms is not None
    assert (len(terms.terms), terms.has_more_terms) == (2, True)


def test_a_summary_names_aspects(pair: Pair) -> None:
    assert pair.id_of("often") in str(pair.client.summary(pair.id_of("known")))


def test_a_job_lives_and_dies(pair: Pair) -> None:
    client, known = pair.client, pair.id_of("known")
    new = NewJob("Export", "ads", {"segment_id": known}, "Mail.")
    job = client.create_job(new, run=False)
    assert (job.workflow, job.status, set(job.segment_ids)) == ("ads", "paused", {known})
    assert [each.id for each in client.segment_jobs(known)] == [job.id]
    client.resume_job(job.id)
    assert client.job(job.id).status == "running"
    client.pause_job(job.id)
    client.restart_job(job.id)
    changed = client.update_job(job.id, {"name": "Renamed"})
    assert (changed.name, set(changed.segment_ids)) == ("Renamed", {known})
    with pair.store.read() as state:
        assert [each["description"] for each in state.jobs_using(known)] == ["Mail."]
    with pytest.raises(RejectedError):
        client.delete_segment(known)
    client.kill_job(job.id)
    assert {each.name: each.status for each in client.jobs()} == {
        "Old": "completed",
        "Renamed": "deleted",
    }
    words = [each.message.split()[0] for each in client.job_logs(job.id)]
    assert (words[0], words[-1], len(words)) == ("Created", "Killed", 6)


def test_a_flow_is_moved_on(pair: Pair) -> None:
    (flow,) = pair.client.flows()
    assert (flow.status, set(flow.segment_ids)) == ("draft", {pair.id_of("known")})
    pair.client.move_flow(flow.id, FlowState.RUNNING)
    assert pair.client.flow(flow.id).status == "running"
    with pytest.raises(RejectedError, match="cannot go from running to running"):
        pair.client.move_flow(flow.id, FlowState.RUNNING)


def test_a_field_is_used_once_it_is_published(pair: Pair) -> None:
    client = pair.client
    plan = SchemaField("plan", "string", "The plan.", is_pii=True, merge_operation="latest")
    segment = Segment("planned", "Planned", Definition("FILTER EXISTS plan"))
    client.draft_field(plan)
    client.change_field("email", {"shortdesc": "An address."})
    assert "plan" in str(client.schema_draft())
    with pytest.raises(RejectedError, match="invalid against existing schema"):
        client.create_segment(segment, group_ids={})
    client.publish_schema(tag="add-plan", description="The plan.")
    assert client.schema_field("plan") == plan
    address = client.schema_field("email")
    assert (address.description, address.is_identifier) == ("An address.", True)
    client.create_segment(segment, group_ids={})
    client.drop_field("plan")
    assert "plan" in client.schema_field_names()


def test_a_schema_is_patched_where_drafts_are_refused() -> None:
    client = paired(Switches(schema_patches=True)).client
    assert client.setting("enable_schema_patches") is True
    plan = SchemaField("plan", "string", merge_operation="latest")
    with pytest.raises(RejectedError, match="need a patch"):
        client.draft_field(plan)
    patch = client.create_schema_patch(tag="add-plan", description="The plan.")
    client.patch_field(patch.id, plan)
    (found,) = client.schema_patches()
    assert (found.id, found.tag) == (patch.id, "add-plan")
    assert "plan" in str(client.schema_patch(patch.id).content)
    client.apply_schema_patch(patch.id)
    assert client.schema_field("plan") == plan
    other = client.create_schema_patch(tag="other", description="Nothing.")
    client.delete_schema_patch(other.id)
    assert client.schema_patches() == ()


def test_a_collection_is_made_changed_and_deleted(pair: Pair) -> None:
    client, known, often = pair.client, pair.id_of("known"), pair.id_of("often")
    made = client.create_collection("Funnel", [known, often])
    assert (made.slug, made.segment_ids) == ("funnel", (known, often))
    client.update_collection(made.id, "Funnel", [often])
    assert client.collection("funnel").segment_ids == (often,)
    assert [each.id for each in client.collections()] == [made.id]
    client.delete_collection(made.id)
    with pytest.raises(NotFoundError):
        client.collection(made.id)


def test_a_setting_names_whom_no_workflow_exports(pair: Pair) -> None:
    assert pair.client.setting("workflow_exclude_segments") == [pair.id_of("known")]
    assert not pair.client.setting("enable_schema_patches")
    with pytest.raises(NotFoundError):
        pair.client.setting("nobody_knows_this")
