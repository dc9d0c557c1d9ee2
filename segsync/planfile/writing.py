"""Writes a plan as its JSON document, with a digest that shows later edits."""

import json
from hashlib import sha256

from segsync import __version__
from segsync.plan import Action, Plan
from segsync.planfile.plain import Plain, record

FORMAT_VERSION = 1

# What the document holds beside the fields of the plan.
ENVELOPE = ("format_version", "segsync_version", "digest", "summary", "refused")


def dump(plan: Plan) -> str:
    """Return the plan as ASCII JSON in a fixed order, ending with a newline."""
    return f"{json.dumps(document(plan), indent=2)}\n"


def digest(plan: Plan) -> str:
    """Return the digest that the document of this plan carries."""
    return str(document(plan)["digest"])


def digest_of(document: dict[str, Plain]) -> str:
    """Return the digest of a document's content, whatever its layout: all of it but `digest`.

    It shows slips, not attacks: whoever edits a plan on purpose can compute it as well. Compare
    it with the digest in the report that was approved.
    """
    content = {key: value for key, value in document.items() if key != "digest"}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(canonical.encode()).hexdigest()}"


def document(plan: Plan) -> dict[str, Plain]:
    """Return the plan as `dump` writes it, before it becomes text."""
    values = record(plan)
    content: dict[str, Plain] = {
        "account": values.pop("account"),
        **summed_up(plan),
        **values,
    }
    head: dict[str, Plain] = {"format_version": FORMAT_VERSION, "segsync_version": __version__}
    return {**head, "digest": digest_of({**head, **content}), **content}


def summed_up(plan: Plan) -> dict[str, Plain]:
    """Return what programs look at first: what a person would count, and whether it is refused."""
    counts: dict[str, Plain] = {str(each): plan.counted(each) for each in Action}
    return {"summary": {**counts, "blocked": len(plan.holding)}, "refused": plan.is_refused}
