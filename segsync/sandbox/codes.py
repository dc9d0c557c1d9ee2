"""What each error code stands for: the status and words that go with it, and what makes it.

The set is documented. The statuses follow the names of the codes, and the words are the sandbox's
own (both assumed) wherever no source shows a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from segsync.sandbox.messages import Code

_NO_CONNECTIONS = "the sandbox has no authorizations of providers"
_NO_USERS = "the sandbox has no endpoint for users"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code's status and message, and the situation in which the sandbox answers it.

    Where it has no such situation, `missing` says why; a fault rule with the code makes one.
    """

    status: int
    message: str
    situation: str = ""
    missing: str = ""


MEANINGS: Mapping[Code, Meaning] = MappingProxyType(
    {
        Code.UNKNOWN: Meaning(500, "Unknown error.", "429, which has no code of its own"),
        Code.BAD_REQUEST: Meaning(
            400, "Bad request.", "a segment or a group that breaks a rule; 405, 409, 413"
        ),
        Code.JOB_BAD_REQUEST: Meaning(400, "Bad job.", "a job without a name or a workflow"),
        Code.NOT_FOUND: Meaning(
            404, "Not found.", "a segment, group, flow or path that is not there"
        ),
        Code.JOB_NOT_FOUND: Meaning(404, "Job not found.", "a job that is not there"),
        Code.WORKFLOW_NOT_FOUND: Meaning(
            404,
            "Workflow not found.",
            "an exclusion for a workflow without a job, with `check_workflows`",
        ),
        Code.AUTH_NOT_FOUND: Meaning(404, "Authorization not found.", missing=_NO_CONNECTIONS),
        Code.AUTH_TYPE_NOT_FOUND: Meaning(
            404, "Authorization type not found.", missing=_NO_CONNECTIONS
        ),
        Code.AUTH_BAD_REQUEST: Meaning(400, "Bad authorization.", missing=_NO_CONNECTIONS),
        Code.TABLE_NOT_FOUND: Meaning(404, "Table not found.", "the schema of an unknown table"),
        Code.SCHEMA_NOT_FOUND: Meaning(
            404, "Schema not found.", "the schema of an unknown table, with `codes_by_subject`"
        ),
        Code.SCHEMA_VERSION_NOT_FOUND: Meaning(
            404, "Schema version not found.", missing="a schema has no versions here"
        ),
        Code.ENTITY_NOT_FOUND: Meaning(
            404, "Entity not found.", missing="the sandbox has no endpoint for one profile"
        ),
        Code.QUERY_NOT_FOUND: Meaning(
            404, "Query not found.", missing="the sandbox has no queries (LQL)"
        ),
        Code.STREAM_NOT_FOUND: Meaning(
            404, "Stream not found.", missing="the sandbox has no streams of data"
        ),
        Code.PROVIDER_BAD_REQUEST: Meaning(400, "Bad provider.", missing=_NO_CONNECTIONS),
        Code.PROVIDER_NOT_FOUND: Meaning(404, "Provider not found.", missing=_NO_CONNECTIONS),
        Code.UNAUTHORIZED: Meaning(
            401, "Not authorized", "a 403, with `codes_by_subject`; a 401 has the envelope of v1"
        ),
        Code.SCHEMA_INVALID: Meaning(
            400,
            "Schema is invalid.",
            "a bad change of a schema; a definition over an unknown field, with `codes_by_subject`",
        ),
        Code.INTERNAL: Meaning(
            500, "Internal error.", "the field info of a slug, in v1's envelope"
        ),
        Code.ROUTE_RULE_NOT_FOUND: Meaning(
            404, "Routing rule not found.", missing="the sandbox has no streams of data"
        ),
        Code.ACCOUNT_NOT_FOUND: Meaning(
            404, "Account not found.", "`account_id` of an account that the token does not reach"
        ),
        Code.JOB_FAULT: Meaning(500, "Job has failed.", missing="no job ever runs here"),
        Code.USER_NOT_FOUND: Meaning(404, "User not found.", missing=_NO_USERS),
        Code.USER_BAD_REQUEST: Meaning(400, "Bad user.", missing=_NO_USERS),
        Code.MALFORMED_JSON: Meaning(
            400, "Request body is not valid JSON.", "a body that is no JSON, or has a wrong type"
        ),
        Code.FORBIDDEN: Meaning(
            403,
            "Not authorized",
            "a missing role, an address that is not listed, a segment of Lytics'",
        ),
    }
)
