"""Help: every button and every worksheet function, as ribbon and function wizard have them."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import xlwings.server
from fastapi import APIRouter, Request
from fastapi.responses import Response

from addin import custom_functions
from addin.buttons import Button, all_buttons
from addin.pages.showing import show
from addin.sign_in import Clerk

router = APIRouter()

NAMESPACE = "ROLLBOOK"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a worksheet function."""

    name: str
    says: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A worksheet function as the function wizard has it."""

    name: str
    says: str
    arguments: Sequence[Argument]

    @property
    def signature(self) -> str:
        """Return how it is written in a cell; what may be left out is in brackets."""
        names = [f"[{one.name}]" if one.optional else one.name for one in self.arguments]
        return f"={NAMESPACE}.{self.name}({', '.join(names)})"


@router.get("/help")
def help_page(request: Request, clerk: Clerk) -> Response:
    """Show every button and every worksheet function."""
    groups = [(name, list(some)) for name, some in groupby(all_buttons(), _group)]
    return show(
        request,
        clerk,
        "pages/help.html",
        {"groups": groups, "functions": functions()},
    )


def _group(button: Button) -> str:
    return button.group


def functions() -> list[Function]:
    """Return every worksheet function by its name, as Excel is told of it."""
    about = xlwings.server.custom_functions_meta(custom_functions)  # type: ignore[no-untyped-call]
    found = [
        Function(
            one["name"],
            inspect.cleandoc(one["description"]),
            [
                Argument(each["name"], each["description"], each.get("optional", False))
                for each in one["parameters"]
            ],
        )
        for one in about["functions"]
    ]
    return sorted(found, key=lambda one: one.name)
