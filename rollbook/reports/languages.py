"""The languages report: in which languages each school owes its notices (California)."""

from collections.abc import Sequence

from babel import Locale

from rollbook.accounting.languages import language_counts, needs_translation
from rollbook.problems import NotAllowed
from rollbook.reports.asked import Asked
from rollbook.reports.cells import percentage
from rollbook.reports.table import Column, Table, Value

NAME = "languages"
SAYS = "languages that enough pupils of a school share for notices to be owed in (California)"

_SHARE = "language.share"
_COLUMNS = (
    Column("School"),
    Column("Language"),
    Column("Pupils", is_number=True),
    Column("Of enrolled", is_number=True),
    Column("% of pupils", is_number=True, number_format="0.0"),
    Column("Notices in this language"),
)


def build(asked: Asked) -> Table:
    """Return the report for the pupils on roll on the day asked for."""
    standing = asked.standing
    pack, day = standing.pack, standing.as_of
    if not pack.has_value(_SHARE, day):
        raise NotAllowed(f"The rules of {pack.title} have no share of pupils for translation.")
    duty = pack.value(_SHARE, day)
    pupils = [
        (one.campus or standing.students[one.student_id].campus, standing.students[one.student_id])
        for one in standing.enrolments
        if one.holds(day) and one.student_id in standing.students
    ]
    names = Locale.parse(pack.locale).languages
    rows: list[Sequence[Value]] = [
        (
            one.school,
            names.get(one.language, one.language),
            one.speakers,
            one.enrolled,
            percentage(one.share),
            "yes" if needs_translation(one.speakers, one.enrolled, duty.share) else "",
        )
        for one in language_counts(pupils, pack.language)
    ]
    title = (
        f"Primary languages of pupils on roll on {day:%d %b %Y}; {duty.citation}. The law counts "
        "the census of the year before: ask for its day with --date"
    )
    return Table("Languages", title, _COLUMNS, rows)
