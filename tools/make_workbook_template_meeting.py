"""The meeting pack: agenda, students to talk about, a page for one of them, and actions."""

from typing import Any

from tools.make_workbook_template_pages import (
    ACCENT,
    COUNT,
    DAY,
    ID,
    LINE,
    LONG,
    PALE,
    PERCENT,
    QUIET,
    STATES,
    TEXT,
    Field,
    Making,
    help_page,
    list_page,
    page,
)  # fmt: skip
from tools.make_workbook_template_words import Words


def make(at: Making) -> None:
    """Make the pack for the fortnightly meeting: agenda, students, one page each, actions."""
    words = at.words
    assert words
    agenda = page(at, "Agenda", "Attendance "
                                "meeting", "Students to talk about, and what was agreed.",
                  portrait=True)  # fmt: skip
    students = (
        Field(words.student_id, ID, 13, "Rollbook"),
        Field("Name", TEXT, 26, "Rollbook"),
        Field(words.group, ID, 9, "Rollbook"),
        Field("Attendance %", PERCENT, 12, "Rollbook"),
        Field("Absent", COUNT, 9, "Rollbook", f"{words.unit} this year"),
        Field(words.unexcused, COUNT, 14, "Rollbook"),
        Field("Why on the list", LONG, 44, "Rollbook", "new flags, letters, contacts since then"),
        Field("Flag", LONG, 20, "Rollbook"),
        Field("Last letter", TEXT, 22, "Rollbook"),
        Field("Last contact", LONG, 30, "Rollbook"),
        Field("Decision", LONG, 34, "you"),
    )
    discussed = list_page(
        at, "Students", "ToDiscuss", students, f"{words.student.capitalize()}s to talk about",
        "Each whose flags, letters or contacts are new since the last meeting.", frozen=2,
    )  # fmt: skip
    discussed.set_row(4, 48)
    one = page(at, "One " + words.student, "", "", portrait=True)
    _one_page(at, words, one)
    actions = (
        Field("Agreed on", DAY, 12, "you"),
        Field(words.student_id, ID, 13, "you"),
        Field("Name", TEXT, 26, "a formula", "",
              f'IF([@[{words.student_id}]]="","",IFERROR(INDEX(ToDiscuss[Name],MATCH('
              f'[@[{words.student_id}]],ToDiscuss[{words.student_id}],0)),""))', ""),
        Field("What was agreed", TEXT, 50, "you"),
        Field("Who does it", TEXT, 20, "you"),
        Field("By when", DAY, 12, "you"),
        Field("Done", DAY, 12, "you"),
    )  # fmt: skip
    agreed = list_page(
        at, "Actions", "Agreed", actions, "What was agreed",
        "One row an action, with its owner and its day. Orange: past its day and not done.",
    )  # fmt: skip
    agreed.conditional_format(
        "F5:F5",
        {"type": "formula", "criteria": '=AND($F5<>"",$G5="",$F5<TODAY())',
         "format": at.shade("act")},
    )  # fmt: skip
    help_page(at, (
        ("Before the meeting", (
            "rollbook workbook new meeting-pack --since DAY lists everybody whose flags, letters "
            "or contacts are new since that day.",
            f"Sheet One {words.student}: choose a number, and print the page.",
        )),
        ("In the meeting", (
            "Write the decision beside the name, and each action with its owner and its day in "
            "Actions.",
        )),
        ("After it", (
            "Log what was done with the family in the contact log of your tracking workbook, or "
            "with rollbook log action.",
            "This workbook holds children’s confidential data. Keep it where your register is "
            "kept.",
        )),
    ))  # fmt: skip
    _agenda(at, words, agenda)
    agenda.activate()


def _agenda(at: Making, words: Words, sheet: Any) -> None:
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 46)
    sheet.set_column(2, 2, 40)
    day = at.look(
        num_format=words.day if words.paper == 1 else "d mmm yyyy",
        align="left",
        bottom=1,
        bottom_color=LINE,
    )
    line = at.look(bottom=1, bottom_color=LINE, align="left")
    for row, (label, name, look) in enumerate((
        ("Meeting on", "MeetingDate", day), ("Since the meeting of", "Since", day),
        ("Present", "", line), ("Apologies", "", line),
    ), 3):  # fmt: skip
        sheet.set_row(row, 22)
        sheet.merge_range(row, 0, row, 1, label, at.look(font_color=QUIET))
        sheet.write_blank(row, 2, None, look)
        if name:
            at.book.define_name(name, f"=Agenda!$C${row + 1}")
    late = 'SUMPRODUCT((Agreed[By when]<>"")*(Agreed[Done]="")*(Agreed[By when]<MeetingDate))'
    people = f'SUMPRODUCT(--(ToDiscuss[{words.student_id}]<>""))'
    items = (
        ("What was agreed last "
         "time", f'={late}&" past their day and not done"', "0 past their day and not done"),
        (f"{words.student.capitalize()}s to talk "
         f"about", f'={people}&" on the list"', "0 on the list"),
        ("Flags that are "
         "new", '=SUMPRODUCT(--ISNUMBER(SEARCH("new flag",ToDiscuss[Why on the list])))&" with a '
                'new flag"', "0 with a new flag"),
        ("Letters since "
         "then", '=SUMPRODUCT(--ISNUMBER(SEARCH("letter",ToDiscuss[Why on the list])))&" with a '
                 'letter"', "0 with a letter"),
        ("Who does what, and by when", "", ""),
        ("Next meeting", "", ""),
    )  # fmt: skip
    sheet.write(8, 0, "Agenda", at.look(bold=True, font_color=ACCENT))
    for row, (what, formula, shows) in enumerate(items, 9):
        sheet.set_row(row, 26)
        sheet.write(row, 0, row - 8, at.look(align="left", bottom=1, bottom_color=LINE))
        sheet.write(row, 1, what, at.look(bottom=1, bottom_color=LINE))
        if formula:
            sheet.write_formula(row, 2, formula, at.look(bottom=1, bottom_color=LINE), shows)
        else:
            sheet.write_blank(row, 2, None, at.look(bottom=1, bottom_color=LINE))
    sheet.write(16, 0, "Notes", at.look(bold=True, font_color=ACCENT))
    for row in range(17, 30):
        sheet.set_row(row, 24)
        for column in range(3):
            sheet.write_blank(row, column, None, line)
    sheet.fit_to_pages(1, 1)


def _one_page(at: Making, words: Words, sheet: Any) -> None:
    """Fill the page about one of the listed: choose a number, print."""
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 72)
    name = f"'One {words.student}'"

    def of(column: str) -> str:
        return (
            f'IF(ChosenId="","",IFERROR(INDEX(ToDiscuss[{column}],MATCH(ChosenId,'
            f'ToDiscuss[{words.student_id}],0)),""))'
        )

    title = at.look(font_size=16, bold=True)
    sheet.write_formula(0, 0, '=IF(ChosenId="","Choose a number below",' + of("Name") + ")", title,
                        "Choose a number below")  # fmt: skip
    sheet.write(
        1, 0, f"One {words.student} of the list, for the meeting.", at.look(font_color=QUIET)
    )
    sheet.set_row(3, 24)
    sheet.write(3, 0, words.student_id, at.look(font_color=QUIET))
    sheet.write_blank(3, 1, None, at.look(
        num_format="@", bg_color=STATES["watch"], border=1, border_color=LINE, bold=True,
        align="left"))  # fmt: skip
    at.book.define_name("ChosenId", f"={name}!$B$4")
    at.book.define_name("ListedIds", f"=ToDiscuss[{words.student_id}]")
    sheet.data_validation(3, 1, 3, 1, {"validate": "list", "source": "=ListedIds"})
    lines = (
        (words.group, words.group, "General", 22), ("Attendance %", "Attendance %", "0.0%", 22),
        ("Absent", "Absent", "General", 22), (words.unexcused, words.unexcused, "General", 22),
        ("Why on the list", "Why on the list", "General", 48), ("Flags", "Flag", "General", 34),
        ("Last letter", "Last letter", "General", 22),
        ("Last contact", "Last contact", "General", 48),
        ("Decision", "Decision", "General", 60),
    )  # fmt: skip
    for row, (label, column, number, height) in enumerate(lines, 5):
        sheet.set_row(row, height)
        sheet.write(row, 0, label, at.look(font_color=QUIET, valign="top"))
        look = at.look(
            num_format=number, align="left", valign="top", text_wrap=True, bottom=1,
            bottom_color=LINE,
        )  # fmt: skip
        formula = (
            of(column) if number == "0.0%" else of(column).replace(',0)),""))', ',0))&"",""))')
        )
        sheet.write_formula(row, 1, "=" + formula, look, "")
    sheet.write(15, 0, "What we agreed", at.look(bold=True, font_color=ACCENT))
    for column, heading in enumerate(("Who, by when", "What")):
        sheet.write(
            16, column, heading, at.look(bold=True, bg_color=PALE, bottom=1, bottom_color=ACCENT)
        )
    for row in range(17, 25):
        sheet.set_row(row, 26)
        for column in range(2):
            sheet.write_blank(row, column, None, at.look(bottom=1, bottom_color=LINE))
    sheet.fit_to_pages(1, 1)
