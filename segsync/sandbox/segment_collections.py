"""The v1 endpoints for segment collections: ordered lists of segments, such as a funnel."""

from collections.abc import Mapping

from segsync.sandbox.calls import DEFAULT_TABLE, Call
from segsync.sandbox.messages import Answer, Code, JsonObject, refuse, refuse_unknown
from segsync.sandbox.slugs import slugify
from segsync.sandbox.state import Kind, later_timestamp, timestamp


def list_collections(call: Call) -> Answer:
    """Answer all collections; `sideload` is ignored, since no source shows what it adds."""
    return Answer(call.rows(call.state.all(Kind.COLLECTION)))


def get_collection(call: Call, name: str) -> Answer:
    """Answer one collection by id or slug (documented)."""
    return Answer(_collection(call, name))


def post_collection(call: Call) -> Answer:
    """Create a collection of segments that exist, and answer it with 201 (documented)."""
    account = call.state.account
    identity = {"aid": account["aid"], "account_id": account["id"], "id": call.new_id()}
    return _store(call, identity | _usual(call.author, timestamp(call.now)))


def put_collection(call: Call, name: str) -> Answer:
    """Replace a collection and answer it with 201 (documented); the slug stays (assumed)."""
    old = _collection(call, name)
    return _store(call, old | {"updated": later_timestamp(call.now, old["updated"])})


def delete_collection(call: Call, name: str) -> Answer:
    """Delete a collection: 204 (documented). Its segments stay (assumed)."""
    found = _collection(call, name)
    call.state.remove(Kind.COLLECTION, found["id"])
    return Answer(None, 204, object_id=found["id"])


def _collection(call: Call, name: str) -> JsonObject:
    for each in call.state.all(Kind.COLLECTION):
        if name in (each["id"], each["slug_name"]):
            return each
    return refuse_unknown("Segment collection not found.")


def _store(call: Call, collection: JsonObject) -> Answer:
    body = call.request.json_object()
    name = body.get("name")
    if not isinstance(name, str) or not name:
        refuse("Segment collection name is required.")
    stored: JsonObject = {"slug_name": slugify(name)} | collection | {"name": name}
    items = body.get("collection") or []
    if not isinstance(items, list):
        refuse("Field collection has the wrong type.", code=Code.MALFORMED_JSON)
    stored["collection"] = [_item(call, each) for each in items] or None
    call.state.put(Kind.COLLECTION, stored)
    return Answer(stored, 201, object_id=stored["id"])


def _item(call: Call, item: object) -> JsonObject:
    """Return one segment of a collection; `id` and `order` are required (documented)."""
    match item:
        case {"id": str(segment_id), "order": int(order)}:
            pass
        case _:
            refuse("A segment of a collection needs id and order.", code=Code.MALFORMED_JSON)
    exists = call.state.get(Kind.SEGMENT, segment_id) is not None
    if not exists and not call.switches.accept_unknown_members:
        refuse(f"Segment not found: {segment_id}")
    return {"id": segment_id, "order": order}


def seeded(collection: Mapping[str, object], owner: JsonObject, at: str) -> JsonObject:
    """Return a collection of a seed as the API shows it; `collection` holds ids and orders."""
    slug = {"slug_name": slugify(str(collection["name"]))}
    return owner | slug | _usual("", at) | dict(collection)


def _usual(author: str, at: str) -> JsonObject:
    """Return what a new collection has beside its names and its segments."""
    return {
        "table": DEFAULT_TABLE,
        "author_id": author,
        "created": at,
        "updated": at,
        "internal": False,
        "parent_segment": "",
    }
