"""Buttons as xlwings Server runs them: the only place that knows its users and its scripts."""

from collections.abc import Callable
from typing import Any

import xlwings as xw
from xlwings_server.models import CurrentUser

from addin.buttons import Button, all_buttons, do_aside
from addin.desk import desk

NOBODY = "n/a"  # the id xlwings Server gives where nobody has to sign in


def name_of(user: Any) -> str:
    """Return who is signed in; empty where nobody has to, and the office's own clerk is meant."""
    return "" if user is None or user.id == NOBODY else str(user.name or user.email or user.id)


def scripts() -> dict[str, Callable[..., Any]]:
    """Return every button as a script of xlwings Server, by the name of its file."""
    return {button.id: _script(button) for button in all_buttons()}


def _script(button: Button) -> Callable[..., Any]:
    async def pressed(book: xw.Book, user: CurrentUser, sent: dict[str, Any]) -> None:
        await do_aside(button, book, desk(), name_of(user), sent)

    pressed.__name__ = pressed.__qualname__ = button.id
    pressed.__doc__ = button.says
    script: Callable[..., Any] = xw.script(pressed)
    return script
