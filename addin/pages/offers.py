"""What the pane offers for the workbook that is open: to write what the watcher could not."""

from collections.abc import Iterator, Sequence
from html import escape

from fastapi import APIRouter, Response

from addin.desk import desk
from addin.pages.showing import NO_STORE
from addin.sign_in import Clerk
from addin.tracking_desk import offers
from rollbook.workbooks import WorkbookMap
from rollbook.workbooks.keeping import adopted_named

router = APIRouter()


@router.get("/pane/offers", response_model=None)
def waiting(clerk: Clerk, book: str = "") -> Response:
    """Show what waits for the open workbook, with the button to write it, and name the others."""
    said = "".join(_parts(book))
    return Response(said, headers=NO_STORE, media_type="text/html; charset=utf-8")


@router.get("/pane/tracked", response_model=None)
def tracked(
    clerk: Clerk, response: Response, book: str, path: str = ""
) -> dict[str, Sequence[str]]:
    """Name the sheets of the open workbook that Rollbook fills; only these are sent to it."""
    response.headers.update(NO_STORE)
    maps = [WorkbookMap.from_dict(data) for data in adopted_named(desk().office, book, path)]
    sheets = [block.sheet for one in maps for block in one.lists]
    return {"sheets": list(dict.fromkeys(sheets))}


def _parts(book: str) -> Iterator[str]:
    for waiting, due in offers(desk()):
        if due == "nothing":
            continue
        name = escape(waiting.name)
        if waiting.name.casefold() == book.casefold():
            waits = f"{due} wait." if due else "Its update waits."
            yield (
                f"<p>{name} was open; {escape(waits)} "
                '<button type="button" class="rb-press" data-button="refresh_workbook">'
                "Write them now</button></p>"
            )
        else:
            yield f"<p>{name} was open; it is updated when it is closed, or from its own pane.</p>"
