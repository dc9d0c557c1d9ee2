"""Facts about the API that no test can ask for from outside, and why."""

from dataclasses import dataclass

from tests.contract.facts import Confidence

_DOCUMENTED, _OBSERVED = Confidence.DOCUMENTED, Confidence.OBSERVED
_SEEN, _REPORTED, _UNKNOWN = Confidence.SEEN, Confidence.REPORTED, Confidence.UNKNOWN


@dataclass(frozen=True, slots=True)
class Unheld:
    """A fact without a contract test; `elsewhere` is the test that plays it in the sandbox."""

    id: str
    confidence: Confidence
    says: str
    why: str
    elsewhere: str = ""


_OTHER_TOKEN = "needs another token than the one given"
_OTHER_ACCOUNT = "needs a second account"
_SHARED = "would change what the whole account shares"
_LOAD = "would load the server on purpose"
_TIME = "takes days"

UNHELD = (
    Unheld(
        "expired-token", _OBSERVED, "An expired token is 401 `Expired Token`.", _OTHER_TOKEN,
        "tests/sandbox/test_core.py::test_an_expired_token_is_told_so",
    ),
    Unheld(
        "view-only-token", _OBSERVED, "A token without `v2_segment_manage` gets 403 for a write.",
        _OTHER_TOKEN, "tests/sandbox/test_core.py::test_a_view_token_may_not_write",
    ),
    Unheld(
        "token-text", _OBSERVED, "A token looks like `at.<id>.<secret>`.", "would show the token",
    ),
    Unheld(
        "ip-allow-list", _OBSERVED,
        "A caller outside the account's `api_ip_whitelist` gets 403 `Not authorized`.", _SHARED,
        "tests/sandbox/test_access.py",
    ),
    Unheld(
        "roles", _OBSERVED,
        "Roles are `v2_segment_view` and `v2_segment_manage`, or the bundles `admin`, `marketer`, "
        "`data_manager` and `observer`; every token has `authed2`.", _OTHER_TOKEN,
        "tests/sandbox/test_access.py",
    ),
    Unheld(
        "roles-of-bundles", _UNKNOWN, "What each bundle may change, and accounts may have others.",
        _OTHER_TOKEN, "tests/sandbox/test_access.py",
    ),
    Unheld(
        "managing-includes-viewing", _UNKNOWN, "May a token with `v2_segment_manage` alone read?",
        _OTHER_TOKEN, "tests/sandbox/test_access.py",
    ),
    Unheld(
        "roles-around-segments", _UNKNOWN,
        "May a token with roles for segments alone read jobs, flows and fields?", _OTHER_TOKEN,
        "tests/cli/test_plan.py",
    ),
    Unheld(
        "words-of-a-missing-role", _UNKNOWN, "Does the message of a 403 name the role?",
        _OTHER_TOKEN, "tests/sandbox/test_access.py",
    ),
    Unheld(
        "account-id-redirects", _DOCUMENTED,
        "`account_id` in the query sends a request to another account that the token reaches.",
        _OTHER_ACCOUNT, "tests/sandbox/test_second_account.py",
    ),
    Unheld(
        "foreign-id-is-404", _OBSERVED, "An id of another account is 404.", _OTHER_ACCOUNT,
    ),
    Unheld(
        "conductor-accounts", _REPORTED,
        "Accounts with the Conductor schema answer 405 to writes of the old schema.",
        "needs such an account", "tests/sandbox/test_access.py",
    ),
    Unheld(
        "rate-limit", _OBSERVED, "429 exists; no `Retry-After` is documented; wait and ask again.",
        _LOAD, "tests/api/test_session.py",
    ),
    Unheld(
        "rate-numbers", _UNKNOWN, "How many requests a second pass at most (question 28).", _LOAD,
        "tests/sandbox/test_throttle.py",
    ),
    Unheld("timeouts", _UNKNOWN, "When the server gives up.", _LOAD),
    Unheld(
        "lost-answers", _OBSERVED,
        "A write without an answer may have taken effect; nothing makes a second one harmless.",
        "needs a connection that breaks at the right moment", "tests/applier/test_settling.py",
    ),
    Unheld("no-transactions", _OBSERVED, "There are no transactions.", "shows nothing"),
    Unheld(
        "segment-limit", _DOCUMENTED,
        "An account has at most 500 audiences; whether predefined ones count is unknown.",
        "would fill the account", "tests/sandbox/test_switched.py",
    ),
    Unheld(
        "expiry-deletes", _DOCUMENTED,
        "At `expires_at` a cleanup deletes the definition, unless something depends on it.", _TIME,
        "tests/sandbox/test_controls.py",
    ),
    Unheld(
        "updated-moves-by-itself", _SEEN,
        "`updated` of predefined segments moves without an edit by a user.", _TIME,
    ),
    Unheld("delete-is-final", _OBSERVED, "There is no way back from a delete.", "shows nothing"),
    Unheld(
        "default-segments", _DOCUMENTED,
        "57 segments are predefined; most have neither FROM nor ALIAS, one has another ALIAS than "
        "its slug.", "accounts differ", "tests/sandbox/test_examples.py",
    ),
    Unheld(
        "include-across-tables", _UNKNOWN, "What an INCLUDE of another table's segment selects.",
        "the answer depends on the people in the account",
    ),
    Unheld(
        "evaluation", _SEEN, "How conditions are evaluated: text, numbers, dates, lists.",
        "the answer depends on the people in the account", "tests/conformance",
    ),
    Unheld(
        "other-users", _OBSERVED,
        "Models, campaigns, content topics and Personalize name segments too.",
        "the sandbox does not have them",
    ),
)  # fmt: skip
