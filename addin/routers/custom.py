"""The pages of Rollbook, gathered for xlwings Server."""

from fastapi import APIRouter

from addin.pages import (
    help,
    jobs,
    letters,
    offers,
    problems,
    requests,
    search,
    signing,
    student,
    today,
)

PAGES = (signing, today, letters, problems, search, student, requests, jobs, offers, help)

router = APIRouter()
for page in PAGES:
    router.include_router(page.router)
