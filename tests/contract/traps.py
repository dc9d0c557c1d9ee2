"""The traps of the API, what guards against each, and the tests that fail without the guard."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trap:
    """One trap and one guard: `old` stands once in `file`, and `new` takes the guard out."""

    id: str
    says: str
    guard: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        """Return the name that stands in the id of a test."""
        return self.id


_CALLS = "tests/applier/test_calls.py::"
_GUARDS = "tests/applier/test_guards.py::"
_SETTLING = "tests/applier/test_settling.py::"
_WIRE = "tests/api/test_wire.py::"
_EVERYTHING = f"{_WIRE}test_what_is_sent_names_everything_that_a_client_can_set"
_READS = "tests/api/test_reads.py::"
_STRAYS = "tests/applier/test_strays.py::"
_TWINS = "tests/applier/test_twins.py::"
_GROUPS = "tests/applier/test_groups.py::"
_RULES = "tests/planning/test_segment_rules.py::"

TRAPS = (
    Trap(
        "create-taken-slug",
        "A create under a taken slug succeeds as `<slug>_1`.",
        "the slug of the answer is compared; the stray is removed",
        "segsync/applier/guards.py",
        "return MadeUnderOtherKey(asked=",
        "return None and MadeUnderOtherKey(asked=",
        (
            f"{_GUARDS}test_a_create_under_another_slug_is_a_trap",
            f"{_CALLS}test_a_create_under_a_taken_slug_removes_the_stray_and_fails",
        ),
    ),
    Trap(
        "put-without-from, before",
        "A PUT without `FROM` makes a second segment; one with another `ALIAS` renames.",
        "every body has an explicit FROM and ALIAS",
        "segsync/api/wire.py",
        "segment.definition.with_clauses(segment.table, segment.slug)",
        "segment.definition.text",
        (_EVERYTHING, f"{_CALLS}test_an_update_reads_first_and_sends_every_field"),
    ),
    Trap(
        "put-without-from, after",
        "A PUT changes another segment than the one it names.",
        "the id of the answer is compared; the stray is removed",
        "segsync/applier/guards.py",
        "return MadeAnother(id=",
        "return None and MadeAnother(id=",
        (
            f"{_GUARDS}test_an_update_answered_with_another_id_is_a_trap",
            f"{_CALLS}test_an_update_that_makes_another_segment_removes_it_and_fails",
        ),
    ),
    Trap(
        "put-with-other-alias, before",
        "A PUT without `slug_name` takes the slug from `ALIAS`.",
        "every body has `slug_name`",
        "segsync/api/wire.py",
        '"slug_name": segment.slug,',
        "",
        (_EVERYTHING,),
    ),
    Trap(
        "put-with-other-alias, after",
        "A PUT leaves another slug than the one asked for.",
        "the slug of the answer is compared",
        "segsync/applier/guards.py",
        "return KeyNotTaken(asked=",
        "return None and KeyNotTaken(asked=",
        (
            f"{_GUARDS}test_an_update_that_leaves_another_slug_is_a_trap",
            f"{_CALLS}test_an_update_that_leaves_another_slug_fails",
        ),
    ),
    Trap(
        "put-omitted-fields",
        "A PUT may reset what it leaves out.",
        "every body has every field that a client can set",
        "segsync/api/wire.py",
        '"description": segment.description,',
        "",
        (_EVERYTHING, f"{_CALLS}test_an_update_reads_first_and_sends_every_field"),
    ),
    Trap(
        "clearing-expiry",
        "A null may not clear `expires_at`.",
        "what came back is compared; then the field is left out",
        "segsync/api/writes.py",
        "if found.id == id and segment.expires_at is None",
        "if False and segment.expires_at is None",
        ("tests/api/test_writes.py::test_a_time_that_null_keeps_is_cleared_by_leaving_it_out",),
    ),
    Trap(
        "stored-otherwise",
        "A write succeeds, and a field was not taken.",
        "all fields of the answer are compared",
        "segsync/applier/guards.py",
        "return StoredOtherwise(wrong) if wrong else None",
        "return None",
        (
            f"{_GUARDS}test_another_essential_field_is_a_trap",
            f"{_CALLS}test_a_create_of_which_fields_were_not_taken_fails",
        ),
    ),
    Trap(
        "made-invalid",
        "A write succeeds, and the segment is `invalid`.",
        "an answer that is invalid is a failure",
        "segsync/applier/guards.py",
        "return None if answer.invalid_reason is None else MadeInvalid(answer.invalid_reason)",
        "return None",
        (
            f"{_GUARDS}test_what_a_write_has_made_invalid_is_a_trap",
            f"{_CALLS}test_a_write_that_leaves_the_audience_invalid_is_no_success",
        ),
    ),
    Trap(
        "lost-update",
        "There is no `ETag`: a PUT overwrites what somebody has just changed.",
        "the segment is read and compared right before each write",
        "segsync/applier/calls.py",
        "return found, differences(expected, found.value)",
        "return found, ()",
        (
            f"{_CALLS}test_somebody_elses_change_is_a_conflict_and_is_not_overwritten",
            f"{_CALLS}test_a_segment_that_is_not_as_planned_is_not_deleted",
        ),
    ),
    Trap(
        "stray-of-others, known",
        "What looks like a stray may have been there before.",
        "what was in the account at the start is never removed",
        "segsync/applier/run.py",
        "return not (known or planned) and is_new(stray)",
        "return not planned and is_new(stray)",
        (f"{_CALLS}test_what_was_there_at_the_start_is_never_taken_for_a_stray",),
    ),
    Trap(
        "stray-of-others, planned",
        "What looks like a stray may be what the plan makes under that slug.",
        "what has a key of the plan is never removed",
        "segsync/applier/run.py",
        "return not (known or planned) and is_new(stray)",
        "return not known and is_new(stray)",
        (f"{_STRAYS}test_a_slug_that_the_plan_means_for_something_else_is_left_alone",),
    ),
    Trap(
        "stray-of-others, new",
        "What looks like a stray may be older than the write.",
        "only what was made by one write, just now, is removed",
        "segsync/applier/guards.py",
        "return created is not None and updated is not None and updated - created <= _SAME_MOMENT",
        "return True",
        (
            f"{_GUARDS}test_an_object_is_new_when_it_was_created_and_updated_by_one_write",
            f"{_STRAYS}test_one_sign_that_somebody_else_has_made_it_is_enough",
        ),
    ),
    Trap(
        "stray-of-others, copy",
        "What looks like a stray may say something else than what was sent.",
        "only a copy of what was sent is removed",
        "segsync/applier/guards.py",
        "return set(differences(sent, value)) <= apart",
        "return True",
        (
            f"{_GUARDS}test_a_copy_says_what_was_sent_under_its_key_or_a_numbered_one",
            f"{_STRAYS}test_one_sign_that_somebody_else_has_made_it_is_enough",
        ),
    ),
    Trap(
        "stray-of-others, changed",
        "Somebody may have changed the stray in the meantime.",
        "it is read again before it is removed",
        "segsync/applier/run.py",
        "return is_new(found) and not differences(seen.value, found.value)",
        "return True",
        (f"{_CALLS}test_a_stray_that_reads_otherwise_than_the_answer_said_is_left_alone",),
    ),
    Trap(
        "delete-that-only-says-so",
        "A delete succeeds, and the segment is still there.",
        "the segment is looked for after the delete",
        "segsync/applier/removing.py",
        "    request_id = run.last_request_id\n",
        "    return Done(object_id)\n",
        (f"{_CALLS}test_a_delete_that_only_says_so_fails",),
    ),
    Trap(
        "delete-404",
        "A 404 may mean another table, and not that the segment is gone.",
        "the segment is looked for after the 404",
        "segsync/applier/removing.py",
        "return _after_a_404(object_id, like, run, problem)",
        "return Done(object_id)",
        (f"{_CALLS}test_a_delete_that_finds_nothing_while_it_is_there_fails",),
    ),
    Trap(
        "write-sent-twice",
        "A write without an answer may have taken effect, and a second create makes `<slug>_1`.",
        "what is ambiguous is never sent again",
        "segsync/api/retry.py",
        "return isinstance(error, _AGAIN) and not error.ambiguous",
        "return isinstance(error, _AGAIN)",
        (
            "tests/api/test_session.py::test_a_write_in_doubt_is_never_sent_again",
            "tests/api/test_client.py::test_a_create_that_times_out_is_sent_once",
        ),
    ),
    Trap(
        "lost-create",
        "A create whose answer was lost may have taken effect.",
        "it is looked for by its slug",
        "segsync/applier/calls.py",
        "return settle_create(change, after, run, problem)",
        "raise",
        (f"{_SETTLING}test_a_create_whose_answer_was_lost_is_found_and_not_sent_again",),
    ),
    Trap(
        "lost-answer-of-an-update",
        "An update whose answer was lost may have taken effect.",
        "the segment is read and compared",
        "segsync/applier/calls.py",
        "return settle_update(change, found, after, run, problem)",
        "raise",
        (f"{_SETTLING}test_an_update_whose_answer_was_lost_is_settled_by_reading",),
    ),
    Trap(
        "two-groups-of-one-name, before",
        "Two groups may have one name.",
        "a group of that name is looked for before the create",
        "segsync/applier/groups.py",
        "    there = run.groups_named(after.name)\n    if there:",
        "    there = ()\n    if there:",
        (f"{_GROUPS}test_a_group_that_somebody_has_made_already_is_used",),
    ),
    Trap(
        "two-groups-of-one-name, after",
        "Two runs may make a group of one name at the same time.",
        "after the create the older one is taken, and ours is removed",
        "segsync/applier/groups.py",
        "return _without_twin(change, after, run, answer)",
        "return Done(answer.id)",
        (f"{_GROUPS}test_the_older_of_two_that_are_made_at_once_is_used",),
    ),
    Trap(
        "busy-after-the-work",
        "A 429 may come after a segment was made, so that the next create makes `<slug>_1`.",
        "what was made is looked for; the first counts, the others are removed",
        "segsync/applier/calls.py",
        "if run.times_sent > 1:",
        "if False:",
        (f"{_TWINS}test_what_a_429_left_behind_is_the_segment_that_was_meant",),
    ),
    Trap(
        "busy-after-the-work, groups",
        "A 429 may come after a group was made, and a second one would look the same.",
        "the create is sent again only when the account shows no group of its name",
        "segsync/applier/groups.py",
        "is_busy and again and _is_missing(after, run)",
        "is_busy and again",
        (f"{_GROUPS}test_a_group_that_a_busy_account_has_made_is_not_made_again",),
    ),
    Trap(
        "list-defaults",
        "A list shows one table, and perhaps one kind or valid segments, unless asked for all.",
        "`table`, `kind` and `valid` are always sent",
        "segsync/api/reads.py",
        'return {"table": table, "kind": "all", "valid": "all"}',
        "return {}",
        ("tests/api/test_client.py::test_the_live_state_takes_one_call_per_kind_of_object",),
    ),
    Trap(
        "get-needs-table",
        "A 404 may mean that the table must be named.",
        "a segment of another table is asked for once more, with it",
        "segsync/api/reads.py",
        "            if table == DEFAULT_TABLE:\n                raise",
        "            raise",
        (f"{_READS}test_a_segment_of_another_table_is_asked_for_again_with_its_table",),
    ),
    Trap(
        "success-with-errors",
        "200 is not always success.",
        "errors in a success are an error",
        "segsync/api/envelope.py",
        "if answer.has_errors:",
        "if False:",
        ("tests/api/test_mutations.py::test_what_is_no_answer_is_no_success",),
    ),
    Trap(
        "another-account",
        "A token may reach several accounts.",
        "the account of the token is compared before anything is done",
        "segsync/api/around.py",
        "if account.aid != aid:",
        "if False:",
        ("tests/api/test_around.py::test_an_account_that_is_required_is_the_one_or_an_error",),
    ),
    Trap(
        "predefined-segments",
        "Predefined and managed segments may be writable.",
        "they are recognized, and never planned for",
        "segsync/api/wire.py",
        'return "predefined by Lytics"',
        'return ""',
        (f"{_WIRE}test_what_lytics_made_is_not_to_be_touched",),
    ),
    Trap(
        "delete-with-dependants",
        "A delete of what another segment includes may succeed and break that one.",
        "the plan refuses it",
        "segsync/planning/obstacles.py",
        "    included_deletes,\n    renames_with_stuck_dependants,\n    taken_slugs,\n"
        "    unresolvable_references,\n    closed_cycles,",
        "    renames_with_stuck_dependants,\n    taken_slugs,\n"
        "    unresolvable_references,\n    closed_cycles,",
        (f"{_RULES}test_what_a_remaining_segment_includes_is_not_deleted",),
    ),
    Trap(
        "delete-of-what-a-job-uses",
        "A delete of what an export uses may succeed and end the export.",
        "the plan refuses it",
        "segsync/planning/obstacles.py",
        "    lost_renames,\n    deletes_in_use,\n",
        "    lost_renames,\n",
        (f"{_RULES}test_what_an_active_job_uses_is_not_deleted",),
    ),
    Trap(
        "rename-breaks-dependants",
        "A rename breaks every INCLUDE of the old slug.",
        "dependants are rewritten in the same plan; where that may not be, it refuses",
        "segsync/planning/obstacles.py",
        "    renames_with_stuck_dependants,\n    taken_slugs,\n"
        "    unresolvable_references,\n    closed_cycles,",
        "    taken_slugs,\n    unresolvable_references,\n    closed_cycles,",
        (f"{_RULES}test_a_dependant_that_is_not_ours_blocks_a_rename_by_name",),
    ),
    Trap(
        "cycle",
        "A definition that includes itself may be stored as invalid.",
        "the plan refuses it",
        "segsync/planning/obstacles.py",
        "    unresolvable_references,\n    closed_cycles,\n",
        "    unresolvable_references,\n",
        (f"{_RULES}test_a_change_that_would_close_a_cycle_with_a_blocked_one_is_blocked",),
    ),
)
