"""The pages of Rollbook, gathered for xlwings Server."""

from fastapi import APIRouter

from addin.pages import help, letters, signing

router = APIRouter()
for page in (signing, help, letters):
    router.include_router(page.router)
