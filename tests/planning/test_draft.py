"""What the account looks like now, and after the intents."""

from segsync.plan import Action
from segsync.planning.draft import Draft
from segsync.planning.identity import identities
from segsync.planning.intent import SegmentIntent
from tests.planning.build import found, live_state, segment

OLD = found("old")
USER = found("user", "FILTER AND (INCLUDE old, INCLUDE OLD, INCLUDE gone)")
GONE = found("gone")
NAMES = identities(live_state([OLD, USER, GONE]), {"new": OLD, "user": USER, "fresh": None})
DRAFT = Draft(
    NAMES,
    {
        OLD.id: SegmentIntent(OLD.id, Action.RENAME, OLD, segment("new", owned=True)),
        USER.id: SegmentIntent(
            USER.id,
            Action.UPDATE,
            USER,
            segment("user", "FILTER AND (INCLUDE new, INCLUDE fresh)"),
            redefined=True,
        ),
        "new:fresh": SegmentIntent("new:fresh", Action.CREATE, None, segment("fresh")),
        GONE.id: SegmentIntent(GONE.id, Action.DELETE, GONE, None),
    },
    (),
)


def test_renames_are_old_slug_to_new() -> None:
    assert DRAFT.renames() == {"old": "new"}


def test_final_slugs_leave_out_what_is_deleted() -> None:
    assert DRAFT.final_slugs() == {OLD.id: "new", USER.id: "user", "new:fresh": "fresh"}


def test_edges_are_read_as_they_are_now_and_as_they_will_be() -> None:
    assert DRAFT.live_edges() == {OLD.id: (), USER.id: (OLD.id, OLD.id, GONE.id), GONE.id: ()}
    assert DRAFT.final_edges() == {
        OLD.id: (),
        USER.id: (OLD.id, "new:fresh"),
        "new:fresh": (),
    }


def test_references_to_renamed_segments_are_told_as_written() -> None:
    assert DRAFT.named_renames(USER, DRAFT.renames()) == {"old": "old", "OLD": "old"}
    assert DRAFT.named_renames(GONE, DRAFT.renames()) == {}


def test_an_id_that_reads_like_the_slug_is_no_slug() -> None:
    strange = found("x", f"FILTER INCLUDE {OLD.id}")
    other = found(OLD.id)
    names = identities(live_state([OLD, strange, other]), {})
    draft = Draft(names, {}, ())
    assert draft.named_renames(strange, {OLD.id: "new"}) == {}


def test_an_intent_knows_its_key_and_its_final_form() -> None:
    keys = {each.identity: each.key for each in DRAFT.segments.values()}
    assert keys == {OLD.id: "new", USER.id: "user", "new:fresh": "fresh", GONE.id: "gone"}
    assert DRAFT.segments[GONE.id].final is None
    assert SegmentIntent("1", None, OLD, None).final == OLD.segment
