"""How far a clerk's own work is, and stopping it."""

from typing import Any

from fastapi import APIRouter, Response

from addin.jobs import job_of
from addin.pages.showing import NO_STORE
from addin.sign_in import Clerk

router = APIRouter()
_NONE = "This work is not known here (any more). It was another clerk's, or Rollbook was restarted."


@router.get("/jobs/{job_id}", response_model=None)
def job(job_id: str, clerk: Clerk, response: Response) -> dict[str, Any] | Response:
    """Say how far a job is, or how it ended."""
    found = job_of(job_id, clerk.name)
    if found is None:
        return Response(_NONE, 404, NO_STORE, "text/plain; charset=utf-8")
    response.headers.update(NO_STORE)
    return found.as_json()


@router.post("/jobs/{job_id}/cancel", response_model=None)
def cancel(job_id: str, clerk: Clerk, response: Response) -> dict[str, Any] | Response:
    """Ask a job to stop at its next step."""
    found = job_of(job_id, clerk.name)
    if found is None:
        return Response(_NONE, 404, NO_STORE, "text/plain; charset=utf-8")
    found.cancel()
    response.headers.update(NO_STORE)
    return found.as_json()


@router.post("/jobs/{job_id}/written", response_model=None)
def written(job_id: str, clerk: Clerk, response: Response) -> dict[str, Any] | Response:
    """Note that Excel has written what the job wrote into the workbook."""
    found = job_of(job_id, clerk.name)
    if found is None:
        return Response(_NONE, 404, NO_STORE, "text/plain; charset=utf-8")
    found.written()
    response.headers.update(NO_STORE)
    return found.as_json()
