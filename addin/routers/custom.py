"""The pages of Rollbook, gathered for xlwings Server."""

from fastapi import APIRouter

from addin.pages import signing

router = APIRouter()
for page in (signing,):
    router.include_router(page.router)
