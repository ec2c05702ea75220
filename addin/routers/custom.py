"""The pages of Rollbook, gathered for xlwings Server."""

from fastapi import APIRouter

from addin.pages import help, signing

router = APIRouter()
for page in (signing, help):
    router.include_router(page.router)
