"""Signing in with a clerk's token, as xlwings Server asks for it."""

import asyncio

from fastapi import HTTPException
from xlwings_server.models import User

from addin.sign_in import NotSignedIn, sign_in


async def validate_token(token_string: str) -> User:
    """Return the clerk whose token was sent; not remembered, so that removing one acts at once."""
    try:
        name = sign_in().clerk_of(token_string.removeprefix("Bearer "))
    except NotSignedIn as refused:
        if token_string:  # without one nobody tried anything
            await asyncio.sleep(sign_in().failed())
        raise HTTPException(401, str(refused)) from refused
    return User(id=name, name=name)
