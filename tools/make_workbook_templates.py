"""Makes the workbooks an office can start from. Run it after changing what they say.

``uv run python -m tools.make_workbook_templates`` writes the ``.xlsx`` files of
``workbook_templates/`` and the lists of their columns in its ``README.md``; the same words give
the same bytes. What stands in them is in the modules beside this one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from rollbook.package import write_whole
from tools import make_workbook_template_lists as lists
from tools import make_workbook_template_meeting as meeting
from tools import make_workbook_template_tracker as tracker
from tools.make_workbook_template_pages import Listed, Making, begin
from tools.make_workbook_template_words import WORDS

FOLDER = Path(__file__).parent.parent / "workbook_templates"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of workbook: its file, what it is, and who makes it."""

    stem: str
    title: str
    about: str
    make: Callable[[Making], None]
    everywhere: bool = False  # the same words in every state


KINDS = (
    Kind("attendance-tracker", "Attendance tracker",
         "Every student with figures and flags, the log of letters, the log of contacts, a summary "
         "with a chart, and a sheet to ask about one student. Rollbook keeps it up to date.",
         tracker.make),
    Kind("request-list", "Documents asked for",
         "Who asked for which document, for what, and until when.", lists.make_request_list),
    Kind("attendance-change-form", "Attendance change form",
         "A form a teacher or a parent signs, and the clerk enters. One page.",
         lists.make_change_form),
    Kind("excuse-notes", "Notes that excuse absences",
         "Notes of parents and doctors: of which days, and as which code.",
         lists.make_excuse_notes),
    Kind("contact-list", "Contacts with families",
         "Calls, messages and visits, for an office that keeps no tracking workbook.",
         lists.make_contact_list),
    Kind("staff-list", "Staff",
         "Who signs the letters of a campus, who answers its families, whose form is whose.",
         lists.make_staff_list),
    Kind("calendar", "School calendar",
         "Terms, closures and extra days, to be taken with `rollbook calendar adopt`.",
         lists.make_calendar, everywhere=True),
    Kind("held-rows", "Held rows",
         "The rows that could not be posted, and why.", lists.make_held_rows, everywhere=True),
    Kind("meeting-pack", "Meeting pack",
         "For the fortnightly meeting: agenda, students to talk about, a page for one of them, "
         "and what was agreed.", meeting.make),
)  # fmt: skip


def templates() -> dict[str, tuple[Kind, bytes, Sequence[Listed]]]:
    """Return every template: its file name, its kind, its bytes, and its Tables."""
    made = {}
    for kind in KINDS:
        for jurisdiction in ("",) if kind.everywhere else WORDS:
            words = WORDS.get(jurisdiction)
            file = BytesIO()
            at = begin(file, kind.title, words)
            kind.make(at)
            at.book.close()
            name = f"{kind.stem}.{jurisdiction}.xlsx" if jurisdiction else f"{kind.stem}.xlsx"
            made[name] = (kind, file.getvalue(), at.listed)
    return made


def readme() -> str:
    """Return the list of the templates, their sheets, Tables and columns."""
    made = templates()
    lines = [
        "# Workbooks to start from",
        "",
        "For an office that has none of its own. `rollbook workbook new KIND` copies one into the",
        "office’s `workbooks/`, with what Rollbook knows in it. A tracking workbook you have "
        "already",
        "stays: see `rollbook workbook adopt`.",
        "",
        "Texas (`us-tx`), California (`us-ca`) and England (`gb-eng`) have their own words and "
        "paper.",
        "This list is made by `tools/make_workbook_templates.py`; columns are shown in England’s "
        "words",
        "and the others’ beside them.",
    ]
    for kind in KINDS:
        files = [name for name, (one, _, _) in made.items() if one is kind]
        lines += ["", f"## {kind.title}", "", f"{kind.about} {_files(files)}"]
        of_each = [made[name][2] for name in files]
        for number, listed in enumerate(of_each[-1]):
            lines += [
                "",
                f"### Sheet *{listed.sheet}*, Table `{listed.table}`",
                "",
                "| column | filled by | |",
                "|---|---|---|",
            ]
            for place, one in enumerate(listed.fields):
                names = dict.fromkeys(
                    tables[number].fields[place].heading for tables in reversed(of_each)
                )
                lines.append(f"| {' / '.join(names)} | {one.who} | {one.about} |")
    return "\n".join([*lines, "", "Each has a sheet *Help*.", ""])


def _files(names: Sequence[str]) -> str:
    return "Files: " + ", ".join(f"`{name}`" for name in names) + "."


def main() -> None:
    """Write the workbooks and the README beside them."""
    for name, (_kind, content, _listed) in templates().items():
        write_whole(FOLDER / name, content)
    (FOLDER / "README.md").write_text(readme(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
