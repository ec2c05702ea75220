"""The smaller workbooks: documents asked for, the change form, and held rows."""

from datetime import date

from rollbook.policy import load_pack
from tools.make_workbook_template_pages import (
    ACCENT,
    COUNT,
    DAY,
    ID,
    LINE,
    LONG,
    QUIET,
    TEXT,
    Field,
    Making,
    help_page,
    list_page,
    page,
    table,
)  # fmt: skip
from tools.make_workbook_template_words import Words

_NOTES = ("Parent's note", "Doctor's note", "Appointment card", "Court or agency", "Call", "Other")
_CALENDAR_KINDS = ("term", "no school", "early day", "extra school day", "school month",
                   "six weeks")  # fmt: skip
_CHANGES = 12  # lines of a change form, so that it prints on one page
_LATE = '=AND($H5<>"",$I5="",$H5<TODAY())'


def make_request_list(at: Making) -> None:
    """Make the list of documents asked for."""
    words = at.words
    assert words
    fields = (
        Field("Asked on", DAY, 12, "you"),
        Field(words.student_id, ID, 13, "you", "as text"),
        Field("Name", TEXT, 28, "you"),
        Field("Document", TEXT, 18, "you", "one of the list", choices=words.documents,
              own_words=False),
        Field("Purpose", TEXT, 26, "you", "what it is for"),
        Field("Requested by", TEXT, 24, "you", "who asks, and gets it"),
        Field("Consent", TEXT, 26, "you", "who signed, and when; empty when there is none"),
        Field("Due", DAY, 12, "you"),
        Field("Done", DAY, 12, "you", "the day it was handed over"),
        Field("Notes", LONG, 56, "you"),
    )  # fmt: skip
    sheet = list_page(
        at, "Requests", "Requests", fields, "Documents asked for",
        "One row a request. Orange: past its day and not done.", frozen=3,
    )  # fmt: skip
    sheet.set_row(4, 94)  # what is missing for a document takes some sentences
    sheet.conditional_format(
        "H5:H5", {"type": "formula", "criteria": _LATE, "format": at.shade("act")}
    )
    help_page(at, (
        ("Let Rollbook answer", (
            "Save a copy with only the rows that are not done into the drop folder.",
            "Each row becomes a document, or a sentence that says what is missing for it.",
            "rollbook documents shows what was issued, to whom, and on whose consent.",
        )),
        ("Write", (
            "Document: one word of the list. Consent: who signed, and when.",
            "Never a Social Security number, an immigration status or a health reason.",
        )),
        ("What is yours", (
            "Everything. Rollbook never writes into this workbook after it has made it.",
        )),
    ))  # fmt: skip
    sheet.activate()


def make_change_form(at: Making) -> None:
    """Make the form on which a teacher or a parent asks for a mark to be changed."""
    words = at.words
    assert words
    fields = (
        Field(words.student_id, ID, 13, "a formula", "", 'IF([@Date]="","",FormId)', ""),
        Field("Date", DAY, 13, "you"),
        Field("Session", TEXT, 11, "you", "or period", choices=words.sessions),
        Field("Was", TEXT, 8, "you", "the mark in the register"),
        Field("Code", TEXT, 8, "you", "the mark it should be"),
        Field("Reason", TEXT, 28, "you", "why it is changed; it stays in the trail"),
        Field("Evidence", TEXT, 18, "you", "what shows it: a note, a sign-in sheet"),
        Field("Approved by", TEXT, 16, "you"),
    )  # fmt: skip
    sheet = page(
        at, "Change form", "Attendance change form",
        f"One {words.student} a form. The office keeps the signed form with the register.",
        portrait=True,
    )  # fmt: skip
    line = at.look(bottom=1, bottom_color=LINE, align="left")
    text = at.look(bottom=1, bottom_color=LINE, num_format="@", align="left")
    labels = (
        (words.student.capitalize(), "FormName", line),
        ("Number", "FormId", text),
        (words.group, "FormGroup", text),
        ("Asked for by", "", line),
        ("As (parent, teacher)", "", line),
        ("Telephone", "", line),
    )  # fmt: skip
    for row, (label, name, look) in enumerate(labels, 3):
        sheet.set_row(row, 22)
        sheet.merge_range(row, 0, row, 1, label, at.look(font_color=QUIET))
        sheet.merge_range(row, 2, row, 7, "", look)
        if name:
            at.book.define_name(name, f"='Change form'!$C${row + 1}")
    # Signatures stand above the marks: below them an importer would take them for marks.
    sheet.write(10, 0, "Signatures", at.look(bold=True, font_color=ACCENT))
    for row, label in enumerate(("Parent or teacher", "Approved", "Entered by"), 11):
        sheet.set_row(row, 27)
        sheet.merge_range(row, 0, row, 1, label, at.look(font_color=QUIET, valign="bottom"))
        sheet.merge_range(row, 2, row, 5, "", line)
        sheet.merge_range(
            row, 6, row, 7, "on", at.look(font_color=QUIET, bottom=1, bottom_color=LINE)
        )
    top = 16
    sheet.write(top - 1, 0, "Marks to be changed", at.look(bold=True, font_color=ACCENT))
    table(at, sheet, "Changes", fields, top=top, rows=_CHANGES, filtered=False, ruled=True)
    for row in range(top + 1, top + 1 + _CHANGES):
        sheet.set_row(row, 21)
    sheet.print_area(0, 0, top + _CHANGES, 7)
    sheet.fit_to_pages(1, 1)
    _codes(at, words)
    help_page(at, (
        ("On paper", (
            "Print it, have it filled in and signed, and enter the marks in your register.",
            f"rollbook workbook new change-form --student ID --date DAY fills in the "
            f"{words.student} and the marks of that day.",
        )),
        ("Through Rollbook", (
            "Fill in the lines here and save a copy into the drop folder: each line with a Code "
            "is one mark. Was: the mark in the register now, empty where there is none. Where the "
            "register says otherwise, nothing is changed, and you are told.",
            "The change is kept with what the register said before, the reason, what shows it, who "
            "and when.",
            "Do so only where your lists hold all marks. Where lists hold absences only "
            "(office.toml, exports), "
            "enter it in your own system, and drop the next export.",
        )),
        ("Then", ("File the signed form. The next export from your own system should say the "
                  "same.",)),
    ))  # fmt: skip
    sheet.activate()


def make_excuse_notes(at: Making) -> None:
    """Make the list of notes that excuse absences."""
    words = at.words
    assert words
    fields = (
        Field(words.student_id, ID, 13, "you", "as text"),
        Field("Name", TEXT, 26, "you"),
        Field("First day", DAY, 13, "you", "of the absence"),
        Field("Last day", DAY, 13, "you", "empty when it was one day"),
        Field("Kind of note", TEXT, 20, "you", choices=_NOTES),
        Field("Written by", TEXT, 22, "you"),
        Field("Received", DAY, 13, "you", "the day it came"),
        Field("Code", TEXT, 9, "you", "the mark it makes of the absence: see Codes"),
        Field("Remarks", LONG, 36, "you"),
    )
    sheet = list_page(
        at, "Notes", "Notes", fields, "Notes that excuse absences",
        "One row a note. Of its days it changes what nobody has excused, and nothing else.",
        frozen=2,
    )  # fmt: skip
    _codes(at, words)
    help_page(at, (
        ("Let Rollbook enter them", (
            "Save a copy with the notes that are not entered yet into the drop folder.",
            f"Each absence of the {words.student} in these days that nobody has excused becomes "
            "the Code. A note that excuses nothing is held, with the reason.",
            "The note, by whom and when it came stay in the trail of each mark; rollbook undo "
            "takes a list back.",
        )),
        ("Write", (
            "Never what the illness was: the kind of note is enough.",
        )),
        ("Then", ("Enter the same in your own system, or its next export changes the marks "
                  "back.",)),
    ))  # fmt: skip
    sheet.activate()


def make_contact_list(at: Making) -> None:
    """Make the list of contacts with families, for those who keep no tracking workbook."""
    words = at.words
    assert words
    fields = (
        Field("Date", DAY, 13, "you"),
        Field(words.student_id, ID, 13, "you", "as text"),
        Field("Name", TEXT, 26, "you"),
        Field("Action", TEXT, 18, "you", choices=words.actions),
        Field(words.guardian, TEXT, 24, "you", "who was reached"),
        Field("Note", LONG, 50, "you", "what was said and agreed"),
        Field("By", TEXT, 18, "you"),
    )
    sheet = list_page(
        at, "Contacts", "Contacts", fields, "Contacts with families",
        "One row a contact. Rollbook enters each once, however often the list is dropped.",
        frozen=3,
    )  # fmt: skip
    help_page(at, (
        ("Let Rollbook enter them", (
            "Save a copy into the drop folder. Each row becomes an entry of the log of actions.",
            "A row of a day to come, or of nobody known, is held with the reason.",
        )),
        ("Write", (
            "No word here is a step of law: a contract, a notice or a referral is entered with "
            "rollbook log add.",
        )),
    ))  # fmt: skip
    sheet.activate()


def make_staff_list(at: Making) -> None:
    """Make the list of staff: who signs, who answers families, and whose form is whose."""
    words = at.words
    assert words
    fields = (
        Field(words.campus, TEXT, 16, "you", "as on the roster; empty for the whole office"),
        Field("Name", TEXT, 28, "you"),
        Field("Job title", TEXT, 30, "you", "as it stands under a signature"),
        Field("Form" if words.group_by_beginning else "Homeroom", TEXT, 16, "you",
              "whose tutor this is, such as 7B; 7C"),
        Field("E-mail", TEXT, 32, "you"),
        Field("Telephone", TEXT, 18, "you"),
        Field("Hours", TEXT, 22, "you", "when this person can be reached"),
        Field("Signs letters", TEXT, 14, "you", "one of a campus", choices=("yes",),
              own_words=False),
        Field("Answers families", TEXT, 16, "you", "one of a campus", choices=("yes",),
              own_words=False),
    )  # fmt: skip
    sheet = list_page(
        at, "Staff", "Staff", fields, "Staff",
        "One row a person. The list takes the place of the earlier one of each campus it names.",
        frozen=2,
    )  # fmt: skip
    help_page(at, (
        ("Let Rollbook know them", (
            "Save a copy into the drop folder, the whole list each time.",
            "Letters and documents prepared from then on name who signs for the student's campus "
            "and whom the family is asked to call; what the list does not say is as office.toml "
            "has it.",
            "Missing registers are listed with the tutor's name and e-mail.",
        )),
        ("Write", (
            "Work addresses and telephones only: families read them.",
        )),
    ))  # fmt: skip
    sheet.activate()


def make_calendar(at: Making) -> None:
    """Make the list from which a school calendar is taken."""
    fields = (
        Field("First", DAY, 14, "you", "the first day"),
        Field("Last", DAY, 14, "you", "the last day; empty for one day"),
        Field("What", TEXT, 44, "you", "as the school calls it"),
        Field("Kind", TEXT, 18, "you", choices=_CALENDAR_KINDS, own_words=False),
    )
    list_page(
        at, "Calendar", "Calendar", fields, "School calendar",
        "A row for each term, closure and extra day. Rollbook counts on these days.",
    )  # fmt: skip
    help_page(at, (
        ("Write", (
            "Each term with its first and last day; then each holiday, closure and training day.",
            "Kind: one of the list.",
        )),
        ("Take it", (
            "rollbook calendar adopt FILE shows the terms, closures and counts, and asks before "
            "anything changes. The calendar there was is kept.",
        )),
    ))  # fmt: skip


def _codes(at: Making, words: Words) -> None:
    """Add the state's codes; an office's own are in its office.toml."""
    day = date(2026, 11, 1)
    fields = (
        Field("Code letter", TEXT, 12, "Rollbook"),
        Field("What it means", TEXT, 70, "Rollbook"),
    )
    sheet = page(
        at, "Codes", "Codes of the register",
        f"As of {day:%d %b %Y}. Your office may use codes of its own.", portrait=True,
    )  # fmt: skip
    codes = load_pack(words.jurisdiction).codes_on(day)
    known = [(symbol, code.meaning) for symbol, code in codes.items()]
    table(at, sheet, "Codes", fields, top=3, rows=len(known))
    for row, (symbol, meaning) in enumerate(known, 4):
        sheet.write_string(row, 0, symbol, at.look(num_format="@", align="left"))
        sheet.write_string(row, 1, meaning, at.look(text_wrap=True))
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)


def make_held_rows(at: Making) -> None:
    """Make the sheet of the rows that could not be posted."""
    fields = (
        Field("Student ID", ID, 14, "Rollbook", "as the file said it"),
        Field("Date", DAY, 13, "Rollbook"),
        Field("Session", TEXT, 10, "Rollbook"),
        Field("Code", TEXT, 9, "Rollbook"),
        Field("Minutes late", COUNT, 10, "Rollbook"),
        Field("Comment", TEXT, 22, "Rollbook"),
        Field("Why it is held", LONG, 60, "Rollbook", "and what to do"),
        Field("File", TEXT, 30, "Rollbook"),
        Field("Row", COUNT, 8, "Rollbook", "in that file"),
        Field("Held no.", COUNT, 10, "Rollbook", "leave it as it is"),
        Field("What was done", TEXT, 28, "you"),
    )
    sheet = list_page(
        at, "Held rows", "HeldRows", fields, "Rows that could not be posted",
        "Each with the reason. A row that waits for a student, a code or a day is tried again by "
        "itself in every round.",
    )  # fmt: skip
    sheet.set_row(4, 48)
    help_page(at, (
        ("What to do", (
            "Put it right at the source: in your own system, then drop its export again.",
            "A student who is missing comes with the next student list; then the row posts itself.",
        )),
        ("To post mended rows from here", (
            "Correct Student ID, Date, Session or Code, and save a copy into the drop folder. "
            "Leave “Held no.” as it is: it says which row each one mends.",
            "Each is posted once. A row you have not mended stays held.",
        )),
        ("A new list", ("rollbook workbook new held-rows makes it again, with what is held "
                        "then.",)),
    ))  # fmt: skip
    sheet.activate()
