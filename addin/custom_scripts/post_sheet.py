"""Post this sheet: what is in front of the clerk goes the way of any dropped file."""

from addin.buttons import Press
from addin.desk import Done
from addin.jobs import Question, Told
from addin.posting_desk import (
    ACCEPTS,
    drop,
    held_lines,
    posted_or_not,
    sheet_file,
)
from rollbook.problems import RollbookError

LABEL = "Post this sheet"
SAYS = (
    "Posts the marks of the sheet in front of you, as if the sheet were dropped into the drop "
    "folder: a register with a date over each column, or a list with a row a mark. Asks first."
)
ICON = "post"
READS = "sheet"

LEAVE_OUT = "leave out"


def press(at: Press) -> Told:
    """Ask, drop the sheet as a file, do a round, and say what became of it."""
    refused = at.answers.get("accept")
    if refused == LEAVE_OUT:
        return Told("Nothing was posted. The file stays in the folder “refused”.")
    if refused:
        return _accepted(at, refused)
    at.tell("Reading the sheet")
    file = sheet_file(at)
    if not at.is_confirmed:
        about = f" ({file.until})" if file.until else ""
        ask = Question(
            "confirmed",
            f"Post {file.says}",
            "confirm",
            says=f"Post {file.says} from “{file.sheet}”{about}?",
        )
        return Told(f"“{file.sheet}” holds {file.says}.", asks=[ask])
    at.tell("Putting the sheet into the drop folder")
    name = drop(at.office, file)
    try:
        done = at.desk.hands.round(at.office, at.tell)
    except RollbookError as error:
        return Told(
            f"“{file.sheet}” lies in the drop folder and is posted by itself soon; just now: "
            f"{error}",
            "/today",
            "Today",
        )
    return _told(at, file.sheet, name, done)


def _told(at: Press, sheet: str, name: str, done: Done) -> Told:
    filed = posted_or_not(at.office, done, name)
    others = [one for one in done.problems if name not in one]  # its own are told here
    if filed is None:
        return Told(
            f"“{sheet}” waits in the drop folder as “{name}” and is posted by itself.",
            "/today",
            "Today",
            others,
        )
    if not filed.posted:
        asks = []
        if ACCEPTS in filed.says:
            choices = ((LEAVE_OUT, "Leave it out"), (name, "Post it all the same"))
            asks = [Question("accept", "What now?", "choice", choices, filed.says)]
        return Told(
            f"“{sheet}” was refused, and nothing of it was posted: {filed.says} The file is in "
            f"the folder “refused” as “{name}”.",
            "/problems",
            "See what is refused",
            others,
            asks,
        )
    held = held_lines(at.office, filed.posting)
    rest = " ".join(done.says)
    link = ("/problems", "See what is held") if held else ("/today", "Today")
    return Told(f"“{sheet}”: {filed.says} {rest}".strip(), *link, [*held, *others])


def _accepted(at: Press, name: str) -> Told:
    """Post a refused file after all: the clerk has seen how much it changes."""
    return _told(at, name, name, at.desk.hands.round(at.office, at.tell, [name]))
