"""The v2 endpoints for jobs: exports and imports, as they exist; none of them ever runs."""

from datetime import timedelta
from typing import NoReturn

from segsync.sandbox.calls import Call, read_fields
from segsync.sandbox.messages import Answer, Code, JsonObject, refuse
from segsync.sandbox.state import Kind, later_timestamp, timestamp

# A PUT without these resets them (observed).
_RESET: JsonObject = {
    "description": "",
    "expires_at": None,
    "meta": None,
    "hidden": False,
    "verbose_logging": False,
    "quiet_time_of_day": "",
    "quiet_timezone": "",
    "quiet_period": 0,
}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "config": dict,
    "auth_ids": list,
    "tag": str,
    "description": str,
    "expires_at": str,
    "meta": dict,
    "hidden": bool,
    "verbose_logging": bool,
    "quiet_time_of_day": str,
    "quiet_timezone": str,
    "quiet_period": (int, float),
}
_STATUSES = {"pause": "paused", "resume": "running", "bounce": "running", "kill": "deleted"}
_EVENTS = {"pause": "Paused", "resume": "Resumed", "bounce": "Restarted", "kill": "Killed"}
_SHOWN = ("completed", "deleted", "hidden")
_ALL_LOGS = timedelta(hours=24)


def list_jobs(call: Call) -> Answer:
    """Answer the jobs: completed, killed and hidden ones only when asked for (observed).

    `show_all=true` asks for all of them; for killed ones, `show_deleted` and `show_completed` do
    together. `workflow` filters.
    """
    query = call.request
    shows = {name: query.flag("show_all") or query.flag(f"show_{name}") for name in _SHOWN}
    wanted = query.parameter("workflow")
    jobs = [
        each
        for each in call.state.all(Kind.JOB)
        if (shows["completed"] or each["status"] != "completed")
        and ((shows["deleted"] and shows["completed"]) or not each["deleted"])
        and (shows["hidden"] or not each.get("hidden"))
        and wanted in ("", each["workflow"])
    ]
    return Answer(call.rows(jobs))


def get_job(call: Call, *names: str) -> Answer:
    """Answer one job by its id, before which its workflow may stand (observed)."""
    return Answer(_job(call, *names))


def post_job(call: Call, workflow: str = "") -> Answer:
    """Create a job, and start it unless `run_job=false` (observed).

    The workflow stands in the path, or in the body. What status a job has that was not started is
    assumed.
    """
    body = call.request.json_object()
    workflow = workflow or str(body.get("workflow") or "")
    given = read_fields(body, _TYPES, wrong=Code.JOB_BAD_REQUEST)
    if not workflow or not given.get("name"):
        refuse("Job needs name and workflow.", code=Code.JOB_BAD_REQUEST)
    now = timestamp(call.now)
    starts = call.request.parameter("run_job") != "false"
    new = _RESET | {
        "id": call.new_id(),
        "account_id": call.state.account["id"],
        "workflow": workflow,
        "workflow_id": workflow,
        "status": "running" if starts else "paused",
        "created": now,
        "updated": now,
        "user_id": call.author,
        "auth_ids": None,
        "config": {},
        "deleted": False,
    }
    job = new | given
    call.state.put(Kind.JOB, job)
    _log(call, job, "Created")
    if starts:
        _log(call, job, "Started")
    return Answer(job, call.created_status, object_id=job["id"])


def put_job(call: Call, workflow: str, job_id: str) -> Answer:
    """Replace a job; what the body leaves out is reset, and a `config` replaces the old (observed).

    That a name, a tag and authorizations that are left out stay is assumed.
    """
    old = _job(call, workflow, job_id)
    given = read_fields(call.request.json_object(), _TYPES, wrong=Code.JOB_BAD_REQUEST)
    return _changed(call, old | _RESET | given, "Updated")


def act(call: Call, job_id: str, action: str) -> Answer:
    """Pause, resume, restart or kill a job; a killed one is deleted for good (observed).

    `release` is known by its name alone, and changes nothing here. The answer, the job, is assumed.
    """
    job = _job(call, job_id)
    if job["deleted"] or (action not in _STATUSES and action != "release"):
        _refuse_unknown()
    if action == "release":
        return Answer(job, object_id=job_id)
    status = {"status": _STATUSES[action], "deleted": action == "kill"}
    return _changed(call, job | status, _EVENTS[action])


def get_logs(call: Call, *names: str) -> Answer:
    """Answer what became of one job, or of all that were not killed in 24 hours (observed)."""
    if names:
        ids, since = {_job(call, *names)["id"]}, ""
    else:
        ids = {each["id"] for each in call.state.all(Kind.JOB) if not each["deleted"]}
        since = timestamp(call.now - _ALL_LOGS)
    found = [
        {name: value for name, value in each.items() if name != "id"}
        for each in call.state.all(Kind.JOB_LOG)
        if each["job_id"] in ids and each["timestamp"] >= since
    ]
    return Answer(call.rows(found))


def _job(call: Call, *names: str) -> JsonObject:
    *workflow, job_id = names
    job = call.state.get(Kind.JOB, job_id)
    if job is None or (workflow and workflow != [job["workflow"]]):
        _refuse_unknown()
    return job


def _refuse_unknown() -> NoReturn:
    refuse("Job not found.", status=404, code=Code.JOB_NOT_FOUND)


def _changed(call: Call, job: JsonObject, event: str) -> Answer:
    changed = job | {"updated": later_timestamp(call.now, job["updated"])}
    call.state.put(Kind.JOB, changed)
    _log(call, changed, event)
    return Answer(changed, object_id=changed["id"])


def _log(call: Call, job: JsonObject, event: str) -> None:
    """Write down what somebody did, in the shape of an entry that engineers show."""
    call.state.put(
        Kind.JOB_LOG,
        {
            "id": call.new_id(),
            "job_id": job["id"],
            "context": {"user_email": call.author},
            "code": "",
            "message": f"{event} by user {call.author}",
            "level": "info",
            "timestamp": timestamp(call.now),
        },
    )
