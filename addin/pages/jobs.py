"""How far a clerk's own work is, and stopping it."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response

from addin.jobs import Job, job_of
from addin.pages.showing import NO_STORE
from addin.sign_in import Clerk, Visitor

router = APIRouter()
_NONE = "This work is not known here (any more). It was another clerk's, or Rollbook was restarted."


Answer = dict[str, Any] | Response


@router.get("/jobs/{job_id}", response_model=None)
def job(job_id: str, clerk: Clerk, response: Response) -> Answer:
    """Say how far a job is, or how it ended."""
    return _after(job_id, clerk, response, lambda found: None)


@router.post("/jobs/{job_id}/cancel", response_model=None)
def cancel(job_id: str, clerk: Clerk, response: Response) -> Answer:
    """Ask a job to stop at its next step."""
    return _after(job_id, clerk, response, Job.cancel)


@router.post("/jobs/{job_id}/written", response_model=None)
def written(job_id: str, clerk: Clerk, response: Response) -> Answer:
    """Note that Excel has written what the job wrote into the workbook."""
    return _after(job_id, clerk, response, Job.written)


def _after(job_id: str, clerk: Visitor, response: Response, do: Callable[[Job], None]) -> Answer:
    """Do something to a clerk's own job, and say how far it is then."""
    found = job_of(job_id, clerk.name)
    if found is None:
        return Response(_NONE, 404, NO_STORE, "text/plain; charset=utf-8")
    do(found)
    response.headers.update(NO_STORE)
    return found.as_json()
