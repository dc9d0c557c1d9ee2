"""The open questions about the API as switches: off is the assumed answer, on is the other one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches


def _switch(meaning: str) -> bool:
    switch: bool = field(default=False, metadata={"meaning": meaning})
    return switch


@dataclass(frozen=True, slots=True)
class Switches:
    """What the sandbox does where no source says what the API does.

    Each switch is off by default, and off is the behavior that a careful client must survive; the
    documented limits are off so that a test meets them only when it wants to.
    """

    # How a list is filtered and shown.
    list_all_tables: bool = _switch("a list without `table` shows every table, not only `user`")
    list_one_kind: bool = _switch("a list without `kind` shows only kind `segment`, not every kind")
    list_only_valid: bool = _switch("a list without `valid` shows only valid segments")
    honor_list_limit: bool = _switch("a v2 segment list honors `limit` instead of ignoring it")
    get_needs_table: bool = _switch(
        "reading a segment of another table than `user` needs `?table=`, or answers 404"
    )
    empty_lists_are_arrays: bool = _switch("a list of nothing is `[]` in `data` instead of null")
    show_old_fields: bool = _switch(
        "segments have the fields too that only old answers or the OpenAPI have, and an unknown one"
    )
    includes_hold_slugs: bool = _switch("`includes` of a segment holds slugs instead of ids")
    text_status: bool = _switch("`status` in the envelope of v1 is text, as in old answers")
    show_meta: bool = _switch("the envelope of v2 has `_meta` beside the data")

    # What a create and a PUT do.
    create_answers_200: bool = _switch("a v2 create answers 200 instead of 201")
    require_create_fields: bool = _switch(
        "a v2 create without one of the fields that engineers list answers 400"
    )
    merge_on_put: bool = _switch("a v2 PUT keeps the client fields that its body leaves out")
    silent_equal_put: bool = _switch("a PUT of equal content does not move `updated`")
    stale_put_answers_409: bool = _switch(
        "a PUT that sends an `updated` other than the segment's answers 409"
    )
    keep_kind_on_put: bool = _switch("a PUT cannot change `kind`")
    change_table_on_put: bool = _switch(
        "a PUT whose FROM names another table moves the segment there instead of making a second"
    )
    refuse_table_on_put: bool = _switch("a PUT whose FROM names another table answers 400")
    only_null_clears_expiry: bool = _switch(
        "a PUT that leaves out `expires_at` keeps it; null clears"
    )
    null_keeps_expiry: bool = _switch(
        "a PUT with `expires_at` null keeps it; leaving it out clears"
    )
    respect_public_name: bool = _switch(
        "a `public_name` that a client sends is taken instead of ignored"
    )
    save_hist_by_default: bool = _switch("`save_hist` is true unless the body says otherwise")
    trim_texts: bool = _switch("whitespace around a name or a description is taken off")
    sort_tags: bool = _switch("tags come back sorted instead of in the order sent")

    # Definitions.
    accept_missing_includes: bool = _switch(
        "an INCLUDE of an unknown segment is stored and the segment marked invalid"
    )
    accept_include_cycles: bool = _switch(
        "a definition that includes itself is stored and the segment marked invalid"
    )
    accept_unknown_fields: bool = _switch(
        "a definition over a field that the schema lacks is stored and the segment marked invalid"
    )
    accept_deep_includes: bool = _switch(
        "an INCLUDE that leads deeper than 100 segments is stored and the segment marked invalid"
    )
    refuse_foreign_includes: bool = _switch(
        "an INCLUDE of a segment of another table answers 400 instead of selecting nobody"
    )
    validate_checks_fields: bool = _switch(
        "v1 validate refuses fields that the schema lacks, not only bad syntax"
    )
    ast_wins: bool = _switch("an `ast` wins over a `segment_ql` that is sent with it")
    reprint_definitions: bool = _switch(
        "`segment_ql` is stored as the parser prints it, with FROM and ALIAS, not as sent"
    )
    complete_definitions: bool = _switch("`segment_ql` gets the FROM and the ALIAS that it lacks")
    strip_hex_backticks: bool = _switch("backticks around an id are taken out of `segment_ql`")
    collapse_whitespace: bool = _switch("runs of blanks in `segment_ql` become one")

    # Slugs.
    refuse_taken_slugs: bool = _switch("a create with a taken slug answers 409 instead of renaming")
    stack_slug_suffixes: bool = _switch(
        "after `slug_1`, the next suffix makes `slug_1_1` instead of `slug_2`"
    )
    slugs_per_table: bool = _switch("a slug is unique in its table, not in the account")
    slugify_slugs: bool = _switch(
        "signs that a slug cannot have are taken out of it instead of 400"
    )

    # Deletes.
    delete_answers_200: bool = _switch("a v2 delete answers 200 with an envelope instead of 204")
    delete_with_dependants: bool = _switch(
        "a segment that something uses can be deleted; what included it becomes invalid"
    )
    dependants_by_id: bool = _switch(
        "in the answer to a bulk delete, the map is keyed by what depends, not by the kind"
    )
    soft_deletes: bool = _switch("a deleted segment still answers a GET by id, with `deleted` true")

    # Groups.
    accept_unknown_groups: bool = _switch("a segment may name group ids that do not exist")
    groups_only_by_group: bool = _switch(
        "`groups` in a segment's body is ignored: groups say who is in them"
    )
    group_takes_segments: bool = _switch(
        "`segment_ids` in a group's body sets its members instead of being ignored"
    )
    groups_hide_segments: bool = _switch("a group shows `segment_ids` null, whoever is in it")
    segments_hide_groups: bool = _switch("a segment shows `groups` null, wherever it is")
    merge_groups_on_put: bool = _switch("a group PUT keeps what its body leaves out")
    unique_group_names: bool = _switch("a group name that is taken answers 400")
    keep_full_groups: bool = _switch("a group that has segments cannot be deleted")
    keep_deleted_group_ids: bool = _switch("segments go on naming a group that was deleted")
    get_one_group: bool = _switch("`GET /v2/segment/group/{id}` answers the group instead of 405")

    # What else is asked of a segment.
    ancestors_are_ids: bool = _switch("ancestors are ids instead of segments")
    ancestors_are_direct: bool = _switch("ancestors are only what the segment itself includes")
    jobs_are_ids: bool = _switch("the jobs of a segment are ids instead of jobs")
    reevaluate_by_path_only: bool = _switch(
        "`POST /v2/segment/reevaluate` answers 404; the id must stand in the path"
    )
    reevaluate_by_body_only: bool = _switch(
        "`POST /v2/segment/{id}/reevaluate` answers 404; the id must stand in the body"
    )

    scan_answers_20: bool = _switch("a scan without `limit` answers 20 members instead of 10")
    scan_repeats_the_end: bool = _switch(
        "`_next` of the last page of a scan is not empty, and leads to the same page again"
    )
    scan_marks_repeat: bool = _switch("all pages of a scan have the same `_next`")
    accept_unknown_members: bool = _switch(
        "a segment collection may name segments that do not exist"
    )
    schema_patches: bool = _switch(
        "the account has `enable_schema_patches`: fields change by patches alone"
    )

    # Who may.
    ip_not_listed: bool = _switch(
        "the caller is not on the account's IP allow list: 403 for everything"
    )
    writes_need_user_tokens: bool = _switch("no API token may write: 403")
    manage_needs_view: bool = _switch("a token with `v2_segment_manage` alone may not read: 403")
    segment_roles_only: bool = _switch(
        "a token with roles for segments alone may not read jobs, flows and fields: 403"
    )
    name_missing_role: bool = _switch("the message of a 403 names the role that is missing")
    conductor_account: bool = _switch(
        "the account uses the Conductor schema: `POST /api/schema/…` and `/api/query` answer 405"
    )
    accept_system_writes: bool = _switch(
        "predefined and `managed` segments can be changed and deleted"
    )
    parent_token: bool = _switch(
        "the token reaches a second account too, which the account list shows first"
    )

    # Documented limits.
    limit_segments: bool = _switch(
        "a create past 500 segments, predefined ones not counted, answers 400"
    )
    limit_segments_and_predefined: bool = _switch(
        "a create past 500 segments, predefined ones counted, answers 400"
    )
    limit_conditions: bool = _switch(
        "a definition of more than 1,000 conditions, with all it includes, answers 400"
    )
    limit_descriptions: bool = _switch("a description of more than 1,024 characters answers 400")
    limit_bodies: bool = _switch("a body of more than 10 MB answers 413")
    limit_names: bool = _switch(
        "a name of a segment or group, or a slug, of more than 64 characters answers 400"
    )
    throttle_sizes: bool = _switch(
        "a second `POST /api/segment/size` within ten seconds answers 429, as is documented"
    )
    limit_reevaluations: bool = _switch("more than 20 reevaluations within an hour answer 429")
    limit_requests: bool = _switch("more than 4 requests a second, after 8 at once, answer 429")
    say_when_to_retry: bool = _switch("a 429 of these limits has `Retry-After`")

    # What an error says.
    codes_by_subject: bool = _switch(
        "errors carry the code of their subject: UNAUTHORIZED-017, SCHEMA-INVALID-018, …"
    )
    check_workflows: bool = _switch("an exclusion for a workflow that has no job answers 404")

    @classmethod
    def of(cls, values: Mapping[str, bool]) -> "Switches":
        """Build switches by name; raise ValueError for a name that does not exist."""
        unknown = sorted(values.keys() - meanings().keys())
        if unknown:
            similar = get_close_matches(unknown[0], meanings())
            hint = f"did you mean {' or '.join(similar)}?" if similar else "no name is like that."
            message = f"unknown switch {unknown[0]!r}; {hint} `segsync sandbox switch` shows all"
            raise ValueError(message)
        return cls(**values)

    def as_dict(self) -> dict[str, bool]:
        """Return every switch by name, on or off."""
        return asdict(self)


def meanings() -> dict[str, str]:
    """Return what each switch means when it is on, by name, in the order of declaration."""
    return {each.name: each.metadata["meaning"] for each in fields(Switches)}
