"""The pages of Rollbook, gathered for xlwings Server."""

from fastapi import APIRouter

from addin.pages import help, jobs, letters, problems, requests, search, signing, student, today

router = APIRouter()
for page in (signing, today, letters, problems, search, student, requests, jobs, help):
    router.include_router(page.router)
