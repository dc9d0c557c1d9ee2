"""The open questions about the API as switches: off is the assumed answer, on is the other one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields


def _switch(meaning: str) -> bool:
    switch: bool = field(default=False, metadata={"meaning": meaning})
    return switch


@dataclass(frozen=True, slots=True)
class Switches:
    """What the sandbox does where no source says what the API does.

    Each switch is off by default, and off is the behavior that a careful client must survive.
    """

    merge_on_put: bool = _switch("a v2 PUT keeps the client fields that its body leaves out")
    create_answers_200: bool = _switch("a v2 create answers 200 instead of 201")
    delete_answers_200: bool = _switch("a v2 delete answers 200 with an envelope instead of 204")
    delete_with_dependants: bool = _switch(
        "a segment that others include, or an active job uses, can be deleted; "
        "what included it becomes invalid"
    )
    accept_missing_includes: bool = _switch(
        "an INCLUDE of an unknown segment is stored and the segment marked invalid"
    )
    accept_include_cycles: bool = _switch(
        "a definition that includes itself is stored and the segment marked invalid"
    )
    accept_unknown_fields: bool = _switch(
        "a definition over a field that the schema lacks is stored and the segment marked invalid"
    )
    accept_unknown_groups: bool = _switch("a segment may name group ids that do not exist")
    list_all_tables: bool = _switch("a list without `table` shows every table, not only `user`")
    honor_list_limit: bool = _switch("a v2 segment list honors `limit` instead of ignoring it")
    get_needs_table: bool = _switch(
        "reading a segment of another table than `user` needs `?table=`, or answers 404"
    )
    reprint_definitions: bool = _switch(
        "`segment_ql` is stored as the parser prints it, with FROM and ALIAS, not as sent"
    )
    throttle_sizes: bool = _switch(
        "a second `POST /api/segment/size` within ten seconds answers 429, as is documented"
    )
    sort_tags: bool = _switch("tags come back sorted instead of in the order sent")

    @classmethod
    def of(cls, values: Mapping[str, bool]) -> "Switches":
        """Build switches by name; raise ValueError for a name that does not exist."""
        unknown = sorted(values.keys() - meanings().keys())
        if unknown:
            known = ", ".join(meanings())
            message = f"unknown switch {unknown[0]!r}; the switches are {known}"
            raise ValueError(message)
        return cls(**values)

    def as_dict(self) -> dict[str, bool]:
        """Return every switch by name, on or off."""
        return asdict(self)


def meanings() -> dict[str, str]:
    """Return what each switch means when it is on, by name, in the order of declaration."""
    return {each.name: each.metadata["meaning"] for each in fields(Switches)}
