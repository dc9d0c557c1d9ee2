"""Reads and writes the schema of a table: published fields, the shared draft, and patches."""

from collections.abc import Mapping

from segsync.api import answers
from segsync.api.endpoints import Endpoints, as_it_came, nothing, path_to
from segsync.api.results import SchemaField, SchemaPatch
from segsync.api.retry import DOUBTFUL_GROUP
from segsync.segment import DEFAULT_TABLE

_SCHEMA = "/v2/schema"
_PATCHES = "/v2/schema/patch"


class Schema(Endpoints):
    """The endpoints for schema fields.

    An account changes its schema in one of two ways, which `setting("enable_schema_patches")`
    tells: through a draft that all users share and somebody publishes, or through patches (observed
    by Lytics engineers). Only published fields can be used in a segment.
    """

    def schema_fields(self, table: str = DEFAULT_TABLE) -> tuple[SchemaField, ...]:
        """Return the published fields of a table, the only ones that a definition may name.

        `GET /v2/schema/{table}/field` (observed by Lytics engineers).
        """
        return self._get(_fields_of(table), answers.read_schema_fields, is_list=True)

    def schema_field(self, name: str, *, table: str = DEFAULT_TABLE) -> SchemaField:
        """Return one published field; raise `NotFoundError` when there is none.

        `GET /v2/schema/{table}/field/{name}` (observed by Lytics engineers).
        """
        return self._get(path_to(_fields_of(table), name), answers.read_schema_field)

    def schema_field_names(self, table: str = DEFAULT_TABLE) -> tuple[str, ...]:
        """Return the names of the fields of a table.

        `GET /v2/schema/{table}/fieldnames` (observed by Lytics engineers; no source shows an
        answer, a list of texts is assumed).
        """
        path = path_to(_SCHEMA, table) + "/fieldnames"
        return self._get(path, answers.read_names, is_list=True)

    def schema_draft(self, table: str = DEFAULT_TABLE) -> object:
        """Return how the unpublished schema of a table differs from the published one, as JSON.

        `GET /v2/schema/{table}/compare` (observed by Lytics engineers; no source shows an answer).
        """
        path = path_to(_SCHEMA, table) + "/compare"
        return self._get(path, as_it_came)

    def draft_field(self, field: SchemaField, *, table: str = DEFAULT_TABLE) -> None:
        """Put a new field into the draft, where it waits to be published.

        `POST /v2/schema/{table}/field` (observed by Lytics engineers). **The caller has to look
        first**: a field of that name is replaced, and what it had besides is lost.
        """
        self._write("POST", _fields_of(table), nothing, body=field.body(), may_be_empty=True)

    def change_field(
        self, name: str, changes: Mapping[str, object], *, table: str = DEFAULT_TABLE
    ) -> None:
        """Change some keys of a field in the draft, and keep all others.

        `POST /v2/schema/{table}/field/{name}` (observed by Lytics engineers) resets what a body
        leaves out, so that the field is read first and sent back completely; without its `mergeop`
        if it identifies profiles, which the API fills in and then refuses.
        """
        path = path_to(_fields_of(table), name)
        body = {**self._get(path, answers.read_object), **changes}
        if body.get("is_identifier"):
            body.pop("mergeop", None)
        self._write("POST", path, nothing, body=body, may_be_empty=True)

    def drop_field(self, name: str, *, table: str = DEFAULT_TABLE) -> None:
        """Take a field out of the draft; it is there until that is published.

        `DELETE /v2/schema/{table}/field/{name}` (observed by Lytics engineers).
        """
        self._write("DELETE", path_to(_fields_of(table), name), nothing, may_be_empty=True)

    def publish_schema(self, *, tag: str, description: str, table: str = DEFAULT_TABLE) -> None:
        """Publish the draft of a table: all of it, whatever others have put there (`schema_draft`).

        `POST /v2/schema/{table}/publish` with a tag in kebab-case and a description, both of which
        are needed (observed by Lytics engineers).
        """
        path = path_to(_SCHEMA, table) + "/publish"
        self._write("POST", path, nothing, body=_reason(tag, description), may_be_empty=True)

    def schema_patches(self, table: str = DEFAULT_TABLE) -> tuple[SchemaPatch, ...]:
        """Return the patches of a table; every account answers, also one that does not use any.

        `GET /v2/schema/patch/{table}` (observed by Lytics engineers).
        """
        return self._get(path_to(_PATCHES, table), answers.read_patches, is_list=True)

    def schema_patch(self, id: str, *, table: str = DEFAULT_TABLE) -> SchemaPatch:  # noqa: A002 (as in the API)
        """Return one patch; `content` has its changes against what is published.

        `GET /v2/schema/patch/{table}/{id}` (observed by Lytics engineers; no source shows an
        answer).
        """
        return self._get(path_to(_PATCHES, table, id), answers.read_patch)

    def create_schema_patch(
        self, *, tag: str, description: str, table: str = DEFAULT_TABLE
    ) -> SchemaPatch:
        """Create a patch without changes, and return it as answered.

        `POST /v2/schema/patch/{table}` (observed by Lytics engineers).
        """
        return self._write(
            "POST",
            path_to(_PATCHES, table),
            answers.read_patch,
            body=_reason(tag, description),
            doubtful=DOUBTFUL_GROUP,
        )

    def patch_field(self, patch_id: str, field: SchemaField, *, table: str = DEFAULT_TABLE) -> None:
        """Put a field into a patch, a new one or a whole replacement.

        `POST /v2/schema/patch/{table}/{id}/field` (observed by Lytics engineers).
        """
        path = path_to(_PATCHES, table, patch_id) + "/field"
        self._write("POST", path, nothing, body=field.body(), may_be_empty=True)

    def apply_schema_patch(self, patch_id: str, *, table: str = DEFAULT_TABLE) -> None:
        """Publish the changes of a patch.

        `POST /v2/schema/patch/{table}/{id}/apply` (observed by Lytics engineers).
        """
        path = path_to(_PATCHES, table, patch_id) + "/apply"
        self._write("POST", path, nothing, may_be_empty=True)

    def delete_schema_patch(self, patch_id: str, *, table: str = DEFAULT_TABLE) -> None:
        """Throw a patch away with all of its changes.

        `DELETE /v2/schema/patch/{table}/{id}` (observed by Lytics engineers).
        """
        path = path_to(_PATCHES, table, patch_id)
        self._write("DELETE", path, nothing, may_be_empty=True)


def _fields_of(table: str) -> str:
    return path_to(_SCHEMA, table) + "/field"


def _reason(tag: str, description: str) -> dict[str, str]:
    return {"tag": tag, "description": description}
