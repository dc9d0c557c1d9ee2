"""Reads and writes jobs: exports, imports and enrichments."""

# ruff: noqa: A002 (an id is called id, as in the API)

from collections.abc import Mapping

from segsync.api import answers, usage
from segsync.api.endpoints import Endpoints, nothing, path_part, path_to
from segsync.api.results import JobLogEntry, NewJob
from segsync.api.retry import DOUBTFUL_GROUP
from segsync.segment import Job

_JOBS = "/v2/job"


class Jobs(Endpoints):
    """The endpoints for jobs; whoever starts or changes one changes what is sent to others."""

    def jobs(self) -> tuple[Job, ...]:
        """Return all jobs of the account, finished, killed and hidden ones included.

        `GET /v2/job?show_all=true`; without it, killed jobs are missing (observed by Lytics
        engineers).
        """
        return self._get(_JOBS, usage.read_jobs, params={"show_all": "true"}, is_list=True)

    def job(self, id: str) -> Job:
        """Return one job: `GET /v2/job/{id}` (observed by Lytics engineers)."""
        return self._get(path_to(_JOBS, id), usage.read_job)

    def create_job(self, job: NewJob, *, run: bool) -> Job:
        """Create a job and return it as answered; with `run` it starts to send data at once.

        `POST /v2/job/{workflow}?run_job=` (observed by Lytics engineers; the API itself starts a
        job unless it is told not to). Two jobs may have one name, so that it is never sent twice.
        """
        return self._write(
            "POST",
            path_to(_JOBS, job.workflow),
            usage.read_job,
            body=job.body(),
            params={"run_job": "true" if run else "false"},
            doubtful=DOUBTFUL_GROUP,
        )

    def update_job(self, id: str, changes: Mapping[str, object]) -> Job:
        """Change some fields of a job, keep all others, and return the job as answered.

        `PUT /v2/job/{workflow}/{id}` (observed by Lytics engineers) resets what a body leaves out,
        and takes a `config` as a whole. So the job is read first and sent back completely; what
        somebody else has changed in between is lost.
        """
        old = self._get(path_to(_JOBS, id), _read_whole)
        path = path_to(_JOBS, str(old["workflow"]), id)
        return self._write("PUT", path, usage.read_job, body={**old, **changes})

    def pause_job(self, id: str) -> None:
        """Stop a job until it is resumed.

        `POST /v2/job/{id}/pause` (observed by Lytics engineers).
        """
        self._act(id, "pause")

    def resume_job(self, id: str) -> None:
        """Let a paused job go on.

        `POST /v2/job/{id}/resume` (observed by Lytics engineers).
        """
        self._act(id, "resume")

    def restart_job(self, id: str) -> None:
        """Stop a job and start it again.

        `POST /v2/job/{id}/bounce` (observed by Lytics engineers).
        """
        self._act(id, "bounce")

    def kill_job(self, id: str) -> None:
        """Delete a job: `POST /v2/job/{id}/kill` (observed by Lytics engineers).

        There is no way back; `pause_job` is the one that has one.
        """
        self._act(id, "kill")

    def _act(self, id: str, action: str) -> None:
        self._write("POST", f"{path_to(_JOBS, id)}/{action}", nothing, may_be_empty=True)

    def job_logs(self, id: str) -> tuple[JobLogEntry, ...]:
        """Return what has happened to a job since it was created, with the details of errors.

        `GET /v2/job/{id}/logs?include_errors=true` (observed by Lytics engineers).
        """
        path = path_to(_JOBS, id) + "/logs"
        params = {"include_errors": "true"}
        return self._get(path, usage.read_job_logs, params=params, is_list=True)


def _read_whole(data: object) -> Mapping[str, object]:
    """Return the one job of an answer as it came; its workflow must fit into a path."""
    job = answers.read_object(data)
    path_part(answers.read_text(job.get("workflow")))
    return job
