"""The tracking workbook: summary, tracker, letter log, contact log, a sheet to ask, help."""

from collections.abc import Sequence

from tools.make_workbook_template_pages import (
    AFTER,
    COUNT,
    DAY,
    ID,
    LINE,
    LONG,
    PERCENT,
    QUIET,
    STATES,
    TEXT,
    Field,
    Listed,
    Making,
    help_page,
    list_page,
    page,
    shade_states,
)  # fmt: skip
from tools.make_workbook_template_summary import fill_summary
from tools.make_workbook_template_words import Words

LETTER_STATES = ("prepared", "approved", "held", "printed", "mailed", "returned", "void")


def make(at: Making) -> None:
    """Make the tracking workbook."""
    words = at.words
    assert words
    summary = page(
        at, "Summary", "Where we stand",
        "Counted from the sheets Tracker, Letter log and Contact log. Only the levels and the "
        "first month are yours to change.",
    )  # fmt: skip
    _tracker(at, words)
    _letter_log(at, words)
    _contact_log(at, words)
    _ask(at, words)
    help_page(at, _help(words))
    fill_summary(at, words, summary)
    # In the README the sheets stand in their own order.
    at.listed.sort(key=_order)
    summary.activate()


def _order(one: Listed) -> bool:
    return one.sheet != "Summary"


def _tracker(at: Making, words: Words) -> None:
    rate = "[@[Attendance %]]"
    band = (
        f'IF({rate}="","",IF({rate}<UrgentBelow,"urgent",IF({rate}<ActBelow,"act",'
        f'IF({rate}<WatchBelow,"watch","fine"))))'
    )
    fields = (
        Field(words.student_id, ID, 13, "Rollbook", "as text, so that zeros are kept"),
        Field("Name", TEXT, 32, "Rollbook", "when it adds the row; afterwards yours"),
        Field(words.group, ID, 9, "Rollbook", "when it adds the row; afterwards yours"),
        Field(words.campus, TEXT, 27, "Rollbook", "when it adds the row; afterwards yours"),
        Field(words.possible, COUNT, 10, "Rollbook", f"{words.unit} the {words.student} could "
                                                     f"attend"),
        Field("Attended", COUNT, 10, "Rollbook"),
        Field("Absent", COUNT, 9, "Rollbook"),
        Field(words.excused, COUNT, 12, "Rollbook", "of the absences"),
        Field(words.unexcused, COUNT, 14, "Rollbook", "of the absences"),
        Field(words.late, COUNT, 9, "Rollbook"),
        Field("Attendance %", PERCENT, 12, "Rollbook", "empty while there is no data"),
        Field("Band", AFTER, 9, "a formula", "by the levels in Summary: watch, act, urgent",
              band, ""),
        Field("Flag", AFTER, 40, "Rollbook", "the rules crossed, law and local"),
        Field("Last letter", DAY, 12, "Rollbook", "the day it was prepared"),
        Field("Next step", TEXT, 20, "you", "what you will do next"),
        Field(words.left, DAY, 12, "Rollbook", f"the day the {words.student} left"),
        Field("Notes", TEXT, 24, "you"),
    )  # fmt: skip
    sheet = list_page(
        at, "Tracker", "Tracker", fields, "Attendance tracker",
        f"Rollbook keeps the figures up to date and adds {words.student}s who are new. Next step, "
        "Notes and colours are yours.",
        frozen=2,
    )  # fmt: skip
    shade_states(at, sheet, "K5:L5", "L", 5)
    sheet.conditional_format(
        "M5:M5", {"type": "formula", "criteria": "=LEN($M5)>0", "format": at.shade("act")}
    )
    gone = at.book.add_format({"font_color": "#6b7785", "italic": True})
    sheet.conditional_format("A5:Q5", {"type": "formula", "criteria": '=$P5<>""', "format": gone})


def _letter_log(at: Making, words: Words) -> None:
    fields = (
        Field("Date", DAY, 12, "Rollbook"),
        Field(words.student_id, ID, 13, "Rollbook", "as text"),
        Field(words.student.capitalize(), TEXT, 28, "Rollbook"),
        Field("Letter", TEXT, 14, "Rollbook", "the rule the letter is about"),
        Field("Sent to", TEXT, 26, "Rollbook"),
        Field("Serial", TEXT, 18, "Rollbook", "the number printed on the letter"),
        Field("Status", TEXT, 12, "Rollbook",
              "moved on, never back; what you write here is read back", choices=LETTER_STATES),
        Field("By", TEXT, 14, "Rollbook"),
        Field("Notes", TEXT, 36, "you"),
    )  # fmt: skip
    sheet = list_page(
        at, "Letter log", "LetterLog", fields, "Letter log",
        "Every letter that leaves the office, with the serial printed on it.",
    )  # fmt: skip
    for words_of, state in (
        (("held", "returned"), "act"),
        (("prepared", "approved", "printed"), "watch"),
    ):
        rule = "OR(" + ",".join(f'$G5="{word}"' for word in words_of) + ")"
        sheet.conditional_format(
            "G5:G5", {"type": "formula", "criteria": f"={rule}", "format": at.shade(state)}
        )
    void = at.book.add_format({"font_color": "#6b7785", "font_strikeout": True})
    sheet.conditional_format(
        "A5:I5", {"type": "formula", "criteria": '=$G5="void"', "format": void}
    )


def _contact_log(at: Making, words: Words) -> None:
    fields = (
        Field("Date", DAY, 12, "you"),
        Field(words.student_id, ID, 13, "you", "as text"),
        Field(words.student.capitalize(), TEXT, 28, "you"),
        Field("Action", TEXT, 16, "you", "choose, or write your own words", choices=words.actions),
        Field("Spoke to", TEXT, 24, "you"),
        Field("Notes", TEXT, 48, "you"),
        Field("Until", DAY, 12, "you", "when what was agreed ends"),
        Field("By", TEXT, 14, "you"),
    )  # fmt: skip
    list_page(
        at, "Contact log", "ContactLog", fields, "Contact log",
        "Calls, messages and meetings: one row each. Rollbook reads them into its own log.",
    )  # fmt: skip


# ---- Ask Rollbook ------------------------------------------------------------------------------


def _ask(at: Making, words: Words) -> None:
    """Add the sheet that asks the add-in; without it, it shows what stands in the tracker."""
    sheet = page(
        at, "Ask Rollbook", "Ask about one " + words.student,
        f"Type {_a(words.student_id)} in the yellow cell. With the Rollbook add-in the answers "
        f"come from the "
        "register; without it, from the sheet Tracker.",
        portrait=True,
    )  # fmt: skip
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 80)
    sheet.write(3, 0, words.student_id, at.look(bold=True))
    box = at.look(
        num_format="@",
        bg_color=STATES["watch"],
        border=1,
        border_color=LINE,
        align="left",
        bold=True,
    )
    sheet.write_blank(3, 1, None, box)
    at.book.define_name("AskId", "='Ask Rollbook'!$B$4")

    def here(column: str) -> str:
        return (
            f'IFERROR(INDEX(Tracker[{column}],MATCH(AskId,Tracker[{words.student_id}],0))&"",'
            f'"not in the tracker")'
        )

    def number(column: str) -> str:
        return here(column).replace('&""', "")

    lines = (
        ("Name", 'STUDENT(AskId,"sort name")', here("Name"), TEXT),
        (words.group, f'STUDENT(AskId,"{words.group.lower()}")', here(words.group), TEXT),
        ("Attendance %", "ATTENDANCE(AskId)", number("Attendance %"), PERCENT),
        (f"{words.unexcused}", 'ATTENDANCE(AskId,"unauthorised")', number(words.unexcused), COUNT),
        ("Flags", "FINDINGS(AskId)", here("Flag"), TEXT),
        ("Last letter", "LAST_LETTER(AskId)", 'IFERROR(LOOKUP(2,1/(LetterLog['
         + words.student_id + ']=AskId),LetterLog[Letter]),"none in the log")', TEXT),
        ("Next step", "NEXT_STEP(AskId)", here("Next step"), TEXT),
        ("Why", "WHY(AskId)", '"The add-in says why. Without it: rollbook findings --why '
                              '"&AskId', LONG),
    )  # fmt: skip
    for row, (label, asks, otherwise, kind) in enumerate(lines, 5):
        sheet.write(row, 0, label, at.look(font_color=QUIET, valign="top"))
        formula = f'=IF(AskId="","",IFERROR(_xldudf_ROLLBOOK_{asks},{otherwise}))'
        look = at.look(
            align="left", valign="top", text_wrap=True, bottom=1, bottom_color=LINE,
            num_format="0.0%" if kind == PERCENT else "General",
        )  # fmt: skip
        sheet.write_formula(row, 1, formula, look, "")
        sheet.set_row(row, 90 if kind == LONG else 22)


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "AEIOU" else f"a {word}"


def _help(words: Words) -> Sequence[tuple[str, Sequence[str]]]:
    return (
        ("To begin", (
            "rollbook workbook new tracker makes this workbook, with everybody on roll in it.",
            "A copy you filled yourself is taken over with: rollbook workbook adopt FILE.",
        )),
        ("What Rollbook writes", (
            f"In Tracker: the figures, Flag, Last letter and {words.left}, in the row with the "
            f"id; new rows for new {words.student}s.",
            "In Letter log: a row for each letter, below the last one, and later its Status.",
            "It finds columns by their headings. Move them as you like; rename one, and adopt "
            "again.",
        )),
        ("What Rollbook reads", (
            "Contact log: each row is read once into Rollbook’s own log, with who and when.",
            "Letter log: “mailed 20 Nov”, “returned” or “void” under Status is read back too.",
            "What does not agree with Rollbook’s log is shown to you; nothing is settled silently.",
        )),
        ("What is yours", (
            "Everything else: colours, notes, more columns, more sheets, formulas, charts.",
            "Sort and filter as you like. A formula in one of Rollbook’s columns is left alone.",
            "Levels in Summary are the school’s own. The law’s thresholds are in the column Flag.",
            f"By {words.groups_by.lower()} and by {words.campus.lower()}: type another one below "
            f"the last, and the row counts it.",
        )),
        ("If something is wrong", (
            "While the workbook is open in Excel on another computer, Rollbook waits until it is "
            "closed.",
            "A copy is kept before each update. To go back: rollbook workbook restore FILE.",
            "This workbook holds children’s confidential data. Keep it where your register is "
            "kept.",
        )),
    )  # fmt: skip
